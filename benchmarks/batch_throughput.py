"""How fast `imagegen batch` draws, beside a bare loop over the same diffusers pipeline.

    python benchmarks/batch_throughput.py [--rows 64] [--steps 20] [--batch-size 1] [--rounds 16]

Three ways draw the same prompts and seeds in one process, in turns: our engine with its PNGs and
records; the pipeline called in a loop, pictures thrown away; the same loop with `save`. The last
line of stdout is one JSON document; its ratios are medians over the rounds, and one above 1 says
that the engine is the faster one.
"""

import argparse
import json
import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import torch

import imagegen
from imagegen import machine, pipeline, run
from imagegen.events import Made
from imagegen.plan import Plan, weights_of
from imagegen.request import MachineRequest, Request

PROMPTS = (
    "astronaut riding bicycle",
    "two blue apples",
    "a cat next to a red car",
    "an orange fish",
)


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


def turns(
    plans: list[Plan], here: machine.Machine, rounds: int, folder: Path
) -> dict[str, list[float]]:
    """Seconds of each way in each round, all with models that are loaded and warm."""
    loaded = pipeline.load(weights_of(plans[0]), plans[0].model, here)
    size = here.batch_size or 1
    loops: dict[str, Callable[[], float]] = {
        "loop": lambda: loop(loaded, plans, size, None),
        "loop_with_png": lambda: loop(loaded, plans, size, folder),
    }
    seconds: dict[str, list[float]] = {"engine": [], **{name: [] for name in loops}}

    def engines_turn() -> Iterator[Plan | None]:
        started = time.perf_counter()
        yield from plans
        yield None  # the engine comes back from this when all is on disk
        seconds["engine"].append(time.perf_counter() - started)

    def in_turns() -> Iterator[Plan | None]:
        for turn in range(rounds + 1):
            order = [*loops][:: 1 if turn % 2 else -1]
            for name in order[:1]:
                seconds[name].append(loops[name]())
            yield from engines_turn()
            for name in order[1:]:
                seconds[name].append(loops[name]())
            print(*(f"{name} {times[-1]:.2f} s" for name, times in seconds.items()), flush=True)

    outcomes = list(run.run(in_turns(), here))
    assert all(isinstance(one, Made) for one in outcomes)
    return {name: times[1:] for name, times in seconds.items()}  # the first warmed them up


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=64)
    parser.add_argument("--rounds", type=int, default=16)
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--batch-size", type=int, default=1)
    parser.add_argument("--model", default="storybook")
    args = parser.parse_args()
    here = machine.choose(MachineRequest(batch_size=args.batch_size))
    prompts = tuple(PROMPTS[row % len(PROMPTS)] for row in range(args.rows // args.rounds))
    with TemporaryDirectory() as folder:
        request = Request(
            prompts=prompts,
            seeds=(1,),
            steps=args.steps,
            out=folder,
            model=args.model,
            overwrite=True,
        )
        plans = imagegen.make_plans(request)
        seconds = turns(plans, here, args.rounds, Path(folder))

    def against(name: str) -> float:
        pairs = zip(seconds[name], seconds["engine"], strict=True)
        return round(statistics.median(other / ours for other, ours in pairs), 3)

    medians = {name: statistics.median(times) / len(plans) for name, times in seconds.items()}
    result = {
        "rows": len(plans) * args.rounds,
        "steps": args.steps,
        "batch_size": args.batch_size,
        "device": here.name,
        "precision": here.precision,
        "seconds_a_picture": {name: round(median, 4) for name, median in medians.items()},
        "against_loop": against("loop"),
        "against_loop_with_png": against("loop_with_png"),
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()
