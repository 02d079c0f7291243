"""A prompt file from beginning to end: checked, drawn where it is not drawn yet, accounted for."""

import contextlib
import io
import itertools
import os
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO

from msgspec import Struct, structs

import imagegen
from imagegen import options, promptfile, rehearsal, rows, tell, todo, wholefile
from imagegen import request as requests
from imagegen.claims import Claims
from imagegen.errors import ExitCode, FileError, ImagegenError, RequestError
from imagegen.events import Failed, Made
from imagegen.journal import FAILED, JOURNAL, Failures, Journal
from imagegen.jsonline import shown
from imagegen.naming import Names, Spot
from imagegen.plan import Plan
from imagegen.promptfile import Line
from imagegen.request import MachineRequest
from imagegen.rows import Checked, Group, Reader, Row
from imagegen.stream import UpTo, arriving
from imagegen.tell import Count, Manner
from imagegen.todo import Identify, Todo
from imagegen.work import Books, Policy, Task, Work

STDIN = "-"


class Order(Struct, frozen=True):
    """What was asked: a file, what holds where its rows are silent, and whether to draw anew."""

    file: str
    said: Mapping[str, Any]
    again: bool = False

    @property
    def origin(self) -> str:
        """The file as messages name it."""
        return "<stdin>" if self.file == STDIN else shown(self.file)

    @property
    def folder(self) -> Path:
        """Where journal and failed rows go: the command line's folder, or a failed.jsonl's own."""
        out = self.said.get("out")
        if out is None and Path(self.file).name == FAILED:
            return Path(self.file).parent
        return Path(os.path.expanduser(out or "."))  # noqa: PTH111


def rehearse(order: Order, manner: Manner) -> ExitCode:
    """Tell every mistake, and of the rows that make sense what would be drawn."""
    problems, where = _Problems(order, manner), _checked_words(order)
    with _opened(order) as file:
        reader = Reader(order.origin, order.said, problems)
        found = _looked_up(order, reader, reader.rows(_lines(order, file)), problems)
        outlook, count = rehearsal.rehearse(found, where, manner)
    problems.refuse()
    if not count.asked:
        raise _no_rows(order)
    rehearsal.conclude(outlook, count, reader.cards(), manner)
    return ExitCode.DONE


def draw(order: Order, policy: Policy, manner: Manner) -> ExitCode:
    """Draw what is not drawn yet; of stdin, row by row as they come."""
    _checked_words(order)
    _check_files(order, manner)
    with _opened(order) as file:
        streamed = order.file == STDIN
        checked = None if streamed else _check(order, file, manner)
        with _Office(order, policy, manner, checked) as office:
            if checked is None:
                return office.work.do(_arriving(order, file, office))
            return office.work.do(
                office.task(group.where, _plans(order, file, group, office.work))
                for group in checked.groups
            )


class _Office(Books):
    """Who keeps account of a batch: journal, failed rows, names, and claims on pictures."""

    def __init__(
        self, order: Order, policy: Policy, manner: Manner, checked: Checked | None
    ) -> None:
        folder = order.folder
        wholefile.check_writable(folder)
        self._claims = Claims()
        self._journal, self._failures = Journal(folder), Failures(folder, self._claims)
        asked = None if checked is None else checked.pictures
        self.work = Work(manner, Count(asked=asked), policy, self)
        self._todo = Todo(
            Names(),
            self._claims,
            again=order.again,
            on_skip=self.work.skip,
            stopped=self.work.ends,
        )
        rows = None if checked is None else checked.rows
        tell.start(rows, asked, manner)
        self._journal.write("start", file=order.origin, rows=rows, pictures=asked)

    def __enter__(self) -> "_Office":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._claims.close()
        self._journal.close()

    def task(self, where: MachineRequest, plans: Iterable[Plan | None]) -> Task:
        """Those that are not drawn yet."""

        def fail(plan: Plan, error: ImagegenError) -> None:
            self.work.fail(plan, error, where)

        return Task(where, self._todo.plans(plans, fail))

    def made(self, one: Made, where: MachineRequest) -> None:
        """A picture is on disk: nobody else needs to draw it."""
        self._journal.write(
            "picture",
            id=self._todo.release(one.plan),
            path=str(one.path),
            sha256=one.sha256,
            origin=one.plan.origin,
            seconds=one.seconds,
        )

    def failed(self, one: Failed, where: MachineRequest) -> None:
        """A picture could not be had: its row is kept, to be tried again."""
        identity = self._todo.release(one.plan)
        self._failures.add(one.plan, identity, where, one.error)
        about = {"code": one.error.code, "message": one.error.message}
        self._journal.write("failed", path=str(one.plan.path), origin=one.plan.origin, **about)

    def closed(self, code: ExitCode, count: Count) -> None:
        """What failed before and has been drawn now is forgotten."""
        self._journal.write("end", **structs.asdict(count), exit=int(code))
        self._failures.tidy(todo.is_there)


def _check_files(order: Order, manner: Manner) -> None:
    """Refuse to write events into the file whose rows we read."""
    log = [] if manner.log is None else [manner.log.path]
    for path in (*log, order.folder / JOURNAL):
        with contextlib.suppress(OSError):  # one of them is not there
            if order.file != STDIN and os.path.samefile(order.file, path):  # noqa: PTH121
                raise RequestError(
                    "same-file",
                    f"{order.origin} is where events are written",
                    hint="--log or -o with another place, or a copy of the file",
                )


def _checked_words(order: Order) -> MachineRequest:
    """What the command line says is checked by itself, and not blamed on every row."""
    request, where = options.ask(order.said)
    requests.check(structs.replace(request, prompts=("any",)), whole=False)
    requests.check_machine(where)
    if request.model is not None:
        imagegen.card(request)
    imagegen.inputs(request)
    return where


@contextlib.contextmanager
def _opened(order: Order) -> Iterator[BinaryIO]:
    """The file, open until the end: whoever replaces it meanwhile does not disturb us."""
    if order.file == STDIN:
        yield io.BytesIO() if sys.stdin is None else _stdin()
        return
    promptfile.format_of(order.file)
    try:
        file: BinaryIO = Path(order.file).open("rb")  # noqa: SIM115 (closed below)
        if not file.seekable():  # a named pipe is read once, and we read twice
            pipe, file = file, tempfile.TemporaryFile()  # noqa: SIM115
            with pipe:
                shutil.copyfileobj(pipe, file)
    except OSError as error:
        raise _unreadable(order, error) from None
    with file, io.BufferedReader(UpTo(file)) as content:
        yield content


def _stdin() -> BinaryIO:
    # Not sys.stdin's own buffer, which Python closes at its exit while a thread still reads it.
    return io.BufferedReader(io.FileIO(sys.stdin.fileno(), closefd=False))


def _lines(order: Order, file: BinaryIO) -> Iterator[Line]:
    if order.file != STDIN:
        file.seek(0)
    try:
        yield from promptfile.read(file, promptfile.format_of(order.file), order.origin)
    except OSError as error:
        raise _unreadable(order, error) from None


def _unreadable(order: Order, error: OSError) -> FileError:
    return FileError(
        "unreadable",
        f"{order.origin} cannot be read: {error.strerror}",
        hint="a file that is there and may be read, or - for stdin",
    )


class _Problems:
    """The mistakes of a file, told one by one as they are found."""

    def __init__(self, order: Order, manner: Manner) -> None:
        self._order, self._manner = order, manner
        self._kinds: list[type[ImagegenError]] = []

    def __call__(self, origin: str, error: ImagegenError) -> None:
        self._kinds.append(type(error))
        tell.error(error, self._manner, origin)

    def refuse(self) -> None:
        """Raise if there were any."""
        number = len(self._kinds)
        if not number:
            return
        kind = self._kinds[0] if len(set(self._kinds)) == 1 else RequestError
        raise kind(
            "bad-rows",
            f"{self._order.origin} has {number:,} mistake{'s' * (number > 1)}; nothing was drawn",
            hint="the lines above, mended; --dry-run checks again without drawing",
        )


def _check(order: Order, file: BinaryIO, manner: Manner) -> Checked:
    """Every mistake of the file is told before any of it is drawn."""
    problems = _Problems(order, manner)
    reader = Reader(order.origin, order.said, problems)
    checked = rows.check(_lines(order, file), reader, problems)
    problems.refuse()
    if not checked.rows:
        raise _no_rows(order)
    return checked


def _no_rows(order: Order) -> RequestError:
    return RequestError("no-rows", f"{order.origin} has no rows", hint="a prompt a line")


def _plans(order: Order, file: BinaryIO, group: Group, work: Work) -> Iterator[Plan]:
    """The pictures of one group of rows; the file was fine, but may have been changed since."""
    reader = Reader(order.origin, order.said, work.refuse)
    for row in reader.rows(_lines(order, file)):
        if row is not None and row.group == group:
            yield from _of_row(reader, row, work)


def _of_row(reader: Reader, row: Row, work: Work) -> Iterator[Plan]:
    try:
        yield from reader.plans(row)
    except ImagegenError as error:
        work.refuse(row.origin, error)


def _arriving(order: Order, file: BinaryIO, office: _Office) -> Iterator[Task]:
    """Rows of stdin, as they come; each change of model or machine is another task."""
    work = office.work
    reader = Reader(order.origin, order.said, work.refuse)
    lines = arriving(_lines(order, file), work.ends)
    group = None
    for group, same in itertools.groupby(reader.rows(lines), key=_LastGroup()):
        if group is not None:
            yield office.task(group.where, _of_rows(reader, same, work))
    if group is None and not (work.ends() or work.count.failed):
        raise _no_rows(order)  # whoever was to write them has not: no success


def _of_rows(reader: Reader, some: Iterable[Row | None], work: Work) -> Iterator[Plan | None]:
    for row in some:
        if row is None:
            yield None
        else:
            yield from _of_row(reader, row, work)


class _LastGroup:
    """The group of each row; a pause between rows belongs to the row before."""

    last: Group | None = None

    def __call__(self, row: Row | None) -> Group | None:
        if row is not None:
            self.last = row.group
        return self.last


def _looked_up(
    order: Order, reader: Reader, some: Iterable[Row | None], problems: _Problems
) -> Iterator[tuple[Plan, bool]]:
    """Every picture at its place, and whether it is there already."""
    names, identify, glance = Names(), Identify(), todo.Glance()
    for plan in rows.checked_plans(some, reader, problems):
        place = names.place(plan.path, identify(plan), glance.look, overwrite=plan.overwrite)
        there = place.spot is Spot.WHOLE and not order.again
        yield structs.replace(plan, path=place.path), there
