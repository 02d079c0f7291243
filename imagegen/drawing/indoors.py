"""The places with walls: kitchen, library, circus."""

from random import Random

from imagegen.drawing import palette
from imagegen.drawing.built import window
from imagegen.drawing.sky import SKIES, Air, crescent, toned
from imagegen.drawing.svg import Sketch


def _shelf(s: Sketch, rng: Random, air: Air, left: float, top: float, width: float) -> None:
    tone = toned(air)
    s.rect(left, top, width, 7, tone("#a9713f"), outline=0, flat=True)
    x = left + 8
    while x < left + width - 30:
        colour = tone(rng.choice(["#e8796b", "#7fb3d8", "#f2c25a", "#8cc08a"]))
        if rng.random() < 0.5:
            s.rect(x, top - 28, 22, 28, colour, radius=5, outline=0, flat=True)
            s.rect(x - 2, top - 33, 26, 8, palette.dark(colour, 0.25), radius=3, outline=0)
        else:
            s.path(
                f"M{x} {top - 22}h26v10q0 12 -13 12q-13 0 -13 -12Z", colour, outline=0, flat=True
            )
        x += 34


def _stove(s: Sketch, air: Air) -> None:
    tone = toned(air)
    s.rect(-56, -132, 112, 132, tone("#eef0f4"), radius=6, outline=2)
    s.rect(-44, -84, 88, 66, tone("#4a4d5e"), radius=8, outline=0, flat=True)
    s.rect(-36, -76, 72, 46, tone("#f2a24e"), radius=6, outline=0, flat=True, opacity=0.8)
    for x in (-36, -12, 12, 36):
        s.ellipse(x, -108, 7, 7, tone("#7d8296"), outline=0, flat=True)
    s.rect(-58, -138, 116, 10, tone("#9aa0b2"), radius=3, outline=0, flat=True)
    s.rect(-34, -176, 60, 38, tone("#d8655c"), radius=6, outline=2)
    s.rect(-40, -182, 72, 10, tone("#b34c48"), radius=4, outline=0, flat=True)
    s.stroke("M26 -162L46 -166", tone("#5b5e70"), 7)
    for x in (-18, 6):
        s.stroke(f"M{x} -192q-10 -12 0 -22q10 -10 0 -22", tone("#ffffff"), 5, 0.7)


def kitchen(s: Sketch, rng: Random, air: Air) -> None:
    """Tiles, a stove with a steaming pot, shelves of jars, a window, a checked floor."""
    tone = toned(air)
    flip = rng.random() < 0.5
    wall = rng.choice(["#cfe6e2", "#f9e6b8", "#e3ddf0"])
    s.rect(0, 0, 512, 345, tone(wall), outline=0, flat=True)
    grout = tone(palette.light(wall, 0.7))
    d = "".join(f"M0 {y}L512 {y}" for y in range(208, 320, 28))
    s.rect(0, 200, 512, 140, tone(palette.dark(wall, 0.08)), outline=0, flat=True)
    s.stroke(d + "".join(f"M{x} 204L{x} 330" for x in range(16, 512, 32)), grout, 2.5)
    with s.moved(512 if flip else 0, 0, flip=flip):
        with s.moved(150, 112, 0.78):
            window(s, rng, air)
        _shelf(s, rng, air, 292, 92, 190)
        _shelf(s, rng, air, 292, 158, 190)
        s.rect(-5, 262, 392, 84, tone("#c98d5a"), outline=0, flat=True)
        s.rect(-5, 250, 396, 16, tone("#f0e2cc"), outline=2)
        for x in (12, 108, 204, 298):
            s.rect(x, 276, 82, 58, tone("#dba873"), radius=4, outline=0, flat=True)
            s.ellipse(x + 41, 286, 6, 4, tone("#8a5a35"), outline=0, flat=True)
        with s.moved(446, 348):
            _stove(s, air)
    s.wash(0, 340, 512, 172, tone("#eadfd2"), tone("#f5ece0"))
    for row in range(4):
        top, foot = 340 + row * 43, 383 + row * 43
        for column in range(-4, 5):
            if (row + column) % 2:
                continue
            spread, wider = 62 + row * 13, 62 + (row + 1) * 13
            x, x2 = 256 + column * spread, 256 + column * wider
            tile = [(x, top), (x + spread, top), (x2 + wider, foot), (x2, foot)]
            s.polygon(tile, tone("#c9a9a0"), outline=0, flat=True, opacity=0.55)


def _books(s: Sketch, rng: Random, air: Air, left: float, foot: float, width: float) -> None:
    tone = toned(air)
    x = left
    while x < left + width - 12:
        wide, tall = rng.uniform(11, 19), rng.uniform(34, 49)
        colour = tone(
            rng.choice(["#b5544f", "#4f7fa8", "#d9a648", "#5f9468", "#8565a0", "#c7805a"])
        )
        s.rect(x, foot - tall, wide, tall, colour, outline=0, flat=True)
        s.rect(x, foot - tall + 7, wide, 4, palette.light(colour, 0.5), outline=0, flat=True)
        x += wide + 1.5


def library(s: Sketch, rng: Random, air: Air) -> None:
    """Walls of books up to the ceiling, a ladder, a high window between them."""
    tone = toned(air)
    s.rect(0, 0, 512, 345, tone("#e9d3ac"), outline=0, flat=True)
    middle = rng.choice([150, 256, 362])
    wood, dark = tone("#b58a62"), tone("#94694a")
    for left, right in ((-6, middle - 74), (middle + 74, 518)):
        s.rect(left, -5, right - left, 345, dark, outline=0, flat=True)
        for foot in (66, 132, 198, 264, 330):
            _books(s, rng, air, left + 10, foot, right - left - 20)
            s.rect(left, foot, right - left, 9, wood, outline=0, flat=True)
        for x in (left, right - 9):
            s.rect(x, -5, 9, 345, wood, outline=0, flat=True)
    with s.moved(middle, 130, 0.82):
        window(s, rng, air)
    ladder = 440 if middle < 300 else 70
    for x in (-18, 18):
        s.stroke(f"M{ladder + x} 344L{ladder + x * 0.7 + 24:.0f} 30", tone("#d9a765"), 7)
    for i in range(8):
        y, rung = 316 - i * 38, ladder + 2 + i * 2.9
        s.stroke(f"M{rung - 16:.0f} {y}L{rung + 16:.0f} {y}", tone("#d9a765"), 6)
    s.wash(0, 338, 512, 174, tone("#a56a45"), tone("#bd8258"))
    s.rect(0, 332, 512, 9, dark, outline=0, flat=True)
    s.ellipse(256, 446, 220, 54, tone("#8f3f45"), outline=0, flat=True)
    s.ellipse(256, 446, 196, 45, tone("#b0595a"), outline=0, flat=True)


def _bunting(s: Sketch, air: Air) -> None:
    tone = toned(air)
    s.stroke("M-5 60Q128 150 256 84Q384 150 517 60", tone("#fff3df"), 4)
    flags = ((40, 88), (88, 106), (136, 111), (186, 102), (236, 90))
    for i, (x, y) in enumerate((*flags, *((512 - x, y) for x, y in reversed(flags)))):
        colour = tone(("#f7c531", "#4fae9e", "#f2eee6", "#5f8fe0")[i % 4])
        s.polygon([(x - 14, y - 2), (x + 14, y - 2), (x, y + 28)], colour, outline=0, flat=True)


def circus(s: Sketch, rng: Random, air: Air) -> None:
    """Under the striped tent: bunting, an opening to the sky, the ring with its sand."""
    tone = toned(air)
    red, cream = tone("#d8504e"), tone("#fdf0d8")
    s.rect(0, 0, 512, 345, cream, outline=0, flat=True)
    for i in range(-7, 8, 2):
        x = 256 + i * 46
        stripe = [(256 + i * 8 - 5, -60), (256 + i * 8 + 5, -60), (x + 25, 345), (x - 25, 345)]
        s.polygon(stripe, red, outline=0, flat=True)
    s.path("M196 345L196 240Q200 176 256 166Q312 176 316 240L316 345Z", red, outline=0, flat=True)
    with s.cut("M206 345L206 240Q210 188 256 178Q302 188 306 240L306 345Z"):
        s.wash(206, 170, 100, 176, *SKIES[air.time])
        if air.time == "night":
            crescent(s, 250, 226, 0.5)
        else:
            disc = "#ffb04f" if air.time == "sunset" else "#ffe07a"
            s.ellipse(
                254,
                282 if air.time == "sunset" else 226,
                20,
                20,
                disc,
                outline=0,
                flat=True,
                lit=True,
            )
    _bunting(s, air)
    for flip in (False, True):
        with s.moved(512 if flip else 0, 0, flip=flip):
            for row in range(2):
                top = 272 + row * 30
                s.rect(-5, top, 190 - row * 24, 40, tone(("#6b4f8f", "#7f5fa8")[row]), outline=0)
            s.polygon(
                [(40, -5), (76, -5), (250, 440), (60, 440)],
                "#fff3b8",
                outline=0,
                flat=True,
                opacity=0.16,
            )
    s.wash(0, 338, 512, 174, tone("#e3bd7d"), tone("#f3d79f"))
    s.path("M-5 330Q256 300 517 330L517 364Q256 332 -5 364Z", tone("#3f6fc0"), outline=0, flat=True)
    for x in range(20, 512, 68):
        y = 344 - 22 * (1 - ((x - 256) / 256) ** 2)
        s.path(f"M{x} {y - 8:.0f}l9 9l-9 9l-9 -9Z", tone("#f7d152"), outline=0, flat=True)
    d = f"M60 {rng.uniform(400, 420):.0f}q60 -10 110 0M340 486q60 -10 120 0M380 396q40 -8 80 0"
    s.stroke(d, tone("#cfa565"), 4, 0.7)
