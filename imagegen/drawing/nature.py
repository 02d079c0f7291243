"""The places without a house: beach, forest, moon, desert, mountains, meadow."""

from random import Random

from imagegen.drawing import palette
from imagegen.drawing.sky import HORIZON, Air, earthy, ground, sky, stars, sun, toned
from imagegen.drawing.svg import Sketch


def _palm(s: Sketch, air: Air) -> None:
    tone = toned(air)
    s.path("M-4 250Q8 120 42 2L58 8Q34 120 34 250Z", tone("#b98d5e"), outline=0, flat=True)
    for y, left, right in ((60, 30, 46), (110, 18, 37), (160, 8, 33), (210, 2, 31)):
        s.stroke(f"M{left} {y}Q{(left + right) / 2} {y + 8} {right} {y + 2}", tone("#96704a"), 4)
    leaf = "M0 0Q34 -42 92 6Q88 18 74 16Q58 -2 46 10Q30 -8 0 8Z"
    for turn, flip, green in (
        (28, True, "#58a065"),
        (28, False, "#58a065"),
        (-14, True, "#6db86b"),
        (-14, False, "#6db86b"),
        (-52, False, "#83c979"),
        (72, False, "#6db86b"),
    ):
        with s.moved(50, 2, 1.05, turn=-turn if flip else turn, flip=flip):
            s.path(leaf, tone(green), outline=0, flat=True)
    for x in (40, 57):
        s.ellipse(x, 12, 9, 9, tone("#8a5f3c"), outline=0, flat=True)


def _sail(s: Sketch, air: Air) -> None:
    tone = toned(air)
    s.polygon([(-3, -8), (-3, -60), (-32, -8)], tone("#fff6e8"), outline=0, flat=True)
    s.polygon([(3, -8), (3, -52), (26, -8)], tone("#f0a08a"), outline=0, flat=True)
    s.path("M-36 -4L34 -4Q28 12 18 12L-22 12Q-32 10 -36 -4Z", tone("#b5795a"), outline=0, flat=True)


def beach(s: Sketch, rng: Random, air: Air) -> None:
    """Sand and sea, a palm at one side, a sail far off at the other."""
    tone, land = toned(air), earthy(air)
    flip = rng.random() < 0.5
    sky(s, rng, air, high=(150, 72), low=(166 if flip else 346, 214))
    s.wash(0, 250, 512, 100, tone("#4ba5d6"), tone("#8fdbe3"))
    for i in range(5):
        x, y = i * 96 + rng.uniform(10, 60), rng.uniform(268, 314)
        s.stroke(f"M{x:.0f} {y:.0f}q12 -7 24 0q12 7 24 0", tone("#d6f3f7"), 4, 0.8)
    with s.moved(512 if flip else 0, 0, flip=flip):
        with s.moved(rng.uniform(390, 450), 262, 1.1):
            _sail(s, air)
        edge = "M0 330Q130 314 270 330T512 324"
        s.stroke(edge, tone("#ffffff"), 14, 0.9)
        ground(s, edge, land("#f7dfa6"), land("#eecb88"))
        s.ellipse(34, 374, 62, 14, land("#e2bb78"), outline=0, flat=True)
        with s.moved(rng.uniform(6, 24), rng.uniform(108, 120), 1.05):
            _palm(s, air)
    for i in range(4):
        x, y = (20 if i % 2 else 420) + rng.uniform(0, 70), 412 + i * 26 + rng.uniform(-9, 9)
        shell = tone(rng.choice(["#f6bdb4", "#fff3df", "#e9b084"]))
        s.path(f"M{x:.0f} {y:.0f}q-13 -3 -10 -12q10 -8 20 0q3 9 -10 12Z", shell, outline=2)


def _bumps(rng: Random, y: float, count: int, height: float) -> str:
    """The upper edge of a row of leafy crowns, from the left border to the right one."""
    step = 512 / count
    d = f"M0 {y:.0f}"
    for i in range(count):
        top = y - height * rng.uniform(0.8, 1.4)
        a, b = i * step, (i + 1) * step
        d += f"C{a - step * 0.15:.0f} {top:.0f} {b + step * 0.15:.0f} {top:.0f} {b:.0f} {y:.0f}"
    return d


def _tree(s: Sketch, trunk: str, leaves: str) -> None:
    s.path("M-10 0L-7 -90L7 -90L10 0Z", trunk, outline=0, flat=True)
    s.path(
        "M-30 -62Q-56 -66 -50 -94Q-58 -124 -32 -134Q-16 -162 10 -148Q42 -150 44 -120"
        "Q60 -98 44 -78Q34 -58 8 -64Q-12 -54 -30 -62Z",
        leaves,
        outline=0,
        flat=True,
    )


def _trunk(s: Sketch, bark: str) -> None:
    """A great trunk at the left border, with roots; its crown is out of the picture."""
    s.path(
        "M-10 0L44 0Q36 150 48 270Q54 340 84 372Q56 374 40 362Q34 380 22 378Q14 364 -10 376Z",
        bark,
        outline=0,
        flat=True,
    )
    s.path("M-10 0L12 0Q4 180 6 374L-10 376Z", palette.light(bark, 0.2), outline=0, flat=True)
    s.stroke("M28 60Q24 100 28 140", palette.dark(bark, 0.2), 5)
    s.ellipse(26, 215, 9, 14, palette.dark(bark, 0.25), outline=0, flat=True)


def forest(s: Sketch, rng: Random, air: Air) -> None:
    """Rows of trees behind one another, between two great trunks."""
    tone, land = toned(air), earthy(air)
    sky(s, rng, air, high=(190, 72), low=(195, 112))
    s.path(_bumps(rng, 190, 6, 50) + "L512 340L0 340Z", land("#b5dcae"), outline=0, flat=True)
    for i in range(5):
        with s.moved(i * 96 + rng.uniform(45, 80), 325, rng.uniform(1.05, 1.3)):
            _tree(s, tone("#94815f"), tone(rng.choice(["#8cc283", "#7db478", "#98c97e"])))
    s.path(_bumps(rng, 322, 8, 28) + "L512 345L0 345Z", land("#649f66"), outline=0, flat=True)
    ground(s, "M0 334Q150 326 300 334T512 330", land("#a3b574"), land("#c1c58a"))
    for _ in range(3):
        x, y = rng.uniform(110, 400), rng.uniform(375, 490)
        s.ellipse(x, y, rng.uniform(45, 70), 11, land("#d3d69c"), outline=0, flat=True, opacity=0.7)
    for side in (False, True):
        with s.moved(512 if side else 0, rng.uniform(-10, 14), rng.uniform(0.95, 1.1), flip=side):
            _trunk(s, tone("#8a6a4e"))
            s.path(
                "M-20 -20L150 -20Q158 12 124 18Q112 46 80 36Q62 66 34 52Q10 78 -20 64Z",
                tone("#4d8f59"),
                outline=0,
                flat=True,
            )
    _mushroom(s, rng, air)


def _mushroom(s: Sketch, rng: Random, air: Air) -> None:
    tone = toned(air)
    with s.moved(rng.choice([96, 420]) + rng.uniform(-6, 6), 366):
        s.rect(-6, -16, 12, 18, tone("#f5ead2"), radius=5, outline=0, flat=True)
        s.path("M-20 -14Q-18 -36 0 -36Q18 -36 20 -14Q0 -8 -20 -14Z", tone("#d96a5a"), outline=0)
        for x, y in ((-8, -21), (7, -25)):
            s.ellipse(x, y, 4, 3.5, tone("#fdf3e0"), outline=0, flat=True)


def _earth(s: Sketch) -> None:
    s.glow(0, 0, 100, "#6fb4f2", 0.5)
    s.ellipse(0, 0, 50, 50, "#4c97e0", outline=0)
    s.path(
        "M-34 -30Q-16 -48 2 -40Q10 -26 -6 -20Q-8 -4 -24 -4Q-40 -10 -34 -30Z", "#74bd76", outline=0
    )
    s.path("M8 2Q26 -10 38 2Q40 22 24 34Q12 34 12 20Q2 14 8 2Z", "#74bd76", outline=0)
    s.stroke("M-36 16Q-20 8 -8 18T8 34", "#f4f9ff", 6, 0.9)
    s.stroke("M10 -32Q24 -32 34 -22", "#f4f9ff", 6, 0.9)


def _crater(s: Sketch, x: float, y: float, size: float, soil: str) -> None:
    s.ellipse(x, y, size, size * 0.34, palette.light(soil, 0.5), outline=0, flat=True)
    hollow = palette.dark(soil, 0.22)
    s.ellipse(x, y - size * 0.04, size * 0.84, size * 0.24, hollow, outline=0, flat=True)


def moon(s: Sketch, rng: Random, air: Air) -> None:
    """Black sky with the blue Earth in it, grey ground with craters under it."""
    tone = toned(air)
    s.wash(0, 0, 512, 350, "#0d0f22", "#1b1e45", "#4a4f7d")
    x, y = rng.uniform(385, 430), rng.uniform(80, 105)
    stars(s, rng, 18, 220, clear=(x, y))
    if air.time == "sunset":
        sun(s, rng.uniform(90, 140), 226, low=True)
    elif air.time == "day":
        sun(s, rng.uniform(60, 100), rng.uniform(55, 75), radius=28)
    with s.moved(x, y, rng.uniform(1.05, 1.25), turn=-12):
        _earth(s)
    hill = rng.uniform(-14, 14)
    s.path(
        f"M0 256Q60 {226 + hill:.0f} 130 258Q190 286 260 262Q350 {206 - hill:.0f} 430 238"
        "Q480 258 512 242L512 345L0 345Z",
        tone("#a4a7b8"),
        outline=0,
        flat=True,
    )
    soil = tone("#c6c8d2")
    ground(s, "M0 316Q120 296 250 318T512 306", soil, tone("#dcdde4"))
    for x, y, size in (
        (70, 348, 46),
        (440, 352, 54),
        (300, 338, 26),
        (40, 470, 44),
        (480, 462, 40),
    ):
        _crater(s, x + rng.uniform(-14, 14), y + rng.uniform(-5, 5), size, soil)


def _cactus(s: Sketch, green: str) -> None:
    for d, width in (
        ("M-48 -124L-48 -96Q-48 -74 -4 -74", 24),
        ("M46 -150L46 -118Q46 -98 4 -98", 24),
    ):
        s.stroke(d, green, width)
    s.stroke("M0 -16L0 -190", green, 38)
    s.rect(-19, -30, 38, 30, green, outline=0, flat=True)
    for x in (-8, 7):
        s.stroke(f"M{x} -10L{x} -186", palette.light(green, 0.3), 4)
    s.ellipse(0, -211, 10, 8, palette.mix("#f48fb6", green, 0.2), outline=0, flat=True)


def desert(s: Sketch, rng: Random, air: Air) -> None:
    """Orange dunes with two pyramids far off and a tall cactus at one side."""
    tone, land = toned(air), earthy(air)
    flip = rng.random() < 0.5
    sky(s, rng, air, low=(350 if flip else 162, 205))
    for middle, size in ((150 if flip else 362, 92), (70 if flip else 442, 60)):
        x = middle + rng.uniform(-14, 14)
        top, foot = 300 - size * 1.35, 305
        sides = [(x - size, foot), (x, top), (x + size, foot)]
        s.polygon(sides, tone("#efcb86"), outline=0, flat=True)
        shade = [(x, top), (x + size, foot), (x + size * 0.25, foot)]
        s.polygon(shade, tone("#d3a063"), outline=0, flat=True)
    with s.moved(512 if flip else 0, 0, flip=flip):
        far = "M0 262Q90 228 190 276Q270 310 360 290Q450 268 512 288L512 345L0 345Z"
        s.path(far, land("#edb06a"), outline=0, flat=True)
        s.path(
            "M0 306Q70 290 170 316Q240 334 340 312Q430 292 512 322L512 350L0 350Z",
            land("#e39a55"),
            outline=0,
            flat=True,
        )
        ground(s, "M0 334Q160 318 290 336T512 330", land("#f6c47c"), land("#fbd797"))
        for y in (398, 492):
            x = rng.uniform(30, 330)
            s.stroke(f"M{x:.0f} {y}q40 -12 80 0t80 0", land("#e9ae66"), 5, 0.7)
        with s.moved(rng.uniform(58, 74), 368, rng.uniform(0.95, 1.1)):
            _cactus(s, tone("#68a567"))
        with s.moved(rng.uniform(470, 490), 362, 0.45):
            _cactus(s, tone("#68a567"))


def _peak(s: Sketch, x: float, top: float, width: float, rock: str, snow: str) -> None:
    foot = HORIZON
    s.polygon([(x - width, foot), (x, top), (x + width, foot)], rock, outline=0, flat=True)
    shade = palette.dark(rock, 0.16)
    s.polygon([(x, top), (x + width, foot), (x + width * 0.2, foot)], shade, outline=0, flat=True)
    cap, across = (foot - top) * 0.4, width * 0.4
    left = [(x, top), (x - across, top + cap), (x - across * 0.45, top + cap * 0.78)]
    right = [(x + across * 0.08, top + cap * 1.12), (x + across * 0.5, top + cap * 0.78)]
    s.polygon([*left, *right, (x + across, top + cap)], snow, outline=0, flat=True)


def _fir(s: Sketch, green: str) -> None:
    s.rect(-6, -16, 12, 18, "#7d634f", outline=0, flat=True)
    for y, half, deep in ((-12, 38, 0.0), (-44, 31, 0.08), (-76, 23, 0.16)):
        leaves = palette.light(green, deep)
        s.polygon([(-half, y), (0, y - 52), (half, y)], leaves, outline=0, flat=True)


def mountains(s: Sketch, rng: Random, air: Air) -> None:
    """Snowy peaks, with firs on the green at their foot."""
    tone, land = toned(air), earthy(air)
    sky(s, rng, air, high=(56, 60), low=(275, 165))
    snow = palette.mix(tone("#ffffff"), "#ffffff", 0.45)
    for x, top, width in ((20, 190, 150), (300, 215, 130), (500, 175, 150)):
        _peak(s, x, top + rng.uniform(-12, 12), width, tone("#b7c5e0"), snow)
    _peak(s, 160 + rng.uniform(-14, 14), rng.uniform(95, 120), 165, tone("#8f9fc6"), snow)
    _peak(s, 400 + rng.uniform(-16, 16), rng.uniform(115, 145), 150, tone("#98a5c8"), snow)
    s.path(
        "M0 296Q90 276 200 314Q300 334 400 304Q470 286 512 296L512 350L0 350Z",
        land("#79b592"),
        outline=0,
        flat=True,
    )
    ground(s, "M0 338Q150 318 290 332T512 328", land("#9ccfa0"), land("#b3dbae"))
    for x, y, size in ((30, 352, 1.1), (86, 338, 0.75), (486, 352, 1.15), (432, 338, 0.7)):
        with s.moved(x + rng.uniform(-8, 8), y, size * rng.uniform(0.9, 1.1)):
            _fir(s, tone("#4f8f78"))
    for x in (28, 470):
        s.ellipse(
            x + rng.uniform(-8, 20), rng.uniform(400, 480), 24, 11, tone("#b9c0cc"), outline=2
        )


def _flower(s: Sketch, petals: str, stem: str, middle: str) -> None:
    s.stroke("M0 0Q2 -12 0 -22", stem, 4)
    for x, y in ((0, -31), (8.5, -25), (5, -15), (-5, -15), (-8.5, -25)):
        s.ellipse(x, y, 6.2, 6.2, petals, outline=0, flat=True)
    s.ellipse(0, -22, 5, 5, middle, outline=0, flat=True)


def meadow(s: Sketch, rng: Random, air: Air) -> None:
    """Rolling green hills with a few flowers."""
    tone, land = toned(air), earthy(air)
    flip = rng.random() < 0.5
    sky(s, rng, air, low=(395 if flip else 117, 200))
    with s.moved(512 if flip else 0, 0, flip=flip):
        rise = rng.uniform(-14, 14)
        for d, green in (
            (f"M0 262Q120 {190 + rise:.0f} 260 256Q390 300 512 232", "#c3e6a0"),
            (f"M0 300Q70 290 150 300Q330 {200 - rise:.0f} 512 292", "#aedd86"),
            (f"M0 270Q130 {262 + rise:.0f} 260 322Q400 350 512 310", "#97d06e"),
        ):
            s.path(d + "L512 350L0 350Z", land(green), outline=0, flat=True)
        with s.moved(rng.uniform(395, 440), 272, 0.62):
            _tree(s, tone("#a58560"), tone("#74b45f"))
        ground(s, "M0 330Q160 318 300 332T512 326", land("#addd78"), land("#c0e68c"))
    spots = [
        (24, 372),
        (70, 398),
        (30, 436),
        (486, 374),
        (440, 392),
        (490, 440),
        (66, 500),
        (446, 502),
    ]
    for x, y in spots:
        petals = tone(rng.choice(["#f7a8c4", "#ffffff", "#f58d7e", "#c7a2e6"]))
        with s.moved(x + rng.uniform(-12, 12), y + rng.uniform(-8, 8)):
            _flower(s, petals, tone("#6cae58"), tone("#fbd65a"))
