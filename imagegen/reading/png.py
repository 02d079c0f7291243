"""A PNG's texts, EXIF and size, without its pixels.

Formats: "Portable Network Graphics (PNG) Specification, Third Edition", sections 5 and 11.3.
"""

import zlib
from typing import BinaryIO

from imagegen.reading import exif, xmp
from imagegen.reading.bounded import MOST_PARTS, Budget, DamagedError, TooMuchError, inflate
from imagegen.reading.found import Carried

SIGNATURE = b"\x89PNG\r\n\x1a\n"
READ = {b"IHDR", b"tEXt", b"zTXt", b"iTXt", b"eXIf"}
LONGEST_CHUNK = 2**31 - 1
XMP_KEY = "XML:com.adobe.xmp"


def read(file: BinaryIO, budget: Budget) -> Carried:
    """What the file carries; a file that ends early is read as far as it goes."""
    file.seek(len(SIGNATURE))
    texts: dict[str, str] = {}
    damage: list[str] = []
    width = height = None
    for _ in range(MOST_PARTS):
        head = file.read(8)
        length, kind = int.from_bytes(head[:4], "big"), head[4:]
        if len(head) < 8 or length > LONGEST_CHUNK:
            damage.append("the end of the file is missing")
            break
        if kind == b"IEND":
            break
        if kind not in READ:
            file.seek(length + 4, 1)
            continue
        budget.take(length, f"the {kind.decode()} chunk")
        content, checksum = file.read(length), file.read(4)
        if checksum != zlib.crc32(content, zlib.crc32(kind)).to_bytes(4, "big"):
            damage.append(f"a {kind.decode()} chunk is damaged")
        if kind == b"IHDR" and len(content) >= 8:
            width, height = int.from_bytes(content[:4], "big"), int.from_bytes(content[4:8], "big")
        else:
            _read_into(texts, damage, kind, content, budget)
    else:
        raise TooMuchError(f"the file has more than {MOST_PARTS:,} chunks")
    return Carried(format="png", width=width, height=height, texts=texts, damage=tuple(damage))


def _read_into(
    texts: dict[str, str], damage: list[str], kind: bytes, content: bytes, budget: Budget
) -> None:
    try:
        if kind == b"eXIf":
            found = exif.read(content, budget)
        elif kind in TEXTS:
            key, text = TEXTS[kind](content, budget)
            found = xmp.read(text) if key == XMP_KEY else {key: text}
        else:
            return
    except DamagedError as error:
        damage.append(str(error))
        return
    for key, text in found.items():
        texts.setdefault(key, text)


def _text(content: bytes, _budget: Budget) -> tuple[str, str]:
    key, _, text = content.partition(b"\0")
    return key.decode("latin-1"), plain(text)


def _packed_text(content: bytes, budget: Budget) -> tuple[str, str]:
    key, _, rest = content.partition(b"\0")
    name = key.decode("latin-1")
    return name, plain(inflate(rest[1:], budget, f"the text '{name[:80]}'"))


def _international_text(content: bytes, budget: Budget) -> tuple[str, str]:
    key, _, rest = content.partition(b"\0")
    packed, rest = rest[:1] == b"\1", rest[2:]
    _language, _, rest = rest.partition(b"\0")
    _translated, _, text = rest.partition(b"\0")
    name = key.decode("latin-1")
    if packed:
        text = inflate(text, budget, f"the text '{name[:80]}'")
    return name, text.decode("utf-8", "replace")


def plain(text: bytes) -> str:
    """Text that should be Latin-1, and is UTF-8 where tools take no care."""
    try:
        return text.decode("utf-8")
    except UnicodeDecodeError:
        return text.decode("latin-1")


TEXTS = {b"tEXt": _text, b"zTXt": _packed_text, b"iTXt": _international_text}
