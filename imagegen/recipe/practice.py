"""The scenes to learn from: the world's own, with what is hard to draw shown more often."""

from random import Random

from imagegen.drawing import scene as scenes
from imagegen.drawing.scene import Scene

CANDIDATES = 4  # scenes of which one is shown
# How much sooner than a scene of another kind one of these is chosen: by the exam's weakest marks.
HARD = {
    "groups": 3.0,
    "give": 3.0,
    "look": 2.5,
    **dict.fromkeys(("hold", "beside", "pair", "couple", "thing", "chase", "behind"), 1.5),
}
PATTERNED, SIZED = 2.5, 1.8  # and one with stripes or spots, or something small or big


def scene(index: int, seed: int) -> Scene:
    """The scene number `index` to learn from; made from as many series as there are candidates."""
    candidates = [scenes.scene(index, seed + number) for number in range(CANDIDATES)]
    needs = [need(one) for one in candidates]
    return Random(f"practice {seed}/{index}").choices(candidates, weights=needs)[0]


def need(one: Scene) -> float:
    """How much practice a scene needs; 1 is what most do."""
    factor = HARD.get(one.kind, 1.0)
    factor *= PATTERNED if any(entity.pattern for entity in one.entities) else 1.0
    return factor * (SIZED if any(entity.size for entity in one.entities) else 1.0)
