"""What is known of a model before it is loaded: a table of names, and a folder's JSON."""

import difflib
import json
import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct, ValidationError, convert, structs

from imagegen import aliases, singlefile
from imagegen.aliases import Alias, Own
from imagegen.errors import ModelError, Notice
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
    notices: tuple[Notice, ...] = ()


class Habits(Struct, frozen=True, kw_only=True):
    """How a model is best used; a folder may say so itself in `imagegen.json`."""

    steps: int = 25
    guidance: float = 7.5
    scheduler: str | None = None
    multiple: int | None = None
    width: int | None = None
    height: int | None = None


# Brings the configuration of a hub id: its folder, called like the commit, and what to know of it.
Fetch = Callable[[str], tuple[Path, tuple[Notice, ...]]]
Complete = Callable[[Path], SingleFile]
MODELS: Mapping[str, tuple[Path, Habits]] = {
    BUILT_IN: (
        HERE / "models" / BUILT_IN,
        Habits(steps=20, guidance=4.0, scheduler="dpm++-2m"),
    ),
}


def find(name: str, fetch: Fetch, complete: Complete = singlefile.complete) -> ModelCard:
    """The card of a named model, a folder, a file, or a hub id.

    `fetch` brings a hub model's configuration, `complete` what a single file needs besides itself.
    """
    if name in MODELS:
        folder, habits = MODELS[name]
        return read_folder(folder, name=name, source=str(folder), habits=habits)
    own = aliases.own()
    if name in own:
        target = own[name].model
        target = aliases.ALIASES[target].id if target in aliases.ALIASES else target
        return _of(target, name, _own_habits(own[name]), fetch, complete)
    if name in aliases.ALIASES:
        alias = aliases.ALIASES[name]
        return _of(alias.id, name, _alias_habits(alias), fetch, complete)
    return _of(name, name, Habits(), fetch, complete)


def hub_id(name: str) -> str | None:
    """The hub id that a name stands for; None for a folder, a file, or no name at all."""
    own = aliases.own()
    target = own[name].model if name in own else name
    target = aliases.ALIASES[target].id if target in aliases.ALIASES else target
    is_id = HUB_ID.fullmatch(target) and not target.startswith(".")
    return target if is_id and not os.path.exists(target) else None  # noqa: PTH110


def nearest(name: str) -> str | None:
    """The name that was meant, perhaps."""
    near = difflib.get_close_matches(name, [*MODELS, *aliases.own(), *aliases.ALIASES], n=1)
    return near[0] if near else None


def _of(source: str, name: str, habits: Habits, fetch: Fetch, complete: Complete) -> ModelCard:
    """The card of a folder, file or hub id, called by the name that was asked for."""
    path = Path(os.path.expanduser(source))  # noqa: PTH111 (pathlib raises for a ~user not there)
    if source and os.path.isdir(path):  # noqa: PTH112 (pathlib raises for a name too long)
        return read_folder(path, name=name, source=str(path.resolve()), habits=habits)
    if os.path.isfile(path):  # noqa: PTH113
        return _read_file(path, name, habits, complete(path))
    if path.suffix in FILES:
        raise ModelError(
            "model-not-found",
            f"there is no file '{source}'",
            hint="the path of a .safetensors file",
        )
    if HUB_ID.fullmatch(source) and not source.startswith("."):
        folder, notices = fetch(source)
        card = read_folder(folder, name=name, source=source, habits=habits, revision=folder.name)
        return structs.replace(card, notices=notices)
    raise ModelError(
        "model-not-found",
        f"there is no model '{source}': no such name, folder, file or hub id",
        hint=f"-m {nearest(source) or BUILT_IN}, -m ./folder, -m x.safetensors or -m owner/name",
    )


def _read_file(path: Path, name: str, habits: Habits, single: SingleFile) -> ModelCard:
    """The card of a single file, read from the configuration that completes it."""
    config = Path(single.config)
    tokenizer = Path(dict(single.tokenizers).get("tokenizer", config / "tokenizer"))
    card = read_folder(config, name=name, source=str(path.absolute()), habits=habits, whole=False)
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


def _alias_habits(alias: Alias) -> Habits:
    return Habits(**{name: getattr(alias, name) for name in Habits.__struct_fields__})


def _own_habits(own: Own) -> Habits:
    """What the person says, over what the table says where it is a name of that."""
    known = aliases.ALIASES.get(own.model) or next(
        (alias for alias in aliases.ALIASES.values() if alias.id == own.model), None
    )
    habits = Habits() if known is None else _alias_habits(known)
    said = {name: getattr(own, name) for name in ("steps", "guidance", "scheduler")}
    return structs.replace(habits, **{name: v for name, v in said.items() if v is not None})


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
