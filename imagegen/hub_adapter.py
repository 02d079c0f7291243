"""Bring an adapter of the hub to this machine: one safetensors file of a repository."""

from functools import partial
from pathlib import Path
from typing import NamedTuple

from huggingface_hub import (
    HfApi,
    constants,
    get_cached_repo_tree,
    hf_hub_download,
    snapshot_download,
)
from huggingface_hub.errors import LocalEntryNotFoundError

from imagegen import hub, refusals
from imagegen.errors import ModelError
from imagegen.refusals import PROBLEMS

SUFFIX = ".safetensors"
CONFIG = "adapter_config.json"


class Kind(NamedTuple):
    """A kind of adapter: its name, its option, and what its file is usually called."""

    name: str
    option: str
    usual: tuple[str, ...]


LORA = Kind("LoRA", "lora", ("pytorch_lora_weights.safetensors", "adapter_model.safetensors"))
EMBEDDING = Kind("embedding", "embedding", ("learned_embeds.safetensors",))


def fetch(asked: str, kind: Kind = LORA, *, offline: bool = False) -> tuple[Path, str]:
    """The file of `owner/name` or `owner/name/file`, and its id with the commit.

    What is here is taken without asking where that is forbidden, or where the hub does not answer.
    """
    hub.be_quiet()
    owner, repository, *rest = asked.split("/")
    name, file = f"{owner}/{repository}", "/".join(rest)
    if offline or hub.is_offline():
        return _here(name, file, kind)
    try:
        (info,) = hub.answers([partial(HfApi().model_info, name, timeout=hub.PATIENCE)])
        # Has huggingface_hub write down which files there are, and which commit that is.
        hub.answers([partial(snapshot_download, name, revision="main", allow_patterns=[])])
        files = [one.path for one in get_cached_repo_tree(name, revision=info.sha)]
        wanted = _chosen(name, file, files, kind)
        if wanted in LORA.usual and CONFIG in files:
            hf_hub_download(name, CONFIG, revision=info.sha)
        path = hf_hub_download(name, wanted, revision=info.sha)
    except PROBLEMS as error:
        told = refusals.refusal(name, "main", error, token=hub.has_token())
        raise told from error
    return Path(path), f"{name}@{info.sha}/{wanted}"


def _here(name: str, file: str, kind: Kind) -> tuple[Path, str]:
    try:
        folder = Path(
            snapshot_download(
                name,
                revision=constants.DEFAULT_REVISION,
                local_files_only=True,
                allow_patterns=[f"*{SUFFIX}", CONFIG],
            )
        )
    except LocalEntryNotFoundError:
        raise _not_here(f"{name}/{file}" if file else name, kind) from None
    except PROBLEMS as error:
        raise refusals.refusal(name, "main", error, token=False) from error
    files = [path.relative_to(folder).as_posix() for path in folder.rglob(f"*{SUFFIX}")]
    if file not in files and (file or not files):
        raise _not_here(f"{name}/{file}" if file else name, kind)
    wanted = _chosen(name, file, files, kind)
    return folder / wanted, f"{name}@{folder.name}/{wanted}"


def _not_here(asked: str, kind: Kind) -> ModelError:
    return ModelError(
        "offline",
        f"{kind.name} '{asked}' is no file here, nor here from the hub, and the work is offline",
        hint="the path of a file that is here, or the same with a network",
    )


def _chosen(name: str, file: str, files: list[str], kind: Kind) -> str:
    """The file that is asked for, else the usual one, else the only one."""
    tensors = sorted(one for one in files if one.endswith(SUFFIX))
    usual = [one for one in tensors if one in kind.usual]
    fits = [file] if file in tensors else (usual or tensors) if not file else []
    if len(fits) == 1:
        return fits[0]
    listed = ", ".join(tensors[:4]) or "none"
    raise ModelError(
        f"{kind.option}-not-found",
        f"'{name}' has not one {file or SUFFIX} file; of {SUFFIX} it has {listed}",
        hint=f"--{kind.option} {name}/FILE",
    )
