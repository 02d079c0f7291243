"""Read a prompt file row by row: what each row says by the names of OPTIONS, and what is wrong."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import PurePath
from typing import BinaryIO

from imagegen.errors import RequestError
from imagegen.promptfile import json_lines, json_list, mixed, table, text
from imagegen.promptfile.decoding import LONGEST_ROW
from imagegen.promptfile.row import Line, checked
from imagegen.promptfile.row_schema import schema

__all__ = ["FORMATS", "LONGEST_ROW", "Line", "Reader", "format_of", "read", "schema"]
Reader = Callable[[BinaryIO, str], Iterator[Line]]


def _yaml(file: BinaryIO, origin: str) -> Iterator[Line]:
    from imagegen.promptfile import yaml_rows  # only for a YAML file: a parser costs a start

    return yaml_rows.rows(file, origin)


FORMATS: Mapping[str, Reader] = {
    "text": text.rows,
    "csv": table.comma_rows,
    "tsv": table.tab_rows,
    "jsonl": json_lines.rows,
    "json": json_list.rows,
    "yaml": _yaml,
    "lines": mixed.rows,
}
SUFFIXES = {
    ".txt": "text",
    ".csv": "csv",
    ".tsv": "tsv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "json",
    ".yaml": "yaml",
    ".yml": "yaml",
}


def format_of(name: str) -> str:
    """The format that a file's name promises; stdin, `-`, is read line by line."""
    if name == "-":
        return "lines"
    suffix = PurePath(name).suffix.lower()
    if suffix in SUFFIXES:
        return SUFFIXES[suffix]
    raise RequestError(
        "unknown-format",
        f"'{name}' does not say its format" if not suffix else f"'{suffix}' is no prompt file",
        hint=f"a name that ends in {', '.join(SUFFIXES)}",
    )


def read(file: BinaryIO, form: str, origin: str, *, needs_prompt: bool = True) -> Iterator[Line]:
    """Each row of the file as soon as it is read; bad content is a line with problems.

    Nothing but the row at hand is held in memory. `needs_prompt` is False where the caller has a
    prompt for rows that say none.
    """
    for line in FORMATS[form](file, origin):
        yield checked(line, needs_prompt=needs_prompt)
