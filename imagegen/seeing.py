"""Draw with IP-Adapters: put them on a network and off again, and look at their pictures."""

from collections import OrderedDict
from collections.abc import Sequence
from typing import Any, NamedTuple

import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor
from transformers import CLIPImageProcessorPil, CLIPVisionModelWithProjection

from imagegen import inputfile, machine
from imagegen.errors import DrawingError, OutOfMemoryError
from imagegen.ip_adapters import Seen

KEPT = 64  # looks at pictures, a few kilobytes each
PARTS = ("image_proj", "ip_adapter")
BREAKDOWNS = (MemoryError, OSError, SafetensorError, ValueError, KeyError, RuntimeError, TypeError)


class Sight(NamedTuple):
    """What an image encoder makes of a picture, and of none; (1, 1, …) in float32 on the CPU."""

    picture: Tensor
    nothing: Tensor


class Eyes:
    """The IP-Adapters on a model's network, and the network as it was before."""

    def __init__(self, pipe: Any) -> None:
        self._pipe = pipe
        self._on: tuple[tuple[str, float], ...] = ()
        self._before: tuple[dict[str, Any], Any, Any] | None = None
        self._seen: OrderedDict[tuple[str, str, str], Sight] = OrderedDict()

    def see(self, adapters: Sequence[Seen]) -> list[Sight]:
        """Put these on, and all others off; what they see. Raises DrawingError."""
        try:
            sights = [self._sight(one) for one in adapters]
            self._put_on(adapters)
        except BREAKDOWNS as error:
            self._take_off()
            names = ", ".join(one.name for one in adapters)
            if machine.is_out_of_memory(error):
                raise OutOfMemoryError(
                    "out-of-memory",
                    f"no memory for the IP-Adapter {names}",
                    hint="--memory auto or model-offload, or --quantize int8",
                ) from error
            reason = (str(error).strip() or type(error).__name__).splitlines()[0]
            raise DrawingError(
                "ip-adapter-failed",
                f"the IP-Adapter {names} cannot be put on: {reason:.200}",
                hint="the file downloaded or copied again, whole, or another one",
            ) from error
        return sights

    def _put_on(self, adapters: Sequence[Seen]) -> None:
        wanted = tuple((one.sha256, one.weight) for one in adapters)
        if wanted == self._on:
            return
        self._take_off()
        if not adapters:
            return
        unet = self._pipe.unet
        _check_whole(unet)
        states = [_state(one, unet) for one in adapters]
        self._before = (
            dict(unet.attn_processors),
            unet.encoder_hid_proj,
            unet.config.encoder_hid_dim_type,
        )
        unet._load_ip_adapter_weights(states, low_cpu_mem_usage=False)
        self._pipe.set_ip_adapter_scale([one.weight for one in adapters])
        self._on = wanted

    def _take_off(self) -> None:
        if self._before is None:
            return
        unet = self._pipe.unet
        processors, projection, kind = self._before
        unet.encoder_hid_proj = projection  # first: some of what goes has such processors, too
        unet.set_attn_processor(processors)
        unet.config.encoder_hid_dim_type = kind
        self._before, self._on = None, ()

    def _sight(self, one: Seen) -> Sight:
        key = (one.encoder_sha256, one.picture.sha256, one.reads)
        if key not in self._seen:
            self._seen[key] = _look(one)
            while len(self._seen) > KEPT:
                self._seen.popitem(last=False)
        self._seen.move_to_end(key)
        return self._seen[key]


def arguments(sights: Sequence[Sight], pictures: int, pipe: Any, *, guided: bool) -> dict[str, Any]:
    """What a class takes of them, for so many pictures that all look at the same."""
    if not sights:
        return {}
    wanted = [
        torch.cat([one.nothing] * pictures * guided + [one.picture] * pictures).to(pipe.unet.dtype)
        for one in sights
    ]
    return {"ip_adapter_image_embeds": wanted}


def _look(one: Seen) -> Sight:
    """On the CPU in float32, on any machine: a picture means the same everywhere."""
    encoder: Any = CLIPVisionModelWithProjection.from_pretrained(
        one.encoder, dtype=torch.float32, use_safetensors=True, local_files_only=True
    ).eval()
    side = encoder.config.image_size
    processor = CLIPImageProcessorPil(size=side, crop_size=side)
    image = inputfile.rgb(one.picture)
    pixels = processor(image, return_tensors="pt").pixel_values
    with torch.inference_mode():
        if one.reads == "projection":
            picture = encoder(pixels).image_embeds[None]
            return Sight(picture, torch.zeros_like(picture))
        both = [
            encoder(each, output_hidden_states=True).hidden_states[-2][None]
            for each in (pixels, torch.zeros_like(pixels))
        ]
    return Sight(*both)


def _state(one: Seen, unet: Any) -> dict[str, dict[str, Tensor]]:
    """The tensors of an adapter by its two parts; every layer has its place."""
    state: dict[str, dict[str, Tensor]] = {part: {} for part in PARTS}
    with safe_open(one.file, "pt") as file:
        for name in file.keys():  # noqa: SIM118
            part, _, rest = name.partition(".")
            if part in state:
                state[part][rest] = file.get_tensor(name)
    places = sum(not name.endswith("attn1.processor") for name in unet.attn_processors)
    # diffusers counts the layers that look at words: 1, 3, 5…
    wanted = {f"{2 * n + 1}.to_{kind}_ip.weight" for n in range(places) for kind in "kv"}
    if state["ip_adapter"].keys() != wanted:
        layers = len(state["ip_adapter"]) // 2
        raise ValueError(f"it has {layers} layers, or others, where the network has {places}")
    return state


def _check_whole(unet: Any) -> None:
    """Refuse a network whose layers come and go one by one: new ones would stay behind."""
    layers = [one for name, one in unet.named_modules() if name]
    if any(hasattr(one, "_hf_hook") or hasattr(one, "_diffusers_hook") for one in layers):
        raise DrawingError(
            "ip-adapter-offloaded",
            "an IP-Adapter cannot be put on a network that is loaded layer by layer",
            hint="--memory model-offload or full",
        )
