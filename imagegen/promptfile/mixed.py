"""Lines as they arrive on stdin: each is JSON or plain text by the way it begins."""

from collections.abc import Iterator
from typing import BinaryIO

from imagegen.promptfile import decoding, json_lines, text
from imagegen.promptfile.row import Line, wrong

# A brace alone is a wildcard, {red|blue} fox.
JSON = ('{"', "{}", '{ "', '"')


def rows(file: BinaryIO, origin: str) -> Iterator[Line]:
    """Each line that is neither blank nor a comment, before the next one is waited for."""
    for number, line, problem in decoding.lines(file, origin):
        words = line.strip()
        if problem is not None:
            yield wrong(number, problem)
        elif words.startswith(JSON):
            yield json_lines.row(number, words)
        elif words and not words.startswith("#"):
            yield text.row(number, words)
