"""The gentle folk of old tales: of woods and seas, of towers and of winter nights."""

from imagegen.drawing import faces, fur
from imagegen.drawing.rig import Look
from imagegen.drawing.skin import BLACK, GOLD, RED, WHITE, belt, face, gown, shirt
from imagegen.drawing.svg import Sketch

ROBIN = "#d3262f"  # santa's coat
HOLLY = "#2f9e4f"
AQUA = "#2fb0a8"
WINE = "#8a1f3a"
WING = "#bfeaf6"
BLOND = "#f7cf5a"
MANE = ("#f48fb6", "#a77bd6", "#6fb5ef")
LILAC = "#b48ae0"


def _princess_head(s: Sketch) -> None:
    face(s, "#fbd5b5", ears=False)
    faces.smile(s, y=15)
    s.path(
        "M2 -34C-22 -30 -38 -12 -42 20C-56 4 -54 -44 2 -46C56 -44 56 4 44 20C40 -12 24 -30 2 -34Z",
        BLOND,
    )
    s.path("M-32 -36C-22 -60 -16 -84 -10 -112C4 -88 24 -62 36 -36Q2 -22 -32 -36Z", LILAC)
    s.stroke("M-22 -60Q-6 -52 16 -62M-15 -84Q-8 -80 5 -86", "#f3e3fb", 4)
    s.path("M-36 -40Q2 -26 40 -40L39 -28Q2 -14 -35 -28Z", GOLD, outline=2.5)
    for x, y in ((-20, -28), (2, -24), (24, -28)):
        s.ellipse(x, y, 3.6, 3.6, "#f2739a", outline=1.5)


def _princess_torso(s: Sketch) -> None:
    gown(s, LILAC, 26)
    s.path("M-10 -18L-22 32Q0 38 22 32L10 -18Z", "#f3e3fb", outline=2)
    s.path("M-27 -54Q-14 -44 0 -44Q14 -44 27 -54L23 -18Q0 -10 -23 -18Z", "#8e55c7")
    s.path("M-26 -56Q0 -64 26 -56Q14 -42 0 -42Q-14 -42 -26 -56Z", "#fbd5b5", outline=2)
    s.stroke("M-23 -18Q0 -10 23 -18", GOLD, 5)


def _princess_back(s: Sketch) -> None:
    s.path(
        "M-10 -208C-40 -196 -66 -150 -92 -120C-76 -112 -66 -118 -56 -108C-40 -140 -20 -170 -8"
        " -200Z",
        "#fbe0ee",
        opacity=0.85,
    )
    s.path(
        "M-42 -118C-60 -84 -52 -56 -58 -22Q-48 -12 -34 -20L34 -20Q48 -12 56 -22"
        "C52 -56 60 -84 42 -118Z",
        BLOND,
    )


def _fairy_head(s: Sketch) -> None:
    face(s, "#f6cba4", ears=False)
    faces.smile(s, y=15)
    s.path(
        "M-46 8C-56 -34 -26 -50 2 -50C30 -50 58 -34 48 8C44 -12 34 -24 12 -30"
        "C-4 -18 -36 -18 -46 8Z",
        "#f0719c",
    )
    s.ellipse(6, -56, 17, 15, "#f0719c")
    for x, y, colour in (
        (-34, -30, "#fbd24a"),
        (-16, -41, "#ffffff"),
        (6, -44, "#fbd24a"),
        (27, -38, "#ffffff"),
        (41, -25, "#fbd24a"),
    ):
        s.ellipse(x, y, 8.5, 8, colour, outline=2.5)
        s.ellipse(x, y, 3, 3, "#f58a2b", outline=0, flat=True)


def _fairy_torso(s: Sketch) -> None:
    for x in (-30, 30, -12, 12):
        s.path(
            f"M{x * 0.4} -26C{x - 18} -10 {x - 14} 14 {x} 26C{x + 14} 14 {x + 18} -10"
            f" {x * 0.4 + 1} -24Z",
            "#7ac74a",
        )
    s.path("M-24 -52Q0 -40 24 -52L22 -18Q0 -8 -22 -18Z", "#58ac3f")
    s.path("M-26 -56Q0 -64 26 -56L24 -50Q0 -38 -24 -50Z", "#f6cba4", outline=2.5)


def _fairy_back(s: Sketch) -> None:
    for side in (-1, 1):
        s.path(
            f"M{4 * side} -44C{30 * side} -110 {84 * side} -132 {104 * side} -108"
            f"C{118 * side} -84 {76 * side} -46 {6 * side} -36Z",
            WING,
            opacity=0.9,
        )
        s.path(
            f"M{4 * side} -38C{50 * side} -42 {92 * side} -24 {88 * side} 2"
            f"C{78 * side} 24 {34 * side} 6 {5 * side} -28Z",
            "#d9c6f5",
            opacity=0.9,
        )
        s.stroke(
            f"M{16 * side} -52Q{50 * side} -96 {88 * side} -102M{20 * side} -30"
            f"Q{52 * side} -22 {72 * side} -6",
            "#ffffff",
            4,
            0.8,
        )


def _elf_head(s: Sketch) -> None:
    fur.both(s, "M-38 -8L-80 -22Q-70 14 -38 18Z", "#f8cfae")
    face(s, "#f8cfae", ears=False)
    faces.smile(s, y=15)
    s.path(
        "M-42 -8C-46 -20 -42 -30 -34 -34L38 -34C46 -28 48 -18 44 -8L32 -20L14 -12L-2 -22"
        "L-18 -12L-30 -20Z",
        "#c4672f",
    )
    s.path(
        "M-43 -24C-38 -62 -2 -84 34 -92C60 -96 74 -80 72 -62C62 -72 50 -70 44 -62"
        "C44 -48 46 -36 47 -24Q2 -40 -43 -24Z",
        HOLLY,
    )
    s.path("M-45 -32Q2 -48 49 -32L48 -18Q2 -36 -44 -18Z", RED)
    s.ellipse(72, -56, 9, 9, GOLD, outline=2.5)
    s.stroke("M68 -54L76 -54", "#8a5a12", 2.6)


def _elf_torso(s: Sketch) -> None:
    s.path("M-28 -54Q0 -66 28 -54L32 -10L40 16L26 8L14 20L0 9L-14 20L-26 8L-40 16L-32 -10Z", HOLLY)
    s.path(
        "M-30 -57Q0 -48 30 -57L36 -40L22 -44L12 -32L0 -42L-12 -32L-22 -44L-36 -40Z",
        RED,
        outline=2.5,
    )
    belt(s, "#4a2f24")


def _mermaid_head(s: Sketch) -> None:
    face(s, "#e8b088", ears=False)
    faces.smile(s, y=15)
    s.path(
        "M-6 -32C-24 -26 -38 -8 -42 24C-58 4 -56 -46 2 -48C58 -46 58 4 46 24C44 -4 30 -20 -6 -32Z",
        "#e2463a",
    )
    s.path(
        "M28 -34L36 -48L42 -36L56 -38L48 -27L56 -16L42 -18L36 -6L30 -18L16 -20L26 -28Z",
        "#fbd24a",
        outline=2.5,
    )
    for x, y in ((-30, -34), (-18, -41), (-4, -44)):
        s.ellipse(x, y, 5, 5, "#ffffff", outline=2)


def _mermaid_torso(s: Sketch) -> None:
    s.path("M-26 -54Q0 -64 26 -54Q22 -30 28 -6L-28 -6Q-22 -30 -26 -54Z", "#e8b088")
    for x in (-12, 13):
        s.path(
            f"M{x} -26C{x - 18} -28 {x - 14} -46 {x} -48C{x + 14} -46 {x + 18} -28 {x} -26Z",
            "#b06fd6",
            outline=2.5,
        )
        s.stroke(f"M{x} -28L{x - 5} -42M{x} -28L{x + 5} -42", "#e2c3f5", 2.4)
    s.path("M-30 -12Q0 0 30 -12C34 2 30 14 24 30L0 37L-24 30C-30 14 -34 2 -30 -12Z", AQUA)
    for x, y in ((-16, 2), (2, 4), (-8, 14), (12, 14), (-2, 24)):
        s.stroke(f"M{x - 7} {y}Q{x} {y + 8} {x + 7} {y}", "#a8ecd0", 3)
    s.stroke("M-30 -11Q0 1 30 -11", GOLD, 5)


def _mermaid_back(s: Sketch) -> None:
    s.path(
        "M-42 -118C-64 -86 -52 -60 -64 -28Q-48 -14 -30 -26L34 -26Q50 -14 62 -28"
        "C52 -60 62 -86 42 -118Z",
        "#e2463a",
    )
    s.path(
        "M-6 0C-30 34 -60 28 -78 2L-92 10Q-112 4 -112 -20Q-92 -26 -82 -14"
        "Q-84 -36 -66 -48Q-52 -32 -62 -10C-52 8 -36 8 -16 -12Z",
        AQUA,
    )


def _santa_head(s: Sketch) -> None:
    face(s, "#f6c6a0", "#f2605a")
    s.path(
        "M-44 0C-60 16 -56 38 -44 42C-38 60 -18 58 -10 68Q2 76 12 68C22 58 42 60 48 42"
        "C60 38 62 16 46 0Q38 14 22 11Q3 4 -14 11Q-36 14 -44 0Z",
        "#fbfaf7",
    )
    faces.smile(s, y=24, width=8)
    s.path(
        "M3 14C-8 6 -22 12 -28 24C-16 27 -4 25 3 19C10 25 24 27 34 24C28 12 14 6 3 14Z",
        "#ffffff",
        outline=2,
    )
    s.ellipse(3, 8, 7.5, 6, "#f08a72", outline=2)
    s.path(
        "M-40 -28C-30 -66 0 -82 30 -78C58 -74 68 -48 68 -22C60 -34 52 -44 42 -46"
        "Q46 -36 46 -26Q2 -40 -40 -28Z",
        ROBIN,
    )
    s.path("M-48 -34Q2 -54 52 -34Q58 -24 50 -16Q2 -36 -46 -16Q-54 -24 -48 -34Z", "#fbfaf7")
    s.ellipse(68, -18, 13, 13, "#fbfaf7")


def _santa_torso(s: Sketch) -> None:
    s.path("M-31 -54Q0 -66 31 -54L41 16Q0 30 -41 16Z", ROBIN)
    s.path("M-6 -58L-6 20L8 20L8 -58Z", "#fbfaf7", outline=2.5)
    s.path("M-41 10Q0 24 41 10L42 22Q0 36 -42 22Z", "#fbfaf7", outline=2.5)
    s.path("M-36 -12Q0 0 36 -12L37 2Q0 14 -37 2Z", BLACK, outline=2.5)
    s.rect(-12, -9, 20, 17, GOLD, radius=3, outline=2.5)
    s.rect(-6, -4, 8, 8, BLACK, radius=1, outline=0, flat=True)


def _vampire_head(s: Sketch) -> None:
    fur.both(s, "M-38 -6L-60 -18Q-56 14 -38 16Z", "#d5cfe3")
    face(s, "#d5cfe3", "#c98ab0", ears=False)
    s.path(
        "M-45 4C-54 -36 -28 -52 2 -52C32 -52 56 -36 47 4L38 -20L20 -30L2 -12L-16 -30L-36 -20Z",
        "#2b2638",
    )
    s.stroke("M-24 -17L-8 -13M30 -17L14 -13", "#2b2638", 5)
    s.path("M-16 14Q3 22 22 14Q18 31 3 31Q-12 31 -16 14Z", faces.THROAT, outline=2.5, flat=True)
    s.path("M-10 17L-2 19L-6 28Z", "#ffffff", outline=0, flat=True)
    s.path("M16 17L8 19L12 28Z", "#ffffff", outline=0, flat=True)


def _vampire_torso(s: Sketch) -> None:
    shirt(s, "#33303f")
    s.path("M-14 -58L14 -58L8 -14L0 -6L-8 -14Z", "#fbfaf7", outline=2.5)
    s.path("M0 -46L-15 -54L-15 -38ZM0 -46L15 -54L15 -38Z", ROBIN, outline=2)
    s.path("M-26 -56L-8 -50L-18 -20L-30 -24Z", WINE, outline=2.5)
    s.ellipse(0, -33, 5, 5, GOLD, outline=2)


def _vampire_back(s: Sketch) -> None:
    s.path(
        "M-22 -60L-62 -92C-58 -50 -70 0 -78 34L-58 26L-42 38L-24 28L-6 40L14 28L32 38L46 26"
        "L62 34C56 0 52 -50 60 -92L22 -60Z",
        "#33303f",
    )
    s.path(
        "M-18 -56L-54 -82C-52 -60 -50 -50 -48 -40L-12 -34ZM18 -56L52 -82"
        "C52 -60 50 -50 48 -40L12 -34Z",
        ROBIN,
        outline=2.5,
    )


def _unicorn_head(s: Sketch) -> None:
    for (x, y), colour in zip(((-44, -24), (-54, 4), (-50, 34)), MANE, strict=True):
        s.ellipse(x, y, 21, 23, colour)
    fur.both(s, "M-34 -28L-40 -62L-14 -42Z", WHITE)
    fur.both(s, "M-31 -36L-35 -52L-20 -42Z", fur.ROSE, outline=0)
    s.path(
        "M3 -44C32 -44 42 -22 40 -2C38 10 42 20 40 32C36 48 20 52 3 52C-14 52 -30 48 -34 32"
        "C-36 20 -32 10 -34 -2C-36 -22 -26 -44 3 -44Z",
        WHITE,
    )
    s.ellipse(3, 34, 33, 19, "#f9d3dc", outline=0)
    for x in (-9, 15):
        s.ellipse(x, 30, 3.2, 4.2, "#b5667a", outline=0, flat=True)
    faces.eyes(s, y=-2)
    faces.smile(s, y=39, width=9)
    s.path("M-8 -36L10 -102L18 -38Q5 -30 -8 -36Z", GOLD)
    s.stroke("M-2 -50L16 -56M1 -64L14 -70M5 -78L13 -84", "#c98a1f", 3.4)
    s.path(
        "M-30 -32C-22 -52 -6 -50 -2 -38C8 -50 26 -46 24 -32C14 -34 8 -28 6 -18"
        "C-6 -26 -20 -22 -30 -32Z",
        MANE[0],
    )


def _unicorn_back(s: Sketch) -> None:
    for d, colour in zip(
        (
            "M-22 0C-52 6 -66 -18 -86 -22",
            "M-22 6C-54 16 -70 0 -92 2",
            "M-22 10C-50 28 -68 18 -84 26",
        ),
        MANE,
        strict=True,
    ):
        fur.tail(s, d, colour, 13)


def _unicorn_torso(s: Sketch) -> None:
    fur.torso(s, WHITE, "#ffffff")
    s.path("M-14 -8C-30 -20 -22 -34 -14 -25C-6 -34 2 -20 -14 -8Z", MANE[0], outline=0)


ENCHANTED = {
    "princess": Look(
        sleeve="#8e55c7",
        hand="#fbd5b5",
        leg="#fbd5b5",
        foot="#8e55c7",
        head=_princess_head,
        torso=_princess_torso,
        back=_princess_back,
        top=114,
    ),
    "fairy": Look(
        sleeve="#f6cba4",
        hand="#f6cba4",
        leg="#f6cba4",
        foot="#58ac3f",
        head=_fairy_head,
        torso=_fairy_torso,
        back=_fairy_back,
        top=72,
        arm_width=13,
        leg_width=15,
    ),
    "elf": Look(
        sleeve=HOLLY,
        hand="#f8cfae",
        leg=RED,
        foot="#8a5c3a",
        head=_elf_head,
        torso=_elf_torso,
        top=94,
    ),
    "mermaid": Look(
        sleeve="#e8b088",
        hand="#e8b088",
        leg=AQUA,
        foot="#5fd0b8",
        head=_mermaid_head,
        torso=_mermaid_torso,
        back=_mermaid_back,
        top=50,
        arm_width=13,
        leg_width=22,
    ),
    "santa": Look(
        sleeve=ROBIN,
        hand="#fbfaf7",
        leg=ROBIN,
        foot=BLACK,
        head=_santa_head,
        torso=_santa_torso,
        top=80,
        arm_width=18,
        leg_width=22,
    ),
    "vampire": Look(
        sleeve="#33303f",
        hand="#d5cfe3",
        leg="#4a4458",
        foot=BLACK,
        head=_vampire_head,
        torso=_vampire_torso,
        back=_vampire_back,
        top=54,
    ),
    "unicorn": Look(
        sleeve=WHITE,
        hand="#e9b8d3",
        leg=WHITE,
        foot="#e9b8d3",
        head=_unicorn_head,
        torso=_unicorn_torso,
        back=_unicorn_back,
        top=104,
    ),
}
