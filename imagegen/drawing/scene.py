"""Scenes made up, and those of them that are kept for the exam.

`scene(index, seed)` is pure: the same two numbers give the same scene on every machine.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from random import Random
from zlib import crc32

from imagegen.drawing.mounts import MOUNTS
from imagegen.drawing.palette import COLOURS
from imagegen.drawing.patterns import PATTERNS
from imagegen.drawing.places import PLACES
from imagegen.drawing.styles import STYLES
from imagegen.drawing.subject import (
    CHARACTERS,
    COLD_PLACES,
    CONTAINERS,
    COUNTS,
    DARK_PLACES,
    DRY_PLACES,
    FLYING,
    HANDY,
    MIRRORED,
    MUTUAL,
    ROOFS,
    SCREENS,
    SHELVES,
    SIDES,
    SIZES,
    SMALL,
    TIMES,
    WEATHERS,
    Entity,
    Scene,
)
from imagegen.drawing.things import THINGS

__all__ = [
    "CHARACTERS",
    "COUNTS",
    "HANDY",
    "KINDS",
    "MIRRORED",
    "SIDES",
    "SIZES",
    "SMALL",
    "TIMES",
    "WEATHERS",
    "Entity",
    "Scene",
    "held_out",
    "scene",
]

HELD_OUT_SHARE = 10  # one combination in ten is never trained on, and is what the exam asks
STYLE_SHARES = {"book": 76, "pencil": 8, "glow": 8, "papercut": 8}
SIZED = 0.2  # share of entities, where there is room, that are small or big
PATTERNED = 0.14  # share of things, where it suits them, that are striped or spotted
GUESTS = ("banana", "carrot", "flower", "rose", "bottle", "teddy", "balloon", "pencil", "violin")
TALL = tuple(name for name in GUESTS if name in THINGS)  # look out of a container


def scene(index: int, seed: int) -> Scene:
    """The scene number `index` of the series `seed`: two series share none below a million."""
    rng = Random(seed * 1_000_003 + index)
    kind = rng.choices(tuple(KINDS), weights=[share for share, _ in KINDS.values()])[0]
    return _somewhere(KINDS[kind][1](rng), rng)


def held_out(scene: Scene) -> bool:
    """Whether the scene's combination of names, colours, count and relation is kept for the exam.

    A single character or thing is combined with its place, everything else with its partner. "A
    left of B" and "B right of A" are one combination, since they are one picture; so are "A next
    to B" and "B next to A". Sizes, patterns, times, weathers and styles do not count: what is held
    out is never trained on in any of them.
    """
    first, relation = scene.first, scene.relation
    second = scene.second or Entity(scene.place or "nowhere")
    if relation in MIRRORED:
        first, relation, second = second, MIRRORED[relation], first
    if relation == MUTUAL and (first.name in CHARACTERS) == (second.name in CHARACTERS):
        first, second = sorted((first, second), key=lambda one: (one.name, one.colour or ""))
    parts = [first.name, first.colour, first.count, relation, second.name, second.colour]
    if second.count > 1:
        parts.append(second.count)
    if scene.third:
        parts.append(scene.third.name)
    return crc32("/".join(map(str, parts)).encode()) % HELD_OUT_SHARE == 0


def _somewhere(scene: Scene, rng: Random) -> Scene:
    place = None if rng.random() < 0.2 else rng.choice(tuple(PLACES))
    weather = "clear"
    if place not in DRY_PLACES:
        weather = rng.choices(WEATHERS, weights=(70, 10, 10, 5, 5))[0]
    if place in COLD_PLACES and weather in ("rain", "storm"):
        weather = "snow"
    time = rng.choices(TIMES, weights=(60, 16, 24))[0]
    if place in DARK_PLACES:
        time = "night"
    style = rng.choices(tuple(STYLES), weights=[STYLE_SHARES[name] for name in STYLES])[0]
    seed = rng.getrandbits(32)
    return replace(scene, place=place, time=time, weather=weather, style=style, seed=seed)


def _character(rng: Random) -> Entity:
    return Entity(rng.choice(tuple(CHARACTERS)))


def _coloured(rng: Random, names: tuple[str, ...]) -> Entity:
    name = rng.choice(names)
    wears = (THINGS[name] if name in THINGS else MOUNTS[name]).wears
    pattern = rng.choice(PATTERNS) if wears and rng.random() < PATTERNED else None
    return Entity(name, rng.choice(tuple(COLOURS)), pattern=pattern)


def _sized(entity: Entity, rng: Random) -> Entity:
    return replace(entity, size=rng.choice(SIZES)) if rng.random() < SIZED else entity


def _other(rng: Random, make: Callable[[Random], Entity], one: Entity) -> Entity:
    """An entity of another name than that one."""
    other = make(rng)
    while other.name == one.name:
        other = make(rng)
    return other


def _small(rng: Random) -> Entity:
    return _coloured(rng, SMALL)


def _portrait(rng: Random) -> Scene:
    return Scene(kind="portrait", first=_sized(_character(rng), rng))


def _thing(rng: Random) -> Scene:
    return Scene(kind="thing", first=_sized(_coloured(rng, (*THINGS, *MOUNTS)), rng))


def _count(rng: Random) -> Scene:
    count = rng.choice(COUNTS)
    if rng.random() < 0.25:
        first = replace(_character(rng), count=min(count, 4))
    else:
        first = replace(_small(rng), count=count)
    return Scene(kind="count", first=_sized(first, rng) if count <= 3 else first)


def _ride(rng: Random) -> Scene:
    mount = _coloured(rng, tuple(MOUNTS))
    relation = MOUNTS[mount.name].verb
    return Scene(kind="ride", first=_character(rng), relation=relation, second=mount)


def _hold(rng: Random) -> Scene:
    thing = _coloured(rng, HANDY)
    return Scene(kind="hold", first=_character(rng), relation="holding", second=thing)


def _beside(rng: Random) -> Scene:
    names = tuple(THINGS) if rng.random() < 0.65 else tuple(MOUNTS)
    first, thing = _character(rng), _coloured(rng, names)
    if rng.random() < 0.5:
        first = _sized(first, rng)
    elif thing.name in SMALL:
        thing = _sized(thing, rng)
    return Scene(kind="beside", first=first, relation=MUTUAL, second=thing)


def _pair(rng: Random) -> Scene:
    relation = rng.choice((*SIDES, *SIDES, MUTUAL))
    first = _sized(_small(rng), rng)
    second = _sized(_other(rng, _small, first), rng)
    flyer = second if relation == "below" else first
    if relation in ("above", "below") and rng.random() < 0.4:  # what flies is above by itself
        name = rng.choice(FLYING)
        if name not in (first.name, second.name):
            pattern = flyer.pattern if THINGS[name].wears else None
            flyer = replace(flyer, name=name, pattern=pattern)
            first, second = (first, flyer) if relation == "below" else (flyer, second)
    return Scene(kind="pair", first=first, relation=relation, second=second)


def _couple(rng: Random) -> Scene:
    first = _character(rng)
    second = _other(rng, _character, first)
    relation = rng.choice((MUTUAL, MUTUAL, "left of", "right of"))
    return Scene(
        kind="couple", first=_sized(first, rng), relation=relation, second=_sized(second, rng)
    )


def _groups(rng: Random) -> Scene:
    make = _character if rng.random() < 0.4 else _small
    first = replace(make(rng), count=rng.choice((1, 2, 2, 3)))
    second = _other(rng, _character if rng.random() < 0.4 else _small, first)
    second = replace(second, count=rng.choice((2, 3) if first.count == 1 else (1, 2, 3)))
    return Scene(kind="groups", first=first, relation=MUTUAL, second=second)


def _chase(rng: Random) -> Scene:
    first = _character(rng)
    second = _other(rng, _character, first)
    return Scene(kind="chase", first=first, relation="chasing", second=second)


def _give(rng: Random) -> Scene:
    first, thing = _character(rng), _coloured(rng, HANDY)
    third = _other(rng, _character, first)
    return Scene(kind="give", first=first, relation="giving", second=thing, third=third)


def _look(rng: Random) -> Scene:
    first, draw = _character(rng), rng.random()
    if draw < 0.25:
        second = _other(rng, _character, first)
    else:
        second = _sized(_coloured(rng, FLYING if draw < 0.5 else SMALL), rng)
    return Scene(kind="look", first=first, relation="looking at", second=second)


def _on(rng: Random) -> Scene:
    shelf = _coloured(rng, SHELVES)
    first = _character(rng) if rng.random() < 0.4 else _small(rng)
    if first.name == shelf.name:
        first = _other(rng, _small, shelf)
    return Scene(kind="on", first=first, relation="on", second=shelf)


def _under(rng: Random) -> Scene:
    roof = _coloured(rng, ROOFS)
    first = _character(rng) if rng.random() < 0.6 else _other(rng, _small, roof)
    return Scene(kind="under", first=first, relation="under", second=roof)


def _inside(rng: Random) -> Scene:
    room = _coloured(rng, CONTAINERS)
    first = _character(rng) if rng.random() < 0.75 or not TALL else _coloured(rng, TALL)
    return Scene(kind="inside", first=first, relation="inside", second=room)


def _behind(rng: Random) -> Scene:
    first, draw = _character(rng), rng.random()
    if draw < 0.35:
        second = _other(rng, _character, first)
    else:
        second = _coloured(rng, SCREENS if draw < 0.75 else tuple(MOUNTS))
    relation = rng.choice(("behind", "in front of"))
    return Scene(kind="behind", first=first, relation=relation, second=second)


KINDS: Mapping[str, tuple[float, Callable[[Random], Scene]]] = {
    "portrait": (10, _portrait),
    "thing": (9, _thing),
    "count": (15, _count),
    "ride": (15, _ride),
    "hold": (10, _hold),
    "beside": (8, _beside),
    "pair": (11, _pair),
    "couple": (7, _couple),
    "groups": (5, _groups),
    "chase": (4, _chase),
    "give": (5, _give),
    "look": (4, _look),
    "on": (6, _on),
    "under": (6, _under),
    "inside": (5, _inside),
    "behind": (6, _behind),
}
