"""The judge: what it learns from, what it calls right, and how often it is right itself."""

import argparse
import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from diffusers import AutoencoderKL

from imagegen.drawing import layout
from imagegen.drawing.draw import draw
from imagegen.drawing.scene import KINDS, SIDES, Entity, Scene, held_out, scene
from imagegen.evaluation import exam, eye, judge, rough, train_eye
from imagegen.evaluation.judge import Found, Seen, right
from imagegen.evaluation.painters import Order, Painters, paint
from imagegen.evaluation.sheet import save_sheets
from imagegen.evaluation.truth import FIELDS, LISTS, OBJECTS, ROW

RIDE = Scene(
    kind="ride",
    first=Entity("astronaut"),
    relation="riding",
    second=Entity("bicycle", "red"),
    place="moon",
    time="night",
    weather=None,
)
ASTRONAUT = Found("astronaut", None, (180, 120, 280, 320), 0.9)
BICYCLE = Found("bicycle", "red", (100, 250, 400, 450), 0.9)
SEEN = Seen((ASTRONAUT, BICYCLE), "riding", "moon", "night", "clear")
BALL = Found("ball", "blue", (40, 300, 140, 400), 0.9)
STAR = Found("star", "yellow", (340, 300, 440, 400), 0.9)
PAIR = Scene(
    kind="pair",
    first=Entity("ball", "blue"),
    relation="left of",
    second=Entity("star", "yellow"),
    time=None,
    weather=None,
)


def wrong(asked: Scene, seen: Seen) -> set[str]:
    return {question for question, correct in right(asked, seen).items() if not correct}


def perfect(one: Scene) -> Seen:
    """What an eye would see that makes no mistakes."""
    _, placed = layout.compose(one)
    found = tuple(Found(thing.name, thing.colour, thing.box, 1.0) for thing in placed)
    relation = None if one.relation in SIDES else one.relation
    return Seen(found, relation, one.place, one.time or "day", one.weather or "clear")


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
    assert set(told) == {"characters", "things", "colours", "count", "relation", "place", "time"}
    assert all(told.values())


@pytest.mark.parametrize(
    ("seen", "questions"),
    [
        (replace(SEEN, found=(BICYCLE,)), {"characters", "count", "relation"}),
        (replace(SEEN, found=(ASTRONAUT,)), {"things", "colours", "count", "relation"}),
        (replace(SEEN, found=(ASTRONAUT, replace(BICYCLE, colour="pink"))), {"colours"}),
        (replace(SEEN, found=(ASTRONAUT, BICYCLE, STAR)), {"count"}),
        (replace(SEEN, found=(ASTRONAUT, ASTRONAUT, BICYCLE)), {"count"}),
        (replace(SEEN, relation="next to"), {"relation"}),
        (replace(SEEN, place="beach"), {"place"}),
        (replace(SEEN, time="day"), {"time"}),
    ],
)
def test_each_mistake_is_told_by_its_question(seen: Seen, questions: set[str]) -> None:
    assert wrong(RIDE, seen) == questions


def test_riding_far_from_the_mount_is_not_riding_whatever_the_eye_says() -> None:
    far = replace(BICYCLE, box=(300, 350, 500, 500))
    assert wrong(RIDE, replace(SEEN, found=(ASTRONAUT, far))) == {"relation"}


def test_sides_are_told_by_the_boxes() -> None:
    seen = Seen((BALL, STAR), None, None, "day", "clear")
    assert not wrong(PAIR, seen)
    assert wrong(replace(PAIR, relation="right of"), seen) == {"relation"}
    assert wrong(replace(PAIR, relation="above"), seen) == {"relation"}
    swapped = (replace(BALL, box=STAR.box), replace(STAR, box=BALL.box))
    assert wrong(PAIR, replace(seen, found=swapped)) == {"relation"}


def test_what_the_words_leave_out_is_not_asked() -> None:
    silent = replace(RIDE, second=Entity("bicycle"), place=None, time=None)
    seen = replace(SEEN, found=(ASTRONAUT, replace(BICYCLE, colour="green")), place="farm")
    assert set(right(silent, seen)) == {"characters", "things", "count", "relation"}
    assert not wrong(silent, seen)


def test_numbers_are_exact() -> None:
    asked = Scene(kind="count", first=Entity("ball", "blue", 3), time=None, weather=None)
    seen = Seen((BALL,) * 3, None, "room", "day", "clear")
    assert not wrong(asked, seen)
    assert wrong(asked, replace(seen, found=(BALL,) * 2)) == {"count"}
    assert wrong(asked, replace(seen, found=(BALL,) * 4)) == {"count"}
    one_red = (BALL, BALL, replace(BALL, colour="red"))
    assert wrong(asked, replace(seen, found=one_red)) == {"colours"}


def test_a_perfect_eye_is_right_about_every_kind_of_scene() -> None:
    for one in some_of_each_kind(300, series=31):
        assert all(judge.agreement(one, perfect(one)).values()), one


def test_a_swapped_pair_is_never_right() -> None:
    for one in some_of_each_kind(40, series=32):
        if one.kind == "pair":
            assert one.second is not None
            other = replace(one, first=one.second, second=one.first)
            assert not right(other, perfect(one))["relation"]


def test_roughened_truths_stay_with_their_pictures() -> None:
    """Where the truth says red, the middle of a flat red square is still reddish."""
    torch.manual_seed(0)
    pictures = torch.full((64, 3, 256, 256), 0.4)
    truths = torch.full((64, ROW), -1.0)
    objects = truths[:, : OBJECTS * FIELDS].view(64, OBJECTS, FIELDS)
    for i in range(64):
        left, top = 150 + i * 2, 260 - i * 2
        objects[i, 0] = torch.tensor([5.0, 0.0, left, top, left + 110, top + 110])
        pictures[i, 0, top // 2 : top // 2 + 55, left // 2 : left // 2 + 55] = 1.0
    pictures, truths = rough.roughen(pictures, truths)
    judged = 0
    for picture, (name, _, *box) in zip(
        pictures, rough.objects_of(truths)[:, 0].tolist(), strict=True
    ):
        if name >= 0:
            x, y = int((box[0] + box[2]) / 4), int((box[1] + box[3]) / 4)
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
    notes["lists"]["names"][0] = "dragon"
    file.with_suffix(".json").write_text(json.dumps(notes))
    with pytest.raises(ValueError, match="another world"):
        eye.load(file)


def test_tasks_are_held_out_and_of_every_kind() -> None:
    some = exam.tasks(300, seed=0)
    assert Counter(task.asked.kind for task in some) == {
        kind: share * 3 for kind, (share, _) in KINDS.items()
    }
    assert len({task.text for task in some}) == 300
    assert all(held_out(task.asked) for task in some)  # no word of the combination is missing
    assert exam.tasks(300, seed=0) == some
    assert exam.tasks(30, seed=1) != exam.tasks(30, seed=0)


def test_sheets_hold_every_picture(tmp_path: Path) -> None:
    task = exam.Task("an astronaut riding a red bicycle on the moon at night", RIDE, 1)
    one = exam.Answer(task, np.zeros((512, 512, 3), np.uint8), SEEN, right(RIDE, SEEN))
    assert len(save_sheets([one] * 31, tmp_path)) == 2


def test_the_eye_that_is_shipped_is_right_about_drawn_scenes() -> None:
    net = eye.load()
    drawn = ((one, draw(one, 512)) for one in (scene(i, 33) for i in range(150)))
    for question, share in judge.accuracy(net, drawn).items():
        assert share >= (0.95 if question == "wholly" else 0.98), question


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
    assert 0 < scores["vae_psnr_db"] < 60
    assert 0 <= scores["overall"] <= 1
    assert scores["settings"]["steps"] == 1
    json.dumps(scores)
