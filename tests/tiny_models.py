"""Small real models of other families than the test model: SDXL and Stable Diffusion 3."""

from pathlib import Path

import torch
from conftest import WORDS, build_tokenizer
from diffusers import (
    AutoencoderKL,
    EulerDiscreteScheduler,
    FlowMatchEulerDiscreteScheduler,
    SD3Transformer2DModel,
    StableDiffusion3Pipeline,
    StableDiffusionXLPipeline,
    UNet2DConditionModel,
)
from transformers import (
    CLIPTextConfig,
    CLIPTextModel,
    CLIPTextModelWithProjection,
    T5Config,
    T5EncoderModel,
)


def text_config(width: int) -> CLIPTextConfig:
    return CLIPTextConfig(
        vocab_size=len(WORDS) + 4,
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


def autoencoder(channels: int, **more: object) -> AutoencoderKL:
    return AutoencoderKL(
        down_block_types=("DownEncoderBlock2D",) * 2,
        up_block_types=("UpDecoderBlock2D",) * 2,
        block_out_channels=(8, 16),
        norm_num_groups=4,
        latent_channels=channels,
        sample_size=32,
        **more,
    )


def build_sdxl(folder: Path) -> Path:
    """Three blocks, two of them with attention of two layers, as SDXL's are."""
    torch.manual_seed(1)
    StableDiffusionXLPipeline(
        vae=autoencoder(4),
        text_encoder=CLIPTextModel(text_config(16)),
        text_encoder_2=CLIPTextModelWithProjection(text_config(24)),
        tokenizer=build_tokenizer(),
        tokenizer_2=build_tokenizer(),
        unet=UNet2DConditionModel(
            sample_size=16,
            block_out_channels=(16, 32, 32),
            layers_per_block=2,
            down_block_types=("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
            up_block_types=("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
            transformer_layers_per_block=(1, 2, 2),
            cross_attention_dim=40,
            attention_head_dim=(2, 4, 4),
            use_linear_projection=True,
            addition_embed_type="text_time",
            addition_time_embed_dim=8,
            projection_class_embeddings_input_dim=24 + 6 * 8,
            norm_num_groups=4,
        ),
        scheduler=EulerDiscreteScheduler(
            beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear"
        ),
    ).save_pretrained(folder)
    return folder


def build_sd3(folder: Path) -> Path:
    """Two joint blocks, the first of which attends twice, as those of SD 3.5 medium."""
    torch.manual_seed(2)
    first = CLIPTextModelWithProjection(text_config(16))
    torch.nn.init.eye_(first.text_projection.weight)  # the original has none
    StableDiffusion3Pipeline(
        vae=autoencoder(4, use_quant_conv=False, use_post_quant_conv=False, shift_factor=0.1),
        text_encoder=first,
        text_encoder_2=CLIPTextModelWithProjection(text_config(24)),
        text_encoder_3=T5EncoderModel(
            T5Config(
                vocab_size=len(WORDS) + 4,
                d_model=40,
                d_kv=8,
                d_ff=32,
                num_layers=2,
                num_heads=2,
                feed_forward_proj="gated-gelu",
                is_encoder_decoder=False,
                tie_word_embeddings=False,
            )
        ),
        tokenizer=build_tokenizer(),
        tokenizer_2=build_tokenizer(),
        tokenizer_3=build_tokenizer(),
        transformer=SD3Transformer2DModel(
            sample_size=16,
            patch_size=2,
            in_channels=4,
            out_channels=4,
            num_layers=2,
            attention_head_dim=8,
            num_attention_heads=2,
            joint_attention_dim=40,
            caption_projection_dim=16,
            pooled_projection_dim=40,
            pos_embed_max_size=16,
            dual_attention_layers=(0,),
            qk_norm="rms_norm",
        ),
        scheduler=FlowMatchEulerDiscreteScheduler(shift=3.0),
    ).save_pretrained(folder)
    return folder
