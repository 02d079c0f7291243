"""What scripts see: events, one JSON object a line, the last one always the summary."""

from typing import Any, Literal

import msgspec
from msgspec import Struct

from imagegen.errors import Notice
from imagegen.reading.found import Lora, Unknown

SCHEMA = "imagegen/events/1"


class Event(Struct, frozen=True, kw_only=True, tag_field="event"):
    """What all lines have; within one number of `schema`, fields are only ever added."""

    schema: Literal["imagegen/events/1"] = "imagegen/events/1"


class LoraOf(Struct, frozen=True, kw_only=True):
    """A LoRA, and how much of it."""

    name: str
    weight: float
    text_weight: float


class ControlOf(Struct, frozen=True, kw_only=True):
    """A control: its network, its picture, how much, and in which share of the steps."""

    name: str
    image: str
    weight: float
    start: float
    end: float


class IpAdapterOf(Struct, frozen=True, kw_only=True):
    """An IP-Adapter, the picture it looks at, and how much."""

    name: str
    image: str
    weight: float


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
    loras: tuple[LoraOf, ...] = ()
    embeddings: tuple[str, ...] = ()
    clip_skip: int | None = None
    template: str | None
    origin: str | None
    path: str
    image: str | None = None
    mask: str | None = None
    strength: float | None = None
    drawn_steps: int | None = None
    hires: str | None = None
    controls: tuple[ControlOf, ...] = ()
    ip_adapters: tuple[IpAdapterOf, ...] = ()


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


class FetchEvent(Event, frozen=True, kw_only=True, tag="fetch"):
    """A file of a model comes from the hub: how many of its bytes are here."""

    model: str
    file: str
    bytes: int
    size: int
    number: int
    of: int


class ReadyEvent(Event, frozen=True, kw_only=True, tag="ready"):
    """A model is loaded."""

    model: str
    device: str
    precision: str
    seconds: float
    memory: str


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


class ModelEvent(Event, frozen=True, kw_only=True, tag="model"):
    """A model: where it comes from, what is here of it, how it is best used; of `models`.

    `memory` is that of its weights in half precision, in GB.
    """

    name: str
    id: str | None = None
    folder: str | None = None
    state: str
    bytes: int = 0
    licence: str | None = None
    memory: float | None = None
    width: int | None = None
    height: int | None = None
    steps: int | None = None
    guidance: float | None = None
    scheduler: str | None = None
    negative: bool | None = None
    guided: bool | None = None


class CopyEvent(Event, frozen=True, kw_only=True, tag="copy"):
    """One revision of a model on this machine; `files` are bytes by path."""

    id: str
    revision: str
    refs: tuple[str, ...]
    folder: str
    bytes: int
    whole: bool
    variants: tuple[str, ...]
    files: dict[str, int]


class PulledEvent(Event, frozen=True, kw_only=True, tag="pulled"):
    """A model is on this machine, whole."""

    id: str
    folder: str


class WholeEvent(Event, frozen=True, kw_only=True, tag="whole"):
    """Every file of this revision is as the hub has it; `unhashed`: of so many by size only."""

    id: str
    revision: str
    files: int
    unhashed: int


class DamageEvent(Event, frozen=True, kw_only=True, tag="damage"):
    """A file of a model is damaged or missing."""

    id: str
    revision: str
    file: str
    reason: str


class RemovedEvent(Event, frozen=True, kw_only=True, tag="removed"):
    """A model is not on this machine any more; `bytes` are free now."""

    id: str
    bytes: int


class FoundEvent(Event, frozen=True, kw_only=True, tag="found"):
    """How a picture was made, from its own record or another tool's; of `inspect`.

    Null is not known, and `unknown` says why. `sampler` and `schedule` are the tool's names,
    `scheduler` is ours; `other` is all else, under the tool's names. `lost`: what a request of ours
    cannot restore. `texts` are the texts in the file and their lengths, `raw` the texts themselves.
    """

    path: str
    format: str
    picture_width: int | None
    picture_height: int | None
    tool: str | None
    version: str | None
    source: str | None
    prompt: str | None
    negative_prompt: str | None
    seed: int | None
    steps: int | None
    sampler: str | None
    schedule: str | None
    scheduler: str | None
    guidance: float | None
    width: int | None
    height: int | None
    model: str | None
    model_hash: str | None
    vae: str | None
    clip_skip: int | None
    strength: float | None
    noise: str | None
    prompt_syntax: str | None
    loras: tuple[Lora, ...]
    hashes: dict[str, str]
    other: dict[str, Any]
    unknown: tuple[Unknown, ...]
    lost: tuple[Unknown, ...]
    damage: tuple[str, ...]
    texts: dict[str, int]
    raw: dict[str, str] | None = None


class TakenOut(Struct, frozen=True):
    """Something that was in a file beside its pixels, and its bytes."""

    what: str
    bytes: int


class StrippedEvent(Event, frozen=True, kw_only=True, tag="stripped"):
    """A picture without what was beside its pixels, which are the same; of `strip`."""

    source: str
    path: str
    taken: tuple[TakenOut, ...]


class ConvertedEvent(Event, frozen=True, kw_only=True, tag="converted"):
    """A picture in another format, or with other metadata; `lost` says what is not in it any more.

    `same_pixels`: it gives the very pixels that the source gives.
    """

    source: str
    path: str
    format: str
    metadata: str
    same_pixels: bool
    lost: tuple[str, ...]


class Differing(Struct, frozen=True):
    """What is not as it was when the picture was drawn: of the machine, versions, the batch."""

    name: str
    then: str | None
    now: str | None


class VerifiedEvent(Event, frozen=True, kw_only=True, tag="verified"):
    """A picture that was drawn again and compared; of `verify`.

    "unknown": it could not be drawn again, or does not say what was drawn; `reason` says why.
    `psnr` (dB) and `largest` (of 255) say how far apart pixels are that are not the same.
    """

    path: str
    verdict: Literal["identical", "rounding", "different", "unknown"]
    reason: str | None = None
    code: str | None = None
    psnr: float | None = None
    largest: int | None = None
    recorded_sha256: str | None = None
    drawn_sha256: str | None = None
    differences: tuple[Differing, ...] = ()


class SummaryEvent(Event, frozen=True, kw_only=True, tag="summary"):
    """The last line, also after an error or a signal; `asked` null if rows came one by one.

    Of `verify`, `made` are those whose pixels hold.
    """

    asked: int | None
    made: int
    skipped: int
    failed: int
    seconds: float
    stopped: Literal["interrupted", "terminated"] | None
    exit: int


EVENTS = (
    *(StartEvent, LoadEvent, FetchEvent, ReadyEvent, StepEvent, PictureEvent, SkippedEvent),
    *(RetryEvent, FailedEvent, WarningEvent, ErrorEvent, PlanEvent, ForecastEvent, ModelEvent),
    *(CopyEvent, PulledEvent, WholeEvent, DamageEvent, RemovedEvent),
    *(FoundEvent, StrippedEvent, ConvertedEvent, VerifiedEvent, SummaryEvent),
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
