"""Wheels, and the tones that go with a body's colour: what several mounts share."""

from imagegen.drawing import palette
from imagegen.drawing.materials import RUBBER, STEEL
from imagegen.drawing.svg import Sketch
from imagegen.drawing.tints import trim


def spoked(s: Sketch, x: float, y: float, radius: float, colour: str) -> None:
    """A light wheel with spokes and a rim in the colour, as bicycles have."""
    reach = radius - 8
    for dx, dy in ((1.0, 0.0), (0.5, 0.87), (-0.5, 0.87)):
        ends = (x - dx * reach, y - dy * reach, x + dx * reach, y + dy * reach)
        s.stroke("M{:.1f} {:.1f}L{:.1f} {:.1f}".format(*ends), "#a9adbb", 3)
    s.stroke(_ring(x, y, reach), palette.line(colour), 13)
    s.stroke(_ring(x, y, radius), RUBBER, 7)
    s.stroke(_ring(x, y, reach), colour, 9)
    s.ellipse(x, y, 7, 7, colour, outline=2.5)


def tyre(s: Sketch, x: float, y: float, radius: float, hub: str, share: float = 0.58) -> None:
    """A thick tyre around a full hub, which takes `share` of the radius."""
    s.ellipse(x, y, radius, radius, RUBBER, ink=palette.OUTLINE)
    s.ellipse(x, y, radius * share, radius * share, trim(hub, 0.5), outline=0)
    s.ellipse(x, y, radius * share - 3, radius * share - 3, hub, outline=0)
    s.ellipse(x, y, radius * 0.2, radius * 0.2, STEEL, outline=2)


def _ring(x: float, y: float, radius: float) -> str:
    left, right, arc = x - radius, x + radius, f"A{radius} {radius} 0 1 1"
    return f"M{left} {y}{arc} {right} {y}{arc} {left} {y}Z"
