"""The storybook world is as large as promised, the same everywhere, and put into its words."""

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import fields, replace
from hashlib import sha256
from random import Random

import pytest
from scenes import SCENES, SERIES, STORY, of_kind

from imagegen.drawing.caption import ALSO, NUMBERS, caption, plural, said, vocabulary
from imagegen.drawing.draw import draw
from imagegen.drawing.mounts import MOUNTS
from imagegen.drawing.palette import COLOURS
from imagegen.drawing.places import PLACES
from imagegen.drawing.scene import (
    CHARACTERS,
    COUNTS,
    KINDS,
    MIRRORED,
    TIMES,
    WEATHERS,
    Scene,
    held_out,
    scene,
)
from imagegen.drawing.things import THINGS

RELATIONS = {
    *("riding", "driving", "sailing", "holding", "next to", "on", "under"),
    *("left of", "right of", "above", "below"),
}
FINGERPRINT = """
from hashlib import sha256
from random import Random
from imagegen.drawing.caption import caption
from imagegen.drawing.draw import draw
from imagegen.drawing.scene import held_out, scene
print([
    (one, held_out(one), caption(one, Random(1)), sha256(draw(one, 64).tobytes()).hexdigest())
    for one in map(scene, range(20), [3] * 20)
])
"""


def captions(one: Scene, count: int) -> Iterator[str]:
    for seed in range(count):
        rng = Random(seed)
        yield caption(said(one, rng), rng)


# --- the world


def test_the_world_is_as_large_as_promised() -> None:
    assert len(CHARACTERS) >= 20
    assert len(MOUNTS) >= 10
    assert len(THINGS) >= 24
    assert len(COLOURS) >= 11
    assert len(PLACES) >= 10
    assert COUNTS == (1, 2, 3, 4, 5)
    assert {"day", "sunset", "night"} <= set(TIMES)
    assert {"clear", "rain", "snow"} <= set(WEATHERS)


def test_all_of_the_world_is_met_in_its_scenes() -> None:
    entities = [entity for one in SCENES for entity in (one.first, one.second) if entity]
    assert {one.kind for one in SCENES} == set(KINDS)
    assert {entity.name for entity in entities} == {*CHARACTERS, *MOUNTS, *THINGS}
    assert {entity.colour for entity in entities} == {*COLOURS, None}
    assert {entity.count for entity in entities} == set(COUNTS)
    assert {one.relation for one in SCENES} == {*RELATIONS, None}
    assert {one.place for one in SCENES} == {*PLACES, None}
    assert {one.time for one in SCENES} == set(TIMES)
    assert {one.weather for one in SCENES} == set(WEATHERS)


def test_everybody_rides_everything() -> None:
    many = (scene(i, SERIES) for i in range(12_000))
    rides = {(one.first.name, one.second.name) for one in many if one.kind == "ride" and one.second}
    assert len(rides) == len(CHARACTERS) * len(MOUNTS)


def test_a_scene_its_caption_and_its_picture_are_the_same_in_every_process() -> None:
    runs = [
        subprocess.run(
            [sys.executable, "-c", FINGERPRINT],
            env={**os.environ, "PYTHONHASHSEED": str(hash_seed)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for hash_seed in (1, 2)
    ]
    here = [
        (one, held_out(one), caption(one, Random(1)), sha256(draw(one, 64).tobytes()).hexdigest())
        for one in map(scene, range(20), [3] * 20)
    ]
    assert runs[0].strip() == runs[1].strip() == str(here)


def test_series_and_numbers_give_other_scenes() -> None:
    assert len({scene(i, seed) for i in range(500) for seed in (1, 2)}) == 1000


# --- combinations kept for the exam


@pytest.mark.parametrize("relation", MIRRORED)
def test_a_mirrored_relation_is_held_out_with_its_mirror(relation: str) -> None:
    for one in SCENES:
        if one.relation == relation and one.second:
            assert held_out(one) == held_out(
                replace(one, relation=MIRRORED[relation], first=one.second, second=one.first)
            )


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_scene_is_asked_and_taught(kind: str) -> None:
    assert {held_out(one) for one in of_kind(kind)} == {True, False}


def test_one_combination_in_ten_is_held_out() -> None:
    assert 0.07 < sum(map(held_out, SCENES)) / len(SCENES) < 0.13


def test_holding_out_asks_for_the_combination_alone() -> None:
    for one in SCENES[:500]:
        place = one.place if one.second is None else "room"  # it counts where nobody else is
        other = replace(one, place=place, time="night", weather="snow", seed=1, kind="?")
        assert held_out(other) == held_out(one)


# --- words


def test_captions_are_short_lines_of_known_words() -> None:
    known = set(vocabulary())
    for number, one in enumerate(SCENES):
        rng = Random(number)
        for text in (caption(one, rng), *(caption(said(one, rng), rng) for _ in range(4))):
            assert set(text.split()) <= known, text
            assert text == " ".join(text.lower().split())
            assert 1 <= len(text.split()) <= 29, text


@pytest.mark.parametrize("kind", KINDS)
def test_a_scene_is_said_in_many_ways(kind: str) -> None:
    assert len(set(captions(of_kind(kind)[0], 300))) > 40


def test_a_caption_leaves_out_nothing_that_the_scene_says() -> None:
    for number, one in enumerate(SCENES):
        text = f" {caption(one, Random(number))} "
        for entity in (one.first, one.second):
            if entity:
                assert says(text, entity.name), text
                assert entity.colour is None or says(text, entity.colour), text
                assert entity.count == 1 or f" {NUMBERS[entity.count]} " in text


def says(text: str, name: str) -> bool:
    names = [name, ALSO.get(name, name)]
    return any(f" {form} " in text for form in (*names, *map(plural, names)))


@pytest.mark.parametrize(
    "prompt",
    ["astronaut riding bicycle", "a picture of an astronaut who rides a red bicycle on the moon"],
)
def test_the_prompts_of_the_readme_are_among_the_captions(prompt: str) -> None:
    assert prompt in captions(STORY, 40_000)


def test_leaving_out_changes_nothing_else() -> None:
    left_out: Counter[str] = Counter()
    for number, one in enumerate(SCENES):
        told = said(one, Random(number))
        for entity, less in ((one.first, told.first), (one.second, told.second)):
            if entity and less:
                assert less in (entity, replace(entity, colour=None))
        assert (told.second is None) == (one.second is None)
        for field in fields(Scene):
            before, after = getattr(one, field.name), getattr(told, field.name)
            if field.name in ("place", "time", "weather"):
                assert after in (before, None)
                left_out[field.name] += after is None and before is not None
            elif field.name not in ("first", "second"):
                assert after == before
    assert left_out.keys() == {"place", "time", "weather"} and min(left_out.values()) > 0
