"""The command line: words in; a path, a line of JSON or an exit code out."""

import contextlib
import functools
import gc
import os
import signal
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from types import FrameType
from typing import Annotated, Any

import typer

import imagegen
from imagegen import tell
from imagegen.errors import ExitCode, FileError, ImagegenError, RequestError
from imagegen.events import Failed, Made, Watcher, ignore
from imagegen.plan import Plan
from imagegen.request import (
    MachineRequest,
    Request,
    check,
    check_machine,
    number_from,
    seeds_from,
    size_from,
)
from imagegen.tell import Count, Manner, ReaderGoneError, UnheardError

EXAMPLES = """
imagegen "astronaut riding bicycle"

imagegen "red fox on a hill" --seed 1-4 --steps 30 -o pictures

imagegen draw --help
"""
COMMANDS = ("draw", "schedulers")
GROUP_OPTIONS = ("--help", "-h", "--version", "--install-completion", "--show-completion")
# The same class under every version of typer, whichever click it stands on.
UsageProblem: type[Any] = typer.BadParameter.__mro__[2]

app = typer.Typer(
    name="imagegen",
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=f"[bold]Examples[/bold]\n\n{EXAMPLES}",
)


class Terminated(BaseException):
    """SIGTERM has come."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code; here and in `_obey` errors turn into words."""
    words = with_default_command(sys.argv[1:] if arguments is None else arguments)
    try:
        return _obey(words, Manner(json="--json" in words))
    except (KeyboardInterrupt, typer.Abort):
        return ExitCode.INTERRUPTED
    except ReaderGoneError:
        _close_stdout()
        return ExitCode.BROKEN_PIPE
    except UnheardError as problem:
        _close_stdout()
        hint = "a place with room for the output; what was told so far is on disk"
        unheard = FileError("cannot-write", f"cannot write stdout: {problem}", hint=hint)
        tell.error(unheard, Manner())
        return ExitCode.FILE


def _obey(words: Sequence[str], manner: Manner) -> int:
    try:
        code = app(args=words, prog_name="imagegen", standalone_mode=False)
        return int(code or ExitCode.DONE)
    except UsageProblem as wrong:
        command = f"imagegen {words[0]}" if words[0] in COMMANDS else "imagegen"
        error = RequestError("usage", wrong.format_message(), hint=f"{command} --help")
        tell.error(error, manner)
        return error.exit_code
    except ImagegenError as error:
        tell.error(error, manner)
        return error.exit_code


def _close_stdout() -> None:
    """Python must not find again, when it flushes stdout at its exit, that it cannot be written."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


def with_default_command(words: Sequence[str]) -> list[str]:
    """`imagegen PROMPT...` is `imagegen draw PROMPT...`; nothing at all asks for help."""
    if not words:
        return ["--help"]
    if words[0] in COMMANDS or words[0] in GROUP_OPTIONS:
        return list(words)
    return ["draw", *words]


def _number(name: str) -> Any:
    """A reader of that number for typer, whose own message leaves out the wrong value."""

    def number(text: str) -> float:
        return number_from(name, text)

    return number


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"imagegen {imagegen.__version__}")
        raise typer.Exit


@app.callback()
def _imagegen(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Draw pictures from words: `imagegen PROMPT...` is `imagegen draw PROMPT...`."""


WHAT, WHERE, HOW, TALK = "What to draw", "Where to write", "How to work", "What to tell"


@app.command(epilog=f"[bold]Examples[/bold]\n\n{EXAMPLES}")
def draw(
    prompts: Annotated[
        list[str],
        typer.Argument(metavar="PROMPT", help="What to draw; - reads prompts, one a line."),
    ],
    model: Annotated[
        str | None,
        typer.Option(
            "-m", "--model", help="storybook (default), folder, hub id.", rich_help_panel=WHAT
        ),
    ] = None,
    negative: Annotated[
        str | None,
        typer.Option("-n", "--negative", help="What to keep out.", rich_help_panel=WHAT),
    ] = None,
    seed: Annotated[
        str | None, typer.Option(help="7, 1,2,9 or 1-100.", rich_help_panel=WHAT)
    ] = None,
    count: Annotated[
        int | None,
        typer.Option(
            help="Pictures of each prompt.", parser=_number("count"), rich_help_panel=WHAT
        ),
    ] = None,
    size: Annotated[
        str | None, typer.Option(help="512x768, or 512; else the model's.", rich_help_panel=WHAT)
    ] = None,
    steps: Annotated[
        int | None,
        typer.Option(
            help="Steps of the reverse process.", parser=_number("steps"), rich_help_panel=WHAT
        ),
    ] = None,
    scheduler: Annotated[
        str | None, typer.Option(help="See `imagegen schedulers`.", rich_help_panel=WHAT)
    ] = None,
    guidance: Annotated[
        float | None,
        typer.Option(
            help="How closely to follow the prompt.",
            parser=_number("guidance"),
            rich_help_panel=WHAT,
        ),
    ] = None,
    lenient: Annotated[
        bool, typer.Option("--lenient", help="Warn, do not refuse.", rich_help_panel=WHAT)
    ] = False,
    out: Annotated[
        str | None,
        typer.Option("-o", "--out", help="The folder; else this one.", rich_help_panel=WHERE),
    ] = None,
    name: Annotated[
        str | None,
        typer.Option(help="A template: {slug}-{seed}.png.", rich_help_panel=WHERE),
    ] = None,
    overwrite: Annotated[
        bool,
        typer.Option("--overwrite", help="Replace files of that name.", rich_help_panel=WHERE),
    ] = False,
    device: Annotated[
        str | None, typer.Option(help="auto, cpu, cuda, cuda:1, mps, xpu.", rich_help_panel=HOW)
    ] = None,
    precision: Annotated[
        str | None,
        typer.Option(help="auto, float32, float16, bfloat16.", rich_help_panel=HOW),
    ] = None,
    batch_size: Annotated[
        int | None,
        typer.Option(
            help="Pictures drawn at once.", parser=_number("batch-size"), rich_help_panel=HOW
        ),
    ] = None,
    dry_run: Annotated[
        bool,
        typer.Option("--dry-run", help="Say what would be drawn.", rich_help_panel=TALK),
    ] = False,
    json: Annotated[
        bool, typer.Option("--json", help="One JSON object a line.", rich_help_panel=TALK)
    ] = False,
    quiet: Annotated[
        bool, typer.Option("-q", "--quiet", help="Only paths and errors.", rich_help_panel=TALK)
    ] = False,
) -> int:
    """Draw each prompt and write it as a PNG with its record beside it."""
    width, height = (None, None) if size is None else size_from(size)
    request = Request(
        prompts=tuple(_with_stdin(prompts)),
        model=model,
        negative=negative,
        seeds=None if seed is None else seeds_from(seed),
        count=count,
        width=width,
        height=height,
        steps=steps,
        scheduler=scheduler,
        guidance=guidance,
        lenient=lenient or None,
        out=out,
        name=name,
        overwrite=overwrite or None,
    )
    where = MachineRequest(device=device, precision=precision, batch_size=batch_size)
    manner = Manner(json=json, quiet=quiet)
    check(request)
    check_machine(where)
    plans = imagegen.make_plans(request)
    tell.notices([notice for plan in plans for notice in plan.notices], manner)
    if dry_run:
        for plan in plans:
            tell.plan(plan, manner)
        tell.summary(Count(asked=len(plans)), 0.0, ExitCode.DONE, manner)
        return ExitCode.DONE
    return _draw_all(plans, request, where, manner)


@app.command()
def schedulers(
    json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """List the schedulers, what each suits, and the names that other tools give them."""
    tell.schedulers(Manner(json=json))


def _draw_all(
    plans: Sequence[Plan], request: Request, where: MachineRequest, manner: Manner
) -> ExitCode:
    started, count = time.perf_counter(), Count(asked=len(plans))
    failures: list[ExitCode] = []
    signal.signal(signal.SIGTERM, _terminate)
    try:
        with _watching(len(plans), manner) as (watcher, write):
            for outcome in _outcomes(plans, request, where, watcher):
                write(functools.partial(_tell, outcome, count, failures, manner))
        code = _exit_code(failures)
    except (KeyboardInterrupt, Terminated) as stop:
        by_person = isinstance(stop, KeyboardInterrupt)
        code = ExitCode.INTERRUPTED if by_person else ExitCode.TERMINATED
        tell.stopped("interrupted" if by_person else "terminated", count)
    tell.summary(count, time.perf_counter() - started, code, manner)
    return code


def _outcomes(
    plans: Sequence[Plan], request: Request, where: MachineRequest, watcher: Watcher
) -> Iterator[Made | Failed]:
    from imagegen import picturefile

    # Told now, rather than after five seconds of imports.
    for folder in dict.fromkeys(plan.path.parent for plan in plans):
        picturefile.check_writable(folder)
    # transformers talks already while it is imported.
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    from imagegen import machine, run

    gc.freeze()  # what was imported is never garbage; what is drawn may be
    gc.enable()
    return run.run(plans, machine.choose(where), watcher, request)


def _tell(one: Made | Failed, count: Count, failures: list[ExitCode], manner: Manner) -> None:
    if isinstance(one, Failed):
        count.failed += 1
        failures.append(one.error.exit_code)
        tell.failed(one, manner)
        return
    count.made += 1
    tell.made(one, manner)
    fresh = [notice for notice in one.notices if notice not in one.plan.notices]
    tell.notices(fresh, manner)


def _exit_code(failures: Sequence[ExitCode]) -> ExitCode:
    """The one reason that all failures share, memory or files; else just that some failed."""
    if not failures:
        return ExitCode.DONE
    return failures[0] if len(set(failures)) == 1 else ExitCode.FAILED


Write = Callable[[Callable[[], None]], None]


@contextlib.contextmanager
def _watching(pictures: int, manner: Manner) -> Iterator[tuple[Watcher, Write]]:
    """Bars where somebody can see them."""
    if manner.quiet or sys.stderr is None or not sys.stderr.isatty():
        yield ignore, lambda write: write()
        return
    from imagegen import show

    with show.watching(pictures) as watch:
        yield watch.on_event, watch.write


def _terminate(number: int, frame: FrameType | None) -> None:
    raise Terminated


def _with_stdin(prompts: Iterable[str]) -> Iterator[str]:
    """The prompts, with those of stdin, one a line, in the place of `-`."""
    for prompt in prompts:
        if prompt == "-":
            yield from _lines_of_stdin()
        else:
            yield prompt


def _lines_of_stdin() -> list[str]:
    if sys.stdin is None:  # closed by whoever started us
        return []
    try:
        lines = sys.stdin.buffer.read().decode("utf-8-sig").split("\n")
    except UnicodeDecodeError as error:
        raise RequestError("not-utf-8", f"stdin is not UTF-8: {error}", hint="UTF-8") from None
    except OSError as error:
        raise FileError("unreadable", f"stdin cannot be read: {error}", hint="a pipe") from None
    return [line.strip() for line in lines if line.strip()]
