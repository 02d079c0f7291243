"""The way of a request, on one screen: load, draw, write, tell."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, groupby
from typing import NamedTuple

from msgspec import Struct, structs

from imagegen import batches, determinism, machine, pipeline, sampling
from imagegen.batches import Shape
from imagegen.errors import ImagegenError, Notice, OutOfMemoryError
from imagegen.events import Failed, Made, Retry, Step, Watcher, ignore
from imagegen.fitting import Fit
from imagegen.ladder import Size
from imagegen.machine import Machine
from imagegen.plan import Plan, Weights, weights_of
from imagegen.record import Batch
from imagegen.sampling import Drawn
from imagegen.writing import Drawing, Writer


def _never() -> bool:
    return False


class How(Struct, frozen=True, kw_only=True):
    """How a run goes on: what fails is tried again; what is in work is finished when it stops.

    `imported` is how many seconds the libraries took to import, for the records.
    """

    retries: int = 0
    stopped: Callable[[], bool] = _never
    imported: float | None = None


class Easel(NamedTuple):
    """A loaded model at work: `most` remembers how many pictures fitted at once."""

    fit: Fit
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
        with determinism.held(deterministic=here.deterministic):
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
    easel = Easel(Fit(first, here, on_event), {}, on_event, how)
    folder = easel.fit.loaded.folder
    with Writer(folder, first, on_event, **structs.asdict(how)) as writer:
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
                yield from writer.take(drawing, easel.fit.loaded)
        yield from writer.finish()


def _most(easel: Easel, shape: Shape) -> int:
    loaded, foot = easel.fit.loaded, _footprint(shape)
    if not sampling.draws_together(loaded.pipe, shape.start, shape.controls):
        return 1
    allowed = machine.batch_size(loaded.machine, foot.width, foot.height)
    known = easel.most.get(foot)
    if known is None and loaded.machine.batch_size is None:  # nobody said how many
        return easel.fit.most(Size(foot.width, foot.height, allowed, foot.guided))
    return min(allowed, allowed if known is None else known)


def _footprint(shape: Shape) -> Footprint:
    largest = shape if shape.start.hires is None else shape.start.hires
    return Footprint(largest.width, largest.height, shape.guidance > 1)


def _chunks(easel: Easel, plan: Plan) -> int:
    texts = (plan.prompt, plan.negative_prompt) if plan.guided else (plan.prompt,)
    return max(
        easel.fit.encoder.chunks(text, plan.prompt_syntax, plan.embeddings) for text in texts
    )


def _draw(easel: Easel, shape: Shape, batch: Sequence[Plan]) -> Iterator[Drawing]:
    """Draw a batch; where memory is short in halves, and one on the next rung of the ladder.

    One by one where one of it fails.
    """
    size, drawn = len(batch), _tried(easel, shape, batch)
    if not isinstance(drawn, ImagegenError):
        for position, (plan, one) in enumerate(zip(batch, drawn, strict=True), start=1):
            yield Drawing(plan, one, Batch(size=size, position=position))
    elif isinstance(drawn, OutOfMemoryError):
        machine.free_memory(easel.fit.loaded.machine)
        if size == 1 and easel.fit.step_down():
            easel.most.clear()  # more may fit now
            yield from _draw(easel, shape, batch)
        elif size == 1:
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
        size = easel.most.get(_footprint(shape), len(batch))
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
    fit, size = easel.fit, len(batch)
    pipeline.set_scheduler(fit.loaded, shape.scheduler)
    fit.wear(shape.loras)
    drawn = sampling.sample(
        *(fit.loaded.pipe, fit.encoder, batch),
        steering=fit.loaded.steering,
        sights=fit.see(shape.ip_adapters),
        on_step=lambda done, of: easel.on_event(Step(done, of, size)),
    )
    notices, most = fit.notices, easel.most.get(_footprint(shape))
    if most is not None:
        problem = f"memory allowed only {most} of {shape.width}x{shape.height} at once"
        notices = (Notice("fewer-at-once", problem, hint=f"--batch-size {most}"), *notices)
    return [structs.replace(one, notices=(*one.notices, *notices)) for one in drawn]
