"""YAML: a list of rows, or documents; each scalar is the text that is written there.

YAML itself would read 1:30 as ninety, 010 as eight and no as false. OPTIONS reads words, so text is
taken as a cell of a table is, and only null has a meaning of its own.
"""

import re
from collections.abc import Iterator
from typing import Any, BinaryIO, NamedTuple

import yaml

from imagegen.errors import RequestError
from imagegen.promptfile import decoding
from imagegen.promptfile.decoding import LONGEST_ROW, Numbered
from imagegen.promptfile.row import FREE_TEXT, Line, known, line_of, no_row, wrong

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as fast, where it was built
PIECE = 65_536
MOST_ANCHORS = 1000
MOST_BRACKETS = 100  # libyaml takes a time that grows with their square
DEEPEST = 4  # a row, its lists, and rows in a list that are merged into it
NULL = ("", "~", "null", "Null", "NULL")
MERGE = "<<"
OCTAL = re.compile(r"[-+]?0[0-7_]*[1-7][0-7_]*")
TAGS = tuple(f"tag:yaml.org,2002:{kind}" for kind in ("str", "int", "float", "bool"))
# What YAML allows nobody to write; libyaml would stop at it.
UNREADABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")
DEPTH = {
    yaml.MappingStartEvent: 1,
    yaml.SequenceStartEvent: 1,
    yaml.MappingEndEvent: -1,
    yaml.SequenceEndEvent: -1,
}
AROUND = (yaml.StreamStartEvent, yaml.StreamEndEvent, yaml.DocumentEndEvent)
Anchors = dict[str, Any]


class _Node(NamedTuple):
    """The events of one row; none of them where it is too long."""

    number: int
    last: int
    events: list[Any]


class _Octal(str):
    """Digits that are one number in YAML 1.1 and another in 1.2."""


class _Stream:
    """What the parser reads: clean text, while the problems of its lines are kept aside."""

    def __init__(self, source: Iterator[Numbered]) -> None:
        self.source = source
        self.problems: dict[int, RequestError] = {}
        self.waiting = 0  # characters read since the last event
        self.cut: int | None = None

    def read(self, size: int) -> str:
        """Some lines; nothing at the end, or where one scalar fills the memory."""
        lines: list[Numbered] = []
        length = 0
        for line in self.source:
            lines.append(line)
            length += len(line.text)
            if length >= PIECE:
                break
        self.waiting += length
        if self.waiting > 4 * LONGEST_ROW and lines:
            self.cut = lines[0].number
            return ""
        text = "".join(line.text for line in lines)
        if UNREADABLE.search(text) is None and all(line.problem is None for line in lines):
            return text
        return "".join(map(self._clean, lines))

    def _clean(self, line: Numbered) -> str:
        bad = UNREADABLE.search(line.text)
        if line.problem is not None:
            self.problems[line.number] = line.problem
        elif bad is not None:
            self.problems[line.number] = RequestError(
                "control-character",
                f"the row has the control character {bad[0]!r}",
                hint="text without it",
            )
        return UNREADABLE.sub("\N{REPLACEMENT CHARACTER}", line.text)

    def until(self, number: int | None) -> Iterator[tuple[int, RequestError]]:
        """The problems up to this line, each told once."""
        for line in sorted(self.problems):
            if number is None or line <= number:
                yield line, self.problems.pop(line)


def rows(file: BinaryIO, origin: str) -> Iterator[Line]:
    """The items of each document that is a list, and each document that is none."""
    stream = _Stream(decoding.lines(file, origin))
    try:
        yield from _rows(stream)
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        if stream.cut is None:
            yield from (wrong(number, problem) for number, problem in stream.until(None))
            yield _malformed(error)
            return
    yield from (wrong(number, problem) for number, problem in stream.until(None))
    if stream.cut is not None:
        yield wrong(stream.cut, decoding.too_long())


def _rows(stream: _Stream) -> Iterator[Line]:
    anchors: Anchors = {}
    for node in _nodes(stream, anchors):
        before = list(stream.until(node.number - 1))
        yield from (wrong(number, problem) for number, problem in before)
        problems = [problem for _, problem in stream.until(node.last)]
        if problems:
            yield wrong(node.number, *problems)
        elif node.events:
            yield _row(node, anchors)
        else:
            yield wrong(node.number, decoding.too_long())


def _nodes(stream: _Stream, anchors: Anchors) -> Iterator[_Node]:
    """The rows as they lie in the stream of events."""
    events = _events(stream)
    in_list = False
    for event in events:
        kind = type(event)
        if kind in AROUND:
            continue
        if kind is yaml.DocumentStartEvent:
            anchors.clear()
            in_list = False
            first = next(events)
            if type(first) is yaml.SequenceStartEvent:
                in_list = True
            elif not _is_null(first):  # nothing between two --- is no row
                yield _node(first, events)
        elif in_list and kind is not yaml.SequenceEndEvent:
            yield _node(event, events)


def _events(stream: _Stream) -> Iterator[Any]:
    for event in yaml.parse(stream, Loader=LOADER):
        stream.waiting = 0
        yield event


def _node(first: Any, events: Iterator[Any]) -> _Node:
    """Collected, not composed: brackets in brackets never become a stack of calls."""
    start = first.start_mark
    depth = DEPTH.get(type(first), 0)
    collected, last = [first], first
    while depth:
        event = next(events)
        change = DEPTH.get(type(event), 0)
        depth += change
        if depth > MOST_BRACKETS:
            raise yaml.MarkedYAMLError(
                problem="too many brackets in each other", problem_mark=event.start_mark
            )
        if change >= 0:
            last = event  # the end of a block lies where the next begins
        if last.end_mark.index - start.index <= LONGEST_ROW:
            collected.append(event)
    end = last.end_mark
    fits = end.index - start.index <= LONGEST_ROW
    return _Node(start.line + 1, end.line + (end.column > 0), collected if fits else [])


def _row(node: _Node, anchors: Anchors) -> Line:
    events = iter(node.events)
    try:
        value = _value(next(events), events, anchors, 1)
        if isinstance(value, str):
            return Line(node.number, {"prompt": str(value)})
        if isinstance(value, tuple):
            return _checked_octals(line_of(node.number, value))
    except RequestError as problem:
        return wrong(node.number, problem)
    return no_row(node.number, "nothing" if value is None else "a list")


def _value(event: Any, events: Iterator[Any], anchors: Anchors, depth: int) -> Any:
    """Text, None, a list, or a mapping as a tuple of pairs."""
    kind = type(event)
    if kind is yaml.AliasEvent:
        if event.anchor not in anchors:
            raise RequestError(
                "not-yaml", f"there is no anchor '{event.anchor}' above", hint="&name, then *name"
            )
        return anchors[event.anchor]
    if kind is yaml.ScalarEvent:
        value: Any = _scalar(event)
    elif depth > DEEPEST:
        raise RequestError("nested-value", "the row has lists in lists", hint="prompt: red fox")
    elif kind is yaml.SequenceStartEvent:
        value = [_value(one, events, anchors, depth + 1) for one in _inside(events)]
    else:
        value = _mapping(events, anchors, depth)
    if event.anchor is not None:
        _remember(event.anchor, value, anchors)
    return value


def _inside(events: Iterator[Any]) -> Iterator[Any]:
    for event in events:
        if type(event) in (yaml.SequenceEndEvent, yaml.MappingEndEvent):
            return
        yield event


def _mapping(events: Iterator[Any], anchors: Anchors, depth: int) -> tuple[tuple[str, Any], ...]:
    pairs: list[tuple[str, Any]] = []
    merged: list[Any] = []
    for event in _inside(events):
        key = _value(event, events, anchors, depth + 1)
        value = _value(next(events), events, anchors, depth + 1)
        if not isinstance(key, str):
            raise RequestError("not-yaml", "a key is no word", hint="prompt: red fox")
        if key == MERGE:
            merged.extend(value if isinstance(value, list) else [value])
        else:
            pairs.append((key, value))
    return tuple(pairs) if not merged else _merged(pairs, merged)


def _merged(pairs: list[tuple[str, Any]], merged: list[Any]) -> tuple[tuple[str, Any], ...]:
    """What the row says itself comes first, then the mappings in their order."""
    names = {known(key) for key, _ in pairs}
    for mapping in merged:
        if not isinstance(mapping, tuple):
            raise RequestError("not-yaml", "<< wants a row that has an anchor", hint="<<: *name")
        fresh = [(key, value) for key, value in mapping if known(key) not in names]
        pairs.extend(fresh)
        names.update(known(key) for key, _ in fresh)
    return tuple(pairs)


def _remember(anchor: str, value: Any, anchors: Anchors) -> None:
    if len(anchors) >= MOST_ANCHORS and anchor not in anchors:
        raise RequestError(
            "too-many-anchors", f"the file has more than {MOST_ANCHORS} anchors", hint="fewer"
        )
    anchors[anchor] = value


def _is_null(event: Any) -> bool:
    return type(event) is yaml.ScalarEvent and event.implicit[0] and event.value in NULL


def _scalar(event: Any) -> str | None:
    if event.tag is not None and event.tag not in TAGS and event.tag != "!":
        raise RequestError(
            "not-yaml", f"the tag {event.tag} is not read", hint="the value without its tag"
        )
    if not event.implicit[0]:  # in quotes, or tagged
        return str(event.value)
    if event.value in NULL:
        return None
    return _Octal(event.value) if OCTAL.fullmatch(event.value) else str(event.value)


def _checked_octals(line: Line) -> Line:
    """Refuse 010 for a number, which is eight to one reader of YAML and ten to another."""
    octals = [
        (name, value)
        for name, asked in line.said.items()
        for value in (asked if isinstance(asked, list) else [asked])
        if isinstance(value, _Octal)
    ]
    if not octals:
        return line
    found = [
        RequestError(f"bad-{name}", f"{name} {value} is octal in YAML 1.1", hint=value.lstrip("0"))
        for name, value in octals
        if name not in FREE_TEXT
    ]
    said = {name: _plain(asked) for name, asked in line.said.items()}
    return Line(line.number, said, (*line.problems, *found))


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return str(value) if isinstance(value, _Octal) else value


def _malformed(error: Exception) -> Line:
    mark, begun = getattr(error, "problem_mark", None), getattr(error, "context_mark", None)
    what = getattr(error, "problem", None) or error
    place = "" if mark is None else f", column {mark.column + 1}"
    if begun is not None:
        place = f"{place}, {error.context} that begins in line {begun.line + 1}"  # type: ignore[attr-defined]
    return wrong(
        1 if mark is None else mark.line + 1,
        RequestError(
            "not-yaml",
            f"this is not YAML: {what}{place}; the rows after it are not read",
            hint="a prompt with : or # or { in quotes",
        ),
    )
