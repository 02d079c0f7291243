"""The LoRAs of a picture: found by name, told from other files, matched with the model, hashed.

Only headers are read, so that what does not fit is told before anything heavy is loaded.
"""

import functools
import hashlib
import json
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from msgspec import Struct, structs

from imagegen import checkpoint, header, lora_keys, lora_words
from imagegen.catalog import HUB_ID, ModelCard
from imagegen.errors import Notice, RequestError
from imagegen.lora_keys import NETWORK, TEXTS, Match, Module
from imagegen.lora_words import Asked
from imagegen.request import Request

SUFFIX = ".safetensors"
USUAL = ("pytorch_lora_weights.safetensors", "adapter_model.safetensors")
NETWORKS = ("unet", "transformer")
FOLDER = "loras"  # looked into where no other is said
ENOUGH = 0.5  # share of layers that must fit where the request is lenient
SCALING = ("r", "lora_alpha", "use_rslora", "alpha_pattern", "rank_pattern")
Weigh = Callable[[Path], tuple[int, ...]]


class Lora(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A LoRA that a picture is drawn with, how much, and which bytes it is.

    `weights_sha256` is that of the file behind its header, by which other tools know it.
    `scaling` is what an `adapter_config.json` beside it says of its scale, as JSON.
    """

    name: str
    file: str
    weight: float
    text_weight: float
    sha256: str
    weights_sha256: str
    source: str | None = None
    scaling: str | None = None
    partly: bool = False

    @property
    def on(self) -> bool:
        """Whether it changes anything: a weight of 0 does not."""
        return bool(self.weight or self.text_weight)

    @property
    def decides(self) -> tuple[object, ...]:
        """All of it that decides pixels."""
        scaling = () if self.scaling is None else (self.scaling,)
        return (self.sha256, self.weight, self.text_weight, *scaling)


# Brings an adapter of the hub: its file, and the id and commit to record.
Fetch = Callable[[str, bool], tuple[Path, str]]


class Places(NamedTuple):
    """Where LoRAs are looked for: a folder, and the hub."""

    folder: str | None
    fetch: Fetch


def chosen(
    request: Request, tagged: Sequence[Asked], card: ModelCard, places: Places
) -> tuple[tuple[Lora, ...], tuple[Notice, ...]]:
    """The LoRAs of the options and of a prompt's tags; a tag overrides an option of its file.

    Raises RequestError for what is not there, is no LoRA, or does not fit the model.
    """
    words = [lora_words.option(word) for word in request.lora or ()]
    given = [(one, *_file(one.name, request, places)) for one in words]
    known = [path for _, path, _ in given]
    named = [(one, _by_name(one.name, known, request, places), None) for one in tagged]
    _check_once([path for _, path, _ in given])
    _check_once([path for _, path, _ in named])
    overridden = {path for _, path, _ in named}
    loras: list[Lora] = []
    notices: list[Notice] = []
    for asked, path, source in (*(one for one in given if one[1] not in overridden), *named):
        matched = _checked(path, card)
        notices += _judged(path, matched, card, lenient=bool(request.lenient))
        lora = _read(path, _stamp(path))
        loras.append(
            structs.replace(
                lora,
                weight=asked.weight,
                text_weight=asked.text_weight,
                source=source,
                partly=bool(request.lenient),
            )
        )
    return tuple(loras), tuple(notices)


def of_file(path: Path) -> Lora:
    """The LoRA that a file is, with its hashes, as strong as it was trained."""
    return _read(path, _stamp(path))


def modules(parts: Mapping[str, Iterable[Module]]) -> dict[str, dict[str, Module]]:
    """A model's parts by the names that LoRAs have for them."""
    named = {NETWORK if name in NETWORKS else name: own for name, own in parts.items()}
    return {name: lora_keys.index(own) for name, own in named.items()}


def judge(
    path: str, matched: Match, guess: str | None, model: str, *, lenient: bool
) -> tuple[Notice, ...]:
    """Nothing, if every layer has its place; else a notice, or RequestError where too few have."""
    if matched.all and matched.found == matched.all:
        return ()
    others = (*matched.missing, *matched.unfit)
    looks = f"; it looks like one for {guess}" if guess else ""
    first = f" (not {others[0]!r:.80})" if matched.found else ""
    problem = (
        f"{path} does not fit {model}: {matched.found} of its {matched.all} layers"
        f" match{first}{looks}"
    )
    enough = matched.all and matched.found / matched.all >= ENOUGH
    if not (lenient and enough):
        more = "; --lenient draws with those that match" if enough else ""
        hint = f"a LoRA for {model}, or a model like that it was trained with{more}"
        raise RequestError("lora-mismatch", problem, hint=hint)
    return (Notice("lora-mismatch", problem, "a LoRA whose layers all match"),)


def scale(scaling: Mapping[str, Any], module: str, rank: int) -> float:
    """What multiplies up x down where the tensors say no alpha: as peft has it, 1 if nothing is."""
    patterns = scaling.get("alpha_pattern") or {}
    alpha = next(
        (
            value
            for pattern, value in patterns.items()
            if re.fullmatch(rf"(.*\.)?({pattern})", module)
        ),
        scaling.get("lora_alpha", rank),
    )
    return float(alpha) / (rank**0.5 if scaling.get("use_rslora") else rank)


def _file(name: str, request: Request, places: Places) -> tuple[Path, str | None]:
    """The file that an option names: a path, a folder, a hub id, or a name in the folder."""
    path = Path(os.path.expanduser(name))  # noqa: PTH111 (pathlib raises for ~nobody)
    if os.path.isfile(path):  # noqa: PTH113 (pathlib raises for a name too long)
        return path.absolute(), None
    if os.path.isdir(path):  # noqa: PTH112
        return _in_folder(path.absolute()), None
    listed = _named(name, _folders((), request, places))
    if listed is not None:
        return listed, None
    if _is_of_hub(name):
        return places.fetch(name, bool(request.offline))
    raise _not_found(name, _folders((), request, places))


def _is_of_hub(name: str) -> bool:
    """Whether it is owner/name, or owner/name/file; `loras/ink.safetensors` is a path."""
    owner = HUB_ID.match(name)
    if owner is None or name.startswith(".") or owner[0].endswith(SUFFIX):
        return False
    return name[owner.end() :][:1] in {"", "/"}


def _in_folder(folder: Path) -> Path:
    files = sorted(path for path in folder.iterdir() if path.suffix == SUFFIX)
    usual = [path for path in files if path.name in USUAL]
    if len(usual or files) == 1:
        return (usual or files)[0]
    listed = ", ".join(path.name for path in files[:4]) or "none"
    raise RequestError(
        "lora-not-found",
        f"{folder} has not one {SUFFIX} file but {len(files)}: {listed}",
        hint="the file itself",
    )


def _by_name(name: str, given: Sequence[Path], request: Request, places: Places) -> Path:
    """The file that a tag names: one of those given, one beside them, or one in the folder."""
    same = [path for path in given if name in {path.stem, path.name}]
    if same:
        return same[0]
    folders = _folders(given, request, places)
    found = _named(name, folders)
    if found is None:
        raise _not_found(name, folders)
    return found


def _folders(given: Iterable[Path], request: Request, places: Places) -> list[Path]:
    said = request.lora_dir if request.lora_dir is not None else places.folder
    folder = Path(os.path.expanduser(FOLDER if said is None else said))  # noqa: PTH111
    return list(dict.fromkeys((folder.absolute(), *(path.parent for path in given))))


def _named(name: str, folders: Iterable[Path]) -> Path | None:
    file = name if name.endswith(SUFFIX) else f"{name}{SUFFIX}"
    if not name or os.path.isabs(name) or ".." in Path(name).parts:  # noqa: PTH117
        return None
    for folder in folders:
        if os.path.isfile(folder / file):  # noqa: PTH113
            return folder / file
        found = _listed(folder).get(file)
        if found is not None:
            return found
    return None


@functools.lru_cache(maxsize=16)
def _listed(folder: Path) -> dict[str, Path]:
    """The files of a folder and those in it by name, as webui finds them."""
    return {path.name: path for path in sorted(folder.rglob(f"*{SUFFIX}"), reverse=True)}


def _not_found(name: str, folders: Iterable[Path]) -> RequestError:
    looked = ", ".join(map(str, folders))
    file = name if name.endswith(SUFFIX) else f"{name}{SUFFIX}"
    return RequestError(
        "lora-not-found",
        f"there is no LoRA '{name}': no such file or folder, nor {file} in {looked}",
        hint="--lora with a path, --lora-dir with a folder, or a hub id (owner/name)",
    )


def _check_once(paths: Sequence[Path]) -> None:
    twice = next((path for path in paths if paths.count(path) > 1), None)
    if twice is not None:
        raise RequestError("lora-twice", f"{twice.name} is asked for twice", hint="it once")


def _stamp(path: Path) -> tuple[int, int]:
    about = path.stat()
    return about.st_size, about.st_mtime_ns


def _checked(path: Path, card: ModelCard) -> Match | None:
    """How a file fits; None if only the loaded model can say."""
    checkpoint.refuse_other_formats(path)
    tensors = _tensors(path, _stamp(path))
    what = lora_keys.strange(tensors)
    unknown = lora_keys.unknown(tensors)
    if what is None and len(unknown) == len(tensors):
        raise RequestError(
            "not-a-lora", f"{path} is no LoRA: it has no lora_down or lora_A", hint="a LoRA's file"
        )
    if what is not None or unknown:
        raise RequestError(
            "unsupported-lora",
            f"{path} has {what or repr(unknown[0])}, which imagegen cannot apply",
            hint="a plain LoRA, LoCon or DoRA",
        )
    if card.single is not None:
        return None
    known = _of_model(card.folder)
    return lora_keys.match(tensors, known) if NETWORK in known else None


def _judged(
    path: Path, matched: Match | None, card: ModelCard, *, lenient: bool
) -> tuple[Notice, ...]:
    if matched is None:
        return ()
    guess = lora_keys.looks_like(_tensors(path, _stamp(path)), _metadata(path, _stamp(path)))
    transformer = not any((card.folder / "unet").glob("*.safetensors"))
    if (
        transformer
        and not matched.found
        and (guess is None or "Diffusion 3" in guess or guess == "FLUX")
    ):
        return ()  # perhaps in names of other tools, which are turned into ours when it is loaded
    return judge(str(path), matched, guess, card.name, lenient=lenient)


@functools.lru_cache(maxsize=8)
def _of_model(folder: Path) -> dict[str, dict[str, Module]]:
    """The layers of a model that lies in a folder, as its headers list them."""
    return modules(
        {
            part: list(_layers(folder / part))
            for part in (*NETWORKS, *TEXTS)
            if any((folder / part).glob(f"*{SUFFIX}"))
        }
    )


def _layers(folder: Path) -> Iterator[Module]:
    for path in sorted(folder.glob(f"*{SUFFIX}")):
        for key, tensor in header.read(path).tensors.items():
            if key.endswith(".weight") and len(tensor.shape) in {2, 4}:
                yield Module(key.removesuffix(".weight"), tensor.shape)


@functools.lru_cache(maxsize=64)
def _tensors(path: Path, _: tuple[int, int]) -> dict[str, tuple[int, ...]]:
    return {name: one.shape for name, one in header.read(path).tensors.items()}


@functools.lru_cache(maxsize=64)
def _metadata(path: Path, _: tuple[int, int]) -> dict[str, str]:
    return header.read(path).metadata


@functools.lru_cache(maxsize=256)
def _read(path: Path, _: tuple[int, int]) -> Lora:
    """A file's names and hashes; its weights are still to be said."""
    start = header.read(path).data
    with path.open("rb") as file:
        whole = hashlib.sha256(file.read(start))
        behind = hashlib.sha256()
        while block := file.read(2**20):
            whole.update(block)
            behind.update(block)
    config = path.parent / "adapter_config.json"
    scaling = None
    if path.name == USUAL[1] and config.is_file():
        scaling = _scaling(config)
    return Lora(
        name=path.parent.name if path.name in USUAL else path.stem,
        file=str(path),
        weight=1.0,
        text_weight=1.0,
        sha256=whole.hexdigest(),
        weights_sha256=behind.hexdigest(),
        scaling=scaling,
    )


def _scaling(config: Path) -> str:
    try:
        said = json.loads(config.read_bytes())
        return json.dumps({key: said[key] for key in SCALING if key in said}, sort_keys=True)
    except (OSError, ValueError, TypeError) as error:
        raise RequestError(
            "not-a-lora", f"{config} cannot be read: {error}", hint="the folder as peft wrote it"
        ) from None
