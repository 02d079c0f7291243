"""Scenes of figures that have nothing to do with one another: a portrait, a thing, several."""

from imagegen.drawing.stage import (
    HALF,
    Stage,
    box_of,
    character_at,
    fit,
    floats,
    ground,
    hanging,
    height_of,
    on_ground,
    partner,
    usual,
)
from imagegen.drawing.subject import CHARACTERS, Entity, Scene

TALL, TALLEST = 325.0, 436.0  # of a usual and of a big figure, from head to foot, at most
CELL = {None: 1.0, "small": 0.66, "big": 1.3}  # of several, how much of its room each fills


def portrait(stage: Stage, scene: Scene) -> None:
    """A character by itself."""
    name = scene.first.name
    scale = min(stage.rng.uniform(1.3, 1.5), TALL / height_of(name)) * usual(scene.first)
    scale = min(scale, TALLEST / height_of(name))
    foot = ground(stage) + (26 if scene.first.size == "big" else 8)
    character_at(stage, scene.first, stage.rng.uniform(190, 322), foot, scale)


def thing(stage: Stage, scene: Scene) -> None:
    """A thing or a mount by itself."""
    name = scene.first.name
    room = {None: (300, 235), "small": (165, 130), "big": (450, 385)}[scene.first.size]
    scale = fit(name, *room) * stage.rng.uniform(0.88, 1.04)
    half = (box_of(name)[2] - box_of(name)[0]) / 2 * scale
    side = max(0.0, min(45.0, 250 - half))
    foot = ground(stage) + (16 if scene.first.size == "big" else 0)
    on_ground(stage, scene.first, 256 + stage.rng.uniform(-side, side), foot, scale)


def count(stage: Stage, scene: Scene) -> None:
    """Several: what flies all over the sky, what stands in rows on the ground, one behind another.

    None covers another.
    """
    if floats(scene.first.name):
        _flying(stage, scene.first)
    else:
        _standing(stage, scene.first)


FLOCKS = {1: (1,), 2: (2,), 3: (2, 1), 4: (2, 2), 5: (2, 3), 6: (3, 3)}


def _flying(stage: Stage, entity: Entity) -> None:
    rng, rows = stage.rng, FLOCKS[entity.count]
    if len(rows) > 1 and rng.random() < 0.5:
        rows = rows[::-1]
    high = 400 / max(len(rows), 2)
    for row, number in enumerate(rows):
        wide = 470 / number
        middle = 60 + high * (row + 0.5) if len(rows) > 1 else 240
        room = min(wide * 0.78, high * 0.74, 150) * CELL[entity.size]
        for i in range(number):
            x = 21 + wide * (i + 0.5) + rng.uniform(-0.09, 0.09) * wide
            y = middle + (12 if i % 2 else -12) + rng.uniform(-8, 8)
            hanging(stage, entity, x, y + room / 2, (room, room))


ROWS = {  # numbers from the back row to the front row
    1: ((1,),),
    2: ((2,),),
    3: ((3,),),
    4: ((2, 2), (4,)),
    5: ((2, 3),),
    6: ((3, 3),),
}


def _standing(stage: Stage, entity: Entity) -> None:
    rng, rows = stage.rng, stage.rng.choice(ROWS[entity.count])
    if entity.name in CHARACTERS and entity.count == 4:
        rows = (4,)  # they are narrow
    if len(rows) == 1:
        _row(stage, entity, rows[0], rng.uniform(424, 446), 1.0)
        return
    _row(stage, entity, rows[0], rng.uniform(350, 354), 0.82)
    _row(stage, entity, rows[1], rng.uniform(482, 488), 1.0)


def _row(stage: Stage, entity: Entity, number: int, foot: float, depth: float) -> None:
    """A row of figures on the ground; the further behind, the smaller and closer together."""
    rng, two = stage.rng, entity.count > 3 or depth < 1 or foot > 465
    across = 470 * depth
    gap = across / number
    tall = 134 * depth if two else (250 if entity.name in CHARACTERS else 205)
    for i in range(number):
        x = 256 - across / 2 + gap * (i + 0.5) + rng.uniform(-0.05, 0.05) * gap
        y = foot + (rng.uniform(-3, 3) if depth < 1 else 0 if two else rng.uniform(-7, 7))
        _one(stage, entity, x, y, (gap * 0.84, tall))


def groups(stage: Stage, scene: Scene) -> None:
    """Some of one kind and some of another, all in one row, each kind together."""
    rng, second = stage.rng, partner(scene)
    number = scene.first.count + second.count
    gap, foot = 480 / number, rng.uniform(424, 446)
    room = (gap * 0.86, min(gap * 1.5, 225))
    flip = rng.random() < 0.5
    slots = [256 + (i + 0.5 - number / 2) * gap * (-1 if flip else 1) for i in range(number)]
    entities = [entity for entity in (scene.first, second) for _ in range(entity.count)]
    for i, (entity, x) in enumerate(zip(entities, slots, strict=True)):
        deep = -10 if i % 2 else 8
        _one(stage, entity, x + rng.uniform(-0.03, 0.03) * gap, foot + deep, room)


def _one(stage: Stage, entity: Entity, x: float, foot: float, room: tuple[float, float]) -> None:
    wide, tall = (side * CELL[entity.size] for side in room)
    wide = min(wide, room[0] * 1.1)
    if entity.name in CHARACTERS:
        scale = min(wide / (2 * HALF), tall / height_of(entity.name))
        character_at(stage, entity, x, foot, scale)
    else:
        on_ground(stage, entity, x, foot, fit(entity.name, wide, tall))
