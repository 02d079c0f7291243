"""What a run would take, from what it asks for and how it went before: disk, time, memory."""

import os
import shutil
from pathlib import Path

from msgspec import Struct

from imagegen import history, weights
from imagegen.errors import Notice
from imagegen.formats import AVIF, JPG, PNG, WEBP
from imagegen.plan import Plan

# Of a drawn or photographed picture, with its record; the largest are half as large again.
BYTES_PER_PIXEL = {PNG: 1.5, WEBP: 1.0, JPG: 0.6, AVIF: 0.3}
BYTES_PER_RECORD = 8_000


class Forecast(Struct, frozen=True, kw_only=True):
    """Figures of a run; None where nothing like it was done on this machine before.

    Where pictures go to several disks, the figures are those of the fullest.
    """

    pictures: int
    there: int
    disk_bytes: int
    disk_free_bytes: int
    seconds: float | None
    memory_bytes: int | None

    def lines(self) -> list[str]:
        """The same for a person."""
        there = f", {self.there:,} there already" if self.there else ""
        disk = f"about {size(self.disk_bytes)} of {size(self.disk_free_bytes)} free"
        if not self.pictures:
            return [f"nothing to draw{there}"]
        if self.seconds is None or self.memory_bytes is None:
            time = "time and memory unknown: this model has not drawn on this machine yet"
        else:
            time = f"about {_duration(self.seconds)}, {size(self.memory_bytes)} of memory"
        return [f"{self.pictures:,} to draw{there}", f"{time}; disk: {disk}"]


class Forecaster:
    """Adds up what pictures will take, one after another."""

    def __init__(self, device: str | None) -> None:
        self._device = None if device in {None, "auto"} else device
        self._paces: dict[str, history.Pace | None] = {}
        self._disks: dict[int, _Disk] = {}
        self._disk_of: dict[str, _Disk] = {}
        self._pictures = self._there = 0
        self._seconds = 0.0

    def add(self, plan: Plan, *, there: bool) -> None:
        """Another picture, to be drawn or there already."""
        if there:
            self._there += 1
            return
        if plan.model not in self._paces:
            known = history.pace(plan.model, self._device)
            self._paces[plan.model] = known
            self._seconds += 0.0 if known is None else known.load
        pace = self._paces[plan.model]
        self._pictures += 1
        self._disk(plan.path).bytes += int(
            history.megapixels(plan) * 1e6 * BYTES_PER_PIXEL[plan.form.format] + BYTES_PER_RECORD
        )
        if pace is not None:
            self._seconds += pace.denoise * history.passes(plan)
            self._seconds += pace.decode * history.megapixels(plan)

    def forecast(self) -> Forecast:
        """All of it."""
        paces = [pace for pace in self._paces.values() if pace is not None]
        known = len(paces) == len(self._paces) > 0
        disks = self._disks.values()
        disk = min(disks, key=lambda one: one.free - one.bytes, default=_Disk(0, 0))
        return Forecast(
            pictures=self._pictures,
            there=self._there,
            disk_bytes=disk.bytes,
            disk_free_bytes=disk.free,
            seconds=round(self._seconds, 1) if known else None,
            memory_bytes=max(pace.memory for pace in paces) if known else None,
        )

    def _disk(self, path: Path) -> "_Disk":
        folder = os.fspath(path).rpartition(os.sep)[0]  # quicker than paths are
        if folder not in self._disk_of:
            there = _nearest(path.parent)
            device = there.stat().st_dev
            self._disks.setdefault(device, _Disk(shutil.disk_usage(there).free, 0))
            self._disk_of[folder] = self._disks[device]
        return self._disk_of[folder]


class _Disk(Struct):
    """Bytes that are free on a disk, and bytes of pictures that go there."""

    free: int
    bytes: int


def short_of_disk(one: Forecast) -> tuple[Notice, ...]:
    """A warning if the pictures will not fit."""
    if one.disk_bytes <= one.disk_free_bytes:
        return ()
    return (
        Notice(
            "disk-space",
            f"the pictures take about {size(one.disk_bytes)}, and only "
            f"{size(one.disk_free_bytes)} are free",
            hint="-o with a folder on another disk, or fewer rows",
        ),
    )


def not_here(model: str, folder: Path) -> tuple[Notice, ...]:
    """A warning if the weights of a hub's model would have to be fetched first."""
    if weights.here(folder):
        return ()
    return (
        Notice(
            "not-downloaded",
            f"the weights of '{model}' are not on this machine yet",
            hint=f"a network when it draws, or `imagegen models pull {model}` before",
        ),
    )


def _nearest(folder: Path) -> Path:
    """The folder, or the one above it that is there already."""
    above = (folder.absolute(), *folder.absolute().parents)
    return next(path for path in above if os.path.exists(path))  # noqa: PTH110 (never raises)


def size(number: float) -> str:
    """Bytes in words."""
    for unit in ("bytes", "kB", "MB", "GB"):
        if number < 1000:
            return f"{number:.3g} {unit}"
        number /= 1000
    return f"{number:.3g} TB"


def _duration(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 120 else f"{minutes / 60:.1f} h"
