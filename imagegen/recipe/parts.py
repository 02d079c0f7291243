"""The organs of storybook before they have learnt anything: ordinary diffusers classes."""

from dataclasses import dataclass
from typing import Any

from diffusers import AutoencoderKL, DDIMScheduler, UNet2DConditionModel
from tokenizers import Regex, Tokenizer, normalizers, pre_tokenizers
from tokenizers.models import WordLevel
from tokenizers.processors import TemplateProcessing
from transformers import CLIPTextConfig, CLIPTextModel, PreTrainedTokenizerFast

from imagegen.drawing.caption import vocabulary

FACTOR = 16  # pixels a side that become one latent: few latents make the UNet quick on a laptop
WORDS = 48  # longest caption in tokens, begin and end included; the longest we say has fewer


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """How large the organs are. All that a stage needs to know of the model is here."""

    picture: int = 512  # pixels a side
    channels: int = 16  # numbers per latent: 48 times fewer than the pixels they stand for
    # The VAE is narrow where the picture is large, since half of all work is done at full size.
    vae: tuple[int, ...] = (24, 48, 96, 128, 128)
    text: int = 256  # width of the text encoder, and so of the cross-attention
    text_layers: int = 4
    unet: tuple[int, ...] = (128, 192)
    heads: tuple[int, ...] = (2, 3)  # 64 wide each

    @property
    def latent(self) -> int:
        """Latents a side."""
        return self.picture // FACTOR


STORYBOOK = Sizes()
TOY = Sizes(
    picture=64, channels=4, vae=(8, 8, 8, 8, 8), text=32, text_layers=1, unet=(32, 32), heads=(1, 1)
)

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


def vae(sizes: Sizes) -> AutoencoderKL:
    """Pictures (3, 512, 512) to latents (16, 32, 32) and back; 4.3 M parameters.

    No attention, so that any size works and memory grows with the picture only.
    """
    return AutoencoderKL(
        block_out_channels=sizes.vae,
        down_block_types=("DownEncoderBlock2D",) * len(sizes.vae),
        up_block_types=("UpDecoderBlock2D",) * len(sizes.vae),
        layers_per_block=1,
        latent_channels=sizes.channels,
        norm_num_groups=8,
        mid_block_add_attention=False,
        sample_size=sizes.picture,
        scaling_factor=1.0,  # latents are made unit-normal by their own last layer, see vae.py
        force_upcast=False,
    )


def text_encoder(sizes: Sizes, words: int) -> CLIPTextModel:
    """Tokens (48) to embeddings (48, 256); 2.8 M parameters."""
    return CLIPTextModel(
        CLIPTextConfig(
            vocab_size=words,
            hidden_size=sizes.text,
            intermediate_size=3 * sizes.text,
            num_hidden_layers=sizes.text_layers,
            num_attention_heads=max(1, sizes.text // 64),
            max_position_embeddings=WORDS,
            projection_dim=sizes.text,
            pad_token_id=PAD,
            bos_token_id=BOS,
            eos_token_id=EOS,
        )
    )


def unet(sizes: Sizes) -> UNet2DConditionModel:
    """Noisy latents (16, 32, 32), a time and embeddings to the velocity; 14.7 M parameters.

    Two levels only: relations need attention over the whole picture, and 16 x 16 positions are
    few enough to have it. A third level, (96, 128, 192), would be 17.8 M: over the size bound.
    """
    return UNet2DConditionModel(
        sample_size=sizes.latent,
        in_channels=sizes.channels,
        out_channels=sizes.channels,
        block_out_channels=sizes.unet,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
        layers_per_block=2,
        attention_head_dim=sizes.heads,  # in truth their number: diffusers kept an old name
        cross_attention_dim=sizes.text,
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
