"""Things to hold, to count, to put on or into one another. Each stands on the ground at y = 0."""

from imagegen.drawing import patterns
from imagegen.drawing.svg import Sketch
from imagegen.drawing.thing import Draw, Inside, Thing
from imagegen.drawing.things_food import FOOD
from imagegen.drawing.things_garden import GARDEN
from imagegen.drawing.things_holding import HOLDING
from imagegen.drawing.things_home import HOME
from imagegen.drawing.things_music import MUSIC
from imagegen.drawing.things_nature import NATURE
from imagegen.drawing.things_play import PLAY
from imagegen.drawing.things_quest import QUEST
from imagegen.drawing.things_room import ROOM
from imagegen.drawing.things_wear import WEAR

THINGS: dict[str, Thing] = {
    **PLAY,
    **HOME,
    **NATURE,
    **FOOD,
    **ROOM,
    **HOLDING,
    **WEAR,
    **MUSIC,
    **GARDEN,
    **QUEST,
}


def paint(s: Sketch, name: str, colour: str, pattern: str | None = None) -> None:
    """The whole thing; a pattern that does not suit it (see `wears`) is a ValueError."""
    thing = THINGS[name]
    bare = pattern is not None and thing.smooth is not None
    _paint(s, name, thing.smooth if bare and thing.smooth else thing.draw, colour, pattern)


def paint_back(s: Sketch, name: str, colour: str, pattern: str | None = None) -> None:
    """What of a container lies behind a guest in it."""
    _paint(s, name, _inside(name).back, colour, pattern)


def paint_front(s: Sketch, name: str, colour: str, pattern: str | None = None) -> None:
    """What of a container hides the lower part of a guest in it."""
    _paint(s, name, _inside(name).front, colour, pattern)


def _inside(name: str) -> Inside:
    inside = THINGS[name].inside
    if inside is None:
        raise ValueError(f"nothing can be inside a {name}")
    return inside


def _paint(s: Sketch, name: str, draw: Draw, colour: str, pattern: str | None) -> None:
    if pattern is not None and not THINGS[name].wears:
        raise ValueError(f"a {name} cannot be {pattern}")
    with patterns.worn(s, colour, pattern, THINGS[name].box):
        draw(s, colour)
