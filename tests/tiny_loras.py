"""Small random LoRAs for any model, in the formats that people have them in."""

from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from torch import Tensor, nn

RANK = 2
Layers = dict[str, Tensor]  # of peft's names: unet.….lora_A.weight


def layers(
    pipe: Any,
    *parts: str,
    endings: tuple[str, ...] = ("to_q", "to_v", "to_out.0"),
    much: float = 0.5,
) -> Layers:
    """Changes of every layer of these parts whose name ends so, large enough to be seen."""
    dice = torch.Generator().manual_seed(5)
    found: Layers = {}
    for part in parts:
        for name, module in getattr(pipe, part).named_modules():
            if not name.endswith(endings) or not isinstance(module, (nn.Linear, nn.Conv2d)):
                continue
            out, inside, *kernel = module.weight.shape
            ones = [1] * len(kernel)
            down = torch.randn(RANK, inside, *kernel, generator=dice)
            up = torch.randn(out, RANK, *ones, generator=dice)
            found[f"{part}.{name}.lora_A.weight"] = down * much
            found[f"{part}.{name}.lora_B.weight"] = up * much
    assert found
    return found


def save(file: Path, tensors: Layers, metadata: dict[str, str] | None = None) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    save_file({name: one.contiguous() for name, one in tensors.items()}, file, metadata)
    return file


def kohya(tensors: Layers, alpha: float = RANK) -> Layers:
    """As kohya's scripts write them: lora_unet_…, lora_te_…."""
    starts = {"unet": "lora_unet", "text_encoder": "lora_te_text_model"}
    found: Layers = {}
    for name, one in tensors.items():
        part, _, rest = name.partition(".")
        module, _, side = rest.removesuffix(".weight").rpartition(".")
        flat = f"{starts[part]}_{module.replace('.', '_')}"
        found[f"{flat}.{'lora_down' if side == 'lora_A' else 'lora_up'}.weight"] = one
        found[f"{flat}.alpha"] = torch.tensor(float(alpha))
    return found


def older(tensors: Layers) -> Layers:
    """As diffusers wrote them before it had peft."""
    found: Layers = {}
    for name, one in tensors.items():
        module, _, side = name.removesuffix(".weight").rpartition(".")
        way = "down" if side == "lora_A" else "up"
        block, _, layer = module.rpartition(".to_" if "to_" in module else ".")
        if name.startswith("unet."):
            found[f"{block}.processor.to_{layer.removesuffix('.0')}_lora.{way}.weight"] = one
        else:
            block = block.replace("text_encoder.", "text_encoder.text_model.")
            kind = layer.removesuffix("_proj")
            found[f"{block}.to_{kind}_lora.{way}.weight"] = one
    return found
