"""ComfyUI's editor graph as an API graph, for pictures that carry only `workflow`."""

from collections.abc import Mapping
from typing import Any

MUTED, BYPASSED = 2, 4
SEED = ("seed", None)  # behind a seed the editor keeps what becomes of it after the run
# The values of a node in the order in which the editor writes them; None: of the editor only.
WIDGETS: Mapping[str, tuple[str | None, ...]] = {
    "KSampler": (*SEED, "steps", "cfg", "sampler_name", "scheduler", "denoise"),
    "KSamplerAdvanced": (
        *("add_noise", "noise_seed", None, "steps", "cfg", "sampler_name", "scheduler"),
        *("start_at_step", "end_at_step", "return_with_leftover_noise"),
    ),
    "SamplerCustom": ("add_noise", "noise_seed", None, "cfg"),
    "RandomNoise": ("noise_seed", None),
    "KSamplerSelect": ("sampler_name",),
    "BasicScheduler": ("scheduler", "steps", "denoise"),
    "CFGGuider": ("cfg",),
    "FluxGuidance": ("guidance",),
    "CheckpointLoaderSimple": ("ckpt_name",),
    "UNETLoader": ("unet_name", "weight_dtype"),
    "VAELoader": ("vae_name",),
    "LoraLoader": ("lora_name", "strength_model", "strength_clip"),
    "LoraLoaderModelOnly": ("lora_name", "strength_model"),
    "CLIPTextEncode": ("text",),
    "CLIPTextEncodeFlux": ("clip_l", "t5xxl", "guidance"),
    "CLIPTextEncodeSDXL": (
        *("width", "height", "crop_w", "crop_h", "target_width", "target_height"),
        *("text_g", "text_l"),
    ),
    "CLIPSetLastLayer": ("stop_at_clip_layer",),
    "EmptyLatentImage": ("width", "height", "batch_size"),
    "EmptySD3LatentImage": ("width", "height", "batch_size"),
    "ControlNetLoader": ("control_net_name",),
    "LoadImage": ("image", None),
    "PrimitiveNode": ("value", None),
    "PrimitiveInt": ("value", None),
    "PrimitiveFloat": ("value",),
    "PrimitiveString": ("value",),
    "PrimitiveStringMultiline": ("value",),
}


def to_api(workflow: Mapping[str, Any]) -> dict[str, Any]:
    """The nodes that ran, with their links; values of classes unknown here are left out."""
    origins = _origins(workflow.get("links"))
    found = {}
    for node in _listed(workflow.get("nodes")):
        if isinstance(node, dict) and isinstance(node.get("type"), str):
            found[str(node.get("id"))] = _node(node, origins)
    return {number: one for number, one in found.items() if one is not None}


def _node(node: Mapping[str, Any], origins: Mapping[Any, list[Any]]) -> dict[str, Any] | None:
    mode = node.get("mode")
    if mode == MUTED:
        return None
    inputs: dict[str, Any] = {}
    given = node.get("widgets_values")
    if isinstance(given, dict):
        inputs.update(given)
    else:
        for name, value in zip(WIDGETS.get(node["type"], ()), _listed(given), strict=False):
            if name is not None:
                inputs[name] = value
    for socket in _listed(node.get("inputs")):
        if isinstance(socket, dict) and isinstance(socket.get("name"), str):
            number = socket.get("link")
            origin = origins.get(number) if isinstance(number, (int, str)) else None
            if origin is not None:
                inputs[socket["name"]] = origin
    # A node that is bypassed hands on what comes in.
    return {"class_type": "Reroute" if mode == BYPASSED else node["type"], "inputs": inputs}


def _origins(links: Any) -> dict[Any, list[Any]]:
    """Each link's number: the node it comes from and which of its outputs."""
    found = {}
    for one in _listed(links):
        if isinstance(one, list) and len(one) >= 3 and isinstance(one[0], (int, str)):
            found[one[0]] = [str(one[1]), one[2]]
        elif isinstance(one, dict) and isinstance(one.get("id"), (int, str)):
            found[one["id"]] = [str(one.get("origin_id")), one.get("origin_slot")]
    return found


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
