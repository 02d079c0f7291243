"""People young and old, and the heroes of children's games."""

from imagegen.drawing import faces
from imagegen.drawing.rig import Look
from imagegen.drawing.skin import GOLD, RED, STEEL, WHITE, belt, cap, face, glasses, gown, shirt
from imagegen.drawing.svg import Sketch

PINK = "#f48fb6"
SUN = "#fbd24a"
MINT = "#58c08a"
LILAC = "#a77bd6"
SILVER = "#d9d9e6"
HERO = "#2f62cf"


def _girl_head(s: Sketch) -> None:
    for x in (-58, 58):
        s.ellipse(x, 6, 17, 25, "#c4672f")
    face(s, "#f8cfae", ears=False)
    faces.smile(s, y=15)
    for x, y in ((-30, 4), (-24, 7), (30, 7), (36, 4)):
        s.ellipse(x, y, 1.9, 1.9, "#c97a4a", outline=0, flat=True)
    s.path(
        "M-46 8C-54 -34 -26 -50 0 -50C28 -50 54 -34 46 8C42 -12 34 -22 12 -30"
        "C-4 -18 -34 -18 -46 8Z",
        "#c4672f",
    )
    s.stroke("M2 -49Q8 -40 12 -31", "#8a4420", 3)
    for x in (-50, 50):
        s.path(
            f"M{x} -14L{x - 14} -24L{x - 14} -2L{x} -11L{x + 14} -2L{x + 14} -24Z", SUN, outline=2.5
        )
        s.ellipse(x, -13, 5, 5, SUN, outline=2)


def _girl_torso(s: Sketch) -> None:
    gown(s, SUN)
    for x, y in ((-14, -6), (4, 4), (-28, 10), (-8, 18), (18, 16), (-12, -34)):
        s.ellipse(x, y, 4, 4, "#ffffff", outline=0, flat=True)
    s.stroke("M-22 -20Q0 -11 22 -20", "#e88a2a", 6)
    s.path("M-20 -58Q0 -50 20 -58L14 -45Q0 -38 -14 -45Z", "#ffffff", outline=2.5)


def _boy_head(s: Sketch) -> None:
    face(s, "#e0a673", "#f2736a")
    faces.smile(s, y=15)
    s.path(
        "M-42 -6C-46 -20 -42 -30 -36 -34L36 -34C44 -28 48 -18 44 -6L36 -14L26 -10L16 -20"
        "L0 -12L-14 -22L-28 -12Z",
        "#3b2a26",
    )
    cap(s, "#2f8fe0", top=-64)
    s.path(
        "M-12 -63Q2 -68 16 -63Q24 -46 22 -28Q2 -34 -18 -28Q-20 -46 -12 -63Z", "#f6f3ec", outline=2.5
    )
    s.path("M2 -31C30 -38 62 -34 70 -22C72 -14 62 -14 54 -17C38 -24 16 -24 2 -31Z", RED)
    s.ellipse(2, -64, 6, 4, RED, outline=2.5)


def _boy_torso(s: Sketch) -> None:
    shirt(s, MINT)
    for y in (-42, -22, -2):
        s.stroke(f"M-28 {y}Q0 {y + 9} 28 {y}", "#fff8e0", 7)
    s.path("M-33 0Q0 12 33 0L35 12L4 18L0 12L-4 18L-35 12Z", "#2f5fa8", outline=2.5)


def _grandmother_head(s: Sketch) -> None:
    s.ellipse(2, -50, 23, 19, SILVER)
    s.path("M-36 -32C-60 -22 -54 20 -42 24L44 24C56 20 60 -22 38 -32Z", SILVER)
    face(s, "#f2c7a6", ears=False)
    s.path(
        "M-46 2C-54 -34 -26 -46 2 -46C30 -46 56 -34 48 2C44 -18 28 -28 2 -30"
        "C-24 -28 -40 -18 -46 2Z",
        SILVER,
    )
    s.stroke("M-24 -40Q-36 -32 -40 -18M28 -40Q40 -32 43 -18M2 -62Q-8 -56 -10 -46", "#a5a5ba", 3)
    faces.smile(s, y=18, width=10)
    glasses(s, "#8a5a9e")
    s.stroke("M-36 22Q-32 24 -30 20M42 22Q38 24 36 20", "#d99a78", 2.6)
    for x in (-44, 48):
        s.ellipse(x, 16, 5, 5, "#ffffff", outline=2)


def _grandmother_torso(s: Sketch) -> None:
    gown(s, "#6f8fbf", 26)
    s.path("M-16 -14L16 -14L22 24Q2 30 -22 24Z", WHITE, outline=2.5)
    s.path("M-33 -52Q0 -68 33 -52L44 -24L30 -20L18 -26L2 -12L-16 -24L-30 -18L-44 -24Z", LILAC)
    s.stroke("M-32 -36L-20 -32M-24 -46L-8 -34M26 -44L10 -32", "#d9c2f0", 3)
    s.ellipse(2, -46, 6.5, 6.5, "#f2739a", outline=2.5)


def _ballerina_head(s: Sketch) -> None:
    s.ellipse(2, -52, 19, 17, "#4a2f2a")
    face(s, "#d99a6c", "#f2736a")
    faces.smile(s, y=16, width=10)
    s.path(
        "M-45 0C-52 -34 -24 -46 2 -46C30 -46 54 -34 47 0C42 -20 28 -28 2 -31"
        "C-24 -28 -38 -20 -45 0Z",
        "#4a2f2a",
    )
    s.path("M-40 -22Q2 -48 44 -22L41 -15Q2 -38 -37 -15Z", PINK, outline=2.5)
    for x, y in ((-14, -33), (2, -37), (18, -33)):
        s.ellipse(x, y, 7, 7, "#ffd3e4", outline=2.5)
        s.ellipse(x, y, 2.6, 2.6, GOLD, outline=0, flat=True)


def _ballerina_torso(s: Sketch) -> None:
    s.path(
        "M-76 6C-60 -18 -24 -24 0 -24C24 -24 60 -18 76 6L62 4L52 14L38 8L26 18L12 11L0 20"
        "L-12 11L-26 18L-38 8L-52 14L-62 4Z",
        "#fbc3da",
    )
    s.path(
        "M-58 -2C-44 -18 -20 -22 0 -22C20 -22 44 -18 58 -2L44 -2L34 6L22 1L10 9L0 3L-10 9"
        "L-22 1L-34 6L-44 -2Z",
        "#f7a3c6",
        outline=2.5,
    )
    s.path("M-24 -50Q-12 -40 0 -40Q12 -40 24 -50L22 -14Q0 -6 -22 -14Z", "#ee6ea6")
    s.path("M-26 -56Q0 -64 26 -56L24 -48Q12 -38 0 -38Q-12 -38 -24 -48Z", "#d99a6c", outline=2.5)
    s.stroke("M-22 -15Q0 -7 22 -15", "#fff3df", 4)


def _cowboy_head(s: Sketch) -> None:
    face(s, "#dba173", "#e8655a")
    faces.smile(s, y=24, width=8)
    s.path(
        "M3 12C-10 4 -20 12 -26 26C-16 24 -4 24 3 18C10 24 22 24 32 26C26 12 16 4 3 12Z",
        "#8a4f25",
        outline=2,
    )
    s.path("M-43 4L-43 -24L45 -24L45 4L37 -16L-35 -16Z", "#8a4f25")
    s.path(
        "M-36 -28C-40 -58 -34 -80 -16 -78C-6 -76 0 -70 2 -70C6 -70 12 -76 22 -78"
        "C40 -80 44 -58 40 -28Q2 -16 -36 -28Z",
        "#a8703a",
    )
    s.path(
        "M-78 -40C-66 -22 -40 -30 2 -30C44 -30 70 -22 82 -40C80 -16 50 -10 2 -10"
        "C-46 -10 -76 -16 -78 -40Z",
        "#a8703a",
    )
    s.path("M-38 -42Q2 -30 42 -42L41 -31Q2 -19 -37 -31Z", "#5b3620", outline=2.5)


def _cowboy_torso(s: Sketch) -> None:
    shirt(s, "#f3e3c0")
    s.path("M-30 -55L-16 -59L-4 -26L-8 6Q-20 6 -33 2Z", "#7a4a28", outline=2.5)
    s.path("M30 -55L16 -59L8 -26L10 6Q20 6 33 2Z", "#7a4a28", outline=2.5)
    s.path(
        "M-19 -33L-16 -25L-8 -25L-14 -19L-12 -11L-19 -16L-26 -11L-24 -19L-30 -25L-22 -25Z",
        GOLD,
        outline=2,
    )
    s.path("M-30 -59Q0 -50 30 -59L18 -42L2 -26L-16 -42Z", RED, outline=2.5)
    for x, y in ((-10, -48), (4, -44), (2, -34), (14, -50)):
        s.ellipse(x, y, 2.2, 2.2, "#ffffff", outline=0, flat=True)
    belt(s, "#5b3620")


def _ninja_head(s: Sketch) -> None:
    s.ellipse(0, 0, 46, 44, "#3d3f58")
    s.path("M-34 -14Q3 -24 40 -14Q46 4 36 12Q3 18 -30 12Q-40 4 -34 -14Z", "#f0bd8f", outline=2.5)
    faces.eyes(s, y=-2)
    s.stroke("M-22 -15L-8 -11M28 -15L14 -11", "#2b2638", 4.5)
    s.path("M-46 -14Q0 -38 47 -14L43 -30Q0 -52 -42 -30Z", RED)
    s.ellipse(3, -35, 9, 9, STEEL, outline=2.5)
    s.stroke("M-40 22Q0 38 42 22", "#5c5f7d", 3.4)


def _ninja_back(s: Sketch) -> None:
    s.path("M-40 -122L-84 -132L-76 -118L-90 -108L-44 -108Z", RED)
    s.path("M-42 -118L-78 -94L-66 -90L-70 -76L-40 -106Z", "#c92f35")
    s.stroke("M-40 -46L-62 -84", "#2b2638", 14)
    s.stroke("M-40 -46L-60 -81", "#c9a14a", 8)


def _ninja_torso(s: Sketch) -> None:
    shirt(s, "#3d3f58")
    s.stroke("M-20 -58L6 -22M22 -58L-8 -20", "#5c5f7d", 5)
    s.path("M-33 -10Q0 2 33 -10L33 2Q0 15 -33 2Z", RED, outline=2.5)
    s.path("M-8 -2L-18 22L-8 20L-4 26L2 0Z", RED, outline=2.5)


def _superhero_head(s: Sketch) -> None:
    face(s, "#f0b98c", "#f2736a")
    s.path("M-41 -14Q3 -26 45 -14Q46 6 30 12Q14 12 3 4Q-8 12 -24 12Q-40 6 -41 -14Z", RED)
    for x in (-14, 20):
        s.ellipse(x, -3, 11, 10, "#ffffff", outline=0, flat=True)
    faces.eyes(s, y=-3)
    faces.smile(s, y=20)
    s.path(
        "M-46 4C-54 -36 -26 -54 4 -54C34 -54 54 -36 46 4L38 -18C24 -22 12 -28 6 -36"
        "C4 -26 -14 -20 -36 -18Z",
        "#2b2638",
    )


def _superhero_torso(s: Sketch) -> None:
    shirt(s, HERO)
    s.path("M-33 -4Q0 8 33 -4L32 8L16 20L-16 20L-32 8Z", RED)
    s.path("M-33 -8Q0 4 33 -8L33 0Q0 12 -33 0Z", GOLD, outline=2.5)
    s.path("M-5 -50L1 -38L14 -37L5 -28L8 -15L-4 -21L-16 -15L-14 -28L-24 -36L-10 -38Z", GOLD)
    s.stroke("M-28 -55Q0 -46 28 -55", RED, 7)


def _superhero_back(s: Sketch) -> None:
    s.path(
        "M-24 -58C-46 -40 -70 0 -92 22C-78 24 -72 30 -66 38C-54 32 -44 34 -36 40"
        "C-24 32 -8 32 4 36L16 -56Z",
        RED,
    )
    s.stroke("M-36 -30C-48 -4 -58 12 -66 28M-18 -30C-26 -4 -32 14 -36 30", "#a8242f", 3.4)


def _viking_head(s: Sketch) -> None:
    for side in (-1, 1):
        s.path(
            f"M{34 * side} -26C{62 * side} -24 {76 * side} -50 {64 * side} -78"
            f"C{58 * side} -58 {48 * side} -50 {30 * side} -48Z",
            "#fff3df",
        )
    face(s, "#f6c9a0", "#f2736a", ears=False)
    s.path(
        "M-44 0C-50 34 -34 62 -20 76L-8 60L2 80L14 60L26 76C40 62 54 34 46 0"
        "Q38 16 24 12Q3 4 -16 12Q-36 16 -44 0Z",
        "#e8792a",
    )
    faces.smile(s, y=21)
    s.path(
        "M3 12C-8 4 -20 10 -28 20C-16 24 -4 24 3 17C10 24 24 24 34 20C26 10 14 4 3 12Z",
        "#f4923e",
        outline=2,
    )
    s.stroke("M-20 40L-16 58M4 42L4 62M26 40L22 58", "#b5551a", 3.4)
    cap(s, STEEL, top=-62)
    s.path("M-46 -24Q2 -42 50 -24L49 -10Q2 -28 -45 -10Z", "#b98a45")
    s.path("M-4 -58L8 -58L12 -8L3 4L-6 -8Z", "#b98a45", outline=2.5)


def _viking_torso(s: Sketch) -> None:
    s.path(
        "M-30 -54Q0 -66 30 -54L36 10L28 18L20 10L10 20L0 12L-10 20L-20 10L-28 18L-36 10Z", "#8a5c3a"
    )
    s.stroke("M-22 -20L-26 -12M-8 -30L-10 -22M-24 -36L-22 -28", "#5e3a22", 3.4)
    belt(s, "#4a3228", STEEL)


def _musician_head(s: Sketch) -> None:
    face(s, "#c98a5a", "#e0604f")
    faces.smile(s, y=17, width=12)
    s.path(
        "M-43 0C-52 -30 -36 -42 -28 -42C-30 -66 4 -82 40 -74C62 -70 66 -50 50 -40"
        "C48 -28 50 -14 44 0L38 -20C20 -16 -10 -18 -34 -22Z",
        "#4a3fb0",
    )
    s.stroke("M-14 -48Q2 -66 32 -62M-8 -36Q14 -50 40 -48", "#8a7fe8", 4)
    for x in (-16, 22):
        s.path(
            f"M{x - 17} -10Q{x} -15 {x + 17} -10Q{x + 16} 10 {x} 10Q{x - 16} 10 {x - 17} -10Z",
            "#2b2638",
            outline=2,
        )
        s.stroke(f"M{x - 8} -5L{x - 2} -7", "#ffffff", 4, 0.8)
    s.stroke("M-2 -8L8 -8", "#2b2638", 4)


def _musician_torso(s: Sketch) -> None:
    shirt(s, "#3a3a45")
    s.path(
        "M-11 -40L-11 -15A6 5 0 1 1 -15 -20L-15 -40Q-15 -44 -11 -45L6 -49L6 -22A6 5 0 1 1 2 -27"
        "L2 -43Z",
        SUN,
        outline=0,
        flat=True,
    )
    s.stroke("M-27 -2L24 -55", "#a8242f", 6)
    belt(s, "#5b3620", STEEL)


def _musician_back(s: Sketch) -> None:
    s.stroke("M-40 -14L62 -104", "#4a2f24", 16)
    s.stroke("M-40 -14L62 -104", "#b9854a", 10)
    with s.moved(70, -112, turn=48):
        s.rect(-10, -16, 20, 30, "#5b3620", radius=4, outline=2.5)
        for y in (-10, 0, 9):
            s.stroke(f"M-14 {y}L14 {y}", STEEL, 4)
    s.path(
        "M-24 -44C-40 -56 -58 -42 -60 -26C-62 -14 -86 -14 -88 10C-88 36 -56 46 -38 32"
        "C-26 24 -30 4 -18 -4C-2 -12 -10 -34 -24 -44Z",
        RED,
    )
    s.ellipse(-46, -6, 12, 11, "#4a2f24", outline=2.5)
    s.stroke("M-74 20L-62 32", "#fff3df", 5)


FOLK = {
    "girl": Look(
        sleeve=SUN,
        hand="#f8cfae",
        leg="#f8cfae",
        foot=RED,
        head=_girl_head,
        torso=_girl_torso,
        top=50,
    ),
    "boy": Look(
        sleeve=MINT,
        hand="#e0a673",
        leg="#2f5fa8",
        foot=RED,
        head=_boy_head,
        torso=_boy_torso,
        top=70,
    ),
    "grandmother": Look(
        sleeve=LILAC,
        hand="#f2c7a6",
        leg="#b9a3a8",
        foot="#6b4a5e",
        head=_grandmother_head,
        torso=_grandmother_torso,
        top=70,
    ),
    "ballerina": Look(
        sleeve="#d99a6c",
        hand="#d99a6c",
        leg="#fbd3e4",
        foot="#ee6ea6",
        head=_ballerina_head,
        torso=_ballerina_torso,
        top=70,
        arm_width=13,
        leg_width=15,
    ),
    "cowboy": Look(
        sleeve="#f3e3c0",
        hand="#dba173",
        leg="#4a6fb0",
        foot="#7a4a28",
        head=_cowboy_head,
        torso=_cowboy_torso,
        top=80,
    ),
    "ninja": Look(
        sleeve="#3d3f58",
        hand="#5c5f7d",
        leg="#3d3f58",
        foot="#2b2638",
        head=_ninja_head,
        torso=_ninja_torso,
        back=_ninja_back,
        top=48,
    ),
    "superhero": Look(
        sleeve=HERO,
        hand=RED,
        leg=HERO,
        foot=RED,
        head=_superhero_head,
        torso=_superhero_torso,
        back=_superhero_back,
        top=56,
    ),
    "viking": Look(
        sleeve="#c9a878",
        hand="#f6c9a0",
        leg="#5b6685",
        foot="#8a5c3a",
        head=_viking_head,
        torso=_viking_torso,
        top=80,
        arm_width=18,
        leg_width=21,
    ),
    "musician": Look(
        sleeve="#3a3a45",
        hand="#c98a5a",
        leg="#4a6fb0",
        foot=WHITE,
        head=_musician_head,
        torso=_musician_torso,
        back=_musician_back,
        top=78,
    ),
}
