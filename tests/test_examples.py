"""The examples are short, and do what they say."""

import os
import subprocess
import sys
from pathlib import Path

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


def test_examples_are_short() -> None:
    for path in EXAMPLES.iterdir():
        if path.suffix in {".py", ".sh", ".txt"}:
            assert len(path.read_text().splitlines()) < 40, path
