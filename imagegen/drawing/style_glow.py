"""Night glow: luminous lines and dim shapes on deep dark, as neon signs are."""

from functools import cache

from imagegen.drawing import palette
from imagegen.drawing.marks import Line, Shape, Wash, filled, plain_wash, stroked

DEEP = "#090a20"
SPARK = "#e6f7ff"  # what dark details become: eyes, mouths
DETAIL = 85.0  # brightness below which a mark without a line is such a detail
DIMMEST = 92.0  # brightness of a line, at least: black glows as dim grey


def shape(mark: Shape, defs: dict[str, str]) -> str:
    """Dim inside, its line bright, with a halo around a figure's."""
    light = _lit(mark.colour)
    if mark.lit:
        return filled(mark, mark.colour)
    if not mark.near:
        width = 2.4 if _brightness(mark.colour) > 215 else 1.3
        edge = palette.mix(light, DEEP, 0.1 if width > 2 else 0.36)
        return filled(mark, palette.mix(mark.colour, DEEP, 0.72), edge, width * mark.opacity)
    if not mark.outline:
        dark = _brightness(mark.colour) < DETAIL
        return filled(mark, SPARK if dark else palette.mix(mark.colour, DEEP, 0.3))
    halo = (
        f'{mark.head} fill="none" stroke="{light}" stroke-width="{mark.outline + 9:.1f}"'
        ' stroke-opacity="0.16"/>'
    )
    dim = palette.mix(mark.colour, DEEP, 0.62)
    return halo + filled(mark, dim, light, max(mark.outline, 2.4))


def edge(mark: Shape) -> str:
    """The bright line."""
    return filled(mark, "none", _lit(mark.colour), max(mark.outline, 2.4))


def line(mark: Line, defs: dict[str, str]) -> str:
    """Bright; a body as a dim line between two bright ones."""
    light = SPARK if _brightness(mark.colour) < DETAIL and mark.near else _lit(mark.colour)
    if not mark.body:
        if not mark.near:
            light = palette.mix(light, DEEP, 0.4)
        return stroked(mark.d, light, mark.width, mark.opacity)
    light = _lit(mark.colour)
    dim = palette.mix(mark.colour, DEEP, 0.62)
    return (
        stroked(mark.d, light, mark.width + 12, 0.14)
        + stroked(mark.d, light, mark.width + 5)
        + stroked(mark.d, dim, mark.width)
    )


def wash(mark: Wash, defs: dict[str, str]) -> str:
    """Nearly dark."""
    return plain_wash(mark, defs, tuple(palette.mix(c, DEEP, 0.72) for c in mark.colours))


@cache
def _lit(colour: str) -> str:
    """The colour as a lamp shines in it."""
    red, green, blue = palette.channels(colour)
    more = 1.25 if max(red, green, blue) - min(red, green, blue) > 24 else 1.0  # gray stays gray
    parts = [min(255, round(part * more)) for part in (red, green, blue)]
    bright = "#" + "".join(f"{part:02x}" for part in parts)
    while _brightness(bright) < DIMMEST:
        bright = palette.mix(bright, "#ffffff", 0.12)
    return bright


def _brightness(colour: str) -> float:
    red, green, blue = palette.channels(colour)
    return 0.299 * red + 0.587 * green + 0.114 * blue
