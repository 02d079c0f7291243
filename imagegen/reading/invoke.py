"""Pictures of InvokeAI: `invokeai_metadata` since 3.0, `sd-metadata` and `Dream` before."""

import re
import shlex
from typing import Any

from imagegen.reading.bounded import object_from
from imagegen.reading.found import Carried, Fields, Found, Lora

TOOL = "InvokeAI"
NEGATIVE = re.compile(r"\[([^\[\]]*)\]")
LONGEST_COMMAND = 256 << 10
# The options of the command line that the first versions wrote.
DREAM = {
    "-s": "steps",
    "-S": "seed",
    "-W": "width",
    "-H": "height",
    "-C": "cfg_scale",
    "-A": "sampler",
    "-f": "strength",
    "-I": "init_img",
    "-V": "with_variations",
    "-v": "variation_amount",
    "-U": "upscale",
    "-G": "gfpgan_strength",
}


def read(carried: Carried) -> Found | None:
    """What the newest of its records says."""
    for source, reader in (
        ("invokeai_metadata", _new),
        ("sd-metadata", _old),
    ):
        record = object_from(carried.texts.get(source))
        if record is not None:
            return reader(record, source)
    command = carried.texts.get("Dream")
    return None if command is None else _dream(command)


def _new(record: dict[str, Any], source: str) -> Found:
    fields = Fields(record)
    model, vae = _model(fields.take("model")), _model(fields.take("vae"))
    listed = fields.take("loras")
    return Found(
        tool=TOOL,
        version=fields.text("app_version"),
        source=source,
        prompt=fields.text("positive_prompt"),
        negative_prompt=fields.text("negative_prompt"),
        seed=fields.whole("seed"),
        steps=fields.whole("steps"),
        sampler=fields.text("scheduler"),
        guidance=fields.real("cfg_scale", "guidance"),
        width=fields.whole("width"),
        height=fields.whole("height"),
        model=model.name if model else None,
        model_hash=model.hash if model else None,
        vae=vae.name if vae else None,
        clip_skip=_as_webui_counts(fields.whole("clip_skip")),
        strength=fields.real("strength"),
        noise=fields.text("rand_device"),
        prompt_syntax="compel",
        loras=tuple(filter(None, map(_lora, listed if isinstance(listed, list) else []))),
        other={key: value for key, value in fields.rest().items() if value not in ([], {}, "")},
        unknown=tuple(fields.strange),
    )


def _as_webui_counts(skipped: int | None) -> int | None:
    return skipped + 1 if skipped else None


def _model(value: Any) -> Lora | None:
    """A model's name and hash, of both editions of its object."""
    fields = Fields(value if isinstance(value, dict) else {"name": value})
    name = fields.text("name", "model_name")
    return None if name is None else Lora(name=name, hash=fields.text("hash"))


def _lora(value: Any) -> Lora | None:
    fields = Fields(value if isinstance(value, dict) else {})
    model = _model(fields.take("model", "lora"))
    if model is None:
        return None
    return Lora(name=model.name, weight=fields.real("weight"), hash=model.hash)


def _old(record: dict[str, Any], source: str) -> Found:
    fields = Fields(record)
    image = fields.inner("image")
    prompt, negative = _split(_joined(image.take("prompt")))
    return Found(
        tool=TOOL,
        version=fields.text("app_version"),
        source=source,
        prompt=prompt,
        negative_prompt=negative,
        seed=image.whole("seed"),
        steps=image.whole("steps"),
        sampler=image.text("sampler"),
        guidance=image.real("cfg_scale"),
        width=image.whole("width"),
        height=image.whole("height"),
        model=fields.text("model_weights", "model_id"),
        model_hash=fields.text("model_hash"),
        strength=image.real("strength"),
        prompt_syntax="compel",
        other={**fields.rest(), **image.rest()},
        unknown=(*fields.strange, *image.strange),
    )


def _joined(prompt: Any) -> str | None:
    """A prompt, or parts that are blended; a part that does not weigh 1 keeps its weight."""
    if not isinstance(prompt, list):
        return prompt if isinstance(prompt, str) else None
    parts = [Fields(one) for one in prompt if isinstance(one, dict)]
    texts = [(part.text("prompt") or "", part.real("weight")) for part in parts]
    if len(texts) == 1:
        return texts[0][0]
    return " ".join(f"{text}:{1 if weight is None else weight:g}" for text, weight in texts)


def _split(prompt: str | None) -> tuple[str | None, str | None]:
    """Words in square brackets were the negative prompt."""
    if prompt is None:
        return None, None
    negative = " ".join(one.strip() for one in NEGATIVE.findall(prompt))
    return " ".join(NEGATIVE.sub(" ", prompt).split()) if negative else prompt, negative


def _dream(command: str) -> Found | None:
    if len(command) > LONGEST_COMMAND:
        return None
    try:
        first, *words = shlex.split(command)
    except ValueError:  # no words, or a quote without its end
        return None
    options = {
        DREAM[word[:2]]: word[2:] or (words[index + 1] if index + 1 < len(words) else "")
        for index, word in enumerate(words)
        if word[:2] in DREAM
    }
    fields = Fields(options)
    prompt, negative = _split(first)
    return Found(
        tool=TOOL,
        source="Dream",
        prompt=prompt,
        negative_prompt=negative,
        seed=fields.whole("seed"),
        steps=fields.whole("steps"),
        sampler=fields.text("sampler"),
        guidance=fields.real("cfg_scale"),
        width=fields.whole("width"),
        height=fields.whole("height"),
        strength=fields.real("strength"),
        prompt_syntax="compel",
        other=fields.rest(),
        unknown=tuple(fields.strange),
    )
