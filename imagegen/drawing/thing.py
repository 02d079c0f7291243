"""What a row of the tables of things holds, whichever file draws it."""

from collections.abc import Callable
from dataclasses import dataclass

from imagegen.drawing.svg import Point, Sketch

Box = tuple[float, float, float, float]
Draw = Callable[[Sketch, str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Inside:
    """The room in a container: a guest stands between its two layers.

    The guest's lowest point is at `floor` and its middle between `left` and `right`, which is as
    wide as it can be; all of it below `rim` is hidden by the front (a guest should reach higher).
    """

    back: Draw
    front: Draw
    left: float
    right: float
    floor: float
    rim: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """One thing's drawing, about 100 tall; `box` is (left, top, right, bottom).

    `grip` is the point that lies in a holder's hand; `floats` is how high above the ground it
    stands by itself, 0 for what stands on it; `shelf` is the height of a top that bears other
    things and `roof` that of the free room beneath it, None if there is none; `handy` things fit
    in a hand, `big` ones are neither counted nor put on others. `beside` is the (width, height)
    it fits in next to a character 200 tall. `wears` says whether a pattern suits it; `smooth`
    draws it without the ornament of its own, which a pattern would run into.
    """

    draw: Draw
    box: Box
    grip: Point = (0, 0)
    floats: float = 0.0
    shelf: float | None = None
    roof: float | None = None
    inside: Inside | None = None
    handy: bool = True
    big: bool = False
    beside: tuple[float, float] = (130.0, 145.0)
    wears: bool = True
    smooth: Draw | None = None
