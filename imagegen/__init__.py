"""Text to picture: `make_plans` decides what to draw, `imagegen.run.run` draws it."""

import os
from collections.abc import Callable, Iterator
from functools import lru_cache, partial
from pathlib import Path

from msgspec import structs

from imagegen import (
    adapters,
    catalog,
    controls,
    inversion_files,
    ip_adapters,
    layout,
    planning,
    schedulers,
    singlefile,
)
from imagegen.catalog import ModelCard
from imagegen.errors import ImagegenError, Notice, RequestError
from imagegen.inputs import Inputs, Picture
from imagegen.naming import Found, Names, Spot
from imagegen.plan import Plan
from imagegen.request import Request, check
from imagegen.singlefile import Given
from imagegen.templates import Wildcards

__version__ = "0.1.0"
__all__ = ["ImagegenError", "Plan", "Request", "__version__", "make_plans"]


def make_plans(request: Request, draw_seed: Callable[[], int] | None = None) -> list[Plan]:
    """Decide each picture asked for; reads the model's JSON, loads nothing heavy.

    Each goes to the path it wants, or to the first after it that is free.
    """
    names = Names()
    return [
        structs.replace(one, path=names.place(one.path, "", free, overwrite=one.overwrite).path)
        for one in plans(request, card(request), draw_seed)
    ]


def plans(
    request: Request, model: ModelCard, draw_seed: Callable[[], int] | None = None
) -> Iterator[Plan]:
    """One plan after another, at the paths they want, whatever lies there."""
    check(request)
    around = surroundings(_draw_seed if draw_seed is None else draw_seed, wildcards(request))
    return planning.make_plans(request, model, around)


def own_scheduler(card: ModelCard) -> str:
    """Our name of the scheduler that a model is drawn with if nothing is said."""
    if card.scheduler is None:
        return schedulers.name_of(card.scheduler_config)
    return schedulers.choose(card.scheduler, card.prediction)


def surroundings(
    draw_seed: Callable[[], int],
    files: Wildcards,
    own: Callable[[ModelCard], str] = own_scheduler,
) -> planning.Surroundings:
    """What plans take from outside themselves."""
    return planning.Surroundings(
        draw_seed=draw_seed,
        wildcards=files,
        choose_scheduler=schedulers.choose,
        own_scheduler=own,
        inputs=inputs,
        loras=partial(
            adapters.chosen,
            places=adapters.Places(os.environ.get("IMAGEGEN_LORA_DIR"), _fetch_lora),
        ),
        controls=partial(controls.chosen, places=controls.Places(_fetch_control, _look)),
        ip_adapters=partial(ip_adapters.chosen, look=_look),
        embeddings=partial(inversion_files.chosen, fetch=_fetch_embedding),
    )


def inputs(request: Request) -> Inputs:
    """The pictures that a request is drawn from, read to their ends."""
    if request.image is None:
        return Inputs()
    from imagegen import inputfile  # Pillow, only for who has a picture

    return inputfile.inputs(request.image, request.mask)


def card(request: Request) -> ModelCard:
    """What is known of the model that is asked for."""
    given = Given(request.model_config, request.tokenizer)
    asked = (request.revision, request.variant, bool(request.offline))
    found = catalog.find(
        catalog.BUILT_IN if request.model is None else request.model,
        partial(_fetch, *asked),
        lambda path: singlefile.complete(path, given, _hub_cache()),
    )
    singlefile.check_used(given, found.name, found.single)
    if found.revision is None:
        _check_local(request, found)
    return found


def _check_local(request: Request, found: ModelCard) -> None:
    """Refuse what only a hub's model can have, or what the folder has not."""
    kind = "a folder" if found.single is None else "a file"
    if request.revision is not None:
        raise RequestError(
            "revision-without-hub",
            f"revision '{request.revision}' does not go with '{found.name}', {kind}",
            hint="--revision with a hub id (owner/name)",
        )
    if found.single is not None:
        if request.variant is not None:
            raise RequestError(
                "variant-of-a-file",
                f"variant '{request.variant}' does not go with '{found.name}', {kind}",
                hint="--variant with a folder or a hub id",
            )
        return
    files = [path.relative_to(found.folder).as_posix() for path in found.folder.glob("*/*")]
    layout.check_safe(files, found.name)
    if request.variant is not None:
        layout.check_variant(files, request.variant, found.name)


def wildcards(request: Request) -> Wildcards:
    """The files that `__name__` in a prompt stands for."""
    return Wildcards(Path("wildcards" if request.wildcards is None else request.wildcards))


def free(path: Path) -> Found:
    """Whether neither picture nor sidecar of that name is there."""
    # Path.exists raises where a folder may not be read.
    there = os.path.lexists(path) or os.path.lexists(path.with_suffix(".json"))
    return Found(Spot.TAKEN if there else Spot.FREE)


def _draw_seed() -> int:
    return int.from_bytes(os.urandom(4), "big")  # 32 bits: what other tools can read, too


def _hub_cache() -> Path:
    from huggingface_hub import constants  # only for a single file

    return Path(constants.HF_HUB_CACHE)


@lru_cache(maxsize=64)
def _fetch_lora(name: str, offline: bool) -> tuple[Path, str]:
    from imagegen import hub_adapter  # only for a hub id

    return hub_adapter.fetch(name, offline=offline)


@lru_cache(maxsize=64)
def _fetch_control(name: str, offline: bool) -> tuple[Path, tuple[str, ...], str]:
    from imagegen import hub_control  # only for a hub id

    return hub_control.fetch(name, offline=offline)


def _look(path: str, what: str) -> Picture:
    from imagegen import inputfile  # Pillow, only for who has a picture

    return inputfile.look(path, what)


def _fetch_embedding(name: str, offline: bool) -> tuple[Path, str]:
    from imagegen import hub_adapter  # only for a hub id

    return hub_adapter.fetch(name, hub_adapter.EMBEDDING, offline=offline)


@lru_cache(maxsize=64)  # within one process a branch stays where it was first met
def _fetch(
    revision: str | None, variant: str | None, offline: bool, name: str
) -> tuple[Path, tuple[Notice, ...]]:
    from imagegen import download, hub, refusals  # only for a hub id: they bring an HTTP client

    folder, notices = hub.fetch_configs(name, revision, offline=offline)
    files = download.wanted(name, folder, variant)
    if (offline or hub.is_offline()) and download.missing(folder, files):
        raise refusals.offline(name, folder.name)
    return folder, notices
