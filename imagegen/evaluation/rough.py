"""Make drawn pictures as rough as a diffusion model's: soft, warped, noisy, a little off in colour.

Truths move with their pictures; colours change less than would change their names.
"""

import math

import torch
from torch import Tensor
from torch.nn import functional

from imagegen.evaluation.truth import (
    BOX,
    CLASS,
    FIELDS,
    MISSING,
    OBJECTS,
    ROLE,
    SIDE,
    UNSURE,
)

RIGHT = BOX + 2  # of an object
SPLIT_SHARE = 0.12  # pictures put together from two, so that no answer follows from the company


def roughen(pictures: Tensor, truths: Tensor) -> tuple[Tensor, Tensor]:
    """Pictures (n, 3, side, side), 0 to 1, and their truths, both changed at random."""
    pictures, truths = _split(pictures, truths.clone())
    pictures, truths = _moved(pictures, truths)
    pictures = _coloured(pictures)
    pictures = _softened(pictures)
    return _blocky(_noisy(pictures)).clamp(0, 1), truths


def objects_of(truths: Tensor) -> Tensor:
    """The objects in rows of truth: (n, OBJECTS, FIELDS), a view."""
    return truths[:, : OBJECTS * FIELDS].view(-1, OBJECTS, FIELDS)


def _uniform(pictures: Tensor, low: float, high: float, *shape: int) -> Tensor:
    size = shape or (1, 1, 1)
    return torch.empty(len(pictures), *size, device=pictures.device).uniform_(low, high)


def _chosen(pictures: Tensor, share: float) -> Tensor:
    return (torch.rand(len(pictures), device=pictures.device) < share).view(-1, 1, 1, 1)


def _split(pictures: Tensor, truths: Tensor) -> tuple[Tensor, Tensor]:
    """Of a few pictures, the left part from one and the right part from another."""
    few = int(len(pictures) * SPLIT_SHARE)
    if not few:
        return pictures, truths
    side = pictures.shape[-1]
    cut = _uniform(pictures[:few], 0.3 * SIDE, 0.7 * SIDE, 1)
    columns = (torch.arange(side, device=pictures.device) + 0.5) * SIDE / side
    left = (columns[None] < cut).view(few, 1, 1, side)
    other = pictures[few : 2 * few]
    joined = torch.where(left, pictures[:few], other)
    of_left, of_right = objects_of(truths[:few]), objects_of(truths[few : 2 * few])
    inside_left = _kept(of_left, of_left[..., RIGHT] - cut, cut - of_left[..., BOX])
    inside_right = _kept(of_right, cut - of_right[..., BOX], of_right[..., RIGHT] - cut)
    objects = torch.cat([inside_left[:, : OBJECTS // 2], inside_right[:, : OBJECTS // 2]], dim=1)
    rows = torch.full_like(truths[:few], MISSING)
    rows[:, : OBJECTS * FIELDS] = objects.flatten(1)
    return torch.cat([joined, pictures[few:]]), torch.cat([rows, truths[few:]])


def _kept(objects: Tensor, beyond: Tensor, within: Tensor) -> Tensor:
    """The objects on their part of a split picture; those that the cut goes through are unsure.

    What one was to another is not to be seen any more.
    """
    there = objects[..., CLASS] >= 0
    names = torch.where(beyond <= 6, objects[..., CLASS], float(UNSURE))
    kept = objects.clone()
    kept[..., CLASS] = torch.where(there & (within > 6), names, float(MISSING))
    kept[..., ROLE] = MISSING
    return kept


def _moved(pictures: Tensor, truths: Tensor) -> tuple[Tensor, Tensor]:
    """Shifted, zoomed, mirrored, and for half of them gently warped."""
    count, device = len(pictures), pictures.device
    zoom = _uniform(pictures, 0.88, 1.1, 1, 1)
    stretch = zoom * _uniform(pictures, 0.95, 1.05, 1, 1)
    mirror = torch.where(torch.rand(count, 1, 1, device=device) < 0.5, -1.0, 1.0)
    scale = torch.cat([zoom * mirror, stretch], dim=2)  # (n, 1, 2): x and y
    shift = _uniform(pictures, -0.07, 0.07, 1, 2)
    matrix = torch.zeros(count, 2, 3, device=device)
    matrix[:, 0, 0], matrix[:, 1, 1], matrix[:, :, 2] = scale[:, 0, 0], scale[:, 0, 1], shift[:, 0]
    grid = functional.affine_grid(matrix, list(pictures.shape), align_corners=False)
    bent = torch.randn(count, 2, 6, 6, device=device) * 0.009 * _chosen(pictures, 0.5)
    bent = functional.interpolate(bent, grid.shape[1:3], mode="bilinear", align_corners=True)
    moved = functional.grid_sample(
        pictures, grid + bent.permute(0, 2, 3, 1), padding_mode="border", align_corners=False
    )
    _move_boxes(objects_of(truths), scale, shift)
    return moved, truths


def _move_boxes(objects: Tensor, scale: Tensor, shift: Tensor) -> None:
    corners = objects[..., BOX:].reshape(-1, OBJECTS, 2, 2) * (2 / SIDE) - 1
    corners = (corners - shift[:, None]) / scale[:, None]
    corners = ((corners + 1) * (SIDE / 2)).sort(dim=2).values  # a mirror swaps left and right
    objects[..., BOX:] = corners.flatten(2)
    centre = corners.mean(dim=2)
    outside = ((centre < 8) | (centre > SIDE - 8)).any(dim=-1) & (objects[..., CLASS] >= 0)
    objects[..., CLASS] = torch.where(outside, float(UNSURE), objects[..., CLASS])


def _coloured(x: Tensor) -> Tensor:
    gray = x.mean(1, keepdim=True)
    x = gray + (x - gray) * _uniform(x, 0.85, 1.15)
    x = x * _uniform(x, 0.95, 1.05, 3, 1, 1) + _uniform(x, -0.04, 0.04)
    return (x - 0.5) * _uniform(x, 0.88, 1.12) + 0.5


def _softened(x: Tensor) -> Tensor:
    """Half of them made smaller and larger again; all by one measure, drawn anew each time."""
    side = x.shape[-1]
    small = int(side * (0.25 + 0.7 * torch.rand(()).item()))
    soft = functional.interpolate(x, (small, small), mode="area")
    soft = functional.interpolate(soft, (side, side), mode="bilinear")
    return torch.where(_chosen(x, 0.5), soft, x)


def _noisy(x: Tensor) -> Tensor:
    """Fine grain, and blotches some pixels wide, as a decoder makes of noise left in latents."""
    x = x + torch.randn_like(x) * _uniform(x, 0, 0.05) * _chosen(x, 0.6)
    coarse = torch.randn(len(x), 3, x.shape[-1] // 8, x.shape[-1] // 8, device=x.device)
    blotches = functional.interpolate(coarse, x.shape[-2:], mode="bilinear")
    return x + blotches * _uniform(x, 0, 0.05) * _chosen(x, 0.5)


def _blocky(x: Tensor) -> Tensor:
    """A fifth of them with their cosine transform rounded in blocks of 8x8, as JPEG does."""
    few = max(1, len(x) // 5)
    at = torch.arange(8, device=x.device) + 0.5
    waves = torch.cos(torch.arange(8, device=x.device)[:, None] * at * (math.pi / 8)) * 0.5
    waves[0] *= math.sqrt(0.5)
    count = x.shape[-1] // 8
    blocks = x[-few:].reshape(few, 3, count, 8, count, 8)
    waved = torch.einsum("ua,vb,ncyaxb->ncyuxv", waves, waves, blocks)
    coarse = 0.02 + 0.12 * torch.rand(few, 1, 1, 1, 1, 1, device=x.device)
    waved = (waved / coarse).round() * coarse
    back = torch.einsum("ua,vb,ncyuxv->ncyaxb", waves, waves, waved).reshape(x[-few:].shape)
    return torch.cat([x[:-few], back])
