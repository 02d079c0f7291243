"""What a scene is: who, what, how many, in which relation, where, when, and in which style."""

from collections.abc import Mapping
from dataclasses import dataclass

from imagegen.drawing.animals import ANIMALS
from imagegen.drawing.people import PEOPLE
from imagegen.drawing.rig import Look
from imagegen.drawing.things import THINGS

CHARACTERS: Mapping[str, Look] = {**PEOPLE, **ANIMALS}
COUNTS = (1, 2, 3, 4, 5, 6)
SIZES = ("small", "big")
TIMES = ("day", "sunset", "night")
WEATHERS = ("clear", "rain", "snow", "storm", "fog")
DRY_PLACES = (  # no weather there
    *("moon", "room", "underwater", "space", "cave", "clouds", "kitchen", "library", "circus"),
)
COLD_PLACES = ("arctic",)  # no rain there
DARK_PLACES = ("space",)  # always night there

SMALL = tuple(name for name, thing in THINGS.items() if not thing.big)
HANDY = tuple(name for name in SMALL if THINGS[name].handy)  # fit in a hand
FLYING = tuple(name for name in SMALL if THINGS[name].floats)
SHELVES = tuple(name for name, thing in THINGS.items() if thing.shelf is not None)
ROOFS = tuple(name for name, thing in THINGS.items() if thing.roof is not None)
CONTAINERS = tuple(name for name, thing in THINGS.items() if thing.inside is not None)
SCREENS = tuple(name for name, thing in THINGS.items() if thing.big)  # to be behind, or before
SIDES = ("left of", "right of", "above", "below")
MIRRORED = {"right of": "left of", "below": "above", "in front of": "behind"}
MUTUAL = "next to"  # of two characters, or two things, either can be named first


@dataclass(frozen=True, slots=True)
class Entity:
    """One kind of thing in a scene; a character has no colour of its own to choose.

    `size` None is the usual one, `pattern` None is none.
    """

    name: str
    colour: str | None = None
    count: int = 1
    pattern: str | None = None
    size: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """All that words can say of a picture, and a seed for what they leave open.

    In a scene to be drawn, `place=None` is a plain background. In what is *said* of a scene (see
    `caption.said`), None means that the words are silent about it. `third` is who is given
    something.
    """

    kind: str
    first: Entity
    relation: str | None = None
    second: Entity | None = None
    third: Entity | None = None
    place: str | None = None
    time: str | None = "day"
    weather: str | None = "clear"
    style: str | None = "book"
    seed: int = 0

    @property
    def entities(self) -> tuple[Entity, ...]:
        """First, second and third, as far as they are there."""
        return tuple(one for one in (self.first, self.second, self.third) if one)
