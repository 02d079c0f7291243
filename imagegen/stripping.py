"""A picture without anything beside its pixels: what is taken out, and the proof that none changed.

What somebody hid in the pixels themselves stays: taking it out would change them.
"""

from pathlib import Path
from typing import NamedTuple

from imagegen import containers, encoding, picturefile
from imagegen.containers import Taken
from imagegen.errors import DrawingError
from imagegen.formats import NotWholeError

MARK = "-stripped"


class Stripped(NamedTuple):
    """What was written, and what is not in it any more; nothing was written if that is nothing."""

    path: Path
    taken: tuple[Taken, ...]


def strip(path: Path, folder: Path | None, *, in_place: bool, overwrite: bool) -> Stripped:
    """Write the picture without its metadata: in its place, into a folder, or beside it.

    No pixel is coded anew. Raises FileError where it cannot be read or written.
    """
    content = picturefile.read(path)
    try:
        stripped, taken = containers.strip(content)
    except NotWholeError as error:
        raise picturefile.unreadable(path, error) from None
    if not encoding.same_pixels(content, stripped, str(path)):
        raise DrawingError(
            "pixels-changed",
            f"{path} without its metadata gives other pixels; nothing was written",
            hint="`imagegen convert` with --metadata none, which codes the pixels anew",
        )
    if in_place:
        target = path.resolve()  # a link stays one
        if stripped != content:
            picturefile.put(target, lambda _: stripped, overwrite=True)
        return Stripped(path, taken)
    target = path.with_stem(path.stem + MARK) if folder is None else folder / path.name
    return Stripped(picturefile.put(target, lambda _: stripped, overwrite=overwrite), taken)
