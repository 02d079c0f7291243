"""The header of a safetensors file: what its tensors are called and how large they are."""

import math
import struct
from pathlib import Path
from typing import NamedTuple

import msgspec

from imagegen.errors import ModelError

LARGEST = 100_000_000  # bytes of JSON; the format's own reader takes no more
WIDTHS = {
    8: ("F64", "I64", "U64", "C64"),
    4: ("F32", "I32", "U32"),
    2: ("F16", "BF16", "I16", "U16"),
    1: ("F8_E4M3", "F8_E5M2", "F8_E8M0", "I8", "U8", "BOOL"),
}
BYTES = {name: width for width, names in WIDTHS.items() for name in names}
# How `struct` reads a number; a bfloat16 is the upper half of a float32.
FORMATS = {"F64": "d", "F32": "f", "F16": "e", "BF16": "H"}
AGAIN = "the file downloaded or copied again, whole"


class Tensor(NamedTuple):
    """A tensor's type, shape, and where its bytes lie behind the header."""

    dtype: str
    shape: tuple[int, ...]
    start: int
    end: int


class Header(NamedTuple):
    """All tensors by name, and what the file says of itself."""

    tensors: dict[str, Tensor]
    metadata: dict[str, str]
    data: int


class _Entry(msgspec.Struct, frozen=True):
    dtype: str
    shape: tuple[int, ...]
    data_offsets: tuple[int, int]


def read(path: Path) -> Header:
    """The header of a file, checked against its length.

    Tensors must follow each other without a gap and fill the file, as the format wants it; so a
    file that was cut short is told before any of it is loaded. Raises ModelError.
    """
    try:
        with path.open("rb") as file:
            size = path.stat().st_size
            first = file.read(8)
            length = struct.unpack("<Q", first)[0] if len(first) == 8 else size
            if not 2 <= length <= min(LARGEST, size - 8):
                raise _damaged(
                    path, "its header is longer than the file" if size else "it is empty"
                )
            content = file.read(length)
    except OSError as error:
        raise _damaged(path, f"it cannot be read: {error.strerror}") from None
    return _checked(path, content, size - 8 - length)


def numbers(path: Path, header: Header, name: str) -> tuple[float, ...]:
    """The numbers of a small tensor; none if it is not there, or not of floating point."""
    tensor = header.tensors.get(name)
    if tensor is None or tensor.dtype not in FORMATS:
        return ()
    with path.open("rb") as file:
        file.seek(header.data + tensor.start)
        content = file.read(tensor.end - tensor.start)
    count = math.prod(tensor.shape)
    if tensor.dtype == "BF16":
        halves = struct.unpack(f"<{count}H", content)
        content = struct.pack(f"<{count}I", *(half << 16 for half in halves))
        return struct.unpack(f"<{count}f", content)
    return struct.unpack(f"<{count}{FORMATS[tensor.dtype]}", content)


def _checked(path: Path, content: bytes, size: int) -> Header:
    try:
        entries = msgspec.json.decode(content, type=dict[str, msgspec.Raw])
        said = entries.pop("__metadata__", msgspec.Raw(b"{}"))
        metadata = msgspec.json.decode(said, type=dict[str, str])
        rows = {name: msgspec.json.decode(raw, type=_Entry) for name, raw in entries.items()}
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _damaged(path, f"its header makes no sense: {error}") from None
    end = 0
    for name, row in sorted(rows.items(), key=lambda pair: pair[1].data_offsets):
        start, stop = row.data_offsets
        if row.dtype not in BYTES:
            raise _damaged(path, f"its tensor {_short(name)} is of the unknown type {row.dtype}")
        if (
            start != end
            or min(row.shape, default=0) < 0
            or stop - start != math.prod(row.shape) * BYTES[row.dtype]
        ):
            raise _damaged(path, f"its tensor {_short(name)} does not lie where it should")
        end = stop
    if end != size:
        raise _damaged(path, f"it has {size:,} bytes of weights, and should have {end:,}")
    tensors = {name: Tensor(row.dtype, row.shape, *row.data_offsets) for name, row in rows.items()}
    return Header(tensors, metadata, 8 + len(content))


def _short(name: str) -> str:
    return repr(name if len(name) <= 80 else f"{name[:80]}…")


def _damaged(path: Path, reason: str) -> ModelError:
    return ModelError(
        "damaged-model", f"{path} is not a whole safetensors file: {reason}", hint=AGAIN
    )
