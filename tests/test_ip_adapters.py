"""A picture sees another through an IP-Adapter as in diffusers; what does not fit is told."""

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import redrawn
import tiny_controls
import tiny_families
import tiny_ip_adapters
import tiny_loras
import torch
from diffusers import DiffusionPipeline
from numpy.typing import NDArray
from PIL import Image
from safetensors.torch import load_file, save_file

import imagegen
from imagegen import abilities, ip_adapter_words
from imagegen.cli import main
from imagegen.errors import DrawingError, ImagegenError, RequestError
from imagegen.families import FAMILIES
from imagegen.journal import row
from imagegen.options import ask
from imagegen.plan import identity
from imagegen.request import MachineRequest, Request
from imagegen.seeing import Eyes

Pixels = NDArray[np.int16]
SIDE = 32
WORDS = ("red cat", "--seed", 2, "--steps", 2, "--precision", "float32")
SD, SDXL = "StableDiffusionPipeline", "StableDiffusionXLPipeline"


class Studio:
    """Tiny models with adapters that fit, a picture to look at, and the command."""

    def __init__(self, folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
        self.folder, self._capfd = folder, capfd
        self.waves = redrawn.waves(folder / "waves.png", 50, 40)
        self.half = redrawn.half(folder / "half.png", SIDE, SIDE)
        tiny_ip_adapters.encoder(folder / "image_encoder")

    def model(self, class_name: str = SD) -> Path:
        place = self.folder / class_name
        if not place.exists():
            tiny_families.build(class_name).save_pretrained(place)
        return place

    def adapter(self, class_name: str = SD, kind: str = "plain", seed: int = 0) -> Path:
        unet = DiffusionPipeline.from_pretrained(self.model(class_name)).unet
        file = self.folder / f"{class_name}-{kind}-{seed}.safetensors"
        return tiny_ip_adapters.save(file, unet, kind, seed)

    def draw(self, *words: object, model: str = SD, code: int = 0) -> list[Pixels]:
        self._capfd.readouterr()
        where = ("-m", self.model(model), "-o", self.folder / "out", "--json", "--size", SIDE)
        assert main([*map(str, (*words, *where))]) == code
        self.told: list[dict[str, Any]] = [
            json.loads(line) for line in self._capfd.readouterr().out.splitlines()
        ]
        paths = [Path(one["path"]) for one in self.told if one["event"] == "picture"]
        return [np.asarray(Image.open(path)).astype(np.int16) for path in paths]


@pytest.fixture
def studio(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> Studio:
    return Studio(tmp_path, capfd)


def differ(one: Pixels, other: Pixels) -> int:
    return int(np.abs(one - other).max())


@pytest.mark.parametrize("guidance", [None, 1.0])
@pytest.mark.parametrize(
    ("model", "kind"), [(SD, "plain"), (SD, "plus"), (SD, "full"), (SDXL, "plain"), (SDXL, "plus")]
)
def test_it_is_seen_as_diffusers_sees_it(
    model: str, kind: str, guidance: float | None, studio: Studio
) -> None:
    file = studio.adapter(model, kind)
    pipe: Any = DiffusionPipeline.from_pretrained(studio.model(model))
    pipe.load_ip_adapter(str(studio.folder), subfolder="", weight_name=file.name)
    pipe.set_ip_adapter_scale(0.7)
    strength = FAMILIES[model].guidance if guidance is None else guidance
    by_hand = pipe(
        "red cat",
        height=SIDE,
        width=SIDE,
        ip_adapter_image=Image.open(studio.waves).convert("RGB"),
        guidance_scale=strength,
        num_inference_steps=2,
        generator=torch.Generator().manual_seed(2),
    ).images[0]
    said = () if guidance is None else ("--guidance", guidance)
    words = (*WORDS, *said, "--ip-adapter", f"{file}={studio.waves}:0.7")
    (ours,) = studio.draw(*words, model=model)
    (without,) = studio.draw(*WORDS, *said, model=model)
    assert differ(ours, np.asarray(by_hand).astype(np.int16)) <= 1
    assert differ(ours, without) > 3


def test_it_comes_off_to_the_bit(studio: Studio) -> None:
    """In one run with other pictures, in batches, beside a LoRA, and with a weight of 0."""
    file, other = studio.adapter(), studio.adapter(seed=1, kind="plus")
    pipe = DiffusionPipeline.from_pretrained(studio.model())
    lora = tiny_loras.save(studio.folder / "lora.safetensors", tiny_loras.layers(pipe, "unet"))
    looks = [[], [f"{file}={studio.waves}"], [f"{file}={studio.half}:0.5"]]
    looks += [[f"{file}={studio.waves}", f"{other}={studio.half}"], [f"{file}={studio.waves}:0"]]
    rows = [
        {"prompt": "red cat", "seed": seed, "lora": dressed, "ip-adapter": look}
        for look in looks
        for dressed in ([], [str(lora)])
        for seed in (2, 3)
    ]
    rows += rows[:4]
    lines = [json.dumps({key: one for key, one in each.items() if one != []}) for each in rows]
    prompts = studio.folder / "rows.jsonl"
    prompts.write_text("\n".join(lines))
    studio.draw("batch", prompts, *WORDS[3:], "--batch-size", 2, "--name", "{index}.png")
    together = {
        one["index"]: np.asarray(Image.open(one["path"])).astype(np.int16)
        for one in studio.told
        if one["event"] == "picture"
    }
    assert len(together) == len(rows)
    for number, one in enumerate(rows, start=1):
        said = [part for word in one["ip-adapter"] for part in ("--ip-adapter", word)]  # type: ignore[attr-defined]
        said += [part for word in one["lora"] for part in ("--lora", word)]  # type: ignore[attr-defined]
        (alone,) = studio.draw("red cat", *WORDS[3:], "--seed", one["seed"], *said)
        assert differ(alone, together[number]) <= 1, one
    assert all(differ(together[n], together[len(rows) - 4 + n]) == 0 for n in (1, 2, 3, 4))
    assert all(differ(together[n], together[16 + n]) == 0 for n in (1, 2, 3, 4))  # a weight of 0
    different = {together[n].tobytes() for n in range(1, 17)}
    assert len(different) == 16


@pytest.mark.parametrize("model", [SD, SDXL])
def test_it_goes_with_pictures_to_start_from(model: str, studio: Studio) -> None:
    asked = ("--ip-adapter", f"{studio.adapter(model)}={studio.waves}")
    ways = [("--image", studio.half), ("--image", studio.half, "--mask", studio.half)]
    for way in (*ways, ("--hires", "1.5x", "--hires-strength", 0.6)):
        (ours,) = studio.draw(*WORDS, *way, *asked, model=model)
        (without,) = studio.draw(*WORDS, *way, model=model)
        assert differ(ours, without) > 3


def test_it_goes_with_a_controlnet_but_not_with_a_t2i_adapter(studio: Studio) -> None:
    asked = ("--ip-adapter", f"{studio.adapter()}={studio.waves}")
    pipe = DiffusionPipeline.from_pretrained(studio.model())
    for name in ("sd", "sd-adapter"):
        tiny_controls.save(tiny_controls.build(name, pipe), studio.folder / name)
    controlled = ("--control", f"{studio.folder / 'sd'}={studio.waves}")
    (both,) = studio.draw(*WORDS, *controlled, *asked)
    (alone,) = studio.draw(*WORDS, *controlled)
    assert differ(both, alone) > 3
    studio.draw(
        *WORDS, "--control", f"{studio.folder / 'sd-adapter'}={studio.waves}", *asked, code=2
    )


def test_what_breaks_while_it_is_put_on_leaves_the_network_as_it_was(studio: Studio) -> None:
    """Also where layers come and go one by one, so that new ones could not."""
    file = studio.adapter()
    tensors = load_file(file)
    few = studio.folder / "few.safetensors"
    save_file({key: one for key, one in tensors.items() if "ip_adapter.1." not in key}, few)
    odd = studio.folder / "odd.safetensors"
    save_file({**tensors, "ip_adapter.3.to_v_ip.weight": torch.zeros(1, 1)}, odd)
    rows = [{"prompt": "red cat", "seed": 2}] + [
        {"prompt": "red cat", "seed": 2, **({"ip-adapter": f"{one}={studio.waves}"} if one else {})}
        for one in (few, None, odd, None, file)
    ]
    prompts = studio.folder / "rows.jsonl"
    prompts.write_text("\n".join(map(json.dumps, rows)))
    drawn = studio.draw("batch", prompts, *WORDS[3:], "--name", "{index}.png", code=1)
    failed = [one["code"] for one in studio.told if one["event"] == "failed"]
    assert failed == ["ip-adapter-failed"] * 2
    assert len(drawn) == 4
    assert len({one.tobytes() for one in drawn}) == 2
    pipe: Any = DiffusionPipeline.from_pretrained(studio.model())
    (plan,) = imagegen.make_plans(asked(studio, f"{file}={studio.waves}"))
    pipe.unet.enable_group_offload(
        torch.device("cpu"), torch.device("cpu"), "leaf_level", use_stream=False
    )
    with pytest.raises(DrawingError, match="layer by layer"):
        Eyes(pipe).see(plan.ip_adapters)


def test_record_row_and_dry_run_say_it(studio: Studio) -> None:
    word = f"{studio.adapter()}={studio.waves}:0.5"
    studio.draw(*WORDS, "--ip-adapter", word)
    (path,) = (Path(one["path"]) for one in studio.told if one["event"] == "picture")
    (said,) = json.loads(path.with_suffix(".json").read_bytes())["plan"]["ip_adapters"]
    assert (said["file"], said["weight"]) == (studio.adapter().name, 0.5)
    assert said["picture"]["file"] == "waves.png"
    studio.draw(*WORDS, "--ip-adapter", word, "--dry-run")
    (planned,) = (one for one in studio.told if one["event"] == "plan")
    assert planned["ip_adapters"] == [
        {"name": str(studio.adapter()), "image": str(studio.waves), "weight": 0.5}
    ]
    (plan,) = imagegen.make_plans(asked(studio, word))
    again = row(plan, "", MachineRequest(), ImagegenError("x", "x", hint="x"))
    assert again["ip-adapter"] == [word]
    (silent,) = imagegen.make_plans(asked(studio, f"{studio.adapter()}={studio.waves}:0"))
    (without,) = imagegen.make_plans(asked(studio))
    (other,) = imagegen.make_plans(asked(studio, f"{studio.adapter()}={studio.half}:0.5"))
    ids = [identity(one, "") for one in (plan, silent, without, other)]
    assert ids[1] == ids[2]
    assert len(set(ids)) == 3


def test_replay_wants_the_very_adapter(studio: Studio) -> None:
    """Another file of its name is refused."""
    file = studio.adapter()
    (then,) = studio.draw(*WORDS, "--ip-adapter", f"{file}={studio.waves}", "--name", "then.png")
    out = studio.folder / "out"
    again = ("replay", str(out / "then.png"), "-o", str(studio.folder / "again"), "--json")
    saved = file.read_bytes()
    tiny_ip_adapters.save(file, DiffusionPipeline.from_pretrained(studio.model()).unet, seed=5)
    assert main([*again]) == 2
    file.write_bytes(saved)
    assert main([*again, "--name", "now.png"]) == 0
    now = np.asarray(Image.open(studio.folder / "again" / "now.png")).astype(np.int16)
    assert differ(then, now) == 0


def asked(studio: Studio, *words: str, model: str = SD) -> Request:
    return Request(
        prompts=("red cat",),
        model=str(studio.model(model)),
        seeds=(2,),
        ip_adapter=words or None,
    )


def refusal(request: Request) -> RequestError:
    with pytest.raises(ImagegenError) as caught:
        imagegen.make_plans(request)
    return caught.value  # type: ignore[return-value]


def test_what_does_not_fit_is_refused_before_anything_is_loaded(studio: Studio) -> None:
    file, waves = studio.adapter(), studio.waves

    def code(adapter: object, **more: Any) -> str:
        return refusal(asked(studio, f"{adapter}={waves}", **more)).code

    assert code(studio.folder / "nothing") == "ip-adapter-not-found"
    wide = tiny_ip_adapters.encoder(studio.folder / "wide" / "image_encoder", 12).parent
    shutil.copy(file, wide / "ip.safetensors")
    hidden = studio.folder / "image_encoder"
    hidden.rename(studio.folder / "elsewhere")
    for adapter in (file, wide):
        told = refusal(asked(studio, f"{adapter}={waves}"))
        assert told.code == "image-encoder-not-found"
        assert str(studio.model() / "image_encoder") in told.hint
    assert "gives 12" in told.message
    shutil.copytree(studio.folder / "elsewhere", studio.model() / "image_encoder")
    (plan,) = imagegen.make_plans(asked(studio, f"{wide}={waves}"))  # the model's own comes first
    assert plan.ip_adapters[0].encoder == str(studio.model() / "image_encoder")
    large = studio.adapter(SDXL)
    assert code(large) == "ip-adapter-mismatch"
    save_file({"x": torch.zeros(2)}, studio.folder / "x.safetensors")
    assert code(studio.folder / "x.safetensors") == "unsupported-ip-adapter"
    torch.save({}, studio.folder / "ip.bin")
    told = refusal(asked(studio, f"{studio.folder / 'ip.bin'}={waves}"))
    assert (told.code, "save_file" in told.hint) == ("pickle-refused", True)
    assert refusal(asked(studio, f"{file}={studio.folder / 'none.png'}")).code == "no-picture"


def test_a_class_that_takes_none_says_so(studio: Studio) -> None:
    word = f"{studio.adapter()}={studio.waves}"
    told = refusal(asked(studio, word, model="PixArtAlphaPipeline"))
    assert told.code == "ip-adapter-not-taken"


def test_the_classes_that_see_take_embeddings() -> None:
    import inspect

    import diffusers

    for name in abilities.SEEING:
        kind = getattr(diffusers, name)
        assert hasattr(kind, "set_ip_adapter_scale")
        assert "ip_adapter_image_embeds" in inspect.signature(kind.__call__).parameters


@pytest.mark.parametrize("word", ["ip.safetensors", "=x.png", "ip=", "ip=x.png:-1", "ip=x.png:11"])
def test_what_is_not_understood(word: str) -> None:
    with pytest.raises(RequestError, match="IP-Adapter") as caught:
        ask({"prompt": "x", "ip-adapter": word})
    assert caught.value.code == "bad-ip-adapter"


def test_a_word_is_what_it_says() -> None:
    word = "a.safetensors=C:/x.png:0.25"
    read = ip_adapter_words.option(word)
    assert read == ("a.safetensors", "C:/x.png", 0.25)
    assert ip_adapter_words.option_of(read) == word
    assert ip_adapter_words.placed("a=b.png:1", "/rows") == "a=/rows/b.png:1"
