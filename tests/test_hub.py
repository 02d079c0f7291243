"""The hub, served on loopback: fetched once and whole, and each way to fail has its own words."""

import errno
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import torch
from conftest import environment, events, json_lines
from hubserver import Hub, Repository
from huggingface_hub.errors import LocalEntryNotFoundError
from msgspec import structs
from safetensors.torch import save_file

from imagegen import Request, make_plans, picturefile, refusals
from imagegen import plan as planning
from imagegen.refusals import SilenceError

Run = Callable[..., "subprocess.CompletedProcess[str]"]
NAME = "owner/tiny"
DRAW = ["cat", "-m", NAME, "--seed", "7", "--steps", "1"]
PLAN = [*DRAW, "--dry-run"]
PULL = ["models", "pull", NAME]


def settings(hub: str, home: Path) -> dict[str, str]:
    """A machine of its own, which knows no hub but that one."""
    without = ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "HF_TOKEN", "HF_HUB_CACHE")
    inherited = {k: v for k, v in environment().items() if k not in without}
    return {
        **inherited,
        "HF_ENDPOINT": hub,
        "HF_HOME": str(home / "hub-home"),
        "HF_HUB_DISABLE_XET": "1",
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "IMAGEGEN_CONFIG": str(home / "imagegen.toml"),
        "NO_PROXY": "127.0.0.1",
    }


@pytest.fixture
def hub(tiny: Path) -> Iterator[Hub]:
    server = Hub()
    server.repositories[NAME] = Repository(tiny)
    yield server
    server.close()


@pytest.fixture
def run(hub: Hub, tmp_path: Path) -> Run:
    """The command, on a machine with an empty cache that knows only this hub."""

    def command(*words: object, **more: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "imagegen", *map(str, words)],
            cwd=tmp_path,
            env={**settings(hub.address, tmp_path), **more},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return command


def assert_no(done: "subprocess.CompletedProcess[str]", code: str, *said: str) -> None:
    assert done.returncode == 3, done.stderr
    error, hint = done.stderr.splitlines()[-2:]
    assert error.startswith(f"error[{code}]: "), done.stderr
    assert hint.startswith("try: ")
    for words in said:
        assert words in error + hint, done.stderr


def test_a_model_is_fetched_once_and_then_drawn_without_asking(
    run: Run, hub: Hub, tmp_path: Path
) -> None:
    done = run(*DRAW)
    assert (done.returncode, done.stdout) == (0, "cat-7.png\n"), done.stderr
    assert "fetching unet/diffusion_pytorch_model.safetensors of owner/tiny" in done.stderr
    record = picturefile.read_record(tmp_path / "cat-7.png")
    commit = hub.repositories[NAME].commit
    assert (record.model.id, record.model.revision) == (NAME, commit)
    assert len(record.model.files) == 3
    fetched = [one.path for one in hub.asked if one.method == "GET" and "/resolve/" in one.path]
    assert len(fetched) == len(set(fetched)) == len(hub.repositories[NAME].files)

    before = len(hub.asked)
    done = run(*DRAW, "-o", "again", "--offline", "--quiet")
    assert (done.returncode, done.stderr) == (0, "")
    assert run(*PLAN, "--revision", commit).returncode == 0
    assert run(*PLAN, HF_HUB_OFFLINE="1").returncode == 0
    assert len(hub.asked) == before
    assert run(*PLAN).returncode == 0
    assert [one.path for one in hub.asked[before:]] == [f"/api/models/{NAME}/revision/main"]

    again = picturefile.read_record(tmp_path / "again" / "cat-7.png")
    assert (again.pixels_sha256, again.plan.id) == (record.pixels_sha256, record.plan.id)


def test_events_tell_each_file(run: Run, hub: Hub) -> None:
    lines = json_lines(run(*PULL, "--json").stdout)
    fetches = events(lines, "fetch")
    for file in (f for f in hub.repositories[NAME].files if f.endswith(".safetensors")):
        of_file = [one for one in fetches if one["file"] == file]
        assert of_file[0]["bytes"] == 0
        assert (
            of_file[-1]["bytes"] == of_file[-1]["size"] == len(hub.repositories[NAME].files[file])
        )


@pytest.mark.parametrize(
    ("mood", "token", "code", "said"),
    [
        ("missing", "", "model-not-found", "hf auth login"),
        ("missing", "hf_some", "model-not-found", "owner/name"),
        ("gated", "", "gated-model", "log in"),
        ("gated", "hf_some", "gated-model", "your token has none"),
        ("bad-token", "hf_some", "bad-token", "HF_TOKEN"),
        ("bad-token", "hf_söme", "bad-token", "HF_TOKEN"),
        ("down", "", "hub-error", "503"),
        ("busy", "", "hub-error", "77 s"),
        ("portal", "", "hub-error", "HF_ENDPOINT"),
        ("silent", "", "hub-unreachable", "no answer"),
        ("silent/tree/", "", "hub-unreachable", "no answer"),
        ("silent/resolve/", "", "hub-unreachable", "no answer"),
    ],
)
def test_the_hub_says_no_within_five_seconds(
    mood: str, token: str, code: str, said: str, run: Run, hub: Hub
) -> None:
    hub.repositories[NAME].mood = mood
    done = run(*PLAN, HF_TOKEN=token)
    ended = time.monotonic()
    assert_no(done, code, said)
    assert all(ended - one.at < 5 for one in hub.asked[:1])  # none: a token that cannot be sent
    assert done.stdout == ""


def test_a_request_for_access_that_nobody_has_answered_is_told(run: Run, hub: Hub) -> None:
    hub.repositories[NAME].mood = "gated"
    hub.gate = "Your request to access model owner/tiny is awaiting a review from the repo authors."
    assert_no(run(*PLAN, HF_TOKEN="hf_some"), "gated-model", "not answered yet")


@pytest.mark.parametrize(
    ("endpoint", "said"),
    [
        ("http://127.0.0.1:1", "refused"),
        ("http://no-such-host.invalid", ""),
        ("https://127.0.0.1:PORT", "SSL"),  # the server speaks no TLS
    ],
)
def test_a_hub_out_of_reach_is_told_within_five_seconds(
    endpoint: str, said: str, run: Run, hub: Hub
) -> None:
    began = time.monotonic()
    done = run(*PLAN, HF_ENDPOINT=endpoint.replace("PORT", str(hub.server_port)))
    assert_no(done, "hub-unreachable", said)
    assert time.monotonic() - began < 6  # with the start of Python


def test_a_port_that_accepts_and_says_nothing_is_given_up(run: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        began = time.monotonic()
        done = run(*PLAN, HF_ENDPOINT=f"http://127.0.0.1:{deaf.getsockname()[1]}")
        assert_no(done, "hub-unreachable", "no answer")
        assert time.monotonic() - began < 6


def test_a_hub_that_cannot_be_asked_is_replaced_by_what_is_here(run: Run, hub: Hub) -> None:
    assert run(*PULL).returncode == 0
    for mood, code in (("down", "hub-error"), ("silent", "hub-unreachable")):
        hub.repositories[NAME].mood = mood
        done = run(*PLAN)
        assert done.returncode == 0
        assert done.stderr.startswith(f"warning[{code}]: ")
        assert hub.repositories[NAME].commit[:12] in done.stderr


def test_a_revision_that_is_not_there(run: Run) -> None:
    assert_no(run(*PLAN, "--revision", "v9"), "revision-not-found", "v9")
    assert_no(run(*PLAN, "--revision", "../../etc"), "revision-not-found", "../../etc")


def test_offline_without_a_cache(run: Run, hub: Hub) -> None:
    assert_no(run(*PLAN, "--offline"), "offline", "models pull")
    assert_no(run(*PLAN, HF_HUB_OFFLINE="1"), "offline")
    assert hub.asked == []
    assert run(*PLAN).returncode == 0  # fetches the configuration only
    assert_no(run(*PLAN, "--offline"), "offline", "not wholly")


@pytest.mark.parametrize(("mood", "said"), [("altered", "hash"), ("short", "size")])
def test_a_file_that_is_not_what_the_hub_has_is_not_kept(
    mood: str, said: str, run: Run, hub: Hub
) -> None:
    file = "unet/diffusion_pytorch_model.safetensors"
    hub.repositories[NAME].mood, hub.repositories[NAME].file = mood, file
    assert_no(run(*PULL), "broken-download", file, said)
    hub.repositories[NAME].mood = ""
    before = len(hub.asked)
    assert run(*PULL).returncode == 0
    again = [one.path for one in hub.asked[before:] if one.method == "GET"]
    assert sum("/resolve/" in path for path in again) == 2  # that file, and vae's, which came after


def test_a_model_too_large_for_the_disk_is_told_before_it_comes(run: Run, hub: Hub) -> None:
    repository = hub.repositories[NAME]
    repository.mood, repository.file = "huge", "unet/diffusion_pytorch_model.safetensors"
    assert_no(run(*PULL), "no-space", "10000000.0 GB", "models rm")
    assert not [one for one in hub.asked if one.path.endswith(".safetensors")]


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "no-space"),
        (PermissionError(errno.EACCES, "Permission denied", "/x"), "cache-not-writable"),
        (ValueError("odd"), "hub-error"),
        (SilenceError("no answer"), "hub-unreachable"),
        (LocalEntryNotFoundError("not here"), "offline"),
    ],
)
def test_what_the_machine_refuses_has_its_own_words(error: Exception, code: str) -> None:
    assert refusals.refusal("a/b", "main", error, token=False).code == code


def test_a_transfer_that_breaks_off_goes_on_where_it_was(
    run: Run, hub: Hub, tiny: Path, tmp_path: Path
) -> None:
    # huggingface_hub keeps what came in pieces of 10 MB.
    model = shutil.copytree(tiny, tmp_path / "model")
    (model / "unet" / "padding.dat").write_bytes(os.urandom(13_000_000))
    repository = hub.repositories[NAME] = Repository(model, "cut", "unet/padding.dat")
    repository.cuts = 1
    done = run(*PULL)
    assert done.returncode == 0, done.stderr
    ranges = [one.range for one in hub.asked if one.path.endswith("padding.dat") and one.range]
    assert ranges == ["bytes=10485760-"]
    (kept,) = (tmp_path / "hub-home").rglob("snapshots/*/unet/padding.dat")
    assert kept.read_bytes() == repository.files["unet/padding.dat"]


def test_a_variant_is_fetched_alone(run: Run, hub: Hub, tiny: Path, tmp_path: Path) -> None:
    model = shutil.copytree(tiny, tmp_path / "model")
    for path in model.glob("*/*.safetensors"):
        shutil.copy(path, path.with_name(path.name.replace(".safetensors", ".fp16.safetensors")))
    hub.repositories[NAME] = Repository(model)
    assert_no(run(*PLAN, "--variant", "bf16"), "variant-not-found", "fp16")
    assert run(*DRAW, "--variant", "fp16").returncode == 0
    fetched = [one.path for one in hub.asked if one.path.endswith(".safetensors")]
    assert len(set(fetched)) == 3
    assert all(".fp16." in path for path in fetched)
    record = picturefile.read_record(tmp_path / "cat-7.png")
    assert (record.model.variant, record.model.revision) == ("fp16", Repository(model).commit)
    assert sorted(path.split("/")[-1] for path in record.model.files) == [
        *["diffusion_pytorch_model.fp16.safetensors"] * 2,
        "model.fp16.safetensors",
    ]
    assert_no(run(*PLAN, "--offline"), "offline", "not wholly")


def test_a_variant_names_another_picture(tiny: Path) -> None:
    (plan,) = make_plans(Request(prompts=("cat",), model=str(tiny), seeds=(1,)))
    half = structs.replace(plan, variant="fp16")
    assert planning.identity(half, "x") != planning.identity(plan, "x")


def test_pickles_are_refused_with_how_to_convert(
    run: Run, hub: Hub, tiny: Path, tmp_path: Path
) -> None:
    model = shutil.copytree(tiny, tmp_path / "model")
    weights = model / "vae" / "diffusion_pytorch_model.safetensors"
    weights.rename(weights.with_suffix(".bin"))
    hub.repositories[NAME] = Repository(model)
    assert_no(run(*PLAN), "pickled-weights", "save_pretrained")
    assert_no(run("cat", "-m", "./model", "--dry-run"), "pickled-weights", "save_pretrained")


def test_a_repository_without_a_pipeline_is_told(run: Run, hub: Hub, tmp_path: Path) -> None:
    (tmp_path / "lora").mkdir()
    (tmp_path / "lora" / "style.safetensors").write_bytes(b"x")
    hub.repositories[NAME] = Repository(tmp_path / "lora")
    assert_no(run(*PLAN), "not-a-model", "style.safetensors")


def test_an_embedding_of_the_hub_is_brought_once_and_found_offline(
    run: Run, hub: Hub, tiny: Path, tmp_path: Path
) -> None:
    other = "somebody/learnt"
    (tmp_path / "learnt").mkdir()
    vectors = {"<x>": torch.ones(1, 16)}
    save_file(vectors, tmp_path / "learnt" / "learned_embeds.safetensors")
    hub.repositories[other] = Repository(tmp_path / "learnt")
    words = ("a <x> cat", "-m", tiny, "--embedding", other, "--dry-run", "--json")
    for more in ((), ("--offline",)):
        done = run(*words, *more)
        assert done.returncode == 0, done.stderr
        (plan,) = events(json_lines(done.stdout), "plan")
        assert plan["embeddings"] == ["<x>"]
    (tmp_path / "learnt" / "learned_embeds.safetensors").rename(tmp_path / "learnt" / "x.bin")
    hub.repositories["somebody/pickled"] = Repository(tmp_path / "learnt")
    assert_no(run("a <x>", "-m", tiny, "--embedding", "somebody/pickled"), "embedding-not-found")


def test_what_a_folder_cannot_have_is_refused(run: Run, tiny: Path) -> None:
    done = run("cat", "-m", tiny, "--revision", "main", "--dry-run")
    assert (done.returncode, "error[revision-without-hub]" in done.stderr) == (2, True)
    assert_no(run("cat", "-m", tiny, "--variant", "fp16", "--dry-run"), "variant-not-found")


def test_rows_of_a_file_say_revision_and_variant(run: Run, hub: Hub, tmp_path: Path) -> None:
    commit = hub.repositories[NAME].commit
    rows = f'{{"prompt": "cat", "revision": "{commit}"}}\n{{"prompt": "dog", "revision": "v9"}}\n'
    (tmp_path / "rows.jsonl").write_text(rows)
    done = run("batch", "rows.jsonl", "-m", NAME, "--dry-run")
    assert "rows.jsonl:2: error[revision-not-found]" in done.stderr
    (tmp_path / "rows.jsonl").write_text(rows.splitlines()[0])
    before = len(hub.asked)
    assert run("batch", "rows.jsonl", "-m", NAME, "--dry-run").returncode == 0
    asked = [one.path for one in hub.asked[before:] if "/api/" in one.path]
    assert asked == [f"/api/models/{NAME}/revision/main"]  # of the command line, once a process
