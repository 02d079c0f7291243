"""The two layers, behind the rider and before, of what goes over snow and sand."""

from imagegen.drawing import palette
from imagegen.drawing.materials import LEATHER, ROPE, STEEL
from imagegen.drawing.svg import Sketch
from imagegen.drawing.tints import trim


def sled_back(s: Sketch, colour: str) -> None:
    """All of the sled: its rider sits on top."""
    for x in (-84, -10, 62):
        s.limb([(x, -44), (x - 8, -12)], palette.dark(colour, 0.3), 10)
    s.limb([(-132, -10), (84, -10), (116, -18), (136, -44), (130, -66), (112, -70)], STEEL, 10)
    s.path(
        "M-128 -62L104 -62Q118 -60 116 -50Q114 -38 100 -38L-126 -38Q-138 -38 -138 -50"
        "Q-138 -62 -128 -62Z",
        colour,
    )
    s.stroke("M-118 -50L100 -50", trim(colour, 0.35), 5)
    s.path("M-134 -60L-146 -104Q-148 -112 -138 -112L-128 -112L-112 -60Z", colour)


def sled_front(s: Sketch, colour: str) -> None:
    """The rope in the rider's hand."""
    s.stroke("M24 -68Q66 -56 114 -70", palette.line(ROPE), 7)
    s.stroke("M24 -68Q66 -56 114 -70", ROPE, 4)


def camel_back(s: Sketch, colour: str) -> None:
    """All of the camel, saddled between its humps; the rider's far leg is behind it."""
    for x in (-52, 36):
        _leg(s, x, palette.dark(colour, 0.25))
    s.stroke("M-102 -104Q-122 -90 -118 -58", palette.line(colour), 13)
    s.stroke("M-102 -104Q-122 -90 -118 -58", colour, 8)
    s.ellipse(-117, -54, 8, 13, trim(colour, 0.45), outline=2.5)
    for x in (-80, 66):
        _leg(s, x, colour)
    s.path(
        "M-106 -92C-110 -114 -104 -124 -94 -130C-86 -178 -56 -180 -46 -136Q-20 -116 8 -132"
        "C18 -176 50 -178 58 -130C84 -114 92 -112 98 -130L104 -176Q122 -190 136 -172"
        "C134 -132 130 -98 98 -76C60 -52 -62 -52 -88 -64C-100 -70 -104 -80 -106 -92Z",
        colour,
    )
    s.path("M-66 -162Q-62 -172 -56 -162M24 -158Q32 -170 42 -156", colour, outline=0)
    _head(s, colour)
    s.path("M-52 -132Q-20 -108 14 -130L18 -82Q-16 -64 -50 -80Z", "#fff3df")
    s.stroke("M-48 -92Q-16 -78 16 -94", "#e2604f", 6)
    s.path(
        "M-48 -136Q-18 -112 10 -136Q20 -136 18 -124Q-2 -102 -18 -102Q-38 -104 -54 -124Z", LEATHER
    )


def _leg(s: Sketch, x: float, colour: str) -> None:
    s.limb([(x, -70), (x, -12)], colour, 17)
    s.ellipse(x, -52, 11, 10, colour, outline=0)
    s.path(f"M{x - 11} -16L{x + 11} -16L{x + 17} -4Q{x + 17} 0 {x + 12} 0L{x - 12} 0Z", "#6b5248")


def _head(s: Sketch, colour: str) -> None:
    s.path("M108 -196L98 -216L122 -204Z", palette.dark(colour, 0.2))
    s.path(
        "M100 -176C98 -204 122 -212 142 -204C162 -204 176 -194 176 -178C176 -164 160 -158 142 -162"
        "C126 -156 104 -158 100 -176Z",
        colour,
    )
    s.ellipse(164, -177, 13, 14, palette.mix(colour, "#f3d9c8", 0.7), outline=0)
    s.ellipse(166, -184, 2.8, 3.4, palette.OUTLINE, outline=0, flat=True)
    s.stroke("M154 -170Q163 -164 172 -171", palette.OUTLINE, 3)
    s.ellipse(136, -190, 9, 10, "#fffdf8", outline=0, flat=True)
    s.ellipse(138, -189, 6.4, 7.6, palette.OUTLINE, outline=0, flat=True)
    s.ellipse(140, -192, 2.4, 2.4, "#ffffff", outline=0, flat=True)
    s.path("M128 -194Q136 -204 146 -192Z", palette.dark(colour, 0.2), outline=2)
