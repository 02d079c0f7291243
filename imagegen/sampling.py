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

from imagegen import (
    batches,
    emphasis,
    families,
    inversion,
    machine,
    noise,
    redrawing,
    seeing,
    starting,
    tokens,
)
from imagegen import steering as steers
from imagegen.catalog import NETWORKS
from imagegen.controls import Control
from imagegen.embedding import Encoder
from imagegen.errors import DrawingError, Notice, OutOfMemoryError
from imagegen.families import Family
from imagegen.plan import Plan, heard
from imagegen.redrawing import Redrawing
from imagegen.seeing import Sight
from imagegen.starting import Blend, Start
from imagegen.steering import Steering

# What a pipeline raises when it meets a plan that it cannot draw: a batch goes on with the next.
BREAKDOWNS = (
    *(ArithmeticError, AssertionError, AttributeError, ImportError, LookupError),
    *(NameError, RuntimeError, TypeError, ValueError),
)
# The libraries of the extra `families` that are imported by name (pyproject.toml).
IN_EXTRA = ("ftfy", "sentencepiece", "torchvision")
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
        return starting.picture(pixels), (*self.notices, *_oddities(pixels, self.blanked))


def family_of(pipe: Any) -> Family:
    """What the class of a loaded pipeline takes, with these weights."""
    family = families.of(type(pipe).__name__, pipe.config, _network(pipe).config)
    if family is None:  # the catalogue has refused it before
        raise TypeError(f"{type(pipe).__name__} is no text-to-image pipeline")
    return family


def ways_of(pipe: Any) -> Redrawing:
    """How a loaded pipeline draws from pictures."""
    return redrawing.of(type(pipe).__name__, _network(pipe).config)


def draws_together(pipe: Any, start: batches.Start, controls: Sequence[Control] = ()) -> bool:
    """Whether several such pictures can be drawn at once."""
    ways = ways_of(pipe)
    used = [ways.mask if start.mask else ways.image] if start.image else []
    used += [ways.image] if start.hires is not None else []
    classes = [way.pipeline for way in used if way is not None] or [type(pipe).__name__]
    steered = [steers.way_of(name, controls) for name in classes]
    return family_of(pipe).batches and all(way is None or way.batches for way in (*used, *steered))


def _network(pipe: Any) -> Any:
    parts = (getattr(pipe, name, None) for name in NETWORKS)
    return next(part for part in parts if part is not None)


def sample(
    pipe: Any,
    encoder: Encoder,
    plans: Sequence[Plan],
    on_step: Callable[[int, int], None],
    steering: Steering | None = None,
    sights: Sequence[Sight] = (),
) -> list[Drawn]:
    """Draw plans that differ only in prompt, seed and which pictures they are drawn from.

    Each is the picture its seed draws alone. `steering` are the networks of the plans' controls,
    `sights` what the IP-Adapters on the network see.
    """
    family, ways, first = family_of(pipe), ways_of(pipe), plans[0]
    before, after = drawn_steps(ways, first)
    clock = Clock(pipe, before, lambda done, of: on_step(done, of + after))
    start = starting.start_of(ways, plans)
    pictures, blanked = _run(pipe, family, encoder, plans, clock, (start, steering, sights))
    seconds = clock.stages()
    if first.hires is not None:
        larger = starting.enlarged(ways, pictures, first.hires)
        again = Clock(pipe, after, lambda done, of: on_step(before + done, before + of))
        pictures, also = _run(pipe, family, encoder, plans, again, (larger, steering, sights))
        blanked = [one or other for one, other in zip(blanked, also, strict=True)]
        seconds = {stage: round(s + again.stages()[stage], 3) for stage, s in seconds.items()}
    return [
        Drawn(
            *(pixels, bool(hidden), _told(family, encoder, plan, pixels)),
            *(seconds, _weighting(encoder, plan)),
        )
        for plan, pixels, hidden in zip(plans, pictures, blanked, strict=True)
    ]


def drawn_steps(ways: Redrawing, plan: Plan) -> tuple[int, int]:
    """How many steps the drawing takes, and the second one (0: there is none)."""
    way = ways.image if plan.mask is None else ways.mask
    first = plan.steps if way is None else way.steps(plan.steps, plan.strength)
    if plan.hires is None or ways.image is None:
        return first, 0
    return first, ways.image.steps(plan.steps, plan.hires.strength)


class Clock:
    """Tells the steps as a pipeline's callbacks come, and times the stages by them."""

    def __init__(self, pipe: Any, steps: int, on_step: Callable[[int, int], None]) -> None:
        self._dtype, self._steps, self._on_step = pipe.dtype, steps, on_step
        self._started = time.perf_counter()
        self._decoding: float | None = None
        self.blend: Blend | None = None

    def step_end(self, pipe: Any, done: int, timestep: object, state: dict[str, Any]) -> Any:
        """The callback of today's pipelines; it may hand tensors back."""
        of = getattr(pipe, "num_timesteps", self._steps)
        self.step(done, timestep, of=of)
        latents = state["latents"]
        if self.blend is not None:
            latents = self.blend(pipe, done, latents)
        elif done + 1 < of:
            return {}
        # The decoder takes latents in the precision of its weights.
        return {"latents": latents.to(self._dtype) if done + 1 == of else latents}

    def step(self, done: int, timestep: object, latents: object = None, of: int = 0) -> None:
        """The callback of older pipelines."""
        self._decoding = time.perf_counter()
        self._on_step(done + 1, max(of or self._steps, done + 1))

    def stages(self) -> dict[str, float]:
        """Seconds until the last step, and after it; all is one where no step was told."""
        ended = time.perf_counter()
        decoding = ended if self._decoding is None else self._decoding
        return {
            "denoise": round(decoding - self._started, 3),
            "decode": round(ended - decoding, 3),
        }


def _run(
    pipe: Any,
    family: Family,
    encoder: Encoder,
    plans: Sequence[Plan],
    clock: Clock,
    beside: tuple[Start | None, Steering | None, Sequence[Sight]],
) -> tuple[torch.Tensor, Sequence[bool]]:
    first, (start, steering, sights) = plans[0], beside
    name = type(pipe).__name__ if start is None else start.way.pipeline
    under = steers.under(name, heard(first), steering)
    if under is not None:
        family = steers.family(family, under)
    # The schedulers that add noise while they go draw from the same streams.
    streams = noise.streams([plan.seed for plan in plans])
    if family.wide:
        _in_float32(pipe)
    try:
        # Language models that rewrite a prompt roll torch's own dice.
        with torch.inference_mode(), torch.random.fork_rng(devices=[]), noise.WideNoise():
            torch.manual_seed(first.seed)
            said = _conditioning(family, encoder, plans)
            arguments = _arguments(pipe, family, first, streams, start)
            if under is None:
                drawing = starting.pipeline_of(pipe, name)
            else:
                drawing = steers.pipeline(pipe, under)
                arguments |= steers.arguments(under, *_size(first, start))
            arguments |= seeing.arguments(sights, len(plans), pipe, guided=first.guided)
            if start is not None and start.way.blends:
                clock.blend = Blend(drawing, start, [plan.seed for plan in plans])
            result = drawing(**arguments, **said, **_told_by(family, clock))
            # `images`, or `image` in some classes; those that draw from pictures sign none.
            signed = family.output == "signed" and start is None
            pictures = _tensor(result[0], signed=signed)
            if start is not None:
                pictures = starting.kept(start, pictures)
    except MemoryError as error:
        raise _no_memory(first, len(plans)) from error
    except BREAKDOWNS as error:
        if machine.is_out_of_memory(error):
            raise _no_memory(first, len(plans)) from error
        raise failed(first, error) from error
    blanked = getattr(result, "nsfw_content_detected", None) or [False] * len(plans)
    return pictures, blanked


def _size(first: Plan, start: Start | None) -> tuple[int, int]:
    return (first.width, first.height) if start is None else (start.width, start.height)


def _conditioning(family: Family, encoder: Encoder, plans: Sequence[Plan]) -> dict[str, Any]:
    """The arguments that tell the pipeline what to draw, and what not, where it takes that."""
    guided = plans[0].guided
    said = encoder.conditioning(
        [plan.prompt for plan in plans],
        [plan.negative_prompt for plan in plans],
        guided=guided,
        syntax=plans[0].prompt_syntax,
        inversions=plans[0].embeddings,
        clip_skip=plans[0].clip_skip,
    )
    avoided = said.pop("negative_prompt", None)
    if avoided is not None and guided and family.negative is not None:
        if any(avoided):
            said[family.negative] = avoided
        elif family.empty is not None:
            said[family.negative] = [family.empty for _ in plans]
    if not family.listed:
        return {key: one[0] if isinstance(one, list) else one for key, one in said.items()}
    return said


def _arguments(
    pipe: Any,
    family: Family,
    first: Plan,
    streams: Sequence[torch.Generator],
    start: Start | None,
) -> dict[str, Any]:
    """Everything else that the class takes."""
    arguments: dict[str, Any] = {
        **family.fixed,
        **({} if first.steps == family.steps else family.other_steps),
        "num_inference_steps": first.steps,
        "generator": streams,
        # A tensor stays on its device: whoever writes the file waits for it.
        "output_type": "np" if family.output == "np" else "pt",
    }
    if family.guidance_argument is not None:
        arguments[family.guidance_argument] = first.guidance
    if family.area is not None:
        arguments[family.area] = first.width * first.height
    if start is not None:
        return {**arguments, **starting.arguments(start)}
    arguments |= {"width": first.width, "height": first.height}
    if family.wide:
        arguments["latents"] = first_noise(pipe, streams, first.width, first.height)
    return arguments


def _told_by(family: Family, clock: Clock) -> dict[str, Any]:
    if family.progress is None:
        return {}
    return {family.progress: clock.step if family.progress == "callback" else clock.step_end}


def first_noise(
    pipe: Any, streams: Sequence[torch.Generator], width: int, height: int
) -> torch.Tensor:
    """The pure noise each picture starts from, in float32: (pictures, channels, height, width)."""
    shape = (1, pipe.unet.config.in_channels, height // pipe.vae_scale_factor)
    drawn = [torch.randn((*shape, width // pipe.vae_scale_factor), generator=s) for s in streams]
    return torch.cat(drawn).to(pipe.device)


def _tensor(images: Any, *, signed: bool) -> torch.Tensor:
    """(pictures, 3, height, width) in float32 and [0, 1]; from an array, the channels come last."""
    if isinstance(images, np.ndarray):
        return torch.from_numpy(images).permute(0, 3, 1, 2).float()
    stacked = images if isinstance(images, torch.Tensor) else torch.stack(list(images))
    return stacked.float() / 2 + 0.5 if signed else stacked.float()


def _in_float32(pipe: Any) -> None:
    """Keep the latents, and the noise added to them, in float32 whatever the weights are in.

    Twenty roundings to 8 bits of mantissa would cost detail, and noise drawn in bfloat16 is other
    noise than float32's: a seed would mean another picture in each precision.
    """
    scheduler = pipe.scheduler
    step, scale = scheduler.step, scheduler.scale_model_input

    @functools.wraps(step)  # pipelines look at its signature
    def step_in_float32(output: torch.Tensor, timestep: Any, latents: Any, **more: Any) -> Any:
        return step(output.float(), timestep, latents.float(), **more)

    @functools.wraps(scale)
    def scale_to_weights(latents: torch.Tensor, *timestep: Any) -> Any:
        return scale(latents, *timestep).to(pipe.unet.dtype)

    scheduler.step, scheduler.scale_model_input = step_in_float32, scale_to_weights


def _oddities(pixels: NDArray[np.float32], hidden: bool) -> tuple[Notice, ...]:
    """What a person should not have to find out by opening the file."""
    hint = "another seed, more steps, another scheduler, or --precision float32"
    if hidden:
        hint = "another prompt or seed, or --no-safety-checker"
        return (Notice("blanked-picture", "the model's safety checker blanked this picture", hint),)
    if not np.isfinite(pixels).all():
        return (Notice("nan-picture", "the model gave values that are not numbers", hint),)
    if pixels.max() * 255 <= BLACK:
        return (Notice("black-picture", "the picture is black", hint),)
    if np.ptp(pixels, axis=(0, 1)).max() * 255 <= FLAT:
        return (Notice("flat-picture", "the picture is of one colour", hint),)
    return ()


def _told(family: Family, encoder: Encoder, plan: Plan, pixels: torch.Tensor) -> tuple[Notice, ...]:
    """What is to be said of a picture before anybody looks at it."""
    height, width = pixels.shape[-2:]
    told = _cut(family, encoder, plan)
    asked = plan if plan.hires is None else plan.hires
    if (width, height) == (asked.width, asked.height):
        return told
    problem = f"the model drew {width}x{height}, not {asked.width}x{asked.height}"
    return (*told, Notice("other-size", problem, f"--size {width}x{height}"))


def _cut(family: Family, encoder: Encoder, plan: Plan) -> tuple[Notice, ...]:
    """A notice with the words that a text encoder did not read."""
    for what, text in (("prompt", plan.prompt), ("negative prompt", plan.negative_prompt)):
        read = inversion.without(text, plan.embeddings)
        lost = encoder.lost(read, plan.prompt_syntax, family.tokenizer, family.tokens)
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
    if isinstance(error, NameError) and error.name:  # diffusers imports some libraries if there
        return DrawingError(
            "missing-library",
            f"{plan.model} needs a library that is not installed: {error.name}",
            hint="pip install 'imagegen[families]'"
            if error.name in IN_EXTRA
            else f"pip install {error.name}",
        )
    reason = (str(error).strip() or type(error).__name__).splitlines()[0]
    if "deterministic" in reason:
        return DrawingError(
            "not-deterministic",
            f"{plan.model} does something here that has no fixed order: {reason}",
            hint="another --device, or no --deterministic",
        )
    return DrawingError(
        "drawing-failed",
        f"{plan.model} failed: {reason}",
        hint="another --scheduler, --steps or --size",
    )
