"""EXIF as other tools look for it: the `parameters` text as a UserComment, and an orientation.

Formats: CIPA DC-008 "Exchangeable image file format", 4.6; TIFF 6.0, section 2.
"""

import struct
from collections.abc import Mapping
from typing import NamedTuple

ORIENTATION, SOFTWARE, EXIF_IFD = 0x0112, 0x0131, 0x8769
VERSION, USER_COMMENT = 0x9000, 0x9286
ASCII, SHORT, LONG, UNDEFINED = 2, 3, 4, 7
UNICODE = b"UNICODE\0"
PREFIX = b"Exif\0\0"  # before the TIFF, where it lies in a JPEG


class Entry(NamedTuple):
    """A value of a directory: its type, how many there are, and its bytes."""

    kind: int
    number: int
    value: bytes


def comment(text: str, software: str) -> bytes:
    """A TIFF (big-endian, as webui's) with the text as UserComment in UTF-16."""
    said = UNICODE + text.encode("utf-16-be")
    made_by = software.encode("ascii", "replace") + b"\0"
    first = {SOFTWARE: Entry(ASCII, len(made_by), made_by), EXIF_IFD: Entry(LONG, 1, bytes(4))}
    start = 8 + len(_directory(first, 8))
    first[EXIF_IFD] = Entry(LONG, 1, start.to_bytes(4, "big"))
    second = {
        VERSION: Entry(UNDEFINED, 4, b"0232"),
        USER_COMMENT: Entry(UNDEFINED, len(said), said),
    }
    return b"MM\0*\0\0\0\x08" + _directory(first, 8) + _directory(second, start)


def turned(orientation: int) -> bytes:
    """A TIFF that says only which way up the picture is (1 to 8)."""
    entry = Entry(SHORT, 1, struct.pack(">H", orientation))
    return b"MM\0*\0\0\0\x08" + _directory({ORIENTATION: entry}, 8)


def orientation(content: bytes) -> int:
    """Which way up a picture with this EXIF is: 1 is upright, also where nothing is said."""
    tiff = content.removeprefix(PREFIX)
    place = _orientation_at(tiff)
    if place is None:
        return 1
    (said,) = struct.unpack_from(f"{place.order}H", tiff, place.at)
    return said if 1 <= said <= 8 else 1


def upright(tiff: bytes) -> bytes:
    """The same TIFF for a picture that has been turned upright."""
    place = _orientation_at(tiff)
    if place is None:
        return tiff
    return tiff[: place.at] + struct.pack(f"{place.order}H", 1) + tiff[place.at + 2 :]


class _Place(NamedTuple):
    """Where a number lies in a TIFF, and in which order its bytes are."""

    at: int
    order: str


def _orientation_at(tiff: bytes) -> _Place | None:
    order = {b"MM\0*": ">", b"II*\0": "<"}.get(tiff[:4])
    if order is None:
        return None
    try:
        (start,) = struct.unpack_from(f"{order}I", tiff, 4)
        (count,) = struct.unpack_from(f"{order}H", tiff, start)
        for at in range(start + 2, start + 2 + 12 * count, 12):
            tag, kind, _, said = struct.unpack_from(f"{order}HHIH", tiff, at)
            if (tag, kind) == (ORIENTATION, SHORT) and said:
                return _Place(at + 8, order)
    except struct.error:
        pass  # a damaged one turns nothing
    return None


def _directory(entries: Mapping[int, Entry], start: int) -> bytes:
    """An image file directory that begins there, with its values behind it."""
    rows, values = b"", b""
    behind = start + 2 + 12 * len(entries) + 4
    for tag, (kind, count, value) in sorted(entries.items()):
        place = value.ljust(4, b"\0")
        if len(value) > 4:
            place = (behind + len(values)).to_bytes(4, "big")
            values += value + b"\0" * (len(value) % 2)
        rows += struct.pack(">HHI", tag, kind, count) + place
    return struct.pack(">H", len(entries)) + rows + bytes(4) + values
