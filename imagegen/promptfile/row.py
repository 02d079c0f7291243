"""One row: the option that each key names, and everything that is wrong with what it says."""

import functools
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from imagegen import options
from imagegen.errors import RequestError

IGNORED = "error"  # what failed.jsonl says of each row, so that it can be fed back as it is
LONGEST_KEY = 100
LONGEST_MESSAGE = 300
# Line ends and tabs may stand in a prompt: cells and JSON have them. A lone CR is no line end.
FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]|\r(?!\n)")
HUGE_NUMBER = re.compile(r"[\d_]{300}")  # more than a float holds
FREE_TEXT = ("prompt", "negative", "model", "out", "name", "wildcards")
FOLDED = ("prompt", "negative")  # the only options that may have several lines


class Line(NamedTuple):
    """A row of a prompt file: where it begins, what it says, what is wrong with it by itself."""

    number: int
    said: dict[str, Any]
    problems: tuple[RequestError, ...] = ()


def line_of(
    number: int, pairs: Iterable[tuple[str, Any]], problems: Sequence[RequestError] = ()
) -> Line:
    """The row that these keys and values make; null is not said."""
    said: dict[str, Any] = {}
    found = list(problems)
    for key, value in pairs:
        name = known(key)
        if isinstance(name, RequestError):
            found.append(name)
        elif name in said:
            found.append(twice(name))
        else:
            said[name] = value
    said.pop(IGNORED, None)
    if None in said.values():
        said = {name: value for name, value in said.items() if value is not None}
    return Line(number, said, tuple(found))


def wrong(number: int, *problems: RequestError) -> Line:
    """A row of which nothing can be used."""
    return Line(number, {}, problems)


def no_row(number: int, what: str) -> Line:
    """A row that is neither a prompt nor options."""
    problem = RequestError(
        "bad-row", f"a row cannot be {what}", hint='a prompt, or options: {"prompt": "red fox"}'
    )
    return wrong(number, problem)


def known(key: str) -> str | RequestError:
    """Our name of an option, or why there is none of that name."""
    return _known(key if len(key) <= LONGEST_KEY else f"{key[:LONGEST_KEY]}…")


# A file has few keys and many rows; the nearest name of an unknown one is slow to find.
@functools.lru_cache(maxsize=1024)
def _known(key: str) -> str | RequestError:
    if key.strip().lower() == IGNORED:
        return IGNORED
    try:
        return options.name_of(key)
    except RequestError as error:
        return error.with_traceback(None)


def twice(name: str) -> RequestError:
    return RequestError("duplicate-option", f"{name} is said twice", hint=f"{name} once")


def checked(line: Line, *, needs_prompt: bool) -> Line:
    """The line with all that is wrong with its values."""
    found = list(line.problems)
    sound: dict[str, Any] = {}
    for name, value in line.said.items():
        problem = _unfit(name, value)
        if problem is None:
            sound[name] = value
        else:
            found.append(problem)
    found.extend(options.problems(sound))
    # Where a key or the row itself is wrong, a prompt is missing only because of that.
    if needs_prompt and "prompt" not in line.said and not line.problems:
        found.append(
            RequestError("no-prompt", "the row has no prompt", hint="a few words of what to draw")
        )
    if not found:
        return line
    return Line(line.number, line.said, tuple(_short(problem) for problem in found))


def _unfit(name: str, value: Any) -> RequestError | None:
    """Why a value is none that any reader of OPTIONS should see."""
    if isinstance(value, str):
        return _unfit_text(name, value)
    if isinstance(value, (list, tuple)):
        return _unfit_list(name, value)
    if type(value) is float and not math.isfinite(value):
        return _refusal(name, f"{value} or a number too large")
    return None


def _unfit_text(name: str, text: str) -> RequestError | None:
    if name == "prompt" and not text.strip():
        return RequestError(
            "empty-prompt", "the prompt is empty", hint=options.OPTIONS["prompt"].help
        )
    if not text.isprintable():
        lines = "\n" in text and name not in FOLDED
        match = FORBIDDEN.search(text)
        if match is not None or lines:
            return _forbidden(name, match[0] if match else "\n")
    if len(text) > 300 and name not in FREE_TEXT and HUGE_NUMBER.search(text):
        return _refusal(name, "a number too large")
    return None


def _unfit_list(name: str, values: Sequence[Any]) -> RequestError | None:
    # JSON's and YAML's objects arrive as tuples of pairs.
    if isinstance(values, tuple) or any(isinstance(one, (list, tuple)) for one in values):
        what = "an object" if isinstance(values, tuple) else "a list in a list"
        return RequestError(
            "nested-value", f"{name} cannot be {what}", hint=options.OPTIONS[name].help
        )
    if not values:
        return _refusal(name, "an empty list")
    return next(_unfit_ones(name, values), None)


def _unfit_ones(name: str, values: Sequence[Any]) -> Iterator[RequestError]:
    for one in values:
        problem = _unfit(name, one)
        if problem is not None:
            yield problem


def _forbidden(name: str, character: str) -> RequestError:
    if "\ud800" <= character <= "\udfff":
        return RequestError(
            "not-utf-8", f"the {name} has half a character, {character!r}", hint="text in UTF-8"
        )
    return RequestError(
        "control-character",
        f"the {name} has the control character {character!r}",
        hint="text without it; a line ends in \\n or \\r\\n",
    )


def _refusal(name: str, what: str) -> RequestError:
    return RequestError(f"bad-{name}", f"{name} cannot be {what}", hint=options.OPTIONS[name].help)


def _short(problem: RequestError) -> RequestError:
    """A value may be as long as a row; a message is for reading."""
    text = problem.message
    if len(text) <= LONGEST_MESSAGE:
        return problem
    half = LONGEST_MESSAGE // 2
    return RequestError(problem.code, f"{text[:half]} … {text[-half:]}", hint=problem.hint)
