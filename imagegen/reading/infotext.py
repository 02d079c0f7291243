"""The text that webui calls infotext: prompt, negative prompt, one line of settings.

Grammar: AUTOMATIC1111's `modules/infotext_utils.py`, read in one pass whatever the text is. Beyond
it, a value that begins as JSON and is not quoted (`Hashes: {...}`) is read to its end.
"""

import json
import re
from typing import NamedTuple

from imagegen.reading.bounded import DamagedError, from_json

NEGATIVE = "Negative prompt:"
# A run of what keys are made of, and the one character that ends it.
RUN = re.compile(r"([\w \-/]*)([^\w \-/])")
QUOTED = re.compile(r'"(?:\\.|[^\\"])+"(?=,|$)')
BLANK = re.compile(r"\s*")
LEAST_SETTINGS = 3
MOST_JSON = 16  # values that are tried as JSON
LORA = re.compile(r"<lora:([^:<>]{1,200})(?::([-+.\d]{1,20}))?[^<>]{0,200}>")


class Infotext(NamedTuple):
    """The text in its parts; without settings all of it is prompt."""

    prompt: str
    negative: str | None
    settings: dict[str, str]


def read(text: str) -> Infotext:
    """Split the text; the last line is settings if at least three are in it."""
    *lines, last = text.strip().split("\n")
    settings = settings_of(last)
    if len(settings) < LEAST_SETTINGS:
        lines, settings = [*lines, last], {}
    prompt: list[str] = []
    negative: list[str] | None = None
    for line in map(str.strip, lines):
        if line.startswith(NEGATIVE):
            negative = [] if negative is None else negative
            line = line.removeprefix(NEGATIVE).strip()
        (prompt if negative is None else negative).append(line)
    return Infotext(
        "\n".join(prompt).strip(), None if negative is None else "\n".join(negative), settings
    )


def settings_of(line: str) -> dict[str, str]:
    """The `Key: value` pairs of a line; a later one of the same key holds."""
    found: dict[str, str] = {}
    at, tries = 0, MOST_JSON
    while match := RUN.match(line, at):
        at = match.end()
        key = _key(match[1])
        if match[2] != ":" or key is None:
            continue
        begins = BLANK.match(line, at)
        start = at if begins is None else begins.end()
        if quoted := QUOTED.match(line, start):
            found[key], at = _unquoted(quoted[0]), quoted.end() + 1
            continue
        end = None
        if tries and line[start : start + 1] in ("{", "["):
            tries, end = tries - 1, _end_of_json(line, start)
        if end is None:
            comma = line.find(",", start)
            end = len(line) if comma < 0 else comma
        found[key], at = line[start:end].strip(), end + 1
    return found


def loras_of(prompt: str) -> list[tuple[str, float | None]]:
    """The `<lora:name:weight>` of a prompt; without a weight it is 1."""
    found: list[tuple[str, float | None]] = []
    for name, weight in LORA.findall(prompt):
        try:
            found.append((name, float(weight or 1)))
        except ValueError:
            found.append((name, None))
    return found


def hashes_of(value: str) -> dict[str, str]:
    """`name: hash, name2: hash` as a mapping."""
    pairs = (pair.rpartition(":") for pair in value.split(","))
    return {name.strip(): digest.strip() for name, _, digest in pairs if name.strip()}


def _key(run: str) -> str | None:
    """A letter or digit, then at least one more of the run's characters."""
    key = run.lstrip(" -/")
    return key if len(key) > 1 else None


def _unquoted(value: str) -> str:
    try:
        text = from_json(value)
    except DamagedError:
        return value
    return text if isinstance(text, str) else value


def _end_of_json(line: str, start: int) -> int | None:
    try:
        _, end = json.JSONDecoder().raw_decode(line, start)
    except (ValueError, RecursionError):
        return None
    return end if line[end : end + 1] in (",", "") else None
