"""What was asked: a frozen record in which None means "not said", and the grammar of its words."""

import math
import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Literal, NamedTuple, TypeVar

from msgspec import Struct

from imagegen.errors import RequestError

MOST_PICTURES = 1_000_000
MOST_STEPS = 1000  # the length of every noise schedule models are trained with
LONGEST_SIDE = 16_384
SEED_LIMIT = 2**63
RANDOM: Literal["random"] = "random"
MODEL_OWN = "model"  # the scheduler that lies in the model's folder, as it is
LONGEST_NUMBER = 24  # digits: more than any option takes, fewer than Python refuses to read
SEEDS = re.compile(r"(\d+)(?:\s*-\s*(\d+)(?::(\d+))?)?", re.ASCII)
RANGE = re.compile(r"([\d.]+)\s*-\s*([\d.]+)(?::([\d.]+))?", re.ASCII)

PRECISIONS = ("auto", "float32", "float16", "bfloat16")
# The options that may be given several values, and what a width and a height are together.
SETTINGS = {
    "width": "size",
    "height": "size",
    "steps": "steps",
    "guidance": "guidance",
    "scheduler": "scheduler",
}
DEVICE = re.compile(r"auto|cpu|mps|(cuda|xpu)(:\d+)?")

CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
LINES = str.maketrans("\t\r\n", "   ")
TEXTS = (
    *("negative", "model", "model_config", "tokenizer"),
    *("out", "name", "wildcards", "scheduler"),
)

Value = TypeVar("Value")


class Request(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Pictures as they were asked for; 0 and "" are answers, None is not.

    A tuple of settings draws each of them: every combination, or (`zip`) the first with the first.
    Prompts may be templates (`imagegen.templates`); `expand` says what becomes of them.
    """

    prompts: tuple[str, ...]
    negative: str | None = None
    model: str | None = None
    model_config: str | None = None
    tokenizer: str | None = None
    revision: str | None = None
    variant: str | None = None
    offline: bool | None = None
    steps: int | tuple[int, ...] | None = None
    scheduler: str | tuple[str, ...] | None = None
    guidance: float | tuple[float, ...] | None = None
    seeds: tuple[int, ...] | Literal["random"] | None = None
    width: int | tuple[int, ...] | None = None
    height: int | tuple[int, ...] | None = None
    count: int | None = None
    zip: bool | None = None
    expand: Literal["random", "all", "no"] | None = None
    prompt_syntax: Literal["a1111", "comfy", "compel", "plain"] | None = None
    wildcards: str | None = None
    out: str | None = None
    name: str | None = None
    overwrite: bool | None = None
    lenient: bool | None = None


class MachineRequest(Struct, frozen=True, kw_only=True):
    """How to work, as asked; it never changes which pictures are drawn."""

    device: str | None = None
    precision: str | None = None
    batch_size: int | None = None


class Limit(NamedTuple):
    """The values that a number may have."""

    least: float
    most: float


LIMITS = {
    "steps": Limit(1, MOST_STEPS),
    "guidance": Limit(0, 100),
    "width": Limit(8, LONGEST_SIDE),
    "height": Limit(8, LONGEST_SIDE),
    "count": Limit(1, MOST_PICTURES),
    "batch-size": Limit(1, 4096),
}


def seeds_from(text: str) -> tuple[int, ...] | Literal["random"]:
    """Read `7`, `1,2,9` or `1-100`, in any mixture, or the word `random`."""
    if (
        text.isascii() and text.isdigit() and len(text) < len(str(SEED_LIMIT))
    ):  # most are one number
        return (int(text),)
    if text.strip() == RANDOM:
        return RANDOM
    seeds: list[int] = []
    for part in text.split(","):
        match = SEEDS.fullmatch(part.strip())
        if match is None:
            raise RequestError(
                "bad-seed",
                f"seed '{text}' is not a number, a list or a range",
                hint="7, 1,2,9, 1-100, 1-100:10 or random",
            )
        if max(map(len, filter(None, match.groups()))) > LONGEST_NUMBER:
            raise _too_large_a_seed(part)
        first = int(match[1])
        last = first if match[2] is None else int(match[2])
        if last >= SEED_LIMIT:
            raise _too_large_a_seed(part)
        if match[2] is None:
            seeds.append(first)
        else:
            step = int(match[3] or 1)
            seeds.extend(map(int, _range("seed", part, first, last, step, len(seeds))))
    return tuple(seeds)


def _too_large_a_seed(text: str) -> RequestError:
    seed = text.strip()
    shown = seed if len(seed) <= LONGEST_NUMBER else f"{seed[:LONGEST_NUMBER]}…"
    return RequestError("bad-seed", f"seed {shown} is too large", hint=f"0 to {SEED_LIMIT - 1}")


def numbers_from(name: str, text: str) -> float | tuple[float, ...]:
    """Read the numbers of a limited option: `20`, `10,20` or `10-50:10` (from, to, step)."""
    if text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER:
        return number_from(name, text)
    numbers: list[float] = []
    for part in text.split(","):
        match = RANGE.fullmatch(part.strip())
        if match is None:
            numbers.append(number_from(name, part))
            continue
        first, last, step = (number_from(name, match[i] or "1") for i in (1, 2, 3))
        numbers.extend(_range(name, part, first, last, step, len(numbers)))
    return numbers[0] if len(numbers) == 1 else tuple(numbers)


def _range(
    name: str, text: str, first: float, last: float, step: float, before: int
) -> Iterator[float]:
    """From first to last, both included where the step meets them."""
    if last < first or step <= 0:
        raise RequestError(
            f"bad-{name}",
            f"the range {text.strip()} of {name} never ends"
            if step <= 0
            else f"the range {text.strip()} of {name} runs backwards",
            hint=f"{last}-{first}" if last < first else f"{first}-{last}:1",
        )
    # In decimals: 0.1 three times is 0.3, as the person reads it.
    start, stride = Decimal(str(first)), Decimal(str(step))
    steps = int((Decimal(str(last)) - start) / stride)
    if before + steps >= MOST_PICTURES:
        raise RequestError(
            "too-many-pictures",
            f"{name} {text.strip()} is more than {MOST_PICTURES:,} pictures",
            hint="several runs, each with a part of the range",
        )
    kind = int if isinstance(first, int) and isinstance(step, int) else float
    return (kind(start + number * stride) for number in range(steps + 1))


def number_from(name: str, text: str) -> float:
    """Read the number of a limited option; `check` and `check_machine` hold it to its limit."""
    read: type[int] | type[float] = float if name == "guidance" else int
    try:
        return read(text[: LONGEST_NUMBER + 1])  # what is longer is out of every range
    except ValueError:
        kind = "a number" if read is float else "a whole number"
        raise RequestError(
            f"bad-{name}", f"{name} '{text}' is not {kind}", hint=_limits(name)
        ) from None


def size_from(text: str) -> tuple[int, int]:
    """Read `512x768` (width x height) or `512` (square)."""
    match = re.fullmatch(r"(\d{1,6})(?:[x×](\d{1,6}))?", text.strip().lower(), re.ASCII)
    if match is None:
        raise RequestError(
            "bad-size",
            f"size '{text}' is not a width and a height",
            hint="512x512, or 512 for a square",
        )
    width = int(match[1])
    return width, width if match[2] is None else int(match[2])


def sizes_from(text: str) -> tuple[int | tuple[int, ...], int | tuple[int, ...]]:
    """Read one size or a list of them, as widths and heights."""
    sizes = [size_from(part) for part in text.split(",")]
    widths, heights = zip(*sizes, strict=True)
    return (widths[0], heights[0]) if len(sizes) == 1 else (widths, heights)


def check(request: Request) -> None:
    """Refuse what no model could draw."""
    if not request.prompts:
        raise RequestError(
            "no-prompt", "there is no prompt", hint='imagegen "astronaut riding bicycle"'
        )
    for prompt in request.prompts:
        _check_prompt(prompt)
    for name in TEXTS:
        value = getattr(request, name)
        for text in value if isinstance(value, tuple) else (value,) if value else ():
            _check_text(name, text)
    for name in ("steps", "guidance", "width", "height", "count"):
        value = getattr(request, name)
        for number in value if isinstance(value, tuple) else (value,):
            _check_number(name, number)
    _check_sides(request)
    _check_seeds(request)
    if request.zip:
        _check_zip(request)


def several(asked: Value | tuple[Value, ...] | None) -> tuple[Value | None, ...]:
    """What was asked as a tuple, also where it is one value or nothing."""
    return asked if isinstance(asked, tuple) else (asked,)


def lists(request: Request) -> dict[str, int]:
    """The options that were given several values, and how many."""
    found: dict[str, int] = {}
    for name in SETTINGS:
        value = getattr(request, name)
        if isinstance(value, tuple) and len(value) > 1:
            found[SETTINGS[name]] = max(len(value), found.get(SETTINGS[name], 0))
    return found


def pictures(request: Request) -> int:
    """How many pictures are asked for, each template counted as one prompt."""
    count = 1 if request.count is None else request.count
    seeds = len(request.seeds) if isinstance(request.seeds, tuple) else 1
    settings = lists(request).values()
    if request.zip and settings:
        return len(request.prompts) * max(settings) * count
    return len(request.prompts) * max(count, seeds) * math.prod(settings)


def _check_sides(request: Request) -> None:
    wide, high = len(several(request.width)), len(several(request.height))
    if 1 not in {wide, high} and wide != high:
        raise RequestError(
            "bad-size",
            f"{wide} widths and {high} heights make no sizes",
            hint="as many heights as widths, or one",
        )


def _check_seeds(request: Request) -> None:
    count = 1 if request.count is None else request.count
    seeds = request.seeds if isinstance(request.seeds, tuple) else None
    if seeds is not None and len(seeds) != 1 and count != 1:
        raise RequestError(
            "seed-and-count",
            f"count {count} does not go with {len(seeds)} seeds",
            hint="one seed with --count (7 draws 7, 8, 9), or only the list of seeds",
        )
    for seed in seeds or ():
        if not 0 <= seed <= SEED_LIMIT - count:
            raise RequestError(
                "bad-seed",
                f"seed {seed} is out of range" + (f" for {count} pictures" * (count > 1)),
                hint=f"0 to {SEED_LIMIT - count}",
            )
    if pictures(request) > MOST_PICTURES:
        raise RequestError(
            "too-many-pictures",
            f"the prompts with their seeds and settings are {pictures(request):,} pictures",
            hint=f"several runs, each of at most {MOST_PICTURES:,}",
        )


def _check_zip(request: Request) -> None:
    lengths = dict(lists(request))
    if isinstance(request.seeds, tuple) and len(request.seeds) > 1:
        lengths["seed"] = len(request.seeds)
    if len(set(lengths.values())) > 1:
        listed = ", ".join(f"{number} of {name}" for name, number in lengths.items())
        raise RequestError(
            "bad-zip",
            f"zip pairs lists of one length, and these differ: {listed}",
            hint="lists of one length, or without zip every combination",
        )


def check_machine(request: MachineRequest) -> None:
    """Refuse a device or a precision that no machine has, before anything heavy is loaded."""
    device, precision = request.device or "auto", request.precision or "auto"
    if not DEVICE.fullmatch(device):
        raise RequestError(
            "unknown-device",
            f"there is no device '{device}'",
            hint="auto, cpu, cuda, cuda:1, mps or xpu",
        )
    if precision not in PRECISIONS:
        raise RequestError(
            "unknown-precision", f"there is no precision '{precision}'", hint=_one_of(PRECISIONS)
        )
    if device == "cpu" and precision == "float16":
        raise RequestError(
            "float16-on-cpu",
            "float16 on a CPU is slow and overflows",
            hint="--precision auto, bfloat16 or float32",
        )
    _check_number("batch-size", request.batch_size)


def _check_prompt(prompt: str) -> None:
    if not prompt.strip():
        raise RequestError("empty-prompt", "a prompt is empty", hint="a few words of what to draw")
    _check_text("prompt", prompt)


def _check_text(what: str, text: str) -> None:
    if text.isascii() and text.isprintable():
        return
    # A prompt may have lines, as cells of a table and JSON have them.
    strange = CONTROL.search(text.translate(LINES) if what in {"prompt", "negative"} else text)
    if strange is not None:
        raise RequestError(
            "control-character",
            f"the {what} has the control character {strange[0]!r}",
            hint="text without it",
        )
    try:
        text.encode()
    except UnicodeEncodeError:
        raise RequestError(
            "not-utf-8",
            f"the {what} {text!r} is not valid UTF-8",
            hint="a terminal and file in UTF-8",
        ) from None


def _check_number(name: str, value: float | None) -> None:
    if value is None:
        return
    limit = LIMITS[name]
    if math.isfinite(value) and limit.least <= value <= limit.most:
        return
    raise RequestError(f"bad-{name}", f"{name} {value} is out of range", hint=_limits(name))


def _limits(name: str) -> str:
    limit = LIMITS[name]
    return f"{limit.least} to {limit.most}"


def _one_of(words: Iterable[str]) -> str:
    *some, last = words
    return f"{', '.join(some)} or {last}"
