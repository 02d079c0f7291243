"""Tiny IP-Adapters of each kind, with weights large enough to be seen, and image encoders."""

from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from transformers import CLIPVisionConfig, CLIPVisionModelWithProjection

HIDDEN, PROJECTED, TOKENS = 32, 24, 4


def encoder(folder: Path, projected: int = PROJECTED) -> Path:
    torch.manual_seed(3)
    config = CLIPVisionConfig(
        hidden_size=HIDDEN,
        intermediate_size=40,
        num_hidden_layers=3,
        num_attention_heads=2,
        image_size=32,
        patch_size=16,
        projection_dim=projected,
    )
    CLIPVisionModelWithProjection(config).save_pretrained(folder)
    return folder


def save(file: Path, unet: Any, kind: str = "plain", seed: int = 0) -> Path:
    """An adapter that fits this network, and reads what `encoder` gives."""
    dice = torch.Generator().manual_seed(seed)
    wide = unet.config.cross_attention_dim

    def some(*shape: int) -> torch.Tensor:
        return torch.randn(shape, generator=dice)

    tensors = dict(_projection(kind, wide, some))
    crossed = [name for name in unet.attn_processors if not name.endswith("attn1.processor")]
    for number, name in enumerate(crossed):
        layer = unet.get_submodule(name.removesuffix(".processor"))
        for one in "kv":
            tensors[f"ip_adapter.{2 * number + 1}.to_{one}_ip.weight"] = some(
                layer.to_k.out_features, wide
            )
    file.parent.mkdir(parents=True, exist_ok=True)
    save_file(tensors, file)
    return file


def _projection(kind: str, wide: int, some: Any) -> dict[str, torch.Tensor]:
    names: dict[str, tuple[int, ...]]
    if kind == "plain":
        names = {"proj.weight": (TOKENS * wide, PROJECTED), "proj.bias": (TOKENS * wide,)}
        names |= {"norm.weight": (wide,), "norm.bias": (wide,)}
    elif kind == "full":
        names = {"proj.0.weight": (HIDDEN, HIDDEN), "proj.0.bias": (HIDDEN,)}
        names |= {"proj.2.weight": (wide, HIDDEN), "proj.2.bias": (wide,)}
        names |= {"proj.3.weight": (wide,), "proj.3.bias": (wide,)}
    else:
        names = {"latents": (1, TOKENS, 64), "proj_in.weight": (64, HIDDEN), "proj_in.bias": (64,)}
        names |= {"proj_out.weight": (wide, 64), "proj_out.bias": (wide,)}
        names |= {"norm_out.weight": (wide,), "norm_out.bias": (wide,)}
        for at in (f"layers.{number}" for number in range(4)):
            names |= {f"{at}.0.norm{n}.{w}": (64,) for n in (1, 2) for w in ("weight", "bias")}
            names |= {f"{at}.0.to_q.weight": (64, 64), f"{at}.0.to_kv.weight": (128, 64)}
            names |= {f"{at}.0.to_out.weight": (64, 64)}
            names |= {f"{at}.1.0.{w}": (64,) for w in ("weight", "bias")}
            names |= {f"{at}.1.1.weight": (256, 64), f"{at}.1.3.weight": (64, 256)}
    return {f"image_proj.{name}": some(*shape) for name, shape in names.items()}
