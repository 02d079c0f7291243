"""A model's safety checker: as the model brings it, or by choice not at all."""

from pathlib import Path

import pytest
import torch
from diffusers import StableDiffusionPipeline
from diffusers.pipelines.stable_diffusion import StableDiffusionSafetyChecker
from msgspec import structs
from test_fitting import HERE, plan_of
from transformers import CLIPConfig, CLIPImageProcessor

from imagegen import picturefile, run
from imagegen import plan as planning
from imagegen.events import Made
from imagegen.record import Record


@pytest.fixture(scope="module")
def prudish(tiny: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny model with a checker that takes every picture for indecent."""
    vision = {
        "hidden_size": 16,
        "intermediate_size": 16,
        "num_hidden_layers": 1,
        "num_attention_heads": 2,
        "image_size": 32,
        "patch_size": 16,
    }
    checker = StableDiffusionSafetyChecker(CLIPConfig(vision_config=vision, projection_dim=8))
    for thresholds in (checker.concept_embeds_weights, checker.special_care_embeds_weights):
        torch.nn.init.constant_(thresholds, -2.0)  # below every cosine
    size = {"height": 32, "width": 32}
    pipe = StableDiffusionPipeline.from_pretrained(
        tiny,
        safety_checker=checker,
        feature_extractor=CLIPImageProcessor(size=size, crop_size=size),
        requires_safety_checker=True,
    )
    folder = tmp_path_factory.mktemp("models") / "prudish"
    pipe.save_pretrained(folder)
    return folder


def recorded(model: Path, folder: Path, **asked: object) -> Record:
    (made,) = run.run([plan_of(model, out=str(folder), **asked)], HERE)
    assert isinstance(made, Made)
    return picturefile.read_record(made.path)


def test_a_blanked_picture_is_told_with_the_choice_there_is(prudish: Path, tmp_path: Path) -> None:
    record = recorded(prudish, tmp_path)
    (notice,) = record.warnings
    assert notice.code == "blanked-picture"
    assert "--no-safety-checker" in notice.hint
    assert record.plan.safety_checker


def test_without_the_checker_the_picture_is_drawn_and_recorded_so(
    prudish: Path, tiny: Path, tmp_path: Path
) -> None:
    record = recorded(prudish, tmp_path, no_safety_checker=True)
    assert record.warnings == ()
    assert not record.plan.safety_checker
    assert record.request is not None
    assert record.request.no_safety_checker
    assert record.pixels_sha256 == recorded(tiny, tmp_path).pixels_sha256


def test_the_choice_is_part_of_what_the_picture_is(tiny: Path) -> None:
    checked = plan_of(tiny)
    unchecked = structs.replace(checked, safety_checker=False)
    assert planning.identity(checked, "x") != planning.identity(unchecked, "x")
    assert planning.weights_of(checked) != planning.weights_of(unchecked)
