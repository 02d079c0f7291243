"""Decide everything about each picture, or refuse: from a Request and a model's card to Plans."""

import hashlib
import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec
from msgspec import Struct, structs

from imagegen import (
    abilities,
    emphasis,
    forms,
    inversion,
    lora_words,
    naming,
    settings,
    templates,
    tokens,
    vocabulary,
    wording,
)
from imagegen import request as requests
from imagegen.adapters import Lora
from imagegen.catalog import ModelCard
from imagegen.errors import Notice, RequestError
from imagegen.formats import Form
from imagegen.grammar import RANDOM
from imagegen.inputs import Hires, Inputs, Mask, Picture, enlarged
from imagegen.inversion import Inversions
from imagegen.lora_words import Asked
from imagegen.naming import slug
from imagegen.request import Request
from imagegen.settings import Settings
from imagegen.singlefile import SingleFile
from imagegen.templates import Wildcards
from imagegen.wording import Text

# Part of every plan's id: to be raised when the same plan would be drawn differently.
EDITION = "imagegen/plan/1"


class Plan(Struct, frozen=True, kw_only=True):
    """One picture, nothing left to decide; `source` is where the weights of `model` lie.

    Where that is a single file, `single` says what completes it.
    `template` and `negative_template` are the texts as written, where they were templates. `origin`
    is the row that asked for the picture, as file:line, and `asked` the request as it was read.
    `guided`: each step takes a second pass of the network, for guidance. `form` is how the file is
    written, whatever is in the picture. `safety_checker`: the model's own one, if it has one, may
    blank the picture. `image` is what it is drawn from, `mask` where; of its steps the last
    `drawn_steps`, by its `strength`, are drawn (None: all). `hires` is the second drawing.
    `embeddings` are those that its words call for. `clip_skip` None: the text encoders are
    read as the model has it.
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
    safety_checker: bool = True
    guided: bool
    loras: tuple[Lora, ...] = ()
    embeddings: Inversions = ()
    clip_skip: int | None = None
    template: str | None = None
    negative_template: str | None = None
    origin: str | None = None
    asked: Request | None = None
    notices: tuple[Notice, ...] = ()
    single: SingleFile | None = None
    form: Form = Form()
    image: Picture | None = None
    mask: Mask | None = None
    strength: float | None = None
    drawn_steps: int | None = None
    hires: Hires | None = None


class Weights(NamedTuple):
    """What a plan draws with: plans that have this in common share a loaded model."""

    source: str
    revision: str | None = None
    variant: str | None = None
    single: SingleFile | None = None
    safety_checker: bool = True


# The LoRAs of a request and of a prompt's tags, as they fit a model, and what to say of them.
Choose = Callable[
    [Request, Sequence[Asked], ModelCard], tuple[tuple[Lora, ...], tuple[Notice, ...]]
]


class Surroundings(Struct, frozen=True, kw_only=True):
    """What a plan takes from outside: dice, files, and the table of schedulers."""

    draw_seed: Callable[[], int]
    wildcards: Wildcards
    choose_scheduler: Callable[[str, str | None], str]
    own_scheduler: Callable[[ModelCard], str]
    inputs: Callable[[Request], Inputs]
    loras: Choose
    embeddings: Callable[[Request, ModelCard], Inversions]


def make_plans(
    request: Request, card: ModelCard, around: Surroundings, number: int = 1
) -> Iterator[Plan]:
    """One plan per picture, each at the path it wants, of a request that has been checked.

    In this order: each prompt, each of its expansions, each setting, each seed; numbered on from
    `number`. What the model cannot draw is refused at once.
    """
    fitted, untaken = abilities.fitted(request, card)
    own = around.own_scheduler(card)
    schedulers, unfit = settings.schedulers(fitted, card, around.choose_scheduler, own)
    inputs = around.inputs(fitted)
    drawn_with = settings.combined(fitted, schedulers, card, inputs.image)
    notices = {one: (*untaken, *unfit, *_unguided(fitted, one, card)) for one in drawn_with}
    prompts = [wording.read(prompt, request) for prompt in request.prompts]
    negative = wording.read(fitted.negative or "", request)
    for text in (*prompts, negative):
        if text.template is not None:
            templates.check(text.template, around.wildcards)
    wording.check_number_of(request, prompts, around.wildcards)
    learnt = around.embeddings(fitted, card) if fitted.embedding else ()
    called: tuple[Notice, ...] = ()
    if not any(text.template is not None for text in (*prompts, negative)):
        written = [inversion.spelled(text.written, learnt) for text in (*prompts, negative)]
        called = inversion.called(written, _syntax(request), learnt, lenient=bool(request.lenient))
    notices = {one: (*said, *called) for one, said in notices.items()}
    texts, ways = (prompts, negative), (drawn_with, notices)
    plans = _each(request, card, around, (texts, learnt), ways, itertools.count(number))
    return (_from_pictures(plan, fitted, inputs, card) for plan in plans)


def _each(
    request: Request,
    card: ModelCard,
    around: Surroundings,
    texts: tuple[tuple[Sequence[Text], Text], Inversions],
    drawn_with: tuple[Sequence[Settings], dict[Settings, tuple[Notice, ...]]],
    numbers: Iterator[int],
) -> Iterator[Plan]:
    ((prompts, negative), learnt), (all_settings, notices) = texts, drawn_with
    for prompt in prompts:
        for text in wording.expansions(prompt, request, around.wildcards):
            seeds = _seeds(request, around.draw_seed)
            for setting, seed in _pairs(all_settings, seeds, paired=_pairs_seeds(request)):
                said = inversion.spelled(text.for_seed(around.wildcards, seed), learnt)
                words, tagged = _untagged(said, request)
                loras, fitting = _loras(request, tagged, card, around)
                avoided = inversion.spelled(negative.for_seed(around.wildcards, seed), learnt)
                called = inversion.used((words, avoided), _syntax(request), learnt)
                yield _plan(
                    request,
                    card,
                    setting,
                    index=next(numbers),
                    seed=seed,
                    prompt=wording.nonempty(words, prompt),
                    template=prompt.source,
                    negative_prompt=avoided,
                    negative_template=negative.source,
                    loras=loras,
                    embeddings=called,
                    notices=(
                        *card.notices,
                        *fitting,
                        *notices[setting],
                        *_reading(words, avoided, request, card, called),
                    ),
                )


def _from_pictures(plan: Plan, request: Request, inputs: Inputs, card: ModelCard) -> Plan:
    """The plan with what it is drawn from, and how it is drawn again."""
    hires = None
    if request.hires is not None:
        width, height = enlarged(plan.width, plan.height, request.hires, card.multiple)
        hires = Hires(width=width, height=height, strength=abilities.hires_strength(request))
    if hires is None and inputs.image is None:
        return plan
    way = abilities.way(request, card)
    drawn = None if way is None or plan.strength is None else way.steps(plan.steps, plan.strength)
    return structs.replace(
        plan, image=inputs.image, mask=inputs.mask, drawn_steps=drawn, hires=hires
    )


def worn(plan: Plan) -> tuple[Lora, ...]:
    """The LoRAs that change the picture: one with a weight of 0 does not."""
    return tuple(one for one in plan.loras if one.on)


def weights_of(plan: Plan) -> Weights:
    """What has to be loaded to draw it."""
    return Weights(plan.source, plan.revision, plan.variant, plan.single, plan.safety_checker)


def count_plans(request: Request, wildcards: Wildcards) -> int:
    """How many plans `make_plans` makes, without making them."""
    prompts = [wording.read(prompt, request) for prompt in request.prompts]
    each = requests.pictures(request) // len(prompts)
    return each * sum(wording.ways(prompt, request, wildcards) for prompt in prompts)


def identity(plan: Plan, model_digest: str) -> str:
    """A name for the picture by all that decides its pixels: the same wherever it is drawn.

    `model_digest` stands for the weights (see `imagegen.weights`). The machine is not in it: it
    changes a picture by rounding only. Neither is a syntax that means nothing in these texts.
    """
    decides: tuple[object, ...] = (
        *(EDITION, model_digest, plan.prompt, plan.negative_prompt, plan.seed),
        *(plan.steps, plan.scheduler, plan.guidance, plan.width, plan.height),
        *(() if plan.variant is None else ("variant", plan.variant)),
        *(() if plan.safety_checker else ("no-safety-checker",)),
        *_inputs_of(plan),
        *(("lora", *one.decides) for one in worn(plan)),
        *(("embedding", *one.decides) for one in plan.embeddings),
        *(() if plan.clip_skip is None else (("clip-skip", plan.clip_skip),)),
    )
    texts = (plan.prompt, plan.negative_prompt)
    if any(emphasis.means_something(text, plan.prompt_syntax) for text in texts):
        decides = (*decides, plan.prompt_syntax)
    return hashlib.sha256(msgspec.json.encode(decides)).hexdigest()[:32]


def _inputs_of(plan: Plan) -> tuple[object, ...]:
    """Of the pictures it is drawn from what decides: not where they lie."""
    mask = plan.mask.sha256 if isinstance(plan.mask, Picture) else plan.mask
    image = None if plan.image is None else ("image", plan.image.sha256, mask, plan.strength)
    return tuple(one for one in (image, plan.hires) if one is not None)


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
    loras: tuple[Lora, ...],
    embeddings: Inversions,
    notices: tuple[Notice, ...],
) -> Plan:
    form = forms.of_size(request, setting.width, setting.height)
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
    if setting.strength is not None:
        fields["strength"] = setting.strength
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
        path=naming.path(request.out, forms.template(request), fields, form.ending),
        form=form,
        overwrite=bool(request.overwrite),
        prompt_syntax=_syntax(request),
        safety_checker=not request.no_safety_checker,
        strength=setting.strength,
        guided=card.family.guided(setting.guidance),
        loras=loras,
        embeddings=embeddings,
        clip_skip=abilities.clip_skip(request, card),
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


def _pairs(
    drawn_with: Sequence[Settings], seeds: Sequence[int], *, paired: bool
) -> Iterable[tuple[Settings, int]]:
    """Every setting with every seed; if paired, the first with the first."""
    if paired and len(drawn_with) > 1:
        return zip(drawn_with, seeds, strict=True)
    return itertools.product(drawn_with, seeds)


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


def _untagged(words: str, request: Request) -> tuple[str, Sequence[Asked]]:
    """The words without <lora:...>, which only webui's grammar has."""
    return lora_words.tags(words) if _syntax(request) == "a1111" else (words, ())


def _loras(
    request: Request, tagged: Sequence[Asked], card: ModelCard, around: Surroundings
) -> tuple[tuple[Lora, ...], tuple[Notice, ...]]:
    return around.loras(request, tagged, card) if tagged or request.lora else ((), ())


def _syntax(request: Request) -> str:
    return emphasis.DEFAULT if request.prompt_syntax is None else request.prompt_syntax


def _reading(
    prompt: str, negative: str, request: Request, card: ModelCard, called: Inversions
) -> tuple[Notice, ...]:
    """What this model will not make of the words; refuses what it cannot weigh."""
    syntax = _syntax(request)
    words = inversion.without(emphasis.words(prompt, syntax), called)
    texts = {"prompt": prompt, "negative prompt": negative}
    return (
        *tokens.unweighed(texts, syntax, card, lenient=bool(request.lenient)),
        *vocabulary.unknown_words(words, card),
        *tokens.cut("prompt", words, card),
    )
