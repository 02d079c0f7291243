"""What of a record goes into the picture, and in which places other programs look for it."""

from pathlib import Path

import msgspec

from imagegen import exif, jpegfile, parameters, xmp
from imagegen import record as records
from imagegen.containers import RECORD_KEY, Beside
from imagegen.errors import Notice
from imagegen.formats import JPG, PNG, Level
from imagegen.record import Record

MOST_EXIF = jpegfile.MOST - len(exif.PREFIX)
TOO_LONG = Notice(
    "too-long-for-exif",
    "the prompt is too long for the EXIF of a JPEG: other tools will not see it",
    "--format png, webp or avif; our own record in its XMP is whole",
)


def beside(record: Record, format_: str) -> Beside:
    """What a picture of this format carries, at the level that the record's `encoding` says."""
    level = record.encoding.metadata
    if level == "none":
        return Beside()
    if level == "minimal":
        return Beside(xmp=xmp.packet(_made_by(record)))
    text = parameters.text(record)
    if format_ == PNG:
        said = records.to_json(record).decode()
        texts = ((RECORD_KEY, said), ("parameters", text))
        return Beside(texts, xmp=xmp.packet([*_made_by(record), *_prompt(record)]))
    tiff: bytes | None = exif.comment(text, _tool(record))
    if format_ == JPG:
        if len(tiff or b"") > MOST_EXIF:
            tiff = None  # `left_out` says so
        return _in_segments(record, tiff)
    said_all = [*_made_by(record), *_prompt(record), ("imagegen:record", _compact(record))]
    return Beside(tiff=tiff, xmp=xmp.packet(said_all))


def left_out(record: Record) -> tuple[Notice, ...]:
    """What the picture cannot carry although it should."""
    if record.encoding.format != JPG or record.encoding.metadata != "full":
        return ()
    tiff = exif.comment(parameters.text(record), _tool(record))
    return () if len(tiff) <= MOST_EXIF else (TOO_LONG,)


def for_picture(record: Record, level: Level, *, words: bool) -> Record:
    """The copy of the record that goes into the picture."""
    if level != "full" or words:
        return record
    return records.without_words(record)


def _in_segments(record: Record, tiff: bytes | None) -> Beside:
    """A JPEG's XMP in one segment if it fits, else the long part of it in further ones."""
    made_by, prompt = _made_by(record), _prompt(record)
    long = [*prompt, ("imagegen:record", _compact(record))]
    main = xmp.packet([*made_by, *long])
    if len(main) <= jpegfile.MOST_XMP:
        return Beside(tiff=tiff, xmp=main)
    extended = xmp.packet(long)
    points = ("xmpNote:HasExtendedXMP", jpegfile.digest(extended))
    return Beside(tiff=tiff, xmp=xmp.packet([*made_by, points]), extended=extended)


def _made_by(record: Record) -> list[tuple[str, str]]:
    """That a model made it, and which."""
    source = xmp.DRAWN_FROM_PICTURE if record.plan.image is not None else xmp.DRAWN
    model, system = record.model, record.model.id
    if model.revision is None:  # a place on this machine is nobody's business
        system = Path(model.id).name
    version = model.revision or next(
        (f"sha256:{digest}" for _, digest in sorted(model.files.items())), None
    )
    return [
        ("xmp:CreatorTool", _tool(record)),
        ("Iptc4xmpExt:DigitalSourceType", source),
        ("Iptc4xmpExt:AISystemUsed", system),
        *([("Iptc4xmpExt:AISystemVersionUsed", version)] if version else []),
    ]


def _prompt(record: Record) -> list[tuple[str, str]]:
    plan = record.plan
    negative = f"\nNegative prompt: {plan.negative_prompt}" if plan.negative_prompt else ""
    said = [] if plan.prompt is None else [f"{plan.prompt}{negative}"]
    return [
        *(("Iptc4xmpExt:AIPromptInformation", one) for one in said),
        *([("Iptc4xmpExt:AIPromptWriterName", record.writer)] if record.writer else []),
    ]


def _tool(record: Record) -> str:
    return f"imagegen {record.versions['imagegen']}"


def _compact(record: Record) -> str:
    # XML has no word for U+FFFE and U+FFFF; JSON has.
    said = msgspec.json.format(records.to_json(record), indent=-1).decode()
    return xmp.FORBIDDEN.sub(lambda one: f"\\u{ord(one[0]):04x}", said)
