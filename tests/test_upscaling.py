"""An upscaler draws a picture again, so many times as large; the size follows from the picture."""

import json
from pathlib import Path

import pytest
import tiny_families
import torch
from conftest import Command
from PIL import Image
from redrawn import waves
from test_fitting import drawn

from imagegen import make_plans, modelsize
from imagegen.errors import RequestError
from imagegen.ladder import Rung
from imagegen.plan import Plan
from imagegen.request import FULL, GROUP, MODEL, SEQUENTIAL, Request

BY_FOUR, BY_TWO = "StableDiffusionUpscalePipeline", "StableDiffusionLatentUpscalePipeline"


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("upscalers")
    for name in (BY_FOUR, BY_TWO):
        tiny_families.build(name).save_pretrained(folder / name)
    return {name: folder / name for name in (BY_FOUR, BY_TWO)}


def plan_of(model: Path, image: Path, **more: object) -> Plan:
    asked = {"prompts": ("red fox",), "seeds": (3,), "steps": 2, **more}
    (plan,) = make_plans(Request(model=str(model), image=str(image), **asked))
    return plan


@pytest.mark.parametrize(
    ("name", "given", "size"),
    [
        (BY_FOUR, (20, 12), (80, 48)),
        (BY_FOUR, (101, 75), (400, 304)),  # in steps of 16
        (BY_TWO, (128, 96), (256, 192)),
        (BY_TWO, (100, 64), (192, 128)),  # in steps of 64
    ],
)
def test_the_size_follows_from_the_picture(
    name: str,
    given: tuple[int, int],
    size: tuple[int, int],
    models: dict[str, Path],
    tmp_path: Path,
) -> None:
    plan = plan_of(models[name], waves(tmp_path / "small.png", *given))
    assert (plan.width, plan.height) == size
    assert (plan.strength, plan.drawn_steps) == (None, None)


@pytest.mark.parametrize(
    ("name", "given", "more", "code"),
    [
        (BY_FOUR, (16, 16), {"width": 128}, "size-not-taken"),
        (BY_FOUR, (16, 16), {"strength": 0.5}, "strength-not-taken"),
        (BY_FOUR, (16, 16), {"hires": 2.0}, "hires-not-taken"),
        (BY_FOUR, (5000, 20), {}, "bad-size"),
        (BY_TWO, (40, 200), {}, "bad-size"),
    ],
)
def test_what_it_cannot_draw_is_refused_before_it_is_loaded(
    name: str,
    given: tuple[int, int],
    more: dict[str, object],
    code: str,
    models: dict[str, Path],
    tmp_path: Path,
) -> None:
    small = waves(tmp_path / "small.png", *given)
    with pytest.raises(RequestError) as refused:
        plan_of(models[name], small, **more)
    assert refused.value.code == code


def test_the_size_may_be_said_as_it_is(models: dict[str, Path], tmp_path: Path) -> None:
    small = waves(tmp_path / "small.png", 16, 16)
    assert plan_of(models[BY_FOUR], small, width=64, height=64).width == 64


def test_without_a_picture_it_draws_nothing(models: dict[str, Path], imagegen: Command) -> None:
    done = imagegen("red fox", "-m", models[BY_FOUR], "--dry-run")
    assert done.returncode == 2
    assert "image-needed" in done.stderr


def test_words_that_are_not_read_are_told(models: dict[str, Path], tmp_path: Path) -> None:
    small = waves(tmp_path / "small.png", 64, 64)
    (notice,) = plan_of(models[BY_TWO], small, guidance=0.0).notices
    assert notice.code == "prompt-not-read"
    assert not plan_of(models[BY_TWO], small, guidance=1.0).notices
    assert not plan_of(models[BY_FOUR], small, guidance=0.0).notices


def test_a_prompt_file_enlarges_pictures_of_any_size(
    models: dict[str, Path], imagegen: Command, tmp_path: Path
) -> None:
    rows = []
    for number, size in enumerate([(16, 16), (16, 16), (24, 16)]):
        waves(tmp_path / f"{number}.png", *size, turn=number)
        row = {"prompt": "red fox", "image": f"{number}.png", "name": f"out{number}.png"}
        rows.append({**row, "seed": 5})
    (tmp_path / "rows.jsonl").write_text("\n".join(map(json.dumps, rows)))
    done = imagegen("batch", "rows.jsonl", "-m", models[BY_FOUR], "--steps", 2)
    assert done.returncode == 0, done.stderr
    sizes = [Image.open(tmp_path / f"out{number}.png").size for number in range(3)]
    assert sizes == [(64, 64), (64, 64), (96, 64)]
    records = [json.loads((tmp_path / f"out{n}.json").read_bytes()) for n in range(3)]
    assert [one["batch"]["size"] for one in records] == [2, 2, 1]
    assert records[2]["model"]["pipeline"] == BY_FOUR
    assert [records[2]["plan"][side] for side in ("width", "height")] == [96, 64]


@pytest.mark.parametrize("memory", [MODEL, GROUP, SEQUENTIAL])
@pytest.mark.parametrize("name", [BY_FOUR, BY_TWO])
def test_each_rung_enlarges_alike(
    name: str, memory: str, models: dict[str, Path], tmp_path: Path
) -> None:
    plan = plan_of(models[name], waves(tmp_path / "small.png", 64, 64))
    whole = drawn(plan, Rung(FULL))
    assert torch.allclose(drawn(plan, Rung(memory), times=2), whole, atol=1e-5)
    seams = drawn(plan, Rung(memory, tiled=True)) - whole
    assert 0 < seams.abs().mean() < 0.1


def test_as_many_latents_as_pixels_are_weighed(models: dict[str, Path]) -> None:
    """The network of the one that enlarges by four works at the picture's own size."""
    bulks = [modelsize.of_folder(models[name], None, "float32") for name in (BY_FOUR, BY_TWO)]
    assert [bulk.latent for bulk in bulks] == [4, 8]
