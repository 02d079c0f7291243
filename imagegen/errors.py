"""What can go wrong, in words for people, and the exit code of each kind."""

from enum import IntEnum

from msgspec import Struct


class ExitCode(IntEnum):
    """How the command ends; scripts may rely on these numbers."""

    DONE = 0
    FAILED = 1
    REQUEST = 2
    MODEL = 3
    MEMORY = 4
    FILE = 5
    INTERRUPTED = 130
    TERMINATED = 143
    BROKEN_PIPE = 141


class Notice(Struct, frozen=True):
    """Something the person should know although the picture is drawn."""

    code: str
    message: str
    hint: str


class ImagegenError(Exception):
    """A mistake that can be told in one line: a stable code, what is wrong, what would work."""

    exit_code = ExitCode.FAILED

    def __init__(self, code: str, message: str, *, hint: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint


class RequestError(ImagegenError):
    """The request is wrong; nothing was loaded."""

    exit_code = ExitCode.REQUEST


class ModelError(ImagegenError):
    """The model cannot be had: not found, gated, offline, damaged."""

    exit_code = ExitCode.MODEL


class OutOfMemoryError(ImagegenError):
    """Not even one picture at a time fits into memory."""

    exit_code = ExitCode.MEMORY


class FileError(ImagegenError):
    """A file or folder cannot be written or read."""

    exit_code = ExitCode.FILE


class DrawingError(ImagegenError):
    """The model was loaded and failed while it drew."""
