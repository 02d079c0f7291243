"""A picture's record as a request of ours, and what of it a request cannot say again."""

import math
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import msgspec

from imagegen import grammar
from imagegen.reading.found import Found, cut
from imagegen.request import Request

OWN = "imagegen"
# What a plan has under another name than the request, or what is not asked for.
NOT_ASKED = {"id", "template", "negative_template"}
# Fields of a request that say where to write and how to speak: no part of how a picture is made.
NOT_OF_PICTURES = {"out", "name", "overwrite", "lenient", "count", "zip", "wildcards", "offline"}
HUB_ID = re.compile(r"[\w.-]+/[\w.-]+")
HUB_TOOLS = {"mflux", "dgenerate"}  # name models by their ids; others' names with / are folders
NEEDED = ("prompt", "seed", "steps", "scheduler", "guidance", "width", "height", "model")
BRACES = re.compile(r"[{}\[\]]")
# What other tools do after or beside the one pass that imagegen draws, by the names they give it.
MORE = re.compile(
    r"hires|hrf_|refiner|controlnet|control_net|control_model|ip_?adapter|t2i_?adapter|upscal"
    r"|adetailer|face.?restor|face.?correct|init.?im|mask|inpaint|variation|seed resize|tiling"
    r"|seamless|token merging|freeu|pag|ensd|^passes$|^characters$|style|redux|embed|hypernet"
    r"|add_noise|start_at_step|end_at_step|ip_?adapters|rescale",
    re.IGNORECASE,
)
OFF: tuple[Any, ...] = (None, "", "None", "none", False, "False", "false", 0, "0", [], {})


class Lost(NamedTuple):
    """What a request cannot restore, and why."""

    field: str
    reason: str


class Restored(NamedTuple):
    """The fields of a request that draws the picture again, and what is lost."""

    fields: dict[str, Any]
    lost: list[Lost]

    def request(self) -> Request:
        """The request itself; msgspec.ValidationError where a field is not of its kind."""
        return msgspec.convert(self.fields, Request, strict=False)


def request_of(found: Found) -> Restored:
    """The request that draws what was found, and each thing of it that it does not restore.

    A field that is neither in the request nor among what is lost was not there. Values that our
    own limits forbid are lost, too: what is returned can be drawn.
    """
    if found.tool == OWN and isinstance(found.other.get("plan"), dict):
        return _own(found)
    fields: dict[str, Any] = {"expand": "no"}  # what is recorded is what was drawn
    lost = [*_words(found, fields), *_numbers(found, fields), *_scheduler(found, fields)]
    lost += [*_model(found, fields), *_beside(found)]
    return Restored(fields, lost)


def _own(found: Found) -> Restored:
    """Of our own record: the plan decides, the request says what stands in no plan."""
    plan: Mapping[str, Any] = found.other["plan"]
    asked = found.other.get("request")
    names = set(Request.__struct_fields__)
    fields = {
        name: value
        for name, value in (asked.items() if isinstance(asked, dict) else ())
        if name in names - NOT_OF_PICTURES and value is not None
    }
    fields |= {name: value for name, value in plan.items() if name in names and value is not None}
    fields |= {
        "expand": "no",
        "prompts": None if found.prompt is None else (found.prompt,),
        "negative": found.negative_prompt,
        "model": found.model,
        "revision": found.model_hash,
        "seeds": None if found.seed is None else (found.seed,),
        "steps": found.steps,
        "scheduler": found.scheduler,
        "guidance": found.guidance,
        "width": found.width,
        "height": found.height,
        "clip_skip": found.clip_skip,
        "prompt_syntax": found.prompt_syntax,
    }
    model = found.other.get("model")
    if isinstance(model, dict) and model.get("variant") is not None:
        fields["variant"] = model["variant"]
    reasons = {one.field: one.reason for one in found.unknown}
    lost = [
        Lost(name, reasons.get(name, "there is none in the record"))
        for name in NEEDED
        if getattr(found, name) is None
    ]
    lost += [
        Lost(name, "a request has no such option")
        for name, value in plan.items()
        if name not in names | NOT_ASKED
        and value not in (None, [])
        and not (name == "embeddings" and "embedding" in fields)  # the request has their files
    ]
    return Restored({name: value for name, value in fields.items() if value is not None}, lost)


def _words(found: Found, fields: dict[str, Any]) -> Iterator[Lost]:
    if found.prompt:
        fields["prompts"] = (found.prompt,)
    else:
        yield Lost("prompt", "there is none in the record")
    if found.negative_prompt is not None:
        fields["negative"] = found.negative_prompt
    if found.prompt_syntax is not None:
        fields["prompt_syntax"] = found.prompt_syntax
    elif BRACES.search(f"{found.prompt or ''}{found.negative_prompt or ''}"):
        fields["prompt_syntax"] = "plain"
        yield Lost("emphasis", f"what brackets mean to {found.tool} is not what they mean here")
    else:
        fields["prompt_syntax"] = "plain"


def _numbers(found: Found, fields: dict[str, Any]) -> Iterator[Lost]:
    if found.seed is None or not 0 <= found.seed < grammar.SEED_LIMIT:
        reason = "there is none in the record" if found.seed is None else f"{found.seed} is none"
        yield Lost("seed", reason)
    else:
        fields["seeds"] = (found.seed,)
    if found.clip_skip is not None and found.clip_skip > 1:
        limit = grammar.LIMITS["clip-skip"]
        if found.clip_skip <= limit.most:
            fields["clip_skip"] = found.clip_skip
        else:
            yield Lost("clip-skip", f"{found.clip_skip} is not from 1 to {limit.most:g}")
    for name in ("steps", "guidance", "width", "height"):
        number, limit = getattr(found, name), grammar.LIMITS[name]
        if number is None:
            yield Lost(name, "there is none in the record")
        elif math.isfinite(number) and limit.least <= number <= limit.most:
            fields[name] = number
        else:
            yield Lost(name, f"{number:g} is not from {limit.least:g} to {limit.most:g}")


def _scheduler(found: Found, fields: dict[str, Any]) -> Iterator[Lost]:
    if found.scheduler is not None:
        fields["scheduler"] = found.scheduler
        return
    said = f"{found.sampler} {found.schedule or ''}".strip()
    reasons = [one.reason for one in found.unknown if one.field == "scheduler"]
    none = f"'{cut(said)}' is none of ours" if found.sampler else "there is none in the record"
    yield Lost("scheduler", reasons[0] if reasons else none)


def _model(found: Found, fields: dict[str, Any]) -> Iterator[Lost]:
    """A hub id is a model; a file's name is only a hint."""
    name = found.model
    if name is not None and found.tool in HUB_TOOLS and HUB_ID.fullmatch(name):
        fields["model"] = name
    elif name is None:
        yield Lost("model", "there is none in the record")
    else:
        digest = f" (hash {cut(found.model_hash)})" if found.model_hash else ""
        yield Lost("model", f"'{cut(name)}'{digest} is a name of {found.tool}'s; say which it is")


def _beside(found: Found) -> Iterator[Lost]:
    """What is no option of a request, or works on other files that are only named."""
    for lora in found.loras:
        weight = "" if lora.weight is None else f" with weight {lora.weight:g}"
        yield Lost("lora", f"'{cut(lora.name)}'{weight} is a name of {found.tool}'s; say its file")
    if found.vae is not None and found.vae not in OFF:
        yield Lost(
            "vae", f"'{cut(found.vae)}' is a name of {found.tool}'s; the model's own is used"
        )
    if found.strength is not None:
        yield Lost("strength", "it was made from another picture, or in a second pass")
    if found.noise != "cpu":
        place = "in a way that is not told" if found.noise is None else f"by '{cut(found.noise)}'"
        yield Lost("noise", f"it was drawn {place}, and ours on the CPU: another picture comes")
    for name in found.hashes:
        if name.startswith("embed:"):
            yield Lost("embedding", f"'{cut(name.removeprefix('embed:'))}' is only named")
    if found.prompt_syntax == "comfy" and "embedding:" in f"{found.prompt}{found.negative_prompt}":
        yield Lost("embedding", "the prompt calls one by a name of ComfyUI's")
    for name, value in found.other.items():
        if MORE.search(name) and value not in OFF:
            yield Lost(cut(name), f"'{cut(str(value))}' has no counterpart")
    for one in found.unknown:
        if one.field in ("picture", "output", "prompt", "negative_prompt"):
            yield Lost(one.field, one.reason)
