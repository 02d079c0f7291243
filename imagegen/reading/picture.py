"""A picture's record: read from its file or the sidecar beside it, whichever tool wrote it."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import NamedTuple, TypeVar

from msgspec import structs

from imagegen.errors import FileError
from imagegen.reading import (
    a1111,
    carrier,
    comfy,
    dgenerate,
    flat,
    invoke,
    iptc,
    jsontext,
    mflux,
    novelai,
    own,
    samplers,
    sdcpp,
)
from imagegen.reading.bounded import LONGEST_TEXT, DamagedError, TooMuchError
from imagegen.reading.found import Carried, Found, Unknown

Opened = TypeVar("Opened")
Reader = Callable[[Carried], Found | None]
# The first that finds its own is believed; those that could take another's for theirs come last.
READERS: tuple[Reader, ...] = (
    *(own.read, sdcpp.read, jsontext.read, mflux.read, invoke.read, novelai.read),
    *(dgenerate.read, a1111.read, comfy.read, flat.read),
)
CORE = ("prompt", "seed", "steps", "sampler", "guidance", "width", "height", "model")
PLACES = {
    "stealth": "hidden in the pixels",
    "exif": "EXIF",
    "xmp": "XMP",
}


class Seen(NamedTuple):
    """A picture: what its file carries, and how it was made as far as that can be told."""

    carried: Carried
    found: Found


def read(path: Path) -> Seen:
    """How the picture was made, by the record inside it or else by the sidecar beside it.

    A sidecar may be given itself. Raises FileError where the file cannot be read, is no picture,
    or asks for more time or memory than an honest one.
    """
    inside = _carried(path)
    found = _first(inside, path)
    if found is None and inside.format not in carrier.TEXTS.values():
        found = _beside(path)
        if found is None:
            inside = _opened(path, partial(carrier.hidden, path, inside))
            found = _first(inside, path) or iptc.read(inside)
    return Seen(inside, _nothing(inside) if found is None else _finished(found, inside))


def pictures_in(folder: Path) -> list[Path]:
    """The pictures that lie in a folder, by name."""
    try:
        return sorted(
            path
            for path in folder.iterdir()
            if path.suffix.lower() in carrier.PICTURES and not path.name.startswith(".")
        )
    except OSError as error:
        raise _unreadable(folder, error) from None


def _carried(path: Path) -> Carried:
    inside = _opened(path, partial(carrier.carried, path))
    if inside is None:
        raise FileError(
            "not-a-picture",
            f"{path} is no picture that is known here",
            hint="PNG, JPEG, WebP or AVIF, or a sidecar (.json, .txt)",
        )
    return inside


def _opened(path: Path, read_it: Callable[[], Opened]) -> Opened:
    try:
        return read_it()
    except OSError as error:
        raise _unreadable(path, error) from None
    except DamagedError as error:
        raise FileError(
            "damaged-picture", f"{path} is damaged: {error}", hint="a whole file"
        ) from None
    except TooMuchError as error:
        raise _too_much(path, error) from None


def _first(inside: Carried, path: Path) -> Found | None:
    try:
        return next(filter(None, (reader(inside) for reader in READERS)), None)
    except TooMuchError as error:
        raise _too_much(path, error) from None


def _beside(path: Path) -> Found | None:
    """By the first sidecar that is one; a file that merely has the name says nothing."""
    for sidecar in carrier.beside(path):
        try:
            inside = carrier.carried(sidecar)
        except (OSError, TooMuchError):
            continue
        found = None if inside is None else _first(inside, sidecar)
        if found is not None:
            return structs.replace(found, source=f"sidecar {sidecar.name}")
    return None


def _finished(found: Found, inside: Carried) -> Found:
    """The same with our name of its scheduler, and with what could not be told."""
    unknown = list(found.unknown)
    scheduler = found.scheduler
    if scheduler is None and found.sampler is not None:
        automatic = found.tool in samplers.TOOLS_WITH_AUTOMATIC
        named = samplers.ours(found.sampler, found.schedule, automatic=automatic)
        scheduler = named.name
        if named.reason is not None:
            unknown.append(Unknown("scheduler", named.reason))
    told = {one.field for one in unknown}
    missing = [name for name in CORE if getattr(found, name) is None and name not in told]
    if {"width", "height"} <= {*missing}:
        missing = [name for name in missing if name not in ("width", "height")]
        if "size" not in told:
            is_known = inside.width is not None and found.source and "sidecar" not in found.source
            own_size = f"; the picture is {inside.width}x{inside.height}" if is_known else ""
            unknown.append(Unknown("size", f"the record does not say it{own_size}"))
    unknown += [Unknown(name, "the record does not say it") for name in missing]
    return structs.replace(
        found,
        source=_place(found.source, inside),
        scheduler=scheduler,
        unknown=tuple(unknown),
    )


def _place(source: str | None, inside: Carried) -> str | None:
    """Where in the file the record lay, in words."""
    if source is None or source.startswith("sidecar "):
        return source
    if source == carrier.SIDECAR:
        return "the file itself"
    kind, colon, name = source.partition(":")
    if kind in PLACES:
        return f"{PLACES[kind]} {name}" if colon else PLACES[kind]
    return f"{inside.format.upper()} text {source}"


def _nothing(inside: Carried) -> Found:
    texts = ", ".join(list(inside.texts)[:20])
    reason = f"none of its texts is a record known here ({texts})" if texts else "it has no texts"
    return Found(tool=None, unknown=(Unknown("tool", reason),))


def _unreadable(path: Path, error: OSError) -> FileError:
    return FileError(
        "unreadable", f"{path} cannot be read: {error.strerror or error}", hint="a picture"
    )


def _too_much(path: Path, error: TooMuchError) -> FileError:
    return FileError(
        "too-much",
        f"{path} is not read: {error}",
        hint=f"texts of at most {LONGEST_TEXT >> 20} MB together",
    )
