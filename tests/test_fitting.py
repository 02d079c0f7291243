"""A model on each rung draws the same pictures; where memory ends, the next rung goes on."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import tiny_families
import torch
from conftest import Command, environment, json_lines
from diffusers import AutoencoderKL
from tiny_models import build_sd3, build_sdxl

import imagegen
from imagegen import freememory, modelsize, pipeline, sampling
from imagegen.embedding import Encoder
from imagegen.errors import ModelError
from imagegen.header import Tensor
from imagegen.ladder import Rung
from imagegen.machine import Machine
from imagegen.plan import Plan, weights_of
from imagegen.request import FULL, GROUP, MODEL, SEQUENTIAL, Request

HERE = Machine(device="cpu", precision="float32", batch_size=None, name="test", threads=1)
BUILDERS: dict[str, Callable[[Path], Path]] = {"sdxl": build_sdxl, "sd3": build_sd3}


def plan_of(model: Path, **asked: object) -> Plan:
    asked = {"prompts": ("red cat",), "steps": 2, "seeds": (1,), **asked}
    (plan,) = imagegen.make_plans(Request(model=str(model), **asked))  # type: ignore[arg-type]
    return plan


def drawn(plan: Plan, rung: Rung, times: int = 1, here: Machine = HERE) -> torch.Tensor:
    """The pixels on a rung; the last of several, since what is moved away has to come again."""
    loaded = pipeline.load(weights_of(plan), "tiny", here, rung=rung)
    pipeline.set_scheduler(loaded, plan.scheduler)
    encoder = Encoder(loaded.pipe)
    for _ in range(times):
        (one,) = sampling.sample(loaded.pipe, encoder, [plan], lambda done, of: None)
    return one.pixels


@pytest.mark.parametrize("memory", [MODEL, GROUP, SEQUENTIAL])
@pytest.mark.parametrize("kind", ["sd", "sdxl", "sd3"])
def test_each_rung_draws_the_same_picture(
    kind: str, memory: str, tiny: Path, tmp_path: Path
) -> None:
    """The hooks are those of a GPU; here they move weights from the CPU to the CPU."""
    plan = plan_of(tiny if kind == "sd" else BUILDERS[kind](tmp_path / kind))
    offloaded = drawn(plan, Rung(memory, tiled=True), times=2)
    assert torch.allclose(offloaded, drawn(plan, Rung(FULL)), atol=1e-5)


@pytest.mark.slow
@pytest.mark.parametrize("family", sorted(tiny_families.BUILDERS))
def test_each_family_draws_the_same_on_each_rung(family: str, tmp_path: Path) -> None:
    tiny_families.build(family).save_pretrained(tmp_path / family)
    plan = plan_of(tmp_path / family)
    whole = drawn(plan, Rung(FULL))
    for memory in (MODEL, GROUP, SEQUENTIAL):
        assert torch.allclose(drawn(plan, Rung(memory), times=2), whole, atol=1e-4)


def test_tiles_are_only_for_pictures_larger_than_the_decoder_was_trained_on(tiny: Path) -> None:
    native, large = plan_of(tiny), plan_of(tiny, width=96, height=96)
    frugal = Rung(FULL, tiled=True)
    assert torch.equal(drawn(native, frugal), drawn(native, Rung(FULL)))
    seams = drawn(large, frugal) - drawn(large, Rung(FULL))
    assert 0 < seams.abs().mean() < 0.05


def with_heavy_decoder(tiny: Path, folder: Path, tile: int = 64) -> Path:
    """The tiny model with a decoder that has 60 MB alive in a picture of 192x192."""
    pipe = pipeline.load(weights_of(plan_of(tiny)), "tiny", HERE).pipe
    torch.manual_seed(0)
    pipe.vae = AutoencoderKL(
        down_block_types=("DownEncoderBlock2D",) * 2,
        up_block_types=("UpDecoderBlock2D",) * 2,
        block_out_channels=(64, 128),
        norm_num_groups=4,
        latent_channels=4,
        sample_size=tile,
    )
    pipe.save_pretrained(folder)
    return folder


# So that what is given back is given back to the system, and not kept for later.
STRICT = {"MALLOC_ARENA_MAX": "1", "MALLOC_MMAP_THRESHOLD_": "65536", "OMP_NUM_THREADS": "1"}
# The limit is the system's own: once the model is loaded, this process gets so many bytes more.
LIMITED = """
import re, resource, sys, threading
from pathlib import Path
import imagegen
from imagegen import machine, run, tell
from imagegen.events import Loading, Ready
from imagegen.request import MachineRequest, Request

threading.stack_size(2**18)  # what a thread takes counts, too

def limit(event):
    if isinstance(event, Loading):
        resource.setrlimit(resource.RLIMIT_DATA, (resource.RLIM_INFINITY,) * 2)
    if isinstance(event, Ready):
        taken = int(re.search(r"VmData:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])
        room = taken * 1024 + int(sys.argv[2])
        resource.setrlimit(resource.RLIMIT_DATA, (room, resource.RLIM_INFINITY))
    tell.progress(event, tell.Manner(json=True))

request = Request(
    prompts=("red cat", "blue dog"), model=sys.argv[1], steps=1, seeds=(1,), width=192, height=192
)
here = machine.choose(MachineRequest(device="cpu", precision="float32"))
for outcome in run.run(imagegen.make_plans(request), here, limit):
    print(type(outcome).__name__, getattr(getattr(outcome, "error", None), "code", ""), flush=True)
"""


def limited(model: Path, folder: Path, room: int = 70_000_000) -> list[str]:
    """What is told of two pictures, drawn with so many bytes of room."""
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, str(model), str(room)],
        cwd=folder,
        env={**environment(), **STRICT},
        capture_output=True,
        text=True,
        check=True,
    )
    return [line for line in done.stdout.splitlines() if "step" not in line]


@pytest.mark.skipif(sys.platform != "linux", reason="the limit is Linux's")
def test_where_memory_ends_the_next_rung_goes_on(tiny: Path, tmp_path: Path) -> None:
    told = limited(with_heavy_decoder(tiny, tmp_path / "model"), tmp_path)
    assert [line for line in told if not line.startswith("{")] == ["Made ", "Made "]
    loads = [json.loads(line) for line in told if line.startswith("{")]
    assert [one["event"] for one in loads] == ["load", "ready", "load", "ready"]
    for path in tmp_path.glob("*.json"):
        record = json.loads(path.read_bytes())
        assert (record["machine"]["memory"], record["machine"]["decoding"]) == (FULL, "tiled")
        assert [notice["code"] for notice in record["warnings"]] == ["less-memory"]


@pytest.mark.skipif(sys.platform != "linux", reason="the limit is Linux's")
def test_after_the_last_rung_a_picture_fails(tiny: Path, tmp_path: Path) -> None:
    """There is not even room for a tile."""
    told = limited(with_heavy_decoder(tiny, tmp_path / "model"), tmp_path, 20_000_000)
    assert [line for line in told if not line.startswith("{")] == ["Failed out-of-memory"] * 2
    assert sum('"event":"ready"' in line for line in told) == 2


def test_the_size_of_a_folder_is_that_of_what_is_loaded(tiny: Path) -> None:
    plan = plan_of(tiny)
    for precision, item in (("float32", 4), ("bfloat16", 2)):
        bulk = modelsize.of_folder(tiny, None, precision)
        loaded = pipeline.load(weights_of(plan), "tiny", HERE).pipe
        weights = [
            weight
            for part in (loaded.unet, loaded.vae, loaded.text_encoder)
            for weight in part.parameters()
        ]
        assert bulk.total == sum(weight.numel() for weight in weights) * item
        assert bulk.read == (0 if precision == "float32" else bulk.total)
    assert (bulk.convolves, bulk.width, bulk.decoder) == (True, 16, 8)


def test_a_part_counts_its_blocks_and_layers() -> None:
    tensors = {
        "proj_in.weight": Tensor("BF16", (4, 8), 0, 0),
        "blocks.0.a.weight": Tensor("BF16", (8, 8), 0, 0),
        "blocks.0.a.bias": Tensor("BF16", (8,), 0, 0),
        "blocks.1.a.weight": Tensor("F32", (8, 8), 0, 0),
        "blocks.1.b.steps": Tensor("I64", (3,), 0, 0),
    }
    bulk = modelsize.of_tensors({"transformer": tensors}, "bfloat16")
    (part,) = bulk.parts
    assert (part.total, part.read) == (64 + 128 + 16 + 128 + 24, 128)
    assert (part.block, part.rest, part.leaf) == (128 + 24, 64, 128 + 16)
    (small,) = modelsize.of_tensors({"transformer": tensors}, "bfloat16", "int8").parts
    assert small.total == 32 + 64 + 16 + 64 + 24


def test_a_folder_without_an_index_is_told(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"model_index\.json"):
        modelsize.of_folder(tmp_path, None, "float32")


def test_free_memory_is_what_the_system_says() -> None:
    free = freememory.free("cpu")
    assert free.device == free.ram
    assert 10**6 < free.ram < 10**14


def test_the_command_tells_where_weights_wait(tiny: Path, imagegen: Command) -> None:
    done = imagegen("cat", "-m", tiny, "--steps", 1, "--memory", "full", "--json")
    (ready,) = [line for line in json_lines(done.stdout) if line["event"] == "ready"]
    assert ready["memory"] == "full"
    refused = imagegen("cat", "-m", tiny, "--device", "cpu", "--memory", "sequential")
    assert refused.returncode == 2
    assert "error[no-offload]" in refused.stderr
