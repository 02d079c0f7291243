"""Where the work is, for people: bars on a terminal, else a line now and then."""

import contextlib
import sys
import time
from collections.abc import Callable, Iterator
from typing import NamedTuple

from imagegen import tell
from imagegen.events import Event, Retry, Watcher
from imagegen.tell import Count, Manner

EVERY = 30.0  # seconds between two lines where there is no terminal


class Watch(NamedTuple):
    """A watcher of events, and ways to speak that do not run into its bars.

    `write` puts results on the screen; `note` says a line at once, also from a signal's handler.
    """

    on_event: Watcher
    write: Callable[[Callable[[], None]], None]
    note: Callable[[str], None]


class Heartbeat:
    """A plain line now and then, for a log that somebody reads."""

    def __init__(self, count: Count, manner: Manner, now: Callable[[], float]) -> None:
        self._count, self._manner, self._now = count, manner, now
        self._started = self._last = now()

    def on_event(self, _: Event) -> None:
        """Say how far the work is, unless that was said a moment ago."""
        now, count = self._now(), self._count
        if now - self._last < EVERY or not count.made:
            return
        self._last = now
        pace = (now - self._started) / count.made
        of = "" if count.asked is None else f" of {count.asked}"
        left = "" if count.asked is None else f", {_left((count.asked - count.done) * pace)} left"
        failed = f", {count.failed} failed" if count.failed else ""
        tell.message(
            f"{count.done}{of} pictures{failed}, {pace:.1f} s a picture{left}", self._manner
        )


@contextlib.contextmanager
def watching(count: Count, manner: Manner) -> Iterator[Watch]:
    """Watch the work whose pictures `count` counts."""

    def told(event: Event) -> None:
        tell.progress(event, manner)

    if manner.quiet:
        yield plain(told, manner)
    elif sys.stderr is None or not sys.stderr.isatty():
        heartbeat = Heartbeat(count, manner, time.monotonic)
        yield plain(_both(told, heartbeat.on_event), manner)
    else:
        from imagegen import show  # rich takes a tenth of a second to import

        with show.watching(count) as bars:

            def shown(event: Event) -> None:
                if isinstance(event, Retry) or manner.json:  # these say something
                    bars.write(lambda: told(event))
                else:
                    told(event)
                bars.on_event(event)

            yield Watch(shown, bars.write, bars.note)


def plain(on_event: Watcher, manner: Manner) -> Watch:
    """A watch without bars: whatever is said is a line."""
    return Watch(on_event, lambda write: write(), lambda line: tell.message(line, manner))


def _both(one: Watcher, other: Watcher) -> Watcher:
    def watch(event: Event) -> None:
        one(event)
        other(event)

    return watch


def _left(seconds: float) -> str:
    return f"about {seconds / 60:.0f} min" if seconds >= 90 else f"about {seconds:.0f} s"
