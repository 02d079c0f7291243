"""Which plans still have to be drawn: not those whose picture is there, whole, from the same plan.

So a run that was stopped, or killed, is simply started again; and two runs on one folder share the
work.
"""

import contextlib
import hashlib
import os
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from msgspec import structs

from imagegen import containers, record, weights, wholefile
from imagegen import plan as planning
from imagegen.claims import Claims
from imagegen.errors import FileError, ImagegenError
from imagegen.formats import NotWholeError
from imagegen.naming import Found, Names, Place, Spot
from imagegen.plan import Plan

WAIT = 0.2  # seconds between two looks at what another run is drawing
MOST_ELSEWHERE = 256  # plans of other runs that are remembered; then the oldest is looked at again
ANY_PICTURE = ""  # in the place of an id: a claim on the name itself


class Identify:
    """The id of a plan, by what lies in its model's files."""

    def __init__(self) -> None:
        self._digests: dict[planning.Weights, str] = {}

    def __call__(self, plan: Plan) -> str:
        model = planning.weights_of(plan)
        if model not in self._digests:
            self._digests[model] = weights.digest(model.source, model.revision, model.single)
        return planning.identity(plan, self._digests[model])


class Todo:
    """Plans at the paths where they go, each claimed for this process until it is released."""

    def __init__(
        self,
        names: Names,
        claims: Claims,
        *,
        again: bool = False,
        on_skip: Callable[[Plan], None],
        stopped: Callable[[], bool],
    ) -> None:
        self._names, self._claims = names, claims
        self._again, self._on_skip, self._stopped = again, on_skip, stopped
        self._swept: set[Path] = set()
        self._elsewhere: deque[_Placed] = deque()
        self.identity = Identify()

    def plans(
        self, plans: Iterable[Plan | None], on_failure: Callable[[Plan, ImagegenError], None]
    ) -> Iterator[Plan | None]:
        """Those that are to be drawn; what another run is drawing comes last, if at all.

        A plan whose model cannot be read is a failure of its own; the others go on.
        """
        for plan in plans:
            if self._stopped():
                return
            if plan is None:
                yield None
                continue
            try:
                identity = self.identity(plan)
            except ImagegenError as error:
                on_failure(plan, error)
                continue
            yield from self._taken(plan, identity, None)
            if len(self._elsewhere) > MOST_ELSEWHERE:
                yield from self._taken(*self._elsewhere.popleft())
        while self._elsewhere:
            waiting = len(self._elsewhere)
            for _ in range(waiting):
                if self._stopped():
                    return
                yield from self._taken(*self._elsewhere.popleft())
            if len(self._elsewhere) == waiting:
                yield None  # nothing of ours is held back while another run is waited for
                time.sleep(WAIT)

    def release(self, plan: Plan) -> str:
        """The plan has been drawn, or given up; its id, "" if its model cannot be read."""
        try:
            identity = self.identity(plan)
        except ImagegenError:
            return ""  # it was never claimed
        self._claims.release(plan.path, identity)
        self._claims.release(plan.path, ANY_PICTURE)
        return identity

    def _taken(self, plan: Plan, identity: str, path: Path | None) -> Iterator[Plan]:
        """The plan, claimed; nothing if its picture is there, or another run is drawing it."""
        while True:
            if path is None:
                place = self._place(plan, identity)
                path = place.path
                if place.spot is Spot.WHOLE and not self._again:
                    self._skip(plan, path)
                    return
            if not self._claims.take(path, identity):
                self._elsewhere.append(_Placed(plan, identity, path))
                return
            # Only what lies there now, under our claim, stays so.
            spot, lies = look(path)
            if lies == identity and spot is Spot.WHOLE and not self._again:
                self._claims.release(path, identity)
                self._skip(plan, path)
                return
            free = spot is Spot.FREE or lies == identity or plan.overwrite
            # Another run may be drawing another picture of this name.
            if free and (self._claims.take(path, ANY_PICTURE) or plan.overwrite):
                overwrite = plan.overwrite or lies == identity
                yield structs.replace(plan, path=path, overwrite=overwrite)
                return
            self._claims.release(path, identity)
            path = None

    def _place(self, plan: Plan, identity: str) -> Place:
        if plan.path.parent not in self._swept:
            self._swept.add(plan.path.parent)
            wholefile.sweep(plan.path.parent)
        return self._names.place(plan.path, identity, look, overwrite=plan.overwrite)

    def _skip(self, plan: Plan, path: Path) -> None:
        _give_back_sidecar(path)
        self._on_skip(structs.replace(plan, path=path))


class Glance:
    """Looks without asking the disk for each name: what lies in a folder is listed once.

    For a rehearsal, which draws nothing; what others put there meanwhile is not seen.
    """

    def __init__(self) -> None:
        self._names: dict[str, frozenset[str]] = {}

    def look(self, path: Path) -> Found:
        """As the function `look`."""
        folder, _, name = os.fspath(path).rpartition(os.sep)
        if folder not in self._names:
            self._names[folder] = _listed(path.parent)
        names = self._names[folder]
        if name not in names and f"{name.rpartition('.')[0]}.json" not in names:
            return Found(Spot.FREE)
        return look(path)


def look(path: Path) -> Found:
    """What lies at a path: nothing, a whole picture of ours, a torn one, or something else."""
    sidecar = Path(f"{os.fspath(path).removesuffix(path.suffix)}.json")
    beside = os.path.lexists(sidecar)
    if not os.path.lexists(path):
        return _without_picture(sidecar, path) if beside else Found(Spot.FREE)
    try:
        inside = containers.record_in(path)
        if inside is None and beside:
            return _told_by_sidecar(sidecar, path)
    except (NotWholeError, OSError):
        return _torn(sidecar)
    identity = None if inside is None else record.glimpse(inside).id
    if identity is None or (beside and _glimpse(sidecar).id != identity):
        return Found(Spot.TAKEN)
    return Found(Spot.WHOLE, identity)


def is_there(path: Path, identity: str) -> bool:
    """Whether the picture of this id lies there, whole."""
    return look(path) == Found(Spot.WHOLE, identity)


class _Placed(NamedTuple):
    """A plan that another run is drawing, where it goes."""

    plan: Plan
    identity: str
    path: Path


def _listed(folder: Path) -> frozenset[str]:
    try:
        return frozenset(os.listdir(folder))  # noqa: PTH208 (names are enough)
    except OSError:
        return frozenset()  # none yet


def _torn(sidecar: Path) -> Found:
    identity = _glimpse(sidecar).id
    return Found(Spot.TAKEN) if identity is None else Found(Spot.TORN, identity)


def _without_picture(sidecar: Path, path: Path) -> Found:
    """The sidecar may be that of the same picture in another format."""
    file = _glimpse(sidecar).file
    if file not in (None, path.name) and os.path.lexists(path.with_name(Path(str(file)).name)):
        return Found(Spot.TAKEN)
    return _torn(sidecar)


def _told_by_sidecar(sidecar: Path, path: Path) -> Found:
    """A picture that carries no record is the one that its sidecar means, byte for byte."""
    glimpse = _glimpse(sidecar)
    if glimpse.id is None or glimpse.file_sha256 is None:
        return Found(Spot.TAKEN)
    if hashlib.sha256(containers.read(path)).hexdigest() == glimpse.file_sha256:
        return Found(Spot.WHOLE, glimpse.id)
    return Found(Spot.TAKEN)


def _glimpse(sidecar: Path) -> record.Glimpse:
    try:
        return record.glimpse(containers.read(sidecar))
    except (NotWholeError, OSError):
        return record.Glimpse()


def _give_back_sidecar(path: Path) -> None:
    """A picture that has lost its sidecar has the record inside."""
    sidecar = path.with_suffix(".json")
    if not os.path.lexists(sidecar):
        with contextlib.suppress(OSError, NotWholeError, FileError):
            inside = record.from_json(containers.record_in(path) or "", str(path))
            wholefile.replace(sidecar, record.to_json(inside))
