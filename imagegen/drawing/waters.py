"""The animals of river and sea."""

from functools import partial

from imagegen.drawing import faces, fur
from imagegen.drawing.palette import OUTLINE
from imagegen.drawing.rig import Look
from imagegen.drawing.svg import Sketch

SWAMP = "#4a8a4a"  # the crocodile
MOSS = "#8fb54a"  # the turtle
SHELL = "#a8652f"
WAVE = "#5b86b5"  # the shark
FOAM = "#f2f6fa"
CORAL = "#e8609a"  # the octopus


def _crocodile_head(s: Sketch) -> None:
    with s.moved(-14, 0):  # so that what a hand holds does not hide the snout
        for x in (-28, 8):
            s.ellipse(x, -34, 19, 19, SWAMP)
        s.path(
            "M-12 -36C18 -38 30 -24 38 -14C60 -10 92 -8 96 8C96 16 92 22 84 24C60 34 30 44 0 42"
            "C-30 42 -50 30 -50 4C-50 -22 -34 -36 -12 -36Z",
            SWAMP,
        )
        s.path(
            "M-2 22C28 34 70 22 88 16C96 18 94 26 86 29C60 40 30 47 0 43"
            "Q-14 40 -20 34Q-8 36 -2 22Z",
            "#cfe3a0",
            outline=2.5,
        )
        for x, y in ((22, 25), (38, 25), (54, 23), (70, 20)):
            s.path(f"M{x - 7} {y}L{x + 7} {y - 2}L{x} {y + 11}Z", "#ffffff", outline=2)
        s.stroke("M-8 16Q24 34 88 14", OUTLINE, 3.2)
        for x in (78, 89):
            s.ellipse(x, -1, 2.6, 3, "#24502c", outline=0, flat=True)
        with s.moved(-13, 0):
            faces.eyeballs(s, -34, 18, 13, "#7fb86f", white="#fffbd8")
            faces.eyes(s, y=-33, apart=18)
        faces.cheeks(s, y=12, apart=26)


def _crocodile_torso(s: Sketch) -> None:
    fur.torso(s, SWAMP, "#dcebad")
    s.stroke("M-17 -32Q-2 -26 13 -32M-20 -19Q-2 -12 16 -19M-17 -6Q-2 1 13 -6", "#a4bd6a", 3.4)


def _crocodile_back(s: Sketch) -> None:
    s.path(
        "M-14 -26L-34 -30L-36 -14L-56 -18L-56 -4L-76 -10L-74 2L-110 2C-92 32 -44 38 -6 16Z", SWAMP
    )


def _turtle_head(s: Sketch) -> None:
    s.path(
        "M0 -42C34 -42 48 -18 46 6C44 34 24 43 0 43C-24 43 -42 34 -44 6C-46 -18 -34 -42 0 -42Z",
        MOSS,
    )
    for x, y in ((-14, -32), (2, -35), (18, -32), (-4, -26), (10, -26)):
        s.ellipse(x, y, 4.4, 3.4, "#6f9434", outline=0, flat=True)
    faces.eyeballs(s, -6, 20, 13, "#b3d178")
    faces.eyes(s, y=-5, apart=19, size=8)
    faces.cheeks(s, y=14, apart=31)
    for x in (-1, 7):
        s.ellipse(x, 10, 1.8, 2.2, "#55752a", outline=0, flat=True)
    faces.smile(s, y=20, width=15)


def _turtle_torso(s: Sketch) -> None:
    s.path("M-27 -54Q0 -64 27 -54Q38 -20 33 6Q0 20 -33 6Q-38 -20 -27 -54Z", "#f2dc9a")
    s.stroke("M-33 -36Q0 -28 33 -36M-35 -16Q0 -8 35 -16M0 -56L0 12", "#c9a45a", 3.4)


def _turtle_back(s: Sketch) -> None:
    s.path("M10 -62C-40 -78 -84 -50 -86 -14C-86 12 -60 26 -20 24L30 14Z", SHELL)
    s.path("M-74 -22L-58 -44L-40 -36L-40 -12L-58 0L-74 -8Z", "#c98a4a", outline=2.5)
    s.stroke(
        "M-58 -44L-54 -58M-40 -36L-20 -46M-40 -12L-20 -4M-58 0L-56 16M-74 -22L-84 -26"
        "M-74 -8L-84 -4",
        "#7a4420",
        4,
    )
    s.path("M-86 -8C-92 14 -66 34 -20 32L30 24L30 12L-20 20C-58 22 -80 10 -86 -8Z", "#e0b56a")


def _shark_head(s: Sketch) -> None:
    s.path("M-20 -34C-18 -62 -34 -78 -46 -84C-14 -88 14 -70 24 -36Z", WAVE)
    s.path(
        "M0 -44C30 -46 50 -28 62 -6C68 4 66 12 58 16C54 36 30 46 2 46C-28 46 -48 32 -48 4"
        "C-48 -22 -28 -42 0 -44Z",
        WAVE,
    )
    s.path(
        "M60 14C40 14 14 8 -4 12C-22 16 -32 26 -36 33C-26 43 -12 46 2 46C30 46 54 36 60 14Z",
        FOAM,
        outline=0,
    )
    s.path("M-20 18Q10 8 48 18Q40 40 12 40Q-14 38 -20 18Z", faces.THROAT, outline=2.5)
    for x in (-10, 2, 14, 26, 38):
        s.path(f"M{x - 6} 15L{x + 6} 15L{x} 25Z", "#ffffff", outline=0, flat=True)
    for x in (2, 14, 26):
        s.path(f"M{x - 6} 39L{x + 6} 39L{x} 30Z", "#ffffff", outline=0, flat=True)
    s.stroke("M-42 -4L-36 -4M-44 6L-37 6M-43 16L-37 16", "#33557d", 3.4)
    faces.eyeballs(s, -11, 19, 11, "#8fb0d6")
    faces.eyes(s, y=-10, apart=19)


def _shark_back(s: Sketch) -> None:
    s.path(
        "M-12 -14C-44 -2 -62 0 -78 -8L-96 -44C-112 -24 -110 -4 -98 8C-106 18 -106 34 -96 46"
        "L-74 18C-46 22 -26 18 -10 10Z",
        WAVE,
    )


def _octopus_head(s: Sketch) -> None:
    s.path(
        "M0 -72C40 -72 58 -44 54 -12C52 12 48 40 0 42C-48 40 -52 12 -54 -12C-58 -44 -40 -72 0 -72Z",
        CORAL,
    )
    for x, y, r in ((-30, -44, 8), (-14, -56, 5), (-40, -24, 5), (34, -46, 6)):
        s.ellipse(x, y, r, r * 0.9, "#f79ac0", outline=0)
    faces.eyeballs(s, -2, 19, 14, "#f28ab5")
    faces.eyes(s, y=-1, apart=19, size=9)
    faces.cheeks(s, y=16, apart=34, colour="#c92f6f")
    faces.smile(s, y=20, width=12)


def _octopus_torso(s: Sketch) -> None:
    s.path(
        "M-28 -54Q0 -64 28 -54Q30 -20 40 6L28 16L16 8L2 18L-14 8L-28 16L-40 6Q-30 -20 -28 -54Z",
        CORAL,
    )
    for x, y in ((-16, -30), (-20, -10), (-2, -20), (0, -2)):
        s.ellipse(x, y, 5, 5, "#fbc3da", outline=0)


def _octopus_back(s: Sketch) -> None:
    for d in (
        "M-14 0C-44 34 -72 30 -78 6C-82 -8 -96 -10 -100 2",
        "M14 0C44 34 72 30 78 6C82 -8 96 -10 100 2",
        "M-16 -10C-52 4 -70 -16 -66 -36C-66 -48 -78 -54 -86 -46",
        "M16 -10C52 4 70 -16 66 -36C66 -48 78 -54 86 -46",
    ):
        fur.tail(s, d, CORAL, 14)


WATERS = {
    "crocodile": Look(
        sleeve=SWAMP,
        hand=SWAMP,
        leg=SWAMP,
        foot="#2f6a3a",
        head=_crocodile_head,
        torso=_crocodile_torso,
        back=_crocodile_back,
        top=55,
    ),
    "turtle": Look(
        sleeve=MOSS,
        hand=MOSS,
        leg=MOSS,
        foot=MOSS,
        head=_turtle_head,
        torso=_turtle_torso,
        back=_turtle_back,
        top=44,
        leg_width=21,
    ),
    "shark": Look(
        sleeve=WAVE,
        hand=WAVE,
        leg=WAVE,
        foot=WAVE,
        head=_shark_head,
        torso=partial(fur.torso, coat=WAVE, belly=FOAM),
        back=_shark_back,
        top=88,
    ),
    "octopus": Look(
        sleeve=CORAL,
        hand="#f79ac0",
        leg=CORAL,
        foot=CORAL,
        head=_octopus_head,
        torso=_octopus_torso,
        back=_octopus_back,
        top=74,
    ),
}
