"""A JSON file: a list of rows, or one row; read through a window, whatever its length."""

import codecs
import json
import re
from collections.abc import Iterator
from typing import Any, BinaryIO

from imagegen.errors import RequestError
from imagegen.promptfile import decoding, json_lines
from imagegen.promptfile.decoding import LONGEST_ROW
from imagegen.promptfile.row import Line, wrong

BLANK = re.compile(r"[ \t\n\r]*")
ESCAPED_BYTE = re.compile(r"[\udc80-\udcff]")  # how surrogateescape keeps what is not UTF-8
STOPS = "; the rows after it are not read"


class _Window:
    """The text from where we are: the longest row ahead, never the whole file."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self.decoder = codecs.getincrementaldecoder("utf-8-sig")("surrogateescape")
        self.text = ""
        self.at = 0
        self.ended = False
        self.number = 1  # the line of what lies at `counted`
        self.counted = 0

    def next(self) -> str:
        """The next character that is not blank; nothing at the end of the file."""
        while True:
            self._fill()
            blank = BLANK.match(self.text, self.at)
            self.at = blank.end() if blank else self.at
            if self.at < len(self.text):
                return self.text[self.at]
            if self.ended:
                return ""

    def line(self, at: int) -> int:
        """The number of the line at a position that is not before the last one asked for."""
        self.number += self.text.count("\n", self.counted, at)
        self.counted = at
        return self.number

    def value(self) -> tuple[Any, RequestError | None]:
        """The value that begins here, and what is wrong with its text."""
        self._fill()
        start = self.at
        value, self.at = json_lines.DECODER.raw_decode(self.text, start)
        if self.at - start > LONGEST_ROW:
            return None, decoding.too_long()
        bad = ESCAPED_BYTE.search(self.text, start, self.at)
        if bad is not None:
            before = self.text[start : bad.start()].encode()
            return None, decoding.not_utf_8(len(before) + 1)
        return value, None

    def _fill(self) -> None:
        while not self.ended and len(self.text) - self.at <= LONGEST_ROW:
            piece = self.file.read(LONGEST_ROW)
            self.ended = not piece
            self.line(self.at)
            self.text = self.text[self.at :] + self.decoder.decode(piece, self.ended)
            self.at = self.counted = 0


def rows(file: BinaryIO, origin: str) -> Iterator[Line]:
    """The rows of the list; or the one row that the file is."""
    window = _Window(file)
    first = window.next()
    number = window.line(window.at)
    if window.text.startswith(("\udcff\udcfe", "\udcfe\udcff")):
        yield wrong(1, decoding.utf_16(origin))
    elif first == "[":
        window.at += 1
        yield from _items(window)
    elif first == "{":
        row = _row(window, number)
        yield row
        if not _stopped(row):
            yield from _nothing_more(window)
    elif first:
        yield wrong(
            number,
            RequestError(
                "not-a-list",
                f"{origin} is neither a list nor an object of JSON",
                hint='[{"prompt": "red fox"}, "blue cat"]; a prompt a line is .txt',
            ),
        )


def _items(window: _Window) -> Iterator[Line]:
    if window.next() != "]":
        while True:
            window.next()
            row = _row(window, window.line(window.at))
            yield row
            if _stopped(row):
                return
            follows = window.next()
            if follows != ",":
                break
            window.at += 1
        if follows != "]":
            what = "a comma or ] is missing" if follows else "the list has no end"
            yield wrong(
                window.line(window.at),
                json_lines.malformed(what, _column(window, window.at), STOPS),
            )
            return
    window.at += 1
    yield from _nothing_more(window)


def _row(window: _Window, number: int) -> Line:
    try:
        value, problem = window.value()
    except json.JSONDecodeError as error:
        return _unreadable(window, number, error)
    except RecursionError:
        return wrong(number, json_lines.too_deep(STOPS))
    if problem is not None:
        return wrong(number, problem)
    return json_lines.row_of(number, value)


def _unreadable(window: _Window, number: int, error: json.JSONDecodeError) -> Line:
    """The end of the row cannot be known, so it is the last one."""
    cut = not window.ended and error.msg.startswith("Unterminated string")
    if cut or error.pos - window.at > LONGEST_ROW:
        long = decoding.too_long()
        return wrong(number, RequestError(long.code, long.message + STOPS, hint=long.hint))
    column = _column(window, error.pos)
    return wrong(window.line(error.pos), json_lines.malformed(error.msg, column, STOPS))


def _stopped(row: Line) -> bool:
    return any(problem.message.endswith(STOPS) for problem in row.problems)


def _column(window: _Window, at: int) -> int:
    return at - window.text.rfind("\n", 0, at)


def _nothing_more(window: _Window) -> Iterator[Line]:
    if window.next():
        yield wrong(
            window.line(window.at),
            RequestError(
                "not-json",
                "something follows the end of the JSON",
                hint="one list of rows; an object a line is .jsonl",
            ),
        )
