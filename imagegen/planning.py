"""Decide everything about each picture, or refuse: from a Request and a model's card to Plans."""

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence

from msgspec import Struct, structs

from imagegen import (
    abilities,
    emphasis,
    forms,
    inversion,
    ip_adapters,
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
from imagegen.controls import Control, check_heard
from imagegen.errors import Notice, RequestError
from imagegen.grammar import RANDOM
from imagegen.inputs import Hires, Inputs, enlarged
from imagegen.inversion import Inversions
from imagegen.ip_adapters import Seen
from imagegen.lora_words import Asked
from imagegen.naming import slug
from imagegen.plan import Plan
from imagegen.request import Request
from imagegen.settings import Settings
from imagegen.templates import Wildcards
from imagegen.wording import Text

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
    controls: Callable[[Request, ModelCard], tuple[Control, ...]]
    ip_adapters: Callable[[Request, ModelCard], tuple[Seen, ...]]
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
    controls = around.controls(fitted, card) if fitted.control else ()
    looks = around.ip_adapters(fitted, card) if fitted.ip_adapter else ()
    if looks:
        ip_adapters.check_way(fitted, card, {one.network.class_name for one in controls})
        plans = (structs.replace(plan, ip_adapters=looks) for plan in plans)
    return (_from_pictures(plan, fitted, inputs, controls, card) for plan in plans)


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


def _from_pictures(
    plan: Plan,
    request: Request,
    inputs: Inputs,
    controls: tuple[Control, ...],
    card: ModelCard,
) -> Plan:
    """The plan with what it is drawn from, and how it is drawn again."""
    way = abilities.way(request, card)
    drawn = None if way is None or plan.strength is None else way.steps(plan.steps, plan.strength)
    check_heard(controls, plan.steps if drawn is None else drawn)
    hires = None
    if request.hires is not None:
        width, height = enlarged(plan.width, plan.height, request.hires, card.multiple)
        hires = Hires(width=width, height=height, strength=abilities.hires_strength(request))
    if hires is None and inputs.image is None:
        return structs.replace(plan, controls=controls) if controls else plan
    return structs.replace(
        plan,
        image=inputs.image,
        mask=inputs.mask,
        drawn_steps=drawn,
        hires=hires,
        controls=controls,
    )


def count_plans(request: Request, wildcards: Wildcards) -> int:
    """How many plans `make_plans` makes, without making them."""
    prompts = [wording.read(prompt, request) for prompt in request.prompts]
    each = requests.pictures(request) // len(prompts)
    return each * sum(wording.ways(prompt, request, wildcards) for prompt in prompts)


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
    unread = abilities.unread(setting.guidance, card)
    if not request.negative or card.family.guided(setting.guidance):
        return unread
    problem = f"a negative prompt has no effect with guidance {setting.guidance:g}"
    enough = f"guidance above {card.family.guided_above:g}"
    if not request.lenient:
        raise RequestError(
            "negative-without-guidance",
            problem,
            hint=f"--{enough}, or --lenient to draw anyway",
        )
    return (*unread, Notice("negative-without-guidance", problem, enough))


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
