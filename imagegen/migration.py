"""What changed between the schemas of records: an older one as one of today.

2: `encoding` is new, and prompts may be left out. Before, every picture was a PNG with everything
in it. Fields that were only added are not told here: they have defaults.
"""

from typing import Any

import msgspec

FIRST, SECOND = "imagegen/record/1", "imagegen/record/2"


def current(content: bytes | str) -> bytes | str:
    """The JSON of a record, brought to today's schema; what is none of the older is left as it is.

    Raises msgspec.DecodeError or UnicodeDecodeError where it is no JSON.
    """
    said = msgspec.json.decode(content)
    if not isinstance(said, dict) or said.get("schema") != FIRST:
        return content
    return msgspec.json.encode(_second(said))


def _second(first: dict[str, Any]) -> dict[str, Any]:
    encoding = {
        "format": "png",
        "quality": None,
        "decoded_sha256": first.get("pixels_sha256"),
        "metadata": "full",
    }
    return {**first, "schema": SECOND, "encoding": encoding}
