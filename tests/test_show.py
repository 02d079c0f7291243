"""What a person sees at a terminal."""

import os
import pty
import re
import subprocess
import sys
from pathlib import Path

from conftest import environment

CONTROL = re.compile(r"\x1b\[(\??\d*)([A-Za-z])|(\r)|(\n)|([^\x1b\r\n]+)")


def screen(output: str) -> list[str]:
    """The lines that a terminal shows in the end; it knows what progress bars are made of."""
    lines, row, column = [""], 0, 0
    for number, command, start, feed, text in CONTROL.findall(output):
        if start:
            column = 0
        elif feed:
            row += 1
            lines += [""] * (row + 1 - len(lines))
        elif command == "A":
            row = max(0, row - int(number or 1))
        elif command == "K":
            lines[row] = ""
        elif text:
            lines[row] = lines[row][:column].ljust(column) + text + lines[row][column + len(text) :]
            column += len(text)
    return lines


def at_a_terminal(words: list[str], folder: Path) -> list[str]:
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "imagegen", *words],
        cwd=folder,
        env={**environment(), "TERM": "xterm"},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    output = b""
    try:
        while piece := os.read(ours, 65536):
            output += piece
    except OSError:  # Linux says so when the other end is closed
        pass
    os.close(ours)
    assert process.wait(60) == 0, output
    assert b"pictures" in output  # there were bars
    return screen(output.decode())


def test_results_stay_on_the_screen_and_bars_do_not(tiny: Path, tmp_path: Path) -> None:
    (tmp_path / "rows.txt").write_text("cat\ndog\nfox\nhill\n")
    words = ["batch", "rows.txt", "-m", str(tiny), "--steps", "2", "--seed", "1"]
    lines = [line.rstrip() for line in at_a_terminal(words, tmp_path)]
    told = ["4 rows, 4 pictures", *(f"{name}-1.png" for name in ("cat", "dog", "fox", "hill"))]
    assert [line for line in lines if line] == told
