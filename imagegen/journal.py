"""What a batch has done, line by line, and what it could not: `journal.jsonl`, `failed.jsonl`."""

import contextlib
import os
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from imagegen import control_words, ip_adapter_words, jsonline, lora_words, wholefile
from imagegen.claims import Claims
from imagegen.control_words import Asked
from imagegen.controls import Control
from imagegen.errors import FileError, ImagegenError
from imagegen.inputs import Picture
from imagegen.ip_adapters import Seen
from imagegen.plan import Plan
from imagegen.request import MachineRequest, Request
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
            line = jsonline.encode(fields) + b"\n"
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
        self.path = path
        self._lines = Lines(path)
        self._broken = False

    def write(self, event: Struct) -> None:
        """Append an event; where that fails, it is said once."""
        if self._broken:
            return
        try:
            self._lines.add({"time": _now(), **msgspec.to_builtins(event)})
        except FileError:
            self._broken = True
            raise


class Failures:
    """The pictures that failed, as a prompt file that draws just them; shared by all runs there."""

    def __init__(self, folder: Path, claims: Claims) -> None:
        self._path, self._claims = folder / FAILED, claims

    def add(self, plan: Plan, identity: str, where: MachineRequest, error: ImagegenError) -> None:
        """Add the row of one picture."""
        with self._alone():
            lines = Lines(self._path)
            try:
                lines.add(row(plan, identity, where, error))
            finally:
                lines.close()

    def tidy(self, is_there: Callable[[Path, str], bool]) -> None:
        """Keep each row once, if its picture is not there; what is no row of ours stays."""
        with self._alone():
            lines = self._path.read_bytes().splitlines() if self._path.exists() else []
            kept: dict[object, bytes] = {}
            for line in lines:
                said = _read(line)
                if said is None:
                    kept[line] = line
                elif not is_there(said.path, said.error.plan):
                    kept[said.error.plan, said.path] = line
            if len(kept) == len(lines):
                return
            if kept:
                wholefile.replace(self._path, b"\n".join(kept.values()) + b"\n")
            else:
                self._path.unlink()

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


class _Error(Struct):
    plan: str


class _Row(Struct):
    """As much of a failed row as says which picture it is, and where it goes."""

    out: str
    name: str
    error: _Error

    @property
    def path(self) -> Path:
        """Where the picture goes."""
        return Path(self.out, self.name.replace("{{", "{").replace("}}", "}"))


def _read(line: bytes) -> _Row | None:
    try:
        return msgspec.json.decode(line, type=_Row)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def row(plan: Plan, identity: str, where: MachineRequest, error: ImagegenError) -> dict[str, Any]:
    """A row of a prompt file in which nothing is left to decide, and why it failed."""
    asked = plan.asked
    fields = {
        "prompt": plan.prompt,
        "negative": plan.negative_prompt or None,
        "expand": "no",
        "prompt-syntax": plan.prompt_syntax,
        "no-safety-checker": (not plan.safety_checker) or None,
        "model": _absolute(plan.model),
        "revision": plan.revision,
        "variant": plan.variant,
        "model-config": None if asked is None else _absolute(asked.model_config),
        "tokenizer": None if asked is None else _absolute(asked.tokenizer),
        "offline": (asked is not None and asked.offline) or None,
        "seed": plan.seed,
        "size": f"{plan.width}x{plan.height}",
        "steps": plan.steps,
        "scheduler": plan.scheduler,
        "guidance": plan.guidance,
        **_inputs(plan, asked),
        "lora": [
            lora_words.option_of(one.file, (one.text_weight, one.weight)) for one in plan.loras
        ]
        or None,
        "control": [_control(one) for one in plan.controls] or None,
        "ip-adapter": [_ip_adapter(one) for one in plan.ip_adapters] or None,
        "embedding": [f"{one.file}:{one.token}" for one in plan.embeddings] or None,
        "clip-skip": plan.clip_skip,
        "lenient": (asked is not None and asked.lenient) or None,
        "out": os.path.abspath(plan.path.parent),  # noqa: PTH100 (resolve would follow links)
        "name": plan.path.name.replace("{", "{{").replace("}", "}}"),
        "overwrite": (asked is not None and asked.overwrite) or None,
        "format": plan.form.format,
        "quality": plan.form.quality,
        "metadata": None if plan.form.metadata == "full" else plan.form.metadata,
        "hide-prompt": (not plan.form.words) or None,
        "prompt-writer": plan.form.writer,
        "device": where.device,
        "precision": where.precision,
        "batch-size": where.batch_size,
        "deterministic": where.deterministic,
        "memory": where.memory,
        "quantize": where.quantize,
        "error": {"code": error.code, "message": error.message, "plan": identity},
    }
    return {name: value for name, value in fields.items() if value is not None}


def _absolute(source: str | None) -> str | None:
    """A place on this machine, for the row may be fed back from another folder; a hub id stays."""
    if source is None:
        return None
    place = os.path.expanduser(source)  # noqa: PTH111 (pathlib raises for ~nobody)
    return os.path.abspath(place) if os.path.exists(place) else source  # noqa: PTH100, PTH110


def _inputs(plan: Plan, asked: Request | None) -> dict[str, Any]:
    """What it is drawn from, wherever the row is fed back."""
    mask = os.path.abspath(plan.mask.path) if isinstance(plan.mask, Picture) else plan.mask  # noqa: PTH100
    return {
        "image": None if plan.image is None else os.path.abspath(plan.image.path),  # noqa: PTH100
        "mask": mask,
        "strength": plan.strength,
        "hires": None if asked is None or plan.hires is None else asked.hires,
        "hires-strength": None if plan.hires is None else plan.hires.strength,
    }


def _control(one: Control) -> str:
    """The option that asks for it, wherever the row is fed back."""
    local = os.path.expanduser(one.name)  # noqa: PTH111
    name = os.path.abspath(local) if os.path.exists(local) else one.name  # noqa: PTH100, PTH110
    picture = os.path.abspath(one.picture.path)  # noqa: PTH100
    return control_words.option_of(Asked(name, picture, one.weight, one.start, one.end))


def _ip_adapter(one: Seen) -> str:
    """The option that asks for it, wherever the row is fed back."""
    picture = os.path.abspath(one.picture.path)  # noqa: PTH100
    return ip_adapter_words.option_of(ip_adapter_words.Asked(one.file, picture, one.weight))


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def _is_torn(file: int) -> bool:
    if not os.fstat(file).st_size:
        return False
    os.lseek(file, -1, os.SEEK_END)
    return os.read(file, 1) != b"\n"
