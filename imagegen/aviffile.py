"""An AVIF file as items: what is beside the pixels, put in and taken out without touching them.

Formats: ISO/IEC 14496-12, 8.11 (meta, iloc, iinf, iref); ISO/IEC 23008-12, annex A (Exif, XMP).
"""

import struct
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from imagegen.formats import NotWholeError

EXIF, MIME, URI = b"Exif", b"mime", b"uri "
XMP_MIME = b"application/rdf+xml"
DESCRIBES = b"cdsc"
MOST_SHARED = 4  # times the file: items may share bytes, but not without end
REWRITTEN = frozenset({b"iinf", b"iloc", b"iref", b"idat"})


class Box(NamedTuple):
    """A box: its four letters and what is in it."""

    kind: bytes
    content: bytes


class Item(NamedTuple):
    """An item of the file: how it is described (an infe box's content), and its bytes."""

    number: int
    kind: bytes
    entry: bytes
    data: bytes


class Link(NamedTuple):
    """What an item is to others: the thumbnail of one, the transparency of one, and so on."""

    kind: bytes
    number: int
    to: tuple[int, ...]


class Picture(NamedTuple):
    """The whole file: `meta` are the boxes that are kept as they are."""

    ftyp: bytes
    meta: tuple[Box, ...]
    items: tuple[Item, ...]
    links: tuple[Link, ...]


def embed(content: bytes, tiff: bytes | None, xmp: bytes | None) -> bytes:
    """The file with this EXIF and XMP, in the place of its own."""
    picture = _without(_read(content))
    number = max(one.number for one in picture.items)
    items, links = list(picture.items), list(picture.links)
    more = []
    if tiff:
        more.append((EXIF, b"Exif\0", bytes(4) + tiff))  # the TIFF begins at once
    if xmp:
        more.append((MIME, b"XMP\0" + XMP_MIME + b"\0", xmp))
    for kind, words, data in more:
        number += 1
        entry = b"\x02\0\0\0" + struct.pack(">HH", number, 0) + kind + words
        items.append(Item(number, kind, entry, data))
        links.append(Link(DESCRIBES, number, (_primary(picture),)))
    return _file(picture._replace(items=tuple(items), links=tuple(links)))


def strip(content: bytes) -> tuple[bytes, list[tuple[str, int]]]:
    """The file with nothing but its pictures; and what was taken out.

    Which way up it is stands in a property of its own, not in the EXIF.
    """
    picture = _read(content)
    taken = [(_name(one), len(one.data)) for one in picture.items if _is_beside(one)]
    taken += [
        (f"box {box.kind.decode('latin-1').strip()}", len(box.content))
        for box in _boxes(content)
        if box.kind not in (b"ftyp", b"meta", b"mdat", b"free", b"skip")
    ]
    return _file(_without(picture)), taken


def item(content: bytes, kind: bytes) -> bytes | None:
    """The bytes of the EXIF (a TIFF) or of the XMP, if there is one."""
    for one in _read(content).items:
        if one.kind == kind == EXIF:
            return one.data[4 + int.from_bytes(one.data[:4], "big") :]
        if one.kind == kind == MIME and XMP_MIME in one.entry:
            return one.data
    return None


def _read(content: bytes) -> Picture:
    try:
        boxes = {box.kind: box.content for box in _boxes(content)}
        if b"moov" in boxes:
            raise NotWholeError("a sequence of pictures")
        meta = tuple(_boxes(boxes[b"meta"][4:]))
        parts = {box.kind: box.content for box in meta}
        data = _data(parts[b"iloc"], content, parts.get(b"idat", b""))
        items = tuple(_items(parts[b"iinf"], data))
        links = tuple(_links(parts.get(b"iref", b"")))
    except (KeyError, IndexError, struct.error) as error:
        raise NotWholeError(f"no whole AVIF: {error}") from None
    if not items:
        raise NotWholeError("an AVIF without a picture")
    return Picture(
        boxes[b"ftyp"], tuple(box for box in meta if box.kind not in REWRITTEN), items, links
    )


def _boxes(content: bytes) -> Iterator[Box]:
    at = 0
    while at < len(content):
        length, kind = struct.unpack_from(">I4s", content, at)
        head = 8
        if length == 1:
            (length,) = struct.unpack_from(">Q", content, at + 8)
            head = 16
        elif length == 0:
            length = len(content) - at
        if length < head or at + length > len(content):
            raise NotWholeError("the end is missing")
        yield Box(kind, content[at + head : at + length])
        at += length


def _data(iloc: bytes, content: bytes, idat: bytes) -> dict[int, bytes]:
    """The bytes of each item, from where `iloc` says they lie."""
    reader = _Reader(iloc)
    version = reader.number(4) >> 24
    sizes = reader.number(2)
    offset, length, base, index = (sizes >> shift & 15 for shift in (12, 8, 4, 0))
    wide = 4 if version == 2 else 2
    data: dict[int, bytes] = {}
    told = 0
    for _ in range(reader.number(wide)):
        number = reader.number(wide)
        method = reader.number(2) & 15 if version else 0
        reader.number(2)  # of another file, which none has
        start = reader.number(base)
        source = {0: content, 1: idat}.get(method)
        if source is None:
            raise NotWholeError("items within items")
        parts = []
        for _ in range(reader.number(2)):
            reader.number(index if version else 0)
            at = start + reader.number(offset)
            size = reader.number(length) or len(source) - at
            told += size
            if at + size > len(source) or told > MOST_SHARED * len(content):
                raise NotWholeError("the end is missing")
            parts.append(source[at : at + size])
        data[number] = b"".join(parts)
    return data


class _Reader:
    """Big-endian numbers, one after another; of no bytes, 0."""

    def __init__(self, content: bytes) -> None:
        self._content, self._at = content, 0

    def number(self, size: int) -> int:
        """The next number, of so many bytes."""
        said = self._content[self._at : self._at + size]
        if len(said) < size:
            raise NotWholeError("the end is missing")
        self._at += size
        return int.from_bytes(said, "big")


def _items(iinf: bytes, data: dict[int, bytes]) -> Iterator[Item]:
    for box in _boxes(iinf[8 if iinf[0] else 6 :]):
        wide = 4 if box.content[0] == 3 else 2
        number = int.from_bytes(box.content[4 : 4 + wide], "big")
        kind = box.content[6 + wide : 10 + wide]
        yield Item(number, kind, box.content, data[number])


def _links(iref: bytes) -> Iterator[Link]:
    wide = 4 if iref[:1] == b"\x01" else 2
    for box in _boxes(iref[4:]):
        reader = _Reader(box.content)
        number = reader.number(wide)
        yield Link(box.kind, number, tuple(reader.number(wide) for _ in range(reader.number(2))))


def _primary(picture: Picture) -> int:
    pitm = next((box.content for box in picture.meta if box.kind == b"pitm"), b"")
    return int.from_bytes(pitm[4:], "big")


def _is_beside(one: Item) -> bool:
    return one.kind in (EXIF, MIME, URI)


def _without(picture: Picture) -> Picture:
    kept = tuple(one for one in picture.items if not _is_beside(one))
    if not kept:
        raise NotWholeError("an AVIF without a picture")
    numbers = {one.number for one in kept}
    links = (link for link in picture.links if {link.number, *link.to} <= numbers)
    return picture._replace(items=kept, links=tuple(links))


def _name(one: Item) -> str:
    if one.kind == EXIF:
        return "EXIF"
    return "XMP" if XMP_MIME in one.entry else one.kind.decode("latin-1").strip()


def _file(picture: Picture) -> bytes:
    """The file: what there is, where it lies, and then the bytes of all items."""
    head = _box(b"ftyp", picture.ftyp)
    start = len(head) + len(_meta(picture, 0)) + 8
    data = b"".join(one.data for one in picture.items)
    return head + _meta(picture, start) + _box(b"mdat", data)


def _meta(picture: Picture, start: int) -> bytes:
    hdlr = [box for box in picture.meta if box.kind == b"hdlr"]
    rest = [box for box in picture.meta if box.kind != b"hdlr"]
    boxes = [
        *hdlr,
        Box(b"iloc", _iloc(picture.items, start)),
        Box(b"iinf", _iinf(picture.items)),
        *([Box(b"iref", _iref(picture.links))] if picture.links else []),
        *rest,
    ]
    return _box(b"meta", bytes(4) + b"".join(_box(*box) for box in boxes))


def _iloc(items: Sequence[Item], start: int) -> bytes:
    parts = [b"\x02\0\0\0\x44\0" + struct.pack(">I", len(items))]
    for one in items:
        parts.append(struct.pack(">IHHHII", one.number, 0, 0, 1, start, len(one.data)))
        start += len(one.data)
    return b"".join(parts)


def _iinf(items: Sequence[Item]) -> bytes:
    count = struct.pack(">H", len(items))
    return bytes(4) + count + b"".join(_box(b"infe", one.entry) for one in items)


def _iref(links: Sequence[Link]) -> bytes:
    parts = [b"\x01\0\0\0"]
    for link in links:
        numbers = struct.pack(f">IH{len(link.to)}I", link.number, len(link.to), *link.to)
        parts.append(_box(link.kind, numbers))
    return b"".join(parts)


def _box(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content) + 8) + kind + content
