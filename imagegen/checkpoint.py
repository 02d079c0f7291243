"""What a single file of weights is: told from the names and shapes in its header, without torch."""

import math
import re
import shlex
import statistics
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

from imagegen import header
from imagegen.errors import ModelError
from imagegen.header import Header

NETWORK = "model.diffusion_model."
FIRST = f"{NETWORK}input_blocks.0.0.weight"
CLIP_L = "text_model.embeddings.position_embedding.weight"
SD3_TEXT = {
    "text_encoder": (f"text_encoders.clip_l.transformer.{CLIP_L}",),
    "text_encoder_2": (f"text_encoders.clip_g.transformer.{CLIP_L}",),
    "text_encoder_3": ("text_encoders.t5xxl.transformer.shared.weight",),
}
VAE = ("first_stage_model.decoder.conv_in.weight", "vae.decoder.conv_in.weight")
OPEN_CLIP = "conditioner.embedders.{}.model.positional_embedding"
SD = {
    "unet": (FIRST,),
    "vae": VAE,
    "text_encoder": (
        f"cond_stage_model.transformer.{CLIP_L}",
        "cond_stage_model.model.token_embedding.weight",
    ),
}
SDXL = {
    "unet": (FIRST,),
    "vae": VAE,
    "text_encoder": (f"conditioner.embedders.0.transformer.{CLIP_L}",),
    "text_encoder_2": (OPEN_CLIP.format(1),),
}
# The pipelines that can be put together from one file, and a tensor of each part in the file.
PARTS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "StableDiffusionPipeline": SD,
    "StableDiffusionInpaintPipeline": SD,
    "StableDiffusionXLPipeline": SDXL,
    "StableDiffusionXLInpaintPipeline": SDXL,
    # The refiner: it has only the second of SDXL's text encoders.
    "StableDiffusionXLImg2ImgPipeline": {
        "unet": (FIRST,),
        "vae": VAE,
        "text_encoder_2": (OPEN_CLIP.format(0),),
    },
    "StableDiffusion3Pipeline": {
        "transformer": ("joint_blocks.0.context_block.adaLN_modulation.1.bias",),
        "vae": VAE,
        **SD3_TEXT,
    },
    "FluxPipeline": {
        "transformer": ("double_blocks.0.img_attn.norm.key_norm.scale",),
        "vae": VAE,
        "text_encoder": SD3_TEXT["text_encoder"],
        "text_encoder_2": SD3_TEXT["text_encoder_3"],
    },
}
# The numbers of each kind's denoising network: how it was trained does not change them, a file
# that was cut or pruned does. The table in SD 3's position embedding is not counted.
NUMBERS = {
    "sd1": 859_520_964,
    "sd2": 865_910_724,
    "sd2-base": 865_910_724,
    "sdxl": 2_567_463_684,
    "sd1-inpaint": 859_535_364,
    "sd2-inpaint": 865_925_124,
    "sdxl-inpaint": 2_567_478_084,
    "sdxl-refiner": 2_259_526_660,
    "sd3-medium": 2_028_328_000,
    "sd35-medium": 2_243_171_520,
    "sd35-large": 8_056_627_520,
    "flux-dev": 11_901_408_320,
    "flux-schnell": 11_891_178_560,
}
OTHER_PARTS = ("first_stage_model.", "vae.", "text_encoders.", "cond_stage_model.", "model_ema.")
PICKLES = (".ckpt", ".pt", ".pth", ".bin", ".pkl", ".pickle")
LORA = re.compile(r"lora_(down|up|[ABab])\b|\.lora\.|hada_w1|lokr_w|\.lora_linear_layer\.")
QUANTISED = re.compile(
    r"\.quant_state\.|\.(absmax|weight_scale|scale_weight|input_scale|comfy_quant)$|^scaled_fp8$"
)
# ComfyUI's rule: the networks of SD 2 that predict v have a wider bias here than the others.
TELLS_V = f"{NETWORK}output_blocks.11.1.transformer_blocks.0.norm1.bias"
LEAST_OF_V = 0.09
KNOWN = "Stable Diffusion 1, 2, XL, 3, 3.5 and FLUX.1"
MASKED = 9  # channels of a network that fills in a mask: noise, mask, and the masked picture
COMPLETE = "the whole model, as a folder that diffusers wrote or a single file with all its parts"


class Content(NamedTuple):
    """What lies in a file: which kind (a folder in `configs/`), and how it differs from that."""

    kind: str
    prediction: str | None = None
    zero_snr: bool = False
    size: tuple[int, int] | None = None


def refuse_other_formats(path: Path) -> None:
    """Refuse, by name and by first bytes, what is not safetensors; a pickle is never opened."""
    try:
        with path.open("rb") as file:
            start = file.read(64)
    except OSError as error:
        raise ModelError(
            "damaged-model", f"{path} cannot be read: {error.strerror}", hint=header.AGAIN
        ) from None
    if start.startswith(b"version https://git-lfs"):
        raise ModelError(
            "damaged-model",
            f"{path} is only a pointer of Git LFS to the real file",
            hint="`git lfs pull` in its folder, or the file itself from where it came",
        )
    if start.startswith(b"GGUF") or path.suffix.lower() == ".gguf":
        raise ModelError(
            "unsupported-model",
            f"{path} is a GGUF file, which imagegen cannot load yet",
            hint="the same model as .safetensors, or as a diffusers folder",
        )
    # The length of a safetensors header, which stands first, may begin like a pickle.
    pickled = start.startswith((b"PK\x03\x04", b"\x80")) and start[8:9] != b"{"
    if pickled or path.suffix.lower() in PICKLES:
        raise ModelError(
            "pickle-refused",
            f"{path} is a pickle: opening it could run any program that its maker put inside",
            hint=f"the same model as .safetensors, or turned into one, safely, by: {convert(path)}",
        )
    if start.lstrip().lower().startswith((b"<!doctype", b"<html")):
        raise ModelError(
            "damaged-model", f"{path} is a web page, not a model", hint="the download of the file"
        )
    if path.suffix != ".safetensors":  # diffusers takes every other file for a pickle
        raise ModelError(
            "unsupported-model",
            f"{path} is not called .safetensors",
            hint=f"{path.with_suffix('.safetensors').name}, if it is such a file",
        )


def convert(path: Path) -> str:
    """The command that makes a safetensors file of a pickle, running nothing that is inside."""
    return (
        'python -c "import sys, torch, safetensors.torch as s; '
        "w = torch.load(sys.argv[1], 'cpu', weights_only=True); w = w.get('state_dict', w); "
        "s.save_file({k: v.clone().contiguous() for k, v in w.items() "
        f'if isinstance(v, torch.Tensor)}}, sys.argv[2])" {shlex.quote(str(path))} '
        f"{shlex.quote(str(path.with_suffix('.safetensors')))}"
    )


def read(path: Path) -> Header:
    """The header of a whole text-to-image model; refuses everything else by what it is."""
    refuse_other_formats(path)
    found = header.read(path)
    for what, hint, is_it in NOT_MODELS:
        if is_it(found):
            raise ModelError("not-a-model", f"{path} is {what}, not a whole model", hint=hint)
    if any(map(QUANTISED.search, found.tensors)):
        raise ModelError(
            "unsupported-model",
            f"{path} is quantised, and its scales mean nothing to diffusers",
            hint="the same model in float16, bfloat16 or plain float8",
        )
    return found


def recognise(path: Path, found: Header) -> Content:
    """Which of the known models it is, by shapes; raises ModelError where it is none of them."""
    shape = _shapes(found)
    kind = _unet_kind(path, shape) if FIRST in found.tensors else _transformer_kind(path, shape)
    if kind == "sd2" and _prediction(found) != "v_prediction":
        values = header.numbers(path, found, TELLS_V)
        says_noise = _prediction(found) == "epsilon"
        if says_noise or not values or statistics.pstdev(values) <= LEAST_OF_V:
            kind = "sd2-base"
    count = _count(found)
    if count != NUMBERS[kind]:
        raise ModelError(
            "unsupported-model",
            f"{path} looks like {kind}, but its network has {count:,} numbers, "
            f"not {NUMBERS[kind]:,}",
            hint="--model-config with the diffusers folder of the model that it was made from",
        )
    return Content(kind, _prediction(found), "ztsnr" in found.tensors, _size(found))


def lacking(found: Header, pipeline: str) -> list[str]:
    """The parts that a pipeline needs and the file has not."""
    return [
        part
        for part, names in PARTS[pipeline].items()
        if not any(name in found.tensors or NETWORK + name in found.tensors for name in names)
    ]


def said(found: Header) -> Content:
    """What the file says of itself, where its kind is not asked for."""
    return Content("", _prediction(found), "ztsnr" in found.tensors, _size(found))


def _shapes(found: Header) -> Callable[[str], tuple[int, ...]]:
    def shape(name: str) -> tuple[int, ...]:
        """Of a tensor of the network; of none, no numbers."""
        tensor = found.tensors.get(NETWORK + name) or found.tensors.get(name)
        return tensor.shape if tensor else ()

    return shape


def _second(shape: tuple[int, ...]) -> int:
    """What a layer takes: its second number; 0 of a layer that is not there."""
    return shape[1] if len(shape) > 1 else 0


def _unet_kind(path: Path, shape: Callable[[str], tuple[int, ...]]) -> str:
    channels = _second(shape("input_blocks.0.0.weight"))
    if channels not in {4, MASKED}:
        what = UNUSUAL_CHANNELS.get(channels, f"a network that takes {channels} channels")
        raise _cannot_draw(path, what)
    inpaint = "-inpaint" if channels == MASKED else ""
    if shape("label_emb.0.0.weight"):
        width = _second(shape("input_blocks.4.1.transformer_blocks.0.attn2.to_k.weight"))
        if width == 1280 and not inpaint:
            return "sdxl-refiner"
        if width == 2048:
            return f"sdxl{inpaint}"
        raise _cannot_draw(path, "an unCLIP")
    width = _second(shape("input_blocks.1.1.transformer_blocks.0.attn2.to_k.weight"))
    kinds = {768: "sd1", 1024: "sd2"}
    if width not in kinds:
        raise _unknown(path)
    return f"{kinds[width]}{inpaint}"


def _transformer_kind(path: Path, shape: Callable[[str], tuple[int, ...]]) -> str:
    if shape("joint_blocks.0.context_block.adaLN_modulation.1.bias"):
        if shape("joint_blocks.37.x_block.mlp.fc1.weight"):
            return "sd35-large"
        return "sd35-medium" if shape("joint_blocks.0.x_block.attn2.qkv.weight") else "sd3-medium"
    if shape("double_blocks.0.img_attn.norm.key_norm.scale"):
        if shape("distilled_guidance_layer.in_proj.bias"):
            raise _unknown(path, "a Chroma")
        if _second(shape("img_in.weight")) != 64:
            raise _cannot_draw(path, "a FLUX that wants another picture (fill, depth or canny)")
        return "flux-dev" if shape("guidance_in.in_layer.bias") else "flux-schnell"
    if shape("single_stream_modulation.lin.weight"):
        raise _unknown(path, "a FLUX.2")
    raise _unknown(path)


UNUSUAL_CHANNELS = {
    7: "an upscaler",
    8: "an editing model (InstructPix2Pix)",
}


def _cannot_draw(path: Path, what: str) -> ModelError:
    return ModelError(
        "unsupported-model",
        f"{path} is {what}: it does not draw from words alone",
        hint="the base model of its family",
    )


def _unknown(path: Path, what: str = "of an unknown kind") -> ModelError:
    return ModelError(
        "unsupported-model",
        f"{path} is {what}: single files of {KNOWN} can be loaded",
        hint="the model's diffusers folder or hub id; for a smaller or larger model of these "
        "kinds, --model-config with such a folder",
    )


def _count(found: Header) -> int:
    """The numbers in the denoising network."""
    names = [name for name in found.tensors if name.startswith(NETWORK)]
    if not names:
        names = [name for name in found.tensors if not name.startswith(OTHER_PARTS)]
    return sum(
        math.prod(found.tensors[name].shape)
        for name in names
        if not name.endswith(("pos_embed", "v_pred", "ztsnr"))
    )


def _prediction(found: Header) -> str | None:
    """What the network predicts, by a mark among the tensors or by the words of modelspec."""
    word = found.metadata.get("modelspec.prediction_type", "").lower()
    if "v_pred" in found.tensors or word in {"v", "v_prediction", "v-prediction"}:
        return "v_prediction"
    return "epsilon" if word == "epsilon" else None


def _size(found: Header) -> tuple[int, int] | None:
    match = re.fullmatch(r"(\d{2,4})x(\d{2,4})", found.metadata.get("modelspec.resolution", ""))
    return (int(match[1]), int(match[2])) if match else None


def _starts(*starts: str) -> Callable[[Header], bool]:
    return lambda found: all(name.startswith(starts) for name in found.tensors)


def _has(*names: str) -> Callable[[Header], bool]:
    return lambda found: any(name in found.tensors for name in names)


def _is_lora(found: Header) -> bool:
    return any(map(LORA.search, found.tensors)) and not _has(FIRST)(found)


DIFFUSERS_PART = "the whole diffusers folder that it lies in, the one with model_index.json"
NOT_MODELS: tuple[tuple[str, str, Callable[[Header], bool]], ...] = (
    ("without any tensor", COMPLETE, lambda found: not found.tensors),
    ("a LoRA, which changes a model", "-m with the model that it was trained for", _is_lora),
    (
        "a ControlNet",
        COMPLETE,
        _has(
            "control_model.time_embed.0.weight",
            "controlnet_cond_embedding.conv_in.weight",
            "controlnet_down_blocks.0.weight",
        ),
    ),
    (
        "a textual inversion",
        COMPLETE,
        lambda found: len(found.tensors) < 4 and bool({"emb_params", "clip_g"} & {*found.tensors}),
    ),
    (
        "a VAE alone",
        COMPLETE,
        lambda found: (
            _has("decoder.conv_in.weight", "first_stage_model.decoder.conv_in.weight")(found)
            and _starts("encoder.", "decoder.", "quant_conv", "post_quant", "first_stage_model.")(
                found
            )
        ),
    ),
    (
        "a UNet alone, in diffusers' layout",
        DIFFUSERS_PART,
        _has("down_blocks.0.resnets.0.norm1.weight"),
    ),
    (
        "a transformer alone, in diffusers' layout",
        DIFFUSERS_PART,
        _has("transformer_blocks.0.attn.to_q.weight", "transformer_blocks.0.attn1.to_q.weight"),
    ),
    (
        "a text encoder alone",
        COMPLETE,
        lambda found: _has(
            *("text_model.embeddings.token_embedding.weight", "shared.weight"),
            *("embeddings.token_embedding.weight", "encoder.embed_tokens.weight"),
        )(found),
    ),
)
