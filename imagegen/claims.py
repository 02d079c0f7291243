"""Who draws which picture, when several runs work on one folder at once.

A claim is a lock on one byte of a file in the folder, at an offset made of the picture's id and
name. The system drops it when the process ends, however it ends, and nothing is left to clean up.
"""

import contextlib
import hashlib
import os
import sys
from pathlib import Path

LOCK_FILE = ".imagegen.lock"
OFFSETS = 2**62


class Claims:
    """The pictures that this process draws; a folder that cannot lock lets everybody draw."""

    def __init__(self) -> None:
        self._files: dict[Path, int | None] = {}

    def close(self) -> None:
        """Let go of everything."""
        for handle in self._files.values():
            if handle is not None:
                os.close(handle)
        self._files.clear()

    def take(self, path: Path, identity: str) -> bool:
        """Claim the picture that goes to this path; False if another process has it."""
        handle = self._open(path.parent)
        return handle is None or _lock(handle, _offset(path, identity))

    def release(self, path: Path, identity: str) -> None:
        """Let others have it."""
        handle = self._files.get(path.parent)
        if handle is not None:
            _unlock(handle, _offset(path, identity))

    def _open(self, folder: Path) -> int | None:
        if folder not in self._files:
            self._files[folder] = None
            with contextlib.suppress(OSError):
                folder.mkdir(parents=True, exist_ok=True)
                self._files[folder] = os.open(folder / LOCK_FILE, os.O_RDWR | os.O_CREAT, 0o666)
        return self._files[folder]


def _offset(path: Path, identity: str) -> int:
    digest = hashlib.sha256(f"{path.name}\n{identity}".encode()).digest()
    return int.from_bytes(digest, "big") % OFFSETS


if sys.platform == "win32":
    import msvcrt

    def _lock(handle: int, offset: int) -> bool:
        os.lseek(handle, offset, os.SEEK_SET)
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _unlock(handle: int, offset: int) -> None:
        os.lseek(handle, offset, os.SEEK_SET)
        with contextlib.suppress(OSError):
            msvcrt.locking(handle, msvcrt.LK_UNLCK, 1)

else:
    import errno
    import fcntl

    HELD_BY_ANOTHER = (errno.EACCES, errno.EAGAIN)

    def _lock(handle: int, offset: int) -> bool:
        try:
            fcntl.lockf(handle, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, offset)
        except OSError as error:
            # A file system without locks: better two runs draw one picture than none.
            return error.errno not in HELD_BY_ANOTHER
        return True

    def _unlock(handle: int, offset: int) -> None:
        with contextlib.suppress(OSError):
            fcntl.lockf(handle, fcntl.LOCK_UN, 1, offset)
