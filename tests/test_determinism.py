"""`--deterministic`: the same bits each time on one machine; batches differ by rounding only."""

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from imagegen import determinism, machine, make_plans, picturefile, sampling
from imagegen.events import Made
from imagegen.request import MachineRequest, Request
from imagegen.run import run


def drawn(
    model: Path, out: Path, batch_size: int, *, deterministic: bool = True, **said: Any
) -> list[Path]:
    request = Request(
        prompts=("red cat",), model=str(model), seeds=(1, 2, 3, 4), steps=3, out=str(out), **said
    )
    asked = MachineRequest(
        device="cpu",
        precision="float32",
        batch_size=batch_size,
        deterministic=deterministic or None,
    )
    made = list(run(make_plans(request), machine.choose(asked)))
    assert all(isinstance(one, Made) for one in made), made
    return [one.path for one in made if isinstance(one, Made)]


def pixels(paths: list[Path]) -> np.ndarray[Any, Any]:
    return np.stack([np.asarray(Image.open(path)).astype(int) for path in paths])


@pytest.mark.parametrize("scheduler", ["ddim", "euler-ancestral", "dpm++-2m-sde"])
def test_two_runs_give_the_same_bits(scheduler: str, tiny: Path, tmp_path: Path) -> None:
    first, second = (drawn(tiny, tmp_path / n, 4, scheduler=scheduler) for n in ("a", "b"))
    records = [picturefile.read_record(path) for path in (*first, *second)]
    hashes = [one.pixels_sha256 for one in records]
    assert hashes[:4] == hashes[4:]
    assert len(set(hashes)) == 4
    assert all(
        (one.machine.deterministic, one.machine.attention) == (True, "math") for one in records
    )


def test_a_batch_differs_from_one_by_one_by_rounding_at_most(tiny: Path, tmp_path: Path) -> None:
    together, alone = (pixels(drawn(tiny, tmp_path / str(n), n)) for n in (4, 1))
    assert np.abs(together - alone).max() <= 1


def test_what_cannot_be_done_so_is_told(tiny: Path) -> None:
    (plan,) = make_plans(Request(prompts=("red cat",), model=str(tiny), seeds=(1,)))
    with determinism.held(deterministic=True), pytest.raises(RuntimeError) as problem:
        torch.zeros(4).put_(torch.tensor([0, 0]), torch.ones(2))
    told = sampling.failed(plan, problem.value)
    assert told.code == "not-deterministic"
    assert "--deterministic" in told.hint


def test_what_was_set_is_set_back(tiny: Path, tmp_path: Path) -> None:
    drawn(tiny, tmp_path, 1)
    assert not torch.are_deterministic_algorithms_enabled()
    assert torch.backends.cuda.flash_sdp_enabled()
    with determinism.held(deterministic=True):
        assert torch.are_deterministic_algorithms_enabled()
        assert torch.backends.cudnn.deterministic
        assert not torch.backends.cuda.flash_sdp_enabled()
        assert os.environ[determinism.WORKSPACE]
    with determinism.held(deterministic=False):
        assert not torch.are_deterministic_algorithms_enabled()


def test_a_record_says_that_nothing_was_asked(tiny: Path, tmp_path: Path) -> None:
    (path, *_) = drawn(tiny, tmp_path, 1, deterministic=False)
    record = picturefile.read_record(path)
    assert (record.machine.deterministic, record.machine.attention) == (False, "sdpa")
