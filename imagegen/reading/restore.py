"""A picture's record as a request of ours, and what of it a request cannot say again."""

import math
import re
from collections.abc import Iterator
from typing import Any

from imagegen import catalog, emphasis, grammar, lora_words
from imagegen.errors import RequestError
from imagegen.reading import restore_own
from imagegen.reading.found import Found, Lora, cut
from imagegen.reading.restored import File, Lost, Restored

OWN = "imagegen"
HUB_ID = re.compile(r"[\w.-]+/[\w.-]+")
HUB_TOOLS = {"mflux", "dgenerate"}  # name models by their ids; others' names with / are folders
BRACES = re.compile(r"[{}\[\]]")
SURE = 8  # digits of a hash that tell one LoRA from all others here
# What other tools do after or beside the one pass that imagegen draws, by the names they give it.
MORE = re.compile(
    r"hires|hrf_|refiner|controlnet|control_net|control_model|ip_?adapter|t2i_?adapter|upscal"
    r"|adetailer|face.?restor|face.?correct|init.?im|mask|inpaint|variation|seed resize|tiling"
    r"|seamless|token merging|freeu|pag|ensd|^passes$|^characters$|style|redux|embed|hypernet"
    r"|add_noise|start_at_step|end_at_step|ip_?adapters|rescale",
    re.IGNORECASE,
)
OFF: tuple[Any, ...] = (None, "", "None", "none", False, "False", "false", 0, "0", [], {})


def request_of(found: Found) -> Restored:
    """The request that draws what was found, and each thing of it that it does not restore.

    A field that is neither in the request nor among what is lost was not there. Values that our
    own limits forbid are lost, too: what is returned can be drawn.
    """
    if restore_own.is_whole(found):
        return restore_own.request_of(found)
    fields: dict[str, Any] = {"expand": "no"}  # what is recorded is what was drawn
    lost = [*_words(found, fields), *_numbers(found, fields), *_scheduler(found, fields)]
    lost += [*_model(found, fields), *_beside(found)]
    files, unnamed = _loras(found)
    return Restored(fields, [*lost, *unnamed], {}, files)


def _words(found: Found, fields: dict[str, Any]) -> Iterator[Lost]:
    prompt = _untagged(found)
    if prompt:
        fields["prompts"] = (prompt,)
    else:
        yield Lost("prompt", "there is none in the record")
    if found.negative_prompt is not None:
        fields["negative"] = found.negative_prompt
    syntax, texts = found.prompt_syntax, (prompt, found.negative_prompt or "")
    fields["prompt_syntax"] = emphasis.PLAIN if syntax is None else syntax
    if syntax is None and _could_weigh(texts, ours=found.tool == OWN):
        yield Lost("emphasis", f"what brackets mean to {found.tool} is not told")


def _could_weigh(texts: tuple[str, str], *, ours: bool) -> bool:
    """Whether brackets in them may mean something; of our own, in any of the syntaxes."""
    if not ours:
        return BRACES.search("".join(texts)) is not None
    syntaxes = (one for one in emphasis.SYNTAXES if one != emphasis.PLAIN)
    return any(emphasis.means_something(text, one) for one in syntaxes for text in texts)


def _has_tags(found: Found) -> bool:
    return found.prompt_syntax == "a1111" or found.tool == OWN


def _untagged(found: Found) -> str:
    """The prompt without the tags of LoRAs, which are restored by themselves."""
    prompt = found.prompt or ""
    return lora_words.TAG.sub("", prompt).strip() if _has_tags(found) else prompt


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
    is_id = name is not None and found.tool in HUB_TOOLS and HUB_ID.fullmatch(name)
    if is_id or (found.tool == OWN and name == catalog.BUILT_IN):
        fields["model"] = name
    elif name is None:
        yield Lost("model", "there is none in the record")
    else:
        digest = f" (hash {cut(found.model_hash)})" if found.model_hash else ""
        yield Lost("model", f"'{cut(name)}'{digest} is a name of {found.tool}'s; say which it is")


def _beside(found: Found) -> Iterator[Lost]:
    """What is no option of a request, or works on other files that are only named."""
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


def _loras(found: Found) -> tuple[tuple[File, ...], list[Lost]]:
    """Those that a hash and a weight tell, to be found again; of the others only names are left."""
    weights = _tagged(found)
    files: list[File] = []
    lost: list[Lost] = []
    for lora in found.loras:
        one = weights.get(lora.name)
        if one is None and lora.weight is not None:
            one = (lora.weight, lora.weight)
        if one is not None and len(lora.hash or "") >= SURE:
            files.append(File("lora", lora.name, str(lora.hash).lower(), weights=one))
        else:
            lost.append(Lost("lora", f"{_told(lora)} is a name of {found.tool}'s; say its file"))
    return tuple(files), lost


def _tagged(found: Found) -> dict[str, tuple[float, float]]:
    """The weights of text encoders and network that the prompt's tags say."""
    if not _has_tags(found):
        return {}
    try:
        _, tags = lora_words.tags(found.prompt or "")
    except RequestError:
        return {}  # their weights are nothing that we could apply
    return {one.name: (one.text_weight, one.weight) for one in tags}


def _told(lora: Lora) -> str:
    weight = "" if lora.weight is None else f" with weight {lora.weight:g}"
    return f"'{cut(lora.name)}'{weight}"
