"""The places around the house: garden, playground, lake, a street with a shop."""

from random import Random

from imagegen.drawing import palette
from imagegen.drawing.built import LAMP
from imagegen.drawing.sky import Air, earthy, ground, sky, toned
from imagegen.drawing.svg import Sketch


def _sunflower(s: Sketch, air: Air) -> None:
    tone = toned(air)
    s.stroke("M0 0Q4 -40 0 -84", tone("#5d9a4c"), 6)
    s.path("M2 -34Q28 -58 34 -34Q20 -24 2 -30Z", tone("#6cae58"), outline=0, flat=True)
    for turn in range(0, 360, 36):
        with s.moved(0, -92, turn=turn):
            s.ellipse(0, -19, 7, 12, tone("#fbc83a"), outline=0, flat=True)
    s.ellipse(0, -92, 14, 14, tone("#7a4a2c"), outline=0, flat=True)


def _tulip(s: Sketch, air: Air, colour: str) -> None:
    s.stroke("M0 0L0 -30", toned(air)("#5d9a4c"), 4)
    s.path("M-10 -50L-4 -40L0 -52L4 -40L10 -50Q13 -28 0 -26Q-13 -28 -10 -50Z", colour, outline=0)


def garden(s: Sketch, rng: Random, air: Air) -> None:
    """A white fence, sunflowers over it, beds of tulips in rows, a greenhouse."""
    tone, land = toned(air), earthy(air)
    flip = rng.random() < 0.5
    sky(s, rng, air, high=(100, 66), low=(120, 200))
    hedge = "M0 250Q30 214 64 240Q104 208 140 240Q190 206 230 242Q280 212 320 242Q370 208 412 240"
    s.path(hedge + "Q460 210 512 246L512 345L0 345Z", tone("#5f9f60"), outline=0, flat=True)
    with s.moved(512 if flip else 0, 0, flip=flip):
        glass, frame = tone("#cfeaf2"), tone("#fbf7ee")
        house = [(330, 330), (330, 196), (404, 138), (478, 196), (478, 330)]
        s.polygon(house, LAMP if air.time == "night" else glass, outline=0, flat=True)
        s.stroke(
            "M330 330L330 196L404 138L478 196L478 330M330 196L478 196M404 138L404 330", frame, 7
        )
        for x in (40, 100, 160, 226, 284):
            with s.moved(x + rng.uniform(-8, 8), 320, rng.uniform(1.0, 1.3)):
                _sunflower(s, air)
    white = tone("#fbf7ee")
    for y in (296, 322):
        s.rect(0, y, 512, 8, white, outline=0, flat=True)
    for x in range(8, 512, 26):
        s.path(f"M{x - 7} 344l0 -56l7 -10l7 10l0 56Z", white, outline=0, flat=True)
    ground(s, "M0 338Q130 332 256 338T512 335", land("#a5d283"), land("#bbe096"))
    for left, right, y in ((-5, 150, 366), (362, 517, 366), (-5, 84, 420), (428, 517, 420)):
        s.rect(left, y - 12, right - left, 20, land("#a9754f"), radius=9, outline=0, flat=True)
        x = max(left, 0) + 14
        while x < min(right, 512) - 8:
            with s.moved(x, y, 0.9):
                _tulip(s, air, tone(rng.choice(["#e8596b", "#f7c23f", "#f59ac0", "#ffffff"])))
            x += 25


def _slide(s: Sketch, air: Air) -> None:
    tone = toned(air)
    s.stroke("M-58 0L-48 -168M-18 0L-22 -168", tone("#5f8fd0"), 8)
    for y in (-34, -66, -98, -130):
        s.stroke(f"M{-56 - y * 0.05:.0f} {y}L-20 {y}", tone("#5f8fd0"), 6)
    s.path(
        "M-54 -168L-12 -168Q30 -130 70 -50Q86 -18 124 -14L124 4Q70 2 48 -44Q20 -106 -16 -146"
        "L-54 -146Z",
        tone("#f0b53c"),
        outline=0,
        flat=True,
    )
    s.stroke("M-50 -172Q-48 -200 -34 -200Q-16 -200 -12 -172Q30 -134 72 -54", tone("#e05f55"), 8)


def _swing(s: Sketch, air: Air) -> None:
    tone = toned(air)
    s.stroke("M-84 0L-64 -170L-46 0M84 0L64 -170L46 0M-66 -168L66 -168", tone("#d95f57"), 9)
    s.stroke("M-26 -166L-22 -56M22 -166L26 -56", tone("#7b7486"), 4)
    s.rect(-34, -58, 68, 10, tone("#4f9e94"), radius=4, outline=0, flat=True)


def playground(s: Sketch, rng: Random, air: Air) -> None:
    """A slide, a swing, a sandpit with its bucket."""
    tone, land = toned(air), earthy(air)
    flip = rng.random() < 0.5
    sky(s, rng, air, high=(256, 62), low=(256, 190))
    trees = "M0 268Q20 226 62 246Q90 208 140 244Q200 216 244 252Q290 222 340 248Q392 212 430 246"
    s.path(trees + "Q480 220 512 256L512 345L0 345Z", tone("#86bd80"), outline=0, flat=True)
    ground(s, "M0 322Q130 314 256 322T512 318", land("#b5d98c"), land("#cfe5a3"))
    with s.moved(512 if flip else 0, 0, flip=flip):
        with s.moved(rng.uniform(86, 100), 366, 1.08):
            _slide(s, air)
        with s.moved(rng.uniform(400, 420), 352, 1.0):
            _swing(s, air)
        s.ellipse(430, 404, 96, 22, land("#b98a5e"), outline=0, flat=True)
        s.ellipse(430, 402, 84, 16, land("#f3dca6"), outline=0, flat=True)
        with s.moved(474, 404):
            s.path("M-15 -26L15 -26L11 2L-11 2Z", tone("#4f9ed8"), outline=0, flat=True)
            s.stroke("M-15 -26Q0 -52 15 -26", tone("#f7f3ea"), 3.5)
    for x in (60, 150, 300):
        y = 440 + rng.uniform(-20, 50)
        s.stroke(f"M{x} {y:.0f}l-5 -12M{x + 6} {y:.0f}l3 -14", land("#8fbf6a"), 4)


def _reeds(s: Sketch, air: Air) -> None:
    tone = toned(air)
    for x, lean, tall in ((-24, -8, 96), (-8, 4, 128), (8, -2, 108), (24, 10, 84)):
        s.stroke(f"M{x} 0Q{x} {-tall / 2} {x + lean} {-tall}", tone("#6b9c55"), 5)
        s.stroke(f"M{x + lean} {-tall}l0 -24", tone("#7d5236"), 12)
    s.path(
        "M-36 0Q-52 -44 -64 -54Q-36 -44 -26 0ZM30 0Q44 -50 62 -58Q46 -30 40 0Z",
        tone("#7fb266"),
        outline=0,
        flat=True,
    )


def _duck(s: Sketch, air: Air) -> None:
    tone = toned(air)
    s.path(
        "M-34 0Q-40 -22 -46 -26Q-20 -24 2 -22Q30 -22 30 0Q0 12 -34 0Z",
        tone("#fbf6ea"),
        outline=0,
        flat=True,
    )
    s.ellipse(24, -30, 14, 13, tone("#fbf6ea"), outline=0, flat=True)
    s.path("M36 -32L54 -27L36 -23Z", tone("#f59a35"), outline=0, flat=True)
    s.ellipse(28, -33, 2.5, 3, palette.OUTLINE, outline=0, flat=True)


def lake(s: Sketch, rng: Random, air: Air) -> None:
    """Still water between green hills, reeds, a jetty, a duck."""
    tone, land = toned(air), earthy(air)
    flip = rng.random() < 0.5
    sky(s, rng, air, high=(110, 64), low=(130, 150))
    for d, green in (
        ("M0 190Q110 110 230 180Q350 240 512 130", "#a8d0a0"),
        ("M0 220Q90 200 180 214Q300 230 400 196Q470 180 512 190", "#7fb77e"),
    ):
        s.path(d + "L512 260L0 260Z", land(green), outline=0, flat=True)
    s.wash(0, 222, 512, 140, tone("#5aa6d8"), tone("#a5dcee"))
    for x, y in ((60.0, 246), (220, 258), (390, 244), (320, 290), (110, 296), (470, 300)):
        x += rng.uniform(-24, 24)
        s.stroke(f"M{x:.0f} {y}l44 0", tone("#d9f1f8"), 4, 0.75)
    with s.moved(512 if flip else 0, 0, flip=flip):
        with s.moved(rng.uniform(120, 190), 300, 0.9):
            _duck(s, air)
        for x, y in ((266, 322), (310, 310)):
            s.ellipse(x, y, 24, 7, tone("#6cb070"), outline=0, flat=True)
            s.path(f"M{x - 9} {y - 3}q0 -13 9 -15q9 2 9 15Z", tone("#f7a8c4"), outline=0, flat=True)
        ground(s, "M0 352Q130 336 260 350T512 340", land("#8fc579"), land("#b3da92"))
        wood = tone("#a97a52")
        s.polygon([(392, 290), (446, 290), (470, 392), (372, 392)], wood, outline=0, flat=True)
        for y in range(300, 392, 17):
            s.stroke(
                f"M{394 - (y - 290) * 0.2:.0f} {y}L{444 + (y - 290) * 0.24:.0f} {y}",
                tone("#80583a"),
                3,
            )
        for x, y in ((20, 386), (492, 400)):
            with s.moved(x + rng.uniform(-6, 8), y, rng.uniform(0.95, 1.2)):
                _reeds(s, air)


def _shop(s: Sketch, rng: Random, air: Air) -> None:
    """A shop front from x = 96 to 416: window with cakes, a door, an awning over both."""
    tone = toned(air)
    wall = tone(rng.choice(["#7fb6a8", "#8fa3d3", "#e3a0a8"]))
    s.rect(84, 92, 344, 254, wall, outline=0, flat=True)
    s.rect(76, 74, 360, 24, tone("#fbf3e2"), outline=0, flat=True)
    s.rect(156, 104, 200, 40, tone("#fff8e8"), radius=10, outline=0, flat=True)
    for i, colour in enumerate(("#e8796b", "#f2c25a", "#7fb3d8", "#8cc08a")):
        s.ellipse(190 + i * 44, 124, 11, 11, tone(colour), outline=0, flat=True)
    pane = LAMP if air.time != "day" else tone("#dff1f7")
    s.rect(104, 196, 196, 112, tone("#fbf3e2"), radius=4, outline=0, flat=True)
    s.rect(112, 204, 180, 96, pane, outline=0, flat=True)
    s.rect(112, 262, 180, 6, tone("#b98a5e"), outline=0, flat=True)
    for i in range(5):
        x, colour = 128 + i * 36, tone(rng.choice(["#f28fb0", "#c98a55", "#f7d26a"]))
        s.path(f"M{x - 12} 262q0 -24 12 -26q12 2 12 26Z", colour, outline=0, flat=True)
        s.rect(x - 12, 278, 24, 22, tone(rng.choice(["#d9655c", "#6fa8d0"])), radius=3, outline=0)
    s.rect(322, 192, 82, 154, tone("#8a5a3c"), radius=4, outline=0, flat=True)
    s.rect(334, 206, 58, 74, pane, radius=4, outline=0, flat=True)
    s.ellipse(394, 300, 5, 5, tone("#f7c531"), outline=0, flat=True)


def shop(s: Sketch, rng: Random, air: Air) -> None:
    """A little shop with a striped awning, a lamp and a tree in a tub before it."""
    tone, land = toned(air), earthy(air)
    sky(s, rng, air, high=(50, 50), low=(40, 150))
    s.rect(-5, 150, 96, 196, tone("#d9b9a0"), outline=0, flat=True)
    s.rect(428, 130, 90, 216, tone("#b9a9c9"), outline=0, flat=True)
    for x, y in ((18, 176), (50, 176), (18, 236), (50, 236), (452, 160), (484, 160), (452, 226)):
        s.rect(x, y, 20, 32, LAMP if air.time == "night" else tone("#e6eef5"), outline=0, flat=True)
    _shop(s, rng, air)
    bright = tone(rng.choice(["#dd4f4a", "#3f9a6a", "#4577c9"]))
    for i in range(9):
        left, colour = 78 + i * 39.6, tone("#fffaf0") if i % 2 else bright
        d = f"M{left + 5:.0f} 148L{left + 34.6:.0f} 148L{left + 39.6:.0f} 190q-20 24 -39.6 0Z"
        s.path(d, colour, outline=0, flat=True)
    s.rect(-5, 338, 522, 12, land("#efe9e2"), outline=0, flat=True)
    s.wash(0, 348, 512, 164, land("#cfc3b8"), land("#e3d9cd"))
    for y, shift in ((372, 0), (404, 40), (444, 0), (490, 50)):
        s.stroke(f"M0 {y}L512 {y}", land("#b5a89c"), 3, 0.6)
        for x in range(30 + shift, 512, 110):
            s.stroke(f"M{x} {y}L{x + (x - 256) * 0.08:.0f} {y + 32}", land("#b5a89c"), 3, 0.6)
    side = rng.choice((34, 478))
    s.stroke(f"M{side} 372L{side} 150", tone("#4a4a5c"), 9)
    if air.time != "day":
        s.glow(side, 128, 70, "#ffe9a0", 0.8)
    s.ellipse(side, 128, 20, 22, LAMP if air.time != "day" else tone("#fff6e0"), outline=2)
    tub = 512 - side
    s.ellipse(tub, 286, 36, 46, tone("#5fa364"), outline=0, flat=True)
    s.stroke(f"M{tub} 372L{tub} 318", tone("#8a6a4e"), 9)
    s.path(
        f"M{tub - 26} 338L{tub + 26} 338L{tub + 20} 378L{tub - 20} 378Z", tone("#c47a55"), outline=0
    )
