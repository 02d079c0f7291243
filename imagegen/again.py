"""A picture's record as plans that draw it again; what cannot be restored is refused by name."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from msgspec import structs

import imagegen
from imagegen import containers, formats, options, todo, weights, whereabouts
from imagegen import record as records
from imagegen import request as requests
from imagegen.catalog import ModelCard
from imagegen.errors import FileError, ModelError, Notice, RequestError
from imagegen.formats import NotWholeError
from imagegen.options import MACHINE_FIELDS, OPTIONS, REPEATED
from imagegen.plan import Plan
from imagegen.reading import picture, restore, restore_own
from imagegen.reading.found import Found
from imagegen.reading.restored import File, Lost, Restored
from imagegen.record import Record
from imagegen.request import MachineRequest, Request

SIDECAR = ".json"
# What of a record's losses an option makes good, where that is not called the same.
ANSWERS = {
    "negative_prompt": {"negative"},
    "width": {"size", "width"},
    "height": {"size", "height"},
    "emphasis": {"prompt-syntax"},
    "hires": {"hires"},
}
# Without these there is nothing to draw, however lenient.
NEEDED = ("prompt", "model")
# Options that say where and how: with these alone, the picture must stay the same.
NOT_DECIDING = {
    *("out", "name", "overwrite", "format", "quality", "metadata", "hide-prompt", "prompt-writer"),
    *("device", "batch-size", "memory", "offline", "lora-dir", "lenient"),
    *("precision", "quantize", "deterministic"),
}
# What a plan and a record say in the same words.
COMPARED = (
    *("prompt", "negative_prompt", "seed", "steps", "scheduler", "guidance"),
    *("width", "height", "safety_checker", "strength", "drawn_steps", "hires"),
)
Said = Mapping[str, Any]


class Told(NamedTuple):
    """What a picture says of itself; our own record also as one."""

    found: Found
    record: Record | None


class Again(NamedTuple):
    """How a picture is drawn again; `notices` say what is not as it was."""

    plans: list[Plan]
    where: MachineRequest
    card: ModelCard
    told: Told
    notices: tuple[Notice, ...]


def settings(words: Iterable[str]) -> dict[str, Any]:
    """`steps=40` as options and their values; refuses what is none, or said twice."""
    found: dict[str, Any] = {}
    for word in words:
        name, equals, value = word.partition("=")
        if not equals:
            raise RequestError(
                "bad-set", f"'{word}' sets nothing", hint="--set steps=40, an option and its value"
            )
        name = options.name_of(name)
        if name in found and name not in REPEATED:
            raise RequestError("set-twice", f"{name} is set twice", hint=f"--set {name}= once")
        found[name] = [*found.get(name, ()), value] if name in REPEATED else value
    options.ask(found)  # each value is understood, whatever the records say
    return found


def read(path: Path) -> Told:
    """What the picture says, or its sidecar, which may say more. Raises FileError."""
    origin = _fuller(path) or path
    seen = picture.read(origin)
    if seen.found.tool is None:
        reasons = "; ".join(one.reason for one in seen.found.unknown)
        raise FileError(
            "no-record",
            f"{path} does not say how it was made: {reasons}",
            hint="a picture with its record, or the sidecar beside it",
        )
    return Told(seen.found, _record(origin) if restore_own.is_whole(seen.found) else None)


def again(path: Path, said: Said, sets: Said) -> Again:
    """How to draw a picture again: as its record says, but for what is `said` or set.

    Raises RequestError for what cannot be restored, unless lenient; ModelError, FileError.
    """
    told = read(path)
    chosen = {**said, **sets}
    restored = restore.request_of(told.found)
    lost = [one for one in restored.lost if not ANSWERS.get(one.field, {one.field}) & sets.keys()]
    found, missing = _found_files(restored.files, path, chosen, sets)
    lenient = bool(options.ask({"lenient": chosen.get("lenient")}).request.lenient)
    notices = _judged(path, lost, missing, lenient=lenient)
    fields = {**_in_form(restored.fields, chosen), **found}
    if "image" in missing:  # from words alone, then
        fields = {name: one for name, one in fields.items() if name not in ("mask", "strength")}
    request, where = _asked(path, restored, fields, chosen)
    try:
        card = imagegen.card(request)
    except ModelError as error:
        hint = f"{error.hint}; --set model=..."
        raise ModelError(error.code, f"{path}: model: {error.message}", hint=hint) from None
    if not sets.keys() & {"model", "revision", "variant"}:
        _check_model(path, told, card)
    plans = [
        structs.replace(one, origin=str(path), notices=(*one.notices, *notices))
        for one in imagegen.plans(request, card)
    ]
    if "lora" not in sets:
        _check_loras(path, plans, [one for one in restored.files if one.field == "lora"], missing)
    if told.record is not None and not (lenient or sets.keys() - NOT_DECIDING):
        _check_same(path, plans[0], told.record)
    return Again(plans, where, card, told, notices)


def _fuller(path: Path) -> Path | None:
    """The sidecar that means this very file, where the picture itself does not say all."""
    sidecar = path.with_suffix(SIDECAR)
    try:
        digest = records.glimpse(sidecar.read_bytes()).file_sha256
        if digest is None or sidecar == path:
            return None
        return sidecar if hashlib.sha256(containers.read(path)).hexdigest() == digest else None
    except (OSError, NotWholeError):
        return None


def _record(origin: Path) -> Record | None:
    """Our record, brought to today's schema; None where it lies somewhere else beside it."""
    try:
        if origin.suffix.lower() == SIDECAR:
            return records.from_json(origin.read_bytes(), str(origin))
        inside = containers.record_in(origin)
        if inside is None:
            return records.from_json(origin.with_suffix(SIDECAR).read_bytes(), str(origin))
        return records.from_json(inside, str(origin))
    except (OSError, NotWholeError):
        return None


def _found_files(
    files: Iterable[File], path: Path, chosen: Said, sets: Said
) -> tuple[dict[str, Any], dict[str, RequestError]]:
    """The fields that name the files of then, where they lie now; and those not to be found."""
    found: dict[str, Any] = {}
    missing: dict[str, RequestError] = {}
    folders = [chosen["lora-dir"]] if "lora-dir" in chosen else []
    for file in files:
        if file.field.replace("_", "-") in sets:
            continue
        try:
            place = whereabouts.find(file, path, folders)
        except RequestError as error:
            missing[file.field] = error
            continue
        if file.field.replace("_", "-") in REPEATED:
            found[file.field] = (*found.get(file.field, ()), place)
        else:
            found[file.field] = place
    return found, missing


def _judged(
    path: Path, lost: Sequence[Lost], missing: Mapping[str, RequestError], *, lenient: bool
) -> tuple[Notice, ...]:
    """What is not restored, as warnings; refused where that is not let pass."""
    never = [one for one in lost if one.field in NEEDED]
    if lost and (never or not lenient):
        told = "; ".join(f"{one.field}: {one.reason}" for one in lost)
        names = [name for one in lost for name in _option_of(one.field)]
        hints = [f"--set {name}=..." for name in dict.fromkeys(names)]
        if not never:
            hints.append("--lenient to draw without")
        raise RequestError("not-restored", f"{path}: cannot restore {told}", hint=", ".join(hints))
    if missing and not lenient:
        raise next(iter(missing.values()))
    return (
        *(
            Notice("not-restored", f"{path}: {one.field} is lost: {one.reason}", "another picture")
            for one in lost
        ),
        *(Notice(one.code, one.message, one.hint) for one in missing.values()),
    )


def _option_of(field: str) -> list[str]:
    """The option that would make a loss good, if there is one."""
    named = sorted(ANSWERS.get(field, {field}))[:1]
    return [name for name in named if name in OPTIONS]


def _in_form(fields: Mapping[str, Any], chosen: Said) -> dict[str, Any]:
    """The fields without a form of then that another name or format does away with."""
    name = chosen.get("name")
    named = None if name is None else formats.of_name(str(name))
    gone = {"quality"} if "format" in chosen else {"format", "quality"} if named else set()
    return {field: value for field, value in fields.items() if field not in gone}


def _asked(
    path: Path, restored: Restored, fields: Mapping[str, Any], chosen: Said
) -> tuple[Request, MachineRequest]:
    """The request and the machine: the record's, but for what was said."""
    options.ask(chosen)  # refuses what does not go together
    whole = {**restored.machine, **fields}
    for name, value in chosen.items():
        whole.update(OPTIONS[name].read(name, value))
    where = {name: whole.pop(name) for name in MACHINE_FIELDS if name in whole}
    try:
        request = msgspec.convert(
            {name: value for name, value in whole.items() if value is not None},
            Request,
            strict=False,
        )
        machine = msgspec.convert(where, MachineRequest)
    except msgspec.ValidationError as error:
        raise FileError(
            "damaged-record", f"{path}: its record is damaged: {error}", hint="a whole record"
        ) from None
    requests.check(request)
    requests.check_machine(machine)
    return request, machine


def _check_model(path: Path, told: Told, card: ModelCard) -> None:
    """Refuse a model of the same name that has other weights than that of then."""
    if card.revision is not None:  # a commit of the hub is what it was
        return
    if card.single is not None:
        hashes = weights.file_hashes(card.source, card.single)
    else:
        hashes = weights.hashes(card.folder)
    if told.record is not None:
        then = told.record.model.files
        changed = [name for name in then if hashes.get(name, then[name]) != then[name]]
        unknown = bool(then) and not then.keys() & hashes.keys()
    else:
        start = told.found.model_hash or ""
        changed = [] if any(one.startswith(start) for one in hashes.values()) else [start]
        unknown = False
    if changed or unknown:
        raise ModelError(
            "other-weights",
            f"{path}: cannot restore model: '{card.name}' has other weights than then"
            + (f" ({changed[0]})" if changed else ""),
            hint="the weights of then, or --set model=... to draw with these",
        )


def _check_loras(
    path: Path, plans: Iterable[Plan], files: Sequence[File], missing: Mapping[str, RequestError]
) -> None:
    """Refuse what only has the name of a LoRA of then, as a branch of the hub may."""
    if "lora" in missing:
        return
    for plan in plans:
        here = [digest for one in plan.loras for digest in (one.sha256, one.weights_sha256)]
        for file in files:
            if not any(one.startswith(file.sha256) for one in here):
                raise RequestError(
                    "lora-not-found",
                    f"{path}: cannot restore lora: '{file.name}' is another file than then",
                    hint="the file of then beside the picture, or --set lora=FILE",
                )


def _check_same(path: Path, plan: Plan, record: Record) -> None:
    """Refuse to draw anything else than what the record names, by all that decides its pixels."""
    then = record.plan
    if then.id is None:
        return
    now = todo.Identify()(plan)
    if now == then.id and then.drawn_steps in (None, plan.drawn_steps):
        return
    differ = [name for name in COMPARED if getattr(plan, name) != getattr(then, name)]
    what = ", ".join(differ) or "the model's configuration, or what imagegen makes of this record,"
    raise RequestError(
        "not-the-same",
        f"{path}: cannot restore {what} as it was: this would be another picture",
        hint="--set with what differs, or the versions that the record names",
    )
