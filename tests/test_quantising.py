"""Weights in few bits: what is quantised, and that the picture hardly changes."""

import importlib.util
import json
from pathlib import Path

import numpy as np
import pytest
import torch
from conftest import Command
from msgspec import structs
from PIL import Image
from test_fitting import HERE, drawn, plan_of
from tiny_models import build_sd3, build_sdxl

from imagegen import header, modelsize, picturefile, pipeline
from imagegen.errors import RequestError
from imagegen.ladder import Rung
from imagegen.machine import Machine
from imagegen.plan import Plan, weights_of
from imagegen.quantising import quantise
from imagegen.request import (
    FULL,
    GROUP,
    MODEL,
    QUANTISERS,
    SEQUENTIAL,
    MachineRequest,
    check_machine,
)

# How far a pixel of [0, 1] may be from that of whole weights, on average.
NEAR = {"int8": 0.005, "float8": 0.01, "nf4": 0.05}
KINDS = [
    pytest.param(
        kind,
        marks=pytest.mark.skipif(
            importlib.util.find_spec(library) is None, reason=f"{library} is not installed"
        ),
    )
    for kind, library in QUANTISERS.items()
]
OFFLOADED = {"int8": (MODEL, GROUP, SEQUENTIAL), "float8": (MODEL, GROUP, SEQUENTIAL), "nf4": ()}


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    """Of a model with a transformer, two of CLIP's text encoders, and T5's."""
    return plan_of(build_sd3(tmp_path_factory.mktemp("models") / "sd3"))


def few_bits(kind: str) -> Machine:
    return structs.replace(HERE, quantize=kind, precision="bfloat16")


@pytest.mark.parametrize("kind", KINDS)
def test_few_bits_draw_nearly_the_same_picture_on_each_rung(kind: str, plan: Plan) -> None:
    whole = drawn(plan, Rung(FULL), here=structs.replace(few_bits(kind), quantize=None))
    small = drawn(plan, Rung(FULL), here=few_bits(kind))
    assert 0 < (whole - small).abs().mean() < NEAR[kind]
    for memory in OFFLOADED[kind]:
        assert torch.allclose(drawn(plan, Rung(memory), here=few_bits(kind)), small, atol=1e-3)


@pytest.mark.parametrize("kind", KINDS)
def test_the_network_and_t5_are_quantised_and_clip_is_not(kind: str, plan: Plan) -> None:
    pipe = pipeline.load(weights_of(plan), "tiny", HERE).pipe
    parts = ("transformer", "vae", "text_encoder", "text_encoder_2", "text_encoder_3")
    before = {name: kinds_of_weights(getattr(pipe, name)) for name in parts}
    quantise(pipe, kind, "cpu", stays=True)
    changed = {name for name in parts if kinds_of_weights(getattr(pipe, name)) != before[name]}
    assert changed == {"transformer", "text_encoder_3"}


def kinds_of_weights(part: torch.nn.Module) -> set[str]:
    return {type(weight.data).__name__ + str(weight.dtype) for weight in part.parameters()} | {
        type(layer.weight).__name__ for layer in part.modules() if hasattr(layer, "weight")
    }


def test_the_size_is_that_of_what_is_quantised(tmp_path: Path) -> None:
    """Told from names in a header alone, as it is done from classes when the model is loaded."""
    for folder in (build_sd3(tmp_path / "sd3"), build_sdxl(tmp_path / "sdxl")):
        parts = {path.parent.name: header.read(path) for path in folder.glob("*/*.safetensors")}
        taken = {name for name, one in parts.items() if modelsize.is_quantised(name, one.tensors)}
        assert taken == ({"transformer", "text_encoder_3"} if "transformer" in parts else {"unet"})
        whole = modelsize.of_folder(folder, None, "bfloat16")
        small = modelsize.of_folder(folder, None, "bfloat16", "int8")
        assert {p.name for p, q in zip(whole.parts, small.parts, strict=True) if p != q} == taken


@pytest.mark.skipif(importlib.util.find_spec("torchao") is None, reason="torchao is not installed")
def test_the_command_draws_with_few_bits_and_records_it(tmp_path: Path, imagegen: Command) -> None:
    said = ("red cat", "--seed", 1, "--steps", 4, "--size", 256)
    done = imagegen(*said, "--name", "whole")
    assert done.returncode == 0, done.stderr
    done = imagegen(*said, "--name", "small", "--quantize", "int8")
    assert (done.returncode, done.stderr) == (0, "")
    record = picturefile.read_record(tmp_path / "small.png")
    assert record.machine.quantize == "int8"
    whole, small = (
        np.asarray(Image.open(tmp_path / f"{name}.png"), dtype=np.float32) / 255
        for name in ("whole", "small")
    )
    assert 0 < np.square(whole - small).mean() < 10 ** (-30 / 10)  # 30 dB


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"quantize": "int3"}, "unknown-quantize"),
        ({"quantize": "int8", "device": "mps"}, "no-quantize"),
        ({"quantize": "nf4", "memory": "sequential"}, "quantize-with-offload"),
        ({"memory": "small"}, "unknown-memory"),
        ({"memory": "model-offload", "device": "cpu"}, "no-offload"),
        ({"memory": "group-offload", "device": "mps"}, "no-offload"),
    ],
)
def test_what_cannot_be_is_refused(said: dict[str, str], code: str) -> None:
    with pytest.raises(RequestError) as refusal:
        check_machine(MachineRequest(**said))
    assert refusal.value.code == code


@pytest.mark.parametrize(("kind", "library"), QUANTISERS.items())
def test_a_library_that_is_not_installed_is_named(kind: str, library: str) -> None:
    if importlib.util.find_spec(library) is not None:
        check_machine(MachineRequest(quantize=kind))
        return
    with pytest.raises(RequestError, match=library) as refusal:
        check_machine(MachineRequest(quantize=kind))
    assert refusal.value.code == "missing-library"
    assert f"pip install {library}" in refusal.value.hint


def test_a_row_may_say_both(tiny: Path, tmp_path: Path, imagegen: Command) -> None:
    row = {"prompt": "cat", "model": str(tiny), "steps": 1, "memory": "full", "name": "a.png"}
    (tmp_path / "rows.jsonl").write_text(json.dumps(row))
    done = imagegen("batch", "rows.jsonl")
    assert done.returncode == 0, done.stderr
    assert picturefile.read_record(tmp_path / "a.png").machine.memory == "full"
