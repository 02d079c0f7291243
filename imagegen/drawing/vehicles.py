"""The two layers, behind the driver and before, of what one drives or sails."""

from imagegen.drawing import palette
from imagegen.drawing.materials import GLASS, LAMP, LEATHER, RUBBER, STEEL
from imagegen.drawing.svg import Sketch
from imagegen.drawing.tints import trim
from imagegen.drawing.wheels import tyre


def car_back(s: Sketch, colour: str) -> None:
    """Seat, windscreen and wheel of an open car."""
    s.rect(-82, -118, 30, 70, LEATHER, radius=12)
    s.path("M-74 -88L66 -92L66 -50L-74 -50Z", palette.dark(colour, 0.45))
    s.path("M46 -138L58 -140L84 -84L58 -84Z", GLASS, opacity=0.85)
    s.limb([(68, -82), (46, -136)], palette.dark(colour, 0.1), 7)
    s.stroke("M50 -74L34 -92", RUBBER, 6)
    s.limb([(26, -80), (40, -108)], RUBBER, 6)


def car_front(s: Sketch, colour: str) -> None:
    """The near side and its wheels, which hide the driver's legs."""
    s.rect(-70, -30, 140, 17, palette.dark(colour, 0.45), radius=5)
    s.path(
        "M-120 -46C-122 -80 -100 -90 -62 -88Q-50 -72 -34 -72L34 -72Q50 -74 60 -88"
        "C96 -88 122 -72 123 -42Q123 -20 110 -20L-108 -20Q-120 -22 -120 -46Z",
        colour,
    )
    s.stroke("M-34 -66L-34 -34Q-34 -28 -28 -28L30 -28Q36 -28 36 -34L36 -66", trim(colour), 4)
    s.stroke("M-24 -58L-8 -58", STEEL, 6)
    s.ellipse(108, -60, 9, 12, LAMP)
    s.rect(-122, -66, 10, 16, "#ff6b5b", radius=4, outline=2.5)
    s.rect(92, -32, 36, 13, STEEL, radius=6)
    s.rect(-126, -32, 30, 13, STEEL, radius=6)
    for x in (-68, 70):
        s.path(f"M{x - 38} -24A38 38 0 0 1 {x + 38} -24Z", palette.dark(colour, 0.5), outline=0)
        tyre(s, x, -29, 28, STEEL)


def truck_back(s: Sketch, colour: str) -> None:
    """The cab and its panes, all behind the driver."""
    s.path("M-22 -40L-22 -192Q-22 -210 -4 -210L86 -210Q98 -210 102 -198L122 -104L122 -40Z", colour)
    s.path("M-8 -70L-8 -186Q-8 -194 0 -194L80 -194Q88 -194 90 -186L110 -88L110 -70Z", GLASS)
    s.path("M-7 -70L-7 -108L103 -108L110 -88L110 -70Z", "#8fa9bd", outline=0, flat=True)


def truck_front(s: Sketch, colour: str) -> None:
    """Loading bed, door and wheels, up to the driver's chest."""
    s.rect(-60, -28, 150, 23, palette.dark(colour, 0.45), radius=6)
    s.path("M-22 -86L110 -86Q130 -84 130 -64L130 -18L-22 -18Z", colour)
    s.rect(-134, -114, 110, 92, colour, radius=6)
    for x in (-106, -79, -52):
        s.stroke(f"M{x} -100L{x} -72", trim(colour), 6)
    s.stroke("M4 -76L4 -46L80 -46L80 -76", trim(colour), 4)
    s.stroke("M14 -64L30 -64", STEEL, 6)
    s.ellipse(118, -64, 9, 12, LAMP)
    s.rect(100, -36, 36, 15, STEEL, radius=6)
    for x in (-80, 64):
        s.path(
            f"M{x - 41} -18A41 41 0 0 1 {x + 41} -18Z",
            palette.dark(colour, 0.5),
            outline=0,
            flat=True,
        )
        tyre(s, x, -32, 31, colour)


def tractor_back(s: Sketch, colour: str) -> None:
    """Exhaust, seat, bonnet and steering wheel."""
    s.limb([(84, -104), (84, -158)], "#6d6a7a", 11)
    s.rect(-88, -154, 18, 50, LEATHER, radius=8)
    s.path("M-70 -116L4 -116L4 -50L-70 -50Z", palette.dark(colour, 0.2))
    s.path("M-6 -114L92 -114Q118 -112 118 -88L118 -46L-6 -46Z", colour)
    s.limb([(8, -112), (24, -142)], RUBBER, 6)
    s.limb([(12, -150), (36, -136)], RUBBER, 7)


def tractor_front(s: Sketch, colour: str) -> None:
    """Grille, wheels and the mudguard before the driver's legs."""
    s.rect(100, -106, 18, 48, palette.dark(colour, 0.45), radius=5, outline=2.5)
    s.stroke("M22 -96L82 -96", trim(colour), 6)
    s.stroke("M22 -80L82 -80", trim(colour), 6)
    tyre(s, 84, -33, 32, colour)
    s.path("M-128 -96C-116 -134 -30 -142 0 -92L4 -60L-20 -60C-20 -106 -92 -120 -116 -88Z", colour)
    s.stroke("M-112 -102Q-92 -124 -62 -124Q-14 -124 -10 -74", trim(colour), 5)
    tyre(s, -60, -56, 55, colour, 0.62)


def boat_back(s: Sketch, colour: str) -> None:
    """Mast, sail, flag and the far side."""
    s.limb([(30, -70), (30, -208)], "#a8733f", 9)
    s.path("M38 -180Q78 -148 120 -104Q80 -92 38 -96Z", "#fffaf0")
    s.path("M34 -212L34 -190L66 -201Z", colour)
    s.path("M-110 -84Q0 -66 110 -88L100 -56L-100 -56Z", palette.dark(colour, 0.45))


def boat_front(s: Sketch, colour: str) -> None:
    """The near side, and the water it swims in."""
    s.path(
        "M-118 -84Q-40 -68 30 -72Q90 -76 128 -96Q116 -34 84 -6L-84 -6Q-118 -24 -118 -84Z", colour
    )
    s.stroke("M-108 -60Q10 -44 110 -66", trim(colour), 7)
    water(s)


def canoe_back(s: Sketch, colour: str) -> None:
    """The far side and its inside."""
    s.path("M-146 -78Q0 -40 146 -78L120 -40L-120 -40Z", palette.dark(colour, 0.5))


def canoe_front(s: Sketch, colour: str) -> None:
    """The near side, the paddle and the water."""
    s.path(
        "M-152 -92Q-138 -94 -132 -76C-80 -54 80 -54 132 -76Q138 -94 152 -92"
        "C164 -40 130 -6 90 -6L-90 -6C-130 -6 -164 -40 -152 -92Z",
        colour,
    )
    s.stroke("M-142 -60C-90 -40 90 -40 142 -60", trim(colour, 0.4), 7)
    s.limb([(26, -98), (72, -26)], "#a8733f", 7)
    s.path("M62 -40Q76 -46 84 -30L90 -8Q84 -2 76 -4Q62 -18 62 -40Z", "#c98d52")
    water(s)


def water(s: Sketch) -> None:
    """The waves around a hull."""
    s.path(
        "M-132 -14Q-118 -34 -100 -20Q-80 -36 -60 -20Q-40 -36 -20 -20Q0 -36 20 -20Q40 -36 60 -20"
        "Q80 -36 100 -20Q118 -34 132 -14Q120 -1 90 -1L-90 -1Q-120 -1 -132 -14Z",
        "#6fc6e8",
    )
    s.stroke("M-84 -10L-50 -10M-14 -10L30 -10M66 -10L92 -10", "#e3f6fc", 4)
