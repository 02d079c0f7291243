"""The things for adventures, for work and for writing home."""

from imagegen.drawing import palette
from imagegen.drawing.materials import BRASS, CREAM, LEATHER, STEEL, WOOD
from imagegen.drawing.palette import OUTLINE
from imagegen.drawing.svg import Sketch
from imagegen.drawing.thing import Thing
from imagegen.drawing.tints import second, trim

STAR = (
    *((0, -25), (7, -7), (27, -6), (11, 6), (17, 25)),
    *((0, 14), (-17, 25), (-11, 6), (-27, -6), (-7, -7)),
)


def _sword(s: Sketch, colour: str) -> None:
    s.path("M-15 -40L-15 -120L0 -146L15 -120L15 -40Z", colour)
    s.path("M0 -136L0 -40L11 -40L11 -118Z", "#ffffff", outline=0, flat=True, opacity=0.28)
    s.stroke("M0 -132L0 -44", trim(colour, 0.35), 3)
    s.rect(-7, -36, 14, 30, LEATHER, radius=3)
    s.path(
        "M-36 -46Q-40 -36 -32 -34L32 -34Q40 -36 36 -46Q30 -42 22 -42L-22 -42Q-30 -42 -36 -46Z",
        BRASS,
    )
    s.ellipse(0, -5, 9, 8, BRASS)


def _shield(s: Sketch, colour: str) -> None:
    s.path(
        "M-54 -100Q-26 -98 0 -112Q26 -98 54 -100C58 -48 38 -14 0 2C-38 -14 -58 -48 -54 -100Z", STEEL
    )
    s.path(
        "M-43 -90Q-22 -88 0 -99Q22 -88 43 -90C45 -48 30 -22 0 -10C-30 -22 -45 -48 -43 -90Z", colour
    )


def _shield_star(s: Sketch, colour: str) -> None:
    _shield(s, colour)
    s.polygon(
        [(x, y - 58) for x, y in STAR],
        second(colour, 0.8),
        outline=2.5,
    )


def _flag(s: Sketch, colour: str) -> None:
    s.limb([(-38, -2), (-38, -134)], WOOD, 7)
    s.ellipse(-38, -140, 8, 8, BRASS)
    s.path(
        "M-34 -130C-10 -146 14 -118 36 -130Q50 -136 62 -132L62 -72Q50 -76 36 -70"
        "C14 -58 -10 -86 -34 -70Z",
        colour,
    )
    s.stroke("M-6 -134Q-2 -104 -8 -76M28 -128Q32 -96 26 -66", palette.dark(colour, 0.35), 3, 0.6)


def _anchor(s: Sketch, colour: str) -> None:
    ink = palette.line(colour)
    for d, width in (
        ("M-15 -102A15 15 0 1 1 15 -102A15 15 0 1 1 -15 -102Z", 9),
        ("M-32 -74L32 -74", 11),
        ("M0 -88L0 -10", 13),
        ("M-46 -44C-42 -4 42 -4 46 -44", 13),
    ):
        s.stroke(d, ink, width + 6)
    s.path("M-46 -62L-64 -34L-30 -36Z", colour)
    s.path("M46 -62L64 -34L30 -36Z", colour)
    for d, width in (
        ("M-15 -102A15 15 0 1 1 15 -102A15 15 0 1 1 -15 -102Z", 9),
        ("M-32 -74L32 -74", 11),
        ("M0 -88L0 -10", 13),
        ("M-46 -44C-42 -4 42 -4 46 -44", 13),
    ):
        s.stroke(d, colour, width)
    s.stroke("M-2 -84L-2 -24", "#ffffff", 3, 0.5)


def _letter(s: Sketch, colour: str) -> None:
    s.rect(-60, -80, 120, 80, colour, radius=5)
    s.stroke("M-58 -4L-16 -40M58 -4L16 -40", palette.line(colour), 3.5)
    s.path("M-60 -77Q-58 -80 -54 -80L54 -80Q58 -80 60 -77L6 -32Q0 -27 -6 -32Z", colour)
    s.path(
        "M0 -20C-17 -32 -15 -48 -7 -48Q0 -48 0 -42Q0 -48 7 -48C15 -48 17 -32 0 -20Z",
        "#e8486a" if colour != palette.COLOURS["red"] else CREAM,
        outline=2.5,
    )


def _teddy(s: Sketch, colour: str) -> None:
    for flip in (True, False):
        with s.moved(flip=flip):
            s.ellipse(30, -104, 14, 14, colour)
            s.ellipse(30, -104, 7, 7, second(colour, 0.5), outline=0)
            s.ellipse(34, -46, 12, 20, colour)
    s.ellipse(0, -36, 34, 34, colour)
    s.ellipse(0, -34, 20, 22, second(colour, 0.5), outline=0)
    for x in (-28, 28):
        s.ellipse(x, -14, 19, 15, colour)
        s.ellipse(x, -13, 10, 8, second(colour, 0.5), outline=0)
    s.ellipse(0, -86, 40, 34, colour)
    _teddy_face(s)


def _teddy_face(s: Sketch) -> None:
    s.ellipse(0, -76, 18, 14, "#f7e6cf", outline=2)
    s.ellipse(0, -82, 7, 5, OUTLINE, outline=0, flat=True)
    s.stroke("M0 -78L0 -72Q-6 -66 -10 -71M0 -72Q6 -66 10 -71", OUTLINE, 2.8)
    for x in (-17, 17):
        s.ellipse(x, -94, 6, 6.5, "#fffaf0", outline=0, flat=True)
        s.ellipse(x, -94, 4.8, 5.4, OUTLINE, outline=0, flat=True)


def _ladder(s: Sketch, colour: str) -> None:
    for y in (-124, -98, -72, -46, -20):
        s.limb([(-24 + y * 0.06, y), (24 - y * -0.06, y)], palette.dark(colour, 0.15), 8)
    s.limb([(-24, -4), (-34, -146)], colour, 11)
    s.limb([(24, -4), (14, -146)], colour, 11)


def _scissors(s: Sketch, colour: str) -> None:
    for flip in (True, False):
        with s.moved(0, -52, turn=14 if flip else -14, flip=flip):
            s.path("M-7 8L-5 -64Q2 -58 7 -36L7 8Z", STEEL)
        with s.moved(flip=flip):
            s.limb([(3, -50), (16, -34)], colour, 9)
            s.path(
                "M2 -20A20 20 0 1 1 42 -20A20 20 0 1 1 2 -20Z"
                "M12 -20A10 10 0 1 0 32 -20A10 10 0 1 0 12 -20Z",
                colour,
            )
    s.ellipse(0, -52, 5, 5, OUTLINE, outline=0)


def _hammer(s: Sketch, colour: str) -> None:
    s.path("M-9 -86L9 -86L12 -6Q12 0 6 0L-6 0Q-12 0 -12 -6Z", WOOD)
    s.rect(-12, -40, 24, 40, colour, radius=6)
    s.path("M-22 -114L18 -114C34 -112 46 -104 52 -90C40 -96 30 -96 18 -94L18 -84L-22 -84Z", colour)
    s.rect(-42, -118, 24, 38, palette.dark(colour, 0.2), radius=5)
    s.stroke("M-34 -110L-34 -96M-12 -107L12 -107", "#ffffff", 4, 0.5)


def _pencil(s: Sketch, colour: str) -> None:
    with s.moved(-30, -4, turn=28):
        s.path("M-15 -24L0 4L15 -24Z", "#f1d3a0")
        s.path("M-5 -6L0 4L5 -6Z", OUTLINE, outline=0, flat=True)
        s.path("M-15 -102L-15 -24Q-10 -30 -5 -24Q0 -30 5 -24Q10 -30 15 -24L15 -102Z", colour)
        s.stroke("M-5 -100L-5 -28M5 -100L5 -28", trim(colour), 3)
        s.rect(-16, -114, 32, 13, STEEL, radius=2)
        s.rect(-15, -132, 30, 19, "#f79bb0", radius=7)


QUEST = {
    "sword": Thing(draw=_sword, box=(-40, -146, 40, 4), grip=(0, -20), wears=False),
    "shield": Thing(draw=_shield_star, smooth=_shield, box=(-58, -114, 58, 4), grip=(-30, -30)),
    "flag": Thing(draw=_flag, box=(-48, -150, 64, 2), grip=(-38, -26)),
    "anchor": Thing(draw=_anchor, box=(-66, -124, 66, 2), grip=(0, -102), wears=False),
    "letter": Thing(draw=_letter, box=(-62, -82, 62, 2), grip=(-26, -4)),
    "teddy": Thing(draw=_teddy, box=(-50, -122, 50, 3), grip=(-36, -40)),
    "ladder": Thing(
        draw=_ladder, box=(-43, -155, 33, 5), handy=False, wears=False, beside=(150, 240)
    ),
    "scissors": Thing(draw=_scissors, box=(-43, -115, 43, 2), grip=(-22, -12), wears=False),
    "hammer": Thing(draw=_hammer, box=(-44, -120, 54, 2), grip=(0, -18), wears=False),
    "pencil": Thing(draw=_pencil, box=(-35, -128, 45, 2), grip=(-12, -40)),
}
