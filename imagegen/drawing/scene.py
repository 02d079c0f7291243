"""A scene as data: who, what, how many, in which relation, where and when.

`scene(index, seed)` is pure: the same two numbers give the same scene on every machine.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from random import Random
from zlib import crc32

from imagegen.drawing.animals import ANIMALS
from imagegen.drawing.mounts import MOUNTS
from imagegen.drawing.palette import COLOURS
from imagegen.drawing.people import PEOPLE
from imagegen.drawing.places import PLACES
from imagegen.drawing.rig import Look
from imagegen.drawing.things import THINGS

CHARACTERS: Mapping[str, Look] = {**PEOPLE, **ANIMALS}
COUNTS = (1, 2, 3, 4, 5)
TIMES = ("day", "sunset", "night")
WEATHERS = ("clear", "rain", "snow")
DRY_PLACES = ("moon", "room")  # no rain and no snow there

SHELVES = tuple(name for name, thing in THINGS.items() if thing.shelf is not None)
ROOFS = ("tree", "table")  # what one can be under
SMALL = tuple(name for name in THINGS if name not in ("tree", "table", "chair"))
HANDY = tuple(name for name in SMALL if name not in ("rocket", "cube"))  # fit in a hand
SIDES = ("left of", "right of", "above", "below")
MIRRORED = {"right of": "left of", "below": "above"}

HELD_OUT_SHARE = 10  # one combination in ten is never trained on, and is what the exam asks


@dataclass(frozen=True, slots=True)
class Entity:
    """One kind of thing in a scene; a character has no colour of its own to choose."""

    name: str
    colour: str | None = None
    count: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """All that words can say of a picture, and a seed for what they leave open.

    In a scene to be drawn, `place=None` is a plain background. In what is *said* of a scene (see
    `caption.said`), None means that the words are silent about it.
    """

    kind: str
    first: Entity
    relation: str | None = None
    second: Entity | None = None
    place: str | None = None
    time: str | None = "day"
    weather: str | None = "clear"
    seed: int = 0


def scene(index: int, seed: int) -> Scene:
    """The scene number `index` of the series `seed`: two series share none below a million."""
    rng = Random(seed * 1_000_003 + index)
    kind = rng.choices(tuple(KINDS), weights=[share for share, _ in KINDS.values()])[0]
    return _somewhere(KINDS[kind][1](rng), rng)


def held_out(scene: Scene) -> bool:
    """Whether the scene's combination of names, colours, count and relation is kept for the exam.

    A single character or thing is combined with its place, everything else with its partner. "A
    left of B" and "B right of A" are one combination, since they are one picture.
    """
    first, relation = scene.first, scene.relation
    second = scene.second or Entity(scene.place or "nowhere")
    if relation in MIRRORED:
        first, relation, second = second, MIRRORED[relation], first
    parts = (first.name, first.colour, first.count, relation, second.name, second.colour)
    return crc32("/".join(map(str, parts)).encode()) % HELD_OUT_SHARE == 0


def _somewhere(scene: Scene, rng: Random) -> Scene:
    place = None if rng.random() < 0.25 else rng.choice(tuple(PLACES))
    weather = "clear"
    if place not in DRY_PLACES:
        weather = rng.choices(WEATHERS, weights=(80, 10, 10))[0]
    time = rng.choices(TIMES, weights=(64, 14, 22))[0]
    return replace(scene, place=place, time=time, weather=weather, seed=rng.getrandbits(32))


def _character(rng: Random) -> Entity:
    return Entity(rng.choice(tuple(CHARACTERS)))


def _coloured(rng: Random, names: tuple[str, ...]) -> Entity:
    return Entity(rng.choice(names), rng.choice(tuple(COLOURS)))


def _portrait(rng: Random) -> Scene:
    return Scene(kind="portrait", first=_character(rng))


def _thing(rng: Random) -> Scene:
    return Scene(kind="thing", first=_coloured(rng, (*THINGS, *MOUNTS)))


def _count(rng: Random) -> Scene:
    count = rng.choice(COUNTS)
    if rng.random() < 0.2:
        first = replace(_character(rng), count=min(count, 3))
    else:
        first = replace(_coloured(rng, SMALL), count=count)
    return Scene(kind="count", first=first)


def _ride(rng: Random) -> Scene:
    mount = _coloured(rng, tuple(MOUNTS))
    relation = MOUNTS[mount.name].verb
    return Scene(kind="ride", first=_character(rng), relation=relation, second=mount)


def _hold(rng: Random) -> Scene:
    thing = _coloured(rng, HANDY)
    return Scene(kind="hold", first=_character(rng), relation="holding", second=thing)


def _beside(rng: Random) -> Scene:
    thing = _coloured(rng, tuple(THINGS) if rng.random() < 0.6 else tuple(MOUNTS))
    return Scene(kind="beside", first=_character(rng), relation="next to", second=thing)


def _pair(rng: Random) -> Scene:
    first, second = _coloured(rng, SMALL), _coloured(rng, SMALL)
    while second.name == first.name:
        second = _coloured(rng, SMALL)
    return Scene(kind="pair", first=first, relation=rng.choice(SIDES), second=second)


def _on(rng: Random) -> Scene:
    shelf = _coloured(rng, SHELVES)
    first = _character(rng) if rng.random() < 0.4 else _coloured(rng, SMALL)
    while first.name == shelf.name:
        first = _coloured(rng, SMALL)
    return Scene(kind="on", first=first, relation="on", second=shelf)


def _under(rng: Random) -> Scene:
    roof = _coloured(rng, ROOFS)
    tall = roof.name == "tree" and rng.random() < 0.6
    first = _character(rng) if tall else _coloured(rng, SMALL)
    return Scene(kind="under", first=first, relation="under", second=roof)


KINDS: Mapping[str, tuple[float, Callable[[Random], Scene]]] = {
    "portrait": (12, _portrait),
    "thing": (9, _thing),
    "count": (14, _count),
    "ride": (20, _ride),
    "hold": (13, _hold),
    "beside": (10, _beside),
    "pair": (13, _pair),
    "on": (6, _on),
    "under": (3, _under),
}
