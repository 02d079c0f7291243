"""A checkpoint in the original layout, completed by folders, draws what its folder draws."""

import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import original_layout
import original_shapes
import pytest
import tiny_families
import tiny_models
import torch
from conftest import Command, build_tokenizer, environment, events, json_lines
from diffusers import DiffusionPipeline, StableDiffusionXLInpaintPipeline, UNet2DConditionModel
from redrawn import half, waves
from safetensors.torch import load_file
from test_checkpoint import unet
from test_configs import build
from test_light import PROBE

from imagegen import (
    catalog,
    machine,
    make_plans,
    parameters,
    pipeline,
    record,
    singlefile,
    weights,
)
from imagegen.errors import ImagegenError, ModelError, RequestError
from imagegen.plan import Plan, weights_of
from imagegen.request import MachineRequest, Request
from imagegen.run import run
from imagegen.singlefile import Given

SETTINGS = ("--seed", 3, "--steps", 3, "--precision", "float32", "--name", "x.png", "--overwrite")
# A tensor of each part that a file of Stable Diffusion 1 has beside its UNet.
REST = {
    "first_stage_model.decoder.conv_in.weight": (512, 4, 3, 3),
    "cond_stage_model.transformer.text_model.embeddings.position_embedding.weight": (77, 768),
}


def as_file(folder: Path, path: Path) -> Path:
    pipe = DiffusionPipeline.from_pretrained(folder)
    return original_layout.save(original_layout.original(pipe.components), path)


@pytest.fixture(scope="module")
def tiny_file(tiny: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return as_file(tiny, tmp_path_factory.mktemp("files") / "tiny.safetensors")


@pytest.fixture(scope="module")
def sdxl(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_models.build_sdxl(tmp_path_factory.mktemp("models") / "sdxl")


@pytest.fixture(scope="module")
def sdxl_file(sdxl: Path) -> Path:
    return as_file(sdxl, sdxl.with_suffix(".safetensors"))


@pytest.fixture(scope="module")
def sd1_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """As large as the real one, without its numbers."""
    path = tmp_path_factory.mktemp("files") / "sd1.safetensors"
    return original_shapes.write_sparse(path, {**unet("sd1"), **REST})


def plan_of(file: Path, config: Path | None, **more: Any) -> Plan:
    request = Request(
        **{
            "prompts": ("red fox on a hill",),
            "model": str(file),
            "model_config": None if config is None else str(config),
            "seeds": (3,),
            "steps": 2,
            **more,
        }
    )
    (plan,) = make_plans(request)
    return plan


def pixels(plan: Plan) -> str:
    here = machine.choose(MachineRequest(device="cpu", precision="float32"))
    (made,) = run([plan], here)
    assert not hasattr(made, "error"), made
    return made.sha256


def refusal(act: Callable[[], object]) -> ImagegenError:
    with pytest.raises(ImagegenError) as refused:
        act()
    return refused.value


def draw(imagegen: Command, folder: Path, *words: object) -> dict[str, Any]:
    done = imagegen("red fox on a hill", "-n", "blue", *SETTINGS, *words)
    assert done.returncode == 0, done.stderr
    return dict(json.loads((folder / "x.json").read_bytes()))


def test_a_file_of_sd1_draws_what_its_folder_draws(
    imagegen: Command, tiny: Path, tiny_file: Path, tmp_path: Path
) -> None:
    by_folder = draw(imagegen, tmp_path, "-m", tiny)
    by_file = draw(imagegen, tmp_path, "-m", tiny_file, "--model-config", tiny)
    assert by_file["pixels_sha256"] == by_folder["pixels_sha256"]
    assert by_file["scheduler"] == by_folder["scheduler"]


def test_a_file_of_sdxl_draws_what_its_folder_draws(
    imagegen: Command, sdxl: Path, sdxl_file: Path, tmp_path: Path
) -> None:
    by_folder = draw(imagegen, tmp_path, "-m", sdxl)
    by_file = draw(imagegen, tmp_path, "-m", sdxl_file, "--model-config", sdxl)
    assert by_folder["model"]["pipeline"] == "StableDiffusionXLPipeline"
    assert by_file["pixels_sha256"] == by_folder["pixels_sha256"]


def test_a_file_of_sd3_draws_what_its_folder_draws(tmp_path: Path) -> None:
    folder = tiny_models.build_sd3(tmp_path / "sd3")
    pipe = DiffusionPipeline.from_pretrained(folder)
    state = original_layout.sd3(pipe.components)
    file = original_layout.save(state, tmp_path / "sd3.safetensors")
    by_folder = pixels(plan_of(folder, None, out=str(tmp_path)))
    assert pixels(plan_of(file, folder, out=str(tmp_path))) == by_folder


@pytest.mark.parametrize(
    "name",
    [
        "StableDiffusionInpaintPipeline",
        "StableDiffusionXLInpaintPipeline",
        "StableDiffusionXLImg2ImgPipeline",
    ],
)
def test_a_file_that_draws_from_pictures_draws_what_its_folder_draws(
    name: str, sdxl: Path, tmp_path: Path
) -> None:
    """Inpainting models, and SDXL's refiner, which has one text encoder."""
    folder = tmp_path / "folder"
    if name == "StableDiffusionXLInpaintPipeline":  # whose encoders differ in width, as real ones
        base = DiffusionPipeline.from_pretrained(sdxl)
        config = {**base.unet.config, "in_channels": 9}
        wider = UNet2DConditionModel.from_config(config)
        pipe = StableDiffusionXLInpaintPipeline(**{**base.components, "unet": wider})
    else:
        pipe = tiny_families.build(name)
    pipe.save_pretrained(folder)
    file = original_layout.save(
        original_layout.original(pipe.components), tmp_path / "x.safetensors"
    )
    given = {"image": str(waves(tmp_path / "image.png", 32, 32)), "out": str(tmp_path)}
    if "Inpaint" in name:
        given["mask"] = str(half(tmp_path / "mask.png", 32, 32))
    by_folder, by_file = plan_of(folder, None, **given), plan_of(file, folder, **given)
    assert by_file.single is not None
    assert by_file.single.pipeline == name
    assert pixels(by_file) == pixels(by_folder)


def test_a_dry_run_tells_what_a_real_file_is_without_torch(
    imagegen: Command, sd1_file: Path, tmp_path: Path
) -> None:
    vocabulary = {str(number): number for number in range(49408)}
    (tmp_path / "vocab.json").write_text(json.dumps(vocabulary))
    done = imagegen("cat", "-m", sd1_file, "--tokenizer", tmp_path, "--dry-run", "--json")
    assert done.returncode == 0, done.stderr
    (plan,) = events(json_lines(done.stdout), "plan")
    assert (plan["width"], plan["height"], plan["guidance"]) == (512, 512, 7.5)
    assert "not on this machine" not in done.stderr
    words = ["cat", "-m", sd1_file, "--tokenizer", tmp_path, "--dry-run"]
    probed = subprocess.run(
        [sys.executable, "-c", PROBE, *map(str, words)],
        env=environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    assert probed.stderr.splitlines()[-1] == "heavy: [] 0"


def test_a_file_behind_a_link_is_loaded_by_its_own_name(
    tiny: Path, tiny_file: Path, tmp_path: Path
) -> None:
    """As those of the hub's cache, which are called by their hashes."""
    blob = shutil.copy(tiny_file, tmp_path / "0123abcd")
    (tmp_path / "linked.safetensors").symlink_to(blob)
    linked = plan_of(tmp_path / "linked.safetensors", tiny, out=str(tmp_path))
    assert pixels(linked) == pixels(plan_of(tiny_file, tiny, out=str(tmp_path)))


def test_rows_may_name_files_and_what_completes_them(
    imagegen: Command, tiny: Path, tiny_file: Path, sdxl: Path, sdxl_file: Path, tmp_path: Path
) -> None:
    rows = [
        {"prompt": "red fox", "model": str(tiny_file), "model_config": str(tiny)},
        {"prompt": "cat", "model": str(sdxl_file), "model-config": str(sdxl)},
        {"prompt": "red fox", "model": str(tiny_file), "model_config": str(tmp_path)},
    ]
    (tmp_path / "rows.jsonl").write_text("\n".join(map(json.dumps, rows[:2])))
    done = imagegen("batch", "rows.jsonl", "--dry-run", "--json")
    assert done.returncode == 0, done.stderr
    assert len(events(json_lines(done.stdout), "plan")) == 2
    (tmp_path / "rows.jsonl").write_text("\n".join(map(json.dumps, rows)))
    done = imagegen("batch", "rows.jsonl", "--dry-run")
    assert done.returncode == 3
    assert "rows.jsonl:3" in done.stderr


@pytest.mark.parametrize(
    ("kind", "side", "steps", "guidance", "prediction"),
    [
        ("sd1", 512, 25, 7.5, "epsilon"),
        ("sd2", 768, 25, 7.5, "v_prediction"),
        ("sd2-base", 512, 25, 7.5, "epsilon"),
        ("sdxl", 1024, 30, 5.0, "epsilon"),
        ("sd1-inpaint", 512, 25, 7.5, "epsilon"),
        ("sd2-inpaint", 512, 25, 7.5, "epsilon"),
        ("sdxl-inpaint", 1024, 30, 5.0, "epsilon"),
        ("sdxl-refiner", 1024, 30, 5.0, "epsilon"),
        ("sd3-medium", 1024, 28, 7.0, "flow_prediction"),
        ("sd35-medium", 1024, 40, 4.5, "flow_prediction"),
        ("sd35-large", 1024, 28, 3.5, "flow_prediction"),
        ("flux-dev", 1024, 28, 3.5, "flow_prediction"),
        ("flux-schnell", 1024, 4, 0.0, "flow_prediction"),
    ],
)
def test_a_kind_says_how_it_is_best_used(
    kind: str, side: int, steps: int, guidance: float, prediction: str
) -> None:
    habits = catalog.Habits()
    card = catalog.read_folder(
        singlefile.CONFIGS / kind, name=kind, source="x", habits=habits, whole=False
    )
    assert (card.width, card.height) == (side, side)
    assert (card.steps, card.guidance, card.prediction) == (steps, guidance, prediction)
    assert side % card.multiple == 0


# What completes a file


def test_a_tokenizer_comes_from_the_folder_that_is_named(
    tiny: Path, tiny_file: Path, tmp_path: Path
) -> None:
    bare = shutil.copytree(tiny, tmp_path / "bare", ignore=shutil.ignore_patterns("tokenizer"))
    for folder in (tiny, tiny / "tokenizer"):
        named = plan_of(tiny_file, bare, tokenizer=str(folder), out=str(tmp_path))
        assert pixels(named) == pixels(plan_of(tiny_file, tiny, out=str(tmp_path)))


def test_a_tokenizer_comes_from_the_cache_of_the_hub(sd1_file: Path, tmp_path: Path) -> None:
    snapshot = tmp_path / "models--stabilityai--stable-diffusion-xl-base-1.0" / "snapshots" / "a1"
    (snapshot / "tokenizer_2").mkdir(parents=True)
    vocabulary = {str(number): number for number in range(49408)}
    (snapshot / "tokenizer_2" / "vocab.json").write_text(json.dumps(vocabulary))
    found = singlefile.complete(sd1_file, Given(), tmp_path)
    assert found.tokenizers == (("tokenizer", str(snapshot / "tokenizer_2")),)
    assert found.config == str(singlefile.CONFIGS / "sd1")


def test_a_vocabulary_from_elsewhere_gets_the_settings_of_the_model() -> None:
    """SD 2 and the second encoder of SDXL were trained with another padding than the first."""
    configs = singlefile.CONFIGS
    assert singlefile.settings(configs / "sdxl", "tokenizer")["pad_token"] == "<|endoftext|>"
    assert singlefile.settings(configs / "sdxl", "tokenizer_2")["pad_token"] == "!"
    assert singlefile.settings(configs / "sd2", "tokenizer") == {
        "model_max_length": 77,
        "pad_token": "!",
    }


def test_without_a_tokenizer_both_ways_to_one_are_told(sd1_file: Path, tmp_path: Path) -> None:
    error = refusal(lambda: singlefile.complete(sd1_file, Given(), tmp_path))
    assert (error.code, error.exit_code) == ("no-tokenizer", 3)
    assert "--tokenizer" in error.hint
    assert "hf download stable-diffusion-v1-5/stable-diffusion-v1-5" in error.hint


def test_a_folder_without_a_tokenizer_is_refused(sd1_file: Path, tmp_path: Path) -> None:
    given = Given(tokenizer=str(tmp_path))
    error = refusal(lambda: singlefile.complete(sd1_file, given, tmp_path))
    assert error.code == "no-tokenizer"
    assert "vocab.json" in error.hint


def test_a_tokenizer_of_another_vocabulary_is_refused(
    tiny: Path, sd1_file: Path, tmp_path: Path
) -> None:
    given = Given(tokenizer=str(tiny / "tokenizer"))
    error = refusal(lambda: singlefile.complete(sd1_file, given, tmp_path))
    assert error.code == "wrong-tokenizer"
    assert "49,408" in error.message


def test_parts_that_a_file_lacks_come_from_the_folder(
    tiny: Path, tiny_file: Path, tmp_path: Path
) -> None:
    state = load_file(tiny_file)
    part = tmp_path / "part.safetensors"
    original_layout.save(state, part, without=("first_stage_model.", "cond_stage_model."))
    assert pixels(plan_of(part, tiny, out=str(tmp_path))) == pixels(
        plan_of(tiny_file, tiny, out=str(tmp_path))
    )
    hashes = weights.file_hashes(str(part), plan_of(part, tiny).single)  # type: ignore[arg-type]
    assert set(hashes) == {
        *("part.safetensors", "vae/diffusion_pytorch_model.safetensors"),
        "text_encoder/model.safetensors",
    }


@pytest.mark.parametrize(
    ("kind", "absent"),
    [
        ("flux-dev", "vae, text_encoder, text_encoder_2"),
        ("sd35-medium", "vae, text_encoder, text_encoder_2, text_encoder_3"),
    ],
)
def test_parts_that_are_nowhere_are_named_before_torch_is_needed(
    kind: str, absent: str, tmp_path: Path
) -> None:
    path = original_shapes.write_sparse(
        tmp_path / "x.safetensors", original_shapes.NETWORKS[kind]()
    )
    error = refusal(lambda: singlefile.complete(path, Given(), tmp_path))
    assert error.code == "incomplete-model"
    assert absent in error.message
    assert "--model-config" in error.hint


def test_a_file_of_another_model_than_its_configuration_is_refused(
    tiny: Path, sdxl: Path, tiny_file: Path, sdxl_file: Path, tmp_path: Path
) -> None:
    flux = original_shapes.write_sparse(
        tmp_path / "flux.safetensors", original_shapes.NETWORKS["flux-dev"]()
    )
    assert refusal(lambda: plan_of(flux, tiny)).code == "not-a-model"
    # SDXL's folder has the text encoders that the file lacks: only the loading shows it.
    here = machine.choose(MachineRequest(device="cpu", precision="float32"))
    wrong = plan_of(tiny_file, sdxl)
    error = refusal(lambda: list(run([wrong], here)))
    assert isinstance(error, ModelError)
    assert error.code == "damaged-model"


def test_a_file_that_lacks_some_tensors_is_refused(
    tiny: Path, tiny_file: Path, tmp_path: Path
) -> None:
    """diffusers would leave them empty, and say nothing."""
    state = load_file(tiny_file)
    here = machine.choose(MachineRequest(device="cpu", precision="float32"))
    for name in (
        "model.diffusion_model.middle_block.0.in_layers.2.bias",
        "cond_stage_model.transformer.text_model.final_layer_norm.weight",
    ):
        path = original_layout.save(state, tmp_path / "x.safetensors", without=[name])
        plan = plan_of(path, tiny)
        error = refusal(lambda plan=plan: list(run([plan], here)))  # type: ignore[misc]
        assert error.code == "damaged-model"
        assert error.exit_code == 3


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (Given(config="/no/such/folder"), "not-a-folder"),
        (Given(config=""), "not-a-folder"),
        (Given(config="~nobody-of-that-name/x"), "not-a-folder"),
        (Given(config="EMPTY"), "damaged-model"),
        (Given(config="OTHER"), "unsupported-model"),
        (Given(tokenizer="/no/such/folder"), "not-a-folder"),
    ],
)
def test_a_wrong_folder_is_told(given: Given, code: str, sd1_file: Path, tmp_path: Path) -> None:
    (tmp_path / "EMPTY").mkdir()
    (tmp_path / "OTHER").mkdir()
    (tmp_path / "OTHER" / "model_index.json").write_text('{"_class_name": "SanaPipeline"}')
    if given.config in {"EMPTY", "OTHER"}:
        given = Given(config=str(tmp_path / given.config))
    error = refusal(lambda: singlefile.complete(sd1_file, given, tmp_path))
    assert error.code == code


@pytest.mark.parametrize(
    ("path", "content", "code"),
    [
        ("model_index.json", "[]", "damaged-model"),
        ("model_index.json", "{", "damaged-model"),
        ("model_index.json", '{"_class_name": ["FluxPipeline"]}', "unsupported-model"),
        ("model_index.json", '{"_class_name": "StableDiffusionPipeline"}', "damaged-model"),
        ("unet/config.json", '{"_class_name"', "damaged-model"),
        ("text_encoder/config.json", "[]", "damaged-model"),
        ("tokenizer/tokenizer.json", "{", "damaged-model"),
        ("tokenizer/tokenizer.json", '{"model": 3}', "damaged-model"),
        ("vae/config.json", '{"_class_name": "AutoencoderKL", "layers_per_block": 9}', "any"),
        ("unet/config.json", '{"_class_name": "UNet2DConditionModel"}', "any"),
        ("text_encoder/config.json", '{"vocab_size": 20, "hidden_size": 32}', "any"),
    ],
)
def test_a_damaged_configuration_is_told(
    path: str, content: str, code: str, tiny: Path, tiny_file: Path, tmp_path: Path
) -> None:
    """Before anything heavy is loaded where its JSON shows it, else when it is loaded."""
    config = shutil.copytree(tiny, tmp_path / "config")
    (config / path).write_text(content)
    here = machine.choose(MachineRequest(device="cpu", precision="float32"))
    error = refusal(lambda: list(run([plan_of(tiny_file, config)], here)))
    assert isinstance(error, ModelError)
    assert code in {error.code, "any"}


@pytest.mark.parametrize("option", ["model_config", "tokenizer"])
def test_folders_for_a_file_are_refused_for_a_folder(option: str, tiny: Path) -> None:
    request = Request(prompts=("cat",), model=str(tiny), **{option: str(tiny)})
    error = refusal(lambda: make_plans(request))
    assert isinstance(error, RequestError)
    assert error.code == "only-for-a-file"


# What a file says of itself


def test_a_file_that_predicts_v_says_so_to_plan_and_scheduler(
    tiny: Path, tiny_file: Path, tmp_path: Path
) -> None:
    epsilon = shutil.copytree(tiny, tmp_path / "epsilon")
    config = epsilon / "scheduler" / "scheduler_config.json"
    said = json.loads(config.read_bytes()) | {"prediction_type": "epsilon"}
    config.write_text(json.dumps(said))
    state = {**load_file(tiny_file), "v_pred": torch.zeros(0), "ztsnr": torch.zeros(0)}
    path = original_layout.save(state, tmp_path / "v.safetensors")
    card = catalog.find(
        str(path),
        lambda name: Path(name),
        lambda file: singlefile.complete(file, Given(str(epsilon)), tmp_path),
    )
    assert card.prediction == "v_prediction"
    plan = plan_of(path, epsilon)
    here = machine.choose(MachineRequest(device="cpu", precision="float32"))
    loaded = pipeline.load(weights_of(plan), plan.model, here)
    assert loaded.own.config.prediction_type == "v_prediction"
    assert loaded.own.config.rescale_betas_zero_snr


def test_the_size_that_a_file_was_trained_at_is_its_size(
    tiny: Path, tmp_path: Path, sd1_file: Path
) -> None:
    path = original_shapes.write_sparse(
        tmp_path / "x.safetensors",
        {**unet("sd1"), **REST},
        **{"modelspec.resolution": "640x701"},
    )
    vocabulary = {str(number): number for number in range(49408)}
    (tmp_path / "vocab.json").write_text(json.dumps(vocabulary))
    plan = plan_of(path, None, tokenizer=str(tmp_path))
    assert (plan.width, plan.height) == (640, 696)


# The shipped configurations


def write_vocabulary(folder: Path) -> None:
    """Of CLIP's size, with CLIP's special tokens, and letters for words."""
    words = ["!", *"abcdefghijklmnopqrstuvwxyz", *(f"{one}</w>" for one in "abcdefghijklm")]
    words += [str(number) for number in range(49408 - len(words) - 2)]
    words += ["<|startoftext|>", "<|endoftext|>"]
    folder.mkdir()
    (folder / "vocab.json").write_text(json.dumps({word: i for i, word in enumerate(words)}))
    (folder / "merges.txt").write_text("#version: 0.2\n")


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "pad"), [("sd1", "<|endoftext|>"), ("sd2-base", "!")])
def test_a_file_of_real_size_draws_by_the_configuration_that_ships(
    kind: str, pad: str, tmp_path: Path
) -> None:
    """Of zeros, and so grey: but every tensor has its place, and every class its configuration."""
    write_vocabulary(tmp_path / "clip")
    encoder = build(kind, "text_encoder").state_dict()
    state = original_layout.unet(build(kind, "unet").state_dict(), 2)
    state |= original_layout.vae(build(kind, "vae").state_dict(), 4)
    if kind == "sd1":
        state |= original_layout.clip(encoder, "cond_stage_model.transformer.")
    else:
        state |= original_layout.open_clip(encoder, "cond_stage_model.model.")
    shapes = original_shapes.shapes(state)
    path = original_shapes.write_sparse(tmp_path / "x.safetensors", shapes, "BF16")
    plan = plan_of(path, None, tokenizer=str(tmp_path / "clip"), steps=1, width=64, height=64)
    here = machine.choose(MachineRequest(device="cpu", precision="bfloat16"))
    loaded = pipeline.load(weights_of(plan), plan.model, here)
    assert Path(loaded.folder) == singlefile.CONFIGS / kind
    tokenizer = loaded.pipe.tokenizer
    assert (tokenizer.pad_token, tokenizer.model_max_length, len(tokenizer)) == (pad, 77, 49408)
    pictures = loaded.pipe("a", num_inference_steps=1, width=64, height=64, output_type="np").images
    assert pictures.shape == (1, 64, 64, 3)


# Which file it was


def test_the_record_names_the_file_by_what_is_in_it(
    imagegen: Command, tiny: Path, tiny_file: Path, tmp_path: Path
) -> None:
    sha256 = hashlib.sha256(tiny_file.read_bytes()).hexdigest()
    draw(imagegen, tmp_path, "-m", tiny_file, "--model-config", tiny)
    written = record.from_json((tmp_path / "x.json").read_bytes(), "x.json")
    assert written.model.files == {"tiny.safetensors": sha256}
    assert f"Model hash: {sha256[:10]}, Model: tiny," in parameters.text(written)
    assert written.request is not None
    assert written.request.model_config == str(tiny)


def digest(plan: Plan) -> str:
    return weights.digest(plan.source, plan.revision, plan.single)


def test_a_file_is_the_same_wherever_it_lies_and_another_where_its_parts_differ(
    tiny: Path, tiny_file: Path, tmp_path: Path
) -> None:
    first = digest(plan_of(tiny_file, tiny))
    moved = shutil.copy(tiny_file, tmp_path / "other-name.safetensors")
    copied = shutil.copytree(tiny, tmp_path / "copied")
    assert digest(plan_of(moved, copied)) == first
    config = copied / "vae" / "config.json"
    config.write_text(config.read_text().replace("0.18215", "0.2"))
    assert digest(plan_of(moved, copied)) != first
    tokenizer = build_tokenizer()
    tokenizer.model_max_length = 12
    tokenizer.save_pretrained(tmp_path / "tokenizer")
    assert digest(plan_of(moved, tiny, tokenizer=str(tmp_path / "tokenizer"))) != first
    state = load_file(tiny_file)
    state["model.diffusion_model.out.2.bias"] += 1
    changed = original_layout.save(state, tmp_path / "changed.safetensors")
    assert digest(plan_of(changed, tiny)) != first
