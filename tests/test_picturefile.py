"""Pictures and sidecars are whole, never replace another, and say how they were made."""

import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PIL import Image

from imagegen import picturefile, record, wholefile
from imagegen.errors import FileError, Notice
from imagegen.record import Record
from imagegen.request import Request

PAIR = re.compile(r'\s*(\w[\w \-/]+):\s*("(?:\\.|[^\\"])+"|[^,]*)(?:,|$)')


def a_record(prompt: str = "red cat", negative: str = "", model: str = "storybook") -> Record:
    return Record(
        file="x.png",
        created="2026-01-01T00:00:00+00:00",
        request=Request(prompts=(prompt,), guidance=0.0),
        plan=record.Drawing(
            prompt=prompt,
            negative_prompt=negative,
            seed=7,
            steps=20,
            scheduler="dpm++-2m-karras",
            guidance=4.5,
            width=512,
            height=768,
        ),
        model=record.Model(
            id=model,
            revision=None,
            pipeline="StableDiffusionPipeline",
            files={"unet/x.safetensors": "abcdef0123456789" * 4, "vae/x.safetensors": "0" * 64},
        ),
        scheduler=record.Scheduling(
            name="dpm++-2m-karras",
            class_name="DPMSolverMultistepScheduler",
            label="DPM++ 2M",
            spacing="Karras",
            config={"beta_start": 0.1},
        ),
        machine=record.Placed(
            device="cpu", name="a CPU", precision="bfloat16", threads=2, system="Linux"
        ),
        versions={"imagegen": "0.1.0"},
        batch=record.Batch(size=1, position=1),
        seconds={"load": 1.5},
        pixels_sha256="0" * 64,
        warnings=(Notice("flat-picture", "it is flat", "another seed"),),
    )


def naming(one: Record) -> Callable[[str], Record]:
    return lambda name: one


@pytest.fixture
def picture() -> Image.Image:
    return Image.new("RGB", (16, 16), "red")


def read_a1111(text: str) -> tuple[str, str, dict[str, str]]:
    """A1111's own way of reading, in short."""
    *lines, last = text.split("\n")
    pairs = PAIR.findall(last)
    assert len(pairs) >= 3
    prompt, negative = "\n".join(lines), ""
    if "\nNegative prompt: " in prompt:
        prompt, negative = prompt.split("\nNegative prompt: ")
    unquoted = {k: json.loads(v) if v.startswith('"') else v for k, v in pairs}
    return prompt, negative, unquoted


def test_a_record_comes_back_as_it_was() -> None:
    one = a_record('猫, a "red" cat\nand more', "blue")
    assert record.from_json(record.to_json(one), "here") == one


@pytest.mark.parametrize("content", ["", "{}", '{"schema": "imagegen/record/1"}', "[1]"])
def test_what_is_no_record_is_refused(content: str) -> None:
    with pytest.raises(FileError):
        record.from_json(content, "here")


def test_a_record_of_another_schema_is_refused() -> None:
    other = record.to_json(a_record()).replace(b"imagegen/record/1", b"imagegen/record/9")
    with pytest.raises(FileError) as refusal:
        record.from_json(other, "here")
    assert "imagegen/record/1" in refusal.value.hint


def test_other_tools_can_read_the_parameters() -> None:
    one = a_record("red cat, sitting\non a hill", "blue, green", "a/odd, name: x")
    prompt, negative, settings = read_a1111(record.parameters_text(one))
    assert (prompt, negative) == ("red cat, sitting\non a hill", "blue, green")
    assert settings == {
        "Steps": "20",
        "Sampler": "DPM++ 2M",
        "Schedule type": "Karras",
        "CFG scale": "4.5",
        "Seed": "7",
        "Size": "512x768",
        "Model hash": "abcdef0123",
        "Model": "odd, name: x",
        "RNG": "CPU",
        "Version": "imagegen 0.1.0",
    }


def test_the_picture_carries_its_record(picture: Image.Image, tmp_path: Path) -> None:
    one = a_record("猫")
    path, sidecar = picturefile.save(picture, tmp_path / "x.png", naming(one), overwrite=False)
    assert picturefile.read_record(path) == one
    assert record.from_json(sidecar.read_bytes(), "sidecar") == one
    with Image.open(path) as read:
        read.load()
        assert read.tobytes() == picture.tobytes()
        assert "Steps: 20" in read.info["parameters"]
        xmp = ElementTree.fromstring(read.info["XML:com.adobe.xmp"])
    said = {key.split("}")[1]: value for key, value in xmp[0][0].items()}
    assert said["DigitalSourceType"].endswith("/digitalsourcetype/trainedAlgorithmicMedia")


@pytest.mark.parametrize("taken", ["x.png", "x.json"])
def test_nothing_is_overwritten(taken: str, picture: Image.Image, tmp_path: Path) -> None:
    (tmp_path / taken).write_text("mine")
    path, sidecar = picturefile.save(
        picture, tmp_path / "x.png", naming(a_record()), overwrite=False
    )
    assert (path.name, sidecar.name) == ("x-2.png", "x-2.json")
    assert (tmp_path / taken).read_text() == "mine"
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted([taken, "x-2.json", "x-2.png"])


def test_overwriting_is_done_when_it_is_asked_for(picture: Image.Image, tmp_path: Path) -> None:
    (tmp_path / "x.png").write_text("mine")
    path, _ = picturefile.save(picture, tmp_path / "x.png", naming(a_record()), overwrite=True)
    assert picturefile.read_record(path) == a_record()


@pytest.mark.parametrize("overwrite", [False, True])
def test_a_disk_that_fills_up_leaves_what_was_there(
    overwrite: bool, picture: Image.Image, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, _ = picturefile.save(picture, tmp_path / "x.png", naming(a_record()), overwrite=False)
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    written: list[int] = []

    def full(number: int) -> None:
        written.append(number)
        if len(written) == 2:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(FileError):
        picturefile.save(picture, path, naming(a_record("blue")), overwrite=overwrite)
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
        picturefile.save(picture, tmp_path / "x.png", naming(a_record()), overwrite=False)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_told(picture: Image.Image, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(FileError) as refusal:
        wholefile.check_writable(tmp_path / "file" / "folder")
    assert refusal.value.code == "cannot-write"
    with pytest.raises(FileError):
        path = tmp_path / "file" / "x.png"
        picturefile.save(picture, path, naming(a_record()), overwrite=False)


def test_what_is_no_picture_of_ours_is_told(picture: Image.Image, tmp_path: Path) -> None:
    picture.save(tmp_path / "plain.png")
    (tmp_path / "text.png").write_text("hello")
    for name, code in (("plain.png", "no-record"), ("text.png", "unreadable")):
        with pytest.raises(FileError) as refusal:
            picturefile.read_record(tmp_path / name)
        assert refusal.value.code == code
