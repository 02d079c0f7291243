"""Picture files written by hand, chunk by chunk, with whatever beside their pixels."""

import struct
import zlib
from collections.abc import Mapping
from io import BytesIO

from PIL import Image

SIGNATURE = b"\x89PNG\r\n\x1a\n"
USER_COMMENT, EXIF_DIRECTORY = 0x9286, 0x8769


def chunk(kind: bytes, content: bytes) -> bytes:
    length, checksum = len(content), zlib.crc32(content, zlib.crc32(kind))
    return length.to_bytes(4, "big") + kind + content + checksum.to_bytes(4, "big")


def text(key: str, words: str, encoding: str = "utf-8") -> bytes:
    """A tEXt chunk, in UTF-8 as most tools write it, or in Latin-1 as it should be."""
    return chunk(b"tEXt", key.encode("latin-1") + b"\0" + words.encode(encoding))


def packed(key: str, words: str) -> bytes:
    return chunk(b"zTXt", key.encode() + b"\0\0" + zlib.compress(words.encode()))


def international(key: str, words: str, *, pack: bool = False) -> bytes:
    content = zlib.compress(words.encode()) if pack else words.encode()
    return chunk(b"iTXt", key.encode() + b"\0" + bytes([pack, 0]) + b"\0\0" + content)


def fits_latin(words: str) -> bool:
    return all(ord(letter) < 256 for letter in words)


def as_pillow_does(key: str, words: str) -> bytes:
    """tEXt where Latin-1 has the letters, else iTXt: what `PngInfo.add_text` writes."""
    return text(key, words, "latin-1") if fits_latin(words) else international(key, words)


def png(*chunks: bytes, width: int = 64, height: int = 48, end: bool = True) -> bytes:
    """A grey picture; the chunks stand before its pixels."""
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    pixels = chunk(b"IDAT", zlib.compress(bytes((width + 1) * height)))
    whole = SIGNATURE + chunk(b"IHDR", head) + b"".join(chunks) + pixels
    return whole + chunk(b"IEND", b"") if end else whole


def pngs_of(texts: Mapping[str, str]) -> bytes:
    return png(*(as_pillow_does(key, words) for key, words in texts.items()))


def tiff(
    first: Mapping[int, bytes], inner: Mapping[int, bytes], *, order: str = "<", kind: int = 7
) -> bytes:
    """An EXIF block: the first directory, and Exif's own."""
    mark = b"II" if order == "<" else b"MM"
    start = 8
    directory = _directory({**first, EXIF_DIRECTORY: b""}, start, order, kind, inner_at=None)
    inner_at = start + len(directory)
    directory = _directory({**first, EXIF_DIRECTORY: b""}, start, order, kind, inner_at=inner_at)
    head = mark + struct.pack(f"{order}HI", 42, start)
    return head + directory + _directory(inner, inner_at, order, kind, inner_at=None)


def _directory(
    tags: Mapping[int, bytes], at: int, order: str, kind: int, *, inner_at: int | None
) -> bytes:
    entries, values = b"", b""
    place = at + 2 + 12 * len(tags) + 4
    for tag, value in sorted(tags.items()):
        if tag == EXIF_DIRECTORY:
            entries += struct.pack(f"{order}HHII", tag, 4, 1, inner_at or 0)
            continue
        if len(value) <= 4:
            entries += struct.pack(f"{order}HHI", tag, kind, len(value)) + value.ljust(4, b"\0")
            continue
        entries += struct.pack(f"{order}HHII", tag, kind, len(value), place + len(values))
        values += value
    return struct.pack(f"{order}H", len(tags)) + entries + bytes(4) + values


def comment(words: str, encoding: str = "utf-16-be") -> bytes:
    """EXIF's UserComment as A1111 writes it (piexif: big-endian), or otherwise."""
    prefix = b"ASCII\0\0\0" if encoding == "utf-8" else b"UNICODE\0"
    return prefix + words.encode(encoding)


def exif(words: str, encoding: str = "utf-16-be", **more: bytes) -> bytes:
    return tiff({}, {USER_COMMENT: comment(words, encoding)})


def segment(marker: int, content: bytes) -> bytes:
    return bytes([0xFF, marker]) + (len(content) + 2).to_bytes(2, "big") + content


def jpeg(*segments: bytes, size: tuple[int, int] = (64, 48)) -> bytes:
    """A real JPEG with the segments in front."""
    content = BytesIO()
    Image.new("RGB", size).save(content, "JPEG")
    whole = content.getvalue()
    return whole[:2] + b"".join(segments) + whole[2:]


def jpeg_with(block: bytes) -> bytes:
    return jpeg(segment(0xE1, b"Exif\0\0" + block))


def by_pillow(form: str, block: bytes, size: tuple[int, int] = (64, 48)) -> bytes:
    """A real file of that format, which Pillow wrote, with an EXIF block."""
    content = BytesIO()
    Image.new("RGB", size).save(content, form, exif=b"Exif\0\0" + block)
    return content.getvalue()


def xmp(properties: str, spaces: str = "") -> str:
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF '
        'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        f'<rdf:Description rdf:about="" {spaces}>{properties}</rdf:Description>'
        '</rdf:RDF></x:xmpmeta>\n<?xpacket end="w"?>'
    )
