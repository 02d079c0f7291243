"""`imagegen models`: what is on this machine and what could be; fetch, check and remove it."""

import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from msgspec import structs

from imagegen import aliases, catalog, forecast, tell, wire
from imagegen.errors import ExitCode, ImagegenError, ModelError, RequestError
from imagegen.events import Fetch
from imagegen.signals import Stop, StoppedError
from imagegen.tell import Count, Manner
from imagegen.watch import watching
from imagegen.words import Json, Quiet
from imagegen.work import STOPPED

if TYPE_CHECKING:
    from imagegen import shelf  # brings an HTTP client, and each command's start should be quick

EXAMPLES = """
imagegen models

imagegen models pull sd15

imagegen models check sd15

imagegen models rm sd15 --yes
"""
BUILT_IN_LICENCE = "apache-2.0"
WIDE = (18, 10, 10, 9, 26)  # of the columns: name, state, on disk, in memory, licence

app = typer.Typer(
    help="The models: list, show, pull, check and rm.",
    epilog=f"[bold]Examples[/bold]\n\n{EXAMPLES}",
    rich_markup_mode="rich",
)
Name = Annotated[str, typer.Argument(metavar="NAME", help="A short name, or a hub id.")]
Revision = Annotated[str | None, typer.Option(help="A branch, tag or commit.")]


@app.callback(invoke_without_command=True)
def models(context: typer.Context, json: Json = False) -> ExitCode | None:
    """The models: short names, and what is on this machine."""
    return None if context.invoked_subcommand else list_models(json)


@app.command("list")
def list_models(json: Json = False) -> ExitCode:
    """List the short names and the models of the hub that are on this machine."""
    manner, started = Manner(json=json), time.perf_counter()
    for one in _rows():
        size = forecast.size(one.bytes) if one.bytes else "-"
        memory = "" if one.memory is None else f"{one.memory:g} GB"
        where = one.id or str(one.folder)
        cells = (one.name, one.state, size, memory, one.licence or "?", where)
        line = "".join(f"{cell:<{wide}}" for cell, wide in zip(cells, (*WIDE, 0), strict=True))
        tell.result(line, one, manner)
    return _done(ExitCode.DONE, started, manner)


@app.command()
def show(name: Name, json: Json = False) -> ExitCode:
    """Say what is known of one model: how it is best used, and each file that is here."""
    from imagegen import shelf

    manner, started = Manner(json=json), time.perf_counter()
    row = _row(name)
    told = {k: v for k, v in structs.asdict(row).items() if k not in {"schema"} and v is not None}
    tell.result("\n".join(f"{key}: {value}" for key, value in told.items()), row, manner)
    for copy in [] if row.id is None else shelf.copies(row.id):
        refs = f" ({', '.join(copy.refs)})" if copy.refs else ""
        heading = f"revision {copy.commit}{refs}: {copy.folder}"
        event = wire.CopyEvent(
            id=copy.id,
            revision=copy.commit,
            refs=copy.refs,
            folder=str(copy.folder),
            bytes=copy.size,
            whole=bool(copy.kinds),
            variants=tuple(kind for kind in copy.kinds if kind is not None),
            files=copy.files,
        )
        lines = [f"  {file}  {forecast.size(size)}" for file, size in copy.files.items()]
        tell.result("\n".join((heading, *lines)), event, manner)
    return _done(ExitCode.DONE, started, manner)


@app.command()
def pull(
    name: Name,
    revision: Revision = None,
    variant: Annotated[str | None, typer.Option(help="fp16: the weights of that kind.")] = None,
    json: Json = False,
    quiet: Quiet = False,
) -> ExitCode:
    """Fetch all that a model needs, and print its folder; what is here and whole stays.

    Started again after it was stopped, it goes on with the file that it was at.
    """
    from imagegen import shelf

    manner, started = Manner(json=json, quiet=quiet), time.perf_counter()
    source = _hub_id(name)
    stop = Stop(lambda: None)
    try:
        one = Count(asked=1)  # no bar of pictures
        with stop.listening(), watching(one, manner) as watch:
            folder, notices = shelf.pull(
                source,
                revision,
                variant,
                lambda one: watch.on_event(Fetch(source, **structs.asdict(one))),
            )
    except StoppedError as stopped:
        tell.message("files that came whole are kept; the same command goes on", manner)
        code = STOPPED[stopped.how]
        tell.summary(Count(asked=0), time.perf_counter() - started, code, manner, stopped.how)
        return code
    tell.notices(notices, manner)
    tell.result(str(folder), wire.PulledEvent(id=source, folder=str(folder)), manner)
    return _done(ExitCode.DONE, started, manner)


@app.command()
def check(
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="One model; else all.")] = None,
    json: Json = False,
    quiet: Quiet = False,
) -> ExitCode:
    """Read every file of a model, and name those that are not what the hub has; asks nobody."""
    from imagegen import shelf

    manner, started = Manner(json=json, quiet=quiet), time.perf_counter()
    names = shelf.ids() if name is None else [_here(name)]
    code = ExitCode.DONE
    for source in names:
        for copy in shelf.copies(source):
            hurt = shelf.check(copy)
            for one in hurt:
                event = wire.DamageEvent(
                    id=source, revision=copy.commit, file=one.file, reason=one.reason
                )
                tell.result(f"{copy.folder / one.file}: {one.reason}", event, manner)
            if hurt:
                code = ExitCode.MODEL
                tell.error(_damaged(source, copy.commit, len(hurt)), manner)
            else:
                tell.result(*_whole(copy), manner)
    return _done(code, started, manner)


@app.command()
def rm(
    name: Name,
    yes: Annotated[bool, typer.Option("-y", "--yes", help="Do not ask.")] = False,
    json: Json = False,
) -> ExitCode:
    """Remove a model of the hub from this machine, all its revisions."""
    from imagegen import shelf

    manner, started = Manner(json=json), time.perf_counter()
    source = _here(name)
    freed = shelf.size(source)
    if not yes and not _agreed(f"remove {source}, {forecast.size(freed)}?"):
        raise RequestError("not-confirmed", f"{source} stays", hint="--yes removes without asking")
    shelf.remove(source)
    tell.result(
        f"{source}: {forecast.size(freed)} freed", wire.RemovedEvent(id=source, bytes=freed), manner
    )
    return _done(ExitCode.DONE, started, manner)


def _rows() -> Iterator[wire.ModelEvent]:
    """The built-in model, the person's own names, the table's, and what else is here."""
    from imagegen import shelf

    named = {*aliases.own(), *aliases.ALIASES}
    yield _row(catalog.BUILT_IN)
    for name in (*aliases.own(), *(one for one in aliases.ALIASES if one not in aliases.own())):
        yield _row(name)
    shown = {catalog.hub_id(name) for name in named}
    for source in shelf.ids():
        if source not in shown:
            yield _row(source)


def _row(name: str) -> wire.ModelEvent:
    from imagegen import shelf

    if name == catalog.BUILT_IN:
        folder, habits = catalog.MODELS[name]
        return wire.ModelEvent(
            name=name,
            folder=str(folder),
            state="built in",
            bytes=sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()),
            licence=BUILT_IN_LICENCE,
            steps=habits.steps,
            guidance=habits.guidance,
            scheduler=habits.scheduler,
        )
    own, source = aliases.own().get(name), catalog.hub_id(name)
    if source is None and own is None:
        raise _unknown(name)
    best = _best_use(name, source)
    if source is None and own is not None:
        here = Path(own.model).expanduser()
        return wire.ModelEvent(
            name=name, folder=str(here), state="folder" if here.exists() else "missing", **best
        )
    source = str(source)
    state, size = "-", 0
    if shelf.is_here(source):
        state = "whole" if any(copy.kinds for copy in shelf.copies(source)) else "part"
        size = shelf.size(source)
    return wire.ModelEvent(name=name, id=source, state=state, bytes=size, **best)


def _best_use(name: str, source: str | None) -> dict[str, Any]:
    """What the table and the person say of a model."""
    known = next((one for one in aliases.ALIASES.values() if one.id == source), None)
    said = {} if known is None else structs.asdict(known)
    said.pop("id", None)
    said.pop("multiple", None)
    own = aliases.own().get(name)
    mine = {} if own is None else {k: v for k, v in structs.asdict(own).items() if v is not None}
    mine.pop("model", None)
    return {**said, **mine}


def _hub_id(name: str) -> str:
    if name == catalog.BUILT_IN:
        raise RequestError("built-in", f"'{name}' is inside the program", hint="a hub id")
    found = catalog.hub_id(name)
    if found is None:
        raise _unknown(name)
    return found


def _here(name: str) -> str:
    from imagegen import shelf

    source = _hub_id(name)
    if not shelf.is_here(source):
        raise ModelError(
            "model-not-here",
            f"model '{source}' is not on this machine",
            hint=f"`imagegen models list`; `imagegen models pull {name}` brings it",
        )
    return source


def _unknown(name: str) -> ImagegenError:
    near = catalog.nearest(name)
    return ModelError(
        "model-not-found",
        f"there is no model '{name}' of that name or hub id",
        hint=f"{near}, or owner/name" if near else "`imagegen models list`, or owner/name",
    )


def _whole(copy: "shelf.Copy") -> tuple[str, wire.WholeEvent]:
    from imagegen import shelf

    files, unhashed = len(copy.files), shelf.unhashed(copy)
    line = f"{copy.id} {copy.commit[:12]}: {files} files are whole"
    if unhashed:
        line += f"; of {unhashed} only the size is known"
    event = wire.WholeEvent(id=copy.id, revision=copy.commit, files=files, unhashed=unhashed)
    return line, event


def _damaged(source: str, commit: str, number: int) -> ModelError:
    files = "1 file" if number == 1 else f"{number} files"
    return ModelError(
        "damaged-model",
        f"{files} of '{source}', revision {commit[:12]}, are not as the hub has them",
        hint=f"`imagegen models pull {source} --revision {commit}` brings those again",
    )


def _agreed(question: str) -> bool:
    if sys.stdin is None or not sys.stdin.isatty():
        return False
    return typer.confirm(question, err=True)


def _done(code: ExitCode, started: float, manner: Manner) -> ExitCode:
    tell.summary(Count(asked=0), time.perf_counter() - started, code, manner)
    return code
