"""Train the text encoder and the UNet together: words in, velocity of the noise out.

    python -m imagegen.recipe.unet --latents runs/latents --out runs/unet --compile

Forward process: a latent x is mixed with noise e by a time t, z = a x + s e, with a^2 + s^2 = 1.
The UNet sees z, t and the words and says v = a e - s x (Salimans and Ho 2022, "Progressive
Distillation"), from which x and e both follow; the reverse process walks back from pure noise.
"""

import argparse
import copy
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import torch
from accelerate import Accelerator
from diffusers import UNet2DConditionModel
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional
from transformers import AutoTokenizer, CLIPTextModel

from imagegen.recipe import parts
from imagegen.recipe.muon import optimizers
from imagegen.recipe.progress import Clock, Teller, average, finish, resume, save, set_rate
from imagegen.recipe.vae import sizes

SECONDS = 590  # of training; the loss is still falling then
BATCH = 384
RATE = 1.5e-3
WEIGHT_DECAY = 0.01
EMA = 0.9993
GAMMA = 5.0  # min-SNR (Hang et al. 2023): steps with little noise are easy, do not let them rule
SILENT = 0.1  # share of empty captions: what guidance pushes away from
UNKNOWN = 0.02  # share of words made [UNK], so that a word never learnt does no harm
LOOK_EVERY = 10.0  # seconds between looks for new shards
PATIENCE = 600.0  # seconds to wait for the first ones


class Learner(nn.Module):
    """Text encoder and UNet as one module, as they are trained."""

    def __init__(self, of: parts.Sizes) -> None:
        super().__init__()
        self.text_encoder: CLIPTextModel = parts.text_encoder(of, len(parts.tokenizer()))
        self.unet: UNet2DConditionModel = parts.unet(of)

    def forward(self, noisy: Tensor, times: Tensor, tokens: Tensor) -> Tensor:
        """The velocity: (n, 16, 32, 32)."""
        words = self.text_encoder(input_ids=tokens).last_hidden_state
        noisy = noisy.contiguous(memory_format=torch.channels_last)  # as the weights lie
        velocity: Tensor = self.unet(noisy, times, words, return_dict=False)[0]
        return velocity


def main(words: Sequence[str] | None = None) -> None:
    args = _arguments(words)
    args.out.mkdir(parents=True, exist_ok=True)
    torch.set_float32_matmul_precision("high")
    accelerator = Accelerator(mixed_precision="bf16" if torch.cuda.is_available() else "no")
    model = _model(args)
    slow = copy.deepcopy(model)
    model, slow = model.to(accelerator.device), slow.to(accelerator.device)
    made = (*optimizers(model.text_encoder, RATE, 0.0), *optimizers(model.unet, RATE, WEIGHT_DECAY))
    steps = [accelerator.prepare(optimizer) for optimizer in made]
    learnt = {"model": model, "slow": slow}
    spent, step = resume(args.out, learnt, made)
    data = Latents(args.latents, accelerator.device, args.max_scenes, sizes(args))
    if args.compile:
        model.unet.compile()
        _warm_up(model, accelerator, args.batch, sizes(args))
    data.wait_for(args.at_least)
    signal = alphas().to(accelerator.device)
    clock, teller = Clock(args.seconds, spent), Teller(args.out, accelerator.device)
    while clock.share < 1:
        data.look()
        set_rate(made, clock.rate())
        latents, tokens = data.batch(args.batch)
        with accelerator.autocast():
            loss = loss_of(model, latents, spoil(tokens), signal)
        accelerator.backward(loss)
        accelerator.clip_grad_norm_(model.parameters(), 1.0)
        for optimizer in steps:
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
        average(slow, model, min(EMA, step / (step + 10)))
        step += 1
        teller.add(loss)
        if teller.due(clock):
            teller.tell(clock, step, f"scenes {len(data)} seen {step * args.batch}")
            save(args.out, learnt, made, clock, step)
    save(args.out, learnt, made, clock, step)
    slow.text_encoder.save_pretrained(args.out / "text_encoder")
    slow.unet.save_pretrained(args.out / "unet")
    finish(args.out, {"steps": step, "samples": step * args.batch, "seconds": round(clock.spent)})


def alphas() -> Tensor:
    """a of each of the 1000 times: the share of the latent that is left in the mixture."""
    signal: Tensor = parts.scheduler().alphas_cumprod.sqrt()
    return signal


def loss_of(model: nn.Module, latents: Tensor, tokens: Tensor, signal: Tensor) -> Tensor:
    """Mean squared error of the velocity, weighted by min(SNR, gamma) / (SNR + 1)."""
    count = len(latents)
    even = (
        torch.arange(count, device=latents.device) + torch.rand((), device=latents.device)
    ) / count
    times = (even * len(signal)).long().clamp(max=len(signal) - 1)  # all times in every batch
    a = signal[times][:, None, None, None]
    s = (1 - a.square()).sqrt()
    noise = torch.randn_like(latents)
    seen = model(a * latents + s * noise, times, tokens)
    error = functional.mse_loss(seen.float(), a * noise - s * latents, reduction="none")
    snr = (a / s).square().flatten()
    weight = snr.clamp(max=GAMMA) / (snr + 1)
    return (error.mean(dim=(1, 2, 3)) * weight).mean()


def spoil(tokens: Tensor) -> Tensor:
    """Make some captions empty and some words unknown: (n, 48) to (n, 48)."""
    unknown = (torch.rand(tokens.shape, device=tokens.device) < UNKNOWN) & (tokens > parts.EOS)
    tokens = torch.where(unknown, parts.UNK, tokens)
    empty = torch.full_like(tokens, parts.PAD)
    empty[:, 0], empty[:, 1] = parts.BOS, parts.EOS
    silent = torch.rand(len(tokens), 1, device=tokens.device) < SILENT
    return torch.where(silent, empty, tokens)


class Latents:
    """All latents and tokens made so far, on the device; new shards are taken in as they appear."""

    def __init__(self, folder: Path, device: torch.device, most: int, of: parts.Sizes) -> None:
        self._folder, self._device = folder, device
        self._latents = torch.empty(
            (most, of.channels, of.latent, of.latent), dtype=torch.float16, device=device
        )
        self._tokens: Tensor | None = None
        self._count, self._seen, self._looked = 0, 0, -1e9

    def __len__(self) -> int:
        return self._count

    def look(self) -> None:
        """Take in at most one new shard, now and then."""
        if time.monotonic() - self._looked < LOOK_EVERY:
            return
        names = sorted(self._folder.glob("*.safetensors"))
        if self._seen >= len(names):
            self._looked = time.monotonic() if self._count else self._looked
            return
        shard = load_file(names[self._seen])
        self._seen += 1
        room = len(self._latents) - self._count
        latents, tokens = shard["latents"][:room], shard["tokens"][:room]
        if self._tokens is None:
            shape = (len(self._latents), *tokens.shape[1:])
            self._tokens = torch.empty(shape, dtype=torch.int16, device=self._device)
        self._latents[self._count : self._count + len(latents)].copy_(latents)
        self._tokens[self._count : self._count + len(tokens)].copy_(tokens)
        self._count += len(latents)

    def wait_for(self, scenes: int) -> None:
        """Return when so many scenes are there; RuntimeError if none come for PATIENCE seconds."""
        counted, since = 0, time.monotonic()
        while self._count < scenes:
            self.look()
            if self._count > counted:
                counted, since = self._count, time.monotonic()
            if time.monotonic() - since > PATIENCE:
                raise RuntimeError(f"no new latents in {self._folder} for {PATIENCE:.0f} s")
            time.sleep(0.1)

    def batch(self, count: int) -> tuple[Tensor, Tensor]:
        """Random scenes: latents (count, 16, 32, 32) in float32 and one wording of each."""
        assert self._tokens is not None
        which = torch.randint(self._count, (count,), device=self._device)
        wording = torch.randint(self._tokens.shape[1], (count,), device=self._device)
        return self._latents[which].float(), self._tokens[which, wording].long()


def _warm_up(model: Learner, accelerator: Accelerator, batch: int, of: parts.Sizes) -> None:
    """Compile the forward and backward pass before the data is there."""
    device = accelerator.device
    noisy = torch.randn(batch, of.channels, of.latent, of.latent, device=device)
    times = torch.zeros(batch, dtype=torch.long, device=device)
    tokens = torch.zeros(batch, parts.WORDS, dtype=torch.long, device=device)
    with accelerator.autocast():
        accelerator.backward(model(noisy, times, tokens).float().mean())
    model.zero_grad(set_to_none=True)


def _model(args: argparse.Namespace) -> Learner:
    model = Learner(sizes(args))
    if args.start:
        words = CLIPTextModel.from_pretrained(args.start, subfolder="text_encoder")
        unet = UNet2DConditionModel.from_pretrained(args.start, subfolder="unet")
        learnt = AutoTokenizer.from_pretrained(args.start, subfolder="tokenizer").get_vocab()
        model.text_encoder.load_state_dict(
            grown(words.float().state_dict(), model.text_encoder.state_dict(), learnt)
        )
        model.unet.load_state_dict(unet.float().state_dict())
        print(f"unet: starting from {args.start}", flush=True)
    model.unet.to(memory_format=torch.channels_last)
    return model


def grown(
    learnt: Mapping[str, Tensor], fresh: Mapping[str, Tensor], words: Mapping[str, int]
) -> dict[str, Tensor]:
    """The weights of a text encoder that knew other words: each keeps what it meant.

    `words` are the tokens of the one that learnt. Words and positions that it did not know, and
    with them its lists of positions, stay as they are in the fresh one.
    """
    known = {
        new: words[word] for word, new in parts.tokenizer().get_vocab().items() if word in words
    }
    weights = {}
    for name, tensor in fresh.items():
        before = learnt[name]
        if before.shape == tensor.shape and "token_embedding" not in name:
            weights[name] = before
            continue
        weights[name] = tensor.clone()
        if "token_embedding" in name:
            weights[name][list(known.keys())] = before[list(known.values())].to(tensor)
        elif "position_embedding" in name:
            weights[name][: len(before)] = before
    return weights


def _arguments(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=SECONDS, help="training time")
    parser.add_argument("--start", type=Path, help="a pipeline folder whose weights to start from")
    parser.add_argument("--latents", type=Path, default=Path("runs/latents"))
    parser.add_argument("--out", type=Path, default=Path("runs/unet"))
    parser.add_argument("--batch", type=int, default=BATCH)
    parser.add_argument("--at-least", type=int, default=20_000, help="scenes to start with")
    parser.add_argument("--max-scenes", type=int, default=500_000)
    parser.add_argument("--toy", action="store_true", help="a tiny model, to see it all run")
    parser.add_argument("--compile", action="store_true", help="torch.compile the model")
    return parser.parse_args(words)


if __name__ == "__main__":
    main()
