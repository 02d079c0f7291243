"""The formats of pictures: how a file of each is called, and what of a picture it keeps."""

import functools
import os
from typing import Literal, NamedTuple

from msgspec import Struct

PNG, JPG, WEBP, AVIF = "png", "jpg", "webp", "avif"
LEVELS = ("full", "minimal", "none")
Level = Literal["full", "minimal", "none"]


class Format(NamedTuple):
    """One format: its endings (the first is the usual one), Pillow's name, its MIME type.

    `quality` is that of a file of which none was asked, of 100; None is without loss.
    """

    endings: tuple[str, ...]
    pillow: str
    mime: str
    quality: int | None
    lossless: bool
    transparent: bool


# Colours are kept at full resolution, so that a JPEG of 95 shows no fringes at red lines.
FORMATS = {
    PNG: Format((".png",), "PNG", "image/png", None, True, True),
    JPG: Format((".jpg", ".jpeg"), "JPEG", "image/jpeg", 95, False, False),
    WEBP: Format((".webp",), "WEBP", "image/webp", None, True, True),
    AVIF: Format((".avif",), "AVIF", "image/avif", 85, False, True),
}
ENDINGS = {ending: name for name, one in FORMATS.items() for ending in one.endings}


class Form(Struct, frozen=True, kw_only=True):
    """In which form a picture is written; nothing in it changes what is drawn.

    `quality` (1 to 100) is that of lossy formats; None means their own, or no loss at all.
    `metadata` is how much of the record the picture carries; its words only if `words`. `writer` is
    whoever wrote the prompt, named only because somebody said so.
    """

    format: str = PNG
    quality: int | None = None
    metadata: Level = "full"
    words: bool = True
    writer: str | None = None

    @property
    def ending(self) -> str:
        """The usual ending of such a file's name."""
        return FORMATS[self.format].endings[0]


class NotWholeError(Exception):
    """The file is not of its format, or not all of one."""


def of_name(name: str) -> str | None:
    """The format that a file's name says, None if it says none of ours."""
    return ENDINGS.get(os.path.splitext(name)[1].lower())  # noqa: PTH122


def quality(name: str, asked: int | None) -> int | None:
    """The quality of a file of this format, of 100; None: nothing is lost."""
    return FORMATS[name].quality if asked is None else asked


def kind(content: bytes) -> str | None:
    """The format that a file's first bytes say, None if it is none of ours."""
    if content[:8] == b"\x89PNG\r\n\x1a\n":
        return PNG
    if content[:3] == b"\xff\xd8\xff":
        return JPG
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return WEBP
    if content[4:8] == b"ftyp" and b"avif" in content[8 : int.from_bytes(content[:4], "big")][:64]:
        return AVIF
    return None


@functools.cache
def is_here(name: str) -> bool:
    """Whether this machine's Pillow writes the format: not every one has AVIF."""
    if name != AVIF:
        return True
    from PIL import features  # only for this question

    return bool(features.check("avif"))
