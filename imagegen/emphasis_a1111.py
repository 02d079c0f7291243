r"""The prompt grammar of stable-diffusion-webui: (x), (x:1.3), [x], nested; \( and the like; BREAK.

What it does while a picture is drawn, and what it loads, is refused by name.
"""

import re
from typing import NamedTuple

from imagegen.errors import RequestError
from imagegen.pieces import DEEPEST, UP, Piece, merged, shown, too_deep, unsupported

DOWN = 1 / UP

MEANING = re.compile(r"[()\[\]\\]|\bBREAK\b|\bAND\b|<(?:lora|lyco|hypernet):")
# Repeats never give back what they took (`++`): a hostile text takes linear time.
TOKEN = re.compile(r"\\[()\[\]\\]?|[()\[\]]|:\s*+([+-]?[.\d]++)\s*+\)|[^\\()\[\]:]++|:")
BREAK = re.compile(r"\bBREAK\b")
AND = re.compile(r"\bAND\b")
NETWORK = re.compile(r"<(?:lora|lyco|hypernet):[^<>]*+>?")
STRUCTURE = re.compile(r"\\.|[()\[\]|:]", re.DOTALL)
WHEN = re.compile(r"\s*+[+-]?(?:\d++(?:\.\d*+)?|\.\d++)(?:e[+-]?\d++)?\s*+", re.IGNORECASE)
LONGEST_WHEN = 30


class Frame(NamedTuple):
    """An open bracket: which, where, whether | is in it, and where its last colon is."""

    bracket: str
    at: int
    bar: bool = False
    colon: int | None = None


def read(text: str) -> list[list[Piece]]:
    """Stretches, which BREAK parts, of pieces with their weights; neighbours of one weight are one.

    Unbalanced brackets are allowed, as there: what was opened holds to the end, what was never
    opened is text. Unlike there, BREAK parts inside brackets too.
    """
    if MEANING.search(text) is None:
        return [[(text, 1.0)]]
    _refuse_what_draws_otherwise(text)
    texts, weights = _weighed(text)
    stretches: list[list[Piece]] = [[]]
    for piece, weight in zip(texts, weights, strict=True):
        if piece is None:
            stretches.append([])
        elif piece:
            stretches[-1].append((piece, weight))
    return [merged(stretch, between="") for stretch in stretches]


def _weighed(text: str) -> tuple[list[str | None], list[float]]:
    """Pieces, None where BREAK was, and the weight of each.

    Each closing bracket multiplies what it encloses at once, from the inside out, so that even the
    rounding is that of webui; few brackets are open at a time, so this takes linear time.
    """
    texts: list[str | None] = []
    weights: list[float] = []
    opened: dict[str, list[int]] = {"(": [], "[": []}

    def close(bracket: str, factor: float) -> None:
        for at in range(opened[bracket].pop(), len(weights)):
            weights[at] *= factor

    for token in TOKEN.finditer(text):
        word, number = token[0], token[1]
        if word[0] == "\\":
            texts.append(word[1:])
            weights.append(1.0)
        elif word in opened:
            opened[word].append(len(weights))
            if len(opened[word]) > DEEPEST:
                raise too_deep("(word:1.3)")
        elif number is not None and opened["("]:
            close("(", _number(number))
        elif word == ")" and opened["("]:
            close("(", UP)
        elif word == "]" and opened["["]:
            close("[", DOWN)
        else:
            texts.extend(_broken(word))
            weights.extend([1.0] * (len(texts) - len(weights)))
    for bracket, factor in (("(", UP), ("[", DOWN)):
        while opened[bracket]:
            close(bracket, factor)
    return texts, weights


def _broken(word: str) -> list[str | None]:
    parts: list[str | None] = []
    runs = BREAK.split(word)
    for number, run in enumerate(runs):
        if number:
            parts.append(None)
            run = run.lstrip()
        parts.append(run.rstrip() if number + 1 < len(runs) else run)
    return parts


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise RequestError(
            "bad-emphasis", f"the weight '{shown(text)}' is not a number", hint="(word:1.3)"
        ) from None


def _refuse_what_draws_otherwise(text: str) -> None:
    if AND.search(text):
        raise unsupported("AND, which composes prompts,", "`and` in lower case")
    network = NETWORK.search(text)
    if network is not None:
        raise unsupported(
            f"'{shown(network[0])}', which loads a network,",
            "a LoRA as --lora FILE:0.8, or as <lora:name:0.8> in the prompt",
        )
    frames: list[Frame] = []
    for token in STRUCTURE.finditer(text):
        word, at = token[0], token.start()
        if word in ("(", "["):
            frames.append(Frame(word, at))
        elif word == ")" and frames and frames[-1].bracket == "(":
            frames.pop()
        elif word == "|" and frames:
            frames[-1] = frames[-1]._replace(bar=True)
        elif word == ":" and frames:
            frames[-1] = frames[-1]._replace(colon=token.end())
        elif word == "]":
            while frames and frames[-1].bracket == "(":
                frames.pop()
            if frames:
                _refuse_change(frames.pop(), text, at)


def _refuse_change(frame: Frame, text: str, end: int) -> None:
    """Refuse [a|b] and [a:b:0.5], which change the prompt while the picture is drawn."""
    what = f"'{shown(text[frame.at : end + 1])}'"
    hint = r"one of the two, or \[ and \] for brackets that are text"
    if frame.bar:
        raise unsupported(f"the alternation {what}", hint)
    colon = frame.colon
    if colon is not None and end - colon <= LONGEST_WHEN and WHEN.fullmatch(text, colon, end):
        raise unsupported(f"the prompt editing {what}", hint)
