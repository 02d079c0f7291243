"""Progress for a person at a terminal: pictures and steps, with the time left."""

import contextlib
from collections.abc import Callable, Iterator

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeRemainingColumn,
)

from imagegen.events import Event, Loading, Step
from imagegen.tell import Count


class Bars:
    """A progress display that steps aside whenever a line of results is written."""

    def __init__(self, progress: Progress, count: Count) -> None:
        self._progress, self._count = progress, count
        self._steps = progress.add_task("starting", total=None)
        several = count.asked != 1
        self._pictures = progress.add_task("pictures", total=count.asked, visible=several)
        self._live: Live | None = None
        self._note: str | None = None

    def on_event(self, event: Event) -> None:
        """Show where the work is."""
        if isinstance(event, Loading):
            self._progress.update(self._steps, description=f"loading {event.model}")
        elif isinstance(event, Step):
            self._progress.update(
                self._steps, description="steps", total=event.of, completed=event.done
            )
            of_batch = event.pictures * event.done / event.of
            self._progress.update(self._pictures, completed=self._count.done + of_batch)

    def write(self, write: Callable[[], None]) -> None:
        """Take the bars away, write, and show them again: bars and results share the screen."""
        self.hide()
        write()
        self._progress.update(self._pictures, completed=self._count.done)
        self.show()

    def note(self, line: str) -> None:
        """Say something below the bars, until they go; may be called by a signal's handler."""
        self._note = line

    def show(self) -> None:
        """Put the bars below what is on the screen."""
        # A Live that is started again would take what was written meanwhile for its own bars, and
        # wipe it away: so each showing is a new one, over the same tasks.
        self._live = Live(
            console=self._progress.console,
            get_renderable=self._picture,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        self._live.start(refresh=True)

    def hide(self) -> None:
        """Leave the screen as if there had been no bars."""
        if self._live is not None:
            self._live.stop()

    def _picture(self) -> RenderableType:
        bars = self._progress.get_renderable()
        return bars if self._note is None else Group(bars, self._note)


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
    bars = Bars(Progress(*columns, console=Console(stderr=True)), count)
    bars.show()
    try:
        yield bars
    finally:
        bars.hide()
