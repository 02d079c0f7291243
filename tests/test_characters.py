"""Characters: each as tall as it says, each in a mood of its own."""

import numpy as np
import pytest

from imagegen.drawing import faces, raster, rig
from imagegen.drawing.animals import ANIMALS
from imagegen.drawing.people import PEOPLE
from imagegen.drawing.svg import Sketch

LOOKS = {**PEOPLE, **ANIMALS}
BACKGROUND = (0, 255, 0)
SIZE = 128
FEET = 400.0  # where the hip stands in the picture, in its 512 units


def standing(name: str, x: float = 256) -> Sketch:
    sketch = Sketch()
    sketch.rect(0, 0, 512, 512, "#00ff00", outline=0, flat=True)
    with sketch.moved(x, FEET, 1.4):
        rig.far_side(sketch, LOOKS[name], rig.STAND)
        rig.near_side(sketch, LOOKS[name], rig.STAND)
    return sketch


@pytest.mark.parametrize("name", LOOKS)
def test_a_character_is_as_tall_as_it_says(name: str) -> None:
    picture = raster.pixels(standing(name).document(SIZE), SIZE).astype(int)
    inked = np.abs(picture - np.array(BACKGROUND)).sum(axis=2) > 60
    highest = np.flatnonzero(inked.any(axis=1))[0] * 512 / SIZE
    above_head = (FEET - highest) / 1.4 + rig.HEAD[1]
    assert above_head == pytest.approx(LOOKS[name].top, abs=10)


def test_the_same_place_gives_the_same_mood_and_another_place_may_not() -> None:
    assert standing("pig").parts == standing("pig").parts
    moods = set()
    for x in range(200, 260):
        sketch = Sketch()
        with sketch.moved(x, FEET):
            moods.add(faces.mood(sketch))
    assert moods == set(faces.MOODS)


def test_names_are_single_words_and_no_name_is_given_twice() -> None:
    assert all(name.isalpha() and name.islower() for name in LOOKS)
    assert len(LOOKS) == len(PEOPLE) + len(ANIMALS) >= 44
