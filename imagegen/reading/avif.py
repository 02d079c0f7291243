"""An AVIF's (or HEIF's) EXIF, XMP and size, from the boxes of its container.

Formats: ISO/IEC 14496-12, section 8.11 (items), and 23008-12, annex A (EXIF and XMP in HEIF).
"""

from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from imagegen.reading import exif, xmp
from imagegen.reading.bounded import MOST_PARTS, Budget, DamagedError, TooMuchError
from imagegen.reading.found import Carried

BRANDS = {b"avif", b"avis", b"mif1", b"msf1", b"heic", b"heix"}
MOST_BOXES = 10_000
IN_FILE, IN_META = 0, 1  # where an item's bytes lie: iloc's construction method


class Box(NamedTuple):
    """A box inside another: its type, its content."""

    kind: bytes
    content: bytes


class Place(NamedTuple):
    """Where the bytes of an item are: the method, and (offset, length) of each piece."""

    method: int
    pieces: tuple[tuple[int, int], ...]


def is_one(start: bytes) -> bool:
    """Whether a file with these first bytes is an AVIF or HEIF."""
    return start[4:8] == b"ftyp" and start[8:12] in BRANDS


def read(file: BinaryIO, budget: Budget) -> Carried:
    """What the file carries."""
    meta = _meta(file, budget)
    boxes = dict(_boxes(meta[4:]))
    found: dict[str, str] = {}
    damage: list[str] = []
    places = _places(boxes.get(b"iloc", b""))
    for number, kind in _items(boxes.get(b"iinf", b"")).items():
        if number not in places:
            continue
        content = _content(file, places[number], boxes.get(b"idat", b""), budget)
        try:
            if kind == b"Exif":
                found |= exif.read(content[4 + int.from_bytes(content[:4], "big") :], budget)
            elif kind == b"XMP":
                found |= xmp.read(content.decode("utf-8", "replace"))
        except DamagedError as error:
            damage.append(str(error))
    width, height = _size(boxes.get(b"iprp", b""))
    return Carried(format="avif", width=width, height=height, texts=found, damage=tuple(damage))


def _meta(file: BinaryIO, budget: Budget) -> bytes:
    file.seek(0)
    for _ in range(MOST_PARTS):
        head = file.read(8)
        if len(head) < 8:
            raise DamagedError("the box that says what the file has is missing")
        length, kind, used = int.from_bytes(head[:4], "big"), head[4:], 8
        if length == 1:
            length, used = int.from_bytes(file.read(8), "big"), 16
        if length < used or length >= 2**62:
            raise DamagedError(f"the box {kind!r} has no length")
        if kind == b"meta":
            budget.take(length - used, "the meta box")
            return file.read(length - used)
        file.seek(length - used, 1)
    raise TooMuchError(f"the file has more than {MOST_PARTS:,} boxes")


def _boxes(content: bytes) -> Iterator[Box]:
    at = 0
    for _ in range(MOST_BOXES):
        length = int.from_bytes(content[at : at + 4], "big")
        if length < 8:
            return
        yield Box(content[at + 4 : at + 8], content[at + 8 : at + length])
        at += length


def _items(content: bytes) -> dict[int, bytes]:
    """The kind of each item by its number: `Exif`, `XMP`, or its four letters."""
    start = 6 if content[:1] == b"\0" else 8
    found = {}
    for kind, entry in _boxes(content[start:]):
        wide = 4 if entry[:1] == b"\3" else 2
        if kind != b"infe" or entry[:1] < b"\2":
            continue
        number, rest = int.from_bytes(entry[4 : 4 + wide], "big"), entry[6 + wide :]
        is_xmp = rest[:4] == b"mime" and b"application/rdf+xml" in rest
        found[number] = b"XMP" if is_xmp else rest[:4]
    return found


def _places(content: bytes) -> dict[int, Place]:
    """Where each item lies, by its number."""
    cursor = _Cursor(content)
    version, _flags, sizes = cursor.take(1), cursor.take(3), cursor.take(2)
    wide_offset, wide_length = sizes >> 12, sizes >> 8 & 15
    wide_base, wide_index = sizes >> 4 & 15, sizes & 15 if version else 0
    found = {}
    for _ in range(min(cursor.take(4 if version == 2 else 2), MOST_BOXES)):
        number = cursor.take(4 if version == 2 else 2)
        method = cursor.take(2) & 15 if version else IN_FILE
        cursor.take(2)
        base = cursor.take(wide_base)
        pieces = []
        for _ in range(min(cursor.take(2), MOST_BOXES)):
            cursor.take(wide_index)
            pieces.append((base + cursor.take(wide_offset), cursor.take(wide_length)))
            if cursor.at_end:
                break
        found[number] = Place(method, tuple(pieces))
        if cursor.at_end:
            break
    return found


class _Cursor:
    """Big-endian numbers, one after the other; zeros after the end."""

    def __init__(self, content: bytes) -> None:
        self._content, self._at = content, 0

    def take(self, size: int) -> int:
        self._at += size
        return int.from_bytes(self._content[self._at - size : self._at], "big")

    @property
    def at_end(self) -> bool:
        return self._at >= len(self._content)


def _content(file: BinaryIO, place: Place, inside: bytes, budget: Budget) -> bytes:
    content = bytearray()
    for offset, length in place.pieces[:MOST_BOXES]:
        budget.take(length, "an item")
        if place.method == IN_META:
            content += inside[offset : offset + length]
        elif place.method == IN_FILE and offset < 2**62:
            file.seek(offset)
            content += file.read(length)
    return bytes(content)


def _size(properties: bytes) -> tuple[int | None, int | None]:
    """Of the largest picture that the properties speak of."""
    shared = dict(_boxes(properties)).get(b"ipco", b"")
    sizes = [
        (int.from_bytes(content[4:8], "big"), int.from_bytes(content[8:12], "big"))
        for kind, content in _boxes(shared)
        if kind == b"ispe"
    ]
    return max(sizes, default=(None, None), key=lambda size: (size[0] or 0) * (size[1] or 0))
