"""Put plans together that can be drawn at once: neighbours in a stream, alike but for the words."""

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from imagegen.adapters import Lora
from imagegen.controls import Control
from imagegen.inputs import Hires
from imagegen.inversion import Inversions
from imagegen.ip_adapters import Seen
from imagegen.plan import Plan, heard, seen, worn

# Plans held back while others of their shape are looked for, in batches.
WINDOW = 4


class Start(NamedTuple):
    """What is drawn from pictures has in common; which pictures, each has for itself."""

    image: bool = False
    mask: bool = False
    strength: float | None = None
    hires: Hires | None = None


class Shape(NamedTuple):
    """What the pictures of one batch have in common.

    `negated`: whether they have negative prompts. Some classes take "none" and an empty one for
    different things, so that a picture beside one with a negative prompt would be another.
    """

    width: int
    height: int
    steps: int
    scheduler: str
    guidance: float
    prompt_syntax: str
    chunks: int
    negated: bool
    start: Start = Start()
    loras: tuple[Lora, ...] = ()
    controls: tuple[Control, ...] = ()
    ip_adapters: tuple[Seen, ...] = ()
    embeddings: Inversions = ()
    clip_skip: int | None = None


def shape(plan: Plan, chunks: int = 1) -> Shape:
    """The shape of the batch in which this plan can be drawn.

    Its prompts are read in `chunks` of tokens: a shorter one would be filled up, and be another
    picture than alone.
    """
    return Shape(
        width=plan.width,
        height=plan.height,
        steps=plan.steps,
        scheduler=plan.scheduler,
        guidance=plan.guidance,
        prompt_syntax=plan.prompt_syntax,
        chunks=chunks,
        negated=bool(plan.negative_prompt),
        start=Start(plan.image is not None, plan.mask is not None, plan.strength, plan.hires),
        loras=worn(plan),
        controls=heard(plan),
        ip_adapters=seen(plan),
        embeddings=plan.embeddings,
        clip_skip=plan.clip_skip,
    )


def _one(_: Plan) -> int:
    return 1


def batches(
    plans: Iterable[Plan | None], most: Callable[[Shape], int], chunks: Callable[[Plan], int] = _one
) -> Iterator[tuple[Shape, list[Plan]] | None]:
    """Batches of one shape, of at most `most(shape)` plans; only a few batches' plans are held.

    None in the stream means that whoever makes it will wait now: what is held is drawn first, and
    None is handed on.
    """
    waiting: dict[Shape, list[Plan]] = {}
    for plan in plans:
        if plan is None:
            yield from _emptied(waiting)
            yield None
            continue
        alike = shape(plan, chunks(plan))
        full = most(alike)
        waiting.setdefault(alike, []).append(plan)
        if len(waiting[alike]) >= full:
            yield alike, waiting.pop(alike)
        elif sum(map(len, waiting.values())) >= WINDOW * full:
            oldest = next(iter(waiting))
            yield oldest, waiting.pop(oldest)
    yield from _emptied(waiting)


def _emptied(waiting: dict[Shape, list[Plan]]) -> Iterator[tuple[Shape, list[Plan]]]:
    while waiting:
        oldest = next(iter(waiting))
        yield oldest, waiting.pop(oldest)
