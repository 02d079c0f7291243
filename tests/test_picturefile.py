"""Pictures and sidecars are whole, never replace another, and say how they were made."""

import os
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PIL import Image
from records_made import a_record

from imagegen import picturefile, record, wholefile
from imagegen.encoding import encode
from imagegen.errors import FileError
from imagegen.formats import Form
from imagegen.record import Record


def naming(one: Record) -> Callable[[str], Record]:
    return lambda name: one


@pytest.fixture
def picture() -> Image.Image:
    return Image.new("RGB", (16, 16), "red")


def test_a_record_comes_back_as_it_was() -> None:
    one = a_record('猫, a "red" cat\nand more', "blue")
    assert record.from_json(record.to_json(one), "here") == one


def test_the_picture_carries_its_record(picture: Image.Image, tmp_path: Path) -> None:
    one = a_record("猫")
    path, sidecar = picturefile.save(
        encode(picture, Form()), tmp_path / "x.png", naming(one), overwrite=False
    )
    assert picturefile.read_record(path) == one
    assert record.from_json(sidecar.read_bytes(), "sidecar") == one
    with Image.open(path) as read:
        read.load()
        assert read.tobytes() == picture.tobytes()
        assert "Steps: 20" in read.info["parameters"]
        xmp = ElementTree.fromstring(read.info["XML:com.adobe.xmp"])
    said = {one.tag.split("}")[1]: one.text or "" for one in xmp[0][0]}
    assert said["DigitalSourceType"].endswith("/digitalsourcetype/trainedAlgorithmicMedia")


@pytest.mark.parametrize("taken", ["x.png", "x.json"])
def test_nothing_is_overwritten(taken: str, picture: Image.Image, tmp_path: Path) -> None:
    (tmp_path / taken).write_text("mine")
    path, sidecar = picturefile.save(
        encode(picture, Form()), tmp_path / "x.png", naming(a_record()), overwrite=False
    )
    assert (path.name, sidecar.name) == ("x-2.png", "x-2.json")
    assert (tmp_path / taken).read_text() == "mine"
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted([taken, "x-2.json", "x-2.png"])


def test_overwriting_is_done_when_it_is_asked_for(picture: Image.Image, tmp_path: Path) -> None:
    (tmp_path / "x.png").write_text("mine")
    path, _ = picturefile.save(
        encode(picture, Form()), tmp_path / "x.png", naming(a_record()), overwrite=True
    )
    assert picturefile.read_record(path) == a_record()


@pytest.mark.parametrize("overwrite", [False, True])
def test_a_disk_that_fills_up_leaves_what_was_there(
    overwrite: bool, picture: Image.Image, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, _ = picturefile.save(
        encode(picture, Form()), tmp_path / "x.png", naming(a_record()), overwrite=False
    )
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    written: list[int] = []

    def full(number: int) -> None:
        written.append(number)
        if len(written) == 2:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(FileError):
        picturefile.save(
            encode(picture, Form()), path, naming(a_record("blue")), overwrite=overwrite
        )
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == before


def test_a_stop_between_sidecar_and_picture_leaves_neither(
    picture: Image.Image, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    link, links = os.link, []

    def stopped(old: Path, new: Path) -> None:
        links.append(new)
        if len(links) == 2:
            raise KeyboardInterrupt
        link(old, new)

    monkeypatch.setattr(os, "link", stopped)
    with pytest.raises(KeyboardInterrupt):
        picturefile.save(
            encode(picture, Form()), tmp_path / "x.png", naming(a_record()), overwrite=False
        )
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_told(picture: Image.Image, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(FileError) as refusal:
        wholefile.check_writable(tmp_path / "file" / "folder")
    assert refusal.value.code == "cannot-write"
    with pytest.raises(FileError):
        path = tmp_path / "file" / "x.png"
        picturefile.save(encode(picture, Form()), path, naming(a_record()), overwrite=False)


def test_what_is_no_picture_of_ours_is_told(picture: Image.Image, tmp_path: Path) -> None:
    picture.save(tmp_path / "plain.png")
    (tmp_path / "text.png").write_text("hello")
    for name, code in (("plain.png", "no-record"), ("text.png", "unreadable")):
        with pytest.raises(FileError) as refusal:
            picturefile.read_record(tmp_path / name)
        assert refusal.value.code == code
