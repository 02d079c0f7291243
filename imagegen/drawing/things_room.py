"""A house, its furniture, and what hums and ticks in it."""

from imagegen.drawing import palette
from imagegen.drawing.materials import BRASS, CREAM, GLASS, LEATHER, SCREEN, STEEL, WOOD
from imagegen.drawing.palette import OUTLINE
from imagegen.drawing.svg import Sketch
from imagegen.drawing.thing import Thing
from imagegen.drawing.tints import second, trim


def _house(s: Sketch, colour: str) -> None:
    s.rect(38, -168, 24, 56, "#a5573f", radius=2)
    s.rect(-70, -94, 140, 94, colour, radius=3)
    s.path("M-94 -84L0 -160L94 -84Q96 -76 88 -76L-88 -76Q-96 -76 -94 -84Z", trim(colour, 0.45))
    s.ellipse(0, -108, 13, 13, GLASS, ink=CREAM, outline=4)
    s.path("M-16 0L-16 -44Q-16 -58 0 -58Q16 -58 16 -44L16 0Z", LEATHER)
    s.ellipse(9, -26, 3, 3, BRASS, outline=0)
    for x in (-58, 30):
        s.rect(x, -58, 28, 30, GLASS, ink=CREAM, outline=4)
        s.stroke(f"M{x + 14} -58L{x + 14} -28M{x} -43L{x + 28} -43", CREAM, 3)


def _lamp(s: Sketch, colour: str) -> None:
    s.glow(0, -52, 52, "#fff2ae", 0.85)
    s.limb([(0, -64), (0, -12)], BRASS, 7)
    s.path("M-34 -8Q-34 -20 0 -20Q34 -20 34 -8Q34 0 24 0L-24 0Q-34 0 -34 -8Z", colour)
    s.ellipse(0, -56, 12, 9, "#fff2ae", outline=2)
    s.path("M-25 -116Q0 -122 25 -116L54 -60Q0 -44 -54 -60Z", colour)
    s.stroke("M-49 -66Q0 -50 49 -66", trim(colour), 5)


def _clock(s: Sketch, colour: str) -> None:
    s.limb([(-26, -10), (-34, 0)], STEEL, 7)
    s.limb([(26, -10), (34, 0)], STEEL, 7)
    s.limb([(0, -90), (0, -104)], STEEL, 6)
    for turn in (-38, 38):
        with s.moved(0, -48, turn=turn):
            s.path("M-18 -44Q-18 -62 0 -62Q18 -62 18 -44Z", palette.dark(colour, 0.1))
    s.ellipse(0, -48, 45, 45, colour)
    s.ellipse(0, -48, 33, 33, CREAM, outline=2.5)
    for turn in range(0, 360, 90):
        with s.moved(0, -48, turn=turn):
            s.stroke("M0 -27L0 -25", OUTLINE, 5)
    s.stroke("M0 -66L0 -48L15 -40", OUTLINE, 5)


def _bed(s: Sketch, colour: str) -> None:
    frame = palette.dark(colour, 0.3)
    s.rect(-102, -96, 18, 96, frame, radius=7)
    s.rect(-90, -48, 184, 22, CREAM, radius=6)
    s.path("M-82 -50Q-84 -72 -64 -72Q-34 -74 -30 -66Q-24 -48 -34 -46Q-60 -42 -82 -50Z", "#ffffff")
    s.path("M-36 -62Q-30 -70 -18 -68Q40 -74 92 -62L92 -20L-40 -20Q-48 -44 -36 -62Z", colour)
    s.path("M-36 -62Q-30 -70 -18 -68Q-28 -44 -20 -20L-40 -20Q-48 -44 -36 -62Z", second(colour, 0.7))
    s.rect(-90, -26, 184, 16, frame, radius=3)
    s.rect(86, -70, 18, 70, frame, radius=7)


def _sofa(s: Sketch, colour: str) -> None:
    for x in (-84, 70):
        s.rect(x, -12, 14, 12, WOOD, radius=3)
    s.path("M-88 -20L-88 -78Q-88 -94 -72 -94L72 -94Q88 -94 88 -78L88 -20Z", colour)
    s.stroke("M0 -88L0 -54", trim(colour), 4)
    for x in (-76, 0):
        s.rect(x, -54, 76, 28, colour, radius=9)
    s.rect(-84, -30, 168, 20, palette.dark(colour, 0.2), radius=6)
    for x in (-106, 76):
        s.rect(x, -66, 30, 58, colour, radius=13)


def _door(s: Sketch, colour: str) -> None:
    s.path("M-54 0L-54 -142Q-54 -146 -50 -146L50 -146Q54 -146 54 -142L54 0Z", CREAM)
    s.rect(-42, -134, 84, 134, colour, outline=2.5)
    edge = trim(colour, 0.4)
    for x in (-32, 6):
        for y, height in ((-122, 46), (-64, 52)):
            s.stroke(f"M{x} {y}L{x + 26} {y}L{x + 26} {y + height}L{x} {y + height}Z", edge, 4)
    s.ellipse(31, -68, 7, 7, BRASS, outline=2.5)


def _telephone(s: Sketch, colour: str) -> None:
    s.path(
        "M-26 -66L26 -66Q36 -66 40 -50L58 -12Q62 0 50 0L-50 0Q-62 0 -58 -12L-40 -50"
        "Q-36 -66 -26 -66Z",
        colour,
    )
    s.ellipse(0, -29, 24, 22, CREAM, outline=2.5)
    for turn in range(0, 360, 45):
        with s.moved(0, -29, turn=turn):
            s.ellipse(0, -15, 3.4, 3.4, OUTLINE, outline=0, flat=True)
    s.ellipse(0, -29, 8, 7.5, colour, outline=2.5)
    s.path(
        "M-62 -70C-62 -110 62 -110 62 -70Q62 -54 46 -54Q32 -54 30 -72Q0 -82 -30 -72"
        "Q-32 -54 -46 -54Q-62 -54 -62 -70Z",
        colour,
    )


def _computer(s: Sketch, colour: str) -> None:
    s.path("M-56 -26L-56 -90Q-56 -98 -48 -98L48 -98Q56 -98 56 -90L56 -26Z", colour)
    s.rect(-46, -88, 92, 56, SCREEN, radius=3, outline=2.5)
    s.stroke("M-36 -76L-4 -76M-36 -64L18 -64M-36 -52L-14 -52", "#9fe0c0", 5)
    s.stroke("M30 -82L38 -74", "#ffffff", 5, 0.5)
    s.path("M-56 -28L56 -28L72 -6Q74 0 66 0L-66 0Q-74 0 -72 -6Z", colour)
    for x, y, keys in ((-48, -21, 8), (-54, -14, 9)):
        s.stroke(f"M{x} {y}" + "l7 0m6 0" * keys, trim(colour, 0.5), 4)
    s.stroke("M-14 -6L14 -6", trim(colour, 0.5), 4)


def _television(s: Sketch, colour: str) -> None:
    s.stroke("M-4 -84L-30 -116M4 -84L30 -116", OUTLINE, 4)
    for x in (-30, 30):
        s.ellipse(x, -116, 5, 5, STEEL, outline=2)
    s.limb([(-40, -8), (-46, -2)], WOOD, 8)
    s.limb([(40, -8), (46, -2)], WOOD, 8)
    s.rect(-64, -86, 128, 80, colour, radius=12)
    s.rect(-54, -76, 84, 60, "#3d5d7e", radius=12)
    s.stroke("M-42 -58Q-40 -66 -32 -67", "#ffffff", 6, 0.7)
    for y in (-64, -46):
        s.ellipse(46, y, 8, 8, trim(colour, 0.5), outline=2.5)
    s.stroke("M40 -28L52 -28M40 -20L52 -20", trim(colour, 0.5), 3.5)


def _camera(s: Sketch, colour: str) -> None:
    s.rect(-46, -84, 20, 14, palette.dark(colour, 0.4), radius=4)
    s.path("M-16 -70L-10 -88L22 -88L28 -70Z", colour)
    s.rect(-60, -74, 120, 74, colour, radius=12)
    s.ellipse(6, -36, 30, 30, STEEL)
    s.ellipse(6, -36, 20, 20, SCREEN)
    s.ellipse(-1, -43, 7, 6, "#ffffff", outline=0, flat=True, opacity=0.8)
    s.rect(-52, -66, 20, 13, "#fff6c9", radius=3, outline=2.5)
    s.ellipse(48, -62, 5, 5, "#ff6b5b", outline=2)


ROOM = {
    "house": Thing(draw=_house, box=(-96, -170, 96, 2), handy=False, big=True, beside=(260, 250)),
    "lamp": Thing(draw=_lamp, box=(-56, -121, 56, 2), grip=(0, -30), beside=(130, 160)),
    "clock": Thing(draw=_clock, box=(-50, -111, 50, 4), grip=(-14, -6), wears=False),
    "bed": Thing(
        draw=_bed,
        box=(-104, -98, 106, 2),
        shelf=64,
        handy=False,
        big=True,
        beside=(240, 150),
    ),
    "sofa": Thing(
        draw=_sofa,
        box=(-108, -96, 108, 2),
        shelf=52,
        handy=False,
        big=True,
        beside=(220, 130),
    ),
    "door": Thing(draw=_door, box=(-56, -148, 56, 2), handy=False, big=True, beside=(160, 230)),
    "telephone": Thing(draw=_telephone, box=(-64, -102, 64, 2), grip=(-22, -5)),
    "computer": Thing(draw=_computer, box=(-74, -100, 74, 2), grip=(-30, -4), wears=False),
    "television": Thing(
        draw=_television, box=(-66, -123, 66, 3), shelf=86, handy=False, beside=(150, 150)
    ),
    "camera": Thing(draw=_camera, box=(-62, -90, 62, 2), grip=(-30, -5)),
}
