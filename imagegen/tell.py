"""Results on stdout, a path a line or a JSON object a line; everything else on stderr."""

import contextlib
import sys
from collections.abc import Mapping, Sequence
from typing import Any, TextIO

import msgspec
from msgspec import Struct

from imagegen.errors import ExitCode, ImagegenError, Notice
from imagegen.events import Failed, Made
from imagegen.plan import Plan
from imagegen.schedulers import SCHEDULERS


class ReaderGoneError(Exception):
    """Whoever read our output has gone; not an OSError, which typer would take for its own."""


class UnheardError(Exception):
    """Our output cannot be written: a full disk, for instance."""


class Manner(Struct, frozen=True):
    """How the command speaks."""

    json: bool = False
    quiet: bool = False


class Count(Struct):
    """What has become of the pictures so far."""

    asked: int
    made: int = 0
    failed: int = 0


def plan(one: Plan, manner: Manner) -> None:
    """A picture that would be drawn."""
    if manner.json:
        _json_line("plan", {**_about(one), "path": str(one.path), "warnings": one.notices})
        return
    negative = f", without '{one.negative_prompt}'" if one.negative_prompt else ""
    _out(
        f"{one.path}: '{one.prompt}'{negative}; {one.model}, seed {one.seed}, {one.steps} steps of "
        f"{one.scheduler}, guidance {one.guidance:g}, {one.width}x{one.height}"
    )


def made(one: Made, manner: Manner) -> None:
    """A picture that is on disk."""
    if not manner.json:
        _out(str(one.path))
        return
    files = {"path": str(one.path), "sidecar": str(one.sidecar), "sha256": one.sha256}
    about = _about(one.plan)
    _json_line("made", {**about, **files, "seconds": one.seconds, "warnings": one.notices})


def failed(one: Failed, manner: Manner) -> None:
    """A picture that could not be had."""
    if manner.json:
        _json_line("failed", {**_about(one.plan), "path": str(one.plan.path), **_why(one.error)})
    _problem(f"error[{one.error.code}]", f"'{one.plan.prompt}', seed {one.plan.seed}: ", one.error)


def error(one: ImagegenError, manner: Manner) -> None:
    """What stopped the command."""
    if manner.json:
        _json_line("error", _why(one))
        summary(Count(asked=0), 0.0, one.exit_code, manner)
    _problem(f"error[{one.code}]", "", one)


def notices(all_of_them: Sequence[Notice], manner: Manner) -> None:
    """What the person should know; the same thing is said once."""
    for one in dict.fromkeys(all_of_them):
        if not manner.quiet:
            _problem(f"warning[{one.code}]", "", one)


def summary(count: Count, seconds: float, code: ExitCode, manner: Manner) -> None:
    """The last line of JSON; people see it from the paths."""
    if manner.json:
        fields = msgspec.structs.asdict(count)
        _json_line("summary", {**fields, "seconds": round(seconds, 3), "exit": int(code)})


def stopped(how: str, count: Count) -> None:
    """The command was stopped from outside."""
    _err(f"{how}: {count.made} of {count.asked} pictures are on disk")


def schedulers(manner: Manner) -> None:
    """The table of schedulers."""
    if manner.json:
        for name, row in SCHEDULERS.items():
            _json_line("scheduler", {"name": name, **msgspec.structs.asdict(row)})
        return
    wide = max(map(len, SCHEDULERS)) + 2
    for name, row in SCHEDULERS.items():
        known_as = ", ".join(
            (f"{row.label} {row.spacing}".removesuffix(" Automatic"), *row.aliases)
        )
        _out(f"{name:<{wide}}{', '.join(row.suits):<34}{known_as}")


def _about(one: Plan) -> dict[str, Any]:
    names = "index model prompt negative_prompt seed steps scheduler guidance width height"
    return {name: getattr(one, name) for name in names.split()}


def _why(one: ImagegenError) -> dict[str, Any]:
    return {"code": one.code, "message": one.message, "hint": one.hint}


def _problem(head: str, where: str, one: ImagegenError | Notice) -> None:
    # One line each, whatever a prompt or a library's message has in it.
    _err(f"{head}: {' '.join((where + one.message).split())}")
    _err(f"try: {' '.join(one.hint.split())}")


def _json_line(event: str, fields: Mapping[str, Any]) -> None:
    _out(msgspec.json.encode({"event": event, **fields}).decode())


def _out(line: str) -> None:
    _write(sys.stdout, line)


def _err(line: str) -> None:
    # The work does not end because nobody listens to what is said beside it.
    with contextlib.suppress(ReaderGoneError, UnheardError):
        _write(sys.stderr, line)


def _write(stream: TextIO | None, line: str) -> None:
    if stream is None:  # closed by whoever started us: nobody wants to hear
        return
    # A name that the terminal's encoding lacks is escaped rather than a reason to stop.
    encoding = stream.encoding or "utf-8"
    try:
        print(line.encode(encoding, "backslashreplace").decode(encoding), file=stream, flush=True)
    except BrokenPipeError:
        raise ReaderGoneError from None
    except OSError as error:
        raise UnheardError(error.strerror or str(error)) from None
