"""A prompt as the chunks of tokens that a CLIP text encoder reads, one after another."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from imagegen import emphasis
from imagegen.emphasis import Span, Stretch

# How far webui looks back for a comma to part the text at, and from where on ComfyUI parts words.
NEAR_COMMA = 20
LONG_WORD = 8


class Token(NamedTuple):
    """A token, its weight, and which span of the prompt it is of."""

    id: int
    weight: float
    span: int


Chunk = tuple[Token, ...]
Ids = Callable[[str], Sequence[int]]


def chunks(text: str, syntax: str, ids: Ids, room: int, comma: int | None) -> tuple[Chunk, ...]:
    """At least one chunk of at most `room` tokens; each span is turned into tokens by itself.

    webui's rules: BREAK begins a new chunk; where one is full, what follows its last comma goes
    along into the next, if that is at most 20 tokens (`comma` is the token's id). ComfyUI keeps
    words of fewer than 8 tokens whole; compel fills chunk after chunk.
    """
    stretches = emphasis.parse(text, syntax)
    if syntax == "comfy":
        return tuple(_of_whole_words(_words(stretches[0], ids), room))
    if syntax == "compel":
        comma = None
    filled: list[Chunk] = []
    first = 0
    for number, stretch in enumerate(stretches, start=1):
        tokens = list(_tokens(stretch, ids, first))
        # Nothing before a BREAK is an empty chunk there, nothing after the last one is none.
        if tokens or number < len(stretches) or not filled:
            filled.extend(_parted_at_commas(tokens, room, comma))
        first += len(stretch)
    return tuple(filled)


def _tokens(stretch: Stretch, ids: Ids, first: int) -> Iterator[Token]:
    for number, span in enumerate(stretch, start=first):
        for one in ids(span.text):
            yield Token(one, span.weight, number)


def _parted_at_commas(tokens: Iterable[Token], room: int, comma: int | None) -> Iterator[Chunk]:
    chunk: list[Token] = []
    after_comma = 0  # where the text after the chunk's last comma begins; 0: there is none
    for token in tokens:
        if len(chunk) == room:
            near = after_comma and room - after_comma < NEAR_COMMA and token.id != comma
            kept = after_comma if near else room
            yield tuple(chunk[:kept])
            chunk, after_comma = [*chunk[kept:], token], 0
        else:
            chunk.append(token)
            after_comma = len(chunk) if token.id == comma else after_comma
    yield tuple(chunk)


def _words(stretch: Sequence[Span], ids: Ids) -> Iterator[list[Token]]:
    for number, span in enumerate(stretch):
        for word in span.text.replace("\n", " ").split(" "):
            if word:
                yield [Token(one, span.weight, number) for one in ids(word)]


def _of_whole_words(words: Iterable[list[Token]], room: int) -> Iterator[Chunk]:
    chunk: list[Token] = []
    for word in words:
        left = word
        while len(chunk) + len(left) > room:
            fits = room - len(chunk) if len(word) >= LONG_WORD or not chunk else 0
            yield tuple(chunk + left[:fits])
            chunk, left = [], left[fits:]
        chunk.extend(left)
    yield tuple(chunk)


def comma_of(tokenizer: Any) -> int | None:
    """The token of a comma that ends a word, as CLIP's vocabulary has it."""
    found = tokenizer.get_vocab().get(",</w>")
    return None if found is None else int(found)
