"""From a scene to a sketch: where everything stands, and the boxes that say so."""

from collections.abc import Callable, Mapping
from random import Random

from imagegen.drawing import acts, alone, together
from imagegen.drawing.places import PLACES, plain
from imagegen.drawing.sky import Air
from imagegen.drawing.stage import Box as Box
from imagegen.drawing.stage import Placed as Placed
from imagegen.drawing.stage import Stage
from imagegen.drawing.styles import Style
from imagegen.drawing.subject import Scene
from imagegen.drawing.svg import Sketch
from imagegen.drawing.weather import FALLING, LYING


def compose(scene: Scene, drawn: Style | None = None) -> tuple[Sketch, tuple[Placed, ...]]:
    """The whole picture of a scene, and where its characters and things are, the first ones first.

    It is `drawn` in a style of the caller's own, if there is one, else in that of the scene. A
    ValueError if it cannot be drawn since it is less than a scene: words said of one.
    """
    rng, air = Random(scene.seed), Air(scene.time or "day", scene.weather or "clear")
    style = scene.style or "book"
    sketch = Sketch(style if drawn is None else drawn)
    stage = Stage(sketch, [], rng, air, scene.place, style)
    backdrop(sketch, rng, scene.place, air)
    sketch.figures()
    LAYOUTS[scene.kind](stage, scene)
    if air.weather in FALLING:
        FALLING[air.weather](sketch, rng)
    return sketch, tuple(stage.placed)


def backdrop(sketch: Sketch, rng: Random, place: str | None, air: Air) -> None:
    """The place (None is a plain background) with what lies there after rain or snow."""
    draw = PLACES[place] if place else plain
    draw(sketch, rng, air)
    if air.weather in LYING:
        LYING[air.weather](sketch, rng, air)


LAYOUTS: Mapping[str, Callable[[Stage, Scene], None]] = {
    "portrait": alone.portrait,
    "thing": alone.thing,
    "count": alone.count,
    "ride": acts.ride,
    "hold": acts.hold,
    "beside": together.beside,
    "pair": together.pair,
    "couple": together.beside,
    "groups": alone.groups,
    "chase": acts.chase,
    "give": acts.give,
    "look": acts.look,
    "on": together.on,
    "under": together.under,
    "inside": together.inside,
    "behind": together.behind,
}
