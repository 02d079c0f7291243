"""What the animals of the storybook world share: round heads, ears, tails and bellies."""

import re
from functools import cache
from math import cos, pi, sin

from imagegen.drawing import palette
from imagegen.drawing.svg import Sketch

CREAM = "#fff3df"
SNOW = "#fffaf0"
ROSE = "#f2a0a8"
NOSE = "#3b2c38"


@cache
def mirrored(d: str) -> str:
    """Path data in absolute "x y" pairs, left and right exchanged."""
    return re.sub(r"(-?[\d.]+) (-?[\d.]+)", lambda pair: f"{-float(pair[1]):g} {pair[2]}", d)


def both(s: Sketch, d: str, colour: str, outline: float = 3.0) -> None:
    """A path and its mirror image; unlike a flipped group it keeps the light on the left."""
    s.path(d, colour, outline=outline)
    s.path(mirrored(d), colour, outline=outline)


def round_ears(s: Sketch, x: float, y: float, radius: float, coat: str, inner: str) -> None:
    """Two round ears, lighter inside; a head drawn later covers their roots."""
    for side in (-x, x):
        s.ellipse(side, y, radius, radius, coat)
        s.ellipse(side * 0.98, y + 2, radius * 0.58, radius * 0.58, inner, outline=0)


def round_head(s: Sketch, coat: str) -> None:
    """A head a little wider than tall, its cheeks low, as cubs have."""
    s.path(
        "M0 -42C34 -42 50 -18 48 6C46 32 24 42 0 42C-24 42 -46 32 -48 6C-50 -18 -34 -42 0 -42Z",
        coat,
    )


def whiskers(s: Sketch, colour: str) -> None:
    """Two on either side of the nose."""
    for y in (13, 22):
        s.stroke(f"M-35 {y}L-58 {y - 5}M40 {y}L63 {y - 5}", colour, 3)


def tail(s: Sketch, d: str, coat: str, width: float) -> None:
    """An outlined line of one width, from the hip outwards."""
    s.stroke(d, palette.line(coat), width + 5)
    s.stroke(d, coat, width)


def torso(s: Sketch, coat: str, belly: str) -> None:
    """An animal's body, with a lighter belly."""
    s.path("M-26 -54Q0 -64 26 -54Q36 -20 32 4Q0 18 -32 4Q-36 -20 -26 -54Z", coat)
    s.ellipse(-2, -19, 19, 25, belly, outline=0)


@cache
def scallops(radius: float, count: int) -> str:
    """A ring of bows bulging outwards, as path data."""
    steps = [(k + 0.5) * 2 * pi / count for k in range(count)]
    ring = [f"{radius * cos(a):.1f} {radius * sin(a):.1f}" for a in steps]
    bow = radius * sin(pi / count) * 1.02  # just over half the chord, so that each is half round
    bows = "".join(f"A{bow:.1f} {bow:.1f} 0 0 1 {end}" for end in [*ring[1:], ring[0]])
    return f"M{ring[0]}{bows}Z"
