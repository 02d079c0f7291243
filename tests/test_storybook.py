"""The model inside keeps its promises."""

import os
import resource
import time
from pathlib import Path

import numpy as np
import pytest
from conftest import Command, events, json_lines
from PIL import Image

from imagegen import catalog, picturefile

PROMPT = "astronaut riding bicycle"


def pixels(path: Path) -> np.ndarray:
    with Image.open(path) as picture:
        return np.asarray(picture.convert("RGB")).astype(np.int16)


def processor_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@pytest.fixture(scope="module")
def storybook() -> catalog.ModelCard:
    def no_hub(name: str) -> Path:
        raise AssertionError(name)

    return catalog.find("storybook", no_hub)


def test_it_knows_what_it_is(storybook: catalog.ModelCard) -> None:
    assert (storybook.width, storybook.height, storybook.multiple) == (512, 512, 16)
    assert storybook.vocabulary is not None
    assert set(PROMPT.split()) <= storybook.vocabulary


def test_its_weights_are_small() -> None:
    folder = catalog.MODELS["storybook"][0]
    sizes = [path.stat().st_size for path in folder.rglob("*.safetensors")]
    assert sizes
    assert max(sizes) <= 15_000_000
    assert sum(sizes) <= 44_000_000


def test_it_draws_512_in_time_and_again_the_same(imagegen: Command, tmp_path: Path) -> None:
    idle = os.getloadavg()[0] < 0.5
    started, before = time.perf_counter(), processor_seconds()
    done = imagegen(PROMPT, "--seed", 7)
    seconds, processor = time.perf_counter() - started, processor_seconds() - before
    assert (done.returncode, done.stdout) == (0, "astronaut-riding-bicycle-7.png\n")
    first = tmp_path / "astronaut-riding-bicycle-7.png"
    assert pixels(first).shape == (512, 512, 3)
    assert picturefile.read_record(first).warnings == ()
    imagegen(PROMPT, "--seed", 7)
    second = tmp_path / "astronaut-riding-bicycle-7-2.png"
    assert np.array_equal(pixels(first), pixels(second))
    # 15 s on 2 idle cores are at most 30 s of their time; the clock says so only if nobody shares.
    assert processor < 30
    assert seconds < 15 or not idle


def test_a_batch_draws_what_each_seed_draws_alone(imagegen: Command, tmp_path: Path) -> None:
    words = [PROMPT, "--steps", 8, "--precision", "float32"]
    imagegen(*words, "--seed", "1,2", "--batch-size", 2, "-o", "together")
    imagegen(*words, "--seed", 2, "-o", "alone")
    name = "astronaut-riding-bicycle-2.png"
    difference = np.abs(pixels(tmp_path / "together" / name) - pixels(tmp_path / "alone" / name))
    assert difference.max() <= 4
    assert difference.mean() < 0.1


def test_two_schedulers_draw_two_pictures(imagegen: Command, tmp_path: Path) -> None:
    for scheduler in ("ddim", "euler-ancestral"):
        words = ["--seed", 1, "--steps", 6, "--scheduler", scheduler, "--name", scheduler]
        assert imagegen(PROMPT, *words).returncode == 0
    difference = pixels(tmp_path / "ddim.png") - pixels(tmp_path / "euler-ancestral.png")
    assert np.abs(difference).mean() > 1


def test_words_it_has_not_learnt_are_named(imagegen: Command) -> None:
    done = imagegen("astronaut riding a quixotic xylophonist", "--dry-run", "--json", "--seed", 1)
    (plan,) = events(json_lines(done.stdout), "plan")
    assert "warning[unknown-words]" in done.stderr
    assert "'quixotic', 'xylophonist'" in done.stderr
    near = imagegen("astrnaut riding bicycle", "--dry-run").stderr
    assert "astronaut" in near.split("try: ")[1]
    assert "unknown-words" in str(plan["warnings"])
    assert "warning" not in imagegen(PROMPT, "--dry-run").stderr


@pytest.mark.parametrize("size", ["500", "512x520", "40"])
def test_a_size_it_cannot_draw_is_refused(size: str, imagegen: Command) -> None:
    done = imagegen(PROMPT, "--size", size)
    assert done.returncode == 2
    assert done.stderr.startswith("error[size-not-multiple]: ")
