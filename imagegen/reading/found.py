"""What is known of how a picture was made, whichever tool made it, and what is not."""

import math
import re
from collections.abc import Mapping
from typing import Any

from msgspec import Struct

SIZE = re.compile(r"\D*(\d{1,9})\s*[x×,]\s*(\d{1,9})\D*")
NUMBER = re.compile(r"\s*[+-]?\d{1,20}(\.0*)?\s*", re.ASCII)
LONGEST_SHOWN = 60


class Lora(Struct, frozen=True, kw_only=True):
    """An adapter by the name that the tool knew it by."""

    name: str
    weight: float | None = None
    hash: str | None = None


class Unknown(Struct, frozen=True):
    """What could not be told, and why."""

    field: str
    reason: str


class Carried(Struct, frozen=True, kw_only=True):
    """What a file carries beside its pixels, read from its headers.

    Texts are named by their PNG keyword, or `exif:Tag`, `xmp:prefix:name`, `comment` (of a JPEG),
    `stealth` (hidden in the pixels); `damage` says what was wrong with the file.
    """

    format: str
    width: int | None = None
    height: int | None = None
    texts: Mapping[str, str] = {}
    damage: tuple[str, ...] = ()

    @property
    def comment(self) -> str | None:
        """The text that EXIF's UserComment has, wherever the file keeps it."""
        return self.texts.get("exif:UserComment") or self.texts.get("xmp:exif:UserComment")


class Found(Struct, frozen=True, kw_only=True):
    """How a picture was made; None is not known, and `unknown` says why.

    `sampler` and `schedule` are as the tool calls them, `scheduler` is our name of the two.
    `other` is all else, each under the name that the tool gives it. `noise` is where the noise
    was drawn, "cpu" or something else. `clip_skip` counts as webui does: 1 leaves no layer out.
    """

    tool: str | None
    version: str | None = None
    source: str | None = None
    prompt: str | None = None
    negative_prompt: str | None = None
    seed: int | None = None
    steps: int | None = None
    sampler: str | None = None
    schedule: str | None = None
    scheduler: str | None = None
    guidance: float | None = None
    width: int | None = None
    height: int | None = None
    model: str | None = None
    model_hash: str | None = None
    vae: str | None = None
    clip_skip: int | None = None
    strength: float | None = None
    noise: str | None = None
    prompt_syntax: str | None = None
    loras: tuple[Lora, ...] = ()
    hashes: Mapping[str, str] = {}
    other: Mapping[str, Any] = {}
    unknown: tuple[Unknown, ...] = ()


class Fields:
    """The values of a record by their own names; what is taken is no longer among the rest."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._left = {name: value for name, value in values.items() if value is not None}
        self.strange: list[Unknown] = []

    def take(self, *names: str) -> Any:
        """The first of these that is there."""
        for name in names:
            if name in self._left:
                return self._left.pop(name)
        return None

    def text(self, *names: str) -> str | None:
        """The first of these that is there, as text."""
        value = self.take(*names)
        if value is None or isinstance(value, str):
            return value
        if isinstance(value, (dict, list, tuple)):
            self._strange(names[0], value, "is no text")
            return None
        return str(value)

    def whole(self, *names: str) -> int | None:
        """The first of these that is there, as a whole number."""
        value = self.take(*names)
        number = whole(value)
        if number is None and value not in (None, ""):
            self._strange(names[0], value, "is no whole number")
        return number

    def real(self, *names: str) -> float | None:
        """The first of these that is there, as a number."""
        value = self.take(*names)
        number = real(value)
        if number is None and value not in (None, ""):
            self._strange(names[0], value, "is no number")
        return number

    def size(self, *names: str) -> tuple[int | None, int | None]:
        """Width and height from `512x768` or `(512, 768)`."""
        value = self.take(*names)
        match = SIZE.fullmatch(value) if isinstance(value, str) and len(value) < 80 else None
        if isinstance(value, (list, tuple)) and len(value) == 2:
            return whole(value[0]), whole(value[1])
        if match is None:
            if value not in (None, ""):
                self._strange(names[0], value, "is no size")
            return None, None
        return int(match[1]), int(match[2])

    def inner(self, name: str) -> "Fields":
        """The values of an object that stands under this name."""
        value = self.take(name)
        return Fields(value if isinstance(value, dict) else {})

    def rest(self) -> dict[str, Any]:
        """All that was not taken."""
        return self._left

    def _strange(self, name: str, value: Any, why: str) -> None:
        self._left[name] = value
        self.strange.append(Unknown(name, f"'{cut(str(value))}' {why}"))


def whole(value: Any) -> int | None:
    """A whole number, from a number or its digits."""
    if isinstance(value, str) and NUMBER.fullmatch(value):
        value = int(value.strip().partition(".")[0])
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    is_one = isinstance(value, int) and not isinstance(value, bool)
    return value if is_one and abs(value) < 2**64 else None


def real(value: Any) -> float | None:
    """A finite number, from a number or its digits."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)) or value == "":
        return None
    try:
        number = float(value) if not isinstance(value, str) or len(value) < 80 else math.nan
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def cut(text: str, length: int = LONGEST_SHOWN) -> str:
    """The text, or its beginning."""
    return text if len(text) <= length else f"{text[:length]}…"
