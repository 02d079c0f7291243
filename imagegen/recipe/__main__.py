"""Make storybook from nothing: `make model`, or `python -m imagegen.recipe`.

Four stages, each a script of its own that can be read, run and stopped by itself; a stage that is
done is passed over, one that was stopped goes on from its last save. Times are those of the first
edition, on one H200 with 16 CPU cores; training needs a GPU with bfloat16.

    vae      pictures to latents and back               runs/vae/vae
    latents  every training scene as latents and words  runs/latents
    unet     words and noise to latents                 runs/unet
    export   an ordinary diffusers folder               imagegen/models/storybook

`python -m imagegen.recipe.preview` then draws a sheet of prompts to look at.

The combinations that are held out of training are those for which `drawing.scene.held_out` is true;
HELD_OUT.md lists many of them. How well the result draws them is judged by `make scores`.
"""

import argparse
import subprocess
import sys
import time
from pathlib import Path

import torch

TOY = {  # a minute on a CPU, which learns nothing and shows that everything runs
    "vae": "--toy --batch 4 --pool 128 --exam 8",
    "latents": "--toy --shard 32 --shards 2",
    "unet": "--toy --batch 8 --at-least 32 --max-scenes 64",
}


def main() -> None:
    args = _arguments()
    if not args.toy and not torch.cuda.is_available():
        sys.exit("training storybook needs a GPU; --toy shows on a CPU how it goes")
    runs: Path = args.runs
    fast = ["--compile"] if args.compile else []
    more = {stage: [*fast, *(TOY[stage].split() if args.toy else ())] for stage in TOY}
    workers = ("--workers", args.workers)
    vae, latents, unet = runs / "vae", runs / "latents", runs / "unet"
    if not (vae / "done.json").exists():
        _wait(_start("vae", "--out", vae, *_seconds(args.vae_seconds), *workers, *more["vae"]))
    if not (unet / "done.json").exists():
        source = ("--vae", vae / "vae", "--out", latents)
        drawing = _start("latents", *source, *workers, *more["latents"])
        source = ("--latents", latents, "--out", unet)
        learning = _start("unet", *source, *_seconds(args.unet_seconds), *more["unet"])
        _wait(learning, beside=drawing)  # the UNet starts on the first latents
    _wait(_start("export", "--vae", vae / "vae", "--unet", unet, "--out", args.out))


def _seconds(seconds: float | None) -> tuple[object, ...]:
    return () if seconds is None else ("--seconds", seconds)


def _start(stage: str, *options: object) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", f"imagegen.recipe.{stage}", *map(str, options)]
    return subprocess.Popen(command)


def _wait(stage: subprocess.Popen[bytes], beside: subprocess.Popen[bytes] | None = None) -> None:
    """Wait for a stage; if it or the one beside it fails, end both and this."""
    both = [stage] if beside is None else [stage, beside]
    try:
        while stage.poll() is None and not any(one.poll() for one in both):
            time.sleep(0.2)
    finally:
        for one in both:
            one.terminate()  # nothing happens to one that has ended
        codes = [one.wait() for one in both]
    if codes[0] or any(code > 0 for code in codes):
        sys.exit("a stage failed, see above; run again to go on from its last save")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m imagegen.recipe")
    parser.add_argument("--runs", type=Path, default=Path("runs"), help="where stages keep theirs")
    parser.add_argument("--out", type=Path, default=Path("imagegen/models/storybook"))
    parser.add_argument("--vae-seconds", type=float, help="other than the stage's own time")
    parser.add_argument("--unet-seconds", type=float, help="other than the stage's own time")
    parser.add_argument("--workers", type=int, default=14, help="processes that draw")
    parser.add_argument("--toy", action="store_true", help="a tiny model, to see it all run")
    parser.add_argument("--compile", action=argparse.BooleanOptionalAction, default=True)
    return parser.parse_args()


if __name__ == "__main__":
    main()
