"""The things that grow, swim, fly or shine by themselves."""

from math import cos, pi, sin

from imagegen.drawing import faces, palette
from imagegen.drawing.materials import CREAM, DARK_WOOD, LEAF, STALK, STEM
from imagegen.drawing.palette import OUTLINE
from imagegen.drawing.svg import Point, Sketch
from imagegen.drawing.thing import Thing
from imagegen.drawing.tints import second, shine


def _flower(s: Sketch, colour: str) -> None:
    s.limb([(0, -50), (0, -5)], STEM, 6)
    s.path("M1 -7C10 -32 30 -32 38 -28C34 -12 18 -4 1 -7Z", LEAF, outline=2.5)
    s.path("M-1 -7C-10 -32 -30 -32 -38 -28C-34 -12 -18 -4 -1 -7Z", LEAF, outline=2.5)
    with s.moved(0, -76):
        for i in range(6):
            angle = pi / 6 + i * pi / 3
            s.ellipse(25 * cos(angle), 25 * sin(angle), 17.5, 17.5, colour)
        _flower_centre(s, colour)


def _flower_centre(s: Sketch, colour: str) -> None:
    red, green, blue = palette.channels(colour)
    golden = red > 220 and green > 110 and blue < 90  # the centre would be lost: a sunflower's
    s.ellipse(0, 0, 15, 15, "#8a4f2a" if golden else "#fcc92f")
    shine(s, -5, -5, 4.5, 3.5)


def _apple(s: Sketch, colour: str) -> None:
    s.path(
        "M0 -74C14 -88 47 -84 46 -48C45 -18 26 2 12 0Q0 -5 -12 0C-26 2 -45 -18 -46 -48"
        "C-47 -84 -14 -88 0 -74Z",
        colour,
    )
    s.path("M-18 -72Q0 -60 18 -72Q0 -78 -18 -72Z", palette.dark(colour, 0.4), outline=0, flat=True)
    s.stroke("M0 -69Q-1 -84 -6 -94", STALK, 7)
    s.path("M3 -82C8 -104 28 -108 44 -102C38 -86 20 -78 3 -82Z", LEAF, outline=2.5)
    shine(s, -24, -58, 9, 13, 25)


def _mushroom_cap(s: Sketch, colour: str) -> None:
    s.path("M-17 -44C-16 -28 -26 -16 -25 -6Q0 6 25 -6C26 -16 16 -28 17 -44Z", CREAM)
    s.path(
        "M-58 -46C-58 -84 -30 -104 0 -104C30 -104 58 -84 58 -46C58 -34 30 -30 0 -30"
        "C-30 -30 -58 -34 -58 -46Z",
        colour,
    )


def _mushroom(s: Sketch, colour: str) -> None:
    _mushroom_cap(s, colour)
    spot = second(colour, 0.75)
    for x, y, rx, ry in (
        (-2, -78, 14, 12),
        (-36, -58, 10, 11),
        (33, -62, 10.5, 12),
        (2, -45, 9, 7),
    ):
        s.ellipse(x, y, rx, ry, spot, outline=0, flat=True)


def _tree(s: Sketch, colour: str) -> None:
    s.path("M-13 -80C-12 -40 -14 -14 -27 0Q0 -8 27 0C14 -14 12 -40 13 -80Z", DARK_WOOD)
    s.limb([(9, -58), (30, -78)], DARK_WOOD, 8)
    s.path(
        "M-48 -62C-78 -60 -86 -96 -64 -108C-80 -138 -48 -160 -32 -152C-26 -196 34 -198 38 -156"
        "C62 -160 80 -134 64 -110C86 -96 76 -60 46 -64C34 -48 12 -50 2 -60"
        "C-10 -48 -36 -48 -48 -62Z",
        colour,
    )
    shade = palette.dark(colour, 0.3)
    s.stroke("M-48 -90Q-34 -76 -18 -88M12 -84Q28 -72 44 -90M8 -126Q24 -114 38 -130", shade, 5, 0.8)
    pale = palette.light(colour, 0.5)
    s.stroke("M-48 -120Q-44 -136 -30 -136M-14 -160Q-6 -176 10 -174", pale, 6, 0.9)


def _rounded(points: list[Point]) -> str:
    """A closed shape with every corner rounded, through the middles of its sides' thirds."""
    d = ""
    for i, (x, y) in enumerate(points):
        (ax, ay), (bx, by) = points[i - 1], points[(i + 1) % len(points)]
        start = (x + (ax - x) * 0.25, y + (ay - y) * 0.25)
        end = (x + (bx - x) * 0.25, y + (by - y) * 0.25)
        d += f"{'L' if d else 'M'}{start[0]:.1f} {start[1]:.1f}Q{x:.1f} {y:.1f}"
        d += f" {end[0]:.1f} {end[1]:.1f}"
    return d + "Z"


def _star(s: Sketch, colour: str) -> None:
    points = []
    for i in range(10):
        reach = 31 if i % 2 else 63
        points.append((reach * sin(i * pi / 5), -54 - reach * cos(i * pi / 5)))
    s.path(_rounded(points), colour)
    ink = OUTLINE if sum(palette.channels(colour)) > 220 else "#ffffff"
    for x in (-11, 13):
        s.ellipse(x, -58, 5.5, 7, ink, outline=0, flat=True)
    s.stroke("M-8 -43Q1 -32 10 -43", ink, 4)
    faces.cheeks(s, y=-46, apart=22)
    s.stroke("M-2 -104L-12 -78", palette.light(colour, 0.75), 5, 0.8)


def _fish(s: Sketch, colour: str) -> None:
    _fish_body(s, colour)
    s.path(
        "M-14 -68Q-2 -44 -14 -20Q-7 -15 0 -13Q14 -44 0 -76Q-8 -73 -14 -68Z",
        second(colour, 0.55),
        outline=0,
        flat=True,
    )
    _fish_face(s, colour)


def _plain_fish(s: Sketch, colour: str) -> None:
    _fish_body(s, colour)
    _fish_face(s, colour)


def _fish_body(s: Sketch, colour: str) -> None:
    fin = second(colour, 0.4)
    s.path(
        "M-28 -44C-44 -66 -62 -76 -72 -74C-64 -54 -64 -34 -72 -14C-62 -12 -44 -22 -28 -44Z",
        fin,
        flat=True,
    )
    s.path("M-22 -72C-14 -92 12 -96 24 -90C20 -82 20 -76 22 -68Z", fin, flat=True)
    s.path("M-8 -16C-8 -4 2 0 14 -2C14 -8 16 -14 20 -18Z", fin, flat=True)
    s.path(
        "M-38 -44C-24 -72 0 -80 22 -78C52 -74 66 -54 66 -44"
        "C66 -34 52 -14 22 -10C0 -8 -24 -16 -38 -44Z",
        colour,
    )


def _fish_face(s: Sketch, colour: str) -> None:
    fin = second(colour, 0.4)
    s.ellipse(38, -53, 11, 12, "#ffffff", outline=2.5)
    s.ellipse(41, -52, 6, 7, OUTLINE, outline=0, flat=True)
    s.stroke("M61 -32Q50 -25 43 -32", OUTLINE, 3.5)
    s.path("M8 -44C8 -34 16 -28 26 -28C27 -36 22 -44 8 -44Z", fin, outline=2.5, flat=True)


def _butterfly(s: Sketch, colour: str) -> None:
    _plain_butterfly(s, colour)
    spot = second(colour, 0.65)
    for flip in (True, False):
        with s.moved(flip=flip):
            s.ellipse(42, -70, 12, 14, spot, outline=0, flat=True)
            s.ellipse(31, -25, 9, 8.5, spot, outline=0, flat=True)


def _plain_butterfly(s: Sketch, colour: str) -> None:
    s.stroke("M-3 -78Q-8 -98 -22 -102M3 -78Q8 -98 22 -102", OUTLINE, 3.5)
    for x in (-22, 22):
        s.ellipse(x, -102, 4.5, 4.5, OUTLINE, outline=0, flat=True)
    for flip in (True, False):
        with s.moved(flip=flip):
            s.path("M2 -44C14 -46 50 -50 50 -24C50 -4 22 -4 14 -10C6 -18 4 -32 2 -44Z", colour)
            s.path("M2 -46C4 -70 26 -98 52 -96C72 -92 64 -42 40 -40C22 -38 10 -42 2 -46Z", colour)
    s.limb([(0, -70), (0, -18)], "#5a4660", 8)
    s.ellipse(0, -76, 9, 9, "#5a4660", outline=2.5)


NATURE = {
    "flower": Thing(draw=_flower, box=(-41, -120, 41, 0), grip=(0, -16)),
    "apple": Thing(draw=_apple, box=(-48, -106, 48, 2), grip=(-16, -5)),
    "mushroom": Thing(
        draw=_mushroom, smooth=_mushroom_cap, box=(-60, -106, 60, 2), grip=(-14, -12)
    ),
    "tree": Thing(
        draw=_tree, box=(-78, -188, 78, 2), roof=66, handy=False, big=True, beside=(187, 260)
    ),
    "star": Thing(draw=_star, box=(-57, -114, 57, -5), grip=(-26, -12), floats=70),
    "fish": Thing(draw=_fish, smooth=_plain_fish, box=(-74, -94, 68, 0), grip=(-16, -8), floats=70),
    "butterfly": Thing(
        draw=_butterfly,
        smooth=_plain_butterfly,
        box=(-65, -106, 65, -5),
        grip=(-16, -14),
        floats=80,
    ),
}
