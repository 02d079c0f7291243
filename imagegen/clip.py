"""A CLIP text encoder at work: chunks of tokens to hidden states, weighed as a syntax says."""

import functools
import math
from collections.abc import Callable, Sequence
from typing import Any

import torch

from imagegen import vectors
from imagegen.chunks import Chunk, chunks, comma_of
from imagegen.inversion import Inversions
from imagegen.vectors import Placed

# Text encoders of CLIP's own length have outputs whose mean is far from zero, which webui restores.
CLIP_LENGTH = 77
RESTORED, MULTIPLIED = "Original", "No norm"  # webui's names for its two ways
TINIEST_WEIGHT = 1e-5  # compel's: below it, the tangent has no end


class Clip:
    """A tokenizer and the text encoder that is this part of the pipeline.

    `layer` of the hidden states is read; None: the last, or that before the last `skip`, normed.
    """

    def __init__(
        self,
        tokenizer: Any,
        encoder: Any,
        layer: int | None,
        device: Any,
        prepare: Callable[[str, Any], str],
        part: str,
        skip: int = 0,
    ) -> None:
        self._part, self._skip = part, skip
        self._tokenizer, self._encoder = tokenizer, encoder
        self._layer, self._device, self._prepare = layer, device, prepare
        self._length = min(tokenizer.model_max_length, encoder.config.max_position_embeddings)
        self._comma = comma_of(tokenizer)
        self.chunks = functools.lru_cache(maxsize=4096)(self._chunks)

    def weighting(self, syntax: str) -> str:
        """How weights are applied: webui's two ways, or those of the tool whose syntax it is."""
        if syntax in WEIGHTINGS:
            return syntax
        return RESTORED if self._length == CLIP_LENGTH else MULTIPLIED

    def encode(
        self, text: str, syntax: str, inversions: Inversions = ()
    ) -> tuple[torch.Tensor, torch.Tensor | None]:
        """(1, chunks x tokens, width), weighed; and (1, width) of the first chunk, unweighed.

        None for the second where the encoder has no projection. A text of one chunk without
        weights gives what diffusers' `encode_prompt` gives, to the bit.
        """
        found = self.chunks(text, syntax, inversions)
        read = [self._read(chunk) for chunk in found]
        hidden = [states for states, _ in read]
        if any(token.weight != 1 for chunk in found for token in chunk):
            apply = WEIGHTINGS.get(syntax, _multiplied)
            hidden = [states.to(hidden[0].dtype) for states in apply(self, found, hidden)]
        return torch.cat(hidden, dim=1), read[0][1]

    def empty(self) -> torch.Tensor:
        """(1, tokens, width) of the empty prompt."""
        return self._read(())[0]

    def read_without(self, chunk: Chunk, span: int) -> torch.Tensor:
        """(1, tokens, width), with no attention to the tokens of a span."""
        heard = [1] + [int(token.span != span) for token in chunk]
        mask = torch.tensor([heard + [1] * (self._length - len(heard))], device=self._device)
        return self._read(chunk, mask)[0]

    def weights(self, chunk: Chunk) -> torch.Tensor:
        """(1, tokens, 1), in float32."""
        given = [1.0, *(token.weight for token in chunk)]
        padded = given + [1.0] * (self._length - len(given))
        return torch.tensor(padded, device=self._device)[None, :, None]

    def _chunks(self, text: str, syntax: str, inversions: Inversions) -> tuple[Chunk, ...]:
        return chunks(text, syntax, self._ids, self._length - 2, self._comma, inversions)

    def _ids(self, text: str) -> Sequence[int]:
        prepared = self._prepare(text, self._tokenizer)
        return list(self._tokenizer(prepared, add_special_tokens=False).input_ids)

    def _read(
        self, chunk: Chunk, mask: torch.Tensor | None = None
    ) -> tuple[torch.Tensor, torch.Tensor | None]:
        tokenizer = self._tokenizer
        # Where a vector stands, whatever token is there is not read; it must not look like the end.
        read = [token.id if token.vector is None else 0 for token in chunk]
        ids = [tokenizer.bos_token_id, *read, tokenizer.eos_token_id]
        padding = self._length - len(ids)
        if self._layer is None and getattr(self._encoder.config, "use_attention_mask", False):
            unpadded = torch.tensor([[1] * len(ids) + [0] * padding], device=self._device)
            mask = unpadded if mask is None else mask * unpadded
        skipped = vectors.skipped(self._encoder, self._skip)
        with skipped, vectors.put(self._encoder, self._placed(chunk)):
            output = self._encoder(
                torch.tensor([ids + [tokenizer.pad_token_id] * padding], device=self._device),
                attention_mask=mask,
                output_hidden_states=self._layer is not None,
            )
        hidden = output[0] if self._layer is None else output.hidden_states[self._layer]
        pooled = output[0] if output[0].ndim == 2 else None
        return hidden.to(self._encoder.dtype), pooled

    def _placed(self, chunk: Chunk) -> list[Placed]:
        return [
            Placed(at, vectors.of(token.vector.of, self._part)[token.vector.number])
            for at, token in enumerate(chunk, start=1)
            if token.vector is not None
        ]


def _multiplied(
    clip: Clip, found: Sequence[Chunk], hidden: Sequence[torch.Tensor]
) -> list[torch.Tensor]:
    """webui's way: each token's states times its weight, then all so that their mean is the old.

    The mean of a text encoder that is not CLIP's may be near zero, where restoring it would blow
    up the rest: its states are multiplied, and no more.
    """
    weighed: list[torch.Tensor] = []
    for chunk, states in zip(found, hidden, strict=True):
        wide = states.float()
        times = wide * clip.weights(chunk)
        restored = times * (wide.mean() / times.mean())
        weighed.append(restored if clip.weighting("") == RESTORED else times)
    return weighed


def _from_empty(
    clip: Clip, found: Sequence[Chunk], hidden: Sequence[torch.Tensor]
) -> list[torch.Tensor]:
    """ComfyUI's way: on the line from the empty prompt's states through the token's own."""
    empty = clip.empty().float()
    return [
        empty + (states.float() - empty) * clip.weights(chunk)
        for chunk, states in zip(found, hidden, strict=True)
    ]


def _masked(
    clip: Clip, found: Sequence[Chunk], hidden: Sequence[torch.Tensor]
) -> list[torch.Tensor]:
    """compel's way: as ComfyUI's; and what weighs less than 1 is mixed with a text without it.

    That text is read with no attention to the span. Its share grows with the tangent of what the
    weight lacks, so that at 0.5 both count alike, and at 0 the text without the span is all.
    """
    whole = _from_empty(clip, found, hidden)
    shares, mixed = 1.0, [states.clone() for states in whole]
    for span, weight in sorted({(token.span, token.weight) for chunk in found for token in chunk}):
        if weight >= 1:
            continue
        share = math.tan((1 - max(TINIEST_WEIGHT, weight)) * math.pi / 2)
        shares += share
        for number, chunk in enumerate(found):
            without = whole[number]
            if any(token.span == span for token in chunk):
                without = _from_empty(clip, [chunk], [clip.read_without(chunk, span)])[0]
            mixed[number] += share * without
    return [states / shares for states in mixed]


WEIGHTINGS = {"comfy": _from_empty, "compel": _masked}
