"""Which plans still have to be drawn: not those whose picture is there, whole, from the same plan.

So a run that was stopped, or killed, is simply started again; and two runs on one folder share the
work.
"""

import contextlib
import functools
import os
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from msgspec import structs

from imagegen import plan as planning
from imagegen import pngfile, record, weights, wholefile
from imagegen.claims import Claims
from imagegen.naming import Names, Spot
from imagegen.plan import Plan
from imagegen.record import PNG_KEY

WAIT = 0.2  # seconds between two looks at what another run is drawing


class Identify:
    """The id of a plan, by what lies in its model's files."""

    def __init__(self) -> None:
        self._digests: dict[planning.Weights, str] = {}

    def __call__(self, plan: Plan) -> str:
        model = planning.weights_of(plan)
        if model not in self._digests:
            self._digests[model] = weights.digest(*model)
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
        self.identity = Identify()

    def plans(self, plans: Iterable[Plan | None]) -> Iterator[Plan | None]:
        """Those that are to be drawn; what another run is drawing comes last, if at all."""
        elsewhere: list[tuple[Plan, str]] = []
        for plan in plans:
            if self._stopped():
                return
            if plan is None:
                yield None
                continue
            identity = self.identity(plan)
            placed = self._placed(plan, identity)
            if placed is None:
                continue
            if self._claims.take(placed.path, identity):
                yield from self._still(placed, identity)
            else:
                elsewhere.append((placed, identity))
        for placed, identity in elsewhere:
            while not self._claims.take(placed.path, identity):
                yield None  # nothing of ours is held back while another run is waited for
                if self._stopped():
                    return
                time.sleep(WAIT)
            yield from self._still(placed, identity)

    def release(self, plan: Plan) -> None:
        """The plan has been drawn, or given up."""
        self._claims.release(plan.path, self.identity(plan))

    def _placed(self, plan: Plan, identity: str) -> Plan | None:
        """The plan at its path; None if its picture is there already."""
        if plan.path.parent not in self._swept:
            self._swept.add(plan.path.parent)
            wholefile.sweep(plan.path.parent)
        look_for = functools.partial(look, identity=identity)
        place = self._names.place(plan.path, look_for, overwrite=plan.overwrite)
        placed = structs.replace(plan, path=place.path)
        if place.spot is Spot.OURS and not self._again:
            _give_back_sidecar(placed.path)
            self._on_skip(placed)
            return None
        own = place.spot in {Spot.OURS, Spot.TORN}  # the picture takes the place of itself
        return structs.replace(placed, overwrite=plan.overwrite or own)

    def _still(self, plan: Plan, identity: str) -> Iterator[Plan]:
        """The plan, unless another run has drawn it between the look and the claim."""
        spot = look(plan.path, identity)
        if self._again or spot is not Spot.OURS:
            yield structs.replace(plan, overwrite=plan.overwrite or spot is Spot.TORN)
            return
        self._claims.release(plan.path, identity)
        self._on_skip(plan)


class Glance:
    """Looks without asking the disk for each name: what lies in a folder is listed once.

    For a rehearsal, which draws nothing; what others put there meanwhile is not seen.
    """

    def __init__(self) -> None:
        self._names: dict[str, frozenset[str]] = {}

    def look(self, path: Path, identity: str) -> Spot:
        """As the function `look`."""
        folder, name = os.path.split(path)
        if folder not in self._names:
            self._names[folder] = _listed(folder)
        names = self._names[folder]
        if name not in names and f"{os.path.splitext(name)[0]}.json" not in names:  # noqa: PTH122
            return Spot.FREE
        return look(path, identity)


def _listed(folder: str) -> frozenset[str]:
    try:
        return frozenset(os.listdir(folder or "."))  # noqa: PTH208 (names are enough)
    except OSError:
        return frozenset()  # none yet


def look(path: Path, identity: str) -> Spot:
    """What lies at a path: nothing, this picture, a torn one, or something else."""
    sidecar = Path(f"{os.fspath(path).removesuffix(path.suffix)}.json")
    beside = os.path.lexists(sidecar)
    if not os.path.lexists(path):
        if not beside:
            return Spot.FREE
        return Spot.TORN if _is_of(sidecar, identity) else Spot.TAKEN
    try:
        inside = pngfile.text(path, PNG_KEY)
    except (pngfile.NotWholeError, OSError):
        return Spot.TORN if beside and _is_of(sidecar, identity) else Spot.TAKEN
    if inside is None or record.plan_id(inside) != identity:
        return Spot.TAKEN
    return Spot.OURS if not beside or _is_of(sidecar, identity) else Spot.TAKEN


def _give_back_sidecar(path: Path) -> None:
    """A picture that has lost its sidecar has the record inside."""
    sidecar = path.with_suffix(".json")
    if not os.path.lexists(sidecar):
        with contextlib.suppress(OSError, pngfile.NotWholeError):
            wholefile.replace(sidecar, (pngfile.text(path, PNG_KEY) or "").encode())


def _is_of(sidecar: Path, identity: str) -> bool:
    try:
        return record.plan_id(sidecar.read_bytes()) == identity
    except OSError:
        return False
