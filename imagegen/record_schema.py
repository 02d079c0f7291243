"""What a record may say, as a JSON Schema for other programs; record.schema.json is a copy of it.

`python -m imagegen.record_schema > imagegen/record.schema.json` writes the copy anew.
"""

import inspect
import sys
from typing import Any

import msgspec

from imagegen.record import SCHEMA, Record


def schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of a record, of this number only."""
    (found,), components = msgspec.json.schema_components([Record], ref_template="#/$defs/{name}")
    for one in components.values():
        one["description"] = inspect.cleandoc(one["description"])  # as later Pythons keep it
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": SCHEMA,
        **found,
        "$defs": components,
    }


if __name__ == "__main__":
    sys.stdout.buffer.write(msgspec.json.format(msgspec.json.encode(schema()), indent=2) + b"\n")
