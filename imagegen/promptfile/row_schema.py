"""What a row may say, as a JSON Schema for editors; row.schema.json is a copy of it."""

from typing import Any

from imagegen import options
from imagegen.promptfile.row import IGNORED

ABOUT = (
    "A row of a prompt file of imagegen: an object of .jsonl, .json or .yaml, or a row of a table,"
    " whose columns have these names. A bare string is a row that says only the prompt."
    " null and empty cells are not said."
)


def schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of one row, written from the table of options."""
    properties = {
        name: {**option.schema, "description": _description(name, option.help)}
        for name, option in options.OPTIONS.items()
    }
    properties[IGNORED] = {"description": "why the row failed, in failed.jsonl; ignored"}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "imagegen: a row of a prompt file",
        "description": ABOUT,
        "type": "object",
        "properties": properties,
        "required": ["prompt"],
        "additionalProperties": False,
    }


def _description(name: str, help_: str) -> str:
    aliases = [alias for alias, option in options.ALIASES.items() if option == name]
    return f"{help_} (also called {', '.join(aliases)})" if aliases else help_
