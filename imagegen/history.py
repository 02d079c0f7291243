"""How long drawing took on this machine before: what a dry run's forecast is made from."""

import contextlib

import msgspec
from msgspec import Struct

from imagegen import userfolder, wholefile
from imagegen.events import Made, Ready
from imagegen.plan import Plan

FILE = "history.json"
NEWEST = 0.3  # the share of the newest run in the running mean


class Pace(Struct, frozen=True):
    """How a model works on a device.

    Seconds to load it; seconds of one pass of the network, and of decoding, for a million pixels of
    one picture (guidance takes two passes a step); the most memory a run has taken, in bytes.
    """

    load: float
    denoise: float
    decode: float
    memory: int


class Clock:
    """The pace of one model, as a run shows it."""

    def __init__(self, ready: Ready) -> None:
        self._ready = ready
        self._denoised = self._decoded = self._passes = self._pixels = 0.0

    def add(self, made: Made) -> None:
        """Another picture has been made."""
        self._denoised += made.stages.get("denoise", 0.0)
        self._decoded += made.stages.get("decode", 0.0)
        self._passes += passes(made.plan)
        self._pixels += megapixels(made.plan)

    def remember(self, memory: int) -> None:
        """Keep it for forecasts; where that cannot be, there will be none."""
        if not self._pixels:
            return
        ready, kept = self._ready, _read()
        pace = Pace(
            load=ready.seconds,
            denoise=self._denoised / self._passes,
            decode=self._decoded / self._pixels,
            memory=memory,
        )
        key = _key(ready.model, ready.device)
        before = kept.pop(key, None)
        kept[key] = pace if before is None else _mean(before, pace)  # the last used stands last
        with contextlib.suppress(OSError):
            wholefile.replace(userfolder.cache() / FILE, msgspec.json.encode(kept))


def pace(model: str, device: str | None = None) -> Pace | None:
    """How this model has worked on this machine, on that device or the one it had last."""
    kept = _read()
    if device is not None:
        return kept.get(_key(model, device))
    return next((kept[key] for key in reversed(kept) if key.startswith(_key(model, ""))), None)


def passes(plan: Plan) -> float:
    """Passes of the network for a million pixels."""
    steps: float = plan.steps if plan.drawn_steps is None else plan.drawn_steps
    if plan.hires is not None:
        again = plan.hires.width * plan.hires.height / (plan.width * plan.height)
        steps += plan.steps * plan.hires.strength * again
    return steps * (2 if plan.guided else 1) * (plan.width * plan.height / 1e6)


def megapixels(plan: Plan) -> float:
    """The picture's size, in millions of pixels."""
    drawn = plan if plan.hires is None else plan.hires
    return drawn.width * drawn.height / 1e6


def _key(model: str, device: str) -> str:
    return f"{model}\n{device}"


def _mean(before: Pace, now: Pace) -> Pace:
    def mix(old: float, new: float) -> float:
        return (1 - NEWEST) * old + NEWEST * new

    return Pace(
        load=mix(before.load, now.load),
        denoise=mix(before.denoise, now.denoise),
        decode=mix(before.decode, now.decode),
        memory=max(before.memory, now.memory),
    )


def _read() -> dict[str, Pace]:
    try:
        return msgspec.json.decode((userfolder.cache() / FILE).read_bytes(), type=dict[str, Pace])
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        return {}
