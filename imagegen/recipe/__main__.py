"""Make storybook from nothing: `make model`, or `python -m imagegen.recipe`.

Four stages, each a script of its own that can be read, run and stopped by itself; a stage that is
done is passed over, one that was stopped goes on from its last save. On one H200 the default times
make the model in about 35 minutes.

    vae      pictures to latents and back               runs/vae/vae
    latents  every training scene as latents and words  runs/latents
    unet     words and noise to latents                 runs/unet
    export   an ordinary diffusers folder               imagegen/models/storybook

`python -m imagegen.recipe.preview` then draws a sheet of prompts to look at.

The combinations that are held out of training are those for which `drawing.scene.held_out` is true;
HELD_OUT.md lists what that means. How well the result draws them is judged by `make scores`.
"""

import argparse
import subprocess
import sys
from pathlib import Path

TOY = {  # a minute on a CPU, which learns nothing and shows that everything runs
    "vae": "--toy --batch 4 --pool 128 --exam 8",
    "latents": "--toy --shard 32 --shards 2",
    "unet": "--toy --batch 8 --at-least 32 --max-scenes 64",
}


def main() -> None:
    args = _arguments()
    runs: Path = args.runs
    fast = ["--compile"] if args.compile else []
    more = {stage: [*fast, *(TOY[stage].split() if args.toy else ())] for stage in TOY}
    workers = ("--workers", args.workers)
    vae, latents, unet = runs / "vae", runs / "latents", runs / "unet"
    if not (vae / "done.json").exists():
        _run("vae", "--out", vae, "--seconds", args.vae_seconds, *workers, *more["vae"])
    if not (unet / "done.json").exists():
        source = ("--vae", vae / "vae", "--out", latents)
        drawing = _start("latents", *source, *workers, *more["latents"])
        try:  # the UNet starts on the first latents while the rest are made
            seconds = ("--seconds", args.unet_seconds)
            _run("unet", "--latents", latents, "--out", unet, *seconds, *more["unet"])
        finally:
            drawing.terminate()
    _run("export", "--vae", vae / "vae", "--unet", unet, "--out", args.out)


def _start(stage: str, *options: object) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", f"imagegen.recipe.{stage}", *map(str, options)]
    return subprocess.Popen(command)


def _run(stage: str, *options: object) -> None:
    process = _start(stage, *options)
    if process.wait():
        sys.exit(
            f"{stage} stopped with {process.returncode}; run again to go on from its last save"
        )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m imagegen.recipe")
    parser.add_argument("--runs", type=Path, default=Path("runs"), help="where stages keep theirs")
    parser.add_argument("--out", type=Path, default=Path("imagegen/models/storybook"))
    parser.add_argument("--vae-seconds", type=float, default=450)
    parser.add_argument("--unet-seconds", type=float, default=1500)
    parser.add_argument("--workers", type=int, default=14, help="processes that draw")
    parser.add_argument("--toy", action="store_true", help="a tiny model, to see it all run")
    parser.add_argument("--compile", action=argparse.BooleanOptionalAction, default=True)
    return parser.parse_args()


if __name__ == "__main__":
    main()
