"""The judge: what it learns from, what it calls right, and how often it is right itself."""

import argparse
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from diffusers import AutoencoderKL

from imagegen.drawing import layout
from imagegen.drawing.draw import draw
from imagegen.drawing.scene import CHARACTERS, KINDS, SIZES, Entity, Scene, held_out, scene
from imagegen.drawing.subject import MUTUAL
from imagegen.drawing.things import THINGS
from imagegen.evaluation import (
    abilities,
    card,
    curriculum,
    exam,
    eye,
    judge,
    rough,
    train_eye,
    truth,
)
from imagegen.evaluation.judge import Found, Seen, right
from imagegen.evaluation.painters import Order, Painters, paint
from imagegen.evaluation.sheet import save_sheets
from imagegen.evaluation.truth import BOX, CLASS, FIELDS, LISTS, OBJECTS, ROLES, ROW

RIDE = Scene(
    kind="ride",
    first=Entity("astronaut"),
    relation="riding",
    second=Entity("bicycle", "red", pattern="striped"),
    place="moon",
    time="night",
    weather=None,
    style="pencil",
)
ASTRONAUT = Found("astronaut", None, (180, 120, 280, 320), 0.9, role="rider")
BICYCLE = Found("bicycle", "red", (100, 250, 400, 450), 0.9, "striped", "mount")
SEEN = Seen((ASTRONAUT, BICYCLE), "moon", "night", "clear", "pencil")
BALL = Found("ball", "blue", (40, 300, 140, 400), 0.9)
STAR = Found("star", "yellow", (340, 300, 440, 400), 0.9)
PAIR = Scene(
    kind="pair",
    first=Entity("ball", "blue"),
    relation="left of",
    second=Entity("star", "yellow"),
    time=None,
    weather=None,
    style=None,
)


def wrong(asked: Scene, seen: Seen) -> set[str]:
    return {question for question, correct in right(asked, seen).items() if not correct}


def perfect(one: Scene) -> Seen:
    """What an eye would see that makes no mistakes."""
    _, placed = layout.compose(one)
    found = tuple(
        Found(thing.name, thing.colour, thing.box, 1.0, thing.pattern, role)
        for thing, role in zip(placed, truth.roles(one), strict=True)
    )
    return Seen(found, one.place, one.time or "day", one.weather or "clear", one.style or "book")


def some_of_each_kind(number: int, series: int) -> list[Scene]:
    room, found = Counter(dict.fromkeys(KINDS, number)), []
    for index in range(number * 1000):
        one = scene(index, series)
        if room[one.kind]:
            room[one.kind] -= 1
            found.append(one)
    assert not +room
    return found


def toy(folder: Path, **other: object) -> argparse.Namespace:
    asked: dict[str, object] = {"seconds": 4, "workers": 1, "out": folder, "vae": None}
    asked |= {"device": "cpu", "compile": False}
    asked |= {"batch": 4, "pool": 48, "fewest": 8, "checked": 8}
    return argparse.Namespace(**{**asked, **other})


def test_a_picture_with_all_that_was_asked_is_wholly_right() -> None:
    told = right(RIDE, SEEN)
    assert set(told) == {*judge.QUESTIONS} - {"sizes", "weather"}
    assert all(told.values())


@pytest.mark.parametrize(
    ("seen", "questions"),
    [
        (replace(SEEN, found=(BICYCLE,)), {"characters", "count", "relation"}),
        (
            replace(SEEN, found=(ASTRONAUT,)),
            {"things", "colours", "patterns", "count", "relation"},
        ),
        (replace(SEEN, found=(ASTRONAUT, replace(BICYCLE, colour="pink"))), {"colours"}),
        (replace(SEEN, found=(ASTRONAUT, replace(BICYCLE, pattern=None))), {"patterns"}),
        (replace(SEEN, found=(ASTRONAUT, replace(BICYCLE, pattern="spotted"))), {"patterns"}),
        (replace(SEEN, found=(ASTRONAUT, BICYCLE, STAR)), {"count"}),
        (replace(SEEN, found=(ASTRONAUT, ASTRONAUT, BICYCLE)), {"count"}),
        (replace(SEEN, found=(replace(ASTRONAUT, role="free"), BICYCLE)), {"relation"}),
        (replace(SEEN, place="beach"), {"place"}),
        (replace(SEEN, time="day"), {"time"}),
        (replace(SEEN, style="book"), {"style"}),
    ],
)
def test_each_mistake_is_told_by_its_question(seen: Seen, questions: set[str]) -> None:
    assert wrong(RIDE, seen) == questions


def test_riding_far_from_the_mount_is_not_riding_whatever_the_eye_says() -> None:
    far = replace(BICYCLE, box=(300, 350, 500, 500))
    assert wrong(RIDE, replace(SEEN, found=(ASTRONAUT, far))) == {"relation"}


def test_sides_are_told_by_the_boxes() -> None:
    seen = Seen((BALL, STAR), None, "day", "clear")
    assert not wrong(PAIR, seen)
    assert not wrong(replace(PAIR, relation=MUTUAL), seen)
    assert wrong(replace(PAIR, relation="right of"), seen) == {"relation"}
    assert wrong(replace(PAIR, relation="above"), seen) == {"relation"}
    swapped = (replace(BALL, box=STAR.box), replace(STAR, box=BALL.box))
    assert wrong(PAIR, replace(seen, found=swapped)) == {"relation"}


def test_what_the_words_leave_out_is_not_asked() -> None:
    silent = replace(RIDE, second=Entity("bicycle"), place=None, time=None, style=None)
    seen = replace(SEEN, found=(ASTRONAUT, replace(BICYCLE, colour="green")), place="farm")
    assert set(right(silent, seen)) == {"characters", "things", "count", "relation"}
    assert not wrong(silent, seen)


def test_numbers_are_exact() -> None:
    asked = Scene(
        kind="count", first=Entity("ball", "blue", 3), time=None, weather=None, style=None
    )
    seen = Seen((BALL,) * 3, "room", "day", "clear")
    assert not wrong(asked, seen)
    assert wrong(asked, replace(seen, found=(BALL,) * 2)) == {"count"}
    assert wrong(asked, replace(seen, found=(BALL,) * 4)) == {"count"}
    one_red = (BALL, BALL, replace(BALL, colour="red"))
    assert wrong(asked, replace(seen, found=one_red)) == {"colours"}


def test_a_perfect_eye_is_right_about_every_kind_of_scene() -> None:
    for one in some_of_each_kind(100, series=31):
        assert all(judge.agreement(one, perfect(one)).values()), one


def not_as_drawn(one: Scene) -> Iterator[tuple[str, Scene]]:
    """Scenes that differ from the drawn one in what a single question asks."""
    first, second = one.first, one.second
    yield "count", replace(one, first=replace(first, count=first.count + 1))
    yield "place", replace(one, place="farm" if one.place == "beach" else "beach")
    yield "time", replace(one, time="day" if one.time == "night" else "night")
    yield "weather", replace(one, weather="rain" if one.weather == "fog" else "fog")
    yield "style", replace(one, style="book" if one.style == "glow" else "glow")
    for key, entity in (("first", first), ("second", second)):
        if entity and entity.colour:
            colour = "red" if entity.colour == "blue" else "blue"
            pattern = "spotted" if entity.pattern == "striped" else "striped"
            yield "colours", replace(one, **{key: replace(entity, colour=colour)})  # type: ignore[arg-type]
            yield "patterns", replace(one, **{key: replace(entity, pattern=pattern)})  # type: ignore[arg-type]
    if first.size:
        other = next(size for size in SIZES if size != first.size)
        yield "sizes", replace(one, first=replace(first, size=other))


def test_what_was_not_drawn_is_wrong_in_every_kind_of_scene() -> None:
    asked = set[str]()
    for one in some_of_each_kind(30, series=34):
        seen = perfect(one)
        for question, other in not_as_drawn(one):
            assert question in wrong(other, seen), (question, one)
            asked.add(question)
    assert asked == {*judge.QUESTIONS} - {"characters", "things", "relation"}


def test_nobody_else_was_drawn() -> None:
    for one in some_of_each_kind(10, series=35):
        seen = perfect(one)
        is_character = one.first.name in CHARACTERS
        others = CHARACTERS if is_character else THINGS
        there = {entity.name for entity in one.entities}
        name = next(name for name in others if name not in there)
        question = "characters" if is_character else "things"
        other = replace(one, first=replace(one.first, name=name, pattern=None))
        assert question in wrong(other, seen), one


def test_a_relation_is_only_symmetric_where_words_are() -> None:
    """Who chases whom, what is on what: swapped is never right, but "next to" always is."""
    for one in some_of_each_kind(30, series=32):
        if one.second is not None:
            other = replace(one, first=one.second, second=one.first)
            assert judge.related(other, perfect(one)) is (one.relation == MUTUAL), one


def test_who_gives_is_not_who_takes() -> None:
    for one in some_of_each_kind(20, series=36):
        if one.third is not None:
            other = replace(one, first=one.third, third=one.first)
            assert wrong(other, perfect(one)) == {"relation"}


def test_no_other_relation_is_seen_than_the_drawn_one() -> None:
    """But what is next to something may be left or right of it as well."""
    sides = {"left of", "right of", "above", "below", MUTUAL}
    for one in some_of_each_kind(20, series=37):
        if one.second is not None and one.relation not in sides:
            seen, drawn = perfect(one), ROLES[one.relation or ""]
            for relation, roles in ROLES.items():
                if roles != drawn and len(roles) == len(drawn):
                    assert not judge.related(replace(one, relation=relation), seen), one
            assert not judge.related(replace(one, relation=MUTUAL), seen), one


def test_the_usual_size_is_neither_small_nor_big() -> None:
    judged = Counter[bool]()
    for one in some_of_each_kind(25, series=38):
        if one.kind in ("portrait", "thing", "couple") and not any(e.size for e in one.entities):
            for size in SIZES:
                asked = replace(one, first=replace(one.first, size=size))
                judged[right(asked, perfect(one))["sizes"]] += 1
    assert judged[False] > 50
    assert judged[True] <= 0.05 * judged[False]


def test_a_size_is_judged_whatever_else_is_left_unsaid() -> None:
    asked = Scene(kind="thing", first=Entity("ball", size="big"), time=None, weather=None)
    drawn = replace(asked, first=Entity("ball", "blue", size="big"), place="farm", seed=5)
    assert right(asked, perfect(drawn))["sizes"]
    small = replace(drawn, first=replace(drawn.first, size="small"))
    assert not right(asked, perfect(small))["sizes"]


def test_lessons_show_every_name_and_style_often_enough() -> None:
    names, styles = Counter[str](), Counter[str | None]()
    for index in range(4000):
        one = curriculum.lesson(index, series=7)
        names.update(entity.name for entity in one.entities)
        styles[one.style] += 1
    assert set(names) == set(LISTS["names"])
    assert min(names.values()) >= 10
    assert min(styles.values()) > 400
    assert curriculum.lesson(17, series=7) == curriculum.lesson(17, series=7)


def test_rows_of_truth_hold_what_was_drawn() -> None:
    for one in some_of_each_kind(5, series=39):
        _, placed = layout.compose(one)
        row = truth.row(one, placed)
        objects = row[: OBJECTS * FIELDS].reshape(OBJECTS, FIELDS)
        assert (objects[:, CLASS] >= 0).sum() == sum(entity.count for entity in one.entities)
        for line, thing in zip(objects, placed, strict=False):
            assert LISTS["names"][int(line[CLASS])] == thing.name
            assert line[BOX:] == pytest.approx(thing.box, abs=1e-3)


def test_roughened_truths_stay_with_their_pictures() -> None:
    """Where the truth says red, the middle of a flat red square is still reddish."""
    torch.manual_seed(0)
    pictures = torch.full((64, 3, 256, 256), 0.4)
    truths = torch.full((64, ROW), -1.0)
    objects = truths[:, : OBJECTS * FIELDS].view(64, OBJECTS, FIELDS)
    for i in range(64):
        left, top = 150 + i * 2, 260 - i * 2
        box = (left, top, left + 110, top + 110)
        objects[i, 0] = torch.tensor([5.0, 0.0, 0.0, 0.0, *box])
        pictures[i, 0, top // 2 : top // 2 + 55, left // 2 : left // 2 + 55] = 1.0
    pictures, truths = rough.roughen(pictures, truths)
    judged = 0
    for picture, (name, *_, x, y, x2, y2) in zip(
        pictures, rough.objects_of(truths)[:, 0].tolist(), strict=True
    ):
        if name >= 0:
            x, y = int((x + x2) / 4), int((y + y2) / 4)
            red, green, _ = picture[:, y - 8 : y + 8, x - 8 : x + 8].mean((1, 2)).tolist()
            assert red > green + 0.2
            judged += 1
    assert judged > 40


def test_painters_draw_what_is_drawn_alone() -> None:
    orders = [Order(5, first, 3, size) for first, size in ((0, 256), (3, 256), (6, 512))]
    with Painters(2) as painters:
        told = {
            work.order.first: (work.pictures.copy(), work.truths)
            for work in painters.carry_out(iter(orders))
        }
        processes = painters.processes
    for order in orders:
        alone = paint(order)
        assert np.array_equal(told[order.first][0], alone.pictures)
        assert np.array_equal(told[order.first][1], alone.truths)
    assert not any(process.is_alive() for process in processes)


def test_learning_makes_the_mistakes_cheaper() -> None:
    torch.manual_seed(0)
    work = paint(Order(6, 0, 4))
    pictures = eye.shown(work.pictures)
    truths = torch.from_numpy(work.truths)
    pupil = train_eye.Pupil("cpu", compiled=False)
    costs = [pupil.learn(pictures, truths, 1e-3) for _ in range(12)]
    assert all(torch.isfinite(part) for cost in costs for part in cost)
    assert costs[-1].heat < 0.7 * costs[0].heat


def test_a_toy_school_leaves_an_eye_that_looks(tmp_path: Path) -> None:
    vae = AutoencoderKL(
        down_block_types=("DownEncoderBlock2D",) * 3,
        up_block_types=("UpDecoderBlock2D",) * 3,
        block_out_channels=(4, 4, 4),
        norm_num_groups=2,
        mid_block_add_attention=False,
    )
    vae.save_pretrained(tmp_path / "vae")
    told = train_eye.school(toy(tmp_path / "eye", vae=tmp_path / "vae"))
    assert told["scenes"] == 8
    assert told["steps"] > 0
    file = tmp_path / "eye" / "eye.safetensors"
    assert file.stat().st_size < 4_500_000
    seen = judge.look(eye.load(file), np.stack([draw(scene(0, 1), size=512)]))[0]
    assert seen.time in LISTS["times"]


def test_an_eye_of_another_world_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "eye.safetensors"
    eye.save(eye.Eye(), file, {})
    notes = json.loads(file.with_suffix(".json").read_text())
    notes["lists"]["names"][0] = "kraken"
    file.with_suffix(".json").write_text(json.dumps(notes))
    with pytest.raises(ValueError, match="another world"):
        eye.load(file)


def test_tasks_are_held_out_and_of_every_kind() -> None:
    some = exam.tasks(300, seed=0)
    numbers = Counter(task.asked.kind for task in some)
    assert set(numbers) == set(KINDS)
    assert min(numbers.values()) >= exam.LEAST
    often = [kind for kind in KINDS if numbers[kind] > exam.LEAST]
    assert sorted(often, key=numbers.get) == sorted(often, key=lambda kind: KINDS[kind][0])  # type: ignore[arg-type]
    assert len({task.text for task in some}) == 300
    assert all(held_out(task.asked) for task in some)  # no word of the combination is missing
    assert exam.tasks(300, seed=0) == some
    assert exam.tasks(30, seed=1) != exam.tasks(30, seed=0)


def test_sheets_hold_every_picture(tmp_path: Path) -> None:
    task = exam.Task("an astronaut riding a red bicycle on the moon at night", RIDE, 1)
    one = exam.Answer(task, np.zeros((512, 512, 3), np.uint8), SEEN, right(RIDE, SEEN))
    assert len(save_sheets([one] * 31, tmp_path)) == 2


def test_the_eye_that_is_shipped_is_right_about_drawn_scenes() -> None:
    drawn = [(one, draw(one, 512)) for one in (scene(i, 33) for i in range(150))]
    bars = {"wholly": 0.95}
    for question, share in judge.accuracy(eye.load(), drawn).items():
        assert share >= bars.get(question, 0.97), question


def test_the_exam_draws_the_public_way_and_says_all_that_was_right(
    tiny: Path, tmp_path: Path
) -> None:
    eye.save(eye.Eye(), tmp_path / "eye.safetensors", {})
    settings = exam.Settings(
        model=str(tiny),
        prompts=2,
        judged=20,
        reconstructions=2,
        steps=1,
        guidance=1.0,
        size=64,
        device="cpu",
        eye=tmp_path / "eye.safetensors",
    )
    scores, answers = exam.examine(settings)
    assert [row["text"] for row in scores["prompts"]] == [one.task.text for one in answers]
    assert set(scores["judge_accuracy"]) == {*judge.QUESTIONS, "min"}
    assert set(scores["abilities"]) <= set(abilities.ABILITIES)
    written = card.written(f"{card.BEGIN}{card.END}", scores)
    assert all(f"| {ability} |" in written for ability in scores["abilities"])
    assert 0 < scores["vae_psnr_db"] < 60
    assert 0 <= scores["overall"] <= 1
    assert scores["settings"]["steps"] == 1
    json.dumps(scores)
