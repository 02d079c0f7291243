"""The hub's models on this machine: which there are, how big, whether whole; fetch and remove."""

import contextlib
import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from huggingface_hub import DeleteCacheStrategy, constants
from huggingface_hub.file_download import repo_folder_name
from msgspec import Struct

from imagegen import download, hub, layout
from imagegen.download import Damage, OnFetch
from imagegen.errors import FileError, ModelError, Notice

PREFIX = "models--"


class Copy(Struct, frozen=True, kw_only=True):
    """One revision of a hub's model in the cache; `refs` are the branches and tags that led to it.

    `files` are sizes in bytes, by path; `kinds` the variants that are here whole, None the plain
    weights.
    """

    id: str
    commit: str
    refs: tuple[str, ...]
    folder: Path
    files: dict[str, int]
    kinds: tuple[str | None, ...]

    @property
    def size(self) -> int:
        """Bytes on disk; what two paths share counts once."""
        return _sum(self.folder / file for file in self.files)


def ids() -> list[str]:
    """The hub ids of the models in the cache that are pipelines."""
    found = sorted(Path(constants.HF_HUB_CACHE).glob(f"{PREFIX}*/snapshots/*/model_index.json"))
    names = (path.parents[2].name.removeprefix(PREFIX) for path in found)
    return list(dict.fromkeys(name.replace("--", "/", 1) for name in names))


def copies(name: str) -> list[Copy]:
    """The revisions of a hub's model that are in the cache, the newest first."""
    snapshots = [path for path in (_folder(name) / "snapshots").glob("*") if path.is_dir()]
    refs = _refs(name)
    return [
        Copy(
            id=name,
            commit=folder.name,
            refs=tuple(ref for ref, commit in refs.items() if commit == folder.name),
            folder=folder,
            files=_files(folder),
            kinds=_kinds(name, folder),
        )
        for folder in sorted(snapshots, key=lambda path: path.stat().st_mtime, reverse=True)
    ]


def pull(
    name: str, revision: str | None, variant: str | None, on_fetch: OnFetch
) -> tuple[Path, tuple[Notice, ...]]:
    """Bring all that a pipeline loads; what is here and damaged is brought again.

    The snapshot's folder, and what to know of it.
    """
    folder, notices = hub.fetch_configs(name, revision)
    files = download.wanted(name, folder, variant)
    for file in files:
        if (folder / file).is_file() and download.damage(folder / file, file) is not None:
            download.remove(folder / file)
    download.bring(name, folder, files, on_fetch)
    return folder, notices


def check(copy: Copy) -> list[Damage]:
    """What is damaged or missing of a copy: every file that is here is read."""
    found: list[Damage] = []
    sizes = hub.listing(copy.id, copy.commit, copy.folder)
    links = {path.relative_to(copy.folder).as_posix() for path in _links(copy.folder)}
    expected = min(
        _by_kind(copy.id, copy.folder).values(),
        key=lambda files: len(download.missing(copy.folder, files)),
        default={},
    )
    for file in sorted(links | set(expected)):
        path = copy.folder / file
        damage = download.damage(path, file)
        if damage is None and path.stat().st_size != sizes.get(file, path.stat().st_size):
            damage = Damage(file, f"it has {path.stat().st_size:,} bytes of {sizes[file]:,}")
        if damage is not None:
            found.append(damage)
    return found


def unhashed(copy: Copy) -> int:
    """How many files of a copy have no hash here: of these only the size can be checked."""
    return sum(download.blob(copy.folder / file) is None for file in copy.files)


def size(name: str) -> int:
    """Bytes that a model takes in the cache, all revisions together."""
    files = [path for path in _folder(name).rglob("*") if path.is_file()]
    return _sum(files)


def remove(name: str) -> None:
    """Be rid of a model: all its revisions."""
    cache, folder = Path(constants.HF_HUB_CACHE), _folder(name)
    none: frozenset[Path] = frozenset()
    # A cache that is damaged has to go as well, and the hub's own scan leaves those out.
    DeleteCacheStrategy(
        expected_freed_size=size(name),
        blobs=none,
        refs=none,
        snapshots=none,
        repos=frozenset({folder}),
        cache_dir=cache,
    ).execute()
    if folder.exists():
        raise FileError(
            "cannot-write", f"{folder} cannot be removed", hint="the right to write there"
        )


def is_here(name: str) -> bool:
    """Whether the cache has anything of a model."""
    return _folder(name).is_dir()


def _sum(paths: Iterable[Path]) -> int:
    return sum({path.resolve(): path.stat().st_size for path in paths}.values())


def _folder(name: str) -> Path:
    return Path(constants.HF_HUB_CACHE) / repo_folder_name(repo_id=name, repo_type="model")


def _refs(name: str) -> dict[str, str]:
    folder = _folder(name) / "refs"
    return {
        path.relative_to(folder).as_posix(): path.read_text().strip()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def _files(folder: Path) -> dict[str, int]:
    return {
        path.relative_to(folder).as_posix(): path.stat().st_size
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def _links(folder: Path) -> Iterator[Path]:
    """Its files, also those whose content is gone."""
    return (path for path in folder.rglob("*") if path.is_symlink() or path.is_file())


def _kinds(name: str, folder: Path) -> tuple[str | None, ...]:
    found = _by_kind(name, folder)
    return tuple(kind for kind, files in found.items() if not download.missing(folder, files))


def _by_kind(name: str, folder: Path) -> dict[str | None, dict[str, int]]:
    """The files to load, with plain weights (None) or those of each variant."""
    kinds = (None, *layout.variants(hub.listing(name, folder.name, folder)))
    found = {kind: _wanted(name, folder, kind) for kind in kinds}
    return {kind: files for kind, files in found.items() if files}


def _wanted(name: str, folder: Path, kind: str | None) -> dict[str, int]:
    with contextlib.suppress(ModelError, OSError, json.JSONDecodeError):
        return download.wanted(name, folder, kind)
    return {}
