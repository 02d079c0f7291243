"""A PNG file as chunks: is it whole, and which text does it carry? No picture library needed.

Formats: "Portable Network Graphics (PNG) Specification", sections 5 and 11.3.
"""

import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

SIGNATURE = b"\x89PNG\r\n\x1a\n"
LONGEST_TEXT = 16 << 20


class NotWholeError(Exception):
    """The file is not a PNG, or not all of one."""


def text(path: Path, key: str) -> str | None:
    """The uncompressed iTXt of that key, None if there is none; every byte's checksum is checked.

    Raises NotWholeError, or OSError where the file cannot be read.
    """
    found = None
    with path.open("rb") as file:
        for kind, content in _chunks(file):
            if kind == b"iTXt" and found is None:
                found = _itxt(content, key)
    return found


def _chunks(file: BinaryIO) -> Iterator[tuple[bytes, bytes]]:
    if file.read(len(SIGNATURE)) != SIGNATURE:
        raise NotWholeError("no signature of PNG")
    kind = b""
    while kind != b"IEND":
        head = file.read(8)
        length, kind = int.from_bytes(head[:4], "big"), head[4:]
        if len(head) < 8 or (kind != b"IDAT" and length > LONGEST_TEXT):
            raise NotWholeError("the end is missing")
        content = file.read(length)
        checksum = file.read(4)
        if len(content) < length or checksum != zlib.crc32(content, zlib.crc32(kind)).to_bytes(
            4, "big"
        ):
            raise NotWholeError(f"a damaged {kind!r}")
        yield kind, content


def _itxt(content: bytes, key: str) -> str | None:
    keyword, _, rest = content.partition(b"\0")
    if keyword != key.encode("latin-1") or rest[:1] != b"\0":
        return None
    _language, _, rest = rest[2:].partition(b"\0")
    _translated, _, words = rest.partition(b"\0")
    return words.decode("utf-8", "replace")
