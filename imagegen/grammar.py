"""The grammar of numbers and seeds on the command line and in cells, and their limits."""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Literal, NamedTuple

from imagegen.errors import RequestError

MOST_PICTURES = 1_000_000
MOST_STEPS = 1000  # the length of every noise schedule models are trained with
LONGEST_SIDE = 16_384
SEED_LIMIT = 2**63
RANDOM: Literal["random"] = "random"
LONGEST_NUMBER = 24  # digits: more than any option takes, fewer than Python refuses to read
SEEDS = re.compile(r"(\d+)(?:\s*-\s*(\d+)(?::(\d+))?)?", re.ASCII)
RANGE = re.compile(r"([\d.]+)\s*-\s*([\d.]+)(?::([\d.]+))?", re.ASCII)


class Limit(NamedTuple):
    """The values that a number may have."""

    least: float
    most: float


LIMITS = {
    "steps": Limit(1, MOST_STEPS),
    "guidance": Limit(0, 100),
    "width": Limit(8, LONGEST_SIDE),
    "height": Limit(8, LONGEST_SIDE),
    "strength": Limit(0.01, 1),
    "hires": Limit(1.1, 4),
    "hires-strength": Limit(0.01, 1),
    "clip-skip": Limit(1, 32),
    "count": Limit(1, MOST_PICTURES),
    "batch-size": Limit(1, 4096),
    "quality": Limit(1, 100),
}

REAL = ("guidance", "strength", "hires", "hires-strength")  # numbers that need not be whole


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
    read: type[int] | type[float] = float if name in REAL else int
    try:
        return read(text[: LONGEST_NUMBER + 1])  # what is longer is out of every range
    except ValueError:
        kind = "a number" if read is float else "a whole number"
        raise RequestError(
            f"bad-{name}", f"{name} '{text}' is not {kind}", hint=limits(name)
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


def limits(name: str) -> str:
    """The values that a number may have, in words."""
    limit = LIMITS[name]
    return f"{limit.least} to {limit.most}"
