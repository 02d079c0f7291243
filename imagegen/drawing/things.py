"""Things to hold, to count, to put on one another. Each stands on the ground at y = 0."""

from collections.abc import Callable
from dataclasses import dataclass

from imagegen.drawing.svg import Point, Sketch
from imagegen.drawing.things_home import HOME
from imagegen.drawing.things_nature import NATURE
from imagegen.drawing.things_play import PLAY


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """One thing's drawing, about 100 tall; `box` is (left, top, right, bottom).

    `grip` is the point that lies in a holder's hand; `floats` is how high above the ground it
    stands by itself; `shelf` is the height of a top that bears other things, None if it has none.
    """

    draw: Callable[[Sketch, str], None]
    box: tuple[float, float, float, float]
    grip: Point
    floats: float = 0.0
    shelf: float | None = None


THINGS = {
    "ball": Thing(draw=PLAY["ball"], box=(-46, -92, 46, 2), grip=(-14, -5)),
    "balloon": Thing(draw=PLAY["balloon"], box=(-42, -148, 42, 0), grip=(0, -2), floats=60),
    "kite": Thing(draw=PLAY["kite"], box=(-48, -152, 48, 0), grip=(0, -2), floats=80),
    "guitar": Thing(draw=PLAY["guitar"], box=(-40, -142, 40, 4), grip=(0, -88)),
    "drum": Thing(draw=PLAY["drum"], box=(-56, -92, 56, 2), grip=(-20, -6), shelf=70),
    "gift": Thing(draw=PLAY["gift"], box=(-50, -104, 50, 2), grip=(-18, -4), shelf=88),
    "cake": Thing(draw=PLAY["cake"], box=(-66, -116, 66, 2), grip=(-24, -4)),
    "cube": Thing(draw=PLAY["cube"], box=(-50, -106, 50, 2), grip=(0, -4), shelf=79),
    "rocket": Thing(draw=PLAY["rocket"], box=(-45, -138, 45, 2), grip=(0, -8)),
    "book": Thing(draw=HOME["book"], box=(-48, -104, 52, 2), grip=(-16, -4)),
    "umbrella": Thing(draw=HOME["umbrella"], box=(-64, -125, 64, 4), grip=(0, -20)),
    "cup": Thing(draw=HOME["cup"], box=(-42, -94, 66, 2), grip=(-18, -4)),
    "hat": Thing(draw=HOME["hat"], box=(-64, -100, 64, 2), grip=(-24, -8)),
    "lantern": Thing(draw=HOME["lantern"], box=(-46, -116, 46, 2), grip=(0, -5)),
    "key": Thing(draw=HOME["key"], box=(-34, -110, 34, 2), grip=(0, -46)),
    "candle": Thing(draw=HOME["candle"], box=(-48, -126, 64, 2), grip=(0, -4)),
    "bell": Thing(draw=HOME["bell"], box=(-56, -106, 56, 2), grip=(-20, -5)),
    "chair": Thing(draw=HOME["chair"], box=(-50, -130, 56, 2), grip=(0, 0), shelf=59),
    "table": Thing(draw=HOME["table"], box=(-88, -98, 88, 2), grip=(0, 0), shelf=86),
    "flower": Thing(draw=NATURE["flower"], box=(-41, -120, 41, 0), grip=(0, -16)),
    "apple": Thing(draw=NATURE["apple"], box=(-48, -106, 48, 2), grip=(-16, -5)),
    "mushroom": Thing(draw=NATURE["mushroom"], box=(-60, -106, 60, 2), grip=(-14, -12)),
    "tree": Thing(draw=NATURE["tree"], box=(-78, -188, 78, 2), grip=(0, -6)),
    "star": Thing(draw=NATURE["star"], box=(-57, -114, 57, -5), grip=(-26, -12), floats=70),
    "fish": Thing(draw=NATURE["fish"], box=(-74, -94, 68, 0), grip=(-16, -8), floats=70),
    "butterfly": Thing(
        draw=NATURE["butterfly"], box=(-65, -106, 65, -5), grip=(-16, -14), floats=80
    ),
}
