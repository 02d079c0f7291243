"""The scenes that the eye learns from: the world's, with its rarities shown more often."""

from dataclasses import replace
from random import Random

from imagegen.drawing.mounts import MOUNTS
from imagegen.drawing.palette import COLOURS
from imagegen.drawing.patterns import PATTERNS
from imagegen.drawing.scene import CHARACTERS, Entity, Scene, scene
from imagegen.drawing.styles import STYLES
from imagegen.drawing.subject import MUTUAL, SCREENS
from imagegen.drawing.things import THINGS

RARE = (*SCREENS, *MOUNTS)  # too large for most kinds of scene
RARELY = 0.12  # share of lessons that show one of these
RESTYLED = 0.25  # share of lessons in a style drawn by lot: the world's own is mostly "book"
REPATTERNED = 0.15  # share of things that get a pattern, if they can wear one


def lesson(index: int, series: int) -> Scene:
    """The scene number `index` of the series, or one like it with something rarer."""
    rng = Random(f"lesson {series}/{index}")
    one = scene(index, series)
    if rng.random() < RARELY:
        one = _rarity(one, rng)
    if rng.random() < RESTYLED:
        one = replace(one, style=rng.choice(tuple(STYLES)))
    second = one.second and _patterned(one.second, rng)
    return replace(one, first=_patterned(one.first, rng), second=second)


def _rarity(one: Scene, rng: Random) -> Scene:
    """A rare thing by itself, beside somebody, or before or behind somebody, in the same place."""
    thing = Entity(rng.choice(RARE), rng.choice(tuple(COLOURS)))
    somebody = Entity(rng.choice(tuple(CHARACTERS)))
    kind, relation = rng.choice(
        (("thing", None), ("beside", MUTUAL), ("behind", "behind"), ("behind", "in front of"))
    )
    if relation is None:
        return replace(one, kind=kind, first=thing, relation=None, second=None, third=None)
    return replace(one, kind=kind, first=somebody, relation=relation, second=thing, third=None)


def _patterned(entity: Entity, rng: Random) -> Entity:
    if entity.colour is None or entity.pattern or rng.random() >= REPATTERNED:
        return entity
    wears = (THINGS[entity.name] if entity.name in THINGS else MOUNTS[entity.name]).wears
    return replace(entity, pattern=rng.choice(PATTERNS)) if wears else entity
