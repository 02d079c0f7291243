"""What of a prompt a model's text encoder will read: told before the model is loaded."""

import functools
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from imagegen import emphasis, textencoders
from imagegen.catalog import ModelCard
from imagegen.errors import Notice, RequestError

PIECES = re.compile(r"\w+|[^\w\s]")
LARGEST_LIMIT = 100_000  # some tokenizers say 10^30 for "none"


def cut(what: str, text: str, card: ModelCard) -> tuple[Notice, ...]:
    """A notice with the words that do not fit; none where the tokenizer is not at hand.

    What CLIP reads goes on in chunks; T5 beside it, in SD3, reads only so far.
    """
    how = textencoders.reading(card.pipeline)
    if how is not None and not how.t5:
        return ()
    folder = _folder(card)
    limit = _limit(folder, card.family.tokens)
    # A word-level vocabulary has a token for a word, others at most one for a byte.
    most = len(text.encode()) if card.vocabulary is None else len(PIECES.findall(text))
    if limit is None or most + 2 <= limit or not (folder / "tokenizer.json").is_file():
        return ()
    tokenizer = _tokenizer(folder)
    tokens = tokenizer.encode(text).ids
    if len(tokens) <= limit:
        return ()
    return (lost(what, limit, tokenizer.decode(tokens[limit - 1 :], skip_special_tokens=True)),)


def unweighed(
    texts: Mapping[str, str], syntax: str, card: ModelCard, *, lenient: bool
) -> tuple[Notice, ...]:
    """Refuse weights that a model's text encoder cannot give its words; lenient: a notice.

    `texts` by what they are called. SD3 weighs what its two CLIP encoders read, not what T5 reads.
    """
    weighed = [what for what, text in texts.items() if emphasis.weighs(text, syntax)]
    if not weighed or textencoders.reading(card.pipeline) is not None:
        return ()
    problem = f"{card.name} cannot weigh the words of its {weighed[0]}: it does not read with CLIP"
    if not lenient:
        raise RequestError(
            "emphasis-not-possible",
            problem,
            hint="--prompt-syntax plain to draw brackets as text, or --lenient to leave them out",
        )
    return (Notice("emphasis-not-possible", problem, "--prompt-syntax plain"),)


def lost(what: str, limit: int, words: str) -> Notice:
    """The notice that says what is lost."""
    problem = f"the {what} is cut after {limit} tokens, without: {words.strip()}"
    return Notice("prompt-cut", problem, "fewer words")


def _folder(card: ModelCard) -> Path:
    """The tokenizer that decides how much is read; a model may do without its largest one."""
    name = card.family.tokenizer
    if card.single is not None:
        return Path(dict(card.single.tokenizers).get(name, card.tokenizer))
    folder = card.folder / name
    return folder if folder.is_dir() else card.tokenizer


@functools.lru_cache(maxsize=64)
def _limit(folder: Path, family_limit: int | None) -> int | None:
    if not (folder / "tokenizer.json").is_file():
        return None
    if family_limit is not None and folder.name != "tokenizer":
        return family_limit
    try:
        said = json.loads((folder / "tokenizer_config.json").read_bytes())
        limit = int(said["model_max_length"])
    except (OSError, ValueError, KeyError, TypeError, OverflowError):
        return None
    return limit if limit < LARGEST_LIMIT else None


@functools.lru_cache(maxsize=4)
def _tokenizer(folder: Path) -> Any:
    from tokenizers import Tokenizer  # only for a long prompt

    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer
