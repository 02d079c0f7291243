"""The folder in which the tool remembers things between runs; losing it costs only time."""

import os
from pathlib import Path

from platformdirs import user_cache_path


def cache() -> Path:
    """Where it lies: `IMAGEGEN_CACHE`, or where this system keeps caches."""
    said = os.environ.get("IMAGEGEN_CACHE")
    return Path(said) if said else user_cache_path("imagegen", appauthor=False)
