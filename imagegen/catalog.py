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

from imagegen import aliases, families, redrawing, singlefile
from imagegen.aliases import Alias, Own
from imagegen.errors import ModelError, Notice
from imagegen.families import Family
from imagegen.redrawing import Redrawing
from imagegen.singlefile import SingleFile

HERE = Path(__file__).parent
BUILT_IN = "storybook"
HUB_ID = re.compile(r"[\w.-]+/[\w.-]+", re.ASCII)
# A closed vocabulary is small; the tokenizers of large models are not worth reading here.
LARGEST_VOCABULARY_FILE = 2_000_000
FILES = (".safetensors", ".ckpt", ".gguf")  # no hub id ends like this
# Where the parts lie that say a picture's size: the first that the class has.
NETWORKS = ("unet", "transformer", "decoder")
DECODERS = ("vae", "movq", "vqvae", "vqgan")


class ModelCard(Struct, frozen=True, kw_only=True):
    """What a plan needs to know of a model; `prediction` None: only the loaded model can say.

    `folder` holds its configuration, and of a model that is on this machine the weights as well.
    Of a single file, `source` is the file, and `single` says what completes it.
    `pipeline` is the class that draws with it, `family` what that class takes, `redrawing` how it
    draws from a picture.
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
    tokenizer: Path
    single: SingleFile | None = None
    notices: tuple[Notice, ...] = ()
    redrawing: Redrawing = Redrawing()


class Habits(Struct, frozen=True, kw_only=True):
    """How a model is best used; a folder may say so itself in `imagegen.json`, else its family."""

    steps: int | None = None
    guidance: float | None = None
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
    parts = _parts(index, name)
    _check_pipeline(name, index.get("_class_name"))
    _check_components(folder, name, parts, remote=revision is not None or not whole)
    network = _config_of(NETWORKS, parts, folder, name)
    scheduler = _read_json(folder / "scheduler" / "scheduler_config.json", name)
    family = families.of(index["_class_name"], index, network)
    assert family is not None  # checked above
    _check_scheduler(name, index["_class_name"], family, scheduler)
    if (folder / "imagegen.json").is_file():
        habits = _habits(_read_json(folder / "imagegen.json", name), habits, name)
    scale = _scale(_config_of(DECODERS, parts, folder, name))
    least = math.lcm(family.multiple, scale * family.patch)
    multiple = least if habits.multiple is None else habits.multiple
    width, height = _native_size(name, network, family, scale, multiple)
    width = width if habits.width is None else habits.width
    height = height if habits.height is None else habits.height
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
        tokenizer=folder / "tokenizer",
        redrawing=redrawing.of(index["_class_name"], network),
    )


def _check_pipeline(name: str, class_name: object) -> None:
    """Only what is known to draw from words, and how it is called, is loaded."""
    if isinstance(class_name, str) and class_name in families.FAMILIES:
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


def _check_scheduler(
    name: str, class_name: str, family: Family, scheduler: Mapping[str, Any]
) -> None:
    """The classes that scale latents by the noise in them ask their scheduler how to."""
    if not (family.swaps and _prediction(scheduler) == "flow_prediction"):
        return
    own = scheduler["_class_name"]
    raise ModelError(
        "unsupported-model",
        f"model '{name}' comes with a {own}, with which {class_name} never draws",
        hint="a model trained with noise or velocity, or one of a class for flow matching",
    )


def _parts(index: Mapping[str, Any], name: str) -> list[str]:
    """The parts that the index names, each by its library and class, and the model has."""
    listed = {key: value for key, value in index.items() if isinstance(value, list)}
    for key, value in listed.items():
        if len(value) != 2 and not key.startswith("_"):
            raise ModelError(
                "damaged-model",
                f"model_index.json of model '{name}' does not say what its {key} is",
                hint="the model copied again, whole",
            )
    return [key for key, value in listed.items() if value and isinstance(value[0], str)]


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
    except (OSError, ValueError, RecursionError) as error:
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
    name: str, network: Mapping[str, Any], family: Family, scale: int, multiple: int
) -> tuple[int, int]:
    if family.keeps_area:  # of as many latents, whatever the autoencoder makes of them
        return family.size // 8 * scale, family.size // 8 * scale
    sample = network.get(family.sample) if family.sample is not None else None
    if not sample:
        return family.size, family.size
    sides = sample if isinstance(sample, list) else [sample, sample]
    if len(sides) != 2 or not all(isinstance(side, int) and 0 < side < 100_000 for side in sides):
        raise ModelError(
            "damaged-model",
            f"model '{name}' says {family.sample} {sample!r:.60}, which is no size",
            hint="the model copied again, whole",
        )
    height, width = sides
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
    words, added = model.get("vocab"), content.get("added_tokens") or []
    if not isinstance(words, dict) or not all(isinstance(token, dict) for token in added):
        raise ModelError(
            "damaged-model", f"{tokenizer} has no vocabulary", hint="the model copied again, whole"
        )
    special = {token.get("content") for token in added}
    return frozenset(word.lower() for word in words if word not in special)
