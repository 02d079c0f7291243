"""A picture keeps to its control as diffusers makes it, and what does not fit is told."""

import inspect
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import diffusers
import numpy as np
import pytest
import redrawn
import tiny_controls
import tiny_families
import torch
from conftest import environment
from hubserver import Hub, Repository
from numpy.typing import NDArray
from PIL import Image
from test_families import parameters

from imagegen import (
    Request,
    control_words,
    controlling,
    machine,
    make_plans,
    pipeline,
    sampling,
    whereabouts,
)
from imagegen.batches import Start
from imagegen.cli import main
from imagegen.controlling import KINDS
from imagegen.embedding import Encoder
from imagegen.errors import ImagegenError, RequestError
from imagegen.families import FAMILIES
from imagegen.journal import row
from imagegen.ladder import Rung
from imagegen.options import ask
from imagegen.plan import identity, weights_of
from imagegen.reading import picture, restore
from imagegen.record import drawing
from imagegen.redrawing import REDRAWING
from imagegen.request import MachineRequest

Pixels = NDArray[np.int16]
Draw = Callable[..., list[Pixels]]
SIDE = 32
WORDS = ("red cat", "--seed", "2", "--steps", "2", "--precision", "float32")


class Made(NamedTuple):
    """A tiny pipeline with a network for it, and both on disk."""

    pipe: Any
    network: Any
    model: Path
    control: Path


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Made]:
    known: dict[str, Made] = {}

    def make(name: str) -> Made:
        if name not in known:
            pipe = tiny_controls.pipeline(name)
            folder = tmp_path_factory.mktemp(name)
            pipe.save_pretrained(folder / "model")
            network = tiny_controls.build(name, pipe)
            tiny_controls.save(network, folder / "edges")
            known[name] = Made(pipe, network, folder / "model", folder / "edges")
        return known[name]

    return make


@pytest.fixture
def waves(tmp_path: Path) -> Path:
    return redrawn.waves(tmp_path / "waves.png", SIDE, SIDE)


@pytest.fixture
def draw(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> Draw:
    """The command; the pictures that it has made, in the order of their making."""

    def run(model: Path, *words: object, code: int = 0) -> list[Pixels]:
        capfd.readouterr()
        where = ("-m", str(model), "-o", str(tmp_path / "out"), "--json", "--size", str(SIDE))
        assert main([*map(str, words), *where]) == code
        told = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
        run.told = told  # type: ignore[attr-defined]
        paths = [Path(one["path"]) for one in told if one["event"] == "picture"]
        run.paths = paths  # type: ignore[attr-defined]
        return [np.asarray(Image.open(path)).astype(np.int16) for path in paths]

    return run


def differ(one: Pixels, other: Pixels) -> int:
    return int(np.abs(one - other).max())


def by_diffusers(made: Made, class_name: str, **given: Any) -> Pixels:
    """What a few lines of Python draw with the class itself."""
    part = "adapter" if "Adapter" in class_name else "controlnet"
    kind = getattr(diffusers, class_name)
    takes = inspect.signature(kind.__init__).parameters
    parts = {name: one for name, one in made.pipe.components.items() if name in takes}
    again = kind(**parts, **{part: made.network})
    again.set_progress_bar_config(disable=True)
    guidance = FAMILIES[type(made.pipe).__name__].guidance
    result = again(
        prompt="red cat",
        **given,
        guidance_scale=guidance,
        num_inference_steps=2,
        generator=torch.Generator().manual_seed(2),
        output_type="pil",
    )
    return np.asarray(result[0][0]).astype(np.int16)


@pytest.mark.parametrize("name", tiny_controls.BUILDERS)
def test_a_control_is_heard_as_diffusers_hears_it(
    name: str, made: Callable[[str], Made], waves: Path, draw: Draw
) -> None:
    """Also beside others, half as much, and with a weight of 0 not at all."""
    one = made(name)
    asked = f"{one.control}={waves}"
    (alone,) = draw(one.model, *WORDS, "--control", asked)
    (without,) = draw(one.model, *WORDS)
    (silent,) = draw(one.model, *WORDS, "--control", f"{asked}:0")
    assert differ(alone, without) > 1
    assert differ(silent, without) == 0
    both = draw(one.model, "red cat", *WORDS[3:], "--control", asked, "--seed", "1,2")
    assert differ(both[1], alone) <= 1
    way = KINDS[type(one.network).__name__].draws[type(one.pipe).__name__]
    picture = Image.open(waves).convert("L" if "adapter" in name else "RGB")
    given = {way.argument: picture, "height": SIDE, "width": SIDE}
    for weight in (1.0, 0.4):
        expected = by_diffusers(one, way.pipeline, **given, **{way.weight: weight})
        if name == "sd3":  # the class draws noise for the control from torch's own dice
            torch.manual_seed(2)
            expected = by_diffusers(one, way.pipeline, **given, **{way.weight: weight})
        (found,) = draw(one.model, *WORDS, "--control", f"{asked}:{weight}")
        assert differ(found, expected) <= 1, weight


@pytest.mark.parametrize("name", ["sd", "sdxl", "flux"])
def test_a_control_is_heard_where_another_picture_is_drawn_from(
    name: str, made: Callable[[str], Made], waves: Path, draw: Draw, tmp_path: Path
) -> None:
    one = made(name)
    image = redrawn.waves(tmp_path / "image.png", SIDE, SIDE, turn=2.0)
    mask = redrawn.half(tmp_path / "mask.png", SIDE, SIDE)
    control = ("--control", f"{one.control}={waves}:0.7")
    ways = REDRAWING[type(one.pipe).__name__]
    draws = KINDS[type(one.network).__name__].draws
    given: dict[str, Any] = {
        "image": Image.open(image),
        "control_image": Image.open(waves),
        "controlnet_conditioning_scale": 0.7,
        "height": SIDE,
        "width": SIDE,
    }
    assert ways.image is not None
    assert ways.mask is not None
    (found,) = draw(one.model, *WORDS, "--image", image, "--strength", "0.5", *control)
    expected = by_diffusers(one, draws[ways.image.pipeline].pipeline, **given, strength=0.5)
    assert differ(found, expected) <= 1
    (within,) = draw(one.model, *WORDS, "--image", image, "--mask", mask, *control)
    given |= {"mask_image": Image.open(mask), "strength": 1.0}
    expected = by_diffusers(one, draws[ways.mask.pipeline].pipeline, **given)
    drawn = np.asarray(given["mask_image"]) > 0
    assert differ(within[drawn], expected[drawn]) <= 1
    assert differ(within[~drawn], np.asarray(given["image"]).astype(np.int16)[~drawn]) == 0
    (bare,) = draw(one.model, *WORDS, "--image", image, "--mask", mask)
    assert differ(within, bare) > 0
    (larger,) = draw(one.model, *WORDS, "--hires", "2x", "--hires-strength", "0.5", *control)
    (smooth,) = draw(one.model, *WORDS, "--hires", "2x", "--hires-strength", "0.5")
    assert larger.shape == (2 * SIDE, 2 * SIDE, 3)
    assert differ(larger, smooth) > 0


@pytest.mark.parametrize("name", tiny_controls.BUILDERS)
def test_several_controls_are_heard_together(
    name: str, made: Callable[[str], Made], waves: Path, draw: Draw, tmp_path: Path
) -> None:
    one = made(name)
    second = tiny_controls.build(name, one.pipe, seed=4)
    tiny_controls.save(second, tmp_path / "depth")
    other = redrawn.waves(tmp_path / "other.png", SIDE, SIDE, turn=1.0)
    first = ("--control", f"{one.control}={waves}:0.5")
    (both,) = draw(one.model, *WORDS, *first, "--control", f"{tmp_path / 'depth'}={other}:0.3")
    (alone,) = draw(one.model, *WORDS, *first)
    assert differ(both, alone) > 0
    kind = KINDS[type(one.network).__name__]
    way = kind.draws[type(one.pipe).__name__]
    pictures = [Image.open(waves), Image.open(other)]
    if "adapter" in name:
        pictures = [picture.convert("L") for picture in pictures]
    together = one._replace(network=getattr(diffusers, kind.several)([one.network, second]))
    given = {way.argument: pictures, way.weight: [0.5, 0.3], "height": SIDE, "width": SIDE}
    torch.manual_seed(2)
    assert differ(both, by_diffusers(together, way.pipeline, **given)) <= 1


def test_a_control_may_be_heard_in_a_share_of_the_steps(
    made: Callable[[str], Made], waves: Path, draw: Draw
) -> None:
    one = made("sd")
    (whole,) = draw(one.model, *WORDS, "--control", f"{one.control}={waves}")
    (early,) = draw(one.model, *WORDS, "--control", f"{one.control}={waves}:1@0-0.5")
    given = {"image": Image.open(waves), "control_guidance_end": 0.5}
    sides = {"height": SIDE, "width": SIDE}
    expected = by_diffusers(one, "StableDiffusionControlNetPipeline", **given, **sides)
    assert differ(early, expected) <= 1
    assert differ(early, whole) > 0


@pytest.mark.parametrize("memory", ["full", "model-offload", "group-offload", "sequential"])
def test_a_control_draws_the_same_wherever_weights_wait(
    memory: str, made: Callable[[str], Made], waves: Path
) -> None:
    one = made("sd")
    asked = {"model": str(one.model), "control": (f"{one.control}={waves}",) * 2}
    plan = make_plans(
        Request(prompts=("red cat",), seeds=(2,), steps=2, width=32, height=32, **asked)
    )
    here = machine.choose(MachineRequest(device="cpu", precision="float32"))
    drawn = []
    for rung in (Rung("full"), Rung(memory)):
        loaded = pipeline.load(weights_of(plan[0]), "tiny", here, rung=rung)
        encoder = Encoder(loaded.pipe)
        (found,) = sampling.sample(
            *(loaded.pipe, encoder, plan), lambda done, of: None, steering=loaded.steering
        )
        drawn.append(found.pixels)
    assert torch.equal(*drawn)


def test_in_bfloat16_a_control_draws_nearly_the_same(
    made: Callable[[str], Made], waves: Path, draw: Draw
) -> None:
    for name in ("sd", "sd-adapter", "sdxl-adapter"):
        one = made(name)
        control = ("--control", f"{one.control}={waves}:0.3")
        (wide,) = draw(one.model, *WORDS, *control)
        (narrow,) = draw(one.model, *WORDS[:-1], "bfloat16", *control)
        assert np.abs(wide - narrow).mean() < 8, name


def test_what_was_drawn_is_in_the_record_and_can_be_asked_for_again(
    made: Callable[[str], Made], waves: Path, draw: Draw, tmp_path: Path
) -> None:
    one = made("sd")
    asked = f"{one.control}={waves}:0.8@0-0.9"
    (found,) = draw(one.model, *WORDS, "--control", asked)
    (path,) = draw.paths  # type: ignore[attr-defined]
    said = json.loads(path.with_suffix(".json").read_text())
    (control,) = said["plan"]["controls"]
    assert (control["kind"], control["weight"], control["end"]) == ("ControlNet", 0.8, 0.9)
    assert (control["name"], control["picture"]["file"]) == ("edges", "waves.png")
    assert {len(digest) for digest in control["files"].values()} == {64}
    assert str(tmp_path) not in json.dumps(said["plan"])
    text = Image.open(path).info["parameters"]
    assert 'ControlNet 0: "Module: none, Model: edges, Weight: 0.8, ' in text
    assert "Guidance Start: 0, Guidance End: 0.9" in text
    seen = picture.read(path)
    assert seen.found is not None
    back = restore.request_of(seen.found)
    (file,) = back.files
    assert whereabouts.find(file, path, ()) == asked
    assert not [lost for lost in back.lost if "control" in lost.field]
    # A table beside the picture names it by its own path.
    rows = tmp_path / "rows.jsonl"
    word = f"{one.control}={waves.name}:0.8@0-0.9"
    lines = ({"prompt": "red cat", "seed": 2, "control": c} for c in ([word], word, None))
    rows.write_text("\n".join(json.dumps(line) for line in lines))
    drawn = draw(one.model, "batch", rows, "--again", "--batch-size", "1", *WORDS[3:])
    assert differ(drawn[0], found) == differ(drawn[1], found) == 0
    assert differ(drawn[2], found) > 0


def test_a_plan_is_known_by_its_controls_and_rows_that_failed_say_them(
    made: Callable[[str], Made], waves: Path, tmp_path: Path
) -> None:
    one = made("sd")
    moved = shutil.copytree(one.control, tmp_path / "moved")

    def plan(*control: str) -> Any:
        asked = Request(prompts=("red cat",), seeds=(2,), model=str(one.model), control=control)
        (made,) = make_plans(asked)
        return made

    same = plan(f"{moved}={waves}")
    first = plan(f"{one.control}={waves}")
    ids = {identity(it, "") for it in (first, plan(f"{one.control}={waves}:0.5"), plan())}
    assert len(ids) == 3
    assert identity(same, "") == identity(first, "")
    assert identity(plan(f"{one.control}={waves}:0"), "") == identity(plan(), "")
    assert drawing(first, "x").controls == drawing(same, "x").controls or same != first
    again = row(first, "x", MachineRequest(), RequestError("a", "b", hint="c"))
    (back,) = make_plans(ask({**{k: v for k, v in again.items() if k != "error"}}).request)
    assert back.controls[0].decides == first.controls[0].decides


def wrong(made: Made, tmp_path: Path, change: dict[str, Any]) -> Path:
    folder = shutil.copytree(made.control, tmp_path / "wrong")
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**config, **change}))
    return folder


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"cross_attention_dim": 768}, "control-mismatch"),
        ({"block_out_channels": [320, 640]}, "control-mismatch"),
        ({"_class_name": "UNet2DConditionModel"}, "unsupported-control"),
        ({"_class_name": "FluxControlNetModel", "num_mode": 10}, "unsupported-control"),
        ({"_class_name": "T2IAdapter", "channels": [320, 640]}, "control-mismatch"),
    ],
)
def test_a_network_of_another_model_is_refused_by_its_configuration(
    change: dict[str, Any],
    code: str,
    made: Callable[[str], Made],
    waves: Path,
    tmp_path: Path,
    draw: Draw,
) -> None:
    one = made("sd")
    control = wrong(one, tmp_path, change)
    draw(one.model, *WORDS, "--control", f"{control}={waves}", code=2)
    assert refusal(draw) == code


def test_a_network_whose_tensors_are_others_is_told(
    made: Callable[[str], Made], waves: Path, tmp_path: Path, draw: Draw
) -> None:
    one = made("sd")
    control = wrong(one, tmp_path, {"conditioning_embedding_out_channels": [8, 16, 32]})
    draw(one.model, *WORDS, "--control", f"{control}={waves}", code=3)


def refusal(draw: Draw) -> str:
    told = draw.told  # type: ignore[attr-defined]
    return next(str(one["code"]) for one in told if one["event"] == "error")


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("edges.png", "bad-control"),
        ("=edges.png", "bad-control"),
        ("canny=", "bad-control"),
        ("canny=edges.png:11", "bad-control"),
        ("canny=edges.png:1@0.7-0.2", "bad-control"),
    ],
)
def test_a_control_that_makes_no_sense_is_refused(word: str, code: str) -> None:
    with pytest.raises(RequestError) as refused:
        control_words.option(word)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("word", "asked"),
    [
        ("canny=a.png", ("canny", "a.png", 1.0, 0.0, 1.0)),
        ("canny=a.png:0.8", ("canny", "a.png", 0.8, 0.0, 1.0)),
        ("a/b=c:d.png:0.8@0.1-0.7", ("a/b", "c:d.png", 0.8, 0.1, 0.7)),
        ("x=a@2x.png@0-0.5", ("x", "a@2x.png", 1.0, 0.0, 0.5)),
    ],
)
def test_a_control_is_read_and_written(word: str, asked: tuple[object, ...]) -> None:
    found = control_words.option(word)
    assert found == asked
    assert control_words.option(control_words.option_of(found)) == found


def code_of(model: Path, *control: str, **more: Any) -> str:
    asked = Request(prompts=("red cat",), seeds=(2,), model=str(model), control=control, **more)
    with pytest.raises(ImagegenError) as refused:
        make_plans(asked)
    return refused.value.code


def test_what_cannot_be_had_or_drawn_is_refused_before_anything_is_loaded(
    made: Callable[[str], Made], waves: Path, tmp_path: Path
) -> None:
    sd, adapter, sd3 = made("sd"), made("sd-adapter"), made("sd3")
    edges, sketch = f"{sd.control}={waves}", f"{adapter.control}={waves}"
    assert code_of(sd.model, f"nothing={waves}") == "control-not-found"
    assert code_of(sd.model, f"{tmp_path}={waves}") == "control-not-found"
    assert code_of(sd.model, f"{sd.control}={tmp_path / 'none.png'}") == "no-picture"
    assert code_of(sd.model, f"canny={waves}", offline=True) == "offline"  # its hub id
    assert code_of(adapter.model, edges, sketch) == "controls-mixed"
    assert code_of(adapter.model, f"{sketch}:1@0-0.5") == "control-steps-not-taken"
    assert code_of(adapter.model, sketch, image=str(waves)) == "control-not-taken"
    assert code_of(sd3.model, edges) == "control-mismatch"
    assert code_of(sd.model, f"{edges}:1@0.4-0.6", steps=2) == "control-never-heard"
    assert code_of(sd.model, sketch) == "control-mismatch"  # its first block has no attention
    small = f"{sd3.control}={waves}"
    assert code_of(sd3.model, small, image=str(waves)) == "control-not-taken"
    bare = shutil.copytree(sd.control, tmp_path / "bare")
    (bare / "config.json").unlink()
    assert code_of(sd.model, f"{bare}={waves}") == "unsupported-control"
    pickle = tmp_path / "control.pth"
    pickle.write_bytes(b"PK\x03\x04")
    assert code_of(sd.model, f"{pickle}={waves}") == "pickle-refused"


def test_a_model_that_no_control_is_for_says_so_or_draws_without(
    waves: Path, tmp_path: Path, draw: Draw
) -> None:
    pipe = tiny_families.build("PixArtSigmaPipeline")
    pipe.save_pretrained(tmp_path / "model")
    control = ("--control", f"canny={waves}")
    draw(tmp_path / "model", *WORDS, *control, code=2)
    assert refusal(draw) == "control-not-taken"
    (lenient,) = draw(tmp_path / "model", *WORDS, *control, "--lenient")
    (without,) = draw(tmp_path / "model", *WORDS)
    assert differ(lenient, without) == 0


def test_a_network_of_the_hub_is_fetched_once_and_offline_it_is_there(
    made: Callable[[str], Made], waves: Path, tmp_path: Path
) -> None:
    one = made("sd")
    hub = Hub()
    hub.repositories["owner/edges"] = Repository(one.control)
    hub.repositories["owner/model"] = Repository(one.model)
    env = {k: v for k, v in environment().items() if k not in {"HF_HUB_OFFLINE", "HF_TOKEN"}}
    env |= {"HF_ENDPOINT": hub.address, "HF_HOME": str(tmp_path / "home")}
    env |= {"HF_HUB_DISABLE_XET": "1", "NO_PROXY": "127.0.0.1"}

    def run(control: str, *words: str) -> "subprocess.CompletedProcess[str]":
        where = ("red cat", "-m", str(one.model), "--dry-run", "--json", "--control")
        return subprocess.run(
            [sys.executable, "-m", "imagegen", *where, f"{control}={waves}:0.5", *words],
            cwd=tmp_path,
            env=env,
            capture_output=True,
            text=True,
            check=False,
        )

    try:
        assert run("owner/edges", "--offline").returncode == 3
        done = run("owner/edges")
        assert done.returncode == 0, done.stdout + done.stderr
        assert '"name":"owner/edges"' in done.stdout
        for name in ("owner/nothing", "owner/model"):
            assert run(name).returncode == 3
    finally:
        hub.close()
    assert run("owner/edges", "--offline").returncode == 0


def test_each_row_is_the_signature_of_its_class() -> None:
    for kind in KINDS.values():
        assert hasattr(diffusers, kind.several)
        for name, way in kind.draws.items():
            takes = set(parameters(way.pipeline))
            timed = {"control_guidance_start", "control_guidance_end"}
            assert {way.argument, way.weight, way.progress} <= takes, name
            assert timed <= takes if way.timed else not timed & takes
            wanted = inspect.signature(getattr(diffusers, way.pipeline).__init__)
            assert way.part in wanted.parameters
    known = {name for kind in KINDS.values() for name in kind.draws}
    assert set(controlling.KNOWN) <= known


def test_only_a_class_whose_noise_is_a_pictures_own_draws_several(
    made: Callable[[str], Made], waves: Path
) -> None:
    for name, together in (("sd", True), ("sd3", False)):
        one = made(name)
        asked = Request(
            prompts=("red cat",), model=str(one.model), control=(f"{one.control}={waves}",)
        )
        (plan,) = make_plans(asked)
        assert sampling.draws_together(one.pipe, Start(), plan.controls) is together
