"""What is known of a model before it is loaded: a table of names, and a folder's JSON."""

import difflib
import json
import math
import os
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct, ValidationError, convert, structs

from imagegen import families
from imagegen.errors import ModelError
from imagegen.families import Family

HERE = Path(__file__).parent
BUILT_IN = "storybook"
HUB_ID = re.compile(r"[\w.-]+/[\w.-]+", re.ASCII)
# A closed vocabulary is small; the tokenizers of large models are not worth reading here.
LARGEST_VOCABULARY_FILE = 2_000_000
# Where the parts lie that say a picture's size: the first that the class has.
NETWORKS = ("unet", "transformer", "decoder")
DECODERS = ("vae", "movq", "vqvae", "vqgan")


class ModelCard(Struct, frozen=True, kw_only=True):
    """What a plan needs to know of a model; `prediction` None: only the loaded model can say.

    `folder` holds its configuration, and of a model that is on this machine the weights as well.
    `pipeline` is the class that draws with it, `family` what that class takes.
    """

    name: str
    pipeline: str
    family: Family
    source: str
    folder: Path
    revision: str | None
    width: int
    height: int
    multiple: int
    steps: int
    guidance: float
    scheduler: str | None
    prediction: str | None
    scheduler_config: Mapping[str, Any]
    vocabulary: frozenset[str] | None


class Habits(Struct, frozen=True, kw_only=True):
    """How a model is best used; a folder may say so itself in `imagegen.json`, else its family."""

    steps: int | None = None
    guidance: float | None = None
    scheduler: str | None = None
    multiple: int | None = None


MODELS: Mapping[str, tuple[Path, Habits]] = {
    BUILT_IN: (
        HERE / "models" / BUILT_IN,
        Habits(steps=20, guidance=4.0, scheduler="dpm++-2m"),
    ),
}


def find(name: str, fetch: Callable[[str], Path]) -> ModelCard:
    """The card of a named model, a folder, or a hub id whose configuration `fetch` brings."""
    if name in MODELS:
        folder, habits = MODELS[name]
        return read_folder(folder, name=name, source=str(folder), habits=habits)
    path = Path(os.path.expanduser(name))  # noqa: PTH111 (pathlib raises for a ~user not there)
    if name and os.path.isdir(path):  # noqa: PTH112 (pathlib raises for a name too long)
        return read_folder(path, name=name, source=str(path.resolve()), habits=Habits())
    if os.path.isfile(path):  # noqa: PTH113
        raise ModelError(
            "not-a-folder", f"model '{name}' is a file", hint="the folder that has model_index.json"
        )
    if HUB_ID.fullmatch(name) and not name.startswith("."):
        folder = fetch(name)
        revision = folder.name
        return read_folder(folder, name=name, source=name, habits=Habits(), revision=revision)
    near = difflib.get_close_matches(name, MODELS, n=1)
    raise ModelError(
        "model-not-found",
        f"there is no model '{name}': no such name, folder or hub id",
        hint=f"-m {near[0] if near else BUILT_IN}, -m ./folder or -m owner/name",
    )


def read_folder(
    folder: Path, *, name: str, source: str, habits: Habits, revision: str | None = None
) -> ModelCard:
    """The card of a diffusers folder, read from its JSON files alone."""
    index = _read_json(folder / "model_index.json", name)
    parts = _parts(index)
    _check_pipeline(name, index.get("_class_name"))
    _check_components(folder, name, parts, remote=revision is not None)
    network = _config_of(NETWORKS, parts, folder, name)
    scheduler = _read_json(folder / "scheduler" / "scheduler_config.json", name)
    family = families.of(index["_class_name"], index, network)
    assert family is not None  # checked above
    if (folder / "imagegen.json").is_file():
        habits = _habits(_read_json(folder / "imagegen.json", name), habits, name)
    scale = _scale(_config_of(DECODERS, parts, folder, name))
    least = math.lcm(family.multiple, scale * family.patch)
    multiple = least if habits.multiple is None else habits.multiple
    width, height = _native_size(network, family, scale, multiple)
    return ModelCard(
        name=name,
        pipeline=index["_class_name"],
        family=family,
        source=source,
        folder=folder,
        revision=revision,
        width=width,
        height=height,
        multiple=multiple,
        steps=family.steps if habits.steps is None else habits.steps,
        guidance=family.guidance if habits.guidance is None else habits.guidance,
        scheduler=habits.scheduler,
        prediction=_prediction(scheduler),
        scheduler_config=scheduler,
        vocabulary=_vocabulary(folder / "tokenizer" / "tokenizer.json", name),
    )


def _check_pipeline(name: str, class_name: object) -> None:
    """Only what is known to draw from words, and how it is called, is loaded."""
    if class_name in families.FAMILIES:
        return
    does = families.other_kind(str(class_name))
    problem = (
        f"model '{name}' does not say which pipeline draws with it"
        if class_name is None
        else f"model '{name}' is a {class_name}, which {does}"
        if does is not None
        else f"model '{name}' is a {class_name}, a pipeline that imagegen does not know"
    )
    hint = "a text-to-image model of diffusers; docs/models.md lists the classes"
    raise ModelError("unsupported-model", problem, hint=hint)


def _parts(index: Mapping[str, Any]) -> list[str]:
    """The parts that the index names and the model has."""
    return [
        key
        for key, value in index.items()
        if isinstance(value, list) and len(value) == 2 and isinstance(value[0], str)
    ]


def _check_components(folder: Path, name: str, parts: list[str], *, remote: bool) -> None:
    """Each part that the index names has its folder (from the hub only the JSON is here yet)."""
    missing = [part for part in parts if not (folder / part).is_dir()]
    if missing and not remote:
        raise ModelError(
            "damaged-model",
            f"model '{name}' lacks its {', '.join(missing)}",
            hint="the model copied again, whole",
        )


def _config_of(kinds: Sequence[str], parts: list[str], folder: Path, name: str) -> dict[str, Any]:
    """The configuration of the first such part; {} where the model has none."""
    found = next((kind for kind in kinds if kind in parts), None)
    return {} if found is None else _read_json(folder / found / "config.json", name)


def _read_json(path: Path, name: str) -> dict[str, Any]:
    try:
        content = json.loads(path.read_bytes())
    except FileNotFoundError:
        raise ModelError(
            "not-a-model" if path.name == "model_index.json" else "damaged-model",
            f"model '{name}' has no {path.name}: {path}",
            hint="a diffusers folder, the one with model_index.json and its parts",
        ) from None
    except (OSError, ValueError) as error:
        raise ModelError(
            "damaged-model", f"{path} cannot be read: {error}", hint="the model copied again, whole"
        ) from None
    if not isinstance(content, dict):
        raise ModelError(
            "damaged-model", f"{path} is not a JSON object", hint="the model copied again, whole"
        )
    return content


def _habits(said: Mapping[str, Any], otherwise: Habits, name: str) -> Habits:
    try:
        return convert({**structs.asdict(otherwise), **said}, Habits)
    except ValidationError as error:
        raise ModelError(
            "damaged-model",
            f"imagegen.json of model '{name}': {error}",
            hint="an object with steps, guidance, scheduler or multiple",
        ) from None


def _scale(decoder: Mapping[str, Any]) -> int:
    """Pixels to a latent, along a side; 1 where there is no decoder.

    The autoencoders of diffusers say it each in their own way: as a number, or by their levels.
    """
    for key in ("spatial_compression_ratio", "scale_factor_spatial"):
        if isinstance(decoder.get(key), int):
            return int(decoder[key])
    if isinstance(decoder.get("temperal_downsample"), list):
        return int(2 ** len(decoder["temperal_downsample"]))
    for key in ("encoder_block_out_channels", "block_out_channels"):
        if isinstance(decoder.get(key), list):
            return int(2 ** (len(decoder[key]) - 1))
    return 1


def _native_size(
    network: Mapping[str, Any], family: Family, scale: int, multiple: int
) -> tuple[int, int]:
    sample = network.get(family.sample) if family.sample is not None else None
    if not sample:
        return family.size, family.size
    height, width = sample if isinstance(sample, list) else (sample, sample)
    # A toy model's native size may be smaller than any size its pipeline accepts.
    return max(width * scale, multiple), max(height * scale, multiple)


def _prediction(scheduler: Mapping[str, Any]) -> str:
    if str(scheduler.get("_class_name", "")).startswith("FlowMatch"):
        return "flow_prediction"
    return str(scheduler.get("prediction_type", "epsilon"))


def _vocabulary(tokenizer: Path, name: str) -> frozenset[str] | None:
    """The words of a word-level tokenizer; None where words are spelled from pieces."""
    if not tokenizer.is_file() or tokenizer.stat().st_size > LARGEST_VOCABULARY_FILE:
        return None
    content = _read_json(tokenizer, name)
    if content.get("model", {}).get("type") != "WordLevel":
        return None
    special = {token["content"] for token in content.get("added_tokens", [])}
    return frozenset(word.lower() for word in content["model"]["vocab"] if word not in special)
