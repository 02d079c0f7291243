"""Put files on disk whole or not at all: written aside under a hidden name, then renamed."""

import contextlib
import errno
import hashlib
import os
import platform
import re
import time
from collections.abc import Iterator
from pathlib import Path

from imagegen.errors import FileError

HOST = hashlib.sha256(platform.node().encode()).hexdigest()[:12]
PART = re.compile(rf"\..+\.{HOST}-(\d+)-[0-9a-f]+\.part")


@contextlib.contextmanager
def aside(path: Path, content: bytes) -> Iterator[Path]:
    """The content under a hidden name beside the file, gone afterwards whatever happens."""
    part = path.with_name(f".{path.name}.{HOST}-{os.getpid()}-{time.time_ns():x}.part")
    try:
        with part.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        yield part
    finally:
        part.unlink(missing_ok=True)


def replace(path: Path, content: bytes) -> None:
    """Put the file there, over another if there is one; raises OSError where that cannot be."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with aside(path, content) as part:
        part.replace(path)


def check_writable(folder: Path) -> None:
    """Refuse a folder that cannot take files, before a model is loaded for nothing."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with aside(folder / "imagegen", b""):
            pass
    except OSError as error:
        raise unwritable(folder, error) from error


def check_open(folder: Path) -> None:
    """Refuse a folder that plainly cannot take files, without making it."""
    try:
        folder.lstat()
    except FileNotFoundError:
        if folder != folder.parent:
            check_open(folder.parent)
        return
    except OSError as error:
        raise unwritable(folder, error) from None
    if not folder.is_dir():
        raise unwritable(folder, NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR)))
    if not os.access(folder, os.W_OK | os.X_OK):
        raise unwritable(folder, PermissionError(errno.EACCES, os.strerror(errno.EACCES)))


def sweep(folder: Path) -> None:
    """Remove what processes of this machine that were killed left half written."""
    with contextlib.suppress(OSError):
        for entry in os.scandir(folder):
            part = PART.fullmatch(entry.name) if entry.name[0] == "." else None
            if part is not None and not _is_alive(int(part[1])):
                Path(entry.path).unlink(missing_ok=True)


def unwritable(path: Path, error: OSError) -> FileError:
    """The error for a person."""
    return FileError(
        "cannot-write",
        f"cannot write {path}: {error.strerror or error}",
        hint="-o with a folder that can be written and has room",
    )


def _is_alive(process: int) -> bool:
    if os.name == "nt":
        return True  # there, asking would end it
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True
