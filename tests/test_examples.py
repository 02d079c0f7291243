"""The examples are short, and do what they say."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from conftest import environment
from PIL import Image

EXAMPLES = Path(__file__).parent.parent / "examples"


def run(tmp_path: Path, *words: object) -> str:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        list(map(str, words)),
        cwd=tmp_path,
        env={**environment(), "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_draw(tiny: Path, tmp_path: Path) -> None:
    told = run(tmp_path, sys.executable, EXAMPLES / "draw.py", "red cat", "out", tiny)
    assert told == "out/red-cat-7.png\n"
    assert (tmp_path / "out" / "red-cat-7.png").exists()


def test_compare_schedulers(tiny: Path, tmp_path: Path) -> None:
    told = run(tmp_path, sys.executable, EXAMPLES / "compare_schedulers.py", "red cat", tiny)
    assert told == "schedulers.png\n"
    assert len(list(tmp_path.glob("red-cat-*.png"))) == 3


def test_sheet(tiny: Path, tmp_path: Path) -> None:
    prompts, sheet = tmp_path / "five.txt", tmp_path / "sheet.jpg"
    prompts.write_text("red cat\nblue cat\nred fish\nblue fish\nastronaut\n")
    assert (
        run(tmp_path, sys.executable, EXAMPLES / "sheet.py", prompts, sheet, tiny) == f"{sheet}\n"
    )
    with Image.open(sheet) as page:
        assert page.size == (1024, 512)


def test_timed_prompts(tiny: Path, tmp_path: Path) -> None:
    script, prompts = EXAMPLES / "timed_prompts.sh", EXAMPLES / "prompts.txt"
    told = run(tmp_path, script, prompts, "-m", tiny, "--steps", 2)
    assert len(told.splitlines()) == len(prompts.read_text().splitlines())
    assert told.startswith("astronaut-riding-bicycle-7.png ")


def test_nightly_draws_once_and_says_what_became_of_it(tiny: Path, tmp_path: Path) -> None:
    words = (EXAMPLES / "nightly.sh", EXAMPLES / "prompts.txt", tmp_path / "out")
    words = (*words, "-m", tiny, "--steps", 1)
    prompts = len((EXAMPLES / "prompts.txt").read_text().splitlines())
    assert run(tmp_path, *words).endswith(f"exit 0, {prompts} new pictures\n")
    assert run(tmp_path, *words).endswith("exit 0, 0 new pictures\n")
    assert len(list((tmp_path / "out").glob("*.png"))) == prompts


def test_the_ci_job_draws_the_table_and_fails_when_it_cannot(tiny: Path, tmp_path: Path) -> None:
    job = yaml.safe_load((EXAMPLES / "ci-pictures.yml").read_text())["jobs"]["pictures"]
    steps = [step["run"] for step in job["steps"] if "run" in step]
    commands = [f"{step} -m {tiny}" if "--json" not in step else step for step in steps[1:]]
    commands[-1] = commands[-1].replace(" > ", f" -m {tiny} > ")
    shutil.copy(EXAMPLES / "pictures.csv", tmp_path)
    for command in commands:
        run(tmp_path, "bash", "-c", command)
    names = sorted(path.name for path in (tmp_path / "pictures").glob("*.png"))
    assert names == ["apples.png", "car.png", "umbrella.png"]
    with (tmp_path / "pictures.csv").open("a") as table:
        table.write("a hill;x;;;hill.png\n")
    for command in commands:
        with pytest.raises(AssertionError):
            run(tmp_path, "bash", "-c", command)


@pytest.mark.skipif(shutil.which("jq") is None, reason="jq is not here")
def test_jq_makes_the_rows_and_reads_the_events(tiny: Path, tmp_path: Path) -> None:
    told = run(tmp_path, EXAMPLES / "jq.sh", "out", "-m", tiny, "--steps", 1)
    paths = [line.split()[1] for line in told.splitlines()]
    assert sorted(paths) == [
        f"out/{who}-{what}.png" for who in ("cat", "dog") for what in ("ball", "umbrella")
    ]


def test_examples_are_short() -> None:
    for path in EXAMPLES.iterdir():
        if path.suffix in {".py", ".sh", ".txt"}:
            assert len(path.read_text().splitlines()) < 40, path
