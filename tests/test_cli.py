"""The command as people and scripts meet it: words, exit codes, streams, files."""

import itertools
import json
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import Command, environment, events, json_lines

from imagegen import parameters, picturefile, record


def assert_refused(done: "subprocess.CompletedProcess[str]", code: int, word: str = "") -> None:
    """An error is its exit code, one line of what is wrong and one line of what works."""
    assert done.returncode == code, done.stderr
    lines = [line for line in done.stderr.splitlines() if not line.startswith("warning")]
    error, hint = lines[-2:]
    assert error.startswith(f"error[{word}" if word else "error["), done.stderr
    assert hint.startswith("try: ")
    assert len(hint) > len("try: ")
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("words", "code", "word"),
    [
        (["cat", "--seed", "x"], 2, "bad-seed"),
        (["cat", "--seed", "9-1"], 2, "bad-seed"),
        (["cat", "--count", "0"], 2, "bad-count"),
        (["cat", "--count", "many"], 2, "bad-count"),
        (["cat", "--seed", "1,2", "--count", "2"], 2, "seed-and-count"),
        (["cat", "--size", "huge"], 2, "bad-size"),
        (["cat", "--size", "33"], 2, "size-not-multiple"),
        (["cat", "--size", "0"], 2, "bad-width"),
        (["cat", "--steps", "0"], 2, "bad-steps"),
        (["cat", "--steps", "x"], 2, "bad-steps"),
        (["cat", "--scheduler", "eulr"], 2, "unknown-scheduler"),
        (["cat", "--scheduler", "flow-euler"], 2, "unsuited-scheduler"),
        (["cat", "--guidance", "nan"], 2, "bad-guidance"),
        (["cat", "--guidance", "-3"], 2, "bad-guidance"),
        (["cat", "-n", "dog", "--guidance", "1"], 2, "negative-without-guidance"),
        (["cat", "--device", "gpu"], 2, "unknown-device"),
        (["cat", "--precision", "float8"], 2, "unknown-precision"),
        (["cat", "--device", "cpu", "--precision", "float16"], 2, "float16-on-cpu"),
        (["cat", "--batch-size", "0"], 2, "bad-batch-size"),
        (["cat", "--guidance", "much"], 2, "bad-guidance"),
        (["cat", "--batch-size", "1.5"], 2, "bad-batch-size"),
        (["cat", "--seed", 2**63 - 1, "--count", 2], 2, "bad-seed"),
        (["cat", "--out", "x" * 300], 5, "cannot-write"),
        (["cat", "--out", "x" * 300, "--dry-run"], 5, "cannot-write"),
        (["cat", "--out", "a\nb", "--dry-run"], 2, "control-character"),
        (["cat\x1b[31m", "--dry-run"], 2, "control-character"),
        (["cat", "--size", "64", "--width", "32"], 2, "size-twice"),
        (["cat", "--name", "../x.png"], 2, "bad-name"),
        (["cat", "--name", "{nothing}"], 2, "bad-name"),
        (["cat", "--name", "x.gif"], 2, "unknown-format"),
        (["cat", "-m", "storybok"], 3, "model-not-found"),
        (["cat", "-m", "x" * 300], 3, "model-not-found"),
        (["cat", "-m", "~nobody_here/model"], 3, "model-not-found"),
        (["cat", "-m", "./nothing"], 3, "model-not-found"),
        (["cat", "-m", "owner/nothing"], 3, "offline"),
        (["cat", "--no-such-option"], 2, "usage"),
        (["--seed", "7"], 2, "usage"),
        (["schedulers", "extra"], 2, "usage"),
        ([""], 2, "empty-prompt"),
        (["-"], 2, "no-prompt"),
    ],
)
def test_a_bad_value_is_refused_in_one_line(
    words: list[str], code: int, word: str, imagegen: Command, tiny: Path
) -> None:
    needs_model = words[0] in {"cat", ""} and "-m" not in words
    done = imagegen(*words, *(["-m", tiny] if needs_model else []))
    assert_refused(done, code, word)


def test_a_folder_that_cannot_be_written_is_told_before_drawing(
    imagegen: Command, tiny: Path, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    assert_refused(imagegen("cat", "-m", tiny, "-o", "file/folder"), 5, "cannot-write")


def test_a_device_that_is_not_here_is_told(imagegen: Command, tiny: Path) -> None:
    assert_refused(imagegen("cat", "-m", tiny, "--device", "cuda:99"), 2, "no-such-device")


def test_a_damaged_model_is_told(imagegen: Command, tiny: Path, tmp_path: Path) -> None:
    model = shutil.copytree(tiny, tmp_path / "model")
    (model / "vae" / "diffusion_pytorch_model.safetensors").write_bytes(b"nothing")
    assert_refused(imagegen("cat", "-m", model), 3, "damaged-model")


def test_errors_are_json_too(imagegen: Command, tiny: Path) -> None:
    for words in (["cat", "--steps", "0"], ["cat", "--what"], ["cat", "-m", "./nothing"]):
        error, summary = json_lines(imagegen(*words, "--json").stdout)
        assert (error["event"], summary["event"]) == ("error", "summary")
        assert error["code"]
        assert error["hint"]
        assert summary["exit"] in {2, 3}


def test_a_picture_and_its_sidecar(imagegen: Command, tiny: Path, tmp_path: Path) -> None:
    words = ["Red cat", "-m", tiny, "--seed", 7, "--steps", 3, "-o", "out", "-n", "dog"]
    done = imagegen(*words)
    assert (done.returncode, done.stdout, done.stderr) == (0, "out/red-cat-7.png\n", "")
    path = tmp_path / "out" / "red-cat-7.png"
    beside = record.from_json(path.with_suffix(".json").read_bytes(), "sidecar")
    assert picturefile.read_record(path) == beside
    assert beside.request is not None
    assert (beside.request.prompts, beside.request.guidance) == (("Red cat",), None)
    assert (beside.plan.seed, beside.plan.steps, beside.plan.negative_prompt) == (7, 3, "dog")
    assert len(beside.model.files) == 3

    again = imagegen(*words)
    assert again.stdout == "out/red-cat-7-2.png\n"
    second = picturefile.read_record(tmp_path / "out" / "red-cat-7-2.png")
    assert second.pixels_sha256 == beside.pixels_sha256
    assert sorted(p.suffix for p in path.parent.iterdir()) == [".json", ".json", ".png", ".png"]


def test_emphasis_is_drawn_recorded_and_not_taken_for_words(
    imagegen: Command, tiny: Path, tmp_path: Path
) -> None:
    options = ("-m", tiny, "--seed", 7, "--steps", 2)
    prompts = ("a (red:1.4) cat", "a red cat", "a (red:1.0) cat", "red cat " * 9)
    done = imagegen(*prompts, *options, "--name", "{index}")
    assert done.returncode == 0
    assert "warning" not in done.stderr  # no unknown words, and nothing is cut
    weighed, plain, same, _ = (picturefile.read_record(tmp_path / f"{n}.png") for n in range(1, 5))
    assert (weighed.plan.prompt, weighed.plan.prompt_syntax) == ("a (red:1.4) cat", "a1111")
    assert (weighed.emphasis, plain.emphasis) == ("No norm", None)
    assert plain.pixels_sha256 == same.pixels_sha256 != weighed.pixels_sha256
    assert "Emphasis: No norm, " in parameters.text(weighed)
    assert "Emphasis" not in parameters.text(plain)

    done = imagegen(prompts[0], *options, "--name", "plain", "--prompt-syntax", "plain")
    assert "has not learnt '1', '4'" in done.stderr
    literal = picturefile.read_record(tmp_path / "plain.png")
    assert (literal.plan.prompt_syntax, literal.emphasis) == ("plain", None)
    assert "Emphasis: None, " in parameters.text(literal)
    assert imagegen("a [red|blue] cat", *options).returncode == 2


def test_json_is_an_object_a_line_and_the_last_is_the_summary(
    imagegen: Command, tiny: Path
) -> None:
    done = imagegen("zebra", "cat", "-m", tiny, "--seed", "1,2", "--steps", 2, "--json")
    *lines, summary = json_lines(done.stdout)
    made = events(lines, "picture")
    assert [(one["prompt"], one["seed"]) for one in made] == [
        ("zebra", 1),
        ("zebra", 2),
        ("cat", 1),
        ("cat", 2),
    ]
    assert [step["done"] for step in events(lines, "step")] == [1, 2]
    assert [one["code"] for one in events(lines, "warning")] == ["unknown-words"]
    assert made[0]["path"] == "zebra-1.png"
    assert made[0]["sidecar"] == "zebra-1.json"
    assert json.dumps(made[0]["warnings"]).count("unknown-words") == 1
    assert made[2]["warnings"] == []
    assert (summary["event"], summary["made"], summary["failed"]) == ("summary", 4, 0)
    assert summary["exit"] == done.returncode == 0
    assert done.stderr.count("warning[unknown-words]") == 1


def test_a_batch_draws_what_each_seed_draws_alone(
    imagegen: Command, tiny: Path, tmp_path: Path
) -> None:
    words = ["cat", "-m", tiny, "--steps", 3, "--precision", "float32"]
    imagegen(*words, "--seed", "1-3", "--batch-size", 3, "-o", "together")
    imagegen(*words, "--seed", 2, "-o", "alone")
    together = picturefile.read_record(tmp_path / "together" / "cat-2.png")
    alone = picturefile.read_record(tmp_path / "alone" / "cat-2.png")
    assert (together.batch.size, together.batch.position, alone.batch.size) == (3, 2, 1)
    assert together.pixels_sha256 == alone.pixels_sha256


def test_a_dry_run_says_what_would_be_drawn_and_writes_nothing(
    imagegen: Command, tiny: Path, tmp_path: Path
) -> None:
    words = ["red cat", "-m", tiny, "--seed", "1-2", "--dry-run", "-o", "out"]
    done = imagegen(*words)
    assert [line.split(":")[0] for line in done.stdout.splitlines()] == [
        "out/red-cat-1.png",
        "out/red-cat-2.png",
    ]
    *lines, summary = json_lines(imagegen(*words, "--json").stdout)
    plans = events(lines, "plan")
    assert [plan["seed"] for plan in plans] == [1, 2]
    assert (summary["asked"], summary["made"]) == (2, 0)
    assert list(tmp_path.iterdir()) == []


def test_prompts_come_from_stdin(imagegen: Command, tiny: Path) -> None:
    words = ["-", "dog", "-m", tiny, "--seed", 1, "--dry-run", "--json"]
    plans = events(json_lines(imagegen(*words, stdin="red cat\n\n  blue fox  \r\n").stdout), "plan")
    assert [plan["prompt"] for plan in plans] == ["red cat", "blue fox", "dog"]


def test_quiet_tells_only_paths_and_lenient_goes_on(imagegen: Command, tiny: Path) -> None:
    words = ["zebra", "-m", tiny, "-n", "dog", "--guidance", 1, "--lenient", "--dry-run"]
    assert imagegen(*words).stderr.count("warning[") == 2
    assert imagegen(*words, "--quiet").stderr == ""


def test_a_prompt_may_be_a_command_or_begin_with_a_dash(imagegen: Command, tiny: Path) -> None:
    for words, prompt in ((["draw", "schedulers"], "schedulers"), (["--", "-5"], "-5")):
        options = ["--dry-run", "--json", "-m", tiny]
        at = words.index("--") if "--" in words else len(words)
        lines = json_lines(imagegen(*words[:at], *options, *words[at:]).stdout)
        (plan,) = events(lines, "plan")
        assert plan["prompt"] == prompt


def test_schedulers_are_listed(imagegen: Command) -> None:
    listed = imagegen("schedulers").stdout
    assert "euler-ancestral" in listed
    assert "Euler a" in listed
    rows = json_lines(imagegen("schedulers", "--json").stdout)
    assert len(rows) == len(listed.splitlines())


def test_version_and_help(imagegen: Command) -> None:
    assert imagegen("--version").stdout == "imagegen 0.1.0\n"
    assert imagegen().stdout == imagegen("--help").stdout
    text = imagegen("draw", "--help").stdout
    for panel in ("What to draw", "Where to write", "How to work", "What to tell", "Examples"):
        assert panel in text


def test_a_reader_that_goes_away_is_no_mishap() -> None:
    command = f"{sys.executable} -m imagegen schedulers | true; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(
        ["bash", "-c", command], env=environment(), capture_output=True, text=True, check=False
    )
    assert done.returncode == 141
    assert done.stderr == ""


@pytest.mark.parametrize(
    ("closed", "code", "said"),
    [
        ("schedulers >&-", 0, ""),
        ("cat --steps 0 2>/dev/full", 2, ""),
        ("- <&-", 2, "no-prompt"),
        ("schedulers >/dev/full", 5, "cannot write stdout"),
        ("cat --steps 0 --json | true; exit ${PIPESTATUS[0]}", 141, ""),
        ("--version >/dev/full", 5, "cannot write stdout"),
        ("batch --help >/dev/full", 5, "cannot write stdout"),
        ("batch --help | true; exit ${PIPESTATUS[0]}", 141, ""),
    ],
)
def test_a_stream_that_is_closed_or_full_is_no_traceback(closed: str, code: int, said: str) -> None:
    command = ["bash", "-c", f"{sys.executable} -m imagegen {closed}"]
    done = subprocess.run(command, env=environment(), capture_output=True, text=True, check=False)
    assert done.returncode == code
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def start(words: list[str], folder: Path) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "imagegen", *words],
        cwd=folder,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # As a person's shell starts it, even where the tests run in the background.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )


@pytest.mark.parametrize(
    ("stop", "code", "word"),
    [
        (signal.SIGINT, 130, "interrupted"),
        (signal.SIGTERM, 143, "terminated"),
        (signal.SIGKILL, -9, ""),
    ],
)
def test_a_run_that_is_stopped_leaves_whole_files_only(
    stop: signal.Signals, code: int, word: str, tiny: Path, tmp_path: Path
) -> None:
    words = ["cat", "-m", str(tiny), "--seed", "1-5000", "--steps", "1"]
    process = start([*words, "--size", "128"], tmp_path)
    assert process.stdout is not None
    told = [line.strip() for line in itertools.islice(process.stdout, 3)]
    process.send_signal(stop)
    rest, errors = process.communicate(timeout=30)
    assert process.returncode == code
    told += rest.split()
    pictures = sorted(tmp_path.glob("[!.]*.png"))
    for path in pictures:
        assert picturefile.read_record(path).file == path.name
        assert json.loads(path.with_suffix(".json").read_text())["file"] == path.name
    # The last one may lie there although there was no time left to tell of it.
    assert {path.name for path in pictures} - set(told) == set() or len(pictures) == len(told) + 1
    if word:
        assert errors.splitlines()[-1] == f"{word}: {len(told)} of 5000 pictures are on disk"
        assert not list(tmp_path.glob(".*"))


def test_a_run_that_is_stopped_while_it_loads_says_so(tiny: Path, tmp_path: Path) -> None:
    process = start(["cat", "-m", str(tiny)], tmp_path)
    time.sleep(1.0)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "Traceback" not in errors
    assert list(tmp_path.iterdir()) == []


def test_two_runs_at_once_do_not_take_each_others_names(tiny: Path, tmp_path: Path) -> None:
    words = ["cat", "-m", str(tiny), "--seed", "1-20", "--steps", "1"]
    runs = [start(words, tmp_path) for _ in range(2)]
    told = [path for run in runs for path in run.communicate(timeout=100)[0].split()]
    assert len(set(told)) == 40
    assert len(list(tmp_path.glob("*.png"))) == len(list(tmp_path.glob("*.json"))) == 40
