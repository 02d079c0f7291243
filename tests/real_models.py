"""Real architectures without their weights: what they weigh, and what is alive while they work."""

import functools
import json
import weakref
from collections.abc import Callable
from typing import Any

import diffusers
import torch
import torch.nn.functional as F  # noqa: N812
import transformers
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode

from imagegen.header import Tensor
from imagegen.singlefile import CONFIGS

# Of the folders in imagegen/configs: what people call them.
KINDS = {
    "sd1": "Stable Diffusion 1.5",
    "sdxl": "SDXL",
    "sd35-medium": "Stable Diffusion 3.5 medium",
    "flux-dev": "FLUX.1",
}


@functools.cache
def part(kind: str, name: str) -> torch.nn.Module:
    """A part of a model on the meta device, which has shapes and no numbers."""
    folder = CONFIGS / kind
    index = json.loads((folder / "model_index.json").read_bytes())
    library, class_name = index[name]
    config = json.loads((folder / name / "config.json").read_bytes())
    with torch.device("meta"):
        if library == "diffusers":
            made = getattr(diffusers, class_name).from_config(config)
        else:
            made_of = getattr(transformers, class_name)
            made = made_of(made_of.config_class(**config))
    return made.to(torch.bfloat16).eval()  # type: ignore[no-any-return]


def tensors(kind: str) -> dict[str, dict[str, Tensor]]:
    """The tensors of each part, as the headers of its files in half precision have them."""
    index = json.loads((CONFIGS / kind / "model_index.json").read_bytes())
    networks = ("unet", "transformer", "vae", "text_encoder", "text_encoder_2", "text_encoder_3")
    return {name: _tensors(part(kind, name)) for name in networks if name in index}


def _tensors(module: torch.nn.Module) -> dict[str, Tensor]:
    """Each once: what a model has under two names is one tensor in its file."""
    once = {weight.untyped_storage()._cdata: key for key, weight in module.state_dict().items()}
    state = module.state_dict()
    return {key: Tensor("BF16", tuple(state[key].shape), 0, 0) for key in once.values()}


class _Live(TorchDispatchMode):
    """Counts the bytes of tensors that are alive, and their peak."""

    def __init__(self, weights: torch.nn.Module) -> None:
        super().__init__()
        self.now = self.peak = 0
        held = (*weights.parameters(), *weights.buffers())
        self._sizes = {one.untyped_storage()._cdata: 0 for one in held}

    def __torch_dispatch__(
        self, function: Any, types: Any, args: Any = (), kwargs: Any = None
    ) -> Any:
        output = function(*args, **(kwargs or {}))
        for one in output if isinstance(output, (tuple, list)) else (output,):
            if isinstance(one, torch.Tensor):
                self._count(one.untyped_storage())
        return output

    def _count(self, storage: torch.UntypedStorage) -> None:
        key = storage._cdata
        if key not in self._sizes:
            self._sizes[key] = storage.nbytes()
            self.now += storage.nbytes()
            self.peak = max(self.peak, self.now)
            weakref.finalize(storage, self._gone, key)

    def _gone(self, key: int) -> None:
        self.now -= self._sizes.pop(key, 0)


class _Attention(TorchFunctionMode):
    """Attention as a kernel computes it: without the matrix of all pairs."""

    def __torch_function__(
        self, function: Any, types: Any, args: Any = (), kwargs: Any = None
    ) -> Any:
        kwargs = kwargs or {}
        if function is F.scaled_dot_product_attention:
            query, _, value = (*args, *kwargs.values())[:3]
            return query.new_empty((*query.shape[:-1], value.shape[-1]))
        return function(*args, **kwargs)


def peak(module: torch.nn.Module, work: Callable[[], object]) -> int:
    """The most bytes alive at once beside the weights, while the module works."""
    with torch.inference_mode(), _Attention(), _Live(module) as live:
        work()
    return live.peak


def meta(*shape: int) -> torch.Tensor:
    return torch.empty(*shape, device="meta", dtype=torch.bfloat16)


def denoise(kind: str, passes: int, width: int, height: int) -> int:
    """The peak of one step of the network."""
    wide, high, tokens = width // 8, height // 8, width * height // 256
    if kind in {"sd1", "sdxl"}:
        unet = part(kind, "unet")
        words = meta(passes, 77, unet.config.cross_attention_dim)
        more = {"text_embeds": meta(passes, 1280), "time_ids": meta(passes, 6)}
        arguments = (meta(passes, 4, high, wide), meta(1)[0], words)
        options = {} if kind == "sd1" else {"added_cond_kwargs": more}
        return peak(unet, lambda: unet(*arguments, **options))
    network = part(kind, "transformer")
    if kind == "flux-dev":
        words = (meta(passes, 512, 4096), meta(passes, 768), meta(passes))
        places = (meta(tokens, 3), meta(512, 3), meta(passes))
        return peak(network, lambda: network(meta(passes, tokens, 64), *words, *places))
    words = (meta(passes, 333, 4096), meta(passes, 2048), meta(passes))
    return peak(network, lambda: network(meta(passes, 16, high, wide), *words))


def decode(kind: str, pictures: int, width: int, height: int) -> int:
    """The peak of decoding."""
    vae = part(kind, "vae")
    latents = meta(pictures, vae.config.latent_channels, height // 8, width // 8)
    return peak(vae, lambda: vae.decode(latents))
