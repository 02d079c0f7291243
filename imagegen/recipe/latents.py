"""Draw the training scenes once more and keep only their latents and their words.

    python -m imagegen.recipe.latents --vae runs/vae/vae --out runs/latents --compile

A picture becomes 32 kB of latents and a dozen captions become 1.2 kB of tokens, so that half a
million scenes fit on the GPU and the UNet never waits for a picture. Shards appear whole; the
UNet's training picks up new ones while it runs.
"""

import argparse
import functools
import multiprocessing
import time
from collections.abc import Sequence
from multiprocessing.pool import AsyncResult
from pathlib import Path
from random import Random

import numpy as np
import numpy.typing as npt
import torch
from diffusers import AutoencoderKL
from safetensors.torch import save_file
from transformers import PreTrainedTokenizerFast

from imagegen.drawing.caption import caption, said
from imagegen.recipe import parts, pictures
from imagegen.recipe.vae import sizes, to_signed

SECONDS = 340  # of drawing, while the UNet already learns from the first shards
SHARD = 4096
WORDINGS = 12  # captions kept per scene, each leaving out other things and worded anew


def main(words: Sequence[str] | None = None) -> None:
    args = _arguments(words)
    args.out.mkdir(parents=True, exist_ok=True)
    shards = len(list(args.out.glob("*.safetensors")))
    if shards >= args.shards:
        return
    studio = pictures.Studio(
        pictures.TRAINING, args.workers, sizes(args).picture, first=shards * SHARD * 2
    )
    writers = multiprocessing.get_context("fork").Pool(args.writers)  # before CUDA starts
    device = "cuda" if torch.cuda.is_available() else "cpu"
    model = AutoencoderKL.from_pretrained(args.vae).to(device, memory_format=torch.channels_last)
    model.eval()
    if args.compile:
        model.encoder.compile()
    start = time.monotonic()
    means: list[torch.Tensor] = []
    worded: list[AsyncResult[npt.NDArray[np.int16]]] = []
    with studio, writers:
        for block, drawn in studio:
            worded.append(writers.apply_async(tokens, (block,)))
            means.append(encode(model, drawn))
            if len(means) * pictures.BLOCK >= args.shard:
                tensors = {
                    "latents": torch.cat(means).contiguous(),
                    "tokens": torch.from_numpy(np.concatenate([one.get() for one in worded])),
                }
                _write(tensors, args.out / f"{shards:04d}.safetensors")
                shards, means, worded = shards + 1, [], []
                print(f"latents {time.monotonic() - start:.0f}s shards {shards}", flush=True)
                if time.monotonic() - start > args.seconds or shards >= args.shards:
                    return


@torch.no_grad()
def encode(model: AutoencoderKL, drawn: npt.NDArray[np.uint8]) -> torch.Tensor:
    """The means mu of a block of pictures: (n, 16, 32, 32) float16 on the CPU."""
    batch = to_signed(torch.from_numpy(drawn).to(model.device))
    with torch.autocast(model.device.type, torch.bfloat16, model.device.type == "cuda"):
        mean: torch.Tensor = model.encode(batch).latent_dist.mean
    return mean.half().contiguous().cpu()


def tokens(numbers: list[int]) -> npt.NDArray[np.int16]:
    """The captions of scenes as tokens: (n, WORDINGS, 48)."""
    texts, words = [], _tokenizer()
    for number in numbers:
        one, rng = pictures.TRAINING.numbered(number), Random(number)
        texts += [caption(said(one, rng), rng) for _ in range(WORDINGS)]
    ids = words(texts, padding="max_length", truncation=True, return_tensors="np")["input_ids"]
    short: npt.NDArray[np.int16] = ids.astype(np.int16)
    return short.reshape(len(numbers), WORDINGS, parts.WORDS)


@functools.cache
def _tokenizer() -> PreTrainedTokenizerFast:
    return parts.tokenizer()


def _write(tensors: dict[str, torch.Tensor], path: Path) -> None:
    part = path.with_suffix(".part")
    save_file(tensors, part)
    part.replace(path)


def _arguments(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--vae", type=Path, default=Path("runs/vae/vae"))
    parser.add_argument("--out", type=Path, default=Path("runs/latents"))
    parser.add_argument("--seconds", type=float, default=SECONDS, help="drawing time")
    parser.add_argument("--shards", type=int, default=110, help="stop after so many")
    parser.add_argument("--shard", type=int, default=SHARD, help="scenes a shard")
    parser.add_argument("--workers", type=int, default=11)
    parser.add_argument("--writers", type=int, default=3, help="processes that word captions")
    parser.add_argument("--toy", action="store_true", help="a tiny model, to see it all run")
    parser.add_argument("--compile", action="store_true", help="torch.compile the encoder")
    return parser.parse_args(words)


if __name__ == "__main__":
    main()
