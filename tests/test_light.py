"""What needs no model starts at once: nothing heavy is imported for it."""

import resource
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import environment

HEAVY = {"torch", "diffusers", "transformers", "accelerate", "numpy", "PIL", "scipy"}
PROBE = """
import sys
from imagegen.cli import main
code = main(sys.argv[1:])
print("heavy:", sorted(HEAVY & set(sys.modules)), code, file=sys.stderr)
""".replace("HEAVY", repr(HEAVY))


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--help"], 0),
        (["draw", "--help"], 0),
        (["--version"], 0),
        (["schedulers"], 0),
        (["cat", "-m", "MODEL", "--dry-run"], 0),
        (["cat", "-m", "MODEL", "--steps", "0"], 2),
        (["cat", "-m", "MODEL", "--scheduler", "x"], 2),
        (["cat", "-m", "./nothing"], 3),
    ],
)
def test_nothing_heavy_is_imported(words: list[str], code: int, tiny: Path) -> None:
    words = [str(tiny) if word == "MODEL" else word for word in words]
    done = subprocess.run(
        [sys.executable, "-c", PROBE, *words],
        env=environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr.splitlines()[-1] == f"heavy: [] {code}"


@pytest.mark.parametrize("words", [["--help"], ["--version"], ["cat", "-m", "MODEL", "--dry-run"]])
def test_the_start_is_quick(words: list[str], tiny: Path) -> None:
    words = [str(tiny) if word == "MODEL" else word for word in words]

    def seconds() -> float:
        """Of processor time, which does not depend on what else the machine is doing."""
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        command = [sys.executable, "-m", "imagegen", *words]
        subprocess.run(command, env=environment(), capture_output=True, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    assert min(seconds() for _ in range(7)) < 0.3
