"""What a family makes of a picture and of a mask, drawn through the command: two cells of a row."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import diffusers
import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

from imagegen.families import Family
from imagegen.redrawing import REDRAWING, Redrawing, Way

Pixels = NDArray[np.int16]
Draw = Callable[..., tuple[int, list[dict[str, Any]], list[Pixels]]]
STRENGTH = 0.5


def waves(path: Path, width: int, height: int, turn: float = 0.0) -> Path:
    """A colourful picture, smooth and without noise."""
    x, y = np.meshgrid(np.linspace(0, 3, width), np.linspace(0, 3, height))
    bands = [np.sin(x + turn), np.cos(y + x + turn), np.sin(y - turn)]
    pixels = ((np.stack(bands, axis=-1) + 1) * 127.5).round().astype(np.uint8)
    Image.fromarray(pixels).save(path)
    return path


def half(path: Path, width: int, height: int) -> Path:
    """A mask: the right half is to be drawn."""
    pixels = np.zeros((height, width), np.uint8)
    pixels[:, width // 2 :] = 255
    Image.fromarray(pixels).save(path)
    return path


def enlarges(name: str) -> int:
    """How many times a class enlarges a picture."""
    way = REDRAWING.get(name, Redrawing()).image
    return 1 if way is None else way.enlarges


def least(name: str) -> int:
    """The shortest side that a class draws from a picture, or one that all do."""
    way = REDRAWING.get(name, Redrawing()).image
    return max(32, 0 if way is None else way.least)


def cells(draw: Draw, model: Path, row: Family, pipe: Any, side: int) -> tuple[str, str]:
    """The cells of this class: "image-to-image" and "inpaint"."""
    ways = REDRAWING.get(type(pipe).__name__, Redrawing())
    return image_cell(draw, model, row, ways.image, pipe, side), mask_cell(
        draw, model, row, ways.mask, pipe, side
    )


def image_cell(draw: Draw, model: Path, row: Family, way: Way | None, pipe: Any, side: int) -> str:
    given = side // (1 if way is None else way.enlarges)
    one = waves(model.parent / "one.png", given, given)
    other = waves(model.parent / "other.png", given, given, turn=2.0)
    strength = ("--strength", str(STRENGTH))
    if way is not None and way.strength is None:
        code, told, _ = draw(model, "red cat", "--image", str(one), *strength)
        assert (code, refusal(told)) == (2, "strength-not-taken")
        strength = ()
    words = ("red cat", "--seed", "2", *strength)
    code, told, found = draw(model, *words, "--image", str(one))
    if way is None:
        assert code == 2
        needs = row.needs is not None
        assert refusal(told) == ("mask-needed" if needs else "image-not-taken")
        return "no"
    assert code == 0
    (alone,) = found
    steps = [event["of"] for event in told if event["event"] == "step"]
    if row.progress is not None:
        assert set(steps) == {way.steps(2, STRENGTH)}
    rows = [{"prompt": "blue dog", "seed": 1, "image": "other.png"}]
    rows.append({"prompt": "red cat", "seed": 2, "image": "one.png"})
    file = model.parent / "rows.jsonl"
    file.write_text("\n".join(map(json.dumps, rows)))
    code, told, (first, second) = draw(
        model, "batch", str(file), *strength, "--batch-size", "2", "--again"
    )
    assert code == 0, told
    assert differ(second, alone) <= 1, "another picture beside it, and another picture"
    assert differ(first, second) > 1
    _, _, (elsewhere,) = draw(model, *words, "--image", str(other))
    assert differ(elsewhere, alone) > 0
    expected = by_diffusers(pipe, row, way, {"image": Image.open(one)}, side)
    assert differ(expected, alone) <= 1
    if way.enlarges > 1:
        return f"enlarges it {way.enlarges} times"
    return "yes" if way.strength is not None else "looks at it"


def mask_cell(draw: Draw, model: Path, row: Family, way: Way | None, pipe: Any, side: int) -> str:
    one = waves(model.parent / "one.png", side, side)
    mask = half(model.parent / "mask.png", side, side)
    words = ("red cat", "--image", str(one), "--mask", str(mask))
    code, told, found = draw(model, *words, "--seed", "1,2", "--batch-size", "2")
    if way is None:
        assert (code, refusal(told)) == (2, "mask-not-taken")
        return "no"
    assert code == 0, told
    given = {"image": Image.open(one), "mask_image": Image.open(mask)}
    before = np.asarray(given["image"]).astype(np.int16)
    black = np.asarray(given["mask_image"]) == 0
    for pixels in found:
        assert differ(pixels[black], before[black]) == 0
        assert differ(pixels[~black], before[~black]) > 1
    _, _, (alone,) = draw(model, *words, "--seed", "2")
    assert differ(found[1], alone) <= 1
    expected = by_diffusers(pipe, row, way, given, side)
    assert differ(expected[~black], alone[~black]) <= 1
    return "yes"


def by_diffusers(pipe: Any, row: Family, way: Way, given: dict[str, Any], side: int) -> Pixels:
    """What a few lines of Python draw with the class itself."""
    kind = getattr(diffusers, way.pipeline)
    again = pipe if type(pipe) is kind else kind(**pipe.components)
    again.set_progress_bar_config(disable=True)
    strength = 1.0 if "mask_image" in given else STRENGTH
    result = again(
        prompt="red cat",
        **given,
        **({} if row.empty is None else {"negative_prompt": row.empty}),
        **({} if way.strength is None else {"strength": strength}),
        **({"width": side, "height": side} if way.sized else {}),
        **({} if row.guidance_argument is None else {row.guidance_argument: row.guidance}),
        **({} if row.area is None else {row.area: side * side}),
        **row.fixed,
        **way.fixed,
        num_inference_steps=2,
        generator=torch.Generator().manual_seed(2),
        output_type="pil",
    )
    return np.asarray(result[0][0]).astype(np.int16)


def refusal(told: list[dict[str, Any]]) -> str:
    return next(str(one["code"]) for one in told if one["event"] == "error")


def differ(one: Pixels, other: Pixels) -> int:
    return int(np.abs(one - other).max())
