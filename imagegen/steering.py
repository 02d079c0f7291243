"""Load control networks, and draw with them: which class, with which arguments."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import accelerate
import diffusers
import torch
from msgspec import structs
from PIL import Image
from safetensors.torch import load_file

from imagegen import inputfile, starting
from imagegen.controlling import KINDS, Steered
from imagegen.controls import CONFIG, Control, Network
from imagegen.families import Family
from imagegen.header import read
from imagegen.modelsize import Bulk, beside


class Steering(NamedTuple):
    """The networks of a run as one part of a pipeline; each reads so many channels of a picture."""

    part: Any
    channels: tuple[int, ...]


class Under(NamedTuple):
    """What draws under which controls."""

    way: Steered
    steering: Steering
    controls: Sequence[Control]


def load(networks: Sequence[Network], precision: torch.dtype) -> Steering | None:
    """The networks in this precision, on the CPU; None for none.

    Raises RuntimeError for tensors that are not those of the configuration.
    """
    if not networks:
        return None
    loaded = [_load(one, precision) for one in networks]
    channels = tuple(_channels(one) for one in loaded)
    if len(loaded) == 1:
        return Steering(loaded[0], channels)
    several = getattr(diffusers, KINDS[networks[0].class_name].several)
    return Steering(several(loaded), channels)


def bulk(model: Bulk, networks: Sequence[Network], precision: str) -> Bulk:
    """The bulk of a model with its control networks beside it."""
    for number, one in enumerate(networks):
        tensors = {
            name: tensor
            for file in one.files
            for name, tensor in read(Path(one.folder) / file).tensors.items()
        }
        model = beside(model, f"control {number}", tensors, precision)
    return model


def way_of(class_name: str, controls: Sequence[Control]) -> Steered | None:
    """What draws under these controls in the place of a class; None where there are none."""
    if not controls:
        return None
    return KINDS[controls[0].network.class_name].draws[class_name]


def under(class_name: str, controls: Sequence[Control], steering: Steering | None) -> Under | None:
    """How these controls draw in the place of a class; None where there are none."""
    way = way_of(class_name, controls)
    if way is None:
        return None
    assert steering is not None  # loaded with the model
    return Under(way, steering, controls)


def family(own: Family, by: Under) -> Family:
    """What the class that draws takes, where it is not what the model's own class takes."""
    if by.way.progress == own.progress:
        return own
    return structs.replace(own, progress=by.way.progress, wide=False)


def pipeline(pipe: Any, by: Under) -> Any:
    """The pipeline that draws, with the parts of a loaded one."""
    return starting.pipeline_of(pipe, by.way.pipeline, **{by.way.part: by.steering.part})


def arguments(by: Under, width: int, height: int) -> dict[str, Any]:
    """What the class takes of them; control pictures cover the size, and are cut in the middle."""
    way, steering, controls = by
    pictures = [
        _picture(one, channels, width, height)
        for one, channels in zip(controls, steering.channels, strict=True)
    ]
    weights = [one.weight for one in controls]
    starts, ends = [one.start for one in controls], [one.end for one in controls]
    single = len(controls) == 1
    said: dict[str, Any] = {
        way.argument: pictures[0] if single else pictures,
        way.weight: weights[0] if single else weights,
    }
    if way.timed:
        said["control_guidance_start"] = starts[0] if single else starts
        said["control_guidance_end"] = ends[0] if single else ends
    return said


def _load(one: Network, precision: torch.dtype) -> Any:
    kind = getattr(diffusers, one.class_name)
    config = json.loads((Path(one.folder) / CONFIG).read_bytes())
    tensors = {
        name: tensor.to(precision) if tensor.is_floating_point() else tensor
        for file in one.files
        for name, tensor in load_file(Path(one.folder) / file).items()
    }
    with accelerate.init_empty_weights(include_buffers=False):
        network = kind.from_config(config)
    network.load_state_dict(tensors, strict=True, assign=True)
    return network.to(precision).eval().requires_grad_(False)


def _channels(network: Any) -> int:
    """Of a T2I-Adapter for edges or sketches 1."""
    return int(network.config["in_channels"]) if _is_adapter(network) else 3


def _is_adapter(network: Any) -> bool:
    return type(network).__name__ == "T2IAdapter"


def _picture(one: Control, channels: int, width: int, height: int) -> Image.Image:
    image = inputfile.fitted(inputfile.rgb(one.picture), width, height)
    return image.convert("L") if channels == 1 else image
