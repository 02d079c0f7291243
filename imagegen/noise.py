"""Noise that depends on a picture's seed alone: drawn in float32 on the CPU, whoever draws it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from torch.overrides import TorchFunctionMode

NARROW = (torch.float16, torch.bfloat16)


class WideNoise(TorchFunctionMode):
    """Inside it, `torch.randn` with a generator draws in float32 where that generator lies.

    Pipelines and schedulers ask for noise in the precision of the weights; what a generator draws
    in bfloat16 is not the rounded float32 noise of the same seed but other noise. A mode sees
    every such call, in whichever module of diffusers, and changes nothing outside of itself.
    """

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: Sequence[type],
        args: Sequence[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        asked = dict(kwargs or {})
        stream = asked.get("generator")
        if func is not torch.randn or stream is None:
            return func(*args, **asked)
        dtype, device = asked.get("dtype"), asked.get("device")
        if dtype in NARROW:
            asked["dtype"] = torch.float32
        drawn = func(*args, **{**asked, "device": stream.device})
        return drawn.to(device=device, dtype=dtype)


def streams(seeds: Sequence[int]) -> list[torch.Generator]:
    """A stream of noise for each picture, so that its neighbours do not matter."""
    return [torch.Generator("cpu").manual_seed(seed) for seed in seeds]
