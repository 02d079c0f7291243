"""Short names stand for hub ids, and say how these are best used."""

import json
import shutil
from pathlib import Path

import pytest

from imagegen import aliases, catalog, schedulers
from imagegen.aliases import ALIASES
from imagegen.errors import ModelError, RequestError


@pytest.mark.parametrize("name", ALIASES)
def test_a_row_of_the_table_makes_sense(name: str) -> None:
    alias = ALIASES[name]
    assert catalog.hub_id(name) == alias.id
    assert catalog.HUB_ID.fullmatch(alias.id)
    assert not catalog.HUB_ID.fullmatch(name)
    multiple = alias.multiple or 8
    assert alias.width % multiple == alias.height % multiple == 0
    assert 1 <= alias.steps <= 50
    assert alias.guided or alias.guidance <= 1
    assert alias.guided or not alias.negative
    assert 1 < alias.memory < 100
    assert alias.scheduler is None or alias.scheduler in schedulers.SCHEDULERS


def test_names_and_ids_are_there_once() -> None:
    assert len({alias.id for alias in ALIASES.values()}) == len(ALIASES)
    assert catalog.BUILT_IN not in ALIASES


def test_a_short_name_draws_as_its_row_says(tiny: Path) -> None:
    asked: list[str] = []

    def fetch(name: str) -> tuple[Path, tuple[()]]:
        asked.append(name)
        return tiny, ()

    card = catalog.find("sdxl-turbo", fetch)
    assert asked == [ALIASES["sdxl-turbo"].id] == [card.source]
    assert (card.name, card.steps, card.guidance) == ("sdxl-turbo", 4, 0.0)
    assert (card.width, card.height, card.revision) == (512, 512, tiny.name)


def test_what_the_model_says_of_itself_comes_before_the_table(tiny: Path, tmp_path: Path) -> None:
    model = shutil.copytree(tiny, tmp_path / "commit")
    (model / "imagegen.json").write_text(json.dumps({"steps": 3, "width": 64}))
    card = catalog.find("sdxl", lambda _: (model, ()))
    assert (card.steps, card.width, card.height, card.guidance) == (3, 64, 1024, 5.0)


@pytest.mark.parametrize(
    ("wrong", "meant"), [("sdx", "sdxl"), ("flux-schnel", "flux-schnell"), ("sd-15", "sd15")]
)
def test_a_name_spelled_wrong_is_answered_with_the_right_one(wrong: str, meant: str) -> None:
    with pytest.raises(ModelError) as refusal:
        catalog.find(wrong, lambda _: (Path(), ()))
    assert refusal.value.hint.startswith(f"-m {meant},")


def test_own_names_are_read_from_a_file(tmp_path: Path) -> None:
    assert aliases.own(tmp_path / "none.toml") == {}
    file = tmp_path / "imagegen.toml"
    file.write_text('[models]\nmine = "a/b"\n[models.other]\nmodel = "./x"\nguidance = 3\n')
    own = aliases.own(file)
    assert (own["mine"].model, own["other"].guidance) == ("a/b", 3.0)
    file.write_bytes(b"\xff")
    with pytest.raises(RequestError) as refusal:
        aliases.own(file)
    assert refusal.value.code == "bad-config"
