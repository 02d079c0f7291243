"""Which options of a request a model's pipeline takes: what it does not is refused, or told."""

import math

from msgspec import structs

from imagegen import request as requests
from imagegen.catalog import ModelCard
from imagegen.errors import Notice, RequestError
from imagegen.request import MODEL_OWN, Request

NO_GUIDANCE = (0, 1)  # asking for none is no mistake where there is none


def fitted(request: Request, card: ModelCard) -> tuple[Request, tuple[Notice, ...]]:
    """The request as the model can draw it, and a notice of each option that has no effect.

    Raises RequestError for such an option, unless the request is lenient. The number of pictures
    stays: of several values that have no effect, each becomes the model's own.
    """
    notices: list[Notice] = []
    if request.negative and card.family.negative is None:
        notices.append(_not_taken("negative", "a negative prompt", request, card))
        request = structs.replace(request, negative=None)
    asked = requests.several(request.guidance)
    if card.family.guidance_argument is None:
        if any(one is not None and one not in NO_GUIDANCE for one in asked):
            notices.append(_not_taken("guidance", "a guidance scale", request, card))
        own = tuple(card.guidance for _ in asked)
        request = structs.replace(request, guidance=own if len(own) > 1 else own[0])
    return request, tuple(notices)


def check_area(width: int, height: int, card: ModelCard) -> None:
    """Refuse a size whose area the model would change to its own, keeping only its shape."""
    if not card.family.keeps_area:
        return
    scale = math.sqrt(card.family.size**2 / (width * height))
    drawn = [int(side * scale // card.multiple * card.multiple) for side in (width, height)]
    if drawn != [width, height]:
        raise RequestError(
            "size-not-drawn",
            f"{card.pipeline} of {card.name} draws no {width}x{height}: its area is always that of"
            f" {card.family.size}x{card.family.size}",
            hint=f"--size {drawn[0]}x{drawn[1]}",
        )


def scheduler_fits(name: str, own: str, card: ModelCard, *, lenient: bool) -> tuple[Notice, ...]:
    """Whether a scheduler may draw with this model: nothing, or the notice that its own one will.

    Raises RequestError where it may not, unless lenient.
    """
    if card.family.swaps or name in {own, MODEL_OWN}:
        return ()
    problem = f"{card.pipeline} of {card.name} draws only with its own scheduler, not '{name}'"
    if not lenient:
        hint = f"--scheduler {own}, or --lenient to draw with that"
        raise RequestError("scheduler-not-taken", problem, hint=hint)
    return (Notice("scheduler-not-taken", problem, f"--scheduler {own}"),)


def taken(card: ModelCard) -> list[str]:
    """The options by which a picture of this model may be changed."""
    family = card.family
    options = {
        "--negative": family.negative is not None,
        "--guidance": family.guidance_argument is not None,
        "--scheduler": family.swaps,
    }
    return [name for name, takes in options.items() if takes] + ["--steps", "--size", "--seed"]


def _not_taken(option: str, what: str, request: Request, card: ModelCard) -> Notice:
    code, problem = f"{option}-not-taken", f"{card.pipeline} of {card.name} takes no {what[2:]}"
    takes = f"it takes {', '.join(taken(card))}"
    if not request.lenient:
        raise RequestError(code, problem, hint=f"{takes}; --lenient draws without")
    return Notice(code, problem, takes)
