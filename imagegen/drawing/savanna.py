"""The animals of hot countries: of savanna and jungle."""

from functools import partial

from imagegen.drawing import faces, fur
from imagegen.drawing.fur import CREAM, NOSE, ROSE, SNOW
from imagegen.drawing.palette import OUTLINE
from imagegen.drawing.rig import Look
from imagegen.drawing.svg import Sketch

STONE = "#8aa0c8"  # the elephant
IVORY = "#fffbe8"
FLAME = "#f47a1f"  # the tiger
STRIPE = "#332a38"
AMBER = "#fbc94a"  # the giraffe
PATCH = "#b5682a"
CHALK = "#f7f6f4"  # the zebra
UMBER = "#7d4a2c"  # the monkey
FAWN = "#f3cda0"
MAUVE = "#a58bb8"  # the hippo
ASH = "#97a0b0"  # the koala


def _elephant_head(s: Sketch) -> None:
    fur.both(s, "M-30 -34C-60 -60 -96 -36 -92 2C-90 34 -62 44 -36 26Z", STONE)
    fur.both(s, "M-36 -24C-58 -42 -82 -26 -80 2C-78 22 -60 30 -40 18Z", ROSE, outline=0)
    s.ellipse(0, -4, 44, 41, STONE)
    faces.eyes(s, y=-8, apart=20)
    faces.cheeks(s, y=10, apart=31)
    s.path("M-15 22Q-26 24 -28 38Q-14 40 -7 26Z", IVORY, outline=2.5)
    s.path("M21 22Q32 24 34 38Q20 40 13 26Z", IVORY, outline=2.5)
    trunk = "M3 8C0 30 4 46 18 52C34 56 42 44 42 36"
    fur.tail(s, trunk, STONE, 19)
    s.ellipse(42, 32, 9, 5, ROSE, outline=2)
    s.stroke("M-4 20L10 18M-2 32L11 28M4 43L14 36", "#6a7fa8", 3)


def _elephant_back(s: Sketch) -> None:
    fur.tail(s, "M-20 0C-42 6 -54 -4 -56 -16", STONE, 6)
    s.ellipse(-57, -22, 7, 9, "#5f6f94")


def _tiger_head(s: Sketch) -> None:
    fur.round_ears(s, 36, -33, 17, FLAME, "#ffd9b8")
    s.path(
        "M0 -42C34 -42 48 -18 47 2L60 12L50 20L54 32C40 40 24 44 0 44C-24 44 -40 40 -54 32L-50 20"
        "L-60 12L-47 2C-48 -18 -34 -42 0 -42Z",
        FLAME,
    )
    fur.both(
        s,
        "M-57 13C-44 6 -30 12 -22 24C-18 34 -24 41 -30 40C-40 38 -46 36 -51 31L-47 20Z",
        SNOW,
        outline=0,
    )
    s.ellipse(3, 24, 27, 18, SNOW, outline=0)
    for x in (-15, 21):
        s.ellipse(x, -13, 10, 8, SNOW, outline=0)
    fur.both(s, "M-46 -8L-24 -3L-45 3Z", STRIPE, outline=0)
    fur.both(s, "M-50 10L-30 12L-53 18Z", STRIPE, outline=0)
    s.path("M-5 -41L11 -41L3 -16Z", STRIPE, outline=0)
    s.path("M-22 -38L-9 -41L-8 -24Z", STRIPE, outline=0)
    s.path("M28 -38L15 -41L14 -24Z", STRIPE, outline=0)
    faces.eyes(s, y=-3)
    s.path("M-7 11Q3 7 13 11Q10 20 3 21Q-4 20 -7 11Z", "#e2697a", outline=2)
    faces.muzzle(s, 21, 3)


def _tiger_torso(s: Sketch) -> None:
    fur.torso(s, FLAME, SNOW)
    for y in (-44, -28, -12):
        s.path(f"M-32 {y}L-15 {y + 5}L-33 {y + 9}Z", STRIPE, outline=0)
        s.path(f"M32 {y}L15 {y + 5}L33 {y + 9}Z", STRIPE, outline=0)


def _tiger_back(s: Sketch) -> None:
    fur.tail(s, "M-20 0C-54 14 -76 -2 -68 -28C-64 -42 -70 -52 -80 -56", FLAME, 13)
    s.stroke("M-44 1L-48 12M-63 -6L-74 -2M-62 -24L-75 -26", STRIPE, 6)
    s.stroke("M-72 -50C-74 -53 -77 -55 -80 -56", STRIPE, 13)


def _spots(s: Sketch, spots: tuple[tuple[float, float, float], ...]) -> None:
    for x, y, r in spots:
        s.polygon(
            [
                (x - r, y - r * 0.4),
                (x - r * 0.2, y - r),
                (x + r, y - r * 0.6),
                (x + r * 0.8, y + r),
                (x - r * 0.6, y + r * 0.9),
            ],
            PATCH,
            outline=0,
        )


def _giraffe_head(s: Sketch) -> None:
    s.path("M-19 50L-15 -44L21 -44L25 50Q3 60 -19 50Z", AMBER)
    _spots(s, ((-6, 26, 9), (14, 36, 8), (13, 12, 9), (-7, 2, 7), (-8, 44, 6)))
    with s.moved(0, -66):
        s.stroke("M-13 -30L-17 -50M19 -30L23 -50", PATCH, 7)
        for x in (-17, 23):
            s.ellipse(x, -54, 8, 8, "#7d4a2c")
        fur.both(s, "M-30 -18C-44 -34 -62 -32 -66 -20C-58 -8 -44 -4 -32 -6Z", AMBER)
        fur.both(s, "M-36 -17C-46 -26 -56 -26 -58 -20C-52 -14 -44 -11 -36 -11Z", ROSE, outline=0)
        s.path(
            "M3 -38C34 -38 42 -14 38 4C44 16 42 40 3 42C-36 40 -38 16 -32 4C-36 -14 -28 -38 3 -38Z",
            AMBER,
        )
        _spots(s, ((-16, -25, 8), (22, -26, 8), (4, -18, 5)))
        s.ellipse(3, 24, 33, 18, CREAM, outline=2.5)
        for x in (-10, 16):
            s.ellipse(x, 18, 3, 4, PATCH, outline=0, flat=True)
        faces.eyes(s, y=-5, apart=19)
        faces.smile(s, y=27, width=9)


def _giraffe_torso(s: Sketch) -> None:
    s.path("M-20 -64Q0 -70 20 -64Q36 -20 32 4Q0 18 -32 4Q-36 -20 -20 -64Z", AMBER)
    _spots(
        s,
        (
            (-12, -42, 9),
            (10, -50, 8),
            (-20, -20, 9),
            (0, -24, 9),
            (20, -22, 8),
            (-10, -2, 9),
            (14, 0, 9),
        ),
    )


def _giraffe_back(s: Sketch) -> None:
    s.stroke("M-19 -56L-14 -150", PATCH, 11)
    fur.tail(s, "M-20 0C-42 6 -54 -4 -56 -18", AMBER, 7)
    s.ellipse(-57, -24, 8, 10, "#7d4a2c")


def _zebra_head(s: Sketch) -> None:
    s.path("M-16 -34L-14 -62L-5 -54L3 -66L11 -54L20 -62L22 -34Q3 -28 -16 -34Z", STRIPE)
    fur.both(s, "M-34 -24C-46 -40 -48 -58 -40 -64C-28 -60 -20 -50 -16 -38Z", CHALK)
    fur.both(s, "M-32 -32C-38 -44 -40 -52 -37 -56C-30 -52 -25 -46 -22 -38Z", ROSE, outline=0)
    s.path(
        "M3 -44C34 -44 44 -22 42 -2C40 10 44 20 42 32C38 48 20 52 3 52C-14 52 -32 48 -36 32"
        "C-38 20 -34 10 -36 -2C-38 -22 -28 -44 3 -44Z",
        CHALK,
    )
    s.path("M-4 -43L10 -43L3 -18Z", STRIPE, outline=0)
    for y in (-26, -10, 6):
        s.path(f"M-38 {y}L-21 {y + 7}L-37 {y + 9}Z", STRIPE, outline=0)
        s.path(f"M44 {y}L27 {y + 7}L43 {y + 9}Z", STRIPE, outline=0)
    s.ellipse(3, 33, 35, 19, "#4c4756", outline=2.5)
    for x in (-10, 16):
        s.ellipse(x, 27, 3.4, 4.4, "#1f1a28", outline=0, flat=True)
    s.stroke("M-10 39Q3 47 16 39", "#e9e4ee", 3)
    faces.eyes(s, y=-2)


def _zebra_torso(s: Sketch) -> None:
    fur.torso(s, CHALK, CHALK)
    for y in (-50, -34, -18, -2):
        s.path(f"M-31 {y}Q-10 {y + 1} -4 {y + 12}Q-16 {y + 8} -32 {y + 8}Z", STRIPE, outline=0)
        s.path(f"M31 {y}Q10 {y + 1} 4 {y + 12}Q16 {y + 8} 32 {y + 8}Z", STRIPE, outline=0)


def _zebra_back(s: Sketch) -> None:
    fur.tail(s, "M-20 0C-42 6 -56 -2 -60 -16", CHALK, 7)
    s.path("M-56 -14C-72 -20 -74 -36 -66 -46C-56 -38 -50 -26 -56 -14Z", STRIPE)


def _monkey_head(s: Sketch) -> None:
    for x in (-52, 52):
        s.ellipse(x, -2, 19, 20, UMBER)
        s.ellipse(x * 0.99, -1, 11, 12, FAWN, outline=0)
    s.ellipse(0, 0, 46, 44, UMBER)
    s.path("M-8 -42Q-12 -60 4 -64Q0 -54 12 -56Q10 -48 14 -42Q2 -48 -8 -42Z", UMBER)
    s.path(
        "M3 -16C12 -32 40 -30 40 -6C40 4 36 8 38 18C38 34 20 39 3 39C-14 39 -32 34 -32 18"
        "C-30 8 -34 4 -34 -6C-34 -30 -6 -32 3 -16Z",
        FAWN,
        outline=0,
    )
    faces.eyes(s, y=-4)
    for x in (-3, 9):
        s.ellipse(x, 10, 2.4, 3, "#8a5230", outline=0, flat=True)
    faces.smile(s, y=20, width=15)
    faces.cheeks(s, y=16, apart=28)


def _monkey_back(s: Sketch) -> None:
    fur.tail(
        s, "M-20 0C-60 22 -92 -6 -84 -40C-78 -62 -50 -58 -52 -40C-54 -30 -66 -32 -66 -40", UMBER, 9
    )


def _hippo_head(s: Sketch) -> None:
    fur.round_ears(s, 36, -40, 14, MAUVE, ROSE)
    s.path(
        "M3 -46C32 -46 44 -28 42 -8C58 2 62 20 56 34C46 50 24 52 3 52C-18 52 -40 50 -50 34"
        "C-56 20 -52 2 -36 -8C-38 -28 -26 -46 3 -46Z",
        MAUVE,
    )
    s.ellipse(3, 22, 52, 22, "#bda3cc", outline=2.5)
    for x in (-18, 24):
        s.ellipse(x, 12, 6.5, 5, "#6f5585", outline=0, flat=True)
    for x in (-18, 12):
        s.rect(x, 26, 12, 13, IVORY, radius=3, outline=2)
    s.stroke("M-32 25Q3 43 38 25", OUTLINE, 3.4)
    faces.eyes(s, y=-18, apart=18)
    faces.cheeks(s, y=28, apart=42)


def _koala_head(s: Sketch) -> None:
    for side in (-1, 1):
        x = 54 * side
        with s.moved(x, -20):
            s.path(fur.scallops(23, 8), ASH)
            s.ellipse(0, 2, 15, 15, "#f6d5dc", outline=0)
    s.path(
        "M0 -42C34 -42 50 -18 48 6C46 32 24 42 0 42C-24 42 -46 32 -48 6C-50 -18 -34 -42 0 -42Z", ASH
    )
    s.path(
        "M3 24C14 20 34 24 30 34C22 40 12 42 0 42C-12 42 -18 40 -24 34C-28 24 -8 20 3 24Z",
        "#eef0f4",
        outline=0,
    )
    faces.eyes(s, y=-4, apart=22)
    s.path(
        "M3 -12C16 -12 17 4 15 12C14 20 10 23 3 23C-4 23 -8 20 -9 12C-11 4 -10 -12 3 -12Z",
        NOSE,
        outline=2,
    )
    s.ellipse(-1, -4, 3.4, 5, "#ffffff", outline=0, flat=True, opacity=0.5)
    faces.smile(s, y=28, width=9)
    faces.cheeks(s, y=14, apart=30)


SAVANNA = {
    "elephant": Look(
        sleeve=STONE,
        hand=STONE,
        leg=STONE,
        foot=STONE,
        head=_elephant_head,
        torso=partial(fur.torso, coat=STONE, belly="#b7c6e4"),
        back=_elephant_back,
        top=50,
        arm_width=19,
        leg_width=24,
    ),
    "tiger": Look(
        sleeve=FLAME,
        hand=SNOW,
        leg=FLAME,
        foot=SNOW,
        head=_tiger_head,
        torso=_tiger_torso,
        back=_tiger_back,
        top=52,
    ),
    "giraffe": Look(
        sleeve=AMBER,
        hand="#7d4a2c",
        leg=AMBER,
        foot="#7d4a2c",
        head=_giraffe_head,
        torso=_giraffe_torso,
        back=_giraffe_back,
        top=130,
    ),
    "zebra": Look(
        sleeve=CHALK,
        hand="#4c4756",
        leg=CHALK,
        foot="#4c4756",
        head=_zebra_head,
        torso=_zebra_torso,
        back=_zebra_back,
        top=68,
    ),
    "monkey": Look(
        sleeve=UMBER,
        hand=FAWN,
        leg=UMBER,
        foot=FAWN,
        head=_monkey_head,
        torso=partial(fur.torso, coat=UMBER, belly=FAWN),
        back=_monkey_back,
        top=62,
    ),
    "hippo": Look(
        sleeve=MAUVE,
        hand=MAUVE,
        leg=MAUVE,
        foot="#8a70a0",
        head=_hippo_head,
        torso=partial(fur.torso, coat=MAUVE, belly="#d5bfe0"),
        top=56,
        arm_width=19,
        leg_width=24,
    ),
    "koala": Look(
        sleeve=ASH,
        hand="#7d8698",
        leg=ASH,
        foot="#7d8698",
        head=_koala_head,
        torso=partial(fur.torso, coat=ASH, belly="#f2f3f6"),
        top=48,
    ),
}
