"""A picture's file, or the sidecar of one: which container is it, and what does it carry?"""

import stat
from pathlib import Path
from typing import BinaryIO

from imagegen.reading import avif, jpeg, png, stealth, webp
from imagegen.reading.bounded import LONGEST_TEXT, Budget, DamagedError, TooMuchError
from imagegen.reading.found import Carried

PICTURES = {".png", ".jpg", ".jpeg", ".webp", ".avif", ".heic", ".heif", ".jfif", ".apng"}
TEXTS = {".json": "json", ".txt": "text", ".dgen": "text"}
SIDECAR = "sidecar"  # the key of a sidecar's own text


def carried(path: Path) -> Carried | None:
    """What the file carries; None if it is neither a picture nor a text that is known.

    Raises OSError, DamagedError, TooMuchError.
    """
    if not stat.S_ISREG(path.stat().st_mode) and not path.is_dir():
        return None  # a pipe: whoever opens it waits for ever
    with path.open("rb") as file:
        start = file.read(16)
        if start.startswith(png.SIGNATURE):
            return png.read(file, Budget())
        if start.startswith(jpeg.SIGNATURE):
            return jpeg.read(file, Budget())
        if webp.is_one(start):
            return webp.read(file, Budget())
        if avif.is_one(start):
            return avif.read(file, Budget())
        if path.suffix.lower() in TEXTS:
            return Carried(format=TEXTS[path.suffix.lower()], texts={SIDECAR: _text(file)})
    return None


def hidden(path: Path, inside: Carried) -> Carried:
    """The same with the text that is hidden in a PNG's pixels, if there is one."""
    if inside.format != "png":
        return inside
    with path.open("rb") as file:
        try:
            text = stealth.read(file)
        except DamagedError as error:
            return _with(inside, {}, (str(error),))
    return inside if text is None else _with(inside, {"stealth": text}, ())


def _with(inside: Carried, texts: dict[str, str], damage: tuple[str, ...]) -> Carried:
    return Carried(
        format=inside.format,
        width=inside.width,
        height=inside.height,
        texts={**inside.texts, **texts},
        damage=inside.damage + damage,
    )


def beside(path: Path) -> list[Path]:
    """The sidecars that tools write beside a picture of this name, those that are there."""
    names = [f"{path.stem}.json", f"{path.stem}.metadata.json", f"{path.stem}.txt"]
    return [one for name in names if (one := path.with_name(name)).is_file()]


def _text(file: BinaryIO) -> str:
    file.seek(0)
    content = file.read(LONGEST_TEXT + 1)
    if len(content) > LONGEST_TEXT:
        raise TooMuchError(f"it is longer than the {LONGEST_TEXT:,} bytes that are read")
    return png.plain(content.removeprefix(b"\xef\xbb\xbf"))
