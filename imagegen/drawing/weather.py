"""What falls from the sky over a finished scene, and the snow that lies under it."""

from collections.abc import Callable
from random import Random

from imagegen.drawing import palette
from imagegen.drawing.sky import CLOUD, HORIZON, toned
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
    s.rect(0, 0, 512, 512, "#8496b4", outline=0, flat=True, opacity=0.28)
    for i in range(5):
        x, y = 30 + i * 113 + rng.uniform(-15, 15), rng.uniform(-14, 2)
        with s.moved(x, y, rng.uniform(1.1, 1.3), turn=180):
            s.path(CLOUD, "#8f9bb5" if i % 2 else "#7f8ba8", outline=0, flat=True)
    drops = "".join(f"M{x:.0f} {y:.0f}l-7 21" for x, y in _scattered(rng, 8, 5))
    s.stroke(drops, "#ecf5ff", 3, 0.9)


def _snow(s: Sketch, rng: Random) -> None:
    for x, y in _scattered(rng, 7, 6):
        radius = rng.uniform(3, 6)
        s.ellipse(x, y, radius, radius, "#ffffff", outline=0, flat=True, opacity=0.9)


def snow_cover(s: Sketch, rng: Random, time: str) -> None:
    """Snow on the floor of a place: drawn after the place, before the figures."""
    tone = toned(time)
    bright, pale, hollow = (
        palette.mix(tone(colour), colour, 0.4) for colour in ("#f6f9ff", "#e3ebf8", "#d8e3f3")
    )
    a, b = rng.uniform(-10, 10), rng.uniform(-10, 10)
    edge = f"M0 {HORIZON + 4:.0f}Q110 {318 + a:.0f} 220 {HORIZON + 6:.0f}T400 332T512 {328 + b:.0f}"
    s.path(f"{edge}L512 512L0 512Z", bright, outline=0, flat=True)
    s.wash(0, 360, 512, 152, bright, pale)
    for x, y in ((90, 400), (400, 440)):
        s.ellipse(x + a * 4, y + b, 110, 12, hollow, outline=0, flat=True, opacity=0.8)


FALLING: dict[str, Callable[[Sketch, Random], None]] = {"rain": _rain, "snow": _snow}
