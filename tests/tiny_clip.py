"""Tiny, real pipelines that read with CLIP's own tokenizer, 77 tokens at a time: SD, SDXL, SD3."""

from typing import Any

import torch
from diffusers import (
    AutoencoderKL,
    EulerDiscreteScheduler,
    FlowMatchEulerDiscreteScheduler,
    SD3Transformer2DModel,
    StableDiffusion3Pipeline,
    StableDiffusionPipeline,
    StableDiffusionXLPipeline,
    UNet2DConditionModel,
)
from tokenizers import Tokenizer, models, pre_tokenizers, processors
from transformers import (
    CLIPTextConfig,
    CLIPTextModel,
    CLIPTextModelWithProjection,
    CLIPTokenizer,
    PreTrainedTokenizerFast,
    T5Config,
    T5EncoderModel,
)

# A token each; other words are spelled.
SENTENCE = "a the red blue cat dog fox hill on bicycle riding astronaut"
WORDS = SENTENCE.split()
WIDTH = 16
BYTES = sorted(pre_tokenizers.ByteLevel.alphabet())
START, END = "<|startoftext|>", "<|endoftext|>"


def clip_tokenizer(pad: str = END) -> CLIPTokenizer:
    merges = [
        (word[:i], word[i] + ("</w>" if i + 1 == len(word) else ""))
        for word in WORDS
        for i in range(1, len(word))
    ]
    pieces = dict.fromkeys((*BYTES, *(f"{one}</w>" for one in BYTES), *map("".join, merges)))
    vocabulary = {piece: number for number, piece in enumerate((*pieces, START, END))}
    merged = list(dict.fromkeys(merges))
    return CLIPTokenizer(vocab=vocabulary, merges=merged, pad_token=pad, model_max_length=77)


def clip_encoder(seed: int, *, projected: bool) -> Any:
    vocabulary = clip_tokenizer().get_vocab()
    torch.manual_seed(seed)
    config = CLIPTextConfig(
        vocab_size=len(vocabulary),
        hidden_size=WIDTH,
        intermediate_size=32,
        num_hidden_layers=3,
        num_attention_heads=2,
        projection_dim=12,
        bos_token_id=vocabulary[START],
        eos_token_id=vocabulary[END],
        pad_token_id=vocabulary[END],
    )
    encoder = (CLIPTextModelWithProjection if projected else CLIPTextModel)(config).eval()
    for module in encoder.modules():
        if isinstance(module, torch.nn.LayerNorm):  # trained ones have a mean that is not zero
            torch.nn.init.normal_(module.bias, 0.3, 0.1)
    return encoder


def vae() -> AutoencoderKL:
    return AutoencoderKL(
        down_block_types=("DownEncoderBlock2D",) * 2,
        up_block_types=("UpDecoderBlock2D",) * 2,
        block_out_channels=(8, 16),
        norm_num_groups=4,
        latent_channels=4,
        sample_size=32,
        shift_factor=0.06,
    )


def unet(width: int, **more: Any) -> UNet2DConditionModel:
    torch.manual_seed(2)
    return UNet2DConditionModel(
        sample_size=16,
        block_out_channels=(8, 16),
        layers_per_block=1,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
        cross_attention_dim=width,
        attention_head_dim=4,
        norm_num_groups=4,
        **more,
    )


def sd() -> StableDiffusionPipeline:
    return StableDiffusionPipeline(
        vae=vae(),
        text_encoder=clip_encoder(0, projected=False),
        tokenizer=clip_tokenizer(),
        unet=unet(WIDTH),
        scheduler=EulerDiscreteScheduler(),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    )


def sdxl(*, zeros: bool = True) -> StableDiffusionXLPipeline:
    return StableDiffusionXLPipeline(
        vae=vae(),
        text_encoder=clip_encoder(0, projected=False),
        tokenizer=clip_tokenizer(),
        text_encoder_2=clip_encoder(1, projected=True),
        tokenizer_2=clip_tokenizer(pad="!"),
        unet=unet(
            2 * WIDTH,
            addition_embed_type="text_time",
            addition_time_embed_dim=4,
            projection_class_embeddings_input_dim=6 * 4 + 12,
        ),
        scheduler=EulerDiscreteScheduler(),
        force_zeros_for_empty_prompt=zeros,
        add_watermarker=False,
    )


def sd3() -> StableDiffusion3Pipeline:
    torch.manual_seed(3)
    return StableDiffusion3Pipeline(
        transformer=SD3Transformer2DModel(
            sample_size=16,
            patch_size=1,
            in_channels=4,
            out_channels=4,
            num_layers=1,
            attention_head_dim=8,
            num_attention_heads=2,
            caption_projection_dim=16,
            joint_attention_dim=40,
            pooled_projection_dim=24,
        ),
        scheduler=FlowMatchEulerDiscreteScheduler(),
        vae=vae(),
        text_encoder=clip_encoder(0, projected=True),
        tokenizer=clip_tokenizer(),
        text_encoder_2=clip_encoder(1, projected=True),
        tokenizer_2=clip_tokenizer(pad="!"),
        text_encoder_3=T5EncoderModel(
            T5Config(
                vocab_size=len(WORDS) + 3, d_model=40, d_ff=16, d_kv=8, num_layers=1, num_heads=2
            )
        ).eval(),
        tokenizer_3=t5_tokenizer(),
    )


def t5_tokenizer() -> PreTrainedTokenizerFast:
    vocabulary = {word: i for i, word in enumerate(["<pad>", "</s>", "<unk>", *WORDS])}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="$A </s>", special_tokens=[("</s>", 1)]
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="<pad>", eos_token="</s>", unk_token="<unk>"
    )
