"""How fast `imagegen batch` draws, beside a bare loop over the same diffusers pipeline.

    python benchmarks/batch_throughput.py [--rows 64] [--steps 20] [--batch-size 1] [--rounds 4]

Three ways draw the same prompts and seeds in one process, in turns: our engine with its PNGs and
records; the pipeline called in a loop, pictures thrown away; the same loop with `save`. The last
line of stdout is one JSON document; ratios above 1 say that the engine is the faster one.
"""

import argparse
import json
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import torch

import imagegen
from imagegen import machine, pipeline, run
from imagegen.events import Event, Made, Ready
from imagegen.plan import Plan
from imagegen.request import MachineRequest, Request

PROMPTS = (
    "astronaut riding bicycle",
    "two blue apples",
    "a cat next to a red car",
    "an orange fish",
)


def engine(plans: list[Plan], here: machine.Machine) -> float:
    """Seconds of drawing and writing, from the loaded model to the last file."""
    ready = 0.0

    def on_event(event: Event) -> None:
        nonlocal ready
        if isinstance(event, Ready):
            ready = time.perf_counter()

    outcomes = list(run.run(plans, here, on_event))
    assert all(isinstance(one, Made) for one in outcomes)
    return time.perf_counter() - ready


def loop(loaded: pipeline.Loaded, plans: list[Plan], size: int, folder: Path | None) -> float:
    """Seconds of the loop that diffusers' documentation shows, with the same scheduler."""
    pipeline.set_scheduler(loaded, plans[0].scheduler)
    started = time.perf_counter()
    for start in range(0, len(plans), size):
        batch = plans[start : start + size]
        pictures = loaded.pipe(
            prompt=[plan.prompt for plan in batch],
            num_inference_steps=batch[0].steps,
            guidance_scale=batch[0].guidance,
            width=batch[0].width,
            height=batch[0].height,
            generator=[torch.Generator("cpu").manual_seed(plan.seed) for plan in batch],
        ).images
        if folder is not None:
            for plan, picture in zip(batch, pictures, strict=True):
                picture.save(folder / f"{plan.index}-{time.perf_counter_ns()}.png")
    return time.perf_counter() - started


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=64)
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--batch-size", type=int, default=1)
    parser.add_argument("--model", default="storybook")
    args = parser.parse_args()
    here = machine.choose(MachineRequest(batch_size=args.batch_size))
    prompts = tuple(PROMPTS[row % len(PROMPTS)] for row in range(args.rows // args.rounds))
    with TemporaryDirectory() as folder:
        request = Request(
            prompts=prompts, seeds=(1,), steps=args.steps, out=folder, model=args.model
        )
        plans = imagegen.make_plans(request)
        loaded = pipeline.load(plans[0].source, plans[0].revision, plans[0].model, here)
        ways: dict[str, Callable[[], float]] = {
            "engine": lambda: engine(plans, here),
            "loop": lambda: loop(loaded, plans, args.batch_size, None),
            "loop_with_png": lambda: loop(loaded, plans, args.batch_size, Path(folder)),
        }
        for way in ways.values():
            way()  # warm
        seconds: dict[str, list[float]] = {name: [] for name in ways}
        for turn in range(args.rounds):
            order = list(ways)[turn % 3 :] + list(ways)[: turn % 3]
            for name in order:
                seconds[name].append(ways[name]())
                print(f"{name}: {seconds[name][-1]:.2f} s for {len(plans)} pictures", flush=True)
    medians = {name: statistics.median(values) for name, values in seconds.items()}
    result = {
        "rows": len(plans) * args.rounds,
        "device": here.name,
        "precision": here.precision,
        "seconds_a_picture": {name: round(s / len(plans), 4) for name, s in medians.items()},
        "against_loop": round(medians["loop"] / medians["engine"], 3),
        "against_loop_with_png": round(medians["loop_with_png"] / medians["engine"], 3),
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()
