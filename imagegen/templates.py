"""Prompt templates expanded: one text by chance, every text in order, or only their number."""

import hashlib
import math
from bisect import bisect
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import accumulate, permutations
from random import Random
from typing import TypeVar

from msgspec import Struct

from imagegen.errors import RequestError
from imagegen.template_parser import (
    Choice,
    Option,
    Options,
    Setting,
    Template,
    Variable,
    Wildcard,
    is_template,
    parse,
)
from imagegen.template_scope import (
    Meter,
    Run,
    Scope,
    bounds,
    deeper,
    joined,
    meaning,
    options_for,
    placed,
    settled,
    with_text,
)
from imagegen.wildcards import Wildcards

__all__ = ["Template", "Wildcards", "check", "every", "how_many", "is_template", "one", "parse"]

MOST_BITS = 2**18  # of the number of texts; as many digits as a prompt may have letters
HEAVY = 40  # the work of a text that is made by iterators, against one made at once

T = TypeVar("T")


def one(template: Template, wildcards: Wildcards, seed: int) -> str:
    """A text by chance: the same seed draws the same text, on any machine and Python.

    Variables that are expanded once draw first, then the parts from left to right.
    """
    digest = hashlib.sha256(f"imagegen template {seed}".encode()).digest()
    dice = Random(int.from_bytes(digest, "big"))
    return _draw(template, Scope({}), Run(wildcards, Meter(), "!"), dice)


def every(template: Template, wildcards: Wildcards) -> Iterator[str]:
    """All texts, the last part changing fastest; whatever is wrong is told before the first.

    Only what is drawn counts: two ways to the same text are two texts.
    """
    how_many(template, wildcards)
    run = Run(wildcards, Meter(), "~")
    return _restarting(_each(template, Scope({}), run), run.meter)


def how_many(template: Template, wildcards: Wildcards) -> int:
    """The number of texts in `every`, without making them."""
    return _count(template, Scope({}), Counting(Run(wildcards, Meter(), "~"), {}))


def check(template: Template, wildcards: Wildcards) -> None:
    """Refuse what `one` would refuse with any seed."""
    _count(template, Scope({}), Counting(Run(wildcards, Meter(), "!"), {}))


# One ------------------------------------------------------------------------------------------


def _draw(template: Template, scope: Scope, run: Run, dice: Random) -> str:
    scope, once = settled(template, scope)
    for setting in once:
        scope = with_text(scope, setting.name, _draw(setting.value, deeper(scope), run, dice))
    texts = [
        part if isinstance(part, str) else _draw_part(part, scope, run, dice)
        for part in template.parts
    ]
    text = "".join(texts)
    run.meter.spend(len(text))
    return text


def _draw_part(part: Choice | Wildcard | Variable, scope: Scope, run: Run, dice: Random) -> str:
    if isinstance(part, Variable):
        return _draw(*meaning(part, scope), run, dice)
    options, scope = options_for(part, scope, run)
    if isinstance(part, Wildcard) or part.joiner is None:
        option = _pick(options, dice)
        return _draw(option.template, placed(option, scope), run, dice)
    least, most = bounds(part, options)
    number = least + int(dice.random() * (most - least + 1))
    chosen = _pick_several(options, number, run, dice)
    return joined(
        [_draw(option.template, placed(option, scope), run, dice) for option in chosen],
        part.joiner,
    )


def _pick(options: Options, dice: Random) -> Option:
    # Only random() is promised to stay the same from one Python to the next.
    point = dice.random() * options.sums[-1]
    return options.items[min(bisect(options.sums, point), len(options.items) - 1)]


def _pick_several(options: Options, number: int, run: Run, dice: Random) -> list[Option]:
    left, chosen = options, dict[int, Option]()
    while len(chosen) < number:
        option = _pick(left, dice)
        if id(option) in chosen:  # rare in a long file, so only now the others are put together
            run.meter.spend(len(left.items))
            items = tuple(other for other in left.items if id(other) not in chosen)
            left = Options(items, tuple(accumulate(other.weight for other in items)))
        else:
            chosen[id(option)] = option
    return list(chosen.values())


# Every ----------------------------------------------------------------------------------------


def _restarting(texts: Iterator[str], meter: Meter) -> Iterator[str]:
    for text in texts:
        yield text
        meter.start_anew()


def _each(template: Template, scope: Scope, run: Run) -> Iterator[str]:
    scope, once = settled(template, scope)
    scopes = _product([partial(_each_setting, setting, scope, run) for setting in once])
    for inner in scopes:
        scope = inner[-1] if inner else scope
        for texts in _product([partial(_each_part, part, scope, run) for part in template.parts]):
            text = "".join(texts)
            run.meter.spend(HEAVY + len(text))
            yield text


def _each_setting(
    setting: Setting, outer: Scope, run: Run, before: Scope | None
) -> Iterator[Scope]:
    scope = outer if before is None else before
    return (
        with_text(scope, setting.name, text) for text in _each(setting.value, deeper(scope), run)
    )


def _each_part(
    part: str | Choice | Wildcard | Variable, scope: Scope, run: Run, before: str | None
) -> Iterator[str]:
    if isinstance(part, str):
        yield part
        return
    if isinstance(part, Variable):
        yield from _each(*meaning(part, scope), run)
        return
    options, scope = options_for(part, scope, run)
    if isinstance(part, Wildcard) or part.joiner is None:
        for option in options.items:
            yield from _each(option.template, placed(option, scope), run)
        return
    least, most = bounds(part, options)
    for number in range(least, most + 1):
        for chosen in permutations(options.items, number):
            for texts in _product([partial(_each_option, option, scope, run) for option in chosen]):
                yield joined(texts, part.joiner)


def _each_option(option: Option, scope: Scope, run: Run, before: str | None) -> Iterator[str]:
    return _each(option.template, placed(option, scope), run)


def _product(makers: Sequence[Callable[[T | None], Iterator[T]]]) -> Iterator[list[T]]:
    """Like itertools.product, but each iterator is opened anew and nothing it gave is kept.

    A maker is told what the one before it gave last.
    """
    running: list[Iterator[T]] = []
    given: list[T] = []
    while True:
        if len(running) == len(makers):
            yield given
        else:
            running.append(makers[len(running)](given[-1] if given else None))
        while running:
            del given[len(running) - 1 :]
            try:
                given.append(next(running[-1]))
                break
            except StopIteration:
                running.pop()
        else:
            return


# How many -------------------------------------------------------------------------------------


class Counting(Struct, frozen=True):
    """What was counted in a scope is known for the next time; the scope is kept with it."""

    run: Run
    known: dict[tuple[object, int], tuple[int, dict[str, Template]]]


def _count(template: Template, scope: Scope, counting: Counting) -> int:
    scope, once = settled(template, scope)
    number = 1
    for setting in once:
        number = _times(number, _count(setting.value, deeper(scope), counting), counting)
        scope = with_text(scope, setting.name, "")
    for part in template.parts:
        if not isinstance(part, str):
            number = _times(number, _count_part(part, scope, counting), counting)
    return number


def _count_part(part: Choice | Wildcard | Variable, scope: Scope, counting: Counting) -> int:
    if isinstance(part, Variable):
        value, inside = meaning(part, scope)
        # By the value, not the name: a default is another value of the same variable.
        return _known(id(value), scope, counting, partial(_count, value, inside, counting))
    options, inside = options_for(part, scope, counting.run)
    if isinstance(part, Wildcard) or part.joiner is None:
        return _known(
            id(options), inside, counting, lambda: sum(_counts(options, inside, counting))
        )
    least, most = bounds(part, options)
    count = partial(_count_several, options, least, most, inside, counting)
    return _known((id(options), least, most), inside, counting, count)


def _known(key: object, scope: Scope, counting: Counting, count: Callable[[], int]) -> int:
    where = (key, id(scope.values))
    if where not in counting.known:
        counting.known[where] = (count(), scope.values)
    return counting.known[where][0]


def _counts(options: Options, scope: Scope, counting: Counting) -> list[int]:
    counting.run.meter.spend(len(options.items))
    return [_count(option.template, placed(option, scope), counting) for option in options.items]


def _count_several(
    options: Options, least: int, most: int, scope: Scope, counting: Counting
) -> int:
    """Of each number of options all orders are different texts."""
    ways = _ways(_counts(options, scope, counting), most, counting)
    return sum(
        _times(math.factorial(number), ways[number], counting) for number in range(least, most + 1)
    )


def _ways(counts: Sequence[int], most: int, counting: Counting) -> list[int]:
    """In how many ways 0, 1, … `most` of the options can be chosen, whatever their order."""
    if all(count == counts[0] for count in counts):
        ways, power = [], 1
        for number in range(most + 1):
            ways.append(_times(math.comb(len(counts), number), power, counting))
            power = _times(power, counts[0], counting) if number < most else power
        return ways
    ways = [1] + [0] * most
    for count in counts:
        for number in range(most, 0, -1):
            ways[number] += _times(ways[number - 1], count, counting)
    return ways


def _times(number: int, other: int, counting: Counting) -> int:
    bits, more = number.bit_length(), other.bit_length()
    counting.run.meter.spend(bits * more >> 20)  # about a microsecond each
    if bits + more > MOST_BITS:
        raise RequestError(
            "endless-template",
            "the template has more combinations than can be counted",
            hint="fewer choices, or one text by chance",
        )
    return number * other
