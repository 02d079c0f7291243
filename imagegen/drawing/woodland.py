"""The animals of woods and gardens, from the wolf to the bee."""

from functools import partial
from math import cos, pi, sin

from imagegen.drawing import faces, fur
from imagegen.drawing.fur import CREAM, NOSE, ROSE, SNOW
from imagegen.drawing.rig import Look
from imagegen.drawing.svg import Sketch

COPPER = "#b5562a"  # the squirrel
QUILL = "#6b4a35"
TAN = "#f2cf9f"
DEER = "#b9794a"
ANTLER = "#e3c79a"
SMOKE = "#878c9c"  # the raccoon
MASK = "#353445"
IRON = "#6f7a92"  # the wolf
HONEY = "#fbc42d"
PLUM = "#7a5ca8"  # the bat
WING = "#cdeefa"


def _squirrel_head(s: Sketch) -> None:
    fur.both(s, "M-44 -10C-50 -34 -50 -58 -42 -72C-32 -58 -20 -46 -8 -38Z", COPPER)
    fur.both(s, "M-40 -24C-43 -38 -43 -48 -40 -54C-34 -46 -28 -42 -22 -38Z", ROSE, outline=0)
    fur.round_head(s, COPPER)
    fur.both(s, "M-2 40C-24 40 -42 32 -44 12C-34 4 -14 8 -2 22Z", CREAM, outline=0)
    s.rect(-4, 26, 7, 12, "#ffffff", radius=2, outline=2, flat=True)
    s.rect(3, 26, 7, 12, "#ffffff", radius=2, outline=2, flat=True)
    faces.eyes(s, y=-4, apart=20)
    faces.cheeks(s, y=13, apart=31)
    s.ellipse(3, 11, 7, 5.5, NOSE, outline=0)
    s.stroke("M3 16L3 21M3 21Q-4 29 -12 24M3 21Q10 29 18 24", "#3b3049", 3)


def _squirrel_back(s: Sketch) -> None:
    s.path(
        "M-14 12C-52 30 -88 10 -84 -30C-82 -56 -98 -66 -104 -90C-110 -124 -84 -148 -56 -140"
        "C-32 -132 -28 -104 -46 -96C-36 -76 -44 -40 -18 -16Z",
        COPPER,
    )
    s.path(
        "M-30 8C-60 12 -74 -8 -68 -36C-66 -60 -84 -74 -88 -94C-90 -112 -78 -126 -62 -124"
        "C-76 -112 -72 -98 -62 -88C-48 -66 -60 -28 -30 8Z",
        "#d98a4a",
        outline=0,
    )


def _prickles(s: Sketch, radius: float, count: int) -> None:
    """A star of many points around (0, 0)."""
    steps = [(k * pi / count, radius * (1 if k % 2 else 0.8)) for k in range(2 * count)]
    s.polygon([(r * cos(a), r * sin(a)) for a, r in steps], QUILL)


def _hedgehog_head(s: Sketch) -> None:
    with s.moved(-2, -8):
        _prickles(s, 64, 17)
        s.stroke(
            "M-26 -36L-32 -44M0 -40L0 -49M26 -36L32 -44M-42 -16L-50 -20M42 -16L50 -20"
            "M-46 10L-54 10M46 10L54 10M-13 -40L-16 -48M13 -40L16 -48M-36 -27L-43 -34"
            "M36 -27L43 -34",
            "#b08a64",
            4,
        )
    fur.round_ears(s, 33, -14, 11, TAN, ROSE)
    s.path(
        "M3 -18C14 -34 40 -24 40 2C40 26 24 38 3 42C-18 38 -34 26 -34 2C-34 -24 -8 -34 3 -18Z", TAN
    )
    faces.eyes(s, y=0, apart=17)
    faces.cheeks(s, y=14, apart=27)
    s.ellipse(3, 16, 9, 7.5, NOSE, outline=0)
    s.ellipse(0, 14, 3, 2.2, "#ffffff", outline=0, flat=True, opacity=0.7)
    faces.smile(s, y=28, width=8)


def _hedgehog_back(s: Sketch) -> None:
    with s.moved(-8, -22):
        _prickles(s, 50, 14)


def _deer_head(s: Sketch) -> None:
    for side in (-1, 1):
        fur.tail(
            s,
            f"M{16 * side} -38C{22 * side} -60 {44 * side} -66 {46 * side} -94"
            f"M{28 * side} -60C{22 * side} -72 {20 * side} -80 {22 * side} -90"
            f"M{41 * side} -70C{54 * side} -70 {62 * side} -78 {64 * side} -86",
            ANTLER,
            7,
        )
    fur.both(s, "M-34 -20C-48 -38 -72 -38 -76 -26C-68 -8 -50 -2 -34 -6Z", DEER)
    fur.both(s, "M-40 -19C-50 -30 -64 -30 -66 -24C-60 -14 -50 -10 -40 -11Z", ROSE, outline=0)
    s.path(
        "M3 -44C34 -44 44 -22 42 -2C40 12 38 44 3 46C-32 44 -34 12 -36 -2C-38 -22 -28 -44 3 -44Z",
        DEER,
    )
    s.ellipse(3, 27, 26, 18, CREAM, outline=0)
    for x, y in ((-10, -32), (16, -32), (3, -24)):
        s.ellipse(x, y, 4, 4, CREAM, outline=0, flat=True)
    faces.eyes(s, y=-4, apart=20)
    faces.cheeks(s, y=12, apart=31)
    s.ellipse(3, 18, 10, 7.5, NOSE, outline=0)
    faces.muzzle(s, 25, 3)


def _deer_torso(s: Sketch) -> None:
    fur.torso(s, DEER, CREAM)
    for x, y in ((-26, -36), (-27, -14), (24, -40), (27, -18), (-24, 0)):
        s.ellipse(x, y, 3.6, 3.6, CREAM, outline=0, flat=True)


def _deer_back(s: Sketch) -> None:
    s.path("M-22 4C-40 6 -52 -6 -50 -24C-38 -24 -28 -16 -20 -8Z", CREAM)


def _raccoon_head(s: Sketch) -> None:
    fur.both(s, "M-46 -10C-54 -34 -52 -52 -46 -58C-32 -56 -16 -46 -6 -36Z", SMOKE)
    fur.both(s, "M-44 -20C-48 -34 -46 -44 -42 -48C-34 -46 -28 -42 -22 -36Z", MASK, outline=0)
    s.path(
        "M0 -42C34 -42 46 -20 48 -2L60 14C46 32 24 44 0 44C-24 44 -46 32 -60 14L-48 -2"
        "C-46 -20 -34 -42 0 -42Z",
        SMOKE,
    )
    fur.both(s, "M-56 13C-40 -18 -10 -24 -2 -12L-2 30C-24 36 -46 28 -56 13Z", SNOW, outline=0)
    fur.both(
        s, "M-50 10C-44 -14 -16 -20 -5 -6C-6 8 -14 16 -28 18C-38 18 -44 14 -50 10Z", MASK, outline=0
    )
    s.path("M-3 -40L9 -40L6 6L0 6Z", MASK, outline=0)
    s.ellipse(3, 25, 22, 16, SNOW, outline=0)
    faces.eyeballs(s, -1, 18, 10.5, "#9297a6")
    faces.eyes(s, y=-1, apart=18)
    s.ellipse(3, 17, 9, 6.5, NOSE, outline=0)
    faces.muzzle(s, 23, 3)


def _raccoon_back(s: Sketch) -> None:
    s.path(
        "M-14 10C-50 26 -94 8 -92 -34C-90 -56 -76 -66 -64 -64C-50 -60 -46 -40 -46 -28"
        "C-42 -16 -34 -12 -18 -14Z",
        SMOKE,
    )
    s.path(
        "M-92 -34C-90 -56 -76 -66 -64 -64C-56 -62 -51 -54 -49 -46Q-70 -46 -92 -34Z", MASK, outline=0
    )
    s.path("M-89 -14Q-68 -26 -46 -26L-44 -20Q-66 -18 -82 -2Z", MASK, outline=0)
    s.path("M-62 12Q-50 -2 -38 -14L-28 -13Q-36 4 -44 15Z", MASK, outline=0)


def _wolf_head(s: Sketch) -> None:
    fur.both(s, "M-46 -2L-46 -74L-4 -38Z", IRON)
    fur.both(s, "M-38 -26L-38 -54L-17 -38Z", "#3a4052", outline=0)
    s.path(
        "M0 -42C32 -42 44 -20 46 -4L64 6L52 14L58 28L42 30C32 40 18 46 3 48"
        "C-18 46 -32 40 -42 30L-58 28L-52 14L-64 6L-46 -4C-44 -20 -32 -42 0 -42Z",
        IRON,
    )
    s.path(
        "M3 -2C14 -16 36 -8 40 10L38 26C28 38 16 44 3 45C-14 44 -24 38 -34 26L-36 10"
        "C-30 -8 -8 -16 3 -2Z",
        "#eef0f5",
        outline=0,
    )
    s.path("M-6 -41L10 -41L3 -14Z", "#4e5870", outline=0)
    faces.eyeballs(s, -5, 18, 10.5, "#cfd5e2", white="#ffe98a")
    faces.eyes(s, y=-4, apart=18, size=6.5)
    s.stroke("M-28 -20L-8 -14M34 -20L14 -14", "#3a4052", 5)
    s.ellipse(3, 15, 11, 8, NOSE, outline=0)
    s.stroke("M-22 24Q-10 36 3 27Q16 36 28 24M3 20L3 27", "#3b3049", 3)
    s.path("M-16 29L-8 31L-12 41Z", "#ffffff", outline=2)
    s.path("M22 29L14 31L18 41Z", "#ffffff", outline=2)


def _wolf_back(s: Sketch) -> None:
    s.path(
        "M-16 10C-46 30 -84 24 -104 -10L-86 -8L-92 -26L-74 -20L-70 -34C-58 -18 -40 -12 -18 -16Z",
        IRON,
    )


def _bee_head(s: Sketch) -> None:
    s.stroke("M-12 -38Q-16 -56 -30 -60M18 -38Q22 -56 36 -60", "#3b3049", 5)
    for x in (-32, 38):
        s.ellipse(x, -62, 8, 8, "#3b3049", outline=0)
    s.ellipse(0, 0, 45, 43, HONEY)
    s.path(
        "M0 -43C24 -43 42 -30 45 -8C30 -18 18 -20 3 -10C-12 -20 -28 -18 -44 -8"
        "C-42 -30 -24 -43 0 -43Z",
        "#4a3a36",
        outline=0,
    )
    faces.eyes(s, y=2, apart=18, size=8.5)
    faces.cheeks(s, y=16, apart=30)
    faces.smile(s, y=20)


def _bee_torso(s: Sketch) -> None:
    s.path("M-24 -54Q0 -64 24 -54C42 -32 42 -4 20 10L0 24L-20 10C-42 -4 -42 -32 -24 -54Z", HONEY)
    s.path("M-34 -40Q0 -30 34 -40L38 -26Q0 -14 -38 -26Z", "#4a3a36", outline=0)
    s.path("M-37 -12Q0 0 37 -12Q32 0 24 7Q0 14 -24 7Q-32 0 -37 -12Z", "#4a3a36", outline=0)


def _bee_back(s: Sketch) -> None:
    for side in (-1, 1):
        s.path(
            f"M{8 * side} -48C{40 * side} -104 {96 * side} -104 {98 * side} -70"
            f"C{96 * side} -44 {50 * side} -36 {10 * side} -38Z",
            WING,
        )
        s.path(
            f"M{8 * side} -38C{44 * side} -38 {78 * side} -28 {72 * side} -8"
            f"C{58 * side} 8 {30 * side} -10 {8 * side} -28Z",
            WING,
        )
        s.stroke(f"M{22 * side} -50Q{56 * side} -78 {80 * side} -76", "#ffffff", 4)


def _bat_head(s: Sketch) -> None:
    fur.both(s, "M-46 -4C-62 -30 -64 -62 -54 -78C-36 -70 -18 -54 -4 -38Z", PLUM)
    fur.both(s, "M-44 -20C-52 -38 -52 -54 -49 -62C-38 -56 -28 -46 -20 -38Z", "#e89ac0", outline=0)
    fur.round_head(s, PLUM)
    s.path(
        "M3 -12C14 -30 40 -24 38 4C36 28 22 36 3 36C-16 36 -30 28 -32 4C-34 -24 -8 -30 3 -12Z",
        "#c3a8d8",
        outline=0,
    )
    faces.eyes(s, y=-1)
    faces.cheeks(s, y=12)
    s.ellipse(3, 11, 6, 4.5, "#3b2c48", outline=0)
    s.stroke("M-12 19Q3 28 18 19", "#3b3049", 3)
    s.path("M-8 21L0 23L-4 32Z", "#ffffff", outline=0, flat=True)
    s.path("M14 21L6 23L10 32Z", "#ffffff", outline=0, flat=True)


def _bat_back(s: Sketch) -> None:
    with s.moved(0, -6, 0.88):
        for side in (-1, 1):
            s.path(
                f"M{10 * side} -50C{40 * side} -60 {60 * side} -76 {80 * side} -96"
                f"C{104 * side} -72 {112 * side} -36 {108 * side} -2"
                f"C{98 * side} -14 {86 * side} -16 {76 * side} -4C{68 * side} -16 {56 * side} -18"
                f" {46 * side} -4C{40 * side} -14 {26 * side} -14 {12 * side} -6Z",
                "#55407a",
            )
            s.stroke(
                f"M{80 * side} -92Q{78 * side} -44 {76 * side} -8M{78 * side} -92"
                f"Q{54 * side} -50 {46 * side} -8",
                "#3a2b58",
                3.4,
            )


WOODLAND = {
    "squirrel": Look(
        sleeve=COPPER,
        hand=COPPER,
        leg=COPPER,
        foot=CREAM,
        head=_squirrel_head,
        torso=partial(fur.torso, coat=COPPER, belly=CREAM),
        back=_squirrel_back,
        top=72,
    ),
    "hedgehog": Look(
        sleeve=TAN,
        hand=TAN,
        leg=TAN,
        foot="#d9a56a",
        head=_hedgehog_head,
        torso=partial(fur.torso, coat=TAN, belly=CREAM),
        back=_hedgehog_back,
        top=72,
    ),
    "deer": Look(
        sleeve=DEER,
        hand="#54382b",
        leg=DEER,
        foot="#54382b",
        head=_deer_head,
        torso=_deer_torso,
        back=_deer_back,
        top=98,
    ),
    "raccoon": Look(
        sleeve=SMOKE,
        hand=MASK,
        leg=SMOKE,
        foot=MASK,
        head=_raccoon_head,
        torso=partial(fur.torso, coat=SMOKE, belly="#e6e7ee"),
        back=_raccoon_back,
        top=60,
    ),
    "wolf": Look(
        sleeve=IRON,
        hand=IRON,
        leg=IRON,
        foot="#4e5870",
        head=_wolf_head,
        torso=partial(fur.torso, coat=IRON, belly="#eef0f5"),
        back=_wolf_back,
        top=76,
    ),
    "bee": Look(
        sleeve="#4a3a36",
        hand="#4a3a36",
        leg="#4a3a36",
        foot="#4a3a36",
        head=_bee_head,
        torso=_bee_torso,
        back=_bee_back,
        top=70,
        arm_width=11,
        leg_width=12,
    ),
    "bat": Look(
        sleeve=PLUM,
        hand=PLUM,
        leg=PLUM,
        foot="#55407a",
        head=_bat_head,
        torso=partial(fur.torso, coat=PLUM, belly="#c3a8d8"),
        back=_bat_back,
        top=80,
        arm_width=13,
        leg_width=14,
    ),
}
