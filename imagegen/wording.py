"""The words of pictures: a prompt as written, and the expansions it has as a template."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from imagegen import request as requests
from imagegen import templates
from imagegen.errors import RequestError
from imagegen.grammar import MOST_PICTURES
from imagegen.lora_words import TAG
from imagegen.request import Request
from imagegen.templates import Template, Wildcards


class Text(NamedTuple):
    """A prompt as written, and what it becomes for a seed."""

    written: str
    template: Template | None

    def for_seed(self, wildcards: Wildcards, seed: int) -> str:
        """The text, or the expansion that this seed chooses."""
        if self.template is None:
            return self.written
        return templates.one(self.template, wildcards, seed)

    @property
    def source(self) -> str | None:
        """The text as written, if it was a template."""
        return None if self.template is None else self.written


def read(written: str, request: Request) -> Text:
    """A prompt, parsed if it is a template and the request expands it."""
    if request.expand == "no" or not templates.is_template(written):
        return Text(written, None)
    return Text(written, templates.parse(written))


def expansions(prompt: Text, request: Request, wildcards: Wildcards) -> Iterator[Text]:
    """The prompt itself, its expansion left to the seed; or each expansion it has."""
    if prompt.template is None or request.expand != "all":
        yield prompt
        return
    for words in templates.every(prompt.template, wildcards):
        yield Text(words, None)


def ways(prompt: Text, request: Request, wildcards: Wildcards) -> int:
    """How many expansions `expansions` gives."""
    if prompt.template is None or request.expand != "all":
        return 1
    return templates.how_many(prompt.template, wildcards)


def check_number_of(request: Request, prompts: Sequence[Text], wildcards: Wildcards) -> None:
    """Refuse a template that makes more pictures than one run draws."""
    for prompt in prompts:
        number = ways(prompt, request, wildcards)
        if number > 1 and number * (requests.pictures(request) // len(prompts)) > MOST_PICTURES:
            raise RequestError(
                "too-many-pictures",
                f"'{prompt.written}' has more expansions than {MOST_PICTURES:,} pictures allow",
                hint="--expand random with --count",
            )


def nonempty(words: str, prompt: Text) -> str:
    """The words that a prompt became; refuses none at all."""
    if words.strip():
        return words
    if "<" in prompt.written and not TAG.sub("", prompt.written).strip():
        raise RequestError(
            "empty-prompt",
            f"the prompt '{prompt.written}' says a LoRA, and nothing of what to draw",
            hint="a few words beside it",
        )
    raise RequestError(
        "empty-prompt",
        f"the template '{prompt.written}' became an empty prompt",
        hint="a template with some words outside its braces",
    )
