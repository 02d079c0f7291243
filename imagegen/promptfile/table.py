"""Tables of cells: a header that names options, then a row of cells for each picture."""

import csv
from collections.abc import Iterator, Sequence
from typing import BinaryIO, NamedTuple

from imagegen import options
from imagegen.errors import RequestError
from imagegen.promptfile import decoding
from imagegen.promptfile.decoding import LONGEST_ROW, Numbered
from imagegen.promptfile.row import IGNORED, Line, known, twice, wrong

HEADER = "a first row of names such as prompt,seed,steps"


class _Cells(NamedTuple):
    number: int
    cells: list[str]
    problems: tuple[RequestError, ...] = ()


class _Columns(NamedTuple):
    """The option of each column, None where its cells are not read."""

    names: list[str | None]
    problems: tuple[RequestError, ...]


class _Feed:
    """The lines that `csv` asks for; those behind the first of a broken row can be read again."""

    def __init__(self, source: Iterator[Numbered]) -> None:
        self.source = source
        self.again: list[Numbered] = []
        self.row: list[Numbered] = []
        self.length = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self.again.pop() if self.again else next(self.source)
        self.row.append(line)
        self.length += len(line.text)
        if self.length > LONGEST_ROW and len(self.row) > 1:
            raise csv.Error("one is opened and never closed")
        return line.text

    def begin_row(self) -> None:
        self.row, self.length = [], 0

    def give_back(self, after: int) -> None:
        self.again.extend(reversed(self.row[after:]))

    def first(self) -> str:
        """The first line that is not blank, which is still to be read."""
        for line in self.source:
            if line.text.strip() or line.problem is not None:
                self.again = [line]
                return line.text
        return ""


def comma_rows(file: BinaryIO, origin: str) -> Iterator[Line]:
    """The rows of a .csv file, which spreadsheets in half of Europe write with semicolons."""
    feed = _Feed(decoding.lines(file, origin))
    header = feed.first()
    return _rows(feed, next((mark for mark in ",;\t" if mark in header), ","))


def tab_rows(file: BinaryIO, origin: str) -> Iterator[Line]:
    """The rows of a .tsv file."""
    feed = _Feed(decoding.lines(file, origin))
    feed.first()
    return _rows(feed, "\t")


def _rows(feed: _Feed, delimiter: str) -> Iterator[Line]:
    rows = _split(feed, delimiter)
    header = next(rows, None)
    if header is None:
        return
    columns = _columns(header)
    if columns.problems:
        yield wrong(header.number, *columns.problems)
    if not columns.names:
        return
    number_of_rows = 0
    for row in rows:
        number_of_rows += 1
        yield _line(row, columns.names)
    if not number_of_rows:
        yield wrong(
            header.number,
            RequestError("no-rows", "there is a header and nothing else", hint="a row for it"),
        )


def _split(feed: _Feed, delimiter: str) -> Iterator[_Cells]:
    """The cells of each row that is not blank; a row that fails costs only its first line."""
    reader = csv.reader(feed, delimiter=delimiter, strict=True, skipinitialspace=True)
    while True:
        feed.begin_row()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            first = feed.row[0]
            feed.give_back(after=1)
            yield _Cells(first.number, [], (first.problem or _quotes(error),))
            continue
        problems = tuple(line.problem for line in feed.row if line.problem is not None)
        cells = [cell.strip() for cell in cells]
        if problems or any(cells):
            yield _Cells(feed.row[0].number, cells, problems)


def _quotes(error: csv.Error) -> RequestError:
    return RequestError(
        "bad-quotes",
        f"the quotes of this row do not pair: {error}",
        hint='a quote inside a quoted cell is doubled: "say ""hi"""',
    )


def _columns(header: _Cells) -> _Columns:
    """What the header names; no columns at all where it is none."""
    if header.problems:
        return _Columns([], header.problems)
    cells = header.cells
    while not cells[-1]:  # spreadsheets write empty columns, too
        cells.pop()
    names: list[str | None] = []
    problems: list[RequestError] = []
    for number, cell in enumerate(cells, 1):
        name = known(cell) if cell else _nameless(number)
        if isinstance(name, RequestError):
            problems.append(name)
        elif name in names:
            problems.append(twice(name))
        names.append(None if isinstance(name, RequestError) or name in names else name)
    if not any(names) and not any(problem.hint in options.OPTIONS for problem in problems):
        return _Columns([], (_no_header(cells),))
    return _Columns(names, tuple(problems))


def _nameless(number: int) -> RequestError:
    return RequestError(
        "unknown-option",
        f"column {number} has no name",
        hint="a name, or no such column (pandas: to_csv(index=False))",
    )


def _no_header(cells: Sequence[str]) -> RequestError:
    return RequestError(
        "no-header", f"the first row, {', '.join(cells)!r}, names no option", hint=HEADER
    )


def _line(row: _Cells, names: Sequence[str | None]) -> Line:
    if row.problems:
        return wrong(row.number, *row.problems)
    said = {
        name: cell
        for name, cell in zip(names, row.cells, strict=False)
        if cell and name is not None and name != IGNORED
    }
    if len(row.cells) > len(names) and any(row.cells[len(names) :]):
        return Line(row.number, said, (_too_many(row.cells, names),))
    return Line(row.number, said)


def _too_many(cells: Sequence[str], names: Sequence[str | None]) -> RequestError:
    return RequestError(
        "too-many-cells",
        f"the row has {len(cells)} cells and the header {len(names)}",
        hint='a cell with a comma in quotes: "red fox, oil painting"',
    )
