"""What was asked: a frozen record in which None means "not said"."""

import importlib.util
import math
import re
from collections.abc import Iterable
from typing import Literal, TypeVar

from msgspec import Struct

from imagegen.errors import RequestError
from imagegen.formats import Level
from imagegen.grammar import LIMITS, MOST_PICTURES, SEED_LIMIT, limits

MODEL_OWN = "model"  # the scheduler that lies in the model's folder, as it is

PRECISIONS = ("auto", "float32", "float16", "bfloat16")
# Where weights wait for their turn: on the device; or in the CPU's memory, to be moved as whole
# parts, as blocks (the next while one works), or layer by layer.
AUTO, FULL = "auto", "full"
MODEL, GROUP, SEQUENTIAL = "model-offload", "group-offload", "sequential"
MEMORY = (AUTO, FULL, MODEL, GROUP, SEQUENTIAL)
# A CPU has no other memory to move weights to, and neither has a chip that shares the CPU's.
ALONE = ("cpu", "mps")
# The library that holds weights in so few bits.
QUANTISERS = {"int8": "torchao", "float8": "torchao", "nf4": "bitsandbytes"}
STAYS_WHOLE = ("nf4",)  # its scales do not move with single layers
# The options that may be given several values, and what a width and a height are together.
SETTINGS = {
    "width": "size",
    "height": "size",
    "steps": "steps",
    "guidance": "guidance",
    "scheduler": "scheduler",
    "strength": "strength",
}
DEVICE = re.compile(r"auto|cpu|mps|(cuda|xpu)(:\d+)?")

CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
LINES = str.maketrans("\t\r\n", "   ")
TEXTS = (
    *("negative", "model", "model_config", "tokenizer"),
    *("out", "name", "wildcards", "scheduler", "prompt_writer"),
    *("image", "mask", "lora", "lora_dir"),
    "control",
    "embedding",
    "ip_adapter",
)

Value = TypeVar("Value")


class Request(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Pictures as they were asked for; 0 and "" are answers, None is not.

    A tuple of settings draws each of them: every combination, or (`zip`) the first with the first.
    Prompts may be templates (`imagegen.templates`); `expand` says what becomes of them.
    """

    prompts: tuple[str, ...]
    negative: str | None = None
    model: str | None = None
    model_config: str | None = None
    tokenizer: str | None = None
    revision: str | None = None
    variant: str | None = None
    offline: bool | None = None
    steps: int | tuple[int, ...] | None = None
    scheduler: str | tuple[str, ...] | None = None
    guidance: float | tuple[float, ...] | None = None
    seeds: tuple[int, ...] | Literal["random"] | None = None
    width: int | tuple[int, ...] | None = None
    height: int | tuple[int, ...] | None = None
    count: int | None = None
    zip: bool | None = None
    expand: Literal["random", "all", "no"] | None = None
    prompt_syntax: Literal["a1111", "comfy", "compel", "plain"] | None = None
    no_safety_checker: bool | None = None
    wildcards: str | None = None
    lora: tuple[str, ...] | None = None
    lora_dir: str | None = None
    embedding: tuple[str, ...] | None = None
    clip_skip: int | None = None
    out: str | None = None
    name: str | None = None
    overwrite: bool | None = None
    lenient: bool | None = None
    format: Literal["png", "jpg", "webp", "avif"] | None = None
    quality: int | None = None
    metadata: Level | None = None
    hide_prompt: bool | None = None
    prompt_writer: str | None = None
    image: str | None = None
    mask: str | None = None
    strength: float | tuple[float, ...] | None = None
    hires: float | None = None
    hires_strength: float | None = None
    control: tuple[str, ...] | None = None
    ip_adapter: tuple[str, ...] | None = None


class MachineRequest(Struct, frozen=True, kw_only=True):
    """How to work, as asked; it never changes which pictures are drawn."""

    device: str | None = None
    precision: str | None = None
    batch_size: int | None = None
    deterministic: bool | None = None
    memory: str | None = None
    quantize: str | None = None


def check(request: Request, *, whole: bool = True) -> None:
    """Refuse what no model could draw; what is not `whole` is completed by the rows of a file."""
    if not request.prompts:
        raise RequestError(
            "no-prompt", "there is no prompt", hint='imagegen "astronaut riding bicycle"'
        )
    for prompt in request.prompts:
        _check_prompt(prompt)
    for name in TEXTS:
        value = getattr(request, name)
        for text in value if isinstance(value, tuple) else (value,) if value else ():
            _check_text(name, text)
    for name in ("steps", "guidance", "width", "height", "count", "quality"):
        value = getattr(request, name)
        for number in value if isinstance(value, tuple) else (value,):
            _check_number(name, number)
    for name in ("strength", "hires", "hires-strength", "clip-skip"):
        for part in several(getattr(request, name.replace("-", "_"))):
            _check_number(name, part)
    if whole:
        _check_inputs(request)
    _check_sides(request)
    _check_seeds(request)
    if request.zip:
        _check_zip(request)


def several(asked: Value | tuple[Value, ...] | None) -> tuple[Value | None, ...]:
    """What was asked as a tuple, also where it is one value or nothing."""
    return asked if isinstance(asked, tuple) else (asked,)


def lists(request: Request) -> dict[str, int]:
    """The options that were given several values, and how many."""
    found: dict[str, int] = {}
    for name in SETTINGS:
        value = getattr(request, name)
        if isinstance(value, tuple) and len(value) > 1:
            found[SETTINGS[name]] = max(len(value), found.get(SETTINGS[name], 0))
    return found


def pictures(request: Request) -> int:
    """How many pictures are asked for, each template counted as one prompt."""
    count = 1 if request.count is None else request.count
    seeds = len(request.seeds) if isinstance(request.seeds, tuple) else 1
    settings = lists(request).values()
    if request.zip and settings:
        return len(request.prompts) * max(settings) * count
    return len(request.prompts) * max(count, seeds) * math.prod(settings)


def _check_inputs(request: Request) -> None:
    """Refuse what says how to use a picture that nobody gave."""
    needs = (
        ("mask", request.mask, "image", request.image, "--image FILE, the picture to be masked"),
        ("strength", request.strength, "image", request.image, "--image FILE"),
        ("hires-strength", request.hires_strength, "hires", request.hires, "--hires 2x"),
    )
    for name, value, other, there, hint in needs:
        if value is not None and there is None:
            raise RequestError(
                f"{name}-without-{other}", f"{name} is said, but no {other}", hint=hint
            )
    if request.hires is not None and request.mask is not None:
        raise RequestError(
            "hires-and-mask",
            "hires would draw anew what the mask keeps",
            hint="--size for a larger picture, or --hires without --mask",
        )


def _check_sides(request: Request) -> None:
    wide, high = len(several(request.width)), len(several(request.height))
    if 1 not in {wide, high} and wide != high:
        raise RequestError(
            "bad-size",
            f"{wide} widths and {high} heights make no sizes",
            hint="as many heights as widths, or one",
        )


def _check_seeds(request: Request) -> None:
    count = 1 if request.count is None else request.count
    seeds = request.seeds if isinstance(request.seeds, tuple) else None
    if seeds is not None and len(seeds) != 1 and count != 1:
        raise RequestError(
            "seed-and-count",
            f"count {count} does not go with {len(seeds)} seeds",
            hint="one seed with --count (7 draws 7, 8, 9), or only the list of seeds",
        )
    for seed in seeds or ():
        if not 0 <= seed <= SEED_LIMIT - count:
            raise RequestError(
                "bad-seed",
                f"seed {seed} is out of range" + (f" for {count} pictures" * (count > 1)),
                hint=f"0 to {SEED_LIMIT - count}",
            )
    if pictures(request) > MOST_PICTURES:
        raise RequestError(
            "too-many-pictures",
            f"the prompts with their seeds and settings are {pictures(request):,} pictures",
            hint=f"several runs, each of at most {MOST_PICTURES:,}",
        )


def _check_zip(request: Request) -> None:
    lengths = dict(lists(request))
    if isinstance(request.seeds, tuple) and len(request.seeds) > 1:
        lengths["seed"] = len(request.seeds)
    if len(set(lengths.values())) > 1:
        listed = ", ".join(f"{number} of {name}" for name, number in lengths.items())
        raise RequestError(
            "bad-zip",
            f"zip pairs lists of one length, and these differ: {listed}",
            hint="lists of one length, or without zip every combination",
        )


def check_machine(request: MachineRequest) -> None:
    """Refuse a device or a precision that no machine has, before anything heavy is loaded."""
    device, precision = request.device or "auto", request.precision or "auto"
    if not DEVICE.fullmatch(device):
        raise RequestError(
            "unknown-device",
            f"there is no device '{device}'",
            hint="auto, cpu, cuda, cuda:1, mps or xpu",
        )
    if precision not in PRECISIONS:
        raise RequestError(
            "unknown-precision", f"there is no precision '{precision}'", hint=one_of(PRECISIONS)
        )
    if device == "cpu" and precision == "float16":
        raise RequestError(
            "float16-on-cpu",
            "float16 on a CPU is slow and overflows",
            hint="--precision auto, bfloat16 or float32",
        )
    _check_number("batch-size", request.batch_size)
    _check_memory(request.memory or AUTO, device)
    if request.quantize is not None:
        _check_quantize(request.quantize, request.memory or AUTO, device)


def _check_memory(memory: str, device: str) -> None:
    if memory not in MEMORY:
        raise RequestError(
            "unknown-memory", f"there is no way to fit memory '{memory}'", hint=one_of(MEMORY)
        )
    if device in ALONE and memory not in {AUTO, FULL}:
        raise RequestError(
            "no-offload",
            f"'{memory}' moves weights between a GPU's memory and the CPU's, and with '{device}' "
            "there is only one",
            hint="--memory auto; a CPU maps weights from the model's files, and --quantize int8 "
            "makes them smaller",
        )


def _check_quantize(quantize: str, memory: str, device: str) -> None:
    if quantize not in QUANTISERS:
        raise RequestError(
            "unknown-quantize",
            f"weights cannot be quantised as '{quantize}'",
            hint=one_of(QUANTISERS),
        )
    if device == "mps":
        raise RequestError(
            "no-quantize", "quantised weights do not work on 'mps'", hint="without --quantize"
        )
    if quantize in STAYS_WHOLE and memory in {GROUP, SEQUENTIAL}:
        raise RequestError(
            "quantize-with-offload",
            f"weights in {quantize} cannot be moved layer by layer, as '{memory}' does",
            hint=f"--memory {MODEL}, or --quantize int8",
        )
    library = QUANTISERS[quantize]
    if importlib.util.find_spec(library) is None:
        raise RequestError(
            "missing-library",
            f"'{quantize}' needs {library}, which is not installed",
            hint=f"pip install {library}, or pip install 'imagegen[quantize]' for all of them",
        )


def _check_prompt(prompt: str) -> None:
    if not prompt.strip():
        raise RequestError("empty-prompt", "a prompt is empty", hint="a few words of what to draw")
    _check_text("prompt", prompt)


def _check_text(what: str, text: str) -> None:
    if text.isascii() and text.isprintable():
        return
    # A prompt may have lines, as cells of a table and JSON have them.
    strange = CONTROL.search(text.translate(LINES) if what in {"prompt", "negative"} else text)
    if strange is not None:
        raise RequestError(
            "control-character",
            f"the {what} has the control character {strange[0]!r}",
            hint="text without it",
        )
    try:
        text.encode()
    except UnicodeEncodeError:
        raise RequestError(
            "not-utf-8",
            f"the {what} {text!r} is not valid UTF-8",
            hint="a terminal and file in UTF-8",
        ) from None


def _check_number(name: str, value: float | None) -> None:
    if value is None:
        return
    limit = LIMITS[name]
    if math.isfinite(value) and limit.least <= value <= limit.most:
        return
    raise RequestError(f"bad-{name}", f"{name} {value} is out of range", hint=limits(name))


def one_of(words: Iterable[str]) -> str:
    """Words as a choice: a, b or c."""
    *some, last = words
    return f"{', '.join(some)} or {last}"
