"""The same bits each time on one machine: what torch has to be told for that, and told back.

See "Reproducibility" in PyTorch's documentation.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch.nn.attention import SDPBackend, sdpa_kernel

# cuBLAS adds in one order only where its workspace has a fixed size; read when CUDA starts.
WORKSPACE, FIXED = "CUBLAS_WORKSPACE_CONFIG", ":4096:8"


@contextmanager
def held(*, deterministic: bool) -> Iterator[None]:
    """Work so, if it is asked for, until this is left; what cannot be done so raises RuntimeError.

    The kernels of attention that may add in any order are not taken; cuDNN takes one algorithm,
    and does not choose by a race.
    """
    if not deterministic:
        yield
        return
    os.environ.setdefault(WORKSPACE, FIXED)
    cudnn, before = torch.backends.cudnn, torch.are_deterministic_algorithms_enabled()
    chosen = (cudnn.benchmark, cudnn.deterministic)
    torch.use_deterministic_algorithms(True)
    cudnn.benchmark, cudnn.deterministic = False, True
    try:
        with sdpa_kernel(SDPBackend.MATH):
            yield
    finally:
        cudnn.benchmark, cudnn.deterministic = chosen
        torch.use_deterministic_algorithms(before)


def attention(*, deterministic: bool) -> str:
    """What computes attention, as records say it."""
    return "math" if deterministic else "sdpa"
