"""Write what was drawn, while the next is drawn: the device does not wait for a file."""

import os
import platform
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from queue import SimpleQueue
from types import TracebackType
from typing import NamedTuple

from msgspec import structs
from PIL import __version__ as PILLOW  # noqa: N812

from imagegen import (
    __version__,
    carriers,
    determinism,
    encoding,
    machine,
    picturefile,
    pipeline,
    record,
    sampling,
    weights,
)
from imagegen import plan as planning
from imagegen.encoding import Encoded
from imagegen.errors import FileError, ImagegenError, Notice
from imagegen.events import Failed, Made, Retry, Watcher
from imagegen.pipeline import Loaded
from imagegen.plan import Plan
from imagegen.record import Record
from imagegen.sampling import BREAKDOWNS, Drawn
from imagegen.schedulers import MODEL_OWN, SCHEDULERS

MOST_THREADS = 4
PER_THREAD = 2  # drawn pictures that wait for a thread: more would only take memory
LONGEST_PAUSE = 30.0  # seconds, before a file is tried again
LOOK = 0.2  # seconds between two looks at whether to stop


class Drawing(NamedTuple):
    """A plan after its turn: drawn or not, and its place in the batch."""

    plan: Plan
    outcome: Drawn | ImagegenError
    batch: record.Batch


class Origin(NamedTuple):
    """What drew a picture, without the model itself, which may have to go."""

    pipeline: str
    placed: record.Placed
    scheduler: record.Scheduling
    load: float


class Files(NamedTuple):
    """The model's files, by what is in them."""

    digest: str
    hashes: dict[str, str]


class Writer:
    """Threads that write pictures with their records; outcomes come in the order of drawing.

    Leaving it before `finish` gives up what has not been begun; what is on disk is whole.
    """

    def __init__(
        self,
        folder: Path,
        plan: Plan,
        on_event: Watcher,
        *,
        retries: int,
        stopped: Callable[[], bool],
        imported: float | None = None,
    ) -> None:
        self._retries, self._stopped = retries, stopped
        self._on_event, self._imported = on_event, imported
        self._tried_again: SimpleQueue[Retry] = SimpleQueue()  # told by whoever takes the outcomes
        self._leaving = threading.Event()
        self._versions = {"imagegen": __version__, **pipeline.versions(), "pillow": PILLOW}
        threads = max(1, min(MOST_THREADS, (os.cpu_count() or 1) // 2))
        self._most = threads * (1 + PER_THREAD)
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="writer")
        self._threads.submit(int)  # begins one now: later there may be no memory for its stack
        self._pending: deque[Future[Made | Failed]] = deque()
        # Hashing waits for nothing and holds nothing up: it runs while the first is drawn.
        self._hashing = ThreadPoolExecutor(1)
        self._files = self._hashing.submit(_files, folder, plan)

    def __enter__(self) -> "Writer":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._leaving.set()
        self._threads.shutdown(cancel_futures=True)
        self._hashing.shutdown(cancel_futures=True)

    def take(self, drawing: Drawing, loaded: Loaded) -> Iterator[Made | Failed]:
        """Write it when there is time; what has been written meanwhile."""
        origin = _origin(drawing.plan, loaded)  # the next batch may have another
        self._pending.append(self._threads.submit(self._written, drawing, origin))
        while self._pending and (self._pending[0].done() or len(self._pending) > self._most):
            yield self._result()

    def finish(self) -> Iterator[Made | Failed]:
        """The rest, as it is written."""
        while self._pending:
            yield self._result()

    def _result(self) -> Made | Failed:
        outcome = self._pending.popleft().result()
        while not self._tried_again.empty():
            self._on_event(self._tried_again.get())
        return outcome

    def _written(self, drawing: Drawing, origin: Origin) -> Made | Failed:
        plan, drawn = drawing.plan, drawing.outcome
        if isinstance(drawn, ImagegenError):
            return Failed(plan, drawn)
        try:
            picture, notices = drawn.developed()
            encoded = encoding.encode(picture, plan.form)
            written = self._record(drawing, drawn, (origin, encoded, notices))
        except ImagegenError as error:
            return Failed(plan, error)
        except (MemoryError, *BREAKDOWNS) as error:
            return Failed(plan, sampling.failed(plan, error))
        for tried in range(self._retries + 1):
            try:
                path, sidecar = picturefile.save(
                    encoded,
                    plan.path,
                    lambda name: structs.replace(written, file=name),
                    overwrite=plan.overwrite,
                )
            except FileError as error:
                failed = Failed(plan, error)
                if tried == self._retries or not self._waited(min(2.0**tried, LONGEST_PAUSE)):
                    break
                self._tried_again.put(Retry(plan, error, self._retries - tried - 1))
            else:
                stages = {name: s / drawing.batch.size for name, s in drawn.seconds.items()}
                seconds = round(sum(stages.values()), 3)
                return Made(
                    *(plan, path, sidecar, encoded.pixels, seconds, stages, written.warnings)
                )
        return failed

    def _waited(self, seconds: float) -> bool:
        """Wait before a file is tried again; False if there is no time for that."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if self._stopped() or self._leaving.wait(LOOK):
                return False
        return True

    def _record(
        self,
        drawing: Drawing,
        drawn: Drawn,
        found: tuple[Origin, Encoded, tuple[Notice, ...]],
    ) -> Record:
        plan, files = drawing.plan, self._files.result()
        origin, encoded, notices = found
        written = Record(
            file=plan.path.name,
            created=datetime.now(UTC).isoformat(timespec="seconds"),
            request=plan.asked,
            emphasis=drawn.emphasis,
            plan=record.drawing(plan, planning.identity(plan, files.digest)),
            model=record.Model(
                id=plan.model if plan.revision is None else plan.source,
                revision=plan.revision,
                variant=plan.variant,
                pipeline=origin.pipeline,
                files=files.hashes,
            ),
            scheduler=origin.scheduler,
            machine=origin.placed,
            versions=self._versions,
            batch=drawing.batch,
            seconds={
                **({} if self._imported is None else {"import": self._imported}),
                "load": origin.load,
                **drawn.seconds,
                "encode": encoded.seconds,
            },
            pixels_sha256=encoded.pixels,
            encoding=_encoding(encoded),
            writer=plan.form.writer,
            warnings=tuple(dict.fromkeys((*plan.notices, *notices))),
        )
        untold = carriers.left_out(written)
        return structs.replace(written, warnings=(*written.warnings, *untold))


def _encoding(encoded: Encoded) -> record.Encoding:
    return record.Encoding(
        format=encoded.form.format,
        quality=encoded.quality,
        codec=encoding.codec(encoded.form.format),
        decoded_sha256=encoded.decoded,
        metadata=encoded.form.metadata,
    )


def _files(folder: Path, plan: Plan) -> Files:
    if plan.single is not None:
        hashes = weights.file_hashes(plan.source, plan.single)
    else:
        hashes = weights.hashes(folder)
    return Files(weights.digest(plan.source, plan.revision, plan.single), hashes)


def _origin(plan: Plan, loaded: Loaded) -> Origin:
    here, rung = loaded.machine, loaded.rung
    placed = record.Placed(
        device=here.device,
        name=here.name,
        precision=here.precision,
        threads=here.threads,
        system=platform.platform(),
        driver=machine.driver(here.device),
        deterministic=here.deterministic,
        memory=rung.memory,
        decoding=rung.decoding,
        quantize=here.quantize,
        attention=determinism.attention(deterministic=here.deterministic),
    )
    return Origin(type(loaded.pipe).__name__, placed, _schedule(plan, loaded), loaded.seconds)


def _schedule(plan: Plan, loaded: Loaded) -> record.Scheduling:
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
