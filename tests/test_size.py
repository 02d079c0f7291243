"""Small is kept small: no file over 400 lines, no function over 50, no drawer for everything."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "imagegen"
FILES = sorted(PACKAGE.rglob("*.py"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_files_and_functions_are_short(path: Path) -> None:
    text = path.read_text()
    assert len(text.splitlines()) <= 400
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            # A command's signature is its table of options; what it does is its body.
            body = node.body[-1].end_lineno - node.body[0].lineno + 1  # type: ignore[operator]
            assert body <= 50, node.name


def test_no_file_is_a_drawer_for_everything() -> None:
    names = {path.stem for path in FILES}
    assert not names & {"utils", "util", "common", "helpers", "helper", "misc", "tools", "core"}


@pytest.mark.parametrize(
    "path",
    [path for path in FILES if path.stat().st_size],
    ids=lambda path: str(path.relative_to(PACKAGE)),
)
def test_each_file_opens_with_what_it_knows(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text()))
