"""Where a picture goes: names are safe, free, and shared by no two pictures."""

import itertools
from pathlib import Path

import pytest

from imagegen.naming import Found, Names, Place, Spot, free_names, slug


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

    def look(path: Path) -> Found:
        looked.append(path)
        return Found(Spot.FREE)

    names = Names()
    paths = [names.place(Path("x.png"), str(n), look, overwrite=False).path for n in range(100)]
    assert (len(set(paths)), len(looked)) == (100, 100)


def test_names_that_others_have_are_looked_at_once() -> None:
    looked: list[Path] = []

    def look(path: Path) -> Found:
        looked.append(path)
        number = int(path.stem.partition("-")[2] or 1)
        return Found(Spot.WHOLE, f"old {number}") if number <= 100 else Found(Spot.FREE)

    names = Names()
    for number in range(100):
        place = names.place(Path("x.png"), f"new {number}", look, overwrite=False)
        assert place == (Path(f"x-{101 + number}.png"), Spot.FREE)
    assert names.place(Path("x.png"), "old 7", look, overwrite=False).path == Path("x-7.png")
    assert len(looked) == 200


def test_a_name_that_belongs_to_another_is_passed_over() -> None:
    lies = {"x.png": Found(Spot.TAKEN), "x-2.png": Found(Spot.TORN, "me")}

    def look(path: Path) -> Found:
        return lies.get(str(path), Found(Spot.FREE))

    def place(identity: str, *, overwrite: bool) -> Place:
        return Names().place(Path("x.png"), identity, look, overwrite=overwrite)

    assert place("me", overwrite=False) == (Path("x-2.png"), Spot.TORN)
    assert place("other", overwrite=False) == (Path("x-3.png"), Spot.FREE)
    assert place("other", overwrite=True) == (Path("x.png"), Spot.FREE)


def test_a_name_given_in_this_run_is_not_given_again_even_to_overwrite() -> None:
    names = Names()
    for expected in ("x.png", "x-2.png", "x-3.png"):
        place = names.place(Path("x.png"), "", lambda path: Found(Spot.FREE), overwrite=True)
        assert str(place.path) == expected


def test_pictures_that_would_share_a_sidecar_share_no_name() -> None:
    names = Names()
    for wanted, expected in (("x.png", "x.png"), ("x.PNG", "x-2.PNG")):
        place = names.place(Path(wanted), wanted, lambda path: Found(Spot.FREE), overwrite=True)
        assert str(place.path) == expected
