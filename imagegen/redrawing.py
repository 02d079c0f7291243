"""Which class of diffusers draws from a picture, or within a mask, for each text-to-image class.

`tests/test_families.py` holds every row against the signature of the installed class.
"""

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

from msgspec import Struct

ORIGINAL_STEPS = 50  # of the schedule that latent consistency models were distilled from


class Way(Struct, frozen=True, kw_only=True):
    """How a class takes a picture.

    `strength`: it starts from the picture, and draws the last of its steps: their number is
    rounded "down" or "up", or ("all") each of them lies in that part of the noise schedule; None:
    it only looks at the picture, or at what the mask leaves of it, and draws every step.
    `sized`: it takes width and height. `batches`: it takes several pictures at once. `blends`: the
    class knows no masks, so what is kept is put back after every step. `enlarges`: what is drawn is
    so many times as wide and as high as the picture, `least` its shortest side in pixels. `fixed`
    is always passed.
    """

    pipeline: str
    strength: Literal["down", "up", "all"] | None
    sized: bool = True
    batches: bool = True
    blends: bool = False
    enlarges: int = 1
    least: int = 0
    fixed: Mapping[str, Any] = {}

    def steps(self, steps: int, strength: float | None) -> int:
        """How many of so many steps are drawn; 0: the strength is too small for any."""
        if self.strength is None or strength is None:
            return steps
        if self.strength == "all":
            return steps if int(ORIGINAL_STEPS * strength) >= steps else 0
        if self.strength == "down":
            return min(int(steps * strength), steps)
        return steps - int(max(steps - steps * strength, 0))


class Redrawing(NamedTuple):
    """The ways of a model; None: diffusers has none for it."""

    image: Way | None = None
    mask: Way | None = None


def _way(pipeline: str, strength: Literal["down", "up", "all"] | None, **more: Any) -> Way:
    return Way(pipeline=pipeline, strength=strength, **more)


def _pair(name: str, strength: Literal["down", "up"], *, sized: bool = True) -> Redrawing:
    """A family that has both, by the names that most have."""
    return Redrawing(
        _way(f"{name}Img2ImgPipeline", strength, sized=sized),
        _way(f"{name}InpaintPipeline", strength),
    )


def _sees(pipeline: str, **more: Any) -> Way:
    """It looks at the picture while it draws another; several would all be for one picture."""
    return _way(pipeline, None, batches=False, **more)


STABLE = _pair("StableDiffusion", "down", sized=False)
SD_INPAINT = Redrawing(None, STABLE.mask)
XL = _pair("StableDiffusionXL", "down", sized=False)
REDRAWING: Mapping[str, Redrawing] = {
    # ChromaInpaintPipeline of diffusers 0.42 asks its network for what it has not, and never runs.
    "ChromaPipeline": Redrawing(_way("ChromaImg2ImgPipeline", "up")),
    "FluxPipeline": _pair("Flux", "up"),
    "FluxKontextPipeline": Redrawing(
        _sees("FluxKontextPipeline", fixed={"_auto_resize": False})  # to a size of its own
    ),
    "Flux2Pipeline": Redrawing(_sees("Flux2Pipeline")),
    "Flux2KleinPipeline": Redrawing(
        _sees("Flux2KleinPipeline"), _way("Flux2KleinInpaintPipeline", "up")
    ),
    "Flux2KleinKVPipeline": Redrawing(_sees("Flux2KleinKVPipeline")),
    "IFPipeline": Redrawing(
        _way("IFImg2ImgPipeline", "down", sized=False),
        _way("IFInpaintingPipeline", "down", sized=False),
    ),
    "Kandinsky3Pipeline": Redrawing(_way("Kandinsky3Img2ImgPipeline", "down", sized=False)),
    "KandinskyCombinedPipeline": Redrawing(_way("KandinskyImg2ImgCombinedPipeline", "down")),
    "KandinskyV22CombinedPipeline": Redrawing(_way("KandinskyV22Img2ImgCombinedPipeline", "down")),
    "KolorsPipeline": Redrawing(_way("KolorsImg2ImgPipeline", "down")),
    "LatentConsistencyModelPipeline": Redrawing(
        _way("LatentConsistencyModelImg2ImgPipeline", "all", sized=False)
    ),
    "QwenImagePipeline": _pair("QwenImage", "up"),
    "SanaSprintPipeline": Redrawing(_way("SanaSprintImg2ImgPipeline", "up")),
    "StableDiffusionPipeline": STABLE,
    "StableDiffusionPAGPipeline": _pair("StableDiffusionPAG", "down", sized=False),
    "StableDiffusionXLPipeline": XL,
    "StableDiffusionXLPAGPipeline": _pair("StableDiffusionXLPAG", "down", sized=False),
    "StableDiffusion3Pipeline": _pair("StableDiffusion3", "up"),
    "StableDiffusion3PAGPipeline": Redrawing(_way("StableDiffusion3PAGImg2ImgPipeline", "up")),
    "ZImagePipeline": _pair("ZImage", "up"),
    # Checkpoints that were trained to fill a mask, or (SDXL's refiner) to finish a picture.
    "StableDiffusionXLImg2ImgPipeline": Redrawing(XL.image),
    "StableDiffusionInpaintPipeline": SD_INPAINT,
    "StableDiffusionXLInpaintPipeline": Redrawing(None, XL.mask),
    # Checkpoints that were trained to draw a picture again, larger.
    "StableDiffusionUpscalePipeline": Redrawing(
        _way("StableDiffusionUpscalePipeline", None, sized=False, enlarges=4)
    ),
    "StableDiffusionLatentUpscalePipeline": Redrawing(
        _way("StableDiffusionLatentUpscalePipeline", None, sized=False, enlarges=2, least=128)
    ),
}
# Latents, and with the mask and the masked picture's: all that the class's masks know.
MASKED_CHANNELS = (4, 9)
BLENDED = _way("StableDiffusionImg2ImgPipeline", "down", sized=False, blends=True)


def of(class_name: str, network: Mapping[str, Any]) -> Redrawing:
    """The ways of a model, by its pipeline class and its network's configuration."""
    found = REDRAWING.get(class_name, Redrawing())
    if class_name == "StableDiffusionPipeline" and network.get("in_channels") not in (
        MASKED_CHANNELS
    ):
        return found._replace(mask=BLENDED)
    return found
