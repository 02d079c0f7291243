"""The sky of every place by time of day, and what the time does to the colours under it."""

from collections.abc import Callable
from math import hypot
from random import Random

from imagegen.drawing import palette
from imagegen.drawing.svg import Point, Sketch

HORIZON = 330.0  # y of the far edge of the ground; feet stand between 400 and 470

SKIES = {
    "day": ("#7cc4f5", "#d3edfc"),
    "sunset": ("#6a5cb0", "#f0868a", "#ffd596"),
    "night": ("#17204f", "#36438e", "#6c7bbd"),
}

LIGHTS = {  # what is left of red, green and blue at that time
    "day": (1.0, 1.0, 1.0),
    "sunset": (0.98, 0.86, 0.8),
    "night": (0.63, 0.67, 0.85),
}
AIR = {"day": ("#ffffff", 0.0), "sunset": ("#f4847c", 0.13), "night": ("#4652a0", 0.13)}

CLOUD = (
    "M-46 14Q-62 14 -60 0Q-57 -14 -41 -12Q-36 -34 -13 -32Q4 -46 23 -30Q43 -30 43 -12"
    "Q62 -12 60 2Q58 14 46 14Z"
)
_STAR = "M0 -8Q1.6 -1.6 8 0Q1.6 1.6 0 8Q-1.6 1.6 -8 0Q-1.6 -1.6 0 -8Z"
_CRESCENT = "M6 -36A36 36 0 1 0 35 13A31 31 0 0 1 6 -36Z"


def toned(time: str) -> Callable[[str], str]:
    """What the time of day makes of a colour: warmer at sunset, bluer and darker at night."""
    air, share = AIR[time]

    def tone(colour: str) -> str:
        lit = (
            round(part * left)
            for part, left in zip(palette.channels(colour), LIGHTS[time], strict=True)
        )
        return palette.mix("#" + "".join(f"{part:02x}" for part in lit), air, share)

    return tone


def sky(
    s: Sketch,
    rng: Random,
    time: str,
    *,
    high: Point = (95, 72),
    low: Point = (120, 235),
) -> None:
    """The sky to under the horizon: sun or crescent near `high`, at sunset the sun near `low`."""
    s.wash(0, 0, 512, HORIZON + 20, *SKIES[time])
    x, y = low if time == "sunset" else high
    x, y = x + rng.uniform(-14, 14), y + rng.uniform(-7, 7)
    if time == "night":
        stars(s, rng, 12, clear=(x, y))
        crescent(s, x, y)
    elif time == "sunset":
        sun(s, x, y, low=True)
        clouds(s, rng, 2, 160, "#f9b8a6")
    else:
        sun(s, x, y)
        clouds(s, rng, rng.choice([2, 3]) if x < 200 else 1, x + 75, "#ffffff")


def sun(s: Sketch, x: float, y: float, low: bool = False, radius: float = 36) -> None:
    """The sun in its glow, reddish when it is low."""
    halo, disc = ("#ffb868", "#ffb04f") if low else ("#fff0a8", "#ffe07a")
    s.glow(x, y, radius * (4 if low else 2.6), halo, 0.85)
    s.ellipse(x, y, radius, radius, disc, outline=0, flat=True)
    s.ellipse(x, y, radius * 0.78, radius * 0.78, palette.light(disc, 0.45), outline=0, flat=True)


def crescent(s: Sketch, x: float, y: float, scale: float = 1) -> None:
    """The moon in a pale glow."""
    s.glow(x, y, 100 * scale, "#aebbf0", 0.55)
    with s.moved(x, y, scale):
        s.path(_CRESCENT, "#fdf2c0", outline=0, flat=True)


def stars(s: Sketch, rng: Random, count: int, foot: float = 200, clear: Point = (0, 0)) -> None:
    """Stars in two loose rows, so that none meets another, and none within 80 of `clear`."""
    for i in range(count):
        x = (i + rng.uniform(0.2, 0.8)) * 512 / count
        y = rng.uniform(14, foot * 0.45) if i % 2 else rng.uniform(foot * 0.55, foot)
        if hypot(x - clear[0], y - clear[1]) < 80:
            continue
        with s.moved(x, y, rng.choice([0.75, 1.0, 1.2])):
            s.path(_STAR, "#fff6d2", outline=0, flat=True)


def clouds(s: Sketch, rng: Random, count: int, left: float, colour: str) -> None:
    """Clouds next to one another, each at its own height, to the right of `left`."""
    for i in range(count):
        x = left + (i + rng.uniform(0.35, 0.65)) * (512 - left) / count
        with s.moved(x, rng.uniform(45, 120), rng.uniform(0.6, 0.8), flip=rng.random() < 0.5):
            s.path(CLOUD, colour, outline=0, flat=True, opacity=0.85)


def ground(s: Sketch, edge: str, far: str, near: str) -> None:
    """The floor under `edge`, path data from the left border to the right one, fading downwards."""
    s.path(f"{edge}L512 400L0 400Z", far, outline=0, flat=True)
    s.wash(0, HORIZON + 15, 512, 512 - HORIZON - 15, far, near)
