"""Stripes and spots on what has a colour: laid over each shape that is filled with just it."""

from collections.abc import Iterator
from contextlib import contextmanager

from imagegen.drawing import palette
from imagegen.drawing.svg import Sketch
from imagegen.drawing.tints import brightness

PATTERNS = ("striped", "spotted")
Box = tuple[float, float, float, float]

BRIGHT = 195.0  # brightness, of 255, from which white marks would not be seen: yellow, white
SLANT = 0.4  # how far a stripe leans, as a share of its height
ROUND = 0.5523  # handle of a quarter circle as a cubic curve, as a share of its radius


@contextmanager
def worn(s: Sketch, colour: str, pattern: str | None, box: Box) -> Iterator[None]:
    """What is drawn meanwhile and shaded in exactly that colour wears the pattern; None: nothing.

    The marks are laid out once over the box (left, top, right, bottom), so that they run on from
    shape to shape; what is drawn in other colours and tones stays as it is.
    """
    if pattern is None:
        yield
        return
    with s.wearing(colour, _marks(pattern, box), tone(colour)):
        yield


def tone(colour: str) -> str:
    """What stripes and spots are painted in: nearly white, or dark on what is bright itself."""
    if brightness(colour) > BRIGHT:
        return palette.dark(colour, 0.74)
    return palette.mix(colour, "#fffaf0", 0.88)


def _marks(pattern: str, box: Box) -> str:
    left, top, right, bottom = box
    step = 0.1 * ((right - left) * (bottom - top)) ** 0.5  # half of the way from mark to mark
    return MARKS[pattern](box, step)


def _stripes(box: Box, step: float) -> str:
    left, top, right, bottom = box
    lean = (bottom - top) * SLANT
    d, x = "", left - lean - step
    while x < right:
        d += f"M{x:.1f} {bottom:.1f}L{x + lean:.1f} {top:.1f}l{step:.1f} 0L{x + step:.1f}"
        d += f" {bottom:.1f}Z"
        x += 2 * step
    return d


def _spots(box: Box, step: float) -> str:
    left, top, right, bottom = box
    d, row, y = "", 0, top + step * 0.6
    while y < bottom + step:
        x = left + step * (0.5 if row % 2 else 1.7)
        while x < right + step:
            d += _spot(x, y, step * 0.62)
            x += 2.4 * step
        row, y = row + 1, y + 1.55 * step
    return d


def _spot(x: float, y: float, r: float) -> str:
    k = r * ROUND
    return (
        f"M{x - r:.1f} {y:.1f}c0 {-k:.1f} {r - k:.1f} {-r:.1f} {r:.1f} {-r:.1f}"
        f"s{r:.1f} {r - k:.1f} {r:.1f} {r:.1f}s{k - r:.1f} {r:.1f} {-r:.1f} {r:.1f}"
        f"s{-r:.1f} {k - r:.1f} {-r:.1f} {-r:.1f}Z"
    )


MARKS = {"striped": _stripes, "spotted": _spots}
