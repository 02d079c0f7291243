"""Tools that write each setting as a text: kohya's scripts, Easy Diffusion, DiffusionBee."""

import re

from imagegen.reading.bounded import object_from
from imagegen.reading.carrier import SIDECAR
from imagegen.reading.found import Carried, Fields, Found, Lora, Unknown

KOHYA, EASY, BEE = "kohya sd-scripts", "Easy Diffusion", "DiffusionBee"
LINE = re.compile(r"^([A-Z][A-Za-z ]{1,30}): ?(.*)$")
# Easy Diffusion writes the names of its request, or those of its screen; both mean the same.
EASY_NAMES = {
    "Prompt": "prompt",
    "Negative Prompt": "negative_prompt",
    "Seed": "seed",
    "Stable Diffusion model": "use_stable_diffusion_model",
    "Clip Skip": "clip_skip",
    "ControlNet model": "use_controlnet_model",
    "VAE model": "use_vae_model",
    "Sampler": "sampler_name",
    "Width": "width",
    "Height": "height",
    "Steps": "num_inference_steps",
    "Guidance Scale": "guidance_scale",
    "Prompt Strength": "prompt_strength",
    "LoRA model": "use_lora_model",
    "LoRA Strength": "lora_alpha",
}
NOTHING = ("", "None", "none", "null", "[]", "False", "false")


def read(carried: Carried) -> Found | None:
    """What the texts say, if together they are those of one of these tools."""
    texts = carried.texts
    if {"seed", "sampler", "scale"} <= texts.keys() or "negative-scale" in texts:
        return _kohya(Fields(_settings(carried)))
    bee = texts if {"dif_steps", "guidence_scale"} & texts.keys() else _inside(carried, "dif_steps")
    if bee is not None:
        return _bee(Fields(_settings(carried) if bee is texts else bee))
    for source in ("exif:UserComment", SIDECAR):
        easy = _inside(carried, "num_inference_steps", source) or _lines(texts.get(source))
        if easy is not None:
            return _easy(easy, source)
    if {"num_inference_steps", "Guidance Scale"} & texts.keys():
        return _easy(_settings(carried), "prompt")
    return None


def _settings(carried: Carried) -> dict[str, object]:
    """The PNG's own texts, without those of EXIF and XMP."""
    return {key: text for key, text in carried.texts.items() if ":" not in key}


def _inside(
    carried: Carried, mark: str, source: str = "exif:UserComment"
) -> dict[str, object] | None:
    text = carried.texts.get(source)
    if text is None or f'"{mark}"' not in text:
        return None
    values = object_from(text)
    return values if values is not None and mark in values else None


def _kohya(fields: Fields) -> Found:
    return Found(
        tool=KOHYA,
        source="prompt",
        prompt=fields.text("prompt"),
        negative_prompt=fields.text("negative-prompt"),
        seed=fields.whole("seed"),
        steps=fields.whole("steps"),
        sampler=fields.text("sampler"),
        guidance=fields.real("scale"),
        prompt_syntax="a1111",
        other=fields.rest(),
        unknown=(
            *fields.strange,
            Unknown("model", "gen_img.py does not write it"),
            Unknown("size", "gen_img.py writes none but SDXL's conditioning"),
        ),
    )


def _bee(fields: Fields) -> Found:
    return Found(
        tool=BEE,
        source="prompt",
        prompt=fields.text("prompt"),
        negative_prompt=fields.text("negative_prompt"),
        seed=fields.whole("seed"),
        steps=fields.whole("dif_steps", "ddim_steps"),
        sampler=fields.text("scheduler", "sampler"),
        guidance=fields.real("guidence_scale", "guidance_scale", "scale"),
        width=fields.whole("img_w", "W"),
        height=fields.whole("img_h", "H"),
        model=fields.text("model_version", "model"),
        strength=fields.real("inp_img_strength", "img_strength"),
        prompt_syntax="plain",
        other=fields.rest(),
        unknown=tuple(fields.strange),
    )


def _easy(values: dict[str, object], source: str) -> Found:
    told = {
        EASY_NAMES.get(name, name): value
        for name, value in values.items()
        if not (isinstance(value, str) and value in NOTHING and "rompt" not in name)
    }
    fields = Fields(told)
    strength = fields.real("prompt_strength") if "init_image" in fields.rest() else None
    skips = fields.take("clip_skip") in (True, "True", "true")
    names, weights = fields.take("use_lora_model"), fields.take("lora_alpha")
    return Found(
        tool=EASY,
        source=source,
        prompt=fields.text("prompt"),
        negative_prompt=fields.text("negative_prompt"),
        seed=fields.whole("seed"),
        steps=fields.whole("num_inference_steps"),
        sampler=fields.text("sampler_name", "sampler"),
        guidance=fields.real("guidance_scale"),
        width=fields.whole("width"),
        height=fields.whole("height"),
        model=fields.text("use_stable_diffusion_model"),
        vae=fields.text("use_vae_model"),
        clip_skip=2 if skips else None,
        strength=strength,
        prompt_syntax="compel",
        loras=_loras(names, weights),
        other=fields.rest(),
        unknown=tuple(fields.strange),
    )


def _loras(names: object, weights: object) -> tuple[Lora, ...]:
    listed = names if isinstance(names, list) else [names]
    scales = weights if isinstance(weights, list) else [weights]
    return tuple(
        Lora(name=name, weight=Fields({"weight": scale}).real("weight"))
        for name, scale in zip(listed, [*scales, *[None] * len(listed)], strict=False)
        if isinstance(name, str) and name
    )


def _lines(text: str | None) -> dict[str, object] | None:
    """Its `.txt` beside a picture: a setting a line; a prompt may have lines of its own."""
    if text is None or "Guidance Scale:" not in text:
        return None
    found: dict[str, object] = {}
    last = None
    for line in text.split("\n"):
        match = LINE.match(line)
        if match is not None:
            last = match[1]
            found[last] = match[2].strip()
        elif last is not None and line:
            found[last] = f"{found[last]}\n{line}"
    return found
