"""Draw a sheet of prompts with the exported model, to be looked at.

python -m imagegen.recipe.preview --model imagegen/models/storybook --out runs/sheet.png
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

import torch
from diffusers import StableDiffusionPipeline
from PIL import Image

PROMPTS = (
    "astronaut riding bicycle",
    "a picture of an astronaut who rides a red bicycle on the moon",
    "a cat holding a purple umbrella in the rain",
    "three yellow stars at night",
    "a knight riding a white horse in front of a castle",
    "a green ball to the left of a blue cube",
    "a robot driving a red car in the city",
    "a frog on a pink table in a room",
    "a penguin riding a skateboard in the snow",
    "a wizard next to a purple tree in the forest",
    "five red apples",
    "a pink kite above a brown drum on the beach",
    "a lion driving a green tractor on a farm at sunset",
    "a queen under an orange tree",
    "an orange fish",
    "a pirate sailing a blue boat",
)
COLUMNS, SIDE = 4, 320


def main(words: Sequence[str] | None = None) -> None:
    args = _arguments(words)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    precision = torch.bfloat16 if device == "cuda" else torch.float32
    pipe = StableDiffusionPipeline.from_pretrained(args.model, dtype=precision).to(device)
    pipe.set_progress_bar_config(disable=True)
    generators = [torch.Generator("cpu").manual_seed(args.seed) for _ in PROMPTS]
    pictures = pipe(
        list(PROMPTS),
        num_inference_steps=args.steps,
        guidance_scale=args.guidance,
        generator=generators,
    ).images
    args.out.parent.mkdir(parents=True, exist_ok=True)
    sheet(pictures).save(args.out)


def sheet(pictures: list[Image.Image]) -> Image.Image:
    """The pictures side by side in rows of COLUMNS."""
    rows = -(-len(pictures) // COLUMNS)
    page = Image.new("RGB", (COLUMNS * SIDE, rows * SIDE))
    for i, picture in enumerate(pictures):
        page.paste(picture.resize((SIDE, SIDE)), (i % COLUMNS * SIDE, i // COLUMNS * SIDE))
    return page


def _arguments(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, default=Path("imagegen/models/storybook"))
    parser.add_argument("--out", type=Path, default=Path("runs/sheet.png"))
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--guidance", type=float, default=4.0)
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args(words)


if __name__ == "__main__":
    main()
