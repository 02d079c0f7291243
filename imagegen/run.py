"""The way of a request, on one screen: load, draw, write, tell."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, groupby
from typing import NamedTuple

from msgspec import Struct, structs

from imagegen import batches, machine, pipeline, sampling
from imagegen.adapting import Wardrobe
from imagegen.batches import Shape
from imagegen.embedding import Encoder
from imagegen.errors import ImagegenError, Notice, OutOfMemoryError
from imagegen.events import Failed, Loading, Made, Ready, Retry, Step, Watcher, ignore
from imagegen.machine import Machine
from imagegen.pipeline import Loaded
from imagegen.plan import Plan, Weights, weights_of
from imagegen.record import Batch
from imagegen.sampling import Drawn
from imagegen.writing import Drawing, Writer


def _never() -> bool:
    return False


class How(Struct, frozen=True, kw_only=True):
    """How a run goes on: what fails is tried again; what is in work is finished when it stops."""

    retries: int = 0
    stopped: Callable[[], bool] = _never


class Easel(NamedTuple):
    """A loaded model at work: its encoder remembers texts, `most` how many fitted at once."""

    loaded: Loaded
    encoder: Encoder
    wardrobe: Wardrobe
    most: dict["Footprint", int]
    on_event: Watcher
    how: How


class Footprint(NamedTuple):
    """What the memory of a picture depends on."""

    width: int
    height: int
    guided: bool


def run(
    plans: Iterable[Plan | None], here: Machine, on_event: Watcher = ignore, how: How | None = None
) -> Iterator[Made | Failed]:
    """Draw every plan; what fails is told per picture, and the rest goes on.

    Plans are taken as they are needed, so that there may be any number of them; those of one model
    should come together, since each change of model loads one. Neighbours of one shape are drawn
    at once; the next batch is drawn while the last is written. None among the plans says that the
    next has to be waited for. A model that cannot be loaded is raised.
    """
    for _, same_model in groupby(plans, key=_Model()):
        yield from _draw_with_model(same_model, here, on_event, how or How())
        if how is not None and how.stopped():
            return  # what is left is not even asked for
        machine.free_memory(here)  # before the next model is loaded


class _Model:
    """The model of each plan in a stream; None belongs to the model before it."""

    last: Weights | None = None

    def __call__(self, plan: Plan | None) -> Weights | None:
        if plan is not None:
            self.last = weights_of(plan)
        return self.last


def _draw_with_model(
    plans: Iterator[Plan | None], here: Machine, on_event: Watcher, how: How
) -> Iterator[Made | Failed]:
    first = next((plan for plan in plans if plan is not None), None)
    if first is None:
        return
    on_event(Loading(first.model))
    loaded = pipeline.load(weights_of(first), first.model, here, on_event)
    on_event(Ready(first.model, here.device, here.precision, loaded.seconds))
    easel = Easel(*(loaded, Encoder(loaded.pipe), Wardrobe(loaded.pipe), {}, on_event, how))
    with Writer(loaded, first, on_event, retries=how.retries, stopped=how.stopped) as writer:
        in_batches = batches.batches(
            chain([first], plans), lambda one: _most(easel, one), lambda one: _chunks(easel, one)
        )
        for batch in in_batches:
            if batch is None:  # the next plan has to be waited for: say what is done until now
                yield from writer.finish()
                continue
            if how.stopped():
                break
            for drawing in _draw(easel, *batch):
                yield from writer.take(drawing)
        yield from writer.finish()


def _most(easel: Easel, shape: Shape) -> int:
    if not sampling.family_of(easel.loaded.pipe).batches:
        return 1
    allowed = machine.batch_size(easel.loaded.machine, shape.width, shape.height)
    return min(allowed, easel.most.get(_footprint(shape), allowed))


def _footprint(shape: Shape) -> Footprint:
    return Footprint(shape.width, shape.height, shape.guidance > 1)


def _chunks(easel: Easel, plan: Plan) -> int:
    texts = (plan.prompt, plan.negative_prompt) if plan.guided else (plan.prompt,)
    return max(easel.encoder.chunks(text, plan.prompt_syntax) for text in texts)


def _draw(easel: Easel, shape: Shape, batch: Sequence[Plan]) -> Iterator[Drawing]:
    """Draw a batch; in halves where memory is short, one by one where one of it fails."""
    size, drawn = len(batch), _tried(easel, shape, batch)
    if not isinstance(drawn, ImagegenError):
        for position, (plan, one) in enumerate(zip(batch, drawn, strict=True), start=1):
            yield Drawing(plan, one, Batch(size=size, position=position))
    elif isinstance(drawn, OutOfMemoryError):
        machine.free_memory(easel.loaded.machine)
        if size == 1:
            yield Drawing(batch[0], drawn, Batch(size=1, position=1))
        else:
            easel.most[_footprint(shape)] = size // 2  # for the rest of the run, too
            yield from _draw_parts(easel, shape, batch)
    elif size == 1:
        yield _drawn_again(easel, shape, batch[0], drawn)
    else:
        for plan in batch:
            yield from _draw(easel, shape, [plan])


def _draw_parts(easel: Easel, shape: Shape, batch: Sequence[Plan]) -> Iterator[Drawing]:
    """As many at once as fit, which may become fewer on the way."""
    while batch:
        size = easel.most[_footprint(shape)]
        yield from _draw(easel, shape, batch[:size])
        batch = batch[size:]


def _drawn_again(easel: Easel, shape: Shape, plan: Plan, error: ImagegenError) -> Drawing:
    alone = Batch(size=1, position=1)
    for left in reversed(range(easel.how.retries)):
        if easel.how.stopped():
            break
        easel.on_event(Retry(plan, error, left))
        drawn = _tried(easel, shape, [plan])
        if not isinstance(drawn, ImagegenError):
            return Drawing(plan, drawn[0], alone)
        error = drawn
    return Drawing(plan, error, alone)


def _tried(easel: Easel, shape: Shape, batch: Sequence[Plan]) -> list[Drawn] | ImagegenError:
    """The batch, or why not: without the frames of what failed, which hold its tensors."""
    try:
        return _sampled(easel, shape, batch)
    except ImagegenError as error:
        error.__cause__ = error.__context__ = None
        return error.with_traceback(None)


def _sampled(easel: Easel, shape: Shape, batch: Sequence[Plan]) -> list[Drawn]:
    loaded, size = easel.loaded, len(batch)
    pipeline.set_scheduler(loaded, shape.scheduler)
    easel.wardrobe.wear(shape.loras)
    easel.encoder.worn = easel.wardrobe.text
    drawn = sampling.sample(
        *(loaded.pipe, easel.encoder, batch),
        on_step=lambda done, of: easel.on_event(Step(done, of, size)),
    )
    most = easel.most.get(_footprint(shape))
    if most is None:
        return drawn
    notice = Notice(
        "fewer-at-once",
        f"memory allowed only {most} of {shape.width}x{shape.height} at once",
        hint=f"--batch-size {most}",
    )
    return [structs.replace(one, notices=(*one.notices, notice)) for one in drawn]
