"""Pictures are drawn again and compared with what their records say; nothing of that stays."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import environment, events
from msgspec import structs
from PIL import Image

from imagegen import encoding, picturefile, record
from imagegen.cli import main
from imagegen.verifying import LEAST_PSNR, MOST_APART

WORDS = ("red cat", "--steps", "2", "--size", "32x32", "--precision", "float32", "-o", "drawn")
Main = Callable[..., list[dict[str, Any]]]


@pytest.fixture
def call(
    capfd: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Main:
    """The command in an empty folder; what it tells."""
    monkeypatch.chdir(tmp_path)

    def command(*words: object, code: int = 0) -> list[dict[str, Any]]:
        capfd.readouterr()
        assert main([*map(str, words), "--json"]) == code, capfd.readouterr().err
        return [json.loads(line) for line in capfd.readouterr().out.splitlines()]

    return command


def draw(call: Main, model: Path, *words: object) -> list[Path]:
    told = call("draw", *WORDS, "-m", model, *words)
    return [Path(one["path"]) for one in events(told, "picture")]


def changed(path: Path, by: int, *, claims: bool) -> None:
    """The picture with its first value moved, and (`claims`) a record that says it was drawn so."""
    content = path.read_bytes()
    said = picturefile.read_record(path)
    with Image.open(path) as picture:
        pixels = picture.convert("RGB")
    red, green, blue = pixels.getpixel((0, 0))  # type: ignore[misc]
    pixels.putpixel((0, 0), (red + by if red < 128 else red - by, green, blue))
    encoded = encoding.encode(pixels, encoding.Form())
    coding = structs.replace(said.encoding, decoded_sha256=encoded.decoded)
    claim = structs.replace(said, pixels_sha256=encoded.pixels, encoding=coding)
    path.write_bytes(
        picturefile.with_record(encoded.content, claim if claims else said, words=True)
    )
    assert path.read_bytes() != content


def test_a_folder_is_drawn_again_in_batches(call: Main, tiny: Path, tmp_path: Path) -> None:
    draw(call, tiny, "--seed", "1-3", "--batch-size", "3")
    draw(call, tiny, "--seed", "4", "--steps", "3")
    draw(call, tiny, "--seed", "5", "--format", "jpg")
    before = sorted(path.name for path in tmp_path.rglob("*"))
    told = call("verify", "drawn")
    assert [len(events(told, kind)) for kind in ("load", "verified", "summary")] == [1, 5, 1]
    # Three of one shape, and a JPEG of it, at once; the one of three steps by itself.
    assert {one["pictures"] for one in events(told, "step")} == {4, 1}
    assert {one["verdict"] for one in events(told, "verified")} <= {"identical", "rounding"}
    summary = told[-1]
    assert (summary["event"], summary["asked"], summary["made"]) == ("summary", 5, 5)
    assert sorted(path.name for path in tmp_path.rglob("*")) == before


def test_one_changed_byte_is_different(call: Main, tiny: Path) -> None:
    one, other = draw(call, tiny, "--seed", "1-2", "--batch-size", "1")
    changed(one, 1, claims=False)
    told = call("verify", "drawn", "--batch-size", "1", code=1)
    found = {one["path"]: one for one in events(told, "verified")}
    assert found[str(one)]["verdict"] == "different"
    assert "was changed after it was drawn" in found[str(one)]["reason"]
    assert found[str(other)]["verdict"] == "identical"
    assert (told[-1]["made"], told[-1]["failed"], told[-1]["exit"]) == (1, 1, 1)


@pytest.mark.parametrize(("by", "verdict", "code"), [(1, "rounding", 0), (90, "different", 1)])
def test_pixels_that_were_not_drawn_are_rounding_or_not(
    by: int, verdict: str, code: int, call: Main, tiny: Path
) -> None:
    (path,) = draw(call, tiny, "--seed", "1")
    changed(path, by, claims=True)
    (found,) = events(call("verify", path, code=code), "verified")
    assert (found["verdict"], found["largest"], found["reason"]) == (verdict, by, None)
    assert found["recorded_sha256"] != found["drawn_sha256"]
    assert (found["psnr"] >= LEAST_PSNR and by <= MOST_APART) == (verdict == "rounding")


def test_other_machines_and_versions_explain_what_differs(
    call: Main, tiny: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (path,) = draw(call, tiny, "--seed", "1")
    said = picturefile.read_record(path)
    elsewhere = structs.replace(said.machine, name="another processor")
    claim = structs.replace(
        said,
        machine=elsewhere,
        versions={**said.versions, "torch": "1.0"},
        pixels_sha256="0" * 64,
    )
    bare = encoding.encode(encoding.decode(path.read_bytes(), ""), encoding.Form()).content
    path.write_bytes(picturefile.with_record(bare, claim, words=True))
    (found,) = events(call("verify", path), "verified")  # its own pixels are those of now
    then = {one["name"]: one["then"] for one in found["differences"]}
    assert then == {"name": "another processor", "torch": "1.0"}
    assert (found["verdict"], found["psnr"]) == ("rounding", None)
    call("verify", path, "--precision", "bfloat16", code=1)
    assert main(["verify", str(path), "--precision", "bfloat16"]) == 1
    out, err = capfd.readouterr()
    assert "different" in out and "precision: float32 then, bfloat16 now" in out
    assert "torch: 1.0 then" in out and err.startswith("1 different, in ")


def test_what_says_nothing_of_its_pixels_is_not_verified(call: Main, tmp_path: Path) -> None:
    Image.new("RGB", (8, 8)).save(tmp_path / "plain.png")
    told = call("verify", "plain.png", "gone.png", code=1)
    assert [(one["verdict"], one["code"]) for one in events(told, "verified")] == [
        *(("unknown", "no-record"), ("unknown", "unreadable"))
    ]
    (tmp_path / "empty").mkdir()
    (error,) = events(call("verify", "empty", code=5), "error")
    assert error["code"] == "no-pictures"


@pytest.mark.parametrize("signals", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_interrupted_it_leaves_nothing_behind(
    signals: int, call: Main, tiny: Path, tmp_path: Path
) -> None:
    draw(call, tiny, "--seed", "1-2", "--steps", "60", "--batch-size", "1")
    (tmp_path / "temporary").mkdir()
    before = sorted(path.name for path in tmp_path.rglob("*"))
    process = subprocess.Popen(
        [sys.executable, "-m", "imagegen", "verify", "drawn", "--batch-size", "1", "--json"],
        cwd=tmp_path,
        env={**environment(), "TMPDIR": str(tmp_path / "temporary")},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    assert process.stdout is not None
    for line in process.stdout:
        if '"step"' in line:
            break
    assert [path.name[:16] for path in (tmp_path / "temporary").iterdir()] == ["imagegen-verify-"]
    for _ in range(signals):
        os.kill(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=60)
    summary = json.loads(out.splitlines()[-1])
    assert (process.returncode, summary["stopped"]) == (130, "interrupted"), err
    assert summary["made"] + summary["failed"] < 2
    assert sorted(path.name for path in tmp_path.rglob("*")) == before


def test_a_record_that_is_no_record_is_told(call: Main, tiny: Path, tmp_path: Path) -> None:
    (path,) = draw(call, tiny, "--seed", "1")
    said = json.loads(record.to_json(picturefile.read_record(path)))
    del said["pixels_sha256"]
    (tmp_path / "x.json").write_text(json.dumps(said))
    (error,) = events(call("replay", "x.json", code=5), "error")
    assert error["code"] == "not-a-record" and "pixels_sha256" in error["message"]
