"""Textual inversions in words: how one is asked for, and which words of a prompt stand for one."""

import functools
import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from msgspec import Struct

from imagegen import emphasis
from imagegen.errors import Notice, RequestError

SUFFIX = ".safetensors"


class Asked(NamedTuple):
    """A file or hub id, and the word that is to stand for it; None: its own."""

    name: str
    token: str | None = None


class Inversion(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A word that stands for so many learnt vectors, and the bytes that these are.

    `tensors` are the names in the file by the text encoder that they are for; `name` is that of the
    file. Letters count whether small or capital, as for CLIP itself.
    """

    token: str
    name: str
    file: str
    vectors: int
    tensors: tuple[tuple[str, str], ...]
    sha256: str
    source: str | None = None

    @property
    def decides(self) -> tuple[str, str]:
        """All of it that decides pixels."""
        return self.token.lower(), self.sha256


Inversions = tuple[Inversion, ...]


def option(word: str) -> Asked:
    """What `FILE` or `FILE:word` asks for; raises RequestError where that is nothing."""
    name, token = word.strip(), None
    before, colon, last = name.rpartition(":")
    if colon and not re.search(r"[/\\]", last) and not last.lower().endswith(SUFFIX):
        name, token = before, last.strip()
    if not name or token == "":
        raise RequestError(
            "bad-embedding", f"'{word}' names no embedding", hint="FILE, or FILE:word"
        )
    return Asked(name, token)


def split(text: str, inversions: Inversions) -> list[str | Inversion]:
    """The text between the words that stand for inversions, and these, in their order.

    A word stands for one where neither end of it is in the middle of another word; of several the
    longest, as in webui.
    """
    if not inversions:
        return [text]
    by_token = {one.token.lower(): one for one in inversions}
    found: list[str | Inversion] = []
    end = 0
    for match in _any_of(tuple(by_token)).finditer(text):
        found += [text[end : match.start()], by_token[match[0].lower()]]
        end = match.end()
    return [one for one in (*found, text[end:]) if one != ""]


def spelled(text: str, inversions: Inversions) -> str:
    """The text with the word itself where `embedding:name` or `embedding:word` called for it."""
    if not inversions or "embedding:" not in text:
        return text
    keys = {key.lower(): one.token for one in inversions for key in (one.name, one.token)}
    calls = re.compile(rf"(?i)\bembedding:({_longest_first(keys)})(?:{re.escape(SUFFIX)})?(?!\w)")
    return calls.sub(lambda match: keys[match[1].lower()], text)


def used(texts: Iterable[str], syntax: str, inversions: Inversions) -> Inversions:
    """Those that the texts have words for."""
    if not inversions:
        return ()
    spans = [
        span.text for text in texts for stretch in emphasis.parse(text, syntax) for span in stretch
    ]
    there = {
        one.token for text in spans for one in split(text, inversions) if isinstance(one, Inversion)
    }
    return tuple(one for one in inversions if one.token in there)


def called(
    texts: Sequence[str], syntax: str, inversions: Inversions, *, lenient: bool
) -> tuple[Notice, ...]:
    """Nothing, if of each file one word is in a text; else RequestError, or if lenient a notice."""
    there = {one.file for one in used(texts, syntax, inversions)}
    left = [one for one in inversions if one.file not in there]
    if not left:
        return ()
    problem = f"no prompt has the word '{left[0].token}', which calls for {left[0].file}"
    if not lenient:
        raise RequestError(
            "embedding-not-called",
            problem,
            hint="the word in the prompt or in --negative, another word by --embedding FILE:word,"
            " or --lenient to draw without",
        )
    return (Notice("embedding-not-called", problem, f"'{left[0].token}' in the prompt"),)


def without(text: str, inversions: Inversions) -> str:
    """The words of a text that are words: for readers who have not learnt the others."""
    if not inversions:
        return text
    return "".join(one for one in split(text, inversions) if isinstance(one, str))


@functools.lru_cache(maxsize=64)
def _any_of(tokens: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(_longest_first(tokens), re.IGNORECASE)


def _longest_first(tokens: Iterable[str]) -> str:
    """A choice of words, each whole."""
    ordered: Sequence[str] = sorted(tokens, key=len, reverse=True)
    return "|".join(
        ("(?<!\\w)" if one[0].isalnum() else "")
        + re.escape(one)
        + ("(?!\\w)" if one[-1].isalnum() else "")
        for one in ordered
    )
