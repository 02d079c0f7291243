"""How many bytes the parts of a model take in memory, told from the headers of its files."""

import json
import math
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from imagegen import header, layout
from imagegen.errors import ModelError
from imagegen.header import BYTES, Tensor
from imagegen.singlefile import SingleFile

ITEM = {"float32": 4, "float16": 2, "bfloat16": 2}
DTYPES = {"float32": "F32", "float16": "F16", "bfloat16": "BF16"}
# Bytes for a number of a quantised matrix; NF4 has, for 64 of them, a scale in float32 besides.
QUANTISED = {"int8": 1.0, "float8": 1.0, "nf4": 0.5 + 4 / 64}
# The denoising networks, and text encoders: parts that may be quantised.
NETWORKS = ("unet", "transformer", "transformer_2", "unet_2", "decoder")
TEXT_ENCODERS = ("text_encoder", "text_encoder_2", "text_encoder_3")
DECODERS = ("vae", "movq", "vqvae", "vqgan")
BLOCK = re.compile(r"(\w+\.\d+)\.")
# Where a single file keeps its parts; what is none of these belongs to the network.
PREFIXES = (
    ("model_ema.", None),  # not loaded
    ("first_stage_model.", "vae"),
    ("vae.", "vae"),
    ("cond_stage_model.", "text_encoder"),
    ("conditioner.embedders.0.transformer.", "text_encoder"),
    ("conditioner.embedders.0.", "text_encoder_2"),
    ("conditioner.embedders.1.", "text_encoder_2"),
    ("text_encoders.clip_l.", "text_encoder"),
    ("text_encoders.clip_g.", "text_encoder_2"),
    ("text_encoders.t5xxl.", "text_encoder_3"),
    ("model.diffusion_model.", "network"),
    ("", "network"),
)
# Which tensors tell the widths that activations depend on, in diffusers' names and in the others.
STEMS = ("conv_in.weight", "input_blocks.0.0.weight")
LAST_NORMS = ("decoder.conv_norm_out.weight", "decoder.norm_out.weight", "decoder.norm_out.gamma")
LEVEL = re.compile(r"decoder\.up(?:_blocks)?\.(\d+)\.")  # each but the last doubles the sides
EMBEDDINGS = re.compile(r"embed|shared|wte")
CLIP = re.compile(r"position_embedding\.weight|positional_embedding")


class Part(NamedTuple):
    """A part of a model, in bytes as it is loaded.

    `read`: those that are not the file's own bytes, and so have to lie in memory (the rest is
    mapped from the file, and can be dropped and read again). `block` is the largest of its
    repeated blocks, `rest` what is in none, `leaf` its largest single layer.
    """

    name: str
    total: int
    read: int
    block: int
    rest: int
    leaf: int


class Bulk(NamedTuple):
    """All parts of a model, and the widths that its activations depend on.

    `convolves`: the network is a UNet of that many channels at first, else a transformer of that
    many; `decoder` are the decoder's channels at full size, `latent` the pixels a side of a latent
    (8, or fewer where the decoder has fewer levels).
    """

    parts: tuple[Part, ...]
    convolves: bool
    width: int
    decoder: int
    latent: int = 8

    @property
    def total(self) -> int:
        """Bytes of all weights."""
        return sum(part.total for part in self.parts)

    @property
    def read(self) -> int:
        """Bytes that have to lie in memory, if the model stays there."""
        return sum(part.read for part in self.parts)


Named = Mapping[str, Tensor]


def of_folder(
    folder: Path, variant: str | None, precision: str, quantise: str | None = None
) -> Bulk:
    """The bulk of a diffusers folder, loaded in this precision; raises ModelError."""
    try:
        index = json.loads((folder / "model_index.json").read_bytes())
    except (OSError, ValueError) as error:
        raise ModelError(
            "damaged-model",
            f"{folder / 'model_index.json'} cannot be read: {error}",
            hint="the model copied again, whole",
        ) from None
    names = [path.relative_to(folder).as_posix() for path in folder.glob("*/*")]
    wanted = layout.only_variant(names) if variant is None else variant
    parts: dict[str, dict[str, Tensor]] = {}
    for part in layout.parts(index):
        for file in _weights(names, part, wanted):
            parts.setdefault(part, {}).update(header.read(folder / file).tensors)
    return of_tensors(parts, precision, quantise)


def of_file(file: str, single: SingleFile, precision: str, quantise: str | None = None) -> Bulk:
    """The bulk of a single file, with the parts that it lacks; raises ModelError."""
    parts: dict[str, dict[str, Tensor]] = {}
    for name, tensor in header.read(Path(file)).tensors.items():
        prefix, part = next(row for row in PREFIXES if name.startswith(row[0]))
        if part is not None:
            part = "transformer" if part == "network" else part
            parts.setdefault(part, {})[name.removeprefix(prefix)] = tensor
    for part, folder in single.parts:
        for path in sorted(Path(folder).glob(f"*{layout.PLAIN}")):
            parts.setdefault(part, {}).update(header.read(path).tensors)
    return of_tensors(parts, precision, quantise)


def of_tensors(parts: Mapping[str, Named], precision: str, quantise: str | None = None) -> Bulk:
    """The bulk of tensors by part and name."""
    network = next((parts[name] for name in NETWORKS if name in parts), {})
    decoder = next((parts[name] for name in DECODERS if name in parts), {})
    stem = _first(network, STEMS)
    convolves = stem is not None and len(stem.shape) == 4
    return Bulk(
        parts=tuple(
            _part(name, tensors, precision, quantise if is_quantised(name, tensors) else None)
            for name, tensors in parts.items()
        ),
        convolves=convolves,
        width=stem.shape[0] if convolves and stem is not None else _width(network),
        decoder=getattr(_first(decoder, LAST_NORMS), "shape", (256,))[0],
        latent=_latent(decoder),
    )


def beside(bulk: Bulk, part: str, tensors: Named, precision: str) -> Bulk:
    """The bulk of a model with one part more."""
    return bulk._replace(parts=(*bulk.parts, _part(part, tensors, precision, None)))


def _weights(names: Iterable[str], part: str, variant: str | None) -> list[str]:
    """The files of a part that a pipeline loads: those of the variant, else the plain ones."""
    found = [name for name in names if name.startswith(f"{part}/") and name.endswith(layout.PLAIN)]
    chosen = [name for name in found if layout.variants([name]) == [variant]]
    return chosen or [name for name in found if layout.is_plain(name)] or found


def is_quantised(part: str, names: Iterable[str]) -> bool:
    """Whether quantising has to do with a part: with networks, and text encoders but for CLIP's.

    CLIP's encoders are small, and what they say decides much.
    """
    return part in NETWORKS or (
        part in TEXT_ENCODERS and not any(CLIP.search(name) for name in names)
    )


def _part(name: str, tensors: Named, precision: str, quantise: str | None) -> Part:
    blocks: dict[str, int] = {}
    leaves: dict[str, int] = {}
    total = read = rest = 0
    for tensor_name, tensor in tensors.items():
        size, mapped = _size(tensor_name, tensor, precision, quantise)
        total += size
        read += 0 if mapped else size
        leaf = tensor_name.rpartition(".")[0]
        leaves[leaf] = leaves.get(leaf, 0) + size
        block = BLOCK.match(tensor_name)
        if block is None:
            rest += size
        else:
            blocks[block[1]] = blocks.get(block[1], 0) + size
    most, largest = max(blocks.values(), default=0), max(leaves.values(), default=0)
    return Part(name, total, read, most, rest, largest)


def _size(name: str, tensor: Tensor, precision: str, quantise: str | None) -> tuple[int, bool]:
    """Bytes in memory, and whether they are the file's own."""
    count = math.prod(tensor.shape)
    if quantise is not None and len(tensor.shape) == 2 and not EMBEDDINGS.search(name):
        return math.ceil(count * QUANTISED[quantise]), False
    if not tensor.dtype.startswith(("F", "BF")):
        return count * BYTES[tensor.dtype], True
    return count * ITEM[precision], tensor.dtype == DTYPES[precision]


def _first(tensors: Named, names: tuple[str, ...]) -> Tensor | None:
    return next((tensors[name] for name in names if name in tensors), None)


def _latent(decoder: Named) -> int:
    levels = [int(found[1]) for name in decoder if (found := LEVEL.match(name)) is not None]
    return int(min(2 ** max(levels), 8)) if levels else 8


def _width(network: Named) -> int:
    """A transformer's width: the smaller side of its largest matrix, which widens or narrows it."""
    matrices = [tensor.shape for tensor in network.values() if len(tensor.shape) == 2]
    return min(max(matrices, key=math.prod, default=(1024, 1024)))
