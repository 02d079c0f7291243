"""Every format carries what the level says, and other programs read it."""

import contextlib
import io
import json
import shutil
import subprocess
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from random import Random
from typing import Any

import pytest
from msgspec import structs
from PIL import Image
from records_made import a_record

from imagegen import carriers, containers, encoding, exif, formats, jpegfile, picturefile, xmp
from imagegen.encoding import encode
from imagegen.errors import FileError
from imagegen.formats import FORMATS, Form
from imagegen.record import Encoding, Given, Record

needs_exiftool = pytest.mark.skipif(
    shutil.which("exiftool") is None, reason="apt-get install libimage-exiftool-perl"
)
needs_imagemagick = pytest.mark.skipif(
    "ImageMagick" not in subprocess.getoutput("identify -version"),
    reason="apt-get install imagemagick",
)
HERE = [name for name in FORMATS if formats.is_here(name)]
LEVELS: tuple[formats.Level, ...] = formats.LEVELS  # type: ignore[assignment]
WORDS = 'a "red" cat & <猫> 🐈\nNegative prompt: ü \ufffe', "blue, dog's"


def a_picture(mode: str = "RGB") -> Image.Image:
    """Something that lossy formats do not give back as it was."""
    picture = Image.effect_mandelbrot((40, 24), (-2, -1, 1, 1), 60).convert("RGB")
    if mode == "RGBA":
        picture.putalpha(Image.linear_gradient("L").resize((40, 24)))
    return picture


def written(folder: Path, form: Form, one: Record | None = None) -> tuple[Path, Record]:
    """A picture on disk with its sidecar; and the record as it was given."""
    encoded = encode(a_picture(), form)
    one = structs.replace(
        a_record(*WORDS) if one is None else one,
        pixels_sha256=encoded.pixels,
        encoding=Encoding(
            format=form.format,
            quality=encoded.quality,
            codec=encoding.codec(form.format),
            decoded_sha256=encoded.decoded,
            metadata=form.metadata,
        ),
    )
    path, _ = picturefile.save(
        encoded, folder / f"x{form.ending}", lambda name: one, overwrite=False
    )
    return path, one


def by_exiftool(path: Path) -> dict[str, Any]:
    done = subprocess.run(
        ["exiftool", "-json", "-G1", "-struct", "-b", path],
        capture_output=True,
        check=True,
    )
    return {**json.loads(done.stdout)[0]}


@pytest.mark.parametrize("name", HERE)
def test_a_picture_gives_back_its_record(name: str, tmp_path: Path) -> None:
    path, one = written(tmp_path, Form(format=name))
    assert picturefile.read_record(path) == one
    assert path.with_suffix(".json").read_bytes()


@pytest.mark.parametrize("name", HERE)
def test_both_hashes_are_proved_by_the_file(name: str, tmp_path: Path) -> None:
    path, one = written(tmp_path, Form(format=name))
    with Image.open(path) as picture:
        decoded = encoding.sha256(picture)
    assert decoded == one.encoding.decoded_sha256
    assert one.pixels_sha256 == encoding.sha256(a_picture())
    assert (decoded == one.pixels_sha256) == (one.encoding.quality is None)


@pytest.mark.parametrize("name", HERE)
def test_a_quality_makes_another_file(name: str) -> None:
    if name == "png":
        return
    usual, small = (encode(a_picture(), Form(format=name, quality=q)) for q in (90, 10))
    assert len(small.content) < len(usual.content)
    assert small.decoded not in (usual.decoded, small.pixels)


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("name", HERE)
@needs_exiftool
def test_exiftool_reads_what_the_level_says(
    name: str, level: formats.Level, tmp_path: Path
) -> None:
    one = structs.replace(a_record("a red cat", "blue"), writer="Ana Müller")
    path, _ = written(tmp_path, Form(format=name, metadata=level), one)
    said = by_exiftool(path)
    assert "ExifTool:Warning" not in said
    assert "ExifTool:Error" not in said
    if level == "none":
        assert not [key for key in said if key.startswith(("XMP", "EXIF", "IFD0", "ExifIFD"))]
        assert not {"PNG:Parameters", "PNG:Imagegen"} & set(said)
        return
    assert said["XMP-iptcExt:DigitalSourceType"].endswith("/trainedAlgorithmicMedia")
    assert said["XMP-iptcExt:AISystemUsed"] == "storybook"
    assert said["XMP-iptcExt:AISystemVersionUsed"].startswith("sha256:abcdef")
    assert said["XMP-xmp:CreatorTool"] == "imagegen 0.1.0"
    prompt = said.get("XMP-iptcExt:AIPromptInformation")
    writer = said.get("XMP-iptcExt:AIPromptWriterName")
    text = said.get("PNG:Parameters" if name == "png" else "ExifIFD:UserComment")
    if level == "minimal":
        assert (prompt, writer, text) == (None, None, None)
        return
    assert (prompt, writer) == ("a red cat\nNegative prompt: blue", "Ana Müller")
    assert str(text).startswith("a red cat\nNegative prompt: blue\nSteps: 20, Sampler: ")


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("words", [True, False])
@pytest.mark.parametrize("name", HERE)
def test_the_picture_says_no_more_than_its_level(
    name: str, level: formats.Level, words: bool, tmp_path: Path
) -> None:
    form = Form(format=name, metadata=level, words=words)
    path, _ = written(tmp_path, form, a_record("secretcat", "secretdog"))
    content = path.read_bytes()
    says_prompt = level == "full" and words
    for secret in ("secretcat", "secretdog"):
        for coded in (secret.encode(), secret.encode("utf-16-be")):
            assert says_prompt or coded not in content
    assert (b"dpm++-2m-karras" in content) == (level == "full")
    assert (b"trainedAlgorithmicMedia" in content) == (level != "none")
    sidecar = path.with_suffix(".json").read_text()
    assert "secretcat" in sidecar
    assert "dpm++-2m-karras" in sidecar
    if not says_prompt:
        assert encoding.hashlib.sha256(content).hexdigest() in sidecar


@pytest.mark.parametrize("length", [10, 20_000, 70_000, 200_000])
def test_a_jpeg_carries_a_record_of_any_length(length: int, tmp_path: Path) -> None:
    path, one = written(tmp_path, Form(format="jpg"), a_record("ü" * length, "n" * length))
    assert picturefile.read_record(path) == one
    exif_fits = 4 * length + 400 < carriers.MOST_EXIF
    assert bool(jpegfile.tiff(path.read_bytes())) == exif_fits
    assert [notice.code for notice in carriers.left_out(one)] == (
        [] if exif_fits else ["too-long-for-exif"]
    )


@needs_exiftool
def test_exiftool_reads_an_xmp_of_several_segments(tmp_path: Path) -> None:
    path, _ = written(tmp_path, Form(format="jpg"), a_record("ü" * 100_000))
    said = by_exiftool(path)
    assert said["XMP-iptcExt:AIPromptInformation"] == "ü" * 100_000
    assert said["XMP-iptcExt:DigitalSourceType"].endswith("/trainedAlgorithmicMedia")
    assert "ExifTool:Warning" not in said


@pytest.mark.parametrize("name", HERE)
@needs_imagemagick
def test_imagemagick_opens_every_format(name: str, tmp_path: Path) -> None:
    path, _ = written(tmp_path, Form(format=name))
    done = subprocess.run(
        ["identify", "-format", "%wx%h", path], capture_output=True, text=True, check=True
    )
    assert done.stdout == "40x24"


@pytest.mark.parametrize("name", HERE)
def test_metadata_changes_no_pixel_and_comes_out_again(name: str) -> None:
    for mode in ("RGB", "RGBA") if FORMATS[name].transparent else ("RGB",):
        bare = encode(a_picture(mode), Form(format=name)).content
        one = structs.replace(
            a_record(),
            encoding=structs.replace(a_record().encoding, format=name),
        )
        full = containers.embed(bare, carriers.beside(one, name))
        stripped, taken = containers.strip(full)
        assert encoding.same_pixels(bare, full, "x")
        assert encoding.same_pixels(bare, stripped, "x")
        assert sum(each.bytes for each in taken) > 1000
        assert containers.strip(stripped) == (stripped, ())
        assert containers.record_of(stripped) is None


def test_only_what_comes_from_a_picture_is_a_composite() -> None:
    drawn = carriers.beside(a_record(), "png").xmp or b""
    given = Given(file="a.png", sha256="0" * 64, width=64, height=64, fit="as it is")
    record = a_record()
    again = structs.replace(record, plan=structs.replace(record.plan, image=given))
    composite = carriers.beside(again, "png").xmp or b""
    assert b"/compositeWithTrainedAlgorithmicMedia" in composite
    assert b"composite" not in drawn


def test_a_place_on_this_machine_is_not_told() -> None:
    one = a_record(model="/home/ana/models/mine")
    for level in ("full", "minimal"):
        coded = structs.replace(one.encoding, metadata=level)
        packet = carriers.beside(structs.replace(one, encoding=coded), "png").xmp or b""
        assert b"<Iptc4xmpExt:AISystemUsed>mine<" in packet
        assert b"/home" not in packet


def test_xmp_is_xml_whatever_is_said() -> None:
    packet = xmp.packet([("xmp:CreatorTool", 'a\r\n\t<b> & "c" \x00\ufffe ]]> 🐈')])
    root = ElementTree.fromstring(packet)
    assert root[0][0][0].text == 'a\r\n\t<b> & "c" \ufffd\ufffd ]]> 🐈'


@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_says_which_way_up_a_picture_is(orientation: int) -> None:
    assert exif.orientation(exif.turned(orientation)) == orientation
    told = Image.Exif()
    told[exif.ORIENTATION] = orientation
    assert exif.orientation(told.tobytes()) == orientation


@pytest.mark.parametrize(
    "content", [b"", b"MM\0*", b"II*\0\xff\xff\xff\xff", b"MM\0*\0\0\0\x08\0\1"]
)
def test_a_damaged_exif_turns_nothing(content: bytes) -> None:
    assert exif.orientation(content) == 1


def test_a_user_comment_is_as_pillow_reads_it() -> None:
    told = Image.Exif()
    told.load(exif.PREFIX + exif.comment("red 猫", "imagegen"))
    said = told.get_ifd(exif.EXIF_IFD)[exif.USER_COMMENT]
    assert said == b"UNICODE\0" + "red 猫".encode("utf-16-be")
    assert told[exif.SOFTWARE] == "imagegen"


@pytest.mark.parametrize("name", HERE)
def test_what_is_cut_off_is_not_whole(name: str) -> None:
    whole = encode(a_picture(), Form(format=name)).content
    one = structs.replace(a_record(), encoding=structs.replace(a_record().encoding, format=name))
    whole = containers.embed(whole, carriers.beside(one, name))
    for length in (*range(0, len(whole), 97), len(whole) - 1):
        with pytest.raises(formats.NotWholeError):
            containers.strip(whole[:length])


@pytest.mark.parametrize("name", HERE)
def test_what_is_damaged_is_refused_or_read_but_never_more(name: str, tmp_path: Path) -> None:
    """Each byte of the head turned over: an error for a person, or a result; nothing else."""
    path, _ = written(tmp_path, Form(format=name))
    content = path.read_bytes()
    refused = 0
    for at in range(min(len(content), 700)):
        path.write_bytes(content[:at] + bytes((content[at] ^ 0xFF,)) + content[at + 1 :])
        try:
            picturefile.read_record(path)
            containers.strip(path.read_bytes())
        except (FileError, formats.NotWholeError):
            refused += 1
    assert refused


@pytest.mark.parametrize("name", HERE)
def test_no_damage_breaks_more_than_the_file(name: str, tmp_path: Path) -> None:
    path, _ = written(tmp_path, Form(format=name))
    content, dice = path.read_bytes(), Random(7)
    for _ in range(500):
        hurt = bytearray(content)
        for _ in range(dice.randint(1, 6)):
            at = dice.randrange(len(hurt))
            if dice.random() < 0.3:
                del hurt[at : at + dice.randint(1, 40)]
            else:
                hurt[at : at + 1] = dice.randbytes(dice.choice((1, 1, 4)))
        with contextlib.suppress(formats.NotWholeError):
            containers.record_of(bytes(hurt))
        with contextlib.suppress(formats.NotWholeError):
            containers.strip(bytes(hurt))


def test_a_jpeg_is_read_to_its_end_through_thumbnails_and_scans() -> None:
    content = io.BytesIO()
    a_picture().save(content, "JPEG", progressive=True, quality=95, comment=b"by hand")
    with_more = content.getvalue() + b"another picture behind it"
    stripped, taken = containers.strip(with_more)
    assert [each.what for each in taken] == ["comment", "what follows the picture"]
    assert encoding.same_pixels(content.getvalue(), stripped, "x")
