"""A WebP's EXIF, XMP and size, from the chunks of its RIFF container.

Format: RFC 9649, "WebP Image Format", section 2.
"""

from typing import BinaryIO

from imagegen.reading import exif, xmp
from imagegen.reading.bounded import MOST_PARTS, Budget, DamagedError, TooMuchError
from imagegen.reading.found import Carried

HEADS = {b"VP8X", b"VP8 ", b"VP8L"}


def is_one(start: bytes) -> bool:
    """Whether a file with these first bytes is a WebP."""
    return start[:4] == b"RIFF" and start[8:12] == b"WEBP"


def read(file: BinaryIO, budget: Budget) -> Carried:
    """What the file carries."""
    file.seek(12)
    texts: dict[str, str] = {}
    damage: list[str] = []
    size: tuple[int | None, int | None] = (None, None)
    for _ in range(MOST_PARTS):
        head = file.read(8)
        if not head:
            break
        kind, length = head[:4], int.from_bytes(head[4:], "little")
        found: dict[str, str] = {}
        if kind in HEADS and size[0] is None:
            start = file.read(min(length, 10))
            size = _size(kind, start)
            file.seek(length - len(start) + length % 2, 1)
        elif kind in (b"EXIF", b"XMP "):
            budget.take(length, f"the {kind.decode().strip()} chunk")
            content = file.read(length)
            if len(content) < length:
                damage.append("the end of the file is missing")
            file.seek(length % 2, 1)
            try:
                found = (
                    exif.read(content, budget)
                    if kind == b"EXIF"
                    else xmp.read(content.decode("utf-8", "replace"))
                )
            except DamagedError as error:
                damage.append(str(error))
        else:
            file.seek(length + length % 2, 1)
        for key, text in found.items():
            texts.setdefault(key, text)
    else:
        raise TooMuchError(f"the file has more than {MOST_PARTS:,} chunks")
    return Carried(format="webp", width=size[0], height=size[1], texts=texts, damage=tuple(damage))


def _size(kind: bytes, start: bytes) -> tuple[int | None, int | None]:
    if len(start) < 10:
        return None, None
    if kind == b"VP8X":
        return int.from_bytes(start[4:7], "little") + 1, int.from_bytes(start[7:10], "little") + 1
    if kind == b"VP8L":
        bits = int.from_bytes(start[1:5], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    width, height = int.from_bytes(start[6:8], "little"), int.from_bytes(start[8:10], "little")
    return width & 0x3FFF, height & 0x3FFF
