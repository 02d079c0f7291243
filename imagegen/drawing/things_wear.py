"""The things to put on and to carry about."""

from imagegen.drawing import palette
from imagegen.drawing.materials import BRASS
from imagegen.drawing.svg import Sketch
from imagegen.drawing.thing import Thing
from imagegen.drawing.tints import second, trim


def _shoe(s: Sketch, colour: str) -> None:
    s.path(
        "M-52 -66Q-34 -58 -14 -68C-4 -46 18 -36 42 -32C62 -28 68 -18 66 -8L-58 -8"
        "C-62 -28 -60 -50 -52 -66Z",
        colour,
    )
    s.path("M66 -20C54 -30 40 -26 38 -10L66 -10Z", trim(colour, 0.25), outline=2.5)
    s.path("M-60 -14L68 -14Q72 -4 64 0L-56 0Q-64 -4 -60 -14Z", "#fffaf0")
    s.stroke("M-12 -58L6 -62M-2 -48L16 -54M10 -40L28 -46", second(colour, 0.9), 6)
    s.stroke("M-46 -52Q-48 -36 -46 -24", "#ffffff", 5, 0.4)


def _sock(s: Sketch, colour: str) -> None:
    s.path(
        "M-26 -92L18 -92L20 -48C24 -38 58 -38 60 -18C60 -2 46 0 28 0L-4 0C-24 0 -30 -14 -28 -30Z",
        colour,
    )
    tone = trim(colour, 0.35)
    s.path("M-28 -30Q-8 -24 -2 0L-4 0C-24 0 -30 -14 -28 -30Z", tone, outline=2.5)
    s.path("M40 -38Q34 -20 42 0C56 -2 60 -10 60 -18Q56 -32 40 -38Z", tone, outline=2.5)
    s.rect(-31, -112, 54, 24, tone, radius=7)
    s.stroke("M-18 -106L-18 -94M-4 -106L-4 -94M10 -106L10 -94", palette.line(tone), 2.5)


def _glasses(s: Sketch, colour: str) -> None:
    for end in ("M-62 -32L-76 -54Q-80 -60 -70 -60", "M62 -32L76 -54Q80 -60 70 -60"):
        s.stroke(end, palette.line(colour), 12)
        s.stroke(end, colour, 7)
    bridge = "M-12 -38Q0 -50 12 -38"
    s.stroke(bridge, palette.line(colour), 13)
    s.stroke(bridge, colour, 8)
    for x in (-37, 37):
        s.ellipse(x, -30, 30, 29, colour)
        s.ellipse(x, -30, 20, 19, "#cdeaf6", outline=2.5)
        s.stroke(f"M{x - 10} -28L{x + 2} -42", "#ffffff", 5, 0.9)


def _crown(s: Sketch, colour: str) -> None:
    s.path(
        "M-48 -4L-60 -68L-30 -42L0 -88L30 -42L60 -68L48 -4Q0 6 -48 -4Z",
        colour,
    )
    s.path("M-51 -22Q0 -12 51 -22L48 -4Q0 6 -48 -4Z", trim(colour, 0.3), outline=2.5)
    for x, y in ((-60, -72), (0, -92), (60, -72)):
        s.ellipse(x, y, 8, 8, second(colour, 0.6), outline=2.5)
    s.ellipse(0, -44, 9, 12, "#e8486a" if colour != "#e2403f" else "#5fb4ee", outline=2.5)
    for x in (-28, 0, 28):
        s.ellipse(x, -10 - (2 if x else 0), 5, 4.5, second(colour, 0.75), outline=2)


def _bag(s: Sketch, colour: str) -> None:
    handle = "M-26 -66C-28 -118 28 -118 26 -66"
    s.stroke(handle, palette.line(colour), 14)
    s.stroke(handle, palette.dark(colour, 0.2), 8)
    s.path("M-46 -70L46 -70L58 -8Q58 0 50 0L-50 0Q-58 0 -58 -8Z", colour)
    flap = "M-48 -72L48 -72L52 -44Q30 -26 0 -26Q-30 -26 -52 -44Z"
    s.path(flap, colour)
    s.path(flap, "#33204f", outline=0, flat=True, opacity=0.16)
    s.stroke("M-46 -46Q-28 -34 0 -34Q28 -34 46 -46", trim(colour, 0.35), 3)
    s.rect(-9, -38, 18, 20, BRASS, radius=5, outline=2.5)


def _shirt(s: Sketch, colour: str) -> None:
    s.path(
        "M-22 -102Q0 -86 22 -102L40 -96L68 -62L46 -44L36 -54L36 -4Q0 4 -36 -4L-36 -54L-46 -44"
        "L-68 -62L-40 -96Z",
        colour,
    )
    s.stroke("M-22 -100Q0 -80 22 -100", palette.line(colour), 9)
    s.stroke("M-22 -100Q0 -80 22 -100", trim(colour, 0.3), 5)
    s.stroke("M-36 -54L-33 -72M36 -54L33 -72", palette.line(colour), 3)
    s.stroke("M-61 -57L-45 -71M61 -57L45 -71M-34 -12Q0 -4 34 -12", trim(colour, 0.3), 4)


def _ring(s: Sketch, colour: str) -> None:
    s.path(
        "M-38 -38A38 38 0 1 1 38 -38A38 38 0 1 1 -38 -38Z"
        "M-25 -38A25 25 0 1 0 25 -38A25 25 0 1 0 -25 -38Z",
        BRASS,
    )
    s.polygon([(-30, -96), (-16, -112), (16, -112), (30, -96), (0, -62)], colour)
    s.polygon([(-12, -96), (-16, -112), (16, -112), (12, -96)], second(colour, 0.5), outline=2)
    s.stroke("M-30 -96L30 -96M-12 -96L0 -64L12 -96", palette.line(colour), 2.5)


def _scarf(s: Sketch, colour: str) -> None:
    for d, fringe in (
        ("M-26 -58L-44 -12L-10 -4L6 -54Z", "M-41 -10L-45 2M-31 -8L-34 5M-21 -6L-23 7M-13 -4L-13 8"),
        ("M-10 -56L10 -2L44 -10L26 -58Z", "M14 -2L15 10M24 -4L26 8M34 -6L37 6M42 -9L46 3"),
    ):
        s.stroke(fringe, palette.line(colour), 5)
        s.path(d, colour)
    s.ellipse(0, -90, 42, 16, palette.dark(colour, 0.5))
    s.path(
        "M-58 -88C-60 -112 -34 -118 0 -118C34 -118 60 -112 58 -88C58 -58 34 -46 0 -46"
        "C-34 -46 -58 -58 -58 -88ZM-38 -94C-36 -80 36 -80 38 -94C36 -106 -36 -106 -38 -94Z",
        colour,
    )
    s.stroke("M-50 -76Q-30 -60 -6 -58M50 -80Q34 -66 14 -64", trim(colour, 0.35), 4)
    s.path("M-22 -80Q2 -86 24 -76L22 -46Q0 -40 -20 -50Z", colour)


WEAR = {
    "shoe": Thing(draw=_shoe, box=(-63, -70, 70, 2), grip=(-30, -4)),
    "sock": Thing(draw=_sock, box=(-33, -114, 62, 2), grip=(-6, -96)),
    "glasses": Thing(draw=_glasses, box=(-80, -66, 80, 2), grip=(-62, -32), wears=False),
    "crown": Thing(draw=_crown, box=(-70, -102, 70, 3), grip=(-22, -6), wears=False),
    "bag": Thing(draw=_bag, box=(-60, -114, 60, 2), grip=(0, -104)),
    "shirt": Thing(draw=_shirt, box=(-70, -106, 70, 2), grip=(-56, -56)),
    "ring": Thing(draw=_ring, box=(-40, -114, 40, 2), grip=(0, -6), wears=False),
    "scarf": Thing(draw=_scarf, box=(-60, -120, 60, 10), grip=(0, -66)),
}
