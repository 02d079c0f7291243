"""A sketch collects SVG elements, shaded by one light from the upper left."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TypedDict, Unpack

from imagegen.drawing import palette

Point = tuple[float, float]


class Finish(TypedDict, total=False):
    """How a closed shape is finished, where it is not as usual."""

    outline: float  # width of the line around it, usually 3; 0 leaves it out
    flat: bool  # one plain colour, instead of a gradient from the upper left to the lower right
    opacity: float  # of shape and line: 0 to 1, usually 1
    ink: str | None  # colour of the line, usually the shape's own dark tone


class Sketch:
    """An SVG drawing in the making: x to the right, y down, later shapes on top of earlier ones.

    Colours are "#rrggbb", lengths are units of which a picture has 512 a side, angles are degrees
    clockwise. The gradient and the line of a shape follow from its one colour.
    """

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.defs: dict[str, str] = {}

    def path(self, d: str, colour: str, **finish: Unpack[Finish]) -> None:
        """Any closed shape by its SVG path data."""
        self._add(f'<path d="{d}"', colour, **finish)

    def ellipse(
        self, x: float, y: float, rx: float, ry: float, colour: str, **finish: Unpack[Finish]
    ) -> None:
        """An ellipse around (x, y)."""
        head = f'<ellipse cx="{x:.1f}" cy="{y:.1f}" rx="{rx:.1f}" ry="{ry:.1f}"'
        self._add(head, colour, **finish)

    def rect(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        colour: str,
        *,
        radius: float = 0.0,
        **finish: Unpack[Finish],
    ) -> None:
        """A rectangle from its upper left corner, its corners rounded by `radius`."""
        head = (
            f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}"'
            f' rx="{radius:.1f}" ry="{radius:.1f}"'
        )
        self._add(head, colour, **finish)

    def polygon(self, points: Sequence[Point], colour: str, **finish: Unpack[Finish]) -> None:
        """A closed shape with straight sides."""
        d = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points) + "Z"
        self._add(f'<path d="{d}"', colour, **finish)

    def stroke(self, d: str, colour: str, width: float = 3.0, opacity: float = 1.0) -> None:
        """An open line with round ends: a mouth, a whisker, a string."""
        self.parts.append(
            f'<path d="{d}" fill="none" stroke="{colour}" stroke-width="{width:.1f}"'
            f' stroke-linecap="round" stroke-linejoin="round" stroke-opacity="{opacity:.2f}"/>'
        )

    def limb(self, points: Sequence[Point], colour: str, width: float) -> None:
        """A thick round-ended line with an outline: an arm, a leg, a bicycle's tube."""
        d = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
        self.stroke(d, palette.line(colour), width + 5)
        self.stroke(d, colour, width)
        self.stroke(d, palette.light(colour, 0.25), width * 0.35, 0.5)

    def shadow(self, x: float, y: float, rx: float, ry: float, strength: float = 0.35) -> None:
        """The soft shadow on the ground under what stands there."""
        self.defs["shadow"] = (
            '<radialGradient id="shadow"><stop offset="0" stop-color="#2a1f45"/>'
            '<stop offset="0.55" stop-color="#2a1f45" stop-opacity="0.6"/>'
            '<stop offset="1" stop-color="#2a1f45" stop-opacity="0"/></radialGradient>'
        )
        self.parts.append(
            f'<ellipse cx="{x:.1f}" cy="{y:.1f}" rx="{rx:.1f}" ry="{ry:.1f}"'
            f' fill="url(#shadow)" fill-opacity="{strength:.2f}"/>'
        )

    def glow(self, x: float, y: float, radius: float, colour: str, strength: float = 0.7) -> None:
        """Light around a lamp, the sun, a star: full in the middle, gone at `radius`."""
        name = f"glow{colour[1:]}"
        self.defs[name] = (
            f'<radialGradient id="{name}"><stop offset="0" stop-color="{colour}"/>'
            f'<stop offset="1" stop-color="{colour}" stop-opacity="0"/></radialGradient>'
        )
        self.parts.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" fill="url(#{name})"'
            f' fill-opacity="{strength:.2f}"/>'
        )

    def wash(self, x: float, y: float, width: float, height: float, *colours: str) -> None:
        """A rectangle that fades from the first colour at its top to the last at its foot."""
        name = "wash" + "".join(colour[1:] for colour in colours)
        steps = len(colours) - 1
        stops = "".join(
            f'<stop offset="{i / steps:.2f}" stop-color="{colour}"/>'
            for i, colour in enumerate(colours)
        )
        self.defs[name] = (
            f'<linearGradient id="{name}" x1="0" y1="0" x2="0" y2="1">{stops}</linearGradient>'
        )
        self.parts.append(
            f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}"'
            f' fill="url(#{name})"/>'
        )

    @contextmanager
    def moved(
        self, x: float = 0, y: float = 0, scale: float = 1, turn: float = 0, flip: bool = False
    ) -> Iterator[None]:
        """Draw what follows moved to (x, y), turned by degrees, scaled, perhaps mirrored."""
        across = -scale if flip else scale
        self.parts.append(
            f'<g transform="translate({x:.1f} {y:.1f}) rotate({turn:.1f})'
            f' scale({across:.3f} {scale:.3f})">'
        )
        yield
        self.parts.append("</g>")

    def document(self, size: int) -> str:
        """The whole picture as SVG text: 512 units a side, `size` pixels."""
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{size}" height="{size}"'
            f' viewBox="0 0 512 512"><defs>{"".join(self.defs.values())}</defs>'
            f"{''.join(self.parts)}</svg>"
        )

    def _add(
        self,
        head: str,
        colour: str,
        *,
        outline: float = 3.0,
        flat: bool = False,
        opacity: float = 1.0,
        ink: str | None = None,
    ) -> None:
        fill = colour if flat else self._shade(colour)
        edge = ""
        if outline:
            edge = (
                f' stroke="{ink or palette.line(colour)}" stroke-width="{outline:.1f}"'
                ' stroke-linejoin="round"'
            )
        faint = f' opacity="{opacity:.2f}"' if opacity < 1 else ""
        self.parts.append(f'{head} fill="{fill}"{edge}{faint}/>')

    def _shade(self, colour: str) -> str:
        name = f"c{colour[1:]}"
        if name not in self.defs:
            self.defs[name] = (
                f'<linearGradient id="{name}" x1="0.1" y1="0" x2="0.75" y2="1">'
                f'<stop offset="0" stop-color="{palette.light(colour, 0.32)}"/>'
                f'<stop offset="0.5" stop-color="{colour}"/>'
                f'<stop offset="1" stop-color="{palette.dark(colour, 0.3)}"/></linearGradient>'
            )
        return f"url(#{name})"
