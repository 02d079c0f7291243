"""Tiny pipelines of families that read with a language model, and some that want a library more."""

import io
import tempfile
from pathlib import Path
from typing import Any

import diffusers
import sentencepiece
import torch
import transformers
from conftest import WORDS, build_tokenizer
from diffusers.pipelines.kolors import ChatGLMModel, ChatGLMTokenizer
from diffusers.pipelines.kolors.text_encoder import ChatGLMConfig
from tiny_parts import (
    VOCABULARY,
    Parts,
    chatty,
    clip,
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
from tiny_transformers import z_image
from tiny_unets import stable_diffusion_xl
from transformers.models.t5gemma.modeling_t5gemma import T5GemmaEncoder

LEARNT = tempfile.TemporaryDirectory(prefix="imagegen-tests-")  # lies there until it is saved


def t5_gemma() -> Any:
    half = {
        "vocab_size": VOCABULARY,
        "hidden_size": 16,
        "intermediate_size": 16,
        "num_hidden_layers": 1,
        "num_attention_heads": 2,
        "num_key_value_heads": 1,
        "head_dim": 8,
        "layer_types": ["full_attention"],
        "attention_bias": False,
        "attention_dropout": 0.0,
        "dropout_rate": 0.0,
        "hidden_activation": "gelu_pytorch_tanh",
        "rms_norm_eps": 1e-6,
        "attn_logit_softcapping": 50.0,
        "final_logit_softcapping": 30.0,
        "query_pre_attn_scalar": 8,
        "max_position_embeddings": 64,
        "rope_parameters": {"rope_type": "default", "rope_theta": 10000.0},
        "sliding_window": 64,
        "is_decoder": False,
    }
    config = transformers.T5GemmaConfig(encoder=half, is_encoder_decoder=False, **half)
    return T5GemmaEncoder(config)


def prx_network(**more: Any) -> Any:
    return diffusers.PRXTransformer2DModel(
        context_in_dim=16,
        hidden_size=16,
        mlp_ratio=2.0,
        num_heads=2,
        depth=1,
        axes_dim=[4, 4],
        **more,
    )


def prx() -> Parts:
    return {
        "transformer": prx_network(in_channels=4, patch_size=2),
        "scheduler": flow(),
        "text_encoder": t5_gemma(),
        "tokenizer": plain(64),
        "vae": kl(shift_factor=0.0609),
    }


def prx_pixel() -> Parts:
    return {
        "transformer": prx_network(
            in_channels=3, patch_size=16, bottleneck_size=8, resolution_embeds=True
        ),
        "scheduler": flow(),
        "text_encoder": language_model("Qwen3Model", "Qwen3Config"),
        "tokenizer": chatty(),
        "prompt_max_tokens": 16,
    }


def chat_glm_tokenizer() -> Any:
    """Its pieces are learnt here, from the few words of the other tokenizers."""
    learnt = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter([" ".join(WORDS)] * 4),
        model_writer=learnt,
        vocab_size=48,
        hard_vocab_limit=False,
        minloglevel=2,
    )
    file = Path(LEARNT.name) / "tokenizer.model"
    file.write_bytes(learnt.getvalue())
    return ChatGLMTokenizer(str(file))


def kolors() -> Parts:
    tokenizer = chat_glm_tokenizer()
    xl = stable_diffusion_xl()
    changed = {"cross_attention_dim": 16, "projection_class_embeddings_input_dim": 16 + 6 * 8}
    config = ChatGLMConfig(
        num_layers=2,
        padded_vocab_size=tokenizer.vocab_size,
        hidden_size=16,
        ffn_hidden_size=16,
        kv_channels=8,
        num_attention_heads=2,
        seq_length=256,
        add_qkv_bias=True,
        original_rope=True,
    )
    encoder = ChatGLMModel(config)
    with torch.no_grad():  # the class leaves these as memory happens to be
        for name, weight in encoder.named_parameters():
            weight.fill_(1) if "norm" in name else weight.normal_(std=0.2)
    return {
        "vae": xl["vae"],
        "scheduler": xl["scheduler"],
        "unet": diffusers.UNet2DConditionModel.from_config({**xl["unet"].config, **changed}),
        "text_encoder": encoder,
        "tokenizer": tokenizer,
    }


def bria_fibo() -> Parts:
    """Its empty prompt is the token 128000 of a far larger vocabulary."""
    return {
        "transformer": diffusers.BriaFiboTransformer2DModel(
            patch_size=1,
            in_channels=4,
            num_layers=1,
            num_single_layers=1,
            attention_head_dim=8,
            num_attention_heads=2,
            joint_attention_dim=32,
            text_encoder_dim=16,
            pooled_projection_dim=None,
            axes_dims_rope=[0, 4, 4],
        ),
        "scheduler": flow(),
        "vae": diffusers.AutoencoderKLWan(
            base_dim=8,
            z_dim=4,
            num_res_blocks=1,
            in_channels=12,
            out_channels=12,
            patch_size=2,
            scale_factor_spatial=16,
            temperal_downsample=[False, True, True],
            latents_mean=[0.0] * 4,
            latents_std=[1.0] * 4,
        ),
        "text_encoder": language_model("SmolLM3ForCausalLM", "SmolLM3Config", vocab_size=128001),
        "tokenizer": plain(3000),
    }


def ideogram4() -> Parts:
    """The words are read from thirteen of the language model's first 36 layers."""
    network = {
        "in_channels": 16,
        "num_layers": 1,
        "attention_head_dim": 8,
        "num_attention_heads": 1,
        "intermediate_size": 16,
        "adaln_dim": 16,
        "llm_features_dim": 13 * 8,
        "rope_theta": 10_000,
        "mrope_section": (2, 1, 1),
    }
    return {
        "scheduler": flow(),
        "vae": flux2_autoencoder(),
        "text_encoder": qwen3_vl(layers=36, width=8),
        "tokenizer": chatty(),
        "transformer": diffusers.Ideogram4Transformer2DModel(**network),
        "unconditional_transformer": diffusers.Ideogram4Transformer2DModel(**network),
    }


def siglip() -> Any:
    return transformers.Siglip2VisionModel(
        transformers.Siglip2VisionConfig(
            hidden_size=16,
            intermediate_size=16,
            num_hidden_layers=1,
            num_attention_heads=2,
            num_patches=16,
            patch_size=8,
        )
    )


def z_image_omni() -> Parts:
    """Z-Image, with an eye for pictures beside it."""
    parts = z_image()
    network = type(parts["transformer"]).from_config(
        {**parts["transformer"].config, "siglip_feat_dim": 16}
    )
    with torch.no_grad():  # the class leaves these as memory happens to be
        for name, one in network.named_parameters():
            if name.endswith("pad_token"):
                one.fill_(1)
    pictures = transformers.Siglip2ImageProcessorPil(patch_size=8, max_num_patches=16)
    return {**parts, "transformer": network, "siglip": siglip(), "siglip_processor": pictures}


def hidream() -> Parts:
    """The pictures have the area of 128 x 128 latents: here one pixel is one."""
    return {
        "transformer": diffusers.HiDreamImageTransformer2DModel(
            patch_size=2,
            in_channels=4,
            out_channels=4,
            num_layers=1,
            num_single_layers=1,
            attention_head_dim=8,
            num_attention_heads=2,
            caption_channels=[16, 16],
            text_emb_dim=32,
            num_routed_experts=2,
            num_activated_experts=1,
            axes_dims_rope=(4, 2, 2),
            max_resolution=(64, 64),
            llama_layers=(0, 1),
        ),
        "scheduler": flow(),
        "vae": kl(blocks=(8,), shift_factor=0.1159, scaling_factor=0.3611),
        "text_encoder": clip(projected=True, positions=128),
        "tokenizer": build_tokenizer(),
        "text_encoder_2": clip(projected=True, positions=128),
        "tokenizer_2": build_tokenizer(),
        "text_encoder_3": t5(16),
        "tokenizer_3": plain(),
        "text_encoder_4": language_model("LlamaForCausalLM", "LlamaConfig"),
        "tokenizer_4": chatty(),
    }


def nucleus() -> Parts:
    """The words are read from the eighth layer from the end."""
    return {
        "transformer": diffusers.NucleusMoEImageTransformer2DModel(
            patch_size=2,
            in_channels=16,
            out_channels=4,
            num_layers=2,
            attention_head_dim=16,
            num_attention_heads=2,
            joint_attention_dim=16,
            axes_dims_rope=(8, 4, 4),
            moe_enabled=False,
            capacity_factors=[8.0, 8.0],
        ),
        "scheduler": flow(),
        "vae": qwen_autoencoder(),
        "text_encoder": qwen3_vl("Qwen3VLForConditionalGeneration", layers=8),
        "processor": talkative(),
    }


def talkative() -> Any:
    """In the place of a processor of words and pictures, which needs torchvision to load."""
    tokenizer = chatty()
    tokenizer.chat_template = (
        "{% for one in messages %}<| {{ one['role'] }} |> {% if one['content'] is string %}"
        "{{ one['content'] }}{% else %}{% for part in one['content'] %}{{ part['text'] }} "
        "{% endfor %}{% endif %}{% endfor %}"
    )
    return tokenizer


def longcat() -> Parts:
    return {
        "scheduler": flow(),
        "vae": kl(16, shift_factor=0.0609, scaling_factor=1.5035),
        "text_encoder": qwen_vl(),
        "tokenizer": chatty(),
        "text_processor": talkative(),
        "transformer": diffusers.LongCatImageTransformer2DModel(
            patch_size=1,
            in_channels=64,
            num_layers=1,
            num_single_layers=1,
            attention_head_dim=16,
            num_attention_heads=2,
            joint_attention_dim=16,
            pooled_projection_dim=16,
            axes_dims_rope=[4, 4, 8],
        ),
    }


def dream_lite() -> Parts:
    return {
        "text_encoder": qwen3_vl("Qwen3VLForConditionalGeneration"),
        "tokenizer": chatty(),
        "processor": talkative(),
        "vae": diffusers.AutoencoderTiny(
            encoder_block_out_channels=(8, 8),
            decoder_block_out_channels=(8, 8),
            num_encoder_blocks=(1, 1),
            num_decoder_blocks=(1, 1),
            latent_channels=4,
        ),
        "unet": diffusers.DreamLiteUNetModel(
            sample_size=8,
            in_channels=4,
            out_channels=4,
            down_block_types=(
                "DreamLiteCrossAttnNoSelfAttnDownBlock2D",
                "DreamLiteCrossAttnDownBlock2D",
            ),
            up_block_types=("DreamLiteCrossAttnUpBlock2D", "DreamLiteUpBlock2D"),
            block_out_channels=(16, 32),
            cross_attention_dim=16,
            attention_head_dim=8,
            layers_per_block=1,
            norm_num_groups=8,
            transformer_layers_per_block=1,
        ),
        "scheduler": flow(),
    }


def bria_fibo_2() -> Parts:
    """The words are read from layers of the language model up to the 35th, three side by side."""
    return {
        "transformer": diffusers.BriaFibo2Transformer2DModel(
            in_channels=4,
            patch_size=2,
            dim=32,
            n_layers=2,
            n_refiner_layers=1,
            n_heads=2,
            cap_feat_dim=24,
            injection_layer_ids=(1,),
            perceiver_num_layers=1,
            min_num_gist_tokens=4,
            max_num_gist_tokens=8,
            gist_step=4,
            gist_min_text_len=4,
            gist_max_text_len=16,
            axes_dims=(4, 6, 6),
            axes_lens=(64, 64, 64),
        ),
        "scheduler": flow(),
        "vae": flux2_autoencoder(),
        "text_encoder": qwen3_vl("Qwen3VLForConditionalGeneration", layers=36, width=8),
        "processor": talkative(),
    }
