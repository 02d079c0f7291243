"""Our name of a scheduler from the sampler and noise schedule of another tool, where there is one.

Sources: webui's `sd_samplers_kdiffusion.py` (what "Automatic" means), ComfyUI's `samplers.py`,
InvokeAI's `SCHEDULER_NAME_VALUES`, kohya's `gen_img.py`, stable-diffusion.cpp's
`--sampling-method`.
"""

import re
from typing import NamedTuple

from imagegen import schedulers
from imagegen.errors import RequestError

# What is left of a sampler's name when its schedule and its spelling are taken away.
SAMPLERS = {
    "euler": "euler",
    "eulera": "euler-ancestral",
    "eulerancestral": "euler-ancestral",
    "heun": "heun",
    "lms": "lms",
    "dpm2": "dpm2",
    "kdpm2": "dpm2",
    "dpm2a": "dpm2-ancestral",
    "dpm2ancestral": "dpm2-ancestral",
    "kdpm2a": "dpm2-ancestral",
    "dpm++2m": "dpm++-2m",
    "dpmsolver++": "dpm++-2m",
    "dpm++2msde": "dpm++-2m-sde",
    "dpm++2s": "dpm++-2s",
    "dpm++sde": "dpm++-sde",
    "ddim": "ddim",
    "ddimv3": "ddim",
    "ddpm": "ddpm",
    "plms": "pndm",
    "pndm": "pndm",
    "unipc": "unipc",
    "unipcbh2": "unipc",
    "deis": "deis",
    "lcm": "lcm",
    "tcd": "tcd",
}
PLAIN = {"", "normal", "automatic", "discrete", "default", "native", "uniform"}
KARRAS = {"karras", "k"}
SCHEDULES = re.compile(r"[ _-](karras|k|exponential|polyexponential|trailing|ays|substep)$")
AUTOMATIC = {
    "dpm++-2m": "karras",
    "dpm++-sde": "karras",
    "dpm2": "karras",
    "dpm2-ancestral": "karras",
    "dpm++-2m-sde": "exponential",
}
TOOLS_WITH_AUTOMATIC = {"A1111", "Forge", "SD.Next"}
LONGEST = 100


class Ours(NamedTuple):
    """Our name, or why there is none."""

    name: str | None
    reason: str | None = None


def ours(sampler: str, schedule: str | None, *, automatic: bool = False) -> Ours:
    """The scheduler that does the same; `automatic`: "Automatic" is each sampler's own choice."""
    text = sampler.strip().lower().replace("dpmpp", "dpm++")
    if len(text) > LONGEST:
        return Ours(None, "no sampler has so long a name")
    spaced = (schedule or "").strip().lower()
    if match := SCHEDULES.search(text):
        text, spaced = text[: match.start()], match[1]
    bare = re.sub(r"^(k_|k-|sample_)|_gpu$|[ _-]", "", text)
    base = SAMPLERS.get(bare)
    if base is None:
        return _by_our_names(sampler)
    if automatic and spaced == "automatic":
        spaced = AUTOMATIC.get(base, "")
    if spaced in PLAIN:
        return Ours(base)
    karras = f"{base}-karras"
    if spaced in KARRAS and karras in schedulers.SCHEDULERS:
        return Ours(karras)
    return Ours(None, f"imagegen has no '{base}' with the noise schedule '{spaced}'")


def _by_our_names(sampler: str) -> Ours:
    """By the names that `--scheduler` takes, those of diffusers' classes among them."""
    try:
        return Ours(schedulers.choose(sampler, None))
    except RequestError:
        return Ours(None, f"imagegen has no scheduler like '{sampler}'")
