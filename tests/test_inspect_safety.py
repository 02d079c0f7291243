"""Reading is safe: a hostile file gives an error, or little, in bounded time and memory."""

import gzip
import json
import os
import resource
import subprocess
import sys
import time
import zlib
from collections.abc import Callable
from pathlib import Path

import picture_files as files
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from test_inspect_comfy import editor, flux, simple
from test_inspect_tools import A1111, a1111, dgenerate, novelai, sdcpp

from imagegen.errors import FileError
from imagegen.reading import picture, restore
from imagegen.reading.bounded import LONGEST_TEXT

MEGABYTE = 1 << 20
MOST_SECONDS = 2.0
MOST_MEMORY = 200 * MEGABYTE
FUZZ_MINUTES = float(os.environ.get("IMAGEGEN_FUZZ_MINUTES", "10"))
# Reads one file in a process of its own, and says how long that took and how much memory.
MEASURED = r"""
import re, sys, time
from pathlib import Path
from imagegen.errors import FileError
from imagegen.reading import picture, restore
started = time.process_time()
try:
    seen = picture.read(Path(sys.argv[1]))
    restore.request_of(seen.found)
    code = seen.found.tool or "nothing"
except FileError as error:
    code = error.code
# Not getrusage's: that one remembers the process which this was forked from.
peak = int(re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())[1]) * 1024
print(code, time.process_time() - started, peak)
"""


def bomb(size: int) -> bytes:
    """A stream of that many letters, a thousandth as long."""
    stream = zlib.compressobj(1)
    parts = [stream.compress(b"a" * MEGABYTE) for _ in range(size // MEGABYTE)]
    return b"".join(parts) + stream.compress(b"a" * (size % MEGABYTE)) + stream.flush()


def packed(kind: bytes, stream: bytes) -> bytes:
    head = b"parameters\0\0" if kind == b"zTXt" else b"parameters\0\1\0\0\0"
    return files.png(files.chunk(kind, head + stream))


def in_xmp(text: str) -> bytes:
    return files.png(files.international("XML:com.adobe.xmp", text))


def laughs() -> str:
    names = [f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12)]
    declared = '<!ENTITY l0 "ha">' + "".join(names)
    return f"<!DOCTYPE x [{declared}]>" + files.xmp("<a:b>&l11;</a:b>", 'xmlns:a="urn:a"')


def text_of(words: str, key: str = "prompt") -> bytes:
    return files.png(files.text(key, words))


def ladder(length: int) -> bytes:
    """A graph in which each text is twice the one below."""
    graph = simple("x" * 100_000)
    graph["6"]["inputs"]["text"] = ["t0", 0]
    for number in range(length):
        below = [f"t{number + 1}", 0] if number + 1 < length else "y" * 100_000
        inputs = {"string_a": below, "string_b": below}
        graph[f"t{number}"] = {"class_type": "Join", "inputs": inputs}
    return text_of(json.dumps(graph))


def chain(length: int) -> bytes:
    """A graph of that many samplers one behind the other."""
    graph = simple()
    for number in range(length):
        inputs = {**graph["3"]["inputs"], "latent_image": [f"s{number + 1}", 0]}
        graph[f"s{number}"] = {"class_type": "KSampler", "inputs": inputs}
    graph["8"]["inputs"]["samples"] = ["s0", 0]
    return text_of(json.dumps(graph))


def wide(nodes: int, links: int) -> bytes:
    """A graph in which each conditioning is made of all others."""
    all_of_them = {f"conditioning_{n}": [f"c{n % nodes}", 0] for n in range(links)}
    graph = simple()
    graph["3"]["inputs"]["positive"] = ["c0", 0]
    for number in range(nodes):
        graph[f"c{number}"] = {"class_type": "Combine", "inputs": all_of_them}
    return text_of(json.dumps(graph))


def same_bytes(tags: int) -> bytes:
    """EXIF in which a thousand tags point to the same megabyte."""
    entry = b"\x02\x00" + MEGABYTE.to_bytes(4, "little") + (8).to_bytes(4, "little")
    entries = b"".join(n.to_bytes(2, "little") + entry for n in range(1000, 1000 + tags))
    block = b"II*\0" + (8).to_bytes(4, "little") + tags.to_bytes(2, "little") + entries
    return files.png(files.chunk(b"eXIf", block + bytes(MEGABYTE)))


def exif_loop() -> bytes:
    block = files.tiff({}, {files.EXIF_DIRECTORY: b""})
    return files.png(files.chunk(b"eXIf", block.replace(b"\x1a\0\0\0", b"\x08\0\0\0")))


def nested_boxes() -> bytes:
    """An AVIF of a hundred thousand items of a thousand pieces each."""
    place = b"\0\0" * 2 + b"\xff\xff" + b"\0\0\0\1" * 4000
    iloc = b"\0\0\0\0\x44\0\xff\xff" + place * 200
    entries = b"".join(
        box(b"infe", b"\2\0\0\0" + n.to_bytes(2, "big") + b"\0\0Exif\0") for n in range(60_000)
    )
    iinf = b"\0\0\0\0\xff\xff" + entries
    meta = box(b"meta", bytes(4) + box(b"iinf", iinf) + box(b"iloc", iloc))
    return box(b"ftyp", b"avif\0\0\0\0avif") + meta


def box(kind: bytes, content: bytes) -> bytes:
    return (len(content) + 8).to_bytes(4, "big") + kind + content


def stealth(words: bytes, *, mark: bytes = b"stealth_pngcomp", bits: int | None = None) -> bytes:
    """A PNG with a text in the lowest bits of its alpha, or of its colours."""
    said = mark + (len(words) * 8 if bits is None else bits).to_bytes(4, "big") + words
    digits = "".join(f"{byte:08b}" for byte in said)
    channels = 3 if b"rgb" in mark else 1
    height = 64
    width = max(-(-len(digits) // height // channels), 200)
    rows = [bytearray(b"\xfe" * width * 4) for _ in range(height)]
    for at, digit in enumerate(digits):
        pixel, channel = divmod(at, channels)
        column, row = divmod(pixel, height)
        rows[row][column * 4 + (3 if channels == 1 else channel)] |= int(digit)
    filtered = b"".join(
        filter_row(n % 5, row, rows[n - 1] if n else bytearray(width * 4))
        for n, row in enumerate(rows)
    )
    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x08\x06\0\0\0"
    chunks = (files.chunk(b"IHDR", head), files.chunk(b"IDAT", zlib.compress(filtered)))
    return files.SIGNATURE + b"".join(chunks) + files.chunk(b"IEND", b"")


def filter_row(kind: int, row: bytearray, above: bytearray) -> bytes:
    """PNG's filters, as its standard defines them (section 9.2), with four bytes a pixel."""
    done = bytearray([kind])
    for i, byte in enumerate(row):
        left, up = (row[i - 4] if i >= 4 else 0), above[i]
        corner = above[i - 4] if i >= 4 else 0
        near = left + up - corner
        order = sorted((left, up, corner), key=lambda one: abs(near - one))
        guess = (0, left, up, (left + up) // 2, order[0])[kind]
        done.append((byte - guess) & 255)
    return bytes(done)


HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "a text that unpacks to 128 MB": (lambda: packed(b"zTXt", bomb(1 << 27)), "too-much"),
    "the same in iTXt": (lambda: packed(b"iTXt", bomb(1 << 27)), "too-much"),
    "thirty texts that unpack": (
        lambda: files.png(
            *[files.chunk(b"zTXt", b"k%d\0\0" % n + bomb(LONGEST_TEXT // 16)) for n in range(30)]
        ),
        "too-much",
    ),
    "a long text": (lambda: text_of("a" * (LONGEST_TEXT + 1)), "too-much"),
    "a chunk that says it is long": (
        lambda: files.SIGNATURE + b"\x7f\xff\xff\xfftEXt" + b"a",
        "too-much",
    ),
    "a million chunks": (
        lambda: files.SIGNATURE + files.chunk(b"abcd", b"") * 1_000_000,
        "too-much",
    ),
    "a million segments": (lambda: b"\xff\xd8" + files.segment(0xE5, b"") * 1_000_000, "too-much"),
    "padding without end": (lambda: b"\xff\xd8" + b"\xff" * 5_000_000, "nothing"),
    "deep JSON": (lambda: text_of("{" + '"a":{' * 300 + "}" * 301), "too-much"),
    "very deep JSON": (lambda: text_of('{"a":' + "[" * 400_000), "nothing"),
    "many objects": (lambda: text_of('{"a":[' + "{}," * 900_000 + "1]}"), "too-much"),
    "as many objects as may be": (
        lambda: text_of('{"a":[' + '{"":0},' * 240_000 + "1]}"),
        "nothing",
    ),
    "a number of a million digits": (lambda: text_of('{"a":' + "9" * 1_000_000 + "}"), "nothing"),
    "a long line of letters": (lambda: text_of("鳥" * 2_000_000, "parameters"), "A1111"),
    "colons": (lambda: text_of("aa:" * 500_000 + "\n" + "aa:" * 500_000, "parameters"), "A1111"),
    "quotes": (lambda: text_of('aa: "\\,' * 500_000, "parameters"), "A1111"),
    "brackets as values": (lambda: text_of("aa: [[[[, " * 200_000, "parameters"), "A1111"),
    "adapters that do not end": (lambda: text_of("<lora:" * 500_000, "parameters"), "A1111"),
    "entities that grow": (lambda: in_xmp(laughs()), "nothing"),
    "many tags of XML": (lambda: in_xmp(files.xmp("<a/>" * 500_000)), "too-much"),
    "deep XML": (lambda: in_xmp("<a>" * 15_000), "nothing"),
    "tags that share their bytes": (lambda: same_bytes(1000), "too-much"),
    "a directory inside itself": (exif_loop, "nothing"),
    "texts that double": (lambda: ladder(60), "ComfyUI"),
    "samplers in a chain": (lambda: chain(5000), "ComfyUI"),
    "conditionings of each other": (lambda: wide(300, 300), "ComfyUI"),
    "boxes upon boxes": (nested_boxes, "nothing"),
    "a long command": (
        lambda: text_of("#! dgenerate 4\nm --prompts '" + "a" * MEGABYTE, "DgenerateConfig"),
        "too-much",
    ),
    "a long old command": (lambda: text_of('"' * MEGABYTE, "Dream"), "nothing"),
    "a hidden text that unpacks": (lambda: stealth(gzip.compress(b"a" * (1 << 24))), "too-much"),
    "a hidden text without end": (lambda: stealth(b"abc", bits=1 << 31), "nothing"),
    "pixels that unpack": (
        lambda: (
            files.SIGNATURE
            + files.chunk(b"IHDR", b"\0\0\x10\0\0\0\x10\0\x08\x06\0\0\0")
            + files.chunk(b"IDAT", bomb(1 << 27))
            + files.chunk(b"IEND", b"")
        ),
        "nothing",
    ),
    "a picture of a side of a billion": (
        lambda: (
            files.SIGNATURE
            + files.chunk(b"IHDR", b"\x7f" * 8 + b"\x08\x06\0\0\0")
            + files.chunk(b"IDAT", bomb(1 << 24))
        ),
        "nothing",
    ),
}


@pytest.mark.skipif(
    not Path("/proc/self/status").exists(), reason="measures memory as Linux tells it"
)
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_told_soon_and_takes_little(name: str, tmp_path: Path) -> None:
    make, wanted = HOSTILE[name]
    path = tmp_path / "x.png"
    path.write_bytes(make())
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, str(path)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    code, seconds, memory = done.stdout.split()
    assert code == wanted
    assert float(seconds) < MOST_SECONDS
    assert int(memory) < MOST_MEMORY


@pytest.mark.parametrize(
    "mark", [b"stealth_pnginfo", b"stealth_pngcomp", b"stealth_rgbinfo", b"stealth_rgbcomp"]
)
@pytest.mark.parametrize("words", ["a girl, grün, 少女 🦊", "a" * 5000])
def test_text_hidden_in_the_pixels(mark: bytes, words: str, tmp_path: Path) -> None:
    path = tmp_path / "x.png"
    for text, tool in ((json.dumps(novelai(words)), "NovelAI"), (a1111(words), "A1111")):
        content = gzip.compress(text.encode()) if mark.endswith(b"comp") else text.encode()
        path.write_bytes(stealth(content, mark=mark))
        found = picture.read(path).found
        assert (found.tool, found.prompt, found.source) == (tool, words, "hidden in the pixels")


def samples() -> list[tuple[str, bytes]]:
    """A good file of every kind, to be damaged."""
    graph = json.dumps({**simple(), **flux()})
    block = files.exif(a1111("a cat"))
    return [
        (".png", files.pngs_of({"parameters": a1111("a cat 猫")})),
        (".png", files.png(files.text("prompt", graph))),
        (".png", files.png(files.text("workflow", json.dumps(editor())))),
        (".png", files.pngs_of(novelai("a cat"))),
        (".png", files.png(files.text("parameters", sdcpp("a cat")))),
        (".png", files.pngs_of({"DgenerateConfig": dgenerate("a cat")})),
        (".png", stealth(gzip.compress(json.dumps(novelai("a cat")).encode()))),
        (".png", packed(b"zTXt", zlib.compress(a1111("a cat").encode()))),
        (".jpg", files.jpeg_with(block)),
        (".webp", files.by_pillow("WEBP", block)),
        (".avif", files.by_pillow("AVIF", block)),
        (".png", in_xmp(files.xmp("<dc:title>a</dc:title>", 'xmlns:dc="urn:dc"'))),
        (".txt", a1111("a cat").encode()),
        (".json", graph.encode()),
    ]


SAMPLES = samples()
DAMAGE = some.lists(
    some.tuples(
        some.sampled_from(["set", "cut", "double", "drop", "number"]),
        some.floats(0, 1),
        some.binary(min_size=1, max_size=8),
    ),
    min_size=1,
    max_size=12,
)


def damaged(content: bytes, how: list[tuple[str, float, bytes]]) -> bytes:
    whole = bytearray(content)
    for what, place, some_bytes in how:
        at = int(place * len(whole))
        if what == "set":
            whole[at : at + len(some_bytes)] = some_bytes
        elif what == "cut":
            del whole[max(at, 12) :]
        elif what == "double":
            whole[at:at] = whole[at : at + 256]
        elif what == "drop":
            del whole[at : at + len(some_bytes)]
        else:
            whole[at : at + 4] = int.from_bytes(some_bytes[:4], "big").to_bytes(4, "big")
    return bytes(whole)


def mended(content: bytes) -> bytes:
    """A PNG with the checksums that its chunks should have: readers look further then."""
    if not content.startswith(files.SIGNATURE):
        return content
    at, parts = 8, [files.SIGNATURE]
    while at + 8 <= len(content):
        length = int.from_bytes(content[at : at + 4], "big")
        if length > len(content):
            break
        kind, inner = content[at + 4 : at + 8], content[at + 8 : at + 8 + length]
        parts.append(files.chunk(kind, inner))
        at += 12 + length
    return b"".join(parts)


def read_soon(path: Path, content: bytes) -> None:
    """Reading ends in time, with an answer or with an error of ours."""
    path.write_bytes(content)
    started = time.process_time()
    try:
        seen = picture.read(path)
        restore.request_of(seen.found)
    except FileError as error:
        assert error.hint
    assert time.process_time() - started < MOST_SECONDS


SAMPLE = some.sampled_from(SAMPLES)
FEW = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@FEW
@given(SAMPLE, DAMAGE, some.booleans())
def test_damaged_files_are_read_or_refused(
    tmp_path: Path, sample: tuple[str, bytes], how: list[tuple[str, float, bytes]], mend: bool
) -> None:
    suffix, content = sample
    content = damaged(content, how)
    read_soon(tmp_path / f"x{suffix}", mended(content) if mend else content)


WORDS = some.text(max_size=200)
JSON = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats() | WORDS,
    lambda inner: some.lists(inner, max_size=4) | some.dictionaries(WORDS, inner, max_size=4),
    max_leaves=12,
)
KEYS = {
    "invokeai_metadata": ["positive_prompt", "seed", "model", "loras", "vae", "clip_skip", "steps"],
    "sd-metadata": ["image", "model_weights", "app_version"],
    "parameters": ["sui_image_params", "base_model", "guidance_scale", "loras", "c", "sampler"],
    "Comment": ["prompt", "v4_prompt", "uc", "seed", "scale", "v4_negative_prompt"],
    "imagegen": ["schema", "plan", "model", "scheduler", "versions", "request", "left_out"],
    "prompt": ["1", "2", "class_type", "inputs"],
    "workflow": ["nodes", "links"],
}


@FEW
@given(some.data())
def test_any_values_under_the_known_names(tmp_path: Path, data: some.DataObject) -> None:
    key = data.draw(some.sampled_from(list(KEYS)))
    names = some.sampled_from(KEYS[key]) | WORDS
    values = data.draw(some.dictionaries(names, JSON, max_size=8))
    if key == "imagegen":
        values["schema"] = "imagegen/record/1"
    chunks = [files.text(key, json.dumps(values)), files.text("Software", "NovelAI")]
    read_soon(tmp_path / "x.png", files.png(*chunks))


@FEW
@given(some.text(alphabet=some.sampled_from('ab :,"\\\n{}[]<>-/1ü鳥\x1b'), max_size=400))
def test_any_text_as_parameters(tmp_path: Path, words: str) -> None:
    read_soon(tmp_path / "x.png", files.png(files.text("parameters", f"{words}\n{A1111}, {words}")))


@FEW
@given(
    some.binary(max_size=400),
    some.sampled_from(
        [
            b"\x89PNG\r\n\x1a\n",
            b"\xff\xd8\xff",
            b"RIFF\0\0\0\0WEBP",
            b"\0\0\0\x10ftypavif",
            b"II*\0\x08\0\0\0",
            b"",
        ]
    ),
)
def test_any_bytes(tmp_path: Path, content: bytes, start: bytes) -> None:
    read_soon(tmp_path / "x.png", start + content)


def memory() -> int:
    """The most bytes that this process ever had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


@pytest.mark.slow
def test_fuzzing_for_minutes(tmp_path: Path) -> None:
    """`make fuzz`: no crash, no hang, and the process stays small."""
    endless = settings(max_examples=2000, deadline=None, database=None)
    ends = time.monotonic() + FUZZ_MINUTES * 60
    rounds = 0

    @endless
    @given(SAMPLE, DAMAGE, some.booleans())
    def once(sample: tuple[str, bytes], how: list[tuple[str, float, bytes]], mend: bool) -> None:
        suffix, content = sample
        content = damaged(content, how)
        read_soon(tmp_path / f"x{suffix}", mended(content) if mend else content)

    before = memory()
    while time.monotonic() < ends:
        once()
        rounds += 1
    assert rounds > 0
    assert memory() - before < MOST_MEMORY
