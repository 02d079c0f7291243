"""Plain text: a prompt a line, with options behind it in kohya's short form or our long one."""

import functools
import re
from collections.abc import Iterator
from typing import Any, BinaryIO

from imagegen import options
from imagegen.errors import RequestError
from imagegen.promptfile import decoding
from imagegen.promptfile.row import IGNORED, LONGEST_KEY, Line, known, line_of, wrong

# kohya splits at " --"; a letter must follow, so that a dash -- like this -- stays in the prompt.
OPTION = re.compile(r"(?:^|\s)--(?=[A-Za-z])")
WORDS = re.compile(r"([^\s=]+)(?:=|\s+|$)(.*)", re.DOTALL)
# The options of a line in kohya's sd-scripts (gen_img.py; ss: the trainer's sample prompts).
KOHYA = {
    "n": "negative",
    "w": "width",
    "h": "height",
    "d": "seed",
    "s": "steps",
    "l": "guidance",
    "ss": "scheduler",
    "f": "name",
}
KOHYA_ONLY = {
    "t": "strength of an input picture",
    "nl": "guidance of the negative prompt",
    "am": "weights of LoRAs",
    "c": "prompt for CLIP guidance",
    "g": "guidance of a distilled model",
    "cn": "picture for ControlNet",
    "ci": "control picture",
    "fs": "flow shift",
    "ow": "original width",
    "oh": "original height",
    "nw": "original width, negative",
    "nh": "original height, negative",
    "ct": "crop, top",
    "cl": "crop, left",
    **dict.fromkeys(("dsd1", "dst1", "dsd2", "dst2", "dsr"), "Deep Shrink"),
    **dict.fromkeys(("glt", "glr", "gle", "gls", "glsn", "glus"), "Gradual Latent"),
}


def rows(file: BinaryIO, origin: str) -> Iterator[Line]:
    """Each line that is neither blank nor a comment."""
    for number, line, problem in decoding.lines(file, origin):
        text = line.strip()
        if problem is not None:
            yield wrong(number, problem)
        elif text and not text.startswith("#"):
            yield row(number, text)


def row(number: int, text: str) -> Line:
    """What one line says."""
    if "--" not in text:
        return Line(number, {"prompt": text})
    prompt, *parts = OPTION.split(text)
    prompt = prompt.rstrip()
    pairs: list[tuple[str, Any]] = [("prompt", prompt)] if prompt else []
    problems: list[RequestError] = []
    for part in parts:
        said = _option(part)
        if isinstance(said, RequestError):
            problems.append(said)
        else:
            pairs.append(said)
    return line_of(number, pairs, problems)


def _option(part: str) -> tuple[str, Any] | RequestError:
    """One option and its value, which runs to the next option."""
    match = WORDS.match(part)
    assert match, "OPTION promises a letter"
    key, value = match[1], match[2].strip()
    name = _named(key[:LONGEST_KEY])
    if isinstance(name, RequestError):
        return name
    if value:
        return name, _unquoted(value)
    if options.OPTIONS[name].schema == options.FLAG:
        return name, True
    return RequestError(
        "no-value", f"--{key} has no value", hint=f"--{key} with {options.OPTIONS[name].help}"
    )


@functools.lru_cache(maxsize=1024)
def _named(key: str) -> str | RequestError:
    """The option of a key in kohya's spelling or ours."""
    short = key.lower()
    if short in KOHYA_ONLY:
        return RequestError(
            "unsupported-option",
            f"imagegen has no --{key}, kohya's {KOHYA_ONLY[short]}",
            hint=f"the line without --{key}",
        )
    name = known(KOHYA.get(short, key))
    if name == IGNORED:
        return RequestError("unknown-option", f"there is no option '{key}'", hint="without it")
    return name


def _unquoted(value: str) -> str:
    quote, inside = value[0], value[1:-1]
    if len(value) > 1 and quote in "\"'" and value[-1] == quote and quote not in inside:
        return inside
    return value
