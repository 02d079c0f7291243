"""Put what was learnt together as an ordinary StableDiffusionPipeline folder, in float16.

python -m imagegen.recipe.export --vae runs/vae/vae --unet runs/unet --out imagegen/models/storybook
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

import torch
from diffusers import AutoencoderKL, StableDiffusionPipeline, UNet2DConditionModel
from transformers import CLIPTextModel

from imagegen.recipe import parts

SHARD = "14MB"  # no file over 15 MB: such files travel everywhere


def main(words: Sequence[str] | None = None) -> None:
    args = _arguments(words)
    half = torch.float16
    pipe = StableDiffusionPipeline(
        vae=AutoencoderKL.from_pretrained(args.vae, dtype=half),
        text_encoder=CLIPTextModel.from_pretrained(args.unet / "text_encoder", dtype=half),
        tokenizer=parts.tokenizer(),
        unet=UNet2DConditionModel.from_pretrained(args.unet / "unet", dtype=half),
        scheduler=parts.scheduler(),
        safety_checker=None,  # it knows twenty storybook characters, and all are dressed
        feature_extractor=None,
        requires_safety_checker=False,
    )
    pipe.save_pretrained(args.out, max_shard_size=SHARD)
    sizes = [path.stat().st_size for path in args.out.rglob("*") if path.is_file()]
    print(f"{args.out}: {sum(sizes) / 1e6:.1f} MB, largest file {max(sizes) / 1e6:.1f} MB")


def _arguments(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--vae", type=Path, default=Path("runs/vae/vae"))
    parser.add_argument("--unet", type=Path, default=Path("runs/unet"))
    parser.add_argument("--out", type=Path, default=Path("imagegen/models/storybook"))
    return parser.parse_args(words)


if __name__ == "__main__":
    main()
