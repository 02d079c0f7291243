"""A JPEG's EXIF, XMP, comment and size, from the segments before its pixels.

Formats: ITU-T T.81, annex B; "XMP Specification Part 3", section 1.1.3 (extended packets).
"""

from typing import BinaryIO, NamedTuple

from imagegen.reading import exif, xmp
from imagegen.reading.bounded import MOST_PARTS, Budget, DamagedError, TooMuchError
from imagegen.reading.found import Carried
from imagegen.reading.png import plain

SIGNATURE = b"\xff\xd8\xff"
APP1, COMMENT, SCAN, END = 0xE1, 0xFE, 0xDA, 0xD9
ALONE = {0x01, *range(0xD0, 0xD9)}  # markers without a length
FRAMES = set(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
XMP = b"http://ns.adobe.com/xap/1.0/\0"
MORE_XMP = b"http://ns.adobe.com/xmp/extension/\0"
MORE_HEAD = len(MORE_XMP) + 40  # a digest, the whole length, the place of this piece


class Piece(NamedTuple):
    """A part of an extended XMP packet: where it begins, and its bytes."""

    start: int
    content: bytes


def read(file: BinaryIO, budget: Budget) -> Carried:
    """What the file carries."""
    file.seek(2)
    texts: dict[str, str] = {}
    damage: list[str] = []
    pieces: list[Piece] = []
    width = height = None
    for _ in range(MOST_PARTS):
        marker = _marker(file)
        if marker in (SCAN, END):
            break
        if marker in ALONE:
            continue
        length = int.from_bytes(file.read(2), "big") - 2
        if marker is None or length < 0:
            damage.append("the end of the file is missing")
            break
        if marker in FRAMES:
            content = file.read(length)
            height, width = int.from_bytes(content[1:3], "big"), int.from_bytes(content[3:5], "big")
        elif marker in (APP1, COMMENT):
            budget.take(length, "the header")
            _read_into(texts, damage, pieces, marker, file.read(length), budget)
        else:
            file.seek(length, 1)
    else:
        raise TooMuchError(f"the file has more than {MOST_PARTS:,} segments")
    _join(texts, damage, pieces)
    return Carried(format="jpeg", width=width, height=height, texts=texts, damage=tuple(damage))


def _marker(file: BinaryIO) -> int | None:
    """The next marker's number; None at the end, or where there is none."""
    if file.read(1) != b"\xff":
        return None
    for _ in range(MOST_PARTS):
        byte = file.read(1)
        if byte != b"\xff":  # any number of these may stand before
            return byte[0] if byte else None
    return None


def _read_into(
    texts: dict[str, str],
    damage: list[str],
    pieces: list[Piece],
    marker: int,
    content: bytes,
    budget: Budget,
) -> None:
    found: dict[str, str] = {}
    try:
        if marker == COMMENT:
            name, _, words = content.rpartition(b"\0")  # stable-diffusion.cpp: `parameters`, NUL
            found = {name.decode("latin-1") or "comment": plain(words)}
        elif content.startswith(exif.PREFIX):
            found = exif.read(content, budget)
        elif content.startswith(XMP):
            found = xmp.read(content[len(XMP) :].decode("utf-8", "replace"))
        elif content.startswith(MORE_XMP):
            start = int.from_bytes(content[MORE_HEAD - 4 : MORE_HEAD], "big")
            pieces.append(Piece(start, content[MORE_HEAD:]))
    except DamagedError as error:
        damage.append(str(error))
    for key, text in found.items():
        texts.setdefault(key, text)


def _join(texts: dict[str, str], damage: list[str], pieces: list[Piece]) -> None:
    """The packet that was too long for one segment."""
    packet = bytearray()
    for piece in sorted(pieces):
        if piece.start != len(packet):
            damage.append("a piece of the XMP packet is missing")
            return
        packet += piece.content
    if packet:
        try:
            found = xmp.read(packet.decode("utf-8", "replace"))
        except DamagedError as error:
            damage.append(str(error))
            return
        for key, text in found.items():
            texts.setdefault(key, text)
