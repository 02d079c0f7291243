"""A prompt file is read row by row; whatever is wrong is told with its line, and nothing raises."""

import io
import json
import os
import queue
import random
import subprocess
import sys
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from imagegen import options, promptfile
from imagegen.errors import RequestError
from imagegen.promptfile import FORMATS, LONGEST_ROW, Line, format_of, read, schema

FOX = {"prompt": "red fox"}


def lines(form: str, text: str | bytes, **more: Any) -> list[Line]:
    data = text.encode() if isinstance(text, str) else text
    return list(read(io.BytesIO(data), form, f"a {form} file", **more))


def said(form: str, text: str | bytes) -> list[dict[str, Any]]:
    """What a sound file says."""
    found = lines(form, text)
    assert [line.problems for line in found] == [()] * len(found), codes(found)
    return [line.said for line in found]


def codes(found: list[Line]) -> list[tuple[int, ...]]:
    """The number of each line that is wrong, and the codes of its problems."""
    return [(line.number, *(p.code for p in line.problems)) for line in found if line.problems]


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("prompts.txt", "text"),
        ("a/b.CSV", "csv"),
        ("a.tsv", "tsv"),
        ("failed.jsonl", "jsonl"),
        ("a.ndjson", "jsonl"),
        ("a.json", "json"),
        ("a.yaml", "yaml"),
        ("a.b.yml", "yaml"),
        ("-", "lines"),
    ],
)
def test_a_name_says_its_format(name: str, form: str) -> None:
    assert format_of(name) == form
    assert form in FORMATS


@pytest.mark.parametrize("name", ["prompts", "a.xlsx", "a.csv.gz", ".csv", ""])
def test_other_names_are_refused(name: str) -> None:
    with pytest.raises(RequestError) as refusal:
        format_of(name)
    assert refusal.value.code == "unknown-format"
    assert ".txt" in refusal.value.hint


# Every format


SAME = {
    "text": "red fox --steps 30 --seed 1-4\n\nblue cat\n",
    "csv": "prompt,steps,seed\nred fox,30,1-4\nblue cat,,\n",
    "tsv": "prompt\tsteps\tseed\nred fox\t30\t1-4\nblue cat\t\t\n",
    "jsonl": '{"prompt": "red fox", "steps": 30, "seed": "1-4"}\n\n"blue cat"\n',
    "json": '[{"prompt": "red fox", "steps": 30, "seed": "1-4"},\n\n"blue cat"]\n',
    "yaml": "- prompt: red fox\n  steps: 30\n  seed: 1-4\n- blue cat\n",
    "lines": '{"prompt": "red fox", "steps": 30, "seed": "1-4"}\n\nblue cat\n',
}


@pytest.mark.parametrize("form", FORMATS)
def test_each_format_makes_the_same_requests(form: str) -> None:
    first, second = (options.ask(row) for row in said(form, SAME[form]))
    assert first == options.ask({"prompt": "red fox", "steps": 30, "seed": "1-4"})
    assert second == options.ask({"prompt": "blue cat"})


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("ends", ["\r\n", "\n"])
def test_a_mark_and_windows_line_ends_change_nothing(form: str, ends: str) -> None:
    text = SAME[form].replace("\n", ends).encode()
    assert said(form, b"\xef\xbb\xbf" + text) == said(form, SAME[form])


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("text", ["", "\n", " \n\n\t\n", "\ufeff", "\ufeff\n"])
def test_a_file_without_rows_yields_nothing(form: str, text: str) -> None:
    if form != "yaml" or "\t" not in text:  # YAML has no tabs
        assert lines(form, text) == []


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be"])
def test_utf_16_is_one_problem(form: str, encoding: str) -> None:
    mark = "" if encoding == "utf-16" else "\ufeff"
    assert codes(lines(form, (mark + SAME[form] * 50).encode(encoding))) == [(1, "not-utf-8")]


BAD_BYTES = {
    "text": (b"red fox\nbl\xffue\ngreen owl\n", 2, 3),
    "csv": (b"prompt\nred fox\nbl\xffue\ngreen owl\n", 3, 3),
    "tsv": (b"prompt\nred fox\nbl\xffue\ngreen owl\n", 3, 3),
    "jsonl": (b'"red fox"\n"bl\xffue"\n"green owl"\n', 2, 4),
    "json": (b'["red fox",\n"bl\xffue",\n"green owl"]\n', 2, 4),
    "yaml": (b"- red fox\n- bl\xffue\n- green owl\n", 2, 5),
    "lines": (b"red fox\nbl\xffue\ngreen owl\n", 2, 3),
}


@pytest.mark.parametrize("form", FORMATS)
def test_bad_utf_8_costs_its_own_row(form: str) -> None:
    text, number, position = BAD_BYTES[form]
    red, bad, green = lines(form, text)
    assert (red.said, green.said) == (FOX, {"prompt": "green owl"})
    assert not red.problems and not green.problems
    assert codes([bad]) == [(number, "not-utf-8")]
    assert f"byte {position} " in bad.problems[0].message


@pytest.mark.parametrize("form", ["text", "csv", "tsv", "jsonl", "lines", "yaml"])
@pytest.mark.parametrize("length", [LONGEST_ROW + 10, 3_000_000])
def test_a_long_row_costs_itself(form: str, length: int) -> None:
    head = {"csv": "prompt\n", "tsv": "prompt\n"}.get(form, "")
    row = {"jsonl": '"{}"\n', "yaml": "- {}\n"}.get(form, "{}\n")
    text = head + "".join(row.format(words) for words in ("red fox", "x" * length, "owl"))
    found = lines(form, text)
    assert codes(found) == [(head.count("\n") + 2, "row-too-long")]
    assert [line.said for line in found if line.said] == [FOX, {"prompt": "owl"}]


@pytest.mark.parametrize("character", ["x", "é", "狐", "🦊"])
def test_the_longest_row_is_counted_in_characters(character: str) -> None:
    assert said("text", character * LONGEST_ROW + "\r\n") == [{"prompt": character * LONGEST_ROW}]
    assert codes(lines("text", character * (LONGEST_ROW + 1))) == [(1, "row-too-long")]


def test_a_long_item_of_a_json_list_is_told() -> None:
    assert codes(lines("json", json.dumps(["a", "x" * (LONGEST_ROW + 10), "b"]))) == [
        (1, "row-too-long")
    ]
    far = lines("json", json.dumps(["a", "x" * 3_000_000, "b"]))
    assert codes(far) == [(1, "row-too-long")]
    assert "not read" in far[-1].problems[0].message


PROMPT_OF = {
    "csv": 'prompt\n"{}"\n',
    "tsv": 'prompt\n"{}"\n',
    "text": "{}\n",
    "yaml": '- "{}"\n',
    "lines": "{}\n",
}


@pytest.mark.parametrize("form", PROMPT_OF)
@pytest.mark.parametrize("character", ["\0", "\x1b", "\x7f", "\x9b"])
def test_control_characters_are_told(form: str, character: str) -> None:
    found = lines(form, PROMPT_OF[form].format(f"red{character}fox"))
    assert [codes[1:] for codes in codes(found)] == [("control-character",)]


@pytest.mark.parametrize("form", ["jsonl", "json", "lines"])
@pytest.mark.parametrize(
    ("escape", "code"),
    [
        ("\\u0000", "control-character"),
        ("\\u001b", "control-character"),
        ("\\ud800", "not-utf-8"),
        ("\\r", "control-character"),
    ],
)
def test_escaped_control_characters_are_told(form: str, escape: str, code: str) -> None:
    assert codes(lines(form, f'{{"prompt": "red{escape}fox"}}')) == [(1, code)]


def test_a_prompt_may_have_lines_and_a_file_name_may_not() -> None:
    assert said("jsonl", '"red\\nfox\\r\\n\\ton"') == [{"prompt": "red\nfox\r\n\ton"}]
    assert codes(lines("jsonl", '{"prompt": "fox", "name": "a\\nb"}')) == [(1, "control-character")]


MISSING = {
    "text": "--steps 30\n",
    "csv": "prompt,steps\n,30\n",
    "tsv": "steps\n30\n",
    "jsonl": '{"prompt": null, "steps": 30}\n',
    "json": '[{"steps": 30}]',
    "yaml": "- prompt:\n  steps: 30\n",
    "lines": '{"steps": 30}\n',
}


@pytest.mark.parametrize("form", FORMATS)
def test_a_row_without_a_prompt_is_told_unless_the_caller_has_one(form: str) -> None:
    assert [code[1:] for code in codes(lines(form, MISSING[form]))] == [("no-prompt",)]
    (line,) = lines(form, MISSING[form], needs_prompt=False)
    assert (list(line.said), line.problems) == (["steps"], ())


SEVERAL = {
    "text": "fox --steps x --guidance y --size z\n",
    "csv": "prompt,steps,guidance,size\nfox,x,y,z\n",
    "tsv": "prompt\tsteps\tguidance\tsize\nfox\tx\ty\tz\n",
    "jsonl": '{"prompt": "fox", "steps": "x", "guidance": "y", "size": "z"}\n',
    "json": '[{"prompt": "fox", "steps": "x", "guidance": "y", "size": "z"}]',
    "yaml": "- {prompt: fox, steps: x, guidance: y, size: z}\n",
    "lines": '{"prompt": "fox", "steps": "x", "guidance": "y", "size": "z"}\n',
}


@pytest.mark.parametrize("form", FORMATS)
def test_everything_that_is_wrong_with_a_row_is_told(form: str) -> None:
    (found,) = codes(lines(form, SEVERAL[form]))
    assert found[1:] == ("bad-steps", "bad-guidance", "bad-size")


@pytest.mark.parametrize("form", ["csv", "jsonl", "json", "yaml", "lines"])
def test_why_a_row_failed_is_not_read(form: str) -> None:
    text = {
        "csv": "prompt,error\nred fox,out of memory\n",
        "yaml": "- prompt: red fox\n  error: {code: memory}\n",
        "json": '[{"prompt": "red fox", "error": {"code": ["memory"]}}]',
    }.get(form, '{"prompt": "red fox", "error": {"code": ["memory"]}}\n')
    assert said(form, text) == [FOX]


def test_messages_are_short_whatever_a_value_is() -> None:
    row = json.dumps({"prompt": "fox", "steps": "x" * 50_000, "y" * 50_000: 1, "z": "w"})
    for text in (row, f"fox --{'y' * 50_000} 1", f"fox --steps {'9' * 50_000}"):
        (line,) = lines("lines", text[: LONGEST_ROW - 1] if text[0] != "{" else row[:-1] + "}")
        assert line.problems
        assert all(len(problem.message) < 400 for problem in line.problems)


@pytest.mark.parametrize(
    "text",
    [
        "a" + " " * 65_000 + "b--c",
        "fox" + " --a" * 16_000,
        "fox --steps " + "1-" * 32_000,
        "fox --seed " + "1," * 32_000,
        '{"prompt": "fox", ' + '"steps": 1, ' * 5_000 + '"steps": 1}',
        "[" * 65_000,
        '{"a":' * 13_000,
    ],
    ids=lambda text: text[:20].strip(),
)
def test_a_row_made_to_be_slow_is_not(text: str) -> None:
    before = time.process_time()
    for form in FORMATS:
        lines(form, f"prompt\n{text}\n" if form in ("csv", "tsv") else text)
    assert time.process_time() - before < 5


# Text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("red fox", {}),
        (
            "red fox --n blurry, low --s 30 --d 7",
            {"negative": "blurry, low", "steps": "30", "seed": "7"},
        ),
        ("red fox --w 512 --h 768 --l 7.5", {"width": "512", "height": "768", "guidance": "7.5"}),
        ("red fox --ss euler_a --f fox.png", {"scheduler": "euler_a", "name": "fox.png"}),
        ("red fox --W 512 --D 1,2,3", {"width": "512", "seed": "1,2,3"}),
        ("red fox --steps 30 --seed 1-4", {"steps": "30", "seed": "1-4"}),
        ("red fox --steps=30 --cfg-scale 7", {"steps": "30", "guidance": "7"}),
        ("red fox --negative \"a b\" --name 'c d'", {"negative": "a b", "name": "c d"}),
        ('red fox --negative "a" and "b"', {"negative": '"a" and "b"'}),
        ('red fox --negative ""', {"negative": ""}),
        ("red fox --negative a-b--c", {"negative": "a-b--c"}),
        ("red fox --lenient --overwrite --zip", {"lenient": True, "overwrite": True, "zip": True}),
        ("red fox --lenient no --steps 3", {"lenient": "no", "steps": "3"}),
        ("  red fox \t --steps 3  ", {"steps": "3"}),
    ],
)
@pytest.mark.parametrize("form", ["text", "lines"])
def test_options_stand_at_the_end_of_a_line(form: str, text: str, expected: dict[str, Any]) -> None:
    assert said(form, text) == [FOX | expected]


@pytest.mark.parametrize(
    "prompt", ["a dash -- like this", "{red|blue} fox, {2$$a|b}", "(fox:1.3), __colour__", "-5 °C"]
)
def test_a_prompt_is_left_alone(prompt: str) -> None:
    assert said("lines", prompt) == [{"prompt": prompt}]


@pytest.mark.parametrize("name", [*options.OPTIONS, *options.ALIASES])
def test_every_option_can_be_said_in_text(name: str) -> None:
    (line,) = lines(
        "text", f"fox --{name} 1" if options.name_of(name) != "prompt" else f"--{name} 1"
    )
    assert options.name_of(name) in line.said


@pytest.mark.parametrize(
    ("text", "code", "hint"),
    [
        ("fox --stesp 30", "unknown-option", "steps"),
        ("fox --ar 3:2", "unknown-option", ""),
        ("fox --t 0.5", "unsupported-option", "--t"),
        ("fox --am 1.0,0.5", "unsupported-option", "--am"),
        ("fox --nl none", "unsupported-option", "--nl"),
        ("fox --C a cat", "unsupported-option", "--C"),
        ("fox --dsd1 3", "unsupported-option", "--dsd1"),
        ("fox --steps", "no-value", "20"),
        ("fox --s 3 --steps 4", "duplicate-option", "once"),
        ("fox --prompt cat", "duplicate-option", "once"),
        ("fox --error x", "unknown-option", ""),
        ("fox --d -1", "bad-seed", "random"),
        ("fox --lenient maybe", "bad-lenient", ""),
        ('fox --negative "a --b"', "unknown-option", ""),
        ("red\rblue\r", "control-character", "line"),
    ],
)
def test_what_a_line_of_text_cannot_say_is_told(text: str, code: str, hint: str) -> None:
    (line,) = lines("text", text)
    assert code in [problem.code for problem in line.problems]
    assert any(hint in problem.hint for problem in line.problems)


def test_blank_lines_and_comments_are_skipped_and_counted() -> None:
    found = lines("text", "# a\n\n  # b\nred fox\n \nblue #cat")
    assert [(line.number, line.said["prompt"]) for line in found] == [
        (4, "red fox"),
        (6, "blue #cat"),
    ]


# Tables


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_a_csv_is_read_with_the_delimiter_of_its_header(mark: str) -> None:
    text = f'prompt{mark}guidance\n"red fox"{mark}7.5\nblue cat{mark}3\n'
    assert said("csv", text) == [FOX | {"guidance": "7.5"}, {"prompt": "blue cat", "guidance": "3"}]


def test_commas_in_cells_of_a_semicolon_table_are_text() -> None:
    assert said("csv", "prompt;steps\nred, fox;3\n") == [{"prompt": "red, fox", "steps": "3"}]


def test_a_header_names_options_in_any_spelling() -> None:
    text = "Prompt, Negative Prompt,cfg_scale,NUM-INFERENCE-STEPS,\nfox,dark,7,30,\n"
    assert said("csv", text) == [
        {"prompt": "fox", "negative": "dark", "guidance": "7", "steps": "30"}
    ]


def test_a_row_is_numbered_where_it_begins() -> None:
    text = '\nprompt,steps\n"a\nb, ""c""",1\n\n,,\nd,2\n'
    found = lines("csv", text)
    assert [(line.number, line.said["prompt"]) for line in found] == [(3, 'a\nb, "c"'), (7, "d")]
    assert not codes(found)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("red fox\nblue cat\n", [(1, "no-header")]),
        ("prompt\n", [(1, "no-rows")]),
        ("prompt,seed", [(1, "no-rows")]),
        ("promt,seed\nfox,1\n", [(1, "unknown-option"), (2, "no-prompt")]),
        ("promt\nfox\n", [(1, "unknown-option"), (2, "no-prompt")]),
        ("prompt,cfg,guidance\nfox,1,2\n", [(1, "duplicate-option")]),
        (",prompt\n0,fox\n", [(1, "unknown-option")]),
        ("prompt,steps\nfox,1,2\ncat,3,,\n", [(2, "too-many-cells")]),
        ("prompt\nfox, red\n", [(2, "too-many-cells")]),
        ("prompt,steps\nfox,x\ncat\n", [(2, "bad-steps")]),
        ('prompt\n"fox\ncat\nowl\n', [(2, "bad-quotes")]),
        ('prompt\n"fox" red\ncat\n', [(2, "bad-quotes")]),
        (
            'prompt,steps\n"fox,1\n"cat",x\nowl,y\n',
            [(2, "bad-quotes"), (3, "bad-steps"), (4, "bad-steps")],
        ),
        ("prompt\nfox\rcat\rowl\n", [(2, "bad-quotes")]),
        ('"prompt\nfox\n', [(1, "bad-quotes")]),
    ],
)
def test_what_a_table_cannot_say_is_told(text: str, expected: list[tuple[int, str]]) -> None:
    found = lines("csv", text)
    assert codes(found) == expected
    assert all(problem.hint for line in found for problem in line.problems)


def test_an_open_quote_costs_one_row() -> None:
    text = "prompt\n" + "fox\n" * 10 + '"cat\n' + "owl\n" * 30_000
    found = lines("csv", text)
    assert codes(found) == [(12, "bad-quotes")]
    assert len(found) == 30_011


# JSON


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("3", ["bad-row"]),
        ("null", ["bad-row"]),
        ("true", ["bad-row"]),
        ('["fox"]', ["bad-row"]),
        ("{}", ["no-prompt"]),
        ('{"prompt": null}', ["no-prompt"]),
        ('""', ["empty-prompt"]),
        ('{"prompt": " "}', ["empty-prompt"]),
        ('{"prompt": []}', ["bad-prompt"]),
        ('{"prompt": ["fox", ""]}', ["empty-prompt"]),
        ('{"prompt": true}', ["bad-prompt"]),
        ('{"prompt": {"a": 1}}', ["nested-value"]),
        ('{"prompt": [["a"]]}', ["nested-value"]),
        ('{"prompt": "fox", "prompt": "cat"}', ["duplicate-option"]),
        ('{"prompt": "fox", "cfg": 3, "guidance": 4}', ["duplicate-option"]),
        ('{"prompt": "fox", "steps": null, "steps": 4}', ["duplicate-option"]),
        ('{"prompt": "fox", "stesp": 30, "steps": "x"}', ["unknown-option", "bad-steps"]),
        ('{"prompt": "fox", "steps": 2.5}', ["bad-steps"]),
        ('{"prompt": "fox", "guidance": NaN}', ["bad-guidance"]),
        ('{"prompt": "fox", "guidance": [1, -Infinity]}', ["bad-guidance"]),
        ('{"prompt": "fox", "guidance": 1e999}', ["bad-guidance"]),
        (f'{{"prompt": "fox", "seed": {"9" * 5000}}}', ["bad-seed"]),
        (f'{{"prompt": "fox", "seed": "{"9" * 5000}"}}', ["bad-seed"]),
        (f'{{"prompt": "fox", "steps": 1{"0" * 299}}}', []),
        ('{"prompt": "fox", "seed": ["x"]}', ["bad-seed"]),
        ('{"prompt": "fox", "scheduler": []}', ["bad-scheduler"]),
        ('{"prompt": "fox", "lenient": "maybe"}', ["bad-lenient"]),
    ],
)
def test_what_a_row_of_json_cannot_say_is_told(row: str, expected: list[str]) -> None:
    for form, text in (("jsonl", row), ("json", f"[{row}]")):
        (line,) = lines(form, text)
        assert [problem.code for problem in line.problems] == expected
        assert all(problem.hint for problem in line.problems)


@pytest.mark.parametrize(
    "row", ['{"prompt": "fox"', "{'prompt': 'fox'}", '"fox" cat', "fox", "{} {}"]
)
def test_a_broken_line_of_json_costs_itself(row: str) -> None:
    found = lines("jsonl", f'"a"\n{row}\n"b"\n')
    assert codes(found) == [(2, "not-json")]
    assert len(found) == 3
    assert "column" in found[1].problems[0].message


def test_a_json_file_may_be_one_row_and_lists_know_their_lines() -> None:
    assert said("json", ' {\n"prompt": "red fox"}\n') == [FOX]
    text = '\n[\n  {\n    "prompt": "a"\n  }, "b",\n\n  "c"\n]\n'
    assert [line.number for line in lines("json", text)] == [3, 5, 7]
    assert said("json", "[]") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3", [(1, "not-a-list")]),
        ('\n"fox"', [(2, "not-a-list")]),
        ("a red fox\n", [(1, "not-a-list")]),
        ('{"prompt": "a"}\n{"prompt": "b"}\n', [(2, "not-json")]),
        ('["a"]\n["b"]', [(2, "not-json")]),
        ('["a",\n"b"\n"c"]', [(3, "not-json")]),
        ('["a",\n]', [(2, "not-json")]),
        ('["a",\n{"prompt": "b",\n}, 3]', [(3, "not-json")]),
        ('["a",\n"b"\n', [(3, "not-json")]),
        ('["a",\n', [(2, "not-json")]),
        ("[", [(1, "not-json")]),
        ('["a"\n', [(2, "not-json")]),
        ("[" * 100_000, [(1, "nested-value")]),
        ('{"prompt": ' * 100_000, [(1, "nested-value")]),
    ],
)
def test_what_is_no_json_file_is_told(text: str, expected: list[tuple[int, str]]) -> None:
    assert codes(lines("json", text)) == expected


def test_rows_are_found_across_the_pieces_a_file_is_read_in() -> None:
    prompts = [f"{number} {'狐' * (number * 37 % 9000)}" for number in range(200)]
    text = "[" + ",\n".join(json.dumps(prompt, ensure_ascii=False) for prompt in prompts) + "]"
    found = lines("json", text)
    assert [line.said["prompt"] for line in found] == prompts
    assert [line.number for line in found] == list(range(1, 201))


@pytest.mark.parametrize("indent", [None, 1, 2, 7, 30])
def test_blanks_between_rows_of_json_do_not_matter(indent: int | None) -> None:
    rows = [{"prompt": f"fox {number}", "seed": number} for number in range(20_000)]
    found = lines("json", json.dumps(rows, indent=indent))
    assert [line.said for line in found] == rows
    step = 0 if indent is None else 4
    first = 1 if indent is None else 2
    assert [line.number for line in found] == [first + step * n for n in range(len(rows))]


@pytest.mark.parametrize("depth", [900, 990, 1000, 60_000])
def test_brackets_in_brackets_are_told(depth: int) -> None:
    nested = "[" * depth + "]" * depth if depth < 30_000 else "[" * depth
    for form in ("jsonl", "json", "yaml", "lines"):
        row = f'{{"prompt": "fox", "seed": {nested}}}'
        assert lines(form, f"[{row}]" if form == "json" else row)[0].problems


# YAML


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("- red fox\n", FOX),
        ("red fox\n", FOX),
        ("prompt: red fox\n", FOX),
        ("---\nprompt: red fox\n...\n", FOX),
        ("- prompt: >\n    red\n    fox\n", {"prompt": "red fox\n"}),
        ("- {prompt: red fox, seed: [1, 2]}\n", FOX | {"seed": ["1", "2"]}),
        ("- prompt: 1984\n", {"prompt": "1984"}),
        ("- prompt: yes\n", {"prompt": "yes"}),
        ("- prompt: 1:30\n", {"prompt": "1:30"}),
        ("- prompt: 007\n", {"prompt": "007"}),
        ("- prompt: [007, 2026-11-23]\n", {"prompt": ["007", "2026-11-23"]}),
        ("- prompt: 'null'\n", {"prompt": "null"}),
        ("- prompt: !!str null\n", {"prompt": "null"}),
        (
            "- {prompt: red fox, expand: no, lenient: yes}\n",
            FOX | {"expand": "no", "lenient": "yes"},
        ),
        ("- {prompt: red fox, steps: ~, seed: }\n", FOX),
        ("- {prompt: red fox, negative: ''}\n", FOX | {"negative": ""}),
        ("- {prompt: red fox, size: 512x768}\n", FOX | {"size": "512x768"}),
    ],
)
def test_yaml_says_what_is_written(text: str, expected: dict[str, Any]) -> None:
    assert said("yaml", text) == [expected]
    assert all(type(value) in (str, list) for row in said("yaml", text) for value in row.values())


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("steps: 1:30", "bad-steps"),
        ("steps: 2026-11-23", "bad-steps"),
        ("seed: 2026-11-23", "bad-seed"),
        ("steps: 010", "bad-steps"),
        ("seed: [1, 010]", "bad-seed"),
        ("steps: yes", "bad-steps"),
        ("steps: 0x1F", "bad-steps"),
        ("lenient: maybe", "bad-lenient"),
        ("steps: {a: 1}", "nested-value"),
        ("seed: [[1]]", "nested-value"),
        ("seed: [1, [2, [3, [4, [5]]]]]", "nested-value"),
        ("steps: 3\n  cfg: 1\n  guidance: 2", "duplicate-option"),
        ("steps: !!python/object:os.system x", "not-yaml"),
        ("steps: !!timestamp 2026-11-23", "not-yaml"),
        ("steps: *nowhere", "not-yaml"),
        ("? [a]\n  : b", "not-yaml"),
        ("<<: fox", "not-yaml"),
        ("a red fox: on a hill", "unknown-option"),
    ],
)
def test_what_yaml_would_misread_is_told(value: str, code: str) -> None:
    found = lines("yaml", f"- cat\n- prompt: fox\n  {value}\n- owl\n")
    assert codes(found) == [(2, code)]
    assert len(found) == 3


def test_rows_of_yaml_know_their_lines() -> None:
    text = (
        "# c\n- a\n\n- prompt: b\n  steps: 3\n- |\n  c\n  d\n- e\n---\n---\n- f\n---\nprompt: g\n"
    )
    assert [line.number for line in lines("yaml", text)] == [2, 4, 6, 9, 12, 14]


def test_anchors_and_merges_work_within_a_document() -> None:
    text = """
- &base {prompt: red fox, steps: 30, cfg: 7}
- <<: *base
  guidance: 3
- *base
- <<: [{steps: 5}, *base]
- prompt: &words blue cat
  negative: *words
"""
    base = FOX | {"steps": "30", "guidance": "7"}
    assert said("yaml", text) == [
        base,
        base | {"guidance": "3"},
        base,
        base | {"steps": "5"},
        {"prompt": "blue cat", "negative": "blue cat"},
    ]
    assert codes(lines("yaml", "--- &a\nprompt: fox\n---\n- *a\n")) == [(4, "not-yaml")]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("- a\n- b: [1\n- c\n", 4),
        ("- a\n- {red|blue} fox\n", 2),
        ("- a\n-\tb: c\n", 2),
        ('- a\n- "b\n', 3),
        ("- a\n- prompt: fox: cat\n", 2),
        ("- a\n- @b\n", 2),
        ("- a\nb: c\n", 2),
    ],
)
def test_broken_yaml_is_told_where_it_breaks(text: str, number: int) -> None:
    found = lines("yaml", text)
    assert found[0] == Line(1, {"prompt": "a"})
    assert codes(found[-1:]) == [(number, "not-yaml")]


def test_a_null_item_and_a_list_in_the_list_are_no_rows() -> None:
    assert codes(lines("yaml", "- a\n-\n- [b]\n- ~\n")) == [(n, "bad-row") for n in (2, 3, 4)]


def bomb() -> str:
    levels = [f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]" for n in range(1, 12)]
    return "l0: &l0 [a, a]\n" + "\n".join(levels) + "\n"


def test_bombs_of_yaml_are_bounded() -> None:
    assert lines("yaml", bomb())[0].problems
    merges = "".join(f"- &m{n + 1} {{<<: [*m{n}, *m{n}], prompt: a}}\n" for n in range(50))
    assert said("yaml", "- &m0 {prompt: a, steps: 3}\n" + merges)[-1] == {
        "prompt": "a",
        "steps": "3",
    }
    assert lines("yaml", "- " + "[" * 50_000)[-1].problems
    assert lines("yaml", "- {a: " * 5_000)[-1].problems
    anchors = lines("yaml", "".join(f"- &a{n} fox\n" for n in range(1500)))
    assert {code for _, code in codes(anchors)} == {"too-many-anchors"}
    assert codes(lines("yaml", "- &a [*a]\n")) == [(1, "not-yaml")]


def test_one_scalar_of_yaml_does_not_fill_the_memory() -> None:
    found = lines("yaml", "- a\n- |\n" + "  many words\n" * 100_000)
    assert found[0].said == {"prompt": "a"}
    assert [code for _, *all_ in codes(found) for code in all_][-1] == "row-too-long"
    assert codes(lines("yaml", "- a\n- |\n" + "  words\n" * 15_000 + "- c\n")) == [
        (2, "row-too-long")
    ]


def test_without_the_c_loader_yaml_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    import yaml

    from imagegen.promptfile import yaml_rows

    quick = [
        lines("yaml", text) for text in (SAME["yaml"], SEVERAL["yaml"], "- a\n- |\n  b\n- c\n")
    ]
    monkeypatch.setattr(yaml_rows, "LOADER", yaml.SafeLoader)
    slow = [lines("yaml", text) for text in (SAME["yaml"], SEVERAL["yaml"], "- a\n- |\n  b\n- c\n")]
    assert [[line.said for line in one] for one in quick] == [
        [line.said for line in one] for one in slow
    ]
    assert list(map(codes, quick)) == list(map(codes, slow))


# Lines


def test_lines_are_json_or_text_by_their_beginning() -> None:
    text = '{"prompt": "a"}\n"b"\n{ "prompt": "c"}\n{}\n{d|e} f\n# g\nh --steps 3\n'
    found = lines("lines", text)
    assert [line.said.get("prompt") for line in found] == ["a", "b", "c", None, "{d|e} f", "h"]
    assert codes(found) == [(4, "no-prompt")]


def test_a_line_is_yielded_as_soon_as_it_arrives() -> None:
    out, into = os.pipe()
    arrived: queue.Queue[Line] = queue.Queue()

    def listen() -> None:
        with os.fdopen(out, "rb") as file:
            for line in read(file, "lines", "-"):
                arrived.put(line)

    threading.Thread(target=listen, daemon=True).start()
    with os.fdopen(into, "wb", buffering=0) as writer:
        for words in ("red fox", '{"prompt": "blue cat"}', "green owl"):
            writer.write(f"{words}\n".encode())
            assert arrived.get(timeout=20).said["prompt"] in words


# Mistakes, noise, size


MISTAKES = [
    ('{"prompt": "fox", "steps": "many"}', "bad-steps"),
    ('{"prompt": "fox", "steps": 2.5}', "bad-steps"),
    ('{"prompt": "fox", "steps": "9-1"}', "bad-steps"),
    ('{"prompt": "fox", "steps": true}', "bad-steps"),
    ('{"prompt": "fox", "seed": "x"}', "bad-seed"),
    ('{"prompt": "fox", "seed": "0-99999999999"}', "too-many-pictures"),
    ('{"prompt": "fox", "size": "big"}', "bad-size"),
    ('{"prompt": "fox", "width": "wide"}', "bad-width"),
    ('{"prompt": "fox", "count": [1]}', "bad-count"),
    ('{"prompt": "fox", "guidance": "strong"}', "bad-guidance"),
    ('{"prompt": "fox", "guidance": NaN}', "bad-guidance"),
    ('{"prompt": "fox", "zip": "maybe"}', "bad-zip"),
    ('{"prompt": "fox", "expand": "some"}', "bad-expand"),
    ('{"prompt": "fox", "model": ["a"]}', "bad-model"),
    ('{"prompt": "fox", "model": {"a": 1}}', "nested-value"),
    ('{"prompt": "fox", "seed": [[1]]}', "nested-value"),
    ('{"prompt": "fox", "colour": "red"}', "unknown-option"),
    ('{"prompt": "fox", "prompt": "cat"}', "duplicate-option"),
    ('{"prompt": "fo\\u0000x"}', "control-character"),
    ('{"prompt": "fo\\ud800x"}', "not-utf-8"),
    ('{"prompt": ""}', "empty-prompt"),
    ('{"prompt": null}', "no-prompt"),
    ('{"prompt": "fox"', "not-json"),
    ('"fox" and cat', "not-json"),
    ("fox --stesp 3", "unknown-option"),
    ("fox --steps", "no-value"),
    ("fox --am 0.5", "unsupported-option"),
    ("fox --s 3 --s 4", "duplicate-option"),
    ("fox --steps x", "bad-steps"),
    ("fo\x07x", "control-character"),
    ("x" * (LONGEST_ROW + 1), "row-too-long"),
    ("fo\udcffx", "not-utf-8"),
]


def test_a_file_of_thirty_mistakes_tells_each_with_its_line() -> None:
    rows = [line for mistake, _ in MISTAKES for line in (mistake, "red fox", "")]
    found = lines("lines", "\n".join(rows).encode(errors="surrogateescape"))
    assert codes(found) == [(3 * n + 1, code) for n, (_, code) in enumerate(MISTAKES)]
    assert [line.said for line in found if not line.problems] == [FOX] * len(MISTAKES)


def noises() -> Iterator[bytes]:
    dice = random.Random(7)
    marks = b"{}[]\":,;-#&*!|>%@?<~\n\n\t \\/'=0123456789aeinptuxyNI\xff\xc3\x00\x85"
    for _ in range(150):
        yield dice.randbytes(dice.randrange(400))
        yield bytes(dice.choices(marks, k=dice.randrange(400)))
    for text in [*SAME.values(), *SEVERAL.values(), bomb(), *(row for row, _ in MISTAKES[:30])]:
        whole = text.encode()
        for _ in range(12):
            yield whole[: dice.randrange(len(whole) + 1)]
            yield whole[dice.randrange(len(whole) + 1) :]
            damaged = bytearray(whole)
            for _ in range(3):
                damaged[dice.randrange(len(damaged))] = dice.choice(marks)
            yield bytes(damaged)


@pytest.mark.parametrize("form", FORMATS)
def test_no_bytes_ever_raise(form: str) -> None:
    for noise in noises():
        for line in lines(form, noise):
            assert line.number >= 1
            assert all(isinstance(problem, RequestError) for problem in line.problems)
            if not line.problems:
                options.ask(line.said)


BIG: dict[str, tuple[str, Callable[[int], str], str]] = {
    "text": ("", lambda n: f"red fox number {n} --d {n} --s 30 --l 7.5\n", ""),
    "csv": ("prompt,seed,steps,guidance\n", lambda n: f'"red fox, {n}",{n},30,7.5\n', ""),
    "tsv": ("prompt\tseed\tsteps\tguidance\n", lambda n: f"red fox {n}\t{n}\t30\t7.5\n", ""),
    "jsonl": ("", lambda n: f'{{"prompt": "fox {n}", "seed": {n}, "steps": 30}}\n', ""),
    "json": ('["fox"', lambda n: f',\n{{"prompt": "fox {n}", "seed": {n}, "steps": 30}}', "]"),
    "yaml": ("", lambda n: f"- prompt: red fox {n}\n  seed: {n}\n  steps: 30\n", ""),
    "lines": ("", lambda n: f'{{"prompt": "fox {n}", "seed": {n}, "steps": 30}}\n', ""),
}


def big(form: str, rows: int) -> bytes:
    head, row, tail = BIG[form]
    return f"{head}{''.join(map(row, range(rows)))}{tail}".encode()


@pytest.mark.parametrize("form", FORMATS)
def test_memory_does_not_grow_with_the_rows(form: str) -> None:
    def peak(rows: int) -> int:
        file = io.BytesIO(big(form, rows))
        tracemalloc.start()
        count = sum(not line.problems for line in read(file, form, form))
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert count in (rows, rows + 1)
        return most

    peak(10)  # what is imported and remembered once
    assert peak(10_000) < peak(5_000) + 100_000


@pytest.mark.parametrize("form", FORMATS)
def test_many_rows_are_read_quickly(form: str) -> None:
    file = io.BytesIO(big(form, 10_000))
    before = time.process_time()
    assert not any(line.problems for line in read(file, form, form))
    assert time.process_time() - before < 1.5  # a tenth of this is usual


# The schema, and the start


def test_the_schema_file_is_the_schema() -> None:
    path = Path(promptfile.__file__).with_name("row.schema.json")
    text = json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"
    assert path.read_text(encoding="utf-8") == text, "write it again: see schema()"


def kinds(part: Any) -> Iterator[list[str]]:
    """Each list of types in a schema."""
    if isinstance(part, dict):
        if isinstance(part.get("type"), list):
            yield part["type"]
        for inner in part.values():
            yield from kinds(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from kinds(inner)


def test_the_schema_knows_every_option_and_alias() -> None:
    row = schema()
    assert set(row["properties"]) == {*options.OPTIONS, "error"}
    assert (row["required"], row["additionalProperties"]) == (["prompt"], False)
    for name in options.OPTIONS:
        for words in kinds(row["properties"][name]):
            assert len(set(words)) == len(words)  # the meta-schema wants it so
    for alias, name in options.ALIASES.items():
        assert alias in row["properties"][name]["description"]


def test_only_a_yaml_file_imports_yaml() -> None:
    probe = "import imagegen.promptfile, sys; print({'yaml', 'torch', 'numpy'} & {*sys.modules})"
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
