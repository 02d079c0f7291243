"""The animals of the storybook world: heads on the same little bodies as the people."""

from functools import partial

from imagegen.drawing import faces, fur, palette
from imagegen.drawing.farmyard import FARMYARD
from imagegen.drawing.fur import CREAM, NOSE, ROSE, SNOW
from imagegen.drawing.palette import OUTLINE
from imagegen.drawing.rig import Look
from imagegen.drawing.savanna import SAVANNA
from imagegen.drawing.svg import Sketch
from imagegen.drawing.waters import WATERS
from imagegen.drawing.woodland import WOODLAND

GINGER = "#f4a53c"
WHITE = "#f8f4ee"
CHESTNUT = "#8a4a22"  # the dog's ears
TAWNY = "#c07a3e"  # and its coat
HARE = "#ebe8eb"
BROWN = "#9a6036"
TAN = "#edc897"
RUSSET = "#dd4f1f"
SOOT = "#4a2c2b"  # a fox's socks and ear tips
BLACK = "#43424f"
LEAF = "#62b83f"
NAVY = "#3f475e"
BEAK = "#f79a2c"
SLATE = "#a3a6b6"
GOLD = "#f5c04a"
MANE = "#a9511f"


def _cat_head(s: Sketch) -> None:
    fur.both(s, "M-45 -6L-41 -59L-8 -36Z", GINGER)
    fur.both(s, "M-37 -22L-36 -46L-19 -34Z", ROSE, outline=0)
    fur.round_head(s, GINGER)
    for x in (-12, 0, 12):
        s.stroke(f"M{x * 1.1} -38L{x * 0.9} -24", "#b9601f", 5.5)
    s.ellipse(3, 22, 27, 16, CREAM, outline=0)
    fur.whiskers(s, "#8a4a20")
    faces.eyes(s, apart=20)
    s.path("M-4 9L10 9L3 17Z", "#e2697a", outline=2)
    faces.muzzle(s, 17)


def _cat_torso(s: Sketch) -> None:
    fur.torso(s, GINGER, CREAM)
    s.stroke("M-30 -30L-24 -28M-31 -16L-25 -15", "#b9601f", 5)


def _cat_back(s: Sketch) -> None:
    fur.tail(s, "M-20 0C-54 14 -74 0 -66 -24C-62 -36 -64 -44 -72 -50", GINGER, 12)
    s.stroke("M-65 -40C-66 -44 -68 -47 -72 -50", "#b9601f", 12)


def _dog_head(s: Sketch) -> None:
    fur.round_head(s, WHITE)
    s.ellipse(21, -6, 17, 20, TAWNY, outline=0)
    fur.both(
        s, "M-20 -41C-40 -52 -58 -36 -61 -8C-64 16 -61 35 -51 35C-40 35 -36 10 -32 -10Z", CHESTNUT
    )
    faces.eyes(s, apart=18)
    s.path("M-5 25L11 25Q12 40 3 40Q-6 40 -5 25Z", "#ef6f7c", outline=2)
    s.ellipse(3, 10, 11, 8, NOSE, outline=0)
    s.ellipse(0, 7, 3.4, 2.4, "#ffffff", outline=0, flat=True, opacity=0.7)
    s.stroke("M3 16L3 22M3 22Q-6 31 -16 22M3 22Q12 31 22 22", OUTLINE, 3)


def _dog_torso(s: Sketch) -> None:
    fur.torso(s, TAWNY, WHITE)
    s.stroke("M-28 -50Q0 -40 28 -50", palette.line("#e2403f"), 12)
    s.stroke("M-27 -50Q0 -40 27 -50", "#e2403f", 8)
    s.ellipse(-2, -37, 7, 7, "#fad23c", outline=2)


def _dog_back(s: Sketch) -> None:
    fur.tail(s, "M-22 -4C-50 4 -68 -12 -68 -40", TAWNY, 12)
    s.stroke("M-67 -31L-68 -40", WHITE, 12)


def _rabbit_head(s: Sketch) -> None:
    fur.both(s, "M-32 -26C-44 -62 -46 -104 -30 -108C-12 -110 -4 -72 -4 -30Z", HARE)
    fur.both(s, "M-27 -36C-34 -64 -36 -92 -28 -96C-18 -96 -14 -66 -14 -36Z", ROSE, outline=0)
    fur.round_head(s, HARE)
    s.rect(-6, 23, 9, 13, "#ffffff", radius=2, outline=2, flat=True)
    s.rect(3, 23, 9, 13, "#ffffff", radius=2, outline=2, flat=True)
    s.ellipse(-7, 19, 13, 10, "#ffffff", outline=0, flat=True)
    s.ellipse(13, 19, 13, 10, "#ffffff", outline=0, flat=True)
    fur.whiskers(s, "#8d8598")
    faces.eyes(s)
    faces.cheeks(s, apart=30)
    s.path("M-5 8L11 8L3 16Z", "#f0788c", outline=2)
    s.stroke("M3 17L3 21M3 21Q-4 29 -12 24M3 21Q10 29 18 24", OUTLINE, 3)


def _rabbit_back(s: Sketch) -> None:
    s.ellipse(-34, 0, 15, 14, "#ffffff", ink=palette.line(HARE))


def _bear_head(s: Sketch) -> None:
    fur.round_ears(s, 36, -34, 19, BROWN, TAN)
    fur.round_head(s, BROWN)
    s.ellipse(3, 18, 26, 20, TAN, outline=0)
    faces.eyes(s, y=-6, apart=20)
    s.ellipse(3, 8, 10, 7, NOSE, outline=0)
    faces.muzzle(s, 14, 6)


def _fox_head(s: Sketch) -> None:
    fur.both(s, "M-48 0L-46 -72L-4 -38Z", RUSSET)
    fur.both(s, "M-47 -44L-46 -72L-25 -55Q-38 -54 -47 -44Z", SOOT, outline=0)
    fur.both(s, "M-38 -22L-37 -44L-18 -36Z", CREAM, outline=0)
    s.path(
        "M0 -42C32 -42 44 -20 46 -2L62 16C48 26 26 36 0 46C-26 36 -48 26 -62 16L-46 -2"
        "C-44 -20 -32 -42 0 -42Z",
        RUSSET,
    )
    s.path(
        "M-57 15L-40 4C-22 2 -6 10 3 22C12 10 24 2 41 4L57 15C44 25 26 34 0 44"
        "C-26 34 -44 25 -57 15Z",
        SNOW,
        outline=0,
    )
    faces.eyes(s, y=-4)
    s.ellipse(3, 20, 9, 7, NOSE, outline=0)
    faces.muzzle(s, 26, 3)


def _fox_back(s: Sketch) -> None:
    s.path(
        "M-16 10C-52 26 -96 8 -94 -36C-94 -54 -86 -66 -76 -76C-66 -62 -52 -48 -48 -30"
        "C-44 -16 -34 -12 -18 -14Z",
        RUSSET,
    )
    s.path(
        "M-94 -38C-94 -54 -86 -66 -76 -76C-67 -63 -54 -52 -50 -36L-61 -44L-70 -32L-81 -44Z",
        SNOW,
    )


def _panda_head(s: Sketch) -> None:
    for x in (-37, 37):
        s.ellipse(x, -34, 19, 19, BLACK)
    fur.round_head(s, WHITE)
    for x, turn in ((-18, 28), (24, -28)):
        with s.moved(x, -2, turn=turn):
            s.ellipse(0, 0, 14, 18, BLACK, outline=0)
    faces.eyeballs(s, -3, 17, 9, "#6d6b7c")
    faces.eyes(s, y=-3, size=6.5)
    s.ellipse(3, 15, 9, 6, NOSE, outline=0)
    faces.muzzle(s, 20)


def _panda_torso(s: Sketch) -> None:
    s.path("M-26 -54Q0 -64 26 -54Q36 -20 32 4Q0 18 -32 4Q-36 -20 -26 -54Z", WHITE)
    s.path("M-26 -54Q0 -64 26 -54L30 -36Q0 -26 -30 -36Z", BLACK)


def _frog_head(s: Sketch) -> None:
    for x in (-26, 29):
        s.ellipse(x, -34, 20, 20, LEAF)
    s.path(
        "M0 -34C32 -34 56 -16 56 8C56 32 30 42 0 42C-30 42 -56 32 -56 8C-56 -16 -32 -34 0 -34Z",
        LEAF,
    )
    faces.eyeballs(s, -35, 27, 13, "#8ace66")
    faces.eyes(s, y=-34, apart=27, size=8.5)
    faces.cheeks(s, y=9, apart=41, colour="#f4f08a")
    s.stroke("M-30 6Q3 38 36 6", OUTLINE, 3.6)


def _penguin_head(s: Sketch) -> None:
    s.path("M-8 -40Q-10 -58 6 -60Q2 -50 12 -40Z", NAVY)
    fur.round_head(s, NAVY)
    s.path(
        "M3 -14C12 -32 42 -26 40 6C38 30 22 36 3 36C-16 36 -32 30 -34 6C-36 -26 -6 -32 3 -14Z",
        SNOW,
        outline=0,
    )
    faces.eyes(s)
    faces.cheeks(s, y=13, apart=25)
    s.path("M-12 9Q3 -2 18 9Q14 22 3 25Q-8 22 -12 9Z", BEAK, outline=2.5)


def _penguin_torso(s: Sketch) -> None:
    s.path("M-26 -54Q0 -64 26 -54C40 -28 42 -4 32 8Q0 22 -32 8C-42 -4 -40 -28 -26 -54Z", NAVY)
    s.ellipse(-2, -18, 24, 29, SNOW, outline=0)


def _penguin_back(s: Sketch) -> None:
    s.path("M-26 -8L-52 14Q-34 20 -16 12Z", NAVY)


def _mouse_head(s: Sketch) -> None:
    fur.round_ears(s, 46, -36, 33, SLATE, ROSE)
    s.path(
        "M0 -40C30 -40 46 -20 44 0C42 24 20 42 2 44C-18 42 -42 24 -44 0C-46 -20 -30 -40 0 -40Z",
        SLATE,
    )
    s.ellipse(3, 24, 19, 14, "#eeeef4", outline=0)
    fur.whiskers(s, "#5f5d70")
    faces.eyes(s, y=-4)
    s.ellipse(3, 15, 9, 7, "#f0708c", outline=2)
    faces.muzzle(s, 22, 3)


def _mouse_back(s: Sketch) -> None:
    fur.tail(s, "M-22 2C-46 20 -66 6 -62 -14C-58 -32 -76 -44 -88 -30", "#ee93a4", 6)


def _lion_head(s: Sketch) -> None:
    s.path(fur.scallops(57, 11), MANE)
    fur.round_ears(s, 30, -33, 14, GOLD, "#d9854a")
    s.ellipse(0, 2, 42, 39, GOLD)
    s.ellipse(3, 22, 23, 15, CREAM, outline=0)
    faces.eyes(s, y=-4)
    s.path("M-8 8Q3 4 14 8Q10 17 3 18Q-4 17 -8 8Z", "#7a3a28", outline=0)
    faces.muzzle(s, 18, 3)


def _lion_back(s: Sketch) -> None:
    fur.tail(s, "M-20 0C-50 14 -70 2 -68 -22", GOLD, 9)
    s.path("M-68 -14C-86 -22 -86 -44 -70 -62C-54 -46 -50 -24 -68 -14Z", MANE)


ANIMALS = (
    {
        "cat": Look(
            sleeve=GINGER,
            hand=CREAM,
            leg=GINGER,
            foot=CREAM,
            head=_cat_head,
            torso=_cat_torso,
            back=_cat_back,
            top=61,
        ),
        "dog": Look(
            sleeve=TAWNY,
            hand=WHITE,
            leg=TAWNY,
            foot=WHITE,
            head=_dog_head,
            torso=_dog_torso,
            back=_dog_back,
            top=46,
        ),
        "rabbit": Look(
            sleeve=HARE,
            hand="#ffffff",
            leg=HARE,
            foot="#ffffff",
            head=_rabbit_head,
            torso=partial(fur.torso, coat=HARE, belly="#ffffff"),
            back=_rabbit_back,
            top=110,
        ),
        "bear": Look(
            sleeve=BROWN,
            hand=TAN,
            leg=BROWN,
            foot=TAN,
            head=_bear_head,
            torso=partial(fur.torso, coat=BROWN, belly=TAN),
            top=55,
        ),
        "fox": Look(
            sleeve=RUSSET,
            hand=SOOT,
            leg=RUSSET,
            foot=SOOT,
            head=_fox_head,
            torso=partial(fur.torso, coat=RUSSET, belly=SNOW),
            back=_fox_back,
            top=74,
        ),
        "panda": Look(
            sleeve=BLACK,
            hand=BLACK,
            leg=BLACK,
            foot=BLACK,
            head=_panda_head,
            torso=_panda_torso,
            top=55,
        ),
        "frog": Look(
            sleeve=LEAF,
            hand=LEAF,
            leg=LEAF,
            foot=LEAF,
            head=_frog_head,
            torso=partial(fur.torso, coat=LEAF, belly="#e6efa0"),
            top=56,
        ),
        "penguin": Look(
            sleeve=NAVY,
            hand=NAVY,
            leg=BEAK,
            foot=BEAK,
            head=_penguin_head,
            torso=_penguin_torso,
            back=_penguin_back,
            top=62,
            arm_width=20,
            leg_width=14,
        ),
        "mouse": Look(
            sleeve=SLATE,
            hand=ROSE,
            leg=SLATE,
            foot=ROSE,
            head=_mouse_head,
            torso=partial(fur.torso, coat=SLATE, belly="#e4e4ec"),
            back=_mouse_back,
            top=71,
        ),
        "lion": Look(
            sleeve=GOLD,
            hand=GOLD,
            leg=GOLD,
            foot=CREAM,
            head=_lion_head,
            torso=partial(fur.torso, coat=GOLD, belly=CREAM),
            back=_lion_back,
            top=69,
        ),
    }
    | SAVANNA
    | FARMYARD
    | WOODLAND
    | WATERS
)
