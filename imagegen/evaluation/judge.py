"""Judge a picture: what is in it, and whether that is what was asked for."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from imagegen.drawing.layout import Box
from imagegen.drawing.mounts import MOUNTS
from imagegen.drawing.scene import CHARACTERS, SIDES, Entity, Scene
from imagegen.evaluation.eye import CELLS, Eye, Views, shown
from imagegen.evaluation.truth import LISTS, MOUNTED, NOWHERE, SHOWN, SIDE, Pixels

QUESTIONS = ("characters", "things", "colours", "count", "relation", "place", "time", "weather")
SURE = 0.4  # what the eye is less sure of than this is not there
MOST = 10  # objects in a picture
TOGETHER = 50  # pictures looked at together
CELL = SIDE / CELLS


@dataclass(frozen=True, slots=True)
class Found:
    """One thing or character in a picture; characters have no colour."""

    name: str
    colour: str | None
    box: Box
    confidence: float


@dataclass(frozen=True, slots=True)
class Seen:
    """All that the eye finds in a picture; place None is a plain background."""

    found: tuple[Found, ...]
    relation: str | None
    place: str | None
    time: str
    weather: str


def look(eye: Eye, pictures: Pixels | Tensor) -> list[Seen]:
    """What is in each of the pictures (pictures, side, side, 3) of bytes."""
    device = next(eye.parameters()).device
    with torch.inference_mode():
        views = eye(shown(pictures).to(device))
        views = Views(*(view.float().cpu() for view in views))
        scores = views.heat.sigmoid()
        peaks = scores * (functional.max_pool2d(scores, 3, 1, 1) == scores)
    return [_seen(Views(*one), peak) for *one, peak in zip(*views, peaks, strict=True)]


def right(asked: Scene, seen: Seen) -> dict[str, bool]:
    """For each question that the asked scene poses, whether the picture answers it rightly.

    None in the asked scene poses no question. "count" is right when the picture holds just the
    characters and things asked for, in their number, and nothing besides.
    """
    entities = [asked.first, *([asked.second] if asked.second else [])]
    characters = {entity.name for entity in entities if entity.name in CHARACTERS}
    things = {entity.name for entity in entities} - characters
    names = Counter(one.name for one in seen.found)
    answers: dict[str, bool] = {}
    if characters:
        answers["characters"] = all(names[name] for name in characters)
    if things:
        answers["things"] = all(names[name] for name in things)
    coloured = [entity for entity in entities if entity.colour is not None]
    if coloured:
        answers["colours"] = all(_coloured(entity, seen) for entity in coloured)
    answers["count"] = names == Counter({entity.name: entity.count for entity in entities})
    if asked.relation is not None and asked.second is not None:
        answers["relation"] = _related(asked.first.name, asked.relation, asked.second.name, seen)
    for question in ("place", "time", "weather"):
        if getattr(asked, question) is not None:
            answers[question] = getattr(asked, question) == getattr(seen, question)
    return answers


def agreement(drawn: Scene, seen: Seen) -> dict[str, bool]:
    """Whether the eye is right about a drawn scene; a bare background, too, is known there."""
    return {**right(drawn, seen), "place": seen.place == drawn.place}


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
    return {question: round(sum(told) / len(told), 4) for question, told in answers.items()}


def _coloured(entity: Entity, seen: Seen) -> bool:
    colours = {one.colour for one in seen.found if one.name == entity.name}
    return colours == {entity.colour}


def _related(first: str, relation: str, second: str, seen: Seen) -> bool:
    """Whether the eye says so and the boxes allow it; sides are told by the boxes alone."""
    firsts = [one.box for one in seen.found if one.name == first]
    seconds = [one.box for one in seen.found if one.name == second]
    if not firsts or not seconds or (relation not in SIDES and relation != seen.relation):
        return False
    return possible(relation, firsts[0], seconds[0])


def possible(relation: str, first: Box, second: Box) -> bool:
    """Whether things in these boxes can be so related."""
    left, top, right, bottom = first
    left2, top2, right2, bottom2 = second
    (x, y), (x2, y2) = _centre(first), _centre(second)
    wide, high, wide2, high2 = right - left, bottom - top, right2 - left2, bottom2 - top2
    reach = min(right, right2) - max(left, left2)  # how far they share columns; below 0, a gap
    sideways, lengthways = abs(x - x2), abs(y - y2)
    match SHOWN.get(relation, relation):
        case "left of":
            return x < x2 and sideways > lengthways
        case "right of":
            return x > x2 and sideways > lengthways
        case "above":
            return y < y2 and lengthways > sideways
        case "below":
            return y > y2 and lengthways > sideways
        case "mounted":
            return reach > 0.5 * min(wide, wide2) and top < y2 and bottom > top2 - 0.2 * high
        case "holding":
            return reach > -0.1 * wide and top < y2 < bottom
        case "next to":
            return reach < 0.3 * min(wide, wide2) and bottom2 > top and bottom > top2
        case "on":
            return left2 < x < right2 and bottom < bottom2 and top < y2 and bottom > top2 - 30
        case "under":
            return reach > 0.5 * wide and y > y2 and bottom > top2 + 0.6 * high2
    raise ValueError(f"there is no relation '{relation}'")


def _centre(box: Box) -> tuple[float, float]:
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2


def _seen(views: Views, peaks: Tensor) -> Seen:
    best, where = peaks.flatten().topk(MOST)
    found: list[Found] = []
    relations = torch.zeros(len(LISTS["relations"]))
    for confidence, at in zip(best.tolist(), where.tolist(), strict=True):
        if confidence < SURE:
            break
        one = _found(views, confidence, at)
        if any(_same(one, other) for other in found):
            continue
        if len(found) < 2:
            relations += views.relations.flatten(1)[:, at % CELLS**2].softmax(0)
        found.append(one)
    place = LISTS["places"][int(views.places.argmax())]
    return Seen(
        found=tuple(found),
        relation=_relation(found, LISTS["relations"][int(relations.argmax())]),
        place=None if place == NOWHERE else place,
        time=LISTS["times"][int(views.times.argmax())],
        weather=LISTS["weathers"][int(views.weathers.argmax())],
    )


def _found(views: Views, confidence: float, at: int) -> Found:
    name, cell = LISTS["names"][at // CELLS**2], at % CELLS**2
    x, y = (cell % CELLS + 0.5) * CELL, (cell // CELLS + 0.5) * CELL
    left, top, right, bottom = (views.sides.flatten(1)[:, cell] * (SIDE / 4)).tolist()
    colour = LISTS["colours"][int(views.colours.flatten(1)[:, cell].argmax())]
    box = (x - left, y - top, x + right, y + bottom)
    return Found(name, None if name in CHARACTERS else colour, box, confidence)


def _same(one: Found, other: Found) -> bool:
    """Whether two finds are one object: taken for two names, or found twice as it is so large."""
    return overlap(one.box, other.box) > (0.5 if one.name == other.name else 0.75)


def overlap(a: Box, b: Box) -> float:
    """The area that two boxes share, of the area that they cover together."""
    wide, high = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    shared = max(wide, 0.0) * max(high, 0.0)
    areas = (a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1])
    return shared / max(areas - shared, 1e-6)


def _relation(found: Sequence[Found], relation: str) -> str | None:
    """As a scene says it: "mounted" gets the verb of the mount."""
    if relation == "none" or len(found) < 2:
        return None
    mounts = [one.name for one in found if one.name in MOUNTS]
    if relation != MOUNTED:
        return relation
    return MOUNTS[mounts[0]].verb if mounts else "riding"
