"""`imagegen strip` and `imagegen convert`: pictures that are there, with less beside the pixels."""

import os
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Annotated

import typer

from imagegen import options, tell, wire
from imagegen import request as requests
from imagegen.errors import ExitCode, ImagegenError, RequestError
from imagegen.jsonline import shown
from imagegen.tell import Count, Manner
from imagegen.words import Json, Quiet

STRIP_EXAMPLES = """
imagegen strip picture.png

imagegen strip *.jpg -o to-publish

imagegen strip picture.webp --in-place
"""
CONVERT_EXAMPLES = """
imagegen convert picture.png --format webp

imagegen convert *.png --format jpg --quality 90 -o small

imagegen convert picture.png --metadata minimal -o to-publish
"""

Pictures = Annotated[
    list[str], typer.Argument(metavar="PICTURE", help="PNG, JPEG, WebP or AVIF files.")
]
Out = Annotated[str | None, typer.Option("-o", "--out", metavar="DIR", help="Where to.")]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace files of that name.")]


def strip(
    pictures: Pictures,
    out: Out = None,
    in_place: Annotated[
        bool, typer.Option("--in-place", help="Change the files themselves, not copies.")
    ] = False,
    overwrite: Overwrite = False,
    json: Json = False,
    quiet: Quiet = False,
) -> ExitCode:
    """Take all metadata out of pictures, without touching a pixel.

    imagegen strip picture.png

    The copy is called picture-stripped.png; what it does not say any more is told.
    """
    from imagegen import stripping

    if in_place and (out is not None or overwrite):
        raise RequestError(
            "in-place-and-out",
            "in-place writes no copies",
            hint="--in-place, or -o and --overwrite",
        )
    manner, folder = Manner(json=json, quiet=quiet), _folder(out)

    def one(path: Path) -> None:
        done = stripping.strip(path, folder, in_place=in_place, overwrite=overwrite)
        taken = tuple(wire.TakenOut(shown(what), size) for what, size in done.taken)
        event = wire.StrippedEvent(source=str(path), path=str(done.path), taken=taken)
        tell.result(str(done.path), event, manner)
        if json:
            return
        names = ", ".join(dict.fromkeys(each.what for each in taken))
        size = sum(each.bytes for each in taken)
        tell.message(f"{path}: took out {names} ({size:,} bytes)" if names else _none(path), manner)
        sidecar = done.path.with_suffix(".json")
        if in_place and sidecar.is_file():
            tell.message(f"{sidecar} beside it stays as it is", manner)

    return _each(pictures, one, manner)


def convert(
    pictures: Pictures,
    format: Annotated[str | None, typer.Option(help="png, jpg, webp or avif.")] = None,
    quality: Annotated[
        str | None, typer.Option(help="1 to 100; without it jpg 95, avif 85, webp loses nothing.")
    ] = None,
    metadata: Annotated[str | None, typer.Option(help="full, minimal or none.")] = None,
    hide_prompt: Annotated[
        bool, typer.Option("--hide-prompt", help="Leave the prompt out of it.")
    ] = False,
    out: Out = None,
    overwrite: Overwrite = False,
    json: Json = False,
    quiet: Quiet = False,
) -> ExitCode:
    """Write pictures in another format, or with less metadata; what is lost is told.

    imagegen convert picture.png --format webp

    The record comes along. Pixels are coded anew only for another format or a quality.
    """
    from imagegen import converting

    said = {"format": format, "quality": quality, "metadata": metadata, "hide-prompt": hide_prompt}
    if not any(said.values()):
        raise RequestError(
            "nothing-to-convert",
            "neither a format nor metadata is said",
            hint="--format webp, or --metadata minimal",
        )
    asked, _ = options.ask({"prompt": "any", **said, "overwrite": overwrite})
    requests.check(asked)
    manner, folder = Manner(json=json, quiet=quiet), _folder(out)

    def one(path: Path) -> None:
        done = converting.convert(path, asked, folder)
        lost = tuple(map(shown, done.lost))
        event = wire.ConvertedEvent(
            source=str(path),
            path=str(done.path),
            format=done.form.format,
            metadata=done.form.metadata,
            same_pixels=done.same_pixels,
            lost=lost,
        )
        tell.result(str(done.path), event, manner)
        if not json:
            tell.message(f"{path}: lost {'; '.join(lost) or 'nothing'}", manner)

    return _each(pictures, one, manner)


def _folder(out: str | None) -> Path | None:
    return None if out is None else Path(os.path.expanduser(out))  # noqa: PTH111


def _none(path: Path) -> str:
    return f"{path}: nothing to take out"


def _each(pictures: Iterable[str], one: Callable[[Path], None], manner: Manner) -> ExitCode:
    """Do it to every picture; what fails is told, and the rest goes on."""
    started, count = time.perf_counter(), Count(asked=0)
    failures: set[ExitCode] = set()
    for name in pictures:
        count.asked = (count.asked or 0) + 1
        try:
            one(Path(name))
            count.made += 1
        except ImagegenError as error:
            count.failed += 1
            failures.add(error.exit_code)
            tell.error(error, manner)
    code = ExitCode.DONE if not failures else ExitCode.FAILED
    if len(failures) == 1:
        (code,) = failures
    seconds = time.perf_counter() - started
    tell.summary(count, seconds, code, Manner(json=manner.json, quiet=True))
    return code
