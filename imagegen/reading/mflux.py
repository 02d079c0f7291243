"""Pictures of mflux (JSON in EXIF, or `x.metadata.json` beside), and of imaginAIry."""

from typing import Any

from imagegen.reading.bounded import object_from
from imagegen.reading.carrier import SIDECAR
from imagegen.reading.found import Carried, Fields, Found, Lora

TOOL = "mflux"
OLD_COUSIN = "imaginAIry"


def read(carried: Carried) -> Found | None:
    """What the JSON says."""
    for source in ("exif:UserComment", SIDECAR):
        text = carried.texts.get(source)
        if text is None:
            continue
        if '"mflux_version"' in text:
            record = object_from(text)
            if record is not None:
                return _found(Fields(record), source)
        software = carried.texts.get("exif:Software", "")
        if software.lower().startswith(OLD_COUSIN.lower()):
            record = object_from(text)
            if record is not None and isinstance(record.get("prompt"), dict):
                return _imaginairy(Fields(record["prompt"]), software, source)
    return None


def _found(fields: Fields, source: str) -> Found:
    names, scales = fields.take("lora_paths"), fields.take("lora_scales")
    return Found(
        tool=TOOL,
        version=fields.text("mflux_version"),
        source=source,
        prompt=fields.text("prompt"),
        negative_prompt=fields.text("negative_prompt"),
        seed=fields.whole("seed"),
        steps=fields.whole("steps"),
        sampler=fields.text("scheduler"),
        guidance=fields.real("guidance"),
        width=fields.whole("width"),
        height=fields.whole("height"),
        model=fields.text("model"),
        strength=fields.real("image_strength"),
        noise="mlx",
        prompt_syntax="plain",
        loras=_loras(names, scales),
        other={key: value for key, value in fields.rest().items() if value not in ([], "")},
        unknown=tuple(fields.strange),
    )


def _loras(names: Any, scales: Any) -> tuple[Lora, ...]:
    weights = scales if isinstance(scales, list) else []
    return tuple(
        Lora(name=name, weight=Fields({"weight": weight}).real("weight"))
        for name, weight in zip(
            names if isinstance(names, list) else [],
            [*weights, *[None] * len(names or [])],
            strict=False,
        )
        if isinstance(name, str)
    )


def _imaginairy(fields: Fields, software: str, source: str) -> Found:
    prompts, negatives = fields.take("prompts", "prompt"), fields.take("negative_prompt")
    width, height = fields.size("size")
    return Found(
        tool=OLD_COUSIN,
        version=software[len(OLD_COUSIN) :].strip(" /v") or None,
        source=source,
        prompt=_weighed(prompts),
        negative_prompt=_weighed(negatives),
        seed=fields.whole("seed"),
        steps=fields.whole("steps"),
        sampler=fields.text("solver_type", "sampler_type"),
        guidance=fields.real("prompt_strength"),
        width=width or fields.whole("width"),
        height=height or fields.whole("height"),
        model=fields.text("model_weights", "model"),
        other={key: value for key, value in fields.rest().items() if value not in ([], "")},
        unknown=tuple(fields.strange),
    )


def _weighed(prompts: Any) -> str | None:
    """One prompt, or several with weights, a line each."""
    if not isinstance(prompts, list):
        return prompts if isinstance(prompts, str) else None
    texts = [one.get("text") if isinstance(one, dict) else one for one in prompts]
    return "\n".join(text for text in texts if isinstance(text, str))
