"""How a picture was made: the record beside it and inside it, and what other tools read of it."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Literal
from xml.sax.saxutils import quoteattr

import msgspec
from msgspec import Struct

from imagegen import emphasis, lora_words
from imagegen.adapters import Lora
from imagegen.errors import FileError, Notice
from imagegen.plan import Plan
from imagegen.request import Request

SCHEMA: Final = "imagegen/record/1"
PNG_KEY = "imagegen"
BRACKETS = frozenset("()[]")
SOURCE_TYPE = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about=""
 xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
 xmp:CreatorTool={tool}
 Iptc4xmpExt:DigitalSourceType={source_type}
 Iptc4xmpExt:AISystemUsed={model}/>
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>"""


class Model(Struct, frozen=True, kw_only=True):
    """The weights; `files` are SHA-256 by path inside the model's folder."""

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
    """The machine that drew."""

    device: str
    name: str
    precision: str
    threads: int
    system: str


class Batch(Struct, frozen=True, kw_only=True):
    """How many pictures were drawn at once, and which of them this was (from 1)."""

    size: int
    position: int


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


class Drawing(Struct, frozen=True, kw_only=True):
    """What was decided for this picture: the plan without the places on this machine.

    `id` names the picture by all that decides its pixels (`plan.identity`). Prompts as they were
    written stand in `template` and `negative_template`, where they were templates.
    """

    id: str | None = None

    prompt: str
    negative_prompt: str
    seed: int
    steps: int
    scheduler: str
    guidance: float
    width: int
    height: int
    template: str | None = None
    negative_template: str | None = None
    prompt_syntax: str = emphasis.PLAIN
    loras: tuple[Adapter, ...] = ()


class Record(Struct, frozen=True, kw_only=True):
    """Everything that was needed to make the picture.

    `emphasis` is how the weights of words were applied: "Original" (webui's way, which restores the
    mean), "No norm" (webui's way, without that), "comfy", "compel"; None where there are none.
    """

    schema: Literal["imagegen/record/1"] = SCHEMA
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
    warnings: tuple[Notice, ...]


def drawing(plan: Plan, identity: str) -> Drawing:
    """The part of a plan that makes the picture what it is."""
    fields = [name for name in Drawing.__struct_fields__ if name not in {"id", "loras"}]
    loras = tuple(_adapter(one) for one in plan.loras)
    return Drawing(id=identity, loras=loras, **{name: getattr(plan, name) for name in fields})


def _adapter(lora: Lora) -> Adapter:
    """A LoRA without the place on this machine."""
    fields = [name for name in Adapter.__struct_fields__ if name != "file"]
    return Adapter(file=Path(lora.file).name, **{name: getattr(lora, name) for name in fields})


def plan_id(content: bytes | str) -> str | None:
    """The id of the plan in a record's JSON; None if it is no record, or an old one."""
    try:
        return msgspec.json.decode(content, type=_Glimpse).plan.id
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


class _GlimpsedPlan(Struct):
    id: str | None = None


class _Glimpse(Struct):
    """As much of a record as tells which picture it is of."""

    plan: _GlimpsedPlan


def to_json(record: Record) -> bytes:
    """The record as people and programs read it."""
    return msgspec.json.format(msgspec.json.encode(record, enc_hook=_plain), indent=2) + b"\n"


def from_json(content: bytes | str, origin: str) -> Record:
    """A record read back; refuses what is not one of ours, or of a later schema."""
    try:
        return msgspec.json.decode(content, type=Record)
    except msgspec.DecodeError as error:
        raise FileError(
            "not-a-record",
            f"{origin} is not a record of imagegen: {error}",
            hint=f"one of {SCHEMA}",
        ) from None


def parameters_text(record: Record) -> str:
    """The `parameters` text of A1111, which most viewers and galleries read."""
    plan = record.plan
    # Of the UNet; or of the single file, as A1111 has it.
    weights = [
        digest for name, digest in record.model.files.items() if "unet/" in name or "/" not in name
    ]
    settings = {
        "Steps": str(plan.steps),
        "Sampler": record.scheduler.label,
        "Schedule type": record.scheduler.spacing,
        "CFG scale": f"{plan.guidance:g}",
        "Seed": str(plan.seed),
        "Size": f"{plan.width}x{plan.height}",
        "Model hash": weights[0][:10] if weights else None,
        "Model": Path(record.model.id).name.removesuffix(".safetensors"),
        "RNG": "CPU",  # a reader assumes noise from the GPU where nothing is said
        "Lora hashes": ", ".join(f"{one.name}: {one.weights_sha256[:12]}" for one in plan.loras),
        "Emphasis": _emphasis(record),
        "Version": f"imagegen {record.versions['imagegen']}",
    }
    line = ", ".join(f"{key}: {_quoted(value)}" for key, value in settings.items() if value)
    negative = [f"Negative prompt: {plan.negative_prompt}"] if plan.negative_prompt else []
    tags = [lora_words.tag_of(one.name, (one.text_weight, one.weight)) for one in plan.loras]
    return "\n".join([" ".join([plan.prompt, *tags]), *negative, line])


def _emphasis(record: Record) -> str | None:
    """As webui says it: "None" where brackets mean nothing; of its first way it says nothing."""
    plan = record.plan
    if plan.prompt_syntax == emphasis.PLAIN:
        return "None" if BRACKETS & {*plan.prompt, *plan.negative_prompt} else None
    return record.emphasis if record.emphasis == "No norm" else None


def xmp(record: Record) -> str:
    """XMP that says, in IPTC's words, that a trained model made this picture."""
    return XMP.format(
        tool=quoteattr(f"imagegen {record.versions['imagegen']}"),
        source_type=quoteattr(SOURCE_TYPE),
        model=quoteattr(record.model.id),
    )


def _quoted(value: str) -> str:
    return json.dumps(value, ensure_ascii=False) if re.search(r'[,:\n"]', value) else value


def _plain(value: object) -> Any:
    """Scheduler configurations hold what JSON has no word for, numpy's numbers for instance."""
    if isinstance(value, Mapping):
        return dict(value)
    return value.tolist() if hasattr(value, "tolist") else str(value)
