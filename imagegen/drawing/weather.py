"""What falls from the sky over a finished scene, and what lies on the ground from it."""

from collections.abc import Callable
from random import Random

from imagegen.drawing import palette
from imagegen.drawing.sky import WHITE, Air, earthy, toned
from imagegen.drawing.svg import Sketch


def _scattered(rng: Random, columns: int, rows: int) -> list[tuple[float, float]]:
    """One point in every cell of a grid over the picture, so that none is left empty."""
    wide, high = 512 / columns, 512 / rows
    return [
        ((column + rng.uniform(0.1, 0.9)) * wide, (row + rng.uniform(0.1, 0.9)) * high)
        for row in range(rows)
        for column in range(columns)
    ]


def _rain(s: Sketch, rng: Random) -> None:
    drops = "".join(f"M{x:.0f} {y:.0f}l-8 24" for x, y in _scattered(rng, 8, 6))
    s.stroke(drops, "#e9f4ff", 3, 0.85)


def _snow(s: Sketch, rng: Random) -> None:
    for x, y in _scattered(rng, 8, 7):
        radius = rng.uniform(3, 6.5)
        s.ellipse(x, y, radius, radius, "#ffffff", outline=0, flat=True, opacity=0.95)


def _puddles(s: Sketch, rng: Random, air: Air) -> None:
    water = toned(Air(air.time))("#9fc0e0")
    for x, y, half in ((70.0, 402, 56), (438, 388, 48), (96, 488, 66), (424, 474, 74)):
        x += rng.uniform(-22, 22)
        s.ellipse(x, y, half, half * 0.2, water, outline=0, flat=True, opacity=0.85)
        ring = f"M{x - 20:.0f} {y:.0f}q20 -8 40 0q-20 8 -40 0"
        s.stroke(ring, palette.light(water, 0.6), 2.5, 0.9)


def _drifts(s: Sketch, rng: Random, air: Air) -> None:
    bright = palette.mix(earthy(air)(WHITE), "#ffffff", 0.3)
    hollow = palette.mix(bright, "#7d93c4", 0.28)
    for x, y, half in ((60.0, 384, 110), (440, 398, 120), (180, 492, 160), (470, 500, 120)):
        x += rng.uniform(-20, 20)
        s.ellipse(x + 6, y + 5, half, 15, hollow, outline=0, flat=True, opacity=0.8)
        s.ellipse(x, y, half, 14, bright, outline=0, flat=True)


def _downpour(s: Sketch, rng: Random) -> None:
    drops = "".join(f"M{x:.0f} {y:.0f}l-17 27" for x, y in _scattered(rng, 9, 7))
    s.stroke(drops, "#dbe9fb", 3, 0.8)


def _lightning(s: Sketch, rng: Random, air: Air) -> None:
    _puddles(s, rng, air)
    flip = rng.random() < 0.5
    with s.moved(rng.uniform(424, 446) if flip else rng.uniform(66, 88), 62, 1.1, flip=flip):
        s.glow(8, 90, 130, "#fff3b0", 0.75)
        bolt = "M8 -6L-34 88L-4 84L-22 172L44 62L12 66L36 -6Z"
        s.path(bolt, "#ffe45c", outline=2, flat=True, lit=True)


def _mist(s: Sketch, rng: Random, air: Air) -> None:
    white = palette.mix(toned(Air(air.time))("#f4f6f8"), "#ffffff", 0.2)
    for y, half in ((292, 210), (318, 260), (344, 190), (262, 150), (232, 110)):
        x = rng.uniform(90, 420)
        s.ellipse(x, y, half, 20, white, outline=0, flat=True, opacity=0.55)
    s.stroke(_wisps(rng, (214, 268, 306, 372)), white, 9, 0.75)


def _veil(s: Sketch, rng: Random) -> None:
    s.stroke(_wisps(rng, (404, 446, 494)), "#f4f6f8", 11, 0.62)


def _wisps(rng: Random, heights: tuple[int, ...]) -> str:
    """Waves from both borders, so that the middle stays free."""
    d = ""
    for i, y in enumerate(heights):
        long, x = rng.uniform(26, 38), -10 if i % 2 else 372 - rng.uniform(0, 50)
        d += f"M{x:.0f} {y}q{long:.0f} -18 {long * 1.6:.0f} 0t{long * 1.6:.0f} 0"
        d += f"t{long * 1.2:.0f} 0"
    return d


FALLING: dict[str, Callable[[Sketch, Random], None]] = {
    "rain": _rain,
    "snow": _snow,
    "storm": _downpour,
    "fog": _veil,
}
LYING: dict[str, Callable[[Sketch, Random, Air], None]] = {
    "rain": _puddles,
    "snow": _drifts,
    "storm": _lightning,
    "fog": _mist,
}
