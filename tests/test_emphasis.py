r"""The grammars of prompts, by the rules that the tools themselves publish."""

import random
import time

import pytest

from imagegen import emphasis
from imagegen.emphasis import SYNTAXES, means_something, parse, weighs, words
from imagegen.errors import RequestError

Spans = list[tuple[str, float]]


def spans(text: str, syntax: str) -> list[Spans]:
    return [[(one.text, round(one.weight, 6)) for one in part] for part in parse(text, syntax)]


A1111: list[tuple[str, Spans]] = [
    # As webui's own parser documents itself.
    ("normal text", [("normal text", 1)]),
    ("an (important) word", [("an ", 1), ("important", 1.1), (" word", 1)]),
    ("(unbalanced", [("unbalanced", 1.1)]),
    (r"\(literal\]", [("(literal]", 1)]),
    ("(unnecessary)(parens)", [("unnecessaryparens", 1.1)]),
    (
        "a (((house:1.3)) [on] a (hill:0.5), sun, (((sky))).",
        [
            *(("a ", 1), ("house", 1.573), (" ", 1.1), ("on", 1), (" a ", 1.1), ("hill", 0.55)),
            *((", sun, ", 1.1), ("sky", 1.4641), (".", 1.1)),
        ],
    ),
    # Its rules, one by one.
    ("", [("", 1)]),
    ("[less] [[least]]", [("less", 0.909091), (" ", 1), ("least", 0.826446)]),
    ("((a:1.5) b:2)", [("a", 3), (" b", 2)]),
    ("([a])", [("a", 1)]),
    ("(a [b) c]", [("a ", 1.1), ("b", 1), (" c", 0.909091)]),
    ("(a: 1.2 )", [("a", 1.2)]),
    ("(a:0) (b:-1.5) (c:+2)", [("a", 0), (" ", 1), ("b", -1.5), (" ", 1), ("c", 2)]),
    ("(a:.5)(b:2.)", [("a", 0.5), ("b", 2)]),
    ("a:1.3) b", [("a:1.3) b", 1)]),
    ("a) b] c", [("a) b] c", 1)]),
    ("[a:b]", [("a:b", 0.909091)]),
    ("(a:b)", [("a:b", 1.1)]),
    ("(a:1.2", [("a:1.2", 1.1)]),
    ("12:30 o'clock, 16:9", [("12:30 o'clock, 16:9", 1)]),
    (r"a\b \\ \x", [(r"ab \ x", 1)]),
    (r"(\(a\):1.2)", [("(a)", 1.2)]),
    ("()", [("", 1)]),
    ("(a)\n(b)", [("a", 1.1), ("\n", 1), ("b", 1.1)]),
    ("(猫:1.2)🐈 (émeraude)", [("猫", 1.2), ("🐈 ", 1), ("émeraude", 1.1)]),
    ("(a:1.30000001)", [("a", 1.3)]),
    ("a | b", [("a | b", 1)]),
    (r"\[a|b\]", [("[a|b]", 1)]),
    ("sand and band, BREAKFAST and ANDROID", [("sand and band, BREAKFAST and ANDROID", 1)]),
]
COMFY: list[tuple[str, Spans]] = [
    ("a (b) c", [("a ", 1), ("b", 1.1), (" c", 1)]),
    ("((a))", [("a", 1.21)]),
    ("a (b:1.3)", [("a ", 1), ("b", 1.3)]),
    ("((a:1.5) b:2)", [("a", 1.5), (" b", 2)]),  # sets, does not multiply
    ("((a:2) b)", [("a", 2), (" b", 1.1)]),
    ("(a (b:1.2))", [("a ", 1.1), ("b", 1.2)]),
    ("[a] [b:0.5] c|d AND BREAK", [("[a] [b:0.5] c|d AND BREAK", 1)]),
    (r"\(a\) (b\):1.2) \[", [("(a) ", 1), ("b)", 1.2), (r" \[", 1)]),
    ("(a", [("(a", 1)]),
    ("((a)", [("(a", 1.1)]),
    ("a) (b:1.5)", [("a) (b:1.5)", 1)]),
    ("(a:b)", [("a:b", 1.1)]),
    ("(:1.5)", [(":1.5", 1.1)]),
    ("(a:1e1)(b:-0.5)(c: 0 )", [("a", 10), ("b", -0.5), ("c", 0)]),
    ("(猫:1.2)🐈", [("猫", 1.2), ("🐈", 1)]),
]
COMPEL: list[tuple[str, Spans]] = [
    # As compel's own tests and pages have it.
    ("fire flames", [("fire flames", 1)]),
    ("fire (flames)", [("fire flames", 1)]),
    ("cat hot-dog eating", [("cat hot-dog eating", 1)]),
    ("(flames)0.5", [("flames", 0.5)]),
    ("(fire flames)0.5", [("fire flames", 0.5)]),
    ("flames+", [("flames", 1.1)]),
    ('"flames"+', [("flames", 1.1)]),
    ("(flames)-", [("flames", 0.9)]),
    ("fire flames--", [("fire", 1), ("flames", 0.81)]),
    ("flowers fire++ flames", [("flowers", 1), ("fire", 1.21), ("flames", 1)]),
    ("(flowers)--- flames+++", [("flowers", 0.729), ("flames", 1.331)]),
    ("(pretty flowers)+, the flames", [("pretty flowers", 1.1), (", the flames", 1)]),
    ("fire (flames (trees)1.5)2.0", [("fire", 1), ("flames", 2), ("trees", 3)]),
    ("a (picking apricots+)++", [("a", 1), ("picking", 1.21), ("apricots", 1.331)]),
    ("a badly formed +test prompt", [("a badly formed +test prompt", 1)]),
    ("a badly (formed test prompt", [("a badly (formed test prompt", 1)]),
    ("a badly (formed +test )prompt", [("a badly formed +test prompt", 1)]),
    ("(((a badly (formed +test )prompt", [("(((a badly formed +test prompt", 1)]),
    ("(a (ba)dly (f)ormed +test prompt", [("(a ba dly f ormed +test prompt", 1)]),
    ("hamburger ((bun))", [("hamburger bun", 1)]),
    # Its rules, one by one.
    ("fire, flames+.", [("fire,", 1), ("flames", 1.1), (".", 1)]),
    ("fire,flames+", [("fire,", 1), ("flames", 1.1)]),
    ("(fire) +", [("fire +", 1)]),
    ("x - y", [("x - y", 1)]),
    ("(a)0(b)2nd", [("a", 0), ("b", 2), ("nd", 1)]),
    (r"\(a\) C\+\+", [("(a) C++", 1)]),
    ('"say \\"a\\""++', [('say "a"', 1.21)]),
    ('5" nails, "a (b', [('5" nails, "a (b', 1)]),
    ("[a] a|b BREAK AND", [("[a] a|b BREAK AND", 1)]),
    ("猫++ 🐈", [("猫", 1.21), ("🐈", 1)]),
    ("()", [("", 1)]),
]


@pytest.mark.parametrize(("text", "expected"), A1111)
def test_the_grammar_of_webui(text: str, expected: Spans) -> None:
    assert spans(text, "a1111") == [expected]


@pytest.mark.parametrize(("text", "expected"), COMFY)
def test_the_grammar_of_comfyui(text: str, expected: Spans) -> None:
    assert spans(text, "comfy") == [expected]


@pytest.mark.parametrize(("text", "expected"), COMPEL)
def test_the_grammar_of_compel(text: str, expected: Spans) -> None:
    assert spans(text, "compel") == [expected]


@pytest.mark.parametrize("text", [text for text, _ in (*A1111, *COMFY, *COMPEL)])
def test_plain_text_is_itself(text: str) -> None:
    assert spans(text, "plain") == [[(text, 1)]]
    assert words(text, "plain") == text
    assert not means_something(text, "plain")


@pytest.mark.parametrize(
    ("text", "stretches"),
    [
        ("a BREAK b", [[("a", 1)], [("b", 1)]]),
        ("a\nBREAK\n(b)", [[("a", 1)], [("b", 1.1)]]),
        ("a, BREAK, b", [[("a,", 1)], [(", b", 1)]]),
        ("(a BREAK b:1.2)", [[("a", 1.2)], [("b", 1.2)]]),
        ("BREAK BREAK", [[("", 1)], [("", 1)], [("", 1)]]),
        ("a_BREAK break", [[("a_BREAK break", 1)]]),
    ],
)
def test_break_parts_a_prompt(text: str, stretches: list[Spans]) -> None:
    assert spans(text, "a1111") == stretches


@pytest.mark.parametrize(
    ("text", "syntax", "named"),
    [
        ("a [cat:dog:0.5] b", "a1111", "'[cat:dog:0.5]'"),
        ("a [cat:5]", "a1111", "'[cat:5]'"),
        ("[cat::.5]", "a1111", "'[cat::.5]'"),
        ("[(cat:1.2):dog: 3]", "a1111", "'[(cat:1.2):dog: 3]'"),
        ("([a:b:0.2])", "a1111", "'[a:b:0.2]'"),
        ("a [cat|dog] b", "a1111", "'[cat|dog]'"),
        ("[a|(b:1.1)|]", "a1111", "'[a|(b:1.1)|]'"),
        ("a cat AND a dog :1.2", "a1111", "AND"),
        ("a cat <lora:paper:0.8>", "a1111", "'<lora:paper:0.8>'"),
        ("a embedding:bad", "comfy", "'embedding:bad'"),
        ('("a", "b").blend(1, 0.8)', "compel", "'.blend(…)'"),
        ('("a", "b").and()', "compel", "'.and(…)'"),
        ("a cat.swap(dog)", "compel", "'.swap(…)'"),
        ("withLora(x, 0.5) cat", "compel", "'withLora(…)'"),
    ],
)
def test_what_draws_otherwise_there_is_refused_by_name(text: str, syntax: str, named: str) -> None:
    with pytest.raises(RequestError) as refusal:
        parse(text, syntax)
    assert refusal.value.code == "unsupported-syntax"
    assert named in refusal.value.message
    assert "--prompt-syntax plain" in refusal.value.hint


@pytest.mark.parametrize(
    ("text", "syntax"),
    [
        *(
            ("(a:101)", "a1111"),
            ("(a:-101)", "comfy"),
            ("(a)101", "compel"),
            ("(a:1.2.3)", "a1111"),
        ),
        *(("(a:inf)", "comfy"), ("(a:nan)", "comfy"), (f"(a:{'9' * 400})", "a1111")),
        *(
            (f"a{'+' * 99}", "compel"),
            (f"(a){'9' * 400}", "compel"),
            ("((a:1000):0)b(c:...)", "a1111"),
        ),
        *((f"{'(' * 51}a", "a1111"), (f"{'(' * 51}a{')' * 51}", "comfy")),
        *((f"{'[' * 51}a", "a1111"), (f"{'(' * 51}a{')' * 51}", "compel")),
    ],
)
def test_weights_without_measure_are_refused(text: str, syntax: str) -> None:
    with pytest.raises(RequestError) as refusal:
        parse(text, syntax)
    assert refusal.value.code == "bad-emphasis"
    assert len(refusal.value.message) < 200


def test_an_unknown_syntax_is_refused() -> None:
    with pytest.raises(RequestError) as refusal:
        parse("a", "midjourney")
    assert refusal.value.hint == "a1111, comfy, compel, plain"


@pytest.mark.parametrize(
    ("text", "syntax", "read"),
    [
        ("a (((house:1.3)) [on] a (hill:0.5).", "a1111", "a house on a hill."),
        ("a (red)(cat:2)", "a1111", "a red cat"),
        ("a (red) BREAK cat", "a1111", "a red cat"),
        (r"a \(red\) cat", "a1111", "a (red) cat"),
        ("a (red:1.2), cat", "comfy", "a red, cat"),
        ("a red++, (cat dog)0.5.", "compel", "a red, cat dog."),
        ("a  plain   prompt ", "a1111", "a  plain   prompt "),
    ],
)
def test_words_are_what_is_left_without_syntax(text: str, syntax: str, read: str) -> None:
    assert words(text, syntax) == read


def test_what_means_something_and_what_weighs() -> None:
    assert not means_something("a red cat, 16:9", "a1111")
    assert means_something(r"\(a\)", "a1111") and not weighs(r"\(a\)", "a1111")
    assert means_something("(a:1.0)", "a1111") and not weighs("(a:1.0)", "a1111")
    assert weighs("(a)", "a1111") and weighs("a BREAK b", "a1111")
    assert not weighs("(a)", "compel") and not weighs("[a]", "comfy")
    assert emphasis.DEFAULT in SYNTAXES


HOSTILE = [
    *("(", ")", "[", "]", "()", "[x]", "(a:1.1)", " ", ":", ": ", "(a ", "\\", '"a ', '"', "( ) "),
    *(
        "(b= ",
        "+",
        "a+",
        "a- ",
        "BREAK ",
        "((((a))))",
        "(:1",
        "<lora:",
        "|",
        "[(|",
        "9",
        "1:",
        "(1)",
    ),
    *(".", "embedding:", ".and", "\0", "\\(", '\\"', "AND", "[:", "((a) ", "a:1)"),
]


@pytest.mark.parametrize("syntax", SYNTAXES)
@pytest.mark.parametrize("piece", HOSTILE)
def test_a_hostile_prompt_takes_no_longer_than_a_long_one(piece: str, syntax: str) -> None:
    text = piece * (30_000 // len(piece))
    for hostile in (text, f"(a {text}", f"{text}]" if piece == "[:" else f"({'(' * 20}{text})"):
        started = time.process_time()
        try:
            read = parse.__wrapped__(hostile, syntax)
        except RequestError as refusal:
            assert len(refusal.message) < 200
        else:
            assert read
        assert time.process_time() - started < 2


def test_what_has_no_sign_of_a_syntax_means_the_same_in_all() -> None:
    dice = random.Random(1)
    bits = [
        "red",
        "cat",
        "and",
        "a.b",
        "x_y",
        "fox,",
        "é",
        "{",
        "$",
        "*",
        "2.5",
        "~",
        "!",
        "@",
        " ",
    ]
    bits += [
        "@",
        " ",
        "BREAK",
        "AND",
        ".and",
        "(",
        "embedding",
        "\n",
        ";",
        "?",
        "/",
        "`",
        "+",
        "<",
        "'",
    ]
    for _ in range(20_000):
        text = "".join(dice.choice(bits) for _ in range(dice.randrange(1, 8)))
        if emphasis.SIGNS.search(text) is None:
            for syntax in emphasis.SYNTAXES:
                assert emphasis.parse(text, syntax) == ((emphasis.Span(text),),)
