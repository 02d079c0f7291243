"""The creatures that are neither people nor animals: ghosts, monsters, visitors from afar."""

from imagegen.drawing import faces, fur
from imagegen.drawing.palette import OUTLINE
from imagegen.drawing.rig import Look
from imagegen.drawing.skin import GOLD, RED, scarf
from imagegen.drawing.svg import Sketch

SHEET = "#f4f4fb"
SNOW = "#fafcff"
COAL = "#3a3a45"
VIOLET = "#8e55c7"
LIME = "#a6dd3f"
SUIT = "#8fa0c9"
SCARLET = "#d8402f"
TEAL = "#2fa69a"
PLATE = "#f7923a"
LINEN = "#efe4c8"


def _ghost_head(s: Sketch) -> None:
    for x in (-15, 21):
        s.ellipse(x, -2, 9, 13, OUTLINE, outline=0, flat=True)
        s.ellipse(x + 3, -7, 3.4, 4, "#ffffff", outline=0, flat=True)
    faces.cheeks(s, y=17, apart=30)
    s.ellipse(3, 24, 9, 11, faces.THROAT, outline=2.5)
    s.ellipse(3, 30, 5, 3.4, faces.TONGUE, outline=0, flat=True)


def _ghost_torso(s: Sketch) -> None:
    s.path(
        "M0 -148C36 -148 52 -122 50 -92C50 -66 34 -54 36 -28Q40 4 50 26Q42 38 32 26Q24 40 12 28"
        "Q2 42 -8 28Q-18 40 -28 27Q-38 38 -50 26Q-40 4 -36 -28C-34 -54 -50 -66 -50 -92"
        "C-52 -122 -36 -148 0 -148Z",
        SHEET,
    )
    s.stroke("M-20 -8Q-24 6 -28 16M2 -4Q2 8 2 18", "#c3c4de", 4)


def _snowman_head(s: Sketch) -> None:
    s.ellipse(0, 0, 45, 43, SNOW)
    faces.eyes(s, y=-5)
    faces.cheeks(s, y=12, apart=30)
    for x, y in ((-18, 18), (-9, 25), (3, 27), (15, 25), (24, 18)):
        s.ellipse(x, y, 3.4, 3.4, COAL, outline=0, flat=True)
    s.path("M-2 4Q4 -2 10 5L44 13L2 17Q-6 12 -2 4Z", "#f7842a")
    s.path("M-30 -32L-27 -80Q3 -88 33 -80L36 -32Q3 -22 -30 -32Z", COAL)
    s.path("M-31 -48Q3 -38 36 -48L36 -33Q3 -23 -31 -33Z", RED, outline=2.5)
    s.ellipse(3, -31, 52, 10, COAL)
    s.path("M-29 -46Q3 -36 34 -46L35 -36Q3 -26 -30 -36Z", RED, outline=0)


def _snowman_torso(s: Sketch) -> None:
    s.ellipse(0, -14, 43, 42, SNOW)
    for y in (-20, -4, 12):
        s.ellipse(-4, y, 5, 5, COAL, outline=0, flat=True)
    scarf(s, "#2f9e63")
    s.stroke("M-14 -37L-3 -33", "#a8e0b8", 4)


def _monster_head(s: Sketch) -> None:
    fur.both(s, "M-40 -22C-56 -34 -60 -56 -50 -72C-44 -58 -34 -50 -18 -42Z", "#ffe3b0")
    tufts = (
        "M0 -50L8 -42L20 -48L26 -38L40 -40L41 -28L53 -22L48 -12L58 -2L50 8L56 20L46 26L44 38L32 38"
        "L24 48L12 42L0 50L-12 42L-24 48L-32 38L-44 38L-46 26L-56 20L-50 8L-58 -2L-48 -12L-53 -22"
        "L-41 -28L-40 -40L-26 -38L-20 -48L-8 -42Z"
    )
    s.path(tufts, VIOLET)
    s.ellipse(3, -10, 26, 26, "#ffffff", outline=2.5)
    if faces.mood(s).eyes in ("shut", "sleepy"):
        s.path("M-22 -8A26 26 0 0 1 28 -8Q3 6 -22 -8Z", "#a977db", outline=2.5)
    else:
        s.ellipse(7, -9, 15, 16, "#58c04a", outline=2.5)
        s.ellipse(8, -9, 7.5, 9, OUTLINE, outline=0, flat=True)
        s.ellipse(12, -15, 4.4, 4.4, "#ffffff", outline=0, flat=True)
    s.path("M-22 22Q3 30 30 22Q24 42 3 42Q-16 42 -22 22Z", faces.THROAT, outline=2.5)
    s.path("M-16 24L-6 26L-12 35Z", "#ffffff", outline=0, flat=True)
    s.path("M24 24L14 26L20 35Z", "#ffffff", outline=0, flat=True)


def _monster_torso(s: Sketch) -> None:
    s.path(
        "M-28 -54Q0 -66 28 -54L30 -42L38 -34L34 -24L42 -14L36 -6L40 8L28 10L20 20L8 13L0 22L-8 13"
        "L-20 20L-28 10L-40 8L-36 -6L-42 -14L-34 -24L-38 -34L-30 -42Z",
        VIOLET,
    )
    s.ellipse(-3, -17, 20, 24, "#d7b3f2", outline=0)
    for y in (-28, -17, -6):
        s.stroke(f"M-16 {y}Q-4 {y + 7} 10 {y}", "#b98ae0", 3.4)


def _alien_head(s: Sketch) -> None:
    s.stroke("M-14 -40Q-22 -58 -34 -66M20 -40Q28 -58 40 -66", "#5f8a1f", 5)
    for x in (-36, 42):
        s.glow(x, -68, 18, "#fff27a", 0.7)
        s.ellipse(x, -68, 9, 9, GOLD)
    s.path(
        "M3 -46C40 -46 58 -26 54 0C50 22 28 34 20 42Q3 54 -14 42C-22 34 -44 22 -48 0"
        "C-52 -26 -34 -46 3 -46Z",
        LIME,
    )
    for x, turn in ((-19, 28), (25, -28)):
        with s.moved(x, -2, turn=turn):
            s.ellipse(0, 0, 13, 19, "#2b2440", outline=0, flat=True)
        s.ellipse(x - 3, -9, 4.4, 6, "#ffffff", outline=0, flat=True)
        s.ellipse(x + 4, 6, 2.4, 3, "#b8a6e8", outline=0, flat=True)
    faces.smile(s, y=26, width=10)


def _alien_torso(s: Sketch) -> None:
    s.path("M-28 -54Q0 -66 28 -54L33 2Q0 16 -33 2Z", SUIT)
    s.path("M-26 -56Q0 -64 26 -56L22 -45Q0 -36 -22 -45Z", VIOLET, outline=2.5)
    s.ellipse(-8, -22, 13, 13, "#5b4aa0", outline=2.5)
    s.ellipse(-8, -22, 6, 6, "#7cf06a", outline=0, flat=True)
    s.stroke("M-33 -4Q0 8 33 -4", VIOLET, 6)


def _dragon_head(s: Sketch) -> None:
    fur.both(s, "M-18 -34C-26 -56 -40 -66 -54 -70C-52 -52 -50 -34 -36 -22Z", GOLD)
    fur.both(s, "M-40 2L-60 -4L-54 10L-58 22L-38 20Z", "#b02a2f")
    s.path(
        "M3 -44C36 -44 48 -22 46 2C54 12 54 34 36 42Q3 52 -30 42C-48 34 -48 12 -40 2"
        "C-42 -22 -30 -44 3 -44Z",
        SCARLET,
    )
    s.path(
        "M3 10C30 8 46 18 44 28C40 40 20 44 3 44C-14 44 -34 40 -38 28C-40 18 -24 8 3 10Z",
        "#ffd98a",
        outline=2.5,
    )
    for x in (-9, 15):
        s.ellipse(x, 18, 3.4, 4.2, "#7a2a2a", outline=0, flat=True)
    faces.eyeballs(s, -10, 18, 13, "#f07a5f", white="#fff6d0")
    faces.eyes(s, y=-9)
    s.stroke("M-24 29Q3 42 30 29", OUTLINE, 3)
    s.path("M-18 32L-8 34L-12 43Z", "#ffffff", outline=2)
    s.path("M24 32L14 34L18 43Z", "#ffffff", outline=2)
    s.path("M-6 -42L3 -62L12 -42Q3 -46 -6 -42Z", GOLD, outline=2.5)


def _dragon_torso(s: Sketch) -> None:
    fur.torso(s, SCARLET, "#ffd98a")
    s.stroke("M-18 -30Q-2 -24 14 -30M-20 -18Q-2 -12 16 -18M-17 -6Q-2 0 13 -6", "#e09a4a", 3.4)


def _dragon_back(s: Sketch) -> None:
    with s.moved(0, -6, 0.88):
        for side in (-1, 1):
            s.path(
                f"M{12 * side} -48L{64 * side} -108L{74 * side} -104L{106 * side} -66"
                f"Q{90 * side} -66 {86 * side} -50Q{70 * side} -54 {62 * side} -36"
                f"Q{46 * side} -44 {30 * side} -24Z",
                "#f7923a",
            )
            s.stroke(
                f"M{14 * side} -46L{66 * side} -106L{86 * side} -52"
                f"M{66 * side} -106L{62 * side} -38",
                "#a8242f",
                5,
            )
    s.path(
        "M-16 -10C-40 8 -58 20 -84 2L-80 -8L-104 -14L-98 10L-92 14C-66 42 -34 34 -8 12Z", SCARLET
    )


def _dinosaur_head(s: Sketch) -> None:
    for x, y, turn in ((-26, -36, -30), (-2, -45, -6), (-44, -16, -58)):
        with s.moved(x, y, turn=turn):
            s.path("M-15 8Q-12 -14 0 -24Q12 -14 15 8Z", PLATE)
    s.path(
        "M-6 -42C22 -44 38 -26 42 -8C58 -4 70 6 68 20C66 36 40 42 8 42C-24 42 -48 30 -48 2"
        "C-48 -24 -30 -40 -6 -42Z",
        TEAL,
    )
    s.path(
        "M10 24C28 30 50 28 67 20C66 36 40 42 8 42Q-6 42 -16 38Q0 36 10 24Z", "#d3efa0", outline=0
    )
    with s.moved(-3, 0):
        faces.eyeballs(s, -10, 18, 12, "#6fc7bc")
        faces.eyes(s, y=-9, apart=18)
    s.ellipse(56, 4, 3, 3.6, "#1f6b66", outline=0, flat=True)
    s.stroke("M-6 22Q28 34 64 18", OUTLINE, 3.2)
    for x, y in ((14, 27), (30, 28), (46, 25)):
        s.path(f"M{x - 5} {y}L{x + 5} {y - 1}L{x} {y + 8}Z", "#ffffff", outline=0, flat=True)
    faces.cheeks(s, y=12, apart=30)


def _dinosaur_torso(s: Sketch) -> None:
    fur.torso(s, TEAL, "#d3efa0")


def _dinosaur_back(s: Sketch) -> None:
    for x, y, turn in ((-38, -44, -62), (-40, -18, -70), (-52, 2, -46), (-72, 6, -20)):
        with s.moved(x, y, turn=turn):
            s.path("M-14 8Q-10 -10 0 -20Q10 -10 14 8Z", PLATE)
    s.path("M-14 -30C-34 -14 -56 8 -104 2C-88 34 -40 40 -6 16Z", TEAL)


def _mummy_head(s: Sketch) -> None:
    s.ellipse(0, 0, 44, 43, LINEN)
    s.path("M-40 -13Q3 -20 43 -12L44 10Q3 16 -43 8Z", "#4a3f55", outline=2.5)
    for x in (-14, 20):
        s.ellipse(x, -2, 10, 10, "#fff27a", outline=0, flat=True)
    faces.eyes(s, y=-2, size=6.5)
    s.stroke(
        "M-34 -26Q0 -40 34 -27M-38 -18Q10 -30 40 -20M-16 -40Q12 -30 30 -34M-40 16Q0 26 41 14"
        "M-32 28Q4 30 36 24M-18 38Q10 32 28 34",
        "#bba987",
        3.4,
    )
    s.path("M38 -24Q60 -30 66 -12Q76 -2 70 10Q60 8 58 -6Q50 -14 40 -12Z", LINEN, outline=2.5)


def _mummy_torso(s: Sketch) -> None:
    s.path("M-30 -54Q0 -66 30 -54L33 4Q0 18 -33 4Z", LINEN)
    s.stroke(
        "M-28 -44Q4 -38 28 -48M-30 -34L30 -26M-31 -22Q0 -22 31 -14M-32 -8Q0 -14 32 -2"
        "M-31 4Q0 6 30 -12",
        "#bba987",
        3.4,
    )
    s.path("M-26 -4L-34 22L-24 18L-18 26L-14 0Z", LINEN, outline=2.5)


CREATURES = {
    "ghost": Look(
        sleeve=SHEET,
        hand=SHEET,
        leg="#dcdcee",
        foot="#dcdcee",
        head=_ghost_head,
        torso=_ghost_torso,
        top=54,
        arm_width=18,
    ),
    "snowman": Look(
        sleeve="#7a5134",
        hand="#7a5134",
        leg=SNOW,
        foot=SNOW,
        head=_snowman_head,
        torso=_snowman_torso,
        top=86,
        arm_width=8,
        leg_width=24,
    ),
    "monster": Look(
        sleeve=VIOLET,
        hand="#b98ae0",
        leg=VIOLET,
        foot="#f7923a",
        head=_monster_head,
        torso=_monster_torso,
        top=72,
        arm_width=18,
        leg_width=22,
    ),
    "alien": Look(
        sleeve=SUIT,
        hand=LIME,
        leg=SUIT,
        foot=VIOLET,
        head=_alien_head,
        torso=_alien_torso,
        top=78,
    ),
    "dragon": Look(
        sleeve=SCARLET,
        hand=SCARLET,
        leg=SCARLET,
        foot=GOLD,
        head=_dragon_head,
        torso=_dragon_torso,
        back=_dragon_back,
        top=71,
    ),
    "dinosaur": Look(
        sleeve=TEAL,
        hand=TEAL,
        leg=TEAL,
        foot="#d3efa0",
        head=_dinosaur_head,
        torso=_dinosaur_torso,
        back=_dinosaur_back,
        top=70,
        leg_width=22,
    ),
    "mummy": Look(
        sleeve=LINEN,
        hand=LINEN,
        leg=LINEN,
        foot="#d8c9a4",
        head=_mummy_head,
        torso=_mummy_torso,
        top=45,
    ),
}
