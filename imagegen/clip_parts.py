"""The CLIP text encoders of a model, as their configurations describe them."""

import functools
import json
from pathlib import Path
from typing import NamedTuple

FIRST, SECOND = "text_encoder", "text_encoder_2"


class ClipPart(NamedTuple):
    """An encoder: how wide its vectors are, how many layers and tokens it has."""

    name: str
    width: int
    layers: int
    length: int


@functools.lru_cache(maxsize=64)
def of(folder: Path) -> tuple[ClipPart, ...]:
    """Those of a model's folder; one whose configuration says no numbers is left out."""
    found = (_read(folder / name / "config.json", name) for name in (FIRST, SECOND))
    return tuple(one for one in found if one is not None)


def _read(path: Path, name: str) -> ClipPart | None:
    try:
        said = json.loads(path.read_bytes())
        if "clip" not in str(said.get("model_type", "clip")):
            return None
        width, layers = int(said["hidden_size"]), int(said["num_hidden_layers"])
        return ClipPart(name, width, layers, int(said.get("max_position_embeddings", 77)))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
