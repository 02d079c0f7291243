"""What a model can do, as others report it: for each ability the prompts and answers that show it.

Kinds of scene and kinds of question say where a model fails; these are to be compared.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from imagegen.drawing.mounts import MOUNTS
from imagegen.drawing.scene import CHARACTERS, SIDES, Scene
from imagegen.drawing.subject import MUTUAL

Right = Mapping[str, bool]

THERE = ("characters", "things")  # nothing is right about what is not there
POSITIONS = (*SIDES, MUTUAL, "on", "under", "inside", "behind", "in front of")
ACTIONS = (
    *dict.fromkeys(mount.verb for mount in MOUNTS.values()),
    *("holding", "giving", "chasing", "looking at"),
)


@dataclass(frozen=True, slots=True)
class Ability:
    """Which prompts ask for it, and which questions must then be answered rightly."""

    asks: Callable[[Scene], bool]
    questions: tuple[str, ...]


def _colours(asked: Scene) -> int:
    return sum(entity.colour is not None for entity in asked.entities)


def _characters(asked: Scene) -> int:
    return sum(entity.name in CHARACTERS for entity in asked.entities)


def _several(asked: Scene) -> bool:
    return any(entity.count > 1 for entity in asked.entities)


ABILITIES: Mapping[str, Ability] = {
    "single object": Ability(
        lambda asked: len(asked.entities) == 1 and not _several(asked), (*THERE, "count")
    ),
    "two objects": Ability(
        lambda asked: len(asked.entities) == 2 and not _several(asked), (*THERE, "count")
    ),
    "counting objects": Ability(_several, (*THERE, "count")),
    "one colour": Ability(lambda asked: _colours(asked) == 1, (*THERE, "colours")),
    "attribute binding": Ability(
        lambda asked: _colours(asked) > 1, (*THERE, "colours", "patterns", "sizes")
    ),
    "relative position": Ability(lambda asked: asked.relation in POSITIONS, (*THERE, "relation")),
    "an action": Ability(lambda asked: asked.relation in ACTIONS, (*THERE, "relation")),
    "two characters": Ability(lambda asked: _characters(asked) > 1, (*THERE, "count", "relation")),
    "a place": Ability(lambda asked: asked.place is not None, ("place",)),
    "a style": Ability(lambda asked: asked.style is not None, ("style",)),
}


def shares(told: Iterable[tuple[Scene, Right]]) -> dict[str, float]:
    """How often each ability was shown where it was asked for; without those never asked for."""
    judged = list(told)
    found: dict[str, float] = {}
    for name, ability in ABILITIES.items():
        shown = [
            all(right.get(question, True) for question in ability.questions)
            for asked, right in judged
            if ability.asks(asked)
        ]
        if shown:
            found[name] = round(sum(shown) / len(shown), 4)
    return found
