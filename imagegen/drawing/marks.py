"""What a sketch is made of before a picture style turns it into SVG."""

from dataclasses import dataclass

Point = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """A closed shape: the opening of its SVG element without paint, and how it is finished.

    `near` tells figures from the place behind them; `lit` shapes shine by themselves; `drop` is the
    way, in the shape's own units, along which its shadow falls one unit of the picture.
    """

    head: str
    colour: str
    outline: float
    flat: bool
    opacity: float
    ink: str | None
    near: bool
    lit: bool
    drop: Point


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """An open line with round ends; `body` where it is thick and outlined: a limb, a tube."""

    d: str
    colour: str
    width: float
    opacity: float
    body: bool
    near: bool
    drop: Point


@dataclass(frozen=True, slots=True, kw_only=True)
class Wash:
    """A rectangle that fades from its first colour to its last."""

    x: float
    y: float
    width: float
    height: float
    colours: tuple[str, ...]


def stroked(d: str, colour: str, width: float, opacity: float = 1.0, more: str = "") -> str:
    """An open line as SVG."""
    return (
        f'<path d="{d}" fill="none" stroke="{colour}" stroke-width="{width:.1f}"'
        f' stroke-linecap="round" stroke-linejoin="round" stroke-opacity="{opacity:.2f}"{more}/>'
    )


def filled(shape: Shape, paint: str, edge: str = "", width: float = 0.0, more: str = "") -> str:
    """A closed shape as SVG: its paint and, if `edge` is a colour, the line around it."""
    line = (
        f' stroke="{edge}" stroke-width="{width:.1f}" stroke-linejoin="round"'
        if edge and width
        else ""
    )
    faint = f' opacity="{shape.opacity:.2f}"' if shape.opacity < 1 else ""
    return f'{shape.head} fill="{paint}"{line}{faint}{more}/>'


def shifted(drop: Point, far: float) -> str:
    """The attribute that moves an element along its shadow's way."""
    return f' transform="translate({drop[0] * far:.2f} {drop[1] * far:.2f})"'


def plain_wash(wash: Wash, defs: dict[str, str], colours: tuple[str, ...]) -> str:
    """A rectangle that fades through `colours` from top to foot."""
    name = "wash" + "".join(colour[1:] for colour in colours)
    steps = max(len(colours) - 1, 1)
    stops = "".join(
        f'<stop offset="{i / steps:.2f}" stop-color="{colour}"/>'
        for i, colour in enumerate(colours)
    )
    defs[name] = f'<linearGradient id="{name}" x1="0" y1="0" x2="0" y2="1">{stops}</linearGradient>'
    return (
        f'<rect x="{wash.x:.1f}" y="{wash.y:.1f}" width="{wash.width:.1f}"'
        f' height="{wash.height:.1f}" fill="url(#{name})"/>'
    )
