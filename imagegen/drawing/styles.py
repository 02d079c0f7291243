"""The picture styles: each says how shapes, lines and washes are put on paper."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from imagegen.drawing import style_book, style_glow, style_papercut, style_pencil
from imagegen.drawing.marks import Line, Shape, Wash


def _nothing() -> str:
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """One way to draw; each function returns SVG and may add gradients to the definitions;
    `edge` is the line of a shape without its inside, `between` lies over the place and under its
    figures, `over` lies over everything.
    `light` is how strongly halos shine and `shadow` how dark the ground is under what stands.
    """

    shape: Callable[[Shape, dict[str, str]], str]
    edge: Callable[[Shape], str]
    line: Callable[[Line, dict[str, str]], str]
    wash: Callable[[Wash, dict[str, str]], str]
    between: Callable[[], str] = _nothing
    over: Callable[[], str] = _nothing
    light: float = 1.0
    shadow: float = 1.0


STYLES: Mapping[str, Style] = {
    "book": Style(
        shape=style_book.shape,
        edge=style_book.edge,
        line=style_book.line,
        wash=style_book.wash,
    ),
    "pencil": Style(
        shape=style_pencil.shape,
        edge=style_pencil.edge,
        line=style_pencil.line,
        wash=style_pencil.wash,
        between=style_pencil.between,
        over=style_pencil.over,
        light=0.25,
        shadow=0.8,
    ),
    "glow": Style(
        shape=style_glow.shape,
        edge=style_glow.edge,
        line=style_glow.line,
        wash=style_glow.wash,
        light=0.8,
        shadow=0.6,
    ),
    "papercut": Style(
        shape=style_papercut.shape,
        edge=style_papercut.edge,
        line=style_papercut.line,
        wash=style_papercut.wash,
        over=style_papercut.over,
        light=0.3,
    ),
}
