"""`imagegen inspect`: what made a picture, whichever tool it was."""

import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from msgspec import structs

from imagegen import tell, wire
from imagegen.errors import ExitCode, FileError
from imagegen.reading.found import Unknown
from imagegen.tell import Count, Manner
from imagegen.words import TALK, Json

if TYPE_CHECKING:
    from imagegen.reading import picture

EXAMPLES = """
imagegen inspect fox.png

imagegen inspect pictures --json

imagegen inspect fox.jpg fox.json --raw --json
"""
Pictures = Annotated[
    list[str],
    typer.Argument(metavar="PICTURE|FOLDER", help="PNG, JPEG, WebP, AVIF, or a sidecar."),
]
Raw = Annotated[
    bool,
    typer.Option("--raw", help="Also the texts as they lie in the file.", rich_help_panel=TALK),
]


def inspect(pictures: Pictures, raw: Raw = False, json: Json = False) -> ExitCode:
    """Say what made a picture: tool, prompt, seed, model and all else that its record has.

    imagegen inspect fox.png

    Reads records of imagegen, AUTOMATIC1111, Forge, ComfyUI, InvokeAI, mflux,
    stable-diffusion.cpp, kohya's scripts, NovelAI, dgenerate, Fooocus,
    SwarmUI, Draw Things, Easy Diffusion and DiffusionBee, and says what it
    could not tell, and why.
    """
    manner, started = Manner(json=json), time.perf_counter()
    told = failed = 0
    for path in _paths(pictures, manner):
        if path is None or not _told(path, manner, raw=raw, first=not told):
            failed += 1
        else:
            told += 1
    code = ExitCode.DONE if not failed else ExitCode.FAILED if told else ExitCode.FILE
    tell.summary(Count(asked=0), time.perf_counter() - started, code, manner)
    return code


def _paths(pictures: list[str], manner: Manner) -> Iterator[Path | None]:
    """The files that are meant; None for a folder that has none, when that is told."""
    from imagegen.reading import picture

    for name in pictures:
        path = Path(name)
        if not path.is_dir():
            yield path
            continue
        try:
            found = picture.pictures_in(path)
            if not found:
                raise FileError("no-pictures", f"{path} has no pictures", hint="another folder")
        except FileError as error:
            tell.error(error, manner)
            yield None
            continue
        yield from found


def _told(path: Path, manner: Manner, *, raw: bool, first: bool) -> bool:
    """Whether the file could be read."""
    from imagegen.reading import picture

    try:
        seen = picture.read(path)
    except FileError as error:
        tell.error(error, manner)
        return False
    if manner.json:
        tell.result("", _event(path, seen, raw=raw), manner)
    else:
        from imagegen import found_table

        between = "" if first else "\n"
        at_terminal = sys.stdout is not None and sys.stdout.isatty()
        table = found_table.text(path, seen, raw=raw, at_terminal=at_terminal)
        tell.lines(f"{between}{table}")
    return True


def _event(path: Path, seen: "picture.Seen", *, raw: bool) -> wire.FoundEvent:
    from imagegen.reading import restore

    inside, found = seen
    return wire.FoundEvent(
        path=str(path),
        format=inside.format,
        picture_width=inside.width,
        picture_height=inside.height,
        **structs.asdict(found),
        lost=tuple(Unknown(*one) for one in restore.request_of(found).lost) if found.tool else (),
        damage=inside.damage,
        texts={key: len(text) for key, text in inside.texts.items()},
        raw=dict(inside.texts) if raw else None,
    )
