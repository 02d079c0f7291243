"""JSON lines: an object a line, or a string, which is a prompt."""

import json
import math
from collections.abc import Iterator
from typing import Any, BinaryIO

from imagegen.errors import RequestError
from imagegen.promptfile import decoding
from imagegen.promptfile.row import Line, line_of, no_row, wrong

KINDS = {list: "a list", bool: "true or false", int: "a number", float: "a number"}


def _whole(text: str) -> float:
    # Python refuses to read thousands of digits, and fails to compare hundreds with a float.
    return int(text) if len(text) <= 300 else math.inf


# Objects become tuples of pairs, in which a key that is said twice can be seen.
DECODER = json.JSONDecoder(object_pairs_hook=tuple, parse_int=_whole)


def rows(file: BinaryIO, origin: str) -> Iterator[Line]:
    """Each line that is not blank."""
    for number, line, problem in decoding.lines(file, origin):
        text = line.strip()
        if problem is not None:
            yield wrong(number, problem)
        elif text:
            yield row(number, text)


def row(number: int, text: str) -> Line:
    """What one line of JSON says."""
    try:
        return row_of(number, DECODER.decode(text))
    except json.JSONDecodeError as error:
        return wrong(number, malformed(error.msg, error.pos + 1))
    except RecursionError:
        return wrong(number, too_deep())


def row_of(number: int, value: Any) -> Line:
    """What one value of JSON says, objects being tuples of pairs."""
    if isinstance(value, str):
        return Line(number, {"prompt": value})
    if isinstance(value, tuple):
        return line_of(number, value)
    return no_row(number, KINDS.get(type(value), "null"))


def malformed(what: str, column: int, more: str = "") -> RequestError:
    return RequestError(
        "not-json",
        f"this is not JSON: {what[0].lower()}{what[1:]}, column {column}{more}",
        hint='{"prompt": "red fox", "steps": 30}, or "red fox"',
    )


def too_deep(more: str = "") -> RequestError:
    return RequestError(
        "nested-value", f"too many brackets in each other{more}", hint='{"prompt": "red fox"}'
    )
