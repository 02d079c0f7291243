"""Records of other tools, written here to their public rules, are read field by field."""

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import picture_files as files
import pytest

from imagegen.reading import picture
from imagegen.reading.found import Found, Lora

AWKWARD = {
    "plain": "astronaut riding bicycle",
    "commas": "a cat, masterpiece, Steps: many, (best quality:1.2), [old]",
    "lines": "a cat\n\nsitting, on: a mat\nBREAK a dog",
    "quotes": 'a sign "open", it\'s \\"late\\", \\(round\\)',
    "umlauts": "grüne Bäume, Übergröße, café, naïve",
    "emoji": "a 🦊 and a 👩‍🚀, ❤️",
    "chinese": "一只猫骑自行车，杰作，高质量",
    "long": ", ".join(f"a thing of number {number} 鳥" for number in range(2100))[:50_000],
}
NEGATIVE = "blurry, low: quality, häßlich"
WORDS = pytest.mark.parametrize("words", AWKWARD.values(), ids=AWKWARD.keys())
A1111 = (
    "Steps: 28, Sampler: DPM++ 2M, Schedule type: Karras, CFG scale: 6.5, Seed: 1234567890, "
    "Size: 832x1216, Model hash: 31e35c80fc, Model: sd_xl_base_1.0"
)


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., Found]:
    def reading(content: bytes | str, suffix: str = ".png", **beside: str) -> Found:
        path = tmp_path / f"x{suffix}"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        for name, words in beside.items():
            (tmp_path / f"x.{name.replace('_', '.')}").write_text(words, "utf-8")
        return picture.read(path).found

    return reading


Read = Callable[..., Found]


def fields(found: Found, names: str) -> list[Any]:
    return [getattr(found, name) for name in names.split()]


def reasons(found: Found) -> dict[str, str]:
    return {one.field: one.reason for one in found.unknown}


def a1111(words: str, settings: str = A1111, negative: str = NEGATIVE) -> str:
    return f"{words}\nNegative prompt: {negative}\n{settings}"


def stripped(words: str) -> str:
    """Lines as webui reads them."""
    return "\n".join(line.strip() for line in words.split("\n"))


# Everywhere an infotext is written: the file's suffix, and its bytes.
CARRIERS: dict[str, tuple[str, Callable[[str], bytes]]] = {
    "png tEXt as UTF-8": (".png", lambda words: files.png(files.text("parameters", words))),
    "png tEXt or iTXt": (".png", lambda words: files.pngs_of({"parameters": words})),
    "png iTXt, packed": (
        ".png",
        lambda words: files.png(files.international("parameters", words, pack=True)),
    ),
    "png zTXt": (".png", lambda words: files.png(files.packed("parameters", words))),
    "png eXIf": (".png", lambda words: files.png(files.chunk(b"eXIf", files.exif(words)))),
    "jpeg": (".jpg", lambda words: files.by_pillow("JPEG", files.exif(words))),
    "jpeg, LE": (".jpg", lambda words: files.by_pillow("JPEG", files.exif(words, "utf-16-le"))),
    "jpeg, UTF-8": (".jpeg", lambda words: files.by_pillow("JPEG", files.exif(words, "utf-8"))),
    "webp": (".webp", lambda words: files.by_pillow("WEBP", files.exif(words))),
    "avif": (".avif", lambda words: files.by_pillow("AVIF", files.exif(words))),
    "text beside": (".txt", str.encode),
}


@pytest.mark.parametrize("place", CARRIERS)
@WORDS
def test_a1111(words: str, place: str, read: Read) -> None:
    suffix, write = CARRIERS[place]
    if place.startswith("jpeg"):
        words = words[:25_000]  # a segment of a JPEG has 64 KiB
    found = read(write(a1111(words, f"{A1111}, Version: v1.10.1")), suffix)
    assert (found.prompt, found.negative_prompt) == (stripped(words).strip(), NEGATIVE)
    assert fields(found, "tool version seed steps sampler schedule guidance") == [
        *("A1111", "v1.10.1", 1234567890, 28, "DPM++ 2M", "Karras", 6.5)
    ]
    assert fields(found, "width height model model_hash scheduler noise prompt_syntax") == [
        *(832, 1216, "sd_xl_base_1.0", "31e35c80fc", "dpm++-2m-karras", "gpu", "a1111")
    ]


def test_latin_letters_as_the_png_standard_has_them(read: Read) -> None:
    content = files.png(files.text("parameters", a1111("Übergröße, café"), "latin-1"))
    assert (read(content).prompt, read(content).negative_prompt) == ("Übergröße, café", NEGATIVE)


def test_the_settings_of_a1111_that_are_not_simple(read: Read) -> None:
    settings = (
        f"{A1111}, Denoising strength: 0.45, Clip skip: 2, RNG: CPU, Hires upscale: 2, "
        "Hires upscaler: R-ESRGAN 4x+, Hires resize: 1664x2432, "
        'ControlNet 0: "Module: canny, Model: control_v11p [d14c016b], Weight: 0.8", '
        'Lora hashes: "spacecat: 7c0ab1b4e2, other_one: 0a0a0a0a0a", TI hashes: "easy: c74b4e81", '
        'Template: "a {red|blue} \\"cat\\",\\nnew line", VAE hash: 235745af8d, VAE: sdxl_vae.pt, '
        "Version: f2.0.1v1.10.1-previous-659-gc055f2d4"
    )
    found = read(files.pngs_of({"parameters": a1111("a <lora:spacecat:0.8> cat", settings)}))
    assert fields(found, "tool clip_skip strength noise vae") == [
        *("Forge", 2, 0.45, "cpu", "sdxl_vae.pt")
    ]
    assert found.loras == (
        Lora(name="spacecat", weight=0.8, hash="7c0ab1b4e2"),
        Lora(name="other_one", hash="0a0a0a0a0a"),
    )
    assert found.hashes == {
        "lora:spacecat": "7c0ab1b4e2",
        "lora:other_one": "0a0a0a0a0a",
        "embed:easy": "c74b4e81",
        "vae": "235745af8d",
    }
    assert found.other == {
        "Hires upscale": "2",
        "Hires upscaler": "R-ESRGAN 4x+",
        "Hires resize": "1664x2432",
        "ControlNet 0": "Module: canny, Model: control_v11p [d14c016b], Weight: 0.8",
        "Template": 'a {red|blue} "cat",\nnew line',
    }


@pytest.mark.parametrize(
    ("settings", "tool", "scheduler"),
    [
        ("Steps: 20, Sampler: DPM++ 2M Karras, Seed: 1, Size: 8x8", "A1111", "dpm++-2m-karras"),
        ("Steps: 20, Sampler: DPM++ 2M, Seed: 1", "A1111", "dpm++-2m"),
        (
            "Steps: 20, Sampler: DPM++ 2M, Schedule type: Automatic, Seed: 1, Version: v1.9.0",
            *("A1111", "dpm++-2m-karras"),
        ),
        (
            "Steps: 20, Sampler: DPM++ 2M, Schedule type: Automatic, Seed: 1, Version: imagegen 1",
            *("imagegen", "dpm++-2m"),
        ),
        (
            "Steps: 20, Sampler: Euler a, Seed: 1, App: SD.Next, Version: 4c9",
            "SD.Next",
            "euler-ancestral",
        ),
        ("Steps: 20, Sampler: UniPC, Seed: 1", "A1111", "unipc"),
        ("Steps: 20, Sampler: DPM++ 2S a Karras, Seed: 1", "A1111", None),
        ("Steps: 20, Sampler: DPM++ 2M SDE Exponential, Seed: 1", "A1111", None),
    ],
)
def test_samplers_of_webui(settings: str, tool: str, scheduler: str | None, read: Read) -> None:
    found = read(files.pngs_of({"parameters": f"a cat\n{settings}"}))
    assert (found.tool, found.scheduler, found.negative_prompt) == (tool, scheduler, None)
    assert ("scheduler" in reasons(found)) == (scheduler is None)


def test_a_prompt_without_settings_says_so(read: Read) -> None:
    found = read(files.pngs_of({"parameters": "a cat, Steps: many,\nSeed: none"}))
    assert (found.prompt, found.seed) == ("a cat, Steps: many,\nSeed: none", None)
    assert {"settings", "seed", "size", "steps"} <= reasons(found).keys()


def test_hashes_as_json_without_quotes(read: Read) -> None:
    settings = f'{A1111}, Hashes: {{"vae": "7356", "lora:a b": "1234"}}, Version: v1.7'
    found = read(files.pngs_of({"parameters": f"x\n{settings}"}))
    assert found.hashes == {"vae": "7356", "lora:a b": "1234"}
    assert (found.version, found.other) == ("v1.7", {})


def test_distilled_guidance_of_forge(read: Read) -> None:
    settings = "Steps: 20, Sampler: Euler, CFG scale: 1, Distilled CFG Scale: 3.5, Seed: 5"
    found = read(files.pngs_of({"parameters": f"x\n{settings}"}))
    assert (found.guidance, found.other) == (3.5, {"CFG scale": 1.0})


def sdcpp(words: str, **more: Any) -> str:
    record = {
        "schema": "sdcpp.image.params/v1",
        "mode": "img_gen",
        "generator": {"name": "stable-diffusion.cpp", "version": "master-827", "commit": "97d2990"},
        "seed": 42,
        "width": 512,
        "height": 768,
        "prompt": {"positive": words, "negative": NEGATIVE},
        "sampling": {
            "steps": 30,
            "eta": 0,
            "method": "dpm++2m",
            "scheduler": "karras",
            "guidance": {"txt_cfg": 5.5, "img_cfg": 5.5, "distilled_guidance": 3.5},
        },
        "models": {"model": "v1-5.safetensors", "vae": "vae.safetensors"},
        "clip_skip": 2,
        "rng": "cuda",
        "loras": [{"name": "detail", "multiplier": 0.7}],
        **more,
    }
    settings = "Steps: 30, CFG scale: 5.500000, Seed: 42, Size: 512x768, Sampler: dpm++2m karras"
    said = json.dumps(record, ensure_ascii=False)
    return a1111(words, f"{settings}, Version: stable-diffusion.cpp, SDCPP: {said}")


@WORDS
def test_stable_diffusion_cpp(words: str, read: Read) -> None:
    text = sdcpp(words)
    places = [(files.png(files.text("parameters", text)), ".png")]
    if len(words) < 20_000:
        places.append((files.jpeg(files.segment(0xFE, b"parameters\0" + text.encode())), ".jpg"))
    for content, suffix in places:
        found = read(content, suffix)
        assert (found.prompt, found.negative_prompt) == (words, NEGATIVE)
        assert fields(found, "tool version seed steps sampler schedule guidance") == [
            *("stable-diffusion.cpp", "master-827", 42, 30, "dpm++2m", "karras", 5.5)
        ]
        assert fields(found, "scheduler width height model vae clip_skip noise") == [
            *("dpm++-2m-karras", 512, 768, "v1-5.safetensors", "vae.safetensors", 2, "cuda")
        ]
        assert found.loras == (Lora(name="detail", weight=0.7),)
        assert found.other["sampling"]["distilled_guidance"] == 3.5


def test_stable_diffusion_cpp_before_its_json(read: Read) -> None:
    settings = (
        "Steps: 20, CFG scale: 7.000000, Guidance: 3.500000, Seed: 42, Size: 512x512, "
        "Model: m.gguf, RNG: cuda, Sampler: euler_a karras, Version: stable-diffusion.cpp"
    )
    found = read(files.png(files.text("parameters", f"kühl\n{settings}")))
    assert fields(found, "tool prompt sampler schedule guidance seed model") == [
        *("stable-diffusion.cpp", "kühl", "euler_a", "karras", 7.0, 42, "m.gguf")
    ]
    assert found.other["Guidance"] == "3.500000"


def test_stable_diffusion_cpp_in_a_webp(read: Read) -> None:
    space = 'xmlns:sdcpp="https://github.com/leejet/stable-diffusion.cpp"'
    packet = files.xmp(f"<sdcpp:parameters>{escape(sdcpp('a <b> & c'))}</sdcpp:parameters>", space)
    chunk = b"XMP " + len(packet.encode()).to_bytes(4, "little") + packet.encode()
    whole = files.by_pillow("WEBP", files.exif("nothing"))
    found = read(whole + chunk, ".webp")
    assert (found.tool, found.prompt, found.seed) == ("stable-diffusion.cpp", "a <b> & c", 42)


@WORDS
def test_invoke(words: str, read: Read) -> None:
    record = {
        "generation_mode": "sdxl_txt2img",
        "positive_prompt": words,
        "negative_prompt": NEGATIVE,
        "width": 1024,
        "height": 768,
        "seed": 99,
        "rand_device": "cpu",
        "cfg_scale": 7.5,
        "cfg_rescale_multiplier": 0.0,
        "steps": 30,
        "scheduler": "dpmpp_2m_sde_k",
        "clip_skip": 1,
        "model": {"key": "k", "hash": "blake3:00ff", "name": "Juggernaut XL", "base": "sdxl"},
        "loras": [{"model": {"key": "l", "name": "watercolor"}, "weight": 0.6}],
        "controlnets": [],
        "app_version": "5.4.2",
    }
    found = read(files.pngs_of({"invokeai_metadata": json.dumps(record)}))
    assert (found.prompt, found.negative_prompt) == (words, NEGATIVE)
    assert fields(found, "tool version seed steps sampler scheduler guidance width height") == [
        *("InvokeAI", "5.4.2", 99, 30, "dpmpp_2m_sde_k", "dpm++-2m-sde-karras", 7.5, 1024, 768)
    ]
    assert fields(found, "model model_hash noise clip_skip prompt_syntax") == [
        *("Juggernaut XL", "blake3:00ff", "cpu", 2, "compel")
    ]
    assert found.loras == (Lora(name="watercolor", weight=0.6),)
    assert found.other == {"generation_mode": "sdxl_txt2img", "cfg_rescale_multiplier": 0.0}


def test_invoke_of_its_third_edition(read: Read) -> None:
    record = {
        "positive_prompt": "",
        "model": {"model_name": "amixx", "base_model": "sd-1"},
        "vae": {"model_name": "sd-vae-ft-mse"},
        "loras": [{"lora": {"model_name": "old"}, "weight": 1}],
        "scheduler": "euler",
    }
    found = read(files.pngs_of({"invokeai_metadata": json.dumps(record)}))
    assert fields(found, "prompt model vae sampler") == ["", "amixx", "sd-vae-ft-mse", "euler"]
    assert found.loras == (Lora(name="old", weight=1.0),)
    assert {"seed", "steps", "size", "guidance"} <= reasons(found).keys()


def test_invoke_of_its_second_edition(read: Read) -> None:
    image = {
        "prompt": [{"prompt": "a ((dog)) [blurry] in a park [ugly, bad]", "weight": 1.0}],
        "steps": 50,
        "cfg_scale": 7.5,
        "threshold": 0,
        "height": 512,
        "width": 640,
        "seed": 3561693215,
        "sampler": "k_euler_a",
        "type": "txt2img",
    }
    record = {"model_weights": "stable-diffusion-1.5", "model_hash": "cc6cb271", "image": image}
    record |= {"app_id": "invoke-ai/InvokeAI", "app_version": "v2.2.0"}
    found = read(files.pngs_of({"sd-metadata": json.dumps(record), "Dream": '"x" -S 1'}))
    assert (found.prompt, found.negative_prompt) == ("a ((dog)) in a park", "blurry ugly, bad")
    assert fields(found, "seed steps scheduler guidance width height model model_hash") == [
        *(3561693215, 50, "euler-ancestral", 7.5, 640, 512, "stable-diffusion-1.5", "cc6cb271")
    ]


def test_invoke_of_its_first_edition(read: Read) -> None:
    dream = '"ein \\"schöner\\" Hund, [grau]" -s 50 -S42 -W 512 -H512 -C7.5 -A k_lms -G 0.8'
    found = read(files.png(files.text("Dream", dream)))
    assert (found.prompt, found.negative_prompt) == ('ein "schöner" Hund,', "grau")
    assert fields(found, "seed steps sampler guidance width height") == [
        *(42, 50, "k_lms", 7.5, 512, 512)
    ]
    assert found.other == {"gfpgan_strength": "0.8"}


@WORDS
def test_mflux(words: str, read: Read) -> None:
    record = {
        "mflux_version": "0.18.0",
        "model": "black-forest-labs/FLUX.1-dev",
        "base_model": None,
        "seed": 7,
        "steps": 25,
        "guidance": 3.5,
        "height": 768,
        "width": 512,
        "precision": "mlx.core.bfloat16",
        "quantize": 8,
        "lora_paths": ["a.safetensors", "owner/b"],
        "lora_scales": [0.5, 1.0],
        "created_at": "2026-06-30T10:00:00",
        "prompt": words,
        "negative_prompt": NEGATIVE,
    }
    text = json.dumps(record, ensure_ascii=False)
    places = [
        (files.png(files.chunk(b"eXIf", files.exif(text, "utf-8"))), ".png"),
        (text, ".metadata.json"),
    ]
    if len(words) < 20_000:
        places.append((files.by_pillow("JPEG", files.exif(text, "utf-8")), ".jpg"))
    for content, suffix in places:
        found = read(content, suffix)
        assert (found.prompt, found.negative_prompt) == (words, NEGATIVE)
        assert fields(found, "tool version seed steps guidance width height model") == [
            *("mflux", "0.18.0", 7, 25, 3.5, 512, 768, "black-forest-labs/FLUX.1-dev")
        ]
        assert found.loras == (
            Lora(name="a.safetensors", weight=0.5),
            Lora(name="owner/b", weight=1.0),
        )
        assert found.other["quantize"] == 8
        assert "sampler" in reasons(found)


@WORDS
def test_kohya(words: str, read: Read) -> None:
    texts = {
        "prompt": words,
        "seed": "123",
        "sampler": "k_dpm_2_a",
        "steps": "40",
        "scale": "7.0",
        "negative-prompt": NEGATIVE,
        "negative-scale": "5.5",
        "clip-prompt": "a clip",
        "raw-prompt": "a {cat|dog}",
    }
    found = read(files.pngs_of(texts))
    assert (found.prompt, found.negative_prompt) == (words, NEGATIVE)
    assert fields(found, "tool seed steps sampler guidance scheduler") == [
        *("kohya sd-scripts", 123, 40, "k_dpm_2_a", 7.0, "dpm2-ancestral")
    ]
    assert found.other == {
        "negative-scale": "5.5",
        "clip-prompt": "a clip",
        "raw-prompt": "a {cat|dog}",
    }
    assert {"model", "size"} <= reasons(found).keys()


def novelai(words: str) -> dict[str, str]:
    comment = {
        "prompt": words,
        "steps": 28,
        "height": 1216,
        "width": 832,
        "scale": 5.0,
        "cfg_rescale": 0.0,
        "seed": 3141592653,
        "noise_schedule": "karras",
        "sampler": "k_dpmpp_2m",
        "uc": NEGATIVE,
        "strength": 0.7,
        "request_type": "PromptGenerateRequest",
    }
    return {
        "Title": "NovelAI generated image",
        "Description": words,
        "Software": "NovelAI",
        "Source": "NovelAI Diffusion V4.5 4BDE2A90",
        "Generation time": "3.2",
        "Comment": json.dumps(comment),
    }


def check_novelai(found: Found, words: str) -> None:
    assert (found.prompt, found.negative_prompt) == (words, NEGATIVE)
    assert fields(found, "tool seed steps sampler schedule scheduler guidance width height") == [
        *("NovelAI", 3141592653, 28, "k_dpmpp_2m", "karras", "dpm++-2m-karras", 5.0, 832, 1216)
    ]
    assert fields(found, "model model_hash strength") == [
        *("NovelAI Diffusion V4.5", "4BDE2A90", None)
    ]


@WORDS
def test_novelai(words: str, read: Read) -> None:
    check_novelai(read(files.pngs_of(novelai(words))), words)


@WORDS
def test_novelai_in_exif(words: str, read: Read) -> None:
    block = files.exif(json.dumps(novelai(words)), "utf-8")
    if len(block) < 65_000:
        check_novelai(read(files.by_pillow("WEBP", block), ".webp"), words)


def test_characters_of_novelai(read: Read) -> None:
    comment = {
        "prompt": "short",
        "uc": "",
        "v4_prompt": {
            "caption": {
                "base_caption": "two girls, café",
                "char_captions": [{"char_caption": "girl, red", "centers": [{"x": 0.5, "y": 0.5}]}],
            },
        },
        "v4_negative_prompt": {"caption": {"base_caption": "bad", "char_captions": []}},
        "seed": 1,
    }
    texts = {"Software": "NovelAI", "Comment": json.dumps(comment), "Source": "Stable Diffusion"}
    found = read(files.pngs_of(texts))
    assert fields(found, "prompt negative_prompt model") == [
        *("two girls, café", "bad", "Stable Diffusion")
    ]
    assert found.other["characters"][0]["char_caption"] == "girl, red"


def dgenerate(words: str) -> str:
    quoted = '"' + f"{words}; {NEGATIVE}".replace("\\", "\\\\").replace('"', '\\"') + '"'
    return (
        "#! /usr/bin/env dgenerate --file\n#! dgenerate 4.5.1\n\n"
        "stabilityai/stable-diffusion-xl-base-1.0 \\\n--model-type sdxl \\\n--dtype float16 \\\n"
        "--inference-steps 30 \\\n--guidance-scales 5.5 \\\n--clip-skips 1 \\\n"
        '--loras "owner/lora;weight-name=a.safetensors;scale=0.8" \\\n'
        "--scheduler EulerAncestralDiscreteScheduler \\\n--output-size 1024x768 \\\n"
        f"--seeds 7354 \\\n--prompts {quoted}\n"
    )


@WORDS
def test_dgenerate(words: str, read: Read) -> None:
    for content, suffix in (
        (files.pngs_of({"DgenerateConfig": dgenerate(words)}), ".png"),
        (dgenerate(words), ".dgen"),
    ):
        found = read(content, suffix)
        assert (found.prompt, found.negative_prompt) == (words, NEGATIVE)
        assert fields(found, "tool seed steps sampler scheduler guidance width height") == [
            *("dgenerate", 7354, 30, "EulerAncestralDiscreteScheduler", "euler-ancestral"),
            *(5.5, 1024, 768),
        ]
        assert fields(found, "version model clip_skip") == [
            *("4.5.1", "stabilityai/stable-diffusion-xl-base-1.0", 2)
        ]
        assert found.loras == (Lora(name="owner/lora", weight=0.8),)
        assert found.other == {"model-type": "sdxl", "dtype": "float16"}


def test_dgenerate_wraps_long_prompts(read: Read) -> None:
    config = (
        '#! dgenerate 5.0.0\n\nm \\\n--prompts "a fox \\\n           in the snow \\#1" \\\n'
        "--seeds 1 2"
    )
    found = read(files.pngs_of({"DgenerateConfig": config}))
    assert (found.prompt, found.negative_prompt, found.seed) == ("a fox in the snow #1", "", None)
    assert "seeds" in reasons(found)


@WORDS
def test_diffusionbee(words: str, read: Read) -> None:
    values = {
        "prompt": words,
        "seed": "15982",
        "img_w": "768",
        "img_h": "640",
        "guidence_scale": "7.5",
        "dif_steps": "50",
        "model_version": "custom_retro",
        "negative_prompt": NEGATIVE,
    }
    contents = [(files.pngs_of(values), ".png")]
    if len(words) < 20_000:
        block = files.exif(json.dumps(values), "utf-8")
        contents.append((files.by_pillow("JPEG", block), ".jpg"))
    for content, suffix in contents:
        found = read(content, suffix)
        assert (found.prompt, found.negative_prompt) == (words, NEGATIVE)
        assert fields(found, "tool seed steps guidance width height model") == [
            *("DiffusionBee", 15982, 50, 7.5, 768, 640, "custom_retro")
        ]


@WORDS
def test_fooocus(words: str, read: Read) -> None:
    record = {
        "adm_guidance": "(1.5, 0.8, 0.3)",
        "base_model": "juggernautXL",
        "base_model_hash": "aeb7e9e689",
        "full_prompt": [f"cinematic {words}"],
        "guidance_scale": 4.0,
        "lora_combined_1": "offset : 0.1",
        "loras": [["offset", 0.1, "4852686128"]],
        "metadata_scheme": "fooocus",
        "negative_prompt": NEGATIVE,
        "performance": "Speed",
        "prompt": words,
        "resolution": "(896, 1152)",
        "sampler": "dpmpp_2m_sde_gpu",
        "scheduler": "karras",
        "seed": "8126",
        "sharpness": 2.0,
        "steps": 30,
        "styles": "['Fooocus V2']",
        "vae": "Default (model)",
        "version": "Fooocus v2.5.5",
    }
    text = json.dumps(record)
    chunks = files.pngs_of({"parameters": text, "fooocus_scheme": "fooocus"})
    block = files.tiff({0x0131: b"Fooocus v2.5.5"}, {0x9286: text.encode(), 0x927C: b"fooocus"})
    contents = [(chunks, ".png")]
    if len(block) < 65_000:
        contents.append((files.by_pillow("JPEG", block), ".jpg"))
    for content, suffix in contents:
        found = read(content, suffix)
        assert (found.prompt, found.negative_prompt) == (words, NEGATIVE)
        assert fields(found, "tool version seed steps sampler scheduler guidance width height") == [
            *("Fooocus", "2.5.5", 8126, 30, "dpmpp_2m_sde_gpu", "dpm++-2m-sde-karras", 4.0),
            *(896, 1152),
        ]
        assert found.loras == (Lora(name="offset", weight=0.1, hash="4852686128"),)
        assert found.other["styles"] == "['Fooocus V2']"


def test_ruined_fooocus(read: Read) -> None:
    record = {
        "Prompt": "a cat, 猫",
        "Negative": "dog",
        "steps": 30,
        "cfg": 8,
        "width": 1152,
        "height": 896,
        "seed": 5,
        "sampler_name": "dpmpp_2m_sde_gpu",
        "scheduler": "karras",
        "base_model_name": "sd_xl_base.safetensors",
        "base_model_hash": "31e35c80fc",
        "loras": [["", "0.5 - fancy"]],
        "software": "RuinedFooocus",
    }
    found = read(files.pngs_of({"parameters": json.dumps(record)}))
    assert fields(found, "tool prompt negative_prompt seed guidance width model") == [
        *("RuinedFooocus", "a cat, 猫", "dog", 5, 8.0, 1152, "sd_xl_base.safetensors")
    ]
    assert found.loras == (Lora(name="fancy", weight=0.5),)


@WORDS
def test_swarm(words: str, read: Read) -> None:
    record = {
        "sui_image_params": {
            "prompt": words,
            "negativeprompt": NEGATIVE,
            "model": "juggernaut",
            "seed": 11,
            "steps": 20,
            "cfgscale": 7,
            "width": 896,
            "height": 1152,
            "sampler": "euler_ancestral",
            "scheduler": "normal",
            "loras": ["a", "b"],
            "loraweights": ["0.5", "1"],
            "swarm_version": "0.9.5.0",
        },
        "sui_extra_data": {"date": "2026-01-01"},
        "sui_models": [{"name": "juggernaut", "param": "model", "hash": "0xabc"}],
    }
    text = json.dumps(record, indent=2)
    block = files.exif(text, "utf-8")
    contents = [(files.pngs_of({"parameters": text}), ".png")]
    if len(block) < 65_000:
        contents.append((files.by_pillow("JPEG", block), ".jpg"))
    for content, suffix in contents:
        found = read(content, suffix)
        assert (found.prompt, found.negative_prompt) == (words, NEGATIVE)
        assert fields(found, "tool version seed steps scheduler guidance width height model") == [
            *("SwarmUI", "0.9.5.0", 11, 20, "euler-ancestral", 7.0, 896, 1152, "juggernaut")
        ]
        assert found.model_hash == "0xabc"
        assert found.loras == (Lora(name="a", weight=0.5), Lora(name="b", weight=1.0))


@WORDS
def test_draw_things(words: str, read: Read) -> None:
    record = {
        "c": words,
        "uc": NEGATIVE,
        "seed": 5,
        "steps": 20,
        "scale": 4.5,
        "sampler": "DPM++ 2M Karras",
        "model": "sd_xl_base_1.0_f16.ckpt",
        "size": "1024x768",
        "strength": 1,
        "lora": [{"model": "style.ckpt", "weight": 0.4}],
        "v2": {"clipSkip": 1},
    }
    said = escape(json.dumps(record, ensure_ascii=False))
    packet = files.xmp(
        f'<exif:UserComment><rdf:Alt><rdf:li xml:lang="x-default">{said}</rdf:li></rdf:Alt>'
        "</exif:UserComment><xmp:CreatorTool>Draw Things 1.2</xmp:CreatorTool>",
        'xmlns:exif="http://ns.adobe.com/exif/1.0/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"',
    )
    found = read(files.png(files.international("XML:com.adobe.xmp", packet)))
    assert (found.prompt, found.negative_prompt) == (words, NEGATIVE)
    assert fields(found, "tool version seed steps scheduler guidance width height model") == [
        *("Draw Things", "1.2", 5, 20, "dpm++-2m-karras", 4.5, 1024, 768),
        "sd_xl_base_1.0_f16.ckpt",
    ]
    assert (found.loras, found.strength) == ((Lora(name="style.ckpt", weight=0.4),), None)


EASY = {
    "seed": "1896",
    "use_stable_diffusion_model": "sd-v1-5",
    "clip_skip": "False",
    "use_vae_model": "",
    "sampler_name": "euler_a",
    "width": "512",
    "height": "640",
    "num_inference_steps": "25",
    "guidance_scale": "7.5",
    "use_lora_model": "fancy",
    "lora_alpha": "0.6",
    "prompt_strength": "0.8",
}
EASY_ON_SCREEN = {
    "Seed": "1896",
    "Stable Diffusion model": "sd-v1-5",
    "Sampler": "euler_a",
    "Width": "512",
    "Height": "640",
    "Steps": "25",
    "Guidance Scale": "7.5",
    "LoRA model": "fancy",
    "LoRA Strength": "0.6",
}


@WORDS
def test_easy_diffusion(words: str, read: Read) -> None:
    named = {"prompt": words, "negative_prompt": NEGATIVE, **EASY}
    on_screen = {"Prompt": words, "Negative Prompt": NEGATIVE, **EASY_ON_SCREEN}
    contents = [
        (files.pngs_of(named), ".png"),
        (files.pngs_of(on_screen), ".png"),
        (json.dumps(named), ".json"),
    ]
    if not set(words) & set("\n:"):
        contents.append(("\n".join(f"{k}: {v}" for k, v in on_screen.items()), ".txt"))
    for content, suffix in contents:
        found = read(content, suffix)
        assert (found.prompt, found.negative_prompt) == (words, NEGATIVE)
        assert fields(found, "tool seed steps scheduler guidance width height model") == [
            *("Easy Diffusion", 1896, 25, "euler-ancestral", 7.5, 512, 640, "sd-v1-5")
        ]
        assert fields(found, "clip_skip strength vae") == [None, None, None]
        assert found.loras == (Lora(name="fancy", weight=0.6),)


def test_imaginairy(read: Read) -> None:
    record = {
        "prompt": {
            "prompts": [{"text": "a fox, 狐", "weight": 1}],
            "negative_prompt": [{"text": "bad", "weight": 1}],
            "seed": 3,
            "steps": 20,
            "solver_type": "ddim",
            "prompt_strength": 7.5,
            "size": "512x768",
            "model_weights": "sd15",
        }
    }
    block = files.tiff(
        {0x0131: b"Imaginairy / https://example.org"},
        {0x9286: files.comment(json.dumps(record), "utf-8")},
    )
    found = read(files.by_pillow("JPEG", block), ".jpg")
    assert fields(found, "tool prompt negative_prompt seed scheduler width height model") == [
        *("imaginAIry", "a fox, 狐", "bad", 3, "ddim", 512, 768, "sd15")
    ]


def test_random_texts_are_read_as_webui_reads_them() -> None:
    """The one-pass reader gives what webui's own expression gives, where that comes to an end."""
    import re

    from imagegen.reading import infotext

    webui = re.compile(r'\s*(\w[\w \-/]+):\s*("(?:\\.|[^\\"])+"|[^,]*)(?:,|$)')
    pieces = ["Steps: 20", "a", ", ", ":", " ", '"', "\\", "x-y/z", "ü", "Size: 8x8", '"a, b"', "-"]
    generator = random.Random(7)
    for _ in range(3000):
        line = "".join(generator.choices(pieces, k=generator.randint(1, 12))).strip()
        wanted = {key: value.strip() for key, value in webui.findall(line)}
        found = infotext.settings_of(line)
        assert found.keys() == wanted.keys(), line
        for key, value in wanted.items():
            if not value.startswith('"'):
                assert found[key] == value, line
