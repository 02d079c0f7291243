"""Put a picture and its sidecar on disk, whole or not at all, and read the record back."""

import contextlib
import hashlib
import os
import shutil
from collections.abc import Callable
from pathlib import Path

from msgspec import structs

from imagegen import carriers, containers, wholefile
from imagegen import record as records
from imagegen.encoding import Encoded
from imagegen.errors import FileError
from imagegen.formats import NotWholeError
from imagegen.naming import free_names
from imagegen.record import Record
from imagegen.wholefile import aside, unwritable


def save(
    encoded: Encoded, path: Path, record_for: Callable[[str], Record], *, overwrite: bool
) -> tuple[Path, Path]:
    """Write picture and sidecar; the sidecar appears first, so that a picture never lacks its own.

    Without `overwrite` nothing that lies there is touched, even if it appeared a moment ago: the
    next free name is taken, and the paths that were really written are returned.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        for free in free_names(path):
            sidecar = free.with_suffix(".json")
            if not overwrite and (os.path.lexists(free) or os.path.lexists(sidecar)):
                continue
            content, record = _contents(encoded, record_for(free.name))
            with (
                aside(sidecar, records.to_json(record)) as text,
                aside(free, content) as picture,  # both are whole before either appears
            ):
                if overwrite:
                    _replace(picture, free, text, sidecar)
                    return free, sidecar
                if _appear(picture, free, text, sidecar):
                    return free, sidecar
    except OSError as error:
        raise unwritable(path, error) from error
    raise AssertionError("names do not end")


def put(path: Path, content_for: Callable[[str], bytes], *, overwrite: bool) -> Path:
    """Write a file that has no sidecar of its own, at the first of its names that is free.

    With `overwrite` it replaces what is there, whose permissions it takes.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        for free in free_names(path):
            if not overwrite and os.path.lexists(free):
                continue
            with aside(free, content_for(free.name)) as part:
                if overwrite:
                    if free.is_file():
                        shutil.copymode(free, part)
                    part.replace(free)
                    return free
                with contextlib.suppress(FileExistsError):
                    _rename_to_new(part, free)
                    return free
    except OSError as error:
        raise unwritable(path, error) from error
    raise AssertionError("names do not end")


def read(path: Path) -> bytes:
    """A picture's file; raises FileError."""
    try:
        return containers.read(path)
    except (NotWholeError, OSError) as error:
        raise unreadable(path, error) from None


def unreadable(path: Path, error: NotWholeError | OSError) -> FileError:
    """The error for a person."""
    reason = error.strerror if isinstance(error, OSError) else str(error)
    return FileError(
        "unreadable",
        f"{path} cannot be read: {reason}",
        hint="a whole PNG, JPEG, WebP or AVIF file",
    )


def read_record(path: Path) -> Record:
    """The record inside a picture."""
    try:
        text = containers.record_in(path)
    except (NotWholeError, OSError) as error:
        raise unreadable(path, error) from None
    if text is None:
        raise FileError(
            "no-record",
            f"{path} carries no record of imagegen",
            hint="a picture that imagegen made, or the .json beside it",
        )
    return records.from_json(text, str(path))


def with_record(content: bytes, record: Record, *, words: bool) -> bytes:
    """The bytes of a picture's file, which has nothing beside its pixels, with what it carries."""
    level = record.encoding.metadata
    carried = carriers.for_picture(record, level, words=words)
    return containers.embed(content, carriers.beside(carried, record.encoding.format))


def _contents(encoded: Encoded, record: Record) -> tuple[bytes, Record]:
    """The picture's file, and the record of its sidecar, which knows the file."""
    content = with_record(encoded.content, record, words=encoded.form.words)
    if encoded.form.metadata == "full" and encoded.form.words:
        return content, record
    digest = hashlib.sha256(content).hexdigest()
    return content, structs.replace(
        record, encoding=structs.replace(record.encoding, file_sha256=digest)
    )


def _replace(png: Path, path: Path, text: Path, sidecar: Path) -> None:
    """Put both in the place of others; where the picture cannot go, the old sidecar comes back."""
    before = sidecar.read_bytes() if sidecar.is_file() else None
    text.replace(sidecar)
    try:
        png.replace(path)
    except OSError:
        if before is None:
            sidecar.unlink()
        else:
            wholefile.replace(sidecar, before)
        raise


def _appear(png: Path, path: Path, text: Path, sidecar: Path) -> bool:
    """Rename both to names that nothing has; False if one of them is taken."""
    try:
        _rename_to_new(text, sidecar)
    except FileExistsError:
        return False
    try:
        _rename_to_new(png, path)
    except FileExistsError:
        sidecar.unlink()
        return False
    except BaseException:
        if not path.exists():  # stopped between the two: a sidecar alone would hold the name
            sidecar.unlink()
        raise
    return True


def _rename_to_new(part: Path, path: Path) -> None:
    """Rename, but never onto a file: a link is refused where the name is taken."""
    try:
        os.link(part, path)
    except FileExistsError:
        raise
    except OSError:
        # A file system without links (FAT, some network shares): a moment's race remains.
        if path.exists():
            raise FileExistsError(path) from None
        part.replace(path)
