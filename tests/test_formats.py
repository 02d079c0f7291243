"""Formats and levels of metadata, from the words of a request to what a batch finds again."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from test_carriers import HERE

from imagegen import Request, cli, journal, make_plans, options, picturefile
from imagegen.errors import DrawingError, RequestError
from imagegen.formats import Form
from imagegen.plan import Plan
from imagegen.request import MachineRequest, check


def plan_of(model: Path, **said: Any) -> Plan:
    request = Request(prompts=("red cat",), model=str(model), seeds=(7,), **said)
    (plan,) = make_plans(request)
    return plan


@pytest.mark.parametrize(
    ("said", "name", "format_"),
    [
        ({}, "red-cat-7.png", "png"),
        ({"format": "jpg"}, "red-cat-7.jpg", "jpg"),
        ({"name": "x.webp"}, "x.webp", "webp"),
        ({"name": "x.JPEG"}, "x.JPEG", "jpg"),
        ({"name": "v1.2", "format": "avif"}, "v1.2.avif", "avif"),
        ({"name": "{seed}.jpeg", "format": "jpg"}, "7.jpeg", "jpg"),
        ({"hide_prompt": True}, "picture-7.png", "png"),
        ({"hide_prompt": True, "name": "{slug}"}, "red-cat.png", "png"),
    ],
)
def test_name_and_format_go_together(
    tiny: Path, said: dict[str, Any], name: str, format_: str
) -> None:
    plan = plan_of(tiny, **said)
    assert (plan.path.name, plan.form.format) == (name, format_)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"name": "x.png", "format": "jpg"}, "format-and-name"),
        ({"quality": 90}, "quality-of-png"),
        ({"format": "jpg", "quality": 101}, "bad-quality"),
        ({"name": "x.gif"}, "unknown-format"),
        ({"prompt_writer": "Ana", "metadata": "none"}, "writer-without-prompt"),
        ({"prompt_writer": "Ana", "hide_prompt": True}, "writer-without-prompt"),
        ({"format": "webp", "width": 16_384, "height": 32}, "size-of-webp"),
    ],
)
def test_what_no_file_could_be_is_refused(tiny: Path, said: dict[str, Any], code: str) -> None:
    with pytest.raises(RequestError) as refusal:
        plan_of(tiny, **said)
    assert refusal.value.code == code


@pytest.mark.parametrize("word", ["JPG", "jpeg", "jpg"])
def test_a_format_has_the_names_that_people_give_it(word: str) -> None:
    asked, _ = options.ask({"prompt": "cat", "format": word})
    check(asked)
    assert asked.format == "jpg"


def test_a_failed_row_asks_for_the_same_file(tiny: Path) -> None:
    said = {"format": "webp", "quality": 80, "metadata": "minimal", "hide_prompt": True}
    plan = plan_of(tiny, **said)
    where = MachineRequest(deterministic=True)
    row = journal.row(plan, "id", where, DrawingError("x", "y", hint="z"))
    row.pop("error")
    again, machine = options.ask(row)
    (second,) = make_plans(again)
    assert (
        second.form == plan.form == Form(format="webp", quality=80, metadata="minimal", words=False)
    )
    assert second.path.name == plan.path.name
    assert machine.deterministic


ROWS = [
    *({"prompt": "red cat", "name": f"{name}-full", "format": name} for name in HERE),
    *(
        {"prompt": "dog", "name": f"{name}-{level}", "format": name, "metadata": level}
        for name in ("jpg", "png")
        for level in ("minimal", "none")
    ),
    {"prompt": "fox", "name": "wordless.webp", "hide-prompt": True},
]


@pytest.fixture
def here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., list[str]]:
    """The command within this process, which has its libraries already; the lines of its output."""
    monkeypatch.chdir(tmp_path)

    def run(*words: object) -> list[str]:
        code = cli.main([*map(str, words)])
        told = capsys.readouterr()
        assert code == 0, told.err
        return told.out.splitlines()

    return run


def test_a_batch_finds_again_what_it_wrote_in_every_form(
    here: Callable[..., list[str]], tiny: Path, tmp_path: Path
) -> None:
    (tmp_path / "rows.jsonl").write_text("\n".join(map(json.dumps, ROWS)))
    words = ("batch", "rows.jsonl", "-m", tiny, "--steps", 1, "-o", "out", "--batch-size", 1)
    assert len(here(*words)) == len(ROWS)
    out = tmp_path / "out"
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    records = [picturefile.read_record(out / f"{name}-full.{name}") for name in HERE]
    assert len({one.plan.seed for one in records}) == len(HERE)  # equal rows are dealt other seeds
    torn = out / "jpg-none.jpg"
    torn.write_bytes(torn.read_bytes()[:-100])
    (out / "webp-full.json").unlink()
    assert here(*words) == ["out/jpg-none.jpg"]
    after = {path.name: path.read_bytes() for path in out.iterdir()}
    assert set(after) == set(before)
    pictures = [name for name in before if name.endswith(tuple(HERE))]
    assert {name: after[name] for name in pictures} == {name: before[name] for name in pictures}
    assert after["webp-full.json"] == before["webp-full.json"]
    assert here(*words) == []


def test_another_format_does_not_take_a_pictures_sidecar(
    here: Callable[..., list[str]], tiny: Path, tmp_path: Path
) -> None:
    (tmp_path / "rows.txt").write_text("cat\n")
    words = ("batch", "rows.txt", "-m", tiny, "--steps", 1, "--seed", 1)
    assert here(*words) == ["cat-1.png"]
    sidecar = (tmp_path / "cat-1.json").read_bytes()
    assert here(*words, "--format", "webp") == ["cat-1-2.webp"]
    assert (tmp_path / "cat-1.json").read_bytes() == sidecar
    assert here(*words, "--format", "webp") == []


def test_a_converted_picture_counts_as_drawn(
    here: Callable[..., list[str]], tiny: Path, tmp_path: Path
) -> None:
    (tmp_path / "rows.txt").write_text("cat\n")
    words = ("batch", "rows.txt", "-m", tiny, "--steps", 1, "--seed", 1)
    assert here(*words) == ["cat-1.png"]
    assert here("convert", "cat-1.png", "--format", "webp") == ["cat-1.webp"]
    assert here(*words, "--format", "webp") == []


def test_the_format_changes_no_pixel_and_no_seed(
    here: Callable[..., list[str]], tiny: Path, tmp_path: Path
) -> None:
    (tmp_path / "rows.txt").write_text("red cat\n")
    drawn = set()
    for name in HERE:
        words = ("rows.txt", "-m", tiny, "--steps", 1, "--format", name, "-o", name)
        (path,) = here("batch", *words)
        record = picturefile.read_record(tmp_path / path)
        drawn.add((record.plan.seed, record.pixels_sha256, record.plan.id))
    assert len(drawn) == 1
