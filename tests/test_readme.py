"""Each command in the README works as it is written."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import original_layout
import pytest
from conftest import environment
from diffusers import StableDiffusionPipeline

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
FENCE = re.compile(r"^```(?:sh|console|bash)\n(.*?)^```", re.MULTILINE | re.DOTALL)
# Commands that install or need a hub: read, not run.
NOT_RUN = re.compile(
    r"^(git clone|cd |(python3? -m )?pip install|python3? -m venv)"
    r"|\s(-m|--model) (?!\./)[\w.-]+/[\w.-]+|--device cuda"
)


def commands() -> list[str]:
    """The commands of the fenced blocks: after `$` in a console, each line in a shell block."""
    if not README.exists():
        return []
    found: list[str] = []
    for block in FENCE.findall(README.read_text()):
        block = re.sub(r"\\\n\s*", "", block)
        lines = [line.strip() for line in block.splitlines()]
        prompted = [line[2:] for line in lines if line.startswith("$ ")]
        found += prompted or [line for line in lines if line and not line.startswith("#")]
    return list(dict.fromkeys(found))


def test_there_is_a_readme_with_commands() -> None:
    assert README.exists(), "README.md is missing"
    assert any(command.startswith("imagegen ") for command in commands())
    assert any(command.startswith("make draw") for command in commands())


def test_what_the_readme_shows_of_a_session_is_what_happens(tmp_path: Path) -> None:
    sessions = re.findall(r"^```text\n\$ (.*?)\n(.*?)^```", README.read_text(), re.M | re.S)
    assert sessions
    for command, shown in sessions:
        done = subprocess.run(
            [sys.executable, "-m", *shlex.split(command)],
            cwd=tmp_path,
            env=environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.stdout + done.stderr == shown


def in_bash(command: str, folder: Path) -> None:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", command],
        cwd=folder,
        env={**environment(), "PATH": path},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"


@pytest.mark.parametrize("command", commands() or ["README.md is missing"])
def test_a_command_of_the_readme_works(command: str, tiny: Path, tmp_path: Path) -> None:
    assert README.exists(), "README.md is missing"
    if command.startswith("make "):
        # .ci/run draws and tests through make; here the targets only have to be there.
        in_bash(command.replace("make", "make --dry-run", 1), ROOT)
    elif NOT_RUN.search(command):
        assert shlex.split(command, comments=True)
    else:
        shutil.copytree(ROOT / "examples", tmp_path / "examples")
        shutil.copytree(tiny, tmp_path / "folder")
        if ".safetensors" in command:
            parts = StableDiffusionPipeline.from_pretrained(tiny).components
            original_layout.save(original_layout.original(parts), tmp_path / "odd.safetensors")
        in_bash(command, tmp_path)
