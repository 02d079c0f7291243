"""Coloured pencils on rough paper: graphite lines drawn twice, places in pale grey tones."""

from functools import cache

from imagegen.drawing import palette
from imagegen.drawing.marks import Line, Point, Shape, Wash, filled, plain_wash, stroked

PAPER = "#fbf8f0"
GRAPHITE = "#47434f"
LEFT_BARE = 0.2  # of the paper, through the colour of a figure
FAR_BARE = 0.5  # and of its place
FAR_GREY = 0.55  # how grey a place is
DETAIL = 75.0  # brightness below which a mark is a line of its own and stays dark


def shape(mark: Shape, defs: dict[str, str]) -> str:
    """Lightly filled, its line of graphite gone over a second time."""
    if not mark.near:
        return filled(mark, _far(mark.colour), GRAPHITE, 1.1 if mark.opacity > 0.75 else 0)
    first = filled(mark, _near(mark.colour), GRAPHITE, mark.outline * 0.8)
    if not mark.outline:
        return first
    again = f' fill="none" stroke="{GRAPHITE}" stroke-width="1.2" stroke-opacity="0.65"'
    x, y = mark.drop
    return first + f'{mark.head}{again} transform="translate({-2 * x:.2f} {1.6 * y:.2f})"/>'


def edge(mark: Shape) -> str:
    """The line of graphite."""
    return filled(mark, "none", GRAPHITE, mark.outline * 0.8)


def line(mark: Line, defs: dict[str, str]) -> str:
    """A thin line of its colour; a body as two lines of graphite around the colour."""
    colour = _near(mark.colour) if mark.near else _far(mark.colour)
    if not mark.body:
        return stroked(mark.d, colour, mark.width * 0.9, mark.opacity)
    return stroked(mark.d, GRAPHITE, mark.width + 4.5) + stroked(mark.d, colour, mark.width)


def wash(mark: Wash, defs: dict[str, str]) -> str:
    """Nearly the bare paper."""
    return plain_wash(mark, defs, tuple(_far(colour) for colour in mark.colours))


@cache
def between() -> str:
    """The broad strokes that the place is filled with: the paper shows between them."""
    bare = ((0.0, 0.5), (0.14, 0.0), (0.3, 0.4), (0.42, 0.0), (0.55, 0.55), (0.7, 0.1), (0.86, 0.4))
    lead = ((0.2, 0.0), (0.27, 0.3), (0.34, 0.0), (0.7, 0.0), (0.75, 0.22), (0.8, 0.0))
    return _hatch("bare", PAPER, (31, 29), bare) + _hatch("lead", GRAPHITE, (23, 24), lead)


@cache
def over() -> str:
    """Finer strokes over everything, in nearly the same direction."""
    bare = ((0.0, 0.4), (0.2, 0.0), (0.36, 0.36), (0.5, 0.05), (0.66, 0.44), (0.84, 0.0))
    return _hatch("fine", PAPER, (17, 15), bare)


def _hatch(name: str, colour: str, way: Point, strengths: tuple[tuple[float, float], ...]) -> str:
    """Strokes all over the picture: a gradient that repeats every `way` (1 ms; lines take 500)."""
    stops = "".join(
        f'<stop offset="{at}" stop-color="{colour}" stop-opacity="{strength}"/>'
        for at, strength in (*strengths, (1.0, strengths[0][1]))
    )
    return (
        f'<defs><linearGradient id="{name}" gradientUnits="userSpaceOnUse" x1="0" y1="0"'
        f' x2="{way[0]}" y2="{way[1]}" spreadMethod="repeat">{stops}</linearGradient></defs>'
        f'<rect x="0" y="0" width="512" height="512" fill="url(#{name})"/>'
    )


@cache
def _near(colour: str) -> str:
    if _brightness(colour) < DETAIL:
        return palette.mix(colour, GRAPHITE, 0.5)
    return palette.mix(colour, PAPER, LEFT_BARE)


@cache
def _far(colour: str) -> str:
    level = round(_brightness(colour))
    grey = palette.mix(colour, f"#{level:02x}{level:02x}{level:02x}", FAR_GREY)
    return palette.mix(grey, PAPER, FAR_BARE)


def _brightness(colour: str) -> float:
    red, green, blue = palette.channels(colour)
    return 0.299 * red + 0.587 * green + 0.114 * blue
