"""Pieces of a prompt with their weights, and the limits that all prompt syntaxes keep."""

from collections.abc import Iterable
from itertools import groupby
from operator import itemgetter

from imagegen.errors import RequestError

Piece = tuple[str, float]

UP = 1.1  # what a pair of round brackets multiplies by
# 1.1 to this power is more than the heaviest weight: nobody who means it nests deeper.
DEEPEST = 50
HEAVIEST = 100.0  # in half precision an embedding of a few times this has no end
LONGEST_SHOWN = 60


def merged(pieces: Iterable[Piece], between: str) -> list[Piece]:
    """Neighbours of one weight as one piece."""
    groups = groupby(pieces, key=itemgetter(1))
    return [(between.join(text for text, _ in group), weight) for weight, group in groups]


def shown(text: str) -> str:
    """A text short enough for a message."""
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"


def too_deep(example: str) -> RequestError:
    """The error for brackets that nobody meant."""
    return RequestError(
        "bad-emphasis",
        f"the prompt has more than {DEEPEST} brackets inside each other",
        hint=f"{example}, or --prompt-syntax plain to draw brackets as text",
    )


def unsupported(what: str, hint: str) -> RequestError:
    """The error for what another tool does with such a prompt, and we do not."""
    return RequestError(
        "unsupported-syntax",
        f"{what} is not supported",
        hint=f"{hint}; or --prompt-syntax plain to draw it as text",
    )
