r"""The prompt grammar of ComfyUI: (x) times 1.1, (x:1.3) is 1.3 whatever encloses it; \( and \)."""

import math
import re
from collections.abc import Iterator

from imagegen.errors import RequestError
from imagegen.pieces import DEEPEST, UP, Piece, shown, too_deep, unsupported

MEANING = re.compile(r"[()]|embedding:")
BRACKET = re.compile(r"[()]")
INVERSION = re.compile(r"(?:^|[\s()])embedding:[^\s()]*+")
# No text has these: what stands for an escaped bracket while brackets are counted.
OPENING, CLOSING = "\0\2", "\0\1"


def read(text: str) -> list[list[Piece]]:
    """One stretch of pieces with their weights; a bracket without its partner is text."""
    if MEANING.search(text) is None:
        return [[(text, 1.0)]]
    inversion = INVERSION.search(text)
    if inversion is not None:
        name = shown(inversion[0].strip(" ()"))
        raise unsupported(
            f"'{name}', which loads a textual inversion,", "--embedding with its file"
        )
    hidden = text.replace(r"\)", CLOSING).replace(r"\(", OPENING)
    pieces = _pieces(hidden, 1.0, 0)
    return [[(_unhidden(piece), weight) for piece, weight in pieces if piece]]


def _pieces(text: str, weight: float, depth: int) -> list[Piece]:
    if depth > DEEPEST:
        raise too_deep("(word:1.3)")
    found: list[Piece] = []
    for item in _items(text):
        if len(item) >= 2 and item[0] == "(" and item[-1] == ")":
            inside, own = _weight(item[1:-1], weight * UP)
            found.extend(_pieces(inside, own, depth + 1))
        else:
            found.append((item, weight))
    return found


def _items(text: str) -> Iterator[str]:
    """What lies in brackets of the outermost level, and what lies between."""
    start = level = 0
    for bracket in BRACKET.finditer(text):
        if bracket[0] == "(":
            if level == 0 and bracket.start() > start:
                yield text[start : bracket.start()]
                start = bracket.start()
            level += 1
        else:
            level -= 1
            if level == 0:
                yield text[start : bracket.end()]
                start = bracket.end()
    if start < len(text):
        yield text[start:]


def _weight(inside: str, otherwise: float) -> tuple[str, float]:
    """The text and the weight after its last colon, if a number is there."""
    colon = inside.rfind(":")
    if colon <= 0:
        return inside, otherwise
    try:
        weight = float(inside[colon + 1 :])
    except ValueError:
        return inside, otherwise
    if not math.isfinite(weight):
        number = shown(inside[colon + 1 :])
        raise RequestError("bad-emphasis", f"the weight {number} has no end", hint="(word:1.3)")
    return inside[:colon], weight


def _unhidden(text: str) -> str:
    return text.replace(CLOSING, ")").replace(OPENING, "(")
