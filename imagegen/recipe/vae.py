"""Train the autoencoder: pictures to latents, mu and sigma, and back.

    python -m imagegen.recipe.vae --workers 14 --compile --out runs/vae

Kingma and Welling 2013, "Auto-Encoding Variational Bayes": the encoder gives a normal distribution
per latent, a sample of it is decoded, and a little KL divergence keeps the latents near unit-normal
and makes the decoder forgiving. Rombach et al. 2022, "High-Resolution Image Synthesis with Latent
Diffusion Models": that little is very little, and the rest is all about the picture.
"""

import argparse
import copy
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from accelerate import Accelerator
from diffusers import AutoencoderKL
from torch import Tensor

from imagegen.recipe import parts, pictures
from imagegen.recipe.muon import optimizers
from imagegen.recipe.progress import Clock, Teller, average, finish, resume, save, set_rate

BATCH = 32  # whole pictures, not crops: group norm must see the statistics it will see in use
RATE = 1.5e-3
SECONDS = 450  # of training, torch.compile included; 34 dB were reached after 260
POOL = 60_000  # pictures kept on the device as bytes (47 GB); newer ones replace the oldest
ROOM = 0.4  # of the device's free memory that the pool may take
KL = 2e-5  # weight of the KL term per latent number, against an error of 0.01 per pixel
SQUARE = 3.0  # of the squared error beside the absolute one: PSNR is what imperfect edges cost
PSNR = 0.01  # of the logarithm of the squared error, when the decoder is polished
EMA = 0.998
MOMENTS_FROM = 1024  # pictures that the mean and spread of the latents are taken from


def main(words: Sequence[str] | None = None) -> None:
    args = _arguments(words)
    accelerator = Accelerator(mixed_precision="bf16" if torch.cuda.is_available() else "no")
    studio = pictures.Studio(pictures.TRAINING, args.workers, sizes(args).picture)
    exam = pictures.stack(pictures.VALIDATION, args.exam, sizes(args).picture)
    args.out.mkdir(parents=True, exist_ok=True)
    model = _model(args).to(memory_format=torch.channels_last)
    slow = copy.deepcopy(model)
    model, slow = model.to(accelerator.device), slow.to(accelerator.device)
    if args.polish:
        model.encoder.requires_grad_(False)
        model.quant_conv.requires_grad_(False)
    made = optimizers(model, RATE, weight_decay=0.0)
    steps = [accelerator.prepare(optimizer) for optimizer in made]
    learnt = {"model": model, "slow": slow}
    spent, step = resume(args.out, learnt, made)
    if args.compile:
        model.encoder.compile()
        model.decoder.compile()
    room = pool_size(args)
    pool = Pool(room, sizes(args).picture, accelerator.device)
    clock, teller = Clock(args.seconds, spent), Teller(args.out, accelerator.device)
    with studio:
        blocks = iter(studio)
        while len(pool) < min(MOMENTS_FROM, room):
            pool.add(next(blocks)[1])
        while clock.share < 1:
            if studio.waiting():  # one block a step: copying must not starve the training
                pool.add(next(blocks)[1])
            set_rate(made, clock.rate())
            with accelerator.autocast():
                loss = (polish_loss if args.polish else loss_of)(model, pool.batch(args.batch))
            accelerator.backward(loss)
            accelerator.clip_grad_norm_(model.parameters(), 1.0)
            for optimizer in steps:
                optimizer.step()
                optimizer.zero_grad(set_to_none=True)
            average(slow, model, min(EMA, step / (step + 10)))
            step += 1
            teller.add(loss)
            if teller.due(clock):
                teller.tell(clock, step, f"pool {len(pool)} psnr {psnr(slow, exam[:64]):.2f} dB")
                save(args.out, learnt, made, clock, step)
    if not args.polish:  # else the latents keep the spread that they have
        normalise(slow, pool.batch(min(MOMENTS_FROM, len(pool))))
    slow.save_pretrained(args.out / "vae")
    result = {"psnr_db": round(psnr(slow, exam), 3), "steps": step, "seconds": round(clock.spent)}
    finish(args.out, result)


def loss_of(model: AutoencoderKL, batch: Tensor) -> Tensor:
    """The loss on pictures (n, 3, side, side) in -1..1."""
    mean, log_variance = model.quant_conv(model.encoder(batch)).float().chunk(2, dim=1)
    log_variance = log_variance.clamp(-12, 4)
    sample = mean + torch.randn_like(mean) * (0.5 * log_variance).exp()
    seen = model.decoder(model.post_quant_conv(sample.to(batch.dtype))).float()
    kl = 0.5 * (mean.square() + log_variance.exp() - 1 - log_variance).mean()
    error = (seen - batch).abs().mean()
    loss: Tensor = error + SQUARE * (seen - batch).square().mean() + KL * kl
    return loss


def polish_loss(model: AutoencoderKL, batch: Tensor) -> Tensor:
    """The loss of the decoder alone, with each picture's PSNR in it: that counts in logarithms."""
    with torch.no_grad():
        mean, _ = model.quant_conv(model.encoder(batch)).float().chunk(2, dim=1)
    seen = model.decoder(model.post_quant_conv(mean.to(batch.dtype))).float()
    squares = (seen - batch).square().mean(dim=(1, 2, 3))
    error = (seen - batch).abs().mean() + SQUARE * squares.mean()
    loss: Tensor = error + PSNR * (squares + 1e-6).log().mean()
    return loss


class Pool:
    """A ring of pictures on the device, and random batches of it."""

    def __init__(self, size: int, side: int, device: torch.device) -> None:
        self._pictures = torch.empty((size, side, side, 3), dtype=torch.uint8, device=device)
        self._added = 0

    def __len__(self) -> int:
        return min(self._added, len(self._pictures))

    def add(self, block: npt.NDArray[np.uint8]) -> None:
        """Put a block of pictures in, over the oldest if the ring is full."""
        start = self._added % len(self._pictures)
        part = torch.from_numpy(block[: len(self._pictures) - start])
        self._pictures[start : start + len(part)].copy_(part)
        self._added += len(part)

    def batch(self, count: int) -> Tensor:
        """Pictures at random: (count, 3, side, side), -1 to 1, half of them mirrored."""
        which = torch.randint(len(self), (count,), device=self._pictures.device)
        batch = to_signed(self._pictures[which])
        return batch.flip(-1) if torch.rand(()) < 0.5 else batch


def to_signed(pixels: Tensor) -> Tensor:
    """(n, side, side, 3) bytes to (n, 3, side, side) from -1 to 1, in channels-last memory."""
    return pixels.permute(0, 3, 1, 2).float() / 127.5 - 1


@torch.no_grad()
def psnr(model: AutoencoderKL, exam: npt.NDArray[np.uint8]) -> float:
    """Mean over pictures of 10 log10(1 / squared error), pixels 0 to 1, through the mean mu."""
    values = []
    for start in range(0, len(exam), 32):
        batch = to_signed(torch.from_numpy(exam[start : start + 32]).to(model.device))
        with torch.autocast(model.device.type, torch.bfloat16, model.device.type == "cuda"):
            seen = model.decode(model.encode(batch).latent_dist.mean).sample
        pixels = [(x.float().clamp(-1, 1) * 127.5 + 127.5).round() for x in (seen, batch)]
        error = ((pixels[0] - pixels[1]) / 255).square().mean(dim=(1, 2, 3))
        values.append(-10 * error.log10())
    return float(torch.cat(values).mean())


@torch.no_grad()
def normalise(model: AutoencoderKL, batch: Tensor) -> None:
    """Make every latent channel zero-mean and unit-spread, in the weights that make and read it.

    Diffusion starts from unit-normal noise, so that is how strong its signal should be. A VAE's
    1 x 1 convolutions before and after the latents can do it themselves, once and for all.
    """
    means = torch.cat([model.encode(part).latent_dist.mean for part in torch.split(batch, 32)])
    shift, spread = means.mean(dim=(0, 2, 3)), means.std(dim=(0, 2, 3))
    into, out = model.quant_conv, model.post_quant_conv
    half = len(shift)
    into.weight[:half] /= spread[:, None, None, None]
    into.bias[:half] = (into.bias[:half] - shift) / spread
    into.bias[half:] -= 2 * spread.log()
    out.bias += out.weight[:, :, 0, 0] @ shift
    out.weight *= spread[None, :, None, None]


def pool_size(args: argparse.Namespace) -> int:
    """As many pictures as asked for, or as the GPU has room for."""
    wanted: int = args.pool
    if not torch.cuda.is_available():
        return wanted
    free, _ = torch.cuda.mem_get_info()
    return min(wanted, int(free * ROOM) // (3 * sizes(args).picture ** 2))


def _model(args: argparse.Namespace) -> AutoencoderKL:
    if not args.start:
        return parts.vae(sizes(args))
    print(f"vae: starting from {args.start}", flush=True)
    return AutoencoderKL.from_pretrained(args.start, subfolder="vae", dtype=torch.float32)


def sizes(args: argparse.Namespace) -> parts.Sizes:
    """The sizes that the command line asks for."""
    return parts.TOY if args.toy else parts.STORYBOOK


def _arguments(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=SECONDS, help="training time")
    parser.add_argument("--start", type=Path, help="a pipeline folder whose weights to start from")
    parser.add_argument(
        "--polish", action="store_true", help="train the decoder only: latents keep their meaning"
    )
    parser.add_argument("--workers", type=int, default=14, help="processes that draw")
    parser.add_argument("--out", type=Path, default=Path("runs/vae"))
    parser.add_argument("--batch", type=int, default=BATCH)
    parser.add_argument("--pool", type=int, default=POOL)
    parser.add_argument("--toy", action="store_true", help="a tiny model, to see it all run")
    parser.add_argument("--exam", type=int, default=500, help="pictures the PSNR is taken from")
    parser.add_argument("--compile", action="store_true", help="torch.compile the model")
    return parser.parse_args(words)


if __name__ == "__main__":
    main()
