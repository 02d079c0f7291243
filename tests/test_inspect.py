"""`imagegen inspect` as people and scripts use it; our own record; a request made of a record."""

import json
import os
import pty
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

import picture_files as files
import pytest
from conftest import Command, environment, events, json_lines
from test_inspect_tools import A1111, AWKWARD, NEGATIVE, WORDS, a1111, reasons
from test_light import PROBE

from imagegen.reading import picture
from imagegen.reading.restore import request_of
from imagegen.request import Request, check

OWN = "xmlns:imagegen='urn:imagegen:'"


def record(words: str = "a cat", **plan: Any) -> dict[str, Any]:
    """A record of ours as the first edition had it."""
    asked = {"prompts": ["a {cat|dog}"], "model": "storybook", "out": "there", "tokenizer": "./t"}
    return {
        "schema": "imagegen/record/1",
        "file": "x.png",
        "created": "2026-11-24T10:00:00+00:00",
        "request": asked,
        "plan": {
            "id": "0f",
            "prompt": words,
            "negative_prompt": NEGATIVE,
            "seed": 7,
            "steps": 30,
            "scheduler": "euler-karras",
            "guidance": 4.5,
            "width": 512,
            "height": 384,
            "template": "a {cat|dog}",
            "prompt_syntax": "compel",
            **plan,
        },
        "noise": "torch.Generator('cpu'), float32, one a picture",
        "model": {
            "id": "owner/model",
            "revision": "c0ffee",
            "variant": "fp16",
            "files": {"a": "b"},
        },
        "scheduler": {"label": "Euler", "spacing": "Karras", "config": {}},
        "versions": {"imagegen": "0.1.0"},
        "pixels_sha256": "00",
    }


def carried_own(words: str) -> dict[str, bytes]:
    """Our record in every place where it is written."""
    text = json.dumps(record(words), ensure_ascii=False)
    packet = files.xmp(f"<imagegen:record>{escaped(text)}</imagegen:record>", OWN)
    infotext = files.chunk(b"tEXt", b"parameters\0" + a1111("no", A1111).encode())
    main = files.segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + files.xmp("").encode())
    return {
        "x.png": files.png(infotext, files.international("imagegen", text)),
        "y.png": files.png(files.international("XML:com.adobe.xmp", packet)),
        "x.json": text.encode(),
        "x.jpg": files.jpeg(main, *extended(packet.encode())),
        "x.webp": riff(packet.encode()),
    }


def escaped(text: str) -> str:
    from xml.sax.saxutils import escape

    return escape(text, {"\r": "&#13;"})


def extended(packet: bytes) -> list[bytes]:
    """Segments of an XMP packet that one is too short for, the second first."""
    head = b"http://ns.adobe.com/xmp/extension/\0" + b"0" * 32 + len(packet).to_bytes(4, "big")
    places = range(0, len(packet), 40_000)
    pieces = [
        files.segment(0xE1, head + at.to_bytes(4, "big") + packet[at : at + 40_000])
        for at in places
    ]
    return pieces[::-1]


def riff(packet: bytes) -> bytes:
    whole = files.by_pillow("WEBP", files.exif(a1111("no", A1111)))
    return whole + b"XMP " + len(packet).to_bytes(4, "little") + packet


@pytest.mark.parametrize("name", carried_own("x"))
@WORDS
def test_our_own_record(words: str, name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(carried_own(words)[name])
    found = picture.read(path).found
    assert (found.tool, found.prompt, found.negative_prompt) == ("imagegen", words, NEGATIVE)
    assert (found.seed, found.steps, found.scheduler, found.guidance) == (
        7,
        30,
        "euler-karras",
        4.5,
    )
    assert (found.width, found.height, found.model, found.noise) == (512, 384, "owner/model", "cpu")
    assert found.hashes == {"a": "b"}
    assert found.other["pixels_sha256"] == "00"
    assert not found.unknown


def test_the_sidecar_speaks_for_a_picture_that_lost_its_record(tmp_path: Path) -> None:
    path = tmp_path / "x.png"
    path.write_bytes(files.png())
    (tmp_path / "x.json").write_text('{"something": "else"}')
    (tmp_path / "x.txt").write_text(a1111("a fox"))
    found = picture.read(path).found
    assert (found.tool, found.prompt, found.source) == ("A1111", "a fox", "sidecar x.txt")
    (tmp_path / "x.json").write_text(json.dumps(record()))
    assert picture.read(path).found.source == "sidecar x.json"
    path.write_bytes(files.pngs_of({"parameters": a1111("inside")}))
    assert picture.read(path).found.prompt == "inside"


def test_a_picture_that_only_says_that_a_model_made_it(tmp_path: Path) -> None:
    path = tmp_path / "x.png"
    spaces = (
        'xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" '
        'xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:CreatorTool="some tool" '
        'Iptc4xmpExt:DigitalSourceType="http://cv.iptc.org/newscodes/digitalsourcetype/'
        'trainedAlgorithmicMedia"'
    )
    packet = files.xmp("<Iptc4xmpExt:AISystemUsed>m</Iptc4xmpExt:AISystemUsed>", spaces)
    path.write_bytes(files.png(files.international("XML:com.adobe.xmp", packet)))
    found = picture.read(path).found
    assert (found.tool, found.model, found.prompt) == ("some tool", "m", None)
    assert {"prompt", "seed"} <= reasons(found).keys()


def test_what_is_drawn_is_read_back(imagegen: Command, tiny: Path, tmp_path: Path) -> None:
    words = ["red cat", "-m", tiny, "--steps", 2, "--seed", 5, "--size", "32x32", "-n", "blue"]
    assert imagegen(*words, "--name", "x.png").returncode == 0
    (tmp_path / "x.json").unlink()
    found = picture.read(tmp_path / "x.png").found
    assert (found.tool, found.prompt, found.negative_prompt) == ("imagegen", "red cat", "blue")
    restored = request_of(found)
    assert not restored.lost
    request = restored.request()
    assert (request.prompts, request.negative, request.seeds) == (("red cat",), "blue", (5,))
    assert (request.steps, request.width, request.height) == (2, 32, 32)
    assert request.model == found.model
    check(request)


def test_a_request_of_our_own_record(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text(json.dumps(record(colour="warm", count=3)))
    restored = request_of(picture.read(path).found)
    assert restored.request() == Request(
        prompts=("a cat",),
        negative=NEGATIVE,
        model="owner/model",
        revision="c0ffee",
        variant="fp16",
        tokenizer="./t",
        seeds=(7,),
        steps=30,
        scheduler="euler-karras",
        guidance=4.5,
        width=512,
        height=384,
        prompt_syntax="compel",
        expand="no",
        count=3,
    )
    assert [one.field for one in restored.lost] == ["colour"]


def test_a_request_of_another_tools_record(tmp_path: Path) -> None:
    path = tmp_path / "x.png"
    settings = f"{A1111}, Clip skip: 2, Denoising strength: 0.4, Hires upscale: 2, VAE: a.pt"
    text = a1111("a (cat:1.2) <lora:ink:0.5>", settings)
    path.write_bytes(files.pngs_of({"parameters": text}))
    restored = request_of(picture.read(path).found)
    request = restored.request()
    assert (request.seeds, request.scheduler, request.guidance) == (
        *((1234567890,), "dpm++-2m-karras", 6.5),
    )
    assert (request.prompt_syntax, request.expand, request.model) == ("a1111", "no", None)
    assert request.clip_skip == 2
    assert {one.field for one in restored.lost} == {
        *("model", "lora", "strength", "Hires upscale", "vae", "noise")
    }
    check(request)


@pytest.mark.parametrize(
    ("texts", "model"),
    [
        ({"DgenerateConfig": "#! dgenerate 5\nowner/name --prompts x"}, "owner/name"),
        ({"parameters": a1111("x", "Steps: 1, Seed: 1, Model: folder/name")}, None),
    ],
)
def test_a_model_that_a_record_names(
    texts: dict[str, str], model: str | None, tmp_path: Path
) -> None:
    path = tmp_path / "x.png"
    path.write_bytes(files.pngs_of(texts))
    restored = request_of(picture.read(path).found)
    assert restored.fields.get("model") == model
    assert ("model" in [one.field for one in restored.lost]) == (model is None)


def test_a_record_that_leaves_the_prompt_out(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text(json.dumps({**record(prompt=None), "left_out": ["prompt"]}))
    found = picture.read(path).found
    assert reasons(found) == {"prompt": "it was left out of this copy"}
    assert [one.field for one in request_of(found).lost] == ["prompt"]


def test_limits_of_ours_are_told_not_broken(tmp_path: Path) -> None:
    path = tmp_path / "x.png"
    text = "x\nSteps: 5000, Seed: -1, Size: 4x99999999, CFG scale: 1e9, Sampler: Restart"
    path.write_bytes(files.pngs_of({"parameters": text}))
    restored = request_of(picture.read(path).found)
    assert {"steps", "seed", "width", "height", "guidance", "scheduler"} <= {
        one.field for one in restored.lost
    }
    check(restored.request())


def test_a_table_of_what_was_found(imagegen: Command, tmp_path: Path) -> None:
    (tmp_path / "x.png").write_bytes(files.pngs_of({"parameters": a1111("a cat,\n[red]on")}))
    done = imagegen("inspect", "x.png")
    lines = done.stdout.splitlines()
    assert (done.returncode, done.stderr, lines[0]) == (0, "", "x.png")
    rows = {line[2:19].strip(): line[19:] for line in lines[1:]}
    assert (rows["prompt"], lines[5]) == ("a cat,", " " * 19 + "[red]on")
    assert (rows["made by"], rows["seed"], rows["size"]) == ("A1111", "1234567890", "832x1216")
    assert (rows["sampler"], rows["scheduler"]) == ("DPM++ 2M, Karras", "dpm++-2m-karras")
    assert rows["model"] == "sd_xl_base_1.0 (31e35c80fc)"


def test_json_of_what_was_found(imagegen: Command, tmp_path: Path) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    schema = json.loads(imagegen("events", "--schema").stdout)
    (tmp_path / "x.png").write_bytes(files.pngs_of({"parameters": a1111("a cat"), "Author": "me"}))
    (tmp_path / "y.json").write_text(json.dumps(record()))
    done = imagegen("inspect", "x.png", "y.json", "--json", "--raw")
    lines = json_lines(done.stdout)
    for line in lines:
        jsonschema.validate(line, schema)
    first, second = events(lines, "found")
    assert (first["tool"], first["seed"], first["format"]) == ("A1111", 1234567890, "png")
    assert first["texts"] == {"parameters": len(a1111("a cat")), "Author": 2}
    assert first["raw"] == {"parameters": a1111("a cat"), "Author": "me"}
    assert (second["tool"], second["path"], second["lost"]) == ("imagegen", "y.json", [])
    assert (lines[-1]["event"], lines[-1]["exit"]) == ("summary", 0)


def test_one_that_cannot_be_read_does_not_stop_the_others(
    imagegen: Command, tmp_path: Path
) -> None:
    (tmp_path / "a.png").write_bytes(files.pngs_of({"parameters": a1111("a cat")}))
    (tmp_path / "b.png").write_bytes(b"no picture")
    (tmp_path / "c.png").write_bytes(files.png())
    done = imagegen("inspect", ".", "gone.png", "--json")
    lines = json_lines(done.stdout)
    assert [line["path"] for line in events(lines, "found")] == ["a.png", "c.png"]
    assert [line["code"] for line in events(lines, "error")] == ["not-a-picture", "unreadable"]
    assert (done.returncode, lines[-1]["exit"]) == (1, 1)
    assert done.stderr.count("error[") == done.stderr.count("try: ") == 2
    nothing = events(lines, "found")[1]
    assert (nothing["tool"], nothing["prompt"]) == (None, None)
    assert nothing["unknown"] == [{"field": "tool", "reason": "it has no texts"}]


@pytest.mark.parametrize(
    ("name", "code"),
    [("gone.png", "unreadable"), ("folder", "no-pictures"), ("x.md", "not-a-picture")],
)
def test_none_that_can_be_read(name: str, code: str, imagegen: Command, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "x.md").write_text("words")
    done = imagegen("inspect", name)
    assert (done.returncode, done.stdout) == (5, "")
    assert done.stderr.startswith(f"error[{code}]: {name} ")


def test_a_file_that_may_not_be_read(tmp_path: Path, imagegen: Command) -> None:
    (tmp_path / "x.png").symlink_to("x.png")
    done = imagegen("inspect", "x.png")
    assert (done.returncode, done.stderr.partition("]")[0]) == (5, "error[unreadable")


def test_a_pipe_is_not_waited_for(tmp_path: Path, imagegen: Command) -> None:
    os.mkfifo(tmp_path / "x.png")
    (tmp_path / "y.png").mkdir()
    done = imagegen("inspect", ".", "--json")
    codes = [line["code"] for line in events(json_lines(done.stdout), "error")]
    assert (done.returncode, codes) == (5, ["not-a-picture", "unreadable"])


HOSTILE = "a\x1b[31m b\x07 c\u202e d\x9b2J e\u2066 f\x7f g[bold]h[/bold] :smile: i\r j\u2028k"


def test_nothing_of_a_file_acts_on_the_terminal(imagegen: Command, tmp_path: Path) -> None:
    texts = {
        "parameters": a1111(HOSTILE, f"{A1111}, x\x1b]0;y: z, Evil [red]: \x1b[2J"),
        "\x1b[7mkey": HOSTILE,
    }
    name = "x\x1b[31m.png"
    content = files.png(*(files.text(key, words) for key, words in texts.items()))
    (tmp_path / name).write_bytes(content)
    (tmp_path / "bad\x1b[31m.png").write_bytes(b"\x1b[31m")
    (tmp_path / "y.png").write_bytes(
        files.pngs_of(
            {
                "invokeai_metadata": json.dumps(
                    {"positive_prompt": HOSTILE, HOSTILE: HOSTILE, "seed": HOSTILE}
                )
            }
        )
    )
    for more in ([], ["--json"], ["--raw"], ["--json", "--raw"]):
        done = imagegen("inspect", ".", *more)
        told = done.stdout + done.stderr
        acting = set(told) & set("\x1b\x07\x9b\x7f\r\u202e\u2066\u2028")
        assert (done.returncode, acting) == (1, set())
        if "--json" in more:
            hostile = events(json_lines(done.stdout), "found")[1]
            assert hostile["prompt"] == HOSTILE
        else:
            assert "g[bold]h[/bold] :smile:" in done.stdout


def test_a_terminal_gets_a_table(tmp_path: Path) -> None:
    (tmp_path / "x.png").write_bytes(files.png(files.text("parameters", a1111(HOSTILE))))
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "imagegen", "inspect", "x.png"]
    settings = {name: one for name, one in environment().items() if name != "NO_COLOR"}
    subprocess.run(
        command, cwd=tmp_path, env={**settings, "TERM": "xterm"}, stdout=theirs, check=True
    )
    os.close(theirs)
    told = os.read(ours, 100_000).decode()
    os.close(ours)
    assert "g[bold]h[/bold] :smile:" in told
    assert "1234567890" in told
    assert "\x1b[1m" in told  # ours: the name of the file
    assert not {*"\x07\x9b\x7f\u202e\u2066\u2028"} & {*told}
    assert "\x1b[31m" not in told


def test_a_long_prompt_is_cut_for_people_and_whole_for_scripts(
    imagegen: Command, tmp_path: Path
) -> None:
    words = AWKWARD["long"]
    (tmp_path / "x.png").write_bytes(files.pngs_of({"parameters": a1111(words)}))
    assert "more characters; --json has all" in imagegen("inspect", "x.png").stdout
    found = events(json_lines(imagegen("inspect", "x.png", "--json").stdout), "found")
    assert found[0]["prompt"] == words


@pytest.mark.parametrize("more", [[], ["--json"]])
def test_nothing_heavy_is_imported(more: list[str], tmp_path: Path) -> None:
    for name, content in carried_own("a cat").items():
        (tmp_path / name).write_bytes(content)
    done = subprocess.run(
        [sys.executable, "-c", PROBE, "inspect", str(tmp_path), *more],
        env=environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr.splitlines()[-1] == "heavy: [] 0"


def test_a_folder_of_500_pictures_is_read_in_two_seconds(imagegen: Command, tmp_path: Path) -> None:
    text = json.dumps({**record(), "scheduler": {"config": {f"key{i}": i for i in range(80)}}})
    pixels = files.chunk(b"IDAT", os.urandom(200_000))
    content = files.png(pixels, files.international("imagegen", text))
    for number in range(500):
        (tmp_path / f"{number}.png").write_bytes(content)
    imagegen("inspect", "0.png")  # its bytecode is compiled once
    times = []
    for _ in range(3):  # of processor time: other work on the machine does not count
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = imagegen("inspect", ".", "--json")
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        times.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
        assert len(done.stdout.splitlines()) == 501
    assert min(times) < 2
