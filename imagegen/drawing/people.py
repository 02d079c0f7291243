"""The people of the storybook world."""

from imagegen.drawing import faces, palette
from imagegen.drawing.creatures import CREATURES
from imagegen.drawing.enchanted import ENCHANTED
from imagegen.drawing.fairytale import FAIRYTALE
from imagegen.drawing.folk import FOLK
from imagegen.drawing.rig import Look
from imagegen.drawing.skin import BLACK, GOLD, WHITE, face
from imagegen.drawing.svg import Sketch
from imagegen.drawing.trades import TRADES


def _astronaut_head(s: Sketch) -> None:
    s.ellipse(0, 0, 46, 45, "#eef0f5")
    s.rect(-50, -10, 12, 22, "#e2543f", radius=5)
    s.ellipse(5, 1, 35, 33, "#f6c9a0", ink="#8d93a8", outline=5)
    s.path("M-30 -6C-26 -34 34 -40 40 -4C20 -18 -8 -20 -30 -6Z", "#5b3a29", outline=0)
    with s.moved(4, 4):
        faces.eyes(s)
        faces.smile(s)
        faces.cheeks(s, apart=23)
    gleam = "M-20 -20C-12 -30 4 -33 14 -31C2 -26 -8 -20 -14 -10Z"
    s.path(gleam, "#ffffff", outline=0, flat=True, opacity=0.7)


def _astronaut_torso(s: Sketch) -> None:
    s.path("M-30 -54Q0 -66 30 -54L33 2Q0 16 -33 2Z", "#eef0f5")
    s.rect(-17, -40, 34, 22, "#5c6b8c", radius=4, outline=2.5)
    for x, colour in ((-9, "#e2403f"), (1, "#fad23c"), (11, "#4fae4e")):
        s.ellipse(x, -32, 3.4, 3.4, colour, outline=0, flat=True)
    s.stroke("M-11 -24L11 -24", "#cfd6e6", 2.5)
    s.stroke("M-33 -6Q0 6 33 -6", "#e2543f", 5)


def _astronaut_back(s: Sketch) -> None:
    s.rect(-40, -58, 30, 56, "#b9bfce", radius=8)


def _pirate_head(s: Sketch) -> None:
    face(s, "#dd9d68", "#e8655a")
    stubble = "M-41 10Q-22 18 -14 8Q3 2 20 8Q28 18 41 10C40 30 22 41 0 41C-22 41 -40 30 -41 10Z"
    s.path(stubble, "#8a6650", outline=0, flat=True, opacity=0.75)
    faces.smile(s, y=16)
    s.stroke("M-40 8L-14 -4L34 -30", BLACK, 4)
    s.path("M-27 -10L-1 -10Q0 12 -14 13Q-28 12 -27 -10Z", BLACK, outline=2)
    s.stroke("M-46 14A7 7 0 1 0 -44 14", GOLD, 4)
    s.path("M-43 -22Q0 -36 43 -22L43 -10Q0 -26 -43 -10Z", "#d93a3a", outline=2.5)
    hat = (
        "M-66 -22C-62 -40 -48 -44 -34 -54C-22 -84 22 -84 34 -54C48 -44 62 -40 66 -22Q0 -44 -66 -22Z"
    )
    s.path(hat, BLACK)
    s.stroke("M-62 -27C-58 -40 -46 -44 -34 -54C-22 -81 22 -81 34 -54C46 -44 58 -40 62 -27", GOLD, 4)
    s.stroke("M-17 -60L17 -42M17 -60L-17 -42", "#ffffff", 5)
    s.rect(-6, -50, 12, 12, "#ffffff", radius=3, outline=0, flat=True)
    s.ellipse(0, -55, 12, 10, "#ffffff", outline=0, flat=True)
    for x in (-4.5, 4.5):
        s.ellipse(x, -54, 3, 3.4, BLACK, outline=0, flat=True)


def _pirate_torso(s: Sketch) -> None:
    shirt = "M-30 -54Q0 -66 30 -54L33 2Q0 16 -33 2Z"
    s.path(shirt, WHITE, outline=0)
    for y in (-46, -30, -14):
        s.stroke(f"M-26 {y}Q0 {y + 8} 26 {y}", "#e2403f", 8)
    s.stroke(shirt, palette.line(WHITE), 3)
    s.path("M-33 -6Q0 6 33 -6L33 4Q0 17 -33 4Z", "#4a3a36", outline=2.5)
    s.rect(-9, -5, 18, 15, GOLD, radius=3, outline=2.5)


def _chef_head(s: Sketch) -> None:
    s.path("M-34 -30C-54 -26 -52 0 -42 12L42 12C52 0 54 -26 34 -30Z", "#4a3228")
    face(s, "#f0b487", "#f2736a")
    s.ellipse(3, 25, 8, 6, "#c9525a", outline=2)
    s.ellipse(3, 6, 7, 5.5, "#e89a70", outline=2)
    s.path(
        "M3 12C-6 6 -16 10 -20 15Q-26 18 -30 12C-31 26 -8 30 3 18"
        "C14 30 37 26 36 12Q32 18 26 15C22 10 12 6 3 12Z",
        "#4a3228",
        outline=2,
    )
    s.path(
        "M-36 -38C-62 -42 -64 -80 -34 -80C-26 -103 24 -103 32 -80"
        "C64 -82 64 -42 36 -38Q0 -28 -36 -38Z",
        "#fbfaf7",
    )
    s.stroke("M-16 -42Q-20 -56 -17 -66M14 -42Q18 -56 15 -66", "#c8c6d2", 4)
    s.path("M-40 -46Q0 -34 40 -46L41 -18Q0 -6 -41 -18Z", "#fbfaf7")


def _chef_torso(s: Sketch) -> None:
    s.path("M-30 -54Q0 -66 30 -54L35 8Q0 22 -35 8Z", "#fbfaf7")
    s.stroke("M15 -46Q20 -20 18 12", "#b3b0c2", 3)
    for y in (-30, -15, 0):
        for x in (-10, 9):
            s.ellipse(x, y, 4, 4, "#3d4a6b", outline=0, flat=True)
    s.path("M-27 -58Q0 -50 27 -58L20 -46Q0 -38 -20 -46Z", "#e2403f", outline=2.5)
    s.path("M-2 -44L-14 -30L0 -34L10 -28L4 -44Z", "#e2403f", outline=2.5)


def _clown_head(s: Sketch) -> None:
    for x, y in ((-24, -38), (24, -38), (0, -46), (-44, -24), (44, -24), (-52, 0), (52, 0)):
        s.ellipse(x, y, 19, 18, "#ee4a2b")
    for x in (-46, 46):
        s.ellipse(x, 18, 15, 14, "#ee4a2b")
    s.ellipse(0, 0, 43, 41, "#fdeee2")
    for x in (-14, 20):
        s.ellipse(x, -5, 11, 15, "#7cc4f5", outline=0, flat=True)
    faces.eyes(s, y=-4)
    faces.cheeks(s)
    s.path("M-22 14Q3 22 28 14Q24 37 3 37Q-18 37 -22 14Z", "#e2403f", outline=2.5)
    s.path("M-13 21Q3 26 19 21Q15 30 3 30Q-9 30 -13 21Z", "#ffffff", outline=0, flat=True)
    s.ellipse(3, 8, 11, 10.5, "#e2403f")
    s.ellipse(-1, 4, 3, 2.6, "#ffffff", outline=0, flat=True, opacity=0.8)


def _clown_torso(s: Sketch) -> None:
    s.path("M-30 -54Q0 -66 30 -54Q40 -22 36 4Q0 18 -36 4Q-40 -22 -30 -54Z", "#fad23c")
    dots = ((-20, -24), (18, -26), (0, -14), (-22, -2), (22, -4))
    for (x, y), colour in zip(
        dots, ("#3f7fe0", "#e2403f", "#4fae4e", "#e2403f", "#3f7fe0"), strict=True
    ):
        s.ellipse(x, y, 7, 7, colour, outline=0, flat=True)
    ruff = ((-35, -52), (35, -52), (-20, -44), (20, -44), (0, -41))
    for (x, y), colour in zip(
        ruff, ("#4fae4e", "#4fae4e", "#f48fb6", "#f48fb6", "#3f7fe0"), strict=True
    ):
        s.ellipse(x, y, 14, 11, colour, outline=2.5)


def _robot_head(s: Sketch) -> None:
    s.stroke("M0 -36L0 -58", "#5d667d", 6)
    s.glow(0, -64, 22, "#ff6a4d", 0.6)
    s.ellipse(0, -64, 9, 9, "#ee4a3b")
    for x in (-54, 42):
        s.rect(x, -14, 12, 28, "#f58a2b", radius=4)
    s.rect(-45, -38, 90, 76, "#6fb9bf", radius=13)
    s.rect(-35, -27, 74, 34, "#2d3550", radius=11, outline=2.5)
    for x in (-15, 19):
        s.glow(x, -10, 19, "#ffe45c", 0.8)
        s.ellipse(x, -10, 10, 10, "#fff27a", outline=0, flat=True)
        s.ellipse(x + 2, -10, 4, 4, "#2d3550", outline=0, flat=True)
    s.rect(-19, 14, 42, 15, "#eef0f5", radius=4, outline=2.5)
    s.stroke("M-8 15L-8 28M2 15L2 28M12 15L12 28", "#5d667d", 2.5)


def _robot_torso(s: Sketch) -> None:
    s.rect(-12, -62, 24, 12, "#8d96a8", radius=3)
    s.rect(-34, -54, 68, 60, "#6fb9bf", radius=9)
    s.ellipse(-17, -33, 13, 13, "#fdfaf0", outline=2.5)
    s.stroke("M-17 -31L-11 -39", "#e2403f", 4)
    for y, colour in ((-42, "#e2403f"), (-31, "#fad23c")):
        s.ellipse(6, y, 4.6, 4.6, colour, outline=0, flat=True)
    s.rect(-24, -12, 46, 11, "#2d3550", radius=4, outline=2)
    s.stroke("M-18 -6L-2 -6", "#7cf06a", 5)


PEOPLE = (
    {
        "astronaut": Look(
            sleeve="#eef0f5",
            hand="#c3c8d6",
            leg="#eef0f5",
            foot="#7d86a0",
            head=_astronaut_head,
            torso=_astronaut_torso,
            back=_astronaut_back,
            arm_width=18,
            leg_width=22,
        ),
        "pirate": Look(
            sleeve=WHITE,
            hand="#dd9d68",
            leg="#3d4a6b",
            foot="#54382b",
            head=_pirate_head,
            torso=_pirate_torso,
            top=78,
        ),
        "chef": Look(
            sleeve="#fbfaf7",
            hand="#f0b487",
            leg="#5b6685",
            foot=BLACK,
            head=_chef_head,
            torso=_chef_torso,
            top=100,
            arm_width=17,
        ),
        "clown": Look(
            sleeve="#fad23c",
            hand="#fbfaf7",
            leg="#3f7fe0",
            foot="#e2403f",
            head=_clown_head,
            torso=_clown_torso,
            top=66,
            arm_width=18,
            leg_width=22,
        ),
        "robot": Look(
            sleeve="#8d96a8",
            hand="#f58a2b",
            leg="#8d96a8",
            foot="#f58a2b",
            head=_robot_head,
            torso=_robot_torso,
            top=75,
            arm_width=12,
            leg_width=14,
        ),
    }
    | FAIRYTALE
    | TRADES
    | FOLK
    | ENCHANTED
    | CREATURES
)
