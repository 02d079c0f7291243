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
        # Whoever starts us with a signal ignored (nohup, a job of a script) wants it so.
        heard = [one for one in SIGNALS if signal.getsignal(one) is not signal.SIG_IGN]
        before = {one: signal.signal(one, self._receive) for one in heard}
        try:
            yield
        finally:
            for one, handler in before.items():
                signal.signal(one, handler)

    def _receive(self, number: int, frame: FrameType | None) -> None:
        first = self.how is None
        self.how = SIGNALS[number]
        if not (first and self.patient):
            raise StoppedError(self.how)
        with contextlib.suppress(RuntimeError):  # the stream may be in the middle of a line
            self._on_first()
