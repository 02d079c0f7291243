"""What the people of the storybook world share: a bare face, and the stuff of their clothes."""

from imagegen.drawing import faces
from imagegen.drawing.svg import Sketch

GOLD = "#f7c531"
STEEL = "#aab4c6"
WHITE = "#f6f3ec"
BLACK = "#3a3a45"


def face(s: Sketch, skin: str, blush: str = "#ff8f8f", ears: bool = True) -> None:
    """A round head with eyes and cheeks; the mouth, the hair and the beard are up to you."""
    if ears:
        for x in (-43, 43):
            s.ellipse(x, 5, 9, 10, skin)
    s.ellipse(0, 0, 43, 41, skin)
    faces.eyes(s)
    faces.cheeks(s, colour=blush)
