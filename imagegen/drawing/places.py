"""Where a scene happens: a background of 512 by 512, its ground starting at `HORIZON`.

Positions that do not matter (clouds, shells, trees) come from the scene's own random numbers, so
that no two beaches are the same.
"""

from collections.abc import Callable
from random import Random

from imagegen.drawing import built, fantasy, indoors, nature, outdoors, palette
from imagegen.drawing.sky import COVERED, HORIZON, Air, cover, crescent, earthy, stars, sun
from imagegen.drawing.svg import Sketch

PAPERS = {  # the wall's upper and lower colour, then the floor's
    "cream": ("#fdf3dc", "#f8e3bd", "#f1d3a2"),
    "mint": ("#e6f5ea", "#c9e7d4", "#b2d8c1"),
    "sky": ("#e5f2fb", "#c6e0f2", "#afcfe6"),
    "rose": ("#fdeaea", "#f6cfd2", "#ebbbc2"),
    "lilac": ("#f1eafa", "#dccdef", "#cbb8e4"),
    "sand": ("#f4efe6", "#e3d9c8", "#d4c6b0"),
}
DUSK = ("#8d79c4", "#f3b39c", "#e8a898")
DARK = ("#222c66", "#5f6db3", "#828ec8")


def plain(s: Sketch, rng: Random, air: Air) -> None:
    """No place at all: tinted paper and a softly lit floor."""
    paper = PAPERS[rng.choice(sorted(PAPERS))]
    upper, lower, floor = {"day": paper, "sunset": DUSK, "night": DARK}[air.time]
    if air.covered:
        s.wash(0, 0, 512, HORIZON, *COVERED[air.weather][air.time])
        cover(s, rng, air)
        floor = earthy(air)(floor)
    else:
        s.wash(0, 0, 512, HORIZON, upper, lower)
        _lights(s, rng, air.time)
    s.wash(0, HORIZON, 512, 512 - HORIZON, floor, palette.light(floor, 0.3))
    lit = palette.light(floor, 0.45)
    s.ellipse(256, 440, 230, 52, lit, outline=0, flat=True, opacity=0.6)


def _lights(s: Sketch, rng: Random, time: str) -> None:
    if time == "night":
        x, y = rng.uniform(80, 110), rng.uniform(65, 80)
        stars(s, rng, 12, clear=(x, y))
        crescent(s, x, y)
    elif time == "sunset":
        sun(s, rng.choice([110, 400]) + rng.uniform(-15, 15), rng.uniform(225, 245), low=True)


PLACES: dict[str, Callable[[Sketch, Random, Air], None]] = {
    "beach": nature.beach,
    "forest": nature.forest,
    "moon": nature.moon,
    "city": built.city,
    "desert": nature.desert,
    "mountains": nature.mountains,
    "meadow": nature.meadow,
    "castle": built.castle,
    "room": built.room,
    "farm": built.farm,
    "underwater": fantasy.underwater,
    "space": fantasy.space,
    "cave": fantasy.cave,
    "arctic": fantasy.arctic,
    "clouds": fantasy.clouds,
    "kitchen": indoors.kitchen,
    "library": indoors.library,
    "circus": indoors.circus,
    "garden": outdoors.garden,
    "playground": outdoors.playground,
    "lake": outdoors.lake,
    "shop": outdoors.shop,
}
