"""Which options of a request a model's pipeline takes: what it does not is refused, or told."""

import math

from msgspec import structs

from imagegen import clip_parts, controlling, textencoders
from imagegen import request as requests
from imagegen.catalog import ModelCard
from imagegen.errors import Notice, RequestError
from imagegen.redrawing import Way
from imagegen.request import MODEL_OWN, Request

# Without another word a picture is changed a good deal, and what a mask frees is drawn anew.
STRENGTH, MASK_STRENGTH, HIRES_STRENGTH = 0.6, 1.0, 0.4
# The classes on whose network an IP-Adapter can be put, and which hand on what it sees.
SEEING = frozenset(
    f"{model}{way}Pipeline"
    for model in ("StableDiffusion", "StableDiffusionXL")
    for way in ("", "Img2Img", "Inpaint")
)
NO_GUIDANCE = (0, 1)  # asking for none is no mistake where there is none


def fitted(request: Request, card: ModelCard) -> tuple[Request, tuple[Notice, ...]]:
    """The request as the model can draw it, and a notice of each option that has no effect.

    Raises RequestError for such an option, unless the request is lenient. The number of pictures
    stays: of several values that have no effect, each becomes the model's own.
    """
    notices: list[Notice] = []
    if request.negative and card.family.negative is None:
        notices.append(_not_taken("negative", "a negative prompt", request, card))
        request = structs.replace(request, negative=None)
    asked = requests.several(request.guidance)
    if card.family.guidance_argument is None:
        if any(one is not None and one not in NO_GUIDANCE for one in asked):
            notices.append(_not_taken("guidance", "a guidance scale", request, card))
        own = tuple(card.guidance for _ in asked)
        request = structs.replace(request, guidance=own if len(own) > 1 else own[0])
    request, unread = _of_text_encoders(request, card)
    request, unused = _of_pictures(request, card)
    if request.control and not controlling.steerable(card.pipeline):
        notices.append(_not_taken("control", "a control", request, card))
        request = structs.replace(request, control=None)
    if request.ip_adapter and card.pipeline not in SEEING:
        notices.append(_not_taken("ip-adapter", "an IP-Adapter", request, card))
        request = structs.replace(request, ip_adapter=None)
    return request, (*notices, *unread, *unused)


def clip_skip(request: Request, card: ModelCard) -> int | None:
    """How many of CLIP's last layers do not count, by webui's number; None: as the model is read.

    It is one more than the layers that are left out: 1 leaves none. SDXL and SD3 are read without
    the last layer as they are, which webui does not count: for them 1 and 2 are the same.
    """
    reading = textencoders.reading(card.pipeline)
    if request.clip_skip is None or reading is None:
        return None
    own = 1 if reading.layer is None else -reading.layer
    return request.clip_skip if request.clip_skip > own else None


def way(request: Request, card: ModelCard) -> Way | None:
    """How the model takes what it is to draw from; None: it draws from words alone."""
    if request.image is None:
        return None
    return card.redrawing.image if request.mask is None else card.redrawing.mask


def drawn_by(request: Request, card: ModelCard) -> list[tuple[str, str]]:
    """The classes that draw, and what each draws from, in their order."""
    how = way(request, card)
    source = "from words" if how is None else "from a picture"
    source = source if request.mask is None or how is None else "within a mask"
    drawn = [(card.pipeline if how is None else how.pipeline, source)]
    if request.hires is not None and card.redrawing.image is not None:
        drawn.append((card.redrawing.image.pipeline, "again, enlarged,"))
    return drawn


def strengths(request: Request, card: ModelCard) -> list[float | None]:
    """The strengths to draw with; None where there is no picture, or the model only looks at it."""
    how = way(request, card)
    if how is None or how.strength is None:
        return [None for _ in requests.several(request.strength)]
    usual = STRENGTH if request.mask is None else MASK_STRENGTH
    return [usual if one is None else one for one in requests.several(request.strength)]


def check_steps(steps: int, strength: float | None, request: Request, card: ModelCard) -> None:
    """Refuse a strength, also that of `hires`, of which no step is left."""
    ways = [("strength", strength, way(request, card))]
    if request.hires is not None:
        ways.append(("hires-strength", hires_strength(request), card.redrawing.image))
    for name, share, how in ways:
        if share is None or how is None or how.steps(steps, share):
            continue
        if how.strength == "all":
            problem, few = f"has no room for {steps} steps", f"--steps {int(share * 50) or 1}"
            enough = next(one for one in range(1, 101) if int(one / 2) >= min(steps, 50)) / 100
        else:
            problem, few = f"leaves none of {steps} steps", f"--steps {math.ceil(1 / share)}"
            enough = next(n for n in range(1, 101) if how.steps(steps, n / 100)) / 100
        raise RequestError(
            f"{name}-too-small",
            f"{name} {share:g} {problem}",
            hint=f"--{name} {enough:g} or more, or {few}",
        )


def hires_strength(request: Request) -> float:
    """How much the second drawing changes."""
    return HIRES_STRENGTH if request.hires_strength is None else request.hires_strength


def check_area(width: int, height: int, card: ModelCard) -> None:
    """Refuse a size that the model would change to its own, keeping only its shape."""
    family = card.family
    if family.sizes and (width, height) not in family.sizes:
        raise RequestError(
            "size-not-drawn",
            f"{card.pipeline} of {card.name} draws no {width}x{height}, only sizes of its own",
            hint="--size " + ", ".join(f"{one}x{other}" for one, other in family.sizes),
        )
    if not family.keeps_area:
        return
    scale = math.sqrt(card.width * card.height / (width * height))
    drawn = [int(side * scale // card.multiple * card.multiple) for side in (width, height)]
    if drawn != [width, height]:
        raise RequestError(
            "size-not-drawn",
            f"{card.pipeline} of {card.name} draws no {width}x{height}: its area is always that of"
            f" {card.width}x{card.height}",
            hint=f"--size {drawn[0]}x{drawn[1]}",
        )


def scheduler_fits(name: str, own: str, card: ModelCard, *, lenient: bool) -> tuple[Notice, ...]:
    """Whether a scheduler may draw with this model: nothing, or the notice that its own one will.

    Raises RequestError where it may not, unless lenient.
    """
    if card.family.swaps or name in {own, MODEL_OWN}:
        return ()
    problem = f"{card.pipeline} of {card.name} draws only with its own scheduler, not '{name}'"
    if not lenient:
        hint = f"--scheduler {own}, or --lenient to draw with that"
        raise RequestError("scheduler-not-taken", problem, hint=hint)
    return (Notice("scheduler-not-taken", problem, f"--scheduler {own}"),)


def unread(guidance: float, card: ModelCard) -> tuple[Notice, ...]:
    """A notice where the class reads no words without guidance."""
    if guidance != 0 or not card.family.unread_at_zero:
        return ()
    problem = f"{card.pipeline} of {card.name} does not read the prompt with guidance 0"
    return (Notice("prompt-not-read", problem, "--guidance 1 or more"),)


def taken(card: ModelCard) -> list[str]:
    """The options by which a picture of this model may be changed."""
    family = card.family
    options = {
        "--negative": family.negative is not None,
        "--guidance": family.guidance_argument is not None,
        "--scheduler": family.swaps,
        "--embedding": textencoders.reading(card.pipeline) is not None,
        "--clip-skip": textencoders.reading(card.pipeline) is not None,
        "--image": card.redrawing.image is not None,
        "--mask": card.redrawing.mask is not None,
        "--control": controlling.steerable(card.pipeline),
        "--ip-adapter": card.pipeline in SEEING,
    }
    sized = card.redrawing.image is None or card.redrawing.image.enlarges == 1
    always = ["--steps", *(["--size"] if sized else []), "--seed"]
    return [name for name, takes in options.items() if takes] + always


def _of_text_encoders(request: Request, card: ModelCard) -> tuple[Request, tuple[Notice, ...]]:
    """The request without what only a reader with CLIP can do, and what to say of that."""
    if textencoders.reading(card.pipeline) is None:
        notices: list[Notice] = []
        if request.embedding:
            notices.append(_not_taken("embedding", "a textual inversion", request, card))
        if request.clip_skip not in (None, 1):
            notices.append(_not_taken("clip-skip", "a clip skip", request, card))
        return structs.replace(request, embedding=None, clip_skip=None), tuple(notices)
    layers = min((part.layers for part in clip_parts.of(card.folder)), default=None)
    if request.clip_skip is not None and layers is not None and request.clip_skip > layers:
        raise RequestError(
            "bad-clip-skip",
            f"clip-skip {request.clip_skip} leaves nothing of the {layers} layers of {card.name}",
            hint=f"1 (none left out) to {layers}",
        )
    return request, ()


def _of_pictures(request: Request, card: ModelCard) -> tuple[Request, tuple[Notice, ...]]:
    """The request without the pictures that the model cannot draw from, and what to say of that."""
    notices: list[Notice] = []
    ways = card.redrawing
    if card.family.needs == "mask" and (request.image is None or request.mask is None):
        raise RequestError(
            "mask-needed",
            f"{card.name} fills in a masked picture, and draws nothing else",
            hint="--image FILE --mask FILE, or a model that draws from words",
        )
    if card.family.needs == "image" and request.image is None:
        raise RequestError(
            "image-needed",
            f"{card.name} draws only from a picture",
            hint="--image FILE, or a model that draws from words",
        )
    if request.mask is not None and ways.mask is None:
        notices.append(_not_taken("mask", "a mask", request, card))
        request = structs.replace(request, mask=None)
    if request.image is not None and request.mask is None and ways.image is None:
        notices.append(_not_taken("image", "a picture to start from", request, card))
        request = structs.replace(request, image=None)
    how = way(request, card)
    if request.strength is not None and how is not None and how.strength is None:
        notices.append(
            _not_taken(
                "strength",
                "a strength: it looks at the picture, and draws all steps",
                request,
                card,
            )
        )
    if request.hires is not None and (ways.image is None or ways.image.strength is None):
        notices.append(_not_taken("hires", "a picture to draw again", request, card))
        request = structs.replace(request, hires=None)
    return request, tuple(notices)


def _not_taken(option: str, what: str, request: Request, card: ModelCard) -> Notice:
    code, problem = f"{option}-not-taken", f"{card.pipeline} of {card.name} takes no {what[2:]}"
    takes = f"it takes {', '.join(taken(card))}"
    if not request.lenient:
        raise RequestError(code, problem, hint=f"{takes}; --lenient draws without")
    return Notice(code, problem, takes)
