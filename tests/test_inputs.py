"""A picture that somebody gives is read whole, upright and in RGB, or refused in words."""

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from redrawn import waves

from imagegen import inputfile
from imagegen.errors import FileError, RequestError
from imagegen.inputs import Inputs, Picture, enlarged, size_like

ORIENTATION = 274  # the tag of EXIF


def pixels(image: Image.Image) -> np.ndarray:
    return np.asarray(image).astype(int)


def test_a_picture_is_read_as_it_is(tmp_path: Path) -> None:
    path = waves(tmp_path / "a.png", 40, 30)
    looked = inputfile.look(str(path))
    assert (looked.width, looked.height, len(looked.sha256)) == (40, 30, 64)
    assert (pixels(inputfile.rgb(looked)) == pixels(Image.open(path))).all()


@pytest.mark.parametrize(
    ("orientation", "turn"),
    [
        (3, Image.Transpose.ROTATE_180),
        (6, Image.Transpose.ROTATE_270),
        (8, Image.Transpose.ROTATE_90),
        (5, Image.Transpose.TRANSPOSE),
    ],
)
def test_a_photograph_is_turned_upright(
    orientation: int, turn: Image.Transpose, tmp_path: Path
) -> None:
    lying = Image.open(waves(tmp_path / "a.png", 40, 30))
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    lying.save(tmp_path / "photo.png", exif=exif)
    upright = lying.transpose(turn)
    looked = inputfile.look(str(tmp_path / "photo.png"))
    assert (looked.width, looked.height) == upright.size
    assert (pixels(inputfile.rgb(looked)) == pixels(upright)).all()


def test_what_is_transparent_shows_white(tmp_path: Path) -> None:
    picture = Image.new("RGBA", (20, 10), (255, 0, 0, 0))
    picture.paste((0, 0, 255, 255), (10, 0, 20, 10))
    picture.save(tmp_path / "a.png")
    found = pixels(inputfile.rgb(inputfile.look(str(tmp_path / "a.png"))))
    assert (found[:, :10] == 255).all()
    assert (found[:, 10:] == (0, 0, 255)).all()


@pytest.mark.parametrize("mode", ["L", "LA", "P", "1", "RGB", "RGBA", "I;16", "CMYK"])
def test_every_mode_of_pictures_becomes_rgb(mode: str, tmp_path: Path) -> None:
    grey = np.tile(np.arange(0, 256, 8, dtype=np.uint8), (16, 1))
    if mode == "I;16":
        picture = Image.fromarray(grey.astype(np.uint16) << 8)
    elif mode == "P":
        picture = Image.fromarray(grey).convert("RGB").quantize(64)
    else:
        picture = Image.fromarray(grey).convert("RGB").convert(mode)
    path = tmp_path / ("a.tif" if mode == "CMYK" else "a.png")
    picture.save(path)
    found = inputfile.rgb(inputfile.look(str(path)))
    assert (found.mode, found.size) == ("RGB", (32, 16))
    if mode != "1":
        assert np.abs(pixels(found)[..., 0] - grey).max() <= 3


def test_a_mask_is_white_where_to_draw(tmp_path: Path) -> None:
    waves(tmp_path / "a.png", 32, 16)
    grey = np.zeros((16, 32), np.uint8)
    grey[:, 8:16], grey[:, 16:24], grey[:, 24:] = 127, 128, 255
    Image.fromarray(grey).save(tmp_path / "mask.png")
    given = inputfile.inputs(str(tmp_path / "a.png"), str(tmp_path / "mask.png"))
    assert given.image is not None
    assert given.mask is not None
    drawn = pixels(inputfile.drawn(given.image, given.mask))
    assert (drawn[:, :16] == 0).all()
    assert (drawn[:, 16:] == 255).all()


def test_a_picture_may_bring_its_mask_as_its_alpha(tmp_path: Path) -> None:
    picture = Image.open(waves(tmp_path / "a.png", 32, 16)).convert("RGBA")
    alpha = Image.new("L", picture.size, 255)
    alpha.paste(0, (0, 0, 8, 16))
    picture.putalpha(alpha)
    picture.save(tmp_path / "a.png")
    given = inputfile.inputs(str(tmp_path / "a.png"), "alpha")
    assert isinstance(given, Inputs)
    assert given.image is not None
    drawn = pixels(inputfile.drawn(given.image, "alpha"))
    assert (drawn[:, :8] == 255).all()
    assert (drawn[:, 8:] == 0).all()


def test_what_is_fitted_covers_the_size_and_is_cut_in_the_middle(tmp_path: Path) -> None:
    wide = Image.open(waves(tmp_path / "a.png", 60, 20))
    found = inputfile.fitted(wide, 20, 20)
    assert (pixels(found) == pixels(wide.crop((20, 0, 40, 20)))).all()
    assert inputfile.fitted(wide, 60, 20) is wide
    assert inputfile.fitted(wide, 30, 30).size == (30, 30)


def half_of(path: Path) -> None:
    whole = waves(path, 200, 200).read_bytes()
    path.write_bytes(whole[: len(whole) // 2])


WRONG: dict[str, tuple[Callable[[Path], object], str]] = {
    "nothing.png": (lambda path: path, "no-picture"),
    "half.png": (half_of, "damaged-picture"),
    "text.png": (lambda path: path.write_text("no picture"), "not-a-picture"),
    "empty.png": (Path.touch, "not-a-picture"),
    "folder.png": (Path.mkdir, "not-a-picture"),
    "pipe.png": (os.mkfifo, "not-a-picture"),
    "program.eps": (lambda path: path.write_text("%!PS-Adobe-3.0 EPSF-3.0\n"), "not-a-picture"),
    "huge.png": (lambda path: Image.new("1", (10_000, 9_000)).save(path), "picture-too-large"),
    "bomb.png": (lambda path: Image.new("1", (20_000, 10_000)).save(path), "picture-too-large"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_no_picture_is_refused_by_name(name: str, tmp_path: Path) -> None:
    make, code = WRONG[name]
    make(tmp_path / name)
    with pytest.raises(FileError, match=name) as refused:
        inputfile.look(str(tmp_path / name))
    assert refused.value.code == code


def test_a_picture_that_changes_while_we_work_is_told(tmp_path: Path) -> None:
    path = waves(tmp_path / "a.png", 40, 30)
    looked = inputfile.look(str(path))
    waves(path, 40, 30, turn=1.0)
    with pytest.raises(FileError) as refused:
        inputfile.rgb(looked)
    assert refused.value.code == "picture-changed"


@pytest.mark.parametrize(
    ("mask", "code"),
    [("black.png", "empty-mask"), ("tall.png", "mask-of-other-shape"), ("alpha", "no-alpha")],
)
def test_a_mask_that_makes_no_sense_is_refused(mask: str, code: str, tmp_path: Path) -> None:
    image = waves(tmp_path / "a.png", 40, 30)
    Image.new("L", (80, 60)).save(tmp_path / "black.png")
    Image.new("L", (30, 40), 255).save(tmp_path / "tall.png")
    with pytest.raises(RequestError) as refused:
        inputfile.inputs(str(image), mask if mask == "alpha" else str(tmp_path / mask))
    assert refused.value.code == code


def picture(width: int, height: int) -> Picture:
    return Picture(path="a.png", sha256="0" * 64, width=width, height=height)


@pytest.mark.parametrize(
    ("size", "said", "expected"),
    [
        ((512, 512), (None, None), (512, 512)),
        ((4000, 3000), (None, None), (592, 440)),
        ((3000, 4000), (None, None), (440, 592)),
        ((64, 64), (None, None), (512, 512)),
        ((4000, 3000), (640, None), (640, 480)),
        ((4000, 3000), (None, 240), (320, 240)),
        ((4000, 3000), (512, 512), (512, 512)),
        ((100_000, 10), (None, None), (51200, 8)),
    ],
)
def test_the_size_is_that_of_the_picture_in_the_area_of_the_model(
    size: tuple[int, int], said: tuple[int | None, int | None], expected: tuple[int, int]
) -> None:
    assert size_like(picture(*size), *said, 512 * 512, 8) == expected


def test_what_is_drawn_again_is_larger_in_steps_of_the_model() -> None:
    assert enlarged(512, 384, 1.5, 16) == (768, 576)
    assert enlarged(512, 384, 1.3, 64) == (640, 512)
