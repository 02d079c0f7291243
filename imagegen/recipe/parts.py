"""The organs of storybook before they have learnt anything: ordinary diffusers classes."""

from typing import Any

from diffusers import AutoencoderKL, DDIMScheduler, UNet2DConditionModel
from tokenizers import Regex, Tokenizer, normalizers, pre_tokenizers
from tokenizers.models import WordLevel
from tokenizers.processors import TemplateProcessing
from transformers import CLIPTextConfig, CLIPTextModel, PreTrainedTokenizerFast

from imagegen.drawing.caption import vocabulary

PICTURE = 512  # pixels a side
LATENT = 32  # latents a side: the VAE makes 16 x 16 pixels one, so the UNet is quick on a laptop
CHANNELS = 16  # numbers per latent: 48 times fewer than the pixels they stand for
WORDS = 32  # longest caption in tokens, begin and end included; the longest we say has 29
WIDTH = 256  # of the text encoder, and so of the cross-attention

SPECIAL = ("[PAD]", "[UNK]", "[BOS]", "[EOS]")
PAD, UNK, BOS, EOS = range(len(SPECIAL))

# Linear betas leave an SNR of 4e-5 at the last step: as good as pure noise, which sampling starts
# from, so nights come out dark and every scheduler of diffusers can use the schedule as it is.
SCHEDULE: dict[str, Any] = {
    "num_train_timesteps": 1000,
    "beta_start": 1e-4,
    "beta_end": 0.02,
    "beta_schedule": "linear",
    "prediction_type": "v_prediction",
}


def tokenizer() -> PreTrainedTokenizerFast:
    """One token a word, case and punctuation aside: the storybook world has few words."""
    words = {word: i for i, word in enumerate((*SPECIAL, *vocabulary()))}
    fast = Tokenizer(WordLevel(words, unk_token="[UNK]"))
    fast.normalizer = normalizers.Lowercase()
    fast.pre_tokenizer = pre_tokenizers.Split(Regex("[^a-z0-9]+"), behavior="removed")
    fast.post_processor = TemplateProcessing(
        single="[BOS] $A [EOS]", special_tokens=[("[BOS]", BOS), ("[EOS]", EOS)]
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=fast,
        model_max_length=WORDS,
        pad_token="[PAD]",
        unk_token="[UNK]",
        bos_token="[BOS]",
        eos_token="[EOS]",
    )


def vae() -> AutoencoderKL:
    """Pictures (3, 512, 512) to latents (16, 32, 32) and back; 4.3 M parameters.

    No attention, so that any size works and memory grows with the picture only; narrow where the
    picture is large, since half of all the work is done at full size.
    """
    return AutoencoderKL(
        block_out_channels=(24, 48, 96, 128, 128),
        down_block_types=("DownEncoderBlock2D",) * 5,
        up_block_types=("UpDecoderBlock2D",) * 5,
        layers_per_block=1,
        latent_channels=CHANNELS,
        norm_num_groups=8,
        mid_block_add_attention=False,
        sample_size=PICTURE,
        scaling_factor=1.0,  # latents are made unit-normal by their own last layer, see vae.py
        force_upcast=False,
    )


def text_encoder(words: int) -> CLIPTextModel:
    """Tokens (32) to embeddings (32, 256); 2.7 M parameters."""
    return CLIPTextModel(
        CLIPTextConfig(
            vocab_size=words,
            hidden_size=WIDTH,
            intermediate_size=3 * WIDTH,
            num_hidden_layers=4,
            num_attention_heads=4,
            max_position_embeddings=WORDS,
            projection_dim=WIDTH,
            pad_token_id=PAD,
            bos_token_id=BOS,
            eos_token_id=EOS,
        )
    )


def unet() -> UNet2DConditionModel:
    """Noisy latents (16, 32, 32), a time and embeddings to the velocity; 14.7 M parameters.

    Two levels only: relations need attention over the whole picture, and 16 x 16 positions are
    few enough to have it; a third level cost parameters that drew nothing.
    """
    return UNet2DConditionModel(
        sample_size=LATENT,
        in_channels=CHANNELS,
        out_channels=CHANNELS,
        block_out_channels=(128, 192),
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
        layers_per_block=2,
        attention_head_dim=(2, 3),  # heads, in truth: diffusers kept an old name; 64 wide each
        cross_attention_dim=WIDTH,
    )


def scheduler() -> DDIMScheduler:
    """The noise schedule the model was trained on, as diffusers' schedulers read it."""
    return DDIMScheduler(
        **SCHEDULE,
        clip_sample=False,
        set_alpha_to_one=True,
        steps_offset=1,
        timestep_spacing="trailing",
    )
