"""The controls of a picture: networks found by name, matched with the model; their pictures.

Only JSON and headers are read, so that what does not fit is told before anything heavy is loaded.
"""

import functools
import hashlib
import json
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from msgspec import Struct

from imagegen import abilities, checkpoint, control_words, controlling, header
from imagegen.catalog import HUB_ID, NETWORKS, ModelCard
from imagegen.control_words import Asked
from imagegen.controlling import KINDS
from imagegen.errors import RequestError
from imagegen.inputs import Picture
from imagegen.request import Request

SUFFIX, CONFIG, STEM = ".safetensors", "config.json", "diffusion_pytorch_model"
HINT = "a folder or hub id of a ControlNet or T2I-Adapter as diffusers writes it"
# Brings a control network of the hub: its folder, its files of weights, and the id to record.
Fetch = Callable[[str, bool], tuple[Path, tuple[str, ...], str]]
Look = Callable[[str, str], Picture]


class Network(Struct, frozen=True, kw_only=True):
    """A control network on this machine; `files` of weights by name in its folder."""

    class_name: str
    folder: str
    files: tuple[str, ...]


class Control(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A network, the picture it reads, how much and in which share of the steps it is heard.

    `sha256` is that of each of the network's files; `source` the hub id, with its commit.
    """

    name: str
    network: Network
    sha256: tuple[str, ...]
    picture: Picture
    weight: float = 1.0
    start: float = 0.0
    end: float = 1.0
    source: str | None = None

    @property
    def decides(self) -> tuple[object, ...]:
        """All of it that decides pixels."""
        steps = (self.weight, self.start, self.end)
        return (self.network.class_name, *self.sha256, *steps, self.picture.sha256)


class Places(NamedTuple):
    """Where networks and pictures come from."""

    fetch: Fetch
    look: Look


def chosen(request: Request, card: ModelCard, places: Places) -> tuple[Control, ...]:
    """The controls of a request that the model can use.

    Raises RequestError for what is no control network, does not fit the model, or has no class
    that draws so; FileError for a picture that cannot be read.
    """
    asked = [control_words.option(word) for word in request.control or ()]
    found = tuple(_control(one, request, card, places) for one in asked)
    kinds = {one.network.class_name for one in found}
    if len(kinds) > 1:
        raise RequestError(
            "controls-mixed",
            f"{' and '.join(sorted(KINDS[kind].name for kind in kinds))} cannot draw together",
            hint="several of one kind",
        )
    for one in found:
        _check_way(one, request, card)
    return found


def check_heard(controls: Sequence[Control], steps: int) -> None:
    """Refuse a control that is heard in none of so many steps: only whole ones count."""
    for one in controls:
        # As diffusers counts: a step is heard that begins and ends within the share.
        if not any(one.start <= n / steps and (n + 1) / steps <= one.end for n in range(steps)):
            raise RequestError(
                "control-never-heard",
                f"no step of {steps} lies within {one.start:g} to {one.end:g},"
                f" where the control '{one.name}' is to be heard",
                hint="a larger share, or more --steps",
            )


def files_of(names: Sequence[str]) -> tuple[str, ...]:
    """Of a folder's files those that hold the weights: the plain ones, else those in float16."""
    whole = [name for name in (f"{STEM}{SUFFIX}", f"{STEM}.fp16{SUFFIX}") if name in names]
    parts = sorted(one for one in names if one.startswith(f"{STEM}-0") and one.endswith(SUFFIX))
    return (whole[0],) if whole else tuple(parts)


def _control(asked: Asked, request: Request, card: ModelCard, places: Places) -> Control:
    folder, files, source = _found(asked.model, request, card, places)
    config = _config(folder / CONFIG, asked.model)
    class_name = str(config.get("_class_name"))
    if class_name not in KINDS:
        raise RequestError(
            "unsupported-control", f"'{asked.model}' is a {class_name}, no such network", hint=HINT
        )
    if config.get("num_mode") is not None:
        raise RequestError(
            "unsupported-control",
            f"'{asked.model}' reads controls of several kinds, and has to be told which",
            hint="a network for one kind of control",
        )
    if config.get("extra_conditioning_channels"):
        raise RequestError(
            "unsupported-control",
            f"'{asked.model}' reads a masked picture, not a control alone",
            hint="a network for a kind of control",
        )
    _check_fit(asked.model, class_name, config, card)
    paths = [folder / file for file in files]
    for path in paths:
        checkpoint.refuse_other_formats(path)
        header.read(path)
    return Control(
        name=asked.model,
        network=Network(class_name=class_name, folder=str(folder), files=tuple(files)),
        sha256=tuple(_digest(path, _stamp(path)) for path in paths),
        picture=places.look(asked.file, "control"),
        weight=asked.weight,
        start=asked.start,
        end=asked.end,
        source=source,
    )


def _found(
    name: str, request: Request, card: ModelCard, places: Places
) -> tuple[Path, tuple[str, ...], str | None]:
    """The folder that a name stands for, its files of weights, and its id if it is of the hub."""
    path = Path(os.path.expanduser(name))  # noqa: PTH111 (pathlib raises for ~nobody)
    if os.path.isfile(path):  # noqa: PTH113 (pathlib raises for a name too long)
        checkpoint.refuse_other_formats(path)
        return path.absolute().parent, (path.name,), None
    if os.path.isdir(path):  # noqa: PTH112
        files = files_of([one.name for one in path.iterdir()])
        if not files:
            raise RequestError(
                "control-not-found", f"the folder '{name}' has no {STEM}{SUFFIX}", hint=HINT
            )
        return path.absolute(), files, None
    name = controlling.KNOWN.get(card.pipeline, {}).get(name, name)
    if HUB_ID.fullmatch(name) and not name.startswith("."):
        return places.fetch(name, bool(request.offline))
    known = ", ".join(controlling.KNOWN.get(card.pipeline, {}))
    raise RequestError(
        "control-not-found",
        f"there is no control '{name}' for {card.name}: no such name, folder, file or hub id",
        hint=f"{known}, or {HINT}" if known else HINT,
    )


def _config(path: Path, name: str) -> Mapping[str, Any]:
    try:
        content = json.loads(path.read_bytes())
    except FileNotFoundError:
        content = None
    except (OSError, ValueError, RecursionError) as error:
        raise RequestError(
            "unsupported-control", f"{path} cannot be read: {error}", hint=HINT
        ) from None
    if not isinstance(content, dict):
        raise RequestError(
            "unsupported-control",
            f"there is no {CONFIG} with the control '{name}', so nothing says what it is",
            hint=HINT,
        )
    return content


def _check_fit(name: str, class_name: str, config: Mapping[str, Any], card: ModelCard) -> None:
    """Refuse a network that was made for a model of other sizes."""
    folder = next((card.folder / one for one in NETWORKS if (card.folder / one).is_dir()), None)
    network = {} if folder is None else _config(folder / CONFIG, card.name)
    found = controlling.unfit(class_name, config, network)
    if found is not None:
        what, own, model = found
        raise RequestError(
            "control-mismatch",
            f"the control '{name}' does not fit {card.name}: its {what} is {own}, not {model}",
            hint=f"a {KINDS[class_name].name} that was trained with a model like {card.name}",
        )


def _check_way(one: Control, request: Request, card: ModelCard) -> None:
    """Refuse a control where diffusers has no class that draws so."""
    kind = KINDS[one.network.class_name]
    for pipeline, what in abilities.drawn_by(request, card):
        way = kind.draws.get(pipeline)
        if way is None:
            raise RequestError(
                "control-not-taken",
                f"no class of diffusers draws {what} with {card.name} under a {kind.name}",
                hint="a control without --image, --mask and --hires, or another kind of control",
            )
        if not way.timed and (one.start, one.end) != (0.0, 1.0):
            raise RequestError(
                "control-steps-not-taken",
                f"a {kind.name} is heard in every step, not from {one.start:g} to {one.end:g}",
                hint=f"{one.name}=FILE:{one.weight:g}",
            )


def _stamp(path: Path) -> tuple[int, int]:
    about = path.stat()
    return about.st_size, about.st_mtime_ns


@functools.lru_cache(maxsize=64)
def _digest(path: Path, _: tuple[int, int]) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
