"""The things to eat and to drink, and what they are served from."""

from math import cos, pi, sin

from imagegen.drawing import palette
from imagegen.drawing.materials import CREAM, LEAF, STALK, WAFFLE
from imagegen.drawing.svg import Sketch
from imagegen.drawing.thing import Thing
from imagegen.drawing.tints import second, shine, trim


def _banana(s: Sketch, colour: str) -> None:
    s.path("M20 -88L18 -104Q28 -112 38 -106L40 -88Z", STALK, outline=2.5)
    s.path(
        "M18 -92C16 -58 -10 -36 -56 -34Q-66 -30 -60 -20C-44 4 2 6 28 -20C48 -40 50 -68 40 -92"
        "Q28 -98 18 -92Z",
        colour,
    )
    s.path("M-56 -34Q-66 -30 -60 -20Q-52 -22 -50 -34Z", STALK, outline=2, flat=True)
    s.stroke("M31 -86C34 -48 8 -18 -44 -22", trim(colour, 0.35), 4)


def _pear(s: Sketch, colour: str) -> None:
    s.path(
        "M0 -98C15 -98 21 -86 23 -70C27 -54 46 -46 46 -27C46 -6 24 0 0 0C-24 0 -46 -6 -46 -27"
        "C-46 -46 -27 -54 -23 -70C-21 -86 -15 -98 0 -98Z",
        colour,
    )
    s.stroke("M0 -94Q0 -106 -6 -116", STALK, 7)
    s.path("M2 -100C6 -118 22 -124 38 -118C34 -102 18 -96 2 -100Z", LEAF, outline=2.5)
    shine(s, -24, -36, 8, 13, 25)


def _strawberry(s: Sketch, colour: str) -> None:
    s.path(
        "M0 0C-18 -4 -52 -36 -50 -64C-48 -86 -18 -88 0 -80C18 -88 48 -86 50 -64C52 -36 18 -4 0 0Z",
        colour,
    )
    for x, y in ((-30, -58), (-10, -52), (12, -54), (32, -58), (-20, -36), (1, -32), (22, -36)):
        s.ellipse(x, y, 3, 4.5, trim(colour, 0.5), outline=0, flat=True)
    s.ellipse(0, -14, 3, 4.5, trim(colour, 0.5), outline=0, flat=True)
    s.path(
        "M0 -84L-14 -66L-20 -82L-42 -74Q-34 -92 -14 -92L-6 -108L6 -108L14 -92Q34 -92 42 -74"
        "L20 -82L14 -66Z",
        LEAF,
        outline=2.5,
    )


def _carrot(s: Sketch, colour: str) -> None:
    for turn in (-24, 24, 0):
        with s.moved(0, -88, turn=turn):
            s.path("M-3 4C-20 -16 -14 -42 0 -50C14 -42 20 -16 3 4Z", LEAF, outline=2.5)
    s.path(
        "M-30 -82C-34 -60 -12 -14 0 0C12 -14 34 -60 30 -82C24 -98 -24 -98 -30 -82Z",
        colour,
    )
    s.stroke("M-28 -66L-12 -64M28 -54L10 -52M-18 -38L-4 -36M16 -28L5 -26", trim(colour, 0.4), 4.5)


def _pumpkin(s: Sketch, colour: str) -> None:
    for x in (-34, 34):
        s.ellipse(x, -39, 27, 36, colour)
    for x in (-18, 18):
        s.ellipse(x, -40, 25, 39, colour)
    s.ellipse(0, -41, 19, 41, colour)
    s.path("M-8 -76L-12 -100Q-2 -108 8 -102L6 -76Q0 -72 -8 -76Z", "#5d7a35")
    s.stroke("M6 -84C24 -108 40 -88 30 -82", "#5d7a35", 4)
    shine(s, -36, -58, 6, 10, 20)


def _cheese(s: Sketch, colour: str) -> None:
    s.polygon([(-58, -44), (34, -86), (60, -56)], palette.light(colour, 0.35))
    s.path("M-58 -44L60 -56L60 -6Q60 -2 56 -2L-52 0Q-58 0 -58 -5Z", colour)
    hole = palette.dark(colour, 0.4)
    for x, y, rx, ry in ((-32, -24, 10, 9), (0, -36, 8, 7), (34, -30, 12, 11), (8, -12, 7, 6)):
        s.ellipse(x, y, rx, ry, hole, outline=2)
    s.ellipse(24, -68, 9, 4.5, hole, outline=2)


def _icecream(s: Sketch, colour: str) -> None:
    s.path("M-29 -64L29 -64L4 -3Q0 2 -4 -3Z", WAFFLE)
    s.stroke("M-20 -60L8 -16M2 -60L15 -34M20 -60L-8 -16M-2 -60L-15 -34", "#a56a35", 3)
    s.ellipse(0, -122, 28, 27, colour)
    s.path(
        "M-36 -76C-40 -106 -22 -116 0 -116C22 -116 40 -106 36 -76Q34 -60 24 -66Q16 -50 6 -62"
        "Q-4 -72 -10 -62Q-20 -52 -26 -66Q-36 -62 -36 -76Z",
        colour,
    )
    shine(s, -14, -134, 6, 4)
    shine(s, -20, -96, 8, 5)


def _ring(y: float, outer: float, inner: float, waves: int = 0) -> str:
    """A ring around (0, y), its outer edge perhaps wavy."""
    d = ""
    for i in range(48):
        angle = i * pi / 24
        reach = outer + (2.5 * sin(waves * angle) if waves else 0)
        d += f"{'L' if d else 'M'}{reach * sin(angle):.1f} {y - reach * cos(angle):.1f}"
    d += f"ZM{-inner} {y}A{inner} {inner} 0 1 0 {inner} {y}A{inner} {inner} 0 1 0 {-inner} {y}Z"
    return d


def _plain_donut(s: Sketch, colour: str) -> None:
    s.path(_ring(-50, 50, 13), WAFFLE)
    s.path(_ring(-50, 42, 18, 9), colour, outline=2.5)


def _donut(s: Sketch, colour: str) -> None:
    _plain_donut(s, colour)
    tones = (second(colour, 0.8), trim(colour, 0.5))
    for i in range(14):
        angle = i * pi / 7 + 0.2
        reach = 25 if i % 2 else 35
        x, y = reach * sin(angle), -50 - reach * cos(angle)
        dx, dy = 4 * cos(i * 2.0), 4 * sin(i * 2.0)
        s.stroke(f"M{x - dx:.1f} {y - dy:.1f}L{x + dx:.1f} {y + dy:.1f}", tones[i // 2 % 2], 4)


def _cherry(s: Sketch, colour: str) -> None:
    s.stroke("M-26 -44C-20 -74 0 -92 10 -104C16 -84 30 -66 30 -36", "#5f8a3a", 6)
    s.path("M8 -104C20 -124 46 -120 56 -106C42 -92 20 -92 8 -104Z", LEAF, outline=2.5)
    for x, y in ((-28, -26), (32, -24)):
        s.ellipse(x, y, 27, 26, colour)
        s.stroke(f"M{x - 8} {y - 17}Q{x} {y - 12} {x + 8} {y - 17}", palette.line(colour), 3)
        shine(s, x - 11, y - 7, 5, 7, 20)


def _plain_lollipop(s: Sketch, colour: str) -> None:
    s.stroke("M0 -40L0 -3", "#8a7f95", 10)
    s.stroke("M0 -40L0 -3", "#fffaf0", 6)
    s.ellipse(0, -84, 44, 44, colour)


def _lollipop(s: Sketch, colour: str) -> None:
    _plain_lollipop(s, colour)
    d = ""
    for i in range(40):
        angle, reach = i * pi / 8, 2 + i * 0.95
        d += f"{'L' if d else 'M'}{reach * cos(angle):.1f} {reach * sin(angle) - 84:.1f}"
    s.stroke(d, second(colour, 0.8), 7)
    shine(s, -20, -110, 8, 5)


def _egg(s: Sketch, colour: str) -> None:
    s.path(
        "M0 -102C24 -102 41 -64 41 -40C41 -14 23 0 0 0C-23 0 -41 -14 -41 -40"
        "C-41 -64 -24 -102 0 -102Z",
        colour,
    )
    shine(s, -16, -66, 7, 13, 22)


def _bottle(s: Sketch, colour: str) -> None:
    s.rect(-10, -128, 20, 20, "#c38f57", radius=4)
    s.path(
        "M-13 -112L-13 -88C-13 -74 -32 -72 -32 -50L-32 -10Q-32 0 -22 0L22 0Q32 0 32 -10L32 -50"
        "C32 -72 13 -74 13 -88L13 -112Q0 -116 -13 -112Z",
        colour,
    )
    s.rect(-31, -48, 62, 30, CREAM, outline=2.5)
    s.ellipse(0, -33, 9, 9, colour, outline=2, flat=True)
    s.stroke("M-22 -54Q-22 -64 -12 -72", "#ffffff", 5, 0.6)


def _teapot(s: Sketch, colour: str) -> None:
    handle = "M-34 -62C-76 -76 -78 -16 -34 -18"
    s.stroke(handle, palette.line(colour), 16)
    s.stroke(handle, palette.dark(colour, 0.1), 10)
    s.path(
        "M30 -52C52 -50 46 -76 62 -82L78 -74Q80 -70 74 -68C66 -58 66 -26 32 -18Z",
        palette.dark(colour, 0.1),
    )
    s.path(
        "M-24 -80C-46 -72 -50 -50 -46 -32C-42 -10 -32 0 -22 0L22 0C32 0 42 -10 46 -32"
        "C50 -50 46 -72 24 -80Q0 -86 -24 -80Z",
        colour,
    )
    s.path("M-30 -78Q-22 -94 0 -96Q22 -94 30 -78Q0 -68 -30 -78Z", colour)
    s.ellipse(0, -101, 8, 7, palette.dark(colour, 0.1))
    shine(s, -26, -56, 6, 12, 20)


FOOD = {
    "banana": Thing(draw=_banana, box=(-64, -110, 48, 1), grip=(-10, -10)),
    "pear": Thing(draw=_pear, box=(-48, -122, 48, 2), grip=(-16, -5)),
    "strawberry": Thing(draw=_strawberry, box=(-52, -110, 52, 2), grip=(-12, -8), wears=False),
    "carrot": Thing(draw=_carrot, box=(-33, -140, 33, 2), grip=(0, -40)),
    "pumpkin": Thing(draw=_pumpkin, box=(-63, -106, 63, 2), grip=(-22, -6)),
    "cheese": Thing(draw=_cheese, box=(-60, -88, 62, 2), grip=(-20, -5), wears=False),
    "icecream": Thing(draw=_icecream, box=(-40, -151, 40, 2), grip=(0, -22)),
    "donut": Thing(draw=_donut, smooth=_plain_donut, box=(-52, -102, 52, 2), grip=(-18, -8)),
    "cherry": Thing(draw=_cherry, box=(-57, -122, 61, 4), grip=(10, -98)),
    "lollipop": Thing(
        draw=_lollipop, smooth=_plain_lollipop, box=(-46, -130, 46, 2), grip=(0, -14)
    ),
    "egg": Thing(draw=_egg, box=(-43, -104, 43, 2), grip=(-14, -6)),
    "bottle": Thing(draw=_bottle, box=(-34, -130, 34, 2), grip=(0, -24)),
    "teapot": Thing(draw=_teapot, box=(-74, -110, 80, 2), grip=(-14, -5)),
}
