"""The way of a request, on one screen: load, draw, write, tell."""

import hashlib
import platform
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime
from itertools import groupby
from typing import NamedTuple

from msgspec import structs

from imagegen import __version__, machine, picturefile, pipeline, record, sampling
from imagegen.errors import FileError, ImagegenError, OutOfMemoryError
from imagegen.events import Failed, Loading, Made, Step, Watcher, ignore
from imagegen.machine import Machine
from imagegen.pipeline import Loaded
from imagegen.plan import Plan
from imagegen.record import Record
from imagegen.request import Request
from imagegen.sampling import Drawn
from imagegen.schedulers import MODEL_OWN, SCHEDULERS

Hashes = Future[dict[str, str]]


class Shape(NamedTuple):
    """What the pictures of one batch have in common."""

    width: int
    height: int
    steps: int
    scheduler: str
    guidance: float


class MadeWith(NamedTuple):
    """What all pictures of one model have in common in their records."""

    loaded: Loaded
    loading: float
    hashes: Hashes
    request: Request | None


class Drawing(NamedTuple):
    """A plan after its turn: drawn or not, and its place in the batch."""

    plan: Plan
    outcome: Drawn | ImagegenError
    batch: record.Batch


def run(
    plans: Sequence[Plan],
    here: Machine,
    on_event: Watcher = ignore,
    request: Request | None = None,
) -> Iterator[Made | Failed]:
    """Draw every plan; what fails is told per picture, and the rest goes on.

    The pictures come in the order of the plans. A model that cannot be loaded is raised.
    """
    for _, same_model in groupby(plans, key=lambda plan: (plan.source, plan.revision)):
        yield from _draw_with_model(list(same_model), here, on_event, request)


def _draw_with_model(
    plans: Sequence[Plan], here: Machine, on_event: Watcher, request: Request | None
) -> Iterator[Made | Failed]:
    first = plans[0]
    on_event(Loading(first.model))
    started = time.perf_counter()
    loaded = pipeline.load(first.source, first.revision, first.model, here)
    loading = round(time.perf_counter() - started, 3)
    # Hashing waits for nothing and holds nothing up: it runs while the first picture is drawn.
    with ThreadPoolExecutor(1) as aside:
        hashes = aside.submit(record.weight_hashes, loaded.folder)
        made_with = MadeWith(loaded, loading, hashes, request)
        for batch in batches(plans, here):
            for drawing in _draw(loaded, batch, on_event):
                yield _save(drawing, made_with)


def batches(plans: Sequence[Plan], here: Machine) -> Iterator[list[Plan]]:
    """Groups of neighbours that differ only in prompt and seed, as many as are drawn at once."""
    for shape, alike in groupby(plans, key=_shape):
        together, group = machine.batch_size(here, shape.width, shape.height), list(alike)
        for start in range(0, len(group), together):
            yield group[start : start + together]


def _shape(plan: Plan) -> Shape:
    return Shape(plan.width, plan.height, plan.steps, plan.scheduler, plan.guidance)


def _draw(loaded: Loaded, batch: list[Plan], on_event: Watcher) -> Iterator[Drawing]:
    """Draw a batch; where memory is short, its halves."""
    size = len(batch)
    try:
        pipeline.set_scheduler(loaded, batch[0].scheduler)
        drawn = sampling.sample(loaded.pipe, batch, lambda done, of: on_event(Step(done, of, size)))
    except OutOfMemoryError as error:
        half = size // 2
        if half:
            yield from _draw(loaded, batch[:half], on_event)
            yield from _draw(loaded, batch[half:], on_event)
        else:
            yield Drawing(batch[0], error, record.Batch(size=1, position=1))
    except ImagegenError as error:
        for position, plan in enumerate(batch, start=1):
            yield Drawing(plan, error, record.Batch(size=size, position=position))
    else:
        for position, (plan, one) in enumerate(zip(batch, drawn, strict=True), start=1):
            yield Drawing(plan, one, record.Batch(size=size, position=position))


def _save(drawing: Drawing, made_with: MadeWith) -> Made | Failed:
    plan, drawn = drawing.plan, drawing.outcome
    if isinstance(drawn, ImagegenError):
        return Failed(plan, drawn)
    pixels = hashlib.sha256(drawn.picture.tobytes()).hexdigest()
    written = _record(drawing, drawn, pixels, made_with)
    try:
        path, sidecar = picturefile.save(
            drawn.picture,
            plan.path,
            lambda name: structs.replace(written, file=name),
            overwrite=plan.overwrite,
        )
    except FileError as error:
        return Failed(plan, error)
    seconds = round(sum(drawn.seconds.values()) / drawing.batch.size, 3)
    return Made(plan, path, sidecar, pixels, seconds, written.warnings)


def _record(drawing: Drawing, drawn: Drawn, pixels: str, made_with: MadeWith) -> Record:
    plan, loaded = drawing.plan, made_with.loaded
    return Record(
        file=plan.path.name,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        request=made_with.request,
        plan=record.drawing(plan),
        model=record.Model(
            id=plan.model,
            revision=plan.revision,
            pipeline=type(loaded.pipe).__name__,
            files=made_with.hashes.result(),
        ),
        scheduler=_scheduling(plan, loaded),
        machine=record.Placed(
            device=loaded.machine.device,
            name=loaded.machine.name,
            precision=loaded.machine.precision,
            threads=loaded.machine.threads,
            system=platform.platform(),
        ),
        versions={"imagegen": __version__, **pipeline.versions()},
        batch=drawing.batch,
        seconds={"load": made_with.loading, **drawn.seconds},
        pixels_sha256=pixels,
        warnings=(*plan.notices, *drawn.notices),
    )


def _scheduling(plan: Plan, loaded: Loaded) -> record.Scheduling:
    row = None if plan.scheduler == MODEL_OWN else SCHEDULERS[plan.scheduler]
    scheduler = loaded.pipe.scheduler
    class_name = type(scheduler).__name__
    return record.Scheduling(
        name=plan.scheduler,
        class_name=class_name,
        label=class_name if row is None else row.label,
        spacing="Automatic" if row is None else row.spacing,
        config={key: value for key, value in scheduler.config.items() if key[:1] != "_"},
    )
