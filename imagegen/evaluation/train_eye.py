"""Train the eye on drawn scenes, within a given time.

    python -m imagegen.evaluation.train_eye --seconds 130 --workers 14 --out imagegen/evaluation

Painters draw a growing pool of pictures while the eye already learns from it. The last line of
stdout is one JSON document: how often the eye is right about scenes it has never seen.
"""

import argparse
import copy
import json
import math
import os
import sys
import time
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Event, Thread
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from imagegen.drawing.scene import scene
from imagegen.evaluation import eye, judge, lessons, rough
from imagegen.evaluation.painters import LARGEST, Order, Painted, Painters
from imagegen.evaluation.truth import ROW, Pixels

BATCH = 256
PEAK_RATE = 2e-3  # AdamW's, after a warm-up of WARM of the time, then a cosine down to nothing
WARM = 0.04
LEARNING = 0.95  # of the time; the rest is for the exam
DECAY = 0.05
AVERAGE = 0.998  # the weights that are kept are an average over the last 500 steps
POOL = 300_000  # pictures: 59 GB of the GPU's memory
FEWEST = 2_000  # pictures in the pool before learning begins
LIVELY = 512  # pictures that went through the VAE before they are used: half of each batch
VAE_POOL = 8_000
VAE_BATCH = 32
LARGE_WAITING = 32  # lots of 8 pictures that wait for the VAE
VAE_TIME = 0.15  # of the time is spent on the VAE, at most
VAE_NOISE = 0.3  # standard deviations added to the latent, at most

TRAINED_SERIES = 101  # series of scenes; no other part of the project uses these
CHECKED_SERIES = 102
CHECKED = 1_000


@dataclass(slots=True)
class Pool:
    """Pictures and their truths on the device; full, it takes no more."""

    pictures: Tensor
    truths: Tensor
    ready: int = 0

    @classmethod
    def empty(cls, room: int, device: str) -> "Pool":
        """Room for so many pictures."""
        pictures = torch.empty(room, eye.SIZE, eye.SIZE, 3, dtype=torch.uint8, device=device)
        return cls(pictures, torch.empty(room, ROW, device=device))

    def add(self, pictures: Tensor, truths: Tensor) -> None:
        """Take in as many as there is room for."""
        number = min(len(pictures), len(self.pictures) - self.ready)
        self.pictures[self.ready : self.ready + number] = pictures[:number]
        self.truths[self.ready : self.ready + number] = truths[:number]
        self.ready += number

    def some(self, number: int) -> tuple[Tensor, Tensor]:
        """Pictures (number, 3, side, side), 0 to 1, and truths, drawn by lot."""
        at = torch.randint(self.ready, (number,), device=self.truths.device)
        return self.pictures[at].permute(0, 3, 1, 2).float() / 255, self.truths[at]


@dataclass(slots=True)
class Studio:
    """Where the painters' work arrives: the pool, the large pictures for the VAE, the exam's."""

    pool: Pool
    wants_large: bool
    large: SimpleQueue[tuple[Tensor, Tensor]] = field(default_factory=SimpleQueue)
    checked: dict[int, Pixels] = field(default_factory=dict)
    closed: Event = field(default_factory=Event)
    failure: list[BaseException] = field(default_factory=list)

    def orders(self, checked: int) -> Iterator[Order]:
        """First the exam's scenes, then scenes to learn from, until the studio closes."""
        for first in range(0, checked, 8):
            yield Order(CHECKED_SERIES, first, min(8, checked - first), 512)
        first = 0
        for turn in count():
            full = self.pool.ready >= len(self.pool.pictures)
            large = self.wants_large and (full or turn % 4 == 3)
            while large and self.large.qsize() >= LARGE_WAITING and not self.closed.is_set():
                large = full
                time.sleep(0.01 if full else 0)
            if self.closed.is_set() or (full and not large):
                return
            size, number = (512, 8) if large else (eye.SIZE, LARGEST // eye.SIZE**2 // 3)
            yield Order(TRAINED_SERIES, first, number, size, lessons=True)
            first += number

    def take(self, work: Painted) -> None:
        """Put what was painted where it belongs."""
        pictures, truths = torch.from_numpy(work.pictures), torch.from_numpy(work.truths)
        if work.order.series == CHECKED_SERIES:
            for i, picture in enumerate(work.pictures):
                self.checked[work.order.first + i] = picture.copy()
        elif work.order.size == eye.SIZE:
            self.pool.add(pictures, truths)
        else:
            self.large.put((pictures.clone(), truths))

    def receive(self, painters: Painters, checked: int) -> None:
        """Take in the painters' work until the studio closes; runs beside the learning."""
        cuda = self.pool.pictures.is_cuda
        try:
            # On a stream of its own a copy does not wait for the steps that are queued.
            stream = torch.cuda.Stream() if cuda else None  # type: ignore[no-untyped-call]
            with torch.cuda.stream(stream) if cuda else nullcontext():
                for work in painters.carry_out(self.orders(checked)):
                    self.take(work)
        except BaseException as error:
            self.failure.append(error)
            raise


class Softener:
    """Passes pictures through a VAE, with noise in their latents as if a model had drawn them."""

    def __init__(self, folder: Path, device: str) -> None:
        from diffusers import AutoencoderKL  # only where a VAE is given

        self.vae: Any = AutoencoderKL.from_pretrained(folder).to(device).eval()
        self.pool = Pool.empty(VAE_POOL, device)
        self.seconds = 0.0

    def soften(self, studio: Studio) -> None:
        """One batch, if it has come."""
        if studio.large.qsize() * 8 < VAE_BATCH or self.pool.ready >= VAE_POOL:
            return
        _wait(self.pool)
        started, parts = time.perf_counter(), []
        for _ in range(VAE_BATCH // 8):
            try:
                parts.append(studio.large.get_nowait())
            except Empty:
                break
        pictures, truths = (torch.cat(part) for part in zip(*parts, strict=True))
        self.pool.add(self._redrawn(pictures), truths)
        _wait(self.pool)
        self.seconds += time.perf_counter() - started

    @torch.no_grad()
    def _redrawn(self, pictures: Tensor) -> Tensor:
        device = self.pool.truths.device
        x = pictures.to(device).permute(0, 3, 1, 2).float() / 127.5 - 1
        scale = self.vae.config.scaling_factor
        with _narrow(device.type):
            latents = self.vae.encode(x).latent_dist.sample() * scale
            spread = torch.rand(len(x), 1, 1, 1, device=device) * VAE_NOISE
            decoded = self.vae.decode((latents + torch.randn_like(latents) * spread) / scale).sample
        small = functional.interpolate(decoded.float(), (eye.SIZE, eye.SIZE), mode="area")
        return ((small + 1) * 127.5).round().clamp(0, 255).byte().permute(0, 2, 3, 1)


def _wait(pool: Pool) -> None:
    """Until the device has done what it was told: else the time is somebody else's."""
    if pool.truths.is_cuda:
        torch.cuda.synchronize(pool.truths.device)


def _narrow(kind: str) -> Any:
    return torch.autocast("cuda", torch.bfloat16) if kind == "cuda" else nullcontext()


def rate(progress: float) -> float:
    """The learning rate at a share of the time."""
    if progress < WARM:
        return PEAK_RATE * progress / WARM
    return PEAK_RATE * 0.5 * (1 + math.cos(math.pi * min(1.0, (progress - WARM) / (1 - WARM))))


class Pupil:
    """The eye in training, with its optimiser and the average of its weights."""

    def __init__(self, device: str, compiled: bool) -> None:
        self.device = device
        self.net = eye.Eye().to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.kept = copy.deepcopy(self.net).eval()
        self.optimiser = torch.optim.AdamW(
            self.net.parameters(), PEAK_RATE, (0.9, 0.98), weight_decay=DECAY
        )
        self.worth = torch.tensor(lessons.WORTH, device=device)
        self.run = torch.compile(self.net) if compiled else self.net
        self.steps = 0

    def learn(self, pictures: Tensor, truths: Tensor, rate: float) -> lessons.Losses:
        """One step; returns what the mistakes cost before it."""
        pictures, truths = rough.roughen(pictures, truths)
        for group in self.optimiser.param_groups:
            group["lr"] = rate
        with _narrow(pictures.device.type):
            views = self.run(pictures.contiguous(memory_format=torch.channels_last))
        cost = lessons.losses(eye.Views(*views), truths)
        whole = torch.stack(list(cost)) @ self.worth
        self.optimiser.zero_grad(set_to_none=True)
        whole.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.net.parameters(), 5.0)
        self.optimiser.step()
        self.steps += 1
        self._average()
        return cost

    @torch.no_grad()
    def _average(self) -> None:
        share = 1 - min(AVERAGE, (1 + self.steps) / (10 + self.steps))
        for kept, now in (
            (self.kept.parameters(), self.net.parameters()),
            (self.kept.buffers(), self.net.buffers()),
        ):
            pairs = [(k, n) for k, n in zip(kept, now, strict=True) if k.is_floating_point()]
            torch._foreach_lerp_([k for k, _ in pairs], [n.detach() for _, n in pairs], share)


def batch(studio: Studio, softener: Softener | None, number: int) -> tuple[Tensor, Tensor]:
    """Pictures to learn from: drawn ones, and, once there are some, as many from the VAE."""
    if softener is None or softener.pool.ready < LIVELY:
        return studio.pool.some(number)
    drawn, soft = studio.pool.some(number - number // 2), softener.pool.some(number // 2)
    pictures, truths = (torch.cat(part) for part in zip(drawn, soft, strict=True))
    mixed = torch.randperm(number, device=truths.device)  # roughen takes some by position
    return pictures[mixed], truths[mixed]


def lesson_time(started: float, seconds: float, fewest: int, studio: Studio) -> Iterator[float]:
    """Shares of the time for learning, from when there are pictures until the time is over."""
    while studio.pool.ready < fewest and not studio.failure:
        time.sleep(0.02)
    begun = time.monotonic()
    while not studio.failure:
        progress = (time.monotonic() - begun) / max(1e-3, started + seconds - begun)
        if progress >= 1:
            return
        yield progress


def train(
    pupil: Pupil, studio: Studio, softener: Softener | None, times: Iterator[float], number: int
) -> None:
    """Learn until the time is over, and say on stderr how it goes."""
    begun = said = time.monotonic()
    for progress in times:
        if softener is not None and softener.seconds < VAE_TIME * (time.monotonic() - begun):
            softener.soften(studio)
        cost = pupil.learn(*batch(studio, softener, number), rate(progress))
        if time.monotonic() - said > 5 or pupil.steps == 1:
            said = time.monotonic()
            parts = " ".join(f"{k} {v:.4f}" for k, v in cost._asdict().items())
            soft = softener.pool.ready if softener is not None else 0
            pool = f"{studio.pool.ready} drawn, {soft} through the VAE"
            _say(f"{progress:4.0%} step {pupil.steps}: {parts}; {pool}")


def _say(what: str) -> None:
    print(what, file=sys.stderr, flush=True)


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--seconds", type=float, default=130, help="for all, start and exam included"
    )
    parser.add_argument("--workers", type=int, default=max(1, (os.cpu_count() or 2) - 2))
    parser.add_argument("--out", type=Path, default=Path(__file__).parent)
    parser.add_argument("--vae", type=Path, help="a folder with a diffusers AutoencoderKL")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--batch", type=int, default=BATCH)
    parser.add_argument("--pool", type=int, default=POOL)
    parser.add_argument("--fewest", type=int, default=FEWEST)
    parser.add_argument("--checked", type=int, default=CHECKED)
    parser.add_argument("--compile", action="store_true")
    return parser.parse_args()


def school(asked: argparse.Namespace) -> dict[str, Any]:
    """Draw, learn, examine, save: the whole story; returns the last line of stdout."""
    started = time.monotonic()
    with Painters(asked.workers) as painters:  # before anything touches CUDA
        torch.manual_seed(0)
        torch.backends.cudnn.benchmark = True
        torch.set_float32_matmul_precision("high")
        studio = Studio(Pool.empty(asked.pool, asked.device), wants_large=asked.vae is not None)
        receiver = Thread(target=studio.receive, args=(painters, asked.checked), daemon=True)
        receiver.start()
        try:
            softener = None if asked.vae is None else Softener(asked.vae, asked.device)
            pupil = Pupil(asked.device, asked.compile)
            lesson = lesson_time(started, LEARNING * asked.seconds, asked.fewest, studio)
            train(pupil, studio, softener, lesson, asked.batch)
        finally:
            studio.closed.set()
            receiver.join()
    if studio.failure:
        raise studio.failure[0]
    asked.out.mkdir(parents=True, exist_ok=True)
    file = asked.out / "eye.safetensors"
    eye.save(pupil.kept, file, {})  # whatever becomes of its exam
    drawn = ((scene(i, CHECKED_SERIES), picture) for i, picture in sorted(studio.checked.items()))
    told = {
        "accuracy": judge.accuracy(pupil.kept, drawn),
        "scenes": len(studio.checked),
        "steps": pupil.steps,
        "batch": asked.batch,
        "drawn": studio.pool.ready,
        "through_vae": softener.pool.ready if softener is not None else 0,
        "seconds": round(time.monotonic() - started, 1),
    }
    eye.save(pupil.kept, file, told)
    return told


if __name__ == "__main__":
    print(json.dumps(school(arguments())))
