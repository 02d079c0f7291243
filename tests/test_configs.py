"""The configurations that ship build the published models, and published checkpoints fill them."""

import json
from typing import Any

import diffusers
import original_layout
import original_shapes
import pytest
import torch
import transformers
from diffusers.loaders import single_file_utils as diffusers_mapping

from imagegen.checkpoint import NUMBERS
from imagegen.singlefile import CONFIGS

CLIP_L, CLIP_G, CLIP_H, T5 = 123_060_480, 694_659_840, 340_387_840, 4_762_310_656
PROJECTED = 768 * 768  # of CLIP-L in SD 3
WIDER = 5 * 320 * 3 * 3
VAE, VAE_16 = 83_653_863, 83_819_683
# As published, or as counted in the published files.
KNOWN = {
    "sd1": {"unet": 859_520_964, "vae": VAE, "text_encoder": CLIP_L},
    "sd2": {"unet": 865_910_724, "vae": VAE, "text_encoder": CLIP_H},
    "sd2-base": {"unet": 865_910_724, "vae": VAE, "text_encoder": CLIP_H},
    "sdxl": {
        "unet": 2_567_463_684,
        "vae": VAE,
        "text_encoder": CLIP_L,
        "text_encoder_2": CLIP_G,
    },
    # Five more channels at the first convolution than the base, of 320 filters of 3x3.
    "sd1-inpaint": {"unet": 859_520_964 + WIDER, "vae": VAE, "text_encoder": CLIP_L},
    "sd2-inpaint": {"unet": 865_910_724 + WIDER, "vae": VAE, "text_encoder": CLIP_H},
    "sdxl-inpaint": {
        "unet": 2_567_463_684 + WIDER,
        "vae": VAE,
        "text_encoder": CLIP_L,
        "text_encoder_2": CLIP_G,
    },
    "sdxl-refiner": {"unet": 2_259_526_660, "vae": VAE, "text_encoder_2": CLIP_G},
    **{
        kind: {
            "transformer": numbers,
            "vae": VAE_16,
            "text_encoder": CLIP_L + PROJECTED,
            "text_encoder_2": CLIP_G,
            "text_encoder_3": T5,
        }
        for kind, numbers in (
            ("sd3-medium", 2_028_328_000),
            ("sd35-medium", 2_243_171_520),
            ("sd35-large", 8_056_627_520),
        )
    },
    **{
        kind: {"transformer": numbers, "vae": VAE_16, "text_encoder": CLIP_L, "text_encoder_2": T5}
        for kind, numbers in (("flux-dev", 11_901_408_320), ("flux-schnell", 11_891_178_560))
    },
}


def build(kind: str, part: str) -> Any:
    """A component on the meta device: its shapes, no numbers."""
    folder = CONFIGS / kind
    library, class_name = json.loads((folder / "model_index.json").read_bytes())[part]
    with torch.device("meta"):
        if library == "diffusers":
            made = getattr(diffusers, class_name)
            return made.from_config(made.load_config(folder / part))
        made = getattr(transformers, class_name)
        return made(made.config_class.from_pretrained(folder / part))


def test_every_kind_that_is_recognised_has_its_configuration() -> None:
    assert {path.name for path in CONFIGS.iterdir()} == set(KNOWN) == set(NUMBERS)
    for kind, parts in KNOWN.items():
        assert NUMBERS[kind] == parts.get("unet", parts.get("transformer"))


@pytest.mark.parametrize(("kind", "part"), [(k, p) for k, parts in KNOWN.items() for p in parts])
def test_a_configuration_builds_the_published_model(kind: str, part: str) -> None:
    model = build(kind, part)
    assert sum(value.numel() for value in model.parameters()) == KNOWN[kind][part]


@pytest.mark.parametrize("kind", KNOWN)
def test_what_a_pipeline_is_made_of_has_its_configuration(kind: str) -> None:
    index = json.loads((CONFIGS / kind / "model_index.json").read_bytes())
    pipeline = getattr(diffusers, index.pop("_class_name"))
    expected, _ = pipeline._get_signature_keys(pipeline)
    parts = {name: value for name, value in index.items() if isinstance(value, list)}
    assert set(parts) == set(expected)
    for name, (library, class_name) in parts.items():
        if library is None:
            continue
        made = getattr(diffusers if library == "diffusers" else transformers, class_name)
        if name == "scheduler":
            config = made.load_config(CONFIGS / kind / name)
            _, unused, _ = made.extract_init_dict(config)
            assert not unused
        else:
            assert any((CONFIGS / kind / name).iterdir()), name


def assert_fills(model: Any, converted: dict[str, torch.Tensor]) -> None:
    """Every tensor has its place, every place its tensor, and the shapes agree."""
    wanted = original_shapes.shapes(model.state_dict())
    assert original_shapes.shapes(converted) == wanted


@pytest.mark.parametrize(
    "kind", ["sd1", "sd2", "sdxl", "sd1-inpaint", "sd2-inpaint", "sdxl-inpaint", "sdxl-refiner"]
)
def test_an_original_unet_fills_its_configuration(kind: str) -> None:
    model = build(kind, "unet")
    original = original_layout.unet(model.state_dict(), 2)
    converted = diffusers_mapping.convert_ldm_unet_checkpoint(original, model.config)
    assert_fills(model, converted)


@pytest.mark.parametrize("kind", ["sd1", "sdxl", "sd35-large", "flux-dev"])
def test_an_original_vae_fills_its_configuration(kind: str) -> None:
    model = build(kind, "vae")
    original = original_layout.vae(model.state_dict(), 4)
    assert_fills(model, diffusers_mapping.convert_ldm_vae_checkpoint(original, model.config))


@pytest.mark.parametrize("kind", original_shapes.NETWORKS)
def test_an_original_transformer_fills_its_configuration(kind: str) -> None:
    model, original = build(kind, "transformer"), original_shapes.NETWORKS[kind]()
    convert = (
        diffusers_mapping.convert_flux_transformer_checkpoint_to_diffusers
        if kind.startswith("flux")
        else diffusers_mapping.convert_sd3_transformer_checkpoint_to_diffusers
    )
    assert_fills(model, convert(original_shapes.meta(original)))


@pytest.mark.parametrize(("kind", "part"), [("sd2", "text_encoder"), ("sdxl", "text_encoder_2")])
def test_an_original_open_clip_fills_its_configuration(kind: str, part: str) -> None:
    model = build(kind, part)
    original = original_layout.open_clip(model.state_dict(), "x.")
    converted = diffusers_mapping.convert_open_clip_checkpoint(model, original, prefix="x.")
    if not hasattr(model, "text_model"):
        converted = {name.removeprefix("text_model."): one for name, one in converted.items()}
    assert_fills(model, converted)


def test_configurations_are_small_and_in_the_package() -> None:
    files = [path for path in CONFIGS.rglob("*") if path.is_file()]
    assert {path.suffix for path in files} == {".json"}
    assert sum(path.stat().st_size for path in files) < 100_000
