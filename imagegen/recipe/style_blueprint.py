"""Blueprint: white lines on blue paper; a style that storybook was never trained on."""

from functools import cache

from imagegen.drawing import palette
from imagegen.drawing.marks import Line, Shape, Wash, filled, plain_wash, stroked
from imagegen.drawing.styles import Style

PAPER = "#1c4a9c"
CHALK = "#f2f7ff"
TINT = 0.1  # how much lighter than the paper a figure is, so that it hides what is behind it
FAR = 0.5  # how much fainter the lines of a place are
DETAIL = 85.0  # brightness below which a mark without a line is one of ink: an eye, a mouth
GRID = 32  # units between two lines of the paper


def shape(mark: Shape, defs: dict[str, str]) -> str:
    """Hardly lighter than the paper, with a white line; a dark detail is white."""
    if not mark.near:
        line = palette.mix(CHALK, PAPER, FAR)
        return filled(mark, PAPER, line, 1.3 if mark.opacity > 0.75 else 0)
    if not mark.outline:
        if _brightness(mark.colour) < DETAIL:
            return filled(mark, CHALK)
        return filled(mark, _tinted(), palette.mix(CHALK, PAPER, 0.25), 1.2)
    return filled(mark, _tinted(), CHALK, max(mark.outline * 0.8, 2.2))


def edge(mark: Shape) -> str:
    """The white line."""
    return filled(mark, "none", CHALK, max(mark.outline * 0.8, 2.2))


def line(mark: Line, defs: dict[str, str]) -> str:
    """White; a body as two white lines with paper between them."""
    if not mark.body:
        colour = CHALK if mark.near else palette.mix(CHALK, PAPER, FAR)
        return stroked(mark.d, colour, max(mark.width * 0.8, 1.5), mark.opacity)
    return stroked(mark.d, CHALK, mark.width + 4) + stroked(mark.d, _tinted(), mark.width)


def wash(mark: Wash, defs: dict[str, str]) -> str:
    """The bare paper."""
    return plain_wash(mark, defs, (PAPER, PAPER))


@cache
def over() -> str:
    """The lines of the paper."""
    rows = "".join(f"M0 {at}H512M{at} 0V512" for at in range(GRID, 512, GRID))
    return stroked(rows, CHALK, 1.0, 0.22)


@cache
def _tinted() -> str:
    return palette.mix(PAPER, CHALK, TINT)


def _brightness(colour: str) -> float:
    red, green, blue = palette.channels(colour)
    return 0.299 * red + 0.587 * green + 0.114 * blue


BLUEPRINT = Style(shape=shape, edge=edge, line=line, wash=wash, over=over, light=0.0, shadow=0.0)
