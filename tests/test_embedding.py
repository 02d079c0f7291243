"""Embeddings are those that plain torch gives, step by step, from chunks written by hand."""

import inspect
import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import diffusers
import pytest
import tiny_clip
import torch
from diffusers import DiffusionPipeline, LatentConsistencyModelPipeline

import imagegen
from imagegen import run
from imagegen.embedding import Encoder
from imagegen.events import Made
from imagegen.machine import Machine
from imagegen.request import Request
from imagegen.textencoders import READINGS

Tensor = torch.Tensor
Pieces = Sequence[tuple[str, float]]
Read = Callable[[Any, Any, Pieces], Tensor]
LENGTH = 77
BUILDERS = {"sd": tiny_clip.sd, "sdxl": tiny_clip.sdxl, "sd3": tiny_clip.sd3}


@pytest.fixture(scope="module", autouse=True)
def no_gradients() -> Any:
    with torch.no_grad():
        yield


@pytest.fixture(scope="module", params=BUILDERS)
def pipe(request: pytest.FixtureRequest) -> Any:
    return BUILDERS[request.param]()


@pytest.fixture(scope="module")
def sd() -> Any:
    return tiny_clip.sd()


# The independent computation ------------------------------------------------------------------


def ids_and_weights(tokenizer: Any, pieces: Pieces) -> tuple[list[int], Tensor]:
    ids, weights = [tokenizer.bos_token_id], [1.0]
    for text, weight in pieces:
        own = tokenizer(text, add_special_tokens=False)["input_ids"]
        ids += own
        weights += [weight] * len(own)
    ids.append(tokenizer.eos_token_id)
    ids += [tokenizer.pad_token_id] * (LENGTH - len(ids))
    assert len(ids) == LENGTH
    return ids, torch.tensor(weights + [1.0] * (LENGTH - len(weights))).reshape(1, LENGTH, 1)


def states(pipe: Any, encoder: Any, ids: list[int], mask: list[int] | None = None) -> Tensor:
    heard = None if mask is None else torch.tensor([mask])
    output = encoder(torch.tensor([ids]), attention_mask=heard, output_hidden_states=True)
    if type(pipe).__name__ == "StableDiffusionPipeline":
        return encoder.final_layer_norm(output.hidden_states[-1])  # type: ignore[no-any-return]
    return output.hidden_states[-2]  # type: ignore[no-any-return]


def webui(pipe: Any, number: int, pieces: Pieces) -> Tensor:
    tokenizer, encoder = parts(pipe)[number]
    ids, weights = ids_and_weights(tokenizer, pieces)
    plain = states(pipe, encoder, ids)
    weighed = plain * weights
    return weighed * (plain.mean() / weighed.mean())


def parts(pipe: Any) -> list[tuple[Any, Any]]:
    first = (pipe.tokenizer, pipe.text_encoder)
    return (
        [first, (pipe.tokenizer_2, pipe.text_encoder_2)]
        if hasattr(pipe, "tokenizer_2")
        else [first]
    )


def whole(pipe: Any, chunks: Sequence[Pieces]) -> Tensor:
    """What the pipeline calls prompt_embeds, by webui's rules."""
    numbers = range(len(parts(pipe)))
    wide = torch.cat(
        [torch.cat([webui(pipe, n, chunk) for chunk in chunks], dim=1) for n in numbers], dim=-1
    )
    if not hasattr(pipe, "tokenizer_3"):
        return wide
    words = "".join(text for chunk in chunks for text, _ in chunk)
    read = pipe.tokenizer_3(words, padding="max_length", max_length=256, truncation=True)
    t5 = pipe.text_encoder_3(torch.tensor([read.input_ids]))[0]
    padded = torch.zeros(1, wide.shape[1], t5.shape[-1])
    padded[..., : wide.shape[-1]] = wide
    return torch.cat([padded, t5], dim=1)


def pooled(pipe: Any, chunk: Pieces) -> Tensor | None:
    """That of the first chunk, without weights."""
    found = []
    for tokenizer, encoder in parts(pipe):
        if hasattr(encoder, "text_projection"):
            ids, _ = ids_and_weights(tokenizer, chunk)
            last = encoder.text_model(torch.tensor([ids])).last_hidden_state
            found.append(encoder.text_projection(last[:, ids.index(tokenizer.eos_token_id)]))
    return torch.cat(found, dim=-1) if found else None


def close(one: Tensor, other: Tensor) -> bool:
    return one.shape == other.shape and float((one - other).abs().max()) < 1e-5


def encoded(pipe: Any, text: str, syntax: str = "a1111", negative: str = "") -> dict[str, Tensor]:
    return Encoder(pipe).conditioning([text], [negative], guided=True, syntax=syntax)


# Plain prompts --------------------------------------------------------------------------------


@pytest.mark.parametrize("syntax", ["a1111", "comfy", "compel", "plain"])
def test_a_short_plain_prompt_is_what_diffusers_encodes_to_the_bit(pipe: Any, syntax: str) -> None:
    text, negative = "a red cat on the hill, ünïcode 猫", "a dog"
    several = {"prompt_2": None, "prompt_3": None} if hasattr(pipe, "tokenizer_3") else {}
    theirs = pipe.encode_prompt(
        prompt=text,
        **several,
        device="cpu",
        num_images_per_prompt=1,
        do_classifier_free_guidance=True,
        negative_prompt=negative,
    )
    ours = encoded(pipe, text, syntax, negative)
    names = ["prompt_embeds", "negative_prompt_embeds"]
    names += ["pooled_prompt_embeds", "negative_pooled_prompt_embeds"] * (len(theirs) > 2)
    assert list(ours) and set(ours) == set(names)
    for name, tensor in zip(names, theirs, strict=True):
        assert torch.equal(ours[name], tensor)


def test_a_weight_of_one_is_none(pipe: Any) -> None:
    plain = encoded(pipe, "astronaut riding bicycle")
    same = encoded(pipe, "astronaut riding (bicycle:1.0)")
    assert all(torch.equal(plain[name], same[name]) for name in plain)


def test_sdxl_has_zeros_for_an_empty_negative_prompt_if_it_was_trained_so() -> None:
    assert not encoded(tiny_clip.sdxl(), "a cat")["negative_prompt_embeds"].any()
    assert not encoded(tiny_clip.sdxl(), "a cat")["negative_pooled_prompt_embeds"].any()
    assert encoded(tiny_clip.sdxl(zeros=False), "a cat")["negative_prompt_embeds"].any()
    assert encoded(tiny_clip.sdxl(), "a cat", negative="dog")["negative_prompt_embeds"].any()


# Weights --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("a (red:1.4) cat", [("a ", 1), ("red", 1.4), (" cat", 1)]),
        ("a ((red)) [cat]", [("a ", 1), ("red", 1.21), (" ", 1), ("cat", 1 / 1.1)]),
        (r"a (cat, (dog:1.5) \(x\):0.8)", [("a ", 1), ("cat, ", 0.8), ("dog", 1.2), (" (x)", 0.8)]),
        ("(cat:0) (dog:-0.5)", [("cat", 0), (" ", 1), ("dog", -0.5)]),
    ],
)
def test_weights_are_applied_as_webui_does(pipe: Any, text: str, pieces: Pieces) -> None:
    found = encoded(pipe, text)
    assert close(found["prompt_embeds"], whole(pipe, [pieces]))
    expected = pooled(pipe, pieces)
    assert (expected is None) == ("pooled_prompt_embeds" not in found)
    assert expected is None or close(found["pooled_prompt_embeds"], expected)
    plain = encoded(pipe, text, "plain")
    assert not close(found["prompt_embeds"], plain["prompt_embeds"])


def test_weights_count_in_a_negative_prompt_too(pipe: Any) -> None:
    found = encoded(pipe, "a cat", negative="a (dog:1.3)")
    assert close(found["negative_prompt_embeds"], whole(pipe, [[("a ", 1), ("dog", 1.3)]]))


def test_comfy_goes_on_the_line_from_the_empty_prompt(sd: Any) -> None:
    ids, weights = ids_and_weights(sd.tokenizer, [("a", 1), ("red", 1.4), ("cat", 0.5)])
    empty = states(sd, sd.text_encoder, ids_and_weights(sd.tokenizer, [])[0])
    read = states(sd, sd.text_encoder, ids)
    found = encoded(sd, "a ((red:1.4)) (cat:0.5)", "comfy")["prompt_embeds"]
    assert close(found, (read - empty) * weights + empty)


def test_compel_mixes_what_weighs_less_with_a_text_without_it(sd: Any) -> None:
    ids, weights = ids_and_weights(sd.tokenizer, [("a", 1), ("red", 1.21), ("cat", 0.9)])
    empty = states(sd, sd.text_encoder, ids_and_weights(sd.tokenizer, [])[0])
    mask = [1, 1, 1, 0] + [1] * (LENGTH - 4)
    all_of_it = (states(sd, sd.text_encoder, ids) - empty) * weights + empty
    without_cat = (states(sd, sd.text_encoder, ids, mask) - empty) * weights + empty
    share = math.tan(0.1 * math.pi / 2)
    found = encoded(sd, "a red++ cat-", "compel")["prompt_embeds"]
    assert close(found, (all_of_it + share * without_cat) / (1 + share))
    assert not close(without_cat, all_of_it)


def test_an_encoder_of_another_length_does_not_restore_the_mean(tiny: Path) -> None:
    pipe = DiffusionPipeline.from_pretrained(tiny)
    plain = Encoder(pipe).conditioning(["a red cat"], [""], guided=False)["prompt_embeds"]
    found = Encoder(pipe).conditioning(["a (red:2) cat"], [""], guided=False, syntax="a1111")
    assert torch.equal(found["prompt_embeds"][:, 2], plain[:, 2] * 2)
    assert torch.equal(found["prompt_embeds"][:, 3:], plain[:, 3:])
    assert Encoder(pipe).weighting("a1111") == "No norm"
    assert Encoder(tiny_clip.sd()).weighting("a1111") == "Original"


# Long prompts ---------------------------------------------------------------------------------


def test_a_long_prompt_goes_on_in_chunks_of_75(pipe: Any) -> None:
    words = (["red", "cat", "dog"] * 67)[:200]
    chunks = [[(" ".join(words[at : at + 75]) + " ", 1)] for at in (0, 75, 150)]
    found = encoded(pipe, " ".join(words), negative="dog")
    assert close(found["prompt_embeds"], whole(pipe, chunks))  # type: ignore[arg-type]
    expected = pooled(pipe, chunks[0])
    assert expected is None or close(found["pooled_prompt_embeds"], expected)
    negative = whole(pipe, [[("dog", 1)], [], []])
    assert close(found["negative_prompt_embeds"], negative)
    other = encoded(pipe, " ".join([*words[:-1], "fox"]))
    assert not torch.equal(other["prompt_embeds"], found["prompt_embeds"])


@pytest.mark.parametrize(
    ("before", "after", "first"),
    [(60, 20, 61), (55, 30, 56), (54, 30, 75), (74, 3, 75), (75, 3, 75)],
)
def test_a_full_chunk_ends_at_a_comma_that_is_near(
    sd: Any, before: int, after: int, first: int
) -> None:
    words = [*["red"] * before, ",", *["cat"] * after]
    chunks = [[(" ".join(part), 1.0)] for part in (words[:first], words[first:])]
    assert close(encoded(sd, " ".join(words))["prompt_embeds"], whole(sd, chunks))


@pytest.mark.parametrize(
    ("text", "chunks"),
    [
        ("a red BREAK (cat:1.2) dog", [[("a red", 1)], [("cat", 1.2), (" dog", 1)]]),
        ("red BREAK BREAK cat", [[("red", 1)], [], [("cat", 1)]]),
        ("red BREAK", [[("red", 1)]]),
        ("BREAK red", [[], [("red", 1)]]),
        ("a BREAKFAST", [[("a BREAKFAST", 1)]]),
    ],
)
def test_break_begins_a_chunk(sd: Any, text: str, chunks: list[Pieces]) -> None:
    assert close(encoded(sd, text)["prompt_embeds"], whole(sd, chunks))


def test_comfy_does_not_part_words(sd: Any) -> None:
    # Six letters that are spelled, so six tokens: they do not fit after 72.
    text = "red " * 72 + "qwzxjk cat"
    chunks = [[("red " * 72, 1.0)], [("qwzxjk cat", 1.0)]]
    assert close(encoded(sd, text, "comfy")["prompt_embeds"], whole(sd, chunks))
    # Of eight or more, they are parted.
    text = "red " * 72 + "qwzxjkvbn cat"
    ids = sd.tokenizer(text, add_special_tokens=False).input_ids
    assert len(ids) == 82
    assert close(
        encoded(sd, text, "comfy")["prompt_embeds"], encoded(sd, text, "plain")["prompt_embeds"]
    )


def test_prompts_of_a_batch_are_padded_to_one_length(pipe: Any) -> None:
    long = "cat " * 80
    found = Encoder(pipe).conditioning(["red", long], ["", "dog"], guided=True, syntax="a1111")
    shape = found["prompt_embeds"].shape
    assert found["negative_prompt_embeds"].shape == shape
    assert close(found["prompt_embeds"][:1], whole(pipe, [[("red", 1)], []]))


def test_t5_beside_clip_tells_what_it_does_not_read() -> None:
    encoder = Encoder(tiny_clip.sd3())
    assert encoder.lost("red " * 255, "a1111") is None
    lost = encoder.lost("red " * 255 + "(blue:1.2) dog", "a1111")
    assert lost == (256, "blue dog")
    assert Encoder(tiny_clip.sd()).lost("red " * 1000, "a1111") is None


# The pipelines --------------------------------------------------------------------------------


def test_a_pipeline_draws_the_same_from_the_embeddings(pipe: Any) -> None:
    def draw(**conditioning: Any) -> Tensor:
        return pipe(  # type: ignore[no-any-return]
            **conditioning,
            num_inference_steps=2,
            width=32,
            height=32,
            generator=torch.Generator("cpu").manual_seed(1),
            output_type="pt",
        ).images

    pipe.set_progress_bar_config(disable=True)
    words = draw(prompt=["a red cat"], negative_prompt=["dog"])
    assert torch.equal(words, draw(**encoded(pipe, "a red cat", negative="dog")))
    weighed = draw(**encoded(pipe, "a (red:1.5) cat", negative="dog"))
    assert not torch.equal(words, weighed)
    longer = draw(**encoded(pipe, "a red cat BREAK dog", negative="dog"))
    assert not torch.equal(words, longer)


@pytest.mark.parametrize("name", READINGS)
def test_every_pipeline_of_the_table_takes_the_embeddings(name: str) -> None:
    kind = getattr(diffusers, name)
    takes = inspect.signature(kind.__call__).parameters
    assert {"prompt_embeds", "negative_prompt_embeds"} <= set(takes)
    assert (READINGS[name].pooled is None) == ("pooled_prompt_embeds" not in takes)


def test_other_pipelines_get_words_without_their_syntax(tiny: Path) -> None:
    parts = DiffusionPipeline.from_pretrained(tiny).components
    encoder = Encoder(LatentConsistencyModelPipeline(**parts, requires_safety_checker=False))
    given = encoder.conditioning(["a (red:1.4) cat"], ["(dog)"], guided=True, syntax="a1111")
    assert given == {"prompt": ["a red cat"], "negative_prompt": ["dog"]}
    given = encoder.conditioning(["a (red:1.4) cat"], ["(dog)"], guided=True, syntax="plain")
    assert given == {"prompt": ["a (red:1.4) cat"], "negative_prompt": ["(dog)"]}


def test_no_more_embeddings_are_kept_than_have_room(sd: Any) -> None:
    one = LENGTH * tiny_clip.WIDTH * 4
    encoder = Encoder(sd, room=3 * one)
    for text in ("red", "blue", "cat", "dog", "red"):
        found = encoder.conditioning([text], [""], guided=False, syntax="a1111")
        assert close(found["prompt_embeds"], whole(sd, [[(text, 1)]]))
        assert encoder._size == sum(kept.size for kept in encoder._kept.values()) <= 3 * one
    assert len(encoder._kept) == 3


def test_a_picture_does_not_depend_on_longer_ones_beside_it(tiny: Path, tmp_path: Path) -> None:
    here = Machine(device="cpu", precision="float32", batch_size=4, name="test", threads=1)

    def drawn(prompts: tuple[str, ...]) -> dict[str, str]:
        asked = Request(
            prompts=prompts,
            model=str(tiny),
            seeds=(1,),
            steps=2,
            out=str(tmp_path / str(len(prompts))),
        )
        made = list(run.run(imagegen.make_plans(asked), here))
        assert all(isinstance(one, Made) for one in made)
        return {one.plan.prompt: one.sha256 for one in made if isinstance(one, Made)}

    together = drawn(("red cat", "red cat " * 10, "blue dog"))
    assert together["red cat"] == drawn(("red cat",))["red cat"]
