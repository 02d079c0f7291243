"""People at work, each told by headgear and dress."""

from imagegen.drawing import faces
from imagegen.drawing.rig import Look
from imagegen.drawing.skin import (
    BLACK,
    GOLD,
    RED,
    STEEL,
    WHITE,
    belt,
    cap,
    face,
    glasses,
    scarf,
    shirt,
)
from imagegen.drawing.svg import Sketch

COAT = "#fbfaf7"
NAVY = "#33406b"
CONSTABLE = "#2f5fc4"
DENIM = "#3f6fc0"
STRAW = "#f2cf6b"
HIVIS = "#f77f2a"


def _doctor_head(s: Sketch) -> None:
    face(s, "#8f5b3b", "#d8574c")
    faces.smile(s, y=16)
    s.path(
        "M-44 -2C-50 -34 -26 -50 2 -50C32 -50 50 -34 44 -2C38 -24 20 -26 2 -27"
        "C-18 -26 -38 -22 -44 -2Z",
        "#2e2430",
    )
    s.stroke("M-43 -18Q2 -42 44 -18", STEEL, 6)
    s.ellipse(4, -34, 16, 16, "#dfe8f2")
    s.ellipse(4, -34, 5, 5, "#5d667d", outline=0, flat=True)


def _doctor_torso(s: Sketch) -> None:
    s.path("M-30 -54Q0 -66 30 -54L36 16Q0 28 -36 16Z", COAT)
    s.path("M-12 -58L2 -24L16 -58Q2 -52 -12 -58Z", "#3fb3a8", outline=2.5)
    s.stroke("M2 -24L2 20", "#b3b0c2", 3)
    s.rect(-25, -14, 21, 21, COAT, radius=4, outline=2)
    s.path(
        "M-17 -11L-12 -11L-12 -6L-7 -6L-7 -1L-12 -1L-12 4L-17 4L-17 -1L-22 -1L-22 -6L-17 -6Z",
        RED,
        outline=0,
        flat=True,
    )
    s.stroke("M-19 -56C-24 -44 -22 -36 -14 -30M21 -56C26 -42 18 -34 8 -30", "#4a4f66", 4)
    s.ellipse(-12, -28, 7, 7, STEEL, outline=2.5)


def _firefighter_head(s: Sketch) -> None:
    face(s, "#f3bd8f", "#f2736a")
    faces.smile(s, y=16)
    s.path("M-42 -8C-44 -22 -40 -30 -34 -34L38 -34C44 -28 46 -20 44 -8L36 -18L-34 -18Z", "#6b3f26")
    cap(s, "#e0352f", top=-72)
    s.path("M-5 -78Q2 -84 9 -78L11 -36L-7 -36Z", "#f2655a", outline=2.5)
    s.path("M-62 -14C-58 -32 -30 -40 2 -40C34 -40 62 -32 66 -14Q2 -36 -62 -14Z", "#e0352f")
    s.path("M2 -70L20 -62Q20 -40 2 -32Q-16 -40 -16 -62Z", GOLD)
    s.stroke("M2 -60L2 -44M-6 -52L10 -52", "#c23a2a", 4.5)


def _firefighter_torso(s: Sketch) -> None:
    s.path("M-31 -55Q0 -66 31 -55L36 12Q0 26 -36 12Z", NAVY)
    for y in (-34, 0):
        s.path(
            f"M-34 {y - 6}Q0 {y + 6} 34 {y - 6}L35 {y + 4}Q0 {y + 16} -35 {y + 4}Z",
            "#f7e04a",
            outline=0,
        )
        s.stroke(f"M-33 {y - 1}Q0 {y + 11} 34 {y - 1}", STEEL, 3.5)
    s.path("M-26 -60Q0 -50 26 -60L22 -49Q0 -40 -22 -49Z", "#e0352f", outline=2.5)


def _policeman_head(s: Sketch) -> None:
    face(s, "#eeb083", "#f2736a")
    faces.smile(s, y=22, width=9)
    s.path(
        "M3 12C-6 7 -18 8 -24 19C-14 22 -4 22 3 18C10 22 20 22 30 19C24 8 12 7 3 12Z",
        "#5b3a29",
        outline=2,
    )
    s.path("M-42 -6L-42 -26L44 -26L44 -6L38 -16L-36 -16Z", "#5b3a29")
    s.path(
        "M-40 -36C-58 -50 -52 -66 -34 -70C-14 -80 20 -80 38 -70C58 -66 62 -50 44 -36"
        "Q2 -24 -40 -36Z",
        CONSTABLE,
    )
    s.path("M-41 -40Q2 -28 45 -40L45 -24Q2 -12 -41 -24Z", NAVY)
    s.path("M-34 -22C-16 -18 22 -18 46 -24C56 -20 58 -12 54 -8C36 -18 0 -16 -34 -22Z", BLACK)
    s.path("M4 -70L17 -64Q20 -48 4 -38Q-12 -48 -9 -64Z", GOLD, outline=2.5)


def _policeman_torso(s: Sketch) -> None:
    shirt(s, CONSTABLE)
    s.path("M-9 -58L2 -48L13 -58L10 -46L6 -14L0 -14L-4 -46Z", BLACK, outline=2)
    s.path(
        "M-18 -42L-14 -35L-7 -34L-12 -28L-11 -20L-18 -24L-25 -20L-24 -28L-29 -34L-22 -35Z",
        GOLD,
        outline=2,
    )
    belt(s, BLACK)


def _builder_head(s: Sketch) -> None:
    face(s, "#c98a5a", "#e0604f")
    faces.smile(s, y=15)
    s.path("M-42 0C-46 -24 -38 -34 -30 -36L36 -36C44 -30 50 -16 44 0L36 -18L-34 -18Z", "#3b2a26")
    cap(s, "#fbc42d", top=-68)
    s.path("M-8 -70Q2 -76 12 -70L14 -30L-10 -30Z", "#ffd95a", outline=2.5)
    s.path("M-48 -28Q2 -44 50 -28C62 -24 68 -18 66 -14Q2 -28 -48 -16Z", "#fbc42d")


def _builder_torso(s: Sketch) -> None:
    shirt(s, DENIM)
    s.path("M-30 -55L-12 -60L-4 -30L-6 6Q-20 6 -33 2Z", HIVIS, outline=2.5)
    s.path("M30 -55L12 -60L4 -30L6 6Q20 6 33 2Z", HIVIS, outline=2.5)
    s.stroke("M-20 -55L-19 -12M21 -55L20 -12", "#fff27a", 7)
    s.stroke("M-32 -20Q-18 -14 -6 -14M32 -20Q18 -14 6 -14", "#fff27a", 6)
    belt(s, "#7a5134")


def _farmer_head(s: Sketch) -> None:
    face(s, "#f0b98c", "#f2736a")
    s.path(
        "M-43 0C-42 36 -22 46 2 46C28 46 42 36 43 0Q38 16 24 12Q3 6 -16 12Q-36 16 -43 0Z", "#c4672f"
    )
    faces.smile(s, y=20)
    s.stroke("M12 27L40 20M40 20L48 13M40 20L49 21", "#e3b53c", 3.4)
    s.path("M-36 -26C-34 -70 -12 -66 2 -62C18 -68 38 -66 40 -26Q2 -14 -36 -26Z", STRAW)
    s.ellipse(2, -24, 72, 13, STRAW)
    s.path("M-38 -33Q2 -20 42 -33L40 -44Q2 -32 -36 -44Z", RED, outline=2.5)
    s.stroke("M-56 -24L-30 -19M58 -24L34 -19M-10 -17L14 -17", "#c99b34", 3)


def _farmer_torso(s: Sketch) -> None:
    shirt(s, RED)
    s.stroke(
        "M-24 -54L-25 -30M-14 -58L-14 -34M14 -58L14 -34M24 -54L25 -30M-28 -44L28 -44",
        "#fbd9c8",
        3,
        0.8,
    )
    s.path("M-32 -24Q0 -12 32 -24L35 4Q0 18 -35 4Z", DENIM)
    s.path("M-19 -40L19 -40L22 -16L2 -10L-22 -16Z", DENIM, outline=2.5)
    s.stroke("M-17 -38L-22 -56M17 -38L22 -56", "#2f56a0", 7)
    for x in (-16, 16):
        s.ellipse(x, -36, 4, 4, GOLD, outline=2)
    s.rect(-12, -28, 17, 13, "#5b8ad6", radius=3, outline=2)


def _painter_head(s: Sketch) -> None:
    s.path("M-34 -26C-58 -18 -52 20 -44 30L46 30C54 20 58 -18 38 -26Z", "#2f2733")
    face(s, "#f6cba4", "#f2736a", ears=False)
    faces.smile(s, y=23, width=8)
    s.stroke("M2 14Q-8 10 -14 15Q-20 19 -24 13M5 14Q14 10 20 15Q26 19 30 13", "#2f2733", 4)
    s.path("M-2 33L9 33L4 43Z", "#2f2733", outline=0)
    s.path(
        "M-42 -24C-62 -32 -60 -58 -32 -62C-6 -74 52 -74 62 -46C66 -30 52 -22 42 -20Q2 -32 -42 -24Z",
        "#8e3f9e",
    )
    s.stroke("M10 -66L14 -78", "#6a2d78", 6)


def _painter_torso(s: Sketch) -> None:
    s.path("M-30 -54Q0 -66 30 -54L38 18Q0 30 -38 18Z", "#e9eef6")
    blots = (
        (-20, -18, RED),
        (-6, 2, "#3f7fe0"),
        (-24, 8, GOLD),
        (0, -24, "#4fae4e"),
        (14, 12, "#8e55c7"),
    )
    for x, y, colour in blots:
        s.ellipse(x, y, 7, 6, colour, outline=0, flat=True)
    scarf(s, RED)


def _sailor_head(s: Sketch) -> None:
    s.path("M-40 -20C-50 -6 -48 6 -42 14L44 14C50 6 52 -6 42 -20Z", "#e07a2f")
    face(s, "#f8cfae", "#f2736a")
    faces.smile(s, y=15)
    for x in (-28, -22, 28, 34):
        s.ellipse(x, 3 if x in (-22, 28) else 6, 1.8, 1.8, "#d98a5a", outline=0, flat=True)
    s.path("M-40 -24C-30 -14 -14 -22 -8 -14C2 -22 14 -14 22 -20C32 -14 42 -20 43 -26Z", "#e07a2f")
    s.path("M-34 -44C-30 -76 34 -76 38 -45Q2 -34 -34 -44Z", COAT)
    s.path("M-46 -54Q2 -36 50 -54L46 -26Q2 -14 -42 -26Z", COAT)
    s.stroke("M-43 -33Q2 -21 47 -33", CONSTABLE, 5)


def _sailor_torso(s: Sketch) -> None:
    shirt(s, COAT)
    s.stroke("M-32 -8Q0 4 32 -8", CONSTABLE, 5)
    s.path("M-32 -55Q0 -66 32 -55L34 -36L16 -34L2 -20L-16 -34L-36 -38Z", CONSTABLE)
    s.path("M-14 -58L2 -34L16 -58Q2 -50 -14 -58Z", COAT, outline=2)
    s.stroke("M-30 -43L-14 -40L2 -26", COAT, 2.6)
    s.path("M2 -32L-12 -14L-4 -14L2 -22L8 -12L14 -16Z", RED, outline=2.5)


def _diver_head(s: Sketch) -> None:
    s.ellipse(0, 0, 46, 44, "#32364a")
    s.path(
        "M3 -26C26 -26 38 -10 38 8C36 28 20 35 3 35C-16 35 -32 28 -32 8C-32 -10 -20 -26 3 -26Z",
        "#f3bd8f",
        outline=2.5,
    )
    s.stroke("M52 8L52 -58", "#c44a14", 15)
    s.stroke("M26 26Q52 30 52 8L52 -56", "#f77f2a", 10)
    s.stroke("M52 -46L52 -56", "#fbe04a", 10)
    s.path(
        "M-36 -18Q3 -30 42 -18Q46 8 34 14Q16 16 10 6Q3 0 -4 6Q-10 16 -28 14Q-40 8 -36 -18Z",
        "#bfeaf6",
        outline=6,
        ink="#f2b31f",
    )
    faces.eyes(s, y=-5)
    s.path("M-26 -15L-10 -18L-22 4L-29 6Z", "#ffffff", outline=0, flat=True, opacity=0.65)
    faces.smile(s, y=22, width=8)


def _diver_torso(s: Sketch) -> None:
    shirt(s, "#32364a")
    s.path("M-31 -48L-14 -56L-8 2L-30 2Z", "#2fa8c9", outline=0)
    s.path("M31 -48L14 -56L8 2L30 2Z", "#2fa8c9", outline=0)
    s.stroke("M0 -52L0 -2", "#c9d3df", 3.5)
    belt(s, "#f2b31f", STEEL)


def _diver_back(s: Sketch) -> None:
    s.rect(-48, -66, 26, 64, "#f2b31f", radius=11)
    s.rect(-42, -76, 14, 12, STEEL, radius=3)
    s.stroke("M-46 -46L-24 -46M-46 -22L-24 -22", "#8a5a12", 4)


def _teacher_head(s: Sketch) -> None:
    s.path("M-34 -30C-60 -22 -56 26 -48 40L-30 34L34 34L52 40C58 26 62 -22 36 -30Z", "#8a4a2a")
    face(s, "#f3c39a", "#f2736a", ears=False)
    s.path(
        "M-44 12C-48 -20 -34 -34 2 -36C38 -34 52 -20 46 12C42 -8 32 -20 10 -24"
        "C-6 -14 -34 -14 -44 12Z",
        "#8a4a2a",
    )
    faces.smile(s, y=18)
    glasses(s, "#3a3a45", radius=13)
    s.path("M-34 -26L-34 -42L38 -42L38 -26Q2 -36 -34 -26Z", "#3d4a7a")
    s.path("M2 -72L66 -52L2 -30L-62 -52Z", "#3d4a7a")
    s.stroke("M2 -52Q34 -54 50 -44L50 -24", GOLD, 4)
    s.path("M45 -26L55 -26L58 -8L42 -8Z", GOLD, outline=2.5)


def _teacher_torso(s: Sketch) -> None:
    shirt(s, "#58ac6a")
    s.path("M-14 -58L2 -22L18 -58Q2 -50 -14 -58Z", COAT, outline=2.5)
    s.path("M-2 -50L8 -50L5 -42L9 -26L2 -18L-5 -26L-1 -42Z", RED, outline=2)
    s.stroke("M2 -22L2 8", "#2f7a44", 3)
    s.ellipse(-18, -26, 8, 7.5, RED, outline=2.5)
    s.stroke("M-18 -33Q-16 -38 -12 -40", "#4a7a2a", 3.4)
    s.path("M-33 -2Q0 10 33 -2L38 18Q0 30 -38 18Z", "#4a5a8a")


TRADES = {
    "doctor": Look(
        sleeve=COAT,
        hand="#8f5b3b",
        leg="#3fb3a8",
        foot=WHITE,
        head=_doctor_head,
        torso=_doctor_torso,
        top=52,
        arm_width=17,
    ),
    "firefighter": Look(
        sleeve=NAVY,
        hand="#f3d23c",
        leg=NAVY,
        foot="#e0352f",
        head=_firefighter_head,
        torso=_firefighter_torso,
        top=80,
        arm_width=18,
        leg_width=21,
    ),
    "policeman": Look(
        sleeve=CONSTABLE,
        hand="#eeb083",
        leg=NAVY,
        foot=BLACK,
        head=_policeman_head,
        torso=_policeman_torso,
        top=78,
        arm_width=17,
    ),
    "builder": Look(
        sleeve=DENIM,
        hand="#c98a5a",
        leg="#8a6a4a",
        foot="#e0a030",
        head=_builder_head,
        torso=_builder_torso,
        top=74,
        arm_width=17,
        leg_width=20,
    ),
    "farmer": Look(
        sleeve=RED,
        hand="#f0b98c",
        leg=DENIM,
        foot="#6b4a2f",
        head=_farmer_head,
        torso=_farmer_torso,
        top=68,
        leg_width=20,
    ),
    "painter": Look(
        sleeve="#e9eef6",
        hand="#f6cba4",
        leg="#5a4a6b",
        foot="#54382b",
        head=_painter_head,
        torso=_painter_torso,
        top=80,
        arm_width=17,
    ),
    "sailor": Look(
        sleeve=COAT,
        hand="#f8cfae",
        leg=CONSTABLE,
        foot=BLACK,
        head=_sailor_head,
        torso=_sailor_torso,
        top=69,
    ),
    "diver": Look(
        sleeve="#32364a",
        hand="#f3bd8f",
        leg="#32364a",
        foot="#f2b31f",
        head=_diver_head,
        torso=_diver_torso,
        back=_diver_back,
        top=64,
    ),
    "teacher": Look(
        sleeve="#58ac6a",
        hand="#f3c39a",
        leg="#e8b890",
        foot="#4a3a56",
        head=_teacher_head,
        torso=_teacher_torso,
        top=74,
    ),
}
