"""What one can ride, drive or sail. All face right and stand on the ground at y = 0."""

from collections.abc import Callable
from dataclasses import dataclass

from imagegen.drawing import engines, flying, patterns, rides, treks, vehicles
from imagegen.drawing.rig import Pose
from imagegen.drawing.svg import Point, Sketch


@dataclass(frozen=True, slots=True, kw_only=True)
class Mount:
    """A drawing in two layers with the rider between them.

    In the units of its rider, who is about 200 tall: at one scale the two go together. `seat` is
    where the rider's hip goes; `pose` is seen from that hip; `box` (left, top, right, bottom) is
    what the mount covers without a rider; `verb` is "riding", "driving", "sailing", "rowing" or
    "flying".
    `floats` is how high above the ground it hovers by itself; `wears` says whether a pattern
    suits it.
    """

    verb: str
    box: tuple[float, float, float, float]
    seat: Point
    pose: Pose
    back: Callable[[Sketch, str], None]
    front: Callable[[Sketch, str], None]
    floats: float = 0.0
    wears: bool = True


def paint(s: Sketch, name: str, colour: str, pattern: str | None = None) -> None:
    """The whole mount without a rider; a pattern that does not suit it is a ValueError."""
    paint_back(s, name, colour, pattern)
    paint_front(s, name, colour, pattern)


def paint_back(s: Sketch, name: str, colour: str, pattern: str | None = None) -> None:
    """What of the mount lies behind the rider."""
    _paint(s, name, MOUNTS[name].back, colour, pattern)


def paint_front(s: Sketch, name: str, colour: str, pattern: str | None = None) -> None:
    """What of the mount lies before the rider."""
    _paint(s, name, MOUNTS[name].front, colour, pattern)


def _paint(
    s: Sketch, name: str, draw: Callable[[Sketch, str], None], colour: str, pattern: str | None
) -> None:
    if pattern is not None and not MOUNTS[name].wears:
        raise ValueError(f"a {name} cannot be {pattern}")
    with patterns.worn(s, colour, pattern, MOUNTS[name].box):
        draw(s, colour)


def _seated(near_hand: Point, far_hand: Point) -> Pose:
    """The pose of one whose legs are hidden."""
    foot = (10.0, 20.0)
    return Pose(near_hand=near_hand, far_hand=far_hand, near_foot=foot, far_foot=foot, legs=False)


MOUNTS = {
    "bicycle": Mount(
        verb="riding",
        box=(-118, -130, 118, 0),
        seat=(-32, -118),
        pose=Pose(near_hand=(82, -2), far_hand=(74, -6), near_foot=(36, 94), far_foot=(16, 60)),
        back=rides.bicycle_back,
        front=rides.bicycle_front,
        wears=False,
    ),
    "unicycle": Mount(
        verb="riding",
        box=(-54, -136, 54, 0),
        seat=(0, -141),
        pose=Pose(
            near_hand=(66, -56), far_hand=(-66, -56), near_foot=(16, 108), far_foot=(-18, 68)
        ),
        back=rides.unicycle_back,
        front=rides.unicycle_front,
        wears=False,
    ),
    "motorcycle": Mount(
        verb="riding",
        box=(-129, -137, 126, 0),
        seat=(-38, -98),
        pose=Pose(near_hand=(76, -30), far_hand=(84, -24), near_foot=(46, 74), far_foot=(36, 70)),
        back=rides.motorcycle_back,
        front=rides.bare,
    ),
    "scooter": Mount(
        verb="riding",
        box=(-122, -153, 122, 0),
        seat=(-20, -86),
        pose=Pose(near_hand=(70, -58), far_hand=(90, -58), near_foot=(18, 46), far_foot=(-22, 46)),
        back=rides.scooter_back,
        front=rides.bare,
    ),
    "skateboard": Mount(
        verb="riding",
        box=(-123, -82, 123, 0),
        seat=(0, -96),
        pose=Pose(near_hand=(70, -56), far_hand=(-70, -56), near_foot=(30, 46), far_foot=(-36, 46)),
        back=rides.skateboard_back,
        front=rides.bare,
    ),
    "horse": Mount(
        verb="riding",
        box=(-130, -212, 141, 0),
        seat=(-20, -124),
        pose=Pose(near_hand=(44, -18), far_hand=(40, -24), near_foot=(16, 62), far_foot=(0, 60)),
        back=rides.horse_back,
        front=rides.bare,
    ),
    "car": Mount(
        verb="driving",
        box=(-128, -142, 130, 0),
        seat=(-18, -54),
        pose=_seated((50, -42), (54, -46)),
        back=vehicles.car_back,
        front=vehicles.car_front,
    ),
    "truck": Mount(
        verb="driving",
        box=(-136, -212, 138, 0),
        seat=(42, -64),
        pose=_seated((56, -46), (0, -20)),
        back=vehicles.truck_back,
        front=vehicles.truck_front,
    ),
    "tractor": Mount(
        verb="driving",
        box=(-130, -166, 120, 0),
        seat=(-38, -114),
        pose=_seated((60, -28), (64, -30)),
        back=vehicles.tractor_back,
        front=vehicles.tractor_front,
    ),
    "boat": Mount(
        verb="sailing",
        box=(-134, -215, 134, 0),
        seat=(-44, -63),
        pose=_seated((74, -42), (-30, -20)),
        back=vehicles.boat_back,
        front=vehicles.boat_front,
    ),
    "canoe": Mount(
        verb="rowing",
        box=(-156, -104, 156, 0),
        seat=(-20, -52),
        pose=_seated((66, -12), (48, -42)),
        back=vehicles.canoe_back,
        front=vehicles.canoe_front,
    ),
    "train": Mount(
        verb="driving",
        box=(-156, -238, 168, 0),
        seat=(-82, -70),
        pose=_seated((50, -28), (40, -40)),
        back=engines.train_back,
        front=engines.train_front,
    ),
    "bus": Mount(
        verb="driving",
        box=(-176, -216, 176, 0),
        seat=(96, -72),
        pose=_seated((50, -30), (44, -40)),
        back=engines.bus_back,
        front=engines.bus_front,
    ),
    "submarine": Mount(
        verb="driving",
        box=(-176, -226, 158, 0),
        seat=(-18, -128),
        pose=_seated((62, -40), (-62, -40)),
        back=engines.submarine_back,
        front=engines.submarine_front,
    ),
    "plane": Mount(
        verb="flying",
        box=(-168, -160, 152, 0),
        seat=(-8, -84),
        pose=_seated((44, -36), (40, -40)),
        back=flying.plane_back,
        front=flying.plane_front,
        floats=70,
    ),
    "helicopter": Mount(
        verb="flying",
        box=(-192, -258, 178, 0),
        seat=(40, -68),
        pose=_seated((52, -34), (46, -40)),
        back=flying.helicopter_back,
        front=flying.helicopter_front,
        floats=60,
    ),
    "spaceship": Mount(
        verb="flying",
        box=(-158, -228, 158, 0),
        seat=(0, -76),
        pose=_seated((40, -26), (-40, -26)),
        back=flying.spaceship_back,
        front=flying.spaceship_front,
        floats=60,
    ),
    "carpet": Mount(
        verb="flying",
        box=(-162, -76, 166, 0),
        seat=(-14, -54),
        pose=Pose(near_hand=(46, -14), far_hand=(-40, -14), near_foot=(50, 14), far_foot=(44, 4)),
        back=flying.carpet_back,
        front=rides.bare,
        floats=70,
    ),
    "broom": Mount(
        verb="riding",
        box=(-180, -118, 142, -34),
        seat=(-6, -98),
        pose=Pose(near_hand=(58, -2), far_hand=(70, -4), near_foot=(30, 48), far_foot=(6, 46)),
        back=flying.broom_back,
        front=flying.broom_front,
        floats=50,
        wears=False,
    ),
    "sled": Mount(
        verb="riding",
        box=(-148, -114, 142, 0),
        seat=(-44, -72),
        pose=Pose(near_hand=(70, 2), far_hand=(62, -8), near_foot=(60, 14), far_foot=(54, 10)),
        back=treks.sled_back,
        front=treks.sled_front,
    ),
    "camel": Mount(
        verb="riding",
        box=(-126, -218, 178, 0),
        seat=(-18, -128),
        pose=Pose(near_hand=(42, -16), far_hand=(38, -22), near_foot=(16, 62), far_foot=(0, 60)),
        back=treks.camel_back,
        front=rides.bare,
    ),
}
