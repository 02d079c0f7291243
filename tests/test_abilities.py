"""What a model does not take is refused before it is loaded, or told; nothing is dropped."""

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import tiny_families
import torch
from msgspec import structs
from test_sampling import difference, draw, machine, pixels

import imagegen
from imagegen import abilities, batches, catalog, history, noise, pipeline
from imagegen.errors import ModelError, RequestError
from imagegen.families import FAMILIES
from imagegen.plan import Plan, Weights
from imagegen.request import Request

Command = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="module")
def flux(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models") / "flux"
    tiny_families.build("FluxPipeline").save_pretrained(folder)
    return folder


@pytest.fixture
def schnell(flux: Path, tmp_path: Path) -> Path:
    """The same as a model whose network has no place for a guidance scale."""
    model = Path(shutil.copytree(flux, tmp_path / "schnell"))
    path = model / "transformer" / "config.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "guidance_embeds": False}))
    return model


def plans_of(model: Path, **asked: object) -> list[Plan]:
    asked = {"prompts": ("red cat",), "seeds": (1,), **asked}
    return imagegen.make_plans(Request(model=str(model), **asked))  # type: ignore[arg-type]


def test_what_is_not_said_is_the_familys(flux: Path, schnell: Path) -> None:
    (dev,) = plans_of(flux)
    assert (dev.steps, dev.guidance, dev.width, dev.scheduler) == (28, 3.5, 1024, "flow-euler")
    (quick,) = plans_of(schnell)
    assert (quick.steps, quick.guidance) == (4, 0.0)


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"negative": "dog"}, "negative-not-taken"),
        ({"guidance": 3.0}, "guidance-not-taken"),
        ({"guidance": (0.0, 3.0)}, "guidance-not-taken"),
        ({"scheduler": "euler"}, "scheduler-not-taken"),
    ],
)
def test_an_option_that_is_not_taken_is_refused_or_told(
    asked: dict[str, object], code: str, schnell: Path
) -> None:
    with pytest.raises(RequestError) as refusal:
        plans_of(schnell, **asked)
    assert refusal.value.code == code
    assert "--lenient" in refusal.value.hint
    plans = plans_of(schnell, lenient=True, **asked)
    many = asked.get("guidance")
    assert len(plans) == (len(many) if isinstance(many, tuple) else 1)
    for plan in plans:
        assert [notice.code for notice in plan.notices] == [code]
        assert (plan.negative_prompt, plan.guidance, plan.scheduler) == ("", 0.0, "flow-euler")


@pytest.mark.parametrize("asked", [{"guidance": 0.0}, {"guidance": 1.0}, {"negative": ""}])
def test_to_ask_for_none_of_it_is_no_mistake(asked: dict[str, object], schnell: Path) -> None:
    (plan,) = plans_of(schnell, **asked)
    assert plan.notices == ()


@pytest.mark.parametrize("name", ["model", "flow-euler", "FlowMatchEulerDiscreteScheduler"])
def test_its_own_scheduler_may_be_named(name: str, flux: Path) -> None:
    assert plans_of(flux, scheduler=name)[0].notices == ()


def test_distilled_guidance_is_not_counted_as_a_second_pass(flux: Path, tiny: Path) -> None:
    (distilled,), (guided,) = plans_of(flux), plans_of(tiny)
    assert not distilled.guided
    assert guided.guided
    assert history.passes(distilled) == distilled.steps * history.megapixels(distilled)
    assert history.passes(guided) == 2 * guided.steps * history.megapixels(guided)


def test_a_picture_with_a_negative_prompt_is_in_another_batch(tiny: Path) -> None:
    with_one, without = plans_of(tiny, negative="dog") + plans_of(tiny)
    assert batches.shape(with_one) != batches.shape(without)


def test_a_size_that_would_be_changed_is_refused_with_the_size_it_would_be(tiny: Path) -> None:
    def no_hub(name: str) -> Path:
        raise AssertionError(name)

    card = catalog.find(str(tiny), no_hub)
    family = FAMILIES["HiDreamImagePipeline"]
    hidream = structs.replace(card, family=family, multiple=16, width=1024, height=1024)
    abilities.check_area(1024, 1024, hidream)
    abilities.check_area(768, 512, card)
    with pytest.raises(RequestError) as refusal:
        abilities.check_area(512, 512, hidream)
    assert (refusal.value.code, refusal.value.hint) == ("size-not-drawn", "--size 1024x1024")
    kandinsky = structs.replace(card, family=FAMILIES["Kandinsky5T2IPipeline"])
    abilities.check_area(640, 1408, kandinsky)
    with pytest.raises(RequestError) as refusal:
        abilities.check_area(512, 512, kandinsky)
    assert refusal.value.code == "size-not-drawn"
    assert "640x1408" in str(refusal.value.hint)


@pytest.mark.parametrize(
    ("class_name", "says"),
    [
        ("FluxControlInpaintPipeline", "fills in a masked picture"),
        ("StableUnCLIPImg2ImgPipeline", "starts from a picture"),
        ("StableVideoDiffusionPipeline", "makes video"),
        ("WanPipeline", "makes video"),
        ("StableAudioPipeline", "makes sound"),
        ("KandinskyV22Pipeline", "needs the embeddings of a prior"),
        ("MyOwnPipeline", "a pipeline that imagegen does not know"),
    ],
)
def test_a_model_of_another_kind_is_refused_before_it_is_loaded(
    class_name: str, says: str, tiny: Path, tmp_path: Path
) -> None:
    model = Path(shutil.copytree(tiny, tmp_path / "model"))
    path = model / "model_index.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "_class_name": class_name}))
    with pytest.raises(ModelError) as refusal:
        plans_of(model)
    assert refusal.value.code == "unsupported-model"
    assert says in refusal.value.message


def test_a_person_is_told_in_two_lines(imagegen: Command, flux: Path) -> None:
    done = imagegen("red cat", "-m", flux, "--negative", "dog")
    assert done.returncode == 2
    assert done.stderr.splitlines() == [
        f"error[negative-not-taken]: FluxPipeline of {flux} takes no negative prompt",
        "try: it takes --guidance, --image, --mask, --control, --steps, --size, --seed; "
        "--lenient draws without",
    ]


def test_a_prompt_is_cut_by_the_encoder_that_reads_it_all(flux: Path) -> None:
    """CLIP reads FLUX's prompt only for its gist: what it cuts is not lost."""
    loaded = pipeline.load(Weights(str(flux)), "flux", machine())
    size = {"width": 32, "height": 32, "steps": 1}
    (drawn,) = draw(loaded, flux, (1,), prompts=("red " * 14 + "blue dog",), **size)
    assert drawn.notices == ()
    (drawn,) = draw(loaded, flux, (1,), prompts=("red " * 510 + "blue dog",), **size)
    assert [notice.code for notice in drawn.notices] == ["prompt-cut"]
    assert drawn.notices[0].message.endswith("without: blue dog")


def test_a_seed_means_the_same_picture_in_each_precision(flux: Path) -> None:
    wide = pipeline.load(Weights(str(flux)), "flux", machine())
    narrow = pipeline.load(Weights(str(flux)), "flux", machine("bfloat16"))
    size = {"width": 32, "height": 32, "steps": 2}
    one, other = draw(wide, flux, (1, 2), **size)
    rounded, _ = draw(narrow, flux, (1, 2), **size)
    rounding = abs(pixels(one) - pixels(rounded)).mean()
    assert rounding < abs(pixels(one) - pixels(other)).mean() / 5
    assert difference(one, other) > 1


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16, torch.float32])
def test_narrow_noise_is_wide_noise_rounded(dtype: torch.dtype) -> None:
    (stream,) = noise.streams([5])
    expected = torch.randn(3, 4, generator=torch.Generator().manual_seed(5)).to(dtype)
    with noise.WideNoise():
        drawn = torch.randn((3, 4), generator=stream, dtype=dtype, device="cpu")
        plain = torch.randn(3, dtype=dtype)
    assert torch.equal(drawn, expected)
    assert plain.dtype == dtype
