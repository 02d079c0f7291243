"""What a picture's file has beside its pixels, whichever format it is of: put in, taken out, found.

Nothing here decodes a picture: the pixels' own bytes stay as they are.
"""

import stat
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

from imagegen import aviffile, formats, jpegfile, pngfile, webpfile
from imagegen.formats import AVIF, JPG, PNG, NotWholeError

RECORD_KEY = "imagegen"  # of the text in a PNG
RECORD_PROPERTY = "{urn:imagegen:}record"  # of the XMP in all others
LONGEST_NAME = 80  # of a part, as people are told it
MOST_BYTES = 1 << 30  # of a file that is read


class Beside(NamedTuple):
    """What goes into a file beside its pixels; `texts` only into a PNG.

    `extended` is what the XMP of a JPEG had no room for.
    """

    texts: tuple[tuple[str, str], ...] = ()
    tiff: bytes | None = None
    xmp: bytes | None = None
    extended: bytes | None = None


class Taken(NamedTuple):
    """Something that was taken out of a file: what, and how many bytes."""

    what: str
    bytes: int


def embed(content: bytes, beside: Beside) -> bytes:
    """The file, which has nothing beside its pixels, with all this."""
    kind = _kind(content)
    if kind == PNG:
        xmp = [(pngfile.XMP_KEY, beside.xmp.decode())] if beside.xmp else []
        return pngfile.embed(content, [*beside.texts, *xmp], beside.tiff)
    if kind == JPG:
        return jpegfile.embed(content, beside.tiff, beside.xmp, beside.extended)
    if not (beside.tiff or beside.xmp):
        return content
    embed = aviffile.embed if kind == AVIF else webpfile.embed
    return embed(content, beside.tiff, beside.xmp)


def strip(content: bytes) -> tuple[bytes, tuple[Taken, ...]]:
    """The file with nothing but its pixels and what they look like; and what was taken out.

    Colour profiles, resolution and which way up it is stay.
    """
    module = {PNG: pngfile, JPG: jpegfile, AVIF: aviffile}.get(_kind(content), webpfile)
    stripped, taken = module.strip(content)
    return stripped, tuple(Taken(_printable(what), size) for what, size in taken)


def beside(content: bytes) -> Beside:
    """The EXIF and XMP of a file, and of a PNG webui's text."""
    kind = _kind(content)
    if kind == PNG:
        said = pngfile.texts(content)
        xmp = said.get(pngfile.XMP_KEY)
        texts = tuple((key, words) for key, words in said.items() if key == "parameters")
        return Beside(texts, pngfile.tiff(content), None if xmp is None else xmp.encode())
    if kind == JPG:
        return Beside((), jpegfile.tiff(content), *jpegfile.xmp(content))
    if kind == AVIF:
        return Beside(
            tiff=aviffile.item(content, aviffile.EXIF), xmp=aviffile.item(content, aviffile.MIME)
        )
    return Beside(
        tiff=webpfile.chunk(content, webpfile.EXIF), xmp=webpfile.chunk(content, webpfile.XMP)
    )


def record_in(path: Path) -> str | None:
    """The JSON of the record in a picture, None if it has none; refuses what is not whole.

    Raises NotWholeError, or OSError where the file cannot be read.
    """
    with path.open("rb") as file:
        start = file.read(64)
    if formats.kind(start) == PNG:
        return pngfile.text(path, RECORD_KEY)
    return record_of(read(path))


def record_of(content: bytes) -> str | None:
    """As `record_in`, of a file that has been read."""
    if _kind(content) == PNG:
        return pngfile.itxt(content, RECORD_KEY)
    found = beside(content)
    packets = (packet for packet in (found.xmp, found.extended) if packet)
    said = (_property(packet, RECORD_PROPERTY) for packet in packets)
    return next((words for words in said if words is not None), None)


def read(path: Path) -> bytes:
    """The whole file; refuses one that is too large to be a picture."""
    about = path.stat()
    if not (stat.S_ISREG(about.st_mode) or stat.S_ISDIR(about.st_mode)):
        raise NotWholeError("no plain file")  # a pipe or a device may never end
    if about.st_size > MOST_BYTES:
        raise NotWholeError("more than a gigabyte")
    return path.read_bytes()


def _printable(what: str) -> str:
    """A file may call its parts what it likes; a terminal need not obey it."""
    return "".join(one if one.isprintable() else "?" for one in what[:LONGEST_NAME])


def _kind(content: bytes) -> str:
    kind = formats.kind(content)
    if kind is None:
        raise NotWholeError("no PNG, JPEG, WebP or AVIF")
    return kind


def _property(packet: bytes, name: str) -> str | None:
    """A simple property of an XMP packet, of which none of ours declares entities."""
    if b"<!" in packet:
        return None
    try:
        root = ElementTree.fromstring(packet.strip(b"\0"))
    except ElementTree.ParseError:
        return None
    found = root.find(f".//{name}")
    return None if found is None else found.text
