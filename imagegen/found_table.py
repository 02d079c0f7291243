"""What is known of a picture as a page for people: a table at a terminal, else plain lines."""

import shutil
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from imagegen import harmless, jsonline
from imagegen.reading.found import Found, Lora
from imagegen.reading.picture import Seen

LONGEST = 2000  # characters of a value that are shown; --json has all
LONGEST_OBJECT = 200  # of an object's JSON
LONGEST_HASH = 12
MOST_ROWS = 200
WIDE = 17  # of the names
# Rows that need no more than a value.
PLAIN = (("seed", "seed"), ("steps", "steps"), ("guidance", "guidance"))
LATER = (
    *(("vae", "vae"), ("clip skip", "clip_skip"), ("strength", "strength"), ("noise", "noise")),
    ("prompt syntax", "prompt_syntax"),
)


class Row(NamedTuple):
    """A name, its value, and whether the name is the tool's own."""

    name: str
    value: str
    of_tool: bool = False


def text(path: Path, seen: Seen, *, raw: bool, at_terminal: bool) -> str:
    """The page, without anything that could act on a terminal."""
    heading = harmless.shown(jsonline.shown(str(path)))
    rows = list(_rows(seen))
    if raw:
        rows += [Row(key, value, True) for key, value in seen.carried.texts.items()]
    page = [
        Row(harmless.shown(_cut(name, 40)), "\n".join(harmless.lines(_cut(value))), own)
        for name, value, own in rows[:MOST_ROWS]
    ]
    if len(rows) > MOST_ROWS:
        page.append(Row("", f"… {len(rows) - MOST_ROWS} more; --json has all"))
    return _table(heading, page) if at_terminal else _lines(heading, page)


def _rows(seen: Seen) -> Iterator[Row]:
    inside, found = seen
    size = "" if inside.width is None else f", {inside.width}x{inside.height}"
    yield Row("picture", f"{inside.format.upper()}{size}")
    for damage in inside.damage:
        yield Row("damage", damage)
    if found.tool is not None:
        yield Row("made by", f"{found.tool} {found.version or ''}".rstrip())
        yield Row("read from", found.source or "")
        yield from _settings(found)
    for name, value in found.other.items():
        if value not in (None, "", [], {}):
            yield Row(name, _plain(value), True)
    for one in found.unknown:
        yield Row("not known", f"{one.field}: {one.reason}")


def _settings(found: Found) -> Iterator[Row]:
    if found.prompt is not None:
        yield Row("prompt", found.prompt)
    if found.negative_prompt:
        yield Row("negative prompt", found.negative_prompt)
    yield from _named(found, PLAIN)
    if found.sampler is not None:
        yield Row("sampler", ", ".join(filter(None, (found.sampler, found.schedule))))
    if found.scheduler is not None:
        yield Row("scheduler", found.scheduler)
    if found.width is not None and found.height is not None:
        yield Row("size", f"{found.width}x{found.height}")
    if found.model is not None:
        digest = f" ({found.model_hash})" if found.model_hash else ""
        yield Row("model", f"{found.model}{digest}")
    elif found.model_hash is not None:
        yield Row("model hash", found.model_hash)
    yield from _named(found, LATER)
    for lora in found.loras:
        yield Row("lora", _lora(lora))
    for name, digest in found.hashes.items():
        yield Row("hash", f"{name}: {digest[:LONGEST_HASH]}")


def _named(found: Found, rows: tuple[tuple[str, str], ...]) -> Iterator[Row]:
    for name, field in rows:
        value = getattr(found, field)
        if value is not None:
            yield Row(name, f"{value:g}" if isinstance(value, float) else str(value))


def _lora(one: Lora) -> str:
    weight = "" if one.weight is None else f", weight {one.weight:g}"
    return f"{one.name}{weight}" + (f" ({one.hash})" if one.hash else "")


def _plain(value: Any) -> str:
    if isinstance(value, str):
        return value
    return _cut(msgspec.json.encode(value).decode(), LONGEST_OBJECT)


def _cut(value: str, length: int = LONGEST) -> str:
    if len(value) <= length:
        return value
    return f"{value[:length]}… ({len(value) - length:,} more characters; --json has all)"


def _lines(heading: str, rows: list[Row]) -> str:
    """A name and a value a line; further lines of a value stand below it."""
    below = "\n" + " " * (WIDE + 2)
    told = (f"  {row.name:<{WIDE}}{row.value}".rstrip().replace("\n", below) for row in rows)
    return "\n".join((heading, *told))


def _table(heading: str, rows: list[Row]) -> str:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    width = shutil.get_terminal_size().columns
    console = Console(
        file=StringIO(), force_terminal=True, width=width, highlight=False, emoji=False
    )
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(style="dim", max_width=28)
    table.add_column(overflow="fold")
    for row in rows:  # as Text, in which brackets are brackets
        style = "yellow" if row.name in ("not known", "damage") else ""
        table.add_row(Text(row.name, style="cyan" if row.of_tool else ""), Text(row.value, style))
    console.print(Text(heading, "bold"))
    console.print(table)
    return str(console.file.getvalue()).rstrip("\n")  # type: ignore[attr-defined]
