"""Read a picture that somebody gives, whatever it is: bounded, upright, in RGB; or say why not."""

import hashlib
import os
import struct
import warnings
from functools import lru_cache
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageOps, UnidentifiedImageError

from imagegen.errors import FileError, RequestError
from imagegen.inputs import ALPHA, Inputs, Mask, Picture

# Decoders of pictures only: Pillow's others run programs (EPS), or read what nobody draws from.
FORMATS = ("PNG", "JPEG", "WEBP", "BMP", "GIF", "TIFF", "PPM", "AVIF")
MOST_BYTES = 200_000_000
MOST_PIXELS = 80_000_000  # as many as the largest cameras take
NAMES = "a PNG, JPEG, WebP, AVIF, TIFF, BMP, GIF or PPM file"
BACKGROUND = "white"  # what shows where a picture is transparent
# What Pillow raises for a file that is damaged.
DAMAGE = (OSError, SyntaxError, ValueError, EOFError, LookupError, TypeError, struct.error)
DEEP_MODES = ("I", "I;16", "I;16B", "I;16L", "I;16N")  # 16 bits a pixel
DEEP = 256  # of their values to one of 8 bits
DRAWN, KEPT = 255, 0
SHAPES_DIFFER = 0.02  # of sides that were rounded


def look(path: str, what: str = "picture") -> Picture:
    """Which picture it is; raises FileError if it cannot be read to its end."""
    place = os.path.expanduser(path)  # noqa: PTH111 (pathlib raises for ~nobody)
    try:
        about = os.stat(place)  # noqa: PTH116
    except (OSError, ValueError) as error:
        raise _unreadable(what, path, error) from None
    return _looked(place, what, about.st_size, about.st_mtime_ns)


def inputs(image: str, mask: str | None) -> Inputs:
    """The picture and its mask; raises RequestError for a mask that says nothing, or not there."""
    picture = look(image)
    if mask is None:
        return Inputs(picture)
    if mask == ALPHA:
        if not _is_transparent(_opened(picture)):
            raise RequestError(
                "no-alpha",
                f"the picture '{image}' has no alpha channel",
                hint="--mask FILE, a picture that is white where to draw",
            )
        found: Mask = ALPHA
    else:
        found = look(mask, "mask")
        _check_shapes(picture, found)
    if not drawn(picture, found).getextrema()[1]:
        where = "is nowhere transparent" if mask == ALPHA else "has no white"
        raise RequestError(
            "empty-mask", f"the mask '{mask}' {where}: nothing would be drawn", hint="white: drawn"
        )
    return Inputs(picture, found)


def rgb(picture: Picture) -> Image.Image:
    """Its pixels, upright, in RGB; what is transparent shows white."""
    image = _opened(picture)
    if _is_transparent(image):
        image = image.convert("RGBA")
        ground = Image.new("RGBA", image.size, BACKGROUND)
        image = Image.alpha_composite(ground, image)
    return image.convert("RGB")


def drawn(picture: Picture, mask: Mask) -> Image.Image:
    """Where to draw, "L": 255 where the mask is lighter than the middle grey, 0 elsewhere.

    By the picture's own alpha, 255 where it is more transparent than not.
    """
    if not isinstance(mask, Picture):
        band = _opened(picture).convert("RGBA").getchannel("A")
        return band.point(lambda value: DRAWN if value < 128 else KEPT)
    image = _opened(mask)
    if _is_transparent(image):
        image = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, "black"), image)
    return image.convert("L").point(lambda value: DRAWN if value >= 128 else KEPT)


def fitted(image: Image.Image, width: int, height: int) -> Image.Image:
    """Scaled so that it covers the size, and cut to it in the middle; as it is where it fits."""
    if image.size == (width, height):
        return image
    how = Image.Resampling.NEAREST if image.mode == "L" else Image.Resampling.LANCZOS
    return ImageOps.fit(image, (width, height), method=how)


def _is_transparent(image: Image.Image) -> bool:
    """Whether it can be."""
    return "A" in image.getbands() or "transparency" in image.info


def _check_shapes(picture: Picture, mask: Picture) -> None:
    """A mask may be larger or smaller, but lies over the whole picture."""
    shapes = picture.width * mask.height / (picture.height * mask.width)
    if not 1 - SHAPES_DIFFER < shapes < 1 + SHAPES_DIFFER:
        raise RequestError(
            "mask-of-other-shape",
            f"the mask is {mask.width}x{mask.height}, the picture {picture.width}x{picture.height}",
            hint=f"a mask of {picture.width}x{picture.height}",
        )


@lru_cache(maxsize=65_536)  # of small structs: a prompt file is checked, and then planned
def _looked(path: str, what: str, size: int, changed: int) -> Picture:
    content = _content(path, what)
    width, height = _decoded(content, path, what).size
    digest = hashlib.sha256(content).hexdigest()
    return Picture(path=path, sha256=digest, width=width, height=height)


def _opened(picture: Picture) -> Image.Image:
    content = _content(picture.path, "picture")
    if hashlib.sha256(content).hexdigest() != picture.sha256:
        raise FileError(
            "picture-changed",
            f"{picture.path} is another picture than when the work began",
            hint="the command again",
        )
    return _decoded(content, picture.path, "picture")


def _content(path: str, what: str) -> bytes:
    try:
        if not Path(path).is_file():  # a pipe or device may never end
            kind = "a folder" if Path(path).is_dir() else "no plain file"
            raise FileError("not-a-picture", f"the {what} '{path}' is {kind}", hint=NAMES)
        with Path(path).open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise _unreadable(what, path, error) from None
    if len(content) > MOST_BYTES:
        raise FileError(
            "picture-too-large",
            f"the {what} '{path}' is larger than {MOST_BYTES // 10**6} MB",
            hint="a smaller copy",
        )
    return content


def _decoded(content: bytes, path: str, what: str) -> Image.Image:
    """Upright and whole; of an animation the first picture."""
    try:
        with warnings.catch_warnings(action="ignore", category=Image.DecompressionBombWarning):
            image = Image.open(BytesIO(content), formats=FORMATS)
        if image.width * image.height > MOST_PIXELS:
            raise _too_many_pixels(what, path)
        upright = ImageOps.exif_transpose(image)
        upright.load()
    except UnidentifiedImageError:
        raise FileError(
            "not-a-picture", f"the {what} '{path}' is no picture that can be read", hint=NAMES
        ) from None
    except Image.DecompressionBombError:
        raise _too_many_pixels(what, path) from None
    except DAMAGE as error:
        raise FileError(
            "damaged-picture", f"the {what} '{path}' is damaged: {error}", hint="a whole copy"
        ) from None
    if upright.mode == "F":
        raise FileError(
            "not-a-picture",
            f"the {what} '{path}' has pixels of floating point, whose white is not known",
            hint="8 or 16 bits a channel",
        )
    if upright.mode in DEEP_MODES:
        deep = upright.convert("I").point(lambda value: value * (1 / DEEP))
        return deep.convert("L")
    return upright


def _too_many_pixels(what: str, path: str) -> FileError:
    most = f"{MOST_PIXELS // 10**6} million pixels"
    return FileError(
        "picture-too-large", f"the {what} '{path}' has more than {most}", hint="a smaller copy"
    )


def _unreadable(what: str, path: str, error: OSError | ValueError) -> FileError:
    reason = getattr(error, "strerror", None) or str(error)
    return FileError(
        "no-picture", f"the {what} '{path}' cannot be read: {reason}", hint="the path of a picture"
    )
