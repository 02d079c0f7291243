"""The recipe of storybook: each part does what its formula says, and the whole runs at toy size."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random

import numpy as np
import pytest
import torch
from conftest import Command
from diffusers import StableDiffusionPipeline
from safetensors.torch import load_file
from torch import Tensor, nn

from imagegen import Request, make_plans
from imagegen.drawing.caption import caption, said
from imagegen.drawing.draw import draw
from imagegen.drawing.scene import held_out, scene
from imagegen.recipe import held_out as held_out_list
from imagegen.recipe import latents, muon, parts, pictures, progress, unet, vae
from imagegen.recipe.progress import COOLDOWN, WARMUP, Clock


def test_every_caption_is_made_of_words_the_tokenizer_knows() -> None:
    words = parts.tokenizer()
    for index in range(400):
        one, rng = scene(index, 77), Random(index)
        tokens = words(caption(said(one, rng), rng))["input_ids"]
        assert parts.UNK not in tokens
        assert len(tokens) <= parts.WORDS


def test_the_tokenizer_forgives_case_and_punctuation() -> None:
    words = parts.tokenizer()
    plain = words("astronaut riding bicycle")["input_ids"]
    assert words("Astronaut, riding: BICYCLE!")["input_ids"] == plain
    assert words("zeppelin")["input_ids"] == [parts.BOS, parts.UNK, parts.EOS]


def test_the_model_fits_its_bounds() -> None:
    counts = [
        sum(weight.numel() for weight in part.parameters())
        for part in (
            parts.vae(parts.STORYBOOK),
            parts.unet(parts.STORYBOOK),
            parts.text_encoder(parts.STORYBOOK, len(parts.tokenizer())),
        )
    ]
    assert 2 * sum(counts) < 44e6  # bytes in float16


def test_the_studio_draws_its_series_and_nothing_held_out() -> None:
    with pictures.Studio(pictures.TRAINING, workers=2, size=64) as studio:
        blocks = iter(studio)
        for _ in range(3):
            numbers, drawn = next(blocks)
            assert drawn.shape == (pictures.BLOCK, 64, 64, 3)
            for number, picture in zip(numbers[:4], drawn, strict=False):
                one = pictures.TRAINING.numbered(number)
                assert not held_out(one)
                assert np.array_equal(picture, draw(one, 64))


def test_a_dead_worker_is_told_and_not_waited_for() -> None:
    class Broken(pictures.Series):
        def scenes(self, first: int, step: int) -> Iterator[tuple[int, object]]:  # type: ignore[override]
            yield from ()

    with (
        pictures.Studio(Broken(seed=1), workers=1, size=64) as studio,
        pytest.raises(RuntimeError, match="drawing process died"),
    ):
        next(iter(studio))


@pytest.mark.parametrize("shape", [(3, 8, 24), (2, 24, 8), (1, 16, 16)])
def test_orthogonal_matrices_have_singular_values_of_about_one(shape: tuple[int, ...]) -> None:
    torch.manual_seed(0)
    values = torch.linalg.svdvals(muon.orthogonal(torch.randn(shape)).float())
    assert values.min() > 0.5 and values.max() < 1.5


def test_muon_learns() -> None:
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(8, 32), nn.Tanh(), nn.Linear(32, 1))
    made = muon.optimizers(model, lr=0.02, weight_decay=0.0)
    inputs = torch.randn(256, 8)
    truth = inputs[:, :1] * inputs[:, 1:2]
    errors = []
    for _ in range(150):
        error = (model(inputs) - truth).square().mean()
        error.backward()
        for optimizer in made:
            optimizer.step()
            optimizer.zero_grad()
        errors.append(error.item())
    assert errors[-1] < errors[0] / 10


def test_every_weight_belongs_to_one_optimizer() -> None:
    model = unet.Learner(parts.TOY)
    matrices, others = muon.optimizers(model, lr=1e-3, weight_decay=0.0)
    ids = [
        id(w) for one in (matrices, others) for group in one.param_groups for w in group["params"]
    ]
    assert sorted(ids) == sorted(map(id, model.parameters()))


def test_normalising_gives_unit_latents_and_the_same_pictures() -> None:
    torch.manual_seed(0)
    model = parts.vae(parts.TOY).eval()
    batch = torch.rand(8, 3, 64, 64) * 2 - 1
    with torch.no_grad():
        before = model.encode(batch).latent_dist
        seen = model.decode(before.mean).sample
        vae.normalise(model, batch)
        after = model.encode(batch).latent_dist
        again = model.decode(after.mean).sample
    assert torch.allclose(again, seen, atol=1e-3)
    assert after.mean.mean(dim=(0, 2, 3)).abs().max() < 1e-4
    assert (after.mean.std(dim=(0, 2, 3)) - 1).abs().max() < 1e-3
    spread = before.mean.std(dim=(0, 2, 3))[None, :, None, None]
    assert torch.allclose(after.std, before.std / spread, rtol=1e-3)


class Knowing(nn.Module):
    """A model that knows that all latents are zero: then z = s e and v = a e = (a / s) z."""

    def forward(self, noisy: Tensor, times: Tensor, tokens: Tensor) -> Tensor:
        a = unet.alphas()[times][:, None, None, None]
        return a / (1 - a.square()).sqrt() * noisy


def test_a_model_that_knows_the_answer_has_no_loss() -> None:
    signal, tokens = unet.alphas(), torch.zeros(32, parts.WORDS, dtype=torch.long)
    zeros = torch.zeros(32, 4, 4, 4)
    assert unet.loss_of(Knowing(), zeros, tokens, signal) < 1e-8
    assert unet.loss_of(Knowing(), zeros + 1, tokens, signal) > 1e-2


def test_the_last_step_of_the_schedule_is_as_good_as_noise() -> None:
    signal = unet.alphas()
    assert len(signal) == 1000
    assert (signal[-1] / (1 - signal[-1].square()).sqrt()).square() < 1e-4


def test_some_captions_are_made_empty_and_few_words_unknown() -> None:
    torch.manual_seed(0)
    tokens = torch.full((4000, parts.WORDS), 9)
    tokens[:, 0] = parts.BOS
    spoilt = unet.spoil(tokens)
    empty = (spoilt[:, 1] == parts.EOS).float().mean()
    unknown = (spoilt[spoilt[:, 1] != parts.EOS] == parts.UNK).float().mean()
    assert abs(empty - unet.SILENT) < 0.02
    assert abs(unknown - unet.UNKNOWN) < 0.005
    assert (spoilt[:, 0] == parts.BOS).all()


def test_captions_of_one_scene_differ_and_are_the_same_again() -> None:
    tokens = latents.tokens([3, 4])
    assert tokens.shape == (2, latents.WORDINGS, parts.WORDS)
    assert np.array_equal(tokens, latents.tokens([3, 4]))
    assert len({tuple(row) for row in tokens[0]}) > latents.WORDINGS // 2


def test_a_text_encoder_that_knew_fewer_words_keeps_what_they_meant() -> None:
    vocabulary = parts.tokenizer().get_vocab()
    before = {"cat": 5, "dog": 4, "never": 6}
    sizes = parts.TOY
    small = parts.text_encoder(sizes, 7).state_dict()
    large = parts.text_encoder(sizes, len(vocabulary)).state_dict()
    grown = unet.grown(small, large, before)
    (name,) = (name for name in grown if "token_embedding" in name)
    for word in ("cat", "dog"):
        assert torch.equal(grown[name][vocabulary[word]], small[name][before[word]])
    assert torch.equal(grown[name][vocabulary["fox"]], large[name][vocabulary["fox"]])
    other = next(name for name in grown if "q_proj.weight" in name)
    assert torch.equal(grown[other], small[other])


def test_the_learning_rate_rises_stays_and_falls() -> None:
    rates = [Clock(1000, spent=1000 * share).rate() for share in (0, WARMUP, 0.5, 1 - COOLDOWN / 2)]
    assert rates[0] < 0.05 and rates[1] == rates[2] == 1
    assert abs(rates[3] - 0.5) < 0.01
    assert Clock(10, spent=11).rate() == 0


def test_the_whole_recipe_runs_and_its_model_draws(imagegen: Command, tmp_path: Path) -> None:
    out, runs = tmp_path / "model", tmp_path / "runs"
    words = ["--toy", "--no-compile", "--workers", 1, "--vae-seconds", 3, "--unet-seconds", 3]
    command = [sys.executable, "-m", "imagegen.recipe", *words, "--runs", runs, "--out", out]
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    for stage in ("vae", "unet"):
        assert (runs / stage / "done.json").exists()
    pipe = StableDiffusionPipeline.from_pretrained(out, dtype=torch.float32)
    assert pipe.scheduler.config.prediction_type == "v_prediction"
    drawn = imagegen("astronaut riding bicycle", "-m", out, "--steps", 2, "--seed", 1)
    assert (drawn.returncode, drawn.stdout) == (0, "astronaut-riding-bicycle-1.png\n"), drawn.stderr


def test_a_stopped_vae_goes_on(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--toy", "--workers", "1", "--batch", "2", "--pool", "64", "--exam", "4"]
    out = tmp_path / "vae"
    vae.main([*words, "--out", str(out), "--seconds", "1"])
    before = torch.load(out / "state.pt", weights_only=True)
    vae.main([*words, "--out", str(out), "--seconds", "3"])
    assert "vae: going on from step" in capsys.readouterr().out
    after = json.loads((out / "done.json").read_text())
    assert after["steps"] > before["step"]


def test_what_is_resumed_is_what_was_saved(tmp_path: Path) -> None:
    torch.manual_seed(0)
    model = unet.Learner(parts.TOY)
    made = muon.optimizers(model.unet, lr=1e-3, weight_decay=0.0)
    words = torch.zeros(2, parts.WORDS, dtype=torch.long)
    model(torch.randn(2, 4, 4, 4), torch.tensor([3, 900]), words).square().mean().backward()
    for optimizer in made:
        optimizer.step()
    progress.save(tmp_path, {"model": model}, made, Clock(100, spent=40), step=17)

    other = unet.Learner(parts.TOY)
    others = muon.optimizers(other.unet, lr=1e-3, weight_decay=0.0)
    spent, step = progress.resume(tmp_path, {"model": other}, others)
    assert (round(spent), step) == (40, 17)
    for one, same in zip(model.parameters(), other.parameters(), strict=True):
        assert torch.equal(one, same)
    momentum = [state["momentum"] for state in made[0].state_dict()["state"].values()]
    again = [state["momentum"] for state in others[0].state_dict()["state"].values()]
    assert len(momentum) > 20
    assert all(torch.equal(one, same) for one, same in zip(momentum, again, strict=True))


def test_a_recipe_without_a_gpu_is_refused_before_it_starts(tmp_path: Path) -> None:
    if torch.cuda.is_available():
        pytest.skip("there is a GPU")
    command = [sys.executable, "-m", "imagegen.recipe", "--runs", str(tmp_path / "runs")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, "needs a GPU" in done.stderr) == (1, True)
    assert not (tmp_path / "runs").exists()


def test_the_list_of_what_is_held_out_is_up_to_date(capsys: pytest.CaptureFixture[str]) -> None:
    held_out_list.main()
    listed = Path(held_out_list.__file__).with_name("HELD_OUT.md").read_text()
    assert capsys.readouterr().out == listed


def test_a_style_is_learnt_by_a_lora_that_the_tool_draws_with(tmp_path: Path) -> None:
    """Two steps: too few to learn, enough for every layer to have its place."""
    pytest.importorskip("peft")
    from imagegen.recipe import lora

    lora.main(["--out", str(tmp_path), "--steps", "2", "--scenes", "2", "--batch", "2"])
    ours, kohya = (tmp_path / f"blueprint{kind}.safetensors" for kind in ("", "-kohya"))
    assert ours.stat().st_size < 1_000_000
    assert any(one.abs().max() > 0 for name, one in load_file(ours).items() if "lora_B" in name)
    for file in (ours, kohya):
        (plan,) = make_plans(Request(prompts=("a red fox",), lora=(str(file),)))
        assert plan.notices == ()
