"""Drawing from a picture, within a mask, and twice, through the command and real tiny models."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import diffusers
import numpy as np
import pytest
import tiny_families
import torch
from PIL import Image
from redrawn import Pixels, differ, half, refusal, waves

from imagegen import inputfile, record, starting
from imagegen.cli import main
from imagegen.redrawing import BLENDED
from imagegen.starting import Start

Draw = Callable[..., tuple[int, list[dict[str, Any]]]]


@pytest.fixture
def draw(
    tmp_path: Path, tiny: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Draw:
    """The command with the tiny model, in a folder of its own; what it tells."""
    monkeypatch.chdir(tmp_path)

    def run(*words: object) -> tuple[int, list[dict[str, Any]]]:
        capfd.readouterr()
        model = () if "-m" in words else ("-m", tiny)
        rest = ("--json", "--precision", "float32")
        code = main([str(word) for word in (*words, *model, *rest)])
        return code, [json.loads(line) for line in capfd.readouterr().out.splitlines()]

    return run


def pixels(told: list[dict[str, Any]]) -> list[Pixels]:
    paths = [one["path"] for one in told if one["event"] == "picture"]
    return [np.asarray(Image.open(path)).astype(np.int16) for path in paths]


def sidecars(told: list[dict[str, Any]]) -> list[dict[str, Any]]:
    made = [one["sidecar"] for one in told if one["event"] == "picture"]
    return [json.loads(Path(path).read_text()) for path in made]


def test_the_weaker_the_more_of_the_picture_is_left(draw: Draw, tmp_path: Path) -> None:
    """Of two pictures drawn anew with the same words and noise: how different they still are."""
    found = []
    for turn in (0.0, 2.0):
        waves(tmp_path / "a.png", 32, 32, turn=turn)
        words = ("red cat", "--image", "a.png", "--steps", 10, "--seed", 3)
        code, told = draw(*words, "--strength", "0.1,0.5,1", "--name", f"{turn}-{{strength}}.png")
        assert code == 0
        assert [one["drawn_steps"] for one in told if one["event"] == "picture"] == [1, 5, 10]
        found.append(pixels(told))
    assert {path.name for path in tmp_path.glob("0*.png")} == {
        *("0.0-0.1.png", "0.0-0.5.png", "0.0-1.0.png")
    }
    left = [np.abs(one - other).mean() for one, other in zip(*found, strict=True)]
    assert left[0] > left[1] > left[2]


def test_the_record_says_what_it_was_drawn_from(draw: Draw, tmp_path: Path) -> None:
    image, mask = waves(tmp_path / "a.png", 64, 64), half(tmp_path / "m.png", 64, 64)
    words = ("red cat", "--image", "a.png", "--mask", "m.png", "--strength", 0.5, "--steps", 4)
    code, told = draw(*words)
    assert code == 0
    (found,) = sidecars(told)
    plan = found["plan"]
    assert plan["image"] == {
        "file": "a.png",
        "sha256": inputfile.look(str(image)).sha256,
        "width": 64,
        "height": 64,
        "fit": "covers 32x32, cut in the middle",
    }
    assert plan["mask"]["sha256"] == inputfile.look(str(mask)).sha256
    assert (plan["strength"], plan["steps"], plan["drawn_steps"]) == (0.5, 4, 2)
    assert str(tmp_path) not in json.dumps(plan)
    (path,) = [one["path"] for one in told if one["event"] == "picture"]
    assert "Denoising strength: 0.5" in Image.open(path).info["parameters"]
    assert record.from_json(json.dumps(found), "it").plan.image is not None


def test_a_picture_is_the_same_by_another_name_and_another_when_it_changes(
    draw: Draw, tmp_path: Path
) -> None:
    waves(tmp_path / "a.png", 32, 32)
    (tmp_path / "b.png").write_bytes((tmp_path / "a.png").read_bytes())
    waves(tmp_path / "c.png", 32, 32, turn=1.0)

    def identity(*words: object) -> str:
        _, told = draw("red cat", "--seed", 1, "--steps", 4, *words)
        return str(sidecars(told)[0]["plan"]["id"])

    assert identity("--image", "a.png") == identity("--image", "b.png")
    ways = [(), ("--image", "a.png"), ("--image", "c.png"), ("--hires", 2)]
    ways += [("--image", "a.png", "--strength", 0.9)]
    assert len({identity(*words) for words in ways}) == len(ways)


def test_the_size_follows_the_picture_unless_it_is_said(draw: Draw, tmp_path: Path) -> None:
    waves(tmp_path / "wide.png", 128, 32)
    words = ("red cat", "--image", "wide.png", "--steps", 2, "--dry-run")

    def size(*more: object) -> tuple[int, int]:
        code, told = draw(*words, *more)
        assert code == 0
        return told[0]["width"], told[0]["height"]

    assert size() == (64, 16)
    assert size("--height", 32) == (128, 32)
    assert size("--size", "32x32") == (32, 32)


def test_rows_of_a_prompt_file_have_pictures_beside_it(draw: Draw, tmp_path: Path) -> None:
    (tmp_path / "work").mkdir()
    waves(tmp_path / "work" / "a.png", 32, 32)
    half(tmp_path / "work" / "m.png", 32, 32)
    table = (
        "prompt,image,mask,strength\nred cat,a.png,m.png,0.5\nblue dog,a.png,,0.75\ntwo apples,,,\n"
    )
    (tmp_path / "work" / "rows.csv").write_text(table)
    code, told = draw("batch", "work/rows.csv", "--steps", 4, "-o", "out", "--batch-size", 3)
    assert code == 0
    plans = [one["plan"] for one in sidecars(told)]
    starts = {one["prompt"]: (one["image"] is not None, one["strength"]) for one in plans}
    assert starts == {
        "red cat": (True, 0.5),
        "blue dog": (True, 0.75),
        "two apples": (False, None),
    }
    code, told = draw("batch", "work/rows.csv", "--steps", 4, "-o", "out")
    assert told[-1]["skipped"] == 3


def test_a_row_whose_picture_is_missing_is_told_before_anything_is_drawn(
    draw: Draw, tmp_path: Path
) -> None:
    (tmp_path / "rows.jsonl").write_text('"red cat"\n{"prompt": "blue dog", "image": "no.png"}\n')
    code, told = draw("batch", "rows.jsonl")
    assert (code, refusal(told)) == (5, "no-picture")
    assert next(one for one in told if one["event"] == "error")["origin"] == "rows.jsonl:2"
    assert not list(tmp_path.glob("*.png"))


def test_a_failed_row_is_fed_back_with_its_pictures(draw: Draw, tmp_path: Path) -> None:
    waves(tmp_path / "a.png", 32, 32)
    (tmp_path / "rows.txt").write_text("red cat --image a.png --strength 0.5 --seed 4 --hires 2x\n")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "x.png").mkdir()  # no picture can go there
    where = ("-o", "out", "--name", "x.png", "--overwrite", "--steps", 4)
    code, _ = draw("batch", "rows.txt", *where)
    assert code != 0
    (tmp_path / "out" / "x.png").rmdir()
    (tmp_path / "elsewhere").mkdir()
    failed = tmp_path / "elsewhere" / "failed.jsonl"
    failed.write_bytes((tmp_path / "out" / "failed.jsonl").read_bytes())
    said = json.loads(failed.read_text())
    assert (said["image"], said["strength"]) == (str(tmp_path / "a.png"), 0.5)
    code, told = draw("batch", "elsewhere/failed.jsonl")
    assert code == 0
    assert sidecars(told)[0]["plan"]["id"] == said["error"]["plan"]


def test_drawing_twice_is_drawing_from_the_enlarged_picture(draw: Draw, tmp_path: Path) -> None:
    words = ("red cat", "--steps", 4)
    code, told = draw(*words, "--seed", "5,6", "--hires", "2x", "--hires-strength", 0.5)
    assert code == 0
    assert {(one["done"], one["of"]) for one in told if one["event"] == "step"} == {
        (done, 6) for done in range(1, 7)
    }
    twice = pixels(told)
    plan = sidecars(told)[1]["plan"]
    assert (plan["width"], plan["hires"]) == (32, {"width": 64, "height": 64, "strength": 0.5})
    _, told = draw(*words, "--seed", 6)
    first = Image.fromarray(pixels(told)[0].astype(np.uint8))
    first.resize((64, 64), Image.Resampling.LANCZOS).save(tmp_path / "large.png")
    _, told = draw(*(*words, "--seed", 6, "--image", "large.png", "--size", 64, "--strength", 0.5))
    assert differ(twice[1], pixels(told)[0]) <= 1


@pytest.mark.parametrize(
    ("words", "code", "refused"),
    [
        (("--strength", 0.5), 2, "strength-without-image"),
        (("--mask", "m.png"), 2, "mask-without-image"),
        (("--hires-strength", 0.5), 2, "hires-strength-without-hires"),
        (("--image", "a.png", "--mask", "m.png", "--hires", 2), 2, "hires-and-mask"),
        (("--image", "a.png", "--strength", 0.2, "--steps", 4), 2, "strength-too-small"),
        (("--hires", 2, "--hires-strength", 0.2, "--steps", 4), 2, "hires-strength-too-small"),
        (("--image", "a.png", "--strength", 0), 2, "bad-strength"),
        (("--image", "a.png", "--strength", "nan"), 2, "bad-strength"),
        (("--hires", "9x"), 2, "bad-hires"),
        (("--hires", "large"), 2, "bad-hires"),
        (("--image", "b.png"), 5, "no-picture"),
        (("--image", "a.png", "--mask", "b.png"), 5, "no-picture"),
        (("--image", "a.png", "--mask", "alpha"), 2, "no-alpha"),
    ],
)
def test_what_makes_no_sense_is_refused(
    words: tuple[object, ...], code: int, refused: str, draw: Draw, tmp_path: Path
) -> None:
    waves(tmp_path / "a.png", 32, 32)
    half(tmp_path / "m.png", 32, 32)
    found, told = draw("red cat", *words)
    assert (found, refusal(told)) == (code, refused)
    assert not list(tmp_path.glob("red*"))


def test_what_a_refusal_of_strength_proposes_works(draw: Draw, tmp_path: Path) -> None:
    waves(tmp_path / "a.png", 32, 32)
    code, told = draw("red cat", "--image", "a.png", "--strength", 0.1, "--steps", 7)
    hint = next(one["hint"] for one in told if one["event"] == "error")
    assert (code, hint) == (2, "--strength 0.15 or more, or --steps 10")
    for words in (("--strength", 0.15, "--steps", 7), ("--strength", 0.1, "--steps", 10)):
        code, told = draw("red cat", "--image", "a.png", *words)
        assert code == 0
        assert [one["of"] for one in told if one["event"] == "step"] == [1]


def test_without_what_the_model_does_not_take_it_draws_leniently(
    draw: Draw, tmp_path: Path
) -> None:
    tiny_families.build("LDMTextToImagePipeline").save_pretrained(tmp_path / "model")
    waves(tmp_path / "a.png", 32, 32)
    words = ("red cat", "-m", "model", "--image", "a.png", "--steps", 1, "--size", 32)
    code, told = draw(*words)
    assert (code, refusal(told)) == (2, "image-not-taken")
    code, told = draw(*words, "--strength", "0.5,0.6", "--hires", 2, "--lenient")
    assert code == 0
    found = sidecars(told)
    assert len(found) == 2
    codes = {one["code"] for one in found[0]["warnings"]}
    assert {"image-not-taken", "hires-not-taken"} <= codes
    assert found[0]["plan"]["image"] is None


def start(folder: Path, side: int) -> Start:
    image = inputfile.look(str(waves(folder / "a.png", side, side)))
    mask = inputfile.look(str(half(folder / "m.png", side, side)))
    given = ([inputfile.rgb(image)], [inputfile.drawn(image, mask)])
    return Start(BLENDED, *given, 0.5, side, side)


def test_putting_back_after_every_step_is_what_the_class_with_masks_does(
    tiny: Path, tmp_path: Path
) -> None:
    """With four channels, which that class knows, both ways give one picture."""
    pipe = diffusers.StableDiffusionPipeline.from_pretrained(tiny)
    pipe.set_progress_bar_config(disable=True)
    begun = start(tmp_path, 32)
    asked = {"prompt": "red cat", "num_inference_steps": 8, "strength": 0.5, "output_type": "np"}
    known = starting.pipeline_of(pipe, "StableDiffusionInpaintPipeline")
    expected = known(
        **asked,
        image=begun.images,
        mask_image=begun.masks,
        generator=[torch.Generator().manual_seed(7)],
    ).images
    plain = starting.pipeline_of(pipe, BLENDED.pipeline)
    with torch.no_grad():
        blend = starting.Blend(plain, begun, [7])
    found = plain(
        **asked,
        image=begun.images,
        generator=[torch.Generator().manual_seed(7)],
        callback_on_step_end=lambda pipe, done, _, state: {
            "latents": blend(pipe, done, state["latents"])
        },
    ).images
    unmasked = plain(
        **asked, image=begun.images, generator=[torch.Generator().manual_seed(7)]
    ).images
    assert np.abs(found - expected).max() < 1e-4
    assert np.abs(found - unmasked).max() > 0.01


def test_a_model_of_other_channels_fills_masks_by_putting_back(
    draw: Draw, tmp_path: Path, tiny: Path
) -> None:
    pipe = diffusers.StableDiffusionPipeline.from_pretrained(tiny)
    torch.manual_seed(1)
    wide = {"in_channels": 6, "out_channels": 6}
    unet = diffusers.UNet2DConditionModel.from_config({**pipe.unet.config, **wide})
    vae = diffusers.AutoencoderKL.from_config({**pipe.vae.config, "latent_channels": 6})
    parts = {**pipe.components, "unet": unet, "vae": vae}
    diffusers.StableDiffusionPipeline(**parts, requires_safety_checker=False).save_pretrained(
        tmp_path / "wide"
    )
    image, mask = waves(tmp_path / "a.png", 32, 32), half(tmp_path / "m.png", 32, 32)
    words = ("red cat", "-m", "wide", "--image", image, "--mask", mask, "--steps", 4)
    code, told = draw(*words, "--seed", "1,2", "--scheduler", "euler-ancestral,dpm++-2m")
    assert code == 0
    before, drawn = np.asarray(Image.open(image)).astype(np.int16), np.asarray(Image.open(mask)) > 0
    for one in pixels(told):
        assert differ(one[~drawn], before[~drawn]) == 0
        assert differ(one[drawn], before[drawn]) > 1
    _, alone = draw(*words, "--seed", 2, "--scheduler", "dpm++-2m")
    assert differ(pixels(told)[3], pixels(alone)[0]) <= 1


def test_what_is_kept_is_kept_and_the_edge_is_soft_within_what_is_drawn(tmp_path: Path) -> None:
    begun = start(tmp_path, 512)
    drawn = torch.full((1, 3, 512, 512), float("nan"))
    drawn[..., 256:] = 1.0
    kept = starting.kept(begun, drawn)
    before = torch.from_numpy(np.asarray(begun.images[0]).copy()).permute(2, 0, 1) / 255
    assert torch.equal(kept[0, :, :, :256], before[:, :, :256])
    share = starting.share_drawn(begun.masks[0])[0, 0]
    assert share[100, 255] == 0
    assert (share[100, 256:265].diff() > 0).sum() == 7
    assert share[100, 264] == 1
    assert (kept[0, :, :, 270:] == 1).all()
