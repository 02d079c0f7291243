"""What each text-to-image pipeline class of diffusers takes, by its name: a table of words only.

`tests/test_families.py` holds every row against the signature of the installed class.
"""

from collections.abc import Mapping
from typing import Any, Literal

from msgspec import Struct, structs

# How a guidance scale works: by a second pass of the network without the prompt (classifier-free),
# as a number that a distilled network reads, by a part of the model that has its own scale, or
# not at all.
Guidance = Literal["contrast", "distilled", "own", "none"]
STEP_END = "callback_on_step_end"


class Variant(Struct, frozen=True, kw_only=True):
    """What changes where the configuration of `part` says so: if `key` is `true`, or if not."""

    part: Literal["model_index", "network"]
    key: str
    true: bool
    changes: Mapping[str, Any]


class Family(Struct, frozen=True, kw_only=True):
    """One pipeline class, and how it is called.

    `steps` and `guidance` are its defaults; `size` (pixels) holds where its network's
    configuration says no other by `sample`. Sizes are multiples of `multiple` and of `patch`
    latents; a class that fits sizes to an area takes ours by `area`, or (`keeps_area`) has only
    that of `size`; one that draws only `sizes` (width, height) would change others to these.
    Guidance of the kind "contrast" takes two passes a step where it is above `guided_above`.
    `negative` is the argument for a negative prompt, `empty` what it gets where there is none
    (None: nothing is passed). `progress` is the callback that is told each step.
    `swaps`: schedulers of other classes draw with it as well. `wide`: its latents may stay in
    float32 while the weights are narrower. `output` is the kind of picture asked for, in [0, 1], or
    "signed", a tensor ("pt") in [-1, 1].
    `tokenizer` cuts the prompt, after `tokens` (None: after as many as it says itself).
    `unread_at_zero`: with a guidance of 0 it does not read the prompt.
    `needs`: it draws nothing without a picture ("image"), or one to fill ("mask").
    `batches`: several pictures can be drawn at once; not where a language model that rolls dice
    has a part in it. `listed`: it takes prompts by the list; a class that knows but one would
    draw the brackets. `fixed` is always passed, `other_steps` where the steps are not its own.
    """

    steps: int
    guidance: float
    size: int = 1024
    multiple: int = 8
    patch: int = 1
    sample: str | None = "sample_size"
    area: str | None = None
    keeps_area: bool = False
    sizes: tuple[tuple[int, int], ...] = ()
    kind: Guidance = "contrast"
    guidance_argument: str | None = "guidance_scale"
    guided_above: float = 1.0
    unread_at_zero: bool = False
    negative: str | None = "negative_prompt"
    empty: str | None = None
    progress: str | None = STEP_END
    swaps: bool = False
    wide: bool = False
    output: Literal["pt", "np", "signed"] = "pt"
    tokenizer: str = "tokenizer"
    tokens: int | None = None
    batches: bool = True
    listed: bool = True
    fixed: Mapping[str, Any] = {}
    other_steps: Mapping[str, Any] = {}
    variants: tuple[Variant, ...] = ()
    needs: Literal["image", "mask"] | None = None

    def guided(self, guidance: float) -> bool:
        """Whether a step takes a second pass, without the prompt or with the negative one."""
        return self.kind == "own" or (self.kind == "contrast" and guidance > self.guided_above)


UNGUIDED: Mapping[str, Any] = {
    "kind": "none",
    "guidance": 0.0,
    "guidance_argument": None,
    "negative": None,
}
# A network that was distilled from guided drawing reads the scale itself.
READS_SCALE = Variant(
    part="network",
    key="time_cond_proj_dim",
    true=True,
    changes={"kind": "distilled", "negative": None},
)


def _few_steps(steps: int) -> tuple[Variant, ...]:
    unguided = {**UNGUIDED, "steps": steps}
    return (Variant(part="model_index", key="is_distilled", true=True, changes=unguided),)


def _without_scale(**changes: Any) -> tuple[Variant, ...]:
    """FLUX schnell and its like: the network has no place for a guidance scale."""
    unguided = {**UNGUIDED, **changes}
    return (Variant(part="network", key="guidance_embeds", true=False, changes=unguided),)


def _row(steps: int, guidance: float, **more: Any) -> Family:
    return Family(steps=steps, guidance=guidance, **more)


def _distilled(steps: int, guidance: float, **more: Any) -> Family:
    """Guidance is a number that the network reads; there is no pass without the prompt."""
    return Family(steps=steps, guidance=guidance, kind="distilled", negative=None, **more)


def _unguided(steps: int, **more: Any) -> Family:
    return Family(steps=steps, **{**UNGUIDED, **more})


def _stable(steps: int, guidance: float, size: int) -> Family:
    """The UNets in a VAE's latent space that all schedulers for noise and velocity suit."""
    return _row(steps, guidance, size=size, swaps=True, wide=True, variants=(READS_SCALE,))


# Sizes are drawn as they are asked for: binning would draw the nearest usual one and scale it.
EXACT = {"use_resolution_binning": False}
LITERAL = {**EXACT, "clean_caption": False}  # cleaning would need bs4 and ftfy
FLUX: Mapping[str, Any] = {"patch": 2, "tokenizer": "tokenizer_2", "tokens": 512}
SD3: Mapping[str, Any] = {"patch": 2, "tokenizer": "tokenizer_3", "tokens": 256}
HUNYUAN_DIT: Mapping[str, Any] = {
    "patch": 2,
    "swaps": True,
    "fixed": EXACT,
    "tokenizer": "tokenizer_2",
    "tokens": 256,
}
PIXART: Mapping[str, Any] = {"patch": 2, "progress": "callback", "swaps": True, "fixed": LITERAL}
KANDINSKY_2: Mapping[str, Any] = {
    "size": 512,
    "multiple": 64,
    "output": "signed",
    "tokenizer": "prior_tokenizer",
}
KANDINSKY_5_SIZES = (
    *((1024, 1024), (640, 1408), (1408, 640), (768, 1280), (1280, 768)),
    *((896, 1152), (1152, 896)),
)
FAMILIES: Mapping[str, Family] = {
    "AuraFlowPipeline": _row(50, 3.5, patch=2, sample=None, tokens=256),
    "BriaPipeline": _row(30, 5.0, patch=4, tokens=128),
    "BriaFiboPipeline": _row(30, 5.0, multiple=16, tokens=3000),
    "BriaFibo2Pipeline": _row(30, 5.0, patch=2),
    "ChromaPipeline": _row(35, 5.0, patch=2, tokens=512),
    "CogView3PlusPipeline": _row(50, 5.0, patch=2, tokens=224),
    "CogView4Pipeline": _row(50, 5.0, multiple=16, patch=2, tokens=1024),
    "Cosmos2TextToImagePipeline": _row(35, 7.0, multiple=16, patch=2, tokens=512),
    "DreamLitePipeline": _row(30, 3.5, progress=None, batches=False, listed=False),
    "DreamLiteMobilePipeline": _unguided(4, progress=None, batches=False, listed=False),
    "ErnieImagePipeline": _row(50, 4.0, patch=2, batches=False),
    "FluxPipeline": _distilled(28, 3.5, variants=_without_scale(steps=4), **FLUX),
    "FluxKontextPipeline": _distilled(
        *(28, 3.5), area="max_area", variants=_without_scale(steps=4), **FLUX
    ),
    "Flux2Pipeline": _distilled(50, 4.0, patch=2),
    "Flux2KleinPipeline": _row(50, 4.0, patch=2, negative=None, variants=_few_steps(4)),
    "Flux2KleinKVPipeline": _unguided(4, patch=2),
    "GlmImagePipeline": _row(50, 1.5, multiple=32, patch=4, negative=None, batches=False),
    "HiDreamImagePipeline": _row(50, 5.0, patch=2, keeps_area=True),
    "HunyuanDiTPipeline": _row(50, 5.0, **HUNYUAN_DIT),
    "HunyuanDiTPAGPipeline": _row(50, 5.0, **HUNYUAN_DIT),
    # What is not distilled is guided by a part of its own, by the scale in that part's file.
    "HunyuanImagePipeline": _distilled(
        *(50, 3.25),
        size=2048,
        patch=2,
        guidance_argument="distilled_guidance_scale",
        variants=_without_scale(kind="own", negative="negative_prompt"),
    ),
    "IFPipeline": _row(
        *(100, 7.0),
        size=64,
        tokens=77,
        progress="callback",
        output="np",
        fixed={"clean_caption": False},
    ),
    "Ideogram4Pipeline": _row(
        *(48, 7.0),
        size=2048,
        multiple=16,
        patch=2,
        negative=None,
        fixed={"guidance_schedule": None},
    ),
    "Kandinsky3Pipeline": _row(25, 3.0, multiple=64, tokens=128, output="signed"),
    "Kandinsky5T2IPipeline": _row(50, 3.5, patch=2, tokens=512, sizes=KANDINSKY_5_SIZES),
    "KandinskyCombinedPipeline": _row(100, 4.0, progress="callback", **KANDINSKY_2),
    "KandinskyV22CombinedPipeline": _row(100, 4.0, **KANDINSKY_2),
    "KolorsPipeline": _stable(50, 5.0, 1024),
    "KolorsPAGPipeline": _stable(50, 5.0, 1024),
    "Krea2Pipeline": _row(28, 4.5, multiple=16, patch=2, guided_above=0.0, variants=_few_steps(8)),
    "LDMTextToImagePipeline": _row(*(50, 1.0), size=256, negative=None, progress=None),
    "LatentConsistencyModelPipeline": _distilled(4, 8.5, size=512),
    "LongCatImagePipeline": _row(50, 4.5, patch=2, progress=None, batches=False),
    "LuminaPipeline": _row(
        *(30, 4.0), multiple=16, patch=2, tokens=256, fixed={"clean_caption": False}
    ),
    "Lumina2Pipeline": _row(30, 4.0, multiple=16, patch=2, tokens=256),
    "NucleusMoEImagePipeline": _row(50, 4.0, patch=2),
    "OmniGenPipeline": _row(50, 2.5, multiple=16, patch=2, negative=None),
    "OvisImagePipeline": _row(50, 5.0, patch=2, tokens=256),
    "PRXPipeline": _row(
        *(28, 4.0),
        size=512,
        patch=2,
        batches=False,
        fixed={**EXACT, "skip_text_cleaning": True},
    ),
    "PRXPixelPipeline": _row(*(28, 4.0), multiple=16, output="signed", batches=False, fixed=EXACT),
    "PixArtAlphaPipeline": _row(20, 4.5, tokens=120, **PIXART),
    "PixArtSigmaPipeline": _row(20, 4.5, tokens=300, **PIXART),
    "PixArtSigmaPAGPipeline": _row(20, 4.5, tokens=300, **PIXART),
    "QwenImagePipeline": _row(
        *(50, 4.0), patch=2, guidance_argument="true_cfg_scale", empty=" ", tokens=512
    ),
    "QwenImage21Pipeline": _row(
        *(40, 1.0), multiple=32, guidance_argument="true_cfg_scale", empty=" "
    ),
    "SanaPipeline": _row(20, 4.5, multiple=32, tokens=300, fixed=LITERAL),
    "SanaPAGPipeline": _row(20, 4.5, multiple=32, tokens=300, fixed=LITERAL),
    "SanaSprintPipeline": _distilled(
        *(2, 4.5),
        multiple=32,
        tokens=300,
        fixed=LITERAL,
        other_steps={"intermediate_timesteps": None},  # that one is between two steps
    ),
    "StableDiffusionPipeline": _stable(25, 7.5, 512),
    "StableDiffusionPAGPipeline": _stable(25, 7.5, 512),
    "StableDiffusionXLPipeline": _stable(25, 5.0, 1024),
    "StableDiffusionXLPAGPipeline": _stable(25, 5.0, 1024),
    "StableDiffusionInpaintPipeline": structs.replace(_stable(25, 7.5, 512), needs="mask"),
    "StableDiffusionXLInpaintPipeline": structs.replace(_stable(25, 7.5, 1024), needs="mask"),
    "StableDiffusionXLImg2ImgPipeline": structs.replace(_stable(25, 5.0, 1024), needs="image"),
    "StableDiffusionUpscalePipeline": _row(
        *(75, 9.0), patch=4, progress="callback", swaps=True, wide=True, needs="image"
    ),
    # Its network wants latents in multiples of eight, of which the picture's own are half.
    "StableDiffusionLatentUpscalePipeline": _row(
        *(75, 9.0), multiple=64, progress="callback", unread_at_zero=True, needs="image"
    ),
    "StableDiffusion3Pipeline": _row(28, 7.0, **SD3),
    "StableDiffusion3PAGPipeline": _row(28, 7.0, **SD3),
    "StableUnCLIPPipeline": _row(20, 10.0, size=768, progress="callback", swaps=True),
    "ZImagePipeline": _row(50, 5.0, multiple=16, patch=2, guided_above=0.0),
    "ZImageOmniPipeline": _row(50, 5.0, multiple=16, patch=2, guided_above=0.0),
}

# Of a class that is not in the table: a word in its name, and why not.
OTHER_KINDS: Mapping[str, str] = {
    "Modular": "is put together from blocks, and not a pipeline",
    "KandinskyPipeline": "needs the embeddings of a prior",
    "KandinskyV22Pipeline": "needs the embeddings of a prior",
    **dict.fromkeys(
        ("StableCascadeCombined", "WuerstchenCombined"),
        "has parts that diffusers no longer loads from a folder",
    ),
    **dict.fromkeys(("Inpaint", "Fill", "PaintBy"), "fills in a masked picture"),
    **dict.fromkeys(
        ("Img2Img", "I2I", "Variation", "Layered", "Depth2Img"), "starts from a picture"
    ),
    **dict.fromkeys(("Edit", "Pix2Pix", "CycleDiffusion"), "changes a picture"),
    **dict.fromkeys(("Upscale", "SuperResolution", "Refiner"), "improves a picture"),
    **dict.fromkeys(("Control", "Adapter", "GLIGEN"), "needs more than words"),
    "Prior": "makes embeddings, not pictures",
    "Decoder": "needs the embeddings of a prior",
    **dict.fromkeys(("Audio", "Music", "AceStep"), "makes sound"),
    **dict.fromkeys(("LLaDA", "DiffusionGemma"), "makes text"),
    "ShapE": "makes solid shapes",
    **dict.fromkeys(
        (
            *("Video", "Animate", "I2V", "T2V", "LTX", "Wan", "Cosmos", "Helios", "AnyFlow"),
            *("Allegro", "Latte", "Mochi", "SanaWM", "SkyReels", "PIA", "Kandinsky6"),
        ),
        "makes video",
    ),
    **dict.fromkeys(
        (
            *("AltDiffusion", "Amused", "AttendAndExcite", "BlipDiffusion", "LDM3D", "Panorama"),
            *("Paradigms", "SAGPipeline", "Semantic", "UnCLIPPipeline", "UniDiffuser"),
            *("VQDiffusion", "VersatileDiffusion"),
        ),
        "is one that diffusers has given up",
    ),
}


def of(class_name: str, index: Mapping[str, Any], network: Mapping[str, Any]) -> Family | None:
    """The family of a model, as its `model_index.json` and network's configuration change it."""
    family = FAMILIES.get(class_name)
    if family is None:
        return None
    said = {"model_index": index, "network": network}
    for variant in family.variants:
        if bool(said[variant.part].get(variant.key)) == variant.true:
            family = structs.replace(family, **variant.changes)
    return family


def other_kind(class_name: str) -> str | None:
    """What a pipeline does that is no text-to-image pipeline; None: nothing is known of it."""
    return next((does for word, does in OTHER_KINDS.items() if word in class_name), None)
