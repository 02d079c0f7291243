"""A training run's clock: how far it is, what its learning rate is, when to speak and to save."""

import json
import time
from collections.abc import Iterable, Mapping
from pathlib import Path

import torch

WARMUP = 0.01  # share of the run over which the learning rate rises
COOLDOWN = 0.4  # share of the run over which it falls to nothing: that is where the detail comes


SPEAK_EVERY = 30.0  # seconds


class Clock:
    """Measures a run by wall time, since machines are lent by the minute; resumable."""

    def __init__(self, seconds: float, spent: float = 0.0) -> None:
        self.seconds = seconds
        self._start = time.monotonic() - spent

    @property
    def spent(self) -> float:
        """Seconds of training so far, those before a stop counted in."""
        return time.monotonic() - self._start

    @property
    def share(self) -> float:
        """How much of the run is over, 0 to 1."""
        return min(self.spent / self.seconds, 1.0)

    def rate(self) -> float:
        """The factor of the learning rate: a trapezoid over the run."""
        share = self.share
        return max(0.0, min(1.0, share / WARMUP + 0.02, (1 - share) / COOLDOWN))


class Teller:
    """Says now and then how the loss is, without making the device wait for it at every step."""

    def __init__(self, out: Path, device: torch.device) -> None:
        self._name = out.name
        self._total = torch.zeros((), device=device)
        self._count, self._spoken = 0, -SPEAK_EVERY

    def add(self, loss: torch.Tensor) -> None:
        """Count one step's loss."""
        self._total += loss.detach()
        self._count += 1

    def due(self, clock: Clock) -> bool:
        """Whether it is time to speak, and to save."""
        return clock.spent - self._spoken > SPEAK_EVERY

    def tell(self, clock: Clock, step: int, more: str) -> None:
        """Print the mean loss since it last spoke."""
        mean = self._total.item() / max(self._count, 1)
        print(f"{self._name} {clock.spent:.0f}s step {step} loss {mean:.4f} {more}", flush=True)
        self._total.zero_()
        self._count, self._spoken = 0, clock.spent


def finish(out: Path, result: Mapping[str, object]) -> None:
    """Write the stage's result, last of all: if it is there, the stage is done."""
    print(json.dumps(result), flush=True)
    (out / "done.json").write_text(json.dumps(result))


def save(
    out: Path,
    modules: Mapping[str, torch.nn.Module],
    optimizers: Iterable[torch.optim.Optimizer],
    clock: Clock,
    step: int,
) -> None:
    """Keep all that a stopped run needs to go on, in `out`/state.pt, whole or not at all."""
    state = {
        "modules": {name: module.state_dict() for name, module in modules.items()},
        "optimizers": [optimizer.state_dict() for optimizer in optimizers],
        "spent": clock.spent,
        "step": step,
    }
    torch.save(state, out / "state.part")
    (out / "state.part").replace(out / "state.pt")


def resume(
    out: Path,
    modules: Mapping[str, torch.nn.Module],
    optimizers: Iterable[torch.optim.Optimizer],
) -> tuple[float, int]:
    """Go on from the last save: seconds spent and steps made; 0 and 0 if there is none."""
    if not (out / "state.pt").exists():
        return 0.0, 0
    state = torch.load(out / "state.pt", weights_only=True)
    for name, module in modules.items():
        module.load_state_dict(state["modules"][name])
    for optimizer, saved in zip(optimizers, state["optimizers"], strict=True):
        optimizer.load_state_dict(saved)
    print(f"{out.name}: going on from step {state['step']}, {state['spent']:.0f} s", flush=True)
    return state["spent"], state["step"]


def set_rate(optimizers: Iterable[torch.optim.Optimizer], rate: float) -> None:
    """Set each optimizer's learning rate to `rate` times its first one."""
    for optimizer in optimizers:
        for group in optimizer.param_groups:
            group.setdefault("first_lr", group["lr"])
            group["lr"] = group["first_lr"] * rate


def average(into: torch.nn.Module, model: torch.nn.Module, decay: float) -> None:
    """Move the slow copy `into` towards the model: EMA of the weights."""
    with torch.no_grad():
        slow: list[torch.Tensor] = list(into.parameters())
        fast: list[torch.Tensor] = list(model.parameters())
        torch._foreach_lerp_(slow, fast, 1 - decay)
