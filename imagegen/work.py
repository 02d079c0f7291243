"""Do what was asked and tell what becomes of it: pictures, failures, signals, the summary."""

import functools
import gc
import logging
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from imagegen import history, tell, wholefile
from imagegen.errors import ExitCode, ImagegenError
from imagegen.events import Event, Failed, Loading, Made, Ready, ignore
from imagegen.plan import Plan
from imagegen.request import MachineRequest
from imagegen.signals import Stop, StoppedError
from imagegen.tell import Count, Manner
from imagegen.watch import plain, watching

FINISHING = "finishing the picture in work; the same signal again stops at once"


class Task(NamedTuple):
    """Pictures of one model on one machine."""

    where: MachineRequest
    plans: Iterator[Plan | None]


class Policy(NamedTuple):
    """What happens when something fails, or a signal comes.

    With `one_model`, a model that cannot be had is raised: nothing else could be drawn. Where there
    is one picture only, the first signal is not `patient`, and stops at once.
    """

    retries: int = 0
    fail_fast: bool = False
    one_model: bool = False
    patient: bool = True


class Judge(NamedTuple):
    """Where pictures are not results: tells of each, and whether it is well; and of all."""

    is_well: Callable[[Made | Failed], bool]
    summary: Callable[[], str]


class Books:
    """Whoever keeps account of the pictures; this one does not."""

    def made(self, one: Made, where: MachineRequest) -> None:
        """A picture is on disk."""

    def failed(self, one: Failed, where: MachineRequest) -> None:
        """A picture could not be had."""

    def closed(self, code: ExitCode, count: Count) -> None:
        """The work has ended; raises what is wrong with the account."""


class Work:
    """One run of a command: its pictures, counted and told."""

    def __init__(
        self,
        manner: Manner,
        count: Count,
        policy: Policy,
        books: Books,
        judge: Judge | None = None,
    ) -> None:
        self.manner, self.count, self._policy, self._books = manner, count, policy, books
        self._judge = judge
        self.stop = Stop(lambda: self._watch.note(FINISHING))
        self._failures: set[ExitCode] = set()
        self._broken: set[str] = set()
        self._frozen = False
        self._warnings = tell.Warnings(manner)
        self._watch = plain(ignore, manner)

    def do(self, tasks: Iterable[Task]) -> ExitCode:
        """Draw everything; the exit code says what became of it, and so does the last line."""
        started = time.perf_counter()
        stopped = None
        with self.stop.listening():
            try:
                with watching(self.count, self.manner) as self._watch:
                    self._draw(tasks)
                stopped = self.stop.how
            except StoppedError as stop:
                stopped = stop.how
            except ImagegenError as error:  # of the model, the journal or the log, not of a picture
                self._failures = {error.exit_code}
                tell.error(error, self.manner)
            code = self._exit_code() if stopped is None else STOPPED[stopped]
            try:
                self._books.closed(code, self.count)
            except StoppedError as stop:  # the books are for convenience; the pictures are on disk
                stopped = stop.how
                code = STOPPED[stopped]
            except ImagegenError as error:
                code = error.exit_code if code is ExitCode.DONE else code
                tell.error(error, self.manner)
        said = None if self._judge is None else self._judge.summary()
        tell.summary(self.count, time.perf_counter() - started, code, self.manner, stopped, said)
        return code

    def fail(self, plan: Plan, error: ImagegenError, where: MachineRequest) -> None:
        """A picture cannot even be begun."""
        failed = Failed(plan, error)
        self._watch.write(functools.partial(self._account, failed, where))

    def skip(self, plan: Plan) -> None:
        """A picture is there already."""
        self.count.skipped += 1
        if self.manner.json:
            self._watch.write(lambda: tell.skipped(plan, self.manner))
        else:  # nothing is written on the screen: the bars need not step aside
            tell.skipped(plan, self.manner)

    def refuse(self, origin: str, error: ImagegenError) -> None:
        """A row that came in the middle of the work makes no sense."""
        self.count.failed += 1
        self._failures.add(ExitCode.FAILED)
        self._watch.write(lambda: tell.error(error, self.manner, origin))

    def unwell(self, told: Callable[[], None]) -> None:
        """A picture needs not be drawn to know that it is not well."""
        self._watch.write(told)
        self._judged(well=False)

    def _judged(self, *, well: bool) -> None:
        if well:
            self.count.made += 1
        else:
            self.count.failed += 1
            self._failures.add(ExitCode.FAILED)

    def _draw(self, tasks: Iterable[Task]) -> None:
        for task in tasks:
            for outcome in self._outcomes(task):
                self._watch.write(functools.partial(self._account, outcome, task.where))
            if self.ends():
                return

    def ends(self) -> bool:
        """Whether no other picture is to be begun."""
        return self.stop.asked() or bool(self._failures and self._policy.fail_fast)

    def _outcomes(self, task: Task) -> Iterator[Made | Failed]:
        """What becomes of each plan; nothing heavy is imported where there is none."""
        first = next((plan for plan in task.plans if plan is not None), None)
        if first is None:
            return
        begun = False
        try:
            for outcome in self._drawn(task.where, chain([first], task.plans)):
                begun = True
                yield outcome
        except ImagegenError as error:
            if begun or self._policy.one_model:
                raise
            # This model or device cannot be had; those of other rows can.
            for plan in chain([first], task.plans):
                if self.ends():
                    return
                if plan is not None:
                    yield Failed(plan, error)

    def _drawn(
        self, where: MachineRequest, plans: Iterator[Plan | None]
    ) -> Iterator[Made | Failed]:
        _hush()
        # diffusers imports peft wherever it is installed (0.15 s) and needs it only for what
        # `imagegen.adapting` does itself; None there says to Python that it is not.
        if "diffusers" not in sys.modules:
            sys.modules.setdefault("peft", None)  # type: ignore[arg-type]
        started = time.perf_counter()
        from imagegen import machine, run

        imported = round(time.perf_counter() - started, 3)
        if not self._frozen:
            gc.freeze()  # what was imported is never garbage; a model that was drawn with is
            gc.enable()
            self._frozen = True
        here = machine.choose(where)
        how = run.How(retries=self._policy.retries, stopped=self.ends, imported=imported)
        clock: history.Clock | None = None

        def on_event(event: Event) -> None:
            nonlocal clock
            # A picture in work is worth waiting for, loading is not.
            self.stop.patient = self._policy.patient and not isinstance(event, Loading)
            if isinstance(event, Ready):
                clock = history.Clock(event)
            self._watch.on_event(event)

        try:
            for outcome in run.run(plans, here, on_event, how):
                if clock is not None and isinstance(outcome, Made):
                    clock.add(outcome)
                yield outcome
        finally:
            self.stop.patient = False
            if clock is not None:
                clock.remember(machine.peak_memory(here))

    def _account(self, one: Made | Failed, where: MachineRequest) -> None:
        if self._judge is not None:
            self._judged(well=self._judge.is_well(one))
            return
        if isinstance(one, Failed):
            self.count.failed += 1
            self._failures.add(one.error.exit_code)
            tell.failed(one, self.manner)
            self._keep(lambda: self._books.failed(one, where))
            return
        self.count.made += 1
        tell.made(one, self.manner)
        self._keep(lambda: self._books.made(one, where))
        # Of one model, what was known of the plans has been told before the work began.
        known = one.plan.notices if self._policy.one_model else ()
        self._warnings.tell(notice for notice in one.notices if notice not in known)

    def _keep(self, account: Callable[[], None]) -> None:
        """Keep account; that this cannot be is told once, and the pictures go on."""
        try:
            account()
        except ImagegenError as error:
            self._failures.add(error.exit_code)
            if error.message not in self._broken:
                self._broken.add(error.message)
                tell.error(error, self.manner)

    def _exit_code(self) -> ExitCode:
        """The one reason that all failures share; else just that some failed.

        That the request is wrong, or the model cannot be had, is none where pictures were drawn.
        """
        if not self._failures:
            return ExitCode.DONE
        reason = next(iter(self._failures))
        some = self.count.made or self.count.skipped
        if len(self._failures) > 1 or (some and reason in {ExitCode.REQUEST, ExitCode.MODEL}):
            return ExitCode.FAILED
        return reason


def _hush() -> None:
    """Libraries talk already while they are imported; what is wrong with them is raised as well."""
    for variable in ("TRANSFORMERS_VERBOSITY", "DIFFUSERS_VERBOSITY"):
        os.environ.setdefault(variable, "error")
    # These, which diffusers imports where they are installed, tell of kernels for other devices.
    for name in ("torchao", "bitsandbytes", "torch.utils._pytree"):
        logging.getLogger(name).setLevel(logging.ERROR)


STOPPED = {"interrupted": ExitCode.INTERRUPTED, "terminated": ExitCode.TERMINATED}


def check_folders(paths: Iterable[Path]) -> None:
    """Refuse folders that cannot take pictures, rather than after five seconds of imports."""
    for folder in dict.fromkeys(path.parent for path in paths):
        wholefile.check_writable(folder)
