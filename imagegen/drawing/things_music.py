"""The things to make music with, but for the guitar and the drum."""

from imagegen.drawing import palette
from imagegen.drawing.materials import EBONY, WOOD
from imagegen.drawing.svg import Sketch
from imagegen.drawing.thing import Thing
from imagegen.drawing.tints import second, trim


def _violin(s: Sketch, colour: str) -> None:
    s.rect(-5, -122, 10, 64, EBONY, radius=2)
    s.stroke("M-12 -124L12 -124M-12 -116L12 -116", EBONY, 5)
    s.path("M-7 -120C-14 -140 14 -144 11 -128Q8 -120 0 -126L6 -118Z", WOOD, outline=2.5)
    s.path(
        "M0 -84C22 -84 32 -72 28 -60C24 -54 20 -50 22 -44C24 -38 38 -34 38 -18C38 -4 22 2 0 2"
        "C-22 2 -38 -4 -38 -18C-38 -34 -24 -38 -22 -44C-20 -50 -24 -54 -28 -60"
        "C-32 -72 -22 -84 0 -84Z",
        colour,
    )
    s.rect(-5, -86, 10, 44, EBONY, outline=0)
    hole = palette.line(colour) if trim(colour) == palette.dark(colour) else trim(colour, 0.5)
    s.stroke("M-16 -46Q-24 -40 -18 -32Q-12 -24 -20 -20M16 -46Q24 -40 18 -32Q12 -24 20 -20", hole, 4)
    s.path("M-7 -18L7 -18L4 0L-4 0Z", EBONY, outline=0)
    s.stroke("M-2.5 -116L-2.5 -16M2.5 -116L2.5 -16", "#f3ead2", 2)
    s.stroke("M-12 -32L12 -32", "#f3ead2", 5)
    s.limb([(46, -2), (58, -118)], WOOD, 5)
    s.stroke("M41 -6L52 -116", "#f3ead2", 3)


def _piano(s: Sketch, colour: str) -> None:
    for x in (-66, 54):
        s.rect(x, -46, 12, 46, colour, radius=3)
    s.rect(-64, -112, 128, 108, colour, radius=5)
    s.rect(-70, -118, 140, 13, colour, radius=5)
    edge = trim(colour, 0.35)
    s.stroke("M-52 -96L52 -96L52 -72L-52 -72Z", edge, 4)
    s.stroke("M-40 -36L40 -36L40 -16L-40 -16Z", edge, 4)
    s.rect(-72, -64, 144, 22, "#fffaf0")
    for i in range(13):
        x = -60 + i * 10
        s.stroke(f"M{x} -63L{x} -44", "#b9b2c4", 1.6)
        if i % 7 not in (2, 6):
            s.rect(x - 3, -64, 6, 13, EBONY, outline=0, flat=True)
    s.rect(-74, -44, 148, 9, colour, radius=3)


def _trumpet(s: Sketch, colour: str) -> None:
    loop = "M-44 -40L44 -40Q58 -40 58 -28Q58 -14 44 -14L-20 -14Q-34 -14 -34 -28Q-34 -40 -20 -40"
    s.stroke(loop, palette.line(colour), 14)
    s.stroke(loop, colour, 9)
    s.stroke("M-96 -40L40 -40", palette.line(colour), 14)
    s.stroke("M-96 -40L40 -40", colour, 9)
    s.path("M-104 -50L-94 -46L-94 -34L-104 -30Q-100 -40 -104 -50Z", palette.light(colour, 0.3))
    for x in (-14, 6, 26):
        s.rect(x - 7, -56, 14, 46, palette.dark(colour, 0.12), radius=4)
        s.stroke(f"M{x} -58L{x} -66", palette.OUTLINE, 4)
        s.ellipse(x, -68, 7, 4, second(colour, 0.6), outline=2.5)
    s.path("M36 -46C62 -48 78 -58 88 -76Q100 -40 88 -4C78 -22 62 -32 36 -34Z", colour)
    s.ellipse(89, -40, 8, 37, palette.dark(colour, 0.3))
    s.stroke("M-84 -42L-30 -42", "#ffffff", 3, 0.6)


MUSIC = {
    "violin": Thing(draw=_violin, box=(-40, -140, 64, 4), grip=(0, -96)),
    "piano": Thing(
        draw=_piano,
        box=(-76, -120, 76, 2),
        shelf=118,
        handy=False,
        big=True,
        beside=(210, 190),
    ),
    "trumpet": Thing(draw=_trumpet, box=(-106, -80, 100, -2), grip=(6, -18), wears=False),
}
