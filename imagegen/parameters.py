"""The `parameters` text of A1111's webui, which most viewers and galleries read.

The grammar, as webui reads it: prompt lines; from a line that begins "Negative prompt:" on, lines
of the negative prompt; last, one line of `Key: value, …`, where a value with a comma, colon or line
end is a JSON string. Civitai reads a line that begins "Steps: " as the settings, and whatever
follows "Negative prompt:", wherever it stands, as the negative prompt.
"""

import json
import re
from pathlib import Path

from imagegen import emphasis, lora_words
from imagegen.record import Drawing, Record

BRACKETS = frozenset("()[]")
# Within a prompt these would be taken for the text's own; lower-case, text encoders that fold case
# read the same words.
NEGATIVE = "Negative prompt:"
SETTINGS = re.compile(r"^(\s*)S(teps:)", re.MULTILINE)


def text(record: Record) -> str:
    """The text: always with its line of settings; without prompts where the record has none."""
    plan = record.plan
    tags = [lora_words.tag_of(one.name, (one.text_weight, one.weight)) for one in plan.loras]
    prompt = [" ".join([_escaped(plan.prompt), *tags])] if plan.prompt else []
    negative = [f"{NEGATIVE} {_escaped(plan.negative_prompt)}"] if plan.negative_prompt else []
    return "\n".join([*prompt, *negative, _settings(record)])


def _settings(record: Record) -> str:
    plan = record.plan
    # Of the UNet; or of the single file, as A1111 has it.
    weights = [
        digest for name, digest in record.model.files.items() if "unet/" in name or "/" not in name
    ]
    settings = {
        "Steps": str(plan.steps),
        "Sampler": record.scheduler.label,
        "Schedule type": record.scheduler.spacing,
        "CFG scale": f"{plan.guidance:g}",
        "Seed": str(plan.seed),
        "Size": f"{plan.width}x{plan.height}",
        "Model hash": weights[0][:10] if weights else None,
        "Model": Path(record.model.id).name.removesuffix(".safetensors"),
        **_redrawn(plan),
        **_controls(plan),
        "Lora hashes": ", ".join(f"{one.name}: {one.weights_sha256[:12]}" for one in plan.loras),
        "TI hashes": ", ".join(f"{one.token}: {one.sha256[:12]}" for one in plan.embeddings),
        "Clip skip": None if plan.clip_skip is None else str(plan.clip_skip),
        "RNG": "CPU",  # a reader assumes noise from the GPU where nothing is said
        "Emphasis": _emphasis(record),
        "Template": plan.template,  # as the extension for wildcards has it
        "Negative Template": plan.negative_template,
        "Version": f"imagegen {record.versions['imagegen']}",
    }
    return ", ".join(f"{key}: {_quoted(value)}" for key, value in settings.items() if value)


def _redrawn(plan: Drawing) -> dict[str, str]:
    """What A1111 says of a picture that was drawn from another, or twice."""
    if plan.hires is not None and plan.image is None:
        return {
            "Denoising strength": f"{plan.hires.strength:g}",
            "Hires resize": f"{plan.hires.width}x{plan.hires.height}",
            "Hires upscaler": "Lanczos",
        }
    return {} if plan.strength is None else {"Denoising strength": f"{plan.strength:g}"}


def _controls(plan: Drawing) -> dict[str, str]:
    """As webui's extension for ControlNet, which has T2I-Adapters, too, says them."""
    return {
        f"ControlNet {number}": (
            f"Module: none, Model: {Path(one.name).name.removesuffix('.safetensors')}, "
            f"Weight: {one.weight:g}, Resize Mode: Crop and Resize, Low Vram: False, "
            f"Guidance Start: {one.start:g}, Guidance End: {one.end:g}, Pixel Perfect: False, "
            "Control Mode: Balanced"
        )
        for number, one in enumerate(plan.controls)
    }


def _emphasis(record: Record) -> str | None:
    """As webui says it: "None" where brackets mean nothing; of its first way it says nothing."""
    plan = record.plan
    if plan.prompt_syntax == emphasis.PLAIN:
        brackets = BRACKETS & {*(plan.prompt or ""), *(plan.negative_prompt or "")}
        return "None" if brackets else None
    return record.emphasis if record.emphasis == "No norm" else None


def _escaped(prompt: str) -> str:
    lines = "\n".join(prompt.splitlines()).replace(NEGATIVE, NEGATIVE.lower())
    return SETTINGS.sub(r"\1s\2", lines).strip()


def _quoted(value: str) -> str:
    return json.dumps(value, ensure_ascii=False) if re.search(r'[,:\n"]', value) else value
