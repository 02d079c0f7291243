"""Pictures of NovelAI: JSON in the text `Comment`, or all of it hidden in the pixels."""

from typing import Any

from imagegen.reading.bounded import object_from
from imagegen.reading.found import Carried, Fields, Found

TOOL = "NovelAI"
WRAPPED = ("stealth", "exif:UserComment", "parameters")  # where the texts are JSON themselves


def read(carried: Carried) -> Found | None:
    """What the comment says."""
    if carried.texts.get("Software", "").startswith(TOOL):
        return _found(carried.texts, "Comment")
    for source in WRAPPED:
        text = carried.texts.get(source)
        if text is not None and '"Comment"' in text and TOOL in text:
            wrapped = object_from(text)
            if wrapped is not None and str(wrapped.get("Software")).startswith(TOOL):
                return _found(
                    {key: one for key, one in wrapped.items() if isinstance(one, str)}, source
                )
    return None


def _found(texts: Any, source: str) -> Found | None:
    comment = object_from(texts.get("Comment"))
    if comment is None:
        return None
    fields = Fields(comment)
    positive, negative = fields.take("v4_prompt"), fields.take("v4_negative_prompt")
    prompt, unwanted = fields.text("prompt"), fields.text("uc")
    made_by = texts.get("Source", "")
    model, _, digest = made_by.rpartition(" ")
    is_digest = len(digest) == 8 and all(letter in "0123456789ABCDEF" for letter in digest)
    seed = fields.whole("seed")
    return Found(
        tool=TOOL,
        version=comment.get("version") and fields.text("version"),
        source=source,
        prompt=_caption(positive) or prompt or texts.get("Description"),
        negative_prompt=_caption(negative) or unwanted,
        seed=seed,
        steps=fields.whole("steps"),
        sampler=fields.text("sampler"),
        schedule=fields.text("noise_schedule"),
        guidance=fields.real("scale"),
        width=fields.whole("width"),
        height=fields.whole("height"),
        model=(model if is_digest else made_by) or None,
        model_hash=digest if is_digest else None,
        strength=fields.real("strength") if _is_from_picture(comment) else None,
        other={**_more(texts), **_characters(positive, negative), **fields.rest()},
        unknown=tuple(fields.strange),
    )


def _caption(prompt: Any) -> str | None:
    """The main text of a prompt of version 4."""
    caption = prompt.get("caption") if isinstance(prompt, dict) else None
    text = caption.get("base_caption") if isinstance(caption, dict) else None
    return text if isinstance(text, str) and text else None


def _characters(positive: Any, negative: Any) -> dict[str, Any]:
    """The texts of single characters, with where they stand."""
    found = {}
    for name, prompt in (("characters", positive), ("negative_characters", negative)):
        caption = prompt.get("caption") if isinstance(prompt, dict) else None
        listed = caption.get("char_captions") if isinstance(caption, dict) else None
        if isinstance(listed, list) and listed:
            found[name] = listed
    return found


def _is_from_picture(comment: dict[str, Any]) -> bool:
    return "Img2Img" in str(comment.get("request_type")) or bool(comment.get("image"))


def _more(texts: Any) -> dict[str, str]:
    return {key: texts[key] for key in ("Title", "Generation time") if key in texts}
