"""Fetch from the Hugging Face hub the few JSON files that say what a model is; no weights."""

from pathlib import Path

from huggingface_hub import snapshot_download
from huggingface_hub.errors import (
    GatedRepoError,
    HfHubHTTPError,
    HFValidationError,
    LocalEntryNotFoundError,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)

from imagegen.errors import ModelError

CONFIGS = ["model_index.json", "imagegen.json", "*/config.json", "*/scheduler_config.json"]
TOKENIZERS = ["tokenizer/tokenizer.json"]


def fetch_configs(name: str) -> Path:
    """The folder of a hub model's configuration; its name is the revision."""
    try:
        return Path(snapshot_download(name, allow_patterns=CONFIGS + TOKENIZERS))
    except GatedRepoError as error:
        raise ModelError(
            "gated-model",
            f"model '{name}' is gated: its owner gives access on request",
            hint=f"ask at https://huggingface.co/{name}, then `hf auth login`",
        ) from error
    except (RepositoryNotFoundError, RevisionNotFoundError, HFValidationError) as error:
        raise ModelError(
            "model-not-found",
            f"the hub has no public model '{name}'",
            hint="the id as on huggingface.co (owner/name); `hf auth login` if it is private",
        ) from error
    except (LocalEntryNotFoundError, HfHubHTTPError) as error:
        raise ModelError(
            "offline",
            f"model '{name}' is not on this machine and the hub cannot be reached",
            hint="again with a network, or a folder with -m ./folder, or the built-in model",
        ) from error
