"""Tiny pipelines whose network is a transformer."""

from typing import Any

import diffusers
import torch
import transformers
from conftest import build_tokenizer
from tiny_parts import (
    VOCABULARY,
    Parts,
    chatty,
    clip,
    deep_compression,
    flow,
    flux2_autoencoder,
    kl,
    language_model,
    plain,
    qwen3_vl,
    qwen_autoencoder,
    qwen_vl,
    t5,
)


def stable_diffusion_3() -> Parts:
    return {
        "transformer": diffusers.SD3Transformer2DModel(
            sample_size=16,
            patch_size=2,
            in_channels=16,  # the class with masks takes no other number
            num_layers=2,
            attention_head_dim=8,
            num_attention_heads=4,
            caption_projection_dim=32,
            joint_attention_dim=32,
            pooled_projection_dim=32,
            out_channels=16,
            pos_embed_max_size=32,
        ),
        "text_encoder": clip(projected=True),
        "text_encoder_2": clip(projected=True),
        "text_encoder_3": t5(32),
        "tokenizer": build_tokenizer(),
        "tokenizer_2": build_tokenizer(),
        "tokenizer_3": build_tokenizer(),
        "vae": kl(16, shift_factor=0.0609, scaling_factor=1.5035),
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


def mistral() -> Any:
    """Mistral 3, of which FLUX.2 reads the layers 10, 20 and 30."""
    text = {
        "model_type": "mistral",
        "vocab_size": VOCABULARY,
        "hidden_size": 8,
        "intermediate_size": 8,
        "num_attention_heads": 2,
        "num_hidden_layers": 30,
        "num_key_value_heads": 2,
        "head_dim": 4,
        "max_position_embeddings": 1024,
        "sliding_window": None,
        "bos_token_id": 1,
        "eos_token_id": 2,
        "pad_token_id": 0,
    }
    vision = {
        "model_type": "pixtral",
        "hidden_size": 8,
        "num_hidden_layers": 1,
        "num_attention_heads": 2,
        "intermediate_size": 8,
        "image_size": 16,
        "patch_size": 8,
    }
    config = transformers.Mistral3Config(text_config=text, vision_config=vision)
    return transformers.Mistral3ForConditionalGeneration(config)


def flux2_network(joint: int, guidance_embeds: bool) -> Any:
    return diffusers.Flux2Transformer2DModel(
        patch_size=1,
        in_channels=16,
        num_layers=1,
        num_single_layers=1,
        attention_head_dim=16,
        num_attention_heads=2,
        joint_attention_dim=joint,
        axes_dims_rope=[4, 4, 4, 4],
        guidance_embeds=guidance_embeds,
    )


def flux2() -> Parts:
    """Its real tokenizer is a processor of texts and pictures, which needs torchvision."""
    tokenizer = chatty()
    tokenizer.chat_template = (
        "{% for one in messages %}{% for part in one['content'] %}"
        "{{ part['text'] }} {% endfor %}{% endfor %}"
    )
    return {
        "scheduler": flow(),
        "text_encoder": mistral(),
        "tokenizer": tokenizer,
        "transformer": flux2_network(24, True),
        "vae": flux2_autoencoder(),
    }


def flux2_klein() -> Parts:
    return {
        "scheduler": flow(),
        "text_encoder": language_model("Qwen3ForCausalLM", "Qwen3Config", width=8, layers=27),
        "tokenizer": chatty(),
        "transformer": flux2_network(24, False),
        "vae": flux2_autoencoder(),
    }


def pixart() -> Parts:
    return {
        "transformer": diffusers.PixArtTransformer2DModel(
            sample_size=16,
            num_layers=2,
            patch_size=2,
            attention_head_dim=8,
            num_attention_heads=2,
            caption_channels=16,
            in_channels=4,
            cross_attention_dim=16,
            out_channels=8,
            attention_bias=True,
            use_additional_conditions=False,
            norm_elementwise_affine=False,
            norm_type="ada_norm_single",
        ),
        "vae": kl(),
        "scheduler": diffusers.DPMSolverMultistepScheduler(),
        "text_encoder": t5(16),
        "tokenizer": plain(),
    }


def sana_network(**more: Any) -> Any:
    return diffusers.SanaTransformer2DModel(
        patch_size=1,
        in_channels=4,
        out_channels=4,
        num_layers=1,
        num_attention_heads=2,
        attention_head_dim=8,
        num_cross_attention_heads=2,
        cross_attention_head_dim=8,
        cross_attention_dim=16,
        caption_channels=16,
        sample_size=16,
        **more,
    )


def gemma2() -> Any:
    return language_model("Gemma2Model", "Gemma2Config")


def sana() -> Parts:
    return {
        "transformer": sana_network(),
        "vae": deep_compression(),
        "scheduler": flow(shift=7.0),
        "text_encoder": gemma2(),
        "tokenizer": chatty(),
    }


def sana_sprint() -> Parts:
    return {
        **sana(),
        "transformer": sana_network(guidance_embeds=True, qk_norm="rms_norm_across_heads"),
        "scheduler": diffusers.SCMScheduler(),
    }


def lumina() -> Parts:
    return {
        "transformer": diffusers.LuminaNextDiT2DModel(
            sample_size=16,
            patch_size=2,
            in_channels=4,
            hidden_size=24,
            num_layers=2,
            num_attention_heads=3,
            num_kv_heads=1,
            multiple_of=16,
            cross_attention_dim=16,
        ),
        "vae": kl(blocks=(8, 8, 8, 16)),
        "scheduler": flow(),
        "text_encoder": language_model("GemmaForCausalLM", "GemmaConfig"),
        "tokenizer": chatty(),
    }


def lumina2() -> Parts:
    return {
        "transformer": diffusers.Lumina2Transformer2DModel(
            sample_size=16,
            patch_size=2,
            in_channels=4,
            hidden_size=8,
            num_layers=2,
            num_attention_heads=1,
            num_kv_heads=1,
            multiple_of=16,
            axes_dim_rope=(4, 2, 2),
            cap_feat_dim=16,
        ),
        "vae": kl(blocks=(8, 8, 8, 16), shift_factor=0.0609),
        "scheduler": flow(),
        "text_encoder": language_model("Gemma2Model", "Gemma2Config"),
        "tokenizer": chatty(),
    }


def qwen_image() -> Parts:
    return {
        "transformer": diffusers.QwenImageTransformer2DModel(
            patch_size=2,
            in_channels=16,
            out_channels=4,
            num_layers=1,
            attention_head_dim=16,
            num_attention_heads=2,
            joint_attention_dim=16,
            guidance_embeds=False,
            axes_dims_rope=(8, 4, 4),
        ),
        "vae": qwen_autoencoder(),
        "scheduler": flow(),
        "text_encoder": qwen_vl(),
        "tokenizer": chatty(),
    }


def z_image() -> Parts:
    transformer = diffusers.ZImageTransformer2DModel(
        all_patch_size=(2,),
        all_f_patch_size=(1,),
        in_channels=16,
        dim=32,
        n_layers=1,
        n_refiner_layers=1,
        n_heads=2,
        n_kv_heads=2,
        cap_feat_dim=16,
        axes_dims=[8, 4, 4],
        axes_lens=[256, 32, 32],
    )
    with torch.no_grad():  # the class leaves these as memory happens to be
        transformer.x_pad_token.fill_(1)
        transformer.cap_pad_token.fill_(1)
    return {
        "transformer": transformer,
        "vae": kl(16, scaling_factor=0.3611, shift_factor=0.1159),
        "scheduler": flow(),
        "text_encoder": language_model("Qwen3Model", "Qwen3Config"),
        "tokenizer": chatty(),
    }


def hunyuan_dit() -> Parts:
    bert = transformers.BertConfig(
        vocab_size=VOCABULARY,
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        max_position_embeddings=77,
    )
    return {
        "transformer": diffusers.HunyuanDiT2DModel(
            sample_size=8,
            num_layers=2,
            patch_size=2,
            attention_head_dim=8,
            num_attention_heads=2,
            mlp_ratio=2.0,
            in_channels=4,
            cross_attention_dim=16,
            cross_attention_dim_t5=16,
            pooled_projection_dim=8,
            hidden_size=16,
        ),
        "vae": kl(blocks=(8, 8, 8, 16)),  # the class takes a scale of eight for granted
        "scheduler": diffusers.DDPMScheduler(prediction_type="v_prediction"),
        "text_encoder": transformers.BertModel(bert),
        "tokenizer": plain(77),
        "text_encoder_2": t5(16),
        "tokenizer_2": plain(256),
        "safety_checker": None,
        "feature_extractor": None,
        "requires_safety_checker": False,
    }


def chroma() -> Parts:
    return {
        "transformer": diffusers.ChromaTransformer2DModel(
            patch_size=1,
            in_channels=16,
            num_layers=1,
            num_single_layers=1,
            attention_head_dim=16,
            num_attention_heads=2,
            joint_attention_dim=16,
            axes_dims_rope=(4, 4, 8),
            approximator_hidden_dim=16,
            approximator_layers=1,
            approximator_num_channels=16,
        ),
        "text_encoder": t5(16),
        "tokenizer": plain(),
        "vae": kl(shift_factor=0.0609, scaling_factor=1.5035),
        "scheduler": flow(),
    }


def aura_flow() -> Parts:
    return {
        "transformer": diffusers.AuraFlowTransformer2DModel(
            sample_size=16,
            patch_size=2,
            in_channels=4,
            num_mmdit_layers=1,
            num_single_dit_layers=1,
            attention_head_dim=8,
            num_attention_heads=2,
            caption_projection_dim=16,
            joint_attention_dim=16,
            out_channels=4,
            pos_embed_max_size=256,
        ),
        "text_encoder": transformers.UMT5EncoderModel(
            transformers.UMT5Config(
                vocab_size=VOCABULARY, d_model=16, d_kv=8, d_ff=16, num_layers=1, num_heads=2
            )
        ),
        "tokenizer": plain(),
        "vae": kl(),
        "scheduler": flow(),
    }


def cogview3() -> Parts:
    return {
        "transformer": diffusers.CogView3PlusTransformer2DModel(
            patch_size=2,
            in_channels=4,
            num_layers=1,
            attention_head_dim=4,
            num_attention_heads=2,
            out_channels=4,
            text_embed_dim=16,
            time_embed_dim=8,
            condition_dim=2,
            pos_embed_max_size=16,
            sample_size=8,
        ),
        "text_encoder": t5(16),
        "tokenizer": plain(),
        "vae": kl(),
        "scheduler": diffusers.CogVideoXDDIMScheduler(prediction_type="v_prediction"),
    }


def cogview4() -> Parts:
    return {
        "transformer": diffusers.CogView4Transformer2DModel(
            patch_size=2,
            in_channels=4,
            num_layers=1,
            attention_head_dim=4,
            num_attention_heads=2,
            out_channels=4,
            text_embed_dim=16,
            time_embed_dim=8,
            condition_dim=4,
            sample_size=8,
        ),
        "text_encoder": language_model("GlmForCausalLM", "GlmConfig"),
        "tokenizer": chatty(),
        "vae": kl(),
        "scheduler": flow(use_dynamic_shifting=True, time_shift_type="linear"),
    }


def ovis() -> Parts:
    return {
        "transformer": diffusers.OvisImageTransformer2DModel(
            patch_size=1,
            in_channels=16,
            out_channels=16,
            num_layers=1,
            num_single_layers=1,
            attention_head_dim=16,
            num_attention_heads=2,
            joint_attention_dim=16,
            axes_dims_rope=(4, 4, 8),
        ),
        "vae": kl(shift_factor=0.0609, scaling_factor=1.5035),
        "scheduler": flow(),
        "text_encoder": language_model("Qwen3Model", "Qwen3Config"),
        "tokenizer": chatty(),
    }


def bria() -> Parts:
    return {
        "transformer": diffusers.BriaTransformer2DModel(
            in_channels=16,
            num_layers=1,
            num_single_layers=1,
            attention_head_dim=16,
            num_attention_heads=2,
            joint_attention_dim=16,
            axes_dims_rope=[4, 4, 8],
        ),
        "scheduler": flow(),
        "vae": kl(shift_factor=0.0609),
        "text_encoder": t5(16),
        "tokenizer": plain(),
    }


def ernie() -> Parts:
    return {
        "transformer": diffusers.ErnieImageTransformer2DModel(
            hidden_size=32,
            num_attention_heads=2,
            num_layers=1,
            ffn_hidden_size=16,
            in_channels=16,
            out_channels=16,
            text_in_dim=8,
            rope_axes_dim=(4, 4, 8),
        ),
        "vae": flux2_autoencoder(),
        "text_encoder": mistral().model,
        "tokenizer": chatty(),
        "scheduler": flow(),
    }


def hunyuan_image() -> Parts:
    return {
        "scheduler": flow(),
        "vae": diffusers.AutoencoderKLHunyuanImage(
            in_channels=3,
            out_channels=3,
            latent_channels=16,
            block_out_channels=(32, 32),
            layers_per_block=1,
            spatial_compression_ratio=2,
            sample_size=32,
            scaling_factor=0.7,
        ),
        "text_encoder": qwen_vl(),
        "tokenizer": chatty(),
        "text_encoder_2": t5(16),
        "tokenizer_2": plain(128),
        "transformer": diffusers.HunyuanImageTransformer2DModel(
            in_channels=16,
            out_channels=16,
            num_attention_heads=2,
            attention_head_dim=16,
            num_layers=1,
            num_single_layers=1,
            num_refiner_layers=1,
            text_embed_dim=16,
            text_embed_2_dim=16,
            rope_axes_dim=(8, 8),
            guidance_embeds=True,
        ),
    }


def krea2() -> Parts:
    return {
        "scheduler": flow(use_dynamic_shifting=True),
        "vae": qwen_autoencoder(),
        "text_encoder": qwen3_vl(),
        "tokenizer": chatty(),
        "transformer": diffusers.Krea2Transformer2DModel(
            in_channels=16,
            num_layers=1,
            attention_head_dim=16,
            num_attention_heads=2,
            num_key_value_heads=2,
            intermediate_size=16,
            timestep_embed_dim=16,
            text_hidden_dim=16,
            num_text_layers=2,
            text_num_attention_heads=2,
            text_num_key_value_heads=2,
            text_intermediate_size=16,
            num_layerwise_text_blocks=1,
            num_refiner_text_blocks=1,
            axes_dims_rope=(4, 4, 8),
        ),
        "text_encoder_select_layers": (1, 2),
    }
