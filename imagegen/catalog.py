"""What is known of a model before it is loaded: a table of names, and a folder's JSON."""

import difflib
import json
import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct, ValidationError, convert, structs

from imagegen import singlefile
from imagegen.errors import ModelError
from imagegen.singlefile import SingleFile

HERE = Path(__file__).parent
BUILT_IN = "storybook"
HUB_ID = re.compile(r"[\w.-]+/[\w.-]+", re.ASCII)
# A closed vocabulary is small; the tokenizers of large models are not worth reading here.
LARGEST_VOCABULARY_FILE = 2_000_000
FILES = (".safetensors", ".ckpt", ".gguf")  # no hub id ends like this
SMALLEST_MULTIPLE = 8  # diffusers' pipelines refuse sizes that 8 does not divide


class ModelCard(Struct, frozen=True, kw_only=True):
    """What a plan needs to know of a model; `prediction` None: only the loaded model can say.

    `folder` holds its configuration, and of a model that is on this machine the weights as well.
    Of a single file, `source` is the file, and `single` says what completes it.
    """

    name: str
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
    tokenizer: Path
    single: SingleFile | None = None


class Habits(Struct, frozen=True, kw_only=True):
    """How a model is best used; a folder may say so itself in `imagegen.json`."""

    steps: int = 25
    guidance: float = 7.5
    scheduler: str | None = None
    multiple: int | None = None
    width: int | None = None
    height: int | None = None


MODELS: Mapping[str, tuple[Path, Habits]] = {
    BUILT_IN: (
        HERE / "models" / BUILT_IN,
        Habits(steps=20, guidance=4.0, scheduler="dpm++-2m"),
    ),
}


def find(
    name: str,
    fetch: Callable[[str], Path],
    complete: Callable[[Path], SingleFile] = singlefile.complete,
) -> ModelCard:
    """The card of a named model, a folder, a file, or a hub id.

    `fetch` brings a hub model's configuration, `complete` what a single file needs besides itself.
    """
    if name in MODELS:
        folder, habits = MODELS[name]
        return read_folder(folder, name=name, source=str(folder), habits=habits)
    path = Path(os.path.expanduser(name))  # noqa: PTH111 (pathlib raises for a ~user not there)
    if name and os.path.isdir(path):  # noqa: PTH112 (pathlib raises for a name too long)
        return read_folder(path, name=name, source=str(path.resolve()), habits=Habits())
    if os.path.isfile(path):  # noqa: PTH113
        return _read_file(path, name, complete(path))
    if path.suffix in FILES:
        raise ModelError(
            "model-not-found", f"there is no file '{name}'", hint="the path of a .safetensors file"
        )
    if HUB_ID.fullmatch(name) and not name.startswith("."):
        folder = fetch(name)
        revision = folder.name
        return read_folder(folder, name=name, source=name, habits=Habits(), revision=revision)
    near = difflib.get_close_matches(name, MODELS, n=1)
    raise ModelError(
        "model-not-found",
        f"there is no model '{name}': no such name, folder, file or hub id",
        hint=f"-m {near[0] if near else BUILT_IN}, -m ./folder, -m x.safetensors or -m owner/name",
    )


def _read_file(path: Path, name: str, single: SingleFile) -> ModelCard:
    """The card of a single file, read from the configuration that completes it."""
    config = Path(single.config)
    tokenizer = Path(dict(single.tokenizers).get("tokenizer", config / "tokenizer"))
    card = read_folder(config, name=name, source=str(path.absolute()), habits=Habits(), whole=False)
    width, height = (card.width, card.height) if single.size is None else single.size
    scheduler = {**card.scheduler_config, **dict(single.scheduler)}
    return structs.replace(
        card,
        width=max(width // card.multiple, 1) * card.multiple,
        height=max(height // card.multiple, 1) * card.multiple,
        prediction=_prediction(scheduler),
        scheduler_config=scheduler,
        vocabulary=_vocabulary(tokenizer / "tokenizer.json", name),
        tokenizer=tokenizer,
        single=single,
    )


def read_folder(
    folder: Path,
    *,
    name: str,
    source: str,
    habits: Habits,
    revision: str | None = None,
    whole: bool = True,
) -> ModelCard:
    """The card of a diffusers folder, read from its JSON files alone.

    If it is to be `whole`, each of its parts must be there.
    """
    index = _read_json(folder / "model_index.json", name)
    _check_components(folder, name, index, remote=revision is not None or not whole)
    network = _read_json(
        folder / ("unet" if "unet" in index else "transformer") / "config.json", name
    )
    vae = _read_json(folder / "vae" / "config.json", name)
    scheduler = _read_json(folder / "scheduler" / "scheduler_config.json", name)
    if (folder / "imagegen.json").is_file():
        habits = _habits(_read_json(folder / "imagegen.json", name), habits, name)
    scale = 2 ** (len(vae.get("block_out_channels", [0])) - 1)
    multiple = max(SMALLEST_MULTIPLE, scale) if habits.multiple is None else habits.multiple
    width, height = _native_size(network, scale, multiple)
    width = width if habits.width is None else habits.width
    height = height if habits.height is None else habits.height
    return ModelCard(
        name=name,
        source=source,
        folder=folder,
        revision=revision,
        width=width,
        height=height,
        multiple=multiple,
        steps=habits.steps,
        guidance=habits.guidance,
        scheduler=habits.scheduler,
        prediction=_prediction(scheduler),
        scheduler_config=scheduler,
        vocabulary=_vocabulary(folder / "tokenizer" / "tokenizer.json", name),
        tokenizer=folder / "tokenizer",
    )


def _check_components(folder: Path, name: str, index: dict[str, Any], *, remote: bool) -> None:
    """Each part that the index names has its folder (from the hub only the JSON is here yet)."""
    parts = [
        key for key, value in index.items() if isinstance(value, list) and value[0] is not None
    ]
    if not {"unet", "transformer"} & set(parts):
        raise ModelError(
            "unsupported-model",
            f"model '{name}' has neither a unet nor a transformer",
            hint="a diffusers text-to-image model",
        )
    missing = [part for part in parts if not (folder / part).is_dir()]
    if missing and not remote:
        raise ModelError(
            "damaged-model",
            f"model '{name}' lacks its {', '.join(missing)}",
            hint="the model copied again, whole",
        )


def _read_json(path: Path, name: str) -> dict[str, Any]:
    try:
        content = json.loads(path.read_bytes())
    except FileNotFoundError:
        raise ModelError(
            "damaged-model" if path.parent.name in {"unet", "vae", "scheduler"} else "not-a-model",
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
            hint="an object with steps, guidance, scheduler, multiple, width or height",
        ) from None


def _native_size(network: Mapping[str, Any], scale: int, multiple: int) -> tuple[int, int]:
    sample = network.get("sample_size") or 512 // scale
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
    model = content.get("model")
    if not isinstance(model, dict) or model.get("type") != "WordLevel":
        return None
    special = {token["content"] for token in content.get("added_tokens", [])}
    return frozenset(word.lower() for word in model["vocab"] if word not in special)
