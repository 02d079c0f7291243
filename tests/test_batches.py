"""Plans are put together, claimed, and found again: the pieces of a batch, each by itself."""

import itertools
import multiprocessing
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec import structs

import imagegen
from imagegen import claims, forecast, history, plan, pngfile, wholefile
from imagegen.adapters import Lora
from imagegen.batches import WINDOW, batches
from imagegen.controls import Control, Network
from imagegen.inputs import Hires, Picture
from imagegen.inversion import Inversion
from imagegen.ip_adapters import Seen
from imagegen.plan import Plan
from imagegen.request import Request
from imagegen.stream import arriving


def plans_of(tiny: Path, **asked: object) -> list[Plan]:
    request = Request(**{"prompts": ("cat",), "model": str(tiny), **asked})  # type: ignore[arg-type]
    return imagegen.make_plans(request)


def test_neighbours_of_one_shape_are_drawn_together(tiny: Path) -> None:
    small = plans_of(tiny, seeds=(1, 2, 3, 4))
    large = plans_of(tiny, seeds=(5, 6), width=40, height=40)
    mixed = [small[0], large[0], small[1], small[2], large[1], small[3]]
    found = [batch for batch in batches(mixed, lambda _: 2) if batch is not None]
    assert [[one.seed for one in together] for _, together in found] == [[1, 2], [5, 6], [3, 4]]


def test_few_plans_are_held_back_and_none_before_a_wait(tiny: Path) -> None:
    (one,) = plans_of(tiny)
    taken = 0

    def stream() -> Iterator[Plan | None]:
        nonlocal taken
        for steps in range(1, 1000):
            taken += 1
            yield structs.replace(one, steps=steps)

    assert len(next(iter(batches(stream(), lambda _: 3)))[1]) == 1  # type: ignore[index]
    assert taken == WINDOW * 3
    pauses = [batch is None for batch in batches([one, None, one], lambda _: 3)]
    assert pauses == [False, True, False]


OTHERS = {
    "image": Picture(path="a.png", sha256="0" * 64, width=32, height=32),
    "hires": Hires(width=64, height=64, strength=0.5),
    "ip_adapters": (
        Seen(
            name="x",
            file="x",
            sha256="aa",
            reads="hidden",
            encoder="x",
            encoder_sha256="bb",
            picture=Picture(path="x", sha256="cc", width=1, height=1),
        ),
    ),
    "controls": (
        Control(
            name="x",
            network=Network(class_name="ControlNetModel", folder="x", files=("x",)),
            sha256=("cc",),
            picture=Picture(path="b.png", sha256="1" * 64, width=32, height=32),
        ),
    ),
    "embeddings": (
        Inversion(token="x", name="x", file="x", vectors=1, tensors=(), sha256="0" * 64),
    ),
}


def test_an_id_is_of_all_that_decides_the_pixels_and_of_nothing_else(tiny: Path) -> None:
    (one,) = plans_of(tiny, seeds=(1,))
    identity = plan.identity(one, "weights")
    deciding = {"prompt", "negative_prompt", "seed", "steps", "scheduler", "guidance"}
    deciding |= {"width", "height", "variant", "image", "hires", "loras"}
    deciding |= {"controls", "embeddings", "clip_skip", "ip_adapters"}
    hashes = {"sha256": "aa", "weights_sha256": "bb"}
    lora = Lora(name="x", file="x", weight=1.0, text_weight=0.0, **hashes)
    for name in Plan.__struct_fields__:
        value = getattr(one, name)
        other = value + 1 if isinstance(value, int | float) else f"{value}x"
        other = "comfy" if name == "prompt_syntax" else other  # which means nothing in `cat`
        other = (lora,) if name == "loras" else OTHERS.get(name, other)
        changed = plan.identity(structs.replace(one, **{name: other}), "weights")
        assert (changed != identity) == (name in deciding), name
    assert plan.identity(one, "other weights") != identity


def _take(folder: Path, answers: "multiprocessing.Queue[bool]") -> None:
    mine = claims.Claims()
    answers.put(mine.take(folder / "x.png", "ff"))
    answers.put(mine.take(folder / "x.png", "fe"))
    time.sleep(60)


def test_a_claim_is_one_process_s_and_ends_with_it(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    answers: multiprocessing.Queue[bool] = context.Queue()
    other = context.Process(target=_take, args=(tmp_path, answers))
    mine = claims.Claims()
    assert mine.take(tmp_path / "x.png", "ff")
    other.start()
    assert [answers.get(timeout=30), answers.get(timeout=30)] == [False, True]
    assert not mine.take(tmp_path / "x.png", "fe")
    other.kill()
    other.join()
    assert mine.take(tmp_path / "x.png", "fe")
    mine.close()


def test_what_a_killed_process_left_is_swept_and_nothing_else(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    dead = context.Process(target=time.sleep, args=(0,))
    dead.start()
    dead.join()
    left = tmp_path / f".x.png.{wholefile.HOST}-{dead.pid}-0a.part"
    another = left.name.replace(wholefile.HOST, "0" * len(wholefile.HOST))
    kept = [tmp_path / another, tmp_path / "x.part", tmp_path / ".profile"]
    for path in (left, *kept):
        path.touch()
    with wholefile.aside(tmp_path / "y.png", b"y") as mine:
        wholefile.sweep(tmp_path)
        assert mine.exists()
    assert [path.exists() for path in (left, *kept)] == [False, True, True, True]


def test_things_arrive_while_others_are_used_and_an_error_arrives_too() -> None:
    def slow() -> Iterator[int]:
        yield 1
        time.sleep(0.3)
        yield 2
        raise ValueError("the end")

    came = arriving(slow(), lambda: False)
    first = [thing for thing in itertools.islice(came, 3) if thing is not None]
    assert first[0] == 1
    with pytest.raises(ValueError, match="the end"):
        list(came)
    assert list(arriving(slow(), lambda: True)) == []


@pytest.mark.parametrize("cut", [0, 4, 8, 30, -1, -12, -13])
def test_a_png_that_is_not_whole_is_known(cut: int, tmp_path: Path) -> None:
    from PIL import Image
    from PIL.PngImagePlugin import PngInfo

    info, path = PngInfo(), tmp_path / "x.png"
    info.add_itxt("imagegen", "köln")
    Image.new("RGB", (40, 40)).save(path, pnginfo=info)
    assert pngfile.text(path, "imagegen") == "köln"
    assert pngfile.text(path, "other") is None
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(pngfile.NotWholeError):
        pngfile.text(path, "imagegen")


def test_a_forecast_is_what_happened_before_times_what_is_asked(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from imagegen.events import Made, Ready

    monkeypatch.setenv("IMAGEGEN_CACHE", str(tmp_path))
    one, other = plans_of(tiny, seeds=(1, 2), steps=10)
    clock = history.Clock(Ready(one.model, "cpu", "float32", 3.0))
    clock.add(Made(one, one.path, one.path, "", 2.5, {"denoise": 2.0, "decode": 0.5}, ()))
    clock.remember(memory=7_000_000)
    forecaster = forecast.Forecaster(None)
    for plan_ in (one, other):
        forecaster.add(plan_, there=False)
    found = forecaster.forecast()
    assert (found.pictures, found.seconds, found.memory_bytes) == (2, 3.0 + 2 * 2.5, 7_000_000)
    assert history.pace(one.model, "cuda") is None
