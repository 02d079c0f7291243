"""The textual inversions of a request: found, told from other files, matched with the model.

Only headers are read, so that what does not fit is told before anything heavy is loaded.
"""

import functools
import hashlib
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

from imagegen import checkpoint, clip_parts, header, inversion
from imagegen.catalog import HUB_ID, ModelCard
from imagegen.clip_parts import FIRST, SECOND, ClipPart
from imagegen.errors import RequestError
from imagegen.inversion import SUFFIX, Asked, Inversion, Inversions
from imagegen.request import Request

USUAL = "learned_embeds.safetensors"
# How the files that people have call the vectors: webui; kohya, ComfyUI; diffusers' script for two.
SINGLE = ("emb_params", "string_to_param")
TWO = {"clip_l": FIRST, "clip_g": SECOND, "text_encoders_0": FIRST, "text_encoders_1": SECOND}
FOUND_IN = {
    (768,): "Stable Diffusion 1",
    (1024,): "Stable Diffusion 2",
    (768, 1280): "Stable Diffusion XL or 3",
}
MOST_TOKENS = 256  # of one file; what has more tensors is a model
Shape = tuple[int, ...]
# Brings an adapter of the hub: its file, and the id and commit to record.
Fetch = Callable[[str, bool], tuple[Path, str]]


class Vectors(NamedTuple):
    """What a word stands for: the shapes of its tensors, by text encoder (None: not said which)."""

    token: str | None
    tensors: Mapping[str | None, tuple[str, Shape]]

    @property
    def widths(self) -> tuple[int, ...]:
        """Of each tensor, narrow ones first."""
        return tuple(sorted(shape[-1] for _, shape in self.tensors.values()))


def chosen(request: Request, card: ModelCard, fetch: Fetch) -> Inversions:
    """The inversions of a request as this model reads them.

    Raises RequestError for what is not there, is no inversion, or does not fit the model.
    """
    parts = clip_parts.of(card.folder)
    found: list[Inversion] = []
    for word in request.embedding or ():
        asked = inversion.option(word)
        path, source = _file(asked, fetch, offline=bool(request.offline))
        found += _of_file(path, source, asked.token, parts, card)
    for one in found:
        same = [other for other in found if other.token.lower() == one.token.lower()]
        if len(same) > 1:
            raise RequestError(
                "embedding-twice",
                f"'{one.token}' stands for {same[0].file} and for {same[1].file}",
                hint="another word for one: --embedding FILE:word",
            )
    return tuple(found)


def _file(asked: Asked, fetch: Fetch, *, offline: bool) -> tuple[Path, str | None]:
    path = Path(os.path.expanduser(asked.name))  # noqa: PTH111 (pathlib raises for ~nobody)
    if os.path.isfile(path):  # noqa: PTH113 (pathlib raises for a name too long)
        return path.absolute(), None
    if os.path.isdir(path):  # noqa: PTH112
        return _in_folder(path.absolute()), None
    owner = HUB_ID.match(asked.name)
    behind = "" if owner is None else asked.name[owner.end() :][:1]
    if owner is not None and not asked.name.startswith(".") and behind in {"", "/"}:
        return fetch(asked.name, offline)
    raise RequestError(
        "embedding-not-found",
        f"there is no embedding '{asked.name}': no such file or folder",
        hint=f"--embedding with a {SUFFIX} file, or a hub id (owner/name)",
    )


def _in_folder(folder: Path) -> Path:
    files = sorted(path for path in folder.iterdir() if path.suffix == SUFFIX)
    usual = [path for path in files if path.name == USUAL]
    if len(usual or files) == 1:
        return (usual or files)[0]
    listed = ", ".join(path.name for path in files[:4]) or "none"
    raise RequestError(
        "embedding-not-found",
        f"{folder} has not one {SUFFIX} file but {len(files)}: {listed}",
        hint="the file itself",
    )


def _of_file(
    path: Path, source: str | None, token: str | None, parts: tuple[ClipPart, ...], card: ModelCard
) -> list[Inversion]:
    checkpoint.refuse_other_formats(path)
    about = path.stat()
    several, digest = _read(path, (about.st_size, about.st_mtime_ns))
    own = [
        one for one in several if token is not None and (one.token or "").lower() == token.lower()
    ]
    several = tuple(own) or several
    if token is not None and len(several) > 1:
        listed = ", ".join(f"'{one.token}'" for one in several)
        raise RequestError(
            "bad-embedding",
            f"{path} has {len(several)} embeddings, and '{token}' cannot stand for all",
            hint=f"their own words: {listed:.200}",
        )
    stem = path.parent.name if path.name == USUAL else path.stem
    return [
        Inversion(
            token=token or one.token or stem,
            name=stem,
            file=str(path),
            vectors=_checked(path, one, parts, card),
            tensors=_placed(one, parts),
            sha256=digest,
            source=source,
        )
        for one in several
    ]


def _checked(path: Path, one: Vectors, parts: tuple[ClipPart, ...], card: ModelCard) -> int:
    """How many vectors there are; refuses those that this model's text encoders cannot read."""
    placed = dict(_placed(one, parts))
    by_key = dict(one.tensors.values())
    fits = len(placed) == len(parts) and (None in one.tensors or len(by_key) >= len(parts))
    fits = fits and all(by_key[placed[part.name]][-1] == part.width for part in parts)
    if len(parts) == 1 and len(by_key) > 1 and parts[0].name == FIRST:
        fits = False  # made for two encoders, of which this model has one
    numbers = {shape[0] if len(shape) == 2 else 1 for shape in by_key.values()}
    if not fits:
        looks = FOUND_IN.get(one.widths)
        widths, own = ("+".join(map(str, w)) for w in (one.widths, [p.width for p in parts]))
        raise RequestError(
            "embedding-mismatch",
            f"{path} does not fit {card.name}: its vectors have {widths} numbers, those of the "
            f"model's text encoders {own}" + (f"; it looks like one for {looks}" if looks else ""),
            hint=f"an embedding for {card.name}, or a model like that it was trained with",
        )
    room = min(part.length for part in parts) - 2
    if len(numbers) != 1 or not 0 < max(numbers) <= room:
        raise RequestError(
            "unsupported-embedding",
            f"{path} has {' and '.join(map(str, sorted(numbers)))} vectors; a text encoder of "
            f"{card.name} reads {room} at once",
            hint="an embedding of fewer vectors, as many for each text encoder",
        )
    return numbers.pop()


def _placed(one: Vectors, parts: tuple[ClipPart, ...]) -> tuple[tuple[str, str], ...]:
    """The tensors' names by the part that reads them."""
    if None in one.tensors:
        return tuple((part.name, one.tensors[None][0]) for part in parts)
    return tuple(
        (part.name, one.tensors[part.name][0]) for part in parts if part.name in one.tensors
    )


@functools.lru_cache(maxsize=64)
def _read(path: Path, _: tuple[int, int]) -> tuple[tuple[Vectors, ...], str]:
    """What a file has, and its SHA-256."""
    shapes = {name: one.shape for name, one in header.read(path).tensors.items()}
    found = _vectors(shapes)
    flat = all(len(shape) in {1, 2} for one in found for _, shape in one.tensors.values())
    if not found or not flat or len(shapes) != sum(len(one.tensors) for one in found):
        raise RequestError(
            "not-an-embedding",
            f"{path} is no textual inversion: it has {len(shapes)} tensors, among them "
            f"{next(iter(shapes), 'none')!r:.80}",
            hint="a textual inversion of webui, kohya's scripts or diffusers",
        )
    with path.open("rb") as file:
        return found, hashlib.file_digest(file, "sha256").hexdigest()


def _vectors(shapes: Mapping[str, Shape]) -> tuple[Vectors, ...]:
    if shapes.keys() & TWO.keys():
        two: dict[str | None, tuple[str, Shape]] = {
            TWO[key]: (key, shape) for key, shape in shapes.items() if key in TWO
        }
        return (Vectors(None, two),)
    single = [key for key in shapes if key.startswith(SINGLE)]
    if single:
        return tuple(Vectors(None, {None: (key, shapes[key])}) for key in single[:1])
    if len(shapes) > MOST_TOKENS or any("." in key and "<" not in key for key in shapes):
        return ()
    return tuple(
        Vectors(None if key == "*" else key, {None: (key, shape)}) for key, shape in shapes.items()
    )
