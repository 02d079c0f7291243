"""Each thing and mount keeps to its box, wears its patterns and takes its guests."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest

from imagegen.drawing import mounts, raster, things
from imagegen.drawing.mounts import MOUNTS, Mount
from imagegen.drawing.palette import COLOURS
from imagegen.drawing.patterns import PATTERNS
from imagegen.drawing.svg import Sketch
from imagegen.drawing.thing import Thing
from imagegen.drawing.things import THINGS

Paint = Callable[[Sketch, str, str, str | None], None]

ALL = {
    **dict.fromkeys(THINGS, things.paint),
    **dict.fromkeys(MOUNTS, mounts.paint),
}
GROUND = (255, 0, 255)
SLACK = 3.5  # units that a box may be too wide or too narrow


def seen(
    name: str, pattern: str | None = None, paint: Paint | None = None
) -> tuple[npt.NDArray[np.int64], float, float, float]:
    """A green one on magenta, and where its origin and how long its unit is in the picture."""
    left, top, right, bottom = row(name).box
    scale = 200 / max(right - left, bottom - top)
    x, y = 128 - (left + right) / 2 * scale, 128 - (top + bottom) / 2 * scale
    sketch = Sketch()
    sketch.rect(0, 0, 512, 512, "#ff00ff", outline=0, flat=True)
    with sketch.moved(2 * x, 2 * y, 2 * scale):
        (paint or ALL[name])(sketch, name, COLOURS["green"], pattern)
    return raster.pixels(sketch.document(256), 256).astype(np.int64), x, y, scale


def row(name: str) -> Thing | Mount:
    return THINGS[name] if name in THINGS else MOUNTS[name]


def test_no_name_stands_for_two() -> None:
    assert not THINGS.keys() & MOUNTS.keys()


@pytest.mark.parametrize("name", ALL)
def test_a_drawing_fills_its_box_and_no_more(name: str) -> None:
    picture, x, y, scale = seen(name)
    down, across = np.where(np.abs(picture - GROUND).sum(axis=2) > 90)
    edges = (across.min() - x, down.min() - y, across.max() + 1 - x, down.max() + 1 - y)
    for edge, promised in zip(edges, row(name).box, strict=True):
        assert edge / scale == pytest.approx(promised, abs=SLACK + 1 / scale)


@pytest.mark.parametrize("name", ALL)
def test_a_pattern_is_plain_to_see_or_refused(name: str) -> None:
    if not row(name).wears:
        with pytest.raises(ValueError, match=name):
            seen(name, PATTERNS[0])
        return
    plain, striped, spotted = (seen(name, pattern)[0] for pattern in (None, *PATTERNS))
    covered = (np.abs(plain - GROUND).sum(axis=2) > 90).sum()
    for one, other in ((plain, striped), (plain, spotted), (striped, spotted)):
        assert (np.abs(one - other).sum(axis=2) > 120).sum() > 0.06 * covered


@pytest.mark.parametrize("name", [name for name, thing in THINGS.items() if thing.inside])
def test_the_front_of_a_container_hides_a_guests_foot_and_not_its_head(name: str) -> None:
    inside = THINGS[name].inside
    assert inside
    front, x, y, scale = seen(name, paint=things.paint_front)
    middle = round(x + (inside.left + inside.right) / 2 * scale)

    def hidden(height: float) -> bool:
        return bool(np.abs(front[round(y + height * scale), middle] - GROUND).sum() > 90)

    assert not hidden(inside.rim - 45)
    assert hidden(inside.floor) or inside.floor - inside.rim < 5  # a tent hides nobody's feet
