"""Records say all, in a schema that others can check; those of earlier versions are still read."""

import json
from importlib import resources
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest
from conftest import Command
from records_made import a_record

from imagegen import migration, record, record_schema
from imagegen.errors import FileError

OLD = sorted((Path(__file__).parent / "records").glob("*.json"))


def schema() -> dict[str, Any]:
    return json.loads(resources.files("imagegen").joinpath("record.schema.json").read_bytes())


def test_a_record_comes_back_as_it_was() -> None:
    one = a_record('猫, a "red" cat\nand more', "blue")
    assert record.from_json(record.to_json(one), "here") == one


@pytest.mark.parametrize(
    "content", ["", "{}", '{"schema": "imagegen/record/1"}', "[1]", "\udcff", "[" * 100_000]
)
def test_what_is_no_record_is_refused(content: str) -> None:
    with pytest.raises(FileError):
        record.from_json(content.encode("utf-8", "surrogateescape"), "here")


def test_a_record_of_a_later_schema_is_refused() -> None:
    other = record.to_json(a_record()).replace(b"imagegen/record/2", b"imagegen/record/9")
    with pytest.raises(FileError) as refusal:
        record.from_json(other, "here")
    assert "imagegen/record/2" in refusal.value.hint


@pytest.mark.parametrize("path", OLD, ids=lambda path: path.stem)
def test_every_earlier_record_is_read_as_what_it_meant(path: Path) -> None:
    old = json.loads(path.read_text())
    assert old["schema"] != record.SCHEMA
    read = record.from_json(path.read_bytes(), path.name)
    now = json.loads(record.to_json(read))
    # All that was said is said still, and what was not has the value that it had then.
    for part in ("plan", "model", "scheduler", "machine", "batch", "versions", "warnings"):
        assert now[part] | old[part] == now[part] if part != "warnings" else now[part] == old[part]
    for name in ("file", "created", "noise", "seconds", "pixels_sha256"):
        assert now[name] == old[name]
    assert now["request"] == old["request"]
    assert read.plan.prompt_syntax == old["plan"].get("prompt_syntax", "plain")
    assert read.encoding.decoded_sha256 == read.pixels_sha256 == old["pixels_sha256"]
    assert (read.encoding.format, read.encoding.metadata) == ("png", "full")
    jsonschema.validate(now, schema())


def test_there_is_a_record_of_every_earlier_schema() -> None:
    numbers = {json.loads(path.read_text())["schema"] for path in OLD}
    last = int(record.SCHEMA.rpartition("/")[2])
    assert numbers == {f"imagegen/record/{number}" for number in range(1, last)}


def test_a_record_of_today_is_not_changed() -> None:
    content = record.to_json(a_record())
    assert migration.current(content) == content


def test_the_schema_that_is_shipped_is_that_of_the_code() -> None:
    # `python -m imagegen.record_schema > imagegen/record.schema.json` writes it anew.
    assert schema() == json.loads(msgspec.json.encode(record_schema.schema()))


@pytest.mark.parametrize("change", ["seed", "schema", "prompt", "metadata"])
def test_the_schema_tells_what_is_no_record(change: str) -> None:
    said = json.loads(record.to_json(a_record()))
    jsonschema.validate(said, schema())
    if change == "seed":
        said["plan"]["seed"] = "7"
    elif change == "schema":
        said["schema"] = "imagegen/record/1"
    elif change == "prompt":
        del said["plan"]["prompt"]
    else:
        said["encoding"]["metadata"] = "some"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(said, schema())


def test_without_words_no_word_of_the_prompt_is_left() -> None:
    one = a_record("a secret cat", "a hidden dog")
    one = msgspec.structs.replace(
        one,
        writer="Ana",
        plan=msgspec.structs.replace(one.plan, template="{secret|other} cat"),
        warnings=(record.Notice("unknown-words", "it does not know 'secret'", "'hidden'"),),
    )
    said = record.to_json(record.without_words(one))
    assert not any(word in said for word in (b"secret", b"hidden", b"cat", b"dog", b"Ana"))
    assert b"unknown-words" in said
    jsonschema.validate(json.loads(said), schema())


def test_a_picture_that_is_drawn_has_a_whole_record(
    imagegen: Command, tiny: Path, tmp_path: Path
) -> None:
    done = imagegen("-m", tiny, "red cat", "--steps", 2, "--seed", 7, "--precision", "float32")
    assert done.returncode == 0, done.stderr
    said = json.loads((tmp_path / "red-cat-7.json").read_text())
    jsonschema.validate(said, schema())
    assert {"python", "torch", "diffusers", "transformers", "pillow"} <= set(said["versions"])
    assert list(said["seconds"]) == ["import", "load", "denoise", "decode", "encode"]
    assert all(seconds >= 0 for seconds in said["seconds"].values())
    assert (said["machine"]["attention"], said["machine"]["deterministic"]) == ("sdpa", False)
