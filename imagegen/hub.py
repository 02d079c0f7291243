"""Fetch from the Hugging Face hub the few JSON files that say what a model is; no weights."""

import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from fnmatch import fnmatchcase
from functools import partial
from logging import CRITICAL
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any

from huggingface_hub import (
    HfApi,
    constants,
    get_cached_repo_tree,
    get_hf_file_metadata,
    get_token,
    hf_hub_download,
    hf_hub_url,
    snapshot_download,
)
from huggingface_hub.errors import (
    CachedRepoTreeNotFoundError,
    HFValidationError,
    LocalEntryNotFoundError,
)
from huggingface_hub.utils import logging
from huggingface_hub.utils.tqdm import disable_progress_bars

from imagegen import refusals
from imagegen.errors import ModelError, Notice
from imagegen.refusals import PROBLEMS, SilenceError, UnknownRevisionError

CONFIGS = ("model_index.json", "imagegen.json", "*/config.json", "*/scheduler_config.json")
TOKENIZERS = ("tokenizer/tokenizer_config.json", "tokenizer/tokenizer.json")
# A closed vocabulary is small; larger tokenizers come with the weights.
LARGEST_CONFIG = 300_000
# Seconds without a word until the hub counts as out of reach: huggingface_hub itself would ask
# again and again, for minutes.
PATIENCE = 3.5
COMMIT = re.compile(r"[0-9a-f]{40}")
REVISION = re.compile(r"(?!.*\.\.)[\w.][\w./-]*", re.ASCII)


def fetch_configs(
    name: str, revision: str | None = None, *, offline: bool = False
) -> tuple[Path, tuple[Notice, ...]]:
    """The folder of a hub model's configuration, and what to know of it; its name is the commit.

    A commit that is on this machine is not asked for; neither is anything when offline. Else the
    hub says which commit a branch or tag is now. If it cannot, the one that it was before serves,
    with a notice.
    """
    be_quiet()
    wanted = constants.DEFAULT_REVISION if revision is None else revision
    here = cached(name, wanted)
    if offline or is_offline():
        if here is None:
            raise refusals.offline(name, wanted)
        return here, ()
    if here is not None and COMMIT.fullmatch(wanted) and _is_listed(name, wanted):
        return here, ()
    try:
        return _fetched(name, wanted, here), ()
    except ModelError as error:
        if here is None or error.code == "revision-not-found":
            raise
        return here, (_as_before(error, here),)


def cached(name: str, revision: str) -> Path | None:
    """The folder of a revision whose configuration is on this machine, whole; asks nobody."""
    if not REVISION.fullmatch(revision):
        raise refusals.refusal(name, revision, UnknownRevisionError(), token=False)
    try:
        found = snapshot_download(
            name, revision=revision, local_files_only=True, allow_patterns=list(CONFIGS)
        )
    except HFValidationError as error:
        raise refusals.refusal(name, revision, error, token=False) from None
    except LocalEntryNotFoundError:
        return None
    return Path(found) if (Path(found) / "model_index.json").is_file() else None


def listing(name: str, commit: str, folder: Path) -> dict[str, int]:
    """The size of each file that the hub has of a model; of those here, if that is unknown."""
    with suppress(CachedRepoTreeNotFoundError):
        return {file.path: file.size for file in get_cached_repo_tree(name, revision=commit)}
    found = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.stat().st_size for path in found}


def knock(name: str, commit: str, file: str) -> None:
    """Refuse at once what the hub would not give, or could not: asked for a file's size alone."""
    url = hf_hub_url(name, file, revision=commit)
    try:
        answers([partial(get_hf_file_metadata, url, timeout=PATIENCE)])
    except PROBLEMS as error:
        raise refusals.refusal(name, commit, error, token=has_token()) from error


def be_quiet() -> None:
    """What huggingface_hub says in passing is not for the person at the shell."""
    logging.set_verbosity(CRITICAL)  # what is wrong is raised as well
    if constants.HF_HUB_DISABLE_PROGRESS_BARS is None:
        disable_progress_bars()


def is_offline() -> bool:
    """Whether the environment forbids to ask the hub (HF_HUB_OFFLINE)."""
    return bool(constants.is_offline_mode())


def has_token() -> bool:
    """Whether the hub is told who asks."""
    return get_token() is not None and not constants.HF_HUB_DISABLE_IMPLICIT_TOKEN


def _fetched(name: str, wanted: str, here: Path | None) -> Path:
    """Fetch the configuration of what a revision is now."""
    try:
        look_up = partial(HfApi().model_info, name, revision=wanted, timeout=PATIENCE)
        (info,) = answers([look_up])
        if not COMMIT.fullmatch(str(info.sha)):
            raise ValueError(f"the commit of '{wanted}' is {info.sha!r}")
        # Asks again only where the branch has moved, to write down where it is now.
        moved = here is None or here.name != info.sha
        answers([partial(_list, name, wanted if moved else info.sha)])
        files = get_cached_repo_tree(name, revision=info.sha)
        wants = [
            file.path for file in files if _is_config(file.path) and file.size <= LARGEST_CONFIG
        ]
        if "model_index.json" not in wants:
            raise _no_pipeline(name, [file.path for file in files])
        paths = answers([partial(hf_hub_download, name, file, revision=info.sha) for file in wants])
    except CachedRepoTreeNotFoundError:
        raise refusals.no_space(name, "the list of its files cannot be written down") from None
    except PROBLEMS as error:
        raise refusals.refusal(name, wanted, error, token=has_token()) from error
    return Path(paths[wants.index("model_index.json")]).parent


def _is_listed(name: str, commit: str) -> bool:
    with suppress(CachedRepoTreeNotFoundError):
        return bool(get_cached_repo_tree(name, revision=commit))
    return False


def _list(name: str, revision: str) -> str:
    """Have huggingface_hub write down which files there are; fetches none."""
    return str(snapshot_download(name, revision=revision, allow_patterns=[]))


def _is_config(file: str) -> bool:
    return any(fnmatchcase(file, pattern) for pattern in (*CONFIGS, *TOKENIZERS))


def answers(questions: Sequence[Callable[[], Any]]) -> list[Any]:
    """What the hub answers, asked all at once; the first problem is raised, and silence is one.

    Each is asked in a thread that nobody waits for: looking up a host's name cannot be given up.
    """
    heard: SimpleQueue[tuple[int, Any]] = SimpleQueue()
    for number, question in enumerate(questions):
        Thread(target=_ask, args=(number, question, heard), daemon=True).start()
    answers: dict[int, Any] = {}
    while len(answers) < len(questions):
        try:
            number, answer = heard.get(timeout=PATIENCE)
        except Empty:
            raise SilenceError(f"no answer within {PATIENCE:g} s") from None
        if isinstance(answer, PROBLEMS):
            raise answer
        answers[number] = answer
    return [answers[number] for number in range(len(questions))]


def _ask(number: int, question: Callable[[], Any], heard: "SimpleQueue[tuple[int, Any]]") -> None:
    try:
        heard.put((number, question()))
    except PROBLEMS as error:
        heard.put((number, error))


def _as_before(error: ModelError, here: Path) -> Notice:
    return Notice(
        error.code,
        f"{error.message}; taken is what is on this machine, revision {here.name[:12]}",
        hint="--offline, which asks nobody",
    )


def _no_pipeline(name: str, files: Sequence[str]) -> ModelError:
    single = [file for file in files if "/" not in file and file.endswith(".safetensors")]
    has = f"; it has {', '.join(single[:3])}" if single else ""
    return ModelError(
        "not-a-model",
        f"model '{name}' has no model_index.json{has}",
        hint="a model in the format of diffusers"
        + (", or one of those files, downloaded" if single else ""),
    )
