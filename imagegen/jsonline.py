"""One object as a line of JSON, whatever the names of files are made of."""

from typing import Any

import msgspec


def encode(content: Any) -> bytes:
    """The line, without its end; bytes of a file's name that are no text appear as \\xff."""
    try:
        return msgspec.json.encode(content)
    except UnicodeEncodeError:
        return msgspec.json.encode(_printable(msgspec.to_builtins(content)))


def shown(name: str) -> str:
    """A file's name as text."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _printable(value: Any) -> Any:
    if isinstance(value, str):
        return shown(value)
    if isinstance(value, dict):
        return {_printable(key): _printable(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_printable(one) for one in value]
    return value
