"""Put a picture and its sidecar on disk, whole or not at all, and read the record back."""

import os
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

from PIL import Image, UnidentifiedImageError
from PIL.PngImagePlugin import PngInfo

from imagegen import record as records
from imagegen import wholefile
from imagegen.errors import FileError
from imagegen.naming import free_names
from imagegen.record import PNG_KEY, Record
from imagegen.wholefile import aside, unwritable

# zlib's fastest level: the file grows by a few percent, the writing is three times as fast.
COMPRESSION = 1


def save(
    picture: Image.Image, path: Path, record_for: Callable[[str], Record], *, overwrite: bool
) -> tuple[Path, Path]:
    """Write picture and sidecar; the sidecar appears first, so that a picture never lacks its own.

    Without `overwrite` nothing that lies there is touched, even if it appeared a moment ago: the
    next free name is taken, and the paths that were really written are returned.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        for free in free_names(path):
            sidecar = free.with_suffix(".json")
            if not overwrite and (os.path.lexists(free) or os.path.lexists(sidecar)):
                continue
            record = record_for(free.name)
            with (
                aside(sidecar, records.to_json(record)) as text,
                aside(free, _png(picture, record)) as png,  # both are whole before either appears
            ):
                if overwrite:
                    _replace(png, free, text, sidecar)
                    return free, sidecar
                if _appear(png, free, text, sidecar):
                    return free, sidecar
    except OSError as error:
        raise unwritable(path, error) from error
    raise AssertionError("names do not end")


def read_record(path: Path) -> Record:
    """The record inside a picture."""
    try:
        with Image.open(path) as picture:
            picture.load()  # text that follows the pixels is read only now
            text = picture.info.get(PNG_KEY)
    except (UnidentifiedImageError, OSError, SyntaxError) as error:
        raise FileError(
            "unreadable", f"{path} cannot be read: {error}", hint="a PNG file"
        ) from None
    if text is None:
        raise FileError(
            "no-record",
            f"{path} carries no record of imagegen",
            hint="a picture that imagegen made",
        )
    return records.from_json(str(text), str(path))


def _png(picture: Image.Image, record: Record) -> bytes:
    info = PngInfo()
    info.add_itxt(PNG_KEY, records.to_json(record).decode())
    info.add_text("parameters", records.parameters_text(record))
    info.add_itxt("XML:com.adobe.xmp", records.xmp(record))
    content = BytesIO()
    picture.save(content, "PNG", pnginfo=info, compress_level=COMPRESSION)
    return content.getvalue()


def _replace(png: Path, path: Path, text: Path, sidecar: Path) -> None:
    """Put both in the place of others; where the picture cannot go, the old sidecar comes back."""
    before = sidecar.read_bytes() if sidecar.is_file() else None
    text.replace(sidecar)
    try:
        png.replace(path)
    except OSError:
        if before is None:
            sidecar.unlink()
        else:
            wholefile.replace(sidecar, before)
        raise


def _appear(png: Path, path: Path, text: Path, sidecar: Path) -> bool:
    """Rename both to names that nothing has; False if one of them is taken."""
    try:
        _rename_to_new(text, sidecar)
    except FileExistsError:
        return False
    try:
        _rename_to_new(png, path)
    except FileExistsError:
        sidecar.unlink()
        return False
    except BaseException:
        if not path.exists():  # stopped between the two: a sidecar alone would hold the name
            sidecar.unlink()
        raise
    return True


def _rename_to_new(part: Path, path: Path) -> None:
    """Rename, but never onto a file: a link is refused where the name is taken."""
    try:
        os.link(part, path)
    except FileExistsError:
        raise
    except OSError:
        # A file system without links (FAT, some network shares): a moment's race remains.
        if path.exists():
            raise FileExistsError(path) from None
        part.replace(path)
