"""LoRAs: the same pixels from every format, by option and by tag, on and off to the bit."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tiny_loras
import torch
from diffusers import StableDiffusionPipeline
from numpy.typing import NDArray
from PIL import Image
from safetensors.torch import load_file, save_file
from tiny_loras import RANK, Layers

from imagegen import Request, make_plans
from imagegen.adapting import Wardrobe
from imagegen.cli import main
from imagegen.errors import DrawingError, RequestError
from imagegen.journal import row
from imagegen.options import ask
from imagegen.plan import identity
from imagegen.request import MachineRequest

Pixels = NDArray[np.int16]
Draw = Callable[..., list[Pixels]]
WORDS = ("red cat", "--seed", "7", "--steps", "2", "--precision", "float32")


@pytest.fixture(scope="session")
def pipe(tiny: Path) -> Any:
    return StableDiffusionPipeline.from_pretrained(tiny)


@pytest.fixture(scope="session")
def layers(pipe: Any) -> Layers:
    own = tiny_loras.layers(pipe, "unet")
    texts = tiny_loras.layers(pipe, "text_encoder", endings=("q_proj", "out_proj"))
    return {**own, **texts}


@pytest.fixture
def lora(layers: Layers, tmp_path: Path) -> Path:
    return tiny_loras.save(tmp_path / "loras" / "style.safetensors", layers)


@pytest.fixture
def draw(tiny: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> Draw:
    """The command; the pictures that it has made, in the order of their making."""

    def run(*words: object, code: int = 0) -> list[Pixels]:
        capfd.readouterr()
        where = ("-m", str(tiny), "-o", str(tmp_path / "out"), "--json", "--batch-size", "2")
        assert main([*map(str, words), *where]) == code
        told = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
        paths = [Path(one["path"]) for one in told if one["event"] == "picture"]
        run.told = told  # type: ignore[attr-defined]
        return [np.asarray(Image.open(path)).astype(np.int16) for path in paths]

    return run


def differ(one: Pixels, other: Pixels) -> int:
    return int(np.abs(one - other).max())


def refusal(*words: Any, model: Path, **more: Any) -> RequestError:
    with pytest.raises(RequestError) as caught:
        make_plans(Request(prompts=("red cat",), model=str(model), lora=words, **more))
    return caught.value


def test_kohya_diffusers_and_peft_files_give_the_same_pixels(
    draw: Draw, layers: Layers, lora: Path, tmp_path: Path
) -> None:
    kohya = tiny_loras.save(tmp_path / "kohya.safetensors", tiny_loras.kohya(layers))
    older = tiny_loras.save(tmp_path / "older.safetensors", tiny_loras.older(layers))
    (bare,), (styled,) = draw(*WORDS), draw(*WORDS, "--lora", lora)
    assert differ(bare, styled) > 3
    for file in (kohya, older):
        assert differ(draw(*WORDS, "--lora", file)[0], styled) == 0


def test_peft_s_own_folder_is_read_with_its_scale(draw: Draw, pipe: Any, tmp_path: Path) -> None:
    """peft writes no part's name before the layers, and alpha into a file beside them."""
    unet = tiny_loras.layers(pipe, "unet")
    bare = {name.removeprefix("unet."): one for name, one in unet.items()}
    folder = tmp_path / "adapter"
    raw = {f"base_model.model.{name}": one for name, one in bare.items()}
    tiny_loras.save(folder / "adapter_model.safetensors", raw)
    (folder / "adapter_config.json").write_text(json.dumps({"r": RANK, "lora_alpha": 1.0}))
    kohya = tiny_loras.save(tmp_path / "half.safetensors", tiny_loras.kohya(unet, alpha=1.0))
    (of_folder,), (of_kohya,) = draw(*WORDS, "--lora", folder), draw(*WORDS, "--lora", kohya)
    assert differ(of_folder, of_kohya) == 0
    assert differ(of_folder, draw(*WORDS, "--lora", f"{kohya}:2")[0]) > 0


@pytest.mark.parametrize("weight", [1.0, 0.4])
def test_the_picture_is_that_of_diffusers_with_peft(
    draw: Draw, tiny: Path, lora: Path, weight: float
) -> None:
    pytest.importorskip("peft")
    (ours,) = draw(*WORDS, "--lora", f"{lora}:{weight}", "--scheduler", "ddim")
    theirs = StableDiffusionPipeline.from_pretrained(tiny)
    theirs.load_lora_weights(str(lora.parent), weight_name=lora.name, adapter_name="style")
    theirs.set_adapters(["style"], [weight])
    picture = theirs(
        "red cat",
        num_inference_steps=2,
        guidance_scale=7.5,
        generator=torch.Generator().manual_seed(7),
    ).images[0]
    assert differ(ours, np.asarray(picture).astype(np.int16)) <= 1


def test_weight_0_is_the_picture_without_it_to_the_bit_and_the_same_plan(
    draw: Draw, lora: Path
) -> None:
    (bare,), (none,) = draw(*WORDS), draw(*WORDS, "--lora", f"{lora}:0")
    assert differ(bare, none) == 0
    (half,), (whole,) = draw(*WORDS, "--lora", f"{lora}:0.5"), draw(*WORDS, "--lora", lora)
    assert differ(bare, half) > 0 and differ(half, whole) > 0


def test_pictures_of_one_run_may_wear_different_ones_and_the_model_is_loaded_once(
    draw: Draw, lora: Path, layers: Layers, tmp_path: Path
) -> None:
    other = {name: -one if "lora_B" in name else one for name, one in layers.items()}
    tiny_loras.save(lora.parent / "other.safetensors", other)
    rows = tmp_path / "rows.csv"
    rows.write_text(
        "prompt,seed,lora\n"
        f"red cat,1,{lora}\n"
        "red cat,1,\n"
        f"red cat <lora:other:0.7>,1,{lora}:0.5\n"
        f"blue cat,2,{lora}\n"
        "red cat,2,\n"
    )
    few = ("--steps", "2", "--precision", "float32")
    together = {}
    draw("batch", rows, *few)
    for one in draw.told:  # type: ignore[attr-defined]
        if one["event"] == "picture":
            together[one["origin"]] = np.asarray(Image.open(one["path"])).astype(np.int16)
    assert [one["event"] for one in draw.told].count("load") == 1  # type: ignore[attr-defined]
    assert len(together) == 5
    (bare,) = draw("red cat", "--seed", "1", *few)
    assert differ(together[f"{rows}:3"], bare) == 0
    (styled,) = draw("red cat", "--seed", "1", *few, "--lora", lora)
    assert differ(together[f"{rows}:2"], styled) <= 1
    (both,) = draw(
        *("red cat", "--seed", "1", *few, "--lora", f"{lora}:0.5"),
        *("--lora", f"{lora.parent / 'other.safetensors'}:0.7"),
    )
    assert differ(together[f"{rows}:4"], both) <= 1
    assert differ(both, styled) > 0


def test_a_tag_in_a_prompt_or_template_is_the_option(draw: Draw, lora: Path) -> None:
    few = ("--seed", "7", "--steps", "2", "--precision", "float32")
    (said,) = draw("red cat", *few, "--lora", f"{lora}:0.5")
    folder = ("--lora-dir", lora.parent)
    assert differ(draw("red cat <lora:style:0.5>", *few, *folder)[0], said) == 0
    assert differ(draw("<lora:style:{0.5}>red cat", *few, *folder)[0], said) == 0
    (weighed,) = draw("(red:1.3) cat <lora:style>", *few, *folder, "-n", "blue dog")
    (plain,) = draw("(red:1.3) cat", *few, "-n", "blue dog", "--lora", lora)
    assert differ(weighed, plain) == 0
    # Text encoders first, then the network, as in webui.
    (texts,) = draw("red cat <lora:style:1:0>", *few, *folder)
    (network,) = draw("red cat <lora:style:te=0:unet=1>", *few, *folder)
    assert len({one.tobytes() for one in (said, texts, network)}) == 3


def test_the_record_and_the_text_for_other_tools_name_it(
    draw: Draw, lora: Path, tmp_path: Path
) -> None:
    draw("red cat <lora:style:0.5>", *WORDS[1:], "--lora-dir", lora.parent)
    (sidecar,) = (tmp_path / "out").glob("*.json")
    record = json.loads(sidecar.read_text())
    (noted,) = record["plan"]["loras"]
    assert record["plan"]["prompt"] == "red cat"
    assert record["request"]["prompts"] == ["red cat <lora:style:0.5>"]
    assert (noted["file"], noted["weight"], noted["text_weight"]) == ("style.safetensors", 0.5, 0.5)
    assert str(tmp_path) not in json.dumps(record["plan"])
    text = Image.open(sidecar.with_suffix(".png")).text["parameters"]  # type: ignore[attr-defined]
    assert text.splitlines()[0] == "red cat <lora:style:0.5>"
    assert f'Lora hashes: "style: {noted["weights_sha256"][:12]}"' in text


def test_what_failed_is_drawn_again_with_its_loras(lora: Path, tiny: Path) -> None:
    request = Request(
        prompts=("cat <lora:style:1:0.5>",), model=str(tiny), seeds=(1,), lora_dir=str(lora.parent)
    )
    (plan,) = make_plans(request)
    written = row(plan, "id", MachineRequest(), DrawingError("x", "x", hint="x"))
    written.pop("error")
    (again,) = make_plans(ask(written).request)
    assert identity(again, "model") == identity(plan, "model")


def test_the_weights_come_back_to_the_bit(pipe: Any, lora: Path, tiny: Path) -> None:
    (plan,) = make_plans(Request(prompts=("cat",), model=str(tiny), lora=(str(lora),)))
    part = pipe.unet.state_dict()
    before = {name: one.clone() for name, one in part.items()}
    wardrobe = Wardrobe(pipe)
    wardrobe.wear(plan.loras)
    assert wardrobe.text != ()
    changed = [name for name, one in before.items() if not torch.equal(one, part[name])]
    assert changed
    wardrobe.wear(())
    assert wardrobe.text == ()
    assert all(torch.equal(one, part[name]) for name, one in before.items())


def test_beside_weights_that_move_it_draws_the_same(lora: Path, tiny: Path) -> None:
    """With diffusers' group offloading, weights are not where they seem to be."""
    (plan,) = make_plans(Request(prompts=("cat",), model=str(tiny), lora=(str(lora),)))
    seen = (torch.randn(1, 4, 16, 16), torch.tensor(5), torch.randn(1, 16, 16))
    given = []
    for moving in (False, True):
        pipe = StableDiffusionPipeline.from_pretrained(tiny)
        if moving:
            cpu = torch.device("cpu")
            pipe.unet.enable_group_offload(cpu, cpu, offload_type="leaf_level")
        layer = pipe.unet.mid_block.attentions[0].transformer_blocks[0].attn1.to_q
        before = layer.weight.clone()
        wardrobe = Wardrobe(pipe)
        with torch.no_grad():
            bare = pipe.unet(*seen).sample
            wardrobe.wear(plan.loras)
            assert torch.equal(before, layer.weight) == moving
            given.append(pipe.unet(*seen).sample)
            wardrobe.wear(())
            assert torch.equal(pipe.unet(*seen).sample, bare)
    assert torch.allclose(*given, atol=1e-4)
    assert not torch.allclose(given[0], bare, atol=1e-2)


@pytest.mark.parametrize("dora", [False, True])
def test_convolutions_and_dora_are_merged_as_peft_merges_them(
    tiny: Path, tmp_path: Path, dora: bool
) -> None:
    peft = pytest.importorskip("peft")
    torch.manual_seed(3)
    unet = StableDiffusionPipeline.from_pretrained(tiny).unet
    ends = ["conv1", "to_k", "proj_in"]
    config = peft.LoraConfig(r=RANK, lora_alpha=3, target_modules=ends, use_dora=dora)
    unet.add_adapter(config)
    learnt = {}
    for name, one in unet.named_parameters():
        if "lora_" in name:
            one.data.copy_(torch.randn_like(one) if "magnitude" not in name else one * 1.3)
    for name, one in peft.get_peft_model_state_dict(unet).items():
        learnt[f"unet.{name}"] = one.detach().contiguous()
    metadata = {"lora_adapter_metadata": json.dumps({"unet.r": RANK, "unet.lora_alpha": 3})}
    file = tmp_path / "x.safetensors"
    save_file(learnt, file, metadata)
    (plan,) = make_plans(Request(prompts=("cat",), model=str(tiny), lora=(str(file),)))
    ours = StableDiffusionPipeline.from_pretrained(tiny)
    Wardrobe(ours).wear(plan.loras)
    seen = (torch.randn(1, 4, 16, 16), torch.tensor(5), torch.randn(1, 16, 16))
    with torch.no_grad():
        assert torch.allclose(ours.unet(*seen).sample, unet(*seen).sample, atol=1e-3, rtol=1e-3)


def test_what_does_not_fit_is_refused_with_what_it_looks_like(
    tiny: Path, layers: Layers, tmp_path: Path
) -> None:
    key = "unet.down_blocks.1.attentions.0.transformer_blocks.0.attn2.to_k"
    xl = {f"{key}.lora_A.weight": torch.zeros(2, 2048), f"{key}.lora_B.weight": torch.zeros(32, 2)}
    error = refusal(str(tiny_loras.save(tmp_path / "xl.safetensors", xl)), model=tiny)
    assert error.code == "lora-mismatch"
    assert "0 of its 1 layers" in error.message and "SDXL" in error.message
    flux = {
        f"lora_unet_double_blocks_0_img_attn_qkv.lora_{one}.weight": torch.zeros(2, 2)
        for one in ("down", "up")
    }
    error = refusal(str(tiny_loras.save(tmp_path / "flux.safetensors", flux)), model=tiny)
    assert "FLUX" in error.message
    partly = tiny_loras.save(tmp_path / "partly.safetensors", {**layers, **xl})
    error = refusal(str(partly), model=tiny)
    assert error.code == "lora-mismatch" and "--lenient" in error.hint
    request = Request(prompts=("cat",), model=str(tiny), lora=(str(partly),), lenient=True)
    (plan,) = make_plans(request)
    assert [one.code for one in plan.notices] == ["lora-mismatch"]


def test_what_is_no_lora_is_refused_by_its_kind(tiny: Path, layers: Layers, tmp_path: Path) -> None:
    model = tiny / "unet" / "diffusion_pytorch_model.safetensors"
    assert refusal(str(model), model=tiny).code == "not-a-lora"
    loha = {"lora_unet_x.hada_w1_a": torch.zeros(2, 2)}
    error = refusal(str(tiny_loras.save(tmp_path / "loha.safetensors", loha)), model=tiny)
    assert error.code == "unsupported-lora" and "LoHa" in error.message
    file = str(tiny_loras.save(tmp_path / "a.safetensors", layers))
    assert refusal(file, f"{file}:2", model=tiny).code == "lora-twice"
    assert refusal("nothing", model=tiny).code == "lora-not-found"
    assert refusal(str(tmp_path), model=tiny).code == "lora-not-found"  # has two
    assert refusal(f"{file}:1000", model=tiny).code == "bad-lora"
    cut = tmp_path / "cut.safetensors"
    cut.write_bytes(Path(file).read_bytes()[:-8])
    pickle = tmp_path / "old.pt"
    torch.save({}, pickle)
    for path, code in ((cut, "damaged-model"), (pickle, "pickle-refused")):
        assert main(["cat", "-m", str(tiny), "--lora", str(path), "--dry-run"]) == 3, code


def test_a_file_may_be_named_by_its_folder_and_changed_between_runs(
    tiny: Path, lora: Path, layers: Layers
) -> None:
    def plan(word: str) -> Any:
        return make_plans(Request(prompts=("cat",), model=str(tiny), lora=(word,)))[0]

    first = plan(str(lora.parent)).loras[0]
    assert first == plan(f"{lora}:1").loras[0]
    tiny_loras.save(lora, {name: one * 2 for name, one in layers.items()})
    assert plan(str(lora)).loras[0].sha256 != first.sha256
    assert load_file(lora).keys() == layers.keys()


def test_a_header_whose_length_begins_like_a_pickle_is_none(
    tiny: Path, layers: Layers, tmp_path: Path
) -> None:
    """The first byte of a pickle is 0x80, and so is that of some lengths."""
    file = tmp_path / "a.safetensors"
    for more in range(0, 256, 8):
        tiny_loras.save(file, layers, {"note": "x" * more})
        if file.read_bytes()[:1] == b"\x80":
            break
    else:
        pytest.fail("no such length was met")
    (plan,) = make_plans(Request(prompts=("cat",), model=str(tiny), lora=(str(file),)))
    assert plan.loras[0].name == "a"
