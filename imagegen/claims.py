"""Who draws which picture, when several runs work on one folder at once.

A claim is a lock on one byte of a file in the folder, at an offset made of the picture's id and
name. The system drops it when the process ends, however it ends, and nothing is left to clean up.
"""

import contextlib
import errno
import hashlib
import os
import sys
from pathlib import Path

LOCK_FILE = ".imagegen.lock"
OFFSETS = 2**62


class _Held:
    """The open lock file of a folder, and the offsets at which it is ours."""

    def __init__(self, handle: int) -> None:
        self.handle = handle
        self.offsets: set[int] = set()


class Claims:
    """The pictures that this process draws; a folder that cannot lock lets everybody draw.

    A lock file is open only while a claim in its folder is held: there may be many folders.
    """

    def __init__(self) -> None:
        self._held: dict[Path, _Held] = {}

    def close(self) -> None:
        """Let go of everything."""
        for held in self._held.values():
            os.close(held.handle)
        self._held.clear()

    def take(self, path: Path, identity: str) -> bool:
        """Claim the picture of this id that goes to this path; False if another process has it."""
        held = self._open(path.parent)
        if held is None:
            return True
        offset = _offset(path, identity)
        taken = _lock(held.handle, offset)
        if taken:
            held.offsets.add(offset)
        self._close_unused(path.parent)
        return taken

    def release(self, path: Path, identity: str) -> None:
        """Let others have it."""
        held, offset = self._held.get(path.parent), _offset(path, identity)
        if held is not None and offset in held.offsets:
            held.offsets.remove(offset)
            _unlock(held.handle, offset)
            self._close_unused(path.parent)

    def _open(self, folder: Path) -> _Held | None:
        if folder not in self._held:
            try:
                folder.mkdir(parents=True, exist_ok=True)
                handle = os.open(folder / LOCK_FILE, os.O_RDWR | os.O_CREAT, 0o666)
            except OSError:
                return None
            self._held[folder] = _Held(handle)
        return self._held[folder]

    def _close_unused(self, folder: Path) -> None:
        if not self._held[folder].offsets:
            os.close(self._held.pop(folder).handle)


def _offset(path: Path, identity: str) -> int:
    digest = hashlib.sha256(f"{path.name}\n{identity}".encode()).digest()
    return int.from_bytes(digest, "big") % OFFSETS


if sys.platform == "win32":
    import msvcrt

    HELD_BY_ANOTHER = (errno.EACCES, errno.EDEADLOCK)

    def _lock(handle: int, offset: int) -> bool:
        os.lseek(handle, offset, os.SEEK_SET)
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError as error:
            return error.errno not in HELD_BY_ANOTHER
        return True

    def _unlock(handle: int, offset: int) -> None:
        os.lseek(handle, offset, os.SEEK_SET)
        with contextlib.suppress(OSError):
            msvcrt.locking(handle, msvcrt.LK_UNLCK, 1)

else:
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
