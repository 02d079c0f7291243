"""The command line: words in; a path, a line of JSON or an exit code out."""

import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

import imagegen
from imagegen import (
    cli_again,
    cli_inspect,
    cli_models,
    cli_pictures,
    options,
    signals,
    tell,
    wholefile,
)
from imagegen.errors import ExitCode, FileError, ImagegenError, RequestError
from imagegen.journal import Log
from imagegen.request import check, check_machine
from imagegen.signals import StoppedError
from imagegen.tell import Count, Manner, ReaderGoneError, UnheardError
from imagegen.words import DryRun, FailFast, Json, LogFile, Quiet, Retries, takes_options
from imagegen.work import STOPPED, Books, Policy, Task, Work, check_folders

EXAMPLES = """
imagegen "astronaut riding bicycle"

imagegen "red fox on a hill" --seed 1-4 --steps 30 -o pictures

imagegen "a {red|blue} ball" --expand all --guidance 2-6:2

imagegen draw --help
"""
BATCH_EXAMPLES = """
imagegen batch prompts.txt -o pictures

imagegen batch rows.csv --steps 30 --dry-run

imagegen batch pictures/failed.jsonl --retries 2

imagegen batch --schema
"""
COMMANDS = (
    *("draw", "batch", "replay", "verify", "inspect", "strip", "convert"),
    *("models", "schedulers", "events"),
)
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

app.add_typer(cli_models.app, name="models")
app.command("inspect", epilog=f"[bold]Examples[/bold]\n\n{cli_inspect.EXAMPLES}")(
    cli_inspect.inspect
)


class Voice:
    """How this run speaks: first by the sight of its words, then as the command has read them."""

    def __init__(self, manner: Manner) -> None:
        self.manner = manner


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code; here and in `_obey` errors turn into words."""
    words = with_default_command(sys.argv[1:] if arguments is None else arguments)
    voice = Voice(Manner(json="--json" in words))
    try:
        with signals.heard():
            return _obey(words, voice)
    except (KeyboardInterrupt, typer.Abort, StoppedError) as stop:
        how = stop.how if isinstance(stop, StoppedError) else "interrupted"
        tell.summary(Count(asked=0), 0.0, STOPPED[how], voice.manner, how)
        return STOPPED[how]
    except ReaderGoneError:
        tell.give_up(sys.stdout)
        return ExitCode.BROKEN_PIPE
    except UnheardError as problem:
        tell.give_up(sys.stdout)
        hint = "a place with room for the output; what was told so far is on disk"
        unheard = FileError("cannot-write", f"cannot write stdout: {problem}", hint=hint)
        tell.error(unheard, Manner())
        return ExitCode.FILE


def _obey(words: Sequence[str], voice: Voice) -> int:
    try:
        code = app(args=words, prog_name="imagegen", standalone_mode=False, obj=voice)
        return int(code or ExitCode.DONE)
    except UsageProblem as wrong:
        command = f"imagegen {words[0]}" if words[0] in COMMANDS else "imagegen"
        return _refused(
            RequestError("usage", wrong.format_message(), hint=f"{command} --help"), voice.manner
        )
    except ImagegenError as error:
        return _refused(error, voice.manner)
    except SystemExit:  # typer's own answer to a reader who has gone
        raise ReaderGoneError from None
    except OSError as error:  # of help or version: all else is written by `tell`
        raise UnheardError(error.strerror or str(error)) from None


def _refused(error: ImagegenError, manner: Manner) -> int:
    tell.error(error, manner)
    tell.summary(Count(asked=0), 0.0, error.exit_code, manner)
    return error.exit_code


def with_default_command(words: Sequence[str]) -> list[str]:
    """`imagegen PROMPT...` is `imagegen draw PROMPT...`; nothing at all asks for help."""
    if not words:
        return ["--help"]
    if words[0] in COMMANDS or words[0] in GROUP_OPTIONS:
        return list(words)
    return ["draw", *words]


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


@app.command(epilog=f"[bold]Examples[/bold]\n\n{EXAMPLES}")
@takes_options
def draw(
    context: typer.Context,
    prompts: Annotated[
        list[str],
        typer.Argument(metavar="PROMPT", help="What to draw; - reads prompts, one a line."),
    ],
    *,
    said: Mapping[str, Any],
    retries: Retries = 0,
    fail_fast: FailFast = False,
    dry_run: DryRun = False,
    json: Json = False,
    quiet: Quiet = False,
    log: LogFile = None,
) -> ExitCode:
    """Draw each prompt and write it as a picture with its record beside it.

    imagegen "astronaut riding bicycle" -o pictures
    """
    manner = _speak(context, json=json, quiet=quiet, log=log)
    asked = list(_with_stdin(prompts)) or None  # nothing on stdin: nothing was said
    request, where = options.ask({**said, "prompt": asked})
    check(request)
    check_machine(where)
    plans = imagegen.make_plans(request)
    if dry_run:
        from imagegen import rehearsal

        for folder in dict.fromkeys(plan.path.parent for plan in plans):
            wholefile.check_open(folder)
        outlook, count = rehearsal.rehearse(((plan, False) for plan in plans), where, manner)
        rehearsal.conclude(outlook, count, [imagegen.card(request)], manner)
        return ExitCode.DONE
    tell.notices([notice for plan in plans for notice in plan.notices], manner)
    check_folders(plan.path for plan in plans)
    tell.start(None, len(plans), manner)
    policy = Policy(retries, fail_fast, one_model=True, patient=len(plans) > 1)
    work = Work(manner, Count(asked=len(plans)), policy, Books())
    return work.do([Task(where, iter(plans))])


@app.command("batch", epilog=f"[bold]Examples[/bold]\n\n{BATCH_EXAMPLES}")
@takes_options
def draw_file(
    context: typer.Context,
    file: Annotated[
        str | None,
        typer.Argument(metavar="FILE", help="txt, csv, tsv, jsonl, json or yaml; - reads stdin."),
    ] = None,
    *,
    said: Mapping[str, Any],
    again: Annotated[
        bool,
        typer.Option("--again", help="Draw also what is there.", rich_help_panel="How to work"),
    ] = False,
    retries: Retries = 0,
    fail_fast: FailFast = False,
    dry_run: DryRun = False,
    json: Json = False,
    quiet: Quiet = False,
    log: LogFile = None,
    schema: Annotated[
        bool, typer.Option("--schema", help="Print the JSON Schema of a row, and end.")
    ] = False,
) -> ExitCode:
    """Draw the rows of a prompt file that are not drawn yet; what stopped is simply started again.

    imagegen batch prompts.txt -o pictures

    Any option may stand in a row; options given here hold where a row says nothing.
    """
    from imagegen import batch, promptfile

    if schema:
        tell.document(promptfile.schema())
        return ExitCode.DONE
    manner = _speak(context, json=json, quiet=quiet, log=log)
    if file is None:
        raise RequestError("no-file", "there is no prompt file", hint="imagegen batch FILE")
    order = batch.Order(file, said, again=again)
    if dry_run:
        return batch.rehearse(order, manner)
    return batch.draw(order, Policy(retries=retries, fail_fast=fail_fast), manner)


app.command(epilog=f"[bold]Examples[/bold]\n\n{cli_again.REPLAY_EXAMPLES}")(cli_again.replay)
app.command(epilog=f"[bold]Examples[/bold]\n\n{cli_again.VERIFY_EXAMPLES}")(cli_again.verify)
app.command(epilog=f"[bold]Examples[/bold]\n\n{cli_pictures.STRIP_EXAMPLES}")(cli_pictures.strip)
app.command(epilog=f"[bold]Examples[/bold]\n\n{cli_pictures.CONVERT_EXAMPLES}")(
    cli_pictures.convert
)


@app.command()
def schedulers(json: Json = False) -> None:
    """List the schedulers, what each suits, and the names that other tools give them.

    imagegen schedulers
    """
    tell.schedulers(Manner(json=json))


@app.command()
def events(
    schema: Annotated[
        bool, typer.Option("--schema", help="Print the JSON Schema of a line of --json.")
    ] = False,
) -> None:
    """List the events that --json tells, one a line of output.

    imagegen events
    """
    if schema:
        from imagegen import wire

        tell.document(wire.schema())
    else:
        tell.events()


def _speak(context: typer.Context, *, json: bool, quiet: bool, log: str | None) -> Manner:
    """How the command speaks from now on, and whoever reports what became of it."""
    file = None if log is None else Log(Path(os.path.expanduser(log)))  # noqa: PTH111
    manner = context.obj.manner = Manner(json=json, quiet=quiet, log=file)
    return manner


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
