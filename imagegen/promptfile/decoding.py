"""Bytes become numbered lines, read in bounded pieces; what is wrong with a line goes with it."""

import codecs
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from imagegen.errors import RequestError

LONGEST_ROW = 65_536  # characters
MOST_BYTES = 4 * LONGEST_ROW + 5  # four for a character of UTF-8; the mark, and the line end
UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class Numbered(NamedTuple):
    """A line with its line end, and why it cannot be used as it is."""

    number: int
    text: str
    problem: RequestError | None = None


def lines(file: BinaryIO, origin: str) -> Iterator[Numbered]:
    """The lines of a file, each as soon as it has arrived."""
    number = 0
    while piece := file.readline(MOST_BYTES):
        number += 1
        if number == 1 and piece.startswith(UTF_16):
            yield Numbered(1, "", utf_16(origin))
            return
        yield _line(number, piece, _rest(file, piece))


def too_long() -> RequestError:
    return RequestError(
        "row-too-long",
        f"the row is longer than {LONGEST_ROW:,} characters",
        hint="a few words of what to draw; is a line end or a quote missing?",
    )


def not_utf_8(position: int) -> RequestError:
    """The problem of bytes that are no text; positions count from 1, as editors do."""
    return RequestError(
        "not-utf-8", f"byte {position} of the row is not UTF-8", hint="the file saved as UTF-8"
    )


def utf_16(origin: str) -> RequestError:
    return RequestError(
        "not-utf-8", f"{origin} is UTF-16", hint='the file saved as UTF-8 (Excel: "CSV UTF-8")'
    )


def _rest(file: BinaryIO, piece: bytes) -> bool:
    """Whether the line goes on behind this piece; then it is read to its end, and forgotten."""
    goes_on = len(piece) == MOST_BYTES and not piece.endswith(b"\n")
    while goes_on and len(piece) == MOST_BYTES and not piece.endswith(b"\n"):
        piece = file.readline(MOST_BYTES)
    return goes_on


def _line(number: int, piece: bytes, goes_on: bool) -> Numbered:
    if goes_on:
        return Numbered(number, "\n", too_long())
    # A mark also begins the second of two files that were joined.
    piece = piece.removeprefix(codecs.BOM_UTF8)
    try:
        text = piece.decode()
    except UnicodeDecodeError as error:
        # Replaced, what was read still has the quotes and brackets that the next rows stand on.
        return Numbered(number, piece.decode(errors="replace"), not_utf_8(error.start + 1))
    if len(text) > LONGEST_ROW and len(text.rstrip("\r\n")) > LONGEST_ROW:
        return Numbered(number, "\n", too_long())
    return Numbered(number, text)
