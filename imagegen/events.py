"""What the work tells whoever watches it; the work knows no terminal."""

from collections.abc import Callable
from pathlib import Path

from msgspec import Struct

from imagegen.errors import ImagegenError, Notice
from imagegen.plan import Plan


class Loading(Struct, frozen=True):
    """The model is being loaded."""

    model: str


class Fetch(Struct, frozen=True):
    """A file of the model comes from the hub: `bytes` of `size` are here; file `number` of `of`."""

    model: str
    file: str
    bytes: int
    size: int
    number: int
    of: int


class Ready(Struct, frozen=True):
    """The model is where it works; `seconds` is what loading took.

    `memory` is where its weights wait for their turn.
    """

    model: str
    device: str
    precision: str
    seconds: float
    memory: str = "full"


class Step(Struct, frozen=True):
    """One step of the reverse process is done, for every picture of the batch."""

    done: int
    of: int
    pictures: int


class Retry(Struct, frozen=True):
    """A picture failed and is tried again; `left` more times after this."""

    plan: Plan
    error: ImagegenError
    left: int


class Made(Struct, frozen=True):
    """A picture is on disk, whole, and so is its sidecar.

    `stages` are the seconds of each stage, its batch's shared among the batch; `seconds` their sum.
    """

    plan: Plan
    path: Path
    sidecar: Path
    sha256: str
    seconds: float
    stages: dict[str, float]
    notices: tuple[Notice, ...]


class Failed(Struct, frozen=True):
    """A picture that could not be drawn or written; the others go on."""

    plan: Plan
    error: ImagegenError


Event = Loading | Fetch | Ready | Step | Retry
Watcher = Callable[[Event], None]


def ignore(_: Event) -> None:
    """A watcher that does not look."""
