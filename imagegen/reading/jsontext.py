"""Tools that write one JSON object as a text: Fooocus, SwarmUI, Draw Things."""

import re
from collections.abc import Mapping
from typing import Any

from imagegen.reading.bounded import object_from
from imagegen.reading.carrier import SIDECAR
from imagegen.reading.found import Carried, Fields, Found, Lora

FOOOCUS, SWARM, DRAW_THINGS, RUINED = "Fooocus", "SwarmUI", "Draw Things", "RuinedFooocus"
COMBINED = re.compile(r"lora_combined_\d{1,3}")
SOURCES = ("parameters", "exif:UserComment", "xmp:exif:UserComment", "Comment", SIDECAR)


def read(carried: Carried) -> Found | None:
    """What the object says, if its keys are those of one of these tools."""
    for source in SOURCES:
        text = carried.texts.get(source)
        if text is None or not text.lstrip().startswith("{"):
            continue
        values = object_from(text)
        if values is None:
            continue
        if isinstance(values.get("sui_image_params"), dict):
            return _swarm(values, source)
        if values.get("software") == RUINED:
            return _ruined(Fields(values), source)
        if {"base_model", "guidance_scale"} <= values.keys():
            return _fooocus(Fields(values), source)
        if isinstance(values.get("c"), str) and "sampler" in values:
            return _draw_things(Fields(values), source, carried.texts)
    return None


def _swarm(values: dict[str, Any], source: str) -> Found:
    fields = Fields(values["sui_image_params"])
    names, weights = fields.take("loras"), fields.take("loraweights")
    guidance, distilled = fields.real("cfgscale"), fields.real("fluxguidancescale")
    if distilled is not None:
        fields.rest()["cfgscale"], guidance = guidance, distilled
    outside = {key: one for key, one in values.items() if key != "sui_image_params"}
    return Found(
        tool=SWARM,
        version=fields.text("swarm_version"),
        source=source,
        prompt=fields.text("prompt"),
        negative_prompt=fields.text("negativeprompt"),
        seed=fields.whole("seed"),
        steps=fields.whole("steps"),
        sampler=fields.text("sampler"),
        schedule=fields.text("scheduler"),
        guidance=guidance,
        width=fields.whole("width"),
        height=fields.whole("height"),
        model=fields.text("model"),
        model_hash=_digest(values.get("sui_models")),
        vae=fields.text("vae"),
        strength=fields.real("initimagecreativity"),
        noise="cpu",
        prompt_syntax="comfy",
        loras=_paired(names, weights),
        other={**outside, **fields.rest()},
        unknown=tuple(fields.strange),
    )


def _digest(models: Any) -> str | None:
    """The hash of the model itself, among those of all that was loaded."""
    for one in models if isinstance(models, list) else []:
        if isinstance(one, dict) and one.get("param") == "model":
            return Fields(one).text("hash")
    return None


def _fooocus(fields: Fields, source: str) -> Found:
    width, height = fields.size("resolution")
    combined = [fields.take(name) for name in list(fields.rest()) if COMBINED.fullmatch(name)]
    listed = fields.take("loras")
    version = fields.text("version")
    return Found(
        tool=FOOOCUS,
        version=(version or "").removeprefix(FOOOCUS).strip(" v") or None,
        source=source,
        prompt=fields.text("prompt"),
        negative_prompt=fields.text("negative_prompt"),
        seed=fields.whole("seed"),
        steps=fields.whole("steps"),
        sampler=fields.text("sampler"),
        schedule=fields.text("scheduler"),
        guidance=fields.real("guidance_scale"),
        width=width,
        height=height,
        model=fields.text("base_model"),
        model_hash=fields.text("base_model_hash"),
        vae=fields.text("vae"),
        clip_skip=fields.whole("clip_skip"),
        prompt_syntax="a1111",
        loras=_listed(listed) or _combined(combined),
        other=fields.rest(),
        unknown=tuple(fields.strange),
    )


def _ruined(fields: Fields, source: str) -> Found:
    listed = fields.take("loras")
    return Found(
        tool=fields.text("software"),
        version=fields.text("version"),
        source=source,
        prompt=fields.text("Prompt"),
        negative_prompt=fields.text("Negative"),
        seed=fields.whole("seed"),
        steps=fields.whole("steps"),
        sampler=fields.text("sampler_name"),
        schedule=fields.text("scheduler"),
        guidance=fields.real("cfg"),
        width=fields.whole("width"),
        height=fields.whole("height"),
        model=fields.text("base_model_name"),
        model_hash=fields.text("base_model_hash"),
        prompt_syntax="comfy",
        loras=_combined([one[-1] for one in listed or [] if isinstance(one, list) and one]),
        other=fields.rest(),
        unknown=tuple(fields.strange),
    )


def _draw_things(fields: Fields, source: str, texts: Mapping[str, str]) -> Found:
    width, height = fields.size("size")
    whole_set = fields.inner("v2")
    listed = fields.take("lora")
    tool = texts.get("xmp:xmp:CreatorTool", DRAW_THINGS)
    strength = fields.real("strength")
    return Found(
        tool=DRAW_THINGS,
        version=tool.removeprefix(DRAW_THINGS).strip() or None,
        source=source,
        prompt=fields.text("c"),
        negative_prompt=fields.text("uc"),
        seed=fields.whole("seed"),
        steps=fields.whole("steps"),
        sampler=fields.text("sampler"),
        guidance=fields.real("scale"),
        width=width,
        height=height,
        model=fields.text("model"),
        strength=None if strength == 1 else strength,
        prompt_syntax="a1111",
        loras=_objects(listed) or _objects(whole_set.take("loras")),
        other={**fields.rest(), **({"v2": whole_set.rest()} if whole_set.rest() else {})},
        unknown=tuple(fields.strange),
    )


def _paired(names: Any, weights: Any) -> tuple[Lora, ...]:
    """Two lists of one length; lists of one may stand as the one alone."""
    listed = names if isinstance(names, list) else [names] if isinstance(names, str) else []
    scales = weights if isinstance(weights, list) else [weights]
    return tuple(
        Lora(name=str(name), weight=Fields({"weight": scale}).real("weight"))
        for name, scale in zip(listed, [*scales, *[None] * len(listed)], strict=False)
    )


def _listed(loras: Any) -> tuple[Lora, ...]:
    """Of lists `[name, weight, hash]`."""
    found = []
    for one in loras if isinstance(loras, list) else []:
        if isinstance(one, list) and one and isinstance(one[0], str):
            fields = Fields(dict(zip(("name", "weight", "hash"), one, strict=False)))
            name, weight, digest = one[0], fields.real("weight"), fields.text("hash")
            found.append(Lora(name=name, weight=weight, hash=digest))
    return tuple(found)


def _combined(texts: list[Any]) -> tuple[Lora, ...]:
    """Of texts `name : weight`, or `weight - name`."""
    found = []
    for text in texts:
        if not isinstance(text, str):
            continue
        name, colon, weight = text.rpartition(" : ")
        if not colon:
            weight, _, name = text.partition(" - ")
        found.append(Lora(name=name, weight=Fields({"weight": weight}).real("weight")))
    return tuple(found)


def _objects(loras: Any) -> tuple[Lora, ...]:
    """Of objects that name a file (or model) and a weight."""
    found = []
    for one in loras if isinstance(loras, list) else []:
        fields = Fields(one if isinstance(one, dict) else {})
        name = fields.text("model", "file", "name")
        if name is not None:
            found.append(Lora(name=name, weight=fields.real("weight")))
    return tuple(found)
