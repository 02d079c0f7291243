"""A folder of wildcard files: text, YAML and JSON, read when first asked for, and once."""

import difflib
import fnmatch
import itertools
import json
import math
import os
import re
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from imagegen.errors import FileError, RequestError
from imagegen.template_parser import (
    DEEPEST,
    Option,
    Options,
    Template,
    is_template,
    options_of,
    parse,
    weight_from,
    wildcard_names,
)

GLOB = re.compile(r"[*?\[]")
MOST_ENTRIES = 100_000  # of one structured file
STRUCTURED = {".yaml", ".yml", ".json"}


class Line(Struct, frozen=True):
    """One value as it was written, and where."""

    text: str
    weight: float
    place: str


class Wildcards:
    """What `__name__` can stand for; None is no folder, in which every name is unknown."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        # Text files wait until they are needed; a structured one tells its names only when read.
        self._shelf: dict[str, list[Path | Line]] | None = None
        self._texts: dict[Path, list[Line]] = {}
        self._values: dict[str, Options] = {}
        self._reading: list[str] = []

    def values(self, name: str) -> Options:
        """Every value of all files whose name fits, in the order of the names and lines."""
        name = re.sub(r"[\\/]+", "/", name).strip("/ ")
        if name not in self._values:
            self._check_circle(name)
            self._reading.append(name)
            try:
                self._values[name] = self._read(name)
            finally:
                self._reading.pop()
        return self._values[name]

    def _check_circle(self, name: str) -> None:
        way = [*self._reading, name]
        if name in self._reading:
            raise RequestError(
                "circular-wildcard",
                f"the wildcard '{name}' leads back to itself: {' → '.join(way)}",
                hint="a value that does not name it",
            )
        if len(way) > DEEPEST:
            raise RequestError(
                "bad-template",
                f"wildcards lead to wildcards deeper than {DEEPEST}: {' → '.join(way[:3])} → …",
                hint="fewer files that name another",
            )

    def _read(self, name: str) -> Options:
        # A value in two files that fit is one value, as in the conventions.
        lines: dict[str, Line] = {}
        for line in self._lines(name):
            lines.setdefault(line.text, line)
        values = options_of(self._option(line) for line in lines.values())
        if not values.items:
            raise RequestError(
                "empty-wildcard",
                f"the wildcard '{name}' has no values",
                hint="a line for each value, none of them of weight 0 only",
            )
        return values

    def _option(self, line: Line) -> Option:
        # Of a YAML text over many lines, some may be comments.
        if not is_template(line.text) and "\n" not in line.text:
            return Option(Template((line.text,)), line.weight, line.place)
        try:
            template = parse(line.text)
            for name in wildcard_names(template):
                self.values(name)  # now, so that a circle or a wrong name is told for any seed
        except RequestError as error:
            raise RequestError(
                error.code, f"{line.place}: {error.message}", hint=error.hint
            ) from None
        return Option(template, line.weight, line.place)

    def _lines(self, name: str) -> Iterator[Line]:
        if self._shelf is None:
            self._shelf = {} if self._folder is None else _shelf(self._folder)
        for found in self._names(name, self._shelf):
            for entry in self._shelf[found]:
                if isinstance(entry, Line):
                    yield entry
                    continue
                if entry not in self._texts:
                    self._texts[entry] = list(_text_lines(entry, entry.name))
                yield from self._texts[entry]

    def _names(self, name: str, shelf: dict[str, list[Path | Line]]) -> list[str]:
        found = _fitting(name, shelf) or _fitting(f"**/{name}", shelf)
        if not found:
            raise RequestError(
                "unknown-wildcard",
                f"there is no wildcard '{name}'",
                hint=_near(name, list(shelf), self._folder),
            )
        return found


def _fitting(pattern: str, shelf: dict[str, list[Path | Line]]) -> list[str]:
    if pattern in shelf:
        return [pattern]
    if not GLOB.search(pattern):
        return []
    fits = re.compile(fnmatch.translate(pattern)).match  # `*` also goes over `/`
    return [name for name in sorted(shelf) if fits(name)]


def _near(name: str, names: list[str], folder: Path | None) -> str:
    near = difflib.get_close_matches(name, names, n=3, cutoff=0.5) or sorted(names)[:3]
    files = " or ".join(f"__{other}__" for other in near) or f"a file {name}.txt"
    return f"{files}, in {'a folder of wildcards' if folder is None else folder}"


def _shelf(folder: Path) -> dict[str, list[Path | Line]]:
    if not os.path.isdir(folder):  # noqa: PTH112 (never raises)
        raise FileError(
            "no-wildcards",
            f"there is no folder of wildcards '{folder}'",
            hint="a folder with animals.txt for __animals__",
        )
    shelf: dict[str, list[Path | Line]] = {}
    for path in sorted(folder.rglob("*")):
        inner = path.relative_to(folder)
        if any(part.startswith(".") for part in inner.parts) or not path.is_file():
            continue
        kind = path.suffix.lower()
        if kind == ".txt":
            shelf.setdefault(inner.with_suffix("").as_posix(), []).append(path)
        elif kind in STRUCTURED:
            for name, line in _structured_lines(path, inner):
                shelf.setdefault(name, []).append(line)
    return shelf


def _text_lines(path: Path, place: str) -> Iterator[Line]:
    for number, line in enumerate(_text(path).split("\n"), 1):
        text = line.strip()
        if text and not text.startswith("#"):
            yield _line(text, f"{place}, line {number}")


def _line(text: str, place: str) -> Line:
    try:
        weight, at = weight_from(text)
    except RequestError as error:
        raise RequestError(error.code, f"{place}: {error.message}", hint=error.hint) from None
    return Line(text[at:], weight, place)


def _structured_lines(path: Path, inner: Path) -> Iterator[tuple[str, Line]]:
    """The lists in a mapping of mappings; the keys on the way to one are its name."""
    parents = inner.parent.parts
    data = _json(path) if path.suffix.lower() == ".json" else _yaml(path)
    # A list without a mapping has the name of its file.
    waiting = [(parents if isinstance(data, dict) else (*parents, inner.stem), data)]
    for count in itertools.count():
        if not waiting:
            return
        names, found = waiting.pop()
        # A mapping of YAML may hold itself, or another many times over.
        if count > MOST_ENTRIES or len(names) > DEEPEST:
            raise _broken(path, ValueError("too many mappings in each other"))
        if isinstance(found, dict):
            waiting.extend(((*names, str(key)), value) for key, value in reversed(found.items()))
        elif isinstance(found, str | list):  # the conventions pass over numbers and the like
            name = "/".join(names)
            for number, value in enumerate([found] if isinstance(found, str) else found, 1):
                place = f"{inner.as_posix()}, {name}, value {number}"
                yield from ((name, line) for line in _value(value, place))


def _value(value: object, place: str) -> Iterator[Line]:
    if isinstance(value, dict):
        text, weight = value.get("text") or value.get("content"), value.get("weight", 1)
        if isinstance(text, str) and _is_number(weight):
            value = f"{weight}::{text}"
    elif _is_number(value):
        value = str(value)
    if not isinstance(value, str | None):
        raise FileError(
            "bad-wildcards", f"{place}: {value!r:.60} is not a text", hint="quotes around it"
        )
    if value is not None and value.strip():
        yield _line(value.strip(), place)


def _is_number(value: object) -> bool:
    # In Python True is an int, and in YAML `yes` is True.
    if isinstance(value, bool):
        return False
    return isinstance(value, int) or (isinstance(value, float) and math.isfinite(value))


def _json(path: Path) -> object:
    try:
        return json.loads(_text(path))
    except (ValueError, RecursionError) as error:
        raise _broken(path, error) from None


def _yaml(path: Path) -> object:
    import yaml  # only who has such a file waits for it

    try:
        return yaml.load(_text(path), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise _broken(path, error) from None


def _broken(path: Path, error: Exception) -> FileError:
    problem = " ".join(str(error).split())
    return FileError("bad-wildcards", f"'{path}': {problem}", hint="a mapping of names to lists")


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise FileError("bad-wildcards", f"'{path}' is not UTF-8", hint="a text in UTF-8") from None
    except OSError as error:
        raise FileError(
            "bad-wildcards", f"'{path}': {error.strerror}", hint="a readable file"
        ) from None
