"""Load a model in the precision it works in, give it a scheduler, and place it on the machine."""

import logging
import platform
import time
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import diffusers
import torch
import transformers
from diffusers import DiffusionPipeline
from msgspec import Struct
from safetensors import SafetensorError

from imagegen.errors import ModelError, OutOfMemoryError
from imagegen.machine import Machine
from imagegen.schedulers import MODEL_OWN, SCHEDULERS

# What loading somebody else's folder raises when the folder is not whole or not what it says.
DAMAGE = (
    *(OSError, ValueError, RuntimeError, SafetensorError),
    *(AttributeError, KeyError, TypeError, ImportError, EOFError),
)


class Loaded(Struct, frozen=True):
    """A model that is ready to draw; `own` is the scheduler it came with, `seconds` its loading."""

    pipe: Any
    own: Any
    folder: Path
    machine: Machine
    seconds: float


def load(source: str, revision: str | None, name: str, machine: Machine) -> Loaded:
    """Load the weights straight into the machine's precision and place them there."""
    started = time.perf_counter()
    _be_quiet()
    torch.set_num_threads(machine.threads)
    local = Path(source).is_dir()
    try:
        folder = source if local else DiffusionPipeline.download(source, revision=revision)
        pipe = DiffusionPipeline.from_pretrained(
            folder,
            dtype=getattr(torch, machine.precision),
            local_files_only=True,
            variant=variant(Path(folder)),
        )
        pipe.set_progress_bar_config(disable=True)
        pipe = pipe.to(machine.device)
    except (torch.OutOfMemoryError, MemoryError) as error:
        raise OutOfMemoryError(
            "out-of-memory",
            f"no memory for model '{name}' on {machine.device}",
            hint="another --device, --precision bfloat16, or a smaller model",
        ) from error
    except DAMAGE as error:
        raise _cannot_load(name, error, local=local) from error
    seconds = round(time.perf_counter() - started, 3)
    return Loaded(pipe, pipe.scheduler, Path(folder), machine, seconds)


def set_scheduler(loaded: Loaded, name: str) -> None:
    """A fresh scheduler of that name, on the noise schedule that the model was trained with."""
    config = loaded.own.config
    if name == MODEL_OWN:
        loaded.pipe.scheduler = type(loaded.own).from_config(config)
        return
    row = SCHEDULERS[name]
    kind = getattr(diffusers, row.class_name)
    loaded.pipe.scheduler = kind.from_config(config, **_accepted(kind, row.options))


def variant(folder: Path) -> str | None:
    """`fp16` for a folder that holds its weights only so."""
    whole = [path.name for path in folder.glob("*/*.safetensors")]
    half = [name for name in whole if ".fp16." in name]
    return "fp16" if half and len(half) == len(whole) else None


def versions() -> dict[str, str]:
    """The libraries that a picture depends on."""
    found = {
        "python": platform.python_version(),
        "torch": torch.__version__,
        "diffusers": diffusers.__version__,
        "transformers": transformers.__version__,
    }
    return found if torch.version.cuda is None else {**found, "cuda": torch.version.cuda}


def _accepted(kind: Any, options: Mapping[str, Any]) -> dict[str, Any]:
    known = kind._get_init_keys(kind)
    return {key: value for key, value in options.items() if key in known}


def _cannot_load(name: str, error: Exception, *, local: bool) -> ModelError:
    reason = (str(error).strip() or type(error).__name__).splitlines()[0]
    if isinstance(error, ImportError):
        return ModelError(
            "missing-library",
            f"model '{name}' needs a library that is not installed: {reason}",
            hint="pip install what it names, in this environment",
        )
    if local:
        return ModelError(
            "damaged-model",
            f"model '{name}' cannot be loaded: {reason}",
            hint="the model copied again, whole",
        )
    return ModelError(
        "model-not-loaded",
        f"model '{name}' cannot be had from the hub: {reason}",
        hint="a network, room on the disk, and `hf auth login` if the model is gated",
    )


def _be_quiet() -> None:
    """What libraries say in passing is not for the person at the shell."""
    diffusers.utils.logging.set_verbosity(logging.CRITICAL)  # what is wrong is raised as well
    diffusers.utils.logging.disable_progress_bar()
    transformers.utils.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    for module in ("diffusers", "transformers", "torch", "huggingface_hub"):
        warnings.filterwarnings("ignore", module=module)
