"""Put a loaded pipeline where a rung of the ladder says: on the device, or waiting beside it."""

import contextlib
from collections.abc import Callable, Mapping
from typing import Any

import accelerate
import torch
from diffusers.hooks import apply_group_offloading

from imagegen import freememory
from imagegen.ladder import Rung
from imagegen.modelsize import DECODERS, NETWORKS
from imagegen.request import FULL, GROUP, MODEL, SEQUENTIAL

CPU = torch.device("cpu")
STREAMING = ("cuda", "xpu")  # devices that copy while they compute


def place(pipe: Any, rung: Rung, device: str) -> None:
    """Put all parts where they wait or work; raises torch's errors where memory is short."""
    PLACES[rung.memory](pipe, torch.device(device))
    if rung.tiled:
        decode_frugally(pipe)


def place_beside(part: torch.nn.Module, rung: Rung, device: str) -> None:
    """Put a network that draws along with a pipeline, at every step, where it works."""
    if rung.memory == FULL:
        part.to(device)
    elif rung.memory == MODEL:  # it comes with the first step, and stays
        accelerate.cpu_offload_with_hook(part, torch.device(device))
    else:
        _offload(part, torch.device(device), offload_type="leaf_level")


def decode_frugally(pipe: Any) -> None:
    """One picture after another, and in tiles what is larger than the decoder was trained on."""
    for name in DECODERS:
        decoder = getattr(pipe, name, None)
        for enable in ("enable_slicing", "enable_tiling"):
            if hasattr(decoder, enable):
                with contextlib.suppress(NotImplementedError):  # said by some that cannot
                    getattr(decoder, enable)()


def _whole(pipe: Any, device: torch.device) -> None:
    pipe.to(device)


def _by_parts(pipe: Any, device: torch.device) -> None:
    """Each part comes when its turn is there, and goes when the next one's is."""
    if pipe.model_cpu_offload_seq is None:  # a class that does not say in which order
        _by_layers(pipe, device)
    else:
        pipe.enable_model_cpu_offload(device=device)


def _by_groups(pipe: Any, device: torch.device) -> None:
    """The network by its blocks, the next one coming while one works; the rest layer by layer."""
    for name, part in _parts(pipe).items():
        if name not in NETWORKS:
            _offload(part, device, offload_type="leaf_level")
            continue
        streams = device.type in STREAMING
        convolves = isinstance(getattr(part, "conv_in", None), torch.nn.Conv2d)
        _offload(
            part,
            device,
            # A UNet has few blocks, some of them a third of it.
            offload_type="leaf_level" if convolves else "block_level",
            num_blocks_per_group=1,
            use_stream=streams,
            record_stream=streams,
            low_cpu_mem_usage=not _can_be_pinned(part),
        )


def _by_layers(pipe: Any, device: torch.device) -> None:
    # Not by accelerate's hooks, which do the same and fail in CLIP's and T5's text encoders when
    # they take the weights away again (accelerate 1.15 with transformers 5.23, on a CPU).
    for part in _parts(pipe).values():
        _offload(part, device, offload_type="leaf_level")


PLACES: Mapping[str, Callable[[Any, torch.device], None]] = {
    FULL: _whole,
    MODEL: _by_parts,
    GROUP: _by_groups,
    SEQUENTIAL: _by_layers,
}


def _parts(pipe: Any) -> dict[str, torch.nn.Module]:
    return {n: part for n, part in pipe.components.items() if isinstance(part, torch.nn.Module)}


def _offload(part: torch.nn.Module, device: torch.device, **how: Any) -> None:
    if getattr(part, "_supports_group_offloading", True):
        apply_group_offloading(part, onload_device=device, offload_device=CPU, **how)
    else:
        part.to(device)


def _can_be_pinned(part: torch.nn.Module) -> bool:
    """Whether a copy in memory that cannot be swapped leaves enough for the rest."""
    size = sum(weight.nbytes for weight in part.parameters())
    return 2 * size < freememory.free("cpu").ram
