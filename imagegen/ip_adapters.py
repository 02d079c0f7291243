"""The IP-Adapters of a picture: found, matched with the model and with an image encoder.

Only JSON and headers are read, so that what does not fit is told before anything heavy is loaded.
"""

import functools
import hashlib
import json
import os
from collections.abc import Callable, Mapping, Set
from pathlib import Path
from typing import Any, Literal

from msgspec import Struct

from imagegen import abilities, checkpoint, header, ip_adapter_words
from imagegen.catalog import ModelCard
from imagegen.errors import RequestError
from imagegen.inputs import Picture
from imagegen.ip_adapter_words import Asked
from imagegen.request import Request

SUFFIX, CONFIG, WEIGHTS = ".safetensors", "config.json", "model.safetensors"
ENCODER = "image_encoder"
# Where it lies beside an adapter, also as in h94/IP-Adapter: those of SDXL share SD's one.
BESIDE = (ENCODER, f"../{ENCODER}", f"../models/{ENCODER}")
HINT = "the .safetensors file of an IP-Adapter, or its folder"
# The first tensor of each kind that is known; the axis that is as wide as what the encoder gives.
PLAIN, FULL, PLUS = "image_proj.proj.weight", "image_proj.proj.3.weight", "image_proj.latents"
FACES = ("image_proj.perceiver_resampler.", "image_proj.norm.")
WIDE = {
    PLAIN: PLAIN,
    FULL: "image_proj.proj.0.weight",
    PLUS: "image_proj.proj_in.weight",
}
# What a configuration calls the width of what is read, and what it is where that is not said.
USUAL = {"projection": ("projection_dim", 512), "hidden": ("hidden_size", 768)}
Look = Callable[[str, str], Picture]
Reads = Literal["projection", "hidden"]


class Seen(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An IP-Adapter, the picture it looks at, through which image encoder, and how much.

    It `reads` the encoder's projection, or its last layer but one. The hashes are SHA-256;
    `encoder_sha256` is of the encoder's configuration and weights, one after the other.
    """

    name: str
    file: str
    sha256: str
    reads: Reads
    encoder: str
    encoder_sha256: str
    picture: Picture
    weight: float = 1.0

    @property
    def decides(self) -> tuple[object, ...]:
        """All of it that decides pixels."""
        return (self.sha256, self.encoder_sha256, self.weight, self.picture.sha256)


def chosen(request: Request, card: ModelCard, look: Look) -> tuple[Seen, ...]:
    """The IP-Adapters of a request that the model can draw with.

    Raises RequestError for what is none, does not fit the model, or has no image encoder;
    FileError for a picture that cannot be read.
    """
    asked = [ip_adapter_words.option(word) for word in request.ip_adapter or ()]
    return tuple(_seen(one, card, look) for one in asked)


def _seen(asked: Asked, card: ModelCard, look: Look) -> Seen:
    path = found(asked.adapter)
    _refuse_bin(path)
    checkpoint.refuse_other_formats(path)
    shapes = {name: one.shape for name, one in header.read(path).tensors.items()}
    reads, wide = _kind(asked.adapter, shapes)
    _check_fit(asked.adapter, shapes, card)
    encoder = _encoder(path, card, reads, wide)
    checkpoint.refuse_other_formats(encoder / WEIGHTS)
    header.read(encoder / WEIGHTS)
    return Seen(
        name=asked.adapter,
        file=str(path),
        sha256=digest(path),
        reads=reads,
        encoder=str(encoder),
        encoder_sha256=_encoder_digest(encoder),
        picture=look(asked.file, "picture for the IP-Adapter"),
        weight=asked.weight,
    )


def found(name: str) -> Path:
    """The file that a name stands for; raises RequestError where there is none, or several."""
    path = Path(os.path.expanduser(name))  # noqa: PTH111 (pathlib raises for ~nobody)
    if os.path.isfile(path):  # noqa: PTH113 (pathlib raises for a name too long)
        return path.absolute()
    if os.path.isdir(path):  # noqa: PTH112
        files = sorted(one for one in path.iterdir() if one.suffix in {SUFFIX, ".bin"})
        tensors = [one for one in files if one.suffix == SUFFIX] or files
        if len(tensors) == 1:
            return tensors[0].absolute()
        listed = ", ".join(one.name for one in tensors[:4]) or "none"
        raise RequestError(
            "ip-adapter-not-found",
            f"the folder '{name}' has not one {SUFFIX} file but {len(tensors)}: {listed}",
            hint="the file itself",
        )
    raise RequestError(
        "ip-adapter-not-found",
        f"there is no IP-Adapter '{name}': no such file or folder",
        hint=f"{HINT}; for one of the hub, `hf download h94/IP-Adapter --local-dir NEW-FOLDER`",
    )


def _refuse_bin(path: Path) -> None:
    if path.suffix == ".bin":
        raise RequestError(
            "pickle-refused",
            f"{path} is a pickle, which may run any program when it is opened",
            hint=f"the {SUFFIX} of it, or where you trust it: torch.load(FILE, weights_only=True)"
            ' gives {"image_proj": …, "ip_adapter": …}; safetensors.torch.save_file with the'
            " names joined by a dot",
        )


def _kind(name: str, shapes: Mapping[str, tuple[int, ...]]) -> tuple[Reads, int]:
    """What it reads of the image encoder, and how wide that is."""
    if not any(one.startswith("ip_adapter.") for one in shapes):
        raise RequestError(
            "unsupported-ip-adapter",
            f"'{name}' is no IP-Adapter: no tensor of it is called ip_adapter.…",
            hint=HINT,
        )
    known = next((one for one in (PLAIN, FULL, PLUS) if one in shapes), None)
    wide = () if known is None else shapes.get(WIDE[known], ())
    face = any(one.startswith(FACES) for one in shapes) and known not in {PLAIN, FULL}
    if known is None or len(wide) != 2 or face:
        raise RequestError(
            "unsupported-ip-adapter",
            f"'{name}' is an IP-Adapter of another kind (FaceID, or newer)",
            hint="a plain IP-Adapter, one called plus, or full-face",
        )
    return ("projection" if known == PLAIN else "hidden"), wide[1]


def _check_fit(name: str, shapes: Mapping[str, tuple[int, ...]], card: ModelCard) -> None:
    """Refuse an adapter that was made for a network of another width."""
    own = {shape[-1] for one, shape in shapes.items() if one.endswith(".to_k_ip.weight")}
    wide = _config(card.folder / "unet" / CONFIG).get("cross_attention_dim")
    if own != {wide}:
        said = ", ".join(map(str, sorted(own))) or "not said"
        raise RequestError(
            "ip-adapter-mismatch",
            f"the IP-Adapter '{name}' does not fit {card.name}: the width of its"
            f" cross-attention is {said}, not {wide}",
            hint=f"an IP-Adapter that was trained with a model like {card.name}",
        )


def _encoder(path: Path, card: ModelCard, reads: Reads, wide: int) -> Path:
    """The folder of the image encoder: the model's own, or the first beside that is as wide."""
    places = [card.folder / ENCODER, *(path.parent / one for one in BESIDE)]
    others = []
    for place in places:
        if not (os.path.isfile(place / CONFIG) and os.path.isfile(place / WEIGHTS)):  # noqa: PTH113
            continue
        config = _config(place / CONFIG)
        given = config.get(*USUAL[reads])
        if given == wide:
            return Path(os.path.normpath(place))
        others.append(f"that of {os.path.normpath(place)} gives {given}")
    listed = ", ".join(dict.fromkeys(os.path.normpath(place) for place in places))
    raise RequestError(
        "image-encoder-not-found",
        f"no image encoder that gives {wide} numbers, as {path.name} reads them"
        + (f": {'; '.join(others)}" if others else ""),
        hint=f"its {CONFIG} and {WEIGHTS} in one of {listed}",
    )


def _config(path: Path) -> Mapping[str, Any]:
    try:
        content = json.loads(path.read_bytes())
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, RecursionError) as error:
        raise RequestError(
            "unsupported-ip-adapter", f"{path} cannot be read: {error}", hint="the file, whole"
        ) from None
    return content if isinstance(content, dict) else {}


def check_way(request: Request, card: ModelCard, kinds: Set[str]) -> None:
    """Refuse IP-Adapters beside controls whose classes take none."""
    if "T2IAdapter" in kinds:
        what = ", ".join(what for _, what in abilities.drawn_by(request, card))
        raise RequestError(
            "ip-adapter-not-taken",
            f"{card.name} draws {what} under a T2I-Adapter without IP-Adapters",
            hint="a ControlNet, or one of the two",
        )


def _encoder_digest(folder: Path) -> str:
    whole = hashlib.sha256()
    for path in (folder / CONFIG, folder / WEIGHTS):
        whole.update(bytes.fromhex(digest(path)))
    return whole.hexdigest()


def digest(path: Path) -> str:
    """The SHA-256 of a file, read once as long as it does not change."""
    return _digest(path, _stamp(path))


def _stamp(path: Path) -> tuple[int, int]:
    about = path.stat()
    return about.st_size, about.st_mtime_ns


@functools.lru_cache(maxsize=64)
def _digest(path: Path, _: tuple[int, int]) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
