"""Our own record, of any edition: from a PNG's text, from XMP, or from the sidecar."""

from typing import Any

from msgspec import structs

from imagegen.reading.bounded import object_from
from imagegen.reading.carrier import SIDECAR
from imagegen.reading.found import Carried, Fields, Found, Lora, Unknown

SCHEMA = "imagegen/record/"
MARK = f'"{SCHEMA}'
KEY = "imagegen"
TOOL = "imagegen"


def read(carried: Carried) -> Found | None:
    """How the record says the picture was made; `other` keeps what is in no field, nested."""
    for source in (KEY, SIDECAR, *(key for key in carried.texts if key.endswith(":record"))):
        text = carried.texts.get(source)
        if text is None or MARK not in text:
            continue
        record = object_from(text)
        if record is not None and str(record.get("schema")).startswith(SCHEMA):
            return _found(record, source)
    return None


def _found(record: dict[str, Any], source: str) -> Found:
    whole = Fields(record)
    plan, model = whole.inner("plan"), whole.inner("model")
    scheduler, versions = whole.inner("scheduler").rest(), whole.inner("versions").rest()
    noise = whole.text("noise")
    found = Found(
        tool=TOOL,
        version=_word(versions.get("imagegen")),
        source=source,
        prompt=plan.text("prompt"),
        negative_prompt=plan.text("negative_prompt"),
        seed=plan.whole("seed"),
        steps=plan.whole("steps"),
        sampler=_word(scheduler.get("label")),
        schedule=_word(scheduler.get("spacing")),
        scheduler=plan.text("scheduler"),
        guidance=plan.real("guidance"),
        width=plan.whole("width"),
        height=plan.whole("height"),
        model=model.text("id"),
        model_hash=_word(model.take("revision")),
        clip_skip=plan.whole("clip_skip"),
        strength=plan.real("strength"),
        noise=None if noise is None else "cpu" if "cpu" in noise.lower() else noise,
        prompt_syntax=plan.text("prompt_syntax"),
        loras=_loras(plan),
        hashes=_texts(model.inner("files").rest()),
        unknown=(*_left_out(whole), *whole.strange, *plan.strange, *model.strange),
    )
    nested = {
        "plan": plan.rest(),
        "model": model.rest(),
        "scheduler": scheduler,
        "versions": versions,
    }
    return _with_other(found, {**nested, **whole.rest()})


def _with_other(found: Found, other: dict[str, Any]) -> Found:
    return structs.replace(found, other={key: one for key, one in other.items() if one != {}})


def _left_out(whole: Fields) -> list[Unknown]:
    """What somebody did not want this copy to say (`--metadata`)."""
    names = whole.take("left_out")
    listed = names if isinstance(names, list) else []
    reason = "it was left out of this copy"
    return [Unknown(name, reason) for name in listed if isinstance(name, str)]


def _loras(plan: Fields) -> tuple[Lora, ...]:
    """The adapters of a plan, whatever else it says of them."""
    listed = plan.rest().get("loras")
    found = []
    for one in listed if isinstance(listed, list) else []:
        fields = Fields(one if isinstance(one, dict) else {"name": one})
        name = fields.text("name", "id", "file", "path", "model")
        if name is not None:
            weight = fields.real("weight", "scale")
            found.append(Lora(name=name, weight=weight, hash=fields.text("sha256", "hash")))
    return tuple(found)


def _texts(values: dict[str, Any]) -> dict[str, str]:
    return {key: value for key, value in values.items() if isinstance(value, str)}


def _word(value: Any) -> str | None:
    return value if isinstance(value, str) else None
