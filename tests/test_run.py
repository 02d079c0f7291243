"""The way of a request from Python: what fails is told, and the rest goes on."""

from pathlib import Path

import pytest
from msgspec import structs

import imagegen
from imagegen import events, run
from imagegen.errors import DrawingError, ModelError
from imagegen.events import Failed, Loading, Made, Step
from imagegen.machine import Machine
from imagegen.plan import Plan
from imagegen.request import Request

HERE = Machine(device="cpu", precision="float32", batch_size=2, name="test", threads=1)


def plans_of(tiny: Path, folder: Path, **asked: object) -> list[Plan]:
    asked = {"prompts": ("cat",), "steps": 2, **asked}
    return imagegen.make_plans(
        Request(model=str(tiny), out=str(folder), **asked)  # type: ignore[arg-type]
    )


def test_pictures_come_in_the_order_of_their_plans(tiny: Path, tmp_path: Path) -> None:
    plans = plans_of(tiny, tmp_path, prompts=("cat", "dog"), seeds=(1, 2, 3))
    seen: list[Loading | Step] = []
    made = list(run.run(plans, HERE, seen.append))
    assert all(isinstance(one, Made) and one.path.exists() for one in made)
    assert [one.plan for one in made] == plans
    assert sum(isinstance(event, Loading) for event in seen) == 1
    assert [event.pictures for event in seen if isinstance(event, Step)] == [2] * 6


def test_what_cannot_be_drawn_is_told_and_the_rest_goes_on(tiny: Path, tmp_path: Path) -> None:
    # The tiny model's schedule of 1000 steps cannot be walked by DDPM in more steps than it has.
    good, *_ = plans_of(tiny, tmp_path, seeds=(1,))
    bad, *_ = plans_of(tiny, tmp_path, seeds=(2,))
    bad = structs.replace(bad, steps=2000, scheduler="ddpm")
    *made, failed = run.run([good, bad, good], HERE)
    assert [type(one) for one in made] == [Made, Made]
    assert isinstance(failed, Failed)
    assert isinstance(failed.error, DrawingError)


def test_a_picture_that_cannot_be_written_is_told(tiny: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (outcome,) = run.run(plans_of(tiny, tmp_path / "file", seeds=(1,)), HERE)
    assert isinstance(outcome, Failed)
    assert outcome.error.code == "cannot-write"


def test_a_model_that_cannot_be_loaded_is_raised(tiny: Path, tmp_path: Path) -> None:
    (plan,) = plans_of(tiny, tmp_path)
    plan = structs.replace(plan, source=str(tmp_path))
    with pytest.raises(ModelError):
        list(run.run([plan], HERE, events.ignore))
