"""The machine is chosen from what is there."""

import pytest

from imagegen import machine
from imagegen.errors import RequestError
from imagegen.machine import Machine
from imagegen.request import MachineRequest


@pytest.mark.parametrize(
    ("available", "quota", "threads"),
    [
        (8, "", 8),
        (8, "max 100000\n", 8),
        (8, "200000 100000\n", 2),
        (8, "50000 100000\n", 1),
        (2, "900000 100000\n", 2),
    ],
)
def test_threads_are_cut_to_the_share_of_a_container(
    available: int, quota: str, threads: int
) -> None:
    assert machine.threads(available, quota) == threads


def test_a_cpu_is_always_there() -> None:
    here = machine.choose(MachineRequest(device="cpu"))
    assert here.device == "cpu"
    assert here.precision in {"bfloat16", "float32"}
    assert here.name


def test_what_is_said_is_kept() -> None:
    here = machine.choose(MachineRequest(device="cpu", precision="float32", batch_size=3))
    assert (here.precision, machine.batch_size(here, 4096, 4096)) == ("float32", 3)


def test_a_device_that_is_not_here_is_refused() -> None:
    with pytest.raises(RequestError) as refusal:
        machine.choose(MachineRequest(device="cuda:99"))
    assert refusal.value.code == "no-such-device"
    assert "cpu" in refusal.value.hint


@pytest.mark.parametrize(
    ("device", "size", "pictures"), [("cpu", 512, 1), ("cuda:1", 512, 8), ("cuda", 1024, 2)]
)
def test_larger_pictures_are_drawn_fewer_at_once(device: str, size: int, pictures: int) -> None:
    here = Machine(device=device, precision="float32", batch_size=None, name="", threads=1)
    assert machine.batch_size(here, size, size) == pictures
