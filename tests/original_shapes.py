"""Names and shapes of the tensors of published checkpoints, and files that hold no more.

SD 3 and FLUX are written down from the architectures' own modules (Stability's `mmdit`, Black
Forest Labs' `flux`); SD 1, 2 and XL come from diffusers' components by the inverse mapping.
"""

import json
import math
import struct
from collections.abc import Mapping
from pathlib import Path

import torch

from imagegen.header import BYTES

Shapes = dict[str, tuple[int, ...]]
NETWORK = "model.diffusion_model."


def write_sparse(
    path: Path, shapes: Mapping[str, tuple[int, ...]], dtype: str = "F16", **metadata: str
) -> Path:
    """A file with this header and as many bytes as it says, which take no room on the disk."""
    entries: dict[str, object] = {"__metadata__": metadata} if metadata else {}
    end = 0
    for name, shape in shapes.items():
        start, end = end, end + math.prod(shape) * BYTES[dtype]
        entries[name] = {"dtype": dtype, "shape": shape, "data_offsets": (start, end)}
    content = json.dumps(entries).encode()
    with path.open("wb") as file:
        file.write(struct.pack("<Q", len(content)) + content)
        file.truncate(8 + len(content) + end)
    return path


def meta(shapes: Mapping[str, tuple[int, ...]]) -> dict[str, torch.Tensor]:
    """Tensors without numbers."""
    return {name: torch.empty(shape, device="meta") for name, shape in shapes.items()}


def shapes(state: Mapping[str, torch.Tensor]) -> Shapes:
    return {name: tuple(value.shape) for name, value in state.items()}


def linear(name: str, wide: int, deep: int) -> Shapes:
    return {f"{name}.weight": (wide, deep), f"{name}.bias": (wide,)}


def flux(*, guided: bool, channels: int = 64, prefix: str = "") -> Shapes:
    """FLUX.1: 19 double and 38 single blocks of width 3072."""
    width, made = 3072, Shapes()
    for name, deep in (("time_in", 256), ("vector_in", 768), ("guidance_in", 256)):
        if name != "guidance_in" or guided:
            made |= linear(f"{name}.in_layer", width, deep)
            made |= linear(f"{name}.out_layer", width, width)
    made |= linear("img_in", width, channels) | linear("txt_in", width, 4096)
    for i in range(19):
        for part in ("img", "txt"):
            block = f"double_blocks.{i}.{part}"
            made |= linear(f"{block}_mod.lin", 6 * width, width)
            made |= linear(f"{block}_attn.qkv", 3 * width, width)
            made |= linear(f"{block}_attn.proj", width, width)
            made |= {f"{block}_attn.norm.{one}_norm.scale": (128,) for one in ("query", "key")}
            made |= linear(f"{block}_mlp.0", 4 * width, width)
            made |= linear(f"{block}_mlp.2", width, 4 * width)
    for i in range(38):
        block = f"single_blocks.{i}"
        made |= linear(f"{block}.linear1", 7 * width, width)
        made |= linear(f"{block}.linear2", width, 5 * width)
        made |= {f"{block}.norm.{one}_norm.scale": (128,) for one in ("query", "key")}
        made |= linear(f"{block}.modulation.lin", 3 * width, width)
    made |= linear("final_layer.linear", 64, width)
    made |= linear("final_layer.adaLN_modulation.1", 2 * width, width)
    return {prefix + name: shape for name, shape in made.items()}


def sd3(*, depth: int, dual: int = 0, normed: bool = True, table: int = 192) -> Shapes:
    """SD 3 and 3.5: width 64 a block; the first `dual` blocks attend twice."""
    width = 64 * depth
    made: Shapes = {
        "pos_embed": (1, table * table, width),
        "x_embedder.proj.weight": (width, 16, 2, 2),
        "x_embedder.proj.bias": (width,),
        **linear("context_embedder", width, 4096),
        **linear("t_embedder.mlp.0", width, 256),
        **linear("t_embedder.mlp.2", width, width),
        **linear("y_embedder.mlp.0", width, 2048),
        **linear("y_embedder.mlp.2", width, width),
        **linear("final_layer.linear", 64, width),
        **linear("final_layer.adaLN_modulation.1", 2 * width, width),
    }
    for i in range(depth):
        for part in ("x", "context"):
            block, last = f"joint_blocks.{i}.{part}_block", part == "context" and i == depth - 1
            attentions = ["attn", "attn2"] if part == "x" and i < dual else ["attn"]
            for attention in attentions:
                made |= linear(f"{block}.{attention}.qkv", 3 * width, width)
                if normed:
                    made |= {f"{block}.{attention}.ln_{one}.weight": (64,) for one in "qk"}
                if not last:
                    made |= linear(f"{block}.{attention}.proj", width, width)
            if not last:
                made |= linear(f"{block}.mlp.fc1", 4 * width, width)
                made |= linear(f"{block}.mlp.fc2", width, 4 * width)
            parts = 2 if last else 9 if len(attentions) == 2 else 6
            made |= linear(f"{block}.adaLN_modulation.1", parts * width, width)
    return {NETWORK + name: shape for name, shape in made.items()}


NETWORKS = {
    "sd3-medium": lambda: sd3(depth=24, normed=False),
    "sd35-medium": lambda: sd3(depth=24, dual=13, table=384),
    "sd35-large": lambda: sd3(depth=38),
    "flux-dev": lambda: flux(guided=True),
    "flux-schnell": lambda: flux(guided=False),
}
