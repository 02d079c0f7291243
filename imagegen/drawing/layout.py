"""From a scene to a sketch: where everything stands, and the boxes that say so.

Pictures are 512 units a side whatever their size in pixels; boxes are (left, top, right, bottom).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random

from imagegen.drawing import rig
from imagegen.drawing.mounts import MOUNTS
from imagegen.drawing.palette import COLOURS
from imagegen.drawing.places import PLACES, plain
from imagegen.drawing.scene import CHARACTERS, Entity, Scene
from imagegen.drawing.svg import Sketch
from imagegen.drawing.things import THINGS
from imagegen.drawing.weather import FALLING, snow_cover

Box = tuple[float, float, float, float]
STANDING_HALF_WIDTH = 62.0
HEADROOM = 6.0  # between what floats and the upper border


@dataclass(frozen=True, slots=True)
class Placed:
    """One thing or character in the finished picture."""

    name: str
    colour: str | None
    box: Box


@dataclass(slots=True)
class Stage:
    """A picture being put together: its sketch so far, what is in it, and its random numbers."""

    sketch: Sketch
    placed: list[Placed]
    rng: Random


def compose(scene: Scene) -> tuple[Sketch, tuple[Placed, ...]]:
    """The whole picture of a scene, and where its characters and things are, the first ones first.

    A ValueError if it cannot be drawn since it is less than a scene: words said of one.
    """
    rng = Random(scene.seed)
    stage = Stage(Sketch(), [], rng)
    time = scene.time or "day"
    background = PLACES[scene.place] if scene.place else plain
    background(stage.sketch, rng, time)
    if scene.weather == "snow":
        snow_cover(stage.sketch, rng, time)
    LAYOUTS[scene.kind](stage, scene)
    if scene.weather in FALLING:
        FALLING[scene.weather](stage.sketch, rng)
    return stage.sketch, tuple(stage.placed)


def _partner(scene: Scene) -> Entity:
    if scene.second is None:
        raise ValueError(f"a scene of kind {scene.kind!r} needs a second entity")
    return scene.second


def _hue(entity: Entity) -> str:
    if entity.colour is None:
        raise ValueError(f"a {entity.name} needs a colour to be drawn")
    return COLOURS[entity.colour]


def _ground(stage: Stage) -> float:
    return stage.rng.uniform(428, 456)


def _thing_at(stage: Stage, entity: Entity, x: float, foot: float, scale: float) -> None:
    """Stand (or hang, if it floats) a thing or a mount with its foot at (x, foot)."""
    left, top, right, bottom = _box(entity.name)
    with stage.sketch.moved(x, foot, scale):
        _draw(stage.sketch, entity.name, _hue(entity))
    box = (x + left * scale, foot + top * scale, x + right * scale, foot + bottom * scale)
    stage.placed.append(Placed(entity.name, entity.colour, box))


def _draw(sketch: Sketch, name: str, colour: str) -> None:
    if name in THINGS:
        THINGS[name].draw(sketch, colour)
    else:
        MOUNTS[name].back(sketch, colour)
        MOUNTS[name].front(sketch, colour)


def _box(name: str) -> Box:
    return THINGS[name].box if name in THINGS else MOUNTS[name].box


def _fit(name: str, width: float, height: float) -> float:
    """The largest scale at which a thing is neither wider nor taller than that."""
    left, top, right, bottom = _box(name)
    return min(width / (right - left), height / (bottom - top))


def _shadow(stage: Stage, name: str, x: float, ground: float, scale: float) -> None:
    left, _, right, _ = _box(name)
    middle, half = (left + right) / 2, (right - left) / 2
    stage.sketch.shadow(x + middle * scale, ground, half * scale * 1.15, 7 + half * scale * 0.13)


def _on_ground(stage: Stage, entity: Entity, x: float, ground: float, scale: float) -> None:
    floats = THINGS[entity.name].floats if entity.name in THINGS else 0.0
    _shadow(stage, entity.name, x, ground, scale * (0.7 if floats else 1.0))
    lift = floats * scale
    if lift:  # not out of the picture
        lift = min(lift, ground + _box(entity.name)[1] * scale - HEADROOM)
    _thing_at(stage, entity, x, ground - lift, scale)


def _character_at(
    stage: Stage, name: str, x: float, foot: float, scale: float, shadow: bool = True
) -> None:
    """Stand a character on its feet at (x, foot)."""
    look, flip = CHARACTERS[name], stage.rng.random() < 0.5
    if shadow:
        stage.sketch.shadow(x, foot, 62 * scale, 13 * scale)
    with stage.sketch.moved(x, foot - rig.HIP_HEIGHT * scale, scale, flip=flip):
        rig.far_side(stage.sketch, look, rig.STAND)
        rig.near_side(stage.sketch, look, rig.STAND)
    stage.placed.append(Placed(name, None, _standing_box(name, x, foot, scale)))


def _standing_box(name: str, x: float, foot: float, scale: float) -> Box:
    height = rig.HIP_HEIGHT - rig.HEAD[1] + CHARACTERS[name].top
    half = STANDING_HALF_WIDTH * scale
    return (x - half, foot - height * scale, x + half, foot)


def _portrait(stage: Stage, scene: Scene) -> None:
    scale = stage.rng.uniform(1.3, 1.6)
    x = stage.rng.uniform(190, 322)
    _character_at(stage, scene.first.name, x, _ground(stage) + 10, scale)


def _thing(stage: Stage, scene: Scene) -> None:
    scale = _fit(scene.first.name, 330, 250) * stage.rng.uniform(0.8, 1.05)
    _on_ground(stage, scene.first, stage.rng.uniform(215, 297), _ground(stage), scale)


def _count(stage: Stage, scene: Scene) -> None:
    """Items in one or two loose rows, none covering another."""
    count, rng = scene.first.count, stage.rng
    rows = {1: [1], 2: [2], 3: [3], 4: [2, 2], 5: [3, 2]}[count]
    if count == 4 and rng.random() < 0.5:
        rows = [4]
    single = len(rows) == 1
    for row, number in enumerate(rows):
        foot = (rng.uniform(395, 425) if single else 300 + 135 * row) + rng.uniform(-6, 6)
        gap = 440 / number
        for i in range(number):
            x = 36 + gap * (i + 0.5) + rng.uniform(-0.07, 0.07) * gap
            _item(stage, scene.first, x, foot, min(gap * 0.8, 230 if single else 118))


def _item(stage: Stage, entity: Entity, x: float, foot: float, room: float) -> None:
    """One of several, its middle at x, its lowest point at `foot`, `room` wide and tall."""
    if entity.name in CHARACTERS:
        scale = min(room * 1.3, 225) / 200
        _character_at(stage, entity.name, x, foot, scale)
        return
    left, _, right, _ = _box(entity.name)
    scale = _fit(entity.name, room, room)
    _shadow(stage, entity.name, x - (left + right) / 2 * scale, foot, scale)
    _hanging(stage, entity, x, foot, room)


def _hanging(stage: Stage, entity: Entity, x: float, foot: float, room: float) -> None:
    """As `_item`, without a shadow."""
    left, _, right, bottom = _box(entity.name)
    scale = _fit(entity.name, room, room)
    _thing_at(stage, entity, x - (left + right) / 2 * scale, foot - bottom * scale, scale)


def _ride(stage: Stage, scene: Scene) -> None:
    second, sketch, rng = _partner(scene), stage.sketch, stage.rng
    mount, look, colour = MOUNTS[second.name], CHARACTERS[scene.first.name], _hue(second)
    left, top, right, _ = mount.box
    rider_top = mount.seat[1] + rig.HEAD[1] - look.top
    scale = min(390 / (right - left), 345 / -min(rider_top, top)) * rng.uniform(0.88, 1.0)
    x, ground, flip = rng.uniform(232, 280), _ground(stage), rng.random() < 0.5
    _shadow(stage, second.name, x, ground, scale)
    with sketch.moved(x, ground, scale, flip=flip):
        with sketch.moved(*mount.seat):
            rig.far_side(sketch, look, mount.pose)
        mount.back(sketch, colour)
        with sketch.moved(*mount.seat):
            rig.near_side(sketch, look, mount.pose)
        mount.front(sketch, colour)
    side = -1 if flip else 1
    edges = sorted((x + left * scale * side, x + right * scale * side))
    seat_x, seat_y = x + mount.seat[0] * scale * side, ground + mount.seat[1] * scale
    half = STANDING_HALF_WIDTH * scale
    rider = (seat_x - half, ground + rider_top * scale, seat_x + half, seat_y + 20 * scale)
    stage.placed.append(Placed(scene.first.name, None, rider))
    box = (edges[0], ground + top * scale, edges[1], ground)
    stage.placed.append(Placed(second.name, second.colour, box))


def _hold(stage: Stage, scene: Scene) -> None:
    second, sketch, rng = _partner(scene), stage.sketch, stage.rng
    look, thing = CHARACTERS[scene.first.name], THINGS[second.name]
    flip, scale = rng.random() < 0.5, rng.uniform(1.2, 1.4)
    side = -1 if flip else 1
    x, foot = 256 - side * rng.uniform(35, 70), _ground(stage) + 10
    left, top, right, bottom = thing.box
    size = _fit(second.name, 100, 122)
    hand = rig.HOLD.near_hand
    at = (hand[0] - thing.grip[0] * size, hand[1] - thing.grip[1] * size)
    sketch.shadow(x, foot, 66 * scale, 13 * scale)
    hip_y = foot - rig.HIP_HEIGHT * scale
    with sketch.moved(x, hip_y, scale, flip=flip):
        rig.far_side(sketch, look, rig.HOLD)
        rig.near_side(sketch, look, rig.HOLD)
        with sketch.moved(*at, size):
            thing.draw(sketch, _hue(second))
        sketch.ellipse(*hand, 10, 10, look.hand)  # the fingers close around it
    stage.placed.append(
        Placed(scene.first.name, None, _standing_box(scene.first.name, x, foot, scale))
    )
    edges = sorted(x + side * (at[0] + edge * size) * scale for edge in (left, right))
    box = (
        edges[0],
        hip_y + (at[1] + top * size) * scale,
        edges[1],
        hip_y + (at[1] + bottom * size) * scale,
    )
    stage.placed.append(Placed(second.name, second.colour, box))


def _beside(stage: Stage, scene: Scene) -> None:
    rng, second = stage.rng, _partner(scene)
    left, _, right, _ = _box(second.name)
    side = rng.choice((-1, 1))
    scale = rng.uniform(1.05, 1.25)
    width, tall = (215, 200) if second.name in MOUNTS or second.name == "table" else (150, 165)
    if second.name == "tree":
        tall = 300
    size = _fit(second.name, width, tall)
    half = (right - left) / 2 * size
    ground = _ground(stage)
    reach = STANDING_HALF_WIDTH * scale + 16 + half * 2
    start = 256 - side * (reach + STANDING_HALF_WIDTH * scale) / 2
    person = start + side * STANDING_HALF_WIDTH * scale
    thing = person + side * (STANDING_HALF_WIDTH * scale + 16 + half)
    middle = (left + right) / 2 * size
    _on_ground(stage, second, thing - middle, ground - 4, size)
    _character_at(stage, scene.first.name, person, ground + 4, scale)
    stage.placed.reverse()


def _pair(stage: Stage, scene: Scene) -> None:
    rng = stage.rng
    if scene.relation in ("left of", "right of"):
        side = -1 if scene.relation == "left of" else 1
        foot = rng.uniform(385, 425)
        first = (256 + side * rng.uniform(105, 120), foot + rng.uniform(-12, 12), 175.0)
        second = (256 - side * rng.uniform(105, 120), foot + rng.uniform(-12, 12), 175.0)
    else:
        high, low = rng.uniform(205, 220), rng.uniform(435, 450)
        shift = rng.uniform(-45, 45)
        upper, lower = (high, low) if scene.relation == "above" else (low, high)
        first = (256 + shift, upper, 165.0)
        second = (256 + shift + rng.uniform(-20, 20), lower, 165.0)
    for entity, (x, foot, room) in ((scene.first, first), (_partner(scene), second)):
        place = _item if foot > 300 else _hanging
        place(stage, entity, x, foot, room)


def _on(stage: Stage, scene: Scene) -> None:
    rng, second = stage.rng, _partner(scene)
    left, _, right, _ = _box(second.name)
    shelf = THINGS[second.name].shelf or 0.0
    size = min(150 / shelf, 300 / (right - left)) * rng.uniform(0.92, 1.05)
    x, ground = rng.uniform(215, 297), _ground(stage)
    _on_ground(stage, second, x, ground, size)
    foot = ground - shelf * size
    if scene.first.name in CHARACTERS:
        _character_at(stage, scene.first.name, x, foot + 4, 0.98, shadow=False)
    else:
        _hanging(stage, scene.first, x, foot + 5, 125)
    stage.placed.reverse()


def _under(stage: Stage, scene: Scene) -> None:
    rng, second = stage.rng, _partner(scene)
    left, _, right, _ = _box(second.name)
    tree = second.name == "tree"
    size = _fit(second.name, 380, 400) if tree else 330 / (right - left)
    x, ground = rng.uniform(236, 276), _ground(stage)
    _on_ground(stage, second, x, ground - (6 if tree else 0), size)
    if scene.first.name in CHARACTERS:
        offset = rng.choice((-1, 1)) * 62
        _character_at(stage, scene.first.name, x + offset, ground + 12, 0.82)
    else:
        offset = rng.choice((-1, 1)) * 70 if tree else 0
        _item(stage, scene.first, x + offset, ground + 8, 100)
    stage.placed.reverse()


LAYOUTS: Mapping[str, Callable[[Stage, Scene], None]] = {
    "portrait": _portrait,
    "thing": _thing,
    "count": _count,
    "ride": _ride,
    "hold": _hold,
    "beside": _beside,
    "pair": _pair,
    "on": _on,
    "under": _under,
}
