"""A picture is drawn again to the bit, for each option that changes pixels; or says why not."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import original_layout
import picture_files as files
import pytest
import redrawn
import tiny_controls
import tiny_ip_adapters
import tiny_loras
import torch
from conftest import events
from diffusers import DiffusionPipeline, StableDiffusionPipeline
from safetensors.torch import save_file
from test_hub import NAME, Run, hub, run  # noqa: F401 (fixtures)
from test_safety import prudish  # noqa: F401 (a fixture)

from imagegen import again, encoding, picturefile
from imagegen.cli import main
from imagegen.reading import restore
from imagegen.request import MachineRequest, Request

BASE = ("--seed", "5", "--steps", "3", "--size", "32x32", "--precision", "float32")
ALONE = ("--batch-size", "1")  # as each was drawn
Main = Callable[..., list[dict[str, Any]]]


class Made(NamedTuple):
    """What there is to draw with."""

    tiny: Path
    epsilon: Path
    prudish: Path
    folder: Path

    @property
    def single(self) -> Path:
        """A single file, which needs a configuration and a tokenizer."""
        pipe = DiffusionPipeline.from_pretrained(self.tiny)
        return original_layout.save(
            original_layout.original(pipe.components), self.folder / "single.safetensors"
        )

    @property
    def halves(self) -> Path:
        """A model that has float16 weights beside the others."""
        place = shutil.copytree(self.tiny, self.folder / "halves")
        pipe = StableDiffusionPipeline.from_pretrained(self.epsilon)
        pipe.to(torch.float16).save_pretrained(place, variant="fp16")
        return place

    @property
    def lora(self) -> Path:
        pipe = StableDiffusionPipeline.from_pretrained(self.tiny)
        own = tiny_loras.layers(pipe, "unet")
        texts = tiny_loras.layers(pipe, "text_encoder", endings=("q_proj", "out_proj"))
        return tiny_loras.save(self.folder / "apart" / "style.safetensors", {**own, **texts})

    @property
    def network(self) -> Path:
        pipe = StableDiffusionPipeline.from_pretrained(self.tiny)
        tiny_controls.save(tiny_controls.build("sd", pipe), self.folder / "edges")
        return self.folder / "edges"

    @property
    def embedding(self) -> Path:
        pipe = StableDiffusionPipeline.from_pretrained(self.tiny)
        width = pipe.text_encoder.config.hidden_size
        file = self.folder / "zorg.safetensors"
        save_file({"emb_params": torch.randn(2, width, generator=torch.Generator())}, file)
        return file

    @property
    def ip_adapter(self) -> Path:
        pipe = StableDiffusionPipeline.from_pretrained(self.tiny)
        tiny_ip_adapters.encoder(self.folder / "looks" / "image_encoder")
        return tiny_ip_adapters.save(self.folder / "looks" / "ip.safetensors", pipe.unet)

    def picture(self, name: str = "start.png") -> Path:
        return redrawn.waves(self.folder / name, 32, 32)

    def wildcards(self) -> Path:
        (self.folder / "cards").mkdir()
        (self.folder / "cards" / "beast.txt").write_text("green fox\n")
        return self.folder / "cards"


# For every field that changes pixels: words that make another picture than the base's.
EXAMPLES: dict[str, Callable[[Made], list[Any]]] = {
    "prompts": lambda made: ["blue dog"],
    "negative": lambda made: ["-n", "blue"],
    "model": lambda made: ["-m", made.epsilon],
    "model_config": lambda made: ["-m", made.single, "--model-config", made.tiny, "-n", "a"],
    "tokenizer": lambda made: [
        *("-m", made.single, "--model-config", made.tiny, "--guidance", 3),
        *("--tokenizer", made.tiny / "tokenizer"),
    ],
    "variant": lambda made: ["-m", made.halves, "--variant", "fp16"],
    "steps": lambda made: ["--steps", 4],
    "scheduler": lambda made: ["--scheduler", "euler-ancestral"],
    "guidance": lambda made: ["--guidance", 2.5],
    "seeds": lambda made: ["--seed", 6],
    "width": lambda made: ["--size", "40x32"],
    "height": lambda made: ["--size", "32x40"],
    "count": lambda made: ["--seed", 7, "--count", 2],
    "zip": lambda made: ["--zip", "--steps", "2,4", "--guidance", "3,1"],
    "expand": lambda made: ["{two|apples} on the moon", "--expand", "all"],
    "prompt_syntax": lambda made: ["(red:1.5) cat [fox]", "--prompt-syntax", "comfy"],
    "no_safety_checker": lambda made: ["-m", made.prudish, "--no-safety-checker", "-n", "hill"],
    "wildcards": lambda made: ["__beast__", "--wildcards", made.wildcards()],
    "lora": lambda made: ["--lora", f"{made.lora}:0.8:0.5"],
    "lora_dir": lambda made: ["red cat <lora:style:0.3>", "--lora-dir", made.folder / "apart"],
    "lenient": lambda made: ["--lenient", "-n", "blue", "--guidance", 1],
    "control": lambda made: ["--control", f"{made.network}={made.picture()}:0.9"],
    "embedding": lambda made: ["a zorg", "--embedding", f"{made.embedding}:zorg"],
    "ip_adapter": lambda made: ["--ip-adapter", f"{made.ip_adapter}={made.picture()}:0.8"],
    "clip_skip": lambda made: ["--clip-skip", 2],
    "image": lambda made: ["--image", made.picture()],
    "mask": lambda made: [
        *("--image", made.picture(), "--strength", 0.9),
        *("--mask", redrawn.half(made.folder / "half.png", 32, 32)),
    ],
    "strength": lambda made: ["--image", made.picture(), "--strength", 0.9],
    "hires": lambda made: ["--hires", "1.5x"],
    "hires_strength": lambda made: ["--hires", "2x", "--hires-strength", 0.7],
    # of the machine
    "precision": lambda made: ["--precision", "bfloat16"],
    "quantize": lambda made: ["--quantize", "int8"],
    "deterministic": lambda made: ["--deterministic", "--seed", 11],
}
# Where a picture goes, in which form, and how it is worked on: none of these changes its pixels.
KEEPS = {
    *("out", "name", "overwrite", "format", "quality", "metadata", "hide_prompt", "prompt_writer"),
    *("offline", "device", "batch_size", "memory"),
}
BY_THE_HUB = {"revision"}  # test_a_revision_of_the_hub


@pytest.fixture
def made(tiny: Path, tiny_epsilon: Path, prudish: Path, tmp_path: Path) -> Made:  # noqa: F811
    return Made(tiny, tiny_epsilon, prudish, tmp_path)


@pytest.fixture
def call(capfd: pytest.CaptureFixture[str], tmp_path: Path, tiny: Path) -> Main:
    """The command; what it tells."""

    def command(*words: object, code: int = 0) -> list[dict[str, Any]]:
        capfd.readouterr()
        assert main([*map(str, words), "--json"]) == code, capfd.readouterr().err
        return [json.loads(line) for line in capfd.readouterr().out.splitlines()]

    return command


@pytest.fixture
def base(call: Main, tiny: Path, tmp_path: Path) -> Path:
    return draw(call, tmp_path, tiny, "--name", "base.png")[0]


def draw(call: Main, folder: Path, tiny: Path, *words: Any) -> list[Path]:
    """Pictures by these words; what they do not say is as in BASE."""
    said = [*words]
    for name, value in (*zip(BASE[::2], BASE[1::2], strict=True), ("-m", str(tiny))):
        said += [] if name in words else [name, value]
    if not words or str(words[0]).startswith("-"):
        said.insert(0, "red cat")
    told = call("draw", *said, "-o", folder / "drawn", *ALONE)
    return [Path(one["path"]) for one in events(told, "picture")]


def sha256(path: Path) -> str:
    return encoding.sha256(encoding.decode(path.read_bytes(), str(path)))


def test_every_option_that_changes_pixels_is_restored(
    call: Main, made: Made, base: Path, tmp_path: Path
) -> None:
    fields = {*Request.__struct_fields__, *MachineRequest.__struct_fields__}
    assert fields == EXAMPLES.keys() | KEEPS | BY_THE_HUB
    drawn = {
        path: field
        for field, words in EXAMPLES.items()
        for path in draw(call, tmp_path, made.tiny, *words(made), "--name", f"{field}.png")
    }
    assert {sha256(path) for path in drawn}.isdisjoint({sha256(base)})
    assert len({sha256(path) for path in drawn}) == len(drawn)  # each option does something

    told = call("inspect", *drawn)
    assert [one["lost"] for one in events(told, "found")] == [[]] * len(drawn)
    replayed = call("replay", *drawn, "-o", tmp_path / "again", *ALONE)
    copies = {one["origin"]: Path(one["path"]) for one in events(replayed, "picture")}
    differing = [field for one, field in drawn.items() if sha256(one) != sha256(copies[str(one)])]
    assert differing == []
    verified = events(call("verify", tmp_path / "drawn", *ALONE), "verified")
    assert {one["verdict"] for one in verified} == {"identical"}
    assert len(verified) == len(drawn) + 1
    # What was restored says so itself: a record of the copy is that of the picture.
    for one in drawn:
        then, now = (picturefile.read_record(path).plan for path in (one, copies[str(one)]))
        assert (then.id, then.hires, then.drawn_steps) == (now.id, now.hires, now.drawn_steps)


@pytest.mark.slow
def test_a_revision_of_the_hub(run: Run, tmp_path: Path) -> None:  # noqa: F811
    words = ("red cat", "-m", NAME, "--revision", "main", *BASE)
    assert run(*words, "--name", "x.png").returncode == 0
    done = run("replay", "x.png", "--name", "y.png", "--offline")
    assert done.returncode == 0, done.stderr
    then, now = (picturefile.read_record(tmp_path / name) for name in ("x.png", "y.png"))
    assert then.model.revision == now.model.revision is not None
    assert then.pixels_sha256 == now.pixels_sha256


def test_what_is_set_is_drawn_otherwise(call: Main, base: Path, tiny: Path, tmp_path: Path) -> None:
    sets = ("--set", "steps=4", "--set", "cfg=2", "--set", "seed=5-6", "--set", "negative-prompt=a")
    told = call("replay", base, *sets, "-o", tmp_path / "again", *ALONE)
    (one, other) = events(told, "picture")
    assert (one["steps"], one["guidance"], one["seed"], one["negative_prompt"]) == (4, 2, 5, "a")
    wanted = draw(call, tmp_path, tiny, "--steps", 4, "--guidance", 2, "-n", "a", "--name", "w.png")
    assert sha256(Path(one["path"])) == sha256(wanted[0]) != sha256(Path(other["path"]))


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("steps", "bad-set"),
        ("stepps=3", "unknown-option"),
        ("steps=many", "bad-steps"),
        ("size=32x32x2", "bad-size"),
    ],
)
def test_what_sets_nothing_is_refused(word: str, code: str, call: Main, base: Path) -> None:
    told = call("replay", base, "--set", word, code=2)
    assert [one["code"] for one in events(told, "error")] == [code]


@pytest.mark.parametrize(
    ("words", "lost"),
    [("lora", "style.safetensors"), ("image", "start.png")],
)
def test_a_file_that_is_gone_or_another_is_refused_by_name(
    words: str, lost: str, call: Main, made: Made, tmp_path: Path
) -> None:
    (path,) = draw(call, tmp_path, made.tiny, *EXAMPLES[words](made), "--name", "x.png")
    (file,) = tmp_path.rglob(lost)
    kept = file.rename(tmp_path / "kept")
    words_again = ("replay", path, "-o", tmp_path / "again", *ALONE)
    (error,) = events(call(*words_again, code=2), "error")
    assert error["code"] == f"{words}-not-found"
    assert f"cannot restore {words}" in error["message"] and lost in error["message"]
    assert f"--set {words}=FILE" in error["hint"]
    (found,) = events(call("verify", path, code=1), "verified")
    assert (found["verdict"], found["code"]) == ("unknown", f"{words}-not-found")

    other = tmp_path / "drawn" / lost  # of that name, but not that file
    if words == "image":
        redrawn.waves(other, 32, 32, turn=1.0)
    else:
        shutil.copy(kept, other)
        other.write_bytes(other.read_bytes()[:-1] + b"\x01")
    (error,) = events(call(*words_again, code=2), "error")
    assert "is another file than that of then" in error["message"]
    other.unlink()

    told = call(*words_again, "--lenient")
    assert [one["code"] for one in events(told, "warning")] == [f"{words}-not-found"]
    assert sha256(Path(events(told, "picture")[0]["path"])) != sha256(path)
    shutil.copy(kept, other)  # beside the picture, it is found
    told = call(*words_again)
    assert sha256(Path(events(told, "picture")[0]["path"])) == sha256(path)


def test_a_lora_is_found_in_the_folder_that_is_said(call: Main, made: Made, tmp_path: Path) -> None:
    (path,) = draw(call, tmp_path, made.tiny, *EXAMPLES["lora"](made), "--name", "x.png")
    (file,) = tmp_path.rglob("style.safetensors")
    place = tmp_path / "others" / "deep" / file.name
    place.parent.mkdir(parents=True)
    file.rename(place)
    told = call("replay", path, "--lora-dir", tmp_path / "others", "-o", tmp_path / "y", *ALONE)
    assert sha256(Path(events(told, "picture")[0]["path"])) == sha256(path)


def test_other_weights_under_the_same_name_are_refused(
    call: Main, tiny: Path, tiny_epsilon: Path, tmp_path: Path
) -> None:
    model = shutil.copytree(tiny, tmp_path / "model")
    (path,) = draw(call, tmp_path, tiny, "-m", model, "--name", "x.png")
    config = model / "scheduler" / "scheduler_config.json"
    said = config.read_text()
    config.write_text(said.replace("0.012", "0.013"))
    (error,) = events(call("replay", path, code=2), "error")
    assert error["code"] == "not-the-same"
    config.write_text(said)
    weights = "diffusion_pytorch_model.safetensors"
    content = bytearray((model / "unet" / weights).read_bytes())
    content[-1] ^= 1
    (model / "unet" / weights).write_bytes(content)
    (error,) = events(call("replay", path, code=3), "error")
    assert error["code"] == "other-weights" and f"unet/{weights}" in error["message"]
    shutil.rmtree(model)
    (error,) = events(call("replay", path, code=3), "error")
    assert error["code"] == "model-not-found" and "--set model=" in error["hint"]
    told = call("replay", path, "--set", f"model={tiny}", "-o", tmp_path / "y", *ALONE)
    assert sha256(Path(events(told, "picture")[0]["path"])) == sha256(path)


def test_a_picture_that_hides_its_prompt(call: Main, tiny: Path, tmp_path: Path) -> None:
    for level in (("--hide-prompt",), ("--metadata", "minimal"), ("--metadata", "none")):
        (path,) = draw(call, tmp_path, tiny, *level, "--name", f"{level[-1]}.png")
        told = call("replay", path, "-o", tmp_path / "again", *ALONE)  # the sidecar says all
        assert sha256(Path(events(told, "picture")[0]["path"])) == sha256(path)
        assert events(call("verify", path, *ALONE), "verified")[0]["verdict"] == "identical"
        path.with_suffix(".json").unlink()
        code = 5 if level[-1] == "none" else 2
        (error,) = events(call("replay", path, "--lenient", code=code), "error")
        assert error["code"] == ("no-record" if code == 5 else "not-restored")
    path = tmp_path / "drawn" / "--hide-prompt.png"
    sets = ("--set", "prompt=red cat", "--set", "negative=")
    told = call("replay", path, *sets, "-o", tmp_path / "again", *ALONE)
    assert sha256(Path(events(told, "picture")[0]["path"])) == sha256(path)


def only_parameters(path: Path, target: Path) -> Path:
    """The picture as a site hands it on: with webui's text, and nothing else of ours."""
    from PIL import Image, PngImagePlugin

    with Image.open(path) as picture:
        info = PngImagePlugin.PngInfo()
        info.add_text("parameters", picture.text["parameters"])  # type: ignore[attr-defined]
        picture.save(target, pnginfo=info)
    return target


def test_the_text_that_other_tools_read_draws_the_picture_again(
    call: Main, made: Made, tmp_path: Path
) -> None:
    words = ("red cat <lora:style:0.3:0.6>", "-n", "(blue:1.2)", "--lora", made.lora)
    (path,) = draw(call, tmp_path, made.tiny, *words, "--name", "x.png")
    bare = only_parameters(path, tmp_path / "apart" / "bare.png")
    (error,) = events(call("replay", bare, code=2), "error")
    assert "--set model=" in error["hint"] and "--set prompt-syntax=" in error["hint"]
    told = call(
        *("replay", bare, "--set", f"model={made.tiny}", "--set", "prompt-syntax=a1111"),
        *("--precision", "float32", "-o", tmp_path / "again", *ALONE),
    )
    assert sha256(Path(events(told, "picture")[0]["path"])) == sha256(path)
    (found,) = events(call("verify", bare, code=1), "verified")
    assert found["verdict"] == "unknown"


def test_another_tools_picture_is_drawn_as_far_as_it_says(
    call: Main, tiny: Path, tmp_path: Path
) -> None:
    path = tmp_path / "x.png"
    text = "red cat\nSteps: 2, Sampler: Euler a, CFG scale: 3, Seed: 5, Size: 32x32, Model: m"
    path.write_bytes(files.pngs_of({"parameters": f"{text}, Hires upscale: 2, Clip skip: 2"}))
    (error,) = events(call("replay", path, "--set", f"model={tiny}", code=2), "error")
    for lost in ("noise", "Hires upscale"):
        assert f"{lost}:" in error["message"]
    out = ("-o", tmp_path / "again")
    told = call("replay", path, "--set", f"model={tiny}", "--lenient", *out)
    assert len(events(told, "warning")) == 2
    (one,) = events(told, "picture")
    assert (one["scheduler"], one["steps"], one["seed"]) == ("euler-ancestral", 2, 5)
    call("replay", path, "--lenient", code=2)  # no model at all is not let pass


def test_a_record_from_before_there_was_emphasis_means_its_words_plainly(
    call: Main, tiny: Path, tmp_path: Path
) -> None:
    words = ("(red:1.5) cat", "--prompt-syntax", "plain", "--name", "x.png")
    (path,) = draw(call, tmp_path, tiny, *words)
    sidecar = path.with_suffix(".json")
    said = json.loads(sidecar.read_text())
    del said["plan"]["prompt_syntax"], said["request"]["prompt_syntax"]
    old = tmp_path / "old.json"
    old.write_text(json.dumps({**said, "schema": "imagegen/record/1"}))
    told = call("replay", old, "-o", tmp_path / "again", *ALONE)
    assert sha256(Path(events(told, "picture")[0]["path"])) == sha256(path)


def test_a_dry_run_of_a_replay_draws_nothing(call: Main, base: Path, tmp_path: Path) -> None:
    told = call("replay", base, "--dry-run", "-o", tmp_path / "again")
    assert events(told, "plan")[0]["seed"] == 5
    assert not (tmp_path / "again").exists()


def test_a_record_does_not_say_where_to_write(call: Main, base: Path, tmp_path: Path) -> None:
    said = json.loads(base.with_suffix(".json").read_text())
    said["plan"] |= {"out": str(tmp_path / "elsewhere"), "overwrite": True, "lora": ["x"]}
    said["request"] |= {"out": str(tmp_path / "elsewhere"), "name": "z.png", "overwrite": True}
    (tmp_path / "x.json").write_text(json.dumps(said))
    (error,) = events(call("replay", tmp_path / "x.json", code=2), "error")
    assert all(
        f"{name}: a request has no such option" in error["message"]
        for name in said["plan"]
        if name in ("out", "overwrite", "lora")
    )
    told = call("replay", tmp_path / "x.json", "--lenient", "-o", tmp_path / "again")
    assert Path(events(told, "picture")[0]["path"]).parent == tmp_path / "again"
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.parametrize("name", ["1-first", "1-templates", "1-emphasis"])
def test_records_of_earlier_numbers_restore_all_they_say(name: str) -> None:
    told = again.read(Path(__file__).parent / "records" / f"{name}.json")
    restored = restore.request_of(told.found)
    assert told.record is not None and restored.lost == []
    plan, request = told.record.plan, restored.request()
    assert (request.prompts, request.negative) == ((plan.prompt,), plan.negative_prompt)
    assert (request.seeds, request.steps) == ((plan.seed,), plan.steps)
    assert (request.scheduler, request.guidance) == (plan.scheduler, plan.guidance)
    assert (request.width, request.height) == (plan.width, plan.height)
    assert (request.prompt_syntax, request.expand) == (plan.prompt_syntax, "no")
    assert restored.machine["precision"] == told.record.machine.precision
