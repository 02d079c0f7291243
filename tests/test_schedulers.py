"""Every scheduler is what it says, by all of its names."""

import diffusers
import pytest

from imagegen.errors import RequestError
from imagegen.schedulers import SCHEDULERS, choose, name_of, suited


@pytest.mark.parametrize("name", SCHEDULERS)
def test_each_row_is_a_class_of_diffusers_that_takes_its_options(name: str) -> None:
    row = SCHEDULERS[name]
    kind = getattr(diffusers, row.class_name)
    if row.suits != ("flow_prediction",):
        assert set(row.options) <= kind._get_init_keys(kind)
        kind(**row.options).set_timesteps(4)


def test_no_name_means_two_schedulers() -> None:
    names = [name for row in SCHEDULERS.values() for name in row.aliases]
    assert len(names) == len(set(names))
    assert not set(names) & set(SCHEDULERS)


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("Euler a", "euler-ancestral"),
        ("euler_ancestral", "euler-ancestral"),
        ("k_euler_a", "euler-ancestral"),
        ("dpmpp_2m_karras", "dpm++-2m-karras"),
        ("DPM++ 2M Karras", "dpm++-2m-karras"),
        ("dpmpp_2m_k", "dpm++-2m-karras"),
        ("dpmpp_2m_sde", "dpm++-2m-sde"),
        ("DPM++ SDE", "dpm++-sde"),
        ("dpm_2_ancestral", "dpm2-ancestral"),
        ("DPM2 a", "dpm2-ancestral"),
        ("kdpm_2", "dpm2"),
        ("uni_pc", "unipc"),
        ("PLMS", "pndm"),
        ("LMS Karras", "lms-karras"),
        ("DDIMScheduler", "ddim"),
        ("DPMSolverMultistepScheduler", "dpm++-2m"),
        ("model", "model"),
    ],
)
def test_names_of_other_tools_are_understood(theirs: str, ours: str) -> None:
    assert choose(theirs, None) == ours


@pytest.mark.parametrize("name", ["DPM++ 2S a", "DPM fast", "DPM adaptive", "eulr", "xyz", ""])
def test_an_unknown_name_is_refused_and_not_swapped(name: str) -> None:
    with pytest.raises(RequestError) as refusal:
        choose(name, "epsilon")
    assert refusal.value.code == "unknown-scheduler"
    assert "imagegen schedulers" in refusal.value.hint


def test_a_scheduler_that_does_not_suit_is_refused_with_those_that_do() -> None:
    with pytest.raises(RequestError) as refusal:
        choose("euler", "flow_prediction")
    assert refusal.value.code == "unsuited-scheduler"
    assert refusal.value.hint == "flow-euler"
    with pytest.raises(RequestError):
        choose("pndm", "sample")
    assert "pndm" not in suited("sample")


@pytest.mark.parametrize("prediction", ["epsilon", "v_prediction", "sample"])
def test_suits_is_what_the_class_accepts(prediction: str) -> None:
    """Asked of diffusers itself: a step with that prediction type works, or raises ValueError."""
    import torch

    for name, row in SCHEDULERS.items():
        if row.suits == ("flow_prediction",):
            continue
        kind = getattr(diffusers, row.class_name)
        scheduler = kind(prediction_type=prediction, **row.options)
        scheduler.set_timesteps(4)
        noise = torch.randn(1, 4, 8, 8)
        moment = scheduler.timesteps[0]
        scheduler.scale_model_input(noise, moment)
        try:
            scheduler.step(noise, moment, noise)
            works = True
        except (ValueError, NotImplementedError):
            works = False
        assert works == (prediction in row.suits), name


def test_a_models_own_scheduler_is_named_where_it_is_in_the_table() -> None:
    config = {"_class_name": "DPMSolverMultistepScheduler", "use_karras_sigmas": True}
    assert name_of(config) == "dpm++-2m-karras"
    assert name_of({"_class_name": "PNDMScheduler", "skip_prk_steps": True}) == "pndm"
    assert name_of({"_class_name": "IPNDMScheduler"}) == "model"
