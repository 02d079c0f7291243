"""A picture is what its seed, prompt and scheduler say, whatever is drawn beside it."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

import imagegen
from imagegen import pipeline, sampling
from imagegen.embedding import Encoder
from imagegen.errors import ModelError
from imagegen.machine import Machine
from imagegen.pipeline import Loaded
from imagegen.plan import Weights
from imagegen.request import Request
from imagegen.sampling import Drawn
from imagegen.schedulers import suited

Pixels = NDArray[np.int16]


def machine(precision: str = "float32") -> Machine:
    return Machine(device="cpu", precision=precision, batch_size=None, name="test", threads=1)


def draw(loaded: Loaded, model: Path, seeds: tuple[int, ...], **asked: object) -> list[Drawn]:
    asked = {"prompts": ("red cat",), "steps": 4, **asked}
    plans = imagegen.make_plans(
        Request(seeds=seeds, model=str(model), **asked)  # type: ignore[arg-type]
    )
    pipeline.set_scheduler(loaded, plans[0].scheduler)
    return sampling.sample(loaded.pipe, Encoder(loaded.pipe), plans, lambda done, of: None)


def pixels(drawn: Drawn) -> Pixels:
    return np.asarray(drawn.developed()[0]).astype(np.int16)


def difference(one: Drawn, other: Drawn) -> int:
    return int(np.abs(pixels(one) - pixels(other)).max())


@pytest.fixture(scope="module")
def loaded(tiny: Path) -> Loaded:
    return pipeline.load(Weights(str(tiny)), "tiny", machine())


@pytest.fixture(scope="module")
def loaded_epsilon(tiny_epsilon: Path) -> Loaded:
    return pipeline.load(Weights(str(tiny_epsilon)), "tiny-epsilon", machine())


@pytest.mark.parametrize("scheduler", suited("v_prediction"))
def test_a_picture_does_not_depend_on_its_batch(scheduler: str, loaded: Loaded, tiny: Path) -> None:
    together = draw(loaded, tiny, (1, 2, 3), scheduler=scheduler)
    alone = draw(loaded, tiny, (2,), scheduler=scheduler)
    assert difference(together[1], alone[0]) <= 1
    assert difference(together[0], together[1]) > 1


@pytest.mark.parametrize("scheduler", suited("epsilon"))
def test_each_scheduler_draws_with_a_model_that_predicts_noise(
    scheduler: str, loaded_epsilon: Loaded, tiny_epsilon: Path
) -> None:
    once = draw(loaded_epsilon, tiny_epsilon, (5,), scheduler=scheduler)
    again = draw(loaded_epsilon, tiny_epsilon, (5,), scheduler=scheduler)
    assert once[0].pixels.shape == (3, 32, 32)
    assert once[0].notices == ()
    assert difference(once[0], again[0]) == 0


@pytest.mark.parametrize("scheduler", suited("sample"))
def test_each_scheduler_draws_with_a_model_that_predicts_the_picture(
    scheduler: str, tiny_sample: Path
) -> None:
    model = pipeline.load(Weights(str(tiny_sample)), "tiny-sample", machine())
    assert draw(model, tiny_sample, (5,), scheduler=scheduler)[0].pixels.shape == (3, 32, 32)


def test_two_schedulers_draw_two_pictures(loaded: Loaded, tiny: Path) -> None:
    names = ("ddim", "euler-ancestral", "dpm++-2m", "dpm++-2m-sde", "dpm++-sde", "lcm", "ddpm")
    drawn = [draw(loaded, tiny, (1,), scheduler=name)[0] for name in names]
    assert len({one.developed()[0].tobytes() for one in drawn}) == len(names)


def test_prompt_negative_prompt_guidance_and_size_matter(loaded: Loaded, tiny: Path) -> None:
    plain = draw(loaded, tiny, (1,))[0]
    assert difference(plain, draw(loaded, tiny, (1,), prompts=("blue dog",))[0]) > 0
    assert difference(plain, draw(loaded, tiny, (1,), negative="dog")[0]) > 0
    assert difference(plain, draw(loaded, tiny, (1,), guidance=1.0)[0]) > 0
    assert draw(loaded, tiny, (1,), width=40, height=24)[0].developed()[0].size == (40, 24)


@pytest.mark.parametrize("scheduler", ["euler-ancestral", "dpm++-2m", "dpm++-2m-sde"])
def test_a_seed_means_the_same_picture_in_each_precision(
    scheduler: str, loaded: Loaded, tiny: Path
) -> None:
    narrow = pipeline.load(Weights(str(tiny)), "tiny", machine("bfloat16"))
    wide = draw(loaded, tiny, (1, 2), scheduler=scheduler)
    small = draw(narrow, tiny, (1, 2), scheduler=scheduler)
    rounding = np.abs(pixels(wide[0]) - pixels(small[0])).mean()
    assert rounding < np.abs(pixels(wide[0]) - pixels(wide[1])).mean() / 5


def test_weights_are_loaded_in_the_precision_they_work_in(tiny: Path) -> None:
    pipe = pipeline.load(Weights(str(tiny)), "tiny", machine("bfloat16")).pipe
    parts = (pipe.unet, pipe.vae, pipe.text_encoder)
    assert {str(weight.dtype) for part in parts for weight in part.parameters()} == {
        "torch.bfloat16"
    }


def test_steps_are_told(loaded: Loaded, tiny: Path) -> None:
    plans = imagegen.make_plans(Request(prompts=("cat",), model=str(tiny), steps=3))
    told: list[tuple[int, int]] = []
    pipeline.set_scheduler(loaded, "ddim")
    sampling.sample(loaded.pipe, Encoder(loaded.pipe), plans, lambda *step: told.append(step))
    assert told == [(1, 3), (2, 3), (3, 3)]


def test_a_long_prompt_is_drawn_to_its_last_word(loaded: Loaded, tiny: Path) -> None:
    (long,) = draw(loaded, tiny, (1,), prompts=("red " * 14 + "blue dog",))
    (other,) = draw(loaded, tiny, (1,), prompts=("red " * 14 + "blue cat",))
    assert long.notices == ()
    assert difference(long, other) > 0


def test_weights_matter_and_how_they_were_applied_is_told(loaded: Loaded, tiny: Path) -> None:
    (plain,) = draw(loaded, tiny, (1,))
    (weighed,) = draw(loaded, tiny, (1,), prompts=("(red:1.5) cat",))
    (same,) = draw(loaded, tiny, (1,), prompts=("(red:1.0) cat",))
    assert difference(plain, weighed) > 0
    assert difference(plain, same) == 0
    assert (plain.emphasis, weighed.emphasis, same.emphasis) == (None, "No norm", None)


@pytest.mark.parametrize(
    ("value", "code"),
    [(np.nan, "nan-picture"), (0.0, "black-picture"), (0.5, "flat-picture")],
)
def test_a_spoilt_picture_is_told(value: float, code: str) -> None:
    (notice,) = sampling._oddities(np.full((8, 8, 3), value, np.float32), False)
    assert notice.code == code


def test_weights_that_are_cut_are_a_damaged_model(tiny: Path, tmp_path: Path) -> None:
    import shutil

    model = shutil.copytree(tiny, tmp_path / "model")
    weights = model / "unet" / "diffusion_pytorch_model.safetensors"
    weights.write_bytes(weights.read_bytes()[:1000])
    with pytest.raises(ModelError) as refusal:
        pipeline.load(Weights(str(model)), "model", machine())
    assert refusal.value.code == "damaged-model"


def test_a_folder_of_half_weights_only_is_read(tiny: Path, tmp_path: Path) -> None:
    import shutil

    model = shutil.copytree(tiny, tmp_path / "model")
    for weights in model.glob("*/*.safetensors"):
        weights.rename(weights.with_suffix(".fp16.safetensors"))
    assert pipeline.variant(model) == "fp16"
    assert pipeline.load(Weights(str(model)), "model", machine()).pipe.unet is not None
