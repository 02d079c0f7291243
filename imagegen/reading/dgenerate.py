"""Pictures of dgenerate: the command that made them, as its own configuration script."""

import re
import shlex

from imagegen.reading.bounded import TooMuchError
from imagegen.reading.carrier import SIDECAR
from imagegen.reading.found import Carried, Fields, Found, Lora

TOOL = "dgenerate"
LONGEST = 256 << 10
HEAD = re.compile(r"^#! *(?:/usr/bin/env )?dgenerate(?: +([\w.+]+))?", re.MULTILINE)
CONTINUED = re.compile(r"[ \t]*\\\n[ \t]*")
COMMENT = re.compile(r"^\s*#.*$", re.MULTILINE)
NUMBERS = ("seeds", "inference-steps", "guidance-scales", "clip-skips", "image-seed-strengths")


def read(carried: Carried) -> Found | None:
    """What the command says; of several values of an option, which one drew is not known."""
    for source in ("DgenerateConfig", "exif:UserComment", SIDECAR):
        text = carried.texts.get(source)
        if text is not None and (source == "DgenerateConfig" or HEAD.match(text)):
            return _found(text, source)
    return None


def _found(text: str, source: str) -> Found | None:
    if len(text) > LONGEST:
        raise TooMuchError(f"dgenerate's configuration is longer than {LONGEST:,} letters")
    versions = [version for version in HEAD.findall(text[:1000]) if version]
    command = CONTINUED.sub(" ", COMMENT.sub("", text)).strip()
    try:
        words = shlex.split(command.replace("\\#", "#"))
    except ValueError:
        return None
    options = _options(words[1:])
    fields = Fields({name: values if len(values) > 1 else values[0] for name, values in options})
    prompt, negative = _prompts(fields.text("prompts"))
    size = fields.text("output-size") or ""
    width, height = Fields({"size": size if "x" in size else f"{size}x{size}"}).size("size")
    loras = next((values for name, values in options if name == "loras"), [])
    fields.take("loras")
    numbers = Fields({name: fields.take(name) for name in NUMBERS})
    return Found(
        tool=TOOL,
        version=versions[-1] if versions else None,
        source=source,
        prompt=prompt,
        negative_prompt=negative,
        seed=numbers.whole("seeds"),
        steps=numbers.whole("inference-steps"),
        sampler=fields.text("scheduler", "schedulers"),
        guidance=numbers.real("guidance-scales"),
        width=width,
        height=height,
        model=words[0] if words else None,
        vae=fields.text("vae"),
        clip_skip=_as_webui_counts(numbers.whole("clip-skips")),
        strength=numbers.real("image-seed-strengths"),
        prompt_syntax="compel" if fields.text("prompt-weighter") else "plain",
        loras=tuple(map(_lora, loras)),
        other={**fields.rest(), **numbers.rest()},
        unknown=tuple(numbers.strange),
    )


def _options(words: list[str]) -> list[tuple[str, list[str]]]:
    """Each option and its values; one without values is on."""
    found: list[tuple[str, list[str]]] = []
    for word in words:
        if word.startswith("--") and len(word) > 2:
            found.append((word[2:], []))
        elif found:
            found[-1][1].append(word)
    return [(name, values or ["yes"]) for name, values in found]


def _prompts(text: str | None) -> tuple[str | None, str | None]:
    """The negative prompt stands behind a semicolon."""
    if text is None:
        return None, None
    prompt, _, negative = text.partition(";")
    return prompt.strip(), negative.strip()


def _as_webui_counts(skipped: int | None) -> int | None:
    return skipped + 1 if skipped else None


def _lora(text: str) -> Lora:
    """`path-or-id;scale=0.8;...`"""
    name, *options = text.split(";")
    given = dict(option.partition("=")[::2] for option in options)
    return Lora(name=name, weight=Fields({"scale": given.get("scale", 1.0)}).real("scale"))
