"""Our own record as a request: the plan decides, the request says what stands in no plan."""

from collections.abc import Iterator, Mapping
from typing import Any

from imagegen import control_words, emphasis, ip_adapter_words
from imagegen.errors import RequestError
from imagegen.reading import own
from imagegen.reading.found import Found, real, whole
from imagegen.reading.restored import File, Lost, Restored
from imagegen.request import Request

# What a plan has under another name than the request, what is not asked for, or what follows.
NOT_ASKED = {"id", "template", "negative_template", "drawn_steps", "safety_checker"}
PICTURES = ("image", "mask")
APART = {*PICTURES, "loras", "controls", "embeddings", "hires", "ip_adapters"}
# What no plan of ours says: a stranger's record must not say where to write, or what to read.
NEVER = {
    *("out", "name", "overwrite", "lenient", "offline"),
    *("wildcards", "lora", "lora_dir", "control", "embedding", "ip_adapter"),
    *("model_config", "tokenizer"),
}
# Of the request: what completes the model, what was let pass, and in which form it was written.
OF_REQUEST = (
    *("model_config", "tokenizer", "lenient"),
    *("format", "quality", "metadata", "hide_prompt", "prompt_writer"),
)
# Of the machine: what changes pixels, and can be had on another one.
OF_MACHINE = ("precision", "quantize", "deterministic")
NEEDED = ("prompt", "seed", "steps", "scheduler", "guidance", "width", "height", "model")


def is_whole(found: Found) -> bool:
    """Whether it was found in a record of ours, and not in the text that other tools read."""
    schema = found.other.get("schema")
    return found.tool == own.TOOL and isinstance(schema, str) and schema.startswith(own.SCHEMA)


def request_of(found: Found) -> Restored:
    """The request that draws a picture of ours again.

    What earlier records do not say is what it was then, not what is usual now.
    """
    plan = _inner(found.other, "plan")
    asked, names = _inner(found.other, "request"), {*Request.__struct_fields__} - NEVER
    fields = {name: asked[name] for name in OF_REQUEST if asked.get(name) is not None}
    fields |= {name: value for name, value in plan.items() if name in names - APART}
    fields |= {
        "expand": "no",
        "prompts": None if found.prompt is None else (found.prompt,),
        "negative": found.negative_prompt,
        "model": found.model,
        "revision": found.model_hash,
        "variant": _inner(found.other, "model").get("variant"),
        "seeds": None if found.seed is None else (found.seed,),
        "steps": found.steps,
        "scheduler": found.scheduler,
        "guidance": found.guidance,
        "width": found.width,
        "height": found.height,
        "strength": found.strength,
        "clip_skip": found.clip_skip,
        "prompt_syntax": found.prompt_syntax or emphasis.PLAIN,
        "no_safety_checker": plan.get("safety_checker") is False or None,
    }
    lost = [*_missing(found), *_unknown(plan, names)]
    hires = plan.get("hires")
    if hires is not None:
        again = _hires(hires, found, asked)
        fields |= again
        lost += [] if again else [Lost("hires", "its size and strength are not understood")]
    files, unreadable = _files(plan, asked)
    return Restored(
        {name: value for name, value in fields.items() if value is not None},
        [*lost, *unreadable],
        _machine(found),
        files,
    )


def _missing(found: Found) -> Iterator[Lost]:
    reasons = {one.field.removeprefix("plan."): one.reason for one in found.unknown}
    for name in NEEDED:
        if getattr(found, name) is None:
            yield Lost(name, reasons.get(name, "there is none in the record"))
    if found.prompt is not None and found.negative_prompt is None:
        reason = reasons.get("negative_prompt", "there is none in the record")
        yield Lost("negative_prompt", reason)


def _unknown(plan: Mapping[str, Any], names: set[str]) -> Iterator[Lost]:
    for name, value in plan.items():
        if name not in names | NOT_ASKED | APART and value is not None:
            yield Lost(name, "a request has no such option")


def _machine(found: Found) -> dict[str, Any]:
    placed = _inner(found.other, "machine")
    return {name: placed[name] for name in OF_MACHINE if placed.get(name) not in (None, False)}


def _hires(hires: Any, found: Found, asked: Mapping[str, Any]) -> dict[str, Any]:
    """The factor as it was asked for; if that is not known, the one that gives this size."""
    said = hires if isinstance(hires, dict) else {}
    width, height, strength = (
        *(whole(said.get("width")), whole(said.get("height"))),
        real(said.get("strength")),
    )
    if not (width and height and strength and found.width and found.height):
        return {}
    factor = (width / found.width + height / found.height) / 2
    return {"hires": asked.get("hires", factor), "hires_strength": strength}


def _files(
    plan: Mapping[str, Any], asked: Mapping[str, Any]
) -> tuple[tuple[File, ...], list[Lost]]:
    """The pictures and LoRAs that it was drawn with, and which of them are not described."""
    files: list[File] = []
    lost: list[Lost] = []
    for field in PICTURES:
        given = plan.get(field)
        if given is None or (field == "mask" and given == "alpha"):
            continue
        name, digest = _named(given)
        if name is None or digest is None:
            lost.append(Lost(field, "the record does not say which file it was"))
        else:
            said = asked.get(field)
            files.append(File(field, name, digest, (said,) if isinstance(said, str) else ()))  # type: ignore[arg-type]
    listed = plan.get("loras")
    for one in listed if isinstance(listed, list) else []:
        lora = _lora(one, asked)
        if lora is None:
            lost.append(Lost("lora", "the record does not say which file it was, or its weight"))
        else:
            files.append(lora)
    for control in _controls(plan, asked):
        if control is None:
            lost.append(
                Lost("control", "the record does not say which picture, or how it was read")
            )
        else:
            files.append(control)
    for embedding in _embeddings(plan, asked):
        if embedding is None:
            lost.append(Lost("embedding", "the record does not say which file it was, or its word"))
        else:
            files.append(embedding)
    for look in _looks(plan, asked):
        if look is None:
            lost.append(
                Lost("ip_adapter", "the record does not say which files it was, or how much")
            )
        else:
            files.append(look)
    return tuple(files), lost


def _embeddings(plan: Mapping[str, Any], asked: Mapping[str, Any]) -> Iterator[File | None]:
    """Each textual inversion that the words of the picture called for."""
    listed, words = plan.get("embeddings"), asked.get("embedding")
    said = tuple(word for word in words if isinstance(word, str)) if words else ()
    for one in listed if isinstance(listed, list) else []:
        name, digest = _named(one)
        token = one.get("token") if isinstance(one, dict) else None
        if name is None or digest is None or not isinstance(token, str) or not token:
            yield None
            continue
        source = one.get("source")
        hub = source if isinstance(source, str) else None
        yield File("embedding", name, digest, said, hub, token=token)


def _controls(plan: Mapping[str, Any], asked: Mapping[str, Any]) -> Iterator[File | None]:
    """Each control of the plan, its picture to be found; the request has them in this order."""
    listed, words = plan.get("controls"), asked.get("control")
    controls = listed if isinstance(listed, list) else []
    said = words if isinstance(words, list) and len(words) == len(controls) else controls
    for one, word in zip(controls, said, strict=True):
        given = one if isinstance(one, dict) else {}
        name, digest = _named(given.get("picture"))
        how = tuple(real(given.get(key)) for key in ("weight", "start", "end"))
        network, places = _asked_as(word, given.get("name"))
        if name is None or digest is None or None in how or not isinstance(network, str):
            yield None
            continue
        weight, start, end = (one or 0.0 for one in how)
        yield File(
            *("control", name, digest, places),
            weights=(weight, weight),
            network=network,
            share=(start, end),
        )


def _looks(plan: Mapping[str, Any], asked: Mapping[str, Any]) -> Iterator[File | None]:
    """Each picture seen through an IP-Adapter; the request has them in this order."""
    listed, words = plan.get("ip_adapters"), asked.get("ip_adapter")
    looks = listed if isinstance(listed, list) else []
    said = words if isinstance(words, list) and len(words) == len(looks) else looks
    for one, word in zip(looks, said, strict=True):
        given = one if isinstance(one, dict) else {}
        name, digest = _named(given.get("picture"))
        adapter, through = _named(given)
        weight = real(given.get("weight"))
        if name is None or digest is None or adapter is None or through is None or weight is None:
            yield None
            continue
        try:
            then = ip_adapter_words.option(word) if isinstance(word, str) else None
        except RequestError:
            then = None
        yield File(
            *("ip_adapter", name, digest, () if then is None else (then.file,)),
            weights=(weight, weight),
            network=adapter if then is None else then.adapter,
            through=through,
        )


def _asked_as(word: Any, name: Any) -> tuple[Any, tuple[str, ...]]:
    """The network of a control, and where its picture lay, as the request had them."""
    try:
        asked = control_words.option(word) if isinstance(word, str) else None
    except RequestError:
        asked = None
    return (name, ()) if asked is None else (asked.model, (asked.file,))


def _lora(one: Any, asked: Mapping[str, Any]) -> File | None:
    name, digest = _named(one)
    weight, text = (
        (real(one.get("weight")), real(one.get("text_weight")))
        if isinstance(one, dict)
        else (None, None)
    )
    if name is None or digest is None or weight is None:
        return None
    words = asked.get("lora")
    said = tuple(word for word in words if isinstance(word, str)) if words else ()
    folder = asked.get("lora_dir")
    source = one.get("source")
    return File(
        "lora",
        name,
        digest,
        (*said, folder) if isinstance(folder, str) else said,
        source if isinstance(source, str) else None,
        (weight if text is None else text, weight),
    )


def _named(given: Any) -> tuple[str | None, str | None]:
    """The name and the hash of a file."""
    said = given if isinstance(given, dict) else {}
    name, digest = said.get("file"), said.get("sha256")
    return (
        name if isinstance(name, str) and name else None,
        digest if isinstance(digest, str) and len(digest) == 64 else None,
    )


def _inner(values: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = values.get(name)
    return value if isinstance(value, dict) else {}
