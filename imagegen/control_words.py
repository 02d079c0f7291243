"""How a control is asked for: MODEL=FILE, MODEL=FILE:0.8 or MODEL=FILE:0.8@0-0.7."""

import math
import os
import re
from typing import NamedTuple

from imagegen.errors import RequestError

STRONGEST = 10.0
NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)"
HOW = re.compile(rf"(?::(?P<weight>{NUMBER}))?(?:@(?P<start>{NUMBER})-(?P<end>{NUMBER}))?$")
HINT = "canny=edges.png, or MODEL=FILE:0.8@0-0.7 (weight, and the share of the steps)"


class Asked(NamedTuple):
    """A control as asked for: which network, the picture it reads, how much, and in which steps.

    `start` and `end` are shares of the steps, 0 to 1.
    """

    model: str
    file: str
    weight: float = 1.0
    start: float = 0.0
    end: float = 1.0


def option(word: str) -> Asked:
    """What the word asks for; raises RequestError."""
    model, equals, rest = word.strip().partition("=")
    how = HOW.search(rest)
    assert how is not None  # it may be empty
    file = rest[: how.start()].strip()
    if not equals or not model.strip() or not file:
        raise RequestError("bad-control", f"the control '{word}' is not understood", hint=HINT)
    weight, start, end = (
        usual if how[name] is None else float(how[name])
        for name, usual in (("weight", 1.0), ("start", 0.0), ("end", 1.0))
    )
    if not (math.isfinite(weight) and 0 <= weight <= STRONGEST):
        raise RequestError(
            "bad-control",
            f"the weight of the control '{word}' is not from 0 to {STRONGEST:g}",
            hint="0.5 to 1 for most",
        )
    if not 0 <= start < end <= 1:
        raise RequestError(
            "bad-control",
            f"the steps of the control '{word}' are not from a share to a larger one, 0 to 1",
            hint="@0-0.7, the first seven tenths of the steps",
        )
    return Asked(model.strip(), file, weight, start, end)


def option_of(asked: Asked) -> str:
    """The word that asks for it."""
    weight, start, end = (
        repr(one).removesuffix(".0") for one in (asked.weight, asked.start, asked.end)
    )
    steps = "" if (asked.start, asked.end) == (0.0, 1.0) else f"@{start}-{end}"
    return f"{asked.model}={asked.file}:{weight}{steps}"


def placed(word: str, folder: str) -> str:
    """The word with its picture's path as it is seen from that folder."""
    model, equals, rest = word.partition("=")
    path = os.path.expanduser(rest.strip())  # noqa: PTH111 (pathlib raises for ~nobody)
    return f"{model}{equals}{os.path.join(folder, path)}" if equals else word  # noqa: PTH118
