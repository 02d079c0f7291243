"""What options do together, in rows, paths and files that nobody expects, and how it is told."""

import json
import os
from pathlib import Path

import numpy as np
import pytest
import tiny_loras
from conftest import Command
from diffusers import StableDiffusionPipeline
from msgspec import structs
from PIL import Image

from imagegen import (
    containers,
    converting,
    hub_adapter,
    inputfile,
    journal,
    make_plans,
    options,
    todo,
)
from imagegen.errors import FileError, ImagegenError, ModelError, RequestError
from imagegen.formats import NotWholeError
from imagegen.request import MachineRequest, Request


@pytest.fixture
def lora(tiny: Path, tmp_path: Path) -> Path:
    """A LoRA in a folder of its own, `work/ink.safetensors`."""
    pipe = StableDiffusionPipeline.from_pretrained(tiny)
    return tiny_loras.save(tmp_path / "work" / "ink.safetensors", tiny_loras.layers(pipe, "unet"))


def test_a_pipe_is_no_picture(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.png")
    for path in (tmp_path / "a.png", Path("/dev/zero")):
        with pytest.raises(NotWholeError, match="plain file"):
            containers.read(path)


def test_a_pipe_is_no_sidecar(tmp_path: Path) -> None:
    Image.new("RGB", (8, 8), "red").save(tmp_path / "a.png")
    os.mkfifo(tmp_path / "a.json")
    assert todo.look(tmp_path / "a.png").spot is todo.Spot.TAKEN
    assert converting.convert(tmp_path / "a.png", Request(prompts=(), format="webp"), None).path


def test_a_damaged_picture_is_told_without_python(tmp_path: Path) -> None:
    Image.new("RGB", (64, 64), "red").save(tmp_path / "a.png")
    content = bytearray((tmp_path / "a.png").read_bytes())
    content[-20] ^= 1
    with pytest.raises(NotWholeError, match="a damaged 'IDAT'"):
        containers.strip(bytes(content))


def test_pixels_of_floating_point_are_not_taken_for_black(tmp_path: Path) -> None:
    Image.fromarray(np.full((8, 8), 0.5, "float32")).save(tmp_path / "a.tiff")
    with pytest.raises(FileError, match="floating point"):
        inputfile.look(str(tmp_path / "a.tiff"))


@pytest.mark.parametrize("word", ["x", "2xx", "2x,3x", "large"])
def test_a_wrong_factor_is_told_as_it_was_said(word: str) -> None:
    with pytest.raises(RequestError, match=f"'{word}'"):
        options.ask({"prompt": "a", "hires": word})


def test_a_path_that_is_not_there_is_not_asked_for_on_the_hub(tiny: Path) -> None:
    asked = Request(prompts=("cat",), model=str(tiny), lora=("loras/typo.safetensors",))
    with pytest.raises(RequestError, match="there is no LoRA") as refused:
        list(make_plans(asked))
    assert refused.value.code == "lora-not-found"


def test_offline_a_lora_is_not_called_a_model() -> None:
    with pytest.raises(ModelError) as refused:
        hub_adapter.fetch("owner/style", offline=True)
    assert refused.value.code == "offline"
    assert "LoRA 'owner/style'" in refused.value.message
    assert "models pull" not in str(refused.value.hint)


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ({"prompts": ("<lora:ink>",)}, "empty-prompt", "a LoRA"),
        ({"negative": "<lora:ink:1>"}, "unsupported-syntax", "--lora"),
    ],
)
def test_a_tag_in_the_wrong_place_says_the_right_one(
    words: dict[str, object], code: str, said: str, tiny: Path, lora: Path
) -> None:
    asked = Request(
        **{"prompts": ("cat",), "model": str(tiny), "lora_dir": str(lora.parent)} | words
    )  # type: ignore[arg-type]
    with pytest.raises(RequestError) as refused:
        list(make_plans(asked))
    assert refused.value.code == code
    assert said in f"{refused.value.message} {refused.value.hint}"


def test_a_dry_run_tells_the_loras(imagegen: Command, tiny: Path, lora: Path) -> None:
    words = ("cat <lora:ink:{0.2|0.8}>", "--expand", "all", "--lora-dir", lora.parent)
    done = imagegen(*words, "-m", tiny, "--dry-run")
    assert done.returncode == 0, done.stderr
    assert [line.rpartition("; ")[2] for line in done.stdout.splitlines() if "cat" in line] == [
        "LoRA ink:0.2",
        "LoRA ink:0.8",
    ]


def test_loras_of_a_row_are_seen_from_its_file(
    imagegen: Command, tiny: Path, lora: Path, tmp_path: Path
) -> None:
    rows = [
        {"prompt": "cat", "lora": "ink.safetensors:0.5", "seed": 1},
        {"prompt": "cat <lora:ink:0.5>", "lora-dir": ".", "seed": 2},
        {"prompt": "cat", "lora": ["work/ink.safetensors:0.5"], "seed": 3},
    ]
    (tmp_path / "work" / "rows.jsonl").write_text("\n".join(map(json.dumps, rows)))
    done = imagegen("batch", "work/rows.jsonl", "-m", tiny, "--dry-run", "--json")
    assert done.returncode == 0, done.stdout
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert [one["loras"][0]["weight"] for one in told if "loras" in one] == [0.5, 0.5, 0.5]


def test_a_failed_row_names_what_a_single_file_was_completed_with(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (plan,) = make_plans(Request(prompts=("cat",), model=str(tiny), seeds=(1,)))
    (tmp_path / "words").mkdir()
    monkeypatch.chdir(tmp_path)
    asked = Request(prompts=("cat",), tokenizer="words", model_config="owner/name")
    error = ImagegenError("cannot-write", "no", hint="yes")
    row = journal.row(structs.replace(plan, asked=asked), "id", MachineRequest(), error)
    assert (row["tokenizer"], row["model-config"]) == (str(tmp_path / "words"), "owner/name")


def test_deterministic_files_are_equal_without_the_time_in_them(
    imagegen: Command, tiny: Path, tmp_path: Path
) -> None:
    words = ("red cat", "-m", tiny, "--steps", 2, "--seed", 1, "--deterministic", "--metadata")
    for folder in ("a", "b"):
        assert imagegen(*words, "minimal", "-o", folder).returncode == 0
    a, b = ((tmp_path / folder / "red-cat-1.png").read_bytes() for folder in ("a", "b"))
    assert a == b
