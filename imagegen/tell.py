"""Results on stdout, a path a line or a JSON object a line; everything else on stderr."""

import contextlib
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TextIO

import msgspec
from msgspec import Struct

from imagegen import __version__, harmless, jsonline, lora_words, wire
from imagegen.errors import ExitCode, ImagegenError, Notice
from imagegen.events import Event, Failed, Fetch, Loading, Made, Ready, Retry, Step
from imagegen.forecast import Forecast
from imagegen.inputs import Picture
from imagegen.journal import Log
from imagegen.plan import Plan
from imagegen.schedulers import SCHEDULERS

ABOUT = (
    *("index", "prompt", "negative_prompt", "model", "seed"),
    *("steps", "scheduler", "guidance", "width", "height"),
    "prompt_syntax",
)

MOST_TOLD = 1000
MORE_WARNINGS = Notice(
    "more-warnings",
    f"{MOST_TOLD:,} different warnings have been told, and there are more",
    hint="--json tells them with each picture, and the records have them",
)


class ReaderGoneError(Exception):
    """Whoever read our output has gone; not an OSError, which typer would take for its own."""


class UnheardError(Exception):
    """Our output cannot be written: a full disk, for instance."""


class Manner(Struct, frozen=True):
    """How the command speaks; every event goes into the log as well, if there is one."""

    json: bool = False
    quiet: bool = False
    log: Log | None = None


class Warnings:
    """Each warning once; after a thousand different ones only that there are more."""

    def __init__(self, manner: Manner) -> None:
        self._manner = manner
        self._told: set[Notice] = set()

    def tell(self, some: Iterable[Notice]) -> None:
        """Those that have not been told yet."""
        for one in some:
            if one in self._told or len(self._told) > MOST_TOLD:
                continue
            self._told.add(one)
            notices([one if len(self._told) <= MOST_TOLD else MORE_WARNINGS], self._manner)


class Count(Struct):
    """What has become of the pictures so far; `asked` None: nobody knows how many will come."""

    asked: int | None = None
    made: int = 0
    skipped: int = 0
    failed: int = 0

    @property
    def done(self) -> int:
        """Those that need nothing more."""
        return self.made + self.skipped + self.failed


def start(rows: int | None, pictures: int | None, manner: Manner) -> None:
    """How much there is to do, before it is begun."""
    _event(wire.StartEvent(version=__version__, rows=rows, pictures=pictures), manner)
    if pictures is None or manner.quiet or manner.json:
        return
    if rows is not None:
        _err(f"{_many(rows, 'row')}, {_many(pictures, 'picture')}")
    elif pictures > 1:
        _err(_many(pictures, "picture"))


def plan(one: Plan, there: bool, manner: Manner) -> None:
    """A picture that would be drawn."""
    if manner.json or manner.log is not None:
        event = wire.PlanEvent(**_about(one), there=there, warnings=one.notices)
        _event(event, manner, flush=False)
    if manner.json:
        return
    negative = f", without '{_folded(one.negative_prompt)}'" if one.negative_prompt else ""
    _out(
        f"{one.path}: '{_folded(one.prompt)}'{negative}; "
        f"{one.model}, seed {one.seed}, {one.steps} steps of "
        f"{one.scheduler}, guidance {one.guidance:g}, {one.width}x{one.height}"
        + _inputs(one)
        + ("; there already" if there else ""),
        flush=False,  # the summary does; a hundred thousand plans are not waited for one by one
    )


def forecast(one: Forecast, manner: Manner) -> None:
    """What a run would take."""
    _event(wire.ForecastEvent(**msgspec.structs.asdict(one)), manner)
    if not (manner.json or manner.quiet):
        for line in one.lines():
            _err(line)


def progress(event: Event, manner: Manner) -> None:
    """Where the work is: for scripts and the log; people see bars."""
    if isinstance(event, Retry):
        error = event.error
        about = {**_about(event.plan), "code": error.code, "message": error.message}
        _event(wire.RetryEvent(**about, left=event.left), manner)
        _problem(f"again[{error.code}]", f"'{event.plan.prompt}': ", error)
    elif isinstance(event, Loading):
        _event(wire.LoadEvent(model=event.model), manner)
    elif isinstance(event, Fetch):
        _event(wire.FetchEvent(**msgspec.structs.asdict(event)), manner)
    elif isinstance(event, Ready):
        _event(wire.ReadyEvent(**msgspec.structs.asdict(event)), manner)
    elif isinstance(event, Step):
        _event(wire.StepEvent(**msgspec.structs.asdict(event)), manner)


def made(one: Made, manner: Manner) -> None:
    """A picture that is on disk."""
    files = {"path": str(one.path), "sidecar": str(one.sidecar), "sha256": one.sha256}
    about = {**_about(one.plan), **files, "seconds": one.seconds, "warnings": one.notices}
    _event(wire.PictureEvent(**about), manner)
    if not manner.json:
        _out(str(one.path))


def skipped(one: Plan, manner: Manner) -> None:
    """A picture that is there already."""
    _event(wire.SkippedEvent(**_about(one)), manner)


def failed(one: Failed, manner: Manner) -> None:
    """A picture that could not be had."""
    _event(wire.FailedEvent(**_about(one.plan), **_why(one.error)), manner)
    row = "" if one.plan.origin is None else f"{one.plan.origin}: "
    where = f"'{one.plan.prompt}', seed {one.plan.seed}: "
    _problem(f"{row}error[{one.error.code}]", where, one.error)


def error(one: ImagegenError, manner: Manner, origin: str | None = None) -> None:
    """What is wrong with the request, or with one row of it."""
    _event(wire.ErrorEvent(**_why(one), origin=origin), manner)
    _problem(f"error[{one.code}]" if origin is None else f"{origin}: error[{one.code}]", "", one)


def notices(all_of_them: Sequence[Notice], manner: Manner) -> None:
    """What the person should know."""
    for one in dict.fromkeys(all_of_them):
        _event(wire.WarningEvent(**msgspec.structs.asdict(one)), manner)
        if not manner.quiet:
            _problem(f"warning[{one.code}]", "", one)


def summary(
    count: Count,
    seconds: float,
    code: ExitCode,
    manner: Manner,
    stopped: str | None = None,
    said: str | None = None,
) -> None:
    """The last line of JSON; people are told only what the paths do not show, or what is `said`."""
    fields = {**msgspec.structs.asdict(count), "seconds": round(seconds, 3)}
    _event(wire.SummaryEvent(**fields, exit=int(code), stopped=stopped), manner)  # type: ignore[arg-type]
    _flush(sys.stdout)
    if said is not None:
        if stopped is not None or not (manner.quiet or manner.json):
            _err(f"{said}, in {seconds:.1f} s" if stopped is None else f"{stopped}: {said}")
    elif stopped is not None:
        of = "" if count.asked is None else f" of {count.asked}"
        _err(f"{stopped}: {count.made + count.skipped}{of} pictures are on disk")
    elif (count.skipped or count.failed) and not (manner.quiet or manner.json):
        _err(
            f"{count.made} drawn, {count.skipped} there already, {count.failed} failed, "
            f"in {seconds:.1f} s"
        )


def result(line: str, event: wire.Event, manner: Manner) -> None:
    """What was asked for: in words, or as JSON."""
    _event(event, manner)
    if not manner.json:
        _out(line)


def lines(text: str) -> None:
    """What was asked for as a page of its own, already harmless."""
    _out(text)


def message(line: str, manner: Manner) -> None:
    """A plain line for a person."""
    if not manner.quiet:
        _err(line)


def schedulers(manner: Manner) -> None:
    """The table of schedulers."""
    if manner.json:
        for name, row in SCHEDULERS.items():
            _out(json_text({"event": "scheduler", "name": name, **msgspec.structs.asdict(row)}))
        return
    wide = max(map(len, SCHEDULERS)) + 2
    for name, row in SCHEDULERS.items():
        known_as = ", ".join(
            (f"{row.label} {row.spacing}".removesuffix(" Automatic"), *row.aliases)
        )
        _out(f"{name:<{wide}}{', '.join(row.suits):<34}{known_as}")


def events() -> None:
    """The events of `--json`, and what they mean."""
    for kind in wire.EVENTS:
        words = (kind.__doc__ or "").splitlines()[0]
        _out(f"{kind.__struct_config__.tag!s:<10}{words}")


def document(content: Any) -> None:
    """A JSON document for people and programs."""
    _out(msgspec.json.format(msgspec.json.encode(content), indent=2).decode())


def json_text(content: Any) -> str:
    """One line of JSON."""
    return harmless.json_line(jsonline.encode(content).decode())


def _about(one: Plan) -> dict[str, Any]:
    about = {name: getattr(one, name) for name in ABOUT}
    about |= {"template": one.template, "origin": one.origin, "path": str(one.path)}
    if one.image is not None:
        about |= {"image": one.image.path, "mask": _mask(one)}
        about |= {"strength": one.strength, "drawn_steps": one.drawn_steps}
    if one.hires is not None:
        about["hires"] = f"{one.hires.width}x{one.hires.height}"
    about["controls"] = tuple(
        wire.ControlOf(name=c.name, image=c.picture.path, weight=c.weight, start=c.start, end=c.end)
        for c in one.controls
    )
    about["ip_adapters"] = tuple(
        wire.IpAdapterOf(name=each.name, image=each.picture.path, weight=each.weight)
        for each in one.ip_adapters
    )
    about["loras"] = tuple(
        wire.LoraOf(name=lora.name, weight=lora.weight, text_weight=lora.text_weight)
        for lora in one.loras
    )
    about |= {"embeddings": tuple(each.token for each in one.embeddings)}
    about |= {"clip_skip": one.clip_skip}
    return about


def _mask(one: Plan) -> str | None:
    return one.mask.path if isinstance(one.mask, Picture) else one.mask


def _inputs(one: Plan) -> str:
    """What it is drawn from, for a person."""
    said = ""
    if one.image is not None:
        said += f"; from {one.image.path}"
        said += f" within {_mask(one)}" if one.mask is not None else ""
        said += f", the last {one.drawn_steps} steps" if one.drawn_steps is not None else ""
    for control in one.controls:
        said += f"; {control.name} {control.weight:g} of {control.picture.path}"
    for each in one.ip_adapters:
        said += f"; IP-Adapter {each.name} {each.weight:g} of {each.picture.path}"
    if one.hires is not None:
        said += f"; again at {one.hires.width}x{one.hires.height}"
    for lora in one.loras:
        said += f"; LoRA {lora_words.option_of(lora.name, (lora.text_weight, lora.weight))}"
    return said


def _why(one: ImagegenError) -> dict[str, Any]:
    return {"code": one.code, "message": one.message, "hint": one.hint}


def _folded(text: str) -> str:
    """A prompt of several lines as one: a result is a line."""
    return " ".join(text.split())


def _many(number: int, what: str) -> str:
    return f"{number:,} {what}{'s' * (number != 1)}"


def _event(event: wire.Event, manner: Manner, *, flush: bool = True) -> None:
    if manner.json:
        _out(json_text(event), flush=flush)
    if manner.log is not None:
        manner.log.write(event)


def _problem(head: str, where: str, one: ImagegenError | Notice) -> None:
    # One line each, whatever a prompt or a library's message has in it.
    _err(harmless.shown(f"{head}: {_folded(where + one.message)}"))
    _err(harmless.shown(f"try: {_folded(one.hint)}"))


def _out(line: str, *, flush: bool = True) -> None:
    _write(sys.stdout, line, flush=flush)


def _err(line: str) -> None:
    try:
        _write(sys.stderr, line)
    except (ReaderGoneError, UnheardError):
        # The work does not end because nobody listens to what is said beside it.
        give_up(sys.stderr)


def _write(stream: TextIO | None, line: str, *, flush: bool = True) -> None:
    if stream is None:  # closed by whoever started us: nobody wants to hear
        return
    if not line.isascii():
        # A name that the terminal's encoding lacks is escaped rather than a reason to stop.
        encoding = stream.encoding or "utf-8"
        line = line.encode(encoding, "backslashreplace").decode(encoding)
    with _heard():
        stream.write(f"{line}\n")
        if flush:
            stream.flush()


def give_up(stream: TextIO | None) -> None:
    """Let all else that is said there go nowhere: Python would fail to write it at its exit."""
    if stream is not None:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)


def _flush(stream: TextIO | None) -> None:
    if stream is not None:
        with _heard():
            stream.flush()


@contextlib.contextmanager
def _heard() -> Iterator[None]:
    """What becomes of our words, when they cannot be written."""
    try:
        yield
    except BrokenPipeError:
        raise ReaderGoneError from None
    except OSError as error:
        raise UnheardError(error.strerror or str(error)) from None
