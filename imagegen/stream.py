"""Things that come when they come: taken in the background, so that work goes on meanwhile."""

import io
import os
import queue
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any, BinaryIO, TypeVar

Thing = TypeVar("Thing")

AHEAD = 64  # things taken before they are asked for
LOOK = 0.2  # seconds between two looks at whether to stop


class UpTo(io.RawIOBase):
    """A file as long as it was when it was opened, though others may be writing to its end."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._length = os.fstat(file.fileno()).st_size

    def readable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """It is."""
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """As a file does."""
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        """As a file does."""
        return self._file.tell()

    def readinto(self, buffer: Any) -> int:
        """Read no further than the length."""
        left = max(0, self._length - self._file.tell())
        content = self._file.read(min(len(buffer), left))
        buffer[: len(content)] = content
        return len(content)


class _End:
    """Nothing more comes; `error` says why, if it was not the end."""

    def __init__(self, error: BaseException | None) -> None:
        self.error = error


def arriving(things: Iterable[Thing], stopped: Callable[[], bool]) -> Iterator[Thing | None]:
    """The things, and None whenever none is there just now, before it is waited for.

    A thread takes them; it does not keep the process alive.
    """
    taken: queue.Queue[Thing | _End] = queue.Queue(AHEAD)
    threading.Thread(target=_take, args=(things, taken), daemon=True).start()
    while not stopped():
        try:
            thing = taken.get_nowait()
        except queue.Empty:
            yield None
            waited = _wait(taken, stopped)
            if waited is None:
                return
            thing = waited
        if isinstance(thing, _End):
            if thing.error is not None:
                raise thing.error
            return
        yield thing


def _take(things: Iterable[Thing], taken: "queue.Queue[Thing | _End]") -> None:
    error = None
    try:
        for thing in things:
            taken.put(thing)
    except BaseException as problem:  # noqa: BLE001 (raised again where it is waited for)
        error = problem
    taken.put(_End(error))


def _wait(taken: "queue.Queue[Thing | _End]", stopped: Callable[[], bool]) -> "Thing | _End | None":
    while not stopped():
        try:
            return taken.get(timeout=LOOK)
        except queue.Empty:
            continue
    return None
