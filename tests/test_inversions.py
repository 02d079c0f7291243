"""Textual inversions and clip skip: embeddings as diffusers and plain torch have them."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tiny_clip
import torch
from diffusers.hooks import apply_group_offloading
from PIL import Image
from safetensors.torch import save_file
from torch import Tensor

from imagegen import Request, inversion_files, make_plans
from imagegen.catalog import find
from imagegen.cli import main
from imagegen.embedding import Encoder
from imagegen.errors import ImagegenError, RequestError
from imagegen.inversion import Inversion, Inversions
from imagegen.inversion import option as words_of
from imagegen.journal import row
from imagegen.options import ask
from imagegen.plan import identity
from imagegen.request import MachineRequest

BUILDERS = {"sd": tiny_clip.sd, "sdxl": tiny_clip.sdxl, "sd3": tiny_clip.sd3}
LENGTH = 77
WIDTH = tiny_clip.WIDTH


@pytest.fixture(scope="module", autouse=True)
def no_gradients() -> Any:
    with torch.no_grad():
        yield


@pytest.fixture(scope="module", params=BUILDERS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def numbers(vectors: int, seed: int = 1, width: int = WIDTH) -> Tensor:
    return torch.randn(vectors, width, generator=torch.Generator().manual_seed(seed))


def save(path: Path, **tensors: Tensor) -> Path:
    save_file(tensors, path)
    return path


def learnt(kind: str, folder: Path, vectors: int = 2) -> Inversions:
    """An inversion for a tiny pipeline, made without the code that reads headers."""
    parts = {"text_encoder": "clip_l"}
    if kind != "sd":
        parts["text_encoder_2"] = "clip_g"
    tensors = {key: numbers(vectors, len(part)) for part, key in parts.items()}
    path = save(folder / f"{kind}-{vectors}.safetensors", **tensors)
    about = {"name": "x", "file": str(path), "sha256": f"{path}", "vectors": vectors}
    return (Inversion(token="<x>", tensors=tuple(parts.items()), **about),)


WORDS = ("dog", "fox")


def taught(kind: str, vectors: int = 2) -> Any:
    """The same pipeline, whose words `dog` and `fox` mean what the vectors mean."""
    pipe = BUILDERS[kind]()
    for number in ("", "_2"):
        encoder = getattr(pipe, f"text_encoder{number}", None)
        if encoder is None:
            continue
        vocabulary = getattr(pipe, f"tokenizer{number}").get_vocab()
        table = encoder.get_input_embeddings().weight.data
        for word, vector in zip(WORDS, numbers(vectors, len(f"text_encoder{number}")), strict=True):
            table[vocabulary[f"{word}</w>"]] = vector
    return pipe


def conditioning(pipe: Any, text: str, negative: str = "", **more: Any) -> dict[str, Tensor]:
    syntax = more.pop("syntax", "a1111")
    return Encoder(pipe).conditioning([text], [negative], guided=True, syntax=syntax, **more)


def same(one: dict[str, Tensor], other: dict[str, Tensor], chunks: int = 1) -> bool:
    """Of what CLIP reads: T5 learns no inversions."""
    return one.keys() == other.keys() and all(
        a.shape == other[name].shape
        and float((a - other[name])[:, : chunks * LENGTH if a.ndim == 3 else None].abs().max())
        < 1e-5
        for name, a in one.items()
    )


# Textual inversion ----------------------------------------------------------------------------


@pytest.mark.parametrize("vectors", [1, 3])
@pytest.mark.parametrize("name", ["sd", "sdxl"])
def test_embeddings_are_those_of_diffusers(name: str, vectors: int, tmp_path: Path) -> None:
    inversions = learnt(name, tmp_path, vectors)
    theirs = BUILDERS[name]()
    for number in ("", "_2")[: 1 if name == "sd" else 2]:
        theirs.load_textual_inversion(
            {"<x>": numbers(vectors, len(f"text_encoder{number}"))},
            text_encoder=getattr(theirs, f"text_encoder{number}"),
            tokenizer=getattr(theirs, f"tokenizer{number}"),
        )
    found = theirs.encode_prompt(
        prompt="a <x> cat",
        device="cpu",
        num_images_per_prompt=1,
        do_classifier_free_guidance=True,
        negative_prompt="red <x>",
    )
    ours = conditioning(BUILDERS[name](), "a <x> cat", "red <x>", inversions=inversions)
    names = ["prompt_embeds", "negative_prompt_embeds"]
    names += [] if name == "sd" else ["pooled_prompt_embeds", "negative_pooled_prompt_embeds"]
    assert all(torch.equal(one, ours[key]) for one, key in zip(found, names, strict=True))


@pytest.mark.parametrize(
    ("text", "words", "syntax"),
    [
        ("a <x> cat", "a dog fox cat", "plain"),
        ("a (<x>:1.4) cat, [<X>]", "a (dog fox:1.4) cat, [dog fox]", "a1111"),
        ("red BREAK a <x>", "red BREAK a dog fox", "a1111"),
        ("a (red <x>:0.6), cat<x>", "a (red dog fox:0.6), cat dog fox", "comfy"),
        ("a (<x> cat)0.5 hill", "a (dog fox cat)0.5 hill", "compel"),
    ],
)
def test_vectors_are_read_and_weighed_as_words_are(
    kind: str, text: str, words: str, syntax: str, tmp_path: Path
) -> None:
    inversions = learnt(kind, tmp_path)
    chunks = 2 if "BREAK" in text else 1
    found = conditioning(BUILDERS[kind](), text, text, syntax=syntax, inversions=inversions)
    wanted = conditioning(taught(kind), words, words, syntax=syntax)
    assert same(found, wanted, chunks)
    without = conditioning(BUILDERS[kind](), words, words, syntax=syntax)
    assert not same(without, wanted, chunks)


def test_vectors_count_as_tokens_and_stay_together(tmp_path: Path) -> None:
    inversions = learnt("sd", tmp_path)
    pipe = tiny_clip.sd()
    encoder = Encoder(pipe)
    for reds, chunks in ((73, 1), (74, 2), (75, 2)):
        text = "red " * reds + "<x>"
        assert encoder.chunks(text, "a1111", inversions) == chunks
        assert encoder.chunks("red " * reds, "a1111", inversions) == 1
    found = conditioning(pipe, "red " * 74 + "<x> cat", inversions=inversions)
    wanted = conditioning(taught("sd"), "red " * 74 + "BREAK dog fox cat")
    assert same(found, wanted, 2)
    # What follows a comma goes along; a comma's rule is that of full chunks only.
    found = conditioning(pipe, "red " * 70 + ", red red red red <x> cat", inversions=inversions)
    wanted = conditioning(taught("sd"), "red " * 70 + ", BREAK red red red red dog fox cat")
    assert same(found, wanted, 2)


def test_the_end_of_a_text_is_found_behind_vectors_where_the_largest_number_ends_it(
    tmp_path: Path,
) -> None:
    """As in the configurations of SD 1.5 and SDXL, which say an eos_token_id of 2."""
    ours, theirs = tiny_clip.sdxl(), taught("sdxl")
    for pipe in (ours, theirs):
        for encoder in (pipe.text_encoder, pipe.text_encoder_2):
            getattr(encoder, "text_model", encoder).eos_token_id = 2
    inversions = learnt("sdxl", tmp_path)
    found = conditioning(ours, "a <x> cat", "<x>", inversions=inversions)
    assert same(found, conditioning(theirs, "a dog fox cat", "dog fox"))


def test_every_format_is_read_by_its_header(tmp_path: Path) -> None:
    folder = tmp_path / "sd"
    tiny_clip.sd().save_pretrained(folder)
    two = tmp_path / "sdxl"
    tiny_clip.sdxl().save_pretrained(two)
    one, wide = numbers(2), numbers(2, 2)

    def read(model: Path, token: str = "", **tensors: Tensor) -> list[tuple[str, int]]:
        file = save(tmp_path / "bad hands.safetensors", **tensors)
        request = Request(prompts=("x",), embedding=(f"{file}{token}",))
        card = find(str(model), lambda name: (model, ()))
        found = inversion_files.chosen(request, card, lambda name, offline: (file, name))
        return [(one.token, one.vectors) for one in found]

    assert read(folder, emb_params=one) == [("bad hands", 2)]
    assert read(folder, **{"string_to_param.*": one}) == [("bad hands", 2)]
    assert read(folder, **{"*": one[0]}) == [("bad hands", 1)]
    assert read(folder, **{"<x>": numbers(1), "<y>": one}) == [("<x>", 1), ("<y>", 2)]
    assert read(folder, ":<Y>", **{"<x>": numbers(1), "<y>": one}) == [("<Y>", 2)]
    assert read(folder, ":ugly", emb_params=one) == [("ugly", 2)]
    assert read(two, clip_l=one, clip_g=wide) == [("bad hands", 2)]
    assert read(two, text_encoders_0=one, text_encoders_1=wide) == [("bad hands", 2)]
    assert words_of("C:\\x.safetensors").token is None
    assert words_of("a/b.safetensors:<x>") == ("a/b.safetensors", "<x>")


# The command ----------------------------------------------------------------------------------

Draw = Callable[..., list[Path]]


@pytest.fixture
def draw(tiny: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> Draw:
    def run(*words: object) -> list[Path]:
        capfd.readouterr()
        where = ("-m", str(tiny), "-o", str(tmp_path / "out"), "--json", "--steps", "2")
        how = ("--precision", "float32", "--seed", "7")
        assert main([*map(str, words), *where, *how]) == 0
        told = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
        run.told = told  # type: ignore[attr-defined]
        return [Path(one["path"]) for one in told if one["event"] == "picture"]

    return run


def pixels(path: Path) -> Any:
    return np.asarray(Image.open(path)).astype(int)


@pytest.fixture
def style(tmp_path: Path) -> Path:
    return save(tmp_path / "style.safetensors", emb_params=3 * numbers(2))


def refusal(tiny: Path, *words: str, prompt: str = "a style", **more: Any) -> ImagegenError:
    with pytest.raises(ImagegenError) as caught:
        make_plans(Request(prompts=(prompt,), model=str(tiny), embedding=words, **more))
    return caught.value


def test_it_is_drawn_recorded_and_the_same_by_each_of_its_names(draw: Draw, style: Path) -> None:
    (bare,) = draw("red style")
    (one,) = draw("red style", "--embedding", style)
    assert np.abs(pixels(one) - pixels(bare)).max() > 0
    record = json.loads(one.with_suffix(".json").read_bytes())
    (said,) = record["plan"]["embeddings"]
    assert (said["token"], said["vectors"], said["file"]) == ("style", 2, "style.safetensors")
    with Image.open(one) as picture:
        assert f'TI hashes: "style: {said["sha256"][:12]}"' in picture.info["parameters"]
    for words in (
        ("red embedding:style", "--embedding", style, "--prompt-syntax", "comfy"),
        ("red <s>", "--embedding", f"{style}:<s>"),
        ("red (style:1.0)", "--embedding", style),
    ):
        assert np.array_equal(pixels(draw(*words)[0]), pixels(one))


def test_it_works_on_the_negative_prompt_alone(draw: Draw, style: Path) -> None:
    (bare,) = draw("red cat", "-n", "style")
    (one,) = draw("red cat", "-n", "style", "--embedding", style)
    assert np.abs(pixels(one) - pixels(bare)).max() > 0


def test_each_row_has_its_own_and_is_the_picture_it_is_alone(
    draw: Draw, style: Path, tmp_path: Path
) -> None:
    other = save(tmp_path / "other.safetensors", emb_params=3 * numbers(1, 9))
    rows = [
        {"prompt": "red style", "embedding": str(style)},
        {"prompt": "red cat"},
        {"prompt": "red style", "embedding": [f"{other}:style"]},
        {"prompt": "red cat", "clip-skip": 2},
    ]
    file = tmp_path / "rows.jsonl"
    file.write_text("\n".join(map(json.dumps, rows)))
    together = draw("batch", file, "--batch-size", "4")
    assert len(together) == 4
    by_plan = {}
    for path in together:
        plan = json.loads(path.with_suffix(".json").read_bytes())["plan"]
        digest = [one["sha256"] for one in plan["embeddings"]] if "embeddings" in plan else []
        by_plan[plan["prompt"], *digest, plan.get("clip_skip")] = pixels(path)
    assert len(by_plan) == 4
    alone = [
        draw("red style", "--embedding", style),
        draw("red cat"),
        draw("red style", "--embedding", f"{other}:style"),
        draw("red cat", "--clip-skip", "2"),
    ]
    for (path,) in alone:
        assert any(np.array_equal(pixels(path), one) for one in by_plan.values())


def test_what_does_not_fit_or_is_none_is_refused_before_anything_is_loaded(
    tiny: Path, style: Path, tmp_path: Path
) -> None:
    def file(**tensors: Tensor) -> str:
        return str(save(tmp_path / "some.safetensors", **tensors))

    for widths, looks in (
        ({"emb_params": 768}, "Stable Diffusion 1"),
        ({"<x>": 1024}, "Stable Diffusion 2"),
        ({"clip_l": 768, "clip_g": 1280}, "Stable Diffusion XL"),
    ):
        error = refusal(tiny, file(**{k: torch.zeros(1, w) for k, w in widths.items()}))
        assert error.code == "embedding-mismatch"
        assert f"it looks like one for {looks}" in error.message
    two = file(clip_l=numbers(1), clip_g=numbers(1))
    assert refusal(tiny, two).code == "embedding-mismatch"
    assert refusal(tiny, file(emb_params=numbers(15))).code == "unsupported-embedding"
    lora = file(**{"unet.x.lora_A.weight": numbers(1), "unet.x.lora_B.weight": numbers(1)})
    assert refusal(tiny, lora).code == "not-an-embedding"
    pickle = tmp_path / "learned.pt"
    pickle.write_bytes(b"\x80\x02")
    assert (refusal(tiny, str(pickle)).code, "save_file" in refusal(tiny, str(pickle)).hint) == (
        "pickle-refused",
        True,
    )
    assert refusal(tiny, "./none.safetensors").code == "embedding-not-found"
    assert refusal(tiny, str(style), f"{style}:Style").code == "embedding-twice"
    two = file(**{"<x>": numbers(1), "<y>": numbers(1)})
    assert refusal(tiny, f"{two}:z").code == "bad-embedding"


def test_a_word_that_nobody_calls_is_told(tiny: Path, style: Path) -> None:
    error = refusal(tiny, str(style), prompt="red stylex")
    assert (error.code, "'style'" in error.message) == ("embedding-not-called", True)
    asked = Request(
        prompts=("red cat",), model=str(tiny), embedding=(str(style),), lenient=True, seeds=(1,)
    )
    (plan,) = make_plans(asked)
    assert [one.code for one in plan.notices] == ["embedding-not-called"]
    bare = Request(prompts=("red cat",), model=str(tiny), seeds=(1,))
    assert identity(plan, "w") == identity(make_plans(bare)[0], "w")
    # Of several prompts one is enough, and the others are what they are without.
    several = Request(
        prompts=("red cat", "red style"), model=str(tiny), embedding=(str(style),), seeds=(1,)
    )
    first, second = make_plans(several)
    assert (len(first.embeddings), len(second.embeddings)) == (0, 1)
    assert not first.notices


def test_what_failed_is_drawn_again_with_it(tiny: Path, style: Path) -> None:
    asked = Request(
        prompts=("red style",), model=str(tiny), embedding=(str(style),), clip_skip=2, seeds=(1,)
    )
    (plan,) = make_plans(asked)
    said = row(plan, "id", MachineRequest(), RequestError("x", "y", hint="z"))
    said.pop("error")
    (again,) = make_plans(ask(said).request)
    assert identity(again, "w") == identity(plan, "w")


def test_weights_may_lie_elsewhere_until_they_are_needed(tmp_path: Path) -> None:
    """With diffusers' group offloading, weights are not where they seem to be."""
    more = {"inversions": learnt("sd", tmp_path), "clip_skip": 2}
    still = conditioning(tiny_clip.sd(), "a <x> cat", **more)
    pipe, cpu = tiny_clip.sd(), torch.device("cpu")
    apply_group_offloading(pipe.text_encoder, cpu, cpu, offload_type="leaf_level")
    moved = conditioning(pipe, "a <x> cat", **more)
    assert all(torch.equal(one, moved[name]) for name, one in still.items())


# Clip skip ------------------------------------------------------------------------------------


def states(encoder: Any, tokenizer: Any, text: str) -> Any:
    ids = tokenizer(text, padding="max_length", max_length=LENGTH, return_tensors="pt").input_ids
    return encoder(ids, output_hidden_states=True).hidden_states


def test_clip_skip_counts_as_webui_does_and_norms_as_it_does() -> None:
    pipe = tiny_clip.sd()
    encoder = pipe.text_encoder
    found = states(encoder, pipe.tokenizer, "a red cat")
    for skip in (1, 2, 3):
        given = conditioning(pipe, "a red cat", clip_skip=skip)["prompt_embeds"]
        assert float((given - encoder.final_layer_norm(found[-skip])).abs().max()) < 1e-6
    plain = conditioning(pipe, "a red cat")["prompt_embeds"]
    assert torch.equal(plain, conditioning(pipe, "a red cat", clip_skip=1)["prompt_embeds"])


def test_clip_skip_of_sdxl_counts_from_its_last_layer_too() -> None:
    pipe = tiny_clip.sdxl()
    parts = [(pipe.text_encoder, pipe.tokenizer), (pipe.text_encoder_2, pipe.tokenizer_2)]
    found = [states(*part, "a red cat") for part in parts]
    plain = conditioning(pipe, "a red cat")
    for skip in (1, 2, 3):
        given = conditioning(pipe, "a red cat", clip_skip=skip)
        wanted = torch.cat([one[-max(2, skip)] for one in found], dim=-1)
        assert float((given["prompt_embeds"] - wanted).abs().max()) < 1e-6
        assert torch.equal(given["pooled_prompt_embeds"], plain["pooled_prompt_embeds"])
    (theirs, *_) = pipe.encode_prompt("a red cat", device="cpu", clip_skip=1)
    assert torch.equal(given["prompt_embeds"], theirs)


def test_clip_skip_is_weighed_padded_and_kept_apart(tmp_path: Path) -> None:
    """One encoder reads with several: what it keeps of one is not given for another."""
    encoder = Encoder(tiny_clip.sd())
    text, how = "a (red:1.3) <x> cat " + "hill " * 80, {"inversions": learnt("sd", tmp_path)}
    read = [
        encoder.conditioning(
            [text, "red"], [""], guided=False, syntax=syntax, clip_skip=skip, **how
        )
        for syntax in ("a1111", "comfy")
        for skip in (1, 2, 1)
    ]
    for first in (0, 3):
        one, other, again = (read[first + n]["prompt_embeds"] for n in range(3))
        assert torch.equal(one, again)
        # Each chunk is another, also the one that fills up the shorter text.
        assert all(float((one - other)[n, at:].abs().max()) > 0 for n in (0, 1) for at in (0, 77))


def test_clip_skip_is_recorded_and_read_back(draw: Draw, tiny: Path) -> None:
    (bare,) = draw("red cat")
    (one,) = draw("red cat", "--clip-skip", "2")
    assert np.abs(pixels(one) - pixels(bare)).max() > 0
    assert np.array_equal(pixels(draw("red cat", "--clip-skip", "1")[0]), pixels(bare))
    record = json.loads(one.with_suffix(".json").read_bytes())
    assert record["plan"]["clip_skip"] == 2
    with Image.open(one) as picture:
        assert "Clip skip: 2," in picture.info["parameters"]
    error = refusal(tiny, prompt="red cat", clip_skip=3)
    assert (error.code, error.hint) == ("bad-clip-skip", "1 (none left out) to 2")
    assert refusal(tiny, prompt="red cat", clip_skip=0).code == "bad-clip-skip"
