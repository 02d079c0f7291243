"""Which layers of a model a LoRA's tensors belong to, in the names of kohya, diffusers and peft.

All three are compared without their dots, since kohya's have none: what `_` stands for there, a dot
or a `_`, only the model can say.
"""

import math
import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

Shape = tuple[int, ...]
NETWORK, TEXTS = "network", ("text_encoder", "text_encoder_2", "text_encoder_3")
PART = re.compile(
    r"(?P<path>.+?)(?:"
    r"\.lora_(?P<side>down|up|mid|A|B)(?:\.(?!weight$)\w+)?\.weight"
    r"|(?P<older>[._]lora|\.lora_linear_layer)\.(?P<way>down|up)\.weight"
    r"|\.(?P<alpha>alpha)"
    r"|\.(?P<dora>dora_scale|lora_magnitude_vector(?:\.\w+)*))"
)
SIDES = {"A": "down", "B": "up"}
# Other ways to write a change of weights, which are not read here, by a piece of their names.
STRANGE = {
    "hada_": "LoHa",
    "lokr_": "LoKr",
    "oft_": "OFT",
    ".diff": "whole weights",
    "lora_B.bias": "biases",
    "lora_embedding_": "embeddings",
}
FLAT = {
    "lora_unet_": NETWORK,
    "lora_transformer_": NETWORK,
    "lora_te_": TEXTS[0],
    "lora_te1_": TEXTS[0],
    "lora_te2_": TEXTS[1],
    "lora_te3_": TEXTS[2],
}
DOTTED = {
    "unet.": NETWORK,
    "transformer.": NETWORK,
    "diffusion_model.": NETWORK,
    "text_encoder_3.": TEXTS[2],
    "text_encoder_2.": TEXTS[1],
    "text_encoder.": TEXTS[0],
}
# Names of the first Stable Diffusion's code, which kohya's scripts keep for SDXL.
INPUT = re.compile(r"(input|output)_blocks_(\d+)_(\d+)_(.+)")
MIDDLE = re.compile(r"middle_block_(\d)_(.+)")
RESIDUAL = {
    "in_layers_2": "conv1",
    "out_layers_3": "conv2",
    "emb_layers_1": "time_emb_proj",
    "skip_connection": "conv_shortcut",
}
WHOLE = {
    "input_blocks_0_0": "conv_in",
    "out_2": "conv_out",
    "time_embed_0": "time_embedding_linear_1",
    "time_embed_2": "time_embedding_linear_2",
    "label_emb_0_0": "add_embedding_linear_1",
    "label_emb_0_2": "add_embedding_linear_2",
}
RESNETS = re.compile(r"down_blocks_0_resnets_(\d+)_")
OLDER = re.compile(r"self_attn_to_([qkv])$")
WIDTHS = {768: "Stable Diffusion 1", 1024: "Stable Diffusion 2", 2048: "SDXL"}
READS_WORDS = re.compile(r"attn2[._](?:processor[._])?to_[kv]")
MARKS = (
    (re.compile(r"double_blocks|single_blocks|single_transformer_blocks"), "FLUX"),
    (re.compile(r"joint_blocks|attn[._]add_q_proj"), "Stable Diffusion 3"),
)


class Module(NamedTuple):
    """A layer of the model: its name in its part, and the shape of its weight (out, in, ...)."""

    name: str
    shape: Shape


class Match(NamedTuple):
    """The layers that were found, each with the tensors of it by what they are, and the others.

    `missing` names layers that the model has not, `unfit` those whose shapes differ.
    """

    layers: Mapping[tuple[str, str], Mapping[str, str]]
    missing: tuple[str, ...]
    unfit: tuple[str, ...]

    @property
    def found(self) -> int:
        """How many layers fit."""
        return len(self.layers)

    @property
    def all(self) -> int:
        """How many layers the file has."""
        return len(self.layers) + len(self.missing) + len(self.unfit)


def flat(name: str) -> str:
    """A module's name as it is compared: without dots, and without what only some writers add."""
    return name.removeprefix("text_model.").replace(".", "_").removeprefix("text_model_")


def index(modules: Iterable[Module]) -> dict[str, Module]:
    """The modules of a part, to be looked up."""
    return {flat(one.name): one for one in modules}


def strange(keys: Iterable[str]) -> str | None:
    """What a file has that is no LoRA; None where nothing is."""
    return next((what for key in keys for mark, what in STRANGE.items() if mark in key), None)


def unknown(keys: Iterable[str]) -> list[str]:
    """Tensors that are no part of a LoRA."""
    return [key for key in keys if PART.fullmatch(key) is None]


def match(tensors: Mapping[str, Shape], model: Mapping[str, Mapping[str, Module]]) -> Match:
    """The layers of a file in a model, whose parts have their modules in an `index`."""
    layers: dict[str, dict[str, str]] = {}
    for key in tensors:
        found = PART.fullmatch(key)
        if found is not None:
            path = found["path"] + ("\0" if found["older"] == "_lora" else "")
            layers.setdefault(path, {})[_kind(found)] = key
    placed: dict[tuple[str, str], dict[str, str]] = {}
    missing, unfit = [], []
    for path, keys in layers.items():
        part, module = _module(path, model)
        if module is None:
            missing.append(path.rstrip("\0"))
        elif not _fits(keys, tensors, module.shape):
            unfit.append(path.rstrip("\0"))
        else:
            placed[part, module.name] = keys
    return Match(placed, tuple(missing), tuple(unfit))


def looks_like(tensors: Mapping[str, Shape], metadata: Mapping[str, str]) -> str | None:
    """The model that a LoRA was probably made for."""
    for mark, name in MARKS:
        if any(mark.search(key) for key in tensors):
            return name
    for key, shape in tensors.items():
        found = PART.fullmatch(key)
        if found is not None and _kind(found) == "down" and READS_WORDS.search(key):
            return WIDTHS.get(shape[1], f"a model whose text encoder is {shape[1]} wide")
    return metadata.get("modelspec.architecture") or metadata.get("ss_base_model_version")


def _kind(found: re.Match[str]) -> str:
    if found["side"]:
        return SIDES.get(found["side"], found["side"])
    return found["way"] or ("alpha" if found["alpha"] else "dora")


def _module(path: str, model: Mapping[str, Mapping[str, Module]]) -> tuple[str, Module | None]:
    path = path.removeprefix("base_model.model.")
    starts = {**FLAT, **DOTTED}
    start = next((one for one in starts if path.startswith(one)), "")
    part = starts.get(start, NETWORK)
    names, older = model.get(part, {}), path.endswith("\0")
    name = flat(path[len(start) :].rstrip("\0")).replace("_processor_", "_")
    if older:
        name = OLDER.sub(r"self_attn_\1_proj", name)
        name = name.replace("self_attn_to_out", "self_attn_out_proj")
        name = name if name in names else f"{name}_0"
    if name not in names and part == NETWORK:
        name = _original(name, names)
    return part, names.get(name)


def _original(name: str, names: Iterable[str]) -> str:
    """The name in diffusers of a layer that is called as in the first Stable Diffusion's code."""
    if name in WHOLE:
        return WHOLE[name]
    middle = MIDDLE.fullmatch(name)
    if middle is not None:
        place = ("resnets_0", "attentions_0", "resnets_1")[min(int(middle[1]), 2)]
        return f"mid_block_{place}_{RESIDUAL.get(middle[2], middle[2])}"
    found = INPUT.fullmatch(name)
    if found is None:
        return name
    each = 2 + max((int(one[1]) for other in names if (one := RESNETS.match(other))), default=-2)
    if each < 1:
        return name
    way, number, inner, rest = found[1], int(found[2]), int(found[3]), found[4]
    block, layer = divmod(number - 1 if way == "input" else number, each)
    start = f"{'down' if way == 'input' else 'up'}_blocks_{block}"
    if rest == "op":
        return f"{start}_downsamplers_0_conv"
    if inner and rest == "conv":
        return f"{start}_upsamplers_0_conv"
    if inner == 0:
        return f"{start}_resnets_{layer}_{RESIDUAL.get(rest, rest)}"
    return f"{start}_attentions_{layer}_{rest}"


def _fits(keys: Mapping[str, str], tensors: Mapping[str, Shape], weight: Shape) -> bool:
    """Whether up x down is a change of a weight (out, in, height, width) or (out, in)."""
    if not {"down", "up"} <= keys.keys():
        return False
    down, up = tensors[keys["down"]], tensors[keys["up"]]
    wide = tensors[keys["mid"]] if "mid" in keys else down
    return (
        min(len(down), len(up), len(wide)) >= 2
        and (up[0], down[1]) == weight[:2]
        and up[1] == down[0]
        and math.prod(wide[2:]) == math.prod(weight[2:])
    )
