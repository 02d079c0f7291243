"""The containers: each in two layers, with room for a guest between them."""

from imagegen.drawing import palette
from imagegen.drawing.materials import STEEL, WOOD
from imagegen.drawing.svg import Sketch
from imagegen.drawing.thing import Draw, Inside, Thing
from imagegen.drawing.tints import second, trim

FOAM = "#eef8fc"


def _both(back: Draw, front: Draw) -> Draw:
    def whole(s: Sketch, colour: str) -> None:
        back(s, colour)
        front(s, colour)

    return whole


def _box_back(s: Sketch, colour: str) -> None:
    s.polygon([(-36, -76), (36, -76), (46, -96), (-46, -96)], palette.dark(colour, 0.15))
    s.polygon([(-50, -60), (-36, -76), (36, -76), (50, -60)], palette.dark(colour, 0.55))


def _box_front(s: Sketch, colour: str) -> None:
    s.rect(-50, -60, 100, 60, colour, radius=3)
    for flip in (True, False):
        with s.moved(flip=flip):
            s.polygon([(50, -60), (36, -76), (60, -88), (76, -70)], colour)
    s.rect(-11, -59, 22, 26, second(colour, 0.5), outline=2, flat=True)
    s.stroke("M20 -14L40 -14M20 -22L34 -22", trim(colour, 0.4), 4)


def _basket_back(s: Sketch, colour: str) -> None:
    handle = "M-46 -58C-46 -132 46 -132 46 -58"
    s.stroke(handle, palette.line(colour), 15)
    s.stroke(handle, palette.dark(colour, 0.12), 9)
    s.ellipse(0, -58, 54, 13, palette.dark(colour, 0.55))


def _basket_front(s: Sketch, colour: str) -> None:
    s.path("M-54 -58Q0 -40 54 -58L42 -6Q40 2 0 2Q-40 2 -42 -6Z", colour)
    weave = trim(colour, 0.35)
    s.stroke("M-48 -38Q0 -22 48 -38M-45 -22Q0 -8 45 -22", weave, 4)
    for x in (-30, -10, 10, 30):
        s.stroke(f"M{x} -46L{x * 0.82:.1f} -2", weave, 4)
    s.path("M-58 -60Q0 -42 58 -60L56 -48Q0 -30 -56 -48Z", colour)


def _barrel_back(s: Sketch, colour: str) -> None:
    s.ellipse(0, -104, 38, 10, palette.dark(colour, 0.55))


def _barrel_front(s: Sketch, colour: str) -> None:
    s.path("M-38 -104Q0 -88 38 -104Q62 -52 38 -4Q0 10 -38 -4Q-62 -52 -38 -104Z", colour)
    s.stroke("M-20 -94Q-32 -48 -20 0M0 -92L0 2M20 -94Q32 -48 20 0", trim(colour), 3.5)
    for top in (
        "M-44 -88Q0 -72 44 -88L47 -76Q0 -60 -47 -76Z",
        "M-48 -32Q0 -16 48 -32L45 -20Q0 -4 -45 -20Z",
    ):
        s.path(top, STEEL, outline=2.5)


def _bucket_back(s: Sketch, colour: str) -> None:
    s.stroke("M-46 -78C-46 -132 46 -132 46 -78", palette.OUTLINE, 8)
    s.stroke("M-46 -78C-46 -132 46 -132 46 -78", STEEL, 4)
    s.ellipse(0, -80, 48, 12, palette.dark(colour, 0.5))


def _bucket_front(s: Sketch, colour: str) -> None:
    s.path("M-48 -80Q0 -64 48 -80L36 -4Q0 8 -36 -4Z", colour)
    s.path("M-50 -82Q0 -66 50 -82L48 -68Q0 -52 -48 -68Z", trim(colour, 0.2))
    for x in (-46, 46):
        s.ellipse(x, -76, 5, 5, STEEL, outline=2)
    s.stroke("M-34 -50L-28 -12", "#ffffff", 5, 0.45)


def _bathtub_back(s: Sketch, colour: str) -> None:
    s.limb([(84, -66), (84, -100), (64, -100), (64, -90)], STEEL, 8)
    s.path("M-104 -72Q-104 -82 -92 -82L92 -82Q104 -82 104 -72L96 -56L-96 -56Z", colour)
    s.path("M-90 -72Q0 -80 90 -72L88 -58L-88 -58Z", "#8fd0ea", outline=2.5)


def _bathtub_front(s: Sketch, colour: str) -> None:
    for x in (-62, 62):
        s.ellipse(x, -8, 13, 9, STEEL)
    for x, y, r in ((-78, -74, 18), (-52, -82, 22), (-24, -74, 17), (34, -76, 17), (58, -74, 15)):
        s.ellipse(x, y, r, r, FOAM, outline=2)
    s.path("M-98 -62L98 -62C98 -24 78 -8 54 -8L-54 -8C-78 -8 -98 -24 -98 -62Z", colour)
    s.rect(-106, -72, 212, 14, colour, radius=7)
    s.stroke("M-80 -46Q-76 -28 -62 -22", "#ffffff", 6, 0.5)


def _nest_back(s: Sketch, colour: str) -> None:
    s.ellipse(0, -44, 56, 14, palette.dark(colour, 0.5))


def _nest_eggs(s: Sketch, colour: str) -> None:
    for x, turn in ((-24, -14), (24, 14), (0, 0)):
        with s.moved(x, -52, turn=turn):
            s.ellipse(0, 0, 17, 22, "#f5efdc")


def _nest_front(s: Sketch, colour: str) -> None:
    s.path("M-62 -46Q0 -24 62 -46Q58 0 0 0Q-58 0 -62 -46Z", colour)
    twigs = trim(colour, 0.4)
    s.stroke("M-58 -34Q-20 -14 40 -20M-48 -16Q0 -2 50 -26M-30 -28Q10 -18 58 -38", twigs, 4)
    s.stroke("M-52 -44L-72 -52M-44 -10L-62 -8M54 -42L72 -54M46 -12L64 -6", twigs, 5)
    s.stroke("M-20 -6Q10 -16 30 -8M-6 -34L20 -30", second(colour, 0.5), 4)


def _nest(s: Sketch, colour: str) -> None:
    for layer in (_nest_back, _nest_eggs, _nest_front):
        layer(s, colour)


def _tent_back(s: Sketch, colour: str) -> None:
    s.limb([(0, -142), (0, -156)], WOOD, 6)
    s.path("M0 -144L100 0L-100 0Z", colour)
    s.path("M0 -130L60 -1Q0 2 -60 -1Z", "#4a3a55", outline=2.5)


def _tent_front(s: Sketch, colour: str) -> None:
    for flip in (True, False):
        with s.moved(flip=flip):
            flap = "M0 -134L66 0L44 0Q52 -38 30 -60Q14 -88 0 -134Z"
            s.path(flap, colour, outline=2.5)
            s.path(flap, "#fffaf0", outline=0, flat=True, opacity=0.3)
            s.stroke("M100 0L110 4", palette.OUTLINE, 4)


HOLDING = {
    "box": Thing(
        draw=_both(_box_back, _box_front),
        box=(-78, -98, 78, 2),
        grip=(-26, -4),
        inside=Inside(back=_box_back, front=_box_front, left=-36, right=36, floor=-32, rim=-60),
    ),
    "basket": Thing(
        draw=_both(_basket_back, _basket_front),
        box=(-60, -120, 60, 4),
        grip=(-18, -5),
        inside=Inside(
            back=_basket_back, front=_basket_front, left=-40, right=40, floor=-28, rim=-46
        ),
    ),
    "barrel": Thing(
        draw=_both(_barrel_back, _barrel_front),
        box=(-54, -116, 54, 4),
        handy=False,
        beside=(150, 150),
        inside=Inside(
            back=_barrel_back, front=_barrel_front, left=-34, right=34, floor=-60, rim=-96
        ),
    ),
    "bucket": Thing(
        draw=_both(_bucket_back, _bucket_front),
        box=(-52, -122, 52, 4),
        grip=(-16, -6),
        inside=Inside(
            back=_bucket_back, front=_bucket_front, left=-38, right=38, floor=-46, rim=-72
        ),
    ),
    "bathtub": Thing(
        draw=_both(_bathtub_back, _bathtub_front),
        box=(-108, -108, 108, 2),
        handy=False,
        big=True,
        beside=(240, 150),
        inside=Inside(
            back=_bathtub_back, front=_bathtub_front, left=-70, right=56, floor=-30, rim=-70
        ),
    ),
    "nest": Thing(
        draw=_nest,
        box=(-74, -76, 74, 2),
        grip=(-20, -4),
        wears=False,
        inside=Inside(back=_nest_back, front=_nest_front, left=-44, right=44, floor=-22, rim=-38),
    ),
    "tent": Thing(
        draw=_both(_tent_back, _tent_front),
        box=(-112, -160, 112, 6),
        handy=False,
        big=True,
        beside=(260, 220),
        inside=Inside(back=_tent_back, front=_tent_front, left=-27, right=27, floor=-3, rim=-1),
    ),
}
