"""The two layers, behind the rider and before, of what one rides."""

from imagegen.drawing import palette
from imagegen.drawing.materials import LEATHER, RUBBER, STEEL
from imagegen.drawing.svg import Sketch
from imagegen.drawing.tints import trim
from imagegen.drawing.wheels import spoked, tyre


def bare(s: Sketch, colour: str) -> None:
    """The front of a mount that covers nothing of its rider."""


def bicycle_back(s: Sketch, colour: str) -> None:
    """Wheels, frame, handlebar and saddle; the rider's near leg goes over them."""
    spoked(s, -72, -46, 42, colour)
    spoked(s, 72, -46, 42, colour)
    for tube in (
        [(-72, -46), (-6, -42), (-34, -104), (-72, -46)],
        [(-28, -92), (48, -98), (-6, -42)],
        [(72, -46), (44, -116)],
    ):
        s.limb(tube, colour, 9)
    s.limb([(34, -122), (44, -116), (58, -124)], RUBBER, 7)
    s.path("M-56 -112Q-34 -120 -12 -110Q-24 -100 -46 -102Z", LEATHER)


def bicycle_front(s: Sketch, colour: str) -> None:
    """The near crank, over the rider's leg."""
    s.ellipse(-6, -42, 13, 13, palette.dark(colour, 0.15))
    s.limb([(-6, -42), (4, -22)], STEEL, 5)


def unicycle_back(s: Sketch, colour: str) -> None:
    """The wheel in its fork, and the saddle."""
    s.limb([(0, -54), (-16, -76)], STEEL, 6)
    spoked(s, 0, -54, 50, colour)
    s.limb([(0, -54), (0, -116)], colour, 13)
    s.path("M-34 -134Q-36 -124 -22 -122L18 -120Q32 -122 34 -134Q2 -122 -34 -134Z", LEATHER)


def unicycle_front(s: Sketch, colour: str) -> None:
    """The near crank and its pedal."""
    s.ellipse(0, -54, 12, 12, palette.dark(colour, 0.15))
    s.limb([(0, -54), (16, -32)], STEEL, 6)
    s.limb([(9, -31), (25, -31)], RUBBER, 5)


def motorcycle_back(s: Sketch, colour: str) -> None:
    """All of it: the rider sits on top."""
    tyre(s, -78, -41, 40, colour, 0.62)
    tyre(s, 80, -41, 40, colour, 0.62)
    s.limb([(80, -41), (56, -116)], STEEL, 9)
    s.limb([(40, -130), (56, -118), (62, -108)], RUBBER, 8)
    s.path("M32 -62A50 50 0 0 1 124 -60L114 -52A38 38 0 0 0 44 -52Z", colour)
    s.rect(-24, -62, 56, 44, STEEL, radius=10)
    s.limb([(20, -24), (-30, -22), (-100, -30)], STEEL, 10)
    _motorcycle_body(s, colour)
    s.stroke("M48 -72Q78 -96 106 -72", trim(colour, 0.35), 4)
    s.ellipse(76, -104, 17, 17, colour)
    s.ellipse(82, -104, 10, 13, "#fff0a8", outline=2.5)


def _motorcycle_body(s: Sketch, colour: str) -> None:
    s.path(
        "M-126 -82C-120 -98 -92 -96 -70 -92L-8 -82L30 -40L-14 -32C-40 -50 -60 -62 -88 -76Z", colour
    )
    s.path("M-104 -97Q-78 -106 -56 -94Q-34 -84 -8 -92L0 -82Q-40 -68 -70 -84Z", "#54404a")
    s.path("M-16 -86C-10 -116 34 -122 58 -104C64 -96 52 -72 34 -70C14 -66 -10 -68 -16 -86Z", colour)
    s.stroke("M4 -92Q22 -104 42 -98", palette.light(colour, 0.6), 6)
    s.rect(-128, -88, 12, 14, "#ff6b5b", radius=5, outline=2.5)


def scooter_back(s: Sketch, colour: str) -> None:
    """All of it: the rider stands on top."""
    tyre(s, -90, -23, 22, colour)
    tyre(s, 90, -23, 22, colour)
    s.path("M-120 -30Q-112 -56 -84 -54L-58 -38L-64 -26Q-94 -40 -104 -24Z", colour)
    s.limb([(86, -26), (60, -138)], colour, 15)
    s.path("M58 -38Q66 -58 92 -54Q118 -50 120 -26Q108 -38 92 -40Q82 -40 74 -30Z", colour)
    s.path("M-84 -40L40 -40L62 -62L78 -50L54 -20Q50 -16 42 -16L-72 -16Q-84 -18 -84 -40Z", colour)
    s.stroke("M-66 -28L38 -28", trim(colour), 5)
    s.limb([(42, -146), (60, -140), (80, -142)], RUBBER, 9)


def skateboard_back(s: Sketch, colour: str) -> None:
    """All of it: the rider stands on top."""
    for x in (-66, 66):
        s.ellipse(x + 14, -17, 15, 15, "#b8ad9a")
        s.path(f"M{x - 20} -34L{x + 24} -34L{x + 8} -16L{x - 8} -16Z", STEEL)
        s.ellipse(x - 8, -18, 17, 17, "#fff3df")
        s.ellipse(x - 8, -18, 6, 6, STEEL, outline=2)
    s.path(
        "M-120 -70Q-124 -78 -114 -80Q-106 -80 -98 -66Q-88 -50 -70 -50L70 -50Q88 -50 98 -66"
        "Q106 -80 114 -80Q124 -78 120 -70Q106 -26 72 -26L-72 -26Q-106 -26 -120 -70Z",
        colour,
    )
    s.stroke("M-98 -48Q-86 -38 -70 -38L70 -38Q86 -38 98 -48", trim(colour), 5)


def horse_back(s: Sketch, colour: str) -> None:
    """All of it, saddled: the far leg of the rider is behind it."""
    hair = trim(colour, 0.42)
    for x in (-42, 34):
        _horse_leg(s, x, palette.dark(colour, 0.25))
    s.path(
        "M-80 -114C-112 -122 -132 -92 -128 -40C-120 -30 -104 -34 -100 -46"
        "C-102 -66 -96 -82 -78 -86Z",
        hair,
    )
    for x in (-76, 66):
        _horse_leg(s, x, colour)
    s.path(
        "M-92 -90C-92 -122 -62 -124 -34 -118C0 -112 20 -116 34 -134L60 -176L104 -120"
        "C86 -104 86 -84 80 -70C60 -52 -62 -50 -84 -62C-92 -70 -92 -80 -92 -90Z",
        colour,
    )
    _horse_head(s, colour, hair)
    _horse_saddle(s)


def _horse_leg(s: Sketch, x: float, colour: str) -> None:
    s.limb([(x, -66), (x, -18)], colour, 19)
    s.path(f"M{x - 12} -20L{x + 12} -20L{x + 15} -2L{x - 15} -2Z", "#5b4a48")


def _horse_head(s: Sketch, colour: str, hair: str) -> None:
    s.path("M88 -180L98 -206L108 -174Z", palette.dark(colour, 0.25))
    s.path(
        "M60 -172C66 -196 100 -196 114 -174L136 -142C146 -122 130 -104 110 -108"
        "C92 -110 82 -114 74 -124C60 -138 56 -156 60 -172Z",
        colour,
    )
    s.path(
        "M74 -194C60 -200 44 -190 42 -176C30 -170 26 -156 30 -146C20 -138 18 -124 24 -116"
        "C44 -116 52 -128 50 -138C60 -144 64 -154 60 -162C68 -164 76 -176 74 -194Z",
        hair,
    )
    s.path("M62 -180L70 -210L88 -184Z", colour)
    _horse_face(s, colour)


def _horse_face(s: Sketch, colour: str) -> None:
    s.ellipse(118, -127, 22, 20, palette.mix(colour, "#f3d9c8", 0.7), outline=0)
    s.ellipse(124, -134, 3.6, 4.6, palette.OUTLINE, outline=0, flat=True)
    s.stroke("M106 -119Q116 -110 128 -116", palette.OUTLINE, 3.2)
    s.ellipse(94, -160, 10.5, 12, "#fffdf8", outline=0, flat=True)
    s.ellipse(96, -159, 7.5, 9, palette.OUTLINE, outline=0, flat=True)
    s.ellipse(98.5, -162.5, 3, 3, "#ffffff", outline=0, flat=True)
    s.ellipse(88, -139, 7, 4.5, "#ff8f8f", outline=0, flat=True, opacity=0.55)


def _horse_saddle(s: Sketch) -> None:
    s.path("M-52 -122L14 -116L12 -76Q-20 -66 -50 -78Z", "#fff3df")
    s.path(
        "M-50 -128Q-20 -112 8 -128Q16 -128 16 -116Q-4 -92 -18 -92"
        "Q-36 -92 -52 -116Q-56 -126 -50 -128Z",
        LEATHER,
    )
