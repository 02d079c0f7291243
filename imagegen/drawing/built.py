"""The places that people built: city, castle, room, farm."""

from random import Random

from imagegen.drawing import palette
from imagegen.drawing.sky import SKIES, Air, crescent, earthy, ground, sky, toned
from imagegen.drawing.svg import Sketch

LAMP = "#ffdf85"  # a window with somebody at home


def _pane(rng: Random, air: Air) -> str:
    lit = rng.random() < {"day": 0.0, "sunset": 0.35, "night": 0.55}[air.time]
    return LAMP if lit else toned(air)("#dcebf5" if air.time == "day" else "#9aa6c4")


def _house(s: Sketch, rng: Random, air: Air, x: float, width: float, top: float, wall: str) -> None:
    """A house of the near row, its windows in a grid."""
    tone = toned(air)
    s.rect(x, top, width, 345 - top, tone(wall), outline=0, flat=True)
    s.rect(x - 4, top - 10, width + 8, 14, tone(palette.dark(wall, 0.25)), outline=0, flat=True)
    columns = int(width // 34)
    gap = (width - columns * 18) / (columns + 1)
    for row in range(int((315 - top) // 42)):
        for column in range(columns):
            left = x + gap + column * (18 + gap)
            pane = _pane(rng, air)
            s.rect(
                left,
                top + 18 + row * 42,
                18,
                24,
                pane,
                radius=2,
                outline=0,
                flat=True,
                lit=pane == LAMP,
            )


def _far_row(s: Sketch, rng: Random, air: Air) -> None:
    colour = toned(air)("#b9c4dd")
    x = -20.0
    while x < 512:
        width, top = rng.uniform(46, 70), rng.uniform(140, 225)
        s.rect(x, top, width, 345 - top, colour, outline=0, flat=True)
        if rng.random() < 0.35:
            s.polygon(
                [(x, top), (x + width / 2, top - 40), (x + width, top)],
                colour,
                outline=0,
                flat=True,
            )
        for i in range(2):
            pane = palette.mix(_pane(rng, air), colour, 0.45)
            s.rect(
                x + width / 2 - 7,
                top + 18 + i * 38,
                14,
                18,
                pane,
                outline=0,
                flat=True,
                lit=pane == LAMP,
            )
        x += width + rng.uniform(0, 10)


def city(s: Sketch, rng: Random, air: Air) -> None:
    """A skyline behind a street, with lit windows in the dark."""
    tone, land = toned(air), earthy(air)
    sky(s, rng, air, high=(150, 66), low=(rng.choice([180, 330]), 128))
    _far_row(s, rng, air)
    walls = rng.sample(["#e3a48c", "#ecc98d", "#a9bfae", "#c3a9c9", "#d99a9a"], 5)
    tops = [rng.uniform(120, 150), rng.uniform(190, 215), 246, rng.uniform(185, 210)]
    tops.append(rng.uniform(110, 145))
    spans = ((-14, 104), (92, 82), (178, 156), (338, 84), (424, 106))
    for (x, width), top, wall in zip(spans, tops, walls, strict=True):
        _house(s, rng, air, x, width, top, wall)
    s.rect(0, 326, 512, 8, tone("#d9d6dc"), outline=0, flat=True)
    s.rect(0, 334, 512, 40, land("#9b9aa8"), outline=0, flat=True)
    for i in range(5):
        s.rect(20 + i * 108, 351, 50, 6, tone("#f3f0ea"), radius=2, outline=0, flat=True)
    s.rect(0, 372, 512, 10, land("#efecec"), outline=0, flat=True)
    s.wash(0, 380, 512, 132, land("#cfccd6"), land("#dddae2"))
    for x in (60, 190, 322, 452):
        slant = (x - 256) * 0.4
        s.stroke(f"M{x} 382L{x + slant:.0f} 512", tone("#bdb9c6"), 3, 0.7)
    s.stroke("M0 436L512 436", tone("#bdb9c6"), 3, 0.7)


def _tower(s: Sketch, x: float, half: float, top: float, wall: str, roof: str, pane: str) -> None:
    s.rect(x - half, top, half * 2, 330 - top, wall, outline=0, flat=True)
    s.rect(
        x + half * 0.3, top, half * 0.7, 330 - top, palette.dark(wall, 0.1), outline=0, flat=True
    )
    s.polygon(
        [(x - half - 8, top), (x, top - half * 3), (x + half + 8, top)], roof, outline=0, flat=True
    )
    shade = [(x + half * 0.3, top), (x, top - half * 3), (x + half + 8, top)]
    s.polygon(shade, palette.dark(roof, 0.15), outline=0, flat=True)
    s.path(
        f"M{x - 7:.0f} {top + 46:.0f}l0 -16q7 -12 14 0l0 16Z",
        pane,
        outline=0,
        flat=True,
        lit=pane == LAMP,
    )


def _battlement(s: Sketch, left: float, right: float, top: float, wall: str) -> None:
    s.rect(left, top, right - left, 330 - top, wall, outline=0, flat=True)
    count = int((right - left) // 24)
    step = (right - left) / count
    for i in range(count):
        s.rect(left + i * step + 4, top - 12, step - 8, 14, wall, outline=0, flat=True)


def castle(s: Sketch, rng: Random, air: Air) -> None:
    """A fairy-tale castle on its lawn, a path winding from its gate."""
    tone, land = toned(air), earthy(air)
    flip = rng.random() < 0.5
    sky(s, rng, air, high=(330 if flip else 95, 72), low=(430 if flip else 80, 215))
    pane = "#7d76a8" if air.time == "day" else LAMP
    wall, roof = tone("#eadbe6"), tone(rng.choice(["#8b86cf", "#c783b4", "#7f9fd6"]))
    pale = palette.dark(wall, 0.07)
    s.path("M0 304Q110 268 256 292T512 296L512 345L0 345Z", land("#a9d3a2"), outline=0, flat=True)
    with s.moved(136 if flip else 376, rng.uniform(-4, 6), rng.uniform(0.96, 1.04)):
        _tower(s, -52, 22, 172, pale, roof, pane)
        _tower(s, 58, 22, 160, pale, roof, pane)
        _tower(s, 4, 28, 128, wall, roof, pane)
        s.stroke("M4 44L4 26", tone("#8a7a6a"), 4)
        s.polygon([(4, 16), (32, 24), (4, 34)], tone("#f29a9a"), outline=0, flat=True)
        _battlement(s, -100, 100, 232, palette.light(wall, 0.35))
        _tower(s, -112, 24, 206, wall, roof, pane)
        _tower(s, 112, 24, 206, wall, roof, pane)
        s.path(
            "M-28 334L-28 290Q-26 262 0 260Q26 262 28 290L28 334Z",
            tone("#a58b9c"),
            outline=0,
            flat=True,
        )
        s.path(
            "M-20 334L-20 292Q-18 270 0 268Q18 270 20 292L20 334Z",
            tone("#8a6450"),
            outline=0,
            flat=True,
        )
    ground(s, "M0 330Q130 320 256 328T512 326", land("#b3d99c"), land("#c7e2ac"))
    with s.moved(512 if flip else 0, 0, flip=flip):
        way = (
            "M354 326L398 326Q416 352 334 386Q262 420 330 512L110 512"
            "Q120 420 264 376Q346 352 354 326Z"
        )
        s.path(way, land("#ecdcc0"), outline=0, flat=True)
    for x in (22, 62, 452, 492):
        s.ellipse(x, 352, 34, 24, tone("#7fb987"), outline=0, flat=True)


def window(s: Sketch, rng: Random, air: Air) -> None:
    """A window 150 by 170 around (0, 0), with the sky in it."""
    s.rect(-81, -91, 162, 182, toned(air)("#fbf5ea"), radius=6, outline=2)
    s.wash(-70, -80, 140, 160, *SKIES[air.time])
    if air.time == "night":
        crescent(s, -28, -42, 0.56)
        for x, y in ((28, -52), (46, 24), (-34, 28), (22, -20)):
            s.ellipse(x, y, 3.5, 3.5, "#fff6d2", outline=0, flat=True, lit=True)
    elif air.time == "sunset":
        s.ellipse(-22, 22, 26, 26, "#ffe0a0", outline=0, flat=True, lit=True)
    else:
        s.ellipse(-27, -42, 19, 19, "#ffe07a", outline=0, flat=True, lit=True)
    s.path(
        "M-70 80L-70 52Q-30 30 10 50Q40 62 70 44L70 80Z",
        toned(air)("#9ccf8a"),
        outline=0,
        flat=True,
    )
    frame = toned(air)("#fbf5ea")
    s.rect(-5, -82, 10, 164, frame, outline=0, flat=True)
    s.rect(-72, -6, 144, 10, frame, outline=0, flat=True)
    s.rect(-90, 86, 180, 14, frame, radius=4, outline=2)


def _curtains(s: Sketch, cloth: str) -> None:
    for flip in (False, True):
        with s.moved(flip=flip):
            s.path(
                "M-100 -100L-40 -100Q-44 -20 -84 30L-88 84L-108 84Z", cloth, outline=0, flat=True
            )
            s.stroke("M-78 -92Q-78 -30 -94 20", palette.dark(cloth, 0.15), 5)
    s.stroke("M-114 -102L114 -102", palette.dark(cloth, 0.4), 9)


def _picture(s: Sketch, rng: Random, air: Air) -> None:
    tone = toned(air)
    s.rect(-46, -40, 92, 80, tone("#c99a5f"), radius=4, outline=2)
    s.rect(-36, -30, 72, 60, tone("#f7efdf"), outline=0, flat=True)
    if rng.random() < 0.5:
        s.polygon([(-30, 26), (-6, -16), (18, 26)], tone("#9fb4d6"), outline=0, flat=True)
        s.polygon([(0, 26), (16, -2), (32, 26)], tone("#86a3c9"), outline=0, flat=True)
    else:
        s.stroke("M0 24L0 0", tone("#7fb070"), 5)
        for x, y in ((-10, -6), (10, -6), (0, -17), (0, 4)):
            s.ellipse(x, y, 9, 9, tone("#f2a0a8"), outline=0, flat=True)
        s.ellipse(0, -6, 6, 6, tone("#fbd65a"), outline=0, flat=True)


def room(s: Sketch, rng: Random, air: Air) -> None:
    """Inside: striped wallpaper, a window, a picture, a rug on the wooden floor."""
    tone = toned(air)
    wall, cloth = rng.choice(
        [
            ("#f6dcc4", "#d98f86"),
            ("#d5e6da", "#dba56b"),
            ("#f3dde3", "#8fa9d3"),
            ("#dfe0f0", "#c48fb8"),
        ]
    )
    s.rect(0, 0, 512, 345, tone(wall), outline=0, flat=True)
    for x in range(16, 512, 64):
        s.rect(x, 0, 30, 345, tone(palette.light(wall, 0.4)), outline=0, flat=True)
    flip = rng.random() < 0.5
    with s.moved(388 if flip else 124, rng.uniform(146, 160)):
        window(s, rng, air)
        _curtains(s, tone(cloth))
    with s.moved((90 if flip else 420) + rng.uniform(-12, 12), rng.uniform(110, 150), 1.1):
        _picture(s, rng, air)
    s.wash(0, 330, 512, 182, tone("#cf9f6e"), tone("#e0b684"))
    for x in (30, 110, 186, 256, 326, 402, 482):
        s.stroke(f"M{x} 336L{256 + (x - 256) * 1.7:.0f} 512", tone("#bb8a5b"), 3, 0.7)
    s.rect(0, 316, 512, 20, tone("#fbf5ea"), outline=2)
    s.ellipse(256, 446, 210, 52, tone(cloth), outline=0, flat=True)
    s.ellipse(256, 446, 186, 43, tone(palette.mix(cloth, "#ffffff", 0.6)), outline=0, flat=True)


def _barn(s: Sketch, air: Air) -> None:
    tone = toned(air)
    red, white = tone("#cf6157"), tone("#fbf3e6")
    s.rect(74, -170, 46, 170, tone("#c3c8d2"), outline=0, flat=True)
    s.path("M74 -168Q76 -200 97 -202Q118 -200 120 -168Z", tone("#9aa3b5"), outline=0, flat=True)
    s.polygon(
        [(-78, 0), (-78, -104), (-52, -154), (0, -184), (52, -154), (78, -104), (78, 0)],
        red,
        outline=0,
        flat=True,
    )
    s.stroke("M-86 -96L-56 -154L0 -188L56 -154L86 -96", tone("#7c5860"), 12)
    s.rect(
        -18, -136, 36, 34, LAMP if air.time == "night" else tone("#6f4a4a"), outline=0, flat=True
    )
    s.rect(-40, -80, 80, 80, white, outline=0, flat=True)
    s.rect(-33, -73, 66, 73, red, outline=0, flat=True)
    s.stroke("M-33 -73L33 0M33 -73L-33 0M0 -73L0 0", white, 6)


def _fence(s: Sketch, left: float, right: float, wood: str) -> None:
    for y in (318, 336):
        s.rect(left, y, right - left, 7, wood, outline=0, flat=True)
    x = left + 10
    while x < right:
        s.path(f"M{x - 6:.0f} 352l0 -44l6 -7l6 7l0 44Z", wood, outline=0, flat=True)
        x += 38


def _hay(s: Sketch, straw: str) -> None:
    s.path("M-14 -66L40 -66Q66 -62 66 -33Q66 -4 40 0L-14 0Z", straw, outline=0, flat=True)
    for y in (-48, -20):
        s.stroke(f"M20 {y}L56 {y}", palette.dark(straw, 0.16), 4)
    s.ellipse(-14, -33, 30, 33, palette.light(straw, 0.4), outline=0, flat=True)
    s.stroke(
        "M-14 -33q8 -8 10 2q0 14 -14 12q-14 -4 -12 -20q6 -14 20 -12", palette.dark(straw, 0.1), 4
    )


def farm(s: Sketch, rng: Random, air: Air) -> None:
    """A red barn by a field in rows, a fence, bales of hay."""
    tone, land = toned(air), earthy(air)
    flip = rng.random() < 0.5
    sky(s, rng, air, low=(130 if flip else 390, 205))
    with s.moved(512 if flip else 0, 0, flip=flip):
        s.path(
            "M0 270Q150 220 300 256T512 240L512 345L0 345Z", land("#b4d196"), outline=0, flat=True
        )
        s.polygon(
            [(190, 276), (512, 262), (512, 340), (150, 340)], land("#ecd07c"), outline=0, flat=True
        )
        for i in range(6):
            x = 220 + i * 62
            s.polygon(
                [
                    (x, 275 - i * 2),
                    (x + 12, 274 - i * 2),
                    (x + i * 14 + 10, 340),
                    (x + i * 14 - 20, 340),
                ],
                land("#d3ac5a"),
                outline=0,
                flat=True,
            )
        ground(s, "M0 336Q150 328 300 335T512 332", land("#cdd590"), land("#dbdda3"))
        with s.moved(rng.uniform(92, 112), 344, rng.uniform(1.0, 1.1)):
            _barn(s, air)
        _fence(s, 226, 520, tone("#f7efe2"))
        with s.moved(rng.uniform(440, 464), 380, 1.05):
            _hay(s, tone("#e3b45c"))
    for x, y in ((30, 430), (470, 470)):
        s.ellipse(x + rng.uniform(-10, 30), y, 40, 9, land("#bfca80"), outline=0, flat=True)
