"""A picture's pixels as the bytes of a file, and back: with nothing beside them."""

import hashlib
import math
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import NamedTuple

from msgspec import Struct
from PIL import Image, ImageChops, UnidentifiedImageError, features

from imagegen import formats
from imagegen.errors import FileError, RequestError
from imagegen.formats import AVIF, FORMATS, JPG, PNG, WEBP, Form

# zlib's fastest level: the file grows by a few percent, the writing is three times as fast.
PNG_OPTIONS = {"compress_level": 1}
# Colours at full resolution, as far as the format goes: WebP has them halved, carefully.
JPG_OPTIONS = {"subsampling": "4:4:4", "optimize": True}
WEBP_OPTIONS = {"method": 4, "use_sharp_yuv": True, "exact": True}
AVIF_OPTIONS = {"subsampling": "4:4:4", "speed": 6}
CODECS = {JPG: "libjpeg_turbo", WEBP: "webp", AVIF: "avif", PNG: "zlib"}


class Encoded(Struct, frozen=True):
    """The file of a picture without anything beside the pixels.

    `pixels` is the SHA-256 of the picture's pixels, `decoded` that of what the file gives.
    """

    content: bytes
    form: Form
    quality: int | None
    pixels: str
    decoded: str
    seconds: float


def encode(picture: Image.Image, form: Form) -> Encoded:
    """The picture in this form; raises FileError where the format has no room for it."""
    started = time.perf_counter()
    quality = formats.quality(form.format, form.quality)
    content, pixels = BytesIO(), sha256(picture)
    try:
        profile = picture.info.get("icc_profile")  # what its numbers mean
        options = {**_options(form.format, quality), "icc_profile": profile}
        picture.save(content, FORMATS[form.format].pillow, **options)
    except (ValueError, OSError) as error:
        raise FileError(
            "cannot-encode",
            f"{picture.width}x{picture.height} cannot be written as {form.format}: {error}",
            hint="--format png",
        ) from None
    whole = content.getvalue()
    decoded = pixels if quality is None else sha256(decode(whole, form.format))
    seconds = round(time.perf_counter() - started, 3)
    return Encoded(whole, form, quality, pixels, decoded, seconds)


def decode(content: bytes, origin: str) -> Image.Image:
    """The picture in a file's bytes, with its first frame read; raises FileError."""
    with _reading(origin):
        picture = Image.open(BytesIO(content), formats=_readable())
        picture.load()
        return picture


def same_pixels(first: bytes, second: bytes, origin: str) -> bool:
    """Whether two files give the same pixels, byte for byte, in every frame."""
    one, other = decode(first, origin), decode(second, origin)
    frames = number_of_frames(one)
    if frames != number_of_frames(other):
        return False
    for frame in range(frames):
        with _reading(origin):
            one.seek(frame)
            other.seek(frame)
            if (one.mode, one.size, one.tobytes()) != (other.mode, other.size, other.tobytes()):
                return False
    return True


class Apart(NamedTuple):
    """How far apart pixels are: peak signal to noise in dB, and the largest difference of 255."""

    psnr: float
    largest: int


def apart(before: Image.Image, after: Image.Image) -> Apart | None:
    """How far two pictures of one size are apart, over all channels; None: nothing differs."""
    if before.mode != after.mode:
        before, after = before.convert("RGBA"), after.convert("RGBA")
    counts = ImageChops.difference(before, after).histogram()
    largest = max((i % 256 for i, number in enumerate(counts) if number), default=0)
    if not largest:
        return None
    squares = sum(number * (i % 256) ** 2 for i, number in enumerate(counts))
    return Apart(10 * math.log10(255**2 / (squares / sum(counts))), largest)


def number_of_frames(picture: Image.Image) -> int:
    """How many pictures an animation has; a JPEG with others behind it (MPO) is one picture."""
    return 1 if picture.format in ("JPEG", "MPO") else getattr(picture, "n_frames", 1)


def sha256(picture: Image.Image) -> str:
    """SHA-256 of the pixels: 8 bits a channel, row by row from the top."""
    return hashlib.sha256(picture.tobytes()).hexdigest()


def codec(name: str) -> str:
    """The library that writes and reads the format here, with its version."""
    library = CODECS[name]
    if name == JPG and features.check_feature("libjpeg_turbo"):
        version = features.version_feature("libjpeg_turbo")
    elif name in (WEBP, AVIF):
        version = features.version_module(name)
    else:
        library = {JPG: "libjpeg", PNG: "zlib"}[name]
        version = features.version_codec({JPG: "jpg", PNG: "zlib"}[name])
    return f"{library} {version}"


def _readable() -> list[str]:
    return [one.pillow for name, one in FORMATS.items() if formats.is_here(name)]


def _options(name: str, quality: int | None) -> dict[str, object]:
    if name == PNG:
        return {**PNG_OPTIONS}
    if name == JPG:
        return {**JPG_OPTIONS, "quality": quality}
    if name == AVIF:
        return {**AVIF_OPTIONS, "quality": quality}
    if quality is None:
        return {**WEBP_OPTIONS, "lossless": True}
    return {**WEBP_OPTIONS, "quality": quality}


@contextmanager
def _reading(origin: str) -> Iterator[None]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # the error stays
            yield
    except Image.DecompressionBombError as error:
        raise RequestError(
            "too-large", f"{origin} is too large: {error}", hint="a picture of fewer pixels"
        ) from None
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError) as error:
        raise FileError(
            "unreadable", f"{origin} cannot be read: {error}", hint="a PNG, JPEG, WebP or AVIF file"
        ) from None
