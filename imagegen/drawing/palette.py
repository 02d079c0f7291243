"""The colours of the storybook world, and how one light falls on them."""

OUTLINE = "#3b3049"  # warm near-black: ink that goes with every colour

COLOURS = {
    "red": "#e2403f",
    "orange": "#f58a2b",
    "yellow": "#fad23c",
    "green": "#4fae4e",
    "blue": "#3f7fe0",
    "purple": "#8e55c7",
    "pink": "#f48fb6",
    "brown": "#93603a",
    "black": "#3a3a45",
    "white": "#f6f3ec",
    "gray": "#9a9da8",
    "turquoise": "#35c4bd",
}


def channels(colour: str) -> tuple[int, int, int]:
    """Red, green and blue of "#rrggbb", each 0 to 255."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def mix(colour: str, other: str, share: float) -> str:
    """`colour` with `share` (0 to 1) of `other` in it."""
    pairs = zip(channels(colour), channels(other), strict=True)
    red, green, blue = (round(a + (b - a) * share) for a, b in pairs)
    return f"#{red:02x}{green:02x}{blue:02x}"


def light(colour: str, share: float = 0.3) -> str:
    """The colour where the sun, up and to the left, meets it."""
    return mix(colour, "#fff8e0", share)


def dark(colour: str, share: float = 0.3) -> str:
    """The colour in its own shade: towards a cool violet, as paint does, not towards black."""
    return mix(colour, "#33204f", share)


def line(colour: str) -> str:
    """The outline that goes with a fill."""
    return dark(colour, 0.62)
