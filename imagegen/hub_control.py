"""Bring a control network of the hub to this machine: its configuration and weights."""

from functools import partial
from pathlib import Path

from huggingface_hub import (
    HfApi,
    constants,
    get_cached_repo_tree,
    hf_hub_download,
    snapshot_download,
)
from huggingface_hub.errors import LocalEntryNotFoundError

from imagegen import controls, hub, refusals
from imagegen.errors import ModelError
from imagegen.refusals import PROBLEMS


def fetch(name: str, *, offline: bool = False) -> tuple[Path, tuple[str, ...], str]:
    """Its folder, its files of weights, and its id with the commit.

    Nobody is asked where that is forbidden. Raises ModelError.
    """
    hub.be_quiet()
    if offline or hub.is_offline():
        return _here(name)
    try:
        (info,) = hub.answers([partial(HfApi().model_info, name, timeout=hub.PATIENCE)])
        # Has huggingface_hub write down which files there are, and which commit that is.
        hub.answers([partial(snapshot_download, name, revision="main", allow_patterns=[])])
        files = [one.path for one in get_cached_repo_tree(name, revision=info.sha)]
        wanted = _wanted(name, files)
        paths = [hf_hub_download(name, one, revision=info.sha) for one in wanted]
    except PROBLEMS as error:
        told = refusals.refusal(name, "main", error, token=hub.has_token())
        raise told from error
    return Path(paths[0]).parent, wanted[1:], f"{name}@{info.sha}"


def _here(name: str) -> tuple[Path, tuple[str, ...], str]:
    try:
        patterns = [controls.CONFIG, f"{controls.STEM}*{controls.SUFFIX}"]
        folder = Path(snapshot_download(name, local_files_only=True, allow_patterns=patterns))
    except LocalEntryNotFoundError:
        raise refusals.offline(name, constants.DEFAULT_REVISION) from None
    except PROBLEMS as error:
        raise refusals.refusal(name, "main", error, token=False) from error
    names = [path.name for path in folder.iterdir()]
    files = controls.files_of(names)
    if not files or controls.CONFIG not in names:
        raise refusals.offline(name, constants.DEFAULT_REVISION)
    return folder, files, f"{name}@{folder.name}"


def _wanted(name: str, files: list[str]) -> tuple[str, ...]:
    """The configuration, then the weights."""
    weights = controls.files_of(files)
    if weights and controls.CONFIG in files:
        return (controls.CONFIG, *weights)
    raise ModelError(
        "control-not-found",
        f"'{name}' has no {controls.CONFIG} with {controls.STEM}{controls.SUFFIX}",
        hint=controls.HINT,
    )
