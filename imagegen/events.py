"""What the work tells whoever watches it; the work knows no terminal."""

from collections.abc import Callable
from pathlib import Path

from msgspec import Struct

from imagegen.errors import ImagegenError, Notice
from imagegen.plan import Plan


class Loading(Struct, frozen=True):
    """The model is being loaded."""

    model: str


class Step(Struct, frozen=True):
    """One step of the reverse process is done, for every picture of the batch."""

    done: int
    of: int
    pictures: int


class Made(Struct, frozen=True):
    """A picture is on disk, whole, and so is its sidecar."""

    plan: Plan
    path: Path
    sidecar: Path
    sha256: str
    seconds: float
    notices: tuple[Notice, ...]


class Failed(Struct, frozen=True):
    """A picture that could not be drawn or written; the others go on."""

    plan: Plan
    error: ImagegenError


Watcher = Callable[[Loading | Step], None]


def ignore(_: Loading | Step) -> None:
    """A watcher that does not look."""
