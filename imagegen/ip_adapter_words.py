"""How an IP-Adapter is asked for: ADAPTER=PICTURE or ADAPTER=PICTURE:0.6."""

import math
import os
import re
from typing import NamedTuple

from imagegen.errors import RequestError

STRONGEST = 10.0
WEIGHT = re.compile(r"(?::(?P<weight>[+-]?(?:\d+\.?\d*|\.\d+)))?$")
HINT = "ip-adapter_sd15.safetensors=picture.png:0.6"


class Asked(NamedTuple):
    """An IP-Adapter as asked for: its file or folder, the picture it looks at, and how much."""

    adapter: str
    file: str
    weight: float = 1.0


def option(word: str) -> Asked:
    """What the word asks for; raises RequestError."""
    adapter, equals, rest = word.strip().partition("=")
    how = WEIGHT.search(rest)
    assert how is not None  # it may be empty
    file = rest[: how.start()].strip()
    if not equals or not adapter.strip() or not file:
        raise RequestError(
            "bad-ip-adapter", f"the IP-Adapter '{word}' is not understood", hint=HINT
        )
    weight = 1.0 if how["weight"] is None else float(how["weight"])
    if not (math.isfinite(weight) and 0 <= weight <= STRONGEST):
        raise RequestError(
            "bad-ip-adapter",
            f"the weight of the IP-Adapter '{word}' is not from 0 to {STRONGEST:g}",
            hint="0.4 to 1 for most",
        )
    return Asked(adapter.strip(), file, weight)


def option_of(asked: Asked) -> str:
    """The word that asks for it."""
    return f"{asked.adapter}={asked.file}:{repr(asked.weight).removesuffix('.0')}"


def placed(word: str, folder: str) -> str:
    """The word with its picture's path as it is seen from that folder."""
    adapter, equals, rest = word.partition("=")
    path = os.path.expanduser(rest.strip())  # noqa: PTH111 (pathlib raises for ~nobody)
    return f"{adapter}{equals}{os.path.join(folder, path)}" if equals else word  # noqa: PTH118
