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
from scenes import SCENES, STORY, of_kind

from imagegen.drawing import words
from imagegen.drawing.caption import caption, said, vocabulary
from imagegen.drawing.draw import draw
from imagegen.drawing.mounts import MOUNTS
from imagegen.drawing.palette import COLOURS
from imagegen.drawing.patterns import PATTERNS
from imagegen.drawing.places import PLACES
from imagegen.drawing.scene import (
    CHARACTERS,
    COUNTS,
    KINDS,
    MIRRORED,
    SIZES,
    TIMES,
    WEATHERS,
    Entity,
    Scene,
    held_out,
    scene,
)
from imagegen.drawing.styles import STYLES
from imagegen.drawing.things import THINGS
from imagegen.drawing.words import ALSO, plural

RELATIONS = {
    *(mount.verb for mount in MOUNTS.values()),
    *("holding", "giving", "chasing", "looking at", "next to", "on", "under", "inside"),
    *("left of", "right of", "above", "below", "behind", "in front of"),
}
STRIPES = {name: (*ways, words.WITH[name]) for name, ways in words.PATTERNS.items()}
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
    assert len(CHARACTERS) >= 44
    assert len(MOUNTS) >= 17
    assert len(THINGS) >= 62
    assert len(COLOURS) >= 12
    assert len(PLACES) >= 16
    assert len(STYLES) >= 4
    assert COUNTS == (1, 2, 3, 4, 5, 6)
    assert SIZES == ("small", "big") and set(PATTERNS) == {"striped", "spotted"}
    assert {"day", "sunset", "night"} <= set(TIMES)
    assert {"clear", "rain", "snow"} <= set(WEATHERS)


def test_all_of_the_world_is_met_in_its_scenes() -> None:
    entities = [entity for one in SCENES for entity in one.entities]
    assert {one.kind for one in SCENES} == set(KINDS)
    assert {entity.name for entity in entities} == {*CHARACTERS, *MOUNTS, *THINGS}
    assert {entity.colour for entity in entities} == {*COLOURS, None}
    assert {entity.count for entity in entities} == set(COUNTS)
    assert {entity.pattern for entity in entities} == {*PATTERNS, None}
    assert {entity.size for entity in entities} == {*SIZES, None}
    assert {one.style for one in SCENES} == set(STYLES)
    assert {one.relation for one in SCENES} == {*RELATIONS, None}
    assert {one.place for one in SCENES} == {*PLACES, None}
    assert {one.time for one in SCENES} == set(TIMES)
    assert {one.weather for one in SCENES} == set(WEATHERS)


def test_everybody_rides_and_everything_is_ridden() -> None:
    rides = [one for one in SCENES if one.kind == "ride"]
    assert {one.second.name for one in rides if one.second} == set(MOUNTS)
    assert len({one.first.name for one in rides}) > 0.9 * len(CHARACTERS)


def test_most_scenes_are_in_the_style_of_a_picture_book() -> None:
    share = sum(one.style == "book" for one in SCENES) / len(SCENES)
    assert 0.7 < share < 0.82


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


def test_two_side_by_side_are_held_out_whoever_is_named_first() -> None:
    for one in SCENES:
        same = one.second and (one.first.name in CHARACTERS) == (one.second.name in CHARACTERS)
        if one.relation == "next to" and one.second and same:
            assert held_out(one) == held_out(replace(one, first=one.second, second=one.first))


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_scene_is_asked_and_taught(kind: str) -> None:
    assert {held_out(one) for one in of_kind(kind)} == {True, False}


def test_one_combination_in_ten_is_held_out() -> None:
    assert 0.07 < sum(map(held_out, SCENES)) / len(SCENES) < 0.13


def test_holding_out_asks_for_the_combination_alone() -> None:
    for one in SCENES[:500]:
        place = one.place if one.second is None else "room"  # it counts where nobody else is
        other = replace(one, place=place, time="night", weather="snow", seed=1, kind="?")
        first = replace(one.first, size="big", pattern="striped")
        other = replace(other, first=first, style="pencil")
        assert held_out(other) == held_out(one)


# --- words


def test_captions_are_short_lines_of_known_words() -> None:
    known = set(vocabulary())
    for number, one in enumerate(SCENES):
        rng = Random(number)
        for text in (caption(one, rng), *(caption(said(one, rng), rng) for _ in range(4))):
            assert set(text.split()) <= known, text
            assert text == " ".join(text.lower().split())
            assert 1 <= len(text.split()) <= 40, text


@pytest.mark.parametrize("kind", KINDS)
def test_a_scene_is_said_in_many_ways(kind: str) -> None:
    assert len(set(captions(of_kind(kind)[0], 300))) > 40


def test_a_caption_leaves_out_nothing_that_the_scene_says() -> None:
    for number, one in enumerate(SCENES):
        text = f" {caption(one, Random(number))} "
        for entity in one.entities:
            assert says(text, entity.name), text
            assert entity.colour is None or says(text, entity.colour), text
            ways = words.NUMBERS[entity.count]
            assert entity.count == 1 or any(f" {way} " in text for way in ways), text
            for said_of, table in ((entity.size, words.SIZES), (entity.pattern, STRIPES)):
                assert said_of is None or any(f" {way} " in text for way in table[said_of]), text


def says(text: str, name: str) -> bool:
    names = [name, ALSO.get(name, name)]
    return any(f" {form} " in text for form in (*names, *map(plural, names)))


@pytest.mark.parametrize(
    "prompt",
    ["astronaut riding bicycle", "an astronaut who rides a red bicycle on the moon"],
)
def test_the_prompts_of_the_readme_are_among_the_captions(prompt: str) -> None:
    assert prompt in captions(STORY, 40_000)


@pytest.mark.parametrize("name", ["glasses", "scissors"])
def test_a_pair_of_glasses_is_never_a_glasses(name: str) -> None:
    one = Scene(kind="thing", first=Entity(name, "red"))
    assert not any(f" a red {name}" in f" {text}" for text in captions(one, 200))


def test_the_words_of_the_first_edition_are_still_known() -> None:
    first = "storybook kitten spaceman photo upon underneath bunnies reds mice meadow snows"
    assert set(first.split()) <= set(vocabulary())


def test_who_gets_something_is_said_and_styles_are_named() -> None:
    gift = Scene(
        kind="give",
        first=Entity("girl"),
        relation="giving",
        second=Entity("flower", "red"),
        third=Entity("robot"),
        style="papercut",
    )
    texts = set(captions(gift, 3000))
    assert any("giving a red flower to a robot" in text for text in texts)
    assert any("gives a robot a red flower" in text for text in texts)
    assert sum("paper" in text for text in texts) > 0.8 * len(texts)


def test_leaving_out_changes_nothing_else() -> None:
    left_out: Counter[str] = Counter()
    for number, one in enumerate(SCENES):
        told = said(one, Random(number))
        assert len(told.entities) == len(one.entities)
        for entity, less in zip(one.entities, told.entities, strict=True):
            assert (less.name, less.count) == (entity.name, entity.count)
            for field in ("colour", "pattern", "size"):
                assert getattr(less, field) in (getattr(entity, field), None)
        for field in fields(Scene):
            before, after = getattr(one, field.name), getattr(told, field.name)
            if field.name in ("place", "time", "weather", "style"):
                assert after in (before, None)
                left_out[field.name] += after is None and before is not None
            elif field.name not in ("first", "second", "third"):
                assert after == before
    assert left_out.keys() == {"place", "time", "weather", "style"} and min(left_out.values()) > 0
