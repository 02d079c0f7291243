"""`imagegen models`: fetch, list, show, check and remove what is on this machine."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import events, json_lines
from hubserver import Hub, Repository
from test_hub import NAME, Run, assert_no, run, settings

__all__ = ["run"]  # a fixture, taken from there
UNET = "unet/diffusion_pytorch_model.safetensors"
DRY = ["cat", "-m", NAME, "--dry-run", "--offline"]


@pytest.fixture
def hub(tiny: Path) -> Iterator[Hub]:
    server = Hub()
    server.repositories[NAME] = Repository(tiny)
    yield server
    server.close()


@pytest.fixture
def here(run: Run) -> Path:
    """The folder of the model, fetched."""
    done = run("models", "pull", NAME)
    assert done.returncode == 0, done.stderr
    return Path(done.stdout.strip())


def test_pull_brings_what_a_pipeline_needs_and_nothing_twice(run: Run, hub: Hub) -> None:
    done = run("models", "pull", NAME, "--json")
    *lines, summary = json_lines(done.stdout)
    (pulled,) = events(lines, "pulled")
    files = hub.repositories[NAME].files
    folder = Path(str(pulled["folder"]))
    assert {file: (folder / file).read_bytes() for file in files} == files
    assert (folder.name, summary["exit"]) == (hub.repositories[NAME].commit, 0)
    before = len(hub.asked)
    again = run("models", "pull", NAME)
    assert (again.stdout, again.stderr) == (f"{folder}\n", "")
    assert len(hub.asked) == before + 1
    assert run(*DRY).returncode == 0


def test_every_line_fits_the_schema(run: Run, here: Path) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    schema = json.loads(run("events", "--schema").stdout)
    blob(here / UNET).unlink()
    for words in (["list"], ["show", NAME], ["check"], ["pull", NAME], ["rm", NAME, "--yes"]):
        lines = json_lines(run("models", *words, "--json").stdout)
        assert lines[-1]["event"] == "summary"
        for line in lines:
            jsonschema.validate(line, schema)


def test_list_and_show_say_what_is_here(run: Run, hub: Hub, here: Path) -> None:
    rows = {row["name"]: row for row in json_lines(run("models", "--json").stdout)[:-1]}
    size = sum(len(content) for content in hub.repositories[NAME].files.values())
    assert (rows[NAME]["state"], rows[NAME]["id"]) == ("whole", NAME)
    assert size <= rows[NAME]["bytes"] < size + 20_000  # with the list of files
    assert (rows["storybook"]["state"], rows["sdxl"]["state"]) == ("built in", "-")
    assert rows["sdxl"]["licence"] == "openrail++"
    (copy,) = events(json_lines(run("models", "show", NAME, "--json").stdout), "copy")
    assert (copy["refs"], copy["whole"], copy["folder"]) == (["main"], True, str(here))
    assert copy["files"] == {k: len(v) for k, v in hub.repositories[NAME].files.items()}
    assert f"{NAME} " in run("models").stdout
    blob(here / UNET).unlink()
    rows = {row["name"]: row for row in json_lines(run("models", "--json").stdout)[:-1]}
    assert rows[NAME]["state"] == "part"


@pytest.mark.parametrize("file", [UNET, "unet/config.json"])
def test_check_names_a_file_with_one_wrong_bit_and_pull_mends_it(
    file: str, run: Run, hub: Hub, here: Path
) -> None:
    assert run("models", "check", NAME).returncode == 0
    content = bytearray(blob(here / file).read_bytes())
    content[-1] ^= 1
    blob(here / file).write_bytes(content)
    done = run("models", "check", "--json")
    (damage,) = events(json_lines(done.stdout), "damage")
    assert (damage["id"], damage["file"]) == (NAME, file)
    assert_no(done, "damaged-model", "models pull")
    before = len(hub.asked)
    assert run("models", "pull", NAME).returncode == 0
    fetched = [one.path for one in hub.asked[before:] if one.method == "GET"]
    assert sum("/resolve/" in path for path in fetched) == 1
    assert run("models", "check", NAME, "--quiet").returncode == 0


@pytest.mark.parametrize("lost", ["blob", "link"])
def test_check_names_a_file_that_is_lost(lost: str, run: Run, hub: Hub, here: Path) -> None:
    (blob(here / UNET) if lost == "blob" else here / UNET).unlink()
    before = len(hub.asked)
    done = run("models", "check", NAME)
    assert_no(done, "damaged-model", "1 file")
    assert done.stdout == f"{here / UNET}: it is missing\n"
    assert_no(run(*DRY), "offline", "not wholly")
    assert len(hub.asked) == before
    assert run("models", "pull", NAME).returncode == 0
    assert run("models", "check", NAME).returncode == 0


def test_rm_asks_and_says_what_is_freed(run: Run, here: Path, tmp_path: Path) -> None:
    done = run("models", "rm", NAME)
    assert (done.returncode, "error[not-confirmed]" in done.stderr) == (2, True)
    assert here.is_dir()
    done = run("models", "rm", NAME, "--yes")
    assert done.returncode == 0
    assert done.stdout.startswith(f"{NAME}: ")
    assert not list((tmp_path / "hub-home" / "hub").glob("models--*"))
    assert_no(run("models", "rm", NAME, "--yes"), "model-not-here")
    assert_no(run("models", "check", NAME), "model-not-here")


def test_a_damaged_model_can_be_removed(run: Run, here: Path) -> None:
    blob(here / UNET).unlink()
    assert run("models", "rm", NAME, "--yes").returncode == 0
    assert not here.exists()


def test_a_pull_that_is_interrupted_goes_on(run: Run, hub: Hub, tiny: Path, tmp_path: Path) -> None:
    model = shutil.copytree(tiny, tmp_path / "model")
    (model / "unet" / "padding.dat").write_bytes(os.urandom(12_000_000))
    hub.repositories[NAME] = Repository(model, "slow", "unet/padding.dat")
    process = subprocess.Popen(
        [sys.executable, "-m", "imagegen", "models", "pull", NAME, "--json"],
        env=settings(hub.address, tmp_path),
        stdout=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    assert process.stdout is not None
    told = []
    for line in process.stdout:
        told.append(json.loads(line))
        if told[-1].get("file") == "unet/padding.dat":
            time.sleep(0.5)  # somewhere in the middle of it
            process.send_signal(signal.SIGINT)
            break
    rest, _ = process.communicate(timeout=30)
    summary = json.loads(rest.splitlines()[-1])
    assert (process.returncode, summary["stopped"]) == (130, "interrupted")
    cache = tmp_path / "hub-home" / "hub"
    assert not list(cache.rglob("*.incomplete"))
    hub.repositories[NAME].mood = ""
    before = len(hub.asked)
    assert run("models", "pull", NAME).returncode == 0
    whole = {one["file"] for one in told if one["event"] == "fetch" and one["bytes"] == one["size"]}
    again = {one.path for one in hub.asked[before:] if one.method == "GET"}
    assert whole
    assert not {f"/{NAME}/resolve/{hub.repositories[NAME].commit}/{file}" for file in whole} & again


def test_what_cannot_be_asked_of_models(run: Run) -> None:
    for words, code in (
        (["pull", "storybook"], "built-in"),
        (["pull", "sdx"], "model-not-found"),
        (["show", "no such thing"], "model-not-found"),
    ):
        done = run("models", *words)
        assert f"error[{code}]: " in done.stderr
        assert done.returncode in {2, 3}


def test_nothing_heavy_is_imported_for_models(here: Path, tmp_path: Path, hub: Hub) -> None:
    probe = (
        "import sys; from imagegen.cli import main; code = main(sys.argv[1:]); "
        "print(code, {'torch', 'diffusers', 'transformers', 'numpy'} & set(sys.modules))"
    )
    for words in (["list"], ["show", NAME], ["check"], ["pull", NAME], ["rm", NAME, "--yes"]):
        command = [sys.executable, "-c", probe, "models", *words]
        done = subprocess.run(
            command, env=settings(hub.address, tmp_path), capture_output=True, text=True, check=True
        )
        assert done.stdout.splitlines()[-1] == "0 set()"


def blob(path: Path) -> Path:
    return path.parent / path.readlink()


def test_names_of_the_persons_own(run: Run, hub: Hub, tiny: Path, tmp_path: Path) -> None:
    (tmp_path / "imagegen.toml").write_text(
        f'[models]\nmine = "{NAME}"\n'
        f'[models.small]\nmodel = "{tiny}"\nsteps = 3\nguidance = 2.5\nscheduler = "euler"\n'
    )
    plan, *_ = json_lines(run("cat", "-m", "small", "--dry-run", "--json").stdout)
    assert [plan[key] for key in ("model", "steps", "guidance", "scheduler")] == [
        *("small", 3, 2.5, "euler")
    ]
    assert run("models", "pull", "mine").returncode == 0
    plan, *_ = json_lines(run("cat", "-m", "mine", "--dry-run", "--offline", "--json").stdout)
    assert plan["model"] == "mine"
    rows = {row["name"]: row for row in json_lines(run("models", "--json").stdout)[:-1]}
    assert (rows["mine"]["state"], rows["small"]["state"]) == ("whole", "folder")
    assert NAME not in rows
    assert "-m small" in run("cat", "-m", "smal", "--dry-run").stderr


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[models", "not TOML"),
        ("models = 3", "models is not a table"),
        ("[models]\nmine = 3", "models.mine"),
        ('[models.mine]\nmodel = "a/b"\nstep = 3', "models.mine: Object contains unknown field"),
        ('[models.mine]\nmodel = "a/b"\nsteps = 0', "$.steps"),
        ("[models.mine]\nsteps = 3", "`model`"),
    ],
)
def test_a_mistake_in_the_configuration_is_told(
    text: str, said: str, run: Run, tmp_path: Path
) -> None:
    (tmp_path / "imagegen.toml").write_text(text)
    done = run("cat", "-m", "mine", "--dry-run")
    assert done.returncode == 2
    assert "error[bad-config]: " in done.stderr
    assert said in done.stderr
    assert str(tmp_path / "imagegen.toml") in done.stderr
