"""A prompt as the chunks of tokens that a CLIP text encoder reads, one after another."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from imagegen import emphasis, inversion
from imagegen.emphasis import Span, Stretch
from imagegen.inversion import Inversion, Inversions

# How far webui looks back for a comma to part the text at, and from where on ComfyUI parts words.
NEAR_COMMA = 20
LONG_WORD = 8


NO_TOKEN = -1


class Vector(NamedTuple):
    """One of the vectors of a textual inversion."""

    of: Inversion
    number: int


class Token(NamedTuple):
    """A token, its weight, and which span of the prompt it is of; or a vector instead of one."""

    id: int
    weight: float
    span: int
    vector: Vector | None = None


Chunk = tuple[Token, ...]
Group = list[Token]  # tokens that stay together where chunks are parted
Ids = Callable[[str], Sequence[int]]


def chunks(
    text: str,
    syntax: str,
    ids: Ids,
    room: int,
    comma: int | None,
    inversions: Inversions = (),
) -> tuple[Chunk, ...]:
    """At least one chunk of at most `room` tokens; each span is turned into tokens by itself.

    webui's rules: BREAK begins a new chunk; where one is full, what follows its last comma goes
    along into the next, if that is at most 20 tokens (`comma` is the token's id). ComfyUI keeps
    words of fewer than 8 tokens whole; compel fills chunk after chunk. The vectors of a textual
    inversion count as its tokens; webui and ComfyUI keep them together as well.
    """
    stretches = emphasis.parse(text, syntax)
    if syntax == "comfy":
        return tuple(_of_whole_words(_words(stretches[0], ids, inversions), room))
    if syntax == "compel":
        comma = None
    filled: list[Chunk] = []
    first = 0
    for number, stretch in enumerate(stretches, start=1):
        tokens = list(_groups(stretch, ids, first, inversions))
        # Nothing before a BREAK is an empty chunk there, nothing after the last one is none.
        if tokens or number < len(stretches) or not filled:
            filled.extend(_parted_at_commas(_loose(tokens, syntax), room, comma))
        first += len(stretch)
    return tuple(filled)


def _groups(stretch: Stretch, ids: Ids, first: int, inversions: Inversions) -> Iterator[Group]:
    for number, span in enumerate(stretch, start=first):
        for piece in inversion.split(span.text, inversions) or [""]:
            if isinstance(piece, Inversion):
                yield _vectors(piece, span, number)
            else:
                yield from ([Token(one, span.weight, number)] for one in ids(piece))


def _vectors(piece: Inversion, span: Span, number: int) -> Group:
    return [Token(NO_TOKEN, span.weight, number, Vector(piece, at)) for at in range(piece.vectors)]


def _loose(groups: Iterable[Group], syntax: str) -> Iterable[Group]:
    return ([one] for group in groups for one in group) if syntax == "compel" else groups


def _parted_at_commas(groups: Iterable[Group], room: int, comma: int | None) -> Iterator[Chunk]:
    chunk: list[Token] = []
    after_comma = 0  # where the text after the chunk's last comma begins; 0: there is none
    for group in groups:
        token = group[0]
        if len(chunk) == room:
            near = after_comma and room - after_comma < NEAR_COMMA and token.id != comma
            kept = after_comma if near else room
            yield tuple(chunk[:kept])
            chunk, after_comma = chunk[kept:], 0
        elif token.id == comma:
            after_comma = len(chunk) + 1
        if len(chunk) + len(group) > room:  # vectors that have no room together
            yield tuple(chunk)
            chunk, after_comma = [], 0
        chunk.extend(group)
    yield tuple(chunk)


def _words(stretch: Sequence[Span], ids: Ids, inversions: Inversions) -> Iterator[Group]:
    for number, span in enumerate(stretch):
        for piece in inversion.split(span.text, inversions):
            if isinstance(piece, Inversion):
                yield _vectors(piece, span, number)
                continue
            for word in piece.replace("\n", " ").split(" "):
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
