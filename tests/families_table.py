"""The table of docs/models.md: a row for each pipeline class, read and written by the tests."""

from collections.abc import Sequence
from pathlib import Path

DOCS = Path(__file__).parent.parent / "docs" / "models.md"
BEGIN, END = "<!-- families -->\n", "<!-- end of families -->"
HEAD = (
    *("class", "drawn", "steps", "guidance", "negative prompt", "schedulers"),
    *("image-to-image", "inpaint", "LoRA"),
)


def rows() -> dict[str, str]:
    """The rows of the table, by class."""
    lines = DOCS.read_text().partition(BEGIN)[2].partition(END)[0].splitlines()[2:]
    return {line.split("`")[1]: line for line in lines}


def row(class_name: str, cells: Sequence[str]) -> str:
    """One row as it stands in the table."""
    return f"| `{class_name}` | {' | '.join(cells)} |"


def write(class_name: str, line: str) -> None:
    """Put a row into the table, in the order of names."""
    text = DOCS.read_text()
    before, after = text.partition(BEGIN)[0], text.partition(END)[2]
    every = {**rows(), class_name: line}
    head = [f"| {' | '.join(HEAD)} |", "|---" * len(HEAD) + "|"]
    table = "\n".join([*head, *(every[name] for name in sorted(every))])
    DOCS.write_text(f"{before}{BEGIN}{table}\n{END}{after}")
