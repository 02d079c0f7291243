"""Each pipeline class is called as it wants to be, and what it takes is what the table says."""

import ast
import inspect
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import diffusers
import families_loras
import families_table
import numpy as np
import pytest
import redrawn
import tiny_families
import torch
from diffusers.pipelines.auto_pipeline import (
    AUTO_IMAGE2IMAGE_PIPELINES_MAPPING,
    AUTO_INPAINT_PIPELINES_MAPPING,
)
from numpy.typing import NDArray
from PIL import Image

from imagegen import families
from imagegen.cli import main
from imagegen.families import FAMILIES, Family
from imagegen.redrawing import REDRAWING

Pixels = NDArray[np.int16]
# Where our default is not the class's own: fewer steps are enough for schedulers of today.
OUR_STEPS = {
    "StableDiffusionPipeline",
    "StableDiffusionPAGPipeline",
    "StableDiffusionXLPipeline",
    "StableDiffusionXLPAGPipeline",
    "StableDiffusionInpaintPipeline",
    "StableDiffusionXLInpaintPipeline",
    "StableDiffusionXLImg2ImgPipeline",
}
# The class's own is a schedule over exactly 48 steps; ours is its height, at any number of steps.
OUR_GUIDANCE = {"Ideogram4Pipeline"}
# They have a second scale, for true guidance, which an undistilled model would need.
DISTILLED_WITH_NEGATIVE = {"FluxPipeline", "FluxKontextPipeline", "HunyuanImagePipeline"}


def source(class_name: str) -> str:
    """The file of a class."""
    kind = getattr(diffusers, class_name)
    if "dummy" not in kind.__module__:
        return Path(inspect.getfile(kind)).read_text()
    every = Path(diffusers.__file__).parent.rglob("pipeline_*.py")
    return next(text for path in every if f"class {class_name}(" in (text := path.read_text()))


def parameters(class_name: str) -> dict[str, Any]:
    """The arguments of a class's call and their defaults, also where it cannot be imported."""
    kind = getattr(diffusers, class_name)
    if "dummy" not in kind.__module__:
        return {
            name: one.default for name, one in inspect.signature(kind.__call__).parameters.items()
        }
    tree = ast.parse(source(class_name))
    (call,) = (
        node
        for kind in ast.walk(tree)
        if isinstance(kind, ast.ClassDef) and kind.name == class_name
        for node in kind.body
        if isinstance(node, ast.FunctionDef) and node.name == "__call__"
    )
    names = [one.arg for one in call.args.args][-len(call.args.defaults) :]
    values = [one.value if isinstance(one, ast.Constant) else ... for one in call.args.defaults]
    return dict(zip(names, values, strict=True))


@pytest.mark.parametrize("name", FAMILIES)
def test_each_row_is_the_signature_of_its_class(name: str) -> None:
    row, takes = FAMILIES[name], parameters(name)
    arguments = {row.guidance_argument, row.negative, row.progress, row.area} - {None}
    assert arguments | set(row.fixed) | set(row.other_steps) <= set(takes)
    sides = {"height", "width"} if row.needs != "image" else set()
    assert {"prompt", "num_inference_steps", "generator"} | sides <= set(takes)
    if name not in OUR_STEPS:
        assert row.steps == takes["num_inference_steps"]
    if row.guidance_argument is not None and name not in OUR_GUIDANCE:
        assert row.guidance == takes[row.guidance_argument]
    if isinstance(takes.get("height"), int):
        assert (row.size, row.size) == (takes["height"], takes["width"]) or "Cosmos" in name
    if row.tokens is not None and isinstance(takes.get("max_sequence_length"), int):
        assert row.tokens == takes["max_sequence_length"]
    if "negative_prompt" in takes and row.negative is None:
        assert name in DISTILLED_WITH_NEGATIVE
    for variant in row.variants:
        assert set(variant.changes) <= set(row.__struct_fields__)


@pytest.mark.parametrize("name", REDRAWING)
def test_each_way_to_draw_from_a_picture_is_the_signature_of_its_class(name: str) -> None:
    row, ways = FAMILIES[name], REDRAWING[name]
    for way, pictures in ((ways.image, {"image"}), (ways.mask, {"image", "mask_image"})):
        if way is None:
            continue
        takes = set(parameters(way.pipeline))
        arguments = {row.guidance_argument, row.negative, row.progress} - {None}
        sized = {"width", "height"} if way.sized else set()
        strength = set() if way.strength is None else {"strength"}
        assert arguments | set(row.fixed) | pictures | sized | strength <= takes
        assert way.sized or way.blends or not {"width", "height"} <= takes
        assert way.strength is not None or "strength" not in takes


def test_every_class_that_draws_from_a_picture_is_in_the_table() -> None:
    """Those that diffusers finds for a text-to-image class by itself."""
    used = {way.pipeline for ways in REDRAWING.values() for way in ways if way is not None}
    kinds = {kind.__name__ for kind in AUTO_IMAGE2IMAGE_PIPELINES_MAPPING.values()}
    kinds |= {kind.__name__ for kind in AUTO_INPAINT_PIPELINES_MAPPING.values()}
    others = ("ControlNet", "FluxControl", "Edit", "Layered", "KandinskyInpaint", "KandinskyV22In")
    assert not {name for name in kinds - used if not any(word in name for word in others)}


@pytest.mark.parametrize("name", [name for name, row in FAMILIES.items() if row.swaps])
def test_schedulers_are_swapped_only_where_the_class_scales_its_latents(name: str) -> None:
    """Half of the schedulers want it; without it they would draw a wrong picture, silently."""
    assert "self.scheduler.scale_model_input(" in source(name)


@pytest.mark.parametrize("name", [name for name in FAMILIES if FAMILIES[name].progress is None])
def test_progress_is_told_where_the_class_can(name: str) -> None:
    assert not {"callback", "callback_on_step_end"} & set(parameters(name))


def test_every_pipeline_of_diffusers_is_in_the_table_or_has_a_reason_not_to_be() -> None:
    kinds = {name for name in dir(diffusers) if name.endswith("Pipeline")}
    from_words = {name for name in kinds if "prompt" in parameters_or_none(name)}
    unknown = {name for name in from_words - set(FAMILIES) if families.other_kind(name) is None}
    assert unknown == set()
    assert set(FAMILIES) <= kinds


def parameters_or_none(name: str) -> set[str]:
    kind = getattr(diffusers, name)
    return set(inspect.signature(kind.__call__).parameters) if callable(kind) else set()


def test_a_configuration_may_say_that_a_model_is_distilled() -> None:
    def kind(name: str, index: dict[str, object], network: dict[str, object]) -> Family:
        found = families.of(name, index, network)
        assert found is not None
        return found

    dev = kind("FluxPipeline", {}, {"guidance_embeds": True})
    schnell = kind("FluxPipeline", {}, {"guidance_embeds": False})
    assert (dev.kind, dev.steps, dev.guidance) == ("distilled", 28, 3.5)
    assert (schnell.kind, schnell.steps, schnell.guidance) == ("none", 4, 0.0)
    klein = kind("Flux2KleinPipeline", {"is_distilled": True}, {})
    assert (klein.kind, klein.steps) == ("none", 4)
    assert kind("Flux2KleinPipeline", {"is_distilled": False}, {}).guided(4.0)
    assert not kind("StableDiffusionPipeline", {}, {"time_cond_proj_dim": 256}).guided(7.5)
    assert families.of("NoSuchPipeline", {}, {}) is None


@pytest.fixture
def side(name: str) -> str:
    """The smallest size that all of a family's networks can draw."""
    if FAMILIES[name].keeps_area:
        return "128"  # of 128 latents, here one pixel each
    least = 64 if name.startswith("Flux2") else redrawn.least(name)
    return str(max(least, FAMILIES[name].multiple))


Draw = Callable[..., tuple[int, list[dict[str, Any]], list[Pixels]]]


@pytest.fixture
def draw(tmp_path: Path, capfd: pytest.CaptureFixture[str], side: str) -> Draw:
    """The command, with what it tells and the pictures it has made."""

    def run(model: Path, *words: str) -> tuple[int, list[dict[str, Any]], list[Pixels]]:
        capfd.readouterr()
        where = ("-m", str(model), "-o", str(tmp_path / "out"), "--json")
        code = main([*words, *where, "--size", side, "--precision", "float32", "--steps", "2"])
        told = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
        made = [Path(one["path"]) for one in told if one["event"] == "picture"]
        pixels = [np.asarray(Image.open(path)).astype(np.int16) for path in made]
        return code, told, pixels

    return run


def refusal(told: list[dict[str, Any]]) -> str:
    return next(str(one["code"]) for one in told if one["event"] == "error")


def differ(one: Pixels, other: Pixels) -> int:
    return int(np.abs(one - other).max())


NEEDING = [name for name in sorted(tiny_families.BUILDERS) if FAMILIES[name].needs is not None]


@pytest.mark.parametrize("name", NEEDING)
def test_each_family_that_needs_a_picture_draws_as_the_table_says(
    name: str, tmp_path: Path, draw: Draw, side: str
) -> None:
    model = tmp_path / "model"
    pipe, row = tiny_families.build(name), FAMILIES[name]
    pipe.save_pretrained(model)
    small = int(side) // redrawn.enlarges(name)
    image = redrawn.waves(tmp_path / "image.png", small, small)
    mask = redrawn.half(tmp_path / "half.png", int(side), int(side))

    given = ["--image", str(image), *(["--mask", str(mask)] if row.needs == "mask" else [])]

    def filled(model: Path, *words: str) -> tuple[int, list[dict[str, Any]], list[Pixels]]:
        return draw(model, *words, *given)

    code, told, _ = draw(model, "red cat")
    assert (code, refusal(told)) == (2, f"{row.needs}-needed")
    code, _, (alone,) = filled(model, "red cat", "--seed", "2")
    assert code == 0
    cells = (
        "within a mask" if row.needs == "mask" else "from a picture",
        str(row.steps),
        guidance(filled, model, row, alone),
        negative(filled, model, row),
        schedulers(filled, model, row, alone),
        *redrawn.cells(draw, model, row, pipe, int(side)),
        families_loras.cell(filled, pipe, model, alone),
    )
    check_row(name, families_table.row(name, cells))


# The first draws no picture of fewer than 4096 patches, the other pads each prompt to 2048 tokens.
LONG = {"HiDreamImagePipeline", "Ideogram4Pipeline"}
FROM_WORDS = [
    pytest.param(name, marks=pytest.mark.slow) if name in LONG else name
    for name in sorted(set(tiny_families.BUILDERS) - set(NEEDING))
]


@pytest.mark.parametrize("name", FROM_WORDS)
def test_each_family_draws_as_the_table_says(
    name: str, tmp_path: Path, draw: Draw, side: str
) -> None:
    model = tmp_path / "model"
    pipe, row = tiny_families.build(name), FAMILIES[name]
    pipe.save_pretrained(model)

    code, _, (first, second) = draw(model, "red cat", "--seed", "1,2", "--batch-size", "2")
    assert code == 0
    records = [json.loads(path.read_text()) for path in sorted((tmp_path / "out").glob("*.json"))]
    assert [one["batch"]["size"] for one in records] == ([2, 2] if row.batches else [1, 1])
    assert records[0]["model"]["pipeline"] == name
    assert records[0]["plan"]["guidance"] == row.guidance
    assert [one["warnings"] for one in records] == [[], []]
    assert first.shape == (int(side), int(side), 3)
    assert differ(first, second) > 1
    _, _, (alone, other) = draw(model, "red cat", "blue dog", "--seed", "2", "--batch-size", "1")
    assert differ(second, alone) <= 1  # alone and among others, up to rounding
    assert differ(alone, by_diffusers(pipe, row, int(side))) <= 1
    assert differ(other, alone) > 0
    cells = (
        "yes",
        str(row.steps),
        guidance(draw, model, row, alone),
        negative(draw, model, row),
        schedulers(draw, model, row, alone),
        *redrawn.cells(draw, model, row, pipe, int(side)),
        families_loras.cell(draw, pipe, model, alone),
    )
    check_row(name, families_table.row(name, cells))


def by_diffusers(pipe: Any, row: Family, side: int) -> Pixels:
    """What a few lines of Python draw with the class itself, from its defaults."""
    pipe.set_progress_bar_config(disable=True)
    result = pipe(
        prompt="red cat",
        **({} if row.empty is None else {"negative_prompt": row.empty}),
        **({} if row.area is None else {row.area: side * side}),
        **({"guidance_scale": row.guidance} if type(pipe).__name__ in OUR_GUIDANCE else {}),
        **row.fixed,
        height=side,
        width=side,
        num_inference_steps=2,
        generator=torch.Generator().manual_seed(2),
        output_type="pil",
    )
    return np.asarray(result[0][0]).astype(np.int16)


def guidance(draw: Draw, model: Path, row: Family, alone: Pixels) -> str:
    """Another scale draws another picture; the default, said, the same one."""
    both = f"{row.guidance},{5 if row.guidance == 9 else 9}"
    code, told, pictures = draw(
        model, "red cat", "--seed", "2", "--guidance", both, "--batch-size", "1"
    )
    if row.guidance_argument is None:
        assert (code, refusal(told)) == (2, "guidance-not-taken")
        return "no"
    assert code == 0
    assert differ(pictures[0], alone) == 0
    assert differ(pictures[1], alone) > 0
    return f"{'classifier-free' if row.kind == 'contrast' else row.kind}, {row.guidance:g}"


def negative(draw: Draw, model: Path, row: Family) -> str:
    words = ("red cat", "--seed", "2", "-n")
    if row.negative is None:
        code, told, _ = draw(model, *words, "dog")
        assert (code, refusal(told)) == (2, "negative-not-taken")
        return "no"
    code, _, (dog,) = draw(model, *words, "dog")
    assert code == 0
    _, _, (bicycle,) = draw(model, *words, "bicycle riding moon")
    assert differ(dog, bicycle) > 0
    none = f"{row.guided_above:g}"
    code, told, _ = draw(model, *words, "dog", "--guidance", none)
    assert (code, refusal(told)) == (2, "negative-without-guidance")
    return f"guidance above {none}"


def schedulers(draw: Draw, model: Path, row: Family, alone: Pixels) -> str:
    own = json.loads((model / "scheduler" / "scheduler_config.json").read_text())
    flows = own["_class_name"].startswith("FlowMatch")
    other = "euler-ancestral" if row.swaps or flows else "flow-euler"
    code, told, pictures = draw(model, "red cat", "--seed", "2", "--scheduler", other)
    if not row.swaps:
        assert (code, refusal(told)) == (2, "scheduler-not-taken")
        return "own"
    assert code == 0
    assert differ(pictures[0], alone) > 0
    return "any"


def check_row(name: str, line: str) -> None:
    """The docs say what was seen; IMAGEGEN_REWRITE=1 makes them (`make families`)."""
    if os.environ.get("IMAGEGEN_REWRITE"):
        families_table.write(name, line)
    assert families_table.rows().get(name) == line, "stale: make families"


@pytest.mark.parametrize("name", sorted(tiny_families.NOT_RUN))
def test_what_was_not_run_stands_there_with_the_reason(name: str) -> None:
    check_row(name, families_table.row(name, (f"no: {tiny_families.NOT_RUN[name]}", *[""] * 7)))


def test_the_table_has_every_family_and_no_other() -> None:
    assert set(tiny_families.BUILDERS) | set(tiny_families.NOT_RUN) == set(FAMILIES)
    assert not set(tiny_families.BUILDERS) & set(tiny_families.NOT_RUN)
    assert set(families_table.rows()) == set(FAMILIES)
