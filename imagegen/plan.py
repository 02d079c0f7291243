"""Decide everything about each picture, or refuse: from a Request and a model's card to Plans."""

import hashlib
import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec
from msgspec import Struct, structs

from imagegen import abilities, emphasis, naming, templates, tokens, vocabulary
from imagegen import request as requests
from imagegen.catalog import ModelCard
from imagegen.errors import Notice, RequestError
from imagegen.naming import slug
from imagegen.request import MOST_PICTURES, RANDOM, Request
from imagegen.singlefile import SingleFile
from imagegen.templates import Template, Wildcards

# Part of every plan's id: to be raised when the same plan would be drawn differently.
EDITION = "imagegen/plan/1"


class Plan(Struct, frozen=True, kw_only=True):
    """One picture, nothing left to decide; `source` is where the weights of `model` lie.

    Where that is a single file, `single` says what completes it.
    `template` and `negative_template` are the texts as written, where they were templates. `origin`
    is the row that asked for the picture, as file:line, and `asked` the request as it was read.
    `guided`: each step takes a second pass of the network, for guidance.
    """

    index: int
    model: str
    source: str
    revision: str | None
    variant: str | None = None
    prompt: str
    negative_prompt: str
    seed: int
    steps: int
    scheduler: str
    guidance: float
    width: int
    height: int
    path: Path
    overwrite: bool
    prompt_syntax: str = emphasis.PLAIN
    guided: bool
    template: str | None = None
    negative_template: str | None = None
    origin: str | None = None
    asked: Request | None = None
    notices: tuple[Notice, ...] = ()
    single: SingleFile | None = None


class Weights(NamedTuple):
    """What a plan draws with: plans that have this in common share a loaded model."""

    source: str
    revision: str | None = None
    variant: str | None = None
    single: SingleFile | None = None


class Surroundings(Struct, frozen=True, kw_only=True):
    """What a plan takes from outside: dice, wildcard files, and the table of schedulers."""

    draw_seed: Callable[[], int]
    wildcards: Wildcards
    choose_scheduler: Callable[[str, str | None], str]
    own_scheduler: Callable[[ModelCard], str]


class Settings(NamedTuple):
    """What is drawn with: one value of every option that may be given several."""

    width: int
    height: int
    steps: int
    guidance: float
    scheduler: str


class Text(NamedTuple):
    """A prompt as written, and what it becomes for a seed."""

    written: str
    template: Template | None

    def for_seed(self, wildcards: Wildcards, seed: int) -> str:
        """The text, or the expansion that this seed chooses."""
        if self.template is None:
            return self.written
        return templates.one(self.template, wildcards, seed)

    @property
    def source(self) -> str | None:
        """The text as written, if it was a template."""
        return None if self.template is None else self.written


def make_plans(
    request: Request, card: ModelCard, around: Surroundings, number: int = 1
) -> Iterator[Plan]:
    """One plan per picture, each at the path it wants, of a request that has been checked.

    In this order: each prompt, each of its expansions, each setting, each seed; numbered on from
    `number`. What the model cannot draw is refused at once.
    """
    fitted, untaken = abilities.fitted(request, card)
    schedulers, unfit = _schedulers(fitted, card, around)
    settings = _settings(fitted, schedulers, card)
    notices = {one: (*untaken, *unfit, *_unguided(fitted, one, card)) for one in settings}
    prompts = [_text(prompt, request) for prompt in request.prompts]
    negative = _text(fitted.negative or "", request)
    for text in (*prompts, negative):
        if text.template is not None:
            templates.check(text.template, around.wildcards)
    _check_number_of(request, prompts, around.wildcards)
    texts, drawn_with = (prompts, negative), (settings, notices)
    return _each(request, card, around, texts, drawn_with, itertools.count(number))


def _each(
    request: Request,
    card: ModelCard,
    around: Surroundings,
    texts: tuple[Sequence[Text], Text],
    drawn_with: tuple[Sequence[Settings], dict[Settings, tuple[Notice, ...]]],
    numbers: Iterator[int],
) -> Iterator[Plan]:
    (prompts, negative), (settings, notices) = texts, drawn_with
    for prompt in prompts:
        for text in _expansions(prompt, request, around.wildcards):
            seeds = _seeds(request, around.draw_seed)
            for setting, seed in _pairs(settings, seeds, paired=_pairs_seeds(request)):
                words = text.for_seed(around.wildcards, seed)
                avoided = negative.for_seed(around.wildcards, seed)
                yield _plan(
                    request,
                    card,
                    setting,
                    index=next(numbers),
                    seed=seed,
                    prompt=_nonempty(words, prompt),
                    template=prompt.source,
                    negative_prompt=avoided,
                    negative_template=negative.source,
                    notices=(
                        *card.notices,
                        *notices[setting],
                        *_reading(words, avoided, request, card),
                    ),
                )


def weights_of(plan: Plan) -> Weights:
    """What has to be loaded to draw it."""
    return Weights(plan.source, plan.revision, plan.variant, plan.single)


def count_plans(request: Request, wildcards: Wildcards) -> int:
    """How many plans `make_plans` makes, without making them."""
    prompts = [_text(prompt, request) for prompt in request.prompts]
    each = requests.pictures(request) // len(prompts)
    return each * sum(_ways(prompt, request, wildcards) for prompt in prompts)


def identity(plan: Plan, model_digest: str) -> str:
    """A name for the picture by all that decides its pixels: the same wherever it is drawn.

    `model_digest` stands for the weights (see `imagegen.weights`). The machine is not in it: it
    changes a picture by rounding only. Neither is a syntax that means nothing in these texts.
    """
    decides: tuple[object, ...] = (
        *(EDITION, model_digest, plan.prompt, plan.negative_prompt, plan.seed),
        *(plan.steps, plan.scheduler, plan.guidance, plan.width, plan.height),
        *(() if plan.variant is None else ("variant", plan.variant)),
    )
    texts = (plan.prompt, plan.negative_prompt)
    if any(emphasis.means_something(text, plan.prompt_syntax) for text in texts):
        decides = (*decides, plan.prompt_syntax)
    return hashlib.sha256(msgspec.json.encode(decides)).hexdigest()[:32]


def _plan(
    request: Request,
    card: ModelCard,
    setting: Settings,
    *,
    index: int,
    seed: int,
    prompt: str,
    template: str | None,
    negative_prompt: str,
    negative_template: str | None,
    notices: tuple[Notice, ...],
) -> Plan:
    fields: dict[str, naming.Field] = {
        "slug": slug(prompt),
        "model": slug(card.name),
        "seed": seed,
        "index": index,
        "steps": setting.steps,
        "scheduler": setting.scheduler,
        "guidance": setting.guidance,
        "width": setting.width,
        "height": setting.height,
    }
    return Plan(
        index=index,
        model=card.name,
        source=card.source,
        revision=card.revision,
        single=card.single,
        variant=request.variant,
        prompt=prompt,
        negative_prompt=negative_prompt,
        seed=seed,
        steps=setting.steps,
        scheduler=setting.scheduler,
        guidance=setting.guidance,
        width=setting.width,
        height=setting.height,
        path=naming.path(request.out, request.name, fields),
        overwrite=bool(request.overwrite),
        prompt_syntax=_syntax(request),
        guided=card.family.guided(setting.guidance),
        template=template,
        negative_template=negative_template,
        asked=_of_one(request, prompt if template is None else template, seed),
        notices=notices,
    )


def _of_one(request: Request, prompt: str, seed: int) -> Request:
    """The request as far as it asks for one picture: a record does not carry all the others."""
    if isinstance(request.seeds, tuple) and len(request.seeds) > 1:
        request = structs.replace(request, seeds=(seed,))
    return request if len(request.prompts) == 1 else structs.replace(request, prompts=(prompt,))


def _schedulers(
    request: Request, card: ModelCard, around: Surroundings
) -> tuple[list[str], tuple[Notice, ...]]:
    """The schedulers to draw with, and what is to be said of those that cannot."""
    own = around.own_scheduler(card)
    names: list[str] = []
    prediction = card.prediction if card.family.swaps else None  # else only its own one fits
    notices: dict[Notice, None] = {}
    for asked in requests.several(request.scheduler):
        name = own if asked is None else around.choose_scheduler(asked, prediction)
        unfit = abilities.scheduler_fits(name, own, card, lenient=bool(request.lenient))
        notices.update(dict.fromkeys(unfit))
        names.append(own if unfit else name)
    return names, tuple(notices)


def _settings(request: Request, schedulers: Sequence[str], card: ModelCard) -> list[Settings]:
    sizes = _sizes(request, card)
    steps = [card.steps if one is None else one for one in requests.several(request.steps)]
    guidances = [
        card.guidance if one is None else one for one in requests.several(request.guidance)
    ]
    axes: tuple[Sequence[object], ...] = (sizes, steps, guidances, schedulers)
    combined: Iterable[tuple[object, ...]] = itertools.product(*axes)
    if request.zip:
        longest = max(map(len, axes))
        combined = zip(*(_stretched(axis, longest) for axis in axes), strict=True)
    return [Settings(*size, *rest) for size, *rest in combined]  # type: ignore[misc]


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


def _text(written: str, request: Request) -> Text:
    if request.expand == "no" or not templates.is_template(written):
        return Text(written, None)
    return Text(written, templates.parse(written))


def _expansions(prompt: Text, request: Request, wildcards: Wildcards) -> Iterator[Text]:
    """The prompt itself, its expansion left to the seed; or each expansion it has."""
    if prompt.template is None or request.expand != "all":
        yield prompt
        return
    for words in templates.every(prompt.template, wildcards):
        yield Text(words, None)


def _ways(prompt: Text, request: Request, wildcards: Wildcards) -> int:
    if prompt.template is None or request.expand != "all":
        return 1
    return templates.how_many(prompt.template, wildcards)


def _check_number_of(request: Request, prompts: Sequence[Text], wildcards: Wildcards) -> None:
    for prompt in prompts:
        ways = _ways(prompt, request, wildcards)
        if ways > 1 and ways * (requests.pictures(request) // len(prompts)) > MOST_PICTURES:
            raise RequestError(
                "too-many-pictures",
                f"'{prompt.written}' has more expansions than {MOST_PICTURES:,} pictures allow",
                hint="--expand random with --count",
            )


def _nonempty(words: str, prompt: Text) -> str:
    if words.strip():
        return words
    raise RequestError(
        "empty-prompt",
        f"the template '{prompt.written}' became an empty prompt",
        hint="a template with some words outside its braces",
    )


def _pairs(
    settings: Sequence[Settings], seeds: Sequence[int], *, paired: bool
) -> Iterable[tuple[Settings, int]]:
    """Every setting with every seed; if paired, the first with the first."""
    if paired and len(settings) > 1:
        return zip(settings, seeds, strict=True)
    return itertools.product(settings, seeds)


def _pairs_seeds(request: Request) -> bool:
    """Whether `zip` takes in the seeds: a list of them, not so many of a count."""
    return bool(request.zip) and isinstance(request.seeds, tuple) and len(request.seeds) > 1


def _seeds(request: Request, draw_seed: Callable[[], int]) -> Sequence[int]:
    pictures = 1 if request.count is None else request.count
    if request.seeds is None or request.seeds == RANDOM:
        return [draw_seed() for _ in range(pictures)]
    if len(request.seeds) > 1:
        return request.seeds
    return range(request.seeds[0], request.seeds[0] + pictures)


def _unguided(request: Request, setting: Settings, card: ModelCard) -> tuple[Notice, ...]:
    if not request.negative or card.family.guided(setting.guidance):
        return ()
    problem = f"a negative prompt has no effect with guidance {setting.guidance:g}"
    enough = f"guidance above {card.family.guided_above:g}"
    if not request.lenient:
        raise RequestError(
            "negative-without-guidance",
            problem,
            hint=f"--{enough}, or --lenient to draw anyway",
        )
    return (Notice("negative-without-guidance", problem, enough),)


def _syntax(request: Request) -> str:
    return emphasis.DEFAULT if request.prompt_syntax is None else request.prompt_syntax


def _reading(prompt: str, negative: str, request: Request, card: ModelCard) -> tuple[Notice, ...]:
    """What this model will not make of the words; refuses what it cannot weigh."""
    syntax = _syntax(request)
    words = emphasis.words(prompt, syntax)
    texts = {"prompt": prompt, "negative prompt": negative}
    return (
        *tokens.unweighed(texts, syntax, card, lenient=bool(request.lenient)),
        *vocabulary.unknown_words(words, card),
        *tokens.cut("prompt", words, card),
    )
