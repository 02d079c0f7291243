"""A picture in another format, or with more or less metadata: what comes along, what is lost."""

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from msgspec import structs
from PIL import Image, ImageOps

from imagegen import carriers, containers, encoding, exif, formats, forms, jpegfile, picturefile
from imagegen import record as records
from imagegen.containers import Beside
from imagegen.errors import FileError, RequestError
from imagegen.formats import FORMATS, JPG, PNG, Form, NotWholeError
from imagegen.record import Record
from imagegen.request import Request

PLAIN_MODES = ("1", "L", "LA", "P", "PA", "RGB", "RGBA")


class Source(NamedTuple):
    """A picture as it is: its file, format, what is beside its pixels, and our record, if any."""

    path: Path
    content: bytes
    format: str
    pixels: bytes
    beside: Beside
    taken: tuple[containers.Taken, ...]
    record: Record | None


class Coded(NamedTuple):
    """The pixels in the format asked for, coded anew if need be, and what that lost."""

    content: bytes
    form: Form
    decoded: str
    anew: bool
    same: bool
    lost: tuple[str, ...]


class Converted(NamedTuple):
    """What was written, and what of the source is not in it."""

    path: Path
    form: Form
    same_pixels: bool
    lost: tuple[str, ...]


def convert(path: Path, asked: Request, folder: Path | None) -> Converted:
    """Write the picture as asked (`format`, `quality`, `metadata`, `hide_prompt`, `overwrite`).

    What is not asked stays as it is: pixels are coded anew only for another format or a quality.
    Raises FileError or RequestError.
    """
    source = _source(path)
    coded = _coded(source, asked)
    target = (path.parent if folder is None else folder) / path.name
    if coded.form.format != source.format:
        target = target.with_suffix(coded.form.ending)
    if source.record is not None:
        record, lost = source.record, _not_carried(source.record, coded.form)

        def content_for(name: str) -> bytes:
            return _with_record(coded, structs.replace(record, file=name))
    else:
        beside, lost = _carried(source, coded.form, anew=coded.anew)

        def content_for(name: str) -> bytes:
            return containers.embed(coded.content, beside)

    written = picturefile.put(target, content_for, overwrite=bool(asked.overwrite))
    return Converted(written, coded.form, coded.same, (*coded.lost, *lost))


def _source(path: Path) -> Source:
    content = picturefile.read(path)
    try:
        pixels, taken = containers.strip(content)
        beside, inside = containers.beside(content), containers.record_of(content)
    except NotWholeError as error:
        raise picturefile.unreadable(path, error) from None
    format_ = formats.kind(content)
    record = _beside(path, content)
    if record is None and inside is not None:
        record = records.from_json(inside, str(path))
    return Source(path, content, format_ or PNG, pixels, beside, taken, record)


def _beside(path: Path, content: bytes) -> Record | None:
    """The record of the sidecar, if that means this very file: it may say more than the picture."""
    try:
        said = containers.read(path.with_suffix(".json"))
    except (NotWholeError, OSError):
        return None
    if records.glimpse(said).file_sha256 != hashlib.sha256(content).hexdigest():
        return None
    return records.from_json(said, str(path.with_suffix(".json")))


def _coded(source: Source, asked: Request) -> Coded:
    """The pixels, coded anew only where that is asked for."""
    format_ = source.format if asked.format is None else asked.format
    form = _form(source, structs.replace(asked, format=format_))
    picture = encoding.decode(source.content, str(source.path))
    if format_ == source.format and asked.quality is None:
        return Coded(source.pixels, form, encoding.sha256(picture), False, True, ())
    if encoding.number_of_frames(picture) > 1 or picture.mode not in PLAIN_MODES:
        raise RequestError(
            "not-convertible",
            f"{source.path} is animated, or of mode {picture.mode}",
            hint="a still picture with 8 bits a channel",
        )
    forms.check_size(form, *picture.size)
    plain, lost = _plain(ImageOps.exif_transpose(picture), format_)  # each format turns otherwise
    encoded = encoding.encode(plain, form)
    after = encoding.decode(encoded.content, str(source.path))
    same = encoded.decoded == encoded.pixels and not lost
    if not same:
        lost = (*lost, *_difference(plain, after))
    return Coded(encoded.content, form, encoded.decoded, True, same, lost)


def _form(source: Source, asked: Request) -> Form:
    """The form asked for; what is not said of metadata stays as the picture has it."""
    record = source.record
    if asked.metadata is None and record is not None:
        asked = structs.replace(asked, metadata=record.encoding.metadata)
    form = forms.form(structs.replace(asked, name=None))
    if record is None and form.metadata == "minimal":
        raise FileError(
            "no-record",
            f"{source.path} carries no record of imagegen to make less of",
            hint="--metadata none, or a picture that imagegen made, with its .json beside it",
        )
    if record is None and not form.words and form.metadata != "none":
        raise FileError(
            "no-record",
            f"{source.path} carries no record of imagegen: where it says its prompt is not known",
            hint="--metadata none",
        )
    if record is not None and record.left_out:
        return structs.replace(form, words=False)
    return form


def _plain(picture: Image.Image, format_: str) -> tuple[Image.Image, tuple[str, ...]]:
    """The picture with channels that the format has, and what is lost by that."""
    transparent = picture.mode in ("LA", "PA", "RGBA") or "transparency" in picture.info
    profile = picture.info.get("icc_profile")
    lost: tuple[str, ...] = ()
    plain = picture.convert("RGBA" if transparent else "RGB")
    if transparent and not FORMATS[format_].transparent:
        lost = ("transparency: what was transparent is white",)
        white = Image.new("RGBA", plain.size, "white")
        plain = Image.alpha_composite(white, plain).convert("RGB")
    plain.info = {} if profile is None else {"icc_profile": profile}
    return plain, lost


def _difference(before: Image.Image, after: Image.Image) -> tuple[str, ...]:
    """How far apart the pixels are: peak signal to noise, and the largest difference."""
    found = encoding.apart(before, after)
    if found is None:
        return ()
    return (f"exact pixels: {found.psnr:.1f} dB PSNR, at most {found.largest} of 255 off",)


def _with_record(coded: Coded, record: Record) -> bytes:
    """The file with what it carries of our record, which says in which form it is now."""
    form = coded.form
    coding = records.Encoding(
        format=form.format,
        quality=formats.quality(form.format, form.quality),
        codec=encoding.codec(form.format),
        decoded_sha256=coded.decoded,
        metadata=form.metadata,
    )
    kept = record.encoding
    if kept.format == form.format and form.quality is None:  # not coded anew
        coding = structs.replace(kept, metadata=form.metadata, file_sha256=None)
    now = structs.replace(record, encoding=coding)
    return picturefile.with_record(coded.content, now, words=form.words)


def _not_carried(record: Record, form: Form) -> tuple[str, ...]:
    """What of our record the picture will not say."""
    if form.metadata == "none":
        return ("all metadata",)
    if form.metadata == "minimal":
        return ("the record and the settings: it says only which model made it",)
    if not form.words and not record.left_out:
        return ("the prompt",)
    form_now = structs.replace(record.encoding, format=form.format, metadata="full")
    return tuple(
        one.message for one in carriers.left_out(structs.replace(record, encoding=form_now))
    )


def _carried(source: Source, form: Form, *, anew: bool) -> tuple[Beside, tuple[str, ...]]:
    """What comes along of a picture that is not ours, and what has no place in the other format."""
    taken = [one.what for one in source.taken]
    if form.metadata == "none":
        return Beside(), tuple(taken)
    found = source.beside
    texts, tiff = found.texts if form.format == PNG else (), found.tiff
    if tiff is not None and anew:
        tiff = exif.upright(tiff)
    if found.texts and not texts and tiff is None:
        tiff = exif.comment(found.texts[0][1], "")
    xmp = found.xmp
    if form.format == JPG:
        tiff = tiff if len(tiff or b"") <= carriers.MOST_EXIF else None
        xmp = xmp if len(xmp or b"") <= jpegfile.MOST_XMP else None
    carried = Beside(texts, tiff, xmp, found.extended if form.format == JPG else None)
    return carried, tuple(_homeless(taken, carried))


def _homeless(taken: Iterable[str], carried: Beside) -> Iterable[str]:
    """Those of the things in the source that are not among what is carried."""
    has_text = bool(carried.texts or carried.tiff)
    for what in taken:
        kept = (
            (what in ("EXIF", "eXIf") and carried.tiff)
            or (what in ("XMP", "iTXt XML:com.adobe.xmp") and carried.xmp)
            or (what == "XMP (extended)" and carried.extended)
            or (what.endswith("Xt parameters") and has_text)
        )
        if not kept:
            yield what
