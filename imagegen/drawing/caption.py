"""Say a scene in words, in one of the many ways people would.

Captions are lower-case words without punctuation, as the tokenizer leaves them: a comma in a prompt
changes nothing.
"""

from dataclasses import replace
from random import Random

from imagegen.drawing import words
from imagegen.drawing.mounts import MOUNTS
from imagegen.drawing.palette import COLOURS
from imagegen.drawing.places import PLACES
from imagegen.drawing.subject import CHARACTERS, MUTUAL, Entity, Scene
from imagegen.drawing.things import THINGS
from imagegen.drawing.words import WEATHERS as WEATHERS  # the exam asks what they are called
from imagegen.drawing.words import plural

TAGS, BARE = 0.08, 0.25  # shares of captions


def said(scene: Scene, rng: Random) -> Scene:
    """The scene less what somebody describing it might leave out: those become None."""
    untold_time = 0.93 if scene.time == "day" else 0.1  # what goes without saying is rarely said
    untold_weather = 0.98 if scene.weather == "clear" else 0.05
    untold_style = 0.95 if scene.style == "book" else 0.08
    return replace(
        scene,
        first=_fade(scene.first, rng),
        second=_fade(scene.second, rng) if scene.second else None,
        third=_fade(scene.third, rng) if scene.third else None,
        place=None if rng.random() < 0.2 else scene.place,
        time=None if rng.random() < untold_time else scene.time,
        weather=None if rng.random() < untold_weather else scene.weather,
        style=None if rng.random() < untold_style else scene.style,
    )


def caption(scene: Scene, rng: Random) -> str:
    """One wording of all that the scene says; None is passed over in silence."""
    if rng.random() < TAGS:
        return _tags(scene, rng)
    bare = rng.random() < BARE  # "astronaut riding bicycle", as people type
    opening, ending = _style(scene, rng, bare)
    tails = _tails(scene, rng)
    front = tails.pop() if tails and not opening and rng.random() < 0.08 else ""
    ends = [*tails, ending] if rng.random() < 0.8 else [ending, *tails]
    return " ".join(part for part in (front, opening, *_clause(scene, rng, bare), *ends) if part)


def noun(entity: Entity, rng: Random, bare: bool = False) -> str:
    """An entity in words, as "a red bicycle" or "two blue stars"; if `bare`, "red bicycle"."""
    name = _also(entity.name, rng)
    adjectives, after = _adjectives(entity, rng)
    if entity.count > 1:
        number = _number(entity.count, rng)
        return " ".join((number, *adjectives, plural(name), *after))
    phrase = " ".join((*adjectives, name, *after))
    if bare:
        return phrase
    if entity.name in words.PAIRS:
        return phrase if rng.random() < 0.3 else f"a pair of {phrase}"
    choice = rng.random()
    if choice < 0.06:
        return f"the {phrase}"
    if choice < 0.12 and entity.name not in ("fish", "sheep", "deer"):
        return f"one {phrase}"
    vowel = phrase[0] in "aeiou" and not phrase.startswith(("uni", "ufo", "uk"))
    return f"{'an' if vowel else 'a'} {phrase}"


def vocabulary() -> tuple[str, ...]:
    """Every word that a caption can hold, sorted: what the model learns to know.

    Plurals are there for all names, for colours too: more than captions say, and the tokenizer of
    the trained model has them.
    """
    tables = (words.VERBS, words.PLACES, words.TIMES, words.WEATHERS, words.NUMBERS)
    more = (words.PATTERNS, words.SIZES, words.STYLE_OPENINGS, words.STYLE_ENDINGS)
    phrases = [
        *(way for table in (*tables, *more) for ways in table.values() for way in ways),
        *words.OPENINGS,
        *words.ENDINGS,
        *words.WITH.values(),
        *words.TAG_STYLES.values(),
        *PLACES,
        "a an the one and to there are pair of",
    ]
    names = [*CHARACTERS, *MOUNTS, *THINGS, *COLOURS, *words.ALSO.values()]
    phrases += names + [plural(name) for name in names]
    return tuple(sorted({word for phrase in phrases for word in phrase.split()}))


def _clause(scene: Scene, rng: Random, bare: bool) -> list[str]:
    first, second = noun(scene.first, rng, bare), scene.second
    if scene.relation is None or second is None:
        return [first]
    if scene.relation == MUTUAL and rng.random() < 0.3:  # it is the same picture
        scene, second = replace(scene, first=second, second=scene.first), scene.first
        first = noun(scene.first, rng, bare)
    verb, other = _verb(scene, rng, bare), noun(second, rng, bare)
    if scene.third is None:
        return [first, verb, other]
    third = noun(scene.third, rng, bare)
    if not bare and verb in ("giving", "gives", "is giving", "who gives") and rng.random() < 0.25:
        return [first, verb, third, other]
    return [first, verb, other, "to", third]


def _adjectives(entity: Entity, rng: Random) -> tuple[list[str], list[str]]:
    """What stands before a name and what after it."""
    look, after = [], []
    if entity.colour:
        look.append(_also(entity.colour, rng))
    if entity.pattern and rng.random() < 0.2:
        after.append(words.WITH[entity.pattern])
    elif entity.pattern:
        ways = words.PATTERNS[entity.pattern]
        word = ways[0] if rng.random() < 0.7 else rng.choice(ways)
        look.insert(rng.choice((0, len(look))), word)
    if entity.size:
        ways = words.SIZES[entity.size]
        look.insert(0, ways[0] if rng.random() < 0.6 else rng.choice(ways))
    return look, after


def _number(count: int, rng: Random) -> str:
    ways = words.NUMBERS[count]
    return ways[0] if rng.random() < 0.85 else rng.choice(ways)


def _style(scene: Scene, rng: Random, bare: bool) -> tuple[str, str]:
    """How a caption opens and how it ends: one of them names the style, if it is said."""
    if scene.style is None:
        opening = "" if bare or rng.random() < 0.8 else rng.choice(words.OPENINGS)
        if opening == "there is" and scene.first.count > 1:
            opening = "there are"
        return opening, rng.choice(words.ENDINGS) if rng.random() < 0.03 else ""
    if not bare and rng.random() < 0.5:
        return rng.choice(words.STYLE_OPENINGS[scene.style]), ""
    return "", rng.choice(words.STYLE_ENDINGS[scene.style])


def _tails(scene: Scene, rng: Random) -> list[str]:
    tails = [
        rng.choice(wordings[value])
        for wordings, value in (
            (words.PLACES, scene.place),
            (words.TIMES, scene.time),
            (words.WEATHERS, scene.weather),
        )
        if value is not None
    ]
    rng.shuffle(tails)
    return tails


def _also(name: str, rng: Random) -> str:
    return words.ALSO[name] if name in words.ALSO and rng.random() < 0.2 else name


def _verb(scene: Scene, rng: Random, bare: bool) -> str:
    ways = words.VERBS[scene.relation or ""]
    if scene.kind == "groups":
        return rng.choice(words.AND)
    if scene.first.name not in CHARACTERS:  # things neither stand nor sit
        ways = tuple(way for way in ways if not way.startswith(("stand", "sit", "hid")))
    elif scene.relation in ("left of", "right of", "above", "below"):
        ways = tuple(way for way in ways if not way.startswith("float"))
    return ways[0] if bare or rng.random() < 0.4 else rng.choice(ways)


def _fade(entity: Entity, rng: Random) -> Entity:
    return replace(
        entity,
        colour=None if rng.random() < 0.2 else entity.colour,
        pattern=None if rng.random() < 0.2 else entity.pattern,
        size=None if rng.random() < 0.2 else entity.size,
    )


def _tags(scene: Scene, rng: Random) -> str:
    """Names and nothing between them, as "astronaut bicycle moon night"."""
    first, *others = (noun(entity, rng, bare=True) for entity in scene.entities)
    silent = scene.relation in ("riding", "driving", "sailing", MUTUAL) and rng.random() < 0.6
    weather = None if scene.weather == "clear" else scene.weather
    style = words.TAG_STYLES[scene.style] if scene.style else None
    rest = [tag for tag in (scene.place, scene.time, weather) if tag]
    if rng.random() < 0.3:
        rng.shuffle(rest)
    tags = (first, None if silent else scene.relation, *others, *rest, style)
    return " ".join(tag for tag in tags if tag)
