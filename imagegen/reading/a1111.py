"""Pictures of AUTOMATIC1111's webui, Forge, SD.Next and all that write its infotext."""

from collections.abc import Mapping

from imagegen.reading import infotext
from imagegen.reading.bounded import object_from
from imagegen.reading.carrier import SIDECAR
from imagegen.reading.found import Carried, Fields, Found, Lora, Unknown
from imagegen.reading.infotext import Infotext

TOOL = "A1111"
# Where the text may lie; only what has settings counts in those that other things stand in, too.
SURE = "parameters"
LIKELY = ("exif:UserComment", "xmp:exif:UserComment", "comment", "Comment", "stealth", SIDECAR)
TELLING = {"Steps", "Seed", "Sampler", "Size", "Model", "Model hash"}
# What the version says of the tool that wrote it.
VERSIONS = (
    ("f", "Forge"),
    ("neo", "Forge"),
    ("v", TOOL),
    ("imagegen", "imagegen"),
    ("ComfyUI", "ComfyUI"),
    ("Fooocus", "Fooocus"),
    ("stable-diffusion.cpp", "stable-diffusion.cpp"),
)


def read(carried: Carried) -> Found | None:
    """What the infotext says."""
    for source in (*sure(carried), *LIKELY):
        text = carried.texts.get(source)
        if text is None or text.lstrip()[:1] in ("{", "["):
            continue
        info = infotext.read(text)
        if TELLING & info.settings.keys() or (SURE in source and text.strip()):
            return found_from(info, source)
    return None


def sure(carried: Carried) -> list[str]:
    """The texts of that name: a PNG's own, and those of XMP."""
    return [key for key in carried.texts if key == SURE or key.endswith(f":{SURE}")]


def found_from(info: Infotext, source: str) -> Found:
    """What webui's names mean; all others stay under their own."""
    fields = Fields(info.settings)
    width, height = fields.size("Size")
    tool, version = _tool(fields)
    guidance, distilled = fields.real("CFG scale"), fields.real("Distilled CFG Scale")
    hashes = _hashes(fields)
    rest = fields.rest()
    if distilled is not None:  # FLUX: the scale that the model was taught, beside one of none
        rest["CFG scale"], guidance = guidance, distilled
    is_our_own = tool == "imagegen"
    emphasis = rest.get("Emphasis")
    return Found(
        tool=tool,
        version=version,
        source=source,
        prompt=info.prompt,
        negative_prompt=info.negative if info.settings else None,
        seed=fields.whole("Seed"),
        steps=fields.whole("Steps"),
        sampler=fields.text("Sampler"),
        schedule=fields.text("Schedule type", "Schedule"),
        guidance=guidance,
        width=width,
        height=height,
        model=fields.text("Model"),
        model_hash=fields.text("Model hash"),
        vae=fields.text("VAE"),
        clip_skip=fields.whole("Clip skip"),
        strength=fields.real("Denoising strength"),
        noise=_noise(fields, tool) if info.settings else None,
        prompt_syntax="plain" if emphasis == "None" else None if is_our_own else "a1111",
        loras=_loras(info.prompt, hashes),
        hashes=hashes,
        other=rest,
        unknown=tuple(fields.strange) if info.settings else _no_settings(),
    )


def _tool(fields: Fields) -> tuple[str, str | None]:
    app, version = fields.text("App"), fields.text("Version")
    if app is not None:
        return app, version
    for start, tool in VERSIONS:
        if version is not None and version.startswith(start):
            return tool, version.removeprefix(start).strip() if tool == start else version
    return TOOL, version


def _noise(fields: Fields, tool: str) -> str | None:
    """webui says where its noise came from only if it was not the GPU."""
    said = fields.text("RNG")
    if said is None:
        return "gpu" if tool in (TOOL, "Forge", "SD.Next") else None
    return said.lower()


def _hashes(fields: Fields) -> dict[str, str]:
    """The hashes of all that was loaded, by the name it has in the text."""
    found: dict[str, str] = {}
    for name in ("Lora hashes", "TI hashes"):
        kind = "lora" if name == "Lora hashes" else "embed"
        value = fields.text(name)
        for one, digest in infotext.hashes_of(value or "").items():
            found[f"{kind}:{one}"] = digest
    for name, digest in (object_from(fields.text("Hashes")) or {}).items():
        if isinstance(digest, str):
            found.setdefault(name, digest)
    vae = fields.text("VAE hash")
    return found if vae is None else {**found, "vae": vae}


def _loras(prompt: str, hashes: Mapping[str, str]) -> tuple[Lora, ...]:
    """Those of the prompt with their weights, and those that only a hash tells of."""
    digests = {
        name[len("lora:") :]: digest
        for name, digest in hashes.items()
        if name.lower().startswith("lora:")
    }
    called = dict(infotext.loras_of(prompt))
    return tuple(
        Lora(name=name, weight=called.get(name), hash=digests.get(name))
        for name in dict.fromkeys((*called, *digests))
    )


def _no_settings() -> tuple[Unknown, ...]:
    return (Unknown("settings", "the text has a prompt only"),)
