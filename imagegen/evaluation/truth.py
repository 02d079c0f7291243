"""What is in a drawn scene, as one row of numbers for the eye to learn from.

A row holds up to OBJECTS objects (class, colour, left, top, right, bottom), then relation, place,
time and weather, each the position in its list of names. MISSING: there is none, or do not ask.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from imagegen.drawing import layout, raster
from imagegen.drawing.layout import Placed
from imagegen.drawing.mounts import MOUNTS
from imagegen.drawing.palette import COLOURS
from imagegen.drawing.places import PLACES
from imagegen.drawing.scene import CHARACTERS, TIMES, WEATHERS, Scene
from imagegen.drawing.things import THINGS

Pixels = npt.NDArray[np.uint8]
Row = npt.NDArray[np.float32]

SIDE = 512  # units of a box, whatever the picture's size in pixels
NOWHERE = "nowhere"  # a plain background
MOUNTED = "mounted"  # rides, drives or sails: the mount says which

LISTS = {
    "names": (*CHARACTERS, *MOUNTS, *THINGS),
    "colours": tuple(COLOURS),
    "relations": ("none", MOUNTED, "holding", "next to", "on", "under"),
    "places": (*PLACES, NOWHERE),
    "times": TIMES,
    "weathers": WEATHERS,
}
SHOWN = {"riding": MOUNTED, "driving": MOUNTED, "sailing": MOUNTED}  # as LISTS has it

OBJECTS = 10
FIELDS = 6  # class, colour, left, top, right, bottom
ROW = OBJECTS * FIELDS + 4
MISSING = -1
UNSURE = -2  # an object cut in two: neither there nor absent


def row(scene: Scene, placed: Sequence[Placed]) -> Row:
    """The truth about one drawn scene."""
    numbers = np.full(ROW, MISSING, np.float32)
    objects = numbers[: OBJECTS * FIELDS].reshape(OBJECTS, FIELDS)
    for line, one in zip(objects, placed, strict=False):
        line[0] = LISTS["names"].index(one.name)
        if one.colour is not None:
            line[1] = LISTS["colours"].index(one.colour)
        line[2:] = one.box
    relation = SHOWN.get(scene.relation or "none", scene.relation)
    numbers[-4:] = (
        LISTS["relations"].index(relation) if relation in LISTS["relations"] else 0,
        LISTS["places"].index(scene.place or NOWHERE),
        LISTS["times"].index(scene.time or "day"),
        LISTS["weathers"].index(scene.weather or "clear"),
    )
    return numbers


def pictured(scene: Scene, size: int) -> tuple[Pixels, Row]:
    """The scene drawn at `size` pixels a side, and the truth about it."""
    sketch, placed = layout.compose(scene)
    return raster.pixels(sketch.document(size), size), row(scene, placed)
