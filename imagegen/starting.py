"""What is drawn from pictures and masks: how a class takes them, and what of them is kept."""

import inspect
from collections.abc import Sequence
from typing import Any, NamedTuple

import diffusers
import numpy as np
import torch
from PIL import Image

from imagegen import inputfile, noise
from imagegen.inputs import Hires
from imagegen.plan import Plan
from imagegen.redrawing import Redrawing, Way

# Of the shorter side: so wide is the edge, inside of what is drawn, where both pictures mix.
EDGE = 1 / 64


class Start(NamedTuple):
    """A picture for each plan of a batch, and a mask ("L", 255 where to draw), of one size.

    It is that of what is drawn, or so many times smaller as the way enlarges.
    """

    way: Way
    images: list[Image.Image]
    masks: list[Image.Image]
    strength: float | None
    width: int
    height: int


def start_of(ways: Redrawing, plans: Sequence[Plan]) -> Start | None:
    """What these plans start from; None: from words alone. Raises FileError."""
    first = plans[0]
    way = ways.image if first.mask is None else ways.mask
    if first.image is None or way is None:
        return None
    size = (first.width // way.enlarges, first.height // way.enlarges)
    given = [(plan.image, plan.mask) for plan in plans if plan.image is not None]
    return Start(
        way,
        [inputfile.fitted(inputfile.rgb(image), *size) for image, _ in given],
        [
            inputfile.fitted(inputfile.drawn(image, mask), *size)
            for image, mask in given
            if mask is not None
        ],
        first.strength,
        *size,
    )


def enlarged(ways: Redrawing, pixels: torch.Tensor, hires: Hires) -> Start:
    """The start of the second drawing; `pixels` of the first are (pictures, 3, height, width)."""
    assert ways.image is not None  # the plan has seen to it
    size = (hires.width, hires.height)
    images = [
        picture(one.permute(1, 2, 0).cpu().numpy()).resize(size, Image.Resampling.LANCZOS)
        for one in pixels
    ]
    return Start(ways.image, images, [], hires.strength, *size)


def pipeline_of(pipe: Any, class_name: str, **more: Any) -> Any:
    """A pipeline of that class, with the parts of a loaded one: nothing is loaded or copied.

    `more` are parts that the loaded one has not.
    """
    kind = getattr(diffusers, class_name)
    if type(pipe) is kind:
        return pipe
    wanted = inspect.signature(kind.__init__).parameters
    said = {name: value for name, value in pipe.config.items() if name in wanted}
    parts = {name: part for name, part in pipe.components.items() if name in wanted}
    again = kind(**{**said, **parts, **more})
    again.set_progress_bar_config(disable=True)
    return again


def arguments(start: Start) -> dict[str, Any]:
    """What the class takes of it."""
    found: dict[str, Any] = {**start.way.fixed, "image": start.images}
    if start.masks and not start.way.blends:
        found["mask_image"] = start.masks
    if start.strength is not None:
        found["strength"] = start.strength
    if start.way.sized:
        found |= {"width": start.width, "height": start.height}
    return found


def kept(start: Start, pixels: torch.Tensor) -> torch.Tensor:
    """What was drawn, within the masks; outside of them the pictures' own pixels, exactly.

    `pixels` are (pictures, 3, height, width) in [0, 1]. Near the edge of a mask both are mixed,
    in the part that is drawn.
    """
    if not start.masks:
        return pixels
    shares = torch.cat([share_drawn(mask) for mask in start.masks]).to(pixels.device)
    images = torch.cat([_pixels(image) for image in start.images]).to(pixels.device)
    # Not a product alone: nothing of a picture that is not a number may get out of its mask.
    return torch.where(shares > 0, images + shares * (pixels - images), images)


def share_drawn(mask: Image.Image) -> torch.Tensor:
    """How much of each pixel is drawn, (1, 1, height, width): 0 where the mask is black.

    It rises from the edge inwards, over a 64th of the shorter side.
    """
    outside = torch.from_numpy(np.asarray(mask) == 0).float()[None, None]
    wide = max(round(min(mask.size) * EDGE), 1)
    share = torch.zeros_like(outside)
    for _ in range(wide):
        share += (1 - outside) / wide
        outside = torch.nn.functional.max_pool2d(outside, 3, stride=1, padding=1)
    return share


class Blend:
    """Puts back after every step what is kept, for a class that knows no masks.

    As Blended Latent Diffusion (https://arxiv.org/abs/2206.02779) does, and the classes of
    diffusers that know masks: outside of it the latents are the picture's own, with as much of the
    same noise as the step has left.
    """

    def __init__(self, pipe: Any, start: Start, seeds: Sequence[int]) -> None:
        # The same streams give the latents and the noise that the class itself begins with.
        streams, vae, device = noise.streams(seeds), pipe.vae, pipe._execution_device
        pictures = pipe.image_processor.preprocess(start.images).to(device, vae.dtype)
        latents = [
            vae.encode(one[None]).latent_dist.sample(stream)
            for one, stream in zip(pictures, streams, strict=True)
        ]
        self._image = torch.cat(latents).float() * vae.config.scaling_factor
        drawn = [torch.randn((1, *self._image.shape[1:]), generator=stream) for stream in streams]
        self._noise = torch.cat(drawn).to(device)
        inside = torch.cat([torch.from_numpy(np.asarray(m) > 0)[None, None] for m in start.masks])
        # A latent is drawn if any of its pixels is.
        drawn_at = torch.nn.functional.adaptive_max_pool2d(inside.float(), self._image.shape[-2:])
        self._drawn = drawn_at.to(device) > 0

    def __call__(self, pipe: Any, done: int, latents: torch.Tensor) -> torch.Tensor:
        """The latents after step `done` (from 0), with what is kept as it is at that point."""
        left = pipe.num_timesteps - done - 1
        kept = self._image
        if left:
            then = pipe.scheduler.timesteps[-left:][:1]
            kept = pipe.scheduler.add_noise(self._image, self._noise, then)
        return torch.where(self._drawn, latents.float(), kept.to(latents.device))


def picture(pixels: Any) -> Image.Image:
    """The picture of an array (height, width, 3) in [0, 1]; what is no number is black."""
    finite = np.nan_to_num(pixels, nan=0.0)
    return Image.fromarray((finite.clip(0, 1) * 255).round().astype(np.uint8))


def _pixels(image: Image.Image) -> torch.Tensor:
    return torch.from_numpy(np.asarray(image).copy()).permute(2, 0, 1)[None].float() / 255
