"""The two layers, behind the rider and before, of what one flies."""

from imagegen.drawing import palette
from imagegen.drawing.materials import DARK_WOOD, GLASS, LAMP, LEATHER, RUBBER, STEEL, STRAW
from imagegen.drawing.svg import Sketch
from imagegen.drawing.tints import second, trim
from imagegen.drawing.wheels import tyre


def plane_back(s: Sketch, colour: str) -> None:
    """The far wing, the tail and the cockpit's inside."""
    s.path("M-6 -84L60 -118Q76 -124 78 -112L44 -70Z", palette.dark(colour, 0.35))
    s.path("M-132 -78L-156 -148Q-158 -158 -146 -158L-126 -158Q-118 -158 -114 -150L-76 -92Z", colour)
    s.rect(-70, -122, 24, 46, LEATHER, radius=9)


def plane_front(s: Sketch, colour: str) -> None:
    """Fuselage, near wing, wheels and the turning propeller."""
    s.limb([(46, -50), (56, -22)], STEEL, 8)
    tyre(s, 58, -21, 20, colour)
    s.limb([(-118, -62), (-122, -30)], STEEL, 6)
    tyre(s, -122, -28, 11, colour)
    s.path(
        "M-152 -84C-120 -98 -84 -102 -62 -102Q-36 -84 26 -100C80 -108 126 -100 132 -74"
        "C134 -44 90 -34 30 -36C-40 -36 -110 -50 -152 -72Q-158 -78 -152 -84Z",
        colour,
    )
    s.path("M28 -100L44 -134Q58 -130 62 -104Q44 -106 28 -100Z", GLASS, opacity=0.85)
    s.path("M104 -102C120 -98 131 -90 132 -74C133 -58 122 -48 104 -42Q112 -72 104 -102Z", STEEL)
    s.stroke("M-128 -74Q-90 -64 -58 -62", trim(colour, 0.35), 7)
    s.path("M-34 -70L44 -72Q58 -70 52 -60L22 -22Q14 -12 0 -14L-54 -18Q-68 -20 -62 -30Z", colour)
    s.stroke("M-50 -26L14 -24", trim(colour, 0.35), 6)
    s.path(
        "M-150 -84L-104 -84Q-94 -82 -100 -74L-128 -66Q-152 -64 -166 -68Q-170 -80 -150 -84Z", colour
    )
    s.ellipse(142, -74, 6, 62, "#e8ecf4", outline=2, opacity=0.75)
    s.path("M132 -88Q152 -84 152 -74Q152 -64 132 -60Z", "#f2c14e")


def helicopter_back(s: Sketch, colour: str) -> None:
    """Rotors, tail boom and the cabin's inside."""
    s.limb([(16, -208), (16, -246)], STEEL, 10)
    s.path(
        "M-140 -252L12 -246L172 -256Q178 -248 172 -244L12 -238L-140 -240Q-146 -246 -140 -252Z",
        STEEL,
    )
    s.path("M-60 -150L-164 -128Q-172 -126 -172 -118L-168 -108L-50 -92Z", colour)
    s.path("M-172 -120L-190 -164Q-180 -172 -168 -166L-146 -124Z", palette.dark(colour, 0.2))
    s.ellipse(-172, -122, 8, 32, "#e8ecf4", outline=2, opacity=0.85)
    s.ellipse(-172, -122, 6, 6, STEEL, outline=2)
    s.path("M-84 -110C-84 -190 -30 -214 18 -214C84 -214 126 -160 126 -104L126 -60L-60 -60Z", colour)
    s.path("M-30 -70L-30 -176Q-6 -198 20 -198C74 -196 106 -150 110 -96L106 -70Z", GLASS)


def helicopter_front(s: Sketch, colour: str) -> None:
    """The lower cabin and the skids."""
    for x in (-36, 62):
        s.limb([(x, -44), (x - 8, -8)], STEEL, 7)
    s.limb([(-86, -7), (104, -7), (118, -18)], RUBBER, 8)
    s.path(
        "M-84 -112Q-56 -92 -30 -92L112 -92Q124 -92 126 -104C128 -60 96 -34 40 -34L-26 -34"
        "C-64 -34 -84 -68 -84 -112Z",
        colour,
    )
    s.stroke("M-62 -76Q-40 -54 -12 -54L92 -56", trim(colour, 0.35), 7)
    s.ellipse(108, -72, 9, 11, LAMP)


def carpet_back(s: Sketch, colour: str) -> None:
    """The whole carpet, waving: its rider sits on top."""
    fringe = second(colour, 0.6)
    for i in range(6):
        y = i * 7.4
        s.stroke(f"M{-122 - i * 4} {y - 60:.1f}l-15 6", palette.line(colour), 8)
        s.stroke(f"M{-122 - i * 4} {y - 60:.1f}l-15 6", fringe, 4.5)
        s.stroke(f"M{126 + i * 4} {y - 66:.1f}l15 2", palette.line(colour), 8)
        s.stroke(f"M{126 + i * 4} {y - 66:.1f}l15 2", fringe, 4.5)
    s.path(
        "M-146 -22L-144 -10C-84 -34 -20 12 40 -8C84 -22 116 -20 150 -12L150 -28Z",
        palette.dark(colour, 0.4),
    )
    s.path(
        "M-120 -64C-70 -88 -20 -46 30 -62C70 -76 100 -74 126 -68L150 -26"
        "C112 -36 80 -36 40 -22C-20 0 -84 -48 -146 -20Z",
        colour,
    )
    s.stroke(
        "M-108 -58C-66 -76 -20 -36 30 -52C66 -62 96 -64 118 -58L132 -38"
        "C106 -44 76 -44 38 -32C-20 -14 -76 -56 -126 -34Z",
        trim(colour, 0.4),
        5,
    )


def broom_back(s: Sketch, colour: str) -> None:
    """The stick, which the rider sits astride."""
    s.limb([(-96, -74), (136, -104)], DARK_WOOD, 11)


def broom_front(s: Sketch, colour: str) -> None:
    """The brush at the rear, and its binding."""
    s.path(
        "M-78 -92C-112 -104 -140 -116 -172 -114L-162 -98L-178 -88L-164 -76L-178 -62L-160 -54"
        "L-166 -38C-136 -38 -104 -48 -74 -66Z",
        colour,
    )
    s.stroke("M-90 -84L-150 -98M-90 -78L-154 -76M-90 -72L-146 -54", trim(colour, 0.35), 4)
    s.path("M-90 -94L-72 -92L-68 -66L-86 -62Q-96 -78 -90 -94Z", STRAW)


def spaceship_back(s: Sketch, colour: str) -> None:
    """The glass dome and the far rim."""
    s.path("M-84 -92C-92 -176 -58 -226 0 -226C58 -226 92 -176 84 -92Q0 -66 -84 -92Z", GLASS)
    s.stroke("M-66 -140Q-62 -176 -38 -196", "#ffffff", 8, 0.8)
    s.ellipse(0, -84, 92, 22, palette.dark(colour, 0.5))


def spaceship_front(s: Sketch, colour: str) -> None:
    """The saucer with its lights, over the pilot's lap."""
    for x in (-70, 70):
        s.limb([(x, -40), (x * 1.25, -8)], STEEL, 7)
        s.ellipse(x * 1.25, -6, 15, 6, STEEL)
    s.path("M-60 -36Q0 -6 60 -36L48 -20Q0 -2 -48 -20Z", palette.dark(colour, 0.4))
    s.path(
        "M-88 -88Q0 -56 88 -88C124 -82 156 -68 156 -56C156 -36 84 -22 0 -22"
        "C-84 -22 -156 -36 -156 -56C-156 -68 -124 -82 -88 -88Z",
        colour,
    )
    s.stroke("M-90 -88Q0 -56 90 -88", trim(colour, 0.35), 6)
    for x, y in ((-116, -58), (-62, -48), (0, -44), (62, -48), (116, -58)):
        s.ellipse(x, y, 11, 9, LAMP, outline=2.5)
