"""Which pipelines read with CLIP: their words can be weighed, and long prompts go on in chunks."""

from collections.abc import Mapping
from typing import NamedTuple


class Reading(NamedTuple):
    """How a pipeline makes an embedding of its CLIP encoders' outputs.

    `layer`: which of the hidden states, None for the last one after its norm. `pooled`: there is a
    pooled embedding as well, "last" encoder's or that of "all", side by side. `t5`: a T5 encoder
    reads the words as well, without weights.
    """

    layer: int | None
    pooled: str | None
    t5: bool = False


SD = Reading(layer=None, pooled=None)
SDXL = Reading(layer=-2, pooled="last")
SD3 = Reading(layer=-2, pooled="all", t5=True)
READINGS: Mapping[str, Reading] = {
    "StableDiffusionPipeline": SD,
    "StableDiffusionImg2ImgPipeline": SD,
    "StableDiffusionInpaintPipeline": SD,
    "StableDiffusionUpscalePipeline": SD,
    "StableDiffusionXLPipeline": SDXL,
    "StableDiffusionXLImg2ImgPipeline": SDXL,
    "StableDiffusionXLInpaintPipeline": SDXL,
    "StableDiffusion3Pipeline": SD3,
    "StableDiffusion3Img2ImgPipeline": SD3,
    "StableDiffusion3InpaintPipeline": SD3,
}
T5_TOKENS = 256  # what diffusers' SD3 pipelines give T5 if nothing is said


def reading(pipeline: str) -> Reading | None:
    """How the pipeline class of this name reads; None: not with CLIP, or not in a way we know."""
    return READINGS.get(pipeline)
