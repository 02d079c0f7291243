"""What is decided of each picture, what has to be loaded for it, and its id."""

import hashlib
from pathlib import Path
from typing import NamedTuple

import msgspec
from msgspec import Struct

from imagegen import (
    emphasis,
)
from imagegen.adapters import Lora
from imagegen.controls import Control, Network
from imagegen.errors import Notice
from imagegen.formats import Form
from imagegen.inputs import Hires, Mask, Picture
from imagegen.inversion import Inversions
from imagegen.ip_adapters import Seen
from imagegen.request import Request
from imagegen.singlefile import SingleFile

# Part of every plan's id: to be raised when the same plan would be drawn differently.
EDITION = "imagegen/plan/1"


class Plan(Struct, frozen=True, kw_only=True):
    """One picture, nothing left to decide; `source` is where the weights of `model` lie.

    Where that is a single file, `single` says what completes it.
    `template` and `negative_template` are the texts as written, where they were templates. `origin`
    is the row that asked for the picture, as file:line, and `asked` the request as it was read.
    `guided`: each step takes a second pass of the network, for guidance. `form` is how the file is
    written, whatever is in the picture. `safety_checker`: the model's own one, if it has one, may
    blank the picture. `image` is what it is drawn from, `mask` where; of its steps the last
    `drawn_steps`, by its `strength`, are drawn (None: all). `hires` is the second drawing.
    `controls` are the pictures that it keeps to, and the networks that read them; `ip_adapters`
    the pictures that it looks at, and through what.
    `embeddings` are those that its words call for. `clip_skip` None: the text encoders are
    read as the model has it.
    """

    index: int
    model: str
    source: str
    revision: str | None
    variant: str | None = None
    prompt: str
    negative_prompt: str
    seed: int
    steps: int
    scheduler: str
    guidance: float
    width: int
    height: int
    path: Path
    overwrite: bool
    prompt_syntax: str = emphasis.PLAIN
    safety_checker: bool = True
    guided: bool
    loras: tuple[Lora, ...] = ()
    embeddings: Inversions = ()
    clip_skip: int | None = None
    template: str | None = None
    negative_template: str | None = None
    origin: str | None = None
    asked: Request | None = None
    notices: tuple[Notice, ...] = ()
    single: SingleFile | None = None
    form: Form = Form()
    image: Picture | None = None
    mask: Mask | None = None
    strength: float | None = None
    drawn_steps: int | None = None
    hires: Hires | None = None
    controls: tuple[Control, ...] = ()
    ip_adapters: tuple[Seen, ...] = ()


class Weights(NamedTuple):
    """What a plan draws with: plans that have this in common share a loaded model."""

    source: str
    revision: str | None = None
    variant: str | None = None
    single: SingleFile | None = None
    safety_checker: bool = True
    controls: tuple[Network, ...] = ()


def worn(plan: Plan) -> tuple[Lora, ...]:
    """The LoRAs that change the picture: one with a weight of 0 does not."""
    return tuple(one for one in plan.loras if one.on)


def heard(plan: Plan) -> tuple[Control, ...]:
    """The controls that change the picture: one with a weight of 0 does not."""
    return tuple(one for one in plan.controls if one.weight)


def seen(plan: Plan) -> tuple[Seen, ...]:
    """The IP-Adapters that change the picture: one with a weight of 0 does not."""
    return tuple(one for one in plan.ip_adapters if one.weight)


def weights_of(plan: Plan) -> Weights:
    """What has to be loaded to draw it."""
    return Weights(
        *(plan.source, plan.revision, plan.variant, plan.single, plan.safety_checker),
        tuple(one.network for one in heard(plan)),
    )


def identity(plan: Plan, model_digest: str) -> str:
    """A name for the picture by all that decides its pixels: the same wherever it is drawn.

    `model_digest` stands for the weights (see `imagegen.weights`). The machine is not in it: it
    changes a picture by rounding only. Neither is a syntax that means nothing in these texts.
    """
    decides: tuple[object, ...] = (
        *(EDITION, model_digest, plan.prompt, plan.negative_prompt, plan.seed),
        *(plan.steps, plan.scheduler, plan.guidance, plan.width, plan.height),
        *(() if plan.variant is None else ("variant", plan.variant)),
        *(() if plan.safety_checker else ("no-safety-checker",)),
        *_inputs_of(plan),
        *(("lora", *one.decides) for one in worn(plan)),
        *(("control", *one.decides) for one in heard(plan)),
        *(("ip-adapter", *one.decides) for one in seen(plan)),
        *(("embedding", *one.decides) for one in plan.embeddings),
        *(() if plan.clip_skip is None else (("clip-skip", plan.clip_skip),)),
    )
    texts = (plan.prompt, plan.negative_prompt)
    if any(emphasis.means_something(text, plan.prompt_syntax) for text in texts):
        decides = (*decides, plan.prompt_syntax)
    return hashlib.sha256(msgspec.json.encode(decides)).hexdigest()[:32]


def _inputs_of(plan: Plan) -> tuple[object, ...]:
    """Of the pictures it is drawn from what decides: not where they lie."""
    mask = plan.mask.sha256 if isinstance(plan.mask, Picture) else plan.mask
    image = None if plan.image is None else ("image", plan.image.sha256, mask, plan.strength)
    return tuple(one for one in (image, plan.hires) if one is not None)
