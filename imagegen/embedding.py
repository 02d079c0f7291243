"""Prompt to embedding (conditioning): each distinct text is encoded once, by itself."""

from collections import OrderedDict
from collections.abc import Hashable, Sequence
from typing import Any, NamedTuple

import torch

from imagegen import emphasis, inversion
from imagegen.clip import WEIGHTINGS, Clip
from imagegen.emphasis import PLAIN, Stretches
from imagegen.inversion import Inversions
from imagegen.textencoders import T5_TOKENS, Reading, reading

# Bytes of embeddings kept where the model lies: CLIP's take 118 kB each, those with T5's 2.7 MB.
KEPT = 256 * 2**20


class Embedding(NamedTuple):
    """A text encoded alone: (1, chunks, width) hidden states of each CLIP, each by its chunks."""

    clips: tuple[torch.Tensor, ...]
    pooled: torch.Tensor | None
    t5: torch.Tensor | None

    @property
    def size(self) -> int:
        """Bytes."""
        return sum(one.nbytes for one in (*self.clips, self.pooled, self.t5) if one is not None)


class Lost(NamedTuple):
    """What of a text is not read: the words after so many tokens."""

    limit: int
    words: str


class Manner(NamedTuple):
    """How a text is read; `clip_skip` counts as webui does: None and 1 leave no layer out."""

    syntax: str = PLAIN
    inversions: Inversions = ()
    clip_skip: int | None = None


class Encoder:
    """A pipeline's text encoders, with a memory of the texts they have read lately."""

    def __init__(self, pipe: Any, room: int = KEPT) -> None:
        self._pipe, self._room = pipe, room
        self._reading = reading(type(pipe).__name__)
        self._by_skip: dict[int | None, list[Clip]] = {}
        self._clips = self._skipping(None)
        self._kept: OrderedDict[
            tuple[Stretches, str, Inversions, int | None, Hashable], Embedding
        ] = OrderedDict()
        self.worn: Hashable = ()  # the LoRAs that the text encoders read with
        self._size = 0

    def conditioning(
        self,
        prompts: Sequence[str],
        negative_prompts: Sequence[str],
        *,
        guided: bool,
        syntax: str = PLAIN,
        inversions: Inversions = (),
        clip_skip: int | None = None,
    ) -> dict[str, Any]:
        """The arguments that tell the pipeline what to draw, and what not.

        Embeddings are (texts, chunks x tokens of a chunk [+ T5's tokens], width), all of as many
        chunks as the longest of them: what is shorter goes on with chunks of the empty prompt.
        Pipelines that do not read with CLIP get words, without their syntax.
        """
        if self._reading is None:
            return {
                "prompt": [emphasis.words(text, syntax) for text in prompts],
                "negative_prompt": [emphasis.words(text, syntax) for text in negative_prompts],
            }
        negatives = list(negative_prompts) if guided else []
        how = Manner(syntax, inversions, clip_skip)
        count = max(self.chunks(text, syntax, inversions) for text in (*prompts, *negatives))
        found = self._arguments([self._padded(text, how, count) for text in prompts])
        if guided:
            avoided = [self._avoided(text, how, count) for text in negatives]
            found |= {f"negative_{n}": one for n, one in self._arguments(avoided).items()}
        return found

    def chunks(self, text: str, syntax: str, inversions: Inversions = ()) -> int:
        """How many times the text encoders read to the end of the text."""
        return max((len(clip.chunks(text, syntax, inversions)) for clip in self._clips), default=1)

    def lost(
        self, text: str, syntax: str, name: str = "tokenizer", most: int | None = None
    ) -> Lost | None:
        """What of the text is not read; None: all of it is.

        Where CLIP does not read in chunks, the tokenizer of this `name` decides, which may be given
        at `most` so many tokens; a model may do without it.
        """
        if self._reading is not None:
            if not self._reading.t5 or self._pipe.text_encoder_3 is None:
                return None
            name, most = "tokenizer_3", T5_TOKENS
        main = getattr(self._pipe, name, None)
        tokenizer = getattr(self._pipe, "tokenizer", None) if main is None else main
        limit = getattr(tokenizer, "model_max_length", None)
        if tokenizer is None or limit is None:  # a processor of texts and pictures cuts nothing
            return None
        limit = limit if most is None or main is None else most
        ids = tokenizer(emphasis.words(text, syntax)).input_ids
        if len(ids) <= limit:
            return None
        return Lost(limit, tokenizer.decode(ids[limit - 1 :], skip_special_tokens=True))

    def weighting(self, syntax: str) -> str | None:
        """How weights are applied, by the name that webui has for it; None: they are not."""
        return self._clips[0].weighting(syntax) if self._clips else None

    def _arguments(
        self, found: Sequence[tuple[torch.Tensor, torch.Tensor | None]]
    ) -> dict[str, Any]:
        arguments: dict[str, Any] = {"prompt_embeds": torch.cat([one for one, _ in found])}
        pooled = [one for _, one in found if one is not None]
        return arguments | ({"pooled_prompt_embeds": torch.cat(pooled)} if pooled else {})

    def _padded(
        self, text: str, how: Manner, count: int
    ) -> tuple[torch.Tensor, torch.Tensor | None]:
        """(1, tokens, width) and (1, pooled width), as the pipeline takes them."""
        embedding, empty = (
            self._embedding(text, how),
            self._embedding("", Manner(clip_skip=how.clip_skip)),
        )
        whole = [
            torch.cat([read, *([none] * (count - read.shape[1] // none.shape[1]))], dim=1)
            for read, none in zip(embedding.clips, empty.clips, strict=True)
        ]
        joined = torch.cat(whole, dim=-1)
        if embedding.t5 is not None:
            wide = (0, embedding.t5.shape[-1] - joined.shape[-1])
            joined = torch.cat([torch.nn.functional.pad(joined, wide), embedding.t5], dim=1)
        return joined, embedding.pooled

    def _avoided(
        self, text: str, how: Manner, count: int
    ) -> tuple[torch.Tensor, torch.Tensor | None]:
        joined, pooled = self._padded(text, how, count)
        if text == "" and getattr(self._pipe.config, "force_zeros_for_empty_prompt", False):
            # So SDXL was trained, and so diffusers and webui draw with it.
            return torch.zeros_like(joined), None if pooled is None else torch.zeros_like(pooled)
        return joined, pooled

    def _embedding(self, text: str, how: Manner) -> Embedding:
        # What a1111 makes of a text without brackets is that text; the others part it otherwise.
        weighting = how.syntax if how.syntax in WEIGHTINGS else PLAIN
        parsed = emphasis.parse(text, how.syntax)
        key = (parsed, weighting, how.inversions, how.clip_skip, self.worn)
        if key not in self._kept:
            # Alone, never in a batch: so an embedding does not depend on its neighbours.
            self._kept[key] = self._encoded(text, how)
            self._size += self._kept[key].size
            while self._size > self._room and len(self._kept) > 1:
                self._size -= self._kept.popitem(last=False)[1].size
        self._kept.move_to_end(key)
        return self._kept[key]

    def _encoded(self, text: str, how: Manner) -> Embedding:
        assert self._reading is not None
        clips = self._skipping(how.clip_skip)
        read = [clip.encode(text, how.syntax, how.inversions) for clip in clips]
        pooled = [one for _, one in read if one is not None]
        joined: torch.Tensor | None = None
        if self._reading.pooled == "all":
            joined = torch.cat(pooled, dim=-1)
        elif self._reading.pooled == "last":
            joined = pooled[0]  # only the last of SDXL's two encoders has one
        t5 = None
        if self._reading.t5:
            # T5 was not trained with weights, nor does it read in chunks: it gets the words. It has
            # learnt none that stand for a textual inversion.
            words = inversion.without(emphasis.words(text, how.syntax), how.inversions)
            t5 = self._pipe._get_t5_prompt_embeds(
                prompt=words,
                max_sequence_length=T5_TOKENS,
                device=_device(self._pipe),
            )
        return Embedding(tuple(hidden for hidden, _ in read), joined, t5)

    def _skipping(self, clip_skip: int | None) -> list[Clip]:
        """The text encoders, without their last layers."""
        if self._reading is None:
            return []
        if clip_skip not in self._by_skip:
            self._by_skip[clip_skip] = _clips(self._pipe, self._reading, clip_skip)
        return self._by_skip[clip_skip]


def _device(pipe: Any) -> Any:
    return getattr(pipe, "_execution_device", pipe.device)


def _clips(pipe: Any, how: Reading, clip_skip: int | None) -> list[Clip]:
    prepare = getattr(pipe, "maybe_convert_prompt", lambda text, tokenizer: text)
    pairs = [("tokenizer", "text_encoder"), ("tokenizer_2", "text_encoder_2")]
    found = [(getattr(pipe, one, None), getattr(pipe, part, None), part) for one, part in pairs]
    layer, skip = how.layer, 0
    if clip_skip is not None:
        layer = None if layer is None else min(layer, -clip_skip)
        skip = clip_skip - 1 if layer is None else 0
    return [
        Clip(tokenizer, encoder, layer, _device(pipe), prepare, part, skip)
        for tokenizer, encoder, part in found
        if tokenizer is not None and encoder is not None
    ]
