"""A checkpoint in the original layout, completed by folders, draws what its diffusers folder draws."""

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import original_layout
import pytest
from conftest import Command, json_lines
from diffusers import DiffusionPipeline
from safetensors.torch import load_file
from tiny_models import build_sdxl

SETTINGS = ("--seed", 3, "--steps", 3, "--precision", "float32", "--name", "x.png", "--overwrite")


def as_file(folder: Path, path: Path) -> Path:
    pipe = DiffusionPipeline.from_pretrained(folder)
    return original_layout.save(original_layout.original(pipe.components), path)


@pytest.fixture(scope="module")
def tiny_file(tiny: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return as_file(tiny, tmp_path_factory.mktemp("files") / "tiny.safetensors")


@pytest.fixture(scope="module")
def sdxl(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_sdxl(tmp_path_factory.mktemp("models") / "sdxl")


@pytest.fixture(scope="module")
def sdxl_file(sdxl: Path) -> Path:
    return as_file(sdxl, sdxl.with_suffix(".safetensors"))


def draw(imagegen: Command, folder: Path, *words: object) -> dict[str, Any]:
    done = imagegen("red fox on a hill", "-n", "blue", *SETTINGS, *words)
    assert done.returncode == 0, done.stderr
    return dict(json.loads((folder / "x.json").read_bytes()))


def test_a_file_of_sd1_draws_what_its_folder_draws(
    imagegen: Command, tiny: Path, tiny_file: Path, tmp_path: Path
) -> None:
    by_folder = draw(imagegen, tmp_path, "-m", tiny)
    by_file = draw(imagegen, tmp_path, "-m", tiny_file, "--model-config", tiny)
    assert by_file["pixels_sha256"] == by_folder["pixels_sha256"]
    assert by_file["scheduler"] == by_folder["scheduler"]


def test_a_file_of_sdxl_draws_what_its_folder_draws(
    imagegen: Command, sdxl: Path, sdxl_file: Path, tmp_path: Path
) -> None:
    by_folder = draw(imagegen, tmp_path, "-m", sdxl)
    by_file = draw(imagegen, tmp_path, "-m", sdxl_file, "--model-config", sdxl)
    assert by_folder["model"]["pipeline"] == "StableDiffusionXLPipeline"
    assert by_file["pixels_sha256"] == by_folder["pixels_sha256"]
