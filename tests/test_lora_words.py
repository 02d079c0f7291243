"""How LoRAs are asked for, and the names that their layers have in other tools."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import tiny_loras
import torch
from conftest import environment
from diffusers import StableDiffusionXLPipeline
from hubserver import Hub, Repository
from tiny_models import build_sdxl

from imagegen import Request, adapting, lora_keys, lora_words, make_plans
from imagegen.errors import RequestError
from imagegen.lora_keys import NETWORK, Module
from imagegen.lora_words import Asked


@pytest.mark.parametrize(
    ("prompt", "words", "asked"),
    [
        ("a cat", "a cat", []),
        ("a cat <lora:ink>", "a cat", [Asked("ink")]),
        ("<lora:ink:0.5> a cat", "a cat", [Asked("ink", 0.5, 0.5)]),
        ("a <lora:ink:0.5:1>cat", "a cat", [Asked("ink", 0.5, 1.0)]),
        ("a cat <lora:ink:te=0:unet=-.5>", "a cat", [Asked("ink", 0.0, -0.5)]),
        ("a <lyco:x:2>cat<lora:b c_v1.2:0>", "a cat", [Asked("x", 2, 2), Asked("b c_v1.2", 0, 0)]),
        ("a cat <3 dogs", "a cat <3 dogs", []),
        ("a cat <hypernet:x:1>", "a cat <hypernet:x:1>", []),
    ],
)
def test_tags_are_taken_out_of_a_prompt(prompt: str, words: str, asked: list[Asked]) -> None:
    assert lora_words.tags(prompt) == (words, tuple(asked))


@pytest.mark.parametrize(
    "tag",
    [
        "<lora:>",
        "<lora::1>",
        "<lora:a:b>",
        "<lora:a:1:2:3>",
        "<lora:a:dyn=4>",
        "<lora:a:1e9>",
        "<lora:a:nan>",
        "<lora:a:101>",
    ],
)
def test_a_tag_that_makes_no_sense_is_refused(tag: str) -> None:
    with pytest.raises(RequestError, match=r"lora|weight"):
        lora_words.tags(f"a cat {tag}")


@pytest.mark.parametrize(
    ("word", "asked"),
    [
        ("a.safetensors", Asked("a.safetensors")),
        ("owner/name:0.5", Asked("owner/name", 0.5, 0.5)),
        ("a.safetensors:0.5:1", Asked("a.safetensors", 0.5, 1)),
        ("C:\\a.safetensors", Asked("C:\\a.safetensors")),
        ("C:\\a.safetensors:-1", Asked("C:\\a.safetensors", -1, -1)),
    ],
)
def test_an_option_may_end_in_weights(word: str, asked: Asked) -> None:
    assert lora_words.option(word) == asked
    again = lora_words.option_of(asked.name, (asked.text_weight, asked.weight))
    assert lora_words.option(again) == asked


def test_layers_in_the_names_of_the_first_stable_diffusion(tmp_path: Path) -> None:
    """kohya's SDXL files; each name leads to the layer that diffusers' own reader finds."""
    convert = pytest.importorskip("diffusers.loaders.lora_conversion_utils")
    unet = StableDiffusionXLPipeline.from_pretrained(build_sdxl(tmp_path / "xl")).unet
    names = lora_keys.index(
        Module(name, tuple(one.weight.shape))
        for name, one in unet.named_modules()
        if getattr(one, "weight", None) is not None and one.weight.ndim > 1
    )
    for name in (
        *("input_blocks_1_0_in_layers_2", "input_blocks_4_0_out_layers_3"),
        *("input_blocks_4_1_transformer_blocks_0_attn1_to_q", "input_blocks_5_1_proj_in"),
        *("middle_block_1_transformer_blocks_1_ff_net_0_proj", "middle_block_2_in_layers_2"),
        *("output_blocks_0_1_transformer_blocks_1_attn2_to_out_0", "output_blocks_4_1_proj_out"),
        *("input_blocks_4_0_skip_connection", "output_blocks_6_0_emb_layers_1"),
        *("input_blocks_3_0_op", "time_embed_0", "input_blocks_0_0"),
    ):
        key = f"lora_unet_{name}.lora_down.weight"
        mapped = convert._maybe_map_sgm_blocks_to_diffusers({key: torch.zeros(1)}, unet.config)
        state, _ = convert._convert_non_diffusers_lora_to_diffusers(
            {**mapped, **{k.replace("down.weight", "up.weight"): torch.zeros(1) for k in mapped}}
        )
        theirs = lora_keys.flat(next(iter(state)).removeprefix("unet.").partition("lora")[0])
        theirs = theirs.replace("_processor", "").rstrip("_")
        theirs = f"{theirs}_0" if theirs.endswith("to_out") else theirs
        module = names[theirs]
        tensors = {key: (2, module.shape[1], *module.shape[2:])}
        tensors[key.replace("down.", "up.")] = (module.shape[0], 2, *[1] * (len(module.shape) - 2))
        matched = lora_keys.match(tensors, {NETWORK: names})
        assert list(matched.layers) == [(NETWORK, module.name)], name


def test_names_of_flux_in_other_tools_are_read_as_diffusers_reads_them() -> None:
    from diffusers import FluxPipeline, FluxTransformer2DModel

    torch.manual_seed(0)
    transformer = FluxTransformer2DModel(
        patch_size=1,
        in_channels=4,
        num_layers=1,
        num_single_layers=1,
        attention_head_dim=8,
        num_attention_heads=2,
        joint_attention_dim=8,
        pooled_projection_dim=8,
        axes_dims_rope=[2, 2, 4],
    )
    pipe = FluxPipeline.__new__(FluxPipeline)
    key = "lora_unet_double_blocks_0_img_attn_qkv"
    tensors = {
        f"{key}.lora_down.weight": torch.randn(2, 16),
        f"{key}.lora_up.weight": torch.randn(48, 2),
        f"{key}.alpha": torch.tensor(1.0),
    }
    converted = adapting._converted(pipe, tensors)
    model = {NETWORK: lora_keys.index(adapting._modules(transformer))}
    matched = lora_keys.match({n: tuple(one.shape) for n, one in converted.items()}, model)
    assert {name for _, name in matched.layers} == {
        f"transformer_blocks.0.attn.to_{one}" for one in "qkv"
    }
    assert matched.found == matched.all


PROBE = """
import sys
from imagegen.cli import main
code = main(sys.argv[1:])
print("peft:", bool(sys.modules.get("peft")), code, file=sys.stderr)
"""


@pytest.fixture
def probe(tmp_path: Path) -> Callable[..., str]:
    """The last line of the errors of a command: whether it has imported peft, and its code."""

    def run(*words: object, **more: str) -> str:
        done = subprocess.run(
            [sys.executable, "-c", PROBE, *map(str, words)],
            cwd=tmp_path,
            env={**environment(), **more},
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stderr.splitlines()[-1]

    return run


def test_peft_is_not_imported_to_draw(
    probe: Callable[..., str], tiny: Path, tmp_path: Path
) -> None:
    from diffusers import StableDiffusionPipeline

    pipe = StableDiffusionPipeline.from_pretrained(tiny)
    file = tiny_loras.save(tmp_path / "a.safetensors", tiny_loras.layers(pipe, "unet"))
    draw = ("cat", "-m", tiny, "--steps", "1", "-q")
    assert probe(*draw) == "peft: False 0"
    assert probe(*draw, "--lora", file) == "peft: False 0"


def test_a_lora_of_the_hub_is_fetched_once_and_drawn_offline_then(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from diffusers import StableDiffusionPipeline

    pipe = StableDiffusionPipeline.from_pretrained(tiny)
    there = tmp_path / "there"
    tiny_loras.save(there / "a.safetensors", tiny_loras.layers(pipe, "unet"))
    hub = Hub()
    hub.repositories["owner/style"] = Repository(there)
    env = {k: v for k, v in environment().items() if k not in {"HF_HUB_OFFLINE", "HF_TOKEN"}}
    env |= {
        "HF_ENDPOINT": hub.address,
        "HF_HOME": str(tmp_path / "home"),
        "HF_HUB_DISABLE_XET": "1",
        "NO_PROXY": "127.0.0.1",
    }
    where = ("cat", "-m", str(tiny), "--dry-run", "--json")

    def run(*words: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "imagegen", *where, *words],
            cwd=tmp_path,
            env=env,
            capture_output=True,
            text=True,
            check=False,
        )

    try:
        assert run("--lora", "owner/style", "--offline").returncode == 3
        done = run("--lora", "owner/style:0.5")
        assert done.returncode == 0, done.stdout + done.stderr
        assert '"weight":0.5' in done.stdout
        for word, code in (("owner/nothing", 3), ("owner/style/b.safetensors", 3)):
            assert run("--lora", word).returncode == code
    finally:
        hub.close()
    assert run("--lora", "owner/style/a.safetensors", "--offline").returncode == 0


def test_a_folder_in_the_environment(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from diffusers import StableDiffusionPipeline

    pipe = StableDiffusionPipeline.from_pretrained(tiny)
    file = tiny_loras.save(tmp_path / "deep" / "ink.safetensors", tiny_loras.layers(pipe, "unet"))
    monkeypatch.setenv("IMAGEGEN_LORA_DIR", str(tmp_path))
    (plan,) = make_plans(Request(prompts=("cat <lora:ink:0.3>",), model=str(tiny)))
    assert [(one.file, one.weight) for one in plan.loras] == [(str(file), 0.3)]
