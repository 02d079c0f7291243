"""Hold the large matrices of a model in few bits: they are widened again for each product."""

from collections.abc import Callable, Mapping
from typing import Any

import torch

from imagegen.modelsize import NETWORKS, TEXT_ENCODERS

Quantise = Callable[[torch.nn.Module, torch.device, bool], None]


def quantise(pipe: Any, kind: str, device: str, *, stays: bool) -> None:
    """Quantise the network, and text encoders but for CLIP's, of a pipeline on the CPU.

    `stays`: it has room on the device as a whole, and may be left there.

    "int8" and "float8" are torchao's weight-only kinds, "nf4" is bitsandbytes'. Only linear layers
    change, and what they compute in stays as it was.
    """
    for name in (*NETWORKS, *TEXT_ENCODERS):
        part = getattr(pipe, name, None)
        if isinstance(part, torch.nn.Module) and _takes(name, part):
            KINDS[kind](part, torch.device(device), stays)


def _takes(name: str, part: torch.nn.Module) -> bool:
    return name in NETWORKS or not type(part).__name__.startswith("CLIP")


def _int8(part: torch.nn.Module, device: torch.device, stays: bool) -> None:
    from torchao.quantization import Int8WeightOnlyConfig, quantize_

    # Layers stay where they are quantised, which is quicker on a GPU.
    quantize_(part, Int8WeightOnlyConfig(), device=device if stays else None)


def _float8(part: torch.nn.Module, device: torch.device, stays: bool) -> None:
    from torchao.quantization import Float8WeightOnlyConfig, quantize_

    quantize_(part, Float8WeightOnlyConfig(), device=device if stays else None)


def _nf4(part: torch.nn.Module, device: torch.device, stays: bool) -> None:
    import bitsandbytes

    for name, layer in list(part.named_modules()):
        if type(layer) is torch.nn.Linear:
            owner, _, last = name.rpartition(".")
            setattr(part.get_submodule(owner), last, _in_nf4(layer, bitsandbytes.nn))
    part.to(device)  # which is when bitsandbytes quantises
    if not stays:
        part.to("cpu")


def _in_nf4(layer: torch.nn.Linear, layers: Any) -> torch.nn.Module:
    found = layers.Linear4bit(
        layer.in_features,
        layer.out_features,
        bias=layer.bias is not None,
        compute_dtype=layer.weight.dtype,
        quant_type="nf4",
        device="meta",
    )
    found.weight = layers.Params4bit(
        layer.weight.data, requires_grad=False, quant_type="nf4", module=found
    )
    found.bias = layer.bias
    return found  # type: ignore[no-any-return]


KINDS: Mapping[str, Quantise] = {"int8": _int8, "float8": _float8, "nf4": _nf4}
