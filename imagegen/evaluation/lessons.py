"""What the eye's mistakes cost: one number per kind of answer."""

from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional

from imagegen.evaluation.eye import CELLS, Views
from imagegen.evaluation.rough import objects_of
from imagegen.evaluation.truth import (
    BOX,
    CLASS,
    COLOUR,
    MISSING,
    PATTERN,
    ROLE,
    SIDE,
    UNSURE,
    WHOLE,
)

CELL = SIDE / CELLS


class Losses(NamedTuple):
    """The mean loss of each kind of answer."""

    heat: Tensor
    sides: Tensor
    colours: Tensor
    patterns: Tensor
    roles: Tensor
    scene: Tensor


WORTH = (1.0, 2.0, 0.5, 0.3, 0.5, 0.5)  # of each in the whole


def losses(views: Views, truths: Tensor) -> Losses:
    """The mean loss of each kind over the pictures, not yet weighed by WORTH."""
    objects, rest = objects_of(truths), truths[:, -WHOLE:].long()
    around, there = _cells_around(objects)
    wholes = (views.places, views.times, views.weathers, views.styles)
    scene = torch.stack(
        [
            functional.cross_entropy(view.float(), wanted, ignore_index=MISSING)
            for view, wanted in zip(wholes, rest.unbind(1), strict=True)
        ]
    ).sum()
    colours, patterns, roles = (
        _choice_loss(
            _picked(view, around),
            torch.where(there, objects[..., field, None].long().expand_as(around), MISSING),
        )
        for field, view in (
            (COLOUR, views.colours),
            (PATTERN, views.patterns),
            (ROLE, views.roles),
        )
    )
    return Losses(
        heat=_heat_loss(views.heat.float(), objects),
        sides=_sides_loss(_picked(views.sides, around), objects, around, there),
        colours=colours,
        patterns=patterns,
        roles=roles,
        scene=scene,
    )


def _cells_around(objects: Tensor) -> tuple[Tensor, Tensor]:
    """The 3x3 cells around each centre, (pictures, objects, 9), and which of them to learn from.

    All nine learn colour, sides and role, for the peak may lie a cell off; but where two centres
    are that close, each cell learns from the nearer one.
    """
    column, line = _centre_cells(objects)
    steps = torch.arange(-1, 2, device=objects.device)
    columns = (column[..., None, None] + steps[None, None, None, :]).expand(-1, -1, 3, 3)
    lines = (line[..., None, None] + steps[None, None, :, None]).expand(-1, -1, 3, 3)
    columns, lines = columns.flatten(2), lines.flatten(2)
    inside = (columns >= 0) & (columns < CELLS) & (lines >= 0) & (lines < CELLS)
    around = (lines * CELLS + columns).clamp(0, CELLS**2 - 1)
    middles = torch.stack([column, line], dim=-1)
    off = torch.stack([columns, lines], dim=-1)[..., None, :] - middles[:, None, None]
    far = off.square().sum(-1)  # (pictures, objects, 9, objects): from each cell to each centre
    known = objects[..., CLASS] >= 0
    nearest = far.masked_fill(~known[:, None, None], CELLS**3).amin(-1)
    own = far.diagonal(dim1=1, dim2=3).transpose(1, 2)
    return around, inside & known[..., None] & (own <= nearest)


def _centre_cells(objects: Tensor) -> tuple[Tensor, Tensor]:
    left, top, right, bottom = objects[..., BOX:].unbind(-1)
    x, y = (left + right) / 2, (top + bottom) / 2
    return (x / CELL).floor().long(), (y / CELL).floor().long()


def _picked(view: Tensor, around: Tensor) -> Tensor:
    """The answers at those cells: (pictures, objects, 9, channels)."""
    channels = view.shape[1]
    index = around.flatten(1)[:, None].expand(-1, channels, -1)
    answers = view.flatten(2).gather(2, index).transpose(1, 2)
    return answers.reshape(*around.shape, channels).float()


def _choice_loss(answers: Tensor, wanted: Tensor) -> Tensor:
    total = functional.cross_entropy(
        answers.flatten(0, 2), wanted.flatten(), ignore_index=MISSING, reduction="sum"
    )
    return total / (wanted != MISSING).sum().clamp(min=1)


def _sides_loss(answers: Tensor, objects: Tensor, around: Tensor, there: Tensor) -> Tensor:
    x, y = (around % CELLS + 0.5) * CELL, (around // CELLS + 0.5) * CELL
    left, top, right, bottom = objects[..., None, BOX:].unbind(-1)
    wanted = torch.stack([x - left, y - top, right - x, bottom - y], dim=-1) / (SIDE / 4)
    loss = functional.smooth_l1_loss(answers, wanted, beta=0.1, reduction="none").mean(-1)
    return (loss * there).sum() / there.sum().clamp(min=1)


def _heat_loss(heat: Tensor, objects: Tensor) -> Tensor:
    """The focal loss of "Objects as Points" (Zhou et al., 2019), equation 1."""
    wanted, unsure = _wanted_heat(heat, objects)
    p = heat.sigmoid().clamp(1e-5, 1 - 1e-5)
    at_centre = wanted > 0.999
    hit = torch.log(p) * (1 - p) ** 2
    miss = torch.log(1 - p) * p**2 * (1 - wanted) ** 4 * ~unsure
    return -torch.where(at_centre, hit, miss).sum() / at_centre.sum().clamp(min=1)


def _wanted_heat(heat: Tensor, objects: Tensor) -> tuple[Tensor, Tensor]:
    """Heat 1 in the cell of each centre and less around it; and the cells that nobody judges."""
    cells = torch.arange(CELLS, device=heat.device)
    column, line = _centre_cells(objects)
    left, top, right, bottom = objects[..., BOX:, None].unbind(-2)
    spread = (0.11 * ((right - left) * (bottom - top)).clamp(min=1).sqrt() / CELL).clamp(0.7, 2.0)
    across = torch.exp(-(((cells - column[..., None]) / spread) ** 2) / 2)
    down = torch.exp(-(((cells - line[..., None]) / spread) ** 2) / 2)
    there = (objects[..., CLASS] >= 0)[..., None, None]
    blobs = down[..., :, None] * across[..., None, :] * there  # (pictures, objects, 32, 32)
    classes = objects[..., CLASS].clamp(min=0).long()[..., None, None].expand_as(blobs)
    wanted = torch.zeros_like(heat).scatter_reduce(1, classes, blobs, "amax")
    middle = (cells + 0.5) * CELL
    in_columns, in_lines = (middle > left) & (middle < right), (middle > top) & (middle < bottom)
    cut = (objects[..., CLASS] == UNSURE)[..., None, None]
    covered = in_lines[..., :, None] & in_columns[..., None, :] & cut
    return wanted, covered.any(dim=1, keepdim=True)
