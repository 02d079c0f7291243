"""Where and in which precision to work: the choice, made once, from what this machine has."""

import gc
import math
import os
import platform
import re
from pathlib import Path

import torch
from msgspec import Struct, structs

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]

from imagegen.errors import RequestError
from imagegen.request import AUTO, MachineRequest, check_machine

NVIDIA_VERSION = Path("/proc/driver/nvidia/version")
NO_MEMORY = (
    *("can't allocate memory", "out of memory", "not enough memory"),
    *("could not create a primitive", "could not create a memory"),  # oneDNN's words for it
)
CGROUP_QUOTA = Path("/sys/fs/cgroup/cpu.max")
# Pictures of 512x512 drawn at once when nothing is said: a CPU gains nothing from a second one.
BATCH_SIZE = {"cpu": 1, "mps": 2, "cuda": 8, "xpu": 8}


class Machine(Struct, frozen=True, kw_only=True):
    """Where the model is placed; the same plan is drawn on any machine."""

    device: str
    precision: str
    batch_size: int | None
    name: str
    threads: int
    deterministic: bool = False
    memory: str = AUTO
    quantize: str | None = None


def choose(request: MachineRequest) -> Machine:
    """The machine asked for, or the best here; refuses a device that is not here."""
    device = _device("auto" if request.device is None else request.device)
    precision = "auto" if request.precision is None else request.precision
    check_machine(structs.replace(request, device=device))  # `auto` may have met a CPU
    return Machine(
        device=device,
        precision=_narrowest(device) if precision == "auto" else precision,
        batch_size=request.batch_size,
        name=_name(device),
        threads=threads(torch.get_num_threads(), _quota()),
        deterministic=bool(request.deterministic),
        memory=AUTO if request.memory is None else request.memory,
        quantize=request.quantize,
    )


def batch_size(machine: Machine, width: int, height: int) -> int:
    """How many pictures of this size to draw at once."""
    if machine.batch_size is not None:
        return machine.batch_size
    most = BATCH_SIZE[machine.device.partition(":")[0]]
    return max(1, most * 512 * 512 // (width * height))


def is_out_of_memory(error: BaseException) -> bool:
    """Whether a library says, in its own way, that there is no memory left."""
    words = str(error).lower()
    return isinstance(error, (torch.OutOfMemoryError, MemoryError)) or any(
        said in words for said in NO_MEMORY
    )


def free_memory(machine: Machine) -> None:
    """Give back what a batch that did not fit has left behind."""
    gc.collect()
    if machine.device.startswith("cuda"):
        torch.cuda.empty_cache()
    elif machine.device.startswith("xpu"):
        torch.xpu.empty_cache()
    elif machine.device == "mps":
        torch.mps.empty_cache()


def peak_memory(machine: Machine) -> int:
    """The most memory, in bytes, that this process has taken where the model lies."""
    if machine.device.startswith("cuda"):
        return int(torch.cuda.max_memory_reserved(machine.device))
    if machine.device.startswith("xpu"):
        return int(torch.xpu.max_memory_reserved(machine.device))
    if resource is None:
        return 0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if platform.system() == "Darwin" else peak * 1024


def driver(device: str) -> str | None:
    """The version of the device's driver, where it has one that says so."""
    kind = device.partition(":")[0]
    if kind == "xpu":
        return str(torch.xpu.get_device_properties(device).driver_version)
    if kind == "cuda" and NVIDIA_VERSION.is_file():
        # "NVRM version: NVIDIA UNIX x86_64 Kernel Module  550.54.15  Tue Mar  5 …"
        found = re.search(r"\b\d{3}\.[\d.]+", NVIDIA_VERSION.read_text())
        return None if found is None else found[0]
    return None


def threads(available: int, quota: str) -> int:
    """Torch's own count (it knows affinity and cores), cut to a container's share of time."""
    limit, _, period = quota.partition(" ")
    if not limit.isdigit() or not period.strip().isdigit():
        return available
    return max(1, min(available, math.ceil(int(limit) / int(period))))


def _device(asked: str) -> str:
    found = _found()
    kind, _, number = asked.partition(":")
    if kind == "auto":
        return next(iter(found))
    if kind not in found or (number and int(number) >= found[kind]):
        raise RequestError(
            "no-such-device",
            f"this machine has no device '{asked}'",
            hint=f"--device auto, or {', '.join(found)}",
        )
    return asked


def _found() -> dict[str, int]:
    """The kinds of device here, best first, and how many of each."""
    counts = {
        "cuda": torch.cuda.device_count() if torch.cuda.is_available() else 0,
        "xpu": torch.xpu.device_count() if torch.xpu.is_available() else 0,
        "mps": int(torch.backends.mps.is_available()),
        "cpu": 1,
    }
    return {kind: number for kind, number in counts.items() if number}


def _narrowest(device: str) -> str:
    """Half the bytes wherever half the bytes are both safe and fast."""
    kind = device.partition(":")[0]
    if kind == "cuda":
        # Emulated bfloat16 (before Ampere) is slower than float16.
        return "bfloat16" if torch.cuda.is_bf16_supported(including_emulation=False) else "float16"
    if kind == "cpu":
        return "bfloat16" if _cpu_has_bfloat16() else "float32"
    return {"xpu": "bfloat16", "mps": "float16"}[kind]


def _cpu_has_bfloat16() -> bool:
    """Whether the CPU multiplies bfloat16 itself; without AVX512_BF16 or AMX it is emulated."""
    capabilities = torch.cpu.get_capabilities()
    return bool(capabilities.get("avx512_bf16") or capabilities.get("amx_bf16"))


def _name(device: str) -> str:
    kind = device.partition(":")[0]
    if kind == "cuda":
        return torch.cuda.get_device_name(device)
    if kind == "xpu":
        return torch.xpu.get_device_name(device)
    return str(torch.cpu.get_capabilities().get("cpu_name") or platform.machine())


def _quota() -> str:
    return CGROUP_QUOTA.read_text() if os.access(CGROUP_QUOTA, os.R_OK) else ""
