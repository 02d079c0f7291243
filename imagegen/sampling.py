"""Draw a batch of pictures: prompt, embedding, denoising in latent space, decoding, picture."""

import functools
import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from msgspec import Struct
from numpy.typing import NDArray
from PIL import Image

from imagegen import emphasis, tokens
from imagegen.embedding import Encoder
from imagegen.errors import DrawingError, Notice, OutOfMemoryError
from imagegen.plan import Plan

NO_MEMORY = (
    *("can't allocate memory", "out of memory", "not enough memory"),
    *("could not create a primitive", "could not create a memory"),  # oneDNN's words for it
)
# What a pipeline raises when it meets a plan that it cannot draw: a batch goes on with the next.
BREAKDOWNS = (
    *(ArithmeticError, AssertionError, AttributeError, LookupError),
    *(RuntimeError, TypeError, ValueError),
)
BLACK = 2  # the brightest value, of 255, that still looks black
FLAT = 2  # the largest difference, of 255, that still looks like one colour


class Drawn(Struct, frozen=True):
    """A picture as the decoder left it, on its device, and the seconds of its batch by stage.

    `emphasis` is how the weights of its words were applied, if there were any.
    """

    pixels: torch.Tensor
    blanked: bool
    notices: tuple[Notice, ...]
    seconds: dict[str, float]
    emphasis: str | None = None

    def developed(self) -> tuple[Image.Image, tuple[Notice, ...]]:
        """The picture to be written, and all that is odd about it; brings it from its device."""
        pixels: NDArray[np.float32] = self.pixels.permute(1, 2, 0).cpu().numpy()
        return _picture(pixels), (*self.notices, *_oddities(pixels, self.blanked))


def sample(
    pipe: Any, encoder: Encoder, plans: Sequence[Plan], on_step: Callable[[int, int], None]
) -> list[Drawn]:
    """Draw plans that differ only in prompt and seed; each is the picture its seed draws alone."""
    started, decoding = time.perf_counter(), 0.0

    def step_done(_: Any, done: int, timestep: object, state: dict[str, Any]) -> dict[str, Any]:
        nonlocal decoding
        decoding = time.perf_counter()
        of = pipe.num_timesteps
        on_step(done + 1, of)
        # The decoder takes latents in the precision of its weights.
        return {"latents": state["latents"].to(pipe.dtype)} if done + 1 == of else {}

    pictures, blanked = _run(pipe, encoder, plans, step_done)
    ended = time.perf_counter()
    seconds = {"denoise": round(decoding - started, 3), "decode": round(ended - decoding, 3)}
    return [
        Drawn(pixels, bool(hidden), _cut(encoder, plan), seconds, _weighting(encoder, plan))
        for plan, pixels, hidden in zip(plans, pictures, blanked, strict=True)
    ]


def _run(
    pipe: Any, encoder: Encoder, plans: Sequence[Plan], step_done: Callable[..., dict[str, Any]]
) -> tuple[torch.Tensor, Sequence[bool]]:
    first = plans[0]
    # A stream of noise of its own for each picture, so that its neighbours do not matter; the
    # schedulers that add noise while they go draw from the same streams.
    streams = [torch.Generator("cpu").manual_seed(plan.seed) for plan in plans]
    _in_float32(pipe)
    try:
        with torch.inference_mode():
            conditioning = encoder.conditioning(
                [plan.prompt for plan in plans],
                [plan.negative_prompt for plan in plans],
                guided=first.guidance > 1,
                syntax=first.prompt_syntax,
            )
            result = pipe(
                **conditioning,
                num_inference_steps=first.steps,
                guidance_scale=first.guidance,
                width=first.width,
                height=first.height,
                generator=streams,
                latents=first_noise(pipe, streams, first.width, first.height),
                output_type="pt",  # stays on its device: whoever writes the file waits for it
                callback_on_step_end=step_done,
            )
            pictures = result.images.float()
    except MemoryError as error:
        raise _no_memory(first, len(plans)) from error
    except BREAKDOWNS as error:
        if isinstance(error, torch.OutOfMemoryError) or any(
            words in str(error).lower() for words in NO_MEMORY
        ):
            raise _no_memory(first, len(plans)) from error
        raise failed(first, error) from error
    blanked = getattr(result, "nsfw_content_detected", None) or [False] * len(plans)
    return pictures, blanked


def first_noise(
    pipe: Any, streams: Sequence[torch.Generator], width: int, height: int
) -> torch.Tensor | None:
    """The pure noise each picture starts from; None where the pipeline has to shape it itself."""
    if not hasattr(pipe, "unet"):
        return None
    shape = (1, pipe.unet.config.in_channels, height // pipe.vae_scale_factor)
    noise = [torch.randn((*shape, width // pipe.vae_scale_factor), generator=s) for s in streams]
    return torch.cat(noise).to(pipe.device)


def _in_float32(pipe: Any) -> None:
    """Keep the latents, and the noise added to them, in float32 whatever the weights are in.

    Twenty roundings to 8 bits of mantissa would cost detail, and noise drawn in bfloat16 is other
    noise than float32's: a seed would mean another picture in each precision.
    """
    scheduler = pipe.scheduler
    step, scale = scheduler.step, getattr(scheduler, "scale_model_input", None)
    if scale is None or not hasattr(pipe, "unet"):
        return

    @functools.wraps(step)  # pipelines look at its signature
    def step_in_float32(output: torch.Tensor, timestep: Any, latents: Any, **more: Any) -> Any:
        return step(output.float(), timestep, latents.float(), **more)

    @functools.wraps(scale)
    def scale_to_weights(latents: torch.Tensor, *timestep: Any) -> Any:
        return scale(latents, *timestep).to(pipe.unet.dtype)

    scheduler.step, scheduler.scale_model_input = step_in_float32, scale_to_weights


def _picture(pixels: NDArray[np.float32]) -> Image.Image:
    finite = np.nan_to_num(pixels, nan=0.0)
    return Image.fromarray((finite.clip(0, 1) * 255).round().astype(np.uint8))


def _oddities(pixels: NDArray[np.float32], hidden: bool) -> tuple[Notice, ...]:
    """What a person should not have to find out by opening the file."""
    hint = "another seed, more steps, another scheduler, or --precision float32"
    if hidden:
        hint = "another prompt or seed"
        return (Notice("blanked-picture", "the model's safety checker blanked this picture", hint),)
    if not np.isfinite(pixels).all():
        return (Notice("nan-picture", "the model gave values that are not numbers", hint),)
    if pixels.max() * 255 <= BLACK:
        return (Notice("black-picture", "the picture is black", hint),)
    if np.ptp(pixels, axis=(0, 1)).max() * 255 <= FLAT:
        return (Notice("flat-picture", "the picture is of one colour", hint),)
    return ()


def _cut(encoder: Encoder, plan: Plan) -> tuple[Notice, ...]:
    """A notice with the words that a text encoder did not read."""
    for what, text in (("prompt", plan.prompt), ("negative prompt", plan.negative_prompt)):
        lost = encoder.lost(text, plan.prompt_syntax)
        if lost is not None:
            return (tokens.lost(what, lost.limit, lost.words),)
    return ()


def _weighting(encoder: Encoder, plan: Plan) -> str | None:
    texts = (plan.prompt, plan.negative_prompt)
    weighed = any(emphasis.weighs(text, plan.prompt_syntax) for text in texts)
    return encoder.weighting(plan.prompt_syntax) if weighed else None


def _no_memory(plan: Plan, pictures: int) -> OutOfMemoryError:
    return OutOfMemoryError(
        "out-of-memory",
        f"no memory for {pictures} of {plan.width}x{plan.height} at once",
        hint="a smaller --size, or --precision bfloat16",
    )


def failed(plan: Plan, error: Exception) -> DrawingError:
    """The error for a person, from what a library said."""
    reason = (str(error).strip() or type(error).__name__).splitlines()[0]
    return DrawingError(
        "drawing-failed",
        f"{plan.model} failed: {reason}",
        hint="another --scheduler, --steps or --size",
    )
