"""How much memory is free: on a device, for this process, and in the CPU's memory."""

import os
from pathlib import Path

import psutil
import torch

from imagegen.ladder import Free

CGROUP = Path("/sys/fs/cgroup")


def free(device: str) -> Free:
    """Bytes that this process may still take; a device's cap for the process is honoured."""
    kind, ram = device.partition(":")[0], _ram()
    if kind in {"cuda", "xpu"}:
        return Free(_accelerator(device), ram)
    if kind == "mps":
        left = torch.mps.recommended_max_memory() - torch.mps.driver_allocated_memory()
        return Free(min(left, ram), ram)
    return Free(ram, ram)


def _accelerator(device: str) -> int:
    backend = torch.cuda if device.startswith("cuda") else torch.xpu
    unused, total = backend.mem_get_info(device)
    reserved, used = backend.memory_reserved(device), backend.memory_allocated(device)
    if device.startswith("cuda"):
        share = torch.cuda.get_per_process_memory_fraction(device)
        unused = min(unused, int(total * share) - reserved)
    return max(0, int(unused + reserved - used))  # what is reserved and idle is ours


def _ram() -> int:
    """What the system can give without swapping, within the limit of a container."""
    available = int(psutil.virtual_memory().available)
    limit, used = _number(CGROUP / "memory.max"), _number(CGROUP / "memory.current")
    if limit is None or used is None:
        return available
    return max(0, min(available, limit - used + _cached()))


def _cached() -> int:
    """Bytes of files that a container has read; they make room when it is wanted."""
    path = CGROUP / "memory.stat"
    if not os.access(path, os.R_OK):
        return 0
    rows = dict(line.split(" ", 1) for line in path.read_text().splitlines() if " " in line)
    return sum(int(rows.get(name, 0)) for name in ("active_file", "inactive_file"))


def _number(path: Path) -> int | None:
    if not os.access(path, os.R_OK):
        return None
    said = path.read_text().strip()
    return int(said) if said.isdigit() else None
