"""Ways to fit a model into memory, the fastest first, and what each is estimated to take."""

from typing import NamedTuple

from imagegen.modelsize import DECODERS, ITEM, NETWORKS, Bulk, Part
from imagegen.request import ALONE, AUTO, FULL, GROUP, MODEL, SEQUENTIAL, STAYS_WHOLE

# Numbers alive at once in a pass of the network, for each position and channel of its width; in
# the decoder, for each pixel and channel. Counted on the real architectures (docs/memory.md).
UNET_LIVE, TRANSFORMER_LIVE, DECODER_LIVE = 26, 18, 6
PATCH = 16  # pixels a side of a transformer's token
WORDS = 512  # tokens of text that a transformer reads besides
TILE = 1024  # pixels a side, of the largest decoders' tiles
# What allocators round up and leave between, and the workspaces of kernels.
SPARE = 1.15
WORKSPACE = {"cuda": 600_000_000, "xpu": 600_000_000, "mps": 600_000_000, "cpu": 200_000_000}
AHEAD = 2  # groups on the device: the one at work, and the next


class Rung(NamedTuple):
    """Where the weights lie while they wait, and whether decoding is frugal.

    Frugal decoding takes one picture of a batch after another, and one larger than the decoder
    was trained on in tiles, whose seams are blended.
    """

    memory: str
    tiled: bool = False

    @property
    def decoding(self) -> str:
        """The same in a word."""
        return "tiled" if self.tiled else "whole"


LADDER = (
    Rung(FULL),
    Rung(FULL, tiled=True),
    Rung(MODEL, tiled=True),
    Rung(GROUP, tiled=True),
    Rung(SEQUENTIAL, tiled=True),
)


class Size(NamedTuple):
    """The pictures to be drawn at once; `guided`: each in two passes of the network."""

    width: int
    height: int
    pictures: int = 1
    guided: bool = True


class Free(NamedTuple):
    """Bytes that are free on the device, and in the CPU's memory; the same where it is the CPU."""

    device: int
    ram: int


class Need(NamedTuple):
    """Bytes that are taken at the most."""

    device: int
    ram: int


class Where(NamedTuple):
    """Where it is drawn, and in which precision."""

    device: str
    precision: str

    @property
    def kind(self) -> str:
        """cpu, cuda, xpu or mps."""
        return self.device.partition(":")[0]


class Choice(NamedTuple):
    """A rung, what it is estimated to take, and whether that fits."""

    rung: Rung
    need: Need
    fits: bool


def rungs(where: Where, memory: str, quantise: str | None = None) -> tuple[Rung, ...]:
    """The rungs that a word allows there, the fastest first; `request.check_machine` leaves some.

    A memory that was asked for by its name is kept, but decoding may become frugal.
    """
    found = [rung for rung in LADDER if memory in {AUTO, rung.memory}]
    if where.kind in ALONE:
        found = [rung for rung in found if rung.memory == FULL]
    if quantise in STAYS_WHOLE:
        found = [rung for rung in found if rung.memory in {FULL, MODEL}]
    return tuple(found)


def choose(allowed: tuple[Rung, ...], bulk: Bulk, free: Free, size: Size, where: Where) -> Choice:
    """The first rung that fits; the last, if none does."""
    for rung in allowed:
        need = estimate(rung, bulk, size, where)
        if need.device <= free.device and need.ram <= free.ram:
            return Choice(rung, need, fits=True)
    return Choice(rung, need, fits=False)


def most(rung: Rung, bulk: Bulk, free: Free, size: Size, where: Where) -> int:
    """How many of `size.pictures` fit at once, at least one."""
    for pictures in range(size.pictures, 1, -1):
        need = estimate(rung, bulk, size._replace(pictures=pictures), where)
        if need.device <= free.device:
            return pictures
    return 1


def estimate(rung: Rung, bulk: Bulk, size: Size, where: Where) -> Need:
    """The peak that a rung takes.

    Weights are known to the byte, activations within a quarter; what lies around is a fixed sum.
    """
    item = ITEM[where.precision]
    denoising = int(denoise_bytes(bulk, size, item) * SPARE)
    # Some decoders work in float32 where float16 would overflow.
    wide = 4 if where.precision == "float16" else item
    decoding = int(decode_bytes(bulk, size, wide, tiled=rung.tiled) * SPARE)
    held = 0
    if rung.memory == FULL:
        # On a CPU, what is mapped from a file is given up where memory is short, and read again.
        held = bulk.read if where.kind == "cpu" else bulk.total
        working = max(denoising, decoding)
    else:
        work = {**dict.fromkeys(NETWORKS, denoising), **dict.fromkeys(DECODERS, decoding)}
        working = max(
            (_onload(part, rung, bulk) + work.get(part.name, 0) for part in bulk.parts), default=0
        )
    device_bytes = held + working + WORKSPACE[where.kind]
    if where.kind in ALONE:
        return Need(device_bytes, device_bytes)
    return Need(device_bytes, bulk.read if rung.memory == FULL else bulk.total)


def denoise_bytes(bulk: Bulk, size: Size, item: int) -> int:
    """What is alive at once in a pass of the network, for all pictures together."""
    passes = size.pictures * (2 if size.guided else 1)
    if bulk.convolves:
        positions = size.width * size.height // bulk.latent**2
        return passes * positions * UNET_LIVE * bulk.width * item
    tokens = size.width * size.height // PATCH**2 + WORDS
    return passes * tokens * TRANSFORMER_LIVE * bulk.width * item


def decode_bytes(bulk: Bulk, size: Size, item: int, *, tiled: bool) -> int:
    """What is alive at once in the decoder."""
    area = size.width * size.height
    area = min(area, TILE**2) if tiled else area * size.pictures
    return area * DECODER_LIVE * bulk.decoder * item


def _onload(part: Part, rung: Rung, bulk: Bulk) -> int:
    """Bytes of a part that are on the device at once."""
    if rung.memory == MODEL:
        return part.total
    if rung.memory == GROUP and in_blocks(part.name, bulk):
        return part.rest + AHEAD * part.block
    return part.leaf * (AHEAD if rung.memory == GROUP else 1)


def in_blocks(part: str, bulk: Bulk) -> bool:
    """Whether a part is moved by its blocks: a transformer's are alike, and not too large."""
    return part in NETWORKS and not bulk.convolves
