"""Progress for a person at a terminal: pictures and steps, with the time left."""

import contextlib
from collections.abc import Callable, Iterator

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeRemainingColumn,
)

from imagegen import forecast
from imagegen.events import Event, Fetch, Loading, Step
from imagegen.tell import Count


class Bars:
    """A progress display that steps aside whenever a line of results is written."""

    def __init__(self, progress: Progress, count: Count) -> None:
        self._progress, self._count = progress, count
        self._steps = progress.add_task("starting", total=None)
        several = count.asked != 1
        self._pictures = progress.add_task("pictures", total=count.asked, visible=several)

    def on_event(self, event: Event) -> None:
        """Show where the work is."""
        if isinstance(event, Loading):
            self._progress.update(self._steps, description=f"loading {event.model}")
        elif isinstance(event, Fetch):
            done, size = forecast.size(event.bytes), forecast.size(event.size)
            said = f"fetching {event.file}, {done} of {size}, file"
            self._progress.update(
                self._steps, description=said, total=event.of, completed=event.number
            )
        elif isinstance(event, Step):
            self._progress.update(
                self._steps, description="steps", total=event.of, completed=event.done
            )
            of_batch = event.pictures * event.done / event.of
            self._progress.update(self._pictures, completed=self._count.done + of_batch)

    def write(self, write: Callable[[], None]) -> None:
        """Take the bars away, write, and show them again: bars and results share the screen."""
        self._progress.stop()
        write()
        self._progress.update(self._pictures, completed=self._count.done)
        self._progress.start()


@contextlib.contextmanager
def watching(count: Count) -> Iterator[Bars]:
    """Bars on stderr, gone when the work is done."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    console = Console(stderr=True)
    progress = Progress(
        *columns, console=console, transient=True, redirect_stdout=False, redirect_stderr=False
    )
    with progress:
        yield Bars(progress, count)
