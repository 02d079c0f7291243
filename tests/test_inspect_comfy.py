"""ComfyUI's graphs are followed from what was saved to the sampler, and on to words and model."""

import json
import random
from pathlib import Path
from typing import Any

import picture_files as files
import pytest
from test_inspect_tools import NEGATIVE, WORDS, fields, reasons

from imagegen.reading import picture
from imagegen.reading.found import Found, Lora

Graph = dict[str, Any]


@pytest.fixture
def read(tmp_path: Path) -> "Any":
    def reading(graph: Graph, key: str = "prompt") -> Found:
        path = tmp_path / "x.png"
        path.write_bytes(files.png(files.text(key, json.dumps(graph))))
        return picture.read(path).found

    return reading


def node(kind: str, **inputs: Any) -> dict[str, Any]:
    return {"class_type": kind, "inputs": inputs, "_meta": {"title": kind}}


def simple(words: str = "a cat", negative: str = NEGATIVE) -> Graph:
    """ComfyUI's own first graph, with an adapter."""
    return {
        "3": node(
            "KSampler",
            seed=812734,
            steps=20,
            cfg=8.0,
            sampler_name="dpmpp_2m",
            scheduler="karras",
            denoise=1.0,
            model=["10", 0],
            positive=["6", 0],
            negative=["7", 0],
            latent_image=["5", 0],
        ),
        "4": node("CheckpointLoaderSimple", ckpt_name="sd15/v1-5.safetensors"),
        "5": node("EmptyLatentImage", width=512, height=768, batch_size=1),
        "6": node("CLIPTextEncode", text=words, clip=["10", 1]),
        "7": node("CLIPTextEncode", text=negative, clip=["4", 1]),
        "8": node("VAEDecode", samples=["3", 0], vae=["12", 0]),
        "9": node("SaveImage", filename_prefix="ComfyUI", images=["8", 0]),
        "10": node(
            "LoraLoader",
            lora_name="ink.safetensors",
            strength_model=0.8,
            strength_clip=1.0,
            model=["4", 0],
            clip=["11", 0],
        ),
        "11": node("CLIPSetLastLayer", stop_at_clip_layer=-2, clip=["4", 1]),
        "12": node("VAELoader", vae_name="mse.safetensors"),
    }


def check_simple(found: Found, words: str) -> None:
    assert (found.prompt, found.negative_prompt) == (words, NEGATIVE)
    assert fields(found, "tool seed steps sampler schedule scheduler guidance width height") == [
        *("ComfyUI", 812734, 20, "dpmpp_2m", "karras", "dpm++-2m-karras", 8.0, 512, 768)
    ]
    assert fields(found, "model clip_skip vae strength noise prompt_syntax") == [
        *("sd15/v1-5.safetensors", 2, "mse.safetensors", None, "cpu", "comfy")
    ]
    assert found.loras == (Lora(name="ink.safetensors", weight=0.8),)
    assert not found.unknown


@WORDS
def test_the_first_graph(words: str, read: Any) -> None:
    check_simple(read(simple(words)), words)


@WORDS
def test_in_a_webp(words: str, tmp_path: Path) -> None:
    path = tmp_path / "x.webp"
    graph = json.dumps(simple(words), ensure_ascii=False)
    tags = {0x010F: b'workflow:{"nodes": []}\0', 0x0110: f"prompt:{graph}".encode() + b"\0"}
    path.write_bytes(files.by_pillow("WEBP", files.tiff(tags, {}, kind=2)))
    found = picture.read(path).found
    check_simple(found, words)
    assert found.source == "EXIF Model"


def test_not_a_number_as_python_writes_it(read: Any) -> None:
    graph = simple()
    graph["4"]["is_changed"] = [float("nan")]
    check_simple(read(graph), "a cat")


def test_the_order_of_the_nodes_means_nothing(read: Any) -> None:
    graph = list(simple().items())
    for seed in range(10):
        random.Random(seed).shuffle(graph)
        check_simple(read(dict(graph)), "a cat")


def flux() -> Graph:
    """FLUX, with its settings in nodes of their own."""
    return {
        "1": node("UNETLoader", unet_name="flux1-dev.safetensors", weight_dtype="default"),
        "2": node("LoraLoaderModelOnly", lora_name="a", strength_model=0.75, model=["1", 0]),
        "3": node("ModelSamplingFlux", max_shift=1.15, width=1024, height=768, model=["2", 0]),
        "4": node("DualCLIPLoader", clip_name1="t5", clip_name2="clip_l", type="flux"),
        "5": node("CLIPTextEncode", text="an ink heron", clip=["4", 0]),
        "6": node("FluxGuidance", guidance=3.5, conditioning=["5", 0]),
        "7": node("BasicGuider", model=["3", 0], conditioning=["6", 0]),
        "8": node("RandomNoise", noise_seed=["16", 0]),
        "9": node("KSamplerSelect", sampler_name="euler"),
        "10": node("BasicScheduler", scheduler="normal", steps=24, denoise=1.0, model=["3", 0]),
        "11": node("EmptySD3LatentImage", width=["17", 0], height=768, batch_size=1),
        "12": node(
            "SamplerCustomAdvanced",
            noise=["8", 0],
            guider=["7", 0],
            sampler=["9", 0],
            sigmas=["10", 0],
            latent_image=["11", 0],
        ),
        "13": node("VAEDecode", samples=["12", 0], vae=["14", 0]),
        "14": node("VAELoader", vae_name="ae.safetensors"),
        "15": node("SaveImage", images=["18", 0]),
        "16": node("PrimitiveInt", value=424242),
        "17": node("PrimitiveNode", value=1024),
        "18": {"class_type": "Reroute", "inputs": {"": ["13", 0]}},
    }


def test_settings_in_nodes_of_their_own(read: Any) -> None:
    found = read(flux())
    assert fields(found, "prompt negative_prompt seed steps sampler scheduler guidance") == [
        *("an ink heron", None, 424242, 24, "euler", "euler", 3.5)
    ]
    assert fields(found, "width height model vae") == [
        *(1024, 768, "flux1-dev.safetensors", "ae.safetensors")
    ]
    assert found.loras == (Lora(name="a", weight=0.75),)


def test_a_guider_with_both_prompts(read: Any) -> None:
    graph = flux()
    graph["7"] = node("CFGGuider", cfg=4.5, model=["3", 0], positive=["5", 0], negative=["19", 0])
    graph["19"] = node("CLIPTextEncode", text="bad", clip=["4", 0])
    graph["10"] = node("KarrasScheduler", steps=12, sigma_max=14.6, sigma_min=0.03, rho=7.0)
    found = read(graph)
    assert fields(found, "negative_prompt guidance steps schedule scheduler") == [
        *("bad", 4.5, 12, "karras", "euler-karras")
    ]


def test_zeroed_conditioning_is_an_empty_prompt(read: Any) -> None:
    graph = simple()
    graph["7"] = node("ConditioningZeroOut", conditioning=["6", 0])
    assert read(graph).negative_prompt == ""


def test_words_through_everything_that_changes_them(read: Any) -> None:
    graph = simple()
    graph["3"]["inputs"] |= {"positive": ["20", 0], "negative": ["20", 1]}
    graph["20"] = node(
        "ControlNetApplyAdvanced",
        positive=["21", 0],
        negative=["7", 0],
        control_net=["22", 0],
    )
    graph["21"] = node("ConditioningCombine", conditioning_1=["6", 0], conditioning_2=["23", 0])
    graph["22"] = node("ControlNetLoader", control_net_name="canny.safetensors")
    graph["23"] = node("ConditioningConcat", conditioning_to=["24", 0], conditioning_from=["6", 0])
    graph["24"] = node("CLIPTextEncode", text=["25", 0], clip=["4", 1])
    graph["25"] = node("StringConcatenate", string_a="red", string_b=["26", 0], delimiter=" + ")
    graph["26"] = node("PrimitiveStringMultiline", value="blue, grün")
    found = read(graph)
    assert (found.prompt, found.negative_prompt) == ("a cat\nred + blue, grün", NEGATIVE)
    assert "2 texts" in reasons(found)["prompt"]
    assert found.other["ControlNetLoader.control_net_name"] == "canny.safetensors"


def test_both_encoders_of_sdxl(read: Any) -> None:
    graph = simple()
    graph["6"] = node("CLIPTextEncodeSDXL", text_g="a cat", text_l="a cat", clip=["4", 1])
    assert read(graph).prompt == "a cat"
    graph["6"]["inputs"]["text_l"] = "in ink"
    assert read(graph).prompt == "a cat\nin ink"


def test_a_second_pass_is_told_beside_the_first(read: Any) -> None:
    graph = simple()
    graph["30"] = node("LatentUpscale", samples=["3", 0], width=1024, height=1536)
    graph["31"] = node(
        "KSampler",
        seed=7,
        steps=10,
        cfg=5.0,
        sampler_name="euler",
        scheduler="simple",
        denoise=0.45,
        model=["4", 0],
        positive=["6", 0],
        negative=["7", 0],
        latent_image=["30", 0],
    )
    graph["8"]["inputs"]["samples"] = ["31", 0]
    found = read(graph)
    assert fields(found, "seed steps width height strength") == [812734, 20, 512, 768, None]
    assert found.other["passes"] == [
        {
            "node": "KSampler",
            "seed": 7,
            "steps": 10,
            "guidance": 5.0,
            "sampler": "euler",
            "schedule": "simple",
            "denoise": 0.45,
        }
    ]


def test_the_advanced_sampler_and_a_refiner(read: Any) -> None:
    graph = simple()
    graph["3"] = node(
        "KSamplerAdvanced",
        add_noise="enable",
        noise_seed=5,
        steps=25,
        cfg=8.0,
        model=["4", 0],
        sampler_name="euler_ancestral",
        scheduler="normal",
        positive=["6", 0],
        negative=["7", 0],
        latent_image=["5", 0],
        start_at_step=0,
        end_at_step=20,
        return_with_leftover_noise="enable",
    )
    found = read(graph)
    assert fields(found, "seed scheduler") == [5, "euler-ancestral"]
    assert found.other["end_at_step"] == 20


def test_from_a_picture(read: Any) -> None:
    graph = simple()
    graph["3"]["inputs"] |= {"latent_image": ["40", 0], "denoise": 0.6}
    graph["40"] = node("VAEEncode", pixels=["41", 0], vae=["4", 2])
    graph["41"] = node("LoadImage", image="house.png")
    found = read(graph)
    assert fields(found, "strength width height") == [0.6, None, None]
    assert found.other["init_image"] == "house.png"
    assert "the picture is 64x48" in reasons(found)["size"]


def test_a_batch_does_not_tell_which_picture(read: Any) -> None:
    graph = simple()
    graph["5"]["inputs"]["batch_size"] = 4
    assert "4 drawn at once" in reasons(read(graph))["picture"]


def test_stacks_of_adapters(read: Any) -> None:
    graph = simple()
    graph["10"] = node(
        "Power Lora Loader (rgthree)",
        lora_1={"on": True, "lora": "a", "strength": 0.5},
        model=["13", 0],
        lora_2={"on": False, "lora": "b", "strength": 1},
        clip=["4", 1],
    )
    graph["13"] = node("Lora Stack", lora_01="c", strength_01=0.3, lora_02="None", model=["4", 0])
    assert read(graph).loras == (Lora(name="c", weight=0.3), Lora(name="a", weight=0.5))


def test_a_loader_that_takes_the_prompts_itself(read: Any) -> None:
    graph = {
        "1": node(
            "Efficient Loader",
            ckpt_name="x.safetensors",
            positive="a cat",
            negative="a dog",
            empty_latent_width=512,
            empty_latent_height=640,
            batch_size=1,
        ),
        "2": node(
            "KSampler (Efficient)",
            seed=1,
            steps=9,
            cfg=3,
            sampler_name="lcm",
            scheduler="normal",
            model=["1", 0],
            positive=["1", 1],
            negative=["1", 2],
            latent_image=["1", 3],
        ),
        "3": node("PreviewImage", images=["2", 5]),
    }
    found = read(graph)
    assert fields(found, "prompt negative_prompt model scheduler") == [
        *("a cat", "a dog", "x.safetensors", "lcm")
    ]


def test_a_graph_without_a_sampler_says_so(read: Any) -> None:
    found = read({"1": node("LoadImage", image="a.png"), "2": node("SaveImage", images=["1", 0])})
    assert (found.tool, found.seed) == ("ComfyUI", None)
    assert "no node" in reasons(found)["sampler"]
    assert found.other["nodes"] == {"LoadImage": 1, "SaveImage": 1}


def test_loops_end(read: Any) -> None:
    graph = simple()
    graph["6"] = node("ConditioningCombine", conditioning_1=["6", 0], conditioning_2=["21", 0])
    graph["21"] = node("ConditioningCombine", conditioning_1=["6", 0], conditioning_2=["21", 0])
    graph["4"] = node("ModelSampling", model=["10", 0])
    graph["5"] = {"class_type": "Reroute", "inputs": {"": ["5", 0]}}
    graph["3"]["inputs"]["seed"] = ["50", 0]
    graph["50"] = node("Int", value=["50", 0])
    found = read(graph)
    assert fields(found, "prompt seed model width steps") == [None, None, None, None, 20]


def editor() -> Graph:
    """The same as `simple`, as the editor keeps it; node 40 is bypassed, 41 muted."""

    def one(number: int, kind: str, values: list[Any], links: dict[str, int], mode: int = 0) -> Any:
        inputs = [{"name": name, "type": "*", "link": link} for name, link in links.items()]
        return {
            "id": number,
            "type": kind,
            "mode": mode,
            "inputs": inputs,
            "widgets_values": values,
        }

    sampler = [812734, "randomize", 20, 8.0, "dpmpp_2m", "karras", 1.0]
    ways = {"model": 1, "positive": 2, "negative": 3, "latent_image": 4}
    nodes = [
        one(3, "KSampler", sampler, ways),
        one(4, "CheckpointLoaderSimple", ["sd15/v1-5.safetensors"], {}),
        one(5, "EmptyLatentImage", [512, 768, 1], {}),
        one(6, "CLIPTextEncode", ["a cat"], {"clip": 5}),
        one(7, "CLIPTextEncode", [NEGATIVE], {"clip": 6}),
        one(8, "VAEDecode", [], {"samples": 7, "vae": 11}),
        one(9, "SaveImage", ["ComfyUI"], {"images": 8}),
        one(10, "LoraLoader", ["ink.safetensors", 0.8, 1.0], {"model": 9, "clip": 10}),
        one(11, "CLIPSetLastLayer", [-2], {"clip": 6}),
        one(12, "VAELoader", ["mse.safetensors"], {}),
        one(40, "Upscale", [], {"samples": 12}, mode=4),
        one(41, "SaveImage", ["x"], {"images": 8}, mode=2),
    ]
    links: list[Any] = [
        [1, 10, 0, 3, 0, "MODEL"],
        [2, 6, 0, 3, 1, "CONDITIONING"],
        [3, 7, 0, 3, 2, "CONDITIONING"],
        [4, 5, 0, 3, 3, "LATENT"],
        [5, 10, 1, 6, 0, "CLIP"],
        [6, 4, 1, 7, 0, "CLIP"],
        [7, 40, 0, 8, 0, "LATENT"],
        [8, 8, 0, 9, 0, "IMAGE"],
        [9, 4, 0, 10, 0, "MODEL"],
        [10, 11, 0, 10, 1, "CLIP"],
        {"id": 11, "origin_id": 12, "origin_slot": 0, "target_id": 8, "target_slot": 1},
        [12, 3, 0, 40, 0, "LATENT"],
    ]
    return {"last_node_id": 12, "nodes": nodes, "links": links, "version": 0.4}


def test_the_graph_of_the_editor(read: Any) -> None:
    check_simple(read(editor(), "workflow"), "a cat")


@pytest.mark.parametrize("seed", range(200))
def test_any_graph_is_read_to_an_end(seed: int, read: Any) -> None:
    """Inputs of a good graph lead anywhere, are missing, or are of another kind."""
    generator = random.Random(seed)
    graph = {**simple(), **{f"1{number}": one for number, one in flux().items()}}
    others = [["3", 0], ["999", 1], None, "x", 5, -1, 1e300, True, [], {}, [[], 0], ["3", "0"]]
    for _ in range(10):
        one = graph[generator.choice(list(graph))]
        for name in list(one["inputs"]):
            if generator.random() < 0.3:
                target = [generator.choice(list(graph)), generator.randint(0, 3)]
                one["inputs"][name] = generator.choice([*others, target])
    assert read(graph).tool == "ComfyUI"
    workflow = editor()
    for one in workflow["nodes"]:
        if generator.random() < 0.3:
            one[generator.choice(list(one))] = generator.choice(others)
    workflow["links"] = generator.choices([*workflow["links"], *others], k=12)
    read(workflow, "workflow")
