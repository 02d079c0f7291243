"""A folder is understood from its JSON, and what is wrong with it is said."""

import json
import shutil
from pathlib import Path
from typing import NoReturn

import pytest

from imagegen import catalog
from imagegen.errors import ModelError


def no_hub(name: str) -> NoReturn:
    raise AssertionError(f"the hub was asked for {name}")


def test_a_folder_says_what_it_is(tiny: Path) -> None:
    card = catalog.find(str(tiny), no_hub)
    assert (card.width, card.height, card.multiple) == (32, 32, 8)
    assert card.prediction == "v_prediction"
    assert card.vocabulary is not None
    assert "astronaut" in card.vocabulary
    assert "<pad>" not in card.vocabulary


def test_a_folder_may_say_how_it_is_best_used(tiny: Path, tmp_path: Path) -> None:
    model = shutil.copytree(tiny, tmp_path / "model")
    (model / "imagegen.json").write_text(json.dumps({"steps": 3, "guidance": 2}))
    card = catalog.find(str(model), no_hub)
    assert (card.steps, card.guidance) == (3, 2.0)


def test_a_hub_model_is_read_from_the_configuration_that_was_fetched(tiny: Path) -> None:
    card = catalog.find("owner/name", lambda name: (tiny, ()))
    assert (card.source, card.revision) == ("owner/name", tiny.name)


@pytest.mark.parametrize("name", ["storybok", "./nothing", "/no/such/folder", "a/b/c", ""])
def test_a_model_that_is_not_there_is_told_with_what_would_work(name: str) -> None:
    with pytest.raises(ModelError) as refusal:
        catalog.find(name, no_hub)
    assert refusal.value.code == "model-not-found"
    assert "storybook" in refusal.value.hint


def test_a_unet_with_a_scheduler_for_flow_matching_is_refused(tiny: Path, tmp_path: Path) -> None:
    """Its class asks the scheduler for what that has not, whatever is to be drawn."""
    model = shutil.copytree(tiny, tmp_path / "model")
    change(model / "scheduler/scheduler_config.json", _class_name="FlowMatchEulerDiscreteScheduler")
    with pytest.raises(ModelError) as refusal:
        catalog.find(str(model), no_hub)
    assert refusal.value.code == "unsupported-model"
    assert "FlowMatchEulerDiscreteScheduler" in refusal.value.message


def change(path: Path, **fields: object) -> None:
    path.write_text(json.dumps({**json.loads(path.read_text()), **fields}))


@pytest.mark.parametrize(
    ("hurt", "code"),
    [
        (lambda model: shutil.rmtree(model / "vae"), "damaged-model"),
        (lambda model: (model / "unet" / "config.json").unlink(), "damaged-model"),
        (lambda model: (model / "vae" / "config.json").write_text("{"), "damaged-model"),
        (lambda model: (model / "model_index.json").write_text("[]"), "damaged-model"),
        (lambda model: (model / "model_index.json").unlink(), "not-a-model"),
        (lambda model: (model / "model_index.json").write_text("{}"), "unsupported-model"),
        (lambda model: (model / "imagegen.json").write_text('{"steps": "x"}'), "damaged-model"),
        (lambda model: (model / "tokenizer" / "tokenizer.json").write_text("{"), "damaged-model"),
        (lambda model: change(model / "model_index.json", unet=[]), "damaged-model"),
        (lambda model: change(model / "model_index.json", _class_name=[1]), "unsupported-model"),
        (lambda model: change(model / "unet" / "config.json", sample_size="x"), "damaged-model"),
        (
            lambda model: change(
                model / "tokenizer" / "tokenizer.json", model={"type": "WordLevel", "vocab": 3}
            ),
            "damaged-model",
        ),
    ],
)
def test_a_damaged_folder_is_told_before_anything_is_loaded(
    hurt: object, code: str, tiny: Path, tmp_path: Path
) -> None:
    model = shutil.copytree(tiny, tmp_path / "model")
    hurt(model)  # type: ignore[operator]
    with pytest.raises(ModelError) as refusal:
        catalog.find(str(model), no_hub)
    assert refusal.value.code == code


@pytest.mark.parametrize("name", ["models/x.safetensors", "./x.ckpt"])
def test_a_file_that_is_not_there_is_not_looked_for_on_the_hub(name: str) -> None:
    with pytest.raises(ModelError) as refusal:
        catalog.find(name, no_hub)
    assert refusal.value.code == "model-not-found"


def test_a_single_file_is_read_by_what_is_in_it(tmp_path: Path) -> None:
    (tmp_path / "x.safetensors").touch()
    with pytest.raises(ModelError) as refusal:
        catalog.find(str(tmp_path / "x.safetensors"), no_hub)
    assert refusal.value.code == "damaged-model"
