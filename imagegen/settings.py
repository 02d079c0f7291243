"""What pictures are drawn with: every combination of the settings asked for that a model takes."""

import itertools
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from imagegen import abilities
from imagegen import request as requests
from imagegen.catalog import ModelCard
from imagegen.errors import Notice, RequestError
from imagegen.request import Request

Choose = Callable[[str, str | None], str]


class Settings(NamedTuple):
    """What is drawn with: one value of every option that may be given several."""

    width: int
    height: int
    steps: int
    guidance: float
    scheduler: str


def schedulers(
    request: Request, card: ModelCard, choose: Choose, own: str
) -> tuple[list[str], tuple[Notice, ...]]:
    """The schedulers to draw with, and what is to be said of those that cannot."""
    names: list[str] = []
    prediction = card.prediction if card.family.swaps else None  # else only its own one fits
    notices: dict[Notice, None] = {}
    for asked in requests.several(request.scheduler):
        name = own if asked is None else choose(asked, prediction)
        unfit = abilities.scheduler_fits(name, own, card, lenient=bool(request.lenient))
        notices.update(dict.fromkeys(unfit))
        names.append(own if unfit else name)
    return names, tuple(notices)


def combined(request: Request, schedulers: Sequence[str], card: ModelCard) -> list[Settings]:
    """Every combination of what was asked for; with `zip`, the first of each list and so on."""
    sizes = _sizes(request, card)
    steps = [card.steps if one is None else one for one in requests.several(request.steps)]
    guidances = [
        card.guidance if one is None else one for one in requests.several(request.guidance)
    ]
    axes: tuple[Sequence[object], ...] = (sizes, steps, guidances, schedulers)
    drawn_with: Iterable[tuple[object, ...]] = itertools.product(*axes)
    if request.zip:
        longest = max(map(len, axes))
        drawn_with = zip(*(_stretched(axis, longest) for axis in axes), strict=True)
    return [Settings(*size, *rest) for size, *rest in drawn_with]  # type: ignore[misc]


def _stretched(axis: Sequence[object], length: int) -> Sequence[object]:
    return axis if len(axis) == length else [axis[0]] * length


def _sizes(request: Request, card: ModelCard) -> list[tuple[int, int]]:
    widths = [card.width if one is None else one for one in requests.several(request.width)]
    heights = [card.height if one is None else one for one in requests.several(request.height)]
    longest = max(len(widths), len(heights))
    sizes = zip(_stretched(widths, longest), _stretched(heights, longest), strict=True)
    return [_checked_size(int(str(w)), int(str(h)), card) for w, h in sizes]


def _checked_size(width: int, height: int, card: ModelCard) -> tuple[int, int]:
    for side, pixels in (("width", width), ("height", height)):
        if pixels % card.multiple:
            below = pixels // card.multiple * card.multiple
            fits = [str(size) for size in (below, below + card.multiple) if size]
            raise RequestError(
                "size-not-multiple",
                f"{side} {pixels} is not a multiple of {card.multiple}, as {card.name} needs",
                hint=" or ".join(fits),
            )
    abilities.check_area(width, height, card)
    return width, height
