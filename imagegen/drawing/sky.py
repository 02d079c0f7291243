"""The sky of every place by time of day and weather, and what they do to the colours under it."""

from collections.abc import Callable
from dataclasses import dataclass
from math import hypot
from random import Random

from imagegen.drawing import palette
from imagegen.drawing.svg import Point, Sketch

HORIZON = 330.0  # y of the far edge of the ground; feet stand between 370 and 475

SKIES = {
    "day": ("#7cc4f5", "#d3edfc"),
    "sunset": ("#6a5cb0", "#f0868a", "#ffd596"),
    "night": ("#17204f", "#36438e", "#6c7bbd"),
}
COVERED = {  # the sky that hides the sun
    "rain": {
        "day": ("#7d8ca9", "#b4c0d2"),
        "sunset": ("#574f80", "#b3808f", "#dca489"),
        "night": ("#11162f", "#272f55", "#424d77"),
    },
    "snow": {
        "day": ("#aebfd8", "#e4edf8"),
        "sunset": ("#8176b4", "#dca0b2", "#f8d0b4"),
        "night": ("#1b2450", "#3c4987", "#7885ba"),
    },
    "storm": {
        "day": ("#4f5a78", "#8b97b3"),
        "sunset": ("#3f3764", "#8a5f80", "#c98a78"),
        "night": ("#0a0d22", "#1c2244", "#333c64"),
    },
    "fog": {
        "day": ("#c3cedb", "#eef2f5"),
        "sunset": ("#a58fb4", "#e9c0b8", "#f8e0cc"),
        "night": ("#232c52", "#46517f", "#6d789f"),
    },
}
CLOUDS = {  # by weather and time
    "rain": {"day": "#66728d", "sunset": "#4d4468", "night": "#262c4a"},
    "storm": {"day": "#3d4660", "sunset": "#332c50", "night": "#181d38"},
    "snow": {"day": "#f4f8fd", "sunset": "#e3bccb", "night": "#55619b"},
}

LIGHTS = {  # what is left of red, green and blue at that time
    "day": (1.0, 1.0, 1.0),
    "sunset": (0.98, 0.86, 0.8),
    "night": (0.63, 0.67, 0.85),
}
AIR = {"day": ("#ffffff", 0.0), "sunset": ("#f4847c", 0.13), "night": ("#4652a0", 0.13)}
HAZES = {  # what dims the colours of a place, and how much
    "rain": ("#8e9dbb", 0.26),
    "storm": ("#5f6b90", 0.4),
    "fog": ("#e4e9ee", 0.55),
}
WHITE = "#eef3fd"  # snow

CLOUD = (
    "M-46 14Q-62 14 -60 0Q-57 -14 -41 -12Q-36 -34 -13 -32Q4 -46 23 -30Q43 -30 43 -12"
    "Q62 -12 60 2Q58 14 46 14Z"
)
_STAR = "M0 -8Q1.6 -1.6 8 0Q1.6 1.6 0 8Q-1.6 1.6 -8 0Q-1.6 -1.6 0 -8Z"
_CRESCENT = "M6 -36A36 36 0 1 0 35 13A31 31 0 0 1 6 -36Z"


@dataclass(frozen=True, slots=True)
class Air:
    """What time and weather it is in a place."""

    time: str = "day"
    weather: str = "clear"

    @property
    def covered(self) -> bool:
        """Whether clouds hide the sun, the moon and the stars."""
        return self.weather in COVERED


def toned(air: Air) -> Callable[[str], str]:
    """What time and weather make of a colour: warmer at sunset, bluer at night, dull in rain."""
    shine, share = AIR[air.time]

    def tone(colour: str) -> str:
        if air.weather == "snow" and _leafy(colour):
            colour = palette.mix(colour, WHITE, 0.42)
        if air.weather in HAZES:
            colour = palette.mix(colour, *HAZES[air.weather])
        lit = (
            round(part * left)
            for part, left in zip(palette.channels(colour), LIGHTS[air.time], strict=True)
        )
        return palette.mix("#" + "".join(f"{part:02x}" for part in lit), shine, share)

    return tone


def earthy(air: Air) -> Callable[[str], str]:
    """As `toned`, for hills, dunes and lawns: they are white under snow."""
    tone = toned(air)
    if air.weather != "snow":
        return tone
    return lambda colour: tone(palette.mix(colour, WHITE, 0.84))


def _leafy(colour: str) -> bool:
    red, green, blue = palette.channels(colour)
    return green > red and green > blue


def sky(
    s: Sketch,
    rng: Random,
    air: Air,
    *,
    high: Point = (95, 72),
    low: Point = (120, 235),
) -> None:
    """The sky to under the horizon: sun or crescent near `high`, at sunset the sun near `low`."""
    if air.covered:
        s.wash(0, 0, 512, HORIZON + 20, *COVERED[air.weather][air.time])
        cover(s, rng, air)
        return
    s.wash(0, 0, 512, HORIZON + 20, *SKIES[air.time])
    x, y = low if air.time == "sunset" else high
    x, y = x + rng.uniform(-14, 14), y + rng.uniform(-7, 7)
    if air.time == "night":
        stars(s, rng, 12, clear=(x, y))
        crescent(s, x, y)
    elif air.time == "sunset":
        sun(s, x, y, low=True)
        clouds(s, rng, 2, 160, "#f9b8a6")
    else:
        sun(s, x, y)
        clouds(s, rng, rng.choice([2, 3]) if x < 200 else 1, x + 75, "#ffffff")


def cover(s: Sketch, rng: Random, air: Air) -> None:
    """Clouds from border to border, two rows deep, hanging down from the upper border."""
    if air.weather not in CLOUDS:
        return
    colour = CLOUDS[air.weather][air.time]
    for row, (y, count, share) in enumerate(((60, 4, 0.5), (26, 5, 0.0))):
        shade = palette.mix(colour, COVERED[air.weather][air.time][0], share)
        s.rect(-5, -5, 522, y + 5, shade, outline=0, flat=True)
        for i in range(count):
            x = (i + 0.5 + rng.uniform(-0.12, 0.12)) * 512 / count
            with s.moved(x, y + rng.uniform(-4, 6), 560 / count / 100, turn=180, flip=row > 0):
                s.path(CLOUD, shade, outline=0, flat=True)


def sun(s: Sketch, x: float, y: float, low: bool = False, radius: float = 36) -> None:
    """The sun in its glow, reddish when it is low."""
    halo, disc = ("#ffb868", "#ffb04f") if low else ("#fff0a8", "#ffe07a")
    s.glow(x, y, radius * (4 if low else 2.6), halo, 0.85)
    s.ellipse(x, y, radius, radius, disc, outline=0, flat=True, lit=True)
    core = radius * 0.78
    s.ellipse(x, y, core, core, palette.light(disc, 0.45), outline=0, flat=True, lit=True)


def crescent(s: Sketch, x: float, y: float, scale: float = 1) -> None:
    """The moon in a pale glow."""
    s.glow(x, y, 100 * scale, "#aebbf0", 0.55)
    with s.moved(x, y, scale):
        s.path(_CRESCENT, "#fdf2c0", outline=0, flat=True, lit=True)


def stars(s: Sketch, rng: Random, count: int, foot: float = 200, clear: Point = (0, 0)) -> None:
    """Stars in two loose rows, so that none meets another, and none within 80 of `clear`."""
    for i in range(count):
        x = (i + rng.uniform(0.2, 0.8)) * 512 / count
        y = rng.uniform(14, foot * 0.45) if i % 2 else rng.uniform(foot * 0.55, foot)
        if hypot(x - clear[0], y - clear[1]) < 80:
            continue
        with s.moved(x, y, rng.choice([0.75, 1.0, 1.2])):
            s.path(_STAR, "#fff6d2", outline=0, flat=True, lit=True)


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
