"""How a picture was made: the record beside it and inside it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

import msgspec
from msgspec import Struct, structs

from imagegen import emphasis, migration
from imagegen.adapters import Lora
from imagegen.controlling import KINDS
from imagegen.controls import Control
from imagegen.errors import FileError, Notice
from imagegen.inputs import Hires, Picture
from imagegen.inversion import Inversion
from imagegen.ip_adapters import Seen
from imagegen.plan import Plan
from imagegen.request import Request

SCHEMA: Final = "imagegen/record/2"
LEFT_OUT = "left out with the prompt"


class Model(Struct, frozen=True, kw_only=True):
    """The weights; `files` are SHA-256 by path inside the model's folder.

    `revision` is the commit that what was asked for meant then; None for what is on no hub.
    """

    id: str
    revision: str | None
    variant: str | None = None
    pipeline: str
    files: dict[str, str]


class Scheduling(Struct, frozen=True, kw_only=True):
    """The scheduler that drew; `label` and `spacing` are the names other tools read."""

    name: str
    class_name: str
    label: str
    spacing: str
    config: dict[str, Any]


class Placed(Struct, frozen=True, kw_only=True):
    """The machine that drew, and how it was told to work.

    `memory` is where weights waited ("full": on the device), `decoding` is "whole" or "tiled" (of a
    large picture), `quantize` the few bits that held the weights. `attention` is what computed it:
    "sdpa" (torch's own choice of kernel), or "math" (the one that adds in a fixed order).
    `compiled` and `caches` (of steps) name what was used of these, if anything.
    """

    device: str
    name: str
    precision: str
    threads: int
    system: str
    driver: str | None = None
    deterministic: bool = False
    memory: str | None = None
    decoding: str | None = None
    quantize: str | None = None
    attention: str | None = None
    compiled: str | None = None
    caches: tuple[str, ...] = ()


class Batch(Struct, frozen=True, kw_only=True):
    """How many pictures were drawn at once, and which of them this was (from 1)."""

    size: int
    position: int


class Encoding(Struct, frozen=True, kw_only=True):
    """How the pixels were put into a file, and how much of the record went with them.

    `decoded_sha256` is of the pixels that the file gives when it is read, with this `codec`: those
    drawn (`Record.pixels_sha256`) where nothing was lost. `quality` is of 100; None loses nothing.
    `file_sha256` is of a whole file that carries less than all; only its sidecar can say it.
    """

    format: str
    quality: int | None
    codec: str | None = None
    decoded_sha256: str
    metadata: Literal["full", "minimal", "none"]
    file_sha256: str | None = None


class Given(Struct, frozen=True, kw_only=True):
    """A picture that somebody gave: its file's name and SHA-256, its sides, and how it was fitted.

    The sides, in pixels, are those of the file as a person sees it, turned upright.
    """

    file: str
    sha256: str
    width: int
    height: int
    fit: str


class Adapter(Struct, frozen=True, kw_only=True):
    """A LoRA: its file's name and SHA-256, of the whole and of what is behind its header."""

    name: str
    file: str
    weight: float
    text_weight: float
    sha256: str
    weights_sha256: str
    source: str | None = None
    scaling: str | None = None


class Controlled(Struct, frozen=True, kw_only=True):
    """A control: the network as asked for, the SHA-256 of each of its files, and what it read.

    `kind` is "ControlNet" or "T2I-Adapter"; it was heard from the share `start` of the steps to the
    share `end`. `source` is the network's hub id and commit.
    """

    name: str
    kind: str
    class_name: str
    files: dict[str, str]
    picture: Given
    weight: float
    start: float = 0.0
    end: float = 1.0
    source: str | None = None


class Looked(Struct, frozen=True, kw_only=True):
    """An IP-Adapter: its file's name and SHA-256, the image encoder's, and what it looked at.

    `encoder_sha256` is of the SHA-256 of the encoder's config.json and of its weights, in bytes.
    """

    name: str
    file: str
    sha256: str
    encoder_sha256: str
    picture: Given
    weight: float


class Embedding(Struct, frozen=True, kw_only=True):
    """A textual inversion: the word that calls for it, its file's name and SHA-256."""

    token: str
    name: str
    file: str
    vectors: int
    sha256: str
    source: str | None = None


class Drawing(Struct, frozen=True, kw_only=True):
    """What was decided for this picture: the plan without the places on this machine.

    `id` names the picture by all that decides its pixels (`plan.identity`). Prompts as they were
    written stand in `template` and `negative_template`, where they were templates. A prompt is None
    where it was left out: `Record.left_out` says so. `image`: it was made from that picture, not
    from words alone; `mask` "alpha" is the picture's own. Of the steps the last `drawn_steps` were
    drawn (None: all). `hires` is the size and strength of the second drawing; width and height are
    those of the first. `embeddings` are those that the prompts call for; `clip_skip` counts as
    webui does, and is None where the text encoders were read as the model has it.
    """

    id: str | None = None

    prompt: str | None
    negative_prompt: str | None
    seed: int
    steps: int
    scheduler: str
    guidance: float
    width: int
    height: int
    template: str | None = None
    negative_template: str | None = None
    prompt_syntax: str = emphasis.PLAIN
    safety_checker: bool = True
    image: Given | None = None
    mask: Given | Literal["alpha"] | None = None
    strength: float | None = None
    drawn_steps: int | None = None
    hires: Hires | None = None
    loras: tuple[Adapter, ...] = ()
    controls: tuple[Controlled, ...] = ()
    ip_adapters: tuple[Looked, ...] = ()
    embeddings: tuple[Embedding, ...] = ()
    clip_skip: int | None = None


class Record(Struct, frozen=True, kw_only=True):
    """Everything that was needed to make the picture.

    `emphasis` is how the weights of words were applied: "Original" (webui's way, which restores the
    mean), "No norm" (webui's way, without that), "comfy", "compel"; None where there are none.
    `pixels_sha256` is of the pixels as drawn: 8 bits a channel, RGB, row by row from the top.
    `seconds` are those of the stages, shared by all pictures of a batch: `import` of libraries,
    `load`, `denoise`, `decode`; `encode` is of this picture's file. `writer` wrote the prompt.
    `left_out` names the fields that this copy does not say.
    """

    schema: Literal["imagegen/record/2"] = SCHEMA
    file: str
    created: str
    request: Request | None
    plan: Drawing
    emphasis: str | None = None
    noise: str = "torch.Generator('cpu'), float32, one a picture"
    model: Model
    scheduler: Scheduling
    machine: Placed
    versions: dict[str, str]
    batch: Batch
    seconds: dict[str, float]
    pixels_sha256: str
    encoding: Encoding
    writer: str | None = None
    warnings: tuple[Notice, ...]
    left_out: tuple[str, ...] = ()


def drawing(plan: Plan, identity: str) -> Drawing:
    """The part of a plan that makes the picture what it is."""
    apart = ("id", "image", "mask", "loras", "controls", "embeddings", "ip_adapters")
    fields = [name for name in Drawing.__struct_fields__ if name not in apart]
    return Drawing(
        id=identity,
        **{name: getattr(plan, name) for name in fields},
        image=None if plan.image is None else _given(plan.image, plan),
        mask=_given(plan.mask, plan) if isinstance(plan.mask, Picture) else plan.mask,
        loras=tuple(_adapter(one) for one in plan.loras),
        controls=tuple(_controlled(one, plan) for one in plan.controls),
        ip_adapters=tuple(_looked(one, plan) for one in plan.ip_adapters),
        embeddings=tuple(_embedding(one) for one in plan.embeddings),
    )


def _adapter(lora: Lora) -> Adapter:
    """A LoRA without the place on this machine."""
    fields = [name for name in Adapter.__struct_fields__ if name != "file"]
    return Adapter(file=Path(lora.file).name, **{name: getattr(lora, name) for name in fields})


def _controlled(control: Control, plan: Plan) -> Controlled:
    """A control without the places on this machine."""
    network = control.network
    return Controlled(
        name=Path(control.name).name if control.source is None else control.name,
        kind=KINDS[network.class_name].name,
        class_name=network.class_name,
        files=dict(zip(network.files, control.sha256, strict=True)),
        picture=_given(control.picture, plan),
        weight=control.weight,
        start=control.start,
        end=control.end,
        source=control.source,
    )


def _looked(one: Seen, plan: Plan) -> Looked:
    """An IP-Adapter without the places on this machine."""
    return Looked(
        name=Path(one.name).name,
        file=Path(one.file).name,
        sha256=one.sha256,
        encoder_sha256=one.encoder_sha256,
        picture=structs.replace(_given(one.picture, plan), fit="covers the image encoder's square"),
        weight=one.weight,
    )


def _embedding(one: Inversion) -> Embedding:
    """An inversion without the place on this machine."""
    fields = [name for name in Embedding.__struct_fields__ if name != "file"]
    return Embedding(file=Path(one.file).name, **{name: getattr(one, name) for name in fields})


def _given(picture: Picture, plan: Plan) -> Given:
    fits = (picture.width, picture.height) == (plan.width, plan.height)
    return Given(
        file=Path(picture.path).name,
        sha256=picture.sha256,
        width=picture.width,
        height=picture.height,
        fit="as it is" if fits else f"covers {plan.width}x{plan.height}, cut in the middle",
    )


class Glimpse(NamedTuple):
    """As much of a record as tells which picture it is of; nothing, if it is none."""

    id: str | None = None
    file: str | None = None
    file_sha256: str | None = None


def glimpse(content: bytes | str) -> Glimpse:
    """Which picture a record's JSON is of, without reading the rest of it."""
    try:
        seen = msgspec.json.decode(content, type=_Glimpsed)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return Glimpse()
    return Glimpse(seen.plan.id, seen.file, seen.encoding.file_sha256)


class _GlimpsedPlan(Struct, frozen=True):
    id: str | None = None


class _GlimpsedEncoding(Struct, frozen=True):
    file_sha256: str | None = None


class _Glimpsed(Struct):
    plan: _GlimpsedPlan
    file: str | None = None
    encoding: _GlimpsedEncoding = _GlimpsedEncoding()


def to_json(record: Record) -> bytes:
    """The record as people and programs read it."""
    return msgspec.json.format(msgspec.json.encode(record, enc_hook=_plain), indent=2) + b"\n"


def from_json(content: bytes | str, origin: str) -> Record:
    """A record read back, of this schema or an earlier one; refuses what is none of ours."""
    try:
        return msgspec.json.decode(migration.current(content), type=Record)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise FileError(
            "not-a-record",
            f"{origin} is not a record of imagegen: {error}",
            hint=f"one of {SCHEMA}, or of an earlier number",
        ) from None


def without_words(record: Record) -> Record:
    """The record without its prompts, and without what quotes them."""
    plan = structs.replace(
        record.plan, prompt=None, negative_prompt=None, template=None, negative_template=None
    )
    said = tuple(Notice(one.code, LEFT_OUT, LEFT_OUT) for one in record.warnings)
    return structs.replace(
        record,
        plan=plan,
        request=None,
        warnings=said,
        writer=None,
        left_out=(
            *("request", "plan.prompt", "plan.negative_prompt"),
            *("plan.template", "plan.negative_template", "warnings", "writer"),
        ),
    )


def _plain(value: object) -> Any:
    """Scheduler configurations hold what JSON has no word for, numpy's numbers for instance."""
    if isinstance(value, Mapping):
        return dict(value)
    return value.tolist() if hasattr(value, "tolist") else str(value)
