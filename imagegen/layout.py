"""Which files of a model's repository a pipeline needs: of each part its weights once, and safe."""

import re
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath
from typing import Any

from imagegen.errors import ModelError

ROOT = ("model_index.json", "imagegen.json")
PLAIN = ".safetensors"
PICKLED = (".bin", ".ckpt", ".pt", ".pth", ".pkl")
# Weights, in formats that are not read here.
OTHERS = (*PICKLED, ".msgpack", ".h5", ".onnx", ".onnx_data", ".pb", ".gguf", ".flashpack", ".ot")
STEMS = ("diffusion_pytorch_model", "pytorch_model", "model")
# diffusion_pytorch_model.fp16.safetensors, model.fp16-00001-of-00002.safetensors, and older:
# model-00001-of-00002.fp16.safetensors. Other names (…non_ema…) are not what a pipeline loads.
WEIGHTS = re.compile(
    rf"(?:{'|'.join(STEMS)})"
    r"(?:\.(?P<variant>[\w-]+?))?(?:-\d{5}-of-\d{5})?(?:\.(?P<older>\w+))?\.safetensors"
)


def parts(index: Mapping[str, Any]) -> list[str]:
    """The parts that a pipeline's `model_index.json` names, but for those it does without."""
    return [key for key, value in index.items() if isinstance(value, list) and value[0] is not None]


def needed(
    files: Iterable[str], index: Mapping[str, Any], variant: str | None, name: str
) -> list[str]:
    """Of a repository's files, those to load; refuses weights that are pickles only.

    Where a part has weights of the variant these are taken, else its plain ones.
    """
    files, wanted = sorted(files), set(parts(index))
    _check_code(files, index, name)
    found = [file for file in files if file in ROOT]
    for part in sorted(wanted):
        of_part = [file for file in files if file.startswith(f"{part}/")]
        weights = [file for file in of_part if file.endswith(PLAIN)]
        chosen = [file for file in weights if _variant(file) == variant] or [
            file for file in weights if is_plain(file)
        ]
        pickles = [file for file in of_part if file.endswith(PICKLED)]
        if pickles and not chosen:
            raise _pickled(name, pickles[0]) if not weights else _no_plain(name, part, weights)
        if weights and not chosen:
            raise _no_plain(name, part, weights)
        found += chosen
        found += [file for file in of_part if not file.endswith((PLAIN, *OTHERS))]
    return found


def variants(files: Iterable[str]) -> list[str]:
    """The names of the variants that there are weights of, such as fp16."""
    return sorted({found for file in files if (found := _variant(file)) is not None})


def only_variant(files: Iterable[str]) -> str | None:
    """The variant to take where none is asked for: the one there is, if there is nothing else."""
    files = list(files)
    weights = [
        file for file in files if "/" in file and WEIGHTS.fullmatch(PurePosixPath(file).name)
    ]
    if not weights or any(is_plain(file) for file in weights):
        return None
    found = variants(weights)
    return "fp16" if "fp16" in found else found[0]


def check_variant(files: Iterable[str], variant: str | None, name: str) -> None:
    """Refuse a variant that no part has weights of."""
    found = variants(files)
    if variant is None or variant in found:
        return
    raise ModelError(
        "variant-not-found",
        f"model '{name}' has no weights of the variant '{variant}'",
        hint=f"--variant {' or '.join(found)}" if found else "no --variant: it has only one kind",
    )


def check_safe(files: Iterable[str], name: str) -> None:
    """Refuse a folder in which some part has its weights as a pickle only."""
    files = list(files)
    safe = {file.split("/")[0] for file in files if file.endswith(PLAIN)}
    for file in sorted(files):
        stem, _, kind = PurePosixPath(file).name.partition(".")
        weights = stem.split("-")[0] in STEMS and f".{kind}".endswith(PICKLED)
        if weights and file.split("/")[0] not in safe:
            raise _pickled(name, file)


def is_plain(file: str) -> bool:
    """Whether a file is weights of no variant."""
    match = WEIGHTS.fullmatch(PurePosixPath(file).name)
    return match is not None and match["variant"] is None and match["older"] is None


def _check_code(files: Iterable[str], index: Mapping[str, Any], name: str) -> None:
    """Refuse a pipeline that comes with a program of its own: it would be somebody's, unread."""
    custom = [f"{part}/{index[part][0]}.py" for part in parts(index) if part != "_class_name"]
    found = [file for file in files if file in custom]
    if isinstance(index.get("_class_name"), list):
        found.append(f"{index['_class_name'][0]}.py")
    if found:
        raise ModelError(
            "remote-code",
            f"model '{name}' needs a program of its own, {found[0]}, which is not run",
            hint="a model of one of diffusers' own pipelines",
        )


def _variant(file: str) -> str | None:
    match = WEIGHTS.fullmatch(PurePosixPath(file).name)
    return None if match is None else match["variant"] or match["older"]


def _pickled(name: str, file: str) -> ModelError:
    return ModelError(
        "pickled-weights",
        f"model '{name}' has {file} as a pickle only, which could run any program when it is read",
        hint="convert it where you trust it: load it with diffusers, then "
        "pipe.save_pretrained('folder', safe_serialization=True), and -m ./folder",
    )


def _no_plain(name: str, part: str, weights: Iterable[str]) -> ModelError:
    found = variants(weights)
    return ModelError(
        "variant-not-found",
        f"model '{name}' has no weights of its {part} but {', '.join(weights)}",
        hint=f"--variant {' or '.join(found)}" if found else "another model",
    )
