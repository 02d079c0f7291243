"""Say a scene in words, in one of the many ways people would.

Captions are lower-case words without punctuation, as the tokenizer leaves them: a comma in a prompt
changes nothing.
"""

from dataclasses import replace
from random import Random

from imagegen.drawing.mounts import MOUNTS
from imagegen.drawing.palette import COLOURS
from imagegen.drawing.scene import CHARACTERS, Entity, Scene
from imagegen.drawing.things import THINGS

NUMBERS = {1: "one", 2: "two", 3: "three", 4: "four", 5: "five"}
ALSO = {  # another word for the same
    "bicycle": "bike",
    "motorcycle": "motorbike",
    "rabbit": "bunny",
    "gift": "present",
    "cup": "mug",
    "gray": "grey",
    "dog": "puppy",
    "cat": "kitten",
    "astronaut": "spaceman",
    "boat": "ship",
    "cube": "block",
}
IRREGULAR = {
    "fish": "fish",
    "butterfly": "butterflies",
    "mouse": "mice",
    "fox": "foxes",
    "witch": "witches",
    "puppy": "puppies",
    "bunny": "bunnies",
    "spaceman": "spacemen",
}
VERBS = {
    "riding": ("riding", "who rides", "is riding", "rides", "on", "riding on"),
    "driving": ("driving", "who drives", "is driving", "drives", "in", "driving in"),
    "sailing": ("sailing", "who sails", "is sailing", "sails", "in", "sailing in"),
    "holding": ("holding", "who holds", "is holding", "holds", "with", "carrying"),
    "next to": ("next to", "standing next to", "beside", "near", "stands next to", "by"),
    "on": ("on", "on top of", "standing on", "sits on", "upon"),
    "under": ("under", "underneath", "beneath", "standing under"),
    "left of": ("to the left of", "left of", "on the left of"),
    "right of": ("to the right of", "right of", "on the right of"),
    "above": ("above", "over", "high above"),
    "below": ("below", "under", "underneath"),
}
PLACES = {
    "beach": ("on the beach", "at the beach", "on a beach", "by the sea"),
    "forest": ("in the forest", "in a forest", "in the woods"),
    "moon": ("on the moon", "on the surface of the moon"),
    "city": ("in the city", "in a city", "in town", "on a city street"),
    "desert": ("in the desert", "in a desert"),
    "mountains": ("in the mountains", "in front of mountains"),
    "meadow": ("in a meadow", "in the meadow", "on green hills"),
    "castle": ("in front of a castle", "at the castle", "near a castle"),
    "room": ("in a room", "inside a room", "at home", "in the living room"),
    "farm": ("on a farm", "at the farm", "on the farm"),
}
TIMES = {
    "day": ("by day", "in the daytime", "on a bright day"),
    "sunset": ("at sunset", "in the evening", "at dusk"),
    "night": ("at night", "in the night", "by night"),
}
WEATHERS = {
    "clear": ("on a clear day", "in clear weather"),
    "rain": ("in the rain", "while it rains", "on a rainy day"),
    "snow": ("in the snow", "while it snows", "in winter"),
}
OPENINGS = ("a picture of", "a drawing of", "an illustration of", "a painting of", "a photo of")
ENDINGS = ("storybook illustration", "in a picture book", "cute", "for children")


def said(scene: Scene, rng: Random) -> Scene:
    """The scene less what somebody describing it might leave out: those become None."""
    untold_time = 0.93 if scene.time == "day" else 0.1  # what goes without saying is rarely said
    untold_weather = 0.98 if scene.weather == "clear" else 0.05
    return replace(
        scene,
        first=_fade(scene.first, rng),
        second=_fade(scene.second, rng) if scene.second else None,
        place=None if rng.random() < 0.2 else scene.place,
        time=None if rng.random() < untold_time else scene.time,
        weather=None if rng.random() < untold_weather else scene.weather,
    )


def caption(scene: Scene, rng: Random) -> str:
    """One wording of all that the scene says; None is passed over in silence."""
    bare = rng.random() < 0.25  # "astronaut riding bicycle", as people type
    if rng.random() < 0.06:
        return _tags(scene, rng)
    words = [] if bare or rng.random() < 0.8 else [rng.choice(OPENINGS)]
    words.append(noun(scene.first, rng, bare))
    if scene.relation and scene.second:
        words.append(_verb(scene, rng, bare))
        words.append(noun(scene.second, rng, bare))
    tails = [
        rng.choice(wordings[value])
        for wordings, value in (
            (PLACES, scene.place),
            (TIMES, scene.time),
            (WEATHERS, scene.weather),
        )
        if value is not None
    ]
    rng.shuffle(tails)
    front = tails.pop() if tails and rng.random() < 0.08 else ""
    end = rng.choice(ENDINGS) if rng.random() < 0.04 else ""
    return " ".join(part for part in (front, *words, *tails, end) if part)


def noun(entity: Entity, rng: Random, bare: bool = False) -> str:
    """An entity in words, as "a red bicycle" or "two blue stars"; if `bare`, "red bicycle"."""
    name = _other(entity.name, rng)
    adjective = _other(entity.colour, rng) + " " if entity.colour else ""
    if entity.count > 1:
        return f"{NUMBERS[entity.count]} {adjective}{plural(name)}"
    words = adjective + name
    if bare:
        return words
    choice = rng.random()
    if choice < 0.06:
        return f"the {words}"
    if choice < 0.12 and entity.name != "fish":
        return f"one {words}"
    return f"{'an' if words[0] in 'aeiou' and not words.startswith('uni') else 'a'} {words}"


def plural(name: str) -> str:
    """The name of several: "mice" for "mouse"."""
    return IRREGULAR.get(name, name + "s")


def vocabulary() -> tuple[str, ...]:
    """Every word that a caption can hold, sorted: what the model learns to know.

    Plurals are there for all names, for colours too: more than captions say, and the tokenizer of
    the trained model has them.
    """
    phrases = [
        *(w for table in (VERBS, PLACES, TIMES, WEATHERS) for ways in table.values() for w in ways),
        *OPENINGS,
        *ENDINGS,
        *NUMBERS.values(),
        "a an the one and",
    ]
    names = [*CHARACTERS, *MOUNTS, *THINGS, *COLOURS, *ALSO.values()]
    phrases += names + [plural(name) for name in names]
    return tuple(sorted({word for phrase in phrases for word in phrase.split()}))


def _other(name: str, rng: Random) -> str:
    return ALSO[name] if name in ALSO and rng.random() < 0.2 else name


def _verb(scene: Scene, rng: Random, bare: bool) -> str:
    ways = VERBS[scene.relation or ""]
    if scene.first.name not in CHARACTERS:  # things neither stand nor sit
        ways = tuple(way for way in ways if not way.startswith(("stand", "sit")))
    return ways[0] if bare or rng.random() < 0.45 else rng.choice(ways)


def _fade(entity: Entity, rng: Random) -> Entity:
    return replace(entity, colour=None) if rng.random() < 0.2 else entity


def _tags(scene: Scene, rng: Random) -> str:
    second = noun(scene.second, rng, bare=True) if scene.second else None
    first = noun(scene.first, rng, bare=True)
    weather = None if scene.weather == "clear" else scene.weather
    tags = (first, scene.relation, second, scene.place, scene.time, weather)
    return " ".join(tag for tag in tags if tag)
