"""What one can ride, drive or sail. All face right and stand on the ground at y = 0."""

from collections.abc import Callable
from dataclasses import dataclass

from imagegen.drawing import rides, vehicles
from imagegen.drawing.rig import Pose
from imagegen.drawing.svg import Point, Sketch


@dataclass(frozen=True, slots=True, kw_only=True)
class Mount:
    """A drawing in two layers with the rider between them.

    `seat` is where the rider's hip goes; `pose` is seen from that hip; `box` (left, top, right,
    bottom) is what the mount covers without a rider; `verb` is "riding", "driving" or "sailing".
    """

    verb: str
    box: tuple[float, float, float, float]
    seat: Point
    pose: Pose
    back: Callable[[Sketch, str], None]
    front: Callable[[Sketch, str], None]


_UNSEEN_FOOT = (10.0, 20.0)  # of a driver whose legs are hidden

MOUNTS = {
    "bicycle": Mount(
        verb="riding",
        box=(-118, -130, 118, 0),
        seat=(-32, -118),
        pose=Pose(near_hand=(82, -2), far_hand=(74, -6), near_foot=(36, 94), far_foot=(16, 60)),
        back=rides.bicycle_back,
        front=rides.bicycle_front,
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
        pose=Pose(
            near_hand=(50, -42),
            far_hand=(54, -46),
            near_foot=_UNSEEN_FOOT,
            far_foot=_UNSEEN_FOOT,
            legs=False,
        ),
        back=vehicles.car_back,
        front=vehicles.car_front,
    ),
    "truck": Mount(
        verb="driving",
        box=(-136, -212, 138, 0),
        seat=(42, -43),
        pose=Pose(
            near_hand=(56, -46),
            far_hand=(0, -20),
            near_foot=_UNSEEN_FOOT,
            far_foot=_UNSEEN_FOOT,
            legs=False,
        ),
        back=vehicles.truck_back,
        front=vehicles.truck_front,
    ),
    "tractor": Mount(
        verb="driving",
        box=(-130, -166, 120, 0),
        seat=(-38, -114),
        pose=Pose(
            near_hand=(60, -28),
            far_hand=(64, -30),
            near_foot=_UNSEEN_FOOT,
            far_foot=_UNSEEN_FOOT,
            legs=False,
        ),
        back=vehicles.tractor_back,
        front=vehicles.tractor_front,
    ),
    "boat": Mount(
        verb="sailing",
        box=(-134, -215, 134, 0),
        seat=(-44, -63),
        pose=Pose(
            near_hand=(74, -42),
            far_hand=(-30, -20),
            near_foot=_UNSEEN_FOOT,
            far_foot=_UNSEEN_FOOT,
            legs=False,
        ),
        back=vehicles.boat_back,
        front=vehicles.boat_front,
    ),
}
