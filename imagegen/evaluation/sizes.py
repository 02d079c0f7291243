"""Whether things are as small or as big as the layout draws them in such a scene."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from statistics import fmean

from imagegen.drawing import layout
from imagegen.drawing.layout import Box
from imagegen.drawing.scene import CHARACTERS, SIZES, Entity, Scene

LIKE = 4  # pictures of each size to compare with: no two are laid out alike
SLACK = 0.06  # how little nearer another size may be (a logarithm): "big" may be 10 % more


def fits(asked: Scene, entity: Entity, boxes: Sequence[Box]) -> bool:
    """Whether boxes are about as large as those of an entity of its size, in a scene as asked."""
    bare = replace(asked, place=None, time=None, weather=None, style=None, seed=0)
    expected = _expected(_drawable(bare), entity.name)
    extent = fmean(_extent(box) for box in boxes)
    off = {size: abs(extent - mean) for size, mean in expected.items()}
    return off[entity.size] <= min(off.values()) + SLACK


def _extent(box: Box) -> float:
    """How large a box is, as a logarithm."""
    left, top, right, bottom = box
    return math.log(max(right - left, 1.0) * max(bottom - top, 1.0)) / 2


@lru_cache(maxsize=512)
def _expected(scene: Scene, name: str) -> Mapping[str | None, float]:
    """The mean extent of those of that name in the scene, for each size that they could have."""
    told: dict[str | None, float] = {}
    for size in (None, *SIZES):
        first, second = (
            replace(one, size=size) if one and one.name == name else one
            for one in (scene.first, scene.second)
        )
        assert first is not None
        drawn = (replace(scene, first=first, second=second, seed=seed) for seed in range(LIKE))
        told[size] = fmean(
            _extent(one.box)
            for like in drawn
            for one in layout.compose(like)[1]
            if one.name == name
        )
    return told


def _drawable(scene: Scene) -> Scene:
    """The scene in any colours: what words leave out has to be drawn somehow."""
    return replace(
        scene, first=_bare(scene.first), second=_bare(scene.second) if scene.second else None
    )


def _bare(entity: Entity) -> Entity:
    return replace(entity, colour=None if entity.name in CHARACTERS else "red", pattern=None)
