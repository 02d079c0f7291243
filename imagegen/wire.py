"""What scripts see: events, one JSON object a line, the last one always the summary."""

from typing import Any, Literal

import msgspec
from msgspec import Struct

from imagegen.errors import Notice

SCHEMA = "imagegen/events/1"


class Event(Struct, frozen=True, kw_only=True, tag_field="event"):
    """What all lines have; within one number of `schema`, fields are only ever added."""

    schema: Literal["imagegen/events/1"] = "imagegen/events/1"


class OfPicture(Event, frozen=True, kw_only=True):
    """Which picture: its place in the run, and all that was decided for it."""

    index: int
    prompt: str
    negative_prompt: str
    model: str
    seed: int
    steps: int
    scheduler: str
    guidance: float
    width: int
    height: int
    prompt_syntax: str
    template: str | None
    origin: str | None
    path: str


class PlanEvent(OfPicture, frozen=True, kw_only=True, tag="plan"):
    """A picture that would be drawn, or (`there`) is there already; of a dry run."""

    there: bool
    warnings: tuple[Notice, ...]


class ForecastEvent(Event, frozen=True, kw_only=True, tag="forecast"):
    """What a run would take; null where nothing like it was drawn on this machine before."""

    pictures: int
    there: int
    disk_bytes: int
    disk_free_bytes: int
    seconds: float | None
    memory_bytes: int | None


class StartEvent(Event, frozen=True, kw_only=True, tag="start"):
    """The work begins; null where rows are read as they come."""

    version: str
    rows: int | None
    pictures: int | None


class LoadEvent(Event, frozen=True, kw_only=True, tag="load"):
    """A model is being loaded."""

    model: str


class ReadyEvent(Event, frozen=True, kw_only=True, tag="ready"):
    """A model is loaded."""

    model: str
    device: str
    precision: str
    seconds: float


class StepEvent(Event, frozen=True, kw_only=True, tag="step"):
    """A step of the reverse process is done, for each of so many pictures."""

    done: int
    of: int
    pictures: int


class PictureEvent(OfPicture, frozen=True, kw_only=True, tag="picture"):
    """A picture is on disk, and so is its sidecar."""

    sidecar: str
    sha256: str
    seconds: float
    warnings: tuple[Notice, ...]


class SkippedEvent(OfPicture, frozen=True, kw_only=True, tag="skipped"):
    """A picture was there already, whole, from the same plan."""


class RetryEvent(OfPicture, frozen=True, kw_only=True, tag="retry"):
    """A picture failed and is tried again."""

    code: str
    message: str
    left: int


class FailedEvent(OfPicture, frozen=True, kw_only=True, tag="failed"):
    """A picture could not be drawn or written."""

    code: str
    message: str
    hint: str


class WarningEvent(Event, frozen=True, kw_only=True, tag="warning"):
    """What the person should know, said once."""

    code: str
    message: str
    hint: str


class ErrorEvent(Event, frozen=True, kw_only=True, tag="error"):
    """What is wrong with the request or with a row (`origin`: file:line)."""

    code: str
    message: str
    hint: str
    origin: str | None = None


class SummaryEvent(Event, frozen=True, kw_only=True, tag="summary"):
    """The last line, also after an error or a signal; `asked` null if rows came one by one."""

    asked: int | None
    made: int
    skipped: int
    failed: int
    seconds: float
    stopped: Literal["interrupted", "terminated"] | None
    exit: int


EVENTS = (
    *(StartEvent, LoadEvent, ReadyEvent, StepEvent, PictureEvent, SkippedEvent, RetryEvent),
    *(FailedEvent, WarningEvent, ErrorEvent, PlanEvent, ForecastEvent, SummaryEvent),
)


def schema() -> dict[str, Any]:
    """The JSON Schema of a line."""
    found, components = msgspec.json.schema_components(EVENTS, ref_template="#/$defs/{name}")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": SCHEMA,
        "oneOf": list(found),
        "$defs": components,
    }
