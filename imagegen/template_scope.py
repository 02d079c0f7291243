"""Where a template is expanded: what variables and wildcards mean there, and how far it may go."""

from collections.abc import Sequence

from msgspec import Struct

from imagegen.errors import RequestError
from imagegen.template_parser import (
    DEEPEST,
    MOST_PICKED,
    Choice,
    Option,
    Options,
    Setting,
    Template,
    Variable,
    Wildcard,
)
from imagegen.wildcards import Wildcards

# A variable of two variables of two variables… doubles with each; this much is never meant.
MOST_WORK = 2_000_000
MARKS = {"!": ("every option", "a text by chance"), "~": ("an option by chance", "every text")}


class Scope(Struct, frozen=True):
    """Where a template is expanded: what variables mean there, and what leads there."""

    values: dict[str, Template]
    expanding: tuple[str, ...] = ()
    depth: int = 0
    place: str = ""


class Meter:
    """Stops a template that is small to write and endless to expand."""

    def __init__(self) -> None:
        self._spent = 0

    def spend(self, size: int) -> None:
        """Count one step, with the size of what it made."""
        self._spent += 4 + size
        if self._spent > MOST_WORK:
            raise RequestError(
                "endless-template",
                "the template grows too large",
                hint="fewer variables made of variables",
            )

    def start_anew(self) -> None:
        """Give the next text as much as the last had."""
        self._spent = 0


class Run(Struct, frozen=True):
    """What an expansion needs everywhere; `refused` is the mark that contradicts it."""

    wildcards: Wildcards
    meter: Meter
    refused: str


def settled(template: Template, scope: Scope) -> tuple[Scope, list[Setting]]:
    """The scope inside a template, and the settings that are still to be expanded, once."""
    if not template.settings:
        return scope, []
    kept = [s for s in template.settings if not (s.gently and s.name in scope.values)]
    once = [s for s in kept if s.once]
    return _with(scope, {s.name: s.value for s in kept if not s.once}), once


def with_text(scope: Scope, name: str, text: str) -> Scope:
    """The scope in which a variable is a text, for good."""
    return _with(scope, {name: Template((text,))})


def _with(scope: Scope, values: dict[str, Template]) -> Scope:
    if not values:
        return scope
    return Scope(scope.values | values, scope.expanding, scope.depth, scope.place)


def deeper(scope: Scope, expanding: tuple[str, ...] | None = None) -> Scope:
    """The scope one level further in; without a bottom there would be none in Python either."""
    if scope.depth == DEEPEST:
        raise RequestError(
            "bad-template",
            f"the template leads deeper than {DEEPEST}{scope.place}",
            hint="fewer variables and wildcards made of others",
        )
    way = scope.expanding if expanding is None else expanding
    return Scope(scope.values, way, scope.depth + 1, scope.place)


def meaning(variable: Variable, scope: Scope) -> tuple[Template, Scope]:
    """What a variable stands for, and the scope inside it."""
    name = variable.name
    where = f"at character {variable.at + 1}{scope.place}"
    if name in scope.expanding:
        way = " → ".join((*scope.expanding, name))
        raise RequestError(
            "circular-variable",
            f"the variable '{name}' {where} leads back to itself: {way}",
            hint="another name for one of them",
        )
    value = scope.values.get(name, variable.default)
    if value is None:
        raise RequestError(
            "unknown-variable",
            f"the variable '{name}' {where} has no value",
            hint=f"${{{name}=red}} in front, or the default ${{{name}:red}} here",
        )
    return value, deeper(scope, (*scope.expanding, name))


def options_for(part: Choice | Wildcard, scope: Scope, run: Run) -> tuple[Options, Scope]:
    """What a choice or wildcard is drawn from, and the scope inside it."""
    if part.mark and part.mark == run.refused:
        option, text = MARKS[part.mark]
        raise RequestError(
            "bad-template",
            f"'{part.mark}' at character {part.at + 1}{scope.place} wants {option} "
            f"where {text} is wanted",
            hint=f"the same without '{part.mark}'",
        )
    if isinstance(part, Wildcard):
        values = run.wildcards.values(part.name)
        return values, deeper(_with(scope, {s.name: s.value for s in part.settings}))
    match part.options.items:
        case (Option(template=Template(parts=(Wildcard() as only,))),):
            return options_for(only, scope, run)  # {2$$__animals__} is two lines of the file
    return part.options, deeper(scope)


def placed(option: Option, scope: Scope) -> Scope:
    """The scope of an option, which may be a line of a file."""
    if not option.place:
        return scope
    return Scope(scope.values, scope.expanding, scope.depth, f" of {option.place}")


def bounds(choice: Choice, options: Options) -> tuple[int, int]:
    """How many options are taken: of fewer than were asked for, all, as in the conventions."""
    number = len(options.items)
    most = number if choice.most is None else min(choice.most, number)
    if most > MOST_PICKED:
        raise RequestError(
            "bad-template",
            f"the open range at character {choice.at + 1} ends at {number:,}",
            hint=f"an end of at most {MOST_PICKED}",
        )
    return min(choice.least, most), most


def joined(texts: Sequence[str], joiner: str) -> str:
    """The texts with the joiner between them; an empty one needs none."""
    return joiner.join(text for text in texts if text)
