"""Which files of a repository are loaded: as diffusers itself chooses them."""

import json
from pathlib import Path

import pytest
from diffusers.pipelines.pipeline_loading_utils import variant_compatible_siblings

from imagegen import layout
from imagegen.errors import ModelError

INDEX = {
    "_class_name": "StableDiffusionXLPipeline",
    "unet": ["diffusers", "UNet2DConditionModel"],
    "vae": ["diffusers", "AutoencoderKL"],
    "text_encoder": ["transformers", "CLIPTextModel"],
    "scheduler": ["diffusers", "DDIMScheduler"],
    "safety_checker": [None, None],
}
PLAIN = [
    "unet/diffusion_pytorch_model-00001-of-00002.safetensors",
    "unet/diffusion_pytorch_model-00002-of-00002.safetensors",
    "vae/diffusion_pytorch_model.safetensors",
    "text_encoder/model.safetensors",
]
HALF = [
    "unet/diffusion_pytorch_model.fp16.safetensors",
    "vae/diffusion_pytorch_model.fp16.safetensors",
    "text_encoder/model.fp16-00001-of-00001.safetensors",
]
OLD = ["unet/diffusion_pytorch_model-00001-of-00001.fp16.safetensors"]
OTHERS = [
    *("unet/diffusion_pytorch_model.bin", "unet/model.onnx", "vae/diffusion_flax_model.msgpack"),
    *("safety_checker/model.safetensors", "sd_xl_base_1.0.safetensors", "README.md"),
]
SMALL = [
    *("model_index.json", "unet/config.json", "scheduler/scheduler_config.json"),
    "unet/diffusion_pytorch_model.safetensors.index.json",
]


@pytest.mark.parametrize(
    ("weights", "variant", "wanted"),
    [
        (PLAIN, None, PLAIN),
        (PLAIN + HALF, None, PLAIN),
        (PLAIN + HALF, "fp16", HALF),
        (PLAIN + HALF[:1], "fp16", HALF[:1] + PLAIN[2:]),  # where there is none: the plain ones
        (PLAIN + OLD, "fp16", OLD + PLAIN[2:]),
    ],
)
def test_the_weights_are_those_that_diffusers_takes(
    weights: list[str], variant: str | None, wanted: list[str]
) -> None:
    files = weights + OTHERS + SMALL
    found = layout.needed(files, INDEX, variant, "x")
    assert sorted(found) == sorted(wanted + SMALL)
    parts = [file for file in files if file.split("/")[0] in layout.parts(INDEX)]
    theirs, _ = variant_compatible_siblings(parts, variant, ["*.bin", "*.msgpack", "*.onnx"])
    assert {file for file in found if file.endswith(".safetensors")} == {
        file for file in theirs if file.endswith(".safetensors")
    }


def test_the_only_variant_is_taken_unasked() -> None:
    assert layout.only_variant(HALF) == "fp16"
    assert layout.only_variant(PLAIN + HALF) is None
    assert layout.only_variant(["vae/diffusion_pytorch_model.bf16.safetensors"]) == "bf16"
    assert layout.only_variant([]) is None


@pytest.mark.parametrize(
    ("files", "variant", "code"),
    [
        (["vae/diffusion_pytorch_model.bin"], None, "pickled-weights"),
        (["vae/diffusion_pytorch_model.fp16.bin"], "fp16", "pickled-weights"),
        (["vae/diffusion_pytorch_model.bf16.safetensors"], "fp16", "variant-not-found"),
        (["unet/diffusers.py", "unet/diffusion_pytorch_model.safetensors"], None, "remote-code"),
    ],
)
def test_weights_that_cannot_be_loaded_are_told(
    files: list[str], variant: str | None, code: str
) -> None:
    with pytest.raises(ModelError) as refusal:
        layout.needed(files, INDEX, variant, "x")
    assert refusal.value.code == code


def test_a_folder_is_safe_if_each_part_has_safe_weights(tiny: Path) -> None:
    files = [path.relative_to(tiny).as_posix() for path in tiny.glob("*/*")]
    layout.check_safe([*files, "unet/diffusion_pytorch_model.bin", "unet/optimizer.bin"], "x")
    with pytest.raises(ModelError):
        layout.check_safe([*files, "other/pytorch_model-00001-of-00002.bin"], "x")


def test_a_real_pipeline_needs_all_that_it_saved(tiny: Path) -> None:
    files = [path.relative_to(tiny).as_posix() for path in tiny.rglob("*") if path.is_file()]
    index = json.loads((tiny / "model_index.json").read_bytes())
    assert sorted(layout.needed(files, index, None, "x")) == sorted(files)
