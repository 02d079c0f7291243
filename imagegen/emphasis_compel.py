r"""The prompt grammar of compel: word+, word--, (a phrase)1.3, "a phrase"+, nested; escapes.

What blends, joins or swaps prompts there is refused by name.
"""

import re

from imagegen.pieces import DEEPEST, Piece, merged, too_deep, unsupported

PLUS, MINUS = 1.1, 0.9

MEANING = re.compile(r'[()"\\+-]|\b(?:use|with)Lora\b')
UNSUPPORTED = re.compile(r"\.(?:blend|and|add|swap|attend)\s*+\(|\b(?:use|with)Lora\s*+\(")
COMMA = re.compile(r",(\S)")  # a blank follows each, so that what comes then is a word of its own
BLANK = re.compile(r"\s*+")
FREE_WORD = re.compile(r"\S++")
# A word without meaning: + and - belong to it where more of the word follows.
WORD = re.compile(r'(?:\\[()",.+=-]|[-+](?![\s()",.+=-]|\Z)|[^\s()",.+=-])++')
QUOTED = re.compile(r'"(?:\\"|[^"\n])*+"')
SIGNS = re.compile(r"\++|-+")
NUMBER = re.compile(r"\d++(?:\.\d*+)?|\.\d++", re.ASCII)
ESCAPED = re.compile(r'\\([()",.+=-])')

Found = tuple[list[Piece], int]


def read(text: str) -> list[list[Piece]]:
    """One stretch of pieces with their weights; what cannot be read as meant is text."""
    if MEANING.search(text) is None:
        return [[(text, 1.0)]]
    function = UNSUPPORTED.search(text)
    if function is not None:
        raise unsupported(f"'{function[0]}…)' of compel", "(a phrase)1.3 and word+")
    return [merged(_Reader(COMMA.sub(r", \1", text)).pieces(), between=" ")]


class _Reader:
    """One reading of a text; it remembers each bracket, so that none is read twice."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._known: dict[tuple[int, int], Found | None] = {}

    def pieces(self) -> list[Piece]:
        """The whole text: a word that cannot be read otherwise is itself, up to the next blank."""
        end, found = len(self._text), list[Piece]()
        at = self._after_blank(0, end)
        while at < end:
            part = self._weighed(at, end, 0) or self._group(at, end, 0)
            if part is None:
                word = FREE_WORD.match(self._text, at, end)
                assert word is not None
                part = [(_unescaped(word[0]), 1.0)], word.end()
            found.extend(part[0])
            at = self._after_blank(part[1], end)
        return found

    def _contents(self, at: int, end: int, depth: int) -> Found:
        """What can be read inside brackets or quotes, and where that stops."""
        found: list[Piece] = []
        while True:
            at = self._after_blank(at, end)
            part = self._weighed(at, end, depth) or self._group(at, end, depth)
            if part is None:
                part = self._word(at, end)
            if part is None:
                return found, at
            found.extend(part[0])
            at = part[1]

    def _weighed(self, at: int, end: int, depth: int) -> Found | None:
        """A group with its weight behind it, or a word with its signs."""
        group = self._group(at, end, depth)
        if group is not None:
            pieces, after = group
            operator = SIGNS.match(self._text, after, end) or NUMBER.match(self._text, after, end)
        else:
            word = WORD.match(self._text, at, end)
            if word is None:
                return None
            pieces, after = [(_unescaped(word[0]), 1.0)], word.end()
            operator = SIGNS.match(self._text, after, end)
        if operator is None:
            return None
        factor = _factor(operator[0])
        return [(piece, weight * factor) for piece, weight in pieces], operator.end()

    def _group(self, at: int, end: int, depth: int) -> Found | None:
        if at >= end or self._text[at] not in '("':
            return None
        if (at, end) not in self._known:
            if depth >= DEEPEST:
                raise too_deep("(word)1.3")
            read = self._bracketed if self._text[at] == "(" else self._quoted
            self._known[at, end] = read(at, end, depth + 1)
        return self._known[at, end]

    def _bracketed(self, at: int, end: int, depth: int) -> Found | None:
        pieces, after = self._contents(at + 1, end, depth)
        return (pieces, after + 1) if self._text[after:end].startswith(")") else None

    def _quoted(self, at: int, end: int, depth: int) -> Found | None:
        quoted = QUOTED.match(self._text, at, end)
        if quoted is None:
            return None
        pieces, after = self._contents(at + 1, quoted.end() - 1, depth)
        return (pieces, quoted.end()) if after == quoted.end() - 1 else None

    def _word(self, at: int, end: int) -> Found | None:
        word = WORD.match(self._text, at, end)
        if word is not None:
            return [(_unescaped(word[0]), 1.0)], word.end()
        if at < end and self._text[at] in ",.":
            return [(self._text[at], 1.0)], at + 1
        return None

    def _after_blank(self, at: int, end: int) -> int:
        blank = BLANK.match(self._text, at, end)
        assert blank is not None
        return blank.end()


def _factor(operator: str) -> float:
    if operator[0] == "+":
        return PLUS ** min(len(operator), 1000)
    if operator[0] == "-":
        return MINUS ** min(len(operator), 1000)
    return float(operator)


def _unescaped(text: str) -> str:
    return ESCAPED.sub(r"\1", text)
