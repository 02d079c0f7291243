"""The animals of the farm, and the birds of yard and pond."""

from functools import partial

from imagegen.drawing import faces, fur
from imagegen.drawing.fur import ROSE
from imagegen.drawing.rig import Look
from imagegen.drawing.svg import Sketch

MILK = "#f8f5f0"
PATCH = "#4a4250"  # a cow's
HORN = "#f2dcae"
BLUSH = "#f7a8b8"  # a pig's
SNOUT = "#f283a0"
WOOL = "#fbf4e6"
FACE = "#5e4a4e"  # a sheep's
HEN = "#fdf8ee"
COMB = "#e2352f"
YOLK = "#fbd23a"  # the duck's
BILL = "#f7852a"
BARK = "#8a5a34"  # the owl's
BUFF = "#e9c48d"
MACAW = "#e23b34"  # the parrot's
SKY = "#2f7fe0"


def _cow_head(s: Sketch) -> None:
    fur.both(s, "M-24 -34C-42 -36 -52 -50 -46 -66C-38 -56 -26 -52 -12 -44Z", HORN)
    s.path("M-36 -14C-54 -30 -76 -26 -78 -12C-66 2 -50 4 -36 0Z", PATCH)
    s.path("M36 -14C54 -30 76 -26 78 -12C66 2 50 4 36 0Z", MILK)
    s.path(
        "M0 -44C32 -44 46 -24 44 2C44 24 30 44 3 44C-26 44 -40 24 -40 2C-44 -24 -32 -44 0 -44Z",
        MILK,
    )
    s.path(
        "M-2 -43C-30 -44 -44 -24 -40 2Q-38 12 -33 16C-12 16 0 2 0 -12Q-4 -28 -2 -43Z",
        PATCH,
        outline=0,
    )
    s.ellipse(-14, -4, 12, 13, MILK, outline=0)
    faces.eyes(s, y=-4)
    s.ellipse(3, 28, 39, 21, BLUSH)
    for x in (-12, 18):
        s.ellipse(x, 22, 4, 5.4, "#a8506a", outline=0, flat=True)
    faces.smile(s, y=33, width=11)


def _cow_torso(s: Sketch) -> None:
    fur.torso(s, MILK, MILK)
    s.path("M-31 -22C-16 -30 -4 -20 -10 -6C-14 6 -26 4 -33 2Q-35 -12 -31 -22Z", PATCH, outline=0)
    s.stroke("M-28 -50Q0 -40 28 -50", "#a8242f", 10)
    s.stroke("M-27 -50Q0 -40 27 -50", "#e2403f", 6)
    s.path("M-10 -42L4 -42Q6 -30 10 -24L-16 -24Q-12 -30 -10 -42Z", "#f7c531", outline=2.5)
    s.ellipse(-3, -22, 4, 4, "#a8701a", outline=2)


def _cow_back(s: Sketch) -> None:
    fur.tail(s, "M-20 0C-44 8 -60 -4 -62 -24", MILK, 7)
    s.ellipse(-62, -32, 9, 12, PATCH)


def _pig_head(s: Sketch) -> None:
    fur.both(s, "M-46 -8C-58 -30 -58 -52 -50 -58C-34 -56 -18 -46 -8 -34Z", BLUSH)
    fur.both(s, "M-46 -18C-50 -32 -50 -44 -46 -48C-38 -46 -30 -42 -24 -36Z", SNOUT, outline=0)
    fur.round_head(s, BLUSH)
    faces.eyes(s, y=-6, apart=21)
    faces.cheeks(s, y=10, apart=34, colour="#f2607f")
    s.ellipse(3, 12, 21, 15, SNOUT)
    for x in (-5, 11):
        s.ellipse(x, 12, 4, 6, "#a83a5e", outline=0, flat=True)
    faces.smile(s, y=31, width=9)


def _pig_back(s: Sketch) -> None:
    fur.tail(
        s, "M-24 -4C-40 4 -52 -4 -48 -14C-44 -22 -34 -16 -40 -8C-48 0 -62 -4 -62 -18", BLUSH, 6
    )


def _sheep_head(s: Sketch) -> None:
    s.path(fur.scallops(48, 10), WOOL)
    fur.both(s, "M-32 -8C-50 -18 -68 -12 -70 2C-62 14 -46 16 -32 10Z", FACE)
    fur.both(s, "M-38 -4C-50 -8 -60 -6 -62 2C-56 8 -46 10 -38 6Z", ROSE, outline=0)
    s.path(
        "M3 -28C30 -28 38 -12 36 8C34 32 20 44 3 44C-14 44 -28 32 -30 8C-32 -12 -24 -28 3 -28Z",
        FACE,
    )
    faces.eyeballs(s, -1, 16, 11, "#b39a9c")
    faces.eyes(s, y=0, apart=16)
    s.path("M-4 19Q3 15 10 19Q8 25 3 26Q-2 25 -4 19Z", ROSE, outline=0)
    s.stroke("M3 26L3 30M3 30Q-3 37 -9 32M3 30Q9 37 15 32", "#e9dcd2", 2.8)
    with s.moved(3, -36):
        s.path(fur.scallops(19, 7), WOOL)


def _sheep_torso(s: Sketch) -> None:
    with s.moved(0, -22):
        s.path(fur.scallops(35, 9), WOOL)
    s.stroke("M-18 -30Q-12 -22 -4 -28M-22 -10Q-14 -2 -6 -8M0 -14Q6 -8 14 -14", "#d9cbb4", 3.4)


def _chicken_head(s: Sketch) -> None:
    s.path(
        "M-18 -34C-30 -52 -20 -66 -10 -56C-10 -74 10 -76 10 -58C22 -68 32 -52 22 -34Q2 -28 -18"
        " -34Z",
        COMB,
    )
    s.ellipse(0, 0, 43, 42, HEN)
    s.path("M-6 22C-14 34 -10 46 -2 42Q3 40 8 42C16 46 20 34 12 22Z", COMB, outline=2.5)
    s.path("M-10 10Q3 -4 18 8L34 13L16 19Q3 24 -10 10Z", "#fbb52a", outline=2.5)
    s.stroke("M-8 12Q8 16 32 13", "#a8641a", 2.4)
    faces.eyes(s, y=-6)
    faces.cheeks(s, y=10, apart=31)


def _chicken_torso(s: Sketch) -> None:
    s.path("M-24 -54Q0 -64 24 -54C44 -30 44 0 30 10Q0 22 -30 10C-44 0 -44 -30 -24 -54Z", HEN)
    s.stroke(
        "M-22 -26Q-17 -19 -12 -26M-6 -26Q-1 -19 4 -26M-24 -8Q-19 -1 -14 -8M-8 -8Q-3 -1 2 -8",
        "#d9c9ae",
        3.2,
    )


def _chicken_back(s: Sketch) -> None:
    s.path(
        "M-16 10C-40 10 -60 -10 -58 -34L-70 -30C-84 -34 -84 -48 -74 -56C-64 -66 -50 -62 -46 -50"
        "C-36 -58 -26 -50 -26 -38L-16 -22Z",
        HEN,
    )
    s.stroke("M-30 -10Q-50 -20 -56 -46", "#d9c9ae", 3.2)


def _duck_head(s: Sketch) -> None:
    s.path("M-6 -38C-16 -52 -8 -64 4 -62C0 -56 4 -52 14 -54C18 -48 14 -42 10 -38Z", YOLK)
    s.ellipse(0, 0, 45, 43, YOLK)
    faces.eyes(s, y=-8, apart=19)
    faces.cheeks(s, y=8, apart=34, colour="#f7842a")
    s.path("M-20 12C-12 2 18 2 26 12C40 14 44 24 36 28Q3 38 -30 28C-38 24 -34 14 -20 12Z", BILL)
    s.stroke("M-28 22Q3 32 34 22", "#a8441a", 3)
    for x in (-4, 10):
        s.ellipse(x, 11, 2.4, 2.4, "#a8441a", outline=0, flat=True)


def _duck_torso(s: Sketch) -> None:
    s.path("M-24 -54Q0 -64 24 -54C42 -30 42 -2 30 8Q0 20 -30 8C-42 -2 -42 -30 -24 -54Z", YOLK)
    s.ellipse(-2, -15, 22, 24, "#ffeb9a", outline=0)


def _duck_back(s: Sketch) -> None:
    s.path("M-20 12C-48 14 -62 0 -74 -22C-62 -20 -56 -24 -58 -34C-40 -30 -26 -22 -18 -12Z", YOLK)


def _owl_head(s: Sketch) -> None:
    fur.both(s, "M-46 -4C-54 -30 -54 -52 -48 -62C-38 -50 -22 -44 -4 -42Z", BARK)
    s.ellipse(0, 0, 48, 44, BARK)
    s.path(
        "M3 -18C16 -38 46 -28 44 0C42 28 20 38 3 38C-14 38 -36 28 -38 0C-40 -28 -10 -38 3 -18Z",
        BUFF,
        outline=0,
    )
    for x in (-16, 22):
        s.ellipse(x, -3, 19, 19, "#fffdf2", outline=3, ink="#c98a2f")
    faces.eyes(s, y=-3, apart=18, size=10)
    s.path("M-5 8Q3 2 11 8Q10 20 3 27Q-4 20 -5 8Z", "#f7a32a", outline=2.5)


def _owl_torso(s: Sketch) -> None:
    s.path("M-26 -54Q0 -64 26 -54C42 -30 42 -2 30 8Q0 20 -30 8C-42 -2 -42 -30 -26 -54Z", BARK)
    s.ellipse(-2, -16, 23, 26, BUFF, outline=0)
    s.stroke(
        "M-16 -30L-12 -24L-8 -30M-2 -30L2 -24L6 -30M-20 -16L-16 -10L-12 -16M-6 -16L-2 -10L2 -16"
        "M-14 -2L-10 4L-6 -2M0 -2L4 4L8 -2",
        BARK,
        3.4,
    )


def _owl_back(s: Sketch) -> None:
    s.path("M-22 6L-48 22L-36 -4ZM-14 8L-30 32L-24 0Z", "#6b4426")


def _parrot_head(s: Sketch) -> None:
    s.path(
        "M-6 -38C-26 -52 -28 -70 -18 -80C-12 -68 -4 -62 2 -60C2 -72 8 -80 18 -82"
        "C18 -70 22 -52 16 -38Z",
        MACAW,
    )
    s.ellipse(0, 0, 44, 42, MACAW)
    for x in (-15, 23):
        s.ellipse(x, -4, 16, 17, "#fffaf0", outline=0)
    faces.eyes(s, y=-5, apart=18)
    s.path("M-14 8C-10 -6 18 -6 22 8C26 26 18 38 8 46C8 34 2 28 -4 28Q-14 24 -14 8Z", "#f7c531")
    s.path("M-9 28Q0 32 3 40Q-6 42 -9 28Z", "#4a4250", outline=2)
    for x in (0, 9):
        s.ellipse(x, 6, 2.2, 2.2, "#8a5a12", outline=0, flat=True)


def _parrot_torso(s: Sketch) -> None:
    s.path("M-25 -54Q0 -64 25 -54C40 -30 40 -2 29 8Q0 20 -29 8C-40 -2 -40 -30 -25 -54Z", MACAW)
    s.ellipse(-2, -14, 19, 24, "#fbd23a", outline=0)


def _parrot_back(s: Sketch) -> None:
    for d, colour in (
        ("M-10 8C-30 30 -60 40 -90 34C-80 22 -56 6 -22 -10Z", SKY),
        ("M-10 6C-34 18 -62 22 -92 10C-78 2 -52 -6 -20 -14Z", "#fbd23a"),
        ("M-12 0C-40 2 -66 -2 -86 -16C-68 -20 -44 -20 -20 -18Z", "#3fae5a"),
    ):
        s.path(d, colour)


FARMYARD = {
    "cow": Look(
        sleeve=MILK,
        hand=PATCH,
        leg=MILK,
        foot=PATCH,
        head=_cow_head,
        torso=_cow_torso,
        back=_cow_back,
        top=66,
    ),
    "pig": Look(
        sleeve=BLUSH,
        hand=SNOUT,
        leg=BLUSH,
        foot=SNOUT,
        head=_pig_head,
        torso=partial(fur.torso, coat=BLUSH, belly="#fdd0d8"),
        back=_pig_back,
        top=58,
    ),
    "sheep": Look(
        sleeve=WOOL,
        hand=FACE,
        leg=FACE,
        foot=FACE,
        head=_sheep_head,
        torso=_sheep_torso,
        top=62,
        arm_width=18,
    ),
    "chicken": Look(
        sleeve=HEN,
        hand=HEN,
        leg="#fbb52a",
        foot="#fbb52a",
        head=_chicken_head,
        torso=_chicken_torso,
        back=_chicken_back,
        top=68,
        arm_width=20,
        leg_width=10,
    ),
    "duck": Look(
        sleeve=YOLK,
        hand=YOLK,
        leg=BILL,
        foot=BILL,
        head=_duck_head,
        torso=_duck_torso,
        back=_duck_back,
        top=62,
        arm_width=20,
        leg_width=12,
    ),
    "owl": Look(
        sleeve=BARK,
        hand=BARK,
        leg=BUFF,
        foot="#f7a32a",
        head=_owl_head,
        torso=_owl_torso,
        back=_owl_back,
        top=62,
        arm_width=20,
        leg_width=16,
    ),
    "parrot": Look(
        sleeve=SKY,
        hand=SKY,
        leg="#8a8a96",
        foot="#6b6b78",
        head=_parrot_head,
        torso=_parrot_torso,
        back=_parrot_back,
        top=82,
        arm_width=20,
        leg_width=12,
    ),
}
