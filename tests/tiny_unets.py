"""Tiny pipelines whose network is a UNet."""

from typing import Any

import diffusers
import torch
from conftest import build_tokenizer
from diffusers.pipelines.kandinsky.text_encoder import MCLIPConfig, MultilingualCLIP
from diffusers.pipelines.latent_diffusion.pipeline_latent_diffusion import (
    LDMBertConfig,
    LDMBertModel,
)
from diffusers.pipelines.stable_diffusion.stable_unclip_image_normalizer import (
    StableUnCLIPImageNormalizer,
)
from tiny_parts import (
    VOCABULARY,
    Parts,
    clip,
    clip_pictures,
    clip_vision,
    kl,
    movq,
    noise_schedule,
    plain,
    t5,
    unet,
)


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


def stable_diffusion_inpaint() -> Parts:
    return {**stable_diffusion(), "unet": unet(in_channels=9, out_channels=4)}


def stable_diffusion_xl_inpaint() -> Parts:
    parts = stable_diffusion_xl()
    config = {**parts["unet"].config, "in_channels": 9}
    return {**parts, "unet": diffusers.UNet2DConditionModel.from_config(config)}


def stable_diffusion_xl_refiner() -> Parts:
    """One text encoder, and the score of a picture's looks beside its size."""
    parts = stable_diffusion_xl()
    changed = {"cross_attention_dim": 16, "projection_class_embeddings_input_dim": 16 + 5 * 8}
    return {
        **parts,
        "text_encoder": None,
        "tokenizer": None,
        "unet": diffusers.UNet2DConditionModel.from_config({**parts["unet"].config, **changed}),
        "requires_aesthetics_score": True,
    }


def upscaler() -> Parts:
    """At its real scale of four pixels to a latent, which has as many as the picture has pixels."""
    parts = stable_diffusion()
    del parts["requires_safety_checker"]
    return {
        **parts,
        "vae": kl(blocks=(8, 8, 16), scaling_factor=0.08333),
        "unet": unet(in_channels=7, out_channels=4, num_class_embeds=350),
        "low_res_scheduler": diffusers.DDPMScheduler(),
        "watermarker": None,
    }


def latent_upscaler() -> Parts:
    """With one more channel, of a variance that nobody uses, and a time of its own."""
    parts = stable_diffusion()
    return {
        **{name: parts[name] for name in ("tokenizer", "text_encoder")},
        "vae": kl(blocks=(8, 8, 8, 16)),
        "unet": unet(
            in_channels=8,
            out_channels=5,
            layers_per_block=2,
            down_block_types=("KDownBlock2D", *("KCrossAttnDownBlock2D",) * 3),
            up_block_types=(*("KCrossAttnUpBlock2D",) * 3, "KUpBlock2D"),
            mid_block_type=None,
            act_fn="gelu",
            conv_in_kernel=1,
            conv_out_kernel=1,
            norm_num_groups=None,
            resnet_time_scale_shift="scale_shift",
            time_embedding_type="fourier",
            timestep_post_act="gelu",
            time_cond_proj_dim=128 + 16,
            block_out_channels=(32, 32, 64, 64),
            attention_head_dim=8,
            only_cross_attention=False,
        ),
        "scheduler": diffusers.EulerDiscreteScheduler(beta_schedule="scaled_linear"),
    }


def consistency() -> Parts:
    parts = stable_diffusion()
    parts["unet"] = unet(time_cond_proj_dim=32)
    parts["scheduler"] = diffusers.LCMScheduler(
        beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear"
    )
    return parts


def deep_floyd() -> Parts:
    return {
        "tokenizer": plain(),
        "text_encoder": t5(16),
        "unet": unet(in_channels=3, out_channels=6, sample_size=32, encoder_hid_dim=16),
        "scheduler": diffusers.DDPMScheduler(variance_type="learned_range"),
        "safety_checker": None,
        "feature_extractor": None,
        "watermarker": None,
        "requires_safety_checker": False,
    }


def latent_diffusion() -> Parts:
    config = LDMBertConfig(
        vocab_size=VOCABULARY,
        max_position_embeddings=77,
        encoder_layers=1,
        encoder_ffn_dim=16,
        encoder_attention_heads=2,
        head_dim=8,
        d_model=16,
    )
    return {
        "vqvae": kl(blocks=(8, 8, 8, 16)),  # the class takes a scale of eight for granted
        "bert": LDMBertModel(config),
        "tokenizer": plain(77),
        "unet": unet(),
        "scheduler": noise_schedule(),
    }


def prior(width: int = 16) -> Any:
    network = diffusers.PriorTransformer(
        num_attention_heads=2,
        attention_head_dim=8,
        embedding_dim=width,
        num_layers=1,
        num_embeddings=16,
    )
    with torch.no_grad():
        network.clip_std.fill_(1)  # zero, as the class leaves it, would make each embedding zero
    return network


def prior_parts() -> Parts:
    """The half of Kandinsky 2 that makes a picture's embedding from words."""
    return {
        "prior_prior": prior(),
        "prior_image_encoder": clip_vision(),
        "prior_text_encoder": clip(projected=True),
        "prior_tokenizer": build_tokenizer(),
        "prior_scheduler": unclip_schedule(),
        "prior_image_processor": clip_pictures(),
    }


def unclip_schedule() -> Any:
    return diffusers.UnCLIPScheduler(
        variance_type="fixed_small_log",
        prediction_type="sample",
        num_train_timesteps=1000,
        clip_sample_range=10.0,
    )


def painted(**more: Any) -> Any:
    """Kandinsky 2's UNet, which also tells the variance."""
    return unet(
        in_channels=4,
        out_channels=8,
        down_block_types=("ResnetDownsampleBlock2D", "SimpleCrossAttnDownBlock2D"),
        up_block_types=("SimpleCrossAttnUpBlock2D", "ResnetUpsampleBlock2D"),
        mid_block_type="UNetMidBlock2DSimpleCrossAttn",
        resnet_time_scale_shift="scale_shift",
        encoder_hid_dim=16,
        class_embed_type=None,
        sample_size=8,
        **more,
    )


def kandinsky() -> Parts:
    config = MCLIPConfig(
        numDims=16,
        transformerDimensions=16,
        hidden_size=16,
        intermediate_size=16,
        num_attention_heads=2,
        num_hidden_layers=1,
        vocab_size=VOCABULARY,
        max_position_embeddings=128,
    )
    return {
        **prior_parts(),
        "text_encoder": MultilingualCLIP(config),
        "tokenizer": plain(77),
        "unet": painted(addition_embed_type="text_image", encoder_hid_dim_type="text_image_proj"),
        "scheduler": noise_schedule(),
        "movq": movq(),
    }


def kandinsky_22() -> Parts:
    return {
        **prior_parts(),
        "unet": painted(addition_embed_type="image", encoder_hid_dim_type="image_proj"),
        "scheduler": diffusers.DDPMScheduler(),
        "movq": movq(),
    }


def kandinsky_3() -> Parts:
    return {
        "unet": diffusers.Kandinsky3UNet(
            in_channels=4,
            time_embedding_dim=4,
            groups=2,
            attention_head_dim=4,
            layers_per_block=3,
            block_out_channels=(16, 32),
            cross_attention_dim=4,
            encoder_hid_dim=16,
        ),
        "scheduler": diffusers.DDPMScheduler(beta_schedule="squaredcos_cap_v2"),
        "movq": movq(),
        "text_encoder": t5(16),
        "tokenizer": plain(),
    }


def stable_unclip() -> Parts:
    return {
        "prior_tokenizer": build_tokenizer(),
        "prior_text_encoder": clip(projected=True),
        "prior": prior(),
        "prior_scheduler": unclip_schedule(),
        "image_normalizer": StableUnCLIPImageNormalizer(embedding_dim=16),
        "image_noising_scheduler": diffusers.DDPMScheduler(beta_schedule="squaredcos_cap_v2"),
        "tokenizer": build_tokenizer(),
        "text_encoder": clip(),
        "unet": unet(class_embed_type="projection", projection_class_embeddings_input_dim=32),
        "scheduler": noise_schedule(),
        "vae": kl(),
    }
