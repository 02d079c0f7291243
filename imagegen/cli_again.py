"""`imagegen replay` and `imagegen verify`: pictures drawn again, as their records say."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from msgspec import structs

import imagegen
from imagegen import naming, tell
from imagegen.errors import ExitCode, FileError, ImagegenError
from imagegen.plan import Plan, weights_of
from imagegen.request import MachineRequest
from imagegen.tell import Count, Manner
from imagegen.words import HOW, PANELS, WHERE, DryRun, FailFast, Json, Quiet, Retries, takes
from imagegen.work import Books, Policy, Task, Work, check_folders

if TYPE_CHECKING:
    from imagegen import again

REPLAY_EXAMPLES = """
imagegen replay fox-7.png

imagegen replay fox-7.png --set steps=40 --set seed=7-9

imagegen replay downloaded.png --set model=sd15 --lenient
"""
VERIFY_EXAMPLES = """
imagegen verify fox-7.png

imagegen verify pictures --json
"""
Pictures = Annotated[
    list[str],
    typer.Argument(metavar="PICTURE", help="Pictures with their records, or sidecars."),
]
Checked = Annotated[
    list[str],
    typer.Argument(metavar="PICTURE|FOLDER", help="Pictures that imagegen drew."),
]
Sets = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="OPTION=VALUE",
        help="What to draw otherwise, also several times: any option of draw, by its name.",
    ),
]


@takes("lora-dir", "lenient", *PANELS[WHERE], *PANELS[HOW])
def replay(
    pictures: Pictures,
    *,
    said: Mapping[str, Any],
    set_: Sets = None,
    retries: Retries = 0,
    fail_fast: FailFast = False,
    dry_run: DryRun = False,
    json: Json = False,
    quiet: Quiet = False,
) -> ExitCode:
    """Draw pictures again from their records: imagegen's own, or those of other tools.

    imagegen replay fox-7.png --set steps=40

    What a record does not say, or what cannot be had, is refused by its name.
    """
    from imagegen import again

    manner = Manner(json=json, quiet=quiet)
    sets, code = again.settings(set_ or ()), ExitCode.DONE
    found: list[again.Again] = []
    for name in pictures:
        try:
            found.append(again.again(Path(name), said, sets))
        except ImagegenError as error:
            tell.error(error, manner)
            code = error.exit_code if code in {ExitCode.DONE, error.exit_code} else ExitCode.REQUEST
    if code is not ExitCode.DONE:  # nothing was loaded
        tell.summary(Count(asked=0), 0.0, code, manner)
        return code
    names = naming.Names()
    tasks = [(one.where, list(_placed(one.plans, names))) for one in found]
    plans = [plan for _, some in tasks for plan in some]
    if dry_run:
        return _rehearsed(plans, found, manner)
    tell.notices([notice for plan in plans for notice in plan.notices], manner)
    check_folders(plan.path for plan in plans)
    tell.start(None, len(plans), manner)
    one_model = len({weights_of(plan) for plan in plans}) == 1
    policy = Policy(retries, fail_fast, one_model=one_model, patient=len(plans) > 1)
    work = Work(manner, Count(asked=len(plans)), policy, Books())
    return work.do(_grouped(tasks))


@takes("lora-dir", *PANELS[HOW])
def verify(
    pictures: Checked, *, said: Mapping[str, Any], json: Json = False, quiet: Quiet = False
) -> ExitCode:
    """Draw pictures again, and say whether their pixels are those that their records name.

    imagegen verify fox-7.png

    Exit code 0: all are identical, or equal within rounding; 1: some are not.
    """
    from imagegen import verifying

    manner = Manner(json=json, quiet=quiet)
    return verifying.verify(_files(pictures), said, manner)


def _placed(plans: Iterable[Plan], names: naming.Names) -> Iterator[Plan]:
    """The plans at the first names that are free, and no two of them at one."""
    for one in plans:
        place = names.place(one.path, "", imagegen.free, overwrite=one.overwrite)
        yield structs.replace(one, path=place.path)


def _grouped(tasks: Iterable[tuple[MachineRequest, list[Plan]]]) -> Iterator[Task]:
    """Pictures of one machine and of one model together, so that each is loaded once."""
    groups: dict[MachineRequest, dict[object, list[Plan]]] = {}
    for where, plans in tasks:
        for plan in plans:
            groups.setdefault(where, {}).setdefault(weights_of(plan), []).append(plan)
    for where, models in groups.items():
        yield Task(where, (plan for plans in models.values() for plan in plans))


def _rehearsed(plans: Iterable[Plan], found: list["again.Again"], manner: Manner) -> ExitCode:
    from imagegen import rehearsal

    outlook, count = rehearsal.rehearse(((one, False) for one in plans), found[0].where, manner)
    rehearsal.conclude(outlook, count, [one.card for one in found], manner)
    return ExitCode.DONE


def _files(pictures: Iterable[str]) -> list[Path]:
    """The pictures that are meant, those of folders by name."""
    from imagegen.reading import picture

    found: dict[Path, None] = {}
    for name in pictures:
        path = Path(name)
        some = picture.pictures_in(path) if path.is_dir() else [path]
        if not some:
            raise FileError("no-pictures", f"{path} has no pictures", hint="another folder")
        found.update(dict.fromkeys(some))
    return list(found)
