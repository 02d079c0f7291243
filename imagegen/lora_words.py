"""How a LoRA is asked for: FILE:0.8 as an option, <lora:name:0.8> in a prompt."""

import math
import re
from typing import NamedTuple

from imagegen.errors import RequestError

STRONGEST = 100.0
TAG = re.compile(r"<(?:lora|lyco):([^<>]*)>")
NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)")
HINT = "<lora:name:0.8>, or <lora:name:TEXT:NETWORK> with a weight for each"


class Asked(NamedTuple):
    """A LoRA as asked for: of the text encoders and of the network, how much; 1 is as trained."""

    name: str
    text_weight: float = 1.0
    weight: float = 1.0


def option(word: str) -> Asked:
    """What `FILE`, `FILE:0.8` or `FILE:0.8:0.5` (text encoders, network) asks for."""
    name = word.strip()
    weights: list[str] = []
    while len(weights) < 2 and ":" in name:
        before, _, last = name.rpartition(":")
        if not NUMBER.fullmatch(last.strip()):
            break
        name, weights = before, [last.strip(), *weights]
    if not name:
        raise RequestError("bad-lora", f"'{word}' names no LoRA", hint="FILE, or FILE:0.8")
    return _asked(name, weights, word)


def tags(prompt: str) -> tuple[str, tuple[Asked, ...]]:
    """A prompt without its tags, and what they ask for; webui's grammar, where text comes first."""
    if "<" not in prompt:
        return prompt, ()
    found = tuple(_tag(match) for match in TAG.finditer(prompt))
    return (TAG.sub("", prompt).strip(), found) if found else (prompt, ())


def option_of(name: str, asked: tuple[float, float]) -> str:
    """The option that asks for a LoRA by these weights (text encoders, network)."""
    return ":".join((name, *_shortest(asked)))


def tag_of(name: str, asked: tuple[float, float]) -> str:
    """The tag that asks for it."""
    return f"<lora:{':'.join((name, *_shortest(asked)))}>"


def _shortest(weights: tuple[float, float]) -> tuple[str, ...]:
    text, network = (repr(one).removesuffix(".0") for one in weights)
    return (text,) if text == network else (text, network)


def _tag(match: re.Match[str]) -> Asked:
    positional: list[str] = []
    named: dict[str, str] = {}
    for part in match[1].split(":"):
        key, equals, value = part.partition("=")
        if equals:
            named[key.strip()] = value.strip()
        else:
            positional.append(part.strip())
    if not positional or not positional[0] or len(positional) > 3 or named.keys() - {"te", "unet"}:
        raise RequestError("bad-lora", f"the tag '{match[0]}' is not understood", hint=HINT)
    name, *weights = positional
    text = named.get("te", weights[0] if weights else "1")
    return _asked(name, [text, named.get("unet", weights[-1] if weights else text)], match[0])


def _asked(name: str, weights: list[str], said: str) -> Asked:
    numbers = [float(one) if NUMBER.fullmatch(one) else math.nan for one in weights or ["1"]]
    if not all(abs(one) <= STRONGEST for one in numbers):
        raise RequestError(
            "bad-lora",
            f"the weight in '{said}' is no number from {-STRONGEST:g} to {STRONGEST:g}",
            hint="0 to 1 for most",
        )
    return Asked(name, numbers[0], numbers[-1])
