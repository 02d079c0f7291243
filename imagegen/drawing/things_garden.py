"""The things found out of doors: what grows, falls, drifts or was left behind."""

from imagegen.drawing import palette
from imagegen.drawing.materials import LEAF, STEM
from imagegen.drawing.svg import Sketch
from imagegen.drawing.thing import Thing
from imagegen.drawing.tints import second, shine, trim


def _leaf(s: Sketch, colour: str) -> None:
    s.limb([(-14, 0), (-4, -26)], palette.dark(colour, 0.2), 6)
    s.path("M-8 -20C-52 -34 -54 -84 10 -114C62 -84 46 -28 -8 -20Z", colour)
    vein = trim(colour, 0.4)
    s.stroke("M-7 -22Q4 -60 10 -102", vein, 4)
    s.stroke("M-3 -40L-28 -56M3 -62L-20 -80M-3 -38L28 -48M4 -60L34 -72M8 -82L24 -92", vein, 3.5)


def _cactus(s: Sketch, colour: str) -> None:
    s.ellipse(0, -4, 50, 9, "#e3c07e", outline=2.5)
    for flip, low in ((False, 0), (True, -16)):
        with s.moved(0, low, flip=flip):
            s.path(
                "M10 -40L34 -40Q40 -40 40 -48L40 -74Q40 -86 50 -86Q60 -86 60 -74L60 -44"
                "Q60 -20 38 -20L10 -20Z",
                colour,
            )
    s.path("M-24 -4L-24 -92Q-24 -116 0 -116Q24 -116 24 -92L24 -4Q0 4 -24 -4Z", colour)
    s.stroke("M-9 -96L-9 -14M9 -96L9 -14", trim(colour), 4)
    thorns = "M-18 -84l-5 -4M-17 -58l-6 -3M-18 -30l-5 -4M17 -88l6 -4M17 -62l6 -3M17 -28l6 -4"
    s.stroke(thorns + "M0 -76l0 -6M0 -48l0 -6M0 -24l0 -6", second(colour, 0.8), 3)
    for turn in range(-60, 61, 40):
        with s.moved(0, -112, turn=turn):
            s.ellipse(0, -8, 6, 9, "#ff8fb4", outline=2)


def _rose(s: Sketch, colour: str) -> None:
    s.limb([(0, -70), (0, -4)], STEM, 6)
    s.path("M0 -18C12 -42 34 -42 42 -36C38 -18 20 -10 0 -18Z", LEAF, outline=2.5)
    s.path("M0 -30C-12 -54 -34 -54 -42 -48C-38 -30 -20 -22 0 -30Z", LEAF, outline=2.5)
    s.path("M-26 -70Q0 -44 26 -70L10 -62L0 -52L-10 -62Z", LEAF, outline=2.5)
    s.path(
        "M0 -62C-26 -60 -42 -78 -38 -102C-30 -96 -26 -96 -22 -100C-14 -120 14 -120 22 -100"
        "C26 -96 30 -96 38 -102C42 -78 26 -60 0 -62Z",
        colour,
    )
    s.path("M-22 -100C-14 -120 14 -120 22 -100Q18 -82 0 -80Q-18 -82 -22 -100Z", colour)
    s.path("M0 -62C-22 -64 -30 -84 -22 -100Q-14 -80 6 -80Q-4 -74 0 -62Z", colour, outline=2.5)
    swirl = "M-10 -100Q0 -110 10 -100Q10 -90 0 -91Q-6 -94 -1 -99"
    s.stroke(swirl, palette.line(colour), 3)


def _cloud(s: Sketch, colour: str) -> None:
    s.path(
        "M-58 0C-96 0 -96 -46 -62 -46C-66 -78 -32 -88 -18 -68C-6 -106 50 -98 48 -58"
        "C74 -68 96 -40 80 -22C84 -6 74 0 60 0Z",
        colour,
    )
    s.stroke("M-30 -40Q-20 -54 -6 -48M18 -34Q30 -50 44 -42", trim(colour, 0.2), 4)
    s.stroke("M-54 -54Q-50 -66 -40 -68M2 -80Q12 -88 24 -84", "#ffffff", 5, 0.75)


def _feather(s: Sketch, colour: str) -> None:
    s.path(
        "M-22 -14C-36 -26 -38 -42 -34 -56L-18 -46L-31 -66C-28 -98 2 -120 36 -132"
        "C46 -108 44 -88 36 -72L16 -76L30 -60C22 -40 8 -22 -12 -14Z",
        colour,
    )
    quill = "M-28 2Q-16 -60 26 -118"
    s.stroke(quill, palette.line(colour), 7)
    s.stroke(quill, second(colour, 0.75), 3.5)
    barbs = "M-18 -34L-26 -42M-7 -62L-20 -72M6 -86L-6 -96M-12 -36L6 -40M12 -92L32 -94"
    s.stroke(barbs, trim(colour, 0.35), 3)


def _snowflake(s: Sketch, colour: str) -> None:
    arm = "M0 0L0 -54M-16 -50L0 -36L16 -50M-12 -28L0 -16L12 -28"
    for ink, width in ((palette.line(colour), 13), (colour, 8)):
        for turn in range(0, 360, 60):
            with s.moved(0, -58, turn=turn):
                s.stroke(arm, ink, width)
    s.ellipse(0, -58, 9, 9, second(colour, 0.5), outline=0)


def _heart(s: Sketch, colour: str) -> None:
    s.path(
        "M0 -4C-66 -46 -60 -104 -28 -104C-10 -104 0 -90 0 -80C0 -90 10 -104 28 -104"
        "C60 -104 66 -46 0 -4Z",
        colour,
    )
    shine(s, -30, -80, 8, 13, 30)


def _bone(s: Sketch, colour: str) -> None:
    s.path(
        "M-40 -46L40 -46C32 -76 64 -86 72 -62C96 -60 96 -18 72 -16C64 8 32 -2 40 -30L-40 -30"
        "C-32 -2 -64 8 -72 -16C-96 -18 -96 -60 -72 -62C-64 -86 -32 -76 -40 -46Z",
        colour,
    )
    s.stroke("M-72 -48Q-66 -60 -56 -62M-34 -40L24 -40", "#ffffff", 5, 0.6)


def _shell(s: Sketch, colour: str) -> None:
    s.path("M-18 -2L-26 -18L26 -18L18 -2Q0 4 -18 -2Z", palette.dark(colour, 0.15))
    s.path(
        "M0 -8L-34 -16C-64 -36 -70 -62 -56 -72Q-50 -88 -34 -86Q-22 -100 0 -96Q22 -100 34 -86"
        "Q50 -88 56 -72C70 -62 64 -36 34 -16Z",
        colour,
    )
    s.stroke("M-6 -14L-44 -74M-3 -14L-18 -88M3 -14L18 -88M6 -14L44 -74", trim(colour, 0.35), 4)


GARDEN = {
    "leaf": Thing(draw=_leaf, box=(-40, -116, 46, 4), grip=(-12, -4)),
    "cactus": Thing(draw=_cactus, box=(-64, -132, 64, 6), grip=(0, -6)),
    "rose": Thing(draw=_rose, box=(-44, -117, 44, 2), grip=(0, -12), wears=False),
    "cloud": Thing(draw=_cloud, box=(-88, -97, 88, 2), grip=(-20, -6), floats=110, handy=False),
    "feather": Thing(draw=_feather, box=(-38, -134, 44, 6), grip=(-27, -2)),
    "snowflake": Thing(
        draw=_snowflake, box=(-56, -118, 56, 2), grip=(0, -8), floats=70, wears=False
    ),
    "heart": Thing(draw=_heart, box=(-56, -106, 56, -2), grip=(0, -10), floats=30),
    "bone": Thing(draw=_bone, box=(-92, -78, 92, -1), grip=(0, -34)),
    "shell": Thing(draw=_shell, box=(-64, -100, 64, 2), grip=(-8, -5)),
}
