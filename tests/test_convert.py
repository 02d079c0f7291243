"""`strip` and `convert` lose no pixel where none need be lost, and say what they take out."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from conftest import Command, events, json_lines
from PIL import Image, ImageChops, ImageOps, PngImagePlugin
from records_made import a_record
from test_carriers import HERE, a_picture, written

from imagegen import converting, encoding, exif, picturefile, stripping
from imagegen.errors import FileError, RequestError
from imagegen.formats import Form
from imagegen.request import Request


def pixels(path: Path) -> tuple[str, bytes]:
    with Image.open(path) as picture:
        return picture.mode, picture.tobytes()


def foreign(path: Path, mode: str = "RGB", **more: Any) -> Path:
    """A picture of another tool, with webui's text, a key that only PNG has, and a profile."""
    info = PngImagePlugin.PngInfo()
    info.add_text("parameters", "red cat\nSteps: 20, Sampler: Euler, Seed: 7")
    info.add_text("workflow", '{"nodes": []}')
    info.add_text("ti\x1btle", "x")
    a_picture(mode).save(path, pnginfo=info, **more)
    return path


def asked(**said: Any) -> Request:
    return Request(prompts=("any",), **said)


@pytest.mark.parametrize("name", HERE)
def test_a_stripped_copy_has_the_pixels_and_nothing_else(name: str, tmp_path: Path) -> None:
    path, _ = written(tmp_path, Form(format=name))
    before = path.read_bytes()
    done = stripping.strip(path, None, in_place=False, overwrite=False)
    assert done.path.name == f"x-stripped{path.suffix}"
    assert pixels(done.path) == pixels(path)
    assert path.read_bytes() == before
    for word in (b"cat", b"imagegen", b"Steps", b"rdf", b"Exif\0", "cat".encode("utf-16-be")):
        assert word not in done.path.read_bytes()
    again = stripping.strip(path, None, in_place=False, overwrite=False)
    assert again.path.name == f"x-stripped-2{path.suffix}"


@pytest.mark.parametrize("name", HERE)
def test_in_place_the_file_itself_is_stripped(name: str, tmp_path: Path) -> None:
    path, _ = written(tmp_path, Form(format=name))
    path.chmod(0o640)
    link = tmp_path / f"link{path.suffix}"
    link.symlink_to(path)
    before, files = pixels(path), len(list(tmp_path.iterdir()))
    assert stripping.strip(link, None, in_place=True, overwrite=False).taken
    assert pixels(path) == before
    assert b"cat" not in path.read_bytes()
    assert (link.is_symlink(), os.stat(path).st_mode & 0o777) == (True, 0o640)  # noqa: PTH116
    assert len(list(tmp_path.iterdir())) == files
    assert not stripping.strip(path, None, in_place=True, overwrite=False).taken


@pytest.mark.parametrize("name", HERE)
def test_a_picture_stays_the_right_way_up_and_in_its_colours(name: str, tmp_path: Path) -> None:
    profile, path = b"a profile of colours" * 20, tmp_path / f"x.{name}"
    told = Image.Exif()
    told[exif.ORIENTATION] = 6
    told[exif.SOFTWARE] = "a secret camera"
    a_picture().save(path, exif=told, icc_profile=profile)
    done = stripping.strip(path, None, in_place=False, overwrite=False)
    with Image.open(done.path) as picture, Image.open(path) as before:
        picture.load()
        assert picture.getexif().get(exif.ORIENTATION) == before.getexif().get(exif.ORIENTATION)
        assert picture.info["icc_profile"] == before.info["icc_profile"] == profile
        assert picture.size == before.size
    assert b"secret" not in done.path.read_bytes()


@pytest.mark.parametrize("target", HERE)
@pytest.mark.parametrize("name", HERE)
def test_what_was_turned_is_upright_in_every_format(name: str, target: str, tmp_path: Path) -> None:
    told = Image.Exif()
    told[exif.ORIENTATION] = 6
    path = tmp_path / f"x.{name}"
    a_picture().save(path, exif=told, quality=100)
    for level in ("full", "none"):
        done = converting.convert(
            path,
            asked(format=target, quality=None if target == "png" else 100, metadata=level),
            tmp_path / level,
        )
        with Image.open(path) as before, Image.open(done.path) as after:
            shown = [ImageOps.exif_transpose(one).convert("RGB") for one in (before, after)]
        assert shown[0].size == shown[1].size == (24, 40)
        difference = ImageChops.difference(*shown).getextrema()
        assert max(most for _, most in difference) < 60  # turned otherwise it is 200


def test_a_photograph_with_another_behind_it_is_one_picture(tmp_path: Path) -> None:
    path = tmp_path / "x.jpg"
    a_picture().save(path, "MPO", save_all=True, append_images=[a_picture().rotate(180)])
    done = stripping.strip(path, None, in_place=False, overwrite=False)
    assert {"other pictures", "what follows the picture"} <= {one.what for one in done.taken}
    assert done.path.stat().st_size < path.stat().st_size * 0.6
    converted = converting.convert(path, asked(format="png"), None)
    assert converted.same_pixels


def test_an_animation_keeps_every_frame(tmp_path: Path) -> None:
    frames = [a_picture(), a_picture().rotate(90), a_picture().rotate(180)]
    for name in ("png", "webp"):
        path = tmp_path / f"x.{name}"
        frames[0].save(
            path, save_all=True, append_images=frames[1:], lossless=True, exif=exif.turned(1)
        )
        done = stripping.strip(path, None, in_place=False, overwrite=False)
        assert encoding.same_pixels(path.read_bytes(), done.path.read_bytes(), "x")
        with Image.open(done.path) as picture:
            assert picture.n_frames == 3  # type: ignore[attr-defined]


@pytest.mark.parametrize("target", HERE)
@pytest.mark.parametrize("name", HERE)
def test_the_record_comes_along_and_says_what_the_file_is_now(
    name: str, target: str, tmp_path: Path
) -> None:
    path, one = written(tmp_path, Form(format=name))
    done = converting.convert(path, asked(format=target), tmp_path / "out")
    record = picturefile.read_record(done.path)
    assert done.path.name == f"x.{target}"
    assert (record.plan, record.pixels_sha256) == (one.plan, one.pixels_sha256)
    assert record.encoding.format == target
    with Image.open(done.path) as picture:
        assert record.encoding.decoded_sha256 == encoding.sha256(picture)
    lossless = target in {"png", "webp"} or target == name
    assert done.same_pixels == (pixels(path) == pixels(done.path)) == lossless
    assert any("dB PSNR" in lost for lost in done.lost) == (not lossless)


@pytest.mark.parametrize("name", HERE)
def test_metadata_goes_down_and_with_the_sidecar_up_again(name: str, tmp_path: Path) -> None:
    form = Form(format=name, metadata="none")
    path, one = written(tmp_path, form, a_record("secret", "hidden"))
    full = converting.convert(path, asked(metadata="full"), tmp_path / "full")
    assert picturefile.read_record(full.path).plan == one.plan
    less = converting.convert(full.path, asked(metadata="minimal"), tmp_path / "less")
    assert b"trainedAlgorithmicMedia" in less.path.read_bytes()
    assert b"secret" not in less.path.read_bytes()
    with pytest.raises(FileError) as refusal:
        converting.convert(less.path, asked(metadata="minimal"), tmp_path / "again")
    assert refusal.value.code == "no-record"
    wordless = converting.convert(full.path, asked(hide_prompt=True), tmp_path / "wordless")
    assert picturefile.read_record(wordless.path).plan.prompt is None
    assert b"secret" not in wordless.path.read_bytes()
    still = converting.convert(wordless.path, asked(metadata="full"), tmp_path / "still")
    assert picturefile.read_record(still.path).plan.prompt is None
    assert len({pixels(each.path) for each in (full, less, wordless, still)}) == 1


@pytest.mark.parametrize("target", HERE)
def test_what_another_tool_wrote_comes_along_or_is_told(target: str, tmp_path: Path) -> None:
    path = foreign(tmp_path / "x.png", icc_profile=b"colours" * 30)
    done = converting.convert(path, asked(format=target), tmp_path / "out")
    content = done.path.read_bytes()
    text = "red cat\nSteps: 20, Sampler: Euler, Seed: 7"
    assert (text.encode() if target == "png" else text.encode("utf-16-be")) in content
    assert "tEXt workflow" in done.lost
    assert "tEXt ti?tle" in done.lost
    assert not any("parameters" in lost for lost in done.lost)
    with Image.open(done.path) as picture:
        assert picture.info["icc_profile"] == b"colours" * 30


def test_transparency_is_not_lost_in_silence(tmp_path: Path) -> None:
    path = foreign(tmp_path / "x.png", "RGBA")
    kept = converting.convert(path, asked(format="webp"), None)
    assert (kept.same_pixels, pixels(kept.path)) == (True, pixels(path))
    lost = converting.convert(path, asked(format="jpg", quality=100), None)
    assert lost.lost[0].startswith("transparency")
    assert not lost.same_pixels
    with Image.open(lost.path) as picture:
        assert min(picture.getpixel((39, 0))) > 240  # type: ignore[arg-type,type-var]


@pytest.mark.parametrize(
    ("mode", "code"), [("I;16", "not-convertible"), ("CMYK", "not-convertible")]
)
def test_what_has_more_than_the_format_holds_is_refused(
    mode: str, code: str, tmp_path: Path
) -> None:
    path = tmp_path / ("x.png" if mode == "I;16" else "x.jpg")
    Image.new(mode, (8, 8)).save(path)
    with pytest.raises(RequestError) as refusal:
        converting.convert(path, asked(format="webp"), None)
    assert refusal.value.code == "not-convertible"
    assert len(list(tmp_path.iterdir())) == 1


def test_nothing_is_replaced_unless_that_is_asked_for(tmp_path: Path) -> None:
    path, _ = written(tmp_path, Form())
    (tmp_path / "x.webp").write_bytes(b"mine")
    first = converting.convert(path, asked(format="webp"), None)
    assert (first.path.name, (tmp_path / "x.webp").read_bytes()) == ("x-2.webp", b"mine")
    second = converting.convert(path, asked(format="webp", overwrite=True), None)
    assert second.path.name == "x.webp"
    assert picturefile.read_record(second.path).file == "x.webp"


@pytest.mark.parametrize(
    "content", [b"", b"hello", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0\0\x10"]
)
def test_what_is_no_picture_is_told(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "x.png"
    path.write_bytes(content)
    for work in (
        lambda: stripping.strip(path, None, in_place=True, overwrite=False),
        lambda: converting.convert(path, asked(format="webp"), None),
    ):
        with pytest.raises(FileError) as refusal:
            work()
        assert refusal.value.code == "unreadable"
    assert path.read_bytes() == content


def test_the_commands_tell_what_they_did(imagegen: Command, tmp_path: Path) -> None:
    written(tmp_path, Form())
    done = imagegen("strip", "x.png", "no.png", "--json")
    lines = json_lines(done.stdout)
    (stripped,) = events(lines, "stripped")
    assert (done.returncode, stripped["path"]) == (5, "x-stripped.png")
    assert [one["what"] for one in stripped["taken"]] == [  # type: ignore[attr-defined]
        *("iTXt imagegen", "iTXt parameters", "iTXt XML:com.adobe.xmp"),
    ]
    assert (lines[-1]["made"], lines[-1]["failed"]) == (1, 1)
    told = imagegen("convert", "x.png", "--format", "jpg", "--metadata", "none", "-o", "out")
    assert (told.returncode, told.stdout) == (0, "out/x.jpg\n"), told.stderr
    assert "all metadata" in told.stderr
    assert "dB PSNR" in told.stderr


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["convert", "x.png"], "nothing-to-convert"),
        (["convert", "x.png", "--format", "gif"], "bad-format"),
        (["convert", "x.png", "--quality", "0"], "bad-quality"),
        (["convert", "x.png", "--quality", "5"], "quality-of-png"),
        (["strip", "x.png", "--in-place", "-o", "out"], "in-place-and-out"),
    ],
)
def test_what_makes_no_sense_is_refused(
    words: list[str], code: str, imagegen: Command, tmp_path: Path
) -> None:
    written(tmp_path, Form())
    done = imagegen(*words)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"error[{code}]: ")
    assert json.loads((tmp_path / "x.json").read_text())["file"] == "x.png"
