"""The name of a picture's file: from a template, free or already its own, never another's."""

import functools
import os
import re
import string
from collections.abc import Callable, Iterator, Mapping
from enum import Enum
from itertools import count
from pathlib import Path
from typing import NamedTuple

from imagegen.errors import RequestError
from imagegen.formats import ENDINGS

DEFAULT_STEM = "{slug}-{seed}"
HIDDEN_STEM = "picture-{seed}"  # where the prompt is nobody's business
DEFAULT_NAME = f"{DEFAULT_STEM}.png"
# Bytes; what is added (seed, "-2", ".json", the hidden name while it is written) fits into 255.
LONGEST_SLUG = 80
LONGEST_NAME = 200
LONGEST_FIXED_NAME = 211  # of which a number may be a part already, as in a row that has failed
FORMAT = re.compile(r"0?\d{0,2}(\.\d)?[dfg]?", re.ASCII)
OTHER_FORMATS = frozenset({".gif", ".bmp", ".tif", ".tiff", ".heic", ".jxl", ".json"})
Field = str | int | float


class Spot(Enum):
    """What lies at a name."""

    FREE = "free"
    WHOLE = "whole"  # a picture with its record
    TORN = "torn"  # the record of a picture that is not there, or not whole
    TAKEN = "taken"  # something else


class Found(NamedTuple):
    """What lies at a name, and the id of the plan that made it, if it is a picture of ours."""

    spot: Spot
    identity: str | None = None


class Place(NamedTuple):
    """Where a picture goes, and whether it lies there already: whole, torn, or not at all."""

    path: Path
    spot: Spot


class Names:
    """File names that no two pictures of a run share.

    A picture gets the name it wants, or that name with the first number from 2 that is not taken:
    by an earlier picture of this run (which may have failed: names do not depend on luck), or by a
    file that is not this picture. Each name is looked at once; what lies at those passed over is
    remembered, for a later picture may be the one.
    """

    def __init__(self) -> None:
        self._given: set[int] = set()
        self._next: dict[int, int] = {}
        self._passed: dict[tuple[int, str], tuple[int, Spot]] = {}

    def place(
        self, wanted: Path, identity: str, look: Callable[[Path], Found], *, overwrite: bool
    ) -> Place:
        """Where the picture of this id goes, that wants this name; asked again, the next name."""
        key = hash(str(wanted))
        passed = self._passed.pop((key, identity), None)
        if passed is not None:
            number, spot = passed
            path = numbered(wanted, number)
            self._given.add(_claim(path))
            return Place(path, spot)
        for number in count(self._next.get(key, 1)):
            self._next[key] = number + 1
            path = numbered(wanted, number)
            claim = _claim(path)
            if claim in self._given:
                continue
            spot, lies = look(path)
            if lies == identity or spot is Spot.FREE or overwrite:
                self._given.add(claim)
                return Place(path, spot if lies == identity else Spot.FREE)
            if lies is not None:
                self._passed[key, lies] = number, spot
        raise AssertionError("names do not end")


def _claim(path: Path) -> int:
    """What a picture takes: its name and its sidecar's, which x.png and x.PNG would share."""
    return hash(os.fspath(path).rpartition(".")[0])  # quicker than paths are


def numbered(path: Path, number: int) -> Path:
    """The name itself, then name-2, name-3, and so on."""
    return path if number == 1 else path.with_stem(f"{path.stem}-{number}")


def free_names(path: Path) -> Iterator[Path]:
    """The name itself, then name-2, name-3, and so on, without end."""
    return (numbered(path, number) for number in count(1))


def path(
    folder: str | None, template: str, fields: Mapping[str, Field], ending: str = ".png"
) -> Path:
    """The path that a template and a picture's fields make; refuses what leads elsewhere.

    A name that says no format of ours gets the ending.
    """
    name = _name(template, fields, ending)
    if not folder:
        return Path(name)
    return Path(os.path.expanduser(folder), name)  # noqa: PTH111 (pathlib raises for ~nobody)


@functools.lru_cache(maxsize=1000)
def slug(text: str) -> str:
    """The text as a file name: lower case, letters and digits of any script, hyphens between."""
    words = re.sub(r"[\W_]+", "-", text.lower()).strip("-")
    return words.encode()[:LONGEST_SLUG].decode(errors="ignore").rstrip("-") or "picture"


def is_fixed(template: str | None) -> bool:
    """Whether the template names one file, whatever the picture; {{ is a brace of the name."""
    return template is not None and "{" not in template.replace("{{", "")


def _name(template: str, fields: Mapping[str, Field], ending: str) -> str:
    """The name within the folder; in text, which is quicker than paths are."""
    name = _fill(template, fields)
    parts = name.replace(os.sep, "/").split("/")
    suffix = os.path.splitext(parts[-1])[1].lower()  # noqa: PTH122
    if suffix in ENDINGS:
        ending = ""
    if suffix in OTHER_FORMATS:
        raise RequestError(
            "unknown-format",
            f"name '{template}' asks for {suffix[1:]}",
            hint=f"a name that ends in {', '.join(ENDINGS)}",
        )
    if not name.isprintable():
        raise RequestError(
            "bad-name", f"name {template!r} has a control character", hint=DEFAULT_NAME
        )
    longest = LONGEST_FIXED_NAME if is_fixed(template) else LONGEST_NAME
    if len(name) > LONGEST_NAME // 4 and (
        max(len(part.encode()) for part in (*parts, parts[-1] + ending)) > longest
    ):
        raise RequestError(
            "bad-name", f"name '{template}' makes a name too long", hint=DEFAULT_NAME
        )
    drive = os.path.splitdrive(name)[0]  # of Windows
    if parts[-1] in {"", "."} or ".." in parts or drive or os.path.isabs(name):  # noqa: PTH117
        raise RequestError(
            "bad-name", f"name '{template}' leads out of the folder", hint="-o for the folder"
        )
    return name + ending


@functools.lru_cache(maxsize=256)
def _fields(template: str) -> tuple[tuple[str, str | None, str | None], ...]:
    parts = string.Formatter().parse(template)
    return tuple((field, form, kind) for _, field, form, kind in parts if field is not None)


def _fill(template: str, fields: Mapping[str, Field]) -> str:
    try:
        for field, form, conversion in _fields(template):
            if field not in fields or conversion:
                raise RequestError(
                    "bad-name",
                    f"name '{template}' has the unknown field '{field}'",
                    hint=", ".join(f"{{{field}}}" for field in fields),
                )
            if not FORMAT.fullmatch(form or ""):
                raise RequestError(
                    "bad-name",
                    f"name '{template}' has the unknown format '{form}'",
                    hint="{seed:04}, {index:03d} or {guidance:.1f}",
                )
        return template.format_map(fields)
    except (ValueError, KeyError, IndexError) as error:
        raise RequestError("bad-name", f"name '{template}': {error}", hint=DEFAULT_NAME) from None
