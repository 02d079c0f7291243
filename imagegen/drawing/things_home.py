"""The things of the house: what one reads, wears, drinks from, lights and sits on."""

from imagegen.drawing import palette
from imagegen.drawing.materials import EBONY
from imagegen.drawing.svg import Sketch
from imagegen.drawing.thing import Thing
from imagegen.drawing.tints import second, trim

FLAME = "#fdc62f"


def _book(s: Sketch, colour: str) -> None:
    cover = palette.dark(colour, 0.2)
    s.path("M-40 -86L-24 -102L50 -102L50 -14L34 0L-40 -2Z", cover)
    s.path("M-34 -86L-22 -97L43 -97L43 -14L30 -4Z", "#fdf6e3", outline=2.5)
    s.rect(-46, -88, 78, 88, colour, radius=5)
    s.rect(-46, -88, 17, 88, cover, radius=5, outline=2.5)
    s.rect(-17, -72, 38, 26, second(colour, 0.65), radius=5, outline=2.5, flat=True)
    s.stroke("M-9 -63L13 -63M-5 -55L9 -55", palette.dark(colour, 0.35), 3)


def _umbrella_cloth(s: Sketch, colour: str) -> None:
    s.stroke("M0 -122L0 -110", "#6b4a35", 6)
    s.stroke("M0 -96L0 -10Q0 2 11 0Q18 -2 17 -9", "#6b4a35", 7)
    s.path(
        "M-62 -66C-60 -94 -34 -113 0 -113C34 -113 60 -94 62 -66Q50 -78 36 -66Q18 -80 0 -66"
        "Q-18 -80 -36 -66Q-50 -78 -62 -66Z",
        colour,
    )
    s.stroke("M-36 -66C-32 -96 -14 -112 0 -113C14 -112 32 -96 36 -66", palette.line(colour), 2.5)
    s.stroke("M0 -66L0 -110", palette.line(colour), 2.5)


def _umbrella(s: Sketch, colour: str) -> None:
    _umbrella_cloth(s, colour)
    for flip in (True, False):
        with s.moved(flip=flip):
            s.path("M0 -113C14 -112 32 -96 36 -66Q18 -80 0 -66Z", trim(colour, 0.22), outline=2.5)
    s.stroke("M-46 -82Q-36 -98 -22 -105", "#ffffff", 4.5, 0.55)


def _plain_cup(s: Sketch, colour: str) -> None:
    handle = "M32 -66C66 -72 66 -22 32 -26"
    s.stroke(handle, palette.line(colour), 17)
    s.stroke(handle, palette.dark(colour, 0.1), 11)
    s.path("M-40 -80L-36 -14Q-34 0 -20 0L20 0Q34 0 36 -14L40 -80Z", colour)
    s.ellipse(0, -80, 40, 12, palette.light(colour, 0.4))
    s.ellipse(0, -78, 31, 7.5, "#6e4328", outline=2)
    s.stroke("M-30 -62L-28 -22", "#ffffff", 5, 0.4)


def _cup(s: Sketch, colour: str) -> None:
    _plain_cup(s, colour)
    s.path("M-38 -46Q0 -36 38 -46L37 -32Q0 -22 -37 -32Z", second(colour), outline=0, flat=True)


def _hat(s: Sketch, colour: str) -> None:
    s.ellipse(0, -15, 62, 15, palette.dark(colour, 0.1))
    s.path("M-34 -18C-32 -50 -36 -70 -42 -88L42 -88C36 -70 32 -50 34 -18Q0 -4 -34 -18Z", colour)
    s.path("M-34 -42Q0 -30 34 -42L34 -18Q0 -4 -34 -18Z", trim(colour, 0.5), outline=2.5, flat=True)
    s.ellipse(0, -88, 42, 7, palette.dark(colour, 0.12))
    s.stroke("M-28 -72Q-25 -58 -25 -46", "#ffffff", 5, 0.45)


def _lantern(s: Sketch, colour: str) -> None:
    s.stroke("M-16 -92C-18 -120 18 -120 16 -92", palette.line(colour), 7)
    s.rect(-26, -66, 52, 44, "#ffe590", outline=2.5, flat=True)
    s.glow(0, -44, 24, "#ffffff", 0.9)
    s.path("M0 -62C10 -48 12 -42 10 -34Q0 -26 -10 -34C-12 -42 -10 -48 0 -62Z", "#fb9a2c", outline=2)
    for x in (-33, 21):
        s.rect(x, -68, 12, 48, colour, outline=2.5)
    s.path(
        "M-44 -66Q-46 -74 -38 -76L-18 -92Q0 -98 18 -92L38 -76Q46 -74 44 -66Q0 -58 -44 -66Z", colour
    )
    s.path("M-36 -24Q0 -16 36 -24L42 -6Q42 0 34 0L-34 0Q-42 0 -42 -6Z", colour)


def _key(s: Sketch, colour: str) -> None:
    s.path(
        "M-8 -50L8 -50L8 -34L32 -34L32 -22L22 -22L22 -13L32 -13L32 0L-3 0Q-8 0 -8 -5Z",
        colour,
    )
    s.path(
        "M-32 -76A32 32 0 1 1 32 -76A32 32 0 1 1 -32 -76Z"
        "M-15 -76A15 15 0 1 0 15 -76A15 15 0 1 0 -15 -76Z",
        colour,
    )
    s.rect(-15, -51, 30, 10, second(colour, 0.45), radius=4, outline=2.5, flat=True)
    s.stroke("M-22 -85Q-17 -96 -7 -99", "#ffffff", 5, 0.6)


def _candle(s: Sketch, colour: str) -> None:
    ring = "M36 -22C64 -36 66 -2 38 -8"
    s.stroke(ring, palette.line(colour), 12)
    s.stroke(ring, colour, 7)
    s.stroke("M0 -76L0 -88", EBONY, 4)
    s.path("M0 -124C17 -102 19 -82 0 -79C-19 -82 -17 -102 0 -124Z", FLAME, ink="#e8862a")
    s.path("M0 -103C8 -93 9 -84 0 -83C-9 -84 -8 -93 0 -103Z", "#fff6c9", outline=0, flat=True)
    s.path("M-46 -22Q0 -32 46 -22C44 -8 36 0 24 0L-24 0C-36 0 -44 -8 -46 -22Z", colour)
    s.ellipse(0, -23, 46, 8, palette.dark(colour, 0.25))
    s.path("M-24 -74L-24 -25Q0 -14 24 -25L24 -74Z", colour)
    melt = "M-24 -76Q0 -86 24 -76L24 -66Q18 -46 11 -65Q3 -58 -4 -65Q-14 -40 -24 -62Z"
    s.path(melt, second(colour), outline=2.5, flat=True)


def _plain_bell(s: Sketch, colour: str) -> None:
    s.stroke("M-9 -88C-14 -108 14 -108 9 -88", palette.line(colour), 7)
    s.ellipse(0, -9, 12, 10, palette.dark(colour, 0.35))
    s.path(
        "M0 -92C28 -92 34 -66 36 -46C38 -30 44 -22 52 -16Q0 -4 -52 -16C-44 -22 -38 -30 -36 -46"
        "C-34 -66 -28 -92 0 -92Z",
        colour,
    )
    s.stroke("M-22 -68Q-25 -60 -26 -54", "#ffffff", 6, 0.6)
    s.path("M-52 -16Q0 -4 52 -16Q58 -22 50 -24Q0 -12 -50 -24Q-58 -22 -52 -16Z", colour, outline=2.5)


def _bell(s: Sketch, colour: str) -> None:
    _plain_bell(s, colour)
    s.path("M-36 -46Q0 -36 36 -46L39 -34Q0 -23 -39 -34Z", second(colour), outline=0, flat=True)


def _chair(s: Sketch, colour: str) -> None:
    shade = palette.dark(colour, 0.3)
    for x in (-8, 44):
        s.rect(x, -66, 10, 50, shade, radius=2, outline=2.5)
    seat = [(-48, -46), (-10, -72), (54, -72), (30, -46)]
    s.polygon(seat, colour)
    s.polygon(seat, "#fffaf0", outline=0, flat=True, opacity=0.2)
    s.polygon([(30, -46), (54, -72), (54, -60), (30, -33)], shade)
    s.path("M-48 -104Q-48 -110 -43 -113L-18 -127Q-11 -130 -11 -122L-11 -72L-48 -46Z", colour)
    s.path("M-39 -98L-20 -111L-20 -77L-39 -64Z", palette.light(colour, 0.45), outline=2.5)
    s.rect(-48, -46, 78, 13, colour, radius=3)
    for x in (-48, 18):
        s.rect(x, -36, 12, 36, colour, radius=2)


def _table(s: Sketch, colour: str) -> None:
    shade = palette.dark(colour, 0.3)
    for x in (-64, 52):
        s.rect(x, -70, 12, 58, shade, radius=2, outline=2.5)
    for x in (-78, 62):
        s.rect(x, -70, 16, 70, colour, radius=3)
    s.rect(-70, -66, 140, 16, shade, outline=2.5)
    top = [(-86, -76), (-68, -96), (68, -96), (86, -76)]
    s.polygon(top, colour)
    s.polygon(top, "#fffaf0", outline=0, flat=True, opacity=0.25)
    s.rect(-86, -76, 172, 14, colour, radius=4)
    s.stroke("M-62 -87L-10 -87", "#ffffff", 4, 0.4)


HOME = {
    "book": Thing(draw=_book, box=(-48, -104, 52, 2), grip=(-16, -4)),
    "umbrella": Thing(
        draw=_umbrella, smooth=_umbrella_cloth, box=(-64, -125, 64, 4), grip=(0, -20), roof=66
    ),
    "cup": Thing(draw=_cup, smooth=_plain_cup, box=(-42, -94, 66, 2), grip=(-18, -4)),
    "hat": Thing(draw=_hat, box=(-64, -97, 64, 2), grip=(-24, -8)),
    "lantern": Thing(draw=_lantern, box=(-46, -116, 46, 2), grip=(0, -5)),
    "key": Thing(draw=_key, box=(-34, -110, 34, 2), grip=(0, -46)),
    "candle": Thing(draw=_candle, box=(-48, -126, 64, 2), grip=(0, -4)),
    "bell": Thing(draw=_bell, smooth=_plain_bell, box=(-56, -106, 56, 2), grip=(-20, -5)),
    "chair": Thing(
        draw=_chair, box=(-50, -130, 56, 2), shelf=59, handy=False, big=True, beside=(150, 165)
    ),
    "table": Thing(
        draw=_table,
        box=(-88, -98, 88, 2),
        shelf=86,
        roof=50,
        handy=False,
        big=True,
        beside=(187, 150),
    ),
}
