"""Eyes, mouths and cheeks, the same for everybody: one hand drew them all, in many moods.

Whoever has a face is in a mood that follows from where the character stands, and so from the seed
of its scene: the same scene, the same mood, and no two neighbours need share one.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from zlib import crc32

from imagegen.drawing.palette import OUTLINE
from imagegen.drawing.svg import Sketch

THROAT = "#8c2f4a"
TONGUE = "#f27d8c"


@dataclass(frozen=True, slots=True)
class Mood:
    """How an expression looks: a key of EYES, and one of MOUTHS and MUZZLES."""

    eyes: str
    mouth: str


MOODS = (  # as often as they stand here
    *[Mood("open", "smile")] * 6,
    *[Mood("open", "laugh")] * 4,
    Mood("shut", "smile"),
    Mood("shut", "laugh"),
    Mood("shut", "sing"),  # by heart
    Mood("wide", "sing"),  # surprised
    Mood("sleepy", "smile"),
    Mood("wink", "laugh"),
)


def mood(sketch: Sketch) -> Mood:
    """The mood of whoever is being drawn, wherever the sketch now draws."""
    place = "".join(_open_groups(sketch.parts))
    return MOODS[crc32(place.encode()) % len(MOODS)]


def eyes(sketch: Sketch, y: float = -2, apart: float = 17, size: float = 7.5) -> None:
    """Two eyes looking a little to the right."""
    left, right = EYES[mood(sketch).eyes]
    left(sketch, 3 - apart, y, size)
    right(sketch, 3 + apart, y, size)


def eyeballs(
    sketch: Sketch, y: float, apart: float, radius: float, lid: str, white: str = "#ffffff"
) -> None:
    """What round eyes lie in, to be drawn before them: white, or where shut, a lid."""
    for x, eye in zip((3 - apart, 3 + apart), EYES[mood(sketch).eyes], strict=True):
        colour = lid if eye in LIDDED else white
        sketch.ellipse(x, y, radius, radius * 1.05, colour, outline=0, flat=True)


def smile(sketch: Sketch, y: float = 14, width: float = 11, x: float = 3) -> None:
    """A friendly mouth: closed, or open for laughing or singing."""
    MOUTHS[mood(sketch).mouth](sketch, x, y, width)


def muzzle(sketch: Sketch, top: float, drop: float = 4) -> None:
    """The two little bows under an animal's nose, and what opens beneath them."""
    y = top + drop
    MUZZLES[mood(sketch).mouth](sketch, y)
    sketch.stroke(
        f"M3 {top}L3 {y}M3 {y}Q-4 {y + 9} -11 {y + 3}M3 {y}Q10 {y + 9} 17 {y + 3}", OUTLINE, 3
    )


def cheeks(sketch: Sketch, y: float = 11, apart: float = 27, colour: str = "#ff8f8f") -> None:
    """A blush on either side."""
    for x in (-apart + 3, apart + 3):
        sketch.ellipse(x, y, 7, 4.5, colour, outline=0, flat=True, opacity=0.55)


def _open_groups(parts: Sequence[str]) -> list[str]:
    closed, groups = 0, []
    for part in reversed(parts):
        if part == "</g>":
            closed += 1
        elif part.startswith("<g ") and closed:
            closed -= 1
        elif part.startswith("<g transform"):
            groups.append(part)
    return groups


def _open_eye(s: Sketch, x: float, y: float, size: float) -> None:
    s.ellipse(x, y, size * 0.85, size, OUTLINE, outline=0, flat=True)
    s.ellipse(x + 2.4, y - 2.8, size * 0.34, size * 0.34, "#ffffff", outline=0, flat=True)


def _wide_eye(s: Sketch, x: float, y: float, size: float) -> None:
    _open_eye(s, x, y - 1, size * 1.2)
    s.ellipse(x - size * 0.4, y + size * 0.4, 1.8, 1.8, "#ffffff", outline=0, flat=True)


def _shut_eye(s: Sketch, x: float, y: float, size: float) -> None:
    half = size * 0.95
    s.stroke(
        f"M{x - half:.1f} {y + 3}Q{x} {y - size * 1.1:.1f} {x + half:.1f} {y + 3}", OUTLINE, 3.6
    )


def _sleepy_eye(s: Sketch, x: float, y: float, size: float) -> None:
    half = size * 0.95
    s.stroke(f"M{x - half:.1f} {y}Q{x} {y + size * 1.3:.1f} {x + half:.1f} {y}", OUTLINE, 3.6)


def _closed_mouth(s: Sketch, x: float, y: float, width: float) -> None:
    s.stroke(f"M{x - width} {y}Q{x} {y + width * 0.95} {x + width} {y}", OUTLINE, 3.2)


def _laughing_mouth(s: Sketch, x: float, y: float, width: float) -> None:
    top, foot = y - 2, y + width * 1.15
    s.path(
        f"M{x - width:.1f} {top:.1f}Q{x} {top + 4:.1f} {x + width:.1f} {top:.1f}"
        f"Q{x + width * 0.8:.1f} {foot:.1f} {x} {foot:.1f}"
        f"Q{x - width * 0.8:.1f} {foot:.1f} {x - width:.1f} {top:.1f}Z",
        THROAT,
        outline=2.5,
        flat=True,
        ink=OUTLINE,
    )
    s.ellipse(x, foot - 4, width * 0.45, 3, TONGUE, outline=0, flat=True)


def _singing_mouth(s: Sketch, x: float, y: float, width: float) -> None:
    s.ellipse(x, y + 4, width * 0.48, width * 0.6, THROAT, outline=2.5, flat=True, ink=OUTLINE)


def _nothing(_: Sketch, __: float) -> None:
    """The bows are enough."""


def _laughing_muzzle(s: Sketch, y: float) -> None:
    s.path(
        f"M-6 {y + 4}Q3 {y + 2} 12 {y + 4}Q11 {y + 16} 3 {y + 16}Q-5 {y + 16} -6 {y + 4}Z",
        THROAT,
        outline=2.5,
        flat=True,
        ink=OUTLINE,
    )
    s.ellipse(3, y + 12, 4, 2.6, TONGUE, outline=0, flat=True)


def _singing_muzzle(s: Sketch, y: float) -> None:
    s.ellipse(3, y + 9, 4.5, 6, THROAT, outline=2.5, flat=True, ink=OUTLINE)


Eye = Callable[[Sketch, float, float, float], None]

EYES: dict[str, tuple[Eye, Eye]] = {
    "open": (_open_eye, _open_eye),
    "wide": (_wide_eye, _wide_eye),
    "shut": (_shut_eye, _shut_eye),
    "sleepy": (_sleepy_eye, _sleepy_eye),
    "wink": (_open_eye, _shut_eye),
}
LIDDED = (_shut_eye, _sleepy_eye)
MOUTHS: dict[str, Callable[[Sketch, float, float, float], None]] = {
    "smile": _closed_mouth,
    "laugh": _laughing_mouth,
    "sing": _singing_mouth,
}
MUZZLES: dict[str, Callable[[Sketch, float], None]] = {
    "smile": _nothing,
    "laugh": _laughing_muzzle,
    "sing": _singing_muzzle,
}
