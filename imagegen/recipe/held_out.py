"""List combinations that training never sees, those that are few enough to be read.

python -m imagegen.recipe.held_out > imagegen/recipe/HELD_OUT.md
"""

from collections.abc import Iterator

from imagegen.drawing.mounts import MOUNTS
from imagegen.drawing.palette import COLOURS
from imagegen.drawing.places import PLACES
from imagegen.drawing.scene import CHARACTERS, COUNTS, HANDY, SMALL, Entity, Scene, held_out


def portraits() -> Iterator[Scene]:
    """A character in a place."""
    for name in CHARACTERS:
        for place in PLACES:
            yield Scene(kind="portrait", first=Entity(name), place=place)


def rides() -> Iterator[Scene]:
    """A character on a mount of some colour."""
    for name in CHARACTERS:
        for mount, colour in ((mount, colour) for mount in MOUNTS for colour in COLOURS):
            ridden = Entity(mount, colour)
            verb = MOUNTS[mount].verb
            yield Scene(kind="ride", first=Entity(name), relation=verb, second=ridden)


def holds() -> Iterator[Scene]:
    """A character with a thing of some colour in its hand."""
    for name in CHARACTERS:
        for thing, colour in ((thing, colour) for thing in HANDY for colour in COLOURS):
            held = Entity(thing, colour)
            yield Scene(kind="hold", first=Entity(name), relation="holding", second=held)


def counts() -> Iterator[Scene]:
    """Several things of one kind and colour, in no place."""
    for name in SMALL:
        for colour, count in ((colour, count) for colour in COLOURS for count in COUNTS):
            yield Scene(kind="count", first=Entity(name, colour, count))


def main() -> None:
    print("# Combinations held out of training\n")
    print("One in ten, chosen by `imagegen.drawing.scene.held_out`; the exam asks only for these.")
    print("Listed here: portraits, rides, holding, numbers of things without a place. The rule")
    print("decides all other combinations in the same way; they are too many to list.")
    for scenes in (portraits, rides, holds, counts):
        every = list(scenes())
        kept = [_words(one) for one in every if held_out(one)]
        print(f"\n## {scenes.__name__}: {len(kept)} of {len(every)}\n\n{'; '.join(kept)}.")


def _words(one: Scene) -> str:
    parts = (_name(one.first), one.relation, one.second and _name(one.second), one.place)
    return " ".join(part for part in parts if part)


def _name(entity: Entity) -> str:
    count = str(entity.count) if entity.count > 1 else None
    return " ".join(part for part in (count, entity.colour, entity.name) if part)


if __name__ == "__main__":
    main()
