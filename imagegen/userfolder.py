"""The folders in which the tool remembers things, and looks for what the person has set."""

import os
from pathlib import Path

from platformdirs import user_cache_path, user_config_path


def cache() -> Path:
    """Where it lies: `IMAGEGEN_CACHE`, or where this system keeps caches."""
    said = os.environ.get("IMAGEGEN_CACHE")
    return Path(said) if said else user_cache_path("imagegen", appauthor=False)


def config() -> Path:
    """Where the person's settings lie: `IMAGEGEN_CONFIG`, or where this system keeps settings."""
    said = os.environ.get("IMAGEGEN_CONFIG")
    return Path(said) if said else user_config_path("imagegen", appauthor=False) / "imagegen.toml"
