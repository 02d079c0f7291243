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
from msgspec import Struct, structs
from safetensors import SafetensorError

from imagegen import assembly, download, hub, layout, placing, quantising, steering
from imagegen.download import Fetching
from imagegen.errors import ImagegenError, ModelError, OutOfMemoryError
from imagegen.events import Fetch, Watcher, ignore
from imagegen.ladder import LADDER, Rung
from imagegen.machine import Machine, is_out_of_memory
from imagegen.plan import Weights
from imagegen.request import FULL
from imagegen.schedulers import MODEL_OWN, SCHEDULERS
from imagegen.steering import Steering

FASTEST = LADDER[0]
# How diffusers computes attention: "native" is torch's own, which never holds the whole matrix.
# What loading somebody else's folder raises when the folder is not whole or not what it says.
DAMAGE = (
    *(OSError, ValueError, RuntimeError, SafetensorError),
    *(AttributeError, KeyError, TypeError, ImportError, EOFError),
)


class Loaded(Struct, frozen=True):
    """A model that is ready to draw; `own` is the scheduler it came with, `seconds` its loading.

    `rung` is how it was fitted into memory. `steering` are its control networks.
    """

    pipe: Any
    own: Any
    folder: Path
    machine: Machine
    seconds: float
    rung: Rung = FASTEST
    steering: Steering | None = None


def load(
    weights: Weights,
    name: str,
    machine: Machine,
    on_event: Watcher = ignore,
    rung: Rung = FASTEST,
) -> Loaded:
    """Load a model straight into the machine's precision and place it as the rung says.

    It lies in a folder, on the hub, or, if `weights.single` says what completes it, in one file.
    What is missing of a hub's model (it has a revision) is fetched first.
    """
    started = time.perf_counter()
    _be_quiet()
    torch.set_num_threads(machine.threads)
    precision = getattr(torch, machine.precision)
    there = folder(weights, on_event)
    try:
        if weights.single is not None:
            pipe = assembly.assemble(weights.source, weights.single, precision)
        else:
            pipe = DiffusionPipeline.from_pretrained(
                there,
                dtype=precision,
                local_files_only=True,
                use_safetensors=True,
                variant=variant(there) if weights.variant is None else weights.variant,
            )
        pipe.set_progress_bar_config(disable=True)
        if not weights.safety_checker and "safety_checker" in pipe.components:
            pipe.safety_checker = None
        if machine.quantize is not None:
            stays = rung.memory == FULL
            quantising.quantise(pipe, machine.quantize, machine.device, stays=stays)
        placing.place(pipe, rung, machine.device)
        controls = steering.load(weights.controls, precision)
        if controls is not None:
            placing.place_beside(controls.part, rung, machine.device)
    except (*DAMAGE, MemoryError) as error:
        raise _cannot_load(name, machine, error) from error
    seconds = round(time.perf_counter() - started, 3)
    return Loaded(pipe, pipe.scheduler, there, machine, seconds, rung, controls)


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
    return layout.only_variant(
        path.relative_to(folder).as_posix() for path in folder.glob("*/*.safetensors")
    )


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


def folder(weights: Weights, on_event: Watcher = ignore) -> Path:
    """Where a model's configuration lies, and its weights if it is no single file; fetches them."""
    if weights.single is not None:
        return Path(weights.single.config)
    if weights.revision is None:
        return Path(weights.source)
    return _fetched(weights.source, weights.revision, weights.variant, on_event)


def _fetched(source: str, revision: str, kind: str | None, on_event: Watcher) -> Path:
    """The folder of a hub's model, with every file that its pipeline loads."""
    folder = hub.cached(source, revision)
    if folder is None:  # whoever made the plan had it, on another machine perhaps
        folder, _ = hub.fetch_configs(source, revision)

    def told(one: Fetching) -> None:
        on_event(Fetch(source, **structs.asdict(one)))

    download.bring(source, folder, download.wanted(source, folder, kind), told)
    return folder


def _cannot_load(name: str, machine: Machine, error: Exception) -> ImagegenError:
    if is_out_of_memory(error):
        return OutOfMemoryError(
            "out-of-memory",
            f"no memory for model '{name}' on {machine.device}",
            hint="--memory auto, --quantize int8, --precision bfloat16, or a smaller model",
        )
    reason = (str(error).strip() or type(error).__name__).splitlines()[0]
    if isinstance(error, ImportError):
        return ModelError(
            "missing-library",
            f"model '{name}' needs a library that is not installed: {reason}",
            hint="pip install 'imagegen[families]', or what it names, in this environment",
        )
    return ModelError(
        "damaged-model",
        f"model '{name}' cannot be loaded: {reason}",
        hint="the model copied again, whole; `imagegen models check` for one of the hub",
    )


def _be_quiet() -> None:
    """What libraries say in passing is not for the person at the shell."""
    diffusers.utils.logging.set_verbosity(logging.CRITICAL)  # what is wrong is raised as well
    diffusers.utils.logging.disable_progress_bar()
    transformers.utils.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    for module in ("diffusers", "transformers", "torch", "huggingface_hub"):
        warnings.filterwarnings("ignore", module=module)
