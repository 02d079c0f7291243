"""A tiny, random, real pipeline of each family: its own classes, and tokenizers of sixteen words."""

from collections.abc import Callable, Mapping
from typing import Any

import diffusers
import torch
import transformers
from conftest import WORDS, build_tokenizer

VOCABULARY = len(WORDS) + 4
Parts = dict[str, Any]


def kl(channels: int = 4, blocks: tuple[int, ...] = (8, 16), **more: Any) -> Any:
    """A variational autoencoder of two levels: two pixels to a latent along a side."""
    return diffusers.AutoencoderKL(
        down_block_types=("DownEncoderBlock2D",) * len(blocks),
        up_block_types=("UpDecoderBlock2D",) * len(blocks),
        block_out_channels=blocks,
        norm_num_groups=4,
        latent_channels=channels,
        sample_size=32,
        **more,
    )


def clip(projected: bool = False, width: int = 16) -> Any:
    config = transformers.CLIPTextConfig(
        vocab_size=VOCABULARY,
        hidden_size=width,
        intermediate_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        max_position_embeddings=16,
        projection_dim=width,
        bos_token_id=1,
        eos_token_id=2,
        pad_token_id=0,
    )
    kind = transformers.CLIPTextModelWithProjection if projected else transformers.CLIPTextModel
    return kind(config)


def t5(width: int = 16) -> Any:
    return transformers.T5EncoderModel(
        transformers.T5Config(
            vocab_size=VOCABULARY, d_model=width, d_kv=8, d_ff=32, num_layers=1, num_heads=2
        )
    )


def unet(**more: Any) -> Any:
    asked = {
        "sample_size": 16,
        "block_out_channels": (16, 32),
        "layers_per_block": 1,
        "down_block_types": ("DownBlock2D", "CrossAttnDownBlock2D"),
        "up_block_types": ("CrossAttnUpBlock2D", "UpBlock2D"),
        "cross_attention_dim": 16,
        "attention_head_dim": 4,
        "norm_num_groups": 4,
        **more,
    }
    return diffusers.UNet2DConditionModel(**asked)


def noise_schedule() -> Any:
    return diffusers.DDIMScheduler(
        beta_start=0.00085,
        beta_end=0.012,
        beta_schedule="scaled_linear",
        clip_sample=False,
        set_alpha_to_one=False,
        steps_offset=1,
    )


def flow(**more: Any) -> Any:
    return diffusers.FlowMatchEulerDiscreteScheduler(**more)


def stable_diffusion() -> Parts:
    return {
        "vae": kl(),
        "text_encoder": clip(),
        "tokenizer": build_tokenizer(),
        "unet": unet(),
        "scheduler": noise_schedule(),
        "safety_checker": None,
        "feature_extractor": None,
        "requires_safety_checker": False,
    }


def stable_diffusion_xl() -> Parts:
    return {
        "vae": kl(),
        "text_encoder": clip(),
        "text_encoder_2": clip(projected=True),
        "tokenizer": build_tokenizer(),
        "tokenizer_2": build_tokenizer(),
        "unet": unet(
            transformer_layers_per_block=(1, 1),
            attention_head_dim=(4, 4),
            use_linear_projection=True,
            addition_embed_type="text_time",
            addition_time_embed_dim=8,
            projection_class_embeddings_input_dim=16 + 6 * 8,
            cross_attention_dim=32,
        ),
        "scheduler": noise_schedule(),
    }


def stable_diffusion_3() -> Parts:
    return {
        "transformer": diffusers.SD3Transformer2DModel(
            sample_size=16,
            patch_size=1,
            in_channels=4,
            num_layers=2,
            attention_head_dim=8,
            num_attention_heads=4,
            caption_projection_dim=32,
            joint_attention_dim=32,
            pooled_projection_dim=32,
            out_channels=4,
            pos_embed_max_size=16,
        ),
        "text_encoder": clip(projected=True),
        "text_encoder_2": clip(projected=True),
        "text_encoder_3": t5(32),
        "tokenizer": build_tokenizer(),
        "tokenizer_2": build_tokenizer(),
        "tokenizer_3": build_tokenizer(),
        "vae": kl(shift_factor=0.0609, scaling_factor=1.5035),
        "scheduler": flow(),
    }


def flux(guidance_embeds: bool = True) -> Parts:
    return {
        "transformer": diffusers.FluxTransformer2DModel(
            patch_size=1,
            in_channels=16,
            num_layers=1,
            num_single_layers=1,
            attention_head_dim=16,
            num_attention_heads=2,
            joint_attention_dim=32,
            pooled_projection_dim=16,
            axes_dims_rope=[4, 4, 8],
            guidance_embeds=guidance_embeds,
        ),
        "text_encoder": clip(),
        "text_encoder_2": t5(32),
        "tokenizer": build_tokenizer(),
        "tokenizer_2": build_tokenizer(),
        "vae": kl(shift_factor=0.0609, scaling_factor=1.5035),
        "scheduler": flow(),
    }


BUILDERS: Mapping[str, Callable[[], Parts]] = {
    "StableDiffusionPipeline": stable_diffusion,
    "StableDiffusionPAGPipeline": stable_diffusion,
    "StableDiffusionXLPipeline": stable_diffusion_xl,
    "StableDiffusionXLPAGPipeline": stable_diffusion_xl,
    "StableDiffusion3Pipeline": stable_diffusion_3,
    "StableDiffusion3PAGPipeline": stable_diffusion_3,
    "FluxPipeline": flux,
}


def build(class_name: str) -> Any:
    """A pipeline of that class, the same at every call."""
    torch.manual_seed(0)
    return getattr(diffusers, class_name)(**BUILDERS[class_name]())
