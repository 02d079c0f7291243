"""Checkpoints in the layout of the original code, from diffusers' components: the inverse mapping.

Written from the original modules' names (CompVis' and Stability's `ldm` and `sgm`, `open_clip`),
so that what diffusers makes of the files can be compared with where they came from.
"""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file

State = dict[str, torch.Tensor]
TOP = {
    "time_embedding.linear_1": "time_embed.0",
    "time_embedding.linear_2": "time_embed.2",
    "add_embedding.linear_1": "label_emb.0.0",
    "add_embedding.linear_2": "label_emb.0.2",
    "conv_in": "input_blocks.0.0",
    "conv_norm_out": "out.0",
    "conv_out": "out.2",
}
RESNET = {
    "norm1": "in_layers.0",
    "conv1": "in_layers.2",
    "time_emb_proj": "emb_layers.1",
    "norm2": "out_layers.0",
    "conv2": "out_layers.3",
    "conv_shortcut": "skip_connection",
}
ATTENTION = {"group_norm": "norm", "to_q": "q", "to_k": "k", "to_v": "v", "to_out.0": "proj_out"}


def unet(state: Mapping[str, torch.Tensor], layers: int) -> State:
    """A UNet2DConditionModel with `layers` per block, as `model.diffusion_model`."""
    with_attention = {key.split(".")[1] for key in state if re.match(r"up_blocks.*attentions", key)}

    def place(key: str) -> str:
        stem, end = key.rsplit(".", 1)
        if stem in TOP:
            return f"{TOP[stem]}.{end}"
        if found := re.fullmatch(r"mid_block\.(resnets|attentions)\.(\d)\.(.*)", key):
            number = 1 if found[1] == "attentions" else 2 * int(found[2])
            return f"middle_block.{number}.{inner(found[1], found[3])}"
        found = re.fullmatch(r"(down|up)_blocks\.(\d)\.(\w+)\.(\d)\.(.*)", key)
        assert found is not None, key
        way, block, kind, layer, rest = found[1], int(found[2]), found[3], int(found[4]), found[5]
        if kind == "downsamplers":
            return f"input_blocks.{(block + 1) * (layers + 1)}.0.op.{end}"
        if kind == "upsamplers":
            slot = 2 if found[2] in with_attention else 1
            return f"output_blocks.{block * (layers + 1) + layers}.{slot}.conv.{end}"
        number = block * (layers + 1) + layer + (1 if way == "down" else 0)
        blocks = "input_blocks" if way == "down" else "output_blocks"
        return f"{blocks}.{number}.{int(kind == 'attentions')}.{inner(kind, rest)}"

    def inner(kind: str, rest: str) -> str:
        if kind == "attentions":
            return rest
        module, end = rest.split(".", 1)
        return f"{RESNET[module]}.{end}"

    return {f"model.diffusion_model.{place(key)}": value for key, value in state.items()}


def vae(
    state: Mapping[str, torch.Tensor], blocks: int, prefix: str = "first_stage_model."
) -> State:
    """An AutoencoderKL of so many blocks; its attention was made of 1x1 convolutions."""
    made: State = {}
    for key, value in state.items():
        name = key.replace("conv_norm_out", "norm_out").replace("conv_shortcut", "nin_shortcut")
        name = re.sub(r"down_blocks\.(\d)\.resnets", r"down.\1.block", name)
        name = re.sub(r"down_blocks\.(\d)\.downsamplers\.0", r"down.\1.downsample", name)
        name = re.sub(
            r"up_blocks\.(\d)\.(resnets|upsamplers\.0)",
            lambda m: f"up.{blocks - 1 - int(m[1])}.{'block' if m[2] == 'resnets' else 'upsample'}",
            name,
        )
        name = re.sub(r"mid_block\.resnets\.(\d)", lambda m: f"mid.block_{int(m[1]) + 1}", name)
        if "mid_block.attentions.0." in name:
            start, module = name.split("mid_block.attentions.0.")
            stem, end = module.rsplit(".", 1)
            name = f"{start}mid.attn_1.{ATTENTION[stem]}.{end}"
            if value.ndim == 2:
                value = value[:, :, None, None]
        made[prefix + name] = value
    return made


def clip(state: Mapping[str, torch.Tensor], prefix: str) -> State:
    """OpenAI's CLIP as transformers names it, with the wrapper that older versions had."""
    return {
        prefix
        + (
            key if key.startswith(("text_model.", "text_projection")) else f"text_model.{key}"
        ): value
        for key, value in state.items()
    }


def open_clip(state: Mapping[str, torch.Tensor], prefix: str) -> State:
    """A CLIP of open_clip: query, key and value in one matrix, the projection transposed."""
    state = {key.removeprefix("text_model."): value for key, value in state.items()}
    made: State = {
        "token_embedding.weight": state["embeddings.token_embedding.weight"],
        "positional_embedding": state["embeddings.position_embedding.weight"],
        "ln_final.weight": state["final_layer_norm.weight"],
        "ln_final.bias": state["final_layer_norm.bias"],
    }
    if "text_projection.weight" in state:
        made["text_projection"] = state["text_projection.weight"].T
    names = {
        "layer_norm1": "ln_1",
        "layer_norm2": "ln_2",
        "mlp.fc1": "mlp.c_fc",
        "mlp.fc2": "mlp.c_proj",
        "self_attn.out_proj": "attn.out_proj",
    }
    for layer in range(1 + max(int(k.split(".")[2]) for k in state if k.startswith("encoder."))):
        old, new = f"encoder.layers.{layer}.", f"transformer.resblocks.{layer}."
        for end in ("weight", "bias"):
            parts = [state[f"{old}self_attn.{which}_proj.{end}"] for which in "qkv"]
            made[f"{new}attn.in_proj_{end}"] = torch.cat(parts)
            for theirs, ours in names.items():
                made[f"{new}{ours}.{end}"] = state[f"{old}{theirs}.{end}"]
    return {prefix + name: value for name, value in made.items()}


def original(parts: Mapping[str, Any]) -> State:
    """A whole pipeline's components (of SD 1.x, SDXL or its refiner) as one original checkpoint.

    Published files also hold what nobody needs, the noise schedule for instance; so does this.
    """
    network, autoencoder = parts["unet"], parts["vae"]
    made = unet(network.state_dict(), network.config.layers_per_block)
    made |= vae(autoencoder.state_dict(), len(autoencoder.config.block_out_channels))
    made |= {"betas": torch.linspace(0.1, 0.2, 1000), "model_ema.decay": torch.tensor(0.9999)}
    positions = torch.arange(16)[None]
    if parts["text_encoder"] is None:
        state = parts["text_encoder_2"].state_dict()
        return made | open_clip(state, "conditioner.embedders.0.model.")
    encoder = parts["text_encoder"].state_dict()
    if "text_encoder_2" not in parts:
        prefix = "cond_stage_model.transformer."
        made[f"{prefix}text_model.embeddings.position_ids"] = positions
        return made | clip(encoder, prefix)
    prefix = "conditioner.embedders.0.transformer."
    made[f"{prefix}text_model.embeddings.position_ids"] = positions
    made["conditioner.embedders.1.model.logit_scale"] = torch.tensor(4.6)
    made |= clip(encoder, prefix)
    return made | open_clip(parts["text_encoder_2"].state_dict(), "conditioner.embedders.1.model.")


MMDIT = {
    "pos_embed.pos_embed": "pos_embed",
    "pos_embed.proj": "x_embedder.proj",
    "time_text_embed.timestep_embedder.linear_1": "t_embedder.mlp.0",
    "time_text_embed.timestep_embedder.linear_2": "t_embedder.mlp.2",
    "time_text_embed.text_embedder.linear_1": "y_embedder.mlp.0",
    "time_text_embed.text_embedder.linear_2": "y_embedder.mlp.2",
    "context_embedder": "context_embedder",
    "proj_out": "final_layer.linear",
    "norm_out.linear": "final_layer.adaLN_modulation.1",
}
JOINT = {
    "norm1.linear": "x_block.adaLN_modulation.1",
    "norm1_context.linear": "context_block.adaLN_modulation.1",
    "ff.net.0.proj": "x_block.mlp.fc1",
    "ff.net.2": "x_block.mlp.fc2",
    "ff_context.net.0.proj": "context_block.mlp.fc1",
    "ff_context.net.2": "context_block.mlp.fc2",
    "attn.to_out.0": "x_block.attn.proj",
    "attn.to_add_out": "context_block.attn.proj",
    "attn.norm_q": "x_block.attn.ln_q",
    "attn.norm_k": "x_block.attn.ln_k",
    "attn.norm_added_q": "context_block.attn.ln_q",
    "attn.norm_added_k": "context_block.attn.ln_k",
    "attn2.to_out.0": "x_block.attn2.proj",
    "attn2.norm_q": "x_block.attn2.ln_q",
    "attn2.norm_k": "x_block.attn2.ln_k",
}
# Query, key and value are one matrix in the original.
MERGED = {
    "x_block.attn.qkv": ("attn.to_q", "attn.to_k", "attn.to_v"),
    "context_block.attn.qkv": ("attn.add_q_proj", "attn.add_k_proj", "attn.add_v_proj"),
    "x_block.attn2.qkv": ("attn2.to_q", "attn2.to_k", "attn2.to_v"),
}


def mmdit(state: Mapping[str, torch.Tensor]) -> State:
    """An SD3Transformer2DModel; the original's last layers make the shift before the scale."""
    made: State = {}
    blocks = 1 + max(int(key.split(".")[1]) for key in state if key.startswith("transformer_b"))
    swapped = {"norm_out.linear", f"transformer_blocks.{blocks - 1}.norm1_context.linear"}
    names = dict(MMDIT)
    for i in range(blocks):
        old, new = f"transformer_blocks.{i}.", f"joint_blocks.{i}."
        names |= {old + theirs: new + ours for theirs, ours in JOINT.items()}
        for ours, parts in MERGED.items():
            for end in ("weight", "bias"):
                if f"{old}{parts[0]}.{end}" in state:
                    joined = torch.cat([state[f"{old}{part}.{end}"] for part in parts])
                    made[f"{new}{ours}.{end}"] = joined
    merged = {part for parts in MERGED.values() for part in parts}
    for key, value in state.items():
        stem, end = key.rsplit(".", 1)
        if stem.split(".", 2)[-1] in merged:
            continue
        if key in names:
            made[names[key]] = value
            continue
        if stem in swapped:
            value = torch.cat(value.chunk(2)[::-1])
        made[f"{names[stem]}.{end}"] = value
    return {f"model.diffusion_model.{name}": value for name, value in made.items()}


def sd3(parts: Mapping[str, Any]) -> State:
    """A whole Stable Diffusion 3 as one original checkpoint, with its three text encoders."""
    autoencoder = parts["vae"]
    made = mmdit(parts["transformer"].state_dict())
    made |= vae(autoencoder.state_dict(), len(autoencoder.config.block_out_channels))
    encoders = {"clip_l": "text_encoder", "clip_g": "text_encoder_2"}
    for theirs, ours in encoders.items():
        made |= clip(parts[ours].state_dict(), f"text_encoders.{theirs}.transformer.")
    made.pop("text_encoders.clip_l.transformer.text_projection.weight")
    t5 = "text_encoders.t5xxl.transformer."
    return made | {
        t5 + name: value
        for name, value in parts["text_encoder_3"].state_dict().items()
        if name != "encoder.embed_tokens.weight"  # is `shared`
    }


def save(state: Mapping[str, torch.Tensor], path: Path, without: Iterable[str] = ()) -> Path:
    """Write them as a safetensors file, leaving out what starts so."""
    left = {
        name: value.clone().contiguous()
        for name, value in state.items()
        if not name.startswith(tuple(without))
    }
    save_file(left, path, metadata={"format": "pt"})
    return path
