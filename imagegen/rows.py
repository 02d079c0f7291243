"""The rows of a prompt file as plans: checked all at once, or planned one after another."""

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from random import Random
from typing import Any, NamedTuple

import msgspec
from msgspec import structs

import imagegen
from imagegen import (
    control_words,
    grammar,
    ip_adapter_words,
    lora_words,
    naming,
    options,
    planning,
    wholefile,
)
from imagegen import request as requests
from imagegen.catalog import ModelCard
from imagegen.errors import ImagegenError, RequestError
from imagegen.inputs import ALPHA
from imagegen.plan import Plan
from imagegen.promptfile import Line
from imagegen.request import MachineRequest, Request
from imagegen.singlefile import Given
from imagegen.templates import Wildcards

Said = Mapping[str, Any]
Problem = Callable[[str, ImagegenError], None]
INPUTS = ("image", "mask")
PICTURED = {"control": control_words.placed, "ip-adapter": ip_adapter_words.placed}
NOT_THROWN = Random(0)  # dice of a row that says its seeds
NOT_DECIDING = dict.fromkeys(
    (
        *("offline", "out", "name", "overwrite", "lenient"),
        *("format", "quality", "metadata", "hide_prompt", "prompt_writer"),
    )
)


class Source(NamedTuple):
    """Which model a row asks for, and what of it."""

    model: str | None
    revision: str | None
    variant: str | None
    offline: bool | None
    given: Given


class Group(NamedTuple):
    """What is loaded once: rows of one model, on one machine."""

    source: Source
    where: MachineRequest


class Row(NamedTuple):
    """A row whose options make sense; `number` is that of its first picture in the file."""

    origin: str
    group: Group
    request: Request
    card: ModelCard
    number: int
    pictures: int
    dice: Random


class Checked(NamedTuple):
    """What a file asks for; `groups` in the order in which they are first met."""

    rows: int
    pictures: int
    groups: tuple[Group, ...]


class Reader:
    """Rows from lines; one reader reads a file once, from its beginning.

    A row that says no seed gets one from its prompt, so that the same file asks for the same
    pictures each time, whichever model and settings are said. The second of two equal rows gets
    another.
    """

    def __init__(self, origin: str, defaults: Said, on_problem: Problem) -> None:
        self._origin, self._defaults, self._on_problem = origin, defaults, on_problem
        self._cards: dict[Source, ModelCard | ImagegenError] = {}
        self._wildcards: dict[str | None, Wildcards] = {}
        self._equal: dict[bytes, int] = {}
        self._own: dict[int, str] = {}
        self._number = 1

    def cards(self) -> list[ModelCard]:
        """The models that the rows read until now ask for."""
        return [card for card in self._cards.values() if isinstance(card, ModelCard)]

    def rows(self, lines: Iterable[Line | None]) -> Iterator[Row | None]:
        """The rows that make sense; what is wrong with the others is told, all of it."""
        for line in lines:
            if line is None:
                yield None
                continue
            origin = f"{self._origin}:{line.number}"
            for problem in line.problems:
                self._on_problem(origin, problem)
            if line.problems:
                continue
            try:
                row = self._row(origin, line.said)
            except ImagegenError as error:
                self._on_problem(origin, error)
                continue
            self._number += row.pictures
            yield row

    def plans(self, row: Row) -> Iterator[Plan]:
        """The pictures of a row; raises what is wrong with it as a whole."""
        made = planning.make_plans(
            row.request,
            row.card,
            imagegen.surroundings(
                lambda: row.dice.getrandbits(32), self._wildcards_of(row.request), self._own_of
            ),
            number=row.number,
        )
        return (structs.replace(plan, origin=row.origin) for plan in made)

    def _own_of(self, card: ModelCard) -> str:
        """The model's own scheduler, which is slow to name, once for all rows."""
        if id(card) not in self._own:  # the reader keeps its cards
            self._own[id(card)] = imagegen.own_scheduler(card)
        return self._own[id(card)]

    def _row(self, origin: str, said: Said) -> Row:
        request, where = options.ask({**self._defaults, **self._placed(said)})
        requests.check(request)
        requests.check_machine(where)
        return Row(
            origin=origin,
            group=Group(_source(request), where),
            request=request,
            card=self._card(request),
            number=self._number,
            pictures=planning.count_plans(request, self._wildcards_of(request)),
            dice=self._dice(request),
        )

    def _placed(self, said: Said) -> Said:
        """With paths as they are seen from here, not from the prompt file.

        Pictures lie beside it; a LoRA that does not is looked for as on the command line.
        """
        folder = os.path.dirname(self._origin)  # noqa: PTH120
        placed = {
            name: os.path.join(folder, os.path.expanduser(value))  # noqa: PTH111, PTH118
            if name in INPUTS and isinstance(value, str) and value != ALPHA
            else _pictured(value, folder, PICTURED[name])
            if name in PICTURED
            else value
            for name, value in said.items()
        }
        if isinstance(said.get("lora-dir"), str):
            placed["lora-dir"] = _beside(folder, said["lora-dir"], said["lora-dir"])
        if said.get("lora") is not None:
            words = options.OPTIONS["lora"].read("lora", said["lora"])["lora"]
            placed["lora"] = [_beside(folder, word, lora_words.option(word).name) for word in words]
        return placed

    def _card(self, request: Request) -> ModelCard:
        source = _source(request)
        if source not in self._cards:
            try:
                self._cards[source] = imagegen.card(request)
            except ImagegenError as error:
                self._cards[source] = error
        found = self._cards[source]
        if isinstance(found, ImagegenError):
            raise found.with_traceback(None)  # it would grow with every row
        return found

    def _wildcards_of(self, request: Request) -> Wildcards:
        if request.wildcards not in self._wildcards:
            self._wildcards[request.wildcards] = imagegen.wildcards(request)
        return self._wildcards[request.wildcards]

    def _dice(self, request: Request) -> Random:
        if request.seeds == grammar.RANDOM:
            return Random()
        if request.seeds is not None:
            return NOT_THROWN
        whole = hashlib.sha256(msgspec.json.encode(structs.replace(request, **NOT_DECIDING)))
        key = whole.digest()[:8]
        equal = self._equal[key] = self._equal.get(key, -1) + 1
        words = hashlib.sha256(msgspec.json.encode((request.prompts, request.negative)))
        return Random(int.from_bytes(words.digest(), "big") + equal)


def _pictured(said: Any, folder: str, placed: Callable[[str, str], str]) -> Any:
    """Of controls and IP-Adapters likewise; a cell of a table may name several, with commas."""
    words = said.split(",") if isinstance(said, str) else said
    if not isinstance(words, list):
        return said
    return [placed(w, folder) if isinstance(w, str) else w for w in words]


def _beside(folder: str, word: str, name: str) -> str:
    """A word that begins with a path, seen from here if what it names lies in that folder."""
    place = os.path.join(folder, os.path.expanduser(name))  # noqa: PTH111, PTH118
    return f"{place}{word[len(name) :]}" if os.path.exists(place) else word  # noqa: PTH110


def _source(request: Request) -> Source:
    given = Given(request.model_config, request.tokenizer)
    return Source(request.model, request.revision, request.variant, request.offline, given)


def check(lines: Iterable[Line], reader: Reader, on_problem: Problem) -> Checked:
    """Read and plan everything, and tell every mistake; draw nothing."""
    found = 0
    groups: dict[Group, None] = {}

    def counted() -> Iterator[Row | None]:
        nonlocal found
        for row in reader.rows(lines):
            if row is not None:
                found += 1
                groups.setdefault(row.group)
            yield row

    pictures = sum(1 for _ in checked_plans(counted(), reader, on_problem))
    return Checked(found, pictures, tuple(groups))


def checked_plans(
    rows: Iterable[Row | None], reader: Reader, on_problem: Problem
) -> Iterator[Plan]:
    """The pictures of rows; what is wrong with one is told."""
    fixed: dict[int, str] = {}
    checked: set[str] = set()
    for row in rows:
        if row is None:
            continue
        try:
            for plan in reader.plans(row):
                _check_name(plan, row, fixed)
                folder = os.fspath(plan.path).rpartition(os.sep)[0]  # quicker than paths are
                if folder not in checked:
                    wholefile.check_open(plan.path.parent)
                    checked.add(folder)
                yield plan
        except ImagegenError as error:
            on_problem(row.origin, error)


def _check_name(plan: Plan, row: Row, fixed: dict[int, str]) -> None:
    """Two rows that name the same file do not mean it."""
    if not naming.is_fixed(row.request.name) or row.pictures > 1:
        return
    first = fixed.setdefault(hash(str(plan.path.with_suffix(""))), row.origin)
    if first is not row.origin:
        raise RequestError(
            "duplicate-name",
            f"{plan.path} is the name of {first} already",
            hint="another name, or a template: {slug}-{seed}.png",
        )
