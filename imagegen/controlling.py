"""Which class of diffusers draws under a control, for each class that draws without one.

`tests/test_controls.py` holds every row against the signature of the installed class.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from msgspec import Struct

CONTROLNET, ADAPTER = "ControlNet", "T2I-Adapter"
WEIGHTS = ("controlnet_conditioning_scale", "adapter_conditioning_scale")


class Steered(Struct, frozen=True, kw_only=True):
    """How a class takes control pictures: one, or a list of them, by `argument`.

    The networks are its part `part`. `weight` is the argument for how much. `timed`: it takes the
    share of the steps, from `control_guidance_start` to the end. `batches`: several pictures can be
    drawn at once; not where it encodes the control with noise that is not a picture's own.
    `progress`: the callback that is told each step; "callback" hands nothing back, so that latents
    are in the precision of the weights.
    """

    pipeline: str
    argument: Literal["image", "control_image"] = "control_image"
    part: Literal["controlnet", "adapter"] = "controlnet"
    weight: str = WEIGHTS[0]
    timed: bool = True
    batches: bool = True
    progress: Literal["callback_on_step_end", "callback"] = "callback_on_step_end"


class Kind(Struct, frozen=True, kw_only=True):
    """A class of control networks: what draws with it, in the place of what draws without.

    `same` are the numbers of its configuration that are the model's own, too. `several` is the
    class of many together.
    """

    name: str
    several: str
    same: tuple[str, ...]
    draws: Mapping[str, Steered]


def _by_name(pipeline: str, **more: Any) -> Steered:
    return Steered(pipeline=pipeline, **more)


def _adapted(pipeline: str) -> Steered:
    return _by_name(
        pipeline,
        argument="image",
        part="adapter",
        weight=WEIGHTS[1],
        timed=False,
        progress="callback",
    )


KINDS: Mapping[str, Kind] = {
    "ControlNetModel": Kind(
        name=CONTROLNET,
        several="MultiControlNetModel",
        same=("cross_attention_dim", "block_out_channels", "layers_per_block"),
        draws={
            "StableDiffusionPipeline": _by_name(
                "StableDiffusionControlNetPipeline", argument="image"
            ),
            "StableDiffusionImg2ImgPipeline": _by_name("StableDiffusionControlNetImg2ImgPipeline"),
            "StableDiffusionInpaintPipeline": _by_name("StableDiffusionControlNetInpaintPipeline"),
            "StableDiffusionXLPipeline": _by_name(
                "StableDiffusionXLControlNetPipeline", argument="image"
            ),
            "StableDiffusionXLImg2ImgPipeline": _by_name(
                "StableDiffusionXLControlNetImg2ImgPipeline"
            ),
            "StableDiffusionXLInpaintPipeline": _by_name(
                "StableDiffusionXLControlNetInpaintPipeline"
            ),
        },
    ),
    "SD3ControlNetModel": Kind(
        name=CONTROLNET,
        several="SD3MultiControlNetModel",
        same=("num_attention_heads", "attention_head_dim", "in_channels", "pooled_projection_dim"),
        draws={
            "StableDiffusion3Pipeline": _by_name(
                "StableDiffusion3ControlNetPipeline", batches=False
            ),
        },
    ),
    "FluxControlNetModel": Kind(
        name=CONTROLNET,
        several="FluxMultiControlNetModel",
        same=("num_attention_heads", "attention_head_dim", "in_channels", "joint_attention_dim"),
        draws={
            "FluxPipeline": _by_name("FluxControlNetPipeline"),
            "FluxImg2ImgPipeline": _by_name("FluxControlNetImg2ImgPipeline"),
            "FluxInpaintPipeline": _by_name("FluxControlNetInpaintPipeline"),
        },
    ),
    "T2IAdapter": Kind(
        name=ADAPTER,
        several="MultiAdapter",
        same=(),  # its `channels` are the network's `block_out_channels`
        draws={
            "StableDiffusionPipeline": _adapted("StableDiffusionAdapterPipeline"),
            "StableDiffusionXLPipeline": _adapted("StableDiffusionXLAdapterPipeline"),
        },
    ),
}
# Well-known networks by what they read, for the models that they were trained with: Stable
# Diffusion 1.5, SDXL, Stable Diffusion 3 medium and FLUX.1 dev.
SD15 = "lllyasviel/control_v11"
KNOWN: Mapping[str, Mapping[str, str]] = {
    "StableDiffusionPipeline": {
        "canny": f"{SD15}p_sd15_canny",
        "depth": f"{SD15}f1p_sd15_depth",
        "pose": f"{SD15}p_sd15_openpose",
        "scribble": f"{SD15}p_sd15_scribble",
        "lineart": f"{SD15}p_sd15_lineart",
        "softedge": f"{SD15}p_sd15_softedge",
        "normal": f"{SD15}p_sd15_normalbae",
        "tile": f"{SD15}f1e_sd15_tile",
    },
    "StableDiffusionXLPipeline": {
        "canny": "diffusers/controlnet-canny-sdxl-1.0",
        "depth": "diffusers/controlnet-depth-sdxl-1.0",
        "pose": "xinsir/controlnet-openpose-sdxl-1.0",
        "scribble": "xinsir/controlnet-scribble-sdxl-1.0",
        "tile": "xinsir/controlnet-tile-sdxl-1.0",
    },
    "StableDiffusion3Pipeline": {
        "canny": "InstantX/SD3-Controlnet-Canny",
        "depth": "InstantX/SD3-Controlnet-Depth",
        "pose": "InstantX/SD3-Controlnet-Pose",
        "tile": "InstantX/SD3-Controlnet-Tile",
    },
    "FluxPipeline": {
        "canny": "InstantX/FLUX.1-dev-Controlnet-Canny",
        "depth": "Shakker-Labs/FLUX.1-dev-ControlNet-Depth",
    },
}
NAMES = sorted({name for known in KNOWN.values() for name in known})


def steerable(pipeline: str) -> bool:
    """Whether a text-to-image class, or one that only draws from pictures, can be controlled."""
    return any(pipeline in kind.draws for kind in KINDS.values())


def unfit(
    class_name: str, config: Mapping[str, Any], network: Mapping[str, Any]
) -> tuple[str, object, object] | None:
    """The first number of a control network that is not the model's: its name, and both."""
    if class_name == "T2IAdapter":
        own, model = _plain(config.get("channels")), _plain(network.get("block_out_channels"))
        fits = isinstance(own, list) and isinstance(model, list) and own[: len(model)] == model
        if not fits:
            return "channels", own, model
        large = config.get("adapter_type") == "full_adapter_xl"
        # A first block without attention halves the picture before it takes the first features.
        blocks = network.get("down_block_types") or [None]
        if large == (blocks[0] == "DownBlock2D"):
            return None
        return "adapter_type", config.get("adapter_type"), "that for such a network"
    for name in KINDS[class_name].same:
        own, model = _plain(config.get(name)), _plain(network.get(name))
        if own != model:
            return name, own, model
    return None


def _plain(value: object) -> object:
    return list(value) if isinstance(value, Sequence) and not isinstance(value, str) else value
