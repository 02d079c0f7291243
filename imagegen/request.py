"""What was asked: a frozen record in which None means "not said", and the grammar of its words."""

import math
import re
from collections.abc import Iterable
from typing import NamedTuple

from msgspec import Struct

from imagegen.errors import RequestError

MOST_PICTURES = 1_000_000
MOST_STEPS = 1000  # the length of every noise schedule models are trained with
LONGEST_SIDE = 16_384
SEED_LIMIT = 2**63

PRECISIONS = ("auto", "float32", "float16", "bfloat16")
DEVICE = re.compile(r"auto|cpu|mps|(cuda|xpu)(:\d+)?")


class Request(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Pictures as they were asked for; 0 and "" are answers, None is not."""

    prompts: tuple[str, ...]
    negative: str | None = None
    model: str | None = None
    steps: int | None = None
    scheduler: str | None = None
    guidance: float | None = None
    seeds: tuple[int, ...] | None = None
    width: int | None = None
    height: int | None = None
    count: int | None = None
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


def seeds_from(text: str) -> tuple[int, ...]:
    """Read `7`, `1,2,9` or `1-100`, in any mixture."""
    seeds: list[int] = []
    for part in text.split(","):
        match = re.fullmatch(r"\s*(\d+)\s*(?:-\s*(\d+)\s*)?", part, re.ASCII)
        if match is None:
            raise RequestError(
                "bad-seed",
                f"seed '{text}' is not a number, a list or a range",
                hint="7, 1,2,9 or 1-100",
            )
        first = int(match[1])
        last = first if match[2] is None else int(match[2])
        if last < first:
            raise RequestError(
                "bad-seed",
                f"the range of seeds {part.strip()} runs backwards",
                hint=f"{last}-{first}",
            )
        if last >= SEED_LIMIT:
            raise RequestError(
                "bad-seed", f"seed {last} is too large", hint=f"0 to {SEED_LIMIT - 1}"
            )
        if len(seeds) + last - first >= MOST_PICTURES:
            raise RequestError(
                "too-many-pictures",
                f"seeds '{text}' are more than {MOST_PICTURES:,} pictures",
                hint="several runs, each with a part of the range",
            )
        seeds.extend(range(first, last + 1))
    return tuple(seeds)


def number_from(name: str, text: str) -> float:
    """Read the number of a limited option; `check` and `check_machine` hold it to its limit."""
    read: type[int] | type[float] = float if name == "guidance" else int
    try:
        return read(text)
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


def check(request: Request) -> None:
    """Refuse what no model could draw."""
    if not request.prompts:
        raise RequestError(
            "no-prompt", "there is no prompt", hint='imagegen "astronaut riding bicycle"'
        )
    for prompt in request.prompts:
        _check_prompt(prompt)
    for name in ("negative", "model", "scheduler", "out", "name"):
        _check_text(name, getattr(request, name) or "")
    for name in ("steps", "guidance", "width", "height", "count"):
        _check_number(name, getattr(request, name))
    _check_seeds(request)


def _check_seeds(request: Request) -> None:
    seeds, count = request.seeds, 1 if request.count is None else request.count
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
    pictures = len(request.prompts) * (count if seeds is None else max(len(seeds), count))
    if pictures > MOST_PICTURES:
        raise RequestError(
            "too-many-pictures",
            f"{len(request.prompts):,} prompts with their seeds are {pictures:,} pictures",
            hint=f"several runs, each of at most {MOST_PICTURES:,}",
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
    try:
        text.encode()
    except UnicodeEncodeError:
        raise RequestError(
            "not-utf-8",
            f"the {what} {text!r} is not valid UTF-8",
            hint="a terminal and file in UTF-8",
        ) from None


def _check_number(name: str, value: float | None) -> None:
    limit = LIMITS[name]
    if value is None or (math.isfinite(value) and limit.least <= value <= limit.most):
        return
    raise RequestError(f"bad-{name}", f"{name} {value} is out of range", hint=_limits(name))


def _limits(name: str) -> str:
    limit = LIMITS[name]
    return f"{limit.least} to {limit.most}"


def _one_of(words: Iterable[str]) -> str:
    *some, last = words
    return f"{', '.join(some)} or {last}"
