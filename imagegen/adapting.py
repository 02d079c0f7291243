"""Put LoRAs on a loaded model and take them off again, to the bit; the model is not loaded anew.

W + weight x scale x (up x down): added to the weights themselves where these are plain numbers
that lie still, so that drawing takes no longer; beside the layer where they are quantised or moved.
"""

import json
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any, NamedTuple

import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor, nn
from torch.nn import functional

from imagegen import adapters, lora_keys
from imagegen.adapters import NETWORKS, Lora
from imagegen.errors import DrawingError, RequestError
from imagegen.lora_keys import NETWORK, TEXTS, Module

KEPT = 4  # files read lately, so that neighbours in a batch may take turns
METADATA = "lora_adapter_metadata"  # where diffusers writes what peft writes into a file of its own
BREAKDOWNS = (OSError, SafetensorError, ValueError, KeyError, RuntimeError, AttributeError)


class Change(NamedTuple):
    """What a LoRA adds to one layer: up (out, rank) x down (rank, in, kernel of a convolution)."""

    down: Tensor
    up: Tensor
    mid: Tensor | None
    magnitude: Tensor | None
    by_input: bool  # the magnitude is that of each input, not of each output
    scale: float


class Worn(NamedTuple):
    """A change, and how much of it."""

    change: Change
    weight: float


Changes = Mapping[tuple[str, str], Change]


class Wardrobe:
    """The LoRAs that a model wears, and the weights as they were before."""

    def __init__(self, pipe: Any) -> None:
        self._pipe = pipe
        self._parts = _parts(pipe)
        self._worn: tuple[tuple[object, ...], ...] = ()
        self._before: dict[tuple[str, str], Tensor] = {}
        self._hooks: list[Any] = []
        self._read: OrderedDict[tuple[str, str], Changes] = OrderedDict()
        self.text: Hashable = ()  # what the text encoders wear: embeddings depend on it

    def wear(self, loras: Sequence[Lora]) -> None:
        """Put these on, and everything else off; raises RequestError for what does not fit."""
        wanted = tuple(one.decides for one in loras)
        if wanted == self._worn:
            return
        found = [self._changes(one) for one in loras]  # all of them, before anything is changed
        self._take_off()
        self._worn = wanted
        worn: dict[tuple[str, str], list[Worn]] = {}
        for lora, changes in zip(loras, found, strict=True):
            for place, change in changes.items():
                weight = lora.weight if place[0] == NETWORK else lora.text_weight
                if weight:
                    worn.setdefault(place, []).append(Worn(change, weight))
        self.text = tuple(wanted) if any(part in TEXTS for part, _ in worn) else ()
        with torch.no_grad():
            for place, several in worn.items():
                self._put_on(place, several)

    def _put_on(self, place: tuple[str, str], several: Sequence[Worn]) -> None:
        part = self._parts[place[0]]
        layer: Any = part.get_submodule(place[1])
        if not _lies_still(layer.weight, part):
            self._hooks.append(layer.register_forward_hook(_beside(several)))
            return
        weight: Tensor = layer.weight.data
        self._before[place] = weight.cpu().clone() if weight.is_cpu else weight.cpu()
        changed = weight.float()
        for change, much in several:
            changed = _changed(changed, change, much)
        weight.copy_(changed)

    def _take_off(self) -> None:
        for hook in self._hooks:
            hook.remove()
        with torch.no_grad():
            for (part, name), before in self._before.items():
                layer: Any = self._parts[part].get_submodule(name)
                layer.weight.data.copy_(before)
        self._hooks, self._before, self.text, self._worn = [], {}, (), ()

    def _changes(self, lora: Lora) -> Changes:
        key = (lora.file, lora.sha256)
        if key not in self._read:
            try:
                self._read[key] = _read(lora, self._pipe, self._parts)
            except BREAKDOWNS as error:
                raise DrawingError(
                    "lora-failed",
                    f"{lora.file} cannot be read: {str(error).splitlines()[0]:.200}",
                    hint="the file downloaded or copied again, whole",
                ) from error
            while len(self._read) > KEPT:
                self._read.popitem(last=False)
        self._read.move_to_end(key)
        return self._read[key]


def _parts(pipe: Any) -> dict[str, nn.Module]:
    found = {name: getattr(pipe, name, None) for name in (*NETWORKS, *TEXTS)}
    return {
        NETWORK if name in NETWORKS else name: part
        for name, part in reversed(found.items())
        if isinstance(part, nn.Module)
    }


def _read(lora: Lora, pipe: Any, parts: Mapping[str, nn.Module]) -> Changes:
    with safe_open(lora.file, "pt") as file:
        tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        metadata = file.metadata() or {}
    model = adapters.modules({name: _modules(part) for name, part in parts.items()})
    scaling: Mapping[str, Any] = json.loads(lora.scaling or metadata.get(METADATA) or "{}")
    matched = lora_keys.match(_shapes(tensors), model)
    if matched.found < matched.all and hasattr(pipe, "lora_state_dict"):
        tensors = _converted(pipe, tensors)
        matched = lora_keys.match(_shapes(tensors), model)
    guess = lora_keys.looks_like(_shapes(tensors), metadata)
    adapters.judge(lora.file, matched, guess, type(pipe).__name__, lenient=lora.partly)
    return {place: _change(keys, tensors, scaling, place) for place, keys in matched.layers.items()}


def _converted(pipe: Any, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    """Names that other tools have for the layers of the larger models, as diffusers reads them."""
    try:
        found = type(pipe).lora_state_dict(dict(tensors))
    except (*BREAKDOWNS, NotImplementedError, IndexError, TypeError):
        return tensors
    state, *alphas = found if isinstance(found, tuple) else (found,)
    scales = alphas[0] if alphas and isinstance(alphas[0], dict) else {}
    return {**state, **{name: torch.tensor(float(one)) for name, one in scales.items()}}


def _change(
    keys: Mapping[str, str],
    tensors: Mapping[str, Tensor],
    scaling: Mapping[str, Any],
    place: tuple[str, str],
) -> Change:
    down = tensors[keys["down"]]
    rank = down.shape[0]
    own = _own(scaling, place[0])
    scale = adapters.scale(own, place[1], rank)
    if "alpha" in keys:
        scale = float(tensors[keys["alpha"]]) / rank
    mid, magnitude = (tensors[keys[one]] if one in keys else None for one in ("mid", "dora"))
    # LyCORIS writes (1, in), peft (out) or (1, out, 1, 1).
    by_input = magnitude is not None and keys["dora"].endswith("dora_scale")
    by_input = by_input and magnitude is not None and magnitude.shape[:1] == (1,)
    return Change(down, tensors[keys["up"]], mid, magnitude, by_input, scale)


def _own(scaling: Mapping[str, Any], part: str) -> Mapping[str, Any]:
    """What is said of a part; diffusers writes its name before each key, peft writes none."""
    starts = [f"{name}." for name in (NETWORKS if part == NETWORK else (part,))]
    own = {
        key.removeprefix(start): value
        for key, value in scaling.items()
        for start in starts
        if key.startswith(start)
    }
    return own or scaling


def _delta(change: Change, shape: torch.Size, device: torch.device) -> Tensor:
    """up x down in float32, in the shape of the weight."""
    down, up = (one.to(device, torch.float32) for one in (change.down, change.up))
    rank = down.shape[0]
    if change.mid is None:
        whole = up.reshape(-1, rank) @ down.reshape(rank, -1)
    else:
        mid = change.mid.to(device, torch.float32)
        whole = torch.einsum(
            "or,rs...,si->oi...", up.reshape(-1, rank), mid, down.reshape(rank, -1)
        )
    return whole.reshape(shape) * change.scale


def _changed(weight: Tensor, change: Change, much: float) -> Tensor:
    delta = _delta(change, weight.shape, weight.device)
    if change.magnitude is None:
        return weight + much * delta
    # DoRA (Liu et al. 2024): the direction changes, and its length is said; peft says one for each
    # output, LyCORIS for each input. Less of it lies on the straight way there, as in webui.
    whole = weight + delta
    magnitude = change.magnitude.to(weight.device, torch.float32)
    kept = 1 if change.by_input else 0
    axes = tuple(axis for axis in range(weight.ndim) if axis != kept)
    long = magnitude.reshape([-1 if axis == kept else 1 for axis in range(weight.ndim)])
    turned = whole * (long / torch.linalg.vector_norm(whole, dim=axes, keepdim=True))
    changed: Tensor = weight + much * (turned - weight)
    return changed


def _beside(several: Sequence[Worn]) -> Callable[..., Tensor]:
    """A hook that adds to what a layer gives: its weights need not be touched, nor known."""
    if any(one.change.magnitude is not None or one.change.mid is not None for one in several):
        raise RequestError(
            "unsupported-lora",
            "a DoRA or a decomposed LoCon cannot be put on weights that are quantised or offloaded",
            hint="without quantisation and offloading, or a plain LoRA",
        )
    placed: dict[tuple[torch.device, torch.dtype], list[tuple[Tensor, Tensor, float]]] = {}

    def hook(layer: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> Tensor:
        seen = inputs[0]
        key = (seen.device, seen.dtype)
        if key not in placed:
            placed[key] = [
                (one.change.down.to(*key), one.change.up.to(*key), one.weight * one.change.scale)
                for one in several
            ]
        for down, up, much in placed[key]:
            if isinstance(layer, nn.Conv2d):
                how = (layer.stride, layer.padding, layer.dilation)
                low = functional.conv2d(seen, down, None, *how)  # type: ignore[arg-type]
                output = output + much * functional.conv2d(low, up)
            else:
                low = functional.linear(seen, down.flatten(1))
                output = output + much * functional.linear(low, up.flatten(1))
        return output

    return hook


def _lies_still(weight: Any, part: nn.Module) -> bool:
    """Whether a weight is plain numbers that stay where they are."""
    return (
        type(weight) is nn.Parameter
        and type(weight.data) is Tensor
        and weight.is_floating_point()
        and weight.element_size() >= 2
        and not weight.is_meta
        and not any(hasattr(one, "_diffusers_hook") for one in part.modules())
    )


def _modules(part: nn.Module) -> list[Module]:
    return [
        Module(name, shape)
        for name, one in part.named_modules()
        if (shape := _shape(one)) is not None
    ]


def _shape(layer: nn.Module) -> tuple[int, ...] | None:
    """Of its weight, also where that is packed."""
    if isinstance(layer, nn.Linear):
        return layer.out_features, layer.in_features
    if isinstance(layer, nn.Conv2d):
        return layer.out_channels, layer.in_channels // layer.groups, *layer.kernel_size
    return None


def _shapes(tensors: Mapping[str, Tensor]) -> dict[str, tuple[int, ...]]:
    return {name: tuple(one.shape) for name, one in tensors.items()}
