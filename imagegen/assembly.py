"""Put a pipeline together from a single file of weights and the folders that complete it."""

import json
from pathlib import Path
from typing import Any

import diffusers
import torch
import transformers

from imagegen import singlefile
from imagegen.errors import ModelError
from imagegen.header import AGAIN
from imagegen.singlefile import SingleFile

# A single file brings none of these, whatever its configuration says.
ABSENT = ("safety_checker", "feature_extractor", "image_encoder")


def assemble(file: str, single: SingleFile, precision: torch.dtype) -> Any:
    """The pipeline, on the CPU and in this precision; nothing is fetched.

    Raises ModelError where the file lacks weights of a part that it has, and what diffusers raises
    where shapes do not fit.
    """
    config = Path(single.config)
    index = json.loads((config / "model_index.json").read_bytes())
    kind = getattr(diffusers, single.pipeline)
    expected, _ = kind._get_signature_keys(kind)
    brought: dict[str, Any] = {name: None for name in ABSENT if name in expected}
    for name, folder in single.tokenizers:
        own = {} if Path(folder) == config / name else singlefile.settings(config, name)
        tokenizer = getattr(transformers, index[name][1])
        brought[name] = tokenizer.from_pretrained(folder, local_files_only=True, **own)
    for name, folder in single.parts:
        library = diffusers if index[name][0] == "diffusers" else transformers
        brought[name] = getattr(library, index[name][1]).from_pretrained(
            folder, dtype=precision, local_files_only=True, variant=_variant(Path(folder))
        )
    pipe = kind.from_single_file(
        file, config=str(config), dtype=precision, local_files_only=True, **brought
    )
    for part in pipe.components.values():
        if isinstance(part, transformers.T5EncoderModel):
            # Its table of tokens has two names, of which a file has one and diffusers fills one;
            # and diffusers leaves it as it is trained, dropping a tenth of its numbers at random.
            part.set_input_embeddings(part.shared)
            part.eval()
    if single.scheduler:
        settings = {**pipe.scheduler.config, **dict(single.scheduler)}
        pipe.scheduler = type(pipe.scheduler).from_config(settings)
    _check_whole(file, pipe)
    return pipe


def _variant(folder: Path) -> str | None:
    """`fp16` for a part that is there only so."""
    return (
        None
        if [path for path in folder.glob("*.safetensors") if ".fp16." not in path.name]
        else "fp16"
    )


def _check_whole(file: str, pipe: Any) -> None:
    """Refuse a file without some weights: diffusers leaves them out, in silence."""
    for name, part in pipe.components.items():
        if not isinstance(part, torch.nn.Module):
            continue
        empty = [weight for weight, value in part.named_parameters() if value.is_meta]
        if empty:
            raise ModelError(
                "damaged-model",
                f"{file} lacks {len(empty)} tensors of its {name}, the first of them {empty[0]}",
                hint=AGAIN,
            )
