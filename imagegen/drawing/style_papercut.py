"""Paper cut: flat sheets of coloured paper above one another, each with its own soft shadow."""

from imagegen.drawing import palette
from imagegen.drawing.marks import Line, Shape, Wash, filled, shifted, stroked

SHADE = "#2a1f45"
FRAME = "#fbf3e2"
SHEETS = 4  # that a sky is made of
FLAT = ((3.5, 0.24),)  # as SOFT, of what is far off
SOFT = ((5.5, 0.12), (3.0, 0.22))  # how far a shadow falls, and how dark it is there


def shape(mark: Shape, defs: dict[str, str]) -> str:
    """One flat sheet without a line; small ones without a shadow, as if printed."""
    if mark.near and not mark.outline:
        return filled(mark, mark.colour)
    edge = palette.light(mark.colour, 0.5)
    return _shadow(mark) + filled(mark, mark.colour, edge, 1.4 if mark.near else 0.7)


def edge(mark: Shape) -> str:
    """The pale edge of the paper."""
    return filled(mark, "none", palette.light(mark.colour, 0.5), 1.4)


def line(mark: Line, defs: dict[str, str]) -> str:
    """A strip of paper."""
    if not mark.body:
        return stroked(mark.d, mark.colour, mark.width, mark.opacity)
    return (
        "".join(
            stroked(mark.d, SHADE, mark.width + 3, dark, shifted(mark.drop, far))
            for far, dark in SOFT
        )
        + stroked(mark.d, palette.light(mark.colour, 0.5), mark.width + 4)
        + stroked(mark.d, mark.colour, mark.width + 2)
    )


def wash(mark: Wash, defs: dict[str, str]) -> str:
    """Sheets with wavy edges, one before the other."""
    parts = [_rect(mark, mark.colours[0])]
    right, foot = mark.x + mark.width, mark.y + mark.height
    swell = min(mark.height * 0.07, 16)
    for i in range(1, SHEETS):
        top = mark.y + mark.height * i / SHEETS
        lean = swell if i % 2 else -swell
        d = (
            f"M{mark.x:.1f} {top:.1f}q{mark.width / 4:.1f} {-lean:.1f} {mark.width / 2:.1f} 0"
            f"t{mark.width / 2:.1f} 0L{right:.1f} {foot:.1f}L{mark.x:.1f} {foot:.1f}Z"
        )
        parts += [
            f'<path d="{d}" fill="{SHADE}" fill-opacity="{dark / 2:.2f}"'
            f' transform="translate(0 {-far:.1f})"/>'
            for far, dark in SOFT
        ]
        parts.append(f'<path d="{d}" fill="{_between(mark.colours, i / (SHEETS - 1))}"/>')
    return "".join(parts)


def over() -> str:
    """The frame of paper through which one looks in."""
    hole = (
        "M-20 -20L532 -20L532 532L-20 532ZM26 12Q10 12 10 28Q14 140 9 256Q14 380 10 484"
        "Q10 501 28 501Q140 505 256 502Q380 505 486 501Q502 501 502 484Q498 380 503 256"
        "Q498 140 502 28Q502 11 486 11Q380 7 256 11Q140 7 26 12Z"
    )
    shadows = "".join(
        f'<path d="{hole}" fill-rule="evenodd" fill="{SHADE}" fill-opacity="{dark:.2f}"'
        f"{shifted((0.6, 0.8), far * 1.3)}/>"
        for far, dark in SOFT
    )
    return shadows + f'<path d="{hole}" fill-rule="evenodd" fill="{FRAME}"/>'


def _shadow(mark: Shape) -> str:
    return "".join(
        f'{mark.head} fill="{SHADE}" fill-opacity="{dark * mark.opacity:.2f}"'
        f"{shifted(mark.drop, far)}/>"
        for far, dark in (SOFT if mark.near else FLAT)
    )


def _rect(mark: Wash, colour: str) -> str:
    return (
        f'<rect x="{mark.x:.1f}" y="{mark.y:.1f}" width="{mark.width:.1f}"'
        f' height="{mark.height:.1f}" fill="{colour}"/>'
    )


def _between(colours: tuple[str, ...], share: float) -> str:
    """The colour that far down a fading row of colours."""
    at = share * (len(colours) - 1)
    low = min(int(at), len(colours) - 2)
    return palette.mix(colours[low], colours[low + 1], at - low)
