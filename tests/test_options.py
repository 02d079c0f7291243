"""Words, cells and JSON become one request, or are refused with what would work."""

from pathlib import Path
from typing import Any

import pytest

from imagegen import make_plans, options
from imagegen.errors import RequestError
from imagegen.request import Request, check, pictures


@pytest.mark.parametrize(
    ("said", "fields"),
    [
        ({"steps": "20"}, {"steps": 20}),
        ({"steps": "10,20"}, {"steps": (10, 20)}),
        ({"steps": "10-50:20"}, {"steps": (10, 30, 50)}),
        ({"steps": [10, "20"]}, {"steps": (10, 20)}),
        ({"guidance": "1-2:0.25"}, {"guidance": (1.0, 1.25, 1.5, 1.75, 2.0)}),
        ({"guidance": 4}, {"guidance": 4}),
        ({"seed": "1-7:3,9"}, {"seeds": (1, 4, 7, 9)}),
        ({"seed": "random"}, {"seeds": "random"}),
        ({"seed": [3, 4]}, {"seeds": (3, 4)}),
        ({"size": "512x768"}, {"width": 512, "height": 768}),
        ({"size": ["512", "64x32"]}, {"width": (512, 64), "height": (512, 32)}),
        ({"scheduler": "euler,ddim"}, {"scheduler": ("euler", "ddim")}),
        ({"zip": "yes"}, {"zip": True}),
        ({"lenient": False}, {"lenient": None}),
        ({"expand": False}, {"expand": "no"}),
        ({"prompt-syntax": "comfy"}, {"prompt_syntax": "comfy"}),
        ({"prompt": ["a", 1984]}, {"prompts": ("a", "1984")}),
    ],
)
def test_a_value_is_read_however_it_is_written(
    said: dict[str, Any], fields: dict[str, Any]
) -> None:
    request, _ = options.ask({"prompt": "cat", **said})
    assert {name: getattr(request, name) for name in fields} == fields


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("steps", value) for value in ("", "x", "1.5", "50-10", "1-9:0", [], [None], True)),
        *(("seed", value) for value in ("-1", "1-", "9" * 5000, 1.5, {}, [[1]])),
        *(("guidance", value) for value in ("much", "1--2", "1-2:0", [])),
        *(("size", value) for value in ("7x", "", [], ["512", "x"], {"width": 8})),
        ("scheduler", []),
        *(("prompt-syntax", value) for value in ("A1111", "", 1, [], True)),
        *(("zip", value) for value in ("perhaps", 3, [])),
        *(("prompt", value) for value in ([], {}, ["cat", None])),
    ],
)
def test_other_values_are_refused_by_name(name: str, value: object) -> None:
    with pytest.raises(RequestError) as refusal:
        options.ask({"prompt": "cat", name: value})
    assert refusal.value.code == f"bad-{name}"
    assert len(refusal.value.message) < 200


@pytest.mark.parametrize(
    ("spelt", "name"),
    [
        ("Negative_Prompt", "negative"),
        ("CFG scale", "guidance"),
        ("num_inference_steps", "steps"),
        ("  File  name ", "name"),
        ("batch_size", "batch-size"),
    ],
)
def test_other_tools_names_are_known(spelt: str, name: str) -> None:
    assert options.name_of(spelt) == name


def test_an_unknown_name_is_refused_with_the_nearest() -> None:
    with pytest.raises(RequestError) as refusal:
        options.name_of("stepps")
    assert refusal.value.hint == "steps"


def test_a_size_is_said_once() -> None:
    with pytest.raises(RequestError, match="both size and width"):
        options.ask({"prompt": "cat", "size": "64", "width": 32})


def test_zip_pairs_seeds_only_where_they_are_listed(tiny: Path) -> None:
    for count in (2, 3):
        request = Request(
            prompts=("cat",), model=str(tiny), steps=(1, 2), count=count, zip=True, seeds=(5,)
        )
        assert len(make_plans(request)) == pictures(request) == 2 * count


def test_pictures_are_counted_before_they_are_planned() -> None:
    many = Request(prompts=("a", "b"), steps=(1, 2, 3), guidance=(1.0, 2.0), seeds=(1, 2))
    assert pictures(many) == 2 * 3 * 2 * 2
    paired = Request(prompts=("a",), steps=(1, 2), guidance=(1.0, 2.0), seeds=(1, 2), zip=True)
    check(paired)
    assert pictures(paired) == 2
    with pytest.raises(RequestError):
        check(Request(prompts=("a",), steps=(1, 2), guidance=(1.0, 2.0, 3.0), zip=True))
