"""Scenes in which somebody does something: rides, holds, chases, gives, looks."""

from imagegen.drawing import mounts, rig
from imagegen.drawing.mounts import MOUNTS
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
    paint,
    partner,
    shade,
    standing_box,
    usual,
)
from imagegen.drawing.subject import CHARACTERS, Entity, Scene
from imagegen.drawing.svg import Point
from imagegen.drawing.things import THINGS

FACE = 46.0  # half the width of a head: what is held stays beside it


def ride(stage: Stage, scene: Scene) -> None:
    """A character on or in a mount."""
    second, sketch, rng = partner(scene), stage.sketch, stage.rng
    mount, look, colour = MOUNTS[second.name], CHARACTERS[scene.first.name], hue(second)
    left, top, right, _ = mount.box
    rider_top = mount.seat[1] + rig.HEAD[1] - look.top
    lift = mount.floats
    tall = lift * 0.5 - min(rider_top, top)
    scale = min(396 / (right - left), 372 / tall) * rng.uniform(0.92, 1.0)
    x, foot, flip = rng.uniform(236, 276), ground(stage), rng.random() < 0.5
    side, half = (-1 if flip else 1), (right - left) / 2 * scale
    shade(stage, x + side * (left + right) / 2 * scale, foot, half * (0.7 if lift else 1.0))
    y = foot - lift * 0.5 * scale

    def draw() -> None:
        with sketch.moved(x, y, scale, flip=flip):
            with sketch.moved(*mount.seat):
                rig.far_side(sketch, look, mount.pose)
            mounts.paint_back(sketch, second.name, colour, second.pattern)
            with sketch.moved(*mount.seat):
                rig.near_side(sketch, look, mount.pose)
            mounts.paint_front(sketch, second.name, colour, second.pattern)

    figure(stage, second, draw)
    seat_x, seat_y = x + mount.seat[0] * scale * side, y + mount.seat[1] * scale
    wide = HALF * scale
    stage.note(
        scene.first, (seat_x - wide, y + rider_top * scale, seat_x + wide, seat_y + 20 * scale)
    )
    edges = sorted((x + left * scale * side, x + right * scale * side))
    stage.note(second, (edges[0], y + top * scale, edges[1], y))


def _grip(name: str, hand: Point, size: float) -> Point:
    """Where the thing's origin goes so that the hand has it, and the face stays free."""
    left, top, _, _ = THINGS[name].box
    x, y = hand[0] - THINGS[name].grip[0] * size, hand[1] - THINGS[name].grip[1] * size
    if y + top * size < rig.HEAD[1] + FACE - 6:
        x = max(x, FACE + 2 - left * size)
    return (min(x, HALF - 6 - left * size), y)


def _holding(
    stage: Stage, who: Entity, what: Entity, where: Point, scale: float, flip: bool
) -> None:
    """A character with a thing in its stretched-out hand, at `where` with its feet."""
    sketch, look, (x, foot) = stage.sketch, CHARACTERS[who.name], where
    size = fit(what.name, 92, 112)
    at = _grip(what.name, rig.HOLD.near_hand, size)
    hand = (at[0] + THINGS[what.name].grip[0] * size, at[1] + THINGS[what.name].grip[1] * size)
    pose = rig.reaching(hand)
    shade(stage, x, foot, 46 * scale)
    hip = foot - rig.HIP_HEIGHT * scale

    def draw() -> None:
        with sketch.moved(x, hip, scale, flip=flip):
            rig.far_side(sketch, look, pose)
            rig.near_side(sketch, look, pose)

    def draw_thing() -> None:
        with sketch.moved(x, hip, scale, flip=flip), sketch.moved(*at, size):
            paint(sketch, what)

    figure(stage, who, draw)
    figure(stage, what, draw_thing)
    with sketch.moved(x, hip, scale, flip=flip):
        sketch.ellipse(*hand, 10, 10, look.hand)  # the fingers close around it
    stage.note(who, standing_box(who.name, x, foot, scale))
    left, top, right, bottom = THINGS[what.name].box
    side = -1 if flip else 1
    edges = sorted(x + side * (at[0] + edge * size) * scale for edge in (left, right))
    high, low = (hip + (at[1] + edge * size) * scale for edge in (top, bottom))
    stage.note(what, (edges[0], high, edges[1], low))


def hold(stage: Stage, scene: Scene) -> None:
    """A character with a thing in its hand."""
    flip = stage.rng.random() < 0.5
    side = -1 if flip else 1
    scale = min(stage.rng.uniform(1.26, 1.42), 400 / height_of(scene.first.name))
    where = (256 - side * stage.rng.uniform(55, 80), ground(stage) + 10)
    _holding(stage, scene.first, partner(scene), where, scale, flip)


def give(stage: Stage, scene: Scene) -> None:
    """A character hands a thing to another, who stretches out both arms for it."""
    if scene.third is None:
        raise ValueError("who is given something? the scene needs a third entity")
    rng, flip = stage.rng, stage.rng.random() < 0.5
    side, foot = (-1 if flip else 1), ground(stage)
    scale = rng.uniform(1.02, 1.12)
    taker = Bearing(pose=rig.TAKE, flip=not flip)
    character_at(stage, scene.third, 256 + side * rng.uniform(158, 168), foot - 3, scale, taker)
    third = stage.placed.pop()
    x = 256 - side * rng.uniform(140, 150)
    _holding(stage, scene.first, partner(scene), (x, foot + 4), scale, flip)
    stage.placed.append(third)


def chase(stage: Stage, scene: Scene) -> None:
    """Two run the same way, the second in front."""
    rng, flip = stage.rng, stage.rng.random() < 0.5
    side, foot, scale = (-1 if flip else 1), ground(stage), rng.uniform(1.08, 1.2)
    for entity, way, pose in ((partner(scene), 1, rig.RUN), (scene.first, -1, rig.CATCH)):
        how = Bearing(pose=pose, lean=9, flip=flip)
        x = 256 + side * way * rng.uniform(112, 124)
        y = foot + rng.uniform(-6, 6)
        _haste(stage, x - side * 62 * scale, y, side)
        character_at(stage, entity, x, y, scale, how)
    stage.placed.reverse()


def _haste(stage: Stage, x: float, foot: float, side: int) -> None:
    """The lines and the dust behind somebody who runs."""
    lines = "".join(
        f"M{x - side * start:.0f} {foot - up:.0f}l{-side * length} 0"
        for start, up, length in ((4, 118, 34), (10, 88, 46), (6, 58, 30))
    )
    stage.sketch.stroke(lines, "#ffffff", 6, 0.85)
    for out, up, radius in ((2, 8, 12), (20, 12, 9), (34, 7, 6)):
        stage.sketch.ellipse(
            x - side * out, foot - up, radius, radius * 0.85, "#f7efe2", outline=2, opacity=0.9
        )


def look(stage: Stage, scene: Scene) -> None:
    """A character at one side with its head turned to what it looks at, and its gaze as dots."""
    rng, second = stage.rng, partner(scene)
    flip = rng.random() < 0.5
    side, foot, scale = (-1 if flip else 1), ground(stage), rng.uniform(1.2, 1.32)
    x = 256 - side * rng.uniform(118, 132)
    x2 = 256 + side * rng.uniform(112, 126)
    if second.name in CHARACTERS:
        tilt, target = 5.0, (x2, foot - 130)
        character_at(stage, second, x2, foot - 4, scale * 0.94, Bearing(flip=not flip))
    elif floats(second.name):
        tilt, room = -15.0, {None: 140.0, "small": 88.0, "big": 200.0}[second.size]
        y = rng.uniform(205, 225)
        hanging(stage, second, x2, y, (room, room))
        target = (x2, y - room / 2)
    else:
        tilt, room = 14.0, {None: 135.0, "small": 84.0, "big": 200.0}[second.size]
        size = fit(second.name, room, room)
        on_ground(stage, second, x2, foot - 2, size)
        target = (x2, foot - 0.6 * size * -box_of(second.name)[1])
    how = Bearing(pose=rig.GAZE, tilt=tilt, flip=flip)
    size = min(scale * usual(scene.first), 400 / height_of(scene.first.name))
    character_at(stage, scene.first, x, foot + 4, size, how)
    stage.placed.reverse()
    _gaze(stage, (x + side * 62 * scale, foot - 138 * scale), target)


def _gaze(stage: Stage, eye: Point, target: Point) -> None:
    """Dots from the eye a part of the way to the target."""
    for i in range(5):
        share = 0.1 + i * 0.12
        x, y = (a + (b - a) * share for a, b in zip(eye, target, strict=True))
        stage.sketch.ellipse(x, y, 6 - i * 0.4, 6 - i * 0.4, "#fffdf6", outline=2)
