"""A request becomes plans with nothing left open, or is refused."""

import itertools
import shutil
from pathlib import Path

import pytest

import imagegen
from imagegen.errors import RequestError
from imagegen.plan import Plan, identity
from imagegen.request import Request


def without_clip(tiny: Path, folder: Path) -> Path:
    """A model's configuration, of a pipeline that does not read with CLIP."""
    index = (tiny / "model_index.json").read_text()
    model = shutil.copytree(tiny, folder / "other")
    (model / "model_index.json").write_text(
        index.replace("StableDiffusionPipeline", "PixArtAlphaPipeline")
    )
    return model


def plans_of(tiny: Path, **asked: object) -> list[Plan]:
    dice = itertools.count(100)
    asked = {"prompts": ("red cat",), "model": str(tiny), **asked}
    return imagegen.make_plans(Request(**asked), lambda: next(dice))  # type: ignore[arg-type]


def test_what_is_not_said_is_decided_by_the_model(tiny: Path) -> None:
    (plan,) = plans_of(tiny)
    assert (plan.width, plan.height, plan.scheduler, plan.seed) == (32, 32, "ddim", 100)
    assert plan.path == Path("red-cat-100.png")
    may_be_none = {"revision", "variant", "template", "negative_template", "origin", "single"}
    may_be_none |= {"image", "mask", "strength", "drawn_steps", "hires", "clip_skip"}
    assert [f for f in plan.__struct_fields__ if getattr(plan, f) is None] == [
        f for f in plan.__struct_fields__ if f in may_be_none
    ]


def test_what_is_said_is_kept_even_if_it_is_zero_or_empty(tiny: Path) -> None:
    (plan,) = plans_of(tiny, guidance=0.0, negative="", seeds=(0,))
    assert (plan.guidance, plan.negative_prompt, plan.seed) == (0.0, "", 0)


def test_the_same_request_and_dice_make_the_same_plans(tiny: Path) -> None:
    assert plans_of(tiny, count=3) == plans_of(tiny, count=3)


def test_each_prompt_is_drawn_with_each_seed(tiny: Path) -> None:
    plans = plans_of(tiny, prompts=("cat", "dog"), seeds=(1, 2))
    assert [(p.index, p.prompt, p.seed) for p in plans] == [
        (1, "cat", 1),
        (2, "cat", 2),
        (3, "dog", 1),
        (4, "dog", 2),
    ]


def test_a_count_continues_one_seed_and_rolls_where_none_is_said(tiny: Path) -> None:
    assert [plan.seed for plan in plans_of(tiny, seeds=(7,), count=3)] == [7, 8, 9]
    assert [plan.seed for plan in plans_of(tiny, count=2)] == [100, 101]


@pytest.mark.parametrize(
    ("template", "name"),
    [
        ("{slug}", "red-cat.png"),
        ("{index:03}-{seed}.png", "001-7.png"),
        ("{scheduler}_{steps}_{guidance}_{width}x{height}", "ddim_25_7.5_32x32.png"),
        ("sub/{seed}.PNG", "sub/7.PNG"),
        ("v1.2", "v1.2.png"),
    ],
)
def test_a_name_is_a_template(tiny: Path, template: str, name: str) -> None:
    (plan,) = plans_of(tiny, seeds=(7,), name=template)
    assert plan.path == Path(name)


@pytest.mark.parametrize(
    "template",
    [
        *("../x.png", "/tmp/x.png", "", ".", "a/../../b", "{nothing}", "{slug", "{}", "{0}"),
        *("{slug.__class__}", "{seed!r}", "{slug:d}", "x.gif", "x" * 300),
        *("{seed:c}", "{seed:>9999999999}", "{guidance:.999f}", "a\nb"),
    ],
)
def test_a_bad_name_is_refused(tiny: Path, template: str) -> None:
    with pytest.raises(RequestError) as refusal:
        plans_of(tiny, name=template)
    assert refusal.value.code in {"bad-name", "unknown-format", "control-character"}


def test_no_two_pictures_have_one_name(tiny: Path) -> None:
    plans = plans_of(tiny, seeds=(1, 2, 3), name="same.png", overwrite=True)
    assert [plan.path.name for plan in plans] == ["same.png", "same-2.png", "same-3.png"]


def test_a_name_that_is_taken_is_left_alone(tiny: Path, tmp_path: Path) -> None:
    (tmp_path / "red-cat-7.png").touch()
    (tmp_path / "red-cat-7-2.json").touch()
    (plan,) = plans_of(tiny, seeds=(7,), out=str(tmp_path))
    assert plan.path == tmp_path / "red-cat-7-3.png"
    (plan,) = plans_of(tiny, seeds=(7,), out=str(tmp_path), overwrite=True)
    assert plan.path == tmp_path / "red-cat-7.png"


def test_a_size_the_model_cannot_draw_is_refused_with_the_nearest(tiny: Path) -> None:
    with pytest.raises(RequestError) as refusal:
        plans_of(tiny, width=36, height=32)
    assert (refusal.value.code, refusal.value.hint) == ("size-not-multiple", "32 or 40")


def test_a_negative_prompt_without_guidance_is_refused_or_told(tiny: Path) -> None:
    with pytest.raises(RequestError) as refusal:
        plans_of(tiny, negative="blue", guidance=1.0)
    assert refusal.value.code == "negative-without-guidance"
    (plan,) = plans_of(tiny, negative="blue", guidance=1.0, lenient=True)
    assert [notice.code for notice in plan.notices] == ["negative-without-guidance"]


def test_words_that_a_model_has_not_learnt_are_named_with_the_nearest(tiny: Path) -> None:
    known, unknown = plans_of(tiny, prompts=("Red CAT, on a hill!", "red zebra and bicycles"))
    assert known.notices == ()
    (notice,) = unknown.notices
    assert notice.code == "unknown-words"
    assert "'zebra', 'and', 'bicycles'" in notice.message
    assert "bicycle for 'bicycles'" in notice.hint


def test_a_folder_that_cannot_be_looked_into_is_left_to_the_writing(tiny: Path) -> None:
    for folder in ("x" * 300, "~nobody_here"):
        (plan,) = plans_of(tiny, seeds=(7,), out=folder)
        assert plan.path == Path(folder) / "red-cat-7.png"


def test_a_prompt_too_long_for_the_encoder_is_told_before_anything_is_loaded(
    tiny: Path, tmp_path: Path
) -> None:
    prompts = ("cat " * 14, "cat " * 14 + "(blue) dog")
    assert [one.notices for one in plans_of(tiny, prompts=prompts)] == [(), ()]  # read in chunks
    short, long = plans_of(without_clip(tiny, tmp_path), prompts=prompts, lenient=True)
    assert short.notices == ()
    notice = long.notices[-1]
    assert notice.code == "prompt-cut"
    assert notice.message.endswith("without: blue dog")


def test_words_are_looked_at_without_their_syntax(tiny: Path) -> None:
    known, strange = plans_of(
        tiny, prompts=(r"a (((red:1.4)) [cat]) BREAK \(hill\)", "(zebra:1.2)")
    )
    assert known.notices == ()
    assert "'zebra'" in strange.notices[0].message
    (plain,) = plans_of(tiny, prompts=("a (red:1.4) cat",), prompt_syntax="plain")
    assert "'1', '4'" in plain.notices[0].message


def test_weights_that_a_model_cannot_give_are_refused_or_told(tiny: Path, tmp_path: Path) -> None:
    other = without_clip(tiny, tmp_path)
    for said in ({"prompts": ("a (red) cat",)}, {"negative": "[dog]"}):
        with pytest.raises(RequestError) as refusal:
            plans_of(other, **said)
        assert refusal.value.code == "emphasis-not-possible"
        (plan,) = plans_of(other, **said, lenient=True)
        assert plan.notices[0].code == "emphasis-not-possible"
        (plan,) = plans_of(other, **said, prompt_syntax="plain")
        assert plan.notices == ()
    assert plans_of(other, prompts=(r"\(red\) (cat:1.0)",))[0].notices == ()


def test_a_syntax_is_part_of_an_id_only_where_it_means_something(tiny: Path) -> None:
    def ids(prompt: str, **asked: object) -> set[str]:
        syntaxes = ("a1111", "comfy", "compel", "plain")
        plans = [
            plans_of(tiny, prompts=(prompt,), seeds=(1,), prompt_syntax=one, **asked)[0]
            for one in syntaxes
        ]
        return {identity(plan, "weights") for plan in plans}

    assert ids("red cat") == {"f76883e64c1840c371e9266699e4e8c8"}  # of before
    assert len(ids("a (red) cat")) == 4
    assert len(ids("red cat", negative="[dog]")) == 2
    (said,) = plans_of(tiny, prompts=("red cat",), seeds=(1,))
    assert said.prompt_syntax == "a1111"
