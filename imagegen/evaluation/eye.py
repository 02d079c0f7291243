"""The eye: a small network that finds what is in a picture of the storybook world.

It sees 256x256 pixels and answers on a grid of 32x32 cells (Zhou et al., "Objects as Points"):
which name has its centre in this cell, how far its box reaches, its colour, pattern and role; and
for the whole picture place, time, weather and style.
"""

import json
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.nn import functional

from imagegen.evaluation.truth import LISTS, Pixels

SIZE = 256  # pixels a side that the eye sees
CELLS = 32
WIDTHS = (24, 48, 96, 144, 128)  # channels at 1/2, 1/4, 1/8, 1/16 and 1/32 of the picture's side
MIXED = 128  # channels from which the cells answer
IN_CELLS = ("colours", "patterns", "roles")
IN_WHOLE = ("places", "times", "weathers", "styles")
WEIGHTS = Path(__file__).parent / "eye.safetensors"


class Views(NamedTuple):
    """What the eye says, all as logits but `sides`: quarters of a picture to left, top, ..."""

    heat: Tensor  # (pictures, names, 32, 32)
    sides: Tensor  # (pictures, 4, 32, 32)
    colours: Tensor  # (pictures, colours, 32, 32)
    patterns: Tensor  # (pictures, patterns, 32, 32)
    roles: Tensor  # (pictures, roles, 32, 32)
    places: Tensor  # (pictures, places)
    times: Tensor
    weathers: Tensor
    styles: Tensor


def _conv(inside: int, outside: int, kernel: int = 3, stride: int = 1) -> nn.Sequential:
    conv = nn.Conv2d(inside, outside, kernel, stride, kernel // 2, bias=False)
    return nn.Sequential(conv, nn.BatchNorm2d(outside), nn.SiLU(inplace=True))


class Block(nn.Module):
    """Two convolutions around which the picture also passes unchanged (He et al., 2015)."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.first = _conv(width, width)
        self.second = nn.Sequential(
            nn.Conv2d(width, width, 3, padding=1, bias=False), nn.BatchNorm2d(width)
        )

    def forward(self, x: Tensor) -> Tensor:
        return functional.silu(x + self.second(self.first(x)))


class Eye(nn.Module):
    """From pictures (pictures, 3, 256, 256), 0 to 1, to Views."""

    def __init__(self) -> None:
        super().__init__()
        half, quarter, cell, wide, whole = WIDTHS
        self.near = nn.Sequential(
            _conv(3, half, stride=2),
            _conv(half, quarter, stride=2),
            Block(quarter),
            _conv(quarter, cell, stride=2),
            Block(cell),
            Block(cell),
        )
        self.far = nn.Sequential(_conv(cell, wide, stride=2), Block(wide), Block(wide))
        self.all = nn.Sequential(_conv(wide, whole, stride=2), Block(whole))
        self.from_all = nn.Conv2d(whole, wide, 1)
        self.from_far = nn.Conv2d(wide, cell, 1)
        self.mixed = nn.Sequential(_conv(cell, MIXED), _conv(MIXED, MIXED))
        names = len(LISTS["names"])
        self.parts = [names, 4, *(len(LISTS[part]) for part in IN_CELLS)]
        self.cells = nn.Conv2d(MIXED, sum(self.parts), 1)
        self.globals = [len(LISTS[part]) for part in IN_WHOLE]
        self.picture = nn.Linear(cell + 2 * whole, sum(self.globals))
        with torch.no_grad():  # nearly every cell is empty: say so from the start
            assert self.cells.bias is not None
            self.cells.bias[:names] = -4.6

    def forward(self, x: Tensor) -> Views:
        near = self.near(x * 4 - 2)
        far = self.far(near)
        whole = self.all(far)
        far = far + _double(self.from_all(whole))
        mixed = self.mixed(near + _double(self.from_far(functional.silu(far))))
        pooled = torch.cat([near.mean((2, 3)), whole.mean((2, 3)), whole.amax((2, 3))], dim=1)
        cells = self.cells(mixed).split(self.parts, dim=1)
        return Views(*cells, *self.picture(pooled).split(self.globals, dim=1))


def _double(x: Tensor) -> Tensor:
    return functional.interpolate(x, scale_factor=2.0, mode="nearest")


def shown(pictures: Pixels | Tensor) -> Tensor:
    """Pictures (pictures, side, side, 3) of bytes as the eye wants them; 512 a side is averaged."""
    pixels = torch.from_numpy(pictures) if isinstance(pictures, np.ndarray) else pictures
    x = pixels.permute(0, 3, 1, 2).float() / 255
    return x if x.shape[-1] == SIZE else functional.interpolate(x, (SIZE, SIZE), mode="area")


def save(eye: Eye, file: Path, notes: dict[str, object]) -> None:
    """The weights in half precision, and beside them in JSON what the eye knows and can do."""
    half = {
        name: (value.half() if value.is_floating_point() else value).cpu().contiguous()
        for name, value in eye.state_dict().items()
        if not name.endswith("num_batches_tracked")
    }
    save_file(half, file)
    text = {"lists": LISTS, "size": SIZE, "widths": WIDTHS, **notes}
    file.with_suffix(".json").write_text(json.dumps(text, indent=1) + "\n")


def load(file: Path = WEIGHTS, device: str = "cpu") -> Eye:
    """The trained eye; refuses weights that were trained on another world."""
    notes = json.loads(file.with_suffix(".json").read_text())
    lists = {key: tuple(names) for key, names in notes["lists"].items()}
    if lists != LISTS:
        raise ValueError(f"{file} knows another world than imagegen.drawing: train the eye again")
    eye = Eye()
    eye.load_state_dict(load_file(file), strict=False)
    return eye.eval().to(device)
