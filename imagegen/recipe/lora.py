"""Teach storybook a drawing style in minutes: a LoRA, of pictures that the style's code draws.

    python -m imagegen.recipe.lora --out runs/lora

Small matrices beside the UNet's own, W + B A (Hu et al. 2021, "LoRA"), learn what makes a picture a
blueprint; the words stay what they are, so no prompt needs to name the style. Convolutions learn
too: half of the UNet has nothing else. One CPU is enough.
"""

import argparse
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import torch
from diffusers import StableDiffusionPipeline
from peft import LoraConfig
from peft.utils import get_peft_model_state_dict
from safetensors.torch import save_file
from torch import Tensor, nn

from imagegen.drawing import layout, raster
from imagegen.drawing.caption import caption, said
from imagegen.recipe import parts, pictures
from imagegen.recipe.style_blueprint import BLUEPRINT
from imagegen.recipe.unet import alphas, loss_of, spoil
from imagegen.recipe.vae import to_signed

STEPS = 220  # six minutes on two cores of a CPU, some seconds on a GPU
SCENES = 192
BATCH = 8
RATE = 3e-3
RANK = 4
WARM_UP, SPEAK_EVERY = 10, 20  # steps
# Attention and its feed-forward, and the convolutions of each residual block.
LEARNING = ("to_q", "to_k", "to_v", "to_out.0", "ff.net.0.proj", "ff.net.2", "conv1", "conv2")
NAME = "blueprint"
SERIES = pictures.Series(seed=7)


class Reader(nn.Module):
    """Text encoder and UNet as one module; only the UNet's adapters learn."""

    def __init__(self, pipe: Any) -> None:
        super().__init__()
        self.text_encoder, self.unet = pipe.text_encoder, pipe.unet

    def forward(self, noisy: Tensor, times: Tensor, tokens: Tensor) -> Tensor:
        """The velocity: (n, 16, 32, 32)."""
        with torch.no_grad():
            words = self.text_encoder(input_ids=tokens).last_hidden_state
        velocity: Tensor = self.unet(noisy, times, words, return_dict=False)[0]
        return velocity


def main(words: Sequence[str] | None = None) -> None:
    args = _arguments(words)
    torch.manual_seed(0)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    pipe = StableDiffusionPipeline.from_pretrained(args.model, dtype=torch.float32).to(device)
    for part in (pipe.unet, pipe.vae, pipe.text_encoder):
        part.requires_grad_(False)
    latents, tokens = scenes(pipe, args.scenes)
    pipe.unet.add_adapter(LoraConfig(r=RANK, lora_alpha=RANK, target_modules=list(LEARNING)))
    learn(Reader(pipe), latents, tokens, args)
    args.out.mkdir(parents=True, exist_ok=True)
    learnt = get_peft_model_state_dict(pipe.unet)
    tensors = {f"unet.{name}": one.half().cpu().contiguous() for name, one in learnt.items()}
    save_file(tensors, args.out / f"{NAME}.safetensors", {"format": "pt"})
    save_file(kohya(tensors), args.out / f"{NAME}-kohya.safetensors", {"format": "pt"})
    size = (args.out / f"{NAME}.safetensors").stat().st_size
    print(f"{args.out / NAME}.safetensors: {size / 1e6:.2f} MB", flush=True)


def scenes(pipe: Any, count: int) -> tuple[Tensor, Tensor]:
    """Scenes in the new style: latents (count, 16, 32, 32), and captions (count, 48) without it."""
    numbered, latents, texts = SERIES.scenes(0, 1), [], []
    size = pipe.unet.config.sample_size * parts.FACTOR
    for _ in range(count):
        number, one = next(numbered)
        one = replace(one, style="glow")  # its drawings keep every line
        sketch, _ = layout.compose(one, BLUEPRINT)
        drawn = torch.from_numpy(np.stack([raster.pixels(sketch.document(size), size)]))
        with torch.no_grad():
            mean = pipe.vae.encode(to_signed(drawn.to(pipe.device))).latent_dist.mean
        latents.append(mean * pipe.vae.config.scaling_factor)
        rng = Random(number)
        texts.append(caption(replace(said(one, rng), style=None), rng))
    ids = pipe.tokenizer(texts, padding="max_length", truncation=True, return_tensors="pt")
    return torch.cat(latents), ids.input_ids.to(pipe.device)


def learn(model: Reader, latents: Tensor, tokens: Tensor, args: argparse.Namespace) -> None:
    """Train the adapters, the rate falling to nothing."""
    learning = [one for one in model.parameters() if one.requires_grad]
    optimizer = torch.optim.AdamW(learning, RATE, weight_decay=0.0)
    signal = alphas().to(latents.device)
    start, total = time.monotonic(), 0.0
    for step in range(1, args.steps + 1):
        for group in optimizer.param_groups:
            group["lr"] = RATE * min(step / WARM_UP, 1 - (step - 1) / args.steps)
        which = torch.randint(len(latents), (args.batch,))
        loss = loss_of(model, latents[which], spoil(tokens[which]), signal)
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        total += loss.item()
        if step % SPEAK_EVERY == 0:
            spent, mean = time.monotonic() - start, total / SPEAK_EVERY
            print(f"lora {spent:.0f}s step {step} of {args.steps} loss {mean:.4f}", flush=True)
            total = 0.0


def kohya(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    """The same adapter as kohya's scripts would have written it."""
    found: dict[str, Tensor] = {}
    for name, one in tensors.items():
        module, _, kind = name.removeprefix("unet.").removesuffix(".weight").rpartition(".")
        flat = f"lora_unet_{module.replace('.', '_')}"
        found[f"{flat}.{'lora_down' if kind == 'lora_A' else 'lora_up'}.weight"] = one
        found[f"{flat}.alpha"] = torch.tensor(float(RANK), dtype=torch.float16)
    return found


def _arguments(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, default=Path("imagegen/models/storybook"))
    parser.add_argument("--out", type=Path, default=Path("runs/lora"))
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--scenes", type=int, default=SCENES)
    parser.add_argument("--batch", type=int, default=BATCH)
    return parser.parse_args(words)


if __name__ == "__main__":
    main()
