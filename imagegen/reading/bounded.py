"""What a stranger's file may make us read: bounds, and inflating and JSON that keep to them."""

import json
import re
import zlib
from collections.abc import Iterable
from typing import Any

import msgspec

LONGEST_TEXT = 8 << 20  # bytes of all the texts of one file, inflated
MOST_PARTS = 100_000  # chunks, segments or boxes of one file
MOST_ITEMS = 500_000  # values of one JSON text: its objects take up to 200 bytes each
DEEPEST = 64
LONG_NUMBER = re.compile(r"\d{19}")


class TooMuchError(Exception):
    """The file asks for more memory or time than any honest one."""


class DamagedError(Exception):
    """A part of the file is not what it says it is."""


class Budget:
    """How many bytes of text one file may still bring."""

    def __init__(self, left: int = LONGEST_TEXT) -> None:
        self.left = left

    def take(self, size: int, what: str) -> None:
        """Count these bytes in; refuses more than are left."""
        if size > self.left:
            raise TooMuchError(f"{what} is longer than the {LONGEST_TEXT:,} bytes that are read")
        self.left -= size


def inflate(content: bytes, budget: Budget, what: str) -> bytes:
    """A zlib or gzip stream, unpacked no further than the budget."""
    stream = zlib.decompressobj(wbits=32 + zlib.MAX_WBITS)
    try:
        plain = stream.decompress(content, budget.left + 1)
    except zlib.error as error:
        raise DamagedError(f"{what} does not unpack: {error}") from None
    budget.take(len(plain), what)
    if not stream.eof:
        raise DamagedError(f"{what} does not unpack: its end is missing")
    return plain


def from_json(text: str) -> Any:
    """What a JSON text says, also with the NaN that Python writes; DamagedError if it is none."""
    if len(text) > LONGEST_TEXT or sum(map(text.count, "{[,")) > MOST_ITEMS:
        raise TooMuchError(f"a JSON text has more than {MOST_ITEMS:,} values")
    try:
        value = msgspec.json.decode(text)
    except (ValueError, RecursionError):
        try:
            value = json.loads(text)
        except (ValueError, RecursionError):
            raise DamagedError("it is not valid JSON") from None
        strange = True
    else:
        strange = LONG_NUMBER.search(text) is not None
    _check_depth(value)
    return _sayable(value) if strange else value


def object_from(text: str | None) -> dict[str, Any] | None:
    """The JSON object that the text is; None where it is something else."""
    if text is None or not text.lstrip().startswith("{"):
        return None
    try:
        value = from_json(text)
    except DamagedError:
        return None
    return value if isinstance(value, dict) else None


def _sayable(value: Any) -> Any:
    """The same without what JSON cannot say again: halves of characters, numbers without end."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, dict):
        return {_sayable(key): _sayable(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_sayable(one) for one in value]
    return str(value) if isinstance(value, int) and abs(value) >= 2**63 else value


def _check_depth(value: Any) -> None:
    level = _containers([value])
    for _ in range(DEEPEST):
        if not level:
            return
        level = [
            inner
            for outer in level
            for inner in _containers(outer.values() if isinstance(outer, dict) else outer)
        ]
    raise TooMuchError(f"a JSON text is deeper than {DEEPEST} levels")


def _containers(values: Iterable[Any]) -> list[Any]:
    return [value for value in values if isinstance(value, (dict, list))]
