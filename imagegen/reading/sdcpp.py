"""Pictures of stable-diffusion.cpp: its JSON at the end of an infotext, or the infotext alone."""

from typing import Any

from msgspec import structs

from imagegen.reading import a1111, infotext
from imagegen.reading.bounded import object_from
from imagegen.reading.found import Carried, Fields, Found, Lora

TOOL = "stable-diffusion.cpp"
SCHEMA = "sdcpp.image.params/"
MARK = "SDCPP: {"
SCHEDULES = {"discrete", "karras", "exponential", "ays", "gits", "smoothstep", "sgm_uniform"}


def read(carried: Carried) -> Found | None:
    """What the JSON says; of older versions, what the infotext says."""
    for source in (*a1111.sure(carried), "exif:UserComment", "comment"):
        text = carried.texts.get(source)
        if text is None or (TOOL not in text and MARK not in text):
            continue
        before, mark, after = text.rpartition(MARK)
        record = object_from(MARK[-1] + after) if mark else None
        if record is not None and str(record.get("schema")).startswith(SCHEMA):
            return _from_json(record, source)
        info = infotext.read(before.rstrip(", ") if mark else text)
        if info.settings.get("Version", "").startswith(TOOL):
            return _from_text(a1111.found_from(info, source))
    return None


def _from_json(record: dict[str, Any], source: str) -> Found:
    fields = Fields(record)
    words, sampling = fields.inner("prompt"), fields.inner("sampling")
    guidance, models = sampling.inner("guidance"), fields.inner("models")
    made_by = fields.inner("generator")
    plain, distilled = guidance.real("txt_cfg"), guidance.real("distilled_guidance")
    has_flow = bool(distilled) and plain == 1
    found = Found(
        tool=TOOL,
        version=made_by.text("version"),
        source=source,
        prompt=words.text("positive"),
        negative_prompt=words.text("negative"),
        seed=fields.whole("seed"),
        steps=sampling.whole("steps", "sample_steps"),
        sampler=sampling.text("method", "sample_method"),
        schedule=sampling.text("scheduler", "schedule"),
        guidance=distilled if has_flow else plain,
        width=fields.whole("width"),
        height=fields.whole("height"),
        model=models.text("model", "diffusion_model"),
        vae=models.text("vae"),
        clip_skip=_layers(fields.whole("clip_skip")),
        strength=fields.real("strength"),
        noise=fields.text("rng"),
        prompt_syntax="a1111",
        loras=_loras(fields.take("loras")),
    )
    if has_flow:
        guidance.rest()["txt_cfg"] = plain
    elif distilled is not None:
        guidance.rest()["distilled_guidance"] = distilled
    nested = {
        "sampling": {**sampling.rest(), **guidance.rest()},
        "models": models.rest(),
        "generator": made_by.rest(),
        **fields.rest(),
    }
    other = {key: value for key, value in nested.items() if value not in ({}, [])}
    return structs.replace(found, other=other)


def _from_text(found: Found) -> Found:
    """Its infotext has the schedule behind the sampler: `euler_a karras`."""
    sampler, _, schedule = (found.sampler or "").rpartition(" ")
    if schedule in SCHEDULES:
        found = structs.replace(found, sampler=sampler, schedule=schedule)
    return structs.replace(found, tool=TOOL, clip_skip=_layers(found.clip_skip))


def _layers(clip_skip: int | None) -> int | None:
    """-1 and 0 leave it to the model."""
    return None if clip_skip is None or clip_skip < 1 else clip_skip


def _loras(listed: Any) -> tuple[Lora, ...]:
    found = []
    for one in listed if isinstance(listed, list) else []:
        fields = Fields(one if isinstance(one, dict) else {})
        name = fields.text("name", "path")
        if name is not None:
            found.append(Lora(name=name, weight=fields.real("multiplier", "weight", "strength")))
    return tuple(found)
