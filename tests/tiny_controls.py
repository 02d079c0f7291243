"""Tiny control networks of each kind, for the tiny pipelines: real classes, random weights."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import diffusers
import tiny_families
import torch

STIR = 0.3


def controlnet(pipe: Any) -> Any:
    """Its eyes halve a picture, as the tiny autoencoder does (the real ones, by eight)."""
    eyes = (8, 16)
    return diffusers.ControlNetModel.from_unet(pipe.unet, conditioning_embedding_out_channels=eyes)


def sd3(pipe: Any) -> Any:
    return diffusers.SD3ControlNetModel.from_transformer(
        pipe.transformer, num_layers=1, num_extra_conditioning_channels=0
    )


def flux(pipe: Any) -> Any:
    return diffusers.FluxControlNetModel.from_transformer(
        pipe.transformer,
        num_layers=1,
        num_single_layers=1,
        attention_head_dim=pipe.transformer.config.attention_head_dim,
        num_attention_heads=pipe.transformer.config.num_attention_heads,
    )


def adapter(pipe: Any) -> Any:
    large = type(pipe).__name__.startswith("StableDiffusionXL")
    return diffusers.T2IAdapter(
        in_channels=1,  # as those for edges and sketches
        channels=[16, 32],
        num_res_blocks=1,
        downscale_factor=4 if large else 2,
        adapter_type="full_adapter_xl" if large else "full_adapter",
    )


# The kinds by the text-to-image class they are for.
BUILDERS: Mapping[str, tuple[str, Callable[[Any], Any]]] = {
    "sd": ("StableDiffusionPipeline", controlnet),
    "sdxl": ("StableDiffusionXLPipeline", controlnet),
    "sd3": ("StableDiffusion3Pipeline", sd3),
    "flux": ("FluxPipeline", flux),
    "sd-adapter": ("StableDiffusionPipeline", adapter),
    "sdxl-adapter": ("StableDiffusionXLPipeline", adapter),
}


def pipeline(name: str) -> Any:
    """The tiny pipeline; adapters of SD want attention in the first block, as SD's own has it."""
    pipe = tiny_families.build(BUILDERS[name][0])
    if name == "sd-adapter":
        torch.manual_seed(5)
        down, up = pipe.unet.config.down_block_types, pipe.unet.config.up_block_types
        other = {"down_block_types": down[::-1], "up_block_types": up[::-1]}
        pipe.unet = diffusers.UNet2DConditionModel(**{**pipe.unet.config, **other}).eval()
    return pipe


def build(name: str, pipe: Any, seed: int = 3) -> Any:
    """The same network at every call; as it is made, its last layers are zero and say nothing."""
    torch.manual_seed(seed)
    network = BUILDERS[name][1](pipe)
    with torch.no_grad():
        for weight in network.parameters():
            weight.add_(torch.randn_like(weight), alpha=STIR)
    return network.eval()


def save(network: Any, folder: Path) -> Path:
    """The network as a folder."""
    network.save_pretrained(folder)
    return folder
