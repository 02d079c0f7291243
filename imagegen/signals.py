"""Ctrl-C and SIGTERM: the first lets the picture in work be finished, the second stops at once."""

import contextlib
import signal
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Literal

Manner = Literal["interrupted", "terminated"]
SIGNALS: dict[int, Manner] = {signal.SIGINT: "interrupted", signal.SIGTERM: "terminated"}


class StoppedError(BaseException):
    """A signal asks to stop now; `how` says which."""

    def __init__(self, how: Manner) -> None:
        super().__init__(how)
        self.how = how


@contextlib.contextmanager
def heard() -> Iterator[None]:
    """Until the end of the block, each signal raises StoppedError."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise StoppedError(SIGNALS[number])

    with _handled(stop):
        yield


@contextlib.contextmanager
def _handled(handler: Callable[[int, FrameType | None], None]) -> Iterator[None]:
    # Whoever starts us with a signal ignored (nohup, a job of a script) wants it so.
    heard = [one for one in SIGNALS if signal.getsignal(one) is not signal.SIG_IGN]
    before = {one: signal.signal(one, handler) for one in heard}
    try:
        yield
    finally:
        for one, old in before.items():
            signal.signal(one, old)


class Stop:
    """Whether a signal has come. While `patient`, the first only says so; else it raises."""

    def __init__(self, on_first: Callable[[], None]) -> None:
        self.how: Manner | None = None
        self.patient = False
        self._on_first = on_first

    def asked(self) -> bool:
        """Whether the work should end after what is in work."""
        return self.how is not None

    @contextlib.contextmanager
    def listening(self) -> Iterator[None]:
        """Until the end of the block, signals come here."""
        with _handled(self._receive):
            yield

    def _receive(self, number: int, frame: FrameType | None) -> None:
        first = self.how is None
        self.how = SIGNALS[number]
        if not (first and self.patient):
            raise StoppedError(self.how)
        with contextlib.suppress(RuntimeError):  # the stream may be in the middle of a line
            self._on_first()
