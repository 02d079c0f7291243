"""The `parameters` text means to other tools what the record says, by their own public rules.

The two readers here were written from those rules, and share nothing with what writes the text.
"""

import json
import re
from collections.abc import Callable

import pytest
from msgspec import structs
from records_made import a_record

from imagegen import parameters, record

Reader = Callable[[str], tuple[str, str, dict[str, str]]]
PAIR = re.compile(r'\s*(\w[\w \-/]+):\s*("(?:\\.|[^\\"])+"|[^,]*)(?:,|$)')
SETTINGS = {
    "Steps": "20",
    "Sampler": "DPM++ 2M",
    "Schedule type": "Karras",
    "CFG scale": "4.5",
    "Seed": "7",
    "Size": "512x768",
    "Model hash": "abcdef0123",
    "Model": "storybook",
    "RNG": "CPU",
    "Version": "imagegen 0.1.0",
}


def read_by_webui(text: str) -> tuple[str, str, dict[str, str]]:
    """As webui reads: each line stripped, the last one settings if it has three pairs or more."""
    *lines, last = text.strip().split("\n")
    if len(PAIR.findall(last)) < 3:
        lines, last = [*lines, last], ""
    parts: dict[bool, list[str]] = {False: [], True: []}
    negative = False
    for line in map(str.strip, lines):
        if line.startswith("Negative prompt:"):
            negative, line = True, line[16:].strip()
        parts[negative].append(line)
    pairs = {key: json.loads(v) if v[:1] == '"' else v for key, v in PAIR.findall(last)}
    return "\n".join(parts[False]), "\n".join(parts[True]), pairs


def read_by_civitai(text: str) -> tuple[str, str, dict[str, str]]:
    """As Civitai reads: empty lines go, the first line that begins "Steps: " is the settings."""
    lines = [line for line in text.split("\n") if line.strip()]
    found = next((line for line in lines if line.startswith("Steps: ")), "")
    if found:
        lines.remove(found)
    prompt, *negative = (one.strip() for one in "\n".join(lines).split("Negative prompt:"))
    pairs = {key: json.loads(v) if v[:1] == '"' else v for key, v in PAIR.findall(found)}
    return prompt, negative[0] if negative else "", pairs


READERS = [read_by_webui, read_by_civitai]
PLAIN = [
    ("red cat", ""),
    ("red cat, sitting\non a hill", "blue, green"),
    ('a "red" cat: 猫 🐈 ü \\ "', 'not: a "dog", never\nor two'),
    ("Size: 1x1, Seed: 2, Model: x, Steps: 9", "Sampler: y, Seed: 3, Size: 4x4"),
    ("cat\nlast: a, line: b, looks: c", ""),
    ("(red:1.3) cat BREAK [blue]", "(dog:0.5)"),
    ("x" * 50_000, "y" * 50_000),
]
# What the grammar has no way to say is said in words that text encoders read alike.
FOLDED = [
    ("Negative prompt: a film title", "Negative prompt: twice"),
    ("cat\nNegative prompt: as text\nof a sign", "dog\nNegative prompt: again"),
    ("Steps: 5, stairs\nof a temple", "no\nSteps: 6"),
    ("a sign that says Negative prompt: cat", ""),
]


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize(("prompt", "negative"), PLAIN)
def test_other_tools_read_what_was_drawn(read: Reader, prompt: str, negative: str) -> None:
    said = structs.replace(a_record(prompt, negative), emphasis=None)
    said = structs.replace(said, plan=structs.replace(said.plan, prompt_syntax="a1111"))
    assert read(parameters.text(said)) == (prompt, negative, SETTINGS)


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize(("prompt", "negative"), FOLDED)
def test_what_looks_like_the_grammar_itself_stays_prompt(
    read: Reader, prompt: str, negative: str
) -> None:
    said_prompt, said_negative, settings = read(parameters.text(a_record(prompt, negative)))
    assert (said_prompt.lower(), said_negative.lower()) == (prompt.lower(), negative.lower())
    assert settings == SETTINGS


@pytest.mark.parametrize("read", READERS)
def test_values_with_the_grammars_own_signs_are_quoted(read: Reader) -> None:
    one = a_record("red cat", "", "a/odd, name: x")
    plan = structs.replace(one.plan, template='{red|"blue"}, Steps: 3\ncat')
    _, _, settings = read(parameters.text(structs.replace(one, plan=plan)))
    assert settings["Model"] == "odd, name: x"
    assert settings["Template"] == '{red|"blue"}, Steps: 3\ncat'
    assert {**settings, "Model": "storybook"} == {**SETTINGS, "Template": plan.template}


@pytest.mark.parametrize("read", READERS)
def test_without_a_prompt_the_settings_stay(read: Reader) -> None:
    text = parameters.text(record.without_words(a_record("red cat", "blue")))
    assert read(text) == ("", "", SETTINGS)


def test_the_settings_are_always_the_last_line() -> None:
    for prompt, negative in (*PLAIN, *FOLDED):
        last = parameters.text(a_record(prompt, negative)).rpartition("\n")[2]
        assert last.startswith("Steps: 20, ")
        assert last.endswith("Version: imagegen 0.1.0")
