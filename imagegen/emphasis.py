"""What a prompt's syntax means: which words weigh how much, and where the text begins anew."""

import functools
import math
import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

from imagegen import emphasis_a1111, emphasis_comfy, emphasis_compel
from imagegen.errors import RequestError
from imagegen.pieces import HEAVIEST, Piece, shown

PLAIN = "plain"
# Most prompts that people copy are written in it, and it is what other tools read in our files.
DEFAULT = "a1111"
READERS: Mapping[str, Callable[[str], list[list[Piece]]]] = {
    "a1111": emphasis_a1111.read,
    "comfy": emphasis_comfy.read,
    "compel": emphasis_compel.read,
    PLAIN: lambda text: [[(text, 1.0)]],
}
SYNTAXES = tuple(READERS)
ENDS_PHRASE = frozenset(",.;:!?")
# One of these stands in whatever means something in any syntax; most prompts have none.
SIGNS = re.compile(r"""[][()\\<>|:+"'=-]|BREAK|AND|[._](?:and|blend|swap|or)\b|embedding""")


class Span(NamedTuple):
    """Words, as they are, and how much they weigh; 1 is as much as without any syntax."""

    text: str
    weight: float = 1.0


Stretch = tuple[Span, ...]
Stretches = tuple[Stretch, ...]


@functools.lru_cache(maxsize=1024)
def parse(text: str, syntax: str) -> Stretches:
    """The words of a prompt with their weights, in stretches that BREAK parts.

    There is at least one stretch, and each has a span. Takes linear time. Raises RequestError for
    what the syntax has and we do not, for weights beyond ±100 and for more than 50 brackets inside
    each other.
    """
    if syntax not in READERS:
        raise RequestError(
            "bad-prompt-syntax", f"there is no prompt syntax '{syntax}'", hint=", ".join(SYNTAXES)
        )
    read = READERS[syntax](text)
    return tuple(tuple(_spans(stretch)) or (Span(""),) for stretch in read)


def _spans(stretch: list[Piece]) -> list[Span]:
    for text, weight in stretch:
        if not math.isfinite(weight) or abs(weight) > HEAVIEST:
            raise RequestError(
                "bad-emphasis",
                f"the weight {weight:g} of '{shown(text)}' is out of range",
                hint=f"{-HEAVIEST:g} to {HEAVIEST:g}; most are between 0.5 and 1.5",
            )
    return [Span(text, weight) for text, weight in stretch]


def words(text: str, syntax: str) -> str:
    """A prompt without its syntax: what a reader who cannot weigh words is to read."""
    if SIGNS.search(text) is None:
        return text
    return " ".join(_sentence(stretch) for stretch in parse(text, syntax))


def means_something(text: str, syntax: str) -> bool:
    """Whether a syntax makes the text another one than it is to the letter."""
    return SIGNS.search(text) is not None and parse(text, syntax) != ((Span(text),),)


def weighs(text: str, syntax: str) -> bool:
    """Whether some words weigh more or less than others, or the text begins anew somewhere."""
    if SIGNS.search(text) is None:
        return False
    stretches = parse(text, syntax)
    return len(stretches) > 1 or any(span.weight != 1 for span in stretches[0])


def _sentence(stretch: Stretch) -> str:
    """The spans in a row; what brackets kept apart stays apart, as it is encoded."""
    parts: list[str] = []
    last = ""
    for span in stretch:
        if span.text[:1].isalnum() and (last.isalnum() or last in ENDS_PHRASE):
            parts.append(" ")
        parts.append(span.text)
        last = span.text[-1:] or last
    return "".join(parts)
