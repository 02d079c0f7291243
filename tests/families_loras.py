"""The LoRA column of docs/models.md: a random one of each family's network, through the command."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import tiny_loras
from numpy.typing import NDArray

from imagegen.adapters import NETWORKS

Pixels = NDArray[np.int16]


def cell(
    draw: Callable[..., tuple[int, Any, list[Pixels]]], pipe: Any, model: Path, alone: Pixels
) -> str:
    """With it the picture is another, without it (a weight of 0) the same to the bit."""
    part = next(name for name in NETWORKS if hasattr(pipe, name))
    layers = tiny_loras.layers(pipe, part, endings=("",), much=0.2)
    file = tiny_loras.save(model.parent / "lora.safetensors", layers)
    words = ("red cat", "--seed", "2", "--batch-size", "1")
    code, _, (styled,) = draw(model, *words, "--lora", str(file))
    assert code == 0
    assert np.abs(styled - alone).max() > 0
    code, _, (bare,) = draw(model, *words, "--lora", f"{file}:0")
    assert code == 0
    assert np.array_equal(bare, alone)
    return "yes"
