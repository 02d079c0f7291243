"""Text of strangers as a terminal may show it: nothing in it moves, hides or turns what is seen."""

import functools
import re

# C0, DEL and C1; what turns the direction of writing, ends lines or carries hidden text. Joiners
# stay, without which emoji and some scripts fall apart.
FIRST = r"\x00-\x1f"
OTHERS = (
    r"\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2060-\u206f\ufeff"
    r"\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f"
)


@functools.cache  # compiled when there is something to look for, not at each command's start
def _acting(characters: str) -> re.Pattern[str]:
    return re.compile(f"[{characters}]")


def shown(text: str) -> str:
    """One line: what could act on a terminal stands there as an escape."""
    if text.isascii() and text.isprintable():
        return text
    return _acting(FIRST + OTHERS).sub(_escape, text)


def lines(text: str) -> list[str]:
    """The same with the line breaks that a text has, and blanks for its tabs."""
    return [shown(line) for line in re.split(r"\r\n|\r|\n", text.replace("\t", "    "))]


def json_line(line: str) -> str:
    """The same JSON, its strings without those characters."""
    if line.isascii() and "\x7f" not in line:
        return line
    return _acting(OTHERS).sub(_escape_in_json, line)  # JSON escapes the first ones itself


def _escape(match: re.Match[str]) -> str:
    number = ord(match[0])
    return f"\\x{number:02x}" if number < 256 else f"\\u{number:04x}"


def _escape_in_json(match: re.Match[str]) -> str:
    units = match[0].encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))
