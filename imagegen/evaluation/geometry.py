"""What boxes allow: whether things that are there can be so related."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from imagegen.drawing.layout import Box
from imagegen.drawing.mounts import MOUNTS


@dataclass(frozen=True, slots=True)
class Extent:
    """A box with what follows from it."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def x(self) -> float:
        """The middle, from the left."""
        return (self.left + self.right) / 2

    @property
    def y(self) -> float:
        """The middle, from the top."""
        return (self.top + self.bottom) / 2

    @property
    def wide(self) -> float:
        """From left to right."""
        return self.right - self.left

    @property
    def high(self) -> float:
        """From top to bottom."""
        return self.bottom - self.top


def possible(relation: str, first: Box, second: Box) -> bool:
    """Whether things in these boxes can be so related."""
    if relation not in POSSIBLE:
        raise ValueError(f"there is no relation '{relation}'")
    return POSSIBLE[relation](Extent(*first), Extent(*second))


def overlap(a: Box, b: Box) -> float:
    """The area that two boxes share, of the area that they cover together."""
    wide, high = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    shared = max(wide, 0.0) * max(high, 0.0)
    areas = (a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1])
    return shared / max(areas - shared, 1e-6)


def _shared(a: Extent, b: Extent) -> float:
    """How far they share columns; below 0, a gap."""
    return min(a.right, b.right) - max(a.left, b.left)


def _left_of(a: Extent, b: Extent) -> bool:
    return a.x < b.x and abs(a.x - b.x) > abs(a.y - b.y)


def _above(a: Extent, b: Extent) -> bool:
    return a.y < b.y and abs(a.y - b.y) > abs(a.x - b.x)


def _next_to(a: Extent, b: Extent) -> bool:
    beside = _shared(a, b) < 0.3 * min(a.wide, b.wide)
    return beside and min(a.bottom, b.bottom) > max(a.top, b.top) - 30


def _mounted(a: Extent, b: Extent) -> bool:
    touching = a.top < b.y and a.bottom > b.top - 0.2 * a.high
    return _shared(a, b) > 0.5 * min(a.wide, b.wide) and touching


def _in_hand(a: Extent, b: Extent) -> bool:
    return _shared(a, b) > -0.1 * a.wide and a.top < b.y < a.bottom


def _on(a: Extent, b: Extent) -> bool:
    return b.left < a.x < b.right and b.top - 30 < a.bottom < b.bottom and a.top < b.y


def _under(a: Extent, b: Extent) -> bool:
    below = a.y > b.y and a.bottom > b.top + 0.6 * b.high
    return _shared(a, b) > 0.5 * a.wide and below


def _inside(a: Extent, b: Extent) -> bool:
    return b.left < a.x < b.right and b.top < a.bottom < b.bottom + 10


def _behind(a: Extent, b: Extent) -> bool:
    return _shared(a, b) > 0 and a.bottom < b.bottom


def _apart(a: Extent, b: Extent) -> bool:
    return _shared(a, b) < 0.3 * min(a.wide, b.wide)


POSSIBLE: Mapping[str, Callable[[Extent, Extent], bool]] = {
    **dict.fromkeys((mount.verb for mount in MOUNTS.values()), _mounted),
    "left of": _left_of,
    "right of": lambda a, b: _left_of(b, a),
    "above": _above,
    "below": lambda a, b: _above(b, a),
    "next to": _next_to,
    "holding": _in_hand,
    "giving": _in_hand,
    "chasing": _apart,
    "looking at": _apart,
    "on": _on,
    "under": _under,
    "inside": _inside,
    "behind": _behind,
    "in front of": lambda a, b: _behind(b, a),
}
