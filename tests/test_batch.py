"""A prompt file is drawn to its end, whatever happens meanwhile, and never twice."""

import itertools
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import Command, environment, events, json_lines
from PIL import Image

from imagegen import picturefile

PROBE = """
import sys
from imagegen.cli import main
code = main(sys.argv[1:])
heavy = {"torch", "diffusers", "transformers", "PIL", "numpy"} & set(sys.modules)
print("heavy:", sorted(heavy), code, file=sys.stderr)
"""


def begin(words: list[object], folder: Path, stdin: int | None = None) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "imagegen", *map(str, words)],
        cwd=folder,
        env=environment(),
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # As a person's shell starts it, even where the tests run in the background.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )


def pictures(folder: Path) -> dict[str, bytes]:
    """The pixels of every picture, by its name; every one must be whole."""
    found = {}
    for path in sorted(folder.glob("**/[!.]*.png")):
        record = picturefile.read_record(path)
        assert json.loads(path.with_suffix(".json").read_text())["file"] == record.file == path.name
        with Image.open(path) as picture:
            found[path.relative_to(folder).as_posix()] = picture.tobytes()
    return found


def journal(folder: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (folder / "journal.jsonl").read_text().splitlines()]


FILES = {
    "rows.txt": 'cat --s 2 --d 1\n# why\n\nred dog --steps 2 --seed 3-4 --name "{seed}-dog"\n',
    "rows.csv": "prompt,seed,steps,name\nfox,5,2,fox.png\ndog,6,,silent.png\n",
    "rows.jsonl": '{"prompt": "two apples", "seed": [7, 8], "steps": 2, "size": "32x40"}\n"moon"\n',
    "rows.json": '[{"prompt": "hill", "count": 2, "seed": 9, "scheduler": "euler"}]',
    "rows.yaml": "- prompt: bicycle\n  seed: 11\n  guidance: [1, 3]\n  name: '{slug}-{guidance}'\n",
}
NAMES = {
    "rows.txt": ["3-dog.png", "4-dog.png", "cat-1.png"],
    "rows.csv": ["fox.png", "silent.png"],
    "rows.jsonl": ["moon-*.png", "two-apples-7.png", "two-apples-8.png"],
    "rows.json": ["hill-10.png", "hill-9.png"],
    "rows.yaml": ["bicycle-1.0.png", "bicycle-3.0.png"],
}


@pytest.mark.parametrize("name", FILES)
def test_every_format_is_drawn_and_the_same_file_again_draws_nothing(
    name: str, imagegen: Command, tiny: Path, tmp_path: Path
) -> None:
    (tmp_path / name).write_text(FILES[name])
    words = ["batch", name, "-m", tiny, "--steps", 1, "-o", "out"]
    words += ["--negative", "blue", "--lenient"]
    done = imagegen(*words)
    assert done.returncode == 0, done.stderr
    drawn = pictures(tmp_path / "out")
    assert len(drawn) == len(NAMES[name])
    for found, expected in zip(sorted(drawn), NAMES[name], strict=True):
        assert Path(found).match(expected)
    again = subprocess.run(
        [sys.executable, "-c", PROBE, *map(str, words)],
        cwd=tmp_path,
        env=environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    assert again.stdout == ""
    assert again.stderr.splitlines()[-1] == "heavy: [] 0"
    assert f"0 drawn, {len(drawn)} there already" in again.stderr


def test_a_row_that_is_changed_is_drawn_beside_and_again_draws_over(
    imagegen: Command, tiny: Path, tmp_path: Path
) -> None:
    words = ["batch", "rows.txt", "-m", tiny, "--seed", 1]
    (tmp_path / "rows.txt").write_text("cat\n")
    assert imagegen(*words, "--steps", 1).stdout == "cat-1.png\n"
    assert imagegen(*words, "--steps", 2).stdout == "cat-1-2.png\n"
    for steps in (1, 2):
        assert imagegen(*words, "--steps", steps).stdout == ""
    before = pictures(tmp_path)
    created = json.loads((tmp_path / "cat-1.json").read_text())["created"]
    time.sleep(1.1)
    assert imagegen(*words, "--steps", 1, "--again").stdout == "cat-1.png\n"
    assert pictures(tmp_path) == before
    assert json.loads((tmp_path / "cat-1.json").read_text())["created"] > created


def test_a_picture_that_is_not_whole_is_drawn_again(
    imagegen: Command, tiny: Path, tmp_path: Path
) -> None:
    (tmp_path / "rows.txt").write_text("cat\ndog\nfox\nhill\n")
    words = ["batch", "rows.txt", "-m", tiny, "--seed", 1, "--steps", 1]
    imagegen(*words)
    before = pictures(tmp_path)
    cat, dog, fox = (tmp_path / f"{name}-1.png" for name in ("cat", "dog", "fox"))
    cat.write_bytes(cat.read_bytes()[:-20])
    damaged = bytearray(dog.read_bytes())
    damaged[-60] ^= 1  # in the pixels
    dog.write_bytes(damaged)
    fox.unlink()
    (tmp_path / "hill-1.json").unlink()  # comes back from the record inside the picture
    done = imagegen(*words)
    assert done.stdout.split() == ["cat-1.png", "dog-1.png", "fox-1.png"]
    assert pictures(tmp_path) == before


def killed_at(process: "subprocess.Popen[str]", lines: int, wait: float) -> None:
    assert process.stdout is not None
    list(itertools.islice(process.stdout, lines))
    time.sleep(wait)
    process.kill()
    process.communicate()


@pytest.mark.slow
def test_a_run_that_is_killed_ten_times_ends_as_an_unbroken_one(
    imagegen: Command, tiny: Path, tmp_path: Path
) -> None:
    rows = "".join(f"red {word} on moon\n" for word in ("cat", "dog", "fox") * 60)
    (tmp_path / "rows.txt").write_text(rows)
    words: list[object] = ["batch", "rows.txt", "-m", tiny, "--steps", 1, "--batch-size", 1]
    imagegen(*words, "-o", "unbroken")
    dice = random.Random(3)
    for _ in range(10):
        process = begin([*words, "-o", "killed"], tmp_path)
        killed_at(process, dice.randrange(1, 16), dice.random() / 20)
    done = imagegen(*words, "-o", "killed")
    assert done.returncode == 0
    whole = pictures(tmp_path / "unbroken")
    assert len(whole) == 180
    assert pictures(tmp_path / "killed") == whole
    assert [path.name for path in (tmp_path / "killed").iterdir() if path.suffix == ".part"] == []
    told = [line["path"] for line in journal(tmp_path / "killed") if line["event"] == "picture"]
    assert len(set(told)) >= 180 - 10  # a kill may come between a picture and its line


# Not getrusage: what it calls the peak may be that of whoever started the process.
MEASURE = """
import sys, time
from imagegen.__main__ import main
code = main()
status = dict(line.split(":", 1) for line in open("/proc/self/status"))
print(code, time.process_time(), status["VmHWM"].split()[0], file=sys.stderr)
"""


def measured(words: list[object], folder: Path) -> tuple[int, float, int, list[str]]:
    """The command as a process of its own: code, processor seconds, peak kB, lines of stdout."""
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, *map(str, words)],
        cwd=folder,
        env=environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    code, seconds, memory = done.stderr.splitlines()[-1].split()
    return int(code), float(seconds), int(memory), done.stdout.splitlines()


def forty_rows(form: str) -> tuple[str, set[str]]:
    """A file of forty rows of mixed options, and the names it asks for."""
    whos, whats = ("cat", "robot", "fox", "king"), ("ball", "book", "drum", "kite", "cake")
    rows = [
        {
            "prompt": f"a {who} holding a {what}",
            "seed": number,
            "steps": 2 + number % 2,
            "size": ("256x256", "192x256")[number % 2],
            "scheduler": ("euler", "ddim", "dpm++-2m")[number % 3],
            "guidance": (1, 4.5)[number % 2],
            "name": f"{form}-{number}.png",
        }
        for number, (who, what, _) in enumerate(itertools.product(whos, whats, range(2)))
    ]
    names = {str(row["name"]) for row in rows}
    if form == "json":
        return json.dumps(rows), names
    if form in {"jsonl", "yaml"}:  # JSON is YAML
        start = "- " if form == "yaml" else ""
        return "".join(f"{start}{json.dumps(row)}\n" for row in rows), names
    if form == "csv":
        lines = [rows[0].keys(), *(row.values() for row in rows)]
        return "".join(",".join(map(str, line)) + "\n" for line in lines), names
    options = [{name: value for name, value in row.items() if name != "prompt"} for row in rows]
    words = (" ".join(f"--{name} {value}" for name, value in one.items()) for one in options)
    return "".join(f"{row['prompt']} {w}\n" for row, w in zip(rows, words, strict=True)), names


@pytest.mark.slow
@pytest.mark.parametrize("form", ["txt", "csv", "jsonl", "json", "yaml"])
def test_forty_rows_of_each_format_are_drawn_by_the_model_inside(form: str, tmp_path: Path) -> None:
    content, names = forty_rows(form)
    (tmp_path / f"rows.{form}").write_text(content)
    words = ["batch", f"rows.{form}", "-o", "out"]
    code, _, _, told = measured(words, tmp_path)
    assert (code, len(told)) == (0, 40)
    assert set(pictures(tmp_path / "out")) == names
    code, seconds, _, told = measured(words, tmp_path)
    assert (code, told) == (0, [])
    assert seconds < 1


@pytest.mark.slow
def test_memory_is_flat(tiny: Path, tmp_path: Path) -> None:
    def peak(rows: int) -> int:
        (tmp_path / "rows.txt").write_text("red cat on moon\n" * rows)
        words = ["batch", "rows.txt", "-m", tiny, "--steps", 1, "--batch-size", 8, "-o", rows]
        code, _, memory, told = measured(words, tmp_path)
        assert (code, len(told)) == (0, rows)
        return memory

    assert peak(10_000) < 1.1 * peak(100)


@pytest.mark.slow
def test_a_hundred_thousand_rows_are_rehearsed_soon_and_in_little_memory(
    tiny: Path, tmp_path: Path
) -> None:
    rows = (f"a red cat on hill {number},{number},20\n" for number in range(100_000))
    (tmp_path / "rows.csv").write_text("prompt,seed,steps\n" + "".join(rows))
    words = ["batch", "rows.csv", "-m", tiny, "--dry-run"]
    code, seconds, memory, told = measured(words, tmp_path)
    assert (code, len(told)) == (0, 100_000)
    assert seconds < 10
    assert memory < 300_000


def test_a_torn_line_in_the_journal_harms_nobody(
    imagegen: Command, tiny: Path, tmp_path: Path
) -> None:
    (tmp_path / "rows.txt").write_text("cat\n")
    (tmp_path / "journal.jsonl").write_text('{"event": "pic')
    done = imagegen("batch", "rows.txt", "-m", tiny, "--steps", 1)
    assert done.returncode == 0
    torn, *rest = (tmp_path / "journal.jsonl").read_text().splitlines()
    assert torn == '{"event": "pic'
    assert [json.loads(line)["event"] for line in rest] == ["start", "picture", "end"]


def test_what_fails_is_told_and_kept_as_a_prompt_file(
    imagegen: Command, tiny: Path, tmp_path: Path
) -> None:
    (tmp_path / "out" / "dog.png").mkdir(parents=True)  # a picture is to replace it
    (tmp_path / "rows.txt").write_text("cat\ndog --name dog.png --overwrite\nfox\n")
    words = ["batch", "rows.txt", "-m", tiny, "--steps", 1, "--seed", 1, "-o", "out"]
    done = imagegen(*words, "--retries", 1)
    assert (done.returncode, len(done.stdout.split())) == (5, 2)
    assert "again[cannot-write]" in done.stderr
    assert "rows.txt:2: error[cannot-write]" in done.stderr
    assert not (tmp_path / "out" / "dog.json").exists()
    failed = tmp_path / "out" / "failed.jsonl"
    assert len(failed.read_text().splitlines()) == 1
    (tmp_path / "out" / "dog.png").rmdir()
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    fed = [sys.executable, "-m", "imagegen", "batch", str(failed)]
    mended = subprocess.run(
        fed, cwd=elsewhere, env=environment(), capture_output=True, text=True, check=False
    )
    assert (mended.returncode, mended.stdout) == (0, f"{tmp_path}/out/dog.png\n"), mended.stderr
    assert not failed.exists()
    assert list(elsewhere.iterdir()) == []
    assert imagegen(*words).stdout == ""


def test_rows_of_others_in_a_failed_file_stay_there(
    imagegen: Command, tiny: Path, tmp_path: Path
) -> None:
    rows = '{"prompt": "fox"}\n{"out": "\\u00ff", "name": 3\n'
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "failed.jsonl").write_text(rows)
    (tmp_path / "rows.txt").write_text("cat\n")
    assert imagegen("batch", "rows.txt", "-m", tiny, "--steps", 1, "-o", "out").returncode == 0
    assert (tmp_path / "out" / "failed.jsonl").read_text() == rows


def test_a_failed_file_fed_back_does_not_feed_itself(
    imagegen: Command, tiny: Path, tmp_path: Path
) -> None:
    broken = shutil.copytree(tiny, tmp_path / "broken")
    for weights in (broken / "unet").glob("*.safetensors"):
        weights.unlink()
    (tmp_path / "rows.txt").write_text("cat\nfox\n")
    assert imagegen("batch", "rows.txt", "-m", broken, "--steps", 1).returncode == 3
    again = json_lines(imagegen("batch", "failed.jsonl", "--json").stdout)[-1]
    assert (again["asked"], again["failed"], again["exit"]) == (2, 2, 3)
    assert len((tmp_path / "failed.jsonl").read_text().splitlines()) == 2


def test_a_model_that_is_damaged_spoils_only_its_own_rows(
    imagegen: Command, tiny: Path, tmp_path: Path
) -> None:
    broken = shutil.copytree(tiny, tmp_path / "broken")
    for weights in (broken / "unet").glob("*.safetensors"):
        weights.unlink()
        weights.symlink_to(tmp_path / "nowhere")
    rows = [{"prompt": "fox", "model": str(one)} for one in (broken, tiny)]
    (tmp_path / "rows.jsonl").write_text("\n".join(map(json.dumps, rows)))
    done = imagegen("batch", "rows.jsonl", "--steps", 1, "--json")
    summary = json_lines(done.stdout)[-1]
    assert (summary["made"], summary["failed"], summary["exit"]) == (1, 1, 1)
    assert "damaged-model" in done.stderr


@pytest.mark.parametrize("where", [["--log", "rows.jsonl"], ["--log", "./rows.jsonl", "-o", "x"]])
def test_events_are_not_written_into_the_rows(
    where: list[str], imagegen: Command, tiny: Path, tmp_path: Path
) -> None:
    (tmp_path / "rows.jsonl").write_text('{"prompt": "fox"}\n')
    done = imagegen("batch", "rows.jsonl", "-m", tiny, *where)
    assert (done.returncode, done.stdout) == (2, "")
    assert "error[same-file]" in done.stderr


def test_two_files_of_one_name_in_one_folder_at_once_are_each_drawn_once(
    tiny: Path, tmp_path: Path
) -> None:
    words: list[object] = ["-m", tiny, "--steps", 1, "--batch-size", 1, "--name", "cat", "-q"]
    runs = []
    for guidance in (2, 3):
        rows = (f"cat --seed {seed} --guidance {guidance} --name {{slug}}\n" for seed in range(60))
        (tmp_path / f"{guidance}.txt").write_text("".join(rows))
        runs.append(["batch", f"{guidance}.txt", *words, "-o", "out"])
    both = [begin(run, tmp_path) for run in runs]
    for one in both:
        assert one.communicate(timeout=100)[1] == ""
    assert len(pictures(tmp_path / "out")) == 120
    for run in runs:
        assert begin(run, tmp_path).communicate(timeout=100)[0] == ""


def test_many_folders_need_few_open_files(tiny: Path, tmp_path: Path) -> None:
    rows = "".join(f"cat --name d{number}/x.png\n" for number in range(150))
    (tmp_path / "rows.txt").write_text(rows)
    words = f"batch rows.txt -m {tiny} --steps 1 -q --batch-size 1"
    command = f"ulimit -n 128; {sys.executable} -m imagegen {words}"
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=tmp_path,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, len(done.stdout.split())) == (0, 150), done.stderr


def test_seeds_come_from_the_prompt_alone(imagegen: Command, tiny: Path, tmp_path: Path) -> None:
    (tmp_path / "rows.txt").write_text("cat\ndog\n")
    (tmp_path / "tiny").symlink_to(tiny)
    seeds = set()
    for words in (["-m", tiny], ["-m", "./tiny"], ["-m", "tiny/", "--steps", 2], ["--count", 2]):
        told = json_lines(imagegen("batch", "rows.txt", *words, "--dry-run", "--json").stdout)
        seeds.add(tuple(plan["seed"] for plan in events(told, "plan"))[:1])
    assert len(seeds) == 1


def test_another_vocabulary_is_another_model(imagegen: Command, tiny: Path, tmp_path: Path) -> None:
    model = shutil.copytree(tiny, tmp_path / "model")
    (tmp_path / "rows.txt").write_text("cat\n")
    words = ["batch", "rows.txt", "-m", "model", "--steps", 1]
    first = imagegen(*words).stdout
    config = model / "tokenizer" / "tokenizer_config.json"
    config.write_text(config.read_text().replace("<pad>", "</s>"))
    assert imagegen(*words).stdout not in {"", first}


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("dry", [[], ["--dry-run"]])
def test_a_signal_while_rows_are_checked_ends_in_a_summary(
    stop: signal.Signals, dry: list[str], tiny: Path, tmp_path: Path
) -> None:
    (tmp_path / "rows.txt").write_text("a red fox --steps 2\n" * 300_000)
    process = begin(["batch", "rows.txt", "-m", tiny, "--json", *dry], tmp_path)
    time.sleep(1.5)
    process.send_signal(stop)
    told, errors = process.communicate(timeout=30)
    assert "Traceback" not in errors
    summary = json.loads(told.splitlines()[-1])
    code = {signal.SIGINT: 130, signal.SIGTERM: 143}[stop]
    assert (process.returncode, summary["event"], summary["exit"]) == (code, "summary", code)


def test_a_log_has_the_end_of_a_refused_run(imagegen: Command, tiny: Path, tmp_path: Path) -> None:
    (tmp_path / "rows.txt").write_text("cat --seed x\n")
    assert imagegen("batch", "rows.txt", "-m", tiny, "--log", "log").returncode == 2
    logged = json_lines((tmp_path / "log").read_text())
    assert [line["event"] for line in logged] == ["error", "error", "summary"]


def test_nothing_on_stdin_is_no_success(imagegen: Command, tiny: Path) -> None:
    done = imagegen("batch", "-", "-m", tiny, "--json")
    assert done.returncode == 2
    assert "error[no-rows]" in done.stderr
    assert json_lines(done.stdout)[-1]["exit"] == 2


def test_names_that_are_no_text_are_told_all_the_same(tiny: Path, tmp_path: Path) -> None:
    name = os.fsdecode(b"rows-\xff.txt")
    (tmp_path / name).write_text("cat\n")
    process = begin(["batch", name, "-m", tiny, "--steps", 1, "--json", "-o", "out"], tmp_path)
    told, errors = process.communicate(timeout=60)
    assert process.returncode == 0, errors
    assert "rows-\\xff.txt:1" in [line["origin"] for line in events(json_lines(told), "picture")]


def test_a_folder_that_cannot_take_pictures_is_told_with_the_rows(
    imagegen: Command, tiny: Path, tmp_path: Path
) -> None:
    (tmp_path / "sub").touch()
    (tmp_path / "rows.txt").write_text(f"cat\ndog --out sub\nfox --out {'x' * 300}\n")
    for more in ([], ["--dry-run"]):
        done = imagegen("batch", "rows.txt", "-m", tiny, *more)
        assert done.returncode == 5
        for row in ("rows.txt:2", "rows.txt:3"):
            assert f"{row}: error[cannot-write]" in done.stderr


def test_a_record_holds_only_its_own_part_of_the_request(
    imagegen: Command, tiny: Path, tmp_path: Path
) -> None:
    imagegen("cat", "dog", "-m", tiny, "--steps", 1, "--seed", "1-3", "--batch-size", 6)
    request = json.loads((tmp_path / "dog-2.json").read_text())["request"]
    assert (request["prompts"], request["seeds"]) == (["dog"], [2])


def test_fail_fast_stops_at_the_first_failure(
    imagegen: Command, tiny: Path, tmp_path: Path
) -> None:
    (tmp_path / "dog.png").mkdir()
    rows = "cat\n" + "dog --name dog.png --overwrite\n" + "fox\n" * 200
    (tmp_path / "rows.txt").write_text(rows)
    words = ["batch", "rows.txt", "-m", tiny, "--steps", 1, "--batch-size", 1]
    done = imagegen(*words, "--fail-fast")
    assert done.returncode == 5
    assert 1 <= len(done.stdout.split()) < 10


def test_fail_fast_does_not_wait_for_rows_that_are_still_to_come(
    tiny: Path, tmp_path: Path
) -> None:
    (tmp_path / "dog.png").mkdir()
    words = ["batch", "-", "-m", tiny, "--steps", 1, "--fail-fast", "--json"]
    process = begin(words, tmp_path, stdin=subprocess.PIPE)
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write("dog --name dog.png --overwrite\n")
    process.stdin.flush()
    told = process.stdout.read()  # ends although stdin does not
    assert process.wait(30) == json_lines(told)[-1]["exit"] == 5


@pytest.mark.parametrize(
    ("stop", "code", "word"),
    [(signal.SIGINT, 130, "interrupted"), (signal.SIGTERM, 143, "terminated")],
)
def test_the_first_signal_finishes_the_picture_in_work(
    stop: signal.Signals, code: int, word: str, tiny: Path, tmp_path: Path
) -> None:
    (tmp_path / "rows.txt").write_text("cat\n" * 2000)
    words = ["batch", "rows.txt", "-m", tiny, "--steps", 2, "--batch-size", 1, "--json"]
    process = begin(words, tmp_path)
    assert process.stdout is not None
    begun = list(itertools.takewhile(lambda line: '"step"' not in line, process.stdout))
    process.send_signal(stop)
    rest, errors = process.communicate(timeout=60)
    lines = json_lines("".join(begun) + rest)
    summary = lines[-1]
    assert (process.returncode, summary["event"]) == (code, "summary")
    assert (summary["exit"], summary["stopped"]) == (code, word)
    assert 1 <= len(events(lines, "picture")) == summary["made"] == len(pictures(tmp_path)) < 2000
    assert "finishing the picture in work" in errors


def test_the_second_signal_stops_at_once(tiny: Path, tmp_path: Path) -> None:
    (tmp_path / "rows.txt").write_text("cat\n")
    words = ["batch", "rows.txt", "-m", tiny, "--steps", 900, "--json"]
    process = begin(words, tmp_path)
    assert process.stdout is not None
    next(line for line in process.stdout if '"step"' in line)
    process.send_signal(signal.SIGINT)
    assert process.stderr is not None
    next(line for line in process.stderr if "finishing" in line)
    process.send_signal(signal.SIGINT)
    rest, _ = process.communicate(timeout=20)
    summary = json.loads(rest.splitlines()[-1])
    assert (process.returncode, summary["event"], summary["made"]) == (130, "summary", 0)
    assert pictures(tmp_path) == {}


def test_two_runs_at_once_share_the_work(tiny: Path, tmp_path: Path) -> None:
    (tmp_path / "rows.txt").write_text("cat\n" * 150)
    words: list[object] = ["batch", "rows.txt", "-m", tiny, "--steps", 2, "--batch-size", 1]
    logs = [tmp_path / "first.log", tmp_path / "second.log"]
    # Into files: a run whose output nobody reads would stop, and the other wait for it.
    both = [begin([*words, "--quiet", "--log", log, "-o", "out"], tmp_path) for log in logs]
    for one in both:
        one.communicate(timeout=120)
    summaries = [json.loads(log.read_text().splitlines()[-1]) for log in logs]
    assert [one["exit"] for one in summaries] == [0, 0]
    assert len(pictures(tmp_path / "out")) == 150
    assert sum(one["made"] for one in summaries) == 150
    assert sum(one["skipped"] for one in summaries) == 150
    made = [line["id"] for line in journal(tmp_path / "out") if line["event"] == "picture"]
    assert len(made) == len(set(made)) == 150


def test_rows_of_stdin_are_drawn_as_they_come(tiny: Path, tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "imagegen", "batch", "-", "-m", str(tiny), "--steps", "1"],
        cwd=tmp_path,
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    for row, path in (("cat --d 7", "cat-7.png"), ('{"prompt": "dog", "seed": 8}', "dog-8.png")):
        process.stdin.write(row + "\n")
        process.stdin.flush()
        assert process.stdout.readline() == f"{path}\n"  # before the next row is written
    process.stdin.write('{"prompt": "dog", "sed": 8}\n')
    _, errors = process.communicate(timeout=60)
    assert "<stdin>:3: error[unknown-option]" in errors
    assert process.returncode == 1


def test_memory_that_is_short_halves_the_batch_and_the_record_says_so(
    tiny: Path, tmp_path: Path
) -> None:
    """An allocator that has room for four pictures: the network fails as it would on a device."""
    (tmp_path / "rows.txt").write_text("cat\n" * 16)
    words = ["batch", "rows.txt", "-m", str(tiny), "--steps", "1", "--batch-size", "16"]
    program = f"""
import sys, torch
from imagegen import cli, pipeline
load = pipeline.load
def load_with_little_memory(*words):
    loaded = load(*words)
    forward = loaded.pipe.unet.forward
    def forward_of_few(latents, *more, **options):
        if len(latents) > 2 * 4:  # with and without the words
            raise torch.OutOfMemoryError("CUDA out of memory")
        return forward(latents, *more, **options)
    loaded.pipe.unet.forward = forward_of_few
    return loaded
pipeline.load = load_with_little_memory
sys.exit(cli.main({words!r}))
"""
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    records = [picturefile.read_record(path) for path in sorted(tmp_path.glob("cat-*.png"))]
    assert len(records) == 16
    assert {record.batch.size for record in records} == {4}
    assert {notice.code for record in records for notice in record.warnings} == {"fewer-at-once"}
    assert done.stderr.count("warning[fewer-at-once]") == 1


def mistakes() -> Iterator[tuple[bytes, str]]:
    """Lines of JSON with a mistake each, and a word of what is said of it."""
    rows: list[tuple[dict[str, object], str]] = [
        ({"prompt": "cat", "colour": "red"}, "colour"),
        ({"prompt": "cat", "seed": "abc"}, "'abc'"),
        ({"prompt": "cat", "seed": -1}, "-1"),
        ({"prompt": "cat", "seed": 1.5}, "1.5"),
        ({"prompt": "cat", "size": "7x7"}, "7"),
        ({"prompt": "cat", "size": "big"}, "'big'"),
        ({"prompt": "cat", "size": "36"}, "multiple"),
        ({"prompt": "cat", "image": "missing.png"}, "no-picture"),
        ({"prompt": "cat", "imag": "a.png"}, "imag"),
        ({"prompt": "cat", "steps": 0}, "steps 0"),
        ({"prompt": "cat", "steps": "many"}, "'many'"),
        ({"prompt": "cat", "steps": [1, "x"]}, "'x'"),
        ({"prompt": "cat", "guidance": "1e999"}, "guidance"),
        ({"prompt": "cat", "guidance": 101}, "101"),
        ({"prompt": "cat", "scheduler": "eulr"}, "eulr"),
        ({"prompt": "cat", "scheduler": "flow-euler"}, "does not suit"),
        ({"prompt": "cat", "count": 0}, "count 0"),
        ({"prompt": "cat", "count": 2, "seed": [1, 2]}, "count 2"),
        ({"prompt": "cat", "name": "../x.png"}, "../x.png"),
        ({"prompt": "cat", "name": "{colour}.png"}, "{colour}"),
        ({"prompt": "cat", "name": "x.gif"}, "gif"),
        ({"prompt": "cat", "model": "./nowhere"}, "./nowhere"),
        ({"prompt": "cat", "device": "gpu"}, "'gpu'"),
        ({"prompt": "cat", "precision": "float8"}, "float8"),
        ({"prompt": "cat", "expand": "perhaps"}, "perhaps"),
        ({"prompt": "a {cat|dog"}, "character"),
        ({"prompt": "a __bird__"}, "wildcards"),
        ({"prompt": ""}, "empty"),
        ({"prompt": ["cat", ["dog"]]}, "prompt"),
        ({"seed": 1}, "no prompt"),
        ({"prompt": "cat", "negative": "dog", "guidance": 1}, "negative"),
        ({"prompt": "cat", "zip": True, "steps": [1, 2], "guidance": [1, 2, 3]}, "zip"),
        ({"prompt": "x" * 1_000_000}, "long"),
    ]
    for row, word in rows:
        yield json.dumps(row).encode(), word
    yield b'{"prompt": "\xff"}', "UTF-8"
    yield b'{"prompt": "cat"', "JSON"
    yield b'{"prompt": "cat", "prompt": "dog"}', "prompt"
    yield b"[1, 2]", ""
    yield b'{"prompt": "cat", "name": "same.png"}', ""
    yield b'{"prompt": "dog", "name": "same.png"}', "same.png"


def test_every_mistake_of_a_file_is_told_with_its_line_and_nothing_is_drawn(
    imagegen: Command, tiny: Path, tmp_path: Path
) -> None:
    lines = list(mistakes())
    (tmp_path / "rows.jsonl").write_bytes(b"".join(line + b"\n" for line, _ in lines))
    done = imagegen("batch", "rows.jsonl", "-m", tiny, "-o", "out")
    assert (done.returncode, done.stdout) == (2, "")
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "out").exists()
    told = done.stderr.splitlines()
    fine = len(lines) - 1
    for number, (_, word) in enumerate(lines, start=1):
        said = [line for line in told if line.startswith(f"rows.jsonl:{number}: error[")]
        assert len(said) == (0 if number == fine else 1), (number, lines[number - 1][0][:60], said)
        assert all(word in line for line in said), (number, word, said)
    hints = [line for line in told if line.startswith("try: ")]
    assert len(hints) == len(lines)  # one is fine, and the last line is of the whole file


def test_a_dry_run_forecasts_what_it_has_seen_before(
    imagegen: Command, tiny: Path, tmp_path: Path
) -> None:
    (tmp_path / "rows.txt").write_text("cat\ndog\n")
    words = ["batch", "rows.txt", "-m", tiny, "--steps", 1]
    (first,) = events(json_lines(imagegen(*words, "--dry-run", "--json").stdout), "forecast")
    assert (first["pictures"], first["there"]) == (2, 0)
    imagegen(*words)
    (tmp_path / "rows.txt").write_text("cat\ndog\nfox\n")
    lines = json_lines(imagegen(*words, "--dry-run", "--json").stdout)
    (later,) = events(lines, "forecast")
    assert (later["pictures"], later["there"]) == (1, 2)
    assert [plan["there"] for plan in events(lines, "plan")] == [True, True, False]
    assert 0 < float(str(later["seconds"])) < 60
    assert int(str(later["memory_bytes"])) > 100_000_000


def test_a_template_and_what_became_of_it_are_both_recorded(
    imagegen: Command, tiny: Path, tmp_path: Path
) -> None:
    (tmp_path / "wildcards").mkdir()
    (tmp_path / "wildcards" / "animals.txt").write_text("cat\ndog\nfox\n")
    (tmp_path / "rows.txt").write_text("{red|blue} __animals__\n")
    words = ["batch", "rows.txt", "-m", tiny, "--steps", 1, "--seed", "1-8"]
    done = imagegen(*words)
    assert done.returncode == 0, done.stderr
    records = [picturefile.read_record(tmp_path / path) for path in done.stdout.split()]
    assert {record.plan.template for record in records} == {"{red|blue} __animals__"}
    assert 1 < len({record.plan.prompt for record in records}) <= 6
    assert imagegen(*words).stdout == ""
    assert len(imagegen(*words, "--expand", "all", "--dry-run").stdout.splitlines()) == 6 * 8


def test_the_log_has_every_event_and_json_lines_fit_their_schema(
    imagegen: Command, tiny: Path, tmp_path: Path
) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    (tmp_path / "rows.txt").write_text("zebra\n")
    words = ["batch", "rows.txt", "-m", tiny, "--steps", 1, "--json", "--log", "events.log"]
    done = imagegen(*words)
    schema = json.loads(imagegen("events", "--schema").stdout)
    lines = json_lines(done.stdout)
    for line in lines:
        jsonschema.validate(line, schema)
    logged = json_lines((tmp_path / "events.log").read_text())
    assert [{k: v for k, v in line.items() if k != "time"} for line in logged] == lines
    assert {"start", "load", "ready", "step", "picture", "summary"} <= {
        str(line["event"]) for line in lines
    }


def test_a_folder_that_another_tool_uses_is_left_alone(
    imagegen: Command, tiny: Path, tmp_path: Path
) -> None:
    (tmp_path / "cat-1.png").write_bytes(b"somebody's")
    (tmp_path / "rows.txt").write_text("cat\n")
    done = imagegen("batch", "rows.txt", "-m", tiny, "--steps", 1, "--seed", 1)
    assert done.stdout == "cat-1-2.png\n"
    assert (tmp_path / "cat-1.png").read_bytes() == b"somebody's"
    assert os.listdir(tmp_path).count("cat-1.json") == 0  # noqa: PTH208


def test_rows_put_between_others_do_not_draw_these_again(
    imagegen: Command, tiny: Path, tmp_path: Path
) -> None:
    (tmp_path / "rows.txt").write_text("cat\n")
    words = ["batch", "rows.txt", "-m", tiny, "--seed", 1]
    assert imagegen(*words, "--steps", "2,4").stdout.split() == ["cat-1.png", "cat-1-2.png"]
    more = imagegen(*words, "--steps", "1,2,3,4").stdout.split()
    assert more == ["cat-1-3.png", "cat-1-4.png"]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["./missing.txt"], 5, "error[unreadable]"),
        (["rows.pdf"], 2, "error[unknown-format]"),
        (["rows.txt", "--steps", "abc"], 2, "error[bad-steps]"),
        (["rows.txt", "-m", "./nowhere"], 3, "error[model-not-found]"),
        (["-", "-m", "./nowhere"], 3, "error[model-not-found]"),
        (["empty.txt"], 2, "error[no-rows]"),
        ([], 2, "error[no-file]"),
    ],
)
def test_what_is_wrong_with_the_command_is_said_once(
    words: list[str], code: int, said: str, imagegen: Command, tmp_path: Path
) -> None:
    (tmp_path / "rows.txt").write_text("cat\ndog\n")
    (tmp_path / "empty.txt").write_text("# nothing\n")
    done = imagegen("batch", *words, "--json")
    assert done.returncode == code
    assert done.stderr.splitlines()[0].startswith(said)
    assert done.stderr.count("error[") == 1
    assert json_lines(done.stdout)[-1]["event"] == "summary"


def test_two_models_in_one_file_are_loaded_once_each(
    imagegen: Command, tiny: Path, tiny_epsilon: Path, tmp_path: Path
) -> None:
    rows = [{"prompt": "cat", "model": str(one)} for one in (tiny, tiny_epsilon) * 3]
    (tmp_path / "rows.jsonl").write_text("\n".join(map(json.dumps, rows)))
    done = imagegen("batch", "rows.jsonl", "--steps", 1, "--json")
    lines = json_lines(done.stdout)
    assert (done.returncode, len(events(lines, "picture"))) == (0, 6)
    assert [line["model"] for line in events(lines, "load")] == [str(tiny), str(tiny_epsilon)]
