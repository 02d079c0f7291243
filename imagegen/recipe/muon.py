"""Muon: momentum whose every matrix is made orthogonal before it is applied.

Jordan et al. 2024, "Muon: an optimizer for hidden layers in neural networks"; scaled as in Liu et
al. 2025, "Muon is scalable for LLM training", so that one learning rate suits it and AdamW alike.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor

COEFFICIENTS = (3.4445, -4.7750, 2.0315)  # of the quintic that drives singular values to about 1
ROUNDS = 5


def orthogonal(matrices: Tensor) -> Tensor:
    """The nearest (roughly) orthogonal matrices, by Newton-Schulz; (batch, rows, columns)."""
    a, b, c = COEFFICIENTS
    x: Tensor = matrices.bfloat16()
    tall = x.shape[-2] > x.shape[-1]
    if tall:
        x = x.mT
    x = x / (x.norm(dim=(-2, -1), keepdim=True) + 1e-7)
    for _ in range(ROUNDS):
        gram = x @ x.mT
        x = a * x + (b * gram + c * gram @ gram) @ x
    return x.mT if tall else x


class Muon(torch.optim.Optimizer):
    """Muon for weights of two and more dimensions; convolutions count as (out, in * kernel)."""

    def __init__(
        self, weights: Iterable[Tensor], lr: float, momentum: float = 0.95, weight_decay: float = 0
    ) -> None:
        super().__init__(weights, {"lr": lr, "momentum": momentum, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self, closure: Callable[[], float] | None = None) -> None:  # type: ignore[override]
        """One update. Matrices of one shape go through the iteration together."""
        for group in self.param_groups:
            shapes: dict[tuple[int, int], list[Tensor]] = defaultdict(list)
            for weight in group["params"]:
                if weight.grad is not None:
                    shapes[(weight.shape[0], weight[0].numel())].append(weight)
            for shape, weights in shapes.items():
                self._update(shape, weights, group)

    def _update(self, shape: tuple[int, int], weights: list[Tensor], group: dict[str, Any]) -> None:
        momentum = group["momentum"]
        grads = [weight.grad for weight in weights if weight.grad is not None]
        for weight in weights:
            if "momentum" not in self.state[weight]:
                self.state[weight]["momentum"] = torch.zeros_like(weight)
        buffers = [self.state[weight]["momentum"] for weight in weights]
        torch._foreach_lerp_(buffers, grads, 1 - momentum)
        ahead = torch._foreach_lerp(grads, buffers, momentum)  # Nesterov
        updates = orthogonal(torch.stack([one.reshape(shape) for one in ahead]))
        size = group["lr"] * 0.2 * max(shape) ** 0.5  # an update's RMS is then that of AdamW
        torch._foreach_mul_(weights, 1 - group["lr"] * group["weight_decay"])
        shaped = [
            update.view_as(weight)
            for weight, update in zip(weights, updates.to(weights[0].dtype), strict=True)
        ]
        torch._foreach_add_(weights, shaped, alpha=-size)


def optimizers(
    module: torch.nn.Module, lr: float, weight_decay: float
) -> tuple[Muon, torch.optim.AdamW]:
    """Muon for the hidden matrices, AdamW for embeddings, norms, biases, first and last layers."""
    matrices: list[Tensor] = []
    others: list[Tensor] = []
    for name, weight in module.named_parameters():
        if not weight.requires_grad:
            continue
        edge = any(word in name for word in ("embedding", "conv_in", "conv_out"))
        (others if weight.ndim < 2 or edge else matrices).append(weight)
    adam = torch.optim.AdamW(others, lr=lr, betas=(0.9, 0.99), weight_decay=0.0)
    return Muon(matrices, lr=lr, weight_decay=weight_decay), adam
