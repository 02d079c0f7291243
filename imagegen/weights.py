"""Which weights these are: SHA-256 of a model's files, remembered from run to run."""

import contextlib
import hashlib
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec

from imagegen import userfolder, wholefile
from imagegen.errors import ModelError
from imagegen.singlefile import SingleFile

WEIGHTS = ("*.safetensors", "*.bin")
# Configurations and vocabularies; all JSON of the parts, so that nothing that decides is missed.
DECIDING = ("model_index.json", "*/*.json", "*/*.txt", "*/*.model")
# What decides how a single file draws: of its configuration, and of each tokenizer.
CONFIGURING = ("model_index.json", "*/config.json", "*/scheduler_config.json")
TOKENIZING = ("*.json", "merges.txt", "spiece.model")
LFS_BLOB = re.compile(r"[0-9a-f]{64}")
MEMORY = "hashes.json"
Remembered = dict[str, tuple[int, int, str]]  # path -> size, time of change (ns), SHA-256


def hashes(folder: Path) -> dict[str, str]:
    """SHA-256 of each weight file of a model's folder, by its path in it."""
    files = sorted(path for pattern in WEIGHTS for path in folder.glob(f"*/{pattern}"))
    return _hashes(folder, files)


def here(folder: Path) -> bool:
    """Whether any weights lie in the folder."""
    return any(next(folder.glob(f"*/{pattern}"), None) for pattern in WEIGHTS)


def file_hashes(file: str, single: SingleFile) -> dict[str, str]:
    """SHA-256 of a single file, by its name, and of the weights of parts that it lacks."""
    path = Path(file)
    parts = {
        f"{part}/{weight.name}": weight
        for part, folder in single.parts
        for weight in sorted(Path(folder).glob(WEIGHTS[0]))
    }
    return _named({path.name: path, **parts})


def digest(source: str, revision: str | None, single: SingleFile | None = None) -> str:
    """A name for a model's weights and configuration: the same for the same bytes.

    A hub model is named by its id and revision, a folder by what lies in it, a single file by
    itself and all that completes it. A file that has not
    changed (size and time) since it was last read is not read again.
    """
    if single is not None:
        return _digest_of_file(source, single)
    if revision is not None:
        return f"{source}@{revision}"
    folder = Path(source)
    patterns = (*(f"*/{pattern}" for pattern in WEIGHTS), *DECIDING)
    files = sorted({path for pattern in patterns for path in folder.glob(pattern)})
    content = msgspec.json.encode(sorted(_hashes(folder, files).items()))
    return hashlib.sha256(content).hexdigest()


def _digest_of_file(source: str, single: SingleFile) -> str:
    config = Path(single.config)
    files = {path.relative_to(config).as_posix(): path for path in _matching(config, CONFIGURING)}
    for name, folder in single.tokenizers:
        files |= {f"{name}/{path.name}": path for path in _matching(Path(folder), TOKENIZING)}
    # Not by its name: a file that was moved draws the same pictures.
    hashes = {**file_hashes(source, single), **_named(files)}
    whole = (hashes.pop(Path(source).name), sorted(hashes.items()), single.scheduler)
    return hashlib.sha256(msgspec.json.encode(whole)).hexdigest()


def _matching(folder: Path, patterns: tuple[str, ...]) -> list[Path]:
    return sorted(path for pattern in patterns for path in folder.glob(pattern))


def _named(files: Mapping[str, Path]) -> dict[str, str]:
    found = _sha256s(files.values())
    return {name: found[path] for name, path in files.items()}


def _hashes(folder: Path, files: list[Path]) -> dict[str, str]:
    found = _sha256s(files)
    return {path.relative_to(folder).as_posix(): found[path] for path in files}


def _sha256s(files: Iterable[Path]) -> dict[Path, str]:
    memory = userfolder.cache() / MEMORY
    remembered = _read(memory)
    try:
        found = {path: _sha256(path, remembered) for path in files}
    except OSError as error:
        raise ModelError(
            "damaged-model",
            f"{error.filename} cannot be read: {error.strerror}",
            hint="the model copied again, whole",
        ) from None
    if any(remembered.get(str(path)) != row for path, row in found.items()):
        _remember(memory, {**_read(memory), **{str(path): row for path, row in found.items()}})
    return {path: row[2] for path, row in found.items()}


def _sha256(path: Path, remembered: Mapping[str, tuple[int, int, str]]) -> tuple[int, int, str]:
    about = path.stat()
    known = remembered.get(str(path))
    if known is not None and known[:2] == (about.st_size, about.st_mtime_ns):
        return known
    # The hub's cache links to files that are named by their own SHA-256.
    blob = path.resolve().name
    if LFS_BLOB.fullmatch(blob):
        return about.st_size, about.st_mtime_ns, blob
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    return about.st_size, about.st_mtime_ns, sha256


def _read(memory: Path) -> Remembered:
    try:
        return msgspec.json.decode(memory.read_bytes(), type=Remembered)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        return {}  # nothing remembered is only slower


def _remember(memory: Path, rows: Remembered) -> None:
    with contextlib.suppress(OSError, UnicodeEncodeError):
        wholefile.replace(memory, msgspec.json.encode(rows))
