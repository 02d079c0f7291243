"""What it means when the hub says no, or nothing at all: exceptions into words for people."""

import errno
from collections.abc import Callable
from typing import Any

from huggingface_hub import constants
from huggingface_hub.errors import (
    DisabledRepoError,
    FileMetadataError,
    GatedRepoError,
    HfHubHTTPError,
    HFValidationError,
    LocalEntryNotFoundError,
    OfflineModeIsEnabled,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)

from imagegen.errors import ModelError

# What every failure of HTTP is, under each version of huggingface_hub and its client library.
HTTPProblem: type[Any] = HfHubHTTPError.__mro__[1]


class SilenceError(Exception):
    """Nothing was heard from the hub for too long; the message says for how long."""


class UnknownRevisionError(Exception):
    """No revision is called so."""


# What asking the hub raises: ValueError for an answer that is not the hub's.
PROBLEMS: tuple[type[Any], ...] = (
    *(HTTPProblem, OSError, SilenceError, LocalEntryNotFoundError),
    *(ValueError, TypeError, KeyError, AssertionError),
)
WAITING = ("awaiting", "pending")  # in the hub's words for a request that nobody has answered
REJECTED = "rejected"
FULL = (errno.ENOSPC, errno.EDQUOT)


def refusal(name: str, revision: str, error: Any, *, token: bool) -> ModelError:
    """The error to tell, by what asking for a model has raised; `token`: whether one was sent."""
    while isinstance(error, LocalEntryNotFoundError) and error.__cause__ is not None:
        error = error.__cause__  # huggingface_hub's "and it is not in the cache either"
    for kinds, told in REFUSALS:
        if isinstance(error, kinds):
            return told(name, revision, error, token)
    return _strange(name, revision, error, token)


def offline(name: str, revision: str) -> ModelError:
    """Nothing may be fetched, and it is not all here."""
    at = "" if revision == constants.DEFAULT_REVISION else f" at revision '{revision}'"
    return ModelError(
        "offline",
        f"model '{name}'{at} is not (or not wholly) on this machine, and the work is offline",
        hint=f"`imagegen models pull {name}` with a network, or -m ./folder, or the built-in model",
    )


def no_space(name: str, reason: str) -> ModelError:
    """The disk of the cache is too small."""
    return ModelError(
        "no-space",
        f"no room for model '{name}': {reason}",
        hint="`imagegen models rm` of another, or HF_HOME on another disk",
    )


def broken(name: str, file: str, reason: str) -> ModelError:
    """A file that came is not what the hub has, or did not come whole."""
    return ModelError(
        "broken-download",
        f"{file} of model '{name}' did not come as it is on the hub: {reason}",
        hint=f"`imagegen models pull {name}` again: files that are whole are kept",
    )


def _gated(name: str, _: str, error: Any, token: bool) -> ModelError:
    said = (error.server_message or "").lower()
    page = f"https://huggingface.co/{name}"
    problem = f"model '{name}' is gated: its owner gives access on request"
    if any(word in said for word in WAITING):
        return ModelError(
            "gated-model",
            f"{problem}, and yours is not answered yet",
            hint=f"wait, or ask on {page}",
        )
    if REJECTED in said:
        return ModelError("gated-model", f"{problem}, and yours was rejected", hint="another model")
    if not token:
        return ModelError(
            "gated-model",
            f"{problem}, to those who log in",
            hint=f"ask at {page}, then `hf auth login`",
        )
    return ModelError(
        "gated-model", f"{problem}, and your token has none", hint=f"ask at {page}, then again"
    )


def _no_revision(name: str, revision: str, _: Any, __: bool) -> ModelError:
    return ModelError(
        "revision-not-found",
        f"model '{name}' has no revision '{revision}'",
        hint=f"a branch, tag or commit of https://huggingface.co/{name}/commits/main",
    )


def _no_model(name: str, revision: str, error: Any, token: bool) -> ModelError:
    if token and getattr(getattr(error, "response", None), "status_code", None) == 401:
        return _bad_token(name, revision, error, token)
    return ModelError(
        "model-not-found",
        f"the hub has no model '{name}' that you may see",
        hint="the id as on huggingface.co (owner/name)"
        + ("" if token else "; `hf auth login` if it is private"),
    )


def _disabled(name: str, *_: Any) -> ModelError:
    return ModelError(
        "model-not-found", f"the hub has disabled model '{name}'", hint="another model"
    )


def _bad_token(name: str, *_: Any) -> ModelError:
    return ModelError(
        "bad-token",
        f"the hub does not take your token, asked for model '{name}'",
        hint="`hf auth login`, or a valid HF_TOKEN, or none where the model is public",
    )


def _offline(name: str, revision: str, *_: Any) -> ModelError:
    return offline(name, revision)


def _answered(name: str, revision: str, error: Any, token: bool) -> ModelError:
    status, headers = error.response.status_code, error.response.headers
    if status == 401:
        return _no_model(name, revision, error, token)
    if status == 403:
        return ModelError(
            "bad-token",
            f"your token may not read model '{name}': {_line(error.server_message or error)}",
            hint="a token with the right to read it, `hf auth login`",
        )
    wait = headers.get("Retry-After", "")
    if status == 429:
        after = f" for {wait} s" if wait.isdigit() else ""
        hint = f"again in {wait} s" if wait.isdigit() else "again in some minutes"
        return ModelError("hub-error", f"the hub wants no more requests{after}", hint=hint)
    said = f": {_line(error.server_message)}" if error.server_message else ""
    return ModelError(
        "hub-error",
        f"the hub answered {status} when asked for model '{name}'{said}",
        hint="again later; --offline draws with what is on this machine",
    )


def _unreachable(name: str, _: str, error: Any, __: bool) -> ModelError:
    reason = _line(error)
    hint = "a network; --offline draws with what is on this machine"
    if "CERTIFICATE" in reason.upper() or "SSL" in reason.upper():
        hint = "the right clock, and SSL_CERT_FILE where a proxy signs with its own certificate"
    elif type(error).__name__ == "ProxyError":
        hint = "the right HTTPS_PROXY, or none"
    return ModelError(
        "hub-unreachable",
        f"the hub at {constants.ENDPOINT} cannot be reached, asked for model '{name}': {reason}",
        hint=hint,
    )


def _system(name: str, revision: str, error: Any, token: bool) -> ModelError:
    if error.errno in FULL:
        return no_space(name, error.strerror)
    if error.errno is None:
        return _strange(name, revision, error, token)
    return ModelError(
        "cache-not-writable",
        f"model '{name}' cannot be kept: {error.filename or ''} {error.strerror}",
        hint="HF_HOME with a folder that may be written",
    )


def _strange(name: str, _: str, error: Any, __: bool) -> ModelError:
    return ModelError(
        "hub-error",
        f"the answer of {constants.ENDPOINT} about model '{name}' makes no sense: {_line(error)}",
        hint="a network that does not answer in the hub's place; HF_ENDPOINT, if it is set",
    )


def _line(error: Any) -> str:
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__


Told = Callable[[str, str, Any, bool], ModelError]
# The first row that fits counts: particular kinds stand before those that they are kinds of.
REFUSALS: tuple[tuple[type[Any] | tuple[type[Any], ...], Told], ...] = (
    (GatedRepoError, _gated),
    ((RevisionNotFoundError, UnknownRevisionError), _no_revision),
    ((RepositoryNotFoundError, HFValidationError), _no_model),
    (DisabledRepoError, _disabled),
    ((OfflineModeIsEnabled, LocalEntryNotFoundError), _offline),
    (HfHubHTTPError, _answered),
    ((HTTPProblem, SilenceError), _unreachable),
    (UnicodeError, _bad_token),  # a token is all that goes into a header
    (FileMetadataError, _strange),
    (OSError, _system),
)
