"""What a record gives back: the fields of a request, files to be found, and what is lost."""

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

import msgspec

from imagegen.request import Request


class Lost(NamedTuple):
    """What a request cannot restore, and why."""

    field: str
    reason: str


class File(NamedTuple):
    """A file that a picture was drawn with, which has to be found again.

    `sha256` is of the whole file, or of a LoRA behind its header; or only how that begins.
    `said` are the places that the request named, `source` the place on the hub; `weights` of a
    LoRA are those of the text encoders and of the network. Of a control picture, `network` reads
    it, by the second weight, in that `share` of the steps; `token` is an embedding's word. A
    picture of an IP-Adapter is seen through `network`, whose SHA-256 is `through`.
    """

    field: Literal["image", "mask", "lora", "control", "embedding", "ip_adapter"]
    name: str
    sha256: str
    said: tuple[str, ...] = ()
    source: str | None = None
    weights: tuple[float, float] = (1.0, 1.0)
    network: str = ""
    share: tuple[float, float] = (0.0, 1.0)
    token: str = ""
    through: str = ""


class Restored(NamedTuple):
    """The fields of a request that draws the picture again, and what is lost.

    `machine` has the fields of a MachineRequest that change pixels; `files` are to be found.
    """

    fields: dict[str, Any]
    lost: list[Lost]
    machine: Mapping[str, Any] = {}
    files: tuple[File, ...] = ()

    def request(self) -> Request:
        """The request itself; msgspec.ValidationError where a field is not of its kind."""
        return msgspec.convert(self.fields, Request, strict=False)
