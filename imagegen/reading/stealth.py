"""Text hidden in the lowest bits of a PNG's pixels ("stealth pnginfo", which NovelAI writes).

The bits run down the columns, from the left: fifteen letters that say how, four bytes that count
the bits of the text, the text. In alpha one bit a pixel, else three. Of each row only its first
pixels are read, and no more rows than a picture of 4096 x 4096 has bytes.

Formats: PNG, section 9 (filters); sd_webui_stealth_pnginfo.
"""

import zlib
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from imagegen.reading.bounded import Budget, DamagedError, inflate
from imagegen.reading.png import SIGNATURE

MARK_LENGTH = 15
MARKS = {
    b"stealth_pnginfo": False,
    b"stealth_pngcomp": True,
    b"stealth_rgbinfo": False,
    b"stealth_rgbcomp": True,
}
HEAD = (MARK_LENGTH + 4) * 8  # bits
LONGEST = 64 << 10  # bytes of the hidden text as it lies there
MOST_BYTES = 4096 * 4096 * 4  # of pixels that are unpacked
COLOURS = {2: 3, 6: 4}  # of PNG's colour types: bytes a pixel, eight bits each


class Layout(NamedTuple):
    """A picture's size, and the bytes of a pixel."""

    width: int
    height: int
    depth: int


def read(file: BinaryIO) -> str | None:
    """The hidden text, or None; it is looked for in true-colour PNGs of eight bits."""
    layout = _layout(file)
    if layout is None:
        return None
    for channels in ((3,), (0, 1, 2)):
        if channels[-1] < layout.depth:
            text = _hidden(file, layout, channels)
            if text is not None:
                return text
    return None


def _hidden(file: BinaryIO, layout: Layout, channels: tuple[int, ...]) -> str | None:
    head = _bytes(file, layout, channels, HEAD)
    packed = MARKS.get(head[:MARK_LENGTH])
    if packed is None or (head[8:11] == b"rgb") != (len(channels) == 3):
        return None
    bits = int.from_bytes(head[MARK_LENGTH:], "big")
    if bits > LONGEST * 8 or HEAD + bits > layout.width * layout.height * len(channels):
        raise DamagedError("the text hidden in the pixels is longer than it may be")
    content = _bytes(file, layout, channels, HEAD + bits)[len(head) :]
    if packed:
        content = inflate(content, Budget(), "the text hidden in the pixels")
    return content.decode("utf-8", "replace")


def _layout(file: BinaryIO) -> Layout | None:
    file.seek(len(SIGNATURE))
    head = file.read(8 + 13)
    width, height = int.from_bytes(head[8:12], "big"), int.from_bytes(head[12:16], "big")
    depth = COLOURS.get(head[17]) if len(head) == 21 else None
    is_plain = depth is not None and head[16] == 8 and head[20] == 0  # eight bits, not interlaced
    if not is_plain or depth is None or not 0 < width * height * depth <= MOST_BYTES:
        return None
    return Layout(width, height, depth)


def _bytes(file: BinaryIO, layout: Layout, channels: tuple[int, ...], bits: int) -> bytes:
    """The first bits of the lowest bit plane, column by column."""
    pixels = -(-bits // len(channels))
    columns = -(-pixels // layout.height)
    rows = min(pixels, layout.height)
    planes = [_plane(file, layout, channel, columns, rows) for channel in channels]
    order = (
        plane[row][column] & 1
        for column in range(columns)
        for row in range(rows)
        for plane in planes
    )
    digits = "".join(
        "1" if bit else "0" for _, bit in zip(range(bits // 8 * 8), order, strict=False)
    )
    return int(digits, 2).to_bytes(len(digits) // 8, "big") if digits else b""


def _plane(
    file: BinaryIO, layout: Layout, channel: int, columns: int, rows: int
) -> list[bytearray]:
    """One channel of the first columns; a row's filter mixes a channel only with itself."""
    wide = min(columns, layout.width)
    above = bytearray(wide)
    plane = []
    for row in _rows(file, layout, rows):
        line = bytearray(row[1 + channel : 1 + wide * layout.depth : layout.depth])
        _unfilter(row[0], line, above)
        plane.append(line)
        above = line
    if len(plane) < rows:
        raise DamagedError("the pixels end early")
    return plane


def _unfilter(kind: int, line: bytearray, above: bytearray) -> None:
    left = corner = 0
    for i, up in enumerate(above):
        if kind == 1:
            guess = left
        elif kind == 2:
            guess = up
        elif kind == 3:
            guess = (left + up) >> 1
        elif kind == 4:
            guess = _paeth(left, up, corner)
        else:
            return
        line[i] = left = (line[i] + guess) & 255
        corner = up


def _paeth(left: int, up: int, corner: int) -> int:
    guess = left + up - corner
    return min((left, up, corner), key=lambda one: abs(guess - one))  # the first of equals


def _rows(file: BinaryIO, layout: Layout, rows: int) -> Iterator[bytes]:
    """The first rows as they lie in the file, each with the number of its filter."""
    length = 1 + layout.width * layout.depth
    stream = zlib.decompressobj()
    waiting = bytearray()
    for content in _pixels(file):
        try:
            while content:
                waiting += stream.decompress(content, 1 << 20)
                content = stream.unconsumed_tail
                while len(waiting) >= length and rows:
                    yield bytes(waiting[:length])
                    del waiting[:length]
                    rows -= 1
                if not rows:
                    return
        except zlib.error:
            raise DamagedError("the pixels do not unpack") from None


def _pixels(file: BinaryIO) -> Iterator[bytes]:
    file.seek(len(SIGNATURE))
    while len(head := file.read(8)) == 8 and head[4:] != b"IEND":
        length = int.from_bytes(head[:4], "big")
        if head[4:] != b"IDAT":
            file.seek(length + 4, 1)
            continue
        while length > 0 and (part := file.read(min(length, 1 << 16))):
            length -= len(part)
            yield part
        file.seek(4, 1)
