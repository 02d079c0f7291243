"""A JPEG file as segments: what is beside the pixels, put in and taken out without touching them.

Formats: ITU-T T.81, annex B; "XMP Specification Part 3: Storage in Files", 1.1.3.
"""

import hashlib
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from imagegen import exif
from imagegen.formats import NotWholeError

XMP = b"http://ns.adobe.com/xap/1.0/\0"
MORE_XMP = b"http://ns.adobe.com/xmp/extension/\0"
MOST = 65_533  # bytes in a segment
MOST_XMP = MOST - len(XMP)
PIECE = 65_000  # of an XMP that wants several segments
SOI, EOI, SOS, COM, APP0 = 0xD8, 0xD9, 0xDA, 0xFE, 0xE0
# What decides how pixels look: JFIF, a colour profile, and Adobe's word on the colour transform.
KEPT = ((0xE0, b"JFIF\0"), (0xE2, b"ICC_PROFILE\0"), (0xEE, b"Adobe"))
NAMES = (
    *((b"Exif\0\0", "EXIF"), (XMP, "XMP"), (MORE_XMP, "XMP (extended)"), (b"JFXX", "thumbnail")),
    *((b"Photoshop 3.0", "IPTC"), (b"JP", "C2PA"), (b"MPF", "other pictures")),
)


class Segment(NamedTuple):
    """A marker with what follows it; of SOS, all to the end of the picture."""

    marker: int
    content: bytes


def embed(content: bytes, tiff: bytes | None, xmp: bytes | None, extended: bytes | None) -> bytes:
    """The file with this EXIF and XMP; `extended` is the XMP that the main packet points to.

    What is too long for its segment has to be left out before.
    """
    segments = [Segment(APP0 + 1, exif.PREFIX + tiff)] if tiff else []
    if xmp:
        segments.append(Segment(APP0 + 1, XMP + xmp))
    if extended:
        segments += _pieces(extended)
    first, *rest = _segments(content)
    opening = [first] if first.marker == APP0 else []
    return _file([*opening, *segments, *rest] if opening else [*segments, first, *rest])


def strip(content: bytes) -> tuple[bytes, list[tuple[str, int]]]:
    """The file with nothing but its pixels and what they look like; and what was taken out."""
    kept: list[Segment] = []
    taken: list[tuple[str, int]] = []
    upright = 1
    for segment in _segments(content):
        if segment.marker == APP0 + 1 and segment.content.startswith(exif.PREFIX):
            upright = exif.orientation(segment.content)
        if _says_how_it_looks(segment):
            kept.append(segment)
        else:
            taken.append((_name(segment), len(segment.content)))
    behind = len(content) - _end(content)
    if behind:
        taken.append(("what follows the picture", behind))
    stripped = _file(kept)
    return (stripped if upright == 1 else embed(stripped, exif.turned(upright), None, None)), taken


def xmp(content: bytes) -> tuple[bytes | None, bytes | None]:
    """The file's XMP, and the extended one, as far as they are there."""
    main, pieces = None, []
    for segment in _segments(content):
        if segment.marker == APP0 + 1 and segment.content.startswith(XMP):
            main = segment.content.removeprefix(XMP)
        elif segment.marker == APP0 + 1 and segment.content.startswith(MORE_XMP):
            said = segment.content.removeprefix(MORE_XMP)
            pieces.append((int.from_bytes(said[36:40], "big"), said[40:]))
    return main, b"".join(piece for _, piece in sorted(pieces)) if pieces else None


def tiff(content: bytes) -> bytes | None:
    """The file's EXIF, if it has one."""
    return next(
        (
            one.content.removeprefix(exif.PREFIX)
            for one in _segments(content)
            if one.marker == APP0 + 1 and one.content.startswith(exif.PREFIX)
        ),
        None,
    )


def digest(extended: bytes) -> str:
    """The name under which the main packet points to an extended one."""
    return hashlib.md5(extended, usedforsecurity=False).hexdigest().upper()


def _pieces(extended: bytes) -> Iterator[Segment]:
    head = MORE_XMP + digest(extended).encode() + len(extended).to_bytes(4, "big")
    for start in range(0, len(extended), PIECE):
        yield Segment(APP0 + 1, head + start.to_bytes(4, "big") + extended[start : start + PIECE])


def _segments(content: bytes) -> Iterator[Segment]:
    """Every segment up to the pixels; the last one holds these, to the end of the picture."""
    if content[:2] != b"\xff\xd8":
        raise NotWholeError("no JPEG")
    at = 2
    while True:
        while content[at : at + 2] == b"\xff\xff":
            at += 1
        head = content[at : at + 4]
        if len(head) < 4 or head[0] != 0xFF:
            raise NotWholeError("a damaged segment")
        if head[1] == SOS:
            yield Segment(SOS, content[at + 2 : _end(content, at)])
            return
        length = int.from_bytes(head[2:], "big")
        if length < 2 or at + 2 + length > len(content):
            raise NotWholeError("the end is missing")
        yield Segment(head[1], content[at + 4 : at + 2 + length])
        at += 2 + length


def _end(content: bytes, at: int | None = None) -> int:
    """Where the picture ends: behind the EOI that follows its pixels."""
    if at is None:
        at = 2
        for segment in _segments(content):
            if segment.marker == SOS:
                return content.index(segment.content, at) + len(segment.content)
            at += 4 + len(segment.content)
    while True:
        at = content.find(b"\xff", at)
        if at < 0 or at + 1 >= len(content):
            raise NotWholeError("the end is missing")
        marker = content[at + 1]
        if marker == EOI:
            return at + 2
        # Within pixels, FF is followed by 0 or a restart marker; another scan has a length.
        has_length = marker not in (0, 0xFF) and not 0xD0 <= marker <= 0xD7
        at += 2 + int.from_bytes(content[at + 2 : at + 4], "big") if has_length else 1


def _file(segments: Iterable[Segment]) -> bytes:
    parts = [b"\xff\xd8"]
    for marker, content in segments:
        length = b"" if marker == SOS else (len(content) + 2).to_bytes(2, "big")
        parts += [bytes((0xFF, marker)), length, content]
    return b"".join(parts)


def _says_how_it_looks(segment: Segment) -> bool:
    if APP0 <= segment.marker <= APP0 + 15:
        return any(
            segment.marker == marker and segment.content.startswith(start) for marker, start in KEPT
        )
    return segment.marker != COM


def _name(segment: Segment) -> str:
    if segment.marker == COM:
        return "comment"
    known = (name for start, name in NAMES if segment.content.startswith(start))
    return next(known, f"APP{segment.marker - APP0}")
