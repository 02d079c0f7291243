"""Whether pictures are what their records say: drawn again, compared, and the difference explained.

Nothing of what is drawn stays: it lies in a folder that goes with the work.
"""

import contextlib
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Literal, NamedTuple

from msgspec import structs

from imagegen import again, encoding, formats, harmless, picturefile, tell, wire
from imagegen import record as records
from imagegen.again import Again
from imagegen.encoding import Apart
from imagegen.errors import ExitCode, FileError, ImagegenError
from imagegen.events import Failed, Made
from imagegen.formats import Form
from imagegen.jsonline import shown
from imagegen.plan import Plan, weights_of
from imagegen.record import Record
from imagegen.request import MachineRequest
from imagegen.tell import Count, Manner
from imagegen.wire import Differing, VerifiedEvent
from imagegen.work import Books, Judge, Policy, Task, Work

Verdict = Literal["identical", "rounding", "different", "unknown"]
HOLDS = ("identical", "rounding")
WORDS: Mapping[Verdict, str] = {
    "identical": "identical",
    "rounding": "equal within rounding",
    "different": "different",
    "unknown": "not verified",
}
# What is rounding: sums in another order move a value by a few of 255, and few values at all.
# A batch of another size measured 91 dB and 1 (docs/verify.md); another precision 36 dB and 142.
LEAST_PSNR, MOST_APART = 50.0, 8
CHANGED = "file-changed"
# What of a machine is compared; how it is called in front of people.
MACHINE = (
    *("device", "name", "precision", "quantize", "deterministic", "attention", "memory"),
    *("decoding", "threads", "system", "driver", "compiled", "caches"),
)


class Claim(NamedTuple):
    """A picture, and what its record says was drawn; `drawn` are how it is drawn again."""

    path: Path
    record: Record
    drawn: Again


def verify(paths: Sequence[Path], said: Mapping[str, Any], manner: Manner) -> ExitCode:
    """Draw each picture again, tell what is found, and whether all of them hold."""
    with tempfile.TemporaryDirectory(prefix="imagegen-verify-") as folder:
        verifier = _Verifier(Path(folder), said, manner, len(paths))
        return verifier.work.do(verifier.tasks(paths))


class _Verifier:
    """What is known of the pictures, and what has been found of them."""

    def __init__(self, folder: Path, said: Mapping[str, Any], manner: Manner, number: int) -> None:
        self._folder, self._said, self._manner = folder, said, manner
        policy = Policy(patient=number > 1)
        judge = Judge(self._is_well, self._summary)
        self.work = Work(manner, Count(asked=number), policy, Books(), judge)
        self._claims: dict[str, Claim] = {}
        self._found = dict.fromkeys(WORDS, 0)

    def tasks(self, paths: Iterable[Path]) -> Iterator[Task]:
        """The pictures to be drawn, those of one machine and of one model together."""
        groups: dict[MachineRequest, dict[object, list[Plan]]] = {}
        for number, path in enumerate(paths):
            claim = self._claim(path)
            if claim is None:
                continue
            plan = self._placed(claim, number)
            models = groups.setdefault(claim.drawn.where, {})
            models.setdefault(weights_of(plan), []).append(plan)
        for where, models in groups.items():
            yield Task(where, (plan for plans in models.values() for plan in plans))

    def _claim(self, path: Path) -> Claim | None:
        """What is to be drawn; None where it is known already that the picture does not hold."""
        try:
            drawn = again.again(path, self._said, {})
            record = drawn.told.record
            if record is None:
                raise FileError(
                    "no-record",
                    f"{path}: the record of {drawn.told.found.tool} does not say what was drawn",
                    hint="a picture with imagegen's whole record",
                )
            changed = _changed(path, record)
        except ImagegenError as error:
            self.work.unwell(partial(self._tell, path, "unknown", error=error))
            return None
        if changed is not None:
            told = partial(self._tell, path, "different", reason=changed, code=CHANGED)
            self.work.unwell(told)
            return None
        return Claim(path, record, drawn)

    def _placed(self, claim: Claim, number: int) -> Plan:
        """The plan, in the folder that goes, in the form of the picture: a JPEG beside a JPEG."""
        coding = claim.record.encoding
        form = Form(format=coding.format, quality=coding.quality, metadata="none")
        path = self._folder / f"{number}{form.ending}"
        self._claims[str(path)] = claim
        return structs.replace(claim.drawn.plans[0], path=path, overwrite=True, form=form)

    def _is_well(self, one: Made | Failed) -> bool:
        claim = self._claims.pop(str(one.plan.path))
        if isinstance(one, Failed):
            self._tell(claim.path, "unknown", error=one.error)
            return False
        now = records.from_json(one.sidecar.read_bytes(), str(one.sidecar))
        different = tuple(_differences(claim.record, now))
        then, sha256 = claim.record.pixels_sha256, one.sha256
        verdict: Verdict = "identical"
        apart = None
        if then != sha256:
            verdict, apart = _compared(claim.path, one.path)
        for path in (one.path, one.sidecar):
            with contextlib.suppress(OSError):
                path.unlink()
        self._tell(
            claim.path,
            verdict,
            apart=apart,
            recorded_sha256=then,
            drawn_sha256=sha256,
            differences=different,
        )
        return verdict in HOLDS

    def _tell(
        self,
        path: Path,
        verdict: Verdict,
        *,
        apart: Apart | None = None,
        error: ImagegenError | None = None,
        **more: Any,
    ) -> None:
        self._found[verdict] += 1
        if apart is not None:
            more |= {"psnr": round(apart.psnr, 1), "largest": apart.largest}
        if error is not None:
            more |= {"reason": error.message, "code": error.code}
        event = VerifiedEvent(path=shown(str(path)), verdict=verdict, **more)
        line = f"{WORDS[verdict]:<22} {event.path}"
        tell.result(harmless.shown(line + _details(event)), event, self._manner)
        if error is not None and not self._manner.json:
            tell.message(harmless.shown(f"try: {error.hint}"), self._manner)

    def _summary(self) -> str:
        """How many of each verdict."""
        found = [f"{number} {WORDS[one]}" for one, number in self._found.items() if number]
        return ", ".join(found) or "nothing was verified"


def _changed(path: Path, record: Record) -> str | None:
    """Why the pixels in the file are not those of its record; None: they are."""
    content = picturefile.read(path)
    coding = record.encoding
    if encoding.sha256(encoding.decode(content, str(path))) == coding.decoded_sha256:
        return None
    problem = "the file was changed after it was drawn: its pixels are not those of its record"
    here = encoding.codec(formats.kind(content) or coding.format)
    if coding.quality is not None and coding.codec not in (None, here):
        return f"{problem}, or {here} reads them otherwise than {coding.codec}"
    return problem


def _compared(path: Path, drawn: Path) -> tuple[Verdict, Apart | None]:
    """How far the picture and the one drawn now are apart, both as their files give them."""
    then = encoding.decode(picturefile.read(path), str(path))
    now = encoding.decode(picturefile.read(drawn), str(drawn))
    if then.size != now.size:
        return "different", None
    apart = encoding.apart(then, now)
    if apart is None or (apart.psnr >= LEAST_PSNR and apart.largest <= MOST_APART):
        return "rounding", apart
    return "different", apart


def _differences(then: Record, now: Record) -> Iterator[Differing]:
    """What may explain other pixels."""
    for name in MACHINE:
        yield from _differing(name, getattr(then.machine, name), getattr(now.machine, name))
    for name in sorted(then.versions.keys() | now.versions.keys()):
        yield from _differing(name, then.versions.get(name), now.versions.get(name))
    yield from _differing("batch-size", then.batch.size, now.batch.size)


def _differing(name: str, then: Any, now: Any) -> Iterator[Differing]:
    if then != now:
        yield Differing(name, *(None if one is None else _word(one) for one in (then, now)))


def _word(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)


def _details(event: wire.VerifiedEvent) -> str:
    """What explains a verdict, for people."""
    said = [] if event.reason is None else [event.reason]
    if event.largest is not None:
        said.append(f"{event.psnr:.1f} dB PSNR, at most {event.largest} of 255 off")
    if event.verdict != "identical":
        said += [f"{one.name}: {one.then} then, {one.now} now" for one in event.differences]
        if event.drawn_sha256 is not None and not event.differences:
            said.append("machine and versions are those of then")
    return f"  ({'; '.join(said)})" if said else ""
