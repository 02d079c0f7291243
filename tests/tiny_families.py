"""A tiny, random, real pipeline of each family that can be built without a download."""

from collections.abc import Callable, Mapping
from typing import Any

import diffusers
import tiny_newer as newer
import tiny_transformers as transformers
import tiny_unets as unets
import torch
from tiny_parts import Parts

BUILDERS: Mapping[str, Callable[[], Parts]] = {
    "BriaFibo2Pipeline": newer.bria_fibo_2,
    "BriaFiboPipeline": newer.bria_fibo,
    "DreamLiteMobilePipeline": newer.dream_lite,
    "DreamLitePipeline": newer.dream_lite,
    "HiDreamImagePipeline": newer.hidream,
    "Ideogram4Pipeline": newer.ideogram4,
    "KolorsPAGPipeline": newer.kolors,
    "KolorsPipeline": newer.kolors,
    "LongCatImagePipeline": newer.longcat,
    "NucleusMoEImagePipeline": newer.nucleus,
    "PRXPipeline": newer.prx,
    "PRXPixelPipeline": newer.prx_pixel,
    "ZImageOmniPipeline": newer.z_image_omni,
    "AuraFlowPipeline": transformers.aura_flow,
    "BriaPipeline": transformers.bria,
    "ErnieImagePipeline": transformers.ernie,
    "HunyuanImagePipeline": transformers.hunyuan_image,
    "Krea2Pipeline": transformers.krea2,
    "ChromaPipeline": transformers.chroma,
    "CogView3PlusPipeline": transformers.cogview3,
    "CogView4Pipeline": transformers.cogview4,
    "Flux2KleinKVPipeline": transformers.flux2_klein,
    "Flux2KleinPipeline": transformers.flux2_klein,
    "Flux2Pipeline": transformers.flux2,
    "FluxKontextPipeline": transformers.flux,
    "FluxPipeline": transformers.flux,
    "HunyuanDiTPAGPipeline": transformers.hunyuan_dit,
    "HunyuanDiTPipeline": transformers.hunyuan_dit,
    "IFPipeline": unets.deep_floyd,
    "Kandinsky3Pipeline": unets.kandinsky_3,
    "KandinskyCombinedPipeline": unets.kandinsky,
    "KandinskyV22CombinedPipeline": unets.kandinsky_22,
    "LDMTextToImagePipeline": unets.latent_diffusion,
    "LatentConsistencyModelPipeline": unets.consistency,
    "Lumina2Pipeline": transformers.lumina2,
    "LuminaPipeline": transformers.lumina,
    "OvisImagePipeline": transformers.ovis,
    "PixArtAlphaPipeline": transformers.pixart,
    "PixArtSigmaPAGPipeline": transformers.pixart,
    "PixArtSigmaPipeline": transformers.pixart,
    "QwenImagePipeline": transformers.qwen_image,
    "SanaPAGPipeline": transformers.sana,
    "SanaPipeline": transformers.sana,
    "SanaSprintPipeline": transformers.sana_sprint,
    "StableDiffusion3PAGPipeline": transformers.stable_diffusion_3,
    "StableDiffusion3Pipeline": transformers.stable_diffusion_3,
    "StableDiffusionInpaintPipeline": unets.stable_diffusion_inpaint,
    "StableDiffusionXLImg2ImgPipeline": unets.stable_diffusion_xl_refiner,
    "StableDiffusionXLInpaintPipeline": unets.stable_diffusion_xl_inpaint,
    "StableDiffusionPAGPipeline": unets.stable_diffusion,
    "StableDiffusionPipeline": unets.stable_diffusion,
    "StableDiffusionXLPAGPipeline": unets.stable_diffusion_xl,
    "StableDiffusionXLPipeline": unets.stable_diffusion_xl,
    "StableDiffusionLatentUpscalePipeline": unets.latent_upscaler,
    "StableDiffusionUpscalePipeline": unets.upscaler,
    "StableUnCLIPPipeline": unets.stable_unclip,
    "ZImagePipeline": transformers.z_image,
}


NETWORKS = ("unet", "transformer", "prior_prior")
STIR = 0.1


def build(class_name: str) -> Any:
    """A pipeline of that class, the same at every call."""
    torch.manual_seed(0)
    pipe = getattr(diffusers, class_name)(**BUILDERS[class_name]())
    with torch.no_grad():  # as it is made, a network of one layer hardly listens to the words
        for name in NETWORKS:
            for weight in getattr(pipe, name).parameters() if hasattr(pipe, name) else ():
                weight.add_(torch.randn_like(weight), alpha=STIR)
    for part in pipe.components.values():
        if isinstance(part, torch.nn.Module):
            part.eval()  # as it is when it is loaded: without dropout
    return pipe


# Families that no test can draw with here; each is called as its signature says.
NOT_RUN: Mapping[str, str] = {
    "Cosmos2TextToImagePipeline": "it needs cosmos_guardrail",
    "GlmImagePipeline": "no tiny one is made yet",
    "Kandinsky5T2IPipeline": "it draws only pictures of a million pixels",
    "OmniGenPipeline": "it needs torchvision",
    "QwenImage21Pipeline": "its processor of words and pictures needs torchvision",
}
