"""What is in a drawn scene, as one row of numbers for the eye to learn from.

A row holds up to OBJECTS objects (class, colour, pattern, role, left, top, right, bottom), then
place, time, weather and style, each the position in its list of names. MISSING: there is none, or
do not ask.
"""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from imagegen.drawing import layout, raster
from imagegen.drawing.layout import Placed
from imagegen.drawing.mounts import MOUNTS
from imagegen.drawing.palette import COLOURS
from imagegen.drawing.patterns import PATTERNS
from imagegen.drawing.places import PLACES
from imagegen.drawing.scene import CHARACTERS, TIMES, WEATHERS, Scene
from imagegen.drawing.styles import STYLES
from imagegen.drawing.things import THINGS

Pixels = npt.NDArray[np.uint8]
Row = npt.NDArray[np.float32]

SIDE = 512  # units of a box, whatever the picture's size in pixels
NOWHERE = "nowhere"  # a plain background
PLAIN = "plain"  # neither striped nor spotted
FREE = "free"  # has to do with nothing else in the picture: where it stands is all there is

ROLES: Mapping[str, tuple[str, ...]] = {  # what first, second and third of a relation are seen as
    **dict.fromkeys((mount.verb for mount in MOUNTS.values()), ("rider", "mount")),
    "holding": ("holder", "held"),
    "giving": ("giver", "given", "taker"),
    "chasing": ("chaser", "chased"),
    "looking at": ("looker", "looked at"),
    "on": ("standing on", "stood on"),
    "under": ("sheltered", "roof"),
    "inside": ("guest", "container"),
    "behind": ("hidden", "hiding"),
    "in front of": ("hiding", "hidden"),
}

LISTS = {
    "names": (*CHARACTERS, *MOUNTS, *THINGS),
    "colours": tuple(COLOURS),
    "patterns": (PLAIN, *PATTERNS),
    "roles": (FREE, *dict.fromkeys(role for roles in ROLES.values() for role in roles)),
    "places": (*PLACES, NOWHERE),
    "times": TIMES,
    "weathers": WEATHERS,
    "styles": tuple(STYLES),
}

OBJECTS = 12
CLASS, COLOUR, PATTERN, ROLE, BOX = range(5)  # where they are in an object; the box to its end
FIELDS = BOX + 4
WHOLE = 4  # numbers about the whole picture
ROW = OBJECTS * FIELDS + WHOLE
MISSING = -1
UNSURE = -2  # an object cut in two: neither there nor absent


def row(scene: Scene, placed: Sequence[Placed]) -> Row:
    """The truth about one drawn scene."""
    numbers = np.full(ROW, MISSING, np.float32)
    objects = numbers[: OBJECTS * FIELDS].reshape(OBJECTS, FIELDS)
    for line, one, role in zip(objects, placed, roles(scene), strict=False):
        line[CLASS] = LISTS["names"].index(one.name)
        line[ROLE] = LISTS["roles"].index(role)
        if one.colour is not None:
            line[COLOUR] = LISTS["colours"].index(one.colour)
            line[PATTERN] = LISTS["patterns"].index(one.pattern or PLAIN)
        line[BOX:] = one.box
    numbers[-WHOLE:] = (
        LISTS["places"].index(scene.place or NOWHERE),
        LISTS["times"].index(scene.time or "day"),
        LISTS["weathers"].index(scene.weather or "clear"),
        LISTS["styles"].index(scene.style or "book"),
    )
    return numbers


def roles(scene: Scene) -> Iterator[str]:
    """The role of each object in the picture, in the order in which they are placed."""
    told = ROLES.get(scene.relation or "", (FREE,) * 3)
    for entity, role in zip(scene.entities, told, strict=False):
        yield from [role] * entity.count


def pictured(scene: Scene, size: int) -> tuple[Pixels, Row]:
    """The scene drawn at `size` pixels a side, and the truth about it."""
    sketch, placed = layout.compose(scene)
    return raster.pixels(sketch.document(size), size), row(scene, placed)
