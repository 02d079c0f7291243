"""The usual style: a printed picture book, softly shaded, each line in its own dark tone."""

from imagegen.drawing import palette
from imagegen.drawing.marks import Line, Shape, Wash, filled, plain_wash, stroked


def shape(mark: Shape, defs: dict[str, str]) -> str:
    """Shaded from the upper left, unless it is flat."""
    paint = mark.colour if mark.flat else _shade(mark.colour, defs)
    return filled(mark, paint, mark.ink or palette.line(mark.colour), mark.outline)


def edge(mark: Shape) -> str:
    """The line in its own dark tone."""
    return filled(mark, "none", mark.ink or palette.line(mark.colour), mark.outline)


def line(mark: Line, defs: dict[str, str]) -> str:
    """As it is; a body gets an outline and a light along it."""
    if not mark.body:
        return stroked(mark.d, mark.colour, mark.width, mark.opacity)
    return (
        stroked(mark.d, palette.line(mark.colour), mark.width + 5)
        + stroked(mark.d, mark.colour, mark.width)
        + stroked(mark.d, palette.light(mark.colour, 0.25), mark.width * 0.35, 0.5)
    )


def wash(mark: Wash, defs: dict[str, str]) -> str:
    """As it is."""
    return plain_wash(mark, defs, mark.colours)


def _shade(colour: str, defs: dict[str, str]) -> str:
    name = f"c{colour[1:]}"
    if name not in defs:
        defs[name] = (
            f'<linearGradient id="{name}" x1="0.1" y1="0" x2="0.75" y2="1">'
            f'<stop offset="0" stop-color="{palette.light(colour, 0.32)}"/>'
            f'<stop offset="0.5" stop-color="{colour}"/>'
            f'<stop offset="1" stop-color="{palette.dark(colour, 0.3)}"/></linearGradient>'
        )
    return f"url(#{name})"
