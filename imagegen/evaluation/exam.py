"""The exam of a text-to-image model of the storybook world, and of the judge itself.

Three questions: does the judge agree with the truth about drawn scenes; how exactly does the VAE
give pictures back; how many prompts of combinations never trained on are drawn wholly right.
"""

import hashlib
import math
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import torch
from diffusers import AutoencoderKL
from PIL import Image

import imagegen
from imagegen import machine, pipeline, run, weights
from imagegen.drawing import caption, words
from imagegen.drawing.draw import draw
from imagegen.drawing.scene import KINDS, Scene, held_out, scene
from imagegen.drawing.subject import MUTUAL
from imagegen.errors import ImagegenError
from imagegen.evaluation import abilities, eye, judge
from imagegen.evaluation.judge import Seen
from imagegen.evaluation.truth import FREE, Pixels
from imagegen.events import Failed
from imagegen.plan import Plan
from imagegen.request import MachineRequest, Request

LEAST = 12  # prompts of each kind, if there are enough for that
PROMPT_SERIES = 1_000  # and the seeds after it: series of scenes that nothing else uses
JUDGED_SERIES = 201
VAE_SERIES = 202
VAE_BATCH = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How to examine; None is what the model's card says."""

    model: str | None = None
    prompts: int = 300
    judged: int = 1_000
    reconstructions: int = 500
    seed: int = 0
    steps: int | None = None
    scheduler: str | None = None
    guidance: float | None = None
    size: int = 512
    device: str = "auto"
    precision: str = "auto"
    batch_size: int | None = None
    eye: Path = eye.WEIGHTS


@dataclass(frozen=True, slots=True)
class Task:
    """One prompt: what its words say, and the seed of the picture."""

    text: str
    asked: Scene
    seed: int


@dataclass(frozen=True, slots=True)
class Answer:
    """A task, the model's picture, what the judge sees in it, and what of it is right."""

    task: Task
    picture: Pixels
    seen: Seen
    right: dict[str, bool]


def tasks(number: int, seed: int) -> list[Task]:
    """Prompts of scenes held out of training: each kind as often as it is drawn, or LEAST times."""
    room, found = _shares(number), list[Task]()
    texts = set()
    for index in range(number * 1_000):
        whole = scene(index, PROMPT_SERIES + seed)
        if not room[whole.kind] or not held_out(whole):
            continue
        rng = Random(f"{seed}/{index}")
        asked = _combined(caption.said(whole, rng), whole)
        text = caption.caption(asked, rng)
        while not _relation_told(asked, text):
            text = caption.caption(asked, rng)
        if text not in texts:
            texts.add(text)
            room[whole.kind] -= 1
            found.append(Task(text, _told(asked, text), whole.seed))
        if len(found) == number:
            return found
    raise ValueError(f"there are no {number} different prompts of held-out scenes")


def _combined(said: Scene, whole: Scene) -> Scene:
    """What is said, with all of the combination that is held out: no word of it may be missing."""
    place = said.place if whole.second else whole.place
    return replace(said, first=whole.first, second=whole.second, third=whole.third, place=place)


def _shares(number: int) -> dict[str, int]:
    """How many prompts of each kind; what rounding leaves goes to the kinds it robbed most."""
    least = min(LEAST, number // len(KINDS))
    weights = {kind: share for kind, (share, _) in KINDS.items()}
    exact = {kind: number * weight / sum(weights.values()) for kind, weight in weights.items()}
    while few := [kind for kind, value in exact.items() if value < least]:
        many = [kind for kind, value in exact.items() if value > least]
        missing = sum(least - exact[kind] for kind in few)
        whole = sum(exact[kind] for kind in many)
        exact |= {kind: exact[kind] * (1 - missing / whole) for kind in many}
        exact |= dict.fromkeys(few, float(least))
    counts = {kind: int(value) for kind, value in exact.items()}
    robbed = sorted(exact, key=lambda kind: counts[kind] - exact[kind])
    for kind in robbed[: number - sum(counts.values())]:
        counts[kind] += 1
    return counts


def _relation_told(asked: Scene, text: str) -> bool:
    """Whether the wording names the relation, as lists of keywords do not always."""
    if asked.relation is None:
        return True
    ways = (*words.VERBS[asked.relation], *(words.AND if asked.relation == MUTUAL else ()))
    for pattern in words.WITH.values():  # "with stripes" is no relation
        text = text.replace(pattern, "")
    return any(f" {way} " in text for way in ways)


def _told(asked: Scene, text: str) -> Scene:
    """The scene without the weather if the wording leaves it out, as lists of keywords do."""
    if asked.weather is None or asked.weather in text.split():
        return asked
    told = any(way in text for way in caption.WEATHERS[asked.weather])
    return asked if told else replace(asked, weather=None)


def pictures(some: Sequence[Task], settings: Settings, folder: Path) -> Iterator[Pixels]:
    """The model's pictures, drawn the way every picture is drawn, in the order of the tasks."""
    plans: list[Plan] = []
    for number, task in enumerate(some):
        request = Request(
            prompts=(task.text,),
            seeds=(task.seed,),
            model=settings.model,
            steps=settings.steps,
            scheduler=settings.scheduler,
            guidance=settings.guidance,
            width=settings.size,
            height=settings.size,
            out=str(folder),
            name=f"{number:04d}.png",
        )
        plans += imagegen.make_plans(request)
    here = MachineRequest(
        device=settings.device, precision=settings.precision, batch_size=settings.batch_size
    )
    for outcome in run.run(plans, machine.choose(here)):
        if isinstance(outcome, Failed):
            raise outcome.error
        with Image.open(outcome.path) as picture:
            yield np.array(picture.convert("RGB"))


def answers(some: Sequence[Task], settings: Settings, net: eye.Eye) -> list[Answer]:
    """Have the tasks drawn, and judge the pictures."""
    with TemporaryDirectory() as folder:
        drawn = list(pictures(some, settings, Path(folder)))
    told = []
    for task, picture in zip(some, drawn, strict=True):
        seen = judge.look(net, picture[None])[0]
        told.append(Answer(task, picture, seen, judge.right(task.asked, seen)))
    return told


def vae_psnr(folder: Path, number: int, size: int, here: machine.Machine) -> float:
    """The mean over drawn scenes of the PSNR, in decibels, of what the VAE gives back."""
    dtype = getattr(torch, here.precision)
    vae: Any = AutoencoderKL.from_pretrained(folder / "vae", dtype=dtype)
    vae = vae.to(here.device).eval()
    decibels: list[float] = []
    for first in range(0, number, VAE_BATCH):
        numbers = range(first, min(first + VAE_BATCH, number))
        drawn = np.stack([draw(scene(index, VAE_SERIES), size) for index in numbers])
        x = torch.from_numpy(drawn).to(here.device).permute(0, 3, 1, 2).float() / 127.5 - 1
        with torch.inference_mode():
            back = vae.decode(vae.encode(x.to(dtype)).latent_dist.mode()).sample.clamp(-1, 1)
        error = ((back.float() - x) / 2).square().mean((1, 2, 3)).tolist()
        decibels += [-10 * math.log10(max(one, 1e-10)) for one in error]
    return sum(decibels) / len(decibels)


def examine(settings: Settings) -> tuple[dict[str, Any], list[Answer]]:
    """The whole exam: scores to be written as JSON, and the pictures with their judgements."""
    plan = _plan(settings)  # what is wrong with the settings is told before any work
    if not Path(plan.source).is_dir():
        raise ImagegenError("not-a-folder", f"{plan.source} is no folder", hint="--model ./folder")
    here = machine.choose(MachineRequest(device=settings.device, precision=settings.precision))
    net = eye.load(settings.eye, here.device)
    _say(f"{settings.judged} drawn scenes for the judge")
    scenes = (scene(index, JUDGED_SERIES) for index in range(settings.judged))
    accuracy = judge.accuracy(net, ((one, draw(one, settings.size)) for one in scenes))
    _say(f"{settings.reconstructions} drawn scenes for the VAE")
    psnr = vae_psnr(Path(plan.source), settings.reconstructions, settings.size, here)
    _say(f"{settings.prompts} prompts for the model")
    told = answers(tasks(settings.prompts, settings.seed), settings, net)
    return _scores(told, _used(settings, plan, here), accuracy, psnr), told


def _plan(settings: Settings) -> Plan:
    """How every picture of the exam is drawn, with what the model's card fills in."""
    request = Request(
        prompts=("exam",),
        model=settings.model,
        steps=settings.steps,
        scheduler=settings.scheduler,
        guidance=settings.guidance,
        lenient=True,
    )
    return imagegen.make_plans(request)[0]


def _scores(
    told: Sequence[Answer], used: dict[str, Any], accuracy: dict[str, float], psnr: float
) -> dict[str, Any]:
    kinds: dict[str, list[bool]] = defaultdict(list)
    questions: dict[str, list[bool]] = defaultdict(list)
    for answer in told:
        kinds[answer.task.asked.kind].append(all(answer.right.values()))
        for question, correct in answer.right.items():
            questions[question].append(correct)
    asked = {question: accuracy[question] for question in judge.QUESTIONS if question in accuracy}
    return {
        "overall": _share([all(answer.right.values()) for answer in told]),
        "kinds": {kind: _share(kinds[kind]) for kind in KINDS if kind in kinds},
        "questions": {q: _share(questions[q]) for q in judge.QUESTIONS if q in questions},
        "abilities": abilities.shares((answer.task.asked, answer.right) for answer in told),
        "vae_psnr_db": round(psnr, 2),
        "judge_accuracy": {**asked, "min": min(asked.values())},
        "settings": used,
        "commit": _commit(),
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "prompts": [_row(answer) for answer in told],
    }


def _row(answer: Answer) -> dict[str, Any]:
    seen = answer.seen
    names = [" ".join(filter(None, (one.pattern, one.colour, one.name))) for one in seen.found]
    roles = ["" if one.role == FREE else f" ({one.role})" for one in seen.found]
    return {
        "text": answer.task.text,
        "kind": answer.task.asked.kind,
        "seed": answer.task.seed,
        "right": answer.right,
        "seen": {
            "found": [name + role for name, role in zip(names, roles, strict=True)],
            **{key: getattr(seen, key) for key in judge.WHOLE},
        },
    }


def _used(settings: Settings, plan: Plan, here: machine.Machine) -> dict[str, Any]:
    """All that the scores depend on."""
    return {
        "model": plan.model,
        "steps": plan.steps,
        "scheduler": plan.scheduler,
        "guidance": plan.guidance,
        "prompts": settings.prompts,
        "seed": settings.seed,
        "size": settings.size,
        "device": here.name,
        "precision": here.precision,
        "batch_size": settings.batch_size,
        "versions": {"imagegen": imagegen.__version__, **pipeline.versions()},
        "weights": weights.hashes(Path(plan.source)),
        "judge": hashlib.sha256(settings.eye.read_bytes()).hexdigest(),
        "judged": settings.judged,
        "reconstructions": settings.reconstructions,
    }


def _share(right: Sequence[bool]) -> float:
    return round(sum(right) / len(right), 4)


def _commit() -> str | None:
    asked = ["git", "-C", str(Path(__file__).parent), "rev-parse", "--verify", "HEAD"]
    try:
        found = subprocess.run(asked, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return None
    return found.stdout.strip() if found.returncode == 0 else None


def _say(what: str) -> None:
    print(what, file=sys.stderr, flush=True)
