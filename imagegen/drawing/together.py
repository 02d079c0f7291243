"""Scenes of two that are next to, above, on, under, in or behind one another."""

from imagegen.drawing import things
from imagegen.drawing.stage import (
    HALF,
    Bearing,
    Stage,
    box_of,
    character_at,
    figure,
    fit,
    floats,
    ground,
    hanging,
    height_of,
    hue,
    on_ground,
    partner,
    shade,
    thing_at,
    usual,
)
from imagegen.drawing.subject import CHARACTERS, Entity, Scene
from imagegen.drawing.things import THINGS

WIDEST = 478.0  # of two side by side
SUNK = 0.36  # share of a guest that its container hides
LEVEL = Bearing(shadow=False)  # for those who do not stand on the ground


def _half(entity: Entity, scale: float) -> float:
    if entity.name in CHARACTERS:
        return HALF * scale
    left, _, right, _ = box_of(entity.name)
    return (right - left) / 2 * scale


def _tall(entity: Entity, scale: float) -> float:
    if entity.name in CHARACTERS:
        return height_of(entity.name) * scale
    _, top, _, bottom = box_of(entity.name)
    return (bottom - top + floats(entity.name)) * scale


def _natural(entity: Entity) -> float:
    """The scale at which something is in proportion to a character of scale 1."""
    if entity.name in CHARACTERS:
        return min(usual(entity), 1.4)
    if entity.name in THINGS:
        return fit(entity.name, *THINGS[entity.name].beside) * usual(entity)
    return usual(entity)  # mounts are drawn in the units of their riders


def _stand(
    stage: Stage, entity: Entity, x: float, foot: float, scale: float, landed: bool = False
) -> None:
    if entity.name in CHARACTERS:
        character_at(stage, entity, x, foot, scale)
    else:
        on_ground(stage, entity, x, foot, scale, landed)


def beside(stage: Stage, scene: Scene) -> None:
    """Two side by side, in proportion to one another: characters, things, mounts."""
    rng, second = stage.rng, partner(scene)
    sides = {"left of": 1, "right of": -1}
    side = sides.get(scene.relation or "") or rng.choice((-1, 1))
    scale, gap = rng.uniform(1.15, 1.35), rng.uniform(14, 26)
    first, other = _natural(scene.first) * scale, _natural(second) * scale
    wide = 2 * _half(scene.first, first) + 2 * _half(second, other) + gap
    tall = max(_tall(scene.first, first), _tall(second, other))
    shrink = min(1.0, WIDEST / wide, 400 / tall)
    first, other, wide = first * shrink, other * shrink, wide * shrink
    foot = ground(stage)
    x = 256 - side * (wide / 2 - _half(scene.first, first))
    x2 = 256 + side * (wide / 2 - _half(second, other))
    _stand(stage, second, x2, foot - 5, other)
    _stand(stage, scene.first, x, foot + 5, first)
    stage.placed.reverse()


ROOM = {None: 165.0, "small": 104.0, "big": 215.0}  # that one of a pair of things takes


def pair(stage: Stage, scene: Scene) -> None:
    """Two things beside or above one another."""
    if scene.relation in ("above", "below"):
        _stacked(stage, scene)
        return
    rng, second = stage.rng, partner(scene)
    side = {"left of": -1, "right of": 1}.get(scene.relation or "") or rng.choice((-1, 1))
    foot = rng.uniform(400, 436)
    for entity, way in ((scene.first, side), (second, -side)):
        room = ROOM[entity.size]
        scale = fit(entity.name, min(room, 205), room)
        x = 256 + way * rng.uniform(108, 122)
        on_ground(stage, entity, x, foot + rng.uniform(-10, 10), scale)


def _stacked(stage: Stage, scene: Scene) -> None:
    rng, second = stage.rng, partner(scene)
    shift = rng.uniform(-45, 45)
    places = [(256 + shift, rng.uniform(212, 222)), (256 + shift * 0.6, rng.uniform(440, 456))]
    if scene.relation == "below":
        places.reverse()
    for entity, (x, foot) in zip((scene.first, second), places, strict=True):
        room = min(ROOM[entity.size], 196)
        if foot > 300 and not floats(entity.name):
            on_ground(stage, entity, x, foot, fit(entity.name, room, room))
        else:
            hanging(stage, entity, x, foot, (room, room))


def on(stage: Stage, scene: Scene) -> None:
    """One stands on another's top."""
    rng, second = stage.rng, partner(scene)
    left, _, right, _ = box_of(second.name)
    shelf = THINGS[second.name].shelf or 0.0
    size = min(158 / shelf, 310 / (right - left)) * rng.uniform(0.92, 1.05)
    x, y = rng.uniform(215, 297), ground(stage)
    on_ground(stage, second, x, y, size)
    foot = y - shelf * size
    shade(stage, x, foot + 5, 34, 0.7)
    if scene.first.name in CHARACTERS:
        scale = min(1.05, (foot - 20) / height_of(scene.first.name))
        character_at(stage, scene.first, x, foot + 5, scale, LEVEL)
    else:
        hanging(stage, scene.first, x, foot + 6, (130, 130))
    stage.placed.reverse()


def under(stage: Stage, scene: Scene) -> None:
    """One stands in the free room below another."""
    rng, second = stage.rng, partner(scene)
    roof = THINGS[second.name].roof or 0.0
    size = fit(second.name, 420, 410)
    x, y = rng.uniform(244, 268), ground(stage)
    on_ground(stage, second, x, y - 8, size)
    half = _half(second, size)
    offset = rng.choice((-1, 1)) * min(half * 0.36, 62)
    room = roof * size
    if scene.first.name in CHARACTERS:
        scale = min(1.0, room * 0.98 / height_of(scene.first.name))
        character_at(stage, scene.first, x + offset, y + 10, scale)
    else:
        scale = fit(scene.first.name, min(half * 0.9, 130), min(room * 0.8, 130))
        on_ground(stage, scene.first, x + offset, y + 8, scale)
    stage.placed.reverse()


def inside(stage: Stage, scene: Scene) -> None:
    """One looks out of another, whose front hides its lower part."""
    second = partner(scene)
    room = THINGS[second.name].inside
    if room is None:
        raise ValueError(f"nothing can be inside a {second.name}")
    sketch, (left, top, right, bottom) = stage.sketch, box_of(second.name)
    size = fit(second.name, 380, 250) * stage.rng.uniform(0.92, 1.0)
    x, y = stage.rng.uniform(226, 286) - (left + right) / 2 * size, ground(stage) + 6
    shade(stage, x + (left + right) / 2 * size, y, (right - left) / 2 * size)

    def behind() -> None:
        with sketch.moved(x, y, size):
            things.paint_back(sketch, second.name, hue(second), second.pattern)

    def before() -> None:
        with sketch.moved(x, y, size):
            things.paint_front(sketch, second.name, hue(second), second.pattern)

    figure(stage, second, behind)
    middle, floor = x + (room.left + room.right) / 2 * size, y + room.floor * size
    wide = (room.right - room.left) * size
    _guest(stage, scene.first, (middle, floor, y + room.rim * size), wide)
    before()
    stage.note(second, (x + left * size, y + top * size, x + right * size, y + bottom * size))


def _guest(stage: Stage, guest: Entity, where: tuple[float, float, float], wide: float) -> None:
    """Somebody or something in a container, most of it above the rim."""
    x, floor, rim = where
    if guest.name in CHARACTERS:
        tall = height_of(guest.name)
        scale = min(wide / (2 * HALF) * 1.06, (rim - 14) / tall / (1 - SUNK), 1.35)
        floor = min(floor, rim + SUNK * scale * tall)
        character_at(stage, guest, x, floor, scale, LEVEL)
        return
    left, top, right, bottom = box_of(guest.name)
    scale = fit(guest.name, wide * 0.9, 230)
    floor = min(floor, rim + SUNK * scale * (bottom - top))
    thing_at(stage, guest, x - (left + right) / 2 * scale, floor - bottom * scale, scale)


def behind(stage: Stage, scene: Scene) -> None:
    """One stands further away and is partly hidden by the other."""
    rng, second = stage.rng, partner(scene)
    far, near = (scene.first, second) if scene.relation == "behind" else (second, scene.first)
    scale = rng.uniform(1.2, 1.34)
    far_size, near_size = _natural(far) * scale * 0.94, _natural(near) * scale * 1.04
    both = _half(far, far_size) + _half(near, near_size)
    covered = _tall(near, near_size) / _tall(far, far_size)
    apart = both * (0.64 if covered > 0.72 else 0.45)
    shrink = min(1.0, WIDEST / (apart + both), 370 / _tall(far, far_size))
    apart, side = apart * shrink, rng.choice((-1, 1))
    wide = (both * shrink + apart) / 2
    x = 256 - side * (wide - _half(far, far_size * shrink))
    _stand(stage, far, x, rng.uniform(396, 406), far_size * shrink, True)
    _stand(stage, near, x + side * apart, rng.uniform(458, 470), near_size * shrink, True)
    if near is scene.first:
        stage.placed.reverse()
