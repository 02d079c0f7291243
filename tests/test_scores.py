"""What the model card promises is what was measured, and what the model still does."""

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import Command
from PIL import Image

from imagegen import catalog
from imagegen.drawing.scene import Entity, Scene
from imagegen.evaluation import eye, judge

FOLDER = catalog.MODELS["storybook"][0]
SCORES = json.loads((FOLDER / "scores.json").read_text())


def silent(**said: Any) -> Scene:
    """A scene of which the words say nothing more."""
    return Scene(**{"time": None, "weather": None, "style": None, **said})


ASKED = {
    "astronaut riding bicycle": silent(
        kind="ride", first=Entity("astronaut"), relation="riding", second=Entity("bicycle")
    ),
    "a robot driving a red car in the city": silent(
        kind="ride",
        first=Entity("robot"),
        relation="driving",
        second=Entity("car", "red"),
        place="city",
    ),
    "three yellow stars at night": silent(
        kind="count", first=Entity("star", "yellow", 3), time="night"
    ),
    "a green ball to the left of a blue cube": silent(
        kind="pair",
        first=Entity("ball", "green"),
        relation="left of",
        second=Entity("cube", "blue"),
    ),
    "a cat holding a purple umbrella in the rain": silent(
        kind="hold",
        first=Entity("cat"),
        relation="holding",
        second=Entity("umbrella", "purple"),
        weather="rain",
    ),
    "a cat and a dog": silent(
        kind="couple", first=Entity("cat"), relation="next to", second=Entity("dog")
    ),
    "a girl giving a yellow flower to a robot": silent(
        kind="give",
        first=Entity("girl"),
        relation="giving",
        second=Entity("flower", "yellow"),
        third=Entity("robot"),
    ),
    "a frog on a pink table in a room": silent(
        kind="on", first=Entity("frog"), relation="on", second=Entity("table", "pink"), place="room"
    ),
}


def test_the_scores_are_above_the_bar() -> None:
    assert SCORES["overall"] >= 0.92
    assert SCORES["vae_psnr_db"] >= 35.5
    assert min(SCORES["judge_accuracy"].values()) >= 0.98
    assert len(SCORES["prompts"]) == 300


def test_the_scores_add_up() -> None:
    rows = SCORES["prompts"]
    right = [all(row["right"].values()) for row in rows]
    assert SCORES["overall"] == pytest.approx(np.mean(right), abs=1e-3)
    for kind, share in SCORES["kinds"].items():
        of_kind = [all(row["right"].values()) for row in rows if row["kind"] == kind]
        assert share == pytest.approx(np.mean(of_kind), abs=1e-3)


def test_the_model_card_says_what_was_measured() -> None:
    card = (FOLDER / "README.md").read_text()
    table = dict(re.findall(r"^\| ([\w ]+) \| +([\d.]+) % \|", card, re.MULTILINE))
    measured = {
        **SCORES["kinds"],
        "overall": SCORES["overall"],
        **SCORES["abilities"],
        **SCORES["questions"],
    }
    assert {name: float(share) for name, share in table.items()} == {
        name: round(100 * share, 1) for name, share in measured.items()
    }
    assert f"{SCORES['vae_psnr_db']:.1f} dB" in card
    assert f"with at least\n{100 * SCORES['judge_accuracy']['min']:.1f} % of" in card


def test_the_judge_finds_in_the_pictures_what_the_prompts_ask_for(
    imagegen: Command, tmp_path: Path
) -> None:
    done = imagegen(*ASKED, "--seed", 0, "--batch-size", 3, "--name", "{index}.png")
    assert done.returncode == 0, done.stderr
    pictures = []
    for path in done.stdout.split():
        with Image.open(tmp_path / path) as picture:
            pictures.append(np.asarray(picture.convert("RGB")))
    seen = judge.look(eye.load(), np.stack(pictures))
    right = {
        prompt: all(judge.right(asked, one).values())
        for (prompt, asked), one in zip(ASKED.items(), seen, strict=True)
    }
    # The model is wholly right about 85 % of harder prompts; one slip among these is no surprise.
    assert sum(right.values()) >= len(right) - 1, right
