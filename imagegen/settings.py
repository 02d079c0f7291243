"""What pictures are drawn with: every combination of the settings asked for that a model takes."""

import itertools
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from imagegen import abilities
from imagegen import request as requests
from imagegen.catalog import ModelCard
from imagegen.errors import Notice, RequestError
from imagegen.grammar import LONGEST_SIDE
from imagegen.inputs import Picture, enlarged, size_like
from imagegen.redrawing import Way
from imagegen.request import Request

Choose = Callable[[str, str | None], str]


class Settings(NamedTuple):
    """What is drawn with: one value of every option that may be given several."""

    width: int
    height: int
    steps: int
    guidance: float
    scheduler: str
    strength: float | None = None


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


def combined(
    request: Request, schedulers: Sequence[str], card: ModelCard, picture: Picture | None = None
) -> list[Settings]:
    """Every combination of what was asked for; with `zip`, the first of each list and so on.

    What is drawn from a picture has its shape where no size is said, or so many times its size.
    """
    sizes = _sizes(request, card, picture)
    strengths = abilities.strengths(request, card)
    steps = [card.steps if one is None else one for one in requests.several(request.steps)]
    guidances = [
        card.guidance if one is None else one for one in requests.several(request.guidance)
    ]
    axes: tuple[Sequence[object], ...] = (sizes, steps, guidances, schedulers, strengths)
    drawn_with: Iterable[tuple[object, ...]] = itertools.product(*axes)
    if request.zip:
        longest = max(map(len, axes))
        drawn_with = zip(*(_stretched(axis, longest) for axis in axes), strict=True)
    found = [Settings(*size, *rest) for size, *rest in drawn_with]  # type: ignore[misc]
    for one in found:
        abilities.check_steps(one.steps, one.strength, request, card)
    return found


def _stretched(axis: Sequence[object], length: int) -> Sequence[object]:
    return axis if len(axis) == length else [axis[0]] * length


def _sizes(request: Request, card: ModelCard, picture: Picture | None) -> list[tuple[int, int]]:
    widths, heights = requests.several(request.width), requests.several(request.height)
    longest = max(len(widths), len(heights))
    sizes = list(zip(_stretched(widths, longest), _stretched(heights, longest), strict=True))
    how = abilities.way(request, card)
    if picture is not None and how is not None and how.enlarges > 1:
        found = _enlarged(how, card, picture)
        for size in sizes:
            _check_follows(size, found, card, picture)  # type: ignore[arg-type]
        return [found for _ in sizes]
    return [_size(width, height, card, picture) for width, height in sizes]  # type: ignore[arg-type]


def _enlarged(how: Way, card: ModelCard, picture: Picture) -> tuple[int, int]:
    """So many times the picture's size, to the nearest multiples."""
    width, height = enlarged(picture.width, picture.height, how.enlarges, card.multiple)
    given = f"a picture of {picture.width}x{picture.height}"
    if max(width, height) > LONGEST_SIDE:
        raise RequestError(
            "bad-size",
            f"{given} would become {width}x{height}, and a side has at most {LONGEST_SIDE} pixels",
            hint=f"a picture of at most {LONGEST_SIDE // how.enlarges} pixels a side",
        )
    if min(width, height) < how.least:
        raise RequestError(
            "bad-size",
            f"{given} is too small for {card.name}",
            hint=f"a picture of at least {how.least // how.enlarges} pixels a side",
        )
    return width, height


def _check_follows(
    asked: tuple[int | None, int | None], size: tuple[int, int], card: ModelCard, picture: Picture
) -> None:
    """Refuse another size than the one that follows from the picture."""
    if all(one in {None, side} for one, side in zip(asked, size, strict=True)):
        return
    said = "x".join("?" if one is None else str(one) for one in asked)
    raise RequestError(
        "size-not-taken",
        f"{card.name} makes {size[0]}x{size[1]} of a picture of {picture.width}x{picture.height},"
        f" not {said}",
        hint="no --size",
    )


def _size(
    width: int | None, height: int | None, card: ModelCard, picture: Picture | None
) -> tuple[int, int]:
    if picture is None:
        width = card.width if width is None else width
        height = card.height if height is None else height
    else:
        area = card.width * card.height
        width, height = size_like(picture, width, height, area, card.multiple)
    if max(width, height) > LONGEST_SIDE:
        raise RequestError(
            "bad-size",
            f"a picture of that shape would be {width}x{height}",
            hint="--size: what does not fit is cut off",
        )
    return _checked_size(width, height, card)


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
