"""Eyes, mouths and cheeks, the same for everybody: one hand drew them all."""

from imagegen.drawing.palette import OUTLINE
from imagegen.drawing.svg import Sketch


def eyes(sketch: Sketch, y: float = -2, apart: float = 17, size: float = 7.5) -> None:
    """Two round eyes looking a little to the right, a light in each."""
    for x in (-apart + 3, apart + 3):
        sketch.ellipse(x, y, size * 0.85, size, OUTLINE, outline=0, flat=True)
        sketch.ellipse(x + 2.4, y - 2.8, size * 0.34, size * 0.34, "#ffffff", outline=0, flat=True)


def smile(sketch: Sketch, y: float = 14, width: float = 11, x: float = 3) -> None:
    """A closed, friendly mouth."""
    sketch.stroke(f"M{x - width} {y}Q{x} {y + width * 0.95} {x + width} {y}", OUTLINE, 3.2)


def cheeks(sketch: Sketch, y: float = 11, apart: float = 27, colour: str = "#ff8f8f") -> None:
    """A blush on either side."""
    for x in (-apart + 3, apart + 3):
        sketch.ellipse(x, y, 7, 4.5, colour, outline=0, flat=True, opacity=0.55)
