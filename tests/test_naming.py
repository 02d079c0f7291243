"""Where a picture goes: names are safe, free, and shared by no two pictures."""

import itertools
from pathlib import Path

import pytest

from imagegen.naming import Names, Spot, free_names, slug


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A Red  Cat!", "a-red-cat"),
        ("Köln bei Nacht", "köln-bei-nacht"),
        ("猫", "猫"),
        ("../../etc/passwd", "etc-passwd"),
        ("!!!", "picture"),
    ],
)
def test_a_slug_is_safe_in_every_file_system(text: str, expected: str) -> None:
    assert slug(text) == expected


def test_a_slug_is_short() -> None:
    assert len(slug("猫" * 500).encode()) <= 80


def test_free_names_go_on() -> None:
    names = itertools.islice(free_names(Path("a/x.png")), 3)
    assert list(map(str, names)) == ["a/x.png", "a/x-2.png", "a/x-3.png"]


def test_many_pictures_of_one_name_are_named_soon() -> None:
    looked: list[Path] = []

    def look(path: Path) -> Spot:
        looked.append(path)
        return Spot.FREE

    names = Names()
    paths = [names.place(Path("x.png"), look, overwrite=False).path for _ in range(100)]
    assert (len(set(paths)), len(looked)) == (100, 100)


def test_a_name_that_belongs_to_another_is_passed_over() -> None:
    spots = {"x.png": Spot.TAKEN, "x-2.png": Spot.OURS, "x-3.png": Spot.FREE}

    def look(path: Path) -> Spot:
        return spots[str(path)]

    assert Names().place(Path("x.png"), look, overwrite=False) == (Path("x-2.png"), Spot.OURS)
    assert Names().place(Path("x.png"), look, overwrite=True) == (Path("x.png"), Spot.TAKEN)


def test_a_name_given_in_this_run_is_not_given_again_even_to_overwrite() -> None:
    names = Names()
    for expected in ("x.png", "x-2.png", "x-3.png"):
        place = names.place(Path("x.png"), lambda path: Spot.FREE, overwrite=True)
        assert str(place.path) == expected
