"""The people of fairy tales: those of the castle, and those who work magic."""

from math import cos, pi, sin

from imagegen.drawing import faces
from imagegen.drawing.rig import Look
from imagegen.drawing.skin import BLACK, GOLD, STEEL, WHITE, face
from imagegen.drawing.svg import Sketch


def _star(s: Sketch, x: float, y: float, radius: float, colour: str = GOLD) -> None:
    reach = [radius if i % 2 == 0 else radius * 0.48 for i in range(10)]
    points = [(x + r * sin(i * pi / 5), y - r * cos(i * pi / 5)) for i, r in enumerate(reach)]
    s.polygon(points, colour, outline=0, flat=True)


def _wizard_head(s: Sketch) -> None:
    s.path("M-44 -14C-58 8 -50 30 -36 38L36 38C50 30 58 8 44 -14Z", "#e9e8f0")
    face(s, "#f5c6a2", ears=False)
    beard = "M-42 6C-40 40 -30 62 2 84C32 62 40 40 42 6Q24 18 3 13Q-20 18 -42 6Z"
    s.path(beard, "#f7f6fb")
    s.stroke("M-16 38Q-14 52 -4 62M18 38Q18 50 10 60", "#c9c8d8", 3)
    s.ellipse(3, 23, 8, 5, "#b8505a", outline=0, flat=True)
    s.path(
        "M3 14C-8 8 -20 12 -30 24C-18 28 -4 26 3 18C10 26 24 28 36 24C26 12 14 8 3 14Z", "#ffffff"
    )
    s.stroke("M-23 -12Q-15 -17 -7 -14M13 -14Q21 -17 29 -12", "#f7f6fb", 5)
    s.path("M-42 -30C-26 -50 -18 -84 2 -112C18 -84 30 -50 42 -30Q0 -18 -42 -30Z", "#2f62cf")
    s.ellipse(0, -30, 58, 11, "#2f62cf")
    s.path("M-38 -37Q0 -25 38 -37L33 -48Q0 -37 -33 -48Z", GOLD, outline=2)
    _star(s, -8, -61, 11)
    _star(s, 13, -69, 8)
    _star(s, 2, -90, 8)


def _wizard_torso(s: Sketch) -> None:
    s.path("M-30 -54Q0 -66 30 -54L43 18Q0 34 -43 18Z", "#2f62cf")
    s.stroke("M-39 15Q0 28 39 15", GOLD, 5)
    s.stroke("M-34 -10Q0 2 34 -10", GOLD, 5)
    _star(s, -22, 5, 8)
    _star(s, 22, 5, 8)


def _crown(s: Sketch, half: float, tall: float, gems: tuple[str, str, str]) -> None:
    foot, tip, dip = -22.0, -22 - tall, -22 - tall * 0.45
    s.path(
        f"M{-half} {foot}L{-half - 6} {tip + 6}L{-half * 0.5} {dip}L0 {tip}L{half * 0.5} {dip}"
        f"L{half + 6} {tip + 6}L{half} {foot}Q0 {foot + 12} {-half} {foot}Z",
        GOLD,
    )
    for x, y in ((-half - 6, tip + 6), (0, tip), (half + 6, tip + 6)):
        s.ellipse(x, y, 6, 6, GOLD, outline=2.5)
    for x, colour in zip((-half * 0.6, 0, half * 0.6), gems, strict=True):
        s.ellipse(x, -27 + (3 if x == 0 else 0), 5.5, 5.5, colour, outline=2)


def _king_head(s: Sketch) -> None:
    s.path("M-34 -34C-56 -30 -54 12 -40 22L40 22C54 12 56 -30 34 -34Z", "#74452a")
    face(s, "#f8cfae")
    beard = (
        "M-43 2C-44 34 -26 52 2 52C28 52 44 34 43 2"
        "C38 16 28 14 20 12Q3 6 -14 12C-24 14 -36 16 -43 2Z"
    )
    s.path(beard, "#74452a")
    s.ellipse(3, 24, 10, 6, "#c9525a", outline=2)
    s.path(
        "M3 12C-8 8 -20 12 -26 22C-16 24 -4 24 3 17C10 24 22 24 32 22C26 12 14 8 3 12Z",
        "#8b5535",
        outline=2,
    )
    _crown(s, 36, 46, ("#3f7fe0", "#e2403f", "#3f7fe0"))


def _ermine(s: Sketch, spots: tuple[tuple[float, float], ...]) -> None:
    for x, y in spots:
        s.ellipse(x, y, 2.6, 4, BLACK, outline=0, flat=True)


def _king_torso(s: Sketch) -> None:
    s.path("M-30 -54Q0 -66 30 -54L42 18Q0 32 -42 18Z", "#cf2f3a")
    s.path("M-42 12Q0 26 42 12L43 24Q0 38 -43 24Z", WHITE, outline=2.5)
    _ermine(s, ((-28, 22), (-10, 26), (10, 26), (28, 22)))
    s.stroke("M-35 -8Q0 4 35 -8", GOLD, 7)
    s.path("M-30 -56Q0 -66 30 -56L40 -38Q0 -12 -40 -38Z", WHITE)
    _ermine(s, ((-25, -38), (-10, -31), (10, -31), (25, -38)))


def _king_back(s: Sketch) -> None:
    s.path("M-28 -54C-46 -30 -56 0 -60 26Q-24 38 6 28L10 -54Z", "#a8242f")
    s.path("M-60 18Q-24 30 6 22L6 32Q-24 42 -62 30Z", WHITE, outline=2.5)


def _queen_head(s: Sketch) -> None:
    face(s, "#b5774c", "#e0524f", ears=False)
    hair = (
        "M0 -34C-22 -30 -36 -12 -40 18C-52 2 -52 -44 0 -46C52 -44 52 2 42 18C38 -12 24 -30 0 -34Z"
    )
    s.path(hair, "#3b2733")
    s.path("M-11 13Q-4 14 3 17Q10 14 17 13Q12 28 3 28Q-6 28 -11 13Z", "#e2305a", outline=2)
    for x in (-42, 42):
        s.ellipse(x, 22, 5, 6, GOLD, outline=2)
    _crown(s, 26, 40, ("#f48fb6", "#4fc3d9", "#f48fb6"))


def _queen_torso(s: Sketch) -> None:
    s.path("M-24 -16C-34 0 -46 10 -50 20Q0 36 50 20C46 10 34 0 24 -16Z", "#ee6ea6")
    s.path("M-11 -14L-20 27Q0 30 20 27L11 -14Z", "#fbd3e4", outline=2)
    s.path("M-28 -54Q0 -66 28 -54L25 -14Q0 -6 -25 -14Z", "#ee6ea6")
    s.path("M-19 -57L19 -57Q16 -38 0 -38Q-16 -38 -19 -57Z", "#b5774c", outline=2)
    s.stroke("M-15 -50Q0 -36 15 -50", GOLD, 4)
    s.ellipse(0, -40, 5.5, 5.5, "#4fc3d9", outline=2)
    s.stroke("M-25 -15Q0 -7 25 -15", GOLD, 6)


def _queen_back(s: Sketch) -> None:
    s.path("M-42 -114C-56 -80 -48 -50 -54 -22Q0 -6 50 -22C46 -50 56 -80 42 -114Z", "#3b2733")


def _knight_head(s: Sketch) -> None:
    plume = (
        "M-2 -44C-12 -54 2 -68 10 -62C10 -84 -14 -94 -24 -80C-36 -96 -58 -88 -56 -72"
        "C-74 -74 -82 -54 -70 -44C-82 -34 -76 -14 -62 -8C-62 -26 -50 -40 -34 -40Z"
    )
    s.path(plume, "#e2403f")
    s.stroke("M-10 -60C-26 -68 -48 -60 -58 -36", "#f58a7c", 5)
    s.path("M-47 0C-48 -62 48 -62 47 0L44 32Q0 56 -44 32Z", STEEL)
    s.path("M-34 -10Q3 -26 40 -10L38 18Q3 38 -32 18Z", "#99633f", outline=4, ink="#5d667d")
    with s.moved(0, 4, 0.95):
        faces.eyes(s, y=-5)
        faces.smile(s, y=9)
        faces.cheeks(s, y=7, colour="#d9574e")
    s.path("M-45 -14C-44 -44 -20 -56 4 -56C32 -56 50 -42 52 -22L47 -8Q3 -30 -45 -14Z", "#c3ccdb")
    s.stroke("M-22 -32Q3 -42 30 -34", "#5d667d", 5)
    for x in (-45, 46):
        s.ellipse(x, -4, 7, 7, GOLD, outline=2.5)


def _knight_torso(s: Sketch) -> None:
    s.path("M-31 -8Q0 2 31 -8L38 16L19 22L0 17L-19 22L-38 16Z", "#e2403f")
    s.path("M-31 -54Q0 -66 31 -54Q38 -24 30 -4Q0 8 -30 -4Q-38 -24 -31 -54Z", STEEL)
    s.stroke("M0 -50L0 -8", "#e8edf5", 5)
    s.path("M-28 -56Q0 -66 28 -56Q22 -42 0 -41Q-22 -42 -28 -56Z", "#c3ccdb", outline=2.5)
    s.stroke("M-30 -6Q0 5 30 -6", "#7a5134", 7)
    s.ellipse(0, -1, 6, 6, GOLD, outline=2.5)


def _witch_head(s: Sketch) -> None:
    face(s, "#a5cf7f", "#f08a6a", ears=False)
    faces.smile(s, y=17)
    s.path("M1 2Q14 8 13 13Q7 17 0 12Z", "#8fbd68", outline=2)
    hair = (
        "M0 -34C-18 -28 -30 -14 -38 22C-52 8 -54 -30 -40 -36"
        "L40 -36C54 -30 52 8 42 22C34 -14 20 -28 0 -34Z"
    )
    s.path(hair, "#f58a2b")
    s.path(
        "M-36 -30C-22 -50 -18 -76 -2 -90C8 -102 24 -106 36 -96"
        "C28 -94 22 -88 24 -78C26 -58 30 -44 38 -30Z",
        "#40364f",
    )
    s.ellipse(0, -28, 70, 12, "#40364f")
    s.path("M-37 -32Q0 -22 37 -32L31 -48Q0 -40 -30 -48Z", "#8e55c7", outline=2.5)
    s.rect(-10, -47, 20, 19, GOLD, radius=3, outline=2.5)
    s.rect(-4, -42, 8, 9, "#8e55c7", outline=0, flat=True)


def _witch_torso(s: Sketch) -> None:
    s.path(
        "M-28 -54Q0 -66 28 -54L26 -16L44 14L28 24L14 16L0 26L-14 16L-28 24L-44 14L-26 -16Z",
        "#5b3a8e",
    )
    s.path("M-24 -57L0 -36L24 -57Q0 -46 -24 -57Z", "#4fae4e", outline=2.5)
    s.stroke("M-26 -16Q0 -8 26 -16", "#33264a", 8)
    s.rect(-8, -19, 16, 13, GOLD, radius=3, outline=2.5)


def _witch_back(s: Sketch) -> None:
    s.path(
        "M-42 -118C-58 -84 -50 -60 -58 -34L-40 -40L-26 -32"
        "L26 -32L40 -40L56 -34C50 -60 58 -84 42 -118Z",
        "#f58a2b",
    )


FAIRYTALE = {
    "wizard": Look(
        sleeve="#2f62cf",
        hand="#f5c6a2",
        leg="#3b3f86",
        foot="#74452a",
        head=_wizard_head,
        torso=_wizard_torso,
        top=114,
        arm_width=18,
    ),
    "king": Look(
        sleeve="#cf2f3a",
        hand="#f8cfae",
        leg="#4b59a6",
        foot="#54382b",
        head=_king_head,
        torso=_king_torso,
        back=_king_back,
        top=76,
        arm_width=18,
    ),
    "queen": Look(
        sleeve="#ee6ea6",
        hand="#b5774c",
        leg="#b5774c",
        foot="#d42f6f",
        head=_queen_head,
        torso=_queen_torso,
        back=_queen_back,
        top=70,
    ),
    "knight": Look(
        sleeve=STEEL,
        hand="#7d86a0",
        leg=STEEL,
        foot="#7d86a0",
        head=_knight_head,
        torso=_knight_torso,
        top=91,
        arm_width=17,
        leg_width=20,
    ),
    "witch": Look(
        sleeve="#5b3a8e",
        hand="#a5cf7f",
        leg="#f58a2b",
        foot="#40364f",
        head=_witch_head,
        torso=_witch_torso,
        back=_witch_back,
        top=104,
    ),
}
