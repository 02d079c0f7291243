"""Scenes that the tests of the drawing share."""

from imagegen.drawing.scene import Entity, Scene, scene

SERIES = 5  # no other part of the project uses it
SCENES = [scene(i, SERIES) for i in range(4000)]
STORY = Scene(
    kind="ride",
    first=Entity("astronaut"),
    relation="riding",
    second=Entity("bicycle", "red"),
    place="moon",
)


def of_kind(kind: str) -> list[Scene]:
    return [one for one in SCENES if one.kind == kind]
