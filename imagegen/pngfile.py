"""A PNG file as chunks: is it whole, which text does it carry, and the file with other text.

Formats: "Portable Network Graphics (PNG) Specification", sections 5 and 11.3.
"""

import io
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

from imagegen import exif
from imagegen.formats import NotWholeError as NotWholeError

SIGNATURE = b"\x89PNG\r\n\x1a\n"
LONGEST_TEXT = 16 << 20
XMP_KEY = "XML:com.adobe.xmp"
TEXTS = frozenset({b"tEXt", b"iTXt", b"zTXt"})
# What decides how pixels look, also of animations; all that is critical begins with a capital.
KEPT = frozenset(
    {
        *(b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"cICP", b"mDCV", b"cLLI", b"sBIT"),
        *(b"pHYs", b"bKGD", b"hIST", b"sPLT", b"acTL", b"fcTL", b"fdAT"),
    }
)


class Chunk(NamedTuple):
    """One chunk, its checksum right."""

    kind: bytes
    content: bytes


def text(path: Path, key: str) -> str | None:
    """The uncompressed iTXt of that key, None if there is none; every byte's checksum is checked.

    Raises NotWholeError, or OSError where the file cannot be read.
    """
    found = None
    with path.open("rb") as file:
        for kind, content in _chunks(file):
            if kind == b"iTXt" and found is None:
                found = _itxt(content, key)
    return found


def embed(content: bytes, texts: Iterable[tuple[str, str]], tiff: bytes | None = None) -> bytes:
    """The file with these texts before its pixels, under their keys, and this EXIF."""
    first, *rest = _chunks(io.BytesIO(content))
    more = [_text(key, words) for key, words in texts]
    return _file([first, *more, *([Chunk(b"eXIf", tiff)] if tiff else []), *rest])


def strip(content: bytes) -> tuple[bytes, list[tuple[str, int]]]:
    """The file with nothing but its pixels and what they look like; and what was taken out."""
    file = io.BytesIO(content)
    kept: list[Chunk] = []
    taken: list[tuple[str, int]] = []
    upright = 1
    for chunk in _chunks(file):
        if chunk.kind == b"eXIf":
            upright = exif.orientation(chunk.content)
        if chunk.kind in KEPT or chunk.kind[:1].isupper():
            kept.append(chunk)
        else:
            taken.append((_name(chunk), len(chunk.content)))
    behind = len(content) - file.tell()
    if behind:
        taken.append(("what follows the picture", behind))
    return (_file(kept) if upright == 1 else embed(_file(kept), (), exif.turned(upright))), taken


def itxt(content: bytes, key: str) -> str | None:
    """As `text`, of a file that has been read."""
    found = (_itxt(one.content, key) for one in _chunks(io.BytesIO(content)) if one.kind == b"iTXt")
    return next((words for words in found if words is not None), None)


def texts(content: bytes) -> dict[str, str]:
    """The texts that are not compressed, by their keys; the first of each."""
    found: dict[str, str] = {}
    for kind, said in _chunks(io.BytesIO(content)):
        key = said.partition(b"\0")[0].decode("latin-1")
        words = _itxt(said, key) if kind == b"iTXt" else None
        if kind == b"tEXt":
            words = said.partition(b"\0")[2].decode("latin-1")
        if words is not None:
            found.setdefault(key, words)
    return found


def tiff(content: bytes) -> bytes | None:
    """The file's EXIF, if it has one."""
    chunks = _chunks(io.BytesIO(content))
    return next((one.content for one in chunks if one.kind == b"eXIf"), None)


def _chunks(file: BinaryIO) -> Iterator[Chunk]:
    if file.read(len(SIGNATURE)) != SIGNATURE:
        raise NotWholeError("no signature of PNG")
    kind = b""
    while kind != b"IEND":
        head = file.read(8)
        length, kind = int.from_bytes(head[:4], "big"), head[4:]
        if len(head) < 8 or (kind not in (b"IDAT", b"fdAT") and length > LONGEST_TEXT):
            raise NotWholeError("the end is missing")
        content = file.read(length)
        checksum = file.read(4)
        if len(content) < length or checksum != _checksum(kind, content):
            raise NotWholeError(f"a damaged {kind.decode('latin-1')!r}")
        yield Chunk(kind, content)


def _checksum(kind: bytes, content: bytes) -> bytes:
    return zlib.crc32(content, zlib.crc32(kind)).to_bytes(4, "big")


def _file(chunks: Iterable[Chunk]) -> bytes:
    parts = [SIGNATURE]
    for kind, content in chunks:
        parts += [len(content).to_bytes(4, "big"), kind, content, _checksum(kind, content)]
    return b"".join(parts)


def _text(key: str, words: str) -> Chunk:
    """webui's own choice: Latin-1 where that holds it, else UTF-8; ours and XMP always UTF-8."""
    name = key.encode("latin-1")
    if key == "parameters":
        try:
            return Chunk(b"tEXt", name + b"\0" + words.encode("latin-1"))
        except UnicodeEncodeError:
            pass
    return Chunk(b"iTXt", name + b"\0\0\0\0\0" + words.encode())


def _name(chunk: Chunk) -> str:
    kind = chunk.kind.decode("latin-1")
    if chunk.kind not in TEXTS:
        return kind
    return f"{kind} {chunk.content.partition(bytes(1))[0].decode('latin-1')}"


def _itxt(content: bytes, key: str) -> str | None:
    keyword, _, rest = content.partition(b"\0")
    if keyword != key.encode("latin-1") or rest[:1] != b"\0":
        return None
    _language, _, rest = rest[2:].partition(b"\0")
    _translated, _, words = rest.partition(b"\0")
    return words.decode("utf-8", "replace")
