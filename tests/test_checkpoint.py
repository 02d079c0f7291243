"""A single file is told from its header alone, or refused by what it is."""

import json
import math
import shlex
import struct
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import original_layout
import original_shapes
import pytest
import torch
from original_shapes import NETWORKS, Shapes, write_sparse
from safetensors.torch import load_file, save_file
from test_configs import build

from imagegen import checkpoint, header
from imagegen.errors import ModelError

NETWORK = "model.diffusion_model."
TELLS_V = f"{NETWORK}output_blocks.11.1.transformer_blocks.0.norm1.bias"


def unet(kind: str) -> Shapes:
    return original_shapes.shapes(original_layout.unet(build(kind, "unet").state_dict(), 2))


@pytest.fixture(scope="module")
def sd1() -> Shapes:
    return unet("sd1")


@pytest.fixture(scope="module")
def sd2() -> Shapes:
    return unet("sd2")


@pytest.fixture(scope="module")
def sdxl() -> Shapes:
    return unet("sdxl")


def recognise(path: Path) -> checkpoint.Content:
    return checkpoint.recognise(path, checkpoint.read(path))


def refusal(path: Path) -> ModelError:
    with pytest.raises(ModelError) as refused:
        recognise(path)
    assert refused.value.hint
    assert path.name in refused.value.message
    return refused.value


# What it is


def test_sd1_and_sdxl_are_told_apart(tmp_path: Path, sd1: Shapes, sdxl: Shapes) -> None:
    assert recognise(write_sparse(tmp_path / "1.safetensors", sd1)).kind == "sd1"
    assert recognise(write_sparse(tmp_path / "x.safetensors", sdxl)).kind == "sdxl"


@pytest.mark.parametrize("kind", NETWORKS)
@pytest.mark.parametrize("prefix", ["", NETWORK])
def test_sd3_and_flux_are_told_apart(kind: str, prefix: str, tmp_path: Path) -> None:
    """With the prefix that ComfyUI gives them and without."""
    shapes = {prefix + name.removeprefix(NETWORK): s for name, s in NETWORKS[kind]().items()}
    assert recognise(write_sparse(tmp_path / "x.safetensors", shapes, "F8_E4M3")).kind == kind


@pytest.mark.parametrize("dtype", ["F16", "F32", "BF16"])
@pytest.mark.parametrize(("spread", "kind"), [(0.2, "sd2"), (0.05, "sd2-base")])
def test_what_sd2_predicts_is_told_by_the_spread_of_a_bias(
    dtype: str, spread: float, kind: str, sd2: Shapes, tmp_path: Path
) -> None:
    path = write_sparse(tmp_path / "x.safetensors", sd2, dtype)
    found = header.read(path)
    values = torch.tensor([spread, -spread]).repeat(math.prod(sd2[TELLS_V]) // 2)
    numbers = {"F16": torch.float16, "F32": torch.float32, "BF16": torch.bfloat16}[dtype]
    with path.open("r+b") as file:
        file.seek(found.data + found.tensors[TELLS_V].start)
        file.write(values.to(numbers).view(torch.uint8).numpy().tobytes())
    assert recognise(path).kind == kind


@pytest.mark.parametrize(("word", "kind"), [("v", "sd2"), ("epsilon", "sd2-base")])
def test_a_file_may_say_what_it_predicts(word: str, kind: str, sd2: Shapes, tmp_path: Path) -> None:
    metadata = {"modelspec.prediction_type": word, "modelspec.resolution": "640x512"}
    content = recognise(write_sparse(tmp_path / "x.safetensors", sd2, **metadata))
    assert (content.kind, content.size) == (kind, (640, 512))


def test_marks_among_the_tensors_tell_an_sdxl_that_predicts_v(sdxl: Shapes, tmp_path: Path) -> None:
    shapes = {**sdxl, "v_pred": (0,), "ztsnr": (0,)}
    content = recognise(write_sparse(tmp_path / "x.safetensors", shapes))
    assert content == checkpoint.Content("sdxl", "v_prediction", zero_snr=True)


@pytest.mark.parametrize("kind", ["sd1-inpaint", "sd2-inpaint", "sdxl-inpaint", "sdxl-refiner"])
def test_what_draws_only_from_pictures_is_told_apart(kind: str, tmp_path: Path) -> None:
    content = recognise(write_sparse(tmp_path / "x.safetensors", unet(kind)))
    assert content == checkpoint.Content(kind)


# What it is not


def widened(shapes: Shapes, channels: int) -> Shapes:
    return {**shapes, checkpoint.FIRST: (320, channels, 3, 3)}


@pytest.mark.parametrize(("channels", "word"), [(8, "InstructPix2Pix"), (7, "upscaler"), (5, "5")])
def test_what_wants_more_than_words_is_refused(
    channels: int, word: str, sd1: Shapes, tmp_path: Path
) -> None:
    error = refusal(write_sparse(tmp_path / "x.safetensors", widened(sd1, channels)))
    assert error.code == "unsupported-model"
    assert word in error.message


def test_an_unclip_is_refused(sdxl: Shapes, tmp_path: Path) -> None:
    block = f"{NETWORK}input_blocks.4.1.transformer_blocks.0.attn2.to_k.weight"
    error = refusal(write_sparse(tmp_path / "x.safetensors", {**sdxl, block: (768, 1024)}))
    assert "unCLIP" in error.message


def test_a_flux_that_wants_a_picture_is_refused(tmp_path: Path) -> None:
    shapes = original_shapes.flux(guided=True, channels=384)
    assert "fill" in refusal(write_sparse(tmp_path / "x.safetensors", shapes)).message


def test_a_pruned_network_is_refused(sd1: Shapes, tmp_path: Path) -> None:
    lost = {name: s for name, s in sd1.items() if "output_blocks.11" not in name}
    error = refusal(write_sparse(tmp_path / "x.safetensors", lost))
    assert "859,520,964" in error.message
    assert "--model-config" in error.hint


def test_scaled_float8_is_refused(tmp_path: Path) -> None:
    shapes = {**NETWORKS["flux-dev"](), "double_blocks.0.img_attn.qkv.scale_weight": (1,)}
    error = refusal(write_sparse(tmp_path / "x.safetensors", shapes, "F8_E4M3"))
    assert error.code == "unsupported-model"
    assert "quantised" in error.message


@pytest.mark.parametrize(
    ("shapes", "word"),
    [
        ({"lora_unet_down_blocks_0_attentions_0_proj_in.lora_down.weight": (4, 320)}, "LoRA"),
        ({"unet.down_blocks.0.attentions.0.to_q.lora_A.weight": (4, 320)}, "LoRA"),
        ({"unet.mid_block.attentions.0.to_q.lora.up.weight": (320, 4)}, "LoRA"),
        ({"lora_unet_mid_block_attentions_0_proj_in.hada_w1_a": (4, 4)}, "LoRA"),
        ({"control_model.time_embed.0.weight": (4, 4)}, "ControlNet"),
        ({"emb_params": (2, 768)}, "textual inversion"),
        ({"encoder.conv_in.weight": (4,), "decoder.conv_in.weight": (4,)}, "VAE"),
        ({"first_stage_model.decoder.conv_in.weight": (4,)}, "VAE"),
        ({"down_blocks.0.resnets.0.norm1.weight": (4,)}, "UNet"),
        ({"transformer_blocks.0.attn.to_q.weight": (4, 4)}, "transformer"),
        ({"text_model.embeddings.token_embedding.weight": (4, 4)}, "text encoder"),
        ({"shared.weight": (4, 4)}, "text encoder"),
        ({}, "without any tensor"),
    ],
)
def test_what_is_no_whole_model_is_named(shapes: Shapes, word: str, tmp_path: Path) -> None:
    error = refusal(write_sparse(tmp_path / "x.safetensors", shapes))
    assert error.code == "not-a-model"
    assert word in error.message


@pytest.mark.parametrize(
    ("names", "word"),
    [
        (["something.weight"], "unknown kind"),
        (["single_stream_modulation.lin.weight"], "FLUX.2"),
        (
            [
                "double_blocks.0.img_attn.norm.key_norm.scale",
                "distilled_guidance_layer.in_proj.bias",
            ],
            "Chroma",
        ),
    ],
)
def test_an_unknown_model_is_told_what_is_known(
    names: list[str], word: str, tmp_path: Path
) -> None:
    error = refusal(write_sparse(tmp_path / "x.safetensors", dict.fromkeys(names, (4,))))
    assert error.code == "unsupported-model"
    assert word in error.message
    assert "FLUX.1" in error.message


# What is not safetensors


@pytest.mark.parametrize("name", ["x.ckpt", "x.pt", "x.PTH", "x.bin", "x.pkl"])
def test_a_pickle_is_refused_by_its_name(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(b"whatever")
    assert refusal(tmp_path / name).code == "pickle-refused"


@pytest.mark.parametrize("old", [True, False])
def test_a_pickle_is_refused_whatever_it_is_called_and_never_opened(
    old: bool, tmp_path: Path
) -> None:
    class Trap:
        def __reduce__(self) -> tuple[Any, ...]:
            return Path.touch, (tmp_path / "sprung",)

    path = tmp_path / "x.safetensors"
    torch.save({"state_dict": Trap()}, path, _use_new_zipfile_serialization=not old)
    assert refusal(path).code == "pickle-refused"
    assert not (tmp_path / "sprung").exists()


def test_the_command_that_is_told_converts_a_pickle(tmp_path: Path) -> None:
    path = tmp_path / "it's a model.ckpt"
    weights = {"a.weight": torch.arange(6.0).reshape(2, 3).T, "b": torch.ones(2)}
    torch.save({"state_dict": {**weights, "c": weights["b"]}, "epoch": 3}, path)
    told = shlex.split(checkpoint.convert(path))
    assert told[0] == "python"
    subprocess.run([sys.executable, *told[1:]], check=True)
    made = load_file(path.with_suffix(".safetensors"))
    assert torch.equal(made["a.weight"], weights["a.weight"])
    assert made.keys() == {"a.weight", "b", "c"}


@pytest.mark.parametrize(
    ("content", "code", "word"),
    [
        (b"GGUF\x03\x00\x00\x00", "unsupported-model", "GGUF"),
        (b"version https://git-lfs.github.com/spec/v1\n", "damaged-model", "LFS"),
        (b"<!DOCTYPE html><html>", "damaged-model", "web page"),
        (b"", "damaged-model", "empty"),
        (b"1234", "damaged-model", "header"),
        (b"\xff" * 64, "damaged-model", "header"),
    ],
)
def test_other_files_are_named(content: bytes, code: str, word: str, tmp_path: Path) -> None:
    path = tmp_path / "x.safetensors"
    path.write_bytes(content)
    error = refusal(path)
    assert error.code == code
    assert word in error.message


def test_a_file_of_another_name_is_refused(sd1: Shapes, tmp_path: Path) -> None:
    """diffusers would take it for a pickle, and open it as one."""
    error = refusal(write_sparse(tmp_path / "x.sft", sd1))
    assert error.hint.startswith("x.safetensors")


# What is damaged


def tensor(dtype: str = "F32", shape: object = (2,), offsets: object = (0, 8)) -> dict[str, Any]:
    return {"dtype": dtype, "shape": shape, "data_offsets": offsets}


@pytest.mark.parametrize(
    ("content", "data"),
    [
        ("[]", 0),
        ("{", 0),
        ('{"a": ' * 50_000, 0),
        ({"a": 3}, 0),
        ({"a": {"dtype": "F32"}}, 0),
        ({"__metadata__": {"a": 3}}, 0),
        ({"a": tensor("F33")}, 8),
        ({"a": tensor(shape=(3,))}, 8),
        ({"a": tensor(shape=(-2,))}, 8),
        ({"a": tensor(shape=(-1, -2))}, 8),
        ({"a": tensor(shape="x")}, 8),
        ({"a": tensor(shape=(2**62, 2**62))}, 8),
        ({"a": tensor(offsets=(8, 0))}, 8),
        ({"a": tensor(offsets=(4, 12))}, 12),
        ({"a": tensor(), "b": tensor()}, 8),
        ({"a": tensor(), "b": tensor(offsets=(12, 20))}, 20),
        ({"a": tensor()}, 7),
        ({"a": tensor()}, 9),
    ],
)
def test_a_header_that_makes_no_sense_is_refused(
    content: object, data: int, tmp_path: Path
) -> None:
    text = (content if isinstance(content, str) else json.dumps(content)).encode()
    path = tmp_path / "x.safetensors"
    path.write_bytes(struct.pack("<Q", len(text)) + text + bytes(data))
    assert refusal(path).code == "damaged-model"


@pytest.mark.parametrize("length", [0, 1, 2**40, 2**64 - 1])
def test_a_header_of_no_length_is_never_read(length: int, tmp_path: Path) -> None:
    path = tmp_path / "x.safetensors"
    path.write_bytes(struct.pack("<Q", length) + bytes(100))
    assert refusal(path).code == "damaged-model"


def test_a_huge_header_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "x.safetensors"
    with path.open("wb") as file:
        file.write(struct.pack("<Q", 2**33))
        file.truncate(2**34)
    assert refusal(path).code == "damaged-model"


@pytest.mark.parametrize("change", [lambda size: size - 1, lambda size: size // 2, lambda _: 9])
def test_a_file_that_was_cut_is_refused(change: Callable[[int], int], tmp_path: Path) -> None:
    path = tmp_path / "x.safetensors"
    save_file({"a": torch.ones(8), "b": torch.ones(3, 2)}, path)
    assert header.read(path).tensors["b"].shape == (3, 2)
    with path.open("r+b") as file:
        file.truncate(change(path.stat().st_size))
    assert refusal(path).code == "damaged-model"
