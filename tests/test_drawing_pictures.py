"""Pictures of the storybook world show what the scene says, where it says."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from random import Random

import numpy as np
import numpy.typing as npt
import pytest
from scenes import SCENES, STORY, of_kind

from imagegen.drawing import layout, mounts, palette, raster, things
from imagegen.drawing.caption import caption
from imagegen.drawing.draw import draw
from imagegen.drawing.layout import Box, Placed
from imagegen.drawing.mounts import MOUNTS
from imagegen.drawing.palette import COLOURS
from imagegen.drawing.patterns import PATTERNS
from imagegen.drawing.places import PLACES, plain
from imagegen.drawing.scene import (
    CHARACTERS,
    KINDS,
    Entity,
    Scene,
    held_out,
)
from imagegen.drawing.sky import HORIZON, Air
from imagegen.drawing.styles import STYLES
from imagegen.drawing.svg import Sketch
from imagegen.drawing.things import THINGS
from imagegen.drawing.weather import FALLING

Pixels = npt.NDArray[np.uint8]


def boxes(relation: str) -> Iterator[tuple[Scene, Box, Box]]:
    """The boxes of first and second in every scene with that relation."""
    found = 0
    for one in SCENES:
        if one.relation == relation:
            first, second, *_ = placed(one)
            found += 1
            yield one, first.box, second.box
    assert found > 20


@cache
def placed(one: Scene) -> tuple[Placed, ...]:
    return layout.compose(one)[1]


@pytest.mark.parametrize("kind", KINDS)
def test_a_picture_is_rgb_of_the_asked_size_and_always_the_same(kind: str) -> None:
    one = of_kind(kind)[0]
    for size in (64, 200):
        picture = draw(one, size)
        assert picture.shape == (size, size, 3) and picture.dtype == np.uint8
        assert np.array_equal(picture, draw(one, size))
    assert len(np.unique(picture.reshape(-1, 3), axis=0)) > 50


def test_the_seed_changes_the_picture_alone() -> None:
    one = SCENES[0]
    other = replace(one, seed=one.seed + 1)
    assert not np.array_equal(draw(one, 64), draw(other, 64))
    assert held_out(one) == held_out(other)
    assert caption(one, Random(1)) == caption(other, Random(1))


@pytest.mark.parametrize("text", ["", "no drawing", "<svg", "{}"])
def test_what_is_no_svg_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not valid SVG"):
        raster.pixels(text, 32)


def test_words_that_are_less_than_a_scene_are_refused() -> None:
    with pytest.raises(ValueError, match="bicycle needs a colour"):
        draw(replace(STORY, second=Entity("bicycle")), 32)
    with pytest.raises(ValueError, match="needs a second"):
        draw(replace(STORY, second=None), 32)


def alone(drawing: Callable[[Sketch], None], paper: str = "#000000") -> Pixels:
    """A drawing on a sheet of 512 by 512, its origin a little under the middle."""
    sheet = Sketch()
    sheet.rect(0, 0, 512, 512, paper, outline=0, flat=True)
    with sheet.moved(256, 360):
        drawing(sheet)
    return raster.pixels(sheet.document(192), 192)


def coloured(name: str, colour: str) -> Callable[[Sketch], None]:
    """A thing or a mount in a colour, to be drawn."""
    paint = things.paint if name in THINGS else mounts.paint
    return lambda sheet: paint(sheet, name, COLOURS[colour])


def nearest_colours(pixels: Pixels) -> npt.NDArray[np.str_]:
    """The name of the colour that is nearest in any of its tones, lit, plain or in the shade."""
    tones = {
        tone: name
        for name, colour in COLOURS.items()
        for tone in (colour, palette.light(colour), palette.dark(colour), palette.dark(colour, 0.4))
    }
    table = np.array([palette.channels(tone) for tone in tones], np.int64)
    apart = pixels[..., None, :].astype(np.int64) - table
    names = np.array(list(tones.values()))
    nearest: npt.NDArray[np.str_] = names[np.argmin((apart**2).sum(-1), axis=-1)]
    return nearest


@pytest.mark.parametrize("name", [*THINGS, *MOUNTS])
def test_a_thing_has_the_colour_it_is_said_to_have(name: str) -> None:
    for colour in COLOURS:
        drawing = coloured(name, colour)
        picture = alone(drawing, "#00ff00")
        inked = (picture == alone(drawing, "#ff00ff")).all(axis=-1)
        assert np.mean(nearest_colours(picture[inked]) == colour) > 0.25, colour


def by_day(place: Callable[[Sketch, Random, Air], None]) -> Callable[[Sketch], None]:
    return lambda sheet: place(sheet, Random(1), Air("day"))


def layers() -> Iterator[tuple[str, Callable[[Sketch], None]]]:
    """Every drawing there is, by name: things, mounts, the parts of characters, places."""
    for name in (*THINGS, *MOUNTS):
        yield name, coloured(name, "red")
    for name, look in CHARACTERS.items():
        yield f"{name}'s head", look.head
        yield f"{name}'s torso", look.torso
        if look.back:
            yield f"{name}'s back", look.back
    for name, place in {**PLACES, "nowhere": plain}.items():
        yield f"the {name}", by_day(place)


def filled_but_unseen(drawing: Callable[[Sketch], None]) -> list[str]:
    """The shapes whose gradient, drawn without its line, leaves no pixel.

    ThorVG drops a gradient in silence where it finds no extent for it: in a path, for one, whose
    segments' end points share their x or their y.
    """
    sketch = Sketch()
    drawing(sketch)
    defs = "".join(sketch.defs.values())
    shapes = [part for part in sketch.parts if 'fill="url(#' in part]
    fills = [re.sub(r' stroke="[^"]*"', "", shape) for shape in shapes]
    sheet = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="-256 -256 768 768"><defs>{}</defs>{}'
    return [
        fill for fill in fills if not raster.pixels(sheet.format(defs, fill) + "</svg>", 192).any()
    ]


LAYERS = dict(layers())


@pytest.mark.parametrize("name", LAYERS)
def test_no_shape_vanishes(name: str) -> None:
    assert filled_but_unseen(LAYERS[name]) == []


def test_a_shape_that_vanishes_is_found() -> None:
    assert filled_but_unseen(lambda sheet: sheet.path("M0 0L90 0L40 0Z", "#e2403f"))


# --- composition


def test_what_is_placed_lies_in_the_picture() -> None:
    for one in SCENES:
        for each in placed(one):
            assert min(each.box[:2]) > -12 and max(each.box[2:]) < 524, (one, each)


def test_what_is_placed_is_what_the_scene_says() -> None:
    for one in SCENES:
        expected = [
            (entity.name, entity.colour, entity.pattern, entity.size)
            for entity in one.entities
            for _ in range(entity.count)
        ]
        found = [(each.name, each.colour, each.pattern, each.size) for each in placed(one)]
        assert found == expected


def test_there_is_ink_in_the_boxes_and_little_elsewhere() -> None:
    by_kind: dict[str, list[Scene]] = defaultdict(list)
    for one in SCENES:
        if one.weather == "clear" and one.style == "book":
            by_kind[one.kind].append(one)
    for one in (one for some in by_kind.values() for one in some[:14]):
        sketch, figures = layout.compose(one)
        empty = Sketch()
        layout.backdrop(empty, Random(one.seed), one.place, Air(one.time or "day"))
        full, bare = (raster.pixels(s.document(128), 128).astype(int) for s in (sketch, empty))
        inked = np.abs(full - bare).sum(axis=-1) > 24
        outside = inked.copy()
        for figure in figures:
            left, top, right, bottom = (max(round(edge / 4), 0) for edge in figure.box)
            assert inked[top:bottom, left:right].mean() > 0.3, (one, figure)
            outside[top : bottom + 3, max(left - 2, 0) : right + 2] = False
        assert outside.sum() < 0.25 * inked.sum(), one  # tails, and shadows of what floats


def test_heads_of_riders_are_in_the_picture() -> None:
    for one in of_kind("ride"):
        rider, mount = (each.box for each in placed(one))
        assert rider[1] > 20
        assert mount[0] < (rider[0] + rider[2]) / 2 < mount[2]
        assert rider[3] > mount[1]  # in or on it, not over it


@pytest.mark.parametrize("relation", ["left of", "right of"])
def test_what_is_left_of_another_is_wholly_so(relation: str) -> None:
    for one, first, second in boxes(relation):
        left, right = (first, second) if relation == "left of" else (second, first)
        assert left[2] < right[0], one


@pytest.mark.parametrize("relation", ["above", "below"])
def test_what_is_above_another_is_wholly_so(relation: str) -> None:
    for one, first, second in boxes(relation):
        upper, lower = (first, second) if relation == "above" else (second, first)
        assert upper[3] < lower[1], one
        assert upper[0] < lower[2] and lower[0] < upper[2], one


def test_what_is_on_another_stands_on_its_upper_half() -> None:
    for one, first, second in boxes("on"):
        assert second[1] < first[3] < second[3], one
        assert first[3] < 0.4 * second[1] + 0.6 * second[3], one  # a chair's back is above its seat
        assert second[0] < (first[0] + first[2]) / 2 < second[2], one


def test_what_is_under_another_is_within_its_width_and_below_its_top() -> None:
    for one, first, second in boxes("under"):
        assert second[0] < first[0] and first[2] < second[2], one
        assert first[1] > second[1] + 0.4 * (second[3] - second[1]), one


def test_what_is_held_touches_its_holder_and_what_is_near_does_not() -> None:
    for one, first, second in boxes("holding"):
        assert first[0] < second[2] and second[0] < first[2], one
    for one, first, second in boxes("next to"):
        assert max(second[0] - first[2], first[0] - second[2]) > 0, one


def test_of_several_none_covers_another() -> None:
    for one in of_kind("count") + of_kind("groups"):
        all_boxes = [each.box for each in placed(one)]
        for i, (left, top, right, bottom) in enumerate(all_boxes):
            for other in all_boxes[i + 1 :]:
                apart = max(other[0] - right, left - other[2], other[1] - bottom, top - other[3])
                assert apart > -12, one


def test_of_several_those_that_stand_have_their_feet_on_the_ground() -> None:
    for one in of_kind("count"):
        if one.first.name in CHARACTERS or not THINGS[one.first.name].floats:
            assert all(each.box[3] > HORIZON for each in placed(one)), one


@pytest.mark.parametrize("kind", ["portrait", "thing"])
def test_small_is_small_and_big_is_big(kind: str) -> None:
    for one in of_kind(kind)[:60]:
        tall = {}
        for size in ("small", None, "big"):
            box = placed(replace(one, first=replace(one.first, size=size)))[0].box
            tall[size] = box[3] - box[1]
        assert tall["small"] < 0.75 * tall[None] and tall["big"] > 1.25 * tall[None], one


def test_what_is_behind_is_partly_hidden_and_further_up() -> None:
    for relation in ("behind", "in front of"):
        for one, first, second in boxes(relation):
            far, near = (first, second) if relation == "behind" else (second, first)
            assert far[3] < near[3], one
            assert far[0] < near[2] and near[0] < far[2] and near[1] < far[3], one
            hidden = min(far[2], near[2]) - max(far[0], near[0])
            assert hidden < 0.8 * (far[2] - far[0]) or far[1] < near[1] - 30, one


def test_what_is_inside_looks_out_of_it() -> None:
    for one, first, second in boxes("inside"):
        assert second[0] < (first[0] + first[2]) / 2 < second[2], one
        assert first[3] < second[3] + 4, one


def test_a_gift_is_between_who_gives_and_who_gets_it() -> None:
    for one in of_kind("give"):
        giver, gift, taker = ((each.box[0] + each.box[2]) / 2 for each in placed(one))
        assert min(giver, taker) < gift < max(giver, taker), one


def test_who_chases_and_who_is_chased_do_not_meet() -> None:
    for one, first, second in boxes("chasing"):
        assert max(second[0] - first[2], first[0] - second[2]) > 0, one


# --- styles and patterns


@pytest.mark.parametrize("style", [style for style in STYLES if style != "book"])
def test_a_style_is_plainly_another(style: str) -> None:
    for one in SCENES[:12]:
        book, other = (draw(replace(one, style=name), 96).astype(int) for name in ("book", style))
        assert np.abs(book - other).mean() > 6, one


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("pattern", PATTERNS)
def test_patterns_are_seen_in_every_style(style: str, pattern: str) -> None:
    plain_ball = Scene(kind="thing", first=Entity("ball", "red"), style=style)
    worn = replace(plain_ball, first=replace(plain_ball.first, pattern=pattern))
    changed = np.abs(draw(plain_ball, 128).astype(int) - draw(worn, 128)).sum(-1) > 60
    assert changed.mean() > 0.015


@pytest.mark.parametrize("weather", FALLING)
def test_weather_is_seen(weather: str) -> None:
    one = replace(STORY, place="meadow")
    clear, other = (draw(replace(one, weather=name), 96) for name in ("clear", weather))
    assert np.abs(clear.astype(int) - other).mean() > 8
