"""Words that a model with a closed vocabulary has not learnt, and what it knows instead."""

import difflib
import functools
import itertools
import re

from imagegen.catalog import ModelCard
from imagegen.errors import Notice

PARTS = re.compile(r"['’-]")
WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")


def unknown_words(prompt: str, card: ModelCard) -> tuple[Notice, ...]:
    """A notice that names the words a closed vocabulary lacks, with the nearest it has."""
    known = card.vocabulary
    if known is None:
        return ()
    strange = [word for word in WORD.findall(prompt.lower()) if word not in known]
    words = dict.fromkeys(word for word in strange if not _known_by_parts(word, known))
    if not words:
        return ()
    near = [f"{found} for '{word}'" for word in words if (found := _near(word, known))]
    listed = ", ".join(f"'{word}'" for word in words)
    all_of_them = f"all {len(known)} words it knows are in the model's tokenizer/tokenizer.json"
    return (
        Notice(
            code="unknown-words",
            message=f"{card.name} has not learnt {listed}",
            hint="; ".join((*near, all_of_them)),
        ),
    )


def _known_by_parts(word: str, known: frozenset[str]) -> bool:
    parts = PARTS.split(word)
    return len(parts) > 1 and all(part in known for part in parts)


@functools.lru_cache(maxsize=10_000)  # a file of a thousand rows has a word a thousand times
def _near(word: str, known: frozenset[str]) -> str:
    """Of the words of its first letter, which few mistype: to look at all takes a millisecond."""
    likely = _by_first_letter(known).get(word[0], [])
    near = difflib.get_close_matches(word, likely, n=3, cutoff=0.7) if likely else []
    return " or ".join(near)


@functools.lru_cache(maxsize=16)
def _by_first_letter(known: frozenset[str]) -> dict[str, list[str]]:
    words = sorted(known)
    return {first: list(some) for first, some in itertools.groupby(words, lambda word: word[:1])}
