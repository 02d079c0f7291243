"""In which form a picture is to be written: from what was asked, and from what its name says."""

from imagegen import formats, naming
from imagegen.errors import RequestError
from imagegen.formats import AVIF, FORMATS, PNG, WEBP, Form
from imagegen.request import Request

LOSSY = "--format jpg, webp or avif"
WIDEST_WEBP = 16_383


def form(request: Request) -> Form:
    """The form of the request's pictures; refuses what no file could be."""
    name = _format(request)
    if request.quality is not None and name == PNG:
        raise RequestError(
            "quality-of-png",
            f"quality {request.quality} does not go with PNG, which loses nothing",
            hint=f"{LOSSY}, or no --quality",
        )
    check_here(name)
    level = "full" if request.metadata is None else request.metadata
    if request.prompt_writer is not None and (level != "full" or request.hide_prompt):
        raise RequestError(
            "writer-without-prompt",
            f"prompt-writer '{request.prompt_writer}' goes only where the prompt goes",
            hint="--metadata full, without --hide-prompt",
        )
    return Form(
        format=name,
        quality=request.quality,
        metadata=level,
        words=not request.hide_prompt,
        writer=request.prompt_writer,
    )


def of_size(request: Request, width: int, height: int) -> Form:
    """As `form`, for pictures of this size; refuses one that the format has no room for."""
    found = form(request)
    check_size(found, width, height)
    return found


def template(request: Request) -> str:
    """What the pictures' files are called, unless a name says otherwise: without an ending."""
    if request.name is not None:
        return request.name
    return naming.HIDDEN_STEM if request.hide_prompt else naming.DEFAULT_STEM


def check_here(name: str) -> None:
    """Refuse a format that this machine's Pillow does not write."""
    if not formats.is_here(name):
        raise RequestError(
            "format-not-here",
            f"Pillow on this machine writes no {name}",
            hint="pip install --upgrade pillow, or --format webp",
        )


def check_size(form: Form, width: int, height: int) -> None:
    """Refuse a size that the format has no room for."""
    if form.format == WEBP and max(width, height) > WIDEST_WEBP:
        raise RequestError(
            "size-of-webp",
            f"{width}x{height} is more than WebP holds",
            hint=f"--format png or {AVIF}, or at most {WIDEST_WEBP} pixels a side",
        )


def _format(request: Request) -> str:
    named = None if request.name is None else formats.of_name(request.name)
    if request.format is None:
        return named or PNG
    if named not in (None, request.format):
        raise RequestError(
            "format-and-name",
            f"name '{request.name}' says {named}, and format says {request.format}",
            hint=f"a name that ends in {FORMATS[request.format].endings[0]}, or no --format",
        )
    return request.format
