"""The vectors of textual inversions, put where a text encoder looks up its tokens."""

import functools
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from safetensors import SafetensorError, safe_open
from torch import Tensor, nn

from imagegen.errors import DrawingError
from imagegen.inversion import Inversion

BREAKDOWNS = (OSError, SafetensorError, ValueError, KeyError, RuntimeError)


class Placed(NamedTuple):
    """A vector (width), and at which of the tokens it stands."""

    position: int
    vector: Tensor


def of(inversion: Inversion, part: str) -> Tensor:
    """(vectors, width) of a text encoder, as the file has them; raises DrawingError."""
    return _read(inversion.file, dict(inversion.tensors)[part], inversion.sha256)


@functools.lru_cache(maxsize=64)
def _read(file: str, key: str, _: str) -> Tensor:
    try:
        with safe_open(file, "pt") as opened:
            found: Tensor = opened.get_tensor(key)
    except BREAKDOWNS as error:
        raise DrawingError(
            "embedding-failed",
            f"{file} cannot be read: {str(error).splitlines()[0]:.200}",
            hint="the file downloaded or copied again, whole",
        ) from error
    return found[None] if found.ndim == 1 else found


@contextmanager
def put(encoder: Any, placed: Sequence[Placed]) -> Iterator[None]:
    """While this holds, the encoder reads these vectors in the place of its own.

    A hook on its table of tokens: that may be quantised or lie elsewhere until it is needed.
    """
    if not placed:
        yield
        return

    def hook(_: nn.Module, __: Any, output: Tensor) -> Tensor:
        changed = output.clone()
        for one in placed:
            changed[:, one.position] = one.vector.to(changed)
        return changed

    held = encoder.get_input_embeddings().register_forward_hook(hook)
    try:
        yield
    finally:
        held.remove()


@contextmanager
def skipped(encoder: Any, layers: int) -> Iterator[None]:
    """While this holds, the last `layers` of a CLIP text encoder do not count.

    What comes before them goes through the encoder's last norm, as in webui: by hooks, for weights
    may be in their place only while the encoder itself is at work.
    """
    if not layers:
        yield
        return
    model = getattr(encoder, "text_model", encoder)
    kept: list[Tensor] = []

    def keep(_: nn.Module, __: Any, output: Any) -> None:
        kept[:] = [output[0] if isinstance(output, tuple) else output]

    def give(_: nn.Module, __: Any) -> tuple[Tensor]:
        return (kept[0],)

    held = [
        model.encoder.layers[-1 - layers].register_forward_hook(keep),
        model.final_layer_norm.register_forward_pre_hook(give),
    ]
    try:
        yield
    finally:
        for one in held:
            one.remove()
