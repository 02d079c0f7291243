"""Where a file lies that a picture was drawn with: found by its name, believed by its hash."""

import hashlib
import itertools
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from imagegen import adapters, control_words, inversion, ip_adapter_words, ip_adapters, lora_words
from imagegen.adapters import FOLDER, SUFFIX
from imagegen.catalog import HUB_ID
from imagegen.errors import ImagegenError, RequestError
from imagegen.inputfile import MOST_BYTES
from imagegen.jsonline import shown
from imagegen.reading.restored import File

MOST_LOOKED_AT = 1000  # files of one name below a folder


def find(file: File, picture: Path, folders: Sequence[str]) -> str:
    """What the option of this field has to say, to have this very file.

    Looks where the request said, beside the picture, and for LoRAs in `folders`. Raises
    RequestError, naming the field, where it is not there, or only another of its name.
    """
    candidates = dict.fromkeys(_places(file, picture, folders))
    others = []
    for path in candidates:
        if not _is_file(path):
            continue
        if _fits(file, path):
            return _option(file, str(path.absolute()), picture)
        others.append(path)
    if file.source is not None and HUB_ID.match(file.source) and not others:
        owner, _, rest = file.source.partition("@")
        return _option(file, "/".join((owner, *rest.split("/")[1:])), picture)
    raise _missing(file, picture, others)


def _places(file: File, picture: Path, folders: Sequence[str]) -> Iterator[Path]:
    beside = picture.parent
    names = (file.name, f"{file.name}{SUFFIX}") if file.field == "lora" else (file.name,)
    for said in file.said:
        word = _file_of(file, said)
        place = Path(os.path.expanduser(word))  # noqa: PTH111 (pathlib raises for ~nobody)
        yield from (place, beside / place)
        yield from (place / name for name in names)
    yield from (beside / name for name in names)
    if file.field != "lora":
        return
    usual = os.environ.get("IMAGEGEN_LORA_DIR", FOLDER)
    for folder in (*folders, usual, str(beside / FOLDER), *file.said):
        place = Path(os.path.expanduser(folder))  # noqa: PTH111
        for name in names:
            yield from _below(place, name)


def _file_of(file: File, said: str) -> str:
    """The file that the word of a request names."""
    if file.field == "lora":
        return lora_words.option(said).name
    return inversion.option(said).name if file.field == "embedding" else said


def _below(folder: Path, name: str) -> Iterator[Path]:
    """All files of this name, however deep they lie: several LoRAs may share one."""
    if not _is_folder(folder):
        return
    walked = itertools.islice(os.walk(folder), MOST_LOOKED_AT)
    yield from (Path(place, name) for place, _, files in walked if name in files)


def _fits(file: File, path: Path) -> bool:
    try:
        if file.field == "lora":
            lora = adapters.of_file(path)
            return any(one.startswith(file.sha256) for one in (lora.sha256, lora.weights_sha256))
        if path.stat().st_size > MOST_BYTES:
            return False
        return hashlib.sha256(path.read_bytes()).hexdigest() == file.sha256
    except (ImagegenError, OSError):
        return False  # no file that a picture could have been drawn with


def _option(file: File, place: str, picture: Path) -> str:
    if file.field == "embedding":
        return f"{place}:{file.token}"
    if file.field == "control":
        asked = control_words.Asked(file.network, place, file.weights[1], *file.share)
        return control_words.option_of(asked)
    if file.field == "ip_adapter":
        return ip_adapter_words.option_of(
            ip_adapter_words.Asked(_adapter(file, picture), place, file.weights[1])
        )
    return lora_words.option_of(place, file.weights) if file.field == "lora" else place


def _adapter(file: File, picture: Path) -> str:
    """Where the very IP-Adapter lies, as the request said or beside the picture."""
    beside = picture.parent / Path(file.network).name
    for name in (file.network, str(picture.parent / file.network), str(beside)):
        try:
            path = ip_adapters.found(name)
            if ip_adapters.digest(path) == file.through:
                return str(path)
        except (ImagegenError, OSError):
            continue
    raise RequestError(
        "ip-adapter-not-found",
        f"{picture}: cannot restore ip-adapter: '{shown(file.network)}'"
        f" (SHA-256 {file.through[:12]}…) is not there, or is another file",
        hint="the file beside the picture, --set ip-adapter=ADAPTER=FILE, or --lenient without it",
    )


def _missing(file: File, picture: Path, others: Iterable[Path]) -> RequestError:
    listed = [str(path) for path in others]
    digest = f"SHA-256 {file.sha256[:12]}…"
    problem = (
        f"{shown(listed[0])} is another file than that of then ({digest})"
        if listed
        else f"'{shown(file.name)}' ({digest}) is not there"
    )
    option = file.field.replace("_", "-")
    also = ", --lora-dir FOLDER" if file.field == "lora" else ""
    return RequestError(
        f"{option}-not-found",
        f"{picture}: cannot restore {option}: {problem}",
        hint=f"the file beside the picture{also}, --set {option}=FILE, or --lenient without it",
    )


def _is_file(path: Path) -> bool:
    return os.path.isfile(path)  # noqa: PTH113 (pathlib raises for a name too long)


def _is_folder(path: Path) -> bool:
    return os.path.isdir(path)  # noqa: PTH112
