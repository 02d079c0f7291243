"""What sets off a thing's one colour: a second tone of it, and its shine."""

from imagegen.drawing import palette
from imagegen.drawing.svg import Sketch

PALE = 225.0  # brightness, of 255, above which a lighter tone would not be seen
DEEP = 110.0  # brightness, of 255, below which a darker tone would not be seen


def brightness(colour: str) -> float:
    """How bright the eye finds a colour, 0 to 255 (the weights of Rec. 601)."""
    red, green, blue = palette.channels(colour)
    return 0.299 * red + 0.587 * green + 0.114 * blue


def second(colour: str, share: float = 0.55) -> str:
    """A lighter tone of the colour; of a colour that is nearly white, a darker one."""
    if brightness(colour) > PALE:
        return palette.dark(colour, share * 0.4)
    return palette.mix(colour, "#ffffff", share)


def trim(colour: str, share: float = 0.3) -> str:
    """A tone of the colour that is seen on it: darker, or lighter where it is dark itself."""
    deep = brightness(colour) < DEEP
    return palette.light(colour, share) if deep else palette.dark(colour, share)


def shine(s: Sketch, x: float, y: float, rx: float = 10, ry: float = 7, turn: float = -35) -> None:
    """The light's reflection on something smooth."""
    with s.moved(x, y, turn=turn):
        s.ellipse(0, 0, rx, ry, "#ffffff", outline=0, flat=True, opacity=0.65)
