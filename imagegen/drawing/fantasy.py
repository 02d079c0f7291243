"""The places far from home: underwater, space, a cave, the arctic, the clouds."""

from random import Random

from imagegen.drawing import palette
from imagegen.drawing.sky import CLOUD, Air, crescent, ground, sky, stars, sun, toned
from imagegen.drawing.svg import Sketch

SEAS = {
    "day": ("#7fe0ea", "#2f9fd0", "#1d6fb0"),
    "sunset": ("#f7a98c", "#b0679f", "#5a4a97"),
    "night": ("#2f5c9a", "#182f68", "#0f1c48"),
}
HEAVENS = {
    "day": ("#5c9be8", "#a9d4fa", "#e9f5ff"),
    "sunset": ("#7360bb", "#ef8f9b", "#ffdba6"),
    "night": ("#141b46", "#31407f", "#6a7ac0"),
}


def _weed(s: Sketch, tall: float, green: str) -> None:
    for x, lean, height in ((-16, -12, 0.7), (0, 10, 1.0), (17, -8, 0.8)):
        top = tall * height
        d = (
            f"M{x - 7} 0Q{x - 7 + lean} {-top * 0.3:.0f} {x - 3} {-top * 0.55:.0f}"
            f"T{x} {-top:.0f}Q{x + 16 + lean} {-top * 0.6:.0f} {x + 7} {-top * 0.4:.0f}T{x + 8} 0Z"
        )
        s.path(d, green, outline=0, flat=True)


def _coral(s: Sketch, colour: str) -> None:
    s.stroke("M0 0L0 -40M0 -26Q-24 -30 -26 -62M0 -36Q22 -42 24 -78M0 -38L-4 -84", colour, 14)
    s.stroke("M-26 -46Q-40 -50 -42 -66M24 -58Q38 -62 42 -74", colour, 10)


def underwater(s: Sketch, rng: Random, air: Air) -> None:
    """The floor of the sea: beams of light, weeds, corals, bubbles."""
    tone = toned(air)
    s.wash(0, 0, 512, 350, *SEAS[air.time])
    for x in (70, 210, 350):
        left = x + rng.uniform(-30, 30)
        beam = [(left, -5), (left + 60, -5), (left - 20, 345), (left - 120, 345)]
        s.polygon(beam, SEAS[air.time][0], outline=0, flat=True, opacity=0.28)
    far = palette.mix(SEAS[air.time][2], "#0d3050", 0.25)
    s.path("M0 300Q70 240 130 280Q210 330 290 290Q380 240 512 280L512 350L0 350Z", far, outline=0)
    for middle, top, radius in (
        (60, 90, 9),
        (84, 60, 6),
        (440, 130, 10),
        (462, 92, 6),
        (420, 50, 7),
    ):
        with s.moved(middle + rng.uniform(-24, 24), top + rng.uniform(-20, 20), radius / 10):
            s.ellipse(0, 0, 10, 10, "#d9f6ff", outline=0, flat=True, opacity=0.6)
            s.ellipse(-2, -2, 4, 4, "#ffffff", outline=0, flat=True)
    ground(s, "M0 334Q120 316 260 332T512 326", tone("#dcc795"), tone("#f0dfb0"))
    for x, tall, green in ((24, 190, "#3fae7c"), (74, 120, "#5cc28a"), (488, 210, "#359d73")):
        with s.moved(x + rng.uniform(-10, 10), 366):
            _weed(s, tall * rng.uniform(0.9, 1.1), tone(green))
    for x, y, colour in ((430, 352, "#f2778f"), (120, 346, "#f7a35c")):
        with s.moved(x + rng.uniform(-14, 14), y, rng.uniform(0.8, 1.0)):
            _coral(s, tone(colour))
    for x, y in ((40, 450), (470, 430), (90, 494)):
        s.ellipse(x + rng.uniform(-10, 20), y, 15, 7, tone("#f7c9bd"), outline=2)


def _planet(s: Sketch, colour: str, ring: str) -> None:
    s.ellipse(0, 0, 46, 46, colour, outline=0)
    for y, half in ((-18, 40), (14, 42)):
        s.ellipse(0, y, half, 6, palette.dark(colour, 0.2), outline=0, flat=True, opacity=0.7)
    s.stroke("M-44 -14Q-96 14 -66 24Q-20 34 46 4Q92 -22 66 -28Q60 -30 44 -24", ring, 8)


def space(s: Sketch, rng: Random, air: Air) -> None:
    """Among the stars: planets, a milky band, and a floor of stardust to stand on."""
    deep, haze = {
        "day": ("#1c2a6e", "#6f7fe0"),
        "sunset": ("#3a1a5c", "#d0609a"),
        "night": ("#0b0c26", "#4a3f92"),
    }[air.time]
    s.wash(0, 0, 512, 512, deep, palette.mix(deep, haze, 0.35), deep)
    band = "M-20 330Q120 250 250 210T532 60L532 150Q400 210 280 280T-20 440Z"
    s.path(band, haze, outline=0, flat=True, opacity=0.4)
    flip = rng.random() < 0.5
    with s.moved(512 if flip else 0, 0, flip=flip):
        with s.moved(rng.uniform(80, 120), rng.uniform(84, 110), 1.15):
            _planet(s, "#e59a5c", "#f7dca4")
        with s.moved(rng.uniform(420, 450), rng.uniform(60, 90), 0.62):
            s.ellipse(0, 0, 46, 46, "#5fb7c9", outline=0)
            s.ellipse(-12, -10, 13, 9, "#a6e2e4", outline=0, flat=True)
        with s.moved(rng.uniform(440, 470), rng.uniform(250, 280), 0.42):
            s.ellipse(0, 0, 46, 46, "#c77bc4", outline=0)
    stars(s, rng, 20, 290)
    for i in range(14):
        x, y = (i + rng.random()) * 512 / 14, rng.uniform(330, 505)
        s.ellipse(x, y, 2.4, 2.4, "#fff6d2", outline=0, flat=True)
    s.ellipse(256, 452, 250, 46, haze, outline=0, flat=True, opacity=0.45)
    s.ellipse(256, 448, 190, 28, palette.light(haze, 0.5), outline=0, flat=True, opacity=0.35)


def _crystal(s: Sketch, colour: str) -> None:
    for turn, size in ((-24, 0.7), (22, 0.8), (0, 1.0)):
        with s.moved(0, 0, size, turn=turn):
            s.polygon([(-14, 0), (-16, -50), (0, -76), (16, -50), (14, 0)], colour, outline=0)
            pale = palette.light(colour, 0.6)
            s.polygon([(-14, 0), (-16, -50), (0, -76), (-3, 0)], pale, outline=0, flat=True)


def cave(s: Sketch, rng: Random, air: Air) -> None:
    """Dark rock all around, its mouth open to the sky, crystals on the floor."""
    tone = toned(air)
    sky(s, rng, air, high=(300, 130), low=(320, 205))
    hill = palette.mix(tone("#8fbf86"), "#ffffff", 0.1)
    s.path("M120 290Q200 250 290 285T420 270L420 350L120 350Z", hill, outline=0, flat=True)
    mouth = (
        "M-5 -5L517 -5L517 350L410 350Q438 250 404 160Q372 84 300 62Q240 48 190 84"
        "Q132 124 118 200Q108 270 122 350L-5 350Z"
    )
    s.path(mouth, tone("#6a5f74"), outline=0, flat=True)
    inner = (
        "M-5 -5L517 -5L517 350L446 350Q470 250 436 150Q396 50 300 30Q220 18 160 60"
        "Q96 110 84 200Q76 280 88 350L-5 350Z"
    )
    s.path(inner, tone("#54495f"), outline=0, flat=True)
    fangs = ((60, 22, 92), (128, 16, 62), (206, 14, 50), (330, 15, 58), (452, 24, 104))
    for middle, half, tip in fangs:
        x = middle + rng.uniform(-10, 10)
        fang = [(x - half, -5), (x + half, -5), (x + 2, tip * rng.uniform(0.9, 1.15))]
        s.polygon(fang, tone("#43394e"), outline=0, flat=True)
    ground(s, "M0 336Q130 324 256 334T512 330", tone("#85788c"), tone("#9d909f"))
    for x, y, colour in ((48, 372, "#58c7d8"), (464, 376, "#b77ce0"), (506, 420, "#f28fc0")):
        s.glow(x, y - 30, 80, palette.light(colour, 0.4), 0.35)
        with s.moved(x + rng.uniform(-8, 8), y, rng.uniform(0.9, 1.15)):
            _crystal(s, colour)
    for x, y in ((100, 480), (410, 490), (30, 440)):
        s.ellipse(x + rng.uniform(-14, 14), y, 22, 9, tone("#766a80"), outline=2)


def _igloo(s: Sketch, air: Air) -> None:
    ice = palette.mix(toned(air)("#eef6ff"), "#ffffff", 0.15)
    line = palette.mix(ice, "#5f86c0", 0.45)
    s.path("M-92 0Q-92 -96 0 -98Q92 -96 92 0Z", ice, outline=0, flat=True)
    s.stroke("M-86 -34L86 -34M-66 -66L66 -66", line, 3)
    joints = (
        "M-50 -34L-50 0M0 -34L0 -66M-34 -66L-30 -94M34 -66L30 -94M-74 -34L-58 -62M60 -34L52 -66"
    )
    s.stroke(joints, line, 3)
    s.path("M30 0Q28 -56 66 -58Q104 -56 102 0Z", ice, outline=0, flat=True)
    dark = "#ffcf70" if air.time == "night" else palette.mix(ice, "#3d4f86", 0.7)
    s.path("M42 0Q42 -44 66 -45Q90 -44 90 0Z", dark, outline=0, flat=True)
    s.stroke("M30 0Q28 -56 66 -58Q104 -56 102 0", line, 3)


def arctic(s: Sketch, rng: Random, air: Air) -> None:
    """Ice as far as one sees: icebergs in the cold sea, an igloo."""
    tone = toned(air)
    flip = rng.random() < 0.5
    sky(s, rng, air, high=(250, 66), low=(256, 200))
    if air.time == "night" and not air.covered:
        for d, colour in (
            ("M-10 130Q120 60 260 130T522 90L522 150Q400 180 260 180T-10 190Z", "#6ff0b5"),
            ("M-10 90Q150 40 300 90T522 50L522 90Q400 120 280 120T-10 130Z", "#9f8cf0"),
        ):
            s.path(d, colour, outline=0, flat=True, opacity=0.4)
    s.wash(0, 246, 512, 100, tone("#3f86bd"), tone("#8cc7e4"))
    ice = palette.mix(tone("#f2f8ff"), "#ffffff", 0.2)
    blue = tone("#b5d6f2")
    with s.moved(512 if flip else 0, 0, flip=flip):
        for x, size in ((300, 0.8), (440, 1.15)):
            with s.moved(x + rng.uniform(-18, 18), 296, size):
                s.polygon([(-70, 0), (-44, -66), (-10, -104), (34, -70), (66, 0)], ice, outline=0)
                s.polygon([(66, 0), (34, -70), (-10, -104), (10, -40), (4, 0)], blue, outline=0)
        ground(s, "M0 330Q130 314 260 328T512 322", ice, palette.mix(ice, tone("#c3dcf2"), 0.5))
        s.stroke("M330 372l40 10l26 -8M60 470l36 -8l30 14", blue, 4)
        with s.moved(rng.uniform(98, 120), 372, rng.uniform(0.95, 1.05)):
            _igloo(s, air)


def clouds(s: Sketch, rng: Random, air: Air) -> None:
    """High above: a floor of clouds, more of them around, and by day a rainbow."""
    tone = toned(air)
    s.wash(0, 0, 512, 400, *HEAVENS[air.time])
    if air.time == "night":
        stars(s, rng, 14, 230, clear=(420, 80))
        crescent(s, 420, 80)
    elif air.time == "sunset":
        sun(s, rng.uniform(200, 310), 250, low=True)
    else:
        sun(s, 440, 64)
        bands = ("#f0626a", "#f7a650", "#f9dd5c", "#6fc27a", "#5f9be8", "#9a72d0")
        for i, colour in enumerate(bands):
            radius = 236 - i * 13
            s.stroke(f"M{206 - radius} 380A{radius} {radius} 0 0 1 {206 + radius} 380", colour, 14)
    white, shade = tone("#ffffff"), tone("#dfe8f8")
    for x, y, size in ((60, 190, 1.0), (470, 210, 1.1), (300, 130, 0.7)):
        with s.moved(x + rng.uniform(-30, 30), y + rng.uniform(-16, 16), size):
            s.path(CLOUD, palette.mix(white, HEAVENS[air.time][1], 0.15), outline=0, flat=True)
    for y, colour, count in ((346, shade, 5), (378, white, 4)):
        for i in range(count):
            middle = (i + 0.5 + rng.uniform(-0.15, 0.15)) * 512 / count
            with s.moved(middle, y, rng.uniform(1.25, 1.5), flip=i % 2 > 0):
                s.path(CLOUD, colour, outline=0, flat=True)
    s.wash(0, 382, 512, 130, white, shade)
    for x, y in ((90, 440), (400, 420), (260, 492)):
        d = f"M{x - 60} {y}q20 -22 46 -8q24 -18 44 2q22 -6 30 8"
        s.stroke(d, tone("#c9d7f0"), 5, 0.9)
