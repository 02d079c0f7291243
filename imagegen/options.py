"""The options of a picture by the names people use: words, cells and JSON become a Request."""

import difflib
import math
import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from imagegen import control_words, emphasis, grammar, inversion, ip_adapter_words, lora_words
from imagegen import request as requests
from imagegen.errors import RequestError
from imagegen.formats import ENDINGS, FORMATS, LEVELS
from imagegen.request import MEMORY, QUANTISERS, MachineRequest, Request

EXPANSIONS = ("random", "all", "no")
TIMES = re.compile(r"([\d.]+)\s*[x×]")
YES, NO = ("true", "yes", "on", "1"), ("false", "no", "off", "0")
# What other tools call the same; hyphens, blanks and capitals do not matter.
ALIASES = {
    "negative-prompt": "negative",
    "num-inference-steps": "steps",
    "cfg": "guidance",
    "cfg-scale": "guidance",
    "guidance-scale": "guidance",
    "sampler": "scheduler",
    "seeds": "seed",
    "prompts": "prompt",
    "file": "name",
    "filename": "name",
    "file-name": "name",
    "output": "name",
    "dtype": "precision",
    "quantise": "quantize",
    "init-image": "image",
    "input-image": "image",
    "mask-image": "mask",
    "denoising-strength": "strength",
    "hires-upscale": "hires",
    "textual-inversion": "embedding",
    "clip-stop-at-last-layers": "clip-skip",
}
Fields = dict[str, Any]
Reader = Callable[[str, Any], Fields]


class Option(NamedTuple):
    """One row of the table: how a value is read into fields, and what JSON may say."""

    read: Reader
    schema: Mapping[str, Any]
    help: str


class Asked(NamedTuple):
    """What was read: the request, and where and how to work."""

    request: Request
    machine: MachineRequest


def name_of(text: str) -> str:
    """Our name of an option, from the way somebody spelled it; refuses what is none."""
    plain = "-".join(text.lower().replace("_", " ").replace("-", " ").split())
    name = ALIASES.get(plain, plain)
    if name in OPTIONS:
        return name
    near = difflib.get_close_matches(plain, [*OPTIONS, *ALIASES], n=1, cutoff=0.6)
    raise RequestError(
        "unknown-option",
        f"there is no option '{text}'",
        hint=ALIASES.get(near[0], near[0]) if near else ", ".join(OPTIONS),
    )


def problems(said: Mapping[str, Any]) -> list[RequestError]:
    """Everything that is wrong with these values, each by itself."""
    found: list[RequestError] = []
    for name, value in said.items():
        try:
            OPTIONS[name].read(name, value)
        except RequestError as error:
            found.append(error)
    return found


def ask(said: Mapping[str, Any]) -> Asked:
    """The request that these values make; the first value that is wrong is refused.

    A value is a word of the command line, a cell of a table, or what JSON says; None is not said.
    """
    if said.get("size") is not None:
        for side in ("width", "height"):
            if said.get(side) is not None:
                raise RequestError(
                    "size-twice", f"both size and {side} are said", hint=f"size or {side}"
                )
    fields: Fields = {"prompts": ()}
    for name, value in said.items():
        if value is not None:
            fields.update(OPTIONS[name].read(name, value))
    where = {name: fields.pop(name) for name in MACHINE_FIELDS if name in fields}
    return Asked(Request(**fields), MachineRequest(**where))


def _prompts(name: str, value: Any) -> Fields:
    if isinstance(value, (list, tuple)):
        return {"prompts": tuple(_text(name, one) for one in value) or _refuse(name, value)}
    return {"prompts": (_text(name, value),)}


def _words(field: str) -> Reader:
    return lambda name, value: {field: _text(name, value)}


def _schedulers(name: str, value: Any) -> Fields:
    asked = value if isinstance(value, (list, tuple)) else _text(name, value).split(",")
    schedulers = tuple(_text(name, one).strip() for one in asked) or _refuse(name, value)
    return {"scheduler": schedulers[0] if len(schedulers) == 1 else schedulers}


def _loras(name: str, value: Any) -> Fields:
    """Each is checked as it is written; a cell of a table may name several, with commas."""
    asked = value if isinstance(value, (list, tuple)) else _text(name, value).split(",")
    words = tuple(_text(name, one).strip() for one in asked)
    for word in words:
        lora_words.option(word)
    return {"lora": words or _refuse(name, value)}


def _controls(name: str, value: Any) -> Fields:
    words = _listed(name, value)
    for word in words:
        control_words.option(word)
    return {"control": words or _refuse(name, value)}


def _embeddings(name: str, value: Any) -> Fields:
    words = _listed(name, value)
    for word in words:
        inversion.option(word)
    return {"embedding": words or _refuse(name, value)}


def _ip_adapters(name: str, value: Any) -> Fields:
    words = _listed(name, value)
    for word in words:
        ip_adapter_words.option(word)
    return {"ip_adapter": words or _refuse(name, value)}


def _listed(name: str, value: Any) -> tuple[str, ...]:
    """Several words; a cell of a table may name them with commas."""
    asked = value if isinstance(value, (list, tuple)) else _text(name, value).split(",")
    return tuple(_text(name, one).strip() for one in asked)


def _seeds(name: str, value: Any) -> Fields:
    if isinstance(value, str):
        return {"seeds": grammar.seeds_from(value)}
    if isinstance(value, (list, tuple)):
        if any(isinstance(one, str) for one in value):
            return {"seeds": grammar.seeds_from(",".join(_text(name, one) for one in value))}
        return {"seeds": tuple(_whole(name, one) for one in value) or _refuse(name, value)}
    return {"seeds": (_whole(name, value),)}


def _numbers(name: str, value: Any) -> Fields:
    read = _real if name in grammar.REAL else _whole
    if isinstance(value, str):
        return {name: grammar.numbers_from(name, value)}
    if isinstance(value, (list, tuple)) and value:
        numbers = tuple(read(name, one) for one in value)
        return {name: numbers[0] if len(numbers) == 1 else numbers}
    return {name: read(name, value)}


def _number(name: str, value: Any) -> Fields:
    whole = grammar.number_from(name, value) if isinstance(value, str) else _whole(name, value)
    return {name.replace("-", "_"): whole}


def _one_number(name: str, value: Any) -> Fields:
    return {name.replace("-", "_"): _real(name, value)}


def _factor(name: str, value: Any) -> Fields:
    """`2x`, or 2: times as wide and as high."""
    if isinstance(value, str) and (number := TIMES.fullmatch(value.strip())):
        value = number[1]
    return {name: _real(name, value)}


def _size(name: str, value: Any) -> Fields:
    if isinstance(value, (list, tuple)):
        value = ",".join(_text(name, one) for one in value)
    width, height = grammar.sizes_from(_text(name, value))
    return {"width": width, "height": height}


def _flag(name: str, value: Any) -> Fields:
    if isinstance(value, bool):
        return {name.replace("-", "_"): value or None}
    word = value.strip().lower() if isinstance(value, str) else value
    if word not in (*YES, *NO):
        _refuse(name, value)
    return {name.replace("-", "_"): word in YES or None}


def _expand(name: str, value: Any) -> Fields:
    # YAML reads a bare `no` as false.
    word = "no" if value is False else value
    if word not in EXPANSIONS:
        _refuse(name, value)
    return {name: word}


def _syntax(name: str, value: Any) -> Fields:
    if value not in emphasis.SYNTAXES:
        _refuse(name, value)
    return {"prompt_syntax": value}


def _format(name: str, value: Any) -> Fields:
    format_ = ENDINGS.get(f".{value}".lower(), value)
    if format_ not in FORMATS:
        _refuse(name, value)
    return {"format": format_}


def _level(name: str, value: Any) -> Fields:
    # YAML reads a bare `no`, and people write it.
    word = "none" if value is False else value
    if word not in LEVELS:
        _refuse(name, value)
    return {"metadata": word}


def _text(name: str, value: Any) -> str:
    """Text, or a number in the place of one: a prompt may be `1984`, which YAML reads as such."""
    if isinstance(value, str):
        return value
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(value)
    return str(_refuse(name, value))


def _whole(name: str, value: Any) -> int:
    number = _real(name, value)
    if math.isfinite(number) and number == int(number):
        return int(value)
    return int(_refuse(name, value))


def _real(name: str, value: Any) -> float:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return value
    if isinstance(value, str):
        return grammar.number_from(name, value)
    return float(_refuse(name, value))


def _refuse(name: str, value: Any) -> Any:
    raise RequestError(
        f"bad-{name}", f"{name} {value!r} is not understood", hint=OPTIONS[name].help
    )


TEXT = {"type": "string"}
WHOLE = {"type": "integer", "minimum": 0}
FLAG = {"type": "boolean"}


def _several(*kinds: str, **more: Any) -> dict[str, Any]:
    """One value, a list of them, or text with the command line's grammar."""
    one = {"type": list(kinds), **more}
    words = {"type": list(dict.fromkeys((*kinds, "string"))), **more}
    return {"anyOf": [words, {"type": "array", "items": one}]}


OPTIONS: Mapping[str, Option] = {
    "prompt": Option(_prompts, _several("string"), "a few words of what to draw"),
    "negative": Option(_words("negative"), TEXT, "a few words"),
    "model": Option(_words("model"), TEXT, "storybook, sdxl, a folder, .safetensors or hub id"),
    "revision": Option(_words("revision"), TEXT, "a branch, tag or commit of a hub id"),
    "variant": Option(_words("variant"), TEXT, "fp16, or how else its files are marked"),
    "model-config": Option(
        _words("model_config"), TEXT, "for an unusual .safetensors, a diffusers folder like it"
    ),
    "tokenizer": Option(
        _words("tokenizer"), TEXT, "for a .safetensors, the folder of its tokenizer"
    ),
    "seed": Option(_seeds, _several("integer"), "7, 1,2,9, 1-100 or random"),
    "count": Option(_number, WHOLE, "how many pictures of each prompt"),
    "size": Option(_size, _several("string"), "512x768, or 512 for a square; also a list"),
    "width": Option(_numbers, _several("integer"), "pixels; also a list"),
    "height": Option(_numbers, _several("integer"), "pixels; also a list"),
    "steps": Option(_numbers, _several("integer"), "20, 10,20 or 10-50:10"),
    "scheduler": Option(_schedulers, _several("string"), "euler, or euler,ddim"),
    "guidance": Option(_numbers, _several("number"), "4.5, 3,7 or 3-7:0.5"),
    "zip": Option(_flag, FLAG, "true: the first of each list with the first of the others"),
    "expand": Option(_expand, {"enum": list(EXPANSIONS)}, "random, all or no"),
    "prompt-syntax": Option(
        _syntax,
        {"enum": list(emphasis.SYNTAXES)},
        "a1111, as in (word:1.3), comfy, compel or plain",
    ),
    "wildcards": Option(_words("wildcards"), TEXT, "the folder of wildcard files"),
    "no-safety-checker": Option(
        _flag, FLAG, "true: nothing blanks pictures that the model's checker takes for indecent"
    ),
    "image": Option(_words("image"), TEXT, "a picture's file"),
    "mask": Option(
        _words("mask"), TEXT, "a picture's file, white where to draw; or alpha, the picture's own"
    ),
    "strength": Option(_numbers, _several("number"), "0.01 to 1, or 0.3,0.6 or 0.2-0.8:0.2"),
    "hires": Option(_factor, {"type": ["number", "string"]}, "1.1x to 4x"),
    "hires-strength": Option(_one_number, {"type": "number"}, "0.01 to 1"),
    "lora": Option(_loras, _several("string"), "a .safetensors, folder or hub id, and :0.8"),
    "lora-dir": Option(_words("lora_dir"), TEXT, "the folder in which <lora:name> is looked up"),
    "control": Option(
        _controls, _several("string"), "canny=FILE, or a network's folder or hub id, and :0.8@0-0.7"
    ),
    "ip-adapter": Option(
        _ip_adapters, _several("string"), "ADAPTER=FILE, of a .safetensors or folder, and :0.6"
    ),
    "embedding": Option(
        *(_embeddings, _several("string")), "a .safetensors, folder or hub id, and :word"
    ),
    "clip-skip": Option(_number, WHOLE, "1 (none) to 12, as webui counts"),
    "lenient": Option(_flag, FLAG, "true: warn, do not refuse"),
    "out": Option(_words("out"), TEXT, "a folder"),
    "name": Option(_words("name"), TEXT, "a file name, or a template: {slug}-{seed}.png"),
    "overwrite": Option(_flag, FLAG, "true: replace files of that name"),
    "format": Option(_format, {"enum": list(FORMATS)}, "png, jpg, webp or avif"),
    "quality": Option(_number, WHOLE, "1 to 100; without it, jpg 95, avif 85, webp loses nothing"),
    "metadata": Option(_level, {"enum": list(LEVELS)}, "full, minimal or none"),
    "hide-prompt": Option(_flag, FLAG, "true: the picture does not say its prompt"),
    "prompt-writer": Option(_words("prompt_writer"), TEXT, "a person's name"),
    "device": Option(_words("device"), TEXT, "auto, cpu, cuda, cuda:1, mps or xpu"),
    "precision": Option(_words("precision"), TEXT, "auto, float32, float16 or bfloat16"),
    "batch-size": Option(_number, WHOLE, "how many pictures are drawn at once"),
    "deterministic": Option(_flag, FLAG, "true: the same bits each time on one machine"),
    "memory": Option(_words("memory"), {"enum": list(MEMORY)}, requests.one_of(MEMORY)),
    "quantize": Option(_words("quantize"), {"enum": list(QUANTISERS)}, requests.one_of(QUANTISERS)),
    "offline": Option(_flag, FLAG, "true: only what is on this machine, no network"),
}
REPEATED = ("lora", "control", "embedding", "ip-adapter")
FLAGS = (
    *("zip", "no-safety-checker", "lenient", "overwrite"),
    *("hide-prompt", "deterministic", "offline"),
)
MACHINE_FIELDS = ("device", "precision", "batch_size", "deterministic", "memory", "quantize")
