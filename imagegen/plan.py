"""Decide everything about each picture, or refuse: from a Request and a model's card to Plans."""

import difflib
import os
import re
import string
from collections.abc import Callable, Iterator, Sequence
from itertools import count
from pathlib import Path

from msgspec import Struct, structs

from imagegen import request as requests
from imagegen.catalog import ModelCard
from imagegen.errors import Notice, RequestError
from imagegen.request import Request

DEFAULT_NAME = "{slug}-{seed}.png"
# Bytes; what is added (seed, "-2", ".json", the hidden name while it is written) fits into 255.
LONGEST_SLUG = 80
LONGEST_NAME = 200
FORMAT = re.compile(r"0?\d{0,2}(\.\d)?[dfg]?", re.ASCII)
WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")


class Plan(Struct, frozen=True, kw_only=True):
    """One picture, nothing left to decide; `source` is where the weights of `model` lie."""

    index: int
    model: str
    source: str
    revision: str | None
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
    notices: tuple[Notice, ...] = ()


class Surroundings(Struct, frozen=True, kw_only=True):
    """What a plan takes from outside: dice, the folder's contents, and the table of schedulers."""

    draw_seed: Callable[[], int]
    exists: Callable[[Path], bool]
    choose_scheduler: Callable[[str, str | None], str]
    own_scheduler: Callable[[ModelCard], str]


def make_plans(request: Request, card: ModelCard, around: Surroundings) -> list[Plan]:
    """One plan per picture: each prompt with each seed, in that order."""
    requests.check(request)
    scheduler = (
        around.own_scheduler(card)
        if request.scheduler is None
        else around.choose_scheduler(request.scheduler, card.prediction)
    )
    width, height = _size(request, card)
    guidance = card.guidance if request.guidance is None else request.guidance
    unguided = _unguided(request, guidance)
    plans: list[Plan] = []
    names = Names(around.exists)
    for prompt in request.prompts:
        notices = (*unguided, *unknown_words(prompt, card))
        for seed in _seeds(request, around.draw_seed):
            plan = Plan(
                index=len(plans) + 1,
                model=card.name,
                source=card.source,
                revision=card.revision,
                prompt=prompt,
                negative_prompt=request.negative or "",
                seed=seed,
                steps=card.steps if request.steps is None else request.steps,
                scheduler=scheduler,
                guidance=guidance,
                width=width,
                height=height,
                path=Path(),
                overwrite=bool(request.overwrite),
                notices=notices,
            )
            plans.append(structs.replace(plan, path=names.next(_path(request, plan), plan)))
    return plans


class Names:
    """File names no two plans share; unless asked, none that is already on disk."""

    def __init__(self, exists: Callable[[Path], bool]) -> None:
        self._exists = exists
        self._taken: set[Path] = set()
        self._rest: dict[Path, Iterator[Path]] = {}  # a thousand of one name are not tried anew

    def next(self, path: Path, plan: Plan) -> Path:
        """The wanted path, or the first after it that is free."""
        for free in self._rest.setdefault(path, free_names(path)):
            on_disk = self._exists(free) or self._exists(free.with_suffix(".json"))
            if free not in self._taken and (plan.overwrite or not on_disk):
                self._taken.add(free)
                return free
        raise AssertionError("names do not end")


def free_names(path: Path) -> Iterator[Path]:
    """The name itself, then name-2, name-3, and so on."""
    yield path
    for number in count(2):
        yield path.with_stem(f"{path.stem}-{number}")


def unknown_words(prompt: str, card: ModelCard) -> tuple[Notice, ...]:
    """A notice that names the words a closed vocabulary lacks, with the nearest it has."""
    known = card.vocabulary
    if known is None:
        return ()
    words = dict.fromkeys(word for word in WORD.findall(prompt.lower()) if not _known(word, known))
    if not words:
        return ()
    near = [f"{_near(word, known)} for '{word}'" for word in words if _near(word, known)]
    listed = ", ".join(f"'{word}'" for word in words)
    all_of_them = f"all {len(known)} words it knows are in the model's tokenizer/tokenizer.json"
    return (
        Notice(
            code="unknown-words",
            message=f"{card.name} has not learnt {listed}",
            hint="; ".join((*near, all_of_them)),
        ),
    )


def _known(word: str, known: frozenset[str]) -> bool:
    return word in known or all(part in known for part in re.split(r"['’-]", word))


def _near(word: str, known: frozenset[str]) -> str:
    return " or ".join(difflib.get_close_matches(word, sorted(known), n=3, cutoff=0.7))


def _size(request: Request, card: ModelCard) -> tuple[int, int]:
    width = card.width if request.width is None else request.width
    height = card.height if request.height is None else request.height
    for side, pixels in (("width", width), ("height", height)):
        if pixels % card.multiple:
            below = pixels // card.multiple * card.multiple
            fits = [str(size) for size in (below, below + card.multiple) if size]
            raise RequestError(
                "size-not-multiple",
                f"{side} {pixels} is not a multiple of {card.multiple}, as {card.name} needs",
                hint=" or ".join(fits),
            )
    return width, height


def _unguided(request: Request, guidance: float) -> tuple[Notice, ...]:
    if not request.negative or guidance > 1:
        return ()
    problem = f"a negative prompt has no effect with guidance {guidance:g}"
    if not request.lenient:
        raise RequestError(
            "negative-without-guidance",
            problem,
            hint="--guidance above 1, or --lenient to draw anyway",
        )
    return (Notice("negative-without-guidance", problem, "guidance above 1"),)


def _seeds(request: Request, draw_seed: Callable[[], int]) -> Sequence[int]:
    pictures = 1 if request.count is None else request.count
    if request.seeds is None:
        return [draw_seed() for _ in range(pictures)]
    if len(request.seeds) > 1:
        return request.seeds
    return [request.seeds[0] + number for number in range(pictures)]


def _path(request: Request, plan: Plan) -> Path:
    folder = "." if request.out is None else request.out
    name = _name(DEFAULT_NAME if request.name is None else request.name, plan)
    return Path(os.path.expanduser(folder)) / name  # noqa: PTH111 (pathlib raises for no such user)


def _name(template: str, plan: Plan) -> Path:
    fields: dict[str, str | int | float] = {
        "slug": slug(plan.prompt),
        "model": slug(plan.model),
        "seed": plan.seed,
        "index": plan.index,
        "steps": plan.steps,
        "scheduler": plan.scheduler,
        "guidance": plan.guidance,
        "width": plan.width,
        "height": plan.height,
    }
    named = Path(_fill(template, fields))
    suffix = named.suffix.lower()
    if suffix in {".jpg", ".jpeg", ".webp", ".gif", ".bmp", ".tif", ".tiff", ".avif", ".json"}:
        raise RequestError(
            "unknown-format",
            f"name '{template}' asks for {suffix[1:]}",
            hint="a name that ends in .png",
        )
    if not all(part.isprintable() for part in named.parts):
        raise RequestError(
            "bad-name", f"name {template!r} has a control character", hint=DEFAULT_NAME
        )
    if max(len(part.encode()) for part in (*named.parts, "")) > LONGEST_NAME:
        raise RequestError(
            "bad-name", f"name '{template}' makes a name too long", hint=DEFAULT_NAME
        )
    if named.is_absolute() or ".." in named.parts or not named.name:
        raise RequestError(
            "bad-name", f"name '{template}' leads out of the folder", hint="-o for the folder"
        )
    return named if suffix == ".png" else named.with_name(f"{named.name}.png")


def _fill(template: str, fields: dict[str, str | int | float]) -> str:
    try:
        parts = list(string.Formatter().parse(template))
        for _, field, form, conversion in parts:
            if field is None:
                continue
            if field not in fields or conversion:
                raise RequestError(
                    "bad-name",
                    f"name '{template}' has the unknown field '{field}'",
                    hint=", ".join(f"{{{field}}}" for field in fields),
                )
            if not FORMAT.fullmatch(form or ""):
                raise RequestError(
                    "bad-name",
                    f"name '{template}' has the unknown format '{form}'",
                    hint="{seed:04}, {index:03d} or {guidance:.1f}",
                )
        return template.format_map(fields)
    except (ValueError, KeyError, IndexError) as error:
        raise RequestError("bad-name", f"name '{template}': {error}", hint=DEFAULT_NAME) from None


def slug(text: str) -> str:
    """The text as a file name: lower case, letters and digits of any script, hyphens between."""
    words = re.sub(r"[\W_]+", "-", text.lower()).strip("-")
    return words.encode()[:LONGEST_SLUG].decode(errors="ignore").rstrip("-") or "picture"
