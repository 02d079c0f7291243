"""The rungs: what each takes of real architectures, and which is taken with how much free."""

import functools
import os
from pathlib import Path

import pytest
import real_models

from imagegen import ladder, modelsize
from imagegen.ladder import Free, Rung, Size, Where
from imagegen.modelsize import Bulk
from imagegen.request import AUTO, FULL, GROUP, MODEL, SEQUENTIAL

DOCS = Path(__file__).parent.parent / "docs" / "memory.md"
BEGIN, END = "<!-- estimates -->\n", "<!-- end of estimates -->"
GB = 10**9
CARDS = (80, 24, 12, 8)
RAM = 128 * GB
CUDA, CPU = Where("cuda", "bfloat16"), Where("cpu", "bfloat16")
NATIVE = {"sd1": 512, "sdxl": 1024, "sd35-medium": 1024, "flux-dev": 1024}
UNGUIDED = {"flux-dev"}  # it reads the guidance scale itself
CHOSEN = {
    "sd1": (FULL, FULL, FULL, FULL),
    "sdxl": (FULL, FULL, FULL, MODEL),
    "sd35-medium": (FULL, FULL, MODEL, GROUP),
    "flux-dev": (FULL, GROUP, GROUP, GROUP),
}


@functools.cache
def bulk(kind: str, quantise: str | None = None) -> Bulk:
    return modelsize.of_tensors(real_models.tensors(kind), "bfloat16", quantise)


def size(kind: str, pictures: int = 1, side: int | None = None) -> Size:
    side = NATIVE[kind] if side is None else side
    return Size(side, side, pictures, guided=kind not in UNGUIDED)


def chosen(kind: str, free: Free, where: Where = CUDA, quantise: str | None = None) -> Rung:
    """The rung that `--memory auto` takes for one picture."""
    allowed = ladder.rungs(where, AUTO, quantise)
    return ladder.choose(allowed, bulk(kind, quantise), free, size(kind), where).rung


@pytest.mark.parametrize("kind", CHOSEN)
def test_the_fastest_rung_that_fits_a_card_is_taken(kind: str) -> None:
    rungs = [chosen(kind, Free(card * GB, RAM)).memory for card in CARDS]
    assert tuple(rungs) == CHOSEN[kind]


def test_less_memory_never_takes_a_faster_rung() -> None:
    for kind in NATIVE:
        taken = [chosen(kind, Free(half * GB // 2, RAM)) for half in range(1, 120)]
        places = [ladder.LADDER.index(rung) for rung in taken]
        assert places == sorted(places, reverse=True)
        assert {*places} == {*range(len(ladder.LADDER))} - {1}  # nothing to tile at this size


def test_each_rung_takes_less_than_the_one_above() -> None:
    for kind in NATIVE:
        needs = [
            ladder.estimate(rung, bulk(kind), size(kind, side=2048), CUDA).device
            for rung in ladder.LADDER
        ]
        assert needs == sorted(needs, reverse=True)
        assert len({*needs}) == len(needs)


def test_a_large_picture_is_tiled_before_weights_are_moved() -> None:
    """SDXL at 2048: 7 GB of weights, and 6.4 GB alive in a decoder that takes it whole."""
    choice = ladder.choose(
        ladder.rungs(CUDA, AUTO), bulk("sdxl"), Free(12 * GB, RAM), size("sdxl", side=2048), CUDA
    )
    assert choice.rung == Rung(FULL, tiled=True)


def test_weights_that_wait_need_room_in_the_cpus_memory() -> None:
    choice = ladder.choose(
        ladder.rungs(CUDA, AUTO), bulk("flux-dev"), Free(24 * GB, 16 * GB), size("flux-dev"), CUDA
    )
    assert (choice.rung.memory, choice.fits) == (SEQUENTIAL, False)
    assert choice.need.ram == bulk("flux-dev").total


def test_quantised_weights_fit_where_whole_ones_do_not() -> None:
    free = Free(24 * GB, RAM)
    assert chosen("flux-dev", free).memory == GROUP
    assert chosen("flux-dev", free, quantise="int8").memory == FULL
    assert chosen("flux-dev", Free(16 * GB, RAM), quantise="nf4").memory == FULL
    assert chosen("flux-dev", Free(8 * GB, RAM), quantise="nf4").memory == MODEL


def test_more_pictures_are_drawn_at_once_where_there_is_room() -> None:
    """SDXL on 24 GB has 17 GB for activations."""
    full = Rung(FULL)
    counts = [
        ladder.most(full, bulk("sdxl"), Free(card * GB, RAM), size("sdxl", 8), CUDA)
        for card in (80, 24, 12, 8)
    ]
    assert counts == [8, 8, 2, 1]
    frugal = Rung(FULL, tiled=True)
    assert ladder.most(frugal, bulk("sdxl"), Free(12 * GB, RAM), size("sdxl", 8), CUDA) == 7


def test_a_cpu_needs_room_for_what_is_no_copy_of_a_file() -> None:
    """Weights in the file's own precision are mapped; converted ones lie in memory."""
    whole, frugal = ladder.rungs(CPU, AUTO)
    assert (whole, frugal) == (Rung(FULL), Rung(FULL, tiled=True))
    mapped = bulk("flux-dev")
    assert ladder.choose((whole,), mapped, Free(8 * GB, 8 * GB), size("flux-dev"), CPU).fits
    narrow = Where("cpu", "float32")
    converted = modelsize.of_tensors(real_models.tensors("flux-dev"), "float32")
    assert converted.read == converted.total == 2 * mapped.total
    free = Free(64 * GB, 64 * GB)
    assert not ladder.choose((whole,), converted, free, size("flux-dev"), narrow).fits
    small = modelsize.of_tensors(real_models.tensors("sd1"), "float32")
    assert ladder.choose((whole,), small, Free(8 * GB, 8 * GB), size("sd1"), narrow).fits


@pytest.mark.parametrize("kind", NATIVE)
@pytest.mark.parametrize("side", [512, 1024])
@pytest.mark.parametrize("pictures", [1, 2])
def test_activations_are_not_estimated_too_low_nor_twice_too_high(
    kind: str, side: int, pictures: int
) -> None:
    one = Size(side, side, pictures, guided=False)
    counted = real_models.denoise(kind, pictures, side, side)
    assert 0.99 < ladder.denoise_bytes(bulk(kind), one, 2) / counted < 2
    counted = real_models.decode(kind, pictures, side, side)
    assert 0.99 < ladder.decode_bytes(bulk(kind), one, 2, tiled=False) / counted < 1.01


def test_the_docs_have_these_estimates() -> None:
    """IMAGEGEN_REWRITE=1 writes them (`make memory`)."""
    names = [f"{rung.memory}{', tiled' * (rung == Rung(FULL, tiled=True))}" for rung in LISTED]
    head = ("", "weights", *names, *(f"auto, {card} GB" for card in CARDS))
    lines = [f"| {' | '.join(head)} |", "|---" * len(head) + "|"]
    for kind, name in real_models.KINDS.items():
        for quantise in (None, "int8", "nf4"):
            lines.append(f"| {' | '.join(cells(kind, name, quantise))} |")
    table = "\n".join(lines) + "\n"
    before, _, rest = DOCS.read_text().partition(BEGIN)
    if os.environ.get("IMAGEGEN_REWRITE"):
        DOCS.write_text(f"{before}{BEGIN}{table}{END}{rest.partition(END)[2]}")
    assert DOCS.read_text().partition(BEGIN)[2].partition(END)[0] == table, "stale: make memory"


LISTED = tuple(rung for rung in ladder.LADDER if rung != Rung(FULL, tiled=True))


def cells(kind: str, name: str, quantise: str | None) -> list[str]:
    """A row of the table."""
    heavy = bulk(kind, quantise)
    allowed = ladder.rungs(CUDA, AUTO, quantise)
    needs = [
        f"{ladder.estimate(rung, heavy, size(kind), CUDA).device / GB:.1f}"
        if rung in allowed
        else "-"
        for rung in LISTED
    ]
    taken = [chosen(kind, Free(card * GB, RAM), quantise=quantise).memory for card in CARDS]
    name = name if quantise is None else f"with `{quantise}`"
    return [name, f"{heavy.total / GB:.1f}", *needs, *taken]
