"""What a batch has done, line by line, and what it could not: `journal.jsonl`, `failed.jsonl`."""

import contextlib
import os
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from imagegen import wholefile
from imagegen.claims import Claims
from imagegen.errors import ImagegenError
from imagegen.plan import Plan
from imagegen.request import MachineRequest
from imagegen.wholefile import unwritable

JOURNAL, FAILED = "journal.jsonl", "failed.jsonl"


class Lines:
    """A file of JSON lines that is only added to; a line is written at once, whoever else writes.

    A line that was being written when a process was killed stays torn, and alone.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o666)
            if _is_torn(self._file):
                os.write(self._file, b"\n")
        except OSError as error:
            raise unwritable(path, error) from error

    def add(self, fields: Mapping[str, Any]) -> None:
        """Append one object."""
        try:
            line = msgspec.json.encode(fields) + b"\n"
            while line:  # a disk that is nearly full may take a part
                line = line[os.write(self._file, line) :]
        except OSError as error:
            raise unwritable(self._path, error) from error

    def close(self) -> None:
        """No more lines."""
        os.close(self._file)


class Journal:
    """What happened in a folder, with the time, in the order it happened."""

    def __init__(self, folder: Path) -> None:
        self._lines = Lines(folder / JOURNAL)

    def write(self, event: str, **fields: Any) -> None:
        """Append an event."""
        self._lines.add({"time": _now(), "event": event, **fields})

    def close(self) -> None:
        """No more events."""
        self._lines.close()


class Log:
    """Every event of a run, with the time, added to a file that the person chose."""

    def __init__(self, path: Path) -> None:
        self._lines = Lines(path)

    def write(self, event: Struct) -> None:
        """Append an event."""
        self._lines.add({"time": _now(), **msgspec.to_builtins(event)})


class Failures:
    """The pictures that failed, as a prompt file that draws just them; shared by all runs there."""

    def __init__(self, folder: Path, claims: Claims) -> None:
        self._path, self._claims = folder / FAILED, claims

    def add(self, plan: Plan, where: MachineRequest, error: ImagegenError) -> None:
        """Add the row of one picture."""
        with self._alone():
            lines = Lines(self._path)
            lines.add(row(plan, where, error))
            lines.close()

    def tidy(self) -> None:
        """Keep each row once, and only those whose pictures are still not there."""
        with self._alone():
            kept = {}
            for line in self._path.read_bytes().splitlines() if self._path.exists() else ():
                with contextlib.suppress(msgspec.DecodeError):
                    said = msgspec.json.decode(line, type=_Named)
                    if not Path(said.out, said.name.replace("{{", "{").replace("}}", "}")).exists():
                        kept[said.out, said.name] = line
            if kept:
                wholefile.replace(self._path, b"\n".join(kept.values()) + b"\n")
            else:
                self._path.unlink(missing_ok=True)

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        while not self._claims.take(self._path, FAILED):
            time.sleep(0.05)
        try:
            yield
        except OSError as error:
            raise unwritable(self._path, error) from error
        finally:
            self._claims.release(self._path, FAILED)


class _Named(Struct):
    """As much of a row as says where its picture goes."""

    out: str
    name: str


def row(plan: Plan, where: MachineRequest, error: ImagegenError) -> dict[str, Any]:
    """A row of a prompt file in which nothing is left to decide, and why it failed."""
    fields = {
        "prompt": plan.prompt,
        "negative": plan.negative_prompt or None,
        "expand": "no",
        "prompt-syntax": plan.prompt_syntax,
        "model": plan.model,
        "seed": plan.seed,
        "size": f"{plan.width}x{plan.height}",
        "steps": plan.steps,
        "scheduler": plan.scheduler,
        "guidance": plan.guidance,
        "lenient": (plan.asked is not None and plan.asked.lenient) or None,
        "out": str(plan.path.parent),
        "name": plan.path.name.replace("{", "{{").replace("}", "}}"),
        "overwrite": plan.overwrite or None,
        "device": where.device,
        "precision": where.precision,
        "batch-size": where.batch_size,
        "error": {"code": error.code, "message": error.message},
    }
    return {name: value for name, value in fields.items() if value is not None}


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def _is_torn(file: int) -> bool:
    if not os.fstat(file).st_size:
        return False
    os.lseek(file, -1, os.SEEK_END)
    return os.read(file, 1) != b"\n"
