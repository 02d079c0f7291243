"""A picture being put together: how characters and things are stood in it, and where they are.

Pictures are 512 units a side whatever their size in pixels; boxes are (left, top, right, bottom).
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from random import Random

from imagegen.drawing import mounts, rig, things
from imagegen.drawing.mounts import MOUNTS
from imagegen.drawing.palette import COLOURS
from imagegen.drawing.rig import Pose
from imagegen.drawing.sky import Air
from imagegen.drawing.subject import CHARACTERS, Entity, Scene
from imagegen.drawing.svg import Point, Sketch
from imagegen.drawing.things import THINGS

Box = tuple[float, float, float, float]
HALF = 62.0  # half the width of a standing character
HEADROOM = 6.0  # between what floats and the upper border
TIMES_USUAL = {None: 1.0, "small": 0.6, "big": 1.5}

PALE_RIM, DARK_RIM = ("#fff6e4", 3.5, 0.6), ("#4a3f6b", 3.0, 0.3)  # colour, width, opacity
DIM = ("black", "blue", "purple", "brown", "gray", "green")  # hard to see at night
ALIKE = {  # colours that the ground or the wall has as well
    "beach": ("yellow", "orange", "brown", "white"),
    "desert": ("yellow", "orange", "brown"),
    "moon": ("gray", "white"),
    "city": ("gray", "white"),
    "room": ("brown", "orange"),
    "farm": ("yellow", "green"),
    "underwater": ("yellow", "white", "turquoise", "blue"),
    "space": DIM,
    "cave": DIM,
    "arctic": ("white", "gray"),
    "clouds": ("white", "gray"),
    "library": ("brown", "red", "orange"),
    "circus": ("yellow", "orange", "brown", "red"),
    "kitchen": ("white", "brown"),
    "shop": ("gray", "brown", "white"),
    **dict.fromkeys(
        ("forest", "meadow", "mountains", "castle", "garden", "playground", "lake"), ("green",)
    ),
}


@dataclass(frozen=True, slots=True)
class Placed:
    """One thing or character in the finished picture."""

    name: str
    colour: str | None
    box: Box
    pattern: str | None = None
    size: str | None = None


@dataclass(slots=True)
class Stage:
    """A picture being put together: its sketch so far, what is in it, and its random numbers."""

    sketch: Sketch
    placed: list[Placed]
    rng: Random
    air: Air
    place: str | None
    style: str

    def note(self, entity: Entity, box: Box) -> None:
        """Remember where a character or thing is."""
        colour = None if entity.name in CHARACTERS else entity.colour
        self.placed.append(Placed(entity.name, colour, box, entity.pattern, entity.size))


def partner(scene: Scene) -> Entity:
    """The second of a scene that cannot do without."""
    if scene.second is None:
        raise ValueError(f"a scene of kind {scene.kind!r} needs a second entity")
    return scene.second


def hue(entity: Entity) -> str:
    """The colour to draw a thing in."""
    if entity.colour is None:
        raise ValueError(f"a {entity.name} needs a colour to be drawn")
    return COLOURS[entity.colour]


def usual(entity: Entity) -> float:
    """How many times its usual size an entity is."""
    return TIMES_USUAL[entity.size]


def ground(stage: Stage) -> float:
    """Where the feet of a single figure stand."""
    return stage.rng.uniform(432, 458)


def box_of(name: str) -> Box:
    """What a thing or mount covers, in its own units."""
    return THINGS[name].box if name in THINGS else MOUNTS[name].box


def floats(name: str) -> float:
    """How high above the ground something stands by itself."""
    if name in CHARACTERS:
        return 0.0
    return THINGS[name].floats if name in THINGS else MOUNTS[name].floats


def fit(name: str, width: float, height: float) -> float:
    """The largest scale at which a thing is neither wider nor taller than that."""
    left, top, right, bottom = box_of(name)
    return min(width / (right - left), height / (bottom - top))


def height_of(name: str) -> float:
    """How tall a character stands at scale 1, hat and ears included."""
    return rig.HIP_HEIGHT - rig.HEAD[1] + CHARACTERS[name].top


def shade(stage: Stage, x: float, y: float, half: float, strength: float = 1.0) -> None:
    """The shadow on the ground: soft, to the right, darker where the thing stands."""
    deep = 6 + half * 0.16
    stage.sketch.shadow(x + half * 0.22, y + 1, half * 1.25, deep, 0.34 * strength)
    stage.sketch.shadow(x + half * 0.04, y - 1, half * 0.8, deep * 0.55, 0.3 * strength)


@contextmanager
def _nothing() -> Iterator[None]:
    yield


def figure(stage: Stage, entity: Entity, draw: Callable[[], None]) -> None:
    """Draw something, rimmed where it would be lost before what is behind it."""
    rim = _rim(stage, entity)
    if rim:
        with stage.sketch.rim(*rim):
            draw()
    draw()


def _rim(stage: Stage, entity: Entity) -> tuple[str, float, float] | None:
    if stage.style == "glow":  # lines of light are never lost
        return None
    white = stage.air.weather == "snow" or stage.place in ("arctic", "clouds")
    dark = stage.air.time == "night" or stage.place in ("space", "cave")
    if entity.name in CHARACTERS:
        return PALE_RIM if dark else None
    if dark and entity.colour in DIM:
        return PALE_RIM
    if entity.colour in ("white", "gray") and white:
        return DARK_RIM
    if entity.colour == "white" and stage.air.time == "day":
        return DARK_RIM
    return PALE_RIM if entity.colour in ALIKE.get(stage.place or "", ()) else None


def paint(sketch: Sketch, entity: Entity) -> None:
    """A thing or a mount without a rider, at its own origin."""
    layer = things if entity.name in THINGS else mounts
    layer.paint(sketch, entity.name, hue(entity), entity.pattern)


def thing_at(stage: Stage, entity: Entity, x: float, foot: float, scale: float) -> None:
    """A thing or a mount with its origin at (x, foot), without a shadow."""
    left, top, right, bottom = box_of(entity.name)

    def draw() -> None:
        with stage.sketch.moved(x, foot, scale):
            paint(stage.sketch, entity)

    figure(stage, entity, draw)
    stage.note(
        entity, (x + left * scale, foot + top * scale, x + right * scale, foot + bottom * scale)
    )


def on_ground(
    stage: Stage, entity: Entity, x: float, y: float, scale: float, landed: bool = False
) -> None:
    """Stand a thing on the ground with its middle at x, or let it float above unless `landed`."""
    left, top, right, _ = box_of(entity.name)
    lift = 0.0 if landed else floats(entity.name) * scale
    half = (right - left) / 2 * scale
    if lift:  # not out of the picture
        lift = max(min(lift, y + top * scale - HEADROOM), 0)
        shade(stage, x, y, half * 0.6, 0.6)
    else:
        shade(stage, x, y, half)
    thing_at(stage, entity, x - (left + right) / 2 * scale, y - lift, scale)


def hanging(stage: Stage, entity: Entity, x: float, foot: float, room: Point) -> None:
    """A thing without a shadow: its middle at x, its lowest point at `foot`, within a room."""
    left, _, right, bottom = box_of(entity.name)
    scale = fit(entity.name, *room)
    thing_at(stage, entity, x - (left + right) / 2 * scale, foot - bottom * scale, scale)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bearing:
    """How a character holds itself: its pose, the turn of body and head, the way it faces."""

    pose: Pose = rig.STAND
    lean: float = 0.0
    tilt: float = 0.0
    flip: bool | None = None  # None: either way
    shadow: bool = True


STANDING = Bearing()


def character_at(
    stage: Stage, entity: Entity, x: float, foot: float, scale: float, how: Bearing = STANDING
) -> None:
    """Stand a character on its feet at (x, foot)."""
    look, sketch = CHARACTERS[entity.name], stage.sketch
    flip = stage.rng.random() < 0.5 if how.flip is None else how.flip
    if how.shadow:
        shade(stage, x, foot, 46 * scale)

    def draw() -> None:
        lean = -how.lean if flip else how.lean
        with sketch.moved(x, foot - rig.HIP_HEIGHT * scale, scale, turn=lean, flip=flip):
            rig.far_side(sketch, look, how.pose)
            rig.near_side(sketch, look, how.pose, how.tilt)

    figure(stage, entity, draw)
    stage.note(entity, standing_box(entity.name, x, foot, scale))


def standing_box(name: str, x: float, foot: float, scale: float) -> Box:
    """What a standing character covers."""
    half = HALF * scale
    return (x - half, foot - height_of(name) * scale, x + half, foot)
