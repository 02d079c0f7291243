"""The things to play with, to play on, and to celebrate with."""

from imagegen.drawing import palette
from imagegen.drawing.materials import EBONY, STALK
from imagegen.drawing.svg import Sketch
from imagegen.drawing.thing import Thing
from imagegen.drawing.tints import second, shine, trim


def _plain_ball(s: Sketch, colour: str) -> None:
    s.ellipse(0, -45, 45, 45, colour)
    shine(s, -16, -72, 10, 6, -20)


def _ball(s: Sketch, colour: str) -> None:
    band = second(colour, 0.6)
    s.ellipse(0, -45, 45, 45, colour)
    s.path(
        "M-38 -70C-14 -56 14 -56 38 -70L44 -54C16 -40 -16 -40 -44 -54Z", band, outline=0, flat=True
    )
    s.path(
        "M-44 -36C-16 -24 16 -24 44 -36L36 -18C14 -8 -14 -8 -36 -18Z", band, outline=0, flat=True
    )
    s.stroke("M-45 -45A45 45 0 1 1 45 -45A45 45 0 1 1 -45 -45Z", palette.line(colour), 3)
    shine(s, -16, -72, 10, 6, -20)


def _balloon(s: Sketch, colour: str) -> None:
    s.stroke("M0 -52C-14 -38 14 -22 0 -2", "#6b5f78", 3.5)
    s.path("M0 -58L-9 -46Q0 -42 9 -46Z", palette.dark(colour, 0.15), outline=2.5)
    s.path(
        "M0 -55C-24 -62 -40 -82 -40 -103C-40 -128 -22 -146 0 -146C22 -146 40 -128 40 -103"
        "C40 -82 24 -62 0 -55Z",
        colour,
    )
    shine(s, -17, -118, 8, 15, 25)


def _plain_kite(s: Sketch, colour: str) -> None:
    s.stroke("M0 -50C-12 -38 12 -16 0 -2", "#6b5f78", 3.5)
    s.polygon([(0, -150), (46, -106), (0, -46), (-46, -106)], colour)
    _kite_lines(s, colour)


def _kite(s: Sketch, colour: str) -> None:
    _plain_kite(s, colour)
    pale = second(colour, 0.4)
    s.polygon([(0, -150), (46, -106), (0, -106)], pale, outline=2, flat=True)
    s.polygon([(0, -46), (-46, -106), (0, -106)], pale, outline=2, flat=True)
    _kite_lines(s, colour)


def _kite_lines(s: Sketch, colour: str) -> None:
    """The spars, the edge and the bows on the string."""
    s.stroke("M0 -150L0 -46M-46 -106L46 -106", palette.line(colour), 2)
    s.stroke("M0 -150L46 -106L0 -46L-46 -106Z", palette.line(colour), 3.5)
    for x, y, turn in ((-3, -36, 15), (3, -14, -15)):
        with s.moved(x, y, turn=turn):
            s.path("M0 0L-15 -9L-15 9ZM0 0L15 -9L15 9Z", colour, outline=2.5)


def _guitar(s: Sketch, colour: str) -> None:
    s.rect(-7, -118, 14, 72, "#6b4a35", radius=2)
    s.path("M-8 -114L-12 -138Q0 -144 12 -138L8 -114Z", palette.dark(colour, 0.35))
    s.path(
        "M0 -74C22 -78 32 -62 24 -48C22 -42 38 -36 38 -22C38 -4 20 2 0 2C-20 2 -38 -4 -38 -22"
        "C-38 -36 -22 -42 -24 -48C-32 -62 -22 -78 0 -74Z",
        colour,
    )
    s.rect(-7, -84, 14, 30, "#6b4a35", outline=0)
    s.ellipse(0, -42, 12, 12, EBONY, ink=second(colour), outline=4)
    s.rect(-15, -19, 30, 8, "#6b4a35", radius=3, outline=2)
    s.stroke("M-3 -116L-3 -16M3 -116L3 -16", "#f3ead2", 2.4)


def _plain_drum(s: Sketch, colour: str) -> None:
    _drum_shell(s, colour)
    _drum_skin(s, colour)


def _drum(s: Sketch, colour: str) -> None:
    _drum_shell(s, colour)
    s.stroke("M-48 -52L-33 -20L-17 -42L0 -14L17 -42L33 -20L48 -52", second(colour, 0.8), 6)
    _drum_skin(s, colour)


def _drum_shell(s: Sketch, colour: str) -> None:
    s.path("M-50 -66L-50 -18C-50 8 50 8 50 -18L50 -66Z", colour)


def _drum_skin(s: Sketch, colour: str) -> None:
    """Both rims, the skin and the sticks on it."""
    rim = trim(colour, 0.3)
    s.path("M-54 -24C-54 2 54 2 54 -24L54 -17C54 8 -54 8 -54 -17Z", rim)
    s.path("M-54 -70C-54 -42 54 -42 54 -70L54 -61C54 -34 -54 -34 -54 -61Z", rim)
    s.ellipse(0, -70, 54, 20, "#fbf1dc")
    for stick in ("M-8 -68L-44 -88", "M10 -66L48 -86"):
        s.stroke(stick, "#6b4326", 9)
        s.stroke(stick, "#c98d52", 5)


def _gift_bow(s: Sketch, ribbon: str) -> None:
    for flip in (True, False):
        with s.moved(0, -80, flip=flip):
            s.path(
                "M2 4L30 24L17 27L14 36L-2 8Z", palette.dark(ribbon, 0.12), outline=2.5, flat=True
            )
            s.path("M2 0C8 -20 34 -30 40 -16C44 0 20 10 2 2Z", ribbon, flat=True)
    s.ellipse(0, -79, 9, 9, ribbon, flat=True)


def _gift(s: Sketch, colour: str) -> None:
    ribbon = second(colour, 0.65)
    s.rect(-42, -62, 84, 62, colour, radius=4)
    s.rect(-9, -58, 18, 57, ribbon, outline=2, flat=True)
    s.polygon([(-48, -78), (-38, -98), (38, -98), (48, -78)], palette.light(colour, 0.2))
    s.polygon([(-9, -78), (-7, -97), (7, -97), (9, -78)], ribbon, outline=2, flat=True)
    s.rect(-48, -78, 96, 22, colour, radius=4)
    s.rect(-9, -77, 18, 20, ribbon, outline=2, flat=True)
    _gift_bow(s, ribbon)


def _cake_tier(s: Sketch, colour: str, left: float, top: float, height: float) -> None:
    """One tier from `left` to its mirror image, the icing running down it in three drops."""
    icing = second(colour, 0.7)
    step = -left / 3
    s.rect(left, top, -2 * left, height, colour, radius=6)
    d = f"M{left:.0f} {top + 14:.0f}C{left - 2:.0f} {top - 8:.0f} {2 - left:.0f} {top - 8:.0f}"
    d += f" {-left:.0f} {top + 14:.0f}"
    for i in range(6):
        x = -left - step * (i + 1)
        deep = top + (28 if i % 2 else 8)
        d += f"Q{x + step / 2:.1f} {deep:.1f} {x:.1f} {top + 14:.1f}"
    s.path(d + "Z", icing, outline=2.5, flat=True)


def _cake(s: Sketch, colour: str) -> None:
    s.ellipse(0, -7, 64, 7, "#d9dbe3", outline=2.5)
    _cake_tier(s, colour, -52, -52, 47)
    _cake_tier(s, colour, -34, -90, 42)
    s.stroke("M0 -104Q3 -112 10 -114", STALK, 4)
    s.ellipse(0, -98, 10, 10, palette.dark(colour, 0.2))
    shine(s, -3, -101, 3.5, 2.5)


def _cube(s: Sketch, colour: str) -> None:
    s.polygon([(0, 0), (-48, -25), (-48, -79), (0, -54)], colour)
    s.polygon([(0, 0), (48, -25), (48, -79), (0, -54)], colour)
    s.polygon([(0, -54), (-48, -79), (0, -104), (48, -79)], colour)
    for side, tone, share in (
        ([(0, 0), (48, -25), (48, -79), (0, -54)], "#33204f", 0.36),
        ([(0, -54), (-48, -79), (0, -104), (48, -79)], "#fffaf0", 0.22),
    ):
        s.polygon(side, tone, outline=0, flat=True, opacity=share)
    s.stroke("M-44 -77L0 -54L44 -77M0 -54L0 -4", palette.line(colour), 3)


def _rocket(s: Sketch, colour: str) -> None:
    fin = palette.dark(colour, 0.22)
    s.rect(-13, -20, 26, 16, "#7d8296", radius=4)
    for flip in (True, False):
        with s.moved(flip=flip):
            s.path("M20 -58C40 -46 46 -24 42 0C34 -10 26 -16 14 -18Z", fin)
    s.path("M0 -136C30 -112 36 -66 20 -14Q0 -8 -20 -14C-36 -66 -30 -112 0 -136Z", colour)
    nose = second(colour, 0.55)
    s.path(
        "M0 -136C14 -125 22 -113 26 -99Q0 -92 -26 -99C-22 -113 -14 -125 0 -136Z", nose, flat=True
    )
    s.ellipse(0, -70, 14, 14, "#9fd8f2", ink=nose, outline=6)
    shine(s, -4, -75, 5, 3.5)
    s.path("M0 -44C5 -34 5 -14 0 -2C-5 -14 -5 -34 0 -44Z", fin, outline=2.5, flat=True)


PLAY = {
    "ball": Thing(draw=_ball, smooth=_plain_ball, box=(-46, -92, 46, 2), grip=(-14, -5)),
    "balloon": Thing(draw=_balloon, box=(-42, -148, 42, 0), grip=(0, -2), floats=60),
    "kite": Thing(draw=_kite, smooth=_plain_kite, box=(-48, -152, 48, 0), grip=(0, -2), floats=80),
    "guitar": Thing(draw=_guitar, box=(-40, -142, 40, 4), grip=(0, -88)),
    "drum": Thing(draw=_drum, smooth=_plain_drum, box=(-56, -92, 56, 2), grip=(-20, -6), shelf=70),
    "gift": Thing(draw=_gift, box=(-50, -104, 50, 2), grip=(-18, -4), shelf=88),
    "cake": Thing(draw=_cake, box=(-66, -116, 66, 2), grip=(-24, -4)),
    "cube": Thing(draw=_cube, handy=False, box=(-50, -106, 50, 2), grip=(0, -4), shelf=79),
    "rocket": Thing(
        draw=_rocket, handy=False, beside=(130, 200), box=(-45, -138, 45, 2), grip=(0, -8)
    ),
}
