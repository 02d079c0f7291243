"""What the people of the storybook world share: a bare face, and the stuff of their clothes."""

from imagegen.drawing import faces
from imagegen.drawing.svg import Sketch

GOLD = "#f7c531"
STEEL = "#aab4c6"
WHITE = "#f6f3ec"
BLACK = "#3a3a45"
RED = "#e2403f"


def face(s: Sketch, skin: str, blush: str = "#ff8f8f", ears: bool = True) -> None:
    """A round head with eyes and cheeks; the mouth, the hair and the beard are up to you."""
    if ears:
        for x in (-43, 43):
            s.ellipse(x, 5, 9, 10, skin)
    s.ellipse(0, 0, 43, 41, skin)
    faces.eyes(s)
    faces.cheeks(s, colour=blush)


def cap(s: Sketch, colour: str, top: float) -> None:
    """A round cap or helmet down to the forehead, its highest point at `top`."""
    s.path(f"M-44 -22C-45 -50 -25 {top} 2 {top}C29 {top} 49 -50 48 -22Q2 -37 -44 -22Z", colour)


def shirt(s: Sketch, colour: str) -> None:
    """What covers a torso from the neck to the hip."""
    s.path("M-30 -54Q0 -66 30 -54L33 2Q0 16 -33 2Z", colour)


def gown(s: Sketch, colour: str, hem: float = 22) -> None:
    """A dress: narrow at the shoulders, wide at its hem."""
    s.path(f"M-27 -54Q0 -66 27 -54L23 -20L46 {hem - 4}Q0 {hem + 14} -46 {hem - 4}L-23 -20Z", colour)


def belt(s: Sketch, leather: str, buckle: str = GOLD) -> None:
    """Around the waist, with its buckle a little to the left, where no arm hides it."""
    s.path("M-33 -8Q0 4 33 -8L33 3Q0 16 -33 3Z", leather, outline=2.5)
    s.rect(-12, -5, 17, 14, buckle, radius=3, outline=2.5)


def scarf(s: Sketch, colour: str) -> None:
    """A cloth around the neck, knotted, one end hanging down."""
    s.path("M-2 -46L-16 -26L-2 -22L6 -42Z", colour, outline=2.5)
    s.path("M-29 -58Q0 -48 29 -58L24 -44Q0 -34 -24 -44Z", colour, outline=2.5)


def glasses(s: Sketch, rim: str, y: float = -1, radius: float = 14) -> None:
    """Two round lenses in front of the eyes."""
    for x in (-15, 21):
        s.ellipse(x, y, radius, radius, "#ffffff", outline=0, flat=True, opacity=0.3)
        s.stroke(
            f"M{x - radius} {y}A{radius} {radius} 0 1 0 {x + radius} {y}"
            f"A{radius} {radius} 0 1 0 {x - radius} {y}",
            rim,
            3.4,
        )
    s.stroke(f"M{-15 + radius} {y - 2}Q3 {y - 7} {21 - radius} {y - 2}", rim, 3.4)
