"""Prompt to embedding (conditioning): each distinct text is encoded once, by itself."""

from collections import OrderedDict
from collections.abc import Sequence
from typing import Any

import torch

# Embeddings kept; CLIP's of 77 tokens and 768 numbers take 118 kB each in half precision.
KEPT = 1024
# Pipelines whose `encode_prompt` we know; others get their prompts as text and encode them anew.
KNOWN = ("StableDiffusionPipeline",)


class Encoder:
    """A pipeline's text encoder, with a memory of the texts it has read lately."""

    def __init__(self, pipe: Any) -> None:
        self._pipe = pipe
        self._kept: OrderedDict[str, torch.Tensor] = OrderedDict()

    def conditioning(
        self, prompts: Sequence[str], negative_prompts: Sequence[str], *, guided: bool
    ) -> dict[str, Any]:
        """The arguments that tell the pipeline what to draw, and what not."""
        if type(self._pipe).__name__ not in KNOWN:
            return {"prompt": list(prompts), "negative_prompt": list(negative_prompts)}
        embeddings = {"prompt_embeds": self._embeddings(prompts)}
        if guided:
            embeddings["negative_prompt_embeds"] = self._embeddings(negative_prompts)
        return embeddings

    def _embeddings(self, texts: Sequence[str]) -> torch.Tensor:
        """(texts, tokens, width)."""
        return torch.cat([self._embedding(text) for text in texts])

    def _embedding(self, text: str) -> torch.Tensor:
        if text not in self._kept:
            # Alone, never in a batch: so an embedding does not depend on its neighbours.
            self._kept[text], _ = self._pipe.encode_prompt(
                prompt=text,
                device=self._pipe.device,
                num_images_per_prompt=1,
                do_classifier_free_guidance=False,
            )
            if len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        self._kept.move_to_end(text)
        return self._kept[text]
