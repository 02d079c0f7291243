"""Bring a hub model's files to this machine, each checked against its hash; no file twice."""

import hashlib
import json
import re
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from huggingface_hub import constants, hf_hub_download
from msgspec import Struct

from imagegen import hub, layout, refusals
from imagegen.refusals import PROBLEMS

SHA256, SHA1 = re.compile(r"[0-9a-f]{64}"), re.compile(r"[0-9a-f]{40}")

PAUSE = 0.2  # seconds between two words of how far a file is


class Fetching(Struct, frozen=True):
    """How far a file is: bytes here, and bytes in all; the file's number, and of how many."""

    file: str
    bytes: int
    size: int
    number: int
    of: int


OnFetch = Callable[[Fetching], None]


class Damage(NamedTuple):
    """A file that is not as the hub has it, and why that is known."""

    file: str
    reason: str


def missing(folder: Path, files: dict[str, int]) -> dict[str, int]:
    """Of the files, those that are not here (a link of the cache may lead nowhere)."""
    return {file: size for file, size in files.items() if not (folder / file).is_file()}


def wanted(name: str, folder: Path, variant: str | None) -> dict[str, int]:
    """The sizes of the files that a pipeline loads from a snapshot of a hub model, by path.

    Refuses a variant that is not there, and weights that are not safe to read.
    """
    files = hub.listing(name, folder.name, folder)
    index = json.loads((folder / "model_index.json").read_bytes())
    layout.check_variant(files, variant, name)
    chosen = layout.only_variant(files) if variant is None else variant
    return {file: files[file] for file in layout.needed(files, index, chosen, name)}


def bring(name: str, folder: Path, files: dict[str, int], on_fetch: OnFetch) -> None:
    """Fetch those files of a snapshot that are not here; `files` are sizes by path.

    A transfer that breaks off goes on where it was for as long as this runs; what is whole stays,
    whatever becomes of the rest.
    """
    hub.be_quiet()
    wants = missing(folder, files)
    if not wants:
        return
    if constants.is_offline_mode():
        raise refusals.offline(name, folder.name)
    _check_room(name, sum(wants.values()))
    hub.knock(name, folder.name, next(iter(wants)))
    for number, (file, size) in enumerate(wants.items(), start=1):
        _fetch(name, folder, file, Fetching(file, 0, size, number, len(wants)), on_fetch)


def damage(path: Path, file: str) -> Damage | None:
    """Why a file of the cache is not what the hub has; None if it is, or if that cannot be told.

    The cache names a large file by its SHA-256 and a small one as git does, by the SHA-1 of its
    length and bytes.
    """
    if not path.is_file():
        return Damage(file, "it is missing")
    name = blob(path)
    if name is None:  # a cache without links: its sizes are all that is known
        return None
    found = _sha256(path) if SHA256.fullmatch(name) else _git_sha1(path)
    if found == name:
        return None
    return Damage(file, f"its hash is {found[:12]}… and should be {name[:12]}…")


def blob(path: Path) -> str | None:
    """The hash that the cache names a file by; None where it keeps files without links."""
    if not path.is_symlink():
        return None
    # One link only: what a blob itself may link to is named by another hash.
    name = path.readlink().name
    return name if SHA256.fullmatch(name) or SHA1.fullmatch(name) else None


def remove(path: Path) -> None:
    """Forget a file of the cache."""
    if path.is_symlink():
        # The blob, and what that may link to in turn: else it would come back from there.
        path.resolve().unlink(missing_ok=True)
        (path.parent / path.readlink()).unlink(missing_ok=True)
    path.unlink(missing_ok=True)


def _fetch(name: str, folder: Path, file: str, start: Fetching, on_fetch: OnFetch) -> None:
    commit, begun, told_at = folder.name, False, time.monotonic()

    class Meter(_Meter):
        """The bar of this file."""

        def moved(self, done: int) -> None:
            nonlocal begun, told_at
            begun = True
            if time.monotonic() - told_at < PAUSE and done < start.size:
                return
            told_at = time.monotonic()
            on_fetch(Fetching(file, min(done, start.size), start.size, start.number, start.of))

    on_fetch(start)
    try:
        path = Path(hf_hub_download(name, file, revision=commit, tqdm_class=Meter))
    except PROBLEMS as error:
        told = refusals.refusal(name, commit, error, token=hub.has_token())
        if begun and told.code in {"hub-unreachable", "hub-error", "offline"}:
            told = refusals.broken(name, file, str(error).strip().splitlines()[0])
        raise told from error
    if path.stat().st_size != start.size:
        problem = f"{path.stat().st_size:,} bytes instead of {start.size:,}"
    else:
        found = damage(path, file)
        problem = "" if found is None else found.reason
    if problem:
        remove(path)
        raise refusals.broken(name, file, problem)
    on_fetch(Fetching(file, start.size, start.size, start.number, start.of))


def _check_room(name: str, size: int) -> None:
    cache = Path(constants.HF_HUB_CACHE).absolute()
    there = next(path for path in (cache, *cache.parents) if path.exists())
    free = shutil.disk_usage(there).free
    if size > free:
        raise refusals.no_space(
            name, f"{size / 1e9:.1f} GB are to come, and {there} has {free / 1e9:.1f} GB"
        )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _git_sha1(path: Path) -> str:
    content = path.read_bytes()
    return hashlib.sha1(b"blob %d\0%b" % (len(content), content), usedforsecurity=False).hexdigest()


class _Meter:
    """What huggingface_hub takes for a progress bar; it shows nothing and tells how far it is."""

    def __init__(self, *_: Any, total: int | None = None, initial: int = 0, **__: Any) -> None:
        self.total, self.n = total, initial

    def moved(self, done: int) -> None:
        """So many bytes are here."""
        raise NotImplementedError

    def update(self, n: float | None = 1) -> None:
        """So many bytes more (or fewer: a transfer may begin anew)."""
        self.n += int(n or 0)
        self.moved(self.n)

    def update_transfer(self, n: float | None = 1) -> None:
        """Bytes on their way, before they are put together: not counted."""

    def set_postfix_str(self, *_: Any, **__: Any) -> None:
        """A bar would show its pace."""

    set_transfer_postfix_str = set_description = set_description_str = set_postfix_str
    refresh = close = reset = set_postfix_str

    def __enter__(self) -> "_Meter":
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()
