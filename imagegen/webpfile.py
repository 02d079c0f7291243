"""A WebP file as chunks: what is beside the pixels, put in and taken out without touching them.

Format: RFC 9649, "WebP Image Format".
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from imagegen import exif
from imagegen.formats import NotWholeError

EXIF, XMP, EXTENDED, LOSSLESS, LOSSY = b"EXIF", b"XMP ", b"VP8X", b"VP8L", b"VP8 "
HAS_EXIF, HAS_XMP, HAS_ALPHA = 0x08, 0x04, 0x10
# What decides how pixels look.
KEPT = frozenset({EXTENDED, LOSSLESS, LOSSY, b"ALPH", b"ANIM", b"ANMF", b"ICCP"})


class Chunk(NamedTuple):
    """One chunk."""

    kind: bytes
    content: bytes


def embed(content: bytes, tiff: bytes | None, xmp: bytes | None) -> bytes:
    """The file with this EXIF and XMP, in the place of its own."""
    chunks = [one for one in _chunks(content) if one.kind not in (EXIF, XMP)]
    if chunks[0].kind != EXTENDED:
        if not (tiff or xmp):
            return _file(chunks)
        chunks.insert(0, _extended(chunks[0]))
    if len(chunks[0].content) < 10:
        raise NotWholeError("a damaged header")
    flags = chunks[0].content[0] & ~(HAS_EXIF | HAS_XMP)
    flags |= HAS_EXIF * bool(tiff) | HAS_XMP * bool(xmp)
    chunks[0] = Chunk(EXTENDED, bytes((flags,)) + chunks[0].content[1:])
    chunks += [Chunk(EXIF, tiff)] if tiff else []
    chunks += [Chunk(XMP, xmp)] if xmp else []
    return _file(chunks)


def strip(content: bytes) -> tuple[bytes, list[tuple[str, int]]]:
    """The file with nothing but its pixels and what they look like; and what was taken out."""
    kept: list[Chunk] = []
    taken: list[tuple[str, int]] = []
    upright = 1
    for one in _chunks(content):
        if one.kind == EXIF:
            upright = exif.orientation(one.content)
        if one.kind in KEPT:
            kept.append(one)
        else:
            taken.append((one.kind.decode("latin-1").strip(), len(one.content)))
    behind = len(content) - _length(content)
    if behind:
        taken.append(("what follows the picture", behind))
    return embed(_file(kept), None if upright == 1 else exif.turned(upright), None), taken


def chunk(content: bytes, kind: bytes) -> bytes | None:
    """The first chunk of that kind, if there is one."""
    return next((one.content for one in _chunks(content) if one.kind == kind), None)


def _chunks(content: bytes) -> Iterator[Chunk]:
    if content[:4] != b"RIFF" or content[8:12] != b"WEBP":
        raise NotWholeError("no WebP")
    at, end = 12, _length(content)
    if end > len(content) or end < 20:
        raise NotWholeError("the end is missing")
    while at < end:
        length = int.from_bytes(content[at + 4 : at + 8], "little")
        if at + 8 + length > end:
            raise NotWholeError("the end is missing")
        yield Chunk(content[at : at + 4], content[at + 8 : at + 8 + length])
        at += 8 + length + length % 2


def _length(content: bytes) -> int:
    return 8 + int.from_bytes(content[4:8], "little")


def _extended(pixels: Chunk) -> Chunk:
    """The header that a file with metadata begins with: its canvas is the picture."""
    if pixels.kind == LOSSLESS:
        bits = int.from_bytes(pixels.content[1:5], "little")
        width, height, alpha = bits & 0x3FFF, bits >> 14 & 0x3FFF, bits >> 28 & 1
    elif pixels.kind == LOSSY:
        width, height = (
            (int.from_bytes(pixels.content[at : at + 2], "little") & 0x3FFF) - 1 for at in (6, 8)
        )
        alpha = 0
    else:
        raise NotWholeError(f"a first chunk {pixels.kind!r}")
    size = width.to_bytes(3, "little") + height.to_bytes(3, "little")
    return Chunk(EXTENDED, bytes((HAS_ALPHA * alpha, 0, 0, 0)) + size)


def _file(chunks: Iterable[Chunk]) -> bytes:
    parts = [b"WEBP"]
    for kind, content in chunks:
        parts += [kind, len(content).to_bytes(4, "little"), content, b"\0" * (len(content) % 2)]
    whole = b"".join(parts)
    return b"RIFF" + len(whole).to_bytes(4, "little") + whole
