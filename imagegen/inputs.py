"""A picture that another is drawn from: which file it is, and the size that fits it."""

import math
from typing import Literal, NamedTuple

from msgspec import Struct

ALPHA: Literal["alpha"] = "alpha"  # in the place of a mask: where the picture itself is transparent


class Picture(Struct, frozen=True, kw_only=True):
    """A file by its path and the SHA-256 of its bytes; sides in pixels, as a person sees it."""

    path: str
    sha256: str
    width: int
    height: int


Mask = Picture | Literal["alpha"]


class Inputs(NamedTuple):
    """What a request gives: a picture, and the mask over it."""

    image: Picture | None = None
    mask: Mask | None = None


class Hires(Struct, frozen=True, kw_only=True):
    """The second drawing, of the first one enlarged to this size; `strength` in (0, 1]."""

    width: int
    height: int
    strength: float


def size_like(
    picture: Picture, width: int | None, height: int | None, area: int, multiple: int
) -> tuple[int, int]:
    """The size of the picture's shape that has about this area, or the side that is said.

    The sides are multiples of `multiple`, at least one of it.
    """
    shape = picture.width / picture.height
    if width is None and height is None:
        wide = math.sqrt(area * shape)
        return _rounded(wide, multiple), _rounded(wide / shape, multiple)
    if width is None:
        assert height is not None
        return _rounded(height * shape, multiple), height
    return width, _rounded(width / shape, multiple) if height is None else height


def enlarged(width: int, height: int, factor: float, multiple: int) -> tuple[int, int]:
    """The size so many times as wide and as high, in multiples of `multiple`."""
    return _rounded(width * factor, multiple), _rounded(height * factor, multiple)


def _rounded(side: float, multiple: int) -> int:
    return max(round(side / multiple), 1) * multiple
