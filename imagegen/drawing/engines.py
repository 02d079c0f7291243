"""The two layers, behind the driver and before, of train, bus and submarine."""

from imagegen.drawing import palette
from imagegen.drawing.materials import BRASS, GLASS, LAMP, STEEL
from imagegen.drawing.svg import Sketch
from imagegen.drawing.tints import trim
from imagegen.drawing.vehicles import water
from imagegen.drawing.wheels import tyre


def train_back(s: Sketch, colour: str) -> None:
    """The cab and its roof, all behind the driver; chimney and smoke."""
    for x, y, r in ((70, -196, 15), (50, -216, 19), (84, -224, 14)):
        s.ellipse(x, y, r, r * 0.85, "#f3f1f6", ink="#b9b4c6", outline=2.5)
    s.path("M74 -110L70 -150L60 -172L116 -172L106 -150L102 -110Z", palette.dark(colour, 0.3))
    s.ellipse(34, -118, 20, 22, BRASS)
    s.rect(-142, -204, 128, 150, colour, radius=6)
    s.rect(-128, -188, 100, 110, GLASS, radius=8)
    s.path("M-156 -200Q-154 -222 -134 -222L-22 -222Q-2 -222 0 -200Z", palette.dark(colour, 0.3))


def train_front(s: Sketch, colour: str) -> None:
    """Boiler, the cab's side up to the driver's chest, and the wheels."""
    s.rect(-134, -44, 262, 20, palette.dark(colour, 0.45), radius=5)
    s.path("M120 -46L168 -6Q168 0 160 0L112 0Z", STEEL)
    s.stroke("M128 -30L138 -4M138 -24L152 -4", "#8d93a5", 4)
    s.path("M-20 -118L112 -118Q132 -118 132 -98L132 -52Q132 -40 120 -40L-20 -40Z", colour)
    for x in (10, 94):
        s.rect(x, -119, 11, 80, BRASS, outline=2)
    s.ellipse(134, -96, 12, 15, LAMP)
    s.rect(-142, -92, 128, 60, colour, radius=6)
    s.stroke("M-128 -80L-28 -80L-28 -46L-128 -46Z", trim(colour, 0.35), 5)
    for x in (-104, -40):
        tyre(s, x, -31, 30, colour)
    for x in (28, 84):
        tyre(s, x, -23, 22, colour)
    s.limb([(-104, -28), (28, -20)], STEEL, 7)


def bus_back(s: Sketch, colour: str) -> None:
    """Roof, rear wall and all the windows."""
    s.path(
        "M-168 -40L-168 -190Q-168 -214 -144 -214L134 -214Q156 -214 160 -194L170 -110L170 -40Z",
        colour,
    )
    for x in (-154, -88, -22):
        s.rect(x, -192, 56, 80, GLASS, radius=8)
        s.stroke(f"M{x + 12} -146L{x + 28} -178", "#ffffff", 6, 0.7)
    s.path("M46 -84L46 -184Q46 -192 54 -192L132 -192Q142 -192 144 -182L156 -84Z", GLASS)


def bus_front(s: Sketch, colour: str) -> None:
    """The side below the windows, its wheels and lamps."""
    s.rect(-160, -34, 322, 20, palette.dark(colour, 0.45), radius=5)
    s.path(
        "M-168 -98L168 -98Q174 -96 174 -84L174 -36Q174 -22 162 -22L-156 -22Q-168 -22 -168 -36Z",
        colour,
    )
    s.stroke("M-164 -82L168 -82", trim(colour, 0.4), 7)
    s.stroke("M56 -70L56 -28M112 -70L112 -28", trim(colour, 0.35), 4)
    s.ellipse(162, -60, 9, 12, LAMP)
    s.rect(-176, -68, 11, 20, "#ff6b5b", radius=4, outline=2.5)
    for x in (-96, 84):
        s.path(
            f"M{x - 41} -20A41 41 0 0 1 {x + 41} -20Z",
            palette.dark(colour, 0.5),
            outline=0,
            flat=True,
        )
        tyre(s, x, -31, 30, colour)


def submarine_back(s: Sketch, colour: str) -> None:
    """Periscope, hatch and screw."""
    s.limb([(44, -120), (44, -214), (70, -214)], STEEL, 11)
    s.ellipse(74, -214, 7, 10, GLASS, outline=2.5)
    s.path("M-166 -100Q-180 -98 -172 -70Q-180 -40 -166 -38L-150 -62L-150 -78Z", BRASS)
    s.path("M-64 -150L30 -150L36 -110L-70 -110Z", palette.dark(colour, 0.5))


def submarine_front(s: Sketch, colour: str) -> None:
    """The tower's near side, the hull with its portholes, and the water."""
    s.path("M-66 -152Q-18 -140 34 -152L48 -104L-80 -104Z", colour)
    s.path(
        "M-72 -158Q-18 -144 40 -158Q44 -148 38 -144Q-18 -132 -70 -144Q-76 -150 -72 -158Z", colour
    )
    s.path(
        "M-150 -70C-146 -104 -100 -122 0 -122C104 -122 156 -96 156 -62C156 -24 104 -4 0 -4"
        "C-100 -4 -146 -34 -150 -70Z",
        colour,
    )
    s.path("M-150 -112L-108 -106L-124 -64L-156 -62Z", trim(colour, 0.25))
    for x in (-70, 0, 70):
        s.ellipse(x, -68, 23, 23, trim(colour, 0.4))
        s.ellipse(x, -68, 15, 15, "#9fd8f2", outline=2.5)
        s.stroke(f"M{x - 7} -70Q{x - 5} -76 {x} -77", "#ffffff", 4, 0.9)
    s.ellipse(138, -70, 9, 12, LAMP)
    water(s)
