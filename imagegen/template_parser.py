"""The grammar of prompt templates, that of the dynamicprompts library: from a text to a Template.

{a|b|}  {3::red|blue}  {2$$a|b|c}  {1-2$$ and $$a|b}  __animals/cats__  __col*__
${x={a|b}}  ${x=!{a|b}}  ${x?=a}  ${x}  ${x:b}  __name(x=red)__  # to the end of the line
"""

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import accumulate

from msgspec import Struct

from imagegen.errors import RequestError

DEEPEST = 50
MOST_PICKED = 100
HEAVIEST = 1_000_000_000
JOINER = ", "

# Repeats in these never give back what they took (`*+`): a hostile text takes linear time.
ESCAPE = re.compile(r"\\([\\{}|_$#%~@!])")
TOKEN = re.compile(ESCAPE.pattern + r"|[$%]\{|\$\$|__|[{}|#]")
ARGUMENT_TOKEN = re.compile(TOKEN.pattern + r"|[,)]")
BLANK = re.compile(r"(?:\s|#[^\n]*+)*+")
MARK = re.compile(r"([~@!]?)\s*+")
BOUNDS = re.compile(r"(\d*+)\s*+(-?+)\s*+(\d*+)\s*+\$\$", re.ASCII)
OWN_JOINER = re.compile(r"((?:\\.|[^${}\\])*+)\$\$")
WEIGHT = re.compile(r"([-+]?(?:\d++(?:\.\d*+)?|\.\d++)(?:e[-+]?\d++)?)\s*+::\s*+", re.A | re.I)
VARIABLE = re.compile(r"\s*+([A-Z_-][A-Z0-9_-]*+)\s*+(?:\}|:|(\?)?=\s*+(!?))", re.A | re.I)
WILDCARD = re.compile(r"([~@!]?)((?:(?!__)[^(){}|$#\n])++)")
ARGUMENT = re.compile(r"\s*+([A-Z_-][A-Z0-9_-]*+)\s*+=", re.A | re.I)

WHOLE, OPTION, VALUE, ARGUMENTS = "", "|}", "}", ",)"


class Template(Struct, frozen=True):
    """Parts in a row; `settings` name what variables mean in all of them."""

    parts: tuple["Part", ...]
    settings: tuple["Setting", ...] = ()


class Option(Struct, frozen=True):
    """One of several; `place` tells where in a wildcard file it stands."""

    template: Template
    weight: float = 1.0
    place: str = ""


class Options(Struct, frozen=True):
    """What can be drawn, and the running sums of the weights to draw it by."""

    items: tuple[Option, ...]
    sums: tuple[float, ...]


class Choice(Struct, frozen=True):
    """From `least` to `most` different options; no joiner: exactly one, taken as it is."""

    options: Options
    least: int
    most: int | None
    joiner: str | None
    mark: str
    at: int


class Wildcard(Struct, frozen=True):
    """A line of the files whose name fits, with variables for that line."""

    name: str
    settings: tuple["Setting", ...]
    mark: str
    at: int


class Variable(Struct, frozen=True):
    """What was set under a name, expanded anew, or else the default."""

    name: str
    default: Template | None
    at: int


class Setting(Struct, frozen=True):
    """`once`: expanded once and then the same everywhere; `gently`: what is already set stays."""

    name: str
    value: Template
    once: bool
    gently: bool


Part = str | Choice | Wildcard | Variable


class Place(Struct, frozen=True):
    """Which tokens end the piece that is read, where it was opened, and how deep it lies."""

    text: str
    ends: str = WHOLE
    opened: int = 0
    depth: int = 0


def is_template(text: str) -> bool:
    """Whether anything in a text can have a meaning; if not, it is itself, to the letter."""
    return "{" in text or "__" in text or "\\_" in text


def parse(text: str) -> Template:
    """Read a template, or refuse it with the character at which it goes wrong."""
    return _sequence(Place(text), 0)[0]


def options_of(options: Iterable[Option]) -> Options:
    """The options that have a chance; the same fixed text twice is one option of both weights."""
    merged: dict[str | int, Option] = {}
    for option in options:
        text = _fixed(option.template)
        key = len(merged) if text is None else text
        weight = option.weight + (merged[key].weight if key in merged else 0)
        if weight > 0:
            merged[key] = Option(option.template, weight, option.place)
    items = tuple(merged.values())
    # accumulate, not sum: from Python 3.12 on, sum rounds floats otherwise
    return Options(items, tuple(accumulate(option.weight for option in items)))


def weight_from(text: str, at: int = 0) -> tuple[float, int]:
    """Read a weight such as `3::`, if there is one, and say where the option itself begins."""
    match = WEIGHT.match(text, at)
    if match is None:
        return 1.0, at
    weight = float(match[1])
    if not 0 <= weight <= HEAVIEST:
        raise _bad(
            f"the weight {_short(match[1])} {_where(at)} is out of range", f"0 to {HEAVIEST:,}"
        )
    return weight, match.end()


def wildcard_names(template: Template) -> Iterator[str]:
    """The names of all wildcards that a template could ask for."""
    for setting in template.settings:
        yield from wildcard_names(setting.value)
    for part in template.parts:
        match part:
            case Choice():
                for option in part.options.items:
                    yield from wildcard_names(option.template)
            case Wildcard():
                yield part.name
                for setting in part.settings:
                    yield from wildcard_names(setting.value)
            case Variable() if part.default is not None:
                yield from wildcard_names(part.default)


def _sequence(place: Place, at: int) -> tuple[Template, int]:
    """Read up to a token that ends the place, or to the end of the text."""
    text, token_of = place.text, ARGUMENT_TOKEN if place.ends == ARGUMENTS else TOKEN
    parts: list[Part] = []
    settings: list[Setting] = []
    fixed: list[str] = []
    while match := token_of.search(text, at):
        fixed.append(text[at : match.start()])
        token, at = match[0], match.end()
        if token in place.ends:
            return _template(parts, settings, fixed), match.start()
        if token == "#":
            at = end if (end := text.find("\n", at)) >= 0 else len(text)
        elif token in OPENERS:
            part, at = OPENERS[token](place, match.start())
            if isinstance(part, Setting):
                settings.append(part)
            else:
                _flush(fixed, parts)
                parts.append(part)
        else:
            fixed.append(match[1] or _meant_literally(token, place, match.start()))
    if place.ends:
        raise _unclosed(place)
    fixed.append(text[at:])
    return _template(parts, settings, fixed), len(text)


def _template(parts: list[Part], settings: list[Setting], fixed: list[str]) -> Template:
    _flush(fixed, parts)
    names: set[str] = set()
    for setting in settings:
        # The conventions let the last one win, even before its place: nobody can mean that.
        if setting.name in names:
            raise _bad(
                f"the variable '{setting.name}' is set twice", "another name for one of the two"
            )
        names.add(setting.name)
    return Template(tuple(parts), tuple(settings))


def _flush(fixed: list[str], parts: list[Part]) -> None:
    text = "".join(fixed)
    fixed.clear()
    if text:
        parts.append(text)


def _meant_literally(token: str, place: Place, at: int) -> str:
    """A token that has no meaning where it stands: text, unless it looks like a slip."""
    if token == "}":
        raise _bad(f"'}}' {_where(at)} closes nothing", _escaped(token))
    if token == "$$" and place.ends == OPTION:
        raise _bad(f"'$$' {_where(at)} does not follow a number", r"{2$$a|b|c}, or \$\$ for itself")
    if token == "|" and place.ends:
        raise _bad(f"'|' {_where(at)} stands outside a choice", r"{a|b}, or \| for itself")
    return token


def _unclosed(place: Place) -> RequestError:
    opener = "${" if place.ends == VALUE else place.text[place.opened]
    problem = f"'{opener}' {_where(place.opened)} is never closed"
    return _bad(problem, "__name(x=red)__" if opener == "(" else _escaped(opener))


def _inside(place: Place, ends: str, opened: int) -> Place:
    if place.depth == DEEPEST:
        raise _bad(
            f"the template is nested deeper than {DEEPEST} {_where(opened)}", "wildcard files"
        )
    return Place(place.text, ends, opened, place.depth + 1)


def _choice(place: Place, opened: int) -> tuple[Choice, int]:
    text = place.text
    inside = _inside(place, OPTION, opened)
    mark, at = _mark(text, _blank(text, opened + 1))
    several = BOUNDS.match(text, at)
    least: int = 1
    most: int | None = 1
    joiner: str | None = None
    if several is not None:
        least, most = _bounds(several)
        own = OWN_JOINER.match(text, several.end())
        joiner = JOINER if own is None else ESCAPE.sub(r"\1", own[1])
        at = (own or several).end()
    options: list[Option] = []
    closed = False
    while not closed:
        option, at = _option(inside, at)
        options.append(option if joiner is None else _trimmed(option))
        closed = text[at] == "}"
        at += 1
    if len(options) == 1 and not options[0].template.parts:
        raise _bad(f"there is nothing in '{{' {_where(opened)}", r"{a|b}, or \{\} for itself")
    possible = options_of(options)
    if not possible.items:
        raise _bad(f"every weight in '{{' {_where(opened)} is 0", "a weight above 0")
    return Choice(possible, least, most, joiner, mark, opened), at


def _option(place: Place, at: int) -> tuple[Option, int]:
    # Space before an option is layout; after it, it counts, as in {big |small |}cat.
    start = _blank(place.text, at)
    weight, at = weight_from(place.text, start)
    template, at = _sequence(place, _blank(place.text, at))
    return Option(template, weight), at


def _trimmed(option: Option) -> Option:
    """Without the space after it, for a joiner comes there."""
    parts = option.template.parts
    if parts and isinstance(parts[-1], str):
        last = parts[-1].rstrip()
        parts = (*parts[:-1], last) if last else parts[:-1]
    return Option(Template(parts), option.weight)


def _bounds(several: re.Match[str]) -> tuple[int, int | None]:
    low, dash, high = several.groups()
    shown, at = _short(several[0]), several.start()
    if not (low or high) or (high and not dash):
        raise _bad(f"'{shown}' {_where(at)} is not a number or a range", "2$$, 1-2$$, -2$$ or 2-$$")
    if max(len(low), len(high)) > 9 or max(int(low or 0), int(high or 0)) > MOST_PICKED:
        raise _bad(f"'{shown}' {_where(at)} is too many", f"at most {MOST_PICKED}")
    least = int(low or 1)
    most = int(high) if high else None if dash else least
    if most is not None and most < least:
        raise _bad(f"the range '{shown}' {_where(at)} runs backwards", f"{most}-{least}$$")
    return least, most


def _wildcard(place: Place, opened: int) -> tuple[Wildcard, int]:
    text = place.text
    match = WILDCARD.match(text, opened + 2)
    if match is None or not match[2].strip():
        raise _bad(f"'__' {_where(opened)} begins no wildcard", _escaped("__"))
    mark, _ = _mark(text, opened + 2)
    at = match.end()
    settings: tuple[Setting, ...] = ()
    if text.startswith("(", at):
        settings, at = _arguments(_inside(place, ARGUMENTS, at), at + 1)
    if not text.startswith("__", at):
        found = f"has {text[at]!r} in its name" if at < len(text) else "is never closed"
        raise _bad(f"the wildcard that begins {_where(opened)} {found}", _escaped("__"))
    return Wildcard(match[2].strip(), settings, mark, opened), at + 2


def _arguments(place: Place, at: int) -> tuple[tuple[Setting, ...], int]:
    settings: list[Setting] = []
    closed = False
    while not closed:
        match = ARGUMENT.match(place.text, at)
        if match is None:
            raise _bad(f"there is no name and '=' {_where(at)}", "__name(x=red, y=blue)__")
        value, at = _sequence(place, _blank(place.text, match.end()))
        value = _trimmed(Option(value)).template
        settings.append(Setting(match[1], value, once=False, gently=False))
        closed = place.text[at] == ")"
        at += 1
    return _template([], settings, []).settings, at


def _variable(place: Place, opened: int) -> tuple[Variable | Setting, int]:
    text = place.text
    match = VARIABLE.match(text, opened + 2)
    if match is None:
        raise _bad(f"'${{' {_where(opened)} names no variable", "${x}, ${x:default} or ${x=value}")
    name = match[1]
    if match[0].endswith("}"):
        return Variable(name, None, opened), match.end()
    inside = _inside(place, VALUE, opened)
    value, at = _sequence(inside, _blank(text, match.end()))
    if match[3] is None:
        return Variable(name, value, opened), at + 1
    if place.ends:
        raise _bad(
            f"the variable '{name}' is set inside something else {_where(opened)}",
            "set it outside all braces",
        )
    return Setting(name, value, once=bool(match[3]), gently=bool(match[2])), at + 1


def _wrapper(place: Place, opened: int) -> tuple[Part, int]:
    raise _bad(f"the wrapper '%{{' {_where(opened)} is not supported", _escaped("%{"))


OPENERS: dict[str, Callable[[Place, int], tuple[Part | Setting, int]]] = {
    "{": _choice,
    "__": _wildcard,
    "${": _variable,
    "%{": _wrapper,
}


def _mark(text: str, at: int) -> tuple[str, int]:
    match = MARK.match(text, at)
    assert match is not None
    if match[1] == "@":  # a picture would depend on those before it
        raise _bad(
            f"'@' {_where(at)}, the options in turn, is not supported", r"~ or !, or \@ for itself"
        )
    return match[1], match.end()


def _blank(text: str, at: int) -> int:
    match = BLANK.match(text, at)
    return at if match is None else match.end()


def _fixed(template: Template) -> str | None:
    """The text of a template that has only one."""
    if not template.parts:
        return ""
    first = template.parts[0]
    return first if len(template.parts) == 1 and isinstance(first, str) else None


def _bad(message: str, hint: str) -> RequestError:
    return RequestError("bad-template", message, hint=hint)


def _where(at: int) -> str:
    return f"at character {at + 1}"


def _escaped(token: str) -> str:
    return "".join(f"\\{letter}" for letter in token) + " for itself"


def _short(text: str) -> str:
    return text if len(text) <= 20 else f"{text[:20]}…"
