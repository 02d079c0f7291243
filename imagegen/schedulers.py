"""The schedulers by the names people use: which diffusers class and options, for which models.

A table of words only, so that a wrong name is told before diffusers is loaded.
"""

import difflib
import functools
import re
from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from imagegen.errors import RequestError
from imagegen.request import MODEL_OWN as MODEL_OWN

# What the network was trained to predict; each set is what the class's own source accepts.
NOISE_VELOCITY = ("epsilon", "v_prediction")
ANY_DIFFUSION = ("epsilon", "v_prediction", "sample")
FLOW = ("flow_prediction",)

KARRAS = {"use_karras_sigmas": True}
# A scheduler swapped in does not keep the spacing that the model's own one was shipped with.
PLAIN = {"use_karras_sigmas": False}
SDE = {"algorithm_type": "sde-dpmsolver++", "solver_order": 2}
ODE = {"algorithm_type": "dpmsolver++", "solver_order": 2}
# Latents are not confined to [-1, 1]; clipping them, these classes' default, spoils the picture.
UNCLIPPED = {"clip_sample": False}


class Scheduler(Struct, frozen=True, kw_only=True):
    """One row: our name is the key; `label` and `spacing` are what A1111 calls it."""

    class_name: str
    label: str
    suits: tuple[str, ...] = ANY_DIFFUSION
    options: Mapping[str, Any] = {}
    spacing: str = "Automatic"
    aliases: tuple[str, ...] = ()


def _row(class_name: str, label: str, *aliases: str, **more: Any) -> Scheduler:
    return Scheduler(class_name=class_name, label=label, aliases=aliases, **more)


def _karras(
    class_name: str, label: str, options: Mapping[str, Any], *aliases: str, **more: Any
) -> Scheduler:
    karras = {**options, **KARRAS}
    return _row(class_name, label, *aliases, options=karras, spacing="Karras", **more)


SCHEDULERS: Mapping[str, Scheduler] = {
    "ddim": _row("DDIMScheduler", "DDIM", options=UNCLIPPED),
    "ddpm": _row("DDPMScheduler", "DDPM", options=UNCLIPPED),
    # PLMS alone: the Runge-Kutta warm-up is left out, as every latent diffusion model does.
    "pndm": _row(
        "PNDMScheduler", "PLMS", "plms", suits=NOISE_VELOCITY, options={"skip_prk_steps": True}
    ),
    "lms": _row("LMSDiscreteScheduler", "LMS", "k-lms", options=PLAIN),
    "lms-karras": _karras("LMSDiscreteScheduler", "LMS", {}, "lms-k"),
    "euler": _row("EulerDiscreteScheduler", "Euler", "k-euler", options=PLAIN),
    "euler-karras": _karras("EulerDiscreteScheduler", "Euler", {}, "euler-k"),
    "euler-ancestral": _row(
        "EulerAncestralDiscreteScheduler", "Euler a", "euler-a", "k-euler-a", suits=NOISE_VELOCITY
    ),
    "heun": _row("HeunDiscreteScheduler", "Heun", "k-heun", options=PLAIN),
    "heun-karras": _karras("HeunDiscreteScheduler", "Heun", {}, "heun-k"),
    "dpm++-2m": _row("DPMSolverMultistepScheduler", "DPM++ 2M", options={**ODE, **PLAIN}),
    "dpm++-2m-karras": _karras("DPMSolverMultistepScheduler", "DPM++ 2M", ODE, "dpm++-2m-k"),
    "dpm++-2m-sde": _row("DPMSolverMultistepScheduler", "DPM++ 2M SDE", options={**SDE, **PLAIN}),
    "dpm++-2m-sde-karras": _karras(
        "DPMSolverMultistepScheduler", "DPM++ 2M SDE", SDE, "dpm++-2m-sde-k"
    ),
    "dpm++-2s": _row("DPMSolverSinglestepScheduler", "DPM++ 2S", options={**ODE, **PLAIN}),
    # Not DPMSolverSDEScheduler: its Brownian tree comes from torchsde, unmaintained since 2023.
    "dpm++-sde": _row("DPMSolverSinglestepScheduler", "DPM++ SDE", options={**SDE, **PLAIN}),
    "dpm++-sde-karras": _karras("DPMSolverSinglestepScheduler", "DPM++ SDE", SDE, "dpm++-sde-k"),
    "dpm2": _row(
        "KDPM2DiscreteScheduler",
        "DPM2",
        *("dpm-2", "kdpm-2", "kdpm2"),
        options=PLAIN,
        suits=NOISE_VELOCITY,
    ),
    "dpm2-karras": _karras(
        "KDPM2DiscreteScheduler",
        "DPM2",
        {},
        *("dpm-2-karras", "kdpm-2-k", "dpm2-k"),
        suits=NOISE_VELOCITY,
    ),
    "dpm2-ancestral": _row(
        "KDPM2AncestralDiscreteScheduler",
        "DPM2 a",
        *("dpm2-a", "dpm-2-ancestral", "kdpm-2-a", "kdpm-2-ancestral"),
        options=PLAIN,
        suits=NOISE_VELOCITY,
    ),
    "dpm2-ancestral-karras": _karras(
        "KDPM2AncestralDiscreteScheduler",
        "DPM2 a",
        {},
        *("dpm2-a-karras", "dpm-2-ancestral-karras", "kdpm-2-a-k"),
        suits=NOISE_VELOCITY,
    ),
    "unipc": _row("UniPCMultistepScheduler", "UniPC", "uni-pc", "uni-pc-bh2", options=PLAIN),
    "unipc-karras": _karras("UniPCMultistepScheduler", "UniPC", {}, "unipc-k", "uni-pc-karras"),
    "deis": _row("DEISMultistepScheduler", "DEIS", options={"algorithm_type": "deis", **PLAIN}),
    "lcm": _row("LCMScheduler", "LCM", "lcm-default"),
    "tcd": _row("TCDScheduler", "TCD"),
    "flow-euler": _row(
        "FlowMatchEulerDiscreteScheduler", "Euler", "flow-match-euler", "euler-flow", suits=FLOW
    ),
}


def choose(asked: str, prediction: str | None) -> str:
    """Our name for the scheduler asked for; refuses one that does not suit the prediction type."""
    if asked == MODEL_OWN:
        return MODEL_OWN
    name = _names().get(_plain(asked))
    if name is None:
        raise RequestError(
            "unknown-scheduler", f"there is no scheduler '{asked}'", hint=_near(asked)
        )
    if prediction is not None and prediction not in SCHEDULERS[name].suits:
        raise RequestError(
            "unsuited-scheduler",
            f"scheduler '{name}' does not suit a model that predicts {prediction}",
            hint=", ".join(suited(prediction)),
        )
    return name


def suited(prediction: str) -> list[str]:
    """The schedulers for a model of this prediction type."""
    return [name for name, row in SCHEDULERS.items() if prediction in row.suits]


def name_of(config: Mapping[str, Any]) -> str:
    """Our name for the scheduler that a model's `scheduler_config.json` describes."""
    for name, row in SCHEDULERS.items():
        same_options = all(config.get(key, value) == value for key, value in row.options.items())
        if row.class_name == config.get("_class_name") and same_options:
            return name
    return MODEL_OWN


@functools.cache
def _names() -> dict[str, str]:
    names = {name: name for name in SCHEDULERS}
    for name, row in SCHEDULERS.items():
        for alias in (*row.aliases, row.class_name.lower()):
            names.setdefault(alias, name)
    return names


def _plain(asked: str) -> str:
    words = re.sub(r"[\s_-]+", "-", asked.strip().lower())
    return words.removeprefix("sample-").replace("dpmpp", "dpm++").replace("k-dpm", "kdpm")


def _near(asked: str) -> str:
    names = _names()
    near = difflib.get_close_matches(_plain(asked), names, n=4, cutoff=0.5)
    ours = dict.fromkeys(names[name] for name in near)
    return (
        f"{', '.join(ours)}; `imagegen schedulers` lists all" if ours else "`imagegen schedulers`"
    )
