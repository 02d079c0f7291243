"""What people type becomes a request, or is refused with what would work."""

import pytest

from imagegen.errors import ImagegenError, RequestError
from imagegen.grammar import seeds_from, size_from
from imagegen.request import MachineRequest, Request, check, check_machine


@pytest.mark.parametrize(
    ("text", "seeds"),
    [
        ("7", (7,)),
        ("0", (0,)),
        ("1,2,9", (1, 2, 9)),
        ("3-6", (3, 4, 5, 6)),
        ("1-2, 7", (1, 2, 7)),
        (str(2**63 - 1), (2**63 - 1,)),
    ],
)
def test_seeds_are_a_number_a_list_or_a_range(text: str, seeds: tuple[int, ...]) -> None:
    assert seeds_from(text) == seeds


@pytest.mark.parametrize(
    "text", ["", "x", "-1", "1,", "9-1", "1.5", "1-", "٣", str(2**63), "0-99999999999"]
)
def test_other_seeds_are_refused(text: str) -> None:
    with pytest.raises(RequestError):
        seeds_from(text)


@pytest.mark.parametrize(
    ("text", "size"), [("512", (512, 512)), ("512x768", (512, 768)), ("64X8", (64, 8))]
)
def test_a_size_is_width_and_height_or_a_square(text: str, size: tuple[int, int]) -> None:
    assert size_from(text) == size


@pytest.mark.parametrize("text", ["", "big", "512x", "512x512x3", "-512", "5.5", "512 512"])
def test_other_sizes_are_refused(text: str) -> None:
    with pytest.raises(RequestError):
        size_from(text)


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        (Request(prompts=()), "no-prompt"),
        (Request(prompts=("",)), "empty-prompt"),
        (Request(prompts=("\udcff",)), "not-utf-8"),
        (Request(prompts=("cat",), steps=0), "bad-steps"),
        (Request(prompts=("cat",), guidance=float("nan")), "bad-guidance"),
        (Request(prompts=("cat",), guidance=-1.0), "bad-guidance"),
        (Request(prompts=("cat",), width=0), "bad-width"),
        (Request(prompts=("cat",), count=0), "bad-count"),
        (Request(prompts=("cat",), seeds=(-1,)), "bad-seed"),
        (Request(prompts=("cat",), seeds=(1, 2), count=2), "seed-and-count"),
        (Request(prompts=("cat",), seeds=(2**63 - 1,), count=2), "bad-seed"),
        (Request(prompts=("cat", "dog"), count=600_000), "too-many-pictures"),
        (Request(prompts=("cat",), out="\udcff"), "not-utf-8"),
        (Request(prompts=("cat",), model="\udcff"), "not-utf-8"),
    ],
)
def test_what_no_model_could_draw_is_refused(request_: Request, code: str) -> None:
    with pytest.raises(ImagegenError) as refusal:
        check(request_)
    assert refusal.value.code == code
    assert refusal.value.hint


@pytest.mark.parametrize(
    ("machine", "code"),
    [
        (MachineRequest(device="gpu"), "unknown-device"),
        (MachineRequest(device="cuda:x"), "unknown-device"),
        (MachineRequest(precision="int3"), "unknown-precision"),
        (MachineRequest(device="cpu", precision="float16"), "float16-on-cpu"),
        (MachineRequest(batch_size=0), "bad-batch-size"),
    ],
)
def test_a_machine_that_nobody_has_is_refused(machine: MachineRequest, code: str) -> None:
    with pytest.raises(RequestError) as refusal:
        check_machine(machine)
    assert refusal.value.code == code


def test_zero_is_an_answer() -> None:
    check(Request(prompts=("cat",), guidance=0.0, seeds=(0,)))
