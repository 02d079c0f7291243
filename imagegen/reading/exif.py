"""The texts of an EXIF block: TIFF tags of its first and its Exif directory.

Formats: "Exif 2.32" (CIPA DC-008), section 4.6; TIFF 6.0, section 2.
"""

from collections.abc import Iterator
from typing import Literal

from imagegen.reading.bounded import Budget, DamagedError

Order = Literal["little", "big"]
PREFIX = b"Exif\0\0"
EXIF_DIRECTORY = 0x8769
MOST_TAGS = 1000
TEXT_TYPES = {1, 2, 7, 129}  # bytes, ASCII, undefined, UTF-8
NAMES = {
    0x010E: "ImageDescription",
    0x010F: "Make",
    0x0110: "Model",
    0x0131: "Software",
    0x013B: "Artist",
    0x013C: "HostComputer",
    0x8298: "Copyright",
    0x9286: "UserComment",
    0x927C: "MakerNote",
    0x9C9B: "XPTitle",
    0x9C9C: "XPComment",
}
ENCODED = 0x9286
WIDE = {0x9C9B, 0x9C9C}


def read(content: bytes, budget: Budget) -> dict[str, str]:
    """The texts as `exif:Tag`; tags without a name here by their number."""
    block = content.removeprefix(PREFIX)
    orders: dict[bytes, Order] = {b"II": "little", b"MM": "big"}
    order = orders.get(block[:2])
    if order is None:
        raise DamagedError("the EXIF block does not begin as one")
    texts: dict[str, str] = {}
    first = int.from_bytes(block[4:8], order)
    inner = None
    for tag, kind, value in _tags(block, first, order, budget):
        if tag == EXIF_DIRECTORY:
            inner = int.from_bytes(value[:4], order)
        _keep(texts, tag, kind, value)
    if inner is not None:
        for tag, kind, value in _tags(block, inner, order, budget):
            _keep(texts, tag, kind, value)
    return texts


def _keep(texts: dict[str, str], tag: int, kind: int, value: bytes) -> None:
    if kind in TEXT_TYPES:
        name = NAMES.get(tag, f"0x{tag:04x}")
        text = user_comment(value) if tag == ENCODED else _plain(value, tag in WIDE)
        if text:
            texts.setdefault(f"exif:{name}", text)


def _tags(
    block: bytes, start: int, order: Order, budget: Budget
) -> Iterator[tuple[int, int, bytes]]:
    """Each tag of one directory: its number, its type, its bytes."""
    sizes = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 7: 1, 9: 4, 10: 8, 13: 4, 129: 1}
    number = int.from_bytes(block[start : start + 2], order)
    for index in range(min(number, MOST_TAGS)):
        at = start + 2 + 12 * index
        entry = block[at : at + 12]
        if len(entry) < 12:
            return
        tag, kind = int.from_bytes(entry[:2], order), int.from_bytes(entry[2:4], order)
        length = int.from_bytes(entry[4:8], order) * sizes.get(kind, 0)
        place = at + 8 if length <= 4 else int.from_bytes(entry[8:12], order)
        value = block[place : place + min(length, len(block))]
        if kind in TEXT_TYPES:  # tags may all point to the same bytes
            budget.take(len(value), "the EXIF block")
        yield tag, kind, value


def user_comment(value: bytes) -> str:
    """EXIF's UserComment: eight bytes that name the encoding, then the text; or only the text."""
    code, text = value[:8], value[8:]
    if code == b"UNICODE\0":
        return _utf16(text)
    if code == b"JIS\0\0\0\0\0":
        return text.decode("iso2022_jp", "replace").rstrip("\0")
    if code in (b"ASCII\0\0\0", b"\0" * 8):
        value = text
    return _plain(value, wide=False)


def _utf16(text: bytes) -> str:
    """Big-endian as piexif writes it, little-endian as others do: letters have a zero before."""
    if text[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return text.decode("utf-16", "replace").rstrip("\0")
    order = "utf-16-be" if text[::2].count(0) >= text[1::2].count(0) else "utf-16-le"
    return text[: len(text) & ~1].decode(order, "replace").rstrip("\0")


def _plain(value: bytes, wide: bool) -> str:
    if wide:
        return value[: len(value) & ~1].decode("utf-16-le", "replace").rstrip("\0")
    value = value.rstrip(b"\0")
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")
