"""How a character is put together and posed: head, torso, two arms, two legs.

All in units of which a standing character is about 200 tall. The hip is the origin of a pose; the
head's centre lies 96 above it. Near limbs (the viewer's side) are drawn over the torso, far limbs
behind everything, so that a rider has one leg on each side of a horse.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import hypot, sqrt

from imagegen.drawing import palette
from imagegen.drawing.svg import Point, Sketch

HEAD = (0.0, -96.0)  # centre of the head, seen from the hip; heads are about 46 in radius
ARM = 27.0  # shortest length of the upper arm, and of the forearm
LEG = 21.0  # shortest length of the thigh, and of the shin
SLACK = 1.06  # a limb that must reach further grows, and stays a little bent
HIP_HEIGHT = 46.0  # hip above the ground when standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What makes one character: the colours of its limbs, and who draws its parts.

    `head` draws around the head's centre; `torso` from the hip (0, 0) up to the neck (0, -58),
    about 60 wide; `back` is what lies behind both, seen from the hip: a tail, a cape, wings.
    """

    sleeve: str
    hand: str
    leg: str
    foot: str
    head: Callable[[Sketch], None]
    torso: Callable[[Sketch], None]
    back: Callable[[Sketch], None] | None = None
    top: float = 48.0  # how far the highest point (hat, ears) lies above the head's centre
    arm_width: float = 15.0
    leg_width: float = 18.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Pose:
    """Where the four ends are, seen from the hip."""

    near_hand: Point
    far_hand: Point
    near_foot: Point
    far_foot: Point
    knees: float = 1.0  # +1: knees bend to the right, as a rider's do; -1 to the left
    near_elbow: float = -1.0  # -1: elbows hang down and out, +1 up
    far_elbow: float = -1.0
    legs: bool = True  # False: the legs are hidden, as in a car


STAND = Pose(
    near_hand=(40, -12), far_hand=(-40, -12), near_foot=(15, HIP_HEIGHT), far_foot=(-15, HIP_HEIGHT)
)
HOLD = Pose(
    near_hand=(84, -34), far_hand=(-40, -12), near_foot=(15, HIP_HEIGHT), far_foot=(-15, HIP_HEIGHT)
)

RUN = Pose(
    near_hand=(44, -40), far_hand=(-46, -34), near_foot=(40, 42), far_foot=(-48, 22), near_elbow=-1
)
CATCH = replace(RUN, near_hand=(76, -52), far_hand=(68, -42))
TAKE = Pose(
    near_hand=(72, -30), far_hand=(66, -44), near_foot=(15, HIP_HEIGHT), far_foot=(-15, HIP_HEIGHT)
)
GAZE = Pose(
    near_hand=(36, -22), far_hand=(-34, -4), near_foot=(15, HIP_HEIGHT), far_foot=(-15, HIP_HEIGHT)
)


def reaching(hand: Point) -> Pose:
    """As HOLD, with the near hand elsewhere."""
    return replace(HOLD, near_hand=hand)


def joint(start: Point, end: Point, length: float, bend: float) -> Point:
    """The knee or elbow between two different ends, on two bones of equal length."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    span = hypot(dx, dy)
    bone = max(length, span / 2 * SLACK)
    out = sqrt(bone * bone - span * span / 4) * bend  # Pythagoras on half the triangle
    return (start[0] + dx / 2 + dy / span * out, start[1] + dy / 2 - dx / span * out)


def far_side(sketch: Sketch, look: Look, pose: Pose) -> None:
    """The limbs and parts behind: to be drawn before what the character sits on."""
    if look.back:
        look.back(sketch)
    if pose.legs:
        _leg(sketch, look, (-9, 0), pose.far_foot, pose.knees, shade=0.18)
    _arm(sketch, look, (-22, -46), pose.far_hand, pose.far_elbow, shade=0.18)


def near_side(sketch: Sketch, look: Look, pose: Pose, tilt: float = 0.0) -> None:
    """Torso, head (tilted by degrees) and the limbs on the viewer's side."""
    if pose.legs:
        _leg(sketch, look, (9, 0), pose.near_foot, pose.knees, shade=0.0)
    look.torso(sketch)
    with sketch.moved(*HEAD, turn=tilt):
        look.head(sketch)
    _arm(sketch, look, (22, -46), pose.near_hand, pose.near_elbow, shade=0.0)


def _leg(sketch: Sketch, look: Look, hip: Point, foot: Point, bend: float, shade: float) -> None:
    knee = joint(hip, foot, LEG, bend)
    ankle = (foot[0], foot[1] - 7)
    sketch.limb([hip, knee, ankle], palette.dark(look.leg, shade), look.leg_width)
    sketch.ellipse(foot[0] + 5, foot[1] - 6, 15, 9, palette.dark(look.foot, shade))


def _arm(
    sketch: Sketch, look: Look, shoulder: Point, hand: Point, bend: float, shade: float
) -> None:
    elbow = joint(shoulder, hand, ARM, bend)
    sketch.limb([shoulder, elbow, hand], palette.dark(look.sleeve, shade), look.arm_width)
    sketch.ellipse(*hand, 10, 10, palette.dark(look.hand, shade))
