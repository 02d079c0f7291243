"""Text to picture: `make_plans` decides what to draw, `imagegen.run.run` draws it."""

import os
from collections.abc import Callable
from pathlib import Path

from imagegen import catalog, plan, schedulers
from imagegen.errors import ImagegenError
from imagegen.plan import Plan
from imagegen.request import Request

__version__ = "0.1.0"
__all__ = ["ImagegenError", "Plan", "Request", "__version__", "make_plans"]


def make_plans(request: Request, draw_seed: Callable[[], int] | None = None) -> list[Plan]:
    """Decide each picture asked for; reads the model's JSON, loads nothing heavy."""
    card = catalog.find(catalog.BUILT_IN if request.model is None else request.model, _fetch)
    around = plan.Surroundings(
        draw_seed=_draw_seed if draw_seed is None else draw_seed,
        exists=os.path.lexists,  # Path.exists raises where a folder may not be read
        choose_scheduler=schedulers.choose,
        own_scheduler=_own_scheduler,
    )
    return plan.make_plans(request, card, around)


def _draw_seed() -> int:
    return int.from_bytes(os.urandom(4), "big")  # 32 bits: what other tools can read, too


def _own_scheduler(card: catalog.ModelCard) -> str:
    if card.scheduler is None:
        return schedulers.name_of(card.scheduler_config)
    return schedulers.choose(card.scheduler, card.prediction)


def _fetch(name: str) -> Path:
    from imagegen import hub  # only for a hub id: it brings an HTTP client

    return hub.fetch_configs(name)
