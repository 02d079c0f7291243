"""The pieces that tiny pipelines share: autoencoders, text encoders, tokenizers."""

from typing import Any

import diffusers
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


def clip(projected: bool = False, width: int = 16, positions: int = 16) -> Any:
    config = transformers.CLIPTextConfig(
        vocab_size=VOCABULARY,
        hidden_size=width,
        intermediate_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        max_position_embeddings=positions,
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


CHAT = "{% for one in messages %}<| {{ one['role'] }} |> {{ one['content'] }} {% endfor %}"


def chatty() -> Any:
    """The tokenizer of a language model: long texts, and a chat template."""
    tokenizer = build_tokenizer()
    tokenizer.model_max_length = 4096
    tokenizer.chat_template = CHAT
    tokenizer.padding_side = "right"
    return tokenizer


def plain(limit: int = 512) -> Any:
    """The tokenizer of a T5: longer texts than CLIP's."""
    tokenizer = build_tokenizer()
    tokenizer.model_max_length = limit
    return tokenizer


def language_model(kind: str, config: str, width: int = 16, layers: int = 2, **more: Any) -> Any:
    """A decoder such as Qwen's, Gemma's or GLM's."""
    asked = {
        "vocab_size": VOCABULARY,
        "hidden_size": width,
        "intermediate_size": 16,
        "num_hidden_layers": layers,
        "num_attention_heads": 2,
        "num_key_value_heads": 2,
        "head_dim": 8,
        "max_position_embeddings": 4096,
        "bos_token_id": 1,
        "eos_token_id": 2,
        "pad_token_id": 0,
        **more,
    }
    return getattr(transformers, kind)(getattr(transformers, config)(**asked))


def qwen_vl(width: int = 16) -> Any:
    """Qwen 2.5 VL, of which pipelines use the language model."""
    text = {
        "vocab_size": VOCABULARY,
        "hidden_size": width,
        "intermediate_size": 16,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "num_key_value_heads": 2,
        "rope_scaling": {"mrope_section": [1, 1, 2], "rope_type": "default", "type": "default"},
        "bos_token_id": 1,
        "eos_token_id": 2,
        "pad_token_id": 0,
    }
    vision = {
        "depth": 1,
        "hidden_size": 16,
        "intermediate_size": 16,
        "num_heads": 2,
        "out_hidden_size": width,
    }
    config = transformers.Qwen2_5_VLConfig(text_config=text, vision_config=vision)
    return transformers.Qwen2_5_VLForConditionalGeneration(config)


def qwen3_vl(kind: str = "Qwen3VLModel", layers: int = 2, width: int = 16) -> Any:
    text = {
        "vocab_size": VOCABULARY,
        "hidden_size": width,
        "intermediate_size": 16,
        "num_hidden_layers": layers,
        "num_attention_heads": width // 8,
        "num_key_value_heads": width // 8,
        "head_dim": 8,
        "rope_parameters": {
            "rope_type": "default",
            "mrope_section": [1, 1, 2],
            "mrope_interleaved": True,
            "rope_theta": 10000.0,
        },
    }
    vision = {
        "depth": 1,
        "hidden_size": 16,
        "intermediate_size": 16,
        "num_heads": 2,
        "out_hidden_size": width,
        "deepstack_visual_indexes": [0],
    }
    config = transformers.Qwen3VLConfig(text_config=text, vision_config=vision)
    return getattr(transformers, kind)(config)


def clip_vision(width: int = 16) -> Any:
    return transformers.CLIPVisionModelWithProjection(
        transformers.CLIPVisionConfig(
            hidden_size=width,
            intermediate_size=16,
            projection_dim=width,
            num_hidden_layers=1,
            num_attention_heads=2,
            image_size=16,
            patch_size=8,
        )
    )


def clip_pictures() -> Any:
    return transformers.CLIPImageProcessor(size=16, crop_size=16)


def movq() -> Any:
    """Kandinsky's autoencoder, at its real scale of eight pixels to a latent."""
    return diffusers.VQModel(
        block_out_channels=(32, 32, 32, 32),
        down_block_types=("DownEncoderBlock2D",) * 3 + ("AttnDownEncoderBlock2D",),
        up_block_types=("AttnUpDecoderBlock2D",) + ("UpDecoderBlock2D",) * 3,
        latent_channels=4,
        layers_per_block=1,
        norm_num_groups=4,
        norm_type="spatial",
        num_vq_embeddings=12,
        vq_embed_dim=4,
    )


def deep_compression() -> Any:
    """The autoencoder of Sana, of two levels."""
    return diffusers.AutoencoderDC(
        in_channels=3,
        latent_channels=4,
        attention_head_dim=2,
        encoder_block_types=("ResBlock", "EfficientViTBlock"),
        decoder_block_types=("ResBlock", "EfficientViTBlock"),
        encoder_block_out_channels=(8, 8),
        decoder_block_out_channels=(8, 8),
        encoder_qkv_multiscales=((), (5,)),
        decoder_qkv_multiscales=((), (5,)),
        encoder_layers_per_block=(1, 1),
        decoder_layers_per_block=(1, 1),
        downsample_block_type="conv",
        upsample_block_type="interpolate",
        decoder_norm_types="rms_norm",
        decoder_act_fns="silu",
        scaling_factor=0.41407,
    )


def qwen_autoencoder() -> Any:
    return diffusers.AutoencoderKLQwenImage(
        base_dim=8,
        z_dim=4,
        dim_mult=[1, 2, 2],
        num_res_blocks=1,
        temperal_downsample=[False, True],
        latents_mean=[0.0] * 4,
        latents_std=[1.0] * 4,
    )


def flux2_autoencoder() -> Any:
    return diffusers.AutoencoderKLFlux2(
        down_block_types=("DownEncoderBlock2D",) * 2,
        up_block_types=("UpDecoderBlock2D",) * 2,
        block_out_channels=(8, 16),
        layers_per_block=1,
        latent_channels=4,
        norm_num_groups=4,
        sample_size=32,
    )
