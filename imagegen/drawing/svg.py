"""A sketch collects shapes and lines, and its picture style turns them into SVG."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from math import cos, radians, sin
from typing import TypedDict, Unpack

from imagegen.drawing.marks import Line, Shape, Wash, stroked
from imagegen.drawing.marks import Point as Point
from imagegen.drawing.styles import STYLES, Style

LIGHT = (0.55, 0.83)  # the way shadows fall: to the lower right
SHADOW = "#2a1f45"


class Finish(TypedDict, total=False):
    """How a closed shape is finished, where it is not as usual."""

    outline: float  # width of the line around it, usually 3; 0 leaves it out
    flat: bool  # one plain colour, instead of a gradient from the upper left to the lower right
    opacity: float  # of shape and line: 0 to 1, usually 1
    ink: str | None  # colour of the line, usually the shape's own dark tone
    lit: bool  # it shines by itself, as the sun does; usually not


class Sketch:
    """An SVG drawing in the making: x to the right, y down, later shapes on top of earlier ones.

    Colours are "#rrggbb", lengths are units of which a picture has 512 a side, angles are degrees
    clockwise. The gradient and the line of a shape follow from its one colour and the style.
    """

    def __init__(self, style: str | Style = "book") -> None:
        self.parts: list[str] = []
        self.defs: dict[str, str] = {}
        self.near = False  # still drawing the place, not yet its figures
        self._style = STYLES[style] if isinstance(style, str) else style
        self._rim: tuple[str, float] | None = None
        self._worn: tuple[str, str, str] | None = None
        self._axes = ((1.0, 0.0), (0.0, 1.0))  # where x and y point in the picture, undone

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
        self._line(d, colour, width, opacity, body=False)

    def limb(self, points: Sequence[Point], colour: str, width: float) -> None:
        """A thick round-ended line with an outline: an arm, a leg, a bicycle's tube."""
        d = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
        self._line(d, colour, width, 1.0, body=True)

    def shadow(self, x: float, y: float, rx: float, ry: float, strength: float = 0.35) -> None:
        """The soft shadow on the ground under what stands there."""
        if self._rim:
            return
        self.defs["shadow"] = (
            f'<radialGradient id="shadow"><stop offset="0" stop-color="{SHADOW}"/>'
            f'<stop offset="0.55" stop-color="{SHADOW}" stop-opacity="0.6"/>'
            f'<stop offset="1" stop-color="{SHADOW}" stop-opacity="0"/></radialGradient>'
        )
        self.parts.append(
            f'<ellipse cx="{x:.1f}" cy="{y:.1f}" rx="{rx:.1f}" ry="{ry:.1f}"'
            f' fill="url(#shadow)" fill-opacity="{strength * self._style.shadow:.2f}"/>'
        )

    def glow(self, x: float, y: float, radius: float, colour: str, strength: float = 0.7) -> None:
        """Light around a lamp, the sun, a star: full in the middle, gone at `radius`."""
        if self._rim:
            return
        name = f"glow{colour[1:]}"
        self.defs[name] = (
            f'<radialGradient id="{name}"><stop offset="0" stop-color="{colour}"/>'
            f'<stop offset="1" stop-color="{colour}" stop-opacity="0"/></radialGradient>'
        )
        self.parts.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" fill="url(#{name})"'
            f' fill-opacity="{strength * self._style.light:.2f}"/>'
        )

    def wash(self, x: float, y: float, width: float, height: float, *colours: str) -> None:
        """A rectangle that fades from the first colour at its top to the last at its foot."""
        mark = Wash(x=x, y=y, width=width, height=height, colours=colours)
        self.parts.append(self._style.wash(mark, self.defs))

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
        before, (right, down) = self._axes, self._axes
        c, s = cos(radians(turn)), sin(radians(turn))
        self._axes = (
            ((c * right[0] + s * down[0]) / across, (c * right[1] + s * down[1]) / across),
            ((c * down[0] - s * right[0]) / scale, (c * down[1] - s * right[1]) / scale),
        )
        yield
        self._axes = before
        self.parts.append("</g>")

    @contextmanager
    def cut(self, d: str) -> Iterator[None]:
        """Draw of what follows only what lies within the closed path `d`."""
        name = f"cut{len(self.defs)}"
        self.defs[name] = f'<clipPath id="{name}"><path d="{d}"/></clipPath>'
        self.parts.append(f'<g clip-path="url(#{name})">')
        yield
        self.parts.append("</g>")

    @contextmanager
    def rim(self, colour: str, width: float, opacity: float) -> Iterator[None]:
        """Draw of what follows only its silhouette in one colour, wider by `width` all around."""
        self.parts.append(f'<g opacity="{opacity:.2f}">')
        self._rim = (colour, width)
        yield
        self._rim = None
        self.parts.append("</g>")

    @contextmanager
    def wearing(self, colour: str, marks: str, tone: str) -> Iterator[None]:
        """Lay path data of the colour `tone` over all shaded shapes drawn meanwhile in `colour`."""
        self._worn = (colour, marks, tone)
        yield
        self._worn = None

    def figures(self) -> None:
        """The place is done; what follows are its figures."""
        self.parts.append(self._style.between())
        self.near = True

    def document(self, size: int) -> str:
        """The whole picture as SVG text: 512 units a side, `size` pixels."""
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{size}" height="{size}"'
            f' viewBox="0 0 512 512"><defs>{"".join(self.defs.values())}</defs>'
            f"{''.join(self.parts)}{self._style.over()}</svg>"
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
        lit: bool = False,
    ) -> None:
        if self._rim:
            plain, more = self._rim
            self.parts.append(
                f'{head} fill="{plain}" stroke="{plain}" stroke-linejoin="round"'
                f' stroke-width="{outline + 2 * more:.1f}"/>'
            )
            return
        mark = Shape(
            head=head,
            colour=colour,
            outline=outline,
            flat=flat,
            opacity=opacity,
            ink=ink,
            near=self.near,
            lit=lit,
            drop=self._drop(),
        )
        self.parts.append(self._style.shape(mark, self.defs))
        if self._worn and colour == self._worn[0] and not flat:
            self._wear(mark)

    def _wear(self, mark: Shape) -> None:
        """Stripes or spots within a shape, and its line once more on top of them."""
        assert self._worn
        _, d, tone = self._worn
        name = f"cut{len(self.defs)}"
        self.defs[name] = f'<clipPath id="{name}">{mark.head}/></clipPath>'
        marks = replace(mark, head=f'<path d="{d}"', colour=tone, outline=0.0)
        inner = self._style.shape(marks, self.defs)
        self.parts.append(f'<g clip-path="url(#{name})">{inner}</g>{self._style.edge(mark)}')

    def _line(self, d: str, colour: str, width: float, opacity: float, body: bool) -> None:
        if self._rim:
            plain, more = self._rim
            self.parts.append(stroked(d, plain, width + 2 * more + (5 if body else 0)))
            return
        mark = Line(
            d=d,
            colour=colour,
            width=width,
            opacity=opacity,
            body=body,
            near=self.near,
            drop=self._drop(),
        )
        self.parts.append(self._style.line(mark, self.defs))

    def _drop(self) -> Point:
        (right, down), (x, y) = self._axes, LIGHT
        return (x * right[0] + y * right[1], x * down[0] + y * down[1])
