"""Judge a picture: what is in it, and whether that is what was asked for."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice, product

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from imagegen.drawing.layout import Box
from imagegen.drawing.scene import CHARACTERS, SIDES, Entity, Scene
from imagegen.evaluation import sizes
from imagegen.evaluation.eye import CELLS, Eye, Views, shown
from imagegen.evaluation.geometry import overlap, possible
from imagegen.evaluation.truth import FREE, LISTS, NOWHERE, OBJECTS, PLAIN, ROLES, SIDE, Pixels

WHOLE = ("place", "time", "weather", "style")  # questions about the picture as a whole
QUESTIONS = ("characters", "things", "colours", "patterns", "sizes", "count", "relation", *WHOLE)
SURE = 0.4  # what the eye is less sure of than this is not there
TOGETHER = 50  # pictures looked at together
CELL = SIDE / CELLS


@dataclass(frozen=True, slots=True)
class Found:
    """One thing or character in a picture; characters have neither colour nor pattern.

    `role` is what it is to something else, as truth.ROLES has it: a "rider", "held", or "free".
    """

    name: str
    colour: str | None
    box: Box
    confidence: float
    pattern: str | None = None
    role: str = FREE


@dataclass(frozen=True, slots=True)
class Seen:
    """All that the eye finds in a picture; place None is a plain background."""

    found: tuple[Found, ...]
    place: str | None
    time: str
    weather: str
    style: str = "book"

    def named(self, name: str) -> list[Found]:
        """All in the picture that have this name."""
        return [one for one in self.found if one.name == name]


def look(eye: Eye, pictures: Pixels | Tensor) -> list[Seen]:
    """What is in each of the pictures (pictures, side, side, 3) of bytes."""
    device = next(eye.parameters()).device
    with torch.inference_mode():
        views = eye(shown(pictures).to(device))
        scores = views.heat.float().sigmoid()
        peaks = scores * (functional.max_pool2d(scores, 3, 1, 1) == scores)
        best = [answer.cpu() for answer in peaks.flatten(1).topk(OBJECTS)]
        views = Views(*(view.float().cpu() for view in views))
    return [
        _seen(Views(*one), tops) for *one, tops in zip(*views, zip(*best, strict=True), strict=True)
    ]


def right(asked: Scene, seen: Seen) -> dict[str, bool]:
    """For each question that the asked scene poses, whether the picture answers it rightly.

    None in the asked scene poses no question. "count" is right when the picture holds just the
    characters and things asked for, in their number, and nothing besides.
    """
    entities = asked.entities
    answers: dict[str, bool] = {}
    characters = [entity for entity in entities if entity.name in CHARACTERS]
    things = [entity for entity in entities if entity.name not in CHARACTERS]
    for question, some in (("characters", characters), ("things", things)):
        if some:
            answers[question] = all(seen.named(entity.name) for entity in some)
    if any(entity.colour for entity in entities):
        answers["colours"] = all(_coloured(one, seen) for one in entities if one.colour)
    if any(entity.pattern for entity in entities):
        answers["patterns"] = all(_patterned(one, seen) for one in entities if one.pattern)
    if any(entity.size for entity in entities):
        answers["sizes"] = all(_sized(asked, one, seen) for one in entities if one.size)
    names = Counter(one.name for one in seen.found)
    answers["count"] = names == Counter({entity.name: entity.count for entity in entities})
    if asked.relation is not None and asked.second is not None:
        answers["relation"] = related(asked, seen)
    for question in WHOLE:
        if getattr(asked, question) is not None:
            answers[question] = getattr(asked, question) == getattr(seen, question)
    return answers


def agreement(drawn: Scene, seen: Seen) -> dict[str, bool]:
    """Whether the eye is right about a drawn scene.

    There a bare background is known too, and of things that they have no pattern.
    """
    told = {**right(drawn, seen), "place": seen.place == drawn.place}
    things = [entity for entity in drawn.entities if entity.name not in CHARACTERS]
    if things:
        told["patterns"] = all(_patterned(entity, seen) for entity in things)
    return told


def accuracy(eye: Eye, drawn: Iterable[tuple[Scene, Pixels]]) -> dict[str, float]:
    """How often the eye is right about drawn scenes, by question; "wholly": in all at once."""
    answers: dict[str, list[bool]] = defaultdict(list)
    rest = iter(drawn)
    while some := list(islice(rest, TOGETHER)):
        seen = look(eye, np.stack([picture for _, picture in some]))
        for (scene, _), one in zip(some, seen, strict=True):
            told = agreement(scene, one)
            for question, correct in {**told, "wholly": all(told.values())}.items():
                answers[question].append(correct)
    order = [question for question in (*QUESTIONS, "wholly") if question in answers]
    return {q: round(sum(answers[q]) / len(answers[q]), 4) for q in order}


def related(asked: Scene, seen: Seen) -> bool:
    """Whether those asked for are so related: the eye sees their roles, and the boxes allow it.

    Sides are told by the boxes alone. Of several, each must be so related to each.
    """
    relation = asked.relation or ""
    told = ROLES.get(relation, (FREE,) * 3)
    groups = [
        [one for one in seen.named(entity.name) if relation in SIDES or one.role == role]
        for entity, role in zip(asked.entities, told, strict=False)
    ]
    if not all(groups):
        return False
    pairs = product(groups[0], groups[1])
    return all(possible(relation, first.box, second.box) for first, second in pairs)


def _coloured(entity: Entity, seen: Seen) -> bool:
    return {one.colour for one in seen.named(entity.name)} == {entity.colour}


def _patterned(entity: Entity, seen: Seen) -> bool:
    return {one.pattern for one in seen.named(entity.name)} == {entity.pattern}


def _sized(asked: Scene, entity: Entity, seen: Seen) -> bool:
    boxes = [one.box for one in seen.named(entity.name)]
    return bool(boxes) and sizes.fits(asked, entity, boxes)


def _seen(views: Views, tops: Sequence[Tensor]) -> Seen:
    found: list[Found] = []
    for confidence, at in zip(*(top.tolist() for top in tops), strict=True):
        if confidence < SURE:
            break
        one = _found(views, confidence, at)
        if not any(_same(one, other) for other in found):
            found.append(one)
    place = _said("places", views.places)
    return Seen(
        found=tuple(found),
        place=None if place == NOWHERE else place,
        time=_said("times", views.times),
        weather=_said("weathers", views.weathers),
        style=_said("styles", views.styles),
    )


def _found(views: Views, confidence: float, at: int) -> Found:
    name, cell = LISTS["names"][at // CELLS**2], at % CELLS**2
    x, y = (cell % CELLS + 0.5) * CELL, (cell // CELLS + 0.5) * CELL
    left, top, right, bottom = (views.sides.flatten(1)[:, cell] * (SIDE / 4)).tolist()
    colour, pattern, role = (
        _said(key, view.flatten(1)[:, cell])
        for key, view in (
            ("colours", views.colours),
            ("patterns", views.patterns),
            ("roles", views.roles),
        )
    )
    box = (x - left, y - top, x + right, y + bottom)
    if name in CHARACTERS:
        return Found(name, None, box, confidence, role=role)
    return Found(name, colour, box, confidence, None if pattern == PLAIN else pattern, role)


def _said(key: str, view: Tensor) -> str:
    return LISTS[key][int(view.argmax())]


def _same(one: Found, other: Found) -> bool:
    """Whether two finds are one object: taken for two names, or found twice as it is so large."""
    return overlap(one.box, other.box) > (0.5 if one.name == other.name else 0.75)
