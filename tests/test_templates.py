"""Templates mean what users of dynamicprompts expect, and end, whatever they are."""

import json
import random
from collections import Counter
from itertools import islice
from pathlib import Path

import pytest

from imagegen.errors import FileError, ImagegenError, RequestError
from imagegen.templates import Wildcards, check, every, how_many, is_template, one, parse

FILES = {
    "animals.txt": "# who rides\nfox\n\nowl\nbear  \n",
    "places/coast.txt": "a pier\na lighthouse\n",
    "places/hills.txt": "a meadow\n{foggy|sunny} peak\n",
    "rider.txt": "a ${who:child} on a {red|blue} bicycle\n",
    "pair.txt": "__animals__ and __places/coast__\n",
    "colours.yaml": (
        "colours:\n  warm:\n    - red\n    - 3::orange\n  cold: [blue]\n"
        "  single: violet\n  number: 5\n"
    ),
    "things.json": json.dumps(
        {"things": {"small": ["cup", "key"], "big": [{"text": "house", "weight": 2}]}}
    ),
    "moods.yaml": "- calm\n- wild\n",
}

# Each was given to dynamicprompts 0.31.0 with these files: its set of texts is the same, but for
# the space after a comma, which its documentation shows and its code leaves out.
AGREED = [
    ("a {red|blue|green} kite", ["a red kite", "a blue kite", "a green kite"]),
    ("a {red|} kite", ["a red kite", "a  kite"]),
    ("{|tall }tower", ["tower", "tall tower"]),
    ("{ red | blue } boat", ["red  boat", "blue  boat"]),
    ("{big |small |}cat", ["big cat", "small cat", "cat"]),
    ("a {dark {red|blue}|pale} sky", ["a dark red sky", "a dark blue sky", "a pale sky"]),
    (
        "{{a fox|an owl}|a {bear|wolf}} at night",
        ["a fox at night", "an owl at night", "a bear at night", "a wolf at night"],
    ),
    ("{3::fox|1::owl|bear}", ["fox", "owl", "bear"]),
    ("{0.5::fox|.5::owl}", ["fox", "owl"]),
    ("{fox|fox|owl}", ["fox", "owl"]),
    ("{fox}", ["fox"]),
    ("{|}", [""]),
    (
        "{2$$rain|snow|fog}",
        ["rain, snow", "rain, fog", "snow, rain", "snow, fog", "fog, rain", "fog, snow"],
    ),
    ("{2$$rain|rain|fog}", ["rain, fog", "fog, rain"]),
    ("{1-2$$rain|snow}", ["rain", "snow", "rain, snow", "snow, rain"]),
    (
        "{-2$$rain|snow|fog}",
        [
            "rain",
            "snow",
            "fog",
            "rain, snow",
            "rain, fog",
            "snow, rain",
            "snow, fog",
            "fog, rain",
            "fog, snow",
        ],
    ),
    (
        "{2-$$rain|snow|fog}",
        [
            "rain, snow",
            "rain, fog",
            "snow, rain",
            "snow, fog",
            "fog, rain",
            "fog, snow",
            "rain, snow, fog",
            "rain, fog, snow",
            "snow, rain, fog",
            "snow, fog, rain",
            "fog, rain, snow",
            "fog, snow, rain",
        ],
    ),
    ("{0-1$$rain|snow}", ["", "rain", "snow"]),
    ("{0$$rain|snow}", [""]),
    ("{4$$rain|snow}", ["rain, snow", "snow, rain"]),
    (
        "{2$$ and $$fox|owl|bear}",
        [
            "fox and owl",
            "fox and bear",
            "owl and fox",
            "owl and bear",
            "bear and fox",
            "bear and owl",
        ],
    ),
    ("{1-2$$ and $$fox|owl}", ["fox", "owl", "fox and owl", "owl and fox"]),
    ("{2$$|$$fox|owl}", ["fox|owl", "owl|fox"]),
    ("{2$$ + $$3::fox|1::owl}", ["fox + owl", "owl + fox"]),
    (
        "{2$${red|blue} hat|coat}",
        ["red hat, coat", "blue hat, coat", "coat, red hat", "coat, blue hat"],
    ),
    (
        "{fox|owl}, {day|night}, {ink|oil}",
        [
            "fox, day, ink",
            "fox, day, oil",
            "fox, night, ink",
            "fox, night, oil",
            "owl, day, ink",
            "owl, day, oil",
            "owl, night, ink",
            "owl, night, oil",
        ],
    ),
    ("{a fox|an owl}|{day}", ["a fox|day", "an owl|day"]),
    (
        "(a {red|blue} fox:1.2), [rain|snow]",
        ["(a red fox:1.2), [rain|snow]", "(a blue fox:1.2), [rain|snow]"],
    ),
    ("<lora:ink:0.8> {fox|owl}", ["<lora:ink:0.8> fox", "<lora:ink:0.8> owl"]),
    ("{ratio 1::2|plain}", ["ratio 1::2", "plain"]),
    ("__animals__ at night", ["fox at night", "owl at night", "bear at night"]),
    ("a {fast __animals__|slow owl}", ["a fast fox", "a fast owl", "a fast bear", "a slow owl"]),
    (
        "{2$$__animals__}",
        ["fox, owl", "fox, bear", "owl, fox", "owl, bear", "bear, fox", "bear, owl"],
    ),
    (
        "{1-2$$ near $$__animals__}",
        [
            "fox",
            "owl",
            "bear",
            "fox near owl",
            "fox near bear",
            "owl near fox",
            "owl near bear",
            "bear near fox",
            "bear near owl",
        ],
    ),
    ("__places/coast__", ["a pier", "a lighthouse"]),
    ("__places/*__", ["a pier", "a lighthouse", "a meadow", "foggy peak", "sunny peak"]),
    ("__pl*__", ["a pier", "a lighthouse", "a meadow", "foggy peak", "sunny peak"]),
    ("__**/hills__", ["a meadow", "foggy peak", "sunny peak"]),
    ("__hills__", ["a meadow", "foggy peak", "sunny peak"]),
    (
        "__pair__",
        [
            "fox and a pier",
            "fox and a lighthouse",
            "owl and a pier",
            "owl and a lighthouse",
            "bear and a pier",
            "bear and a lighthouse",
        ],
    ),
    ("__colours/warm__ and __colours/cold__", ["red and blue", "orange and blue"]),
    ("__colours/*__", ["blue", "violet", "red", "orange"]),
    ("__colours/single__", ["violet"]),
    ("__things/small__ in a __things/big__", ["cup in a house", "key in a house"]),
    ("__moods__ sea", ["calm sea", "wild sea"]),
    (
        "${c={red|blue}}${c} hat, ${c} coat",
        ["red hat, red coat", "red hat, blue coat", "blue hat, red coat", "blue hat, blue coat"],
    ),
    ("${c=red}a ${c} hat", ["a red hat"]),
    ("a ${c:{red|blue}} hat", ["a red hat", "a blue hat"]),
    ("${c=!red}${c} and ${c}", ["red and red"]),
    ("${a={x|y}}${b=${a}!}${b}", ["x!", "y!"]),
    ("__rider__", ["a child on a red bicycle", "a child on a blue bicycle"]),
    ("__rider(who=fox)__", ["a fox on a red bicycle", "a fox on a blue bicycle"]),
    (
        "__rider(who={fox|owl})__",
        [
            "a fox on a red bicycle",
            "a fox on a blue bicycle",
            "a owl on a red bicycle",
            "a owl on a blue bicycle",
        ],
    ),
    (
        "${who={fox|owl}}__rider__",
        [
            "a fox on a red bicycle",
            "a fox on a blue bicycle",
            "a owl on a red bicycle",
            "a owl on a blue bicycle",
        ],
    ),
    ("{!fox|owl} {day|night}", ["fox day", "fox night", "owl day", "owl night"]),
    ("# a comment\n{fox|owl} at night", ["\nfox at night", "\nowl at night"]),
    ("{fox|# not now: bear\nowl}", ["fox", "owl"]),
]

# Where we part from that library, each time on purpose.
OUR_OWN = [
    # its documentation promises both, its code gives the first
    ("${x=!{red|blue}}${x} hat, ${x} coat", ["red hat, red coat", "blue hat, blue coat"]),
    # a weight of 0 has no chance, so it is none of the texts there are
    ("{0::fox|owl}", ["owl"]),
    ("{ 2 :: fox | owl }", ["fox ", "owl "]),
    # the joiner stands where the space was
    ("{2$$ fox | owl }", ["fox, owl", "owl, fox"]),
    ("{2$$$$fox|owl}", ["foxowl", "owlfox"]),
    # the options differ, their texts need not: as there by chance
    ("{2$${a|b}|{a}}", ["a, a", "b, a", "a, a", "a, b"]),
    ("{3$$fox||owl|}", ["fox, owl", "fox, owl", "fox, owl", "owl, fox", "owl, fox", "owl, fox"]),
    # escapes, which it has not; a backslash before anything else is a backslash
    (
        r"\{a\|b\} \_\_x\_\_ \$\{ \\ \# \( {a\|b|c\}}",
        [r"{a|b} __x__ ${ \ # \( a|b", r"{a|b} __x__ ${ \ # \( c}"],
    ),
    # money, percent and comments of other languages are text
    ("$5 100% {a|b} // c /* d */", ["$5 100% a // c /* d */", "$5 100% b // c /* d */"]),
]

# of the seeds 0, 1, 7, -7 and 2**62
GOLDEN = [
    "a green bird, dog in fog, ink, far",
    "a blue cat, bird in sun and rain, ink, near",
    "a blue dog, cat in sun and fog, ink, far",
    "a blue cat, dog in fog and sun, oil, far",
    "a blue bird, cat in rain, oil, near",
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    return tmp_path


NOTHING = Wildcards(None)
CHAIN = "${v0=x}" + "".join(f"${{v{n}=${{v{n - 1}}}}}" for n in range(1, 60)) + "{a|${v59}}"


def texts(template: str, wildcards: Wildcards = NOTHING) -> list[str]:
    return list(every(parse(template), wildcards))


@pytest.mark.parametrize(("template", "expected"), AGREED)
def test_a_template_has_the_texts_of_the_conventions(
    template: str, expected: list[str], folder: Path
) -> None:
    assert set(texts(template, Wildcards(folder))) == set(expected)


@pytest.mark.parametrize(("template", "expected"), OUR_OWN)
def test_where_we_part_from_the_conventions(template: str, expected: list[str]) -> None:
    assert texts(template) == expected


@pytest.mark.parametrize("template", [template for template, _ in AGREED + OUR_OWN])
def test_all_texts_are_counted_and_only_they_are_drawn(template: str, folder: Path) -> None:
    wildcards, parsed = Wildcards(folder), parse(template)
    found = list(every(parsed, wildcards))
    assert how_many(parsed, wildcards) == len(found)
    if "{!" not in template:
        assert {one(parsed, wildcards, seed) for seed in range(40)} <= set(found)


@pytest.mark.parametrize(
    "text",
    ["", "a fox, (soft light:1.2), [rain|snow]", "the #1 fox", "snake_case", "a } b", "$5", "\\("],
)
def test_a_plain_prompt_is_itself(text: str) -> None:
    assert not is_template(text)


@pytest.mark.parametrize("text", ["{a|b}", "__a__", "${x}", r"\{a\}", r"\_\_a\_\_", "a { b"])
def test_what_could_mean_something_is_a_template(text: str) -> None:
    assert is_template(text)


@pytest.mark.parametrize(
    ("template", "problem"),
    [
        ("a red {fox|owl", "'{' at character 7 is never closed"),
        ("a red fox} or {b}", "'}' at character 10 closes nothing"),
        ("{a|b}}", "'}' at character 6 closes nothing"),
        ("a {} b", "nothing in '{' at character 3"),
        ("{2$$}", "nothing in '{' at character 1"),
        ("{2-1$$a|b}", "'2-1$$' at character 2 runs backwards"),
        ("{-$$a|b}", "'-$$' at character 2"),
        ("{$$a|b}", "'$$' at character 2"),
        ("{1 2$$a|b}", "'1 2$$' at character 2"),
        ("{two$$a|b}", "'$$' at character 5 does not follow a number"),
        ("{1000000$$a|b}", "'1000000$$' at character 2 is too many"),
        ("{-1::a|b}", "weight -1 at character 2"),
        ("{a|1e99::b}", "weight 1e99 at character 4"),
        ("{0::a|0::b}", "every weight in '{' at character 1"),
        ("{@a|b}", "'@' at character 2"),
        ("__@a__", "'@' at character 3"),
        ("a__b", "begins at character 2 is never closed"),
        ("____", "'__' at character 1 begins no wildcard"),
        ("{a__b|c__d}", "begins at character 3 has '|' in its name"),
        ("__a{b|c}__", "begins at character 1 has '{' in its name"),
        ("__a(b)__", "no name and '=' at character 5"),
        ("__a(x=b", "'(' at character 4 is never closed"),
        ("__a(x=1, x=2)__", "'x' is set twice"),
        ("${x=1}${x=2}", "'x' is set twice"),
        ("{${x=1}|b}", "set inside something else at character 2"),
        ("${x=a|b}", "'|' at character 6 stands outside a choice"),
        ("${x=a", "'${' at character 1 is never closed"),
        ("${5}", "'${' at character 1 names no variable"),
        ("%{a ... $$b}", "'%{' at character 1 is not supported"),
        ("{" * 60_000, "deeper than 50 at character 51"),
    ],
    ids=lambda text: text[:30],
)
def test_a_slip_is_refused_with_its_place(template: str, problem: str) -> None:
    with pytest.raises(RequestError) as caught:
        parse(template)
    assert caught.value.code == "bad-template"
    assert problem in caught.value.message
    assert caught.value.hint


@pytest.mark.parametrize(
    ("template", "code", "problem"),
    [
        ("a {${x}|b}", "unknown-variable", "'x' at character 4 has no value"),
        ("${x=${x}}{${x}|b}", "circular-variable", "x → x"),
        ("${x=${y}}${y=${x}}{${x}|b}", "circular-variable", "x → y → x"),
        ("{__a__|b}", "unknown-wildcard", "'a'"),
        ("{1-$$" + "|".join(map(str, range(101))) + "}", "bad-template", "ends at 101"),
        (CHAIN, "bad-template", "leads deeper than 50"),
    ],
    ids=lambda text: text[:30],
)
def test_what_cannot_be_expanded_is_refused_for_any_seed(
    template: str, code: str, problem: str
) -> None:
    for refuse in (check, how_many, every):
        with pytest.raises(RequestError) as caught:
            refuse(parse(template), NOTHING)
        assert caught.value.code == code
        assert problem in caught.value.message


def test_a_mark_is_obeyed_or_refused() -> None:
    by_chance, all_of_them = parse("{~a|b}"), parse("{!a|b}")
    assert one(by_chance, NOTHING, 1) in "ab"
    assert list(every(all_of_them, NOTHING)) == ["a", "b"]
    check(by_chance, NOTHING)
    for refused in (
        lambda: every(by_chance, NOTHING),
        lambda: how_many(by_chance, NOTHING),
        lambda: one(all_of_them, NOTHING, 1),
        lambda: check(all_of_them, NOTHING),
    ):
        with pytest.raises(RequestError, match="at character 1 wants"):
            refused()


def test_a_seed_draws_the_same_text_on_any_machine_and_python() -> None:
    template = parse(
        "${x=!{ink|oil}}a {0.1::red|green|3.3::blue} {2$$cat|dog|bird} in "
        "{1-2$$ and $$rain|0.7::sun|fog}, ${x}, ${y:{far|near}}"
    )
    assert [one(template, NOTHING, seed) for seed in (0, 1, 7, -7, 2**62)] == GOLDEN


def test_chance_touches_nothing_else() -> None:
    random.seed(5)
    state = random.getstate()
    one(parse("{a|b}{2$$a|b|c}"), NOTHING, 1)
    assert random.getstate() == state


def test_weights_are_chances() -> None:
    template = parse("{3::fox|owl|fox}")
    drawn = Counter(one(template, NOTHING, seed) for seed in range(2000))
    assert 0.76 < drawn["fox"] / 2000 < 0.84


def test_several_are_different_and_weighted(folder: Path) -> None:
    template, wildcards = parse("{2$$__animals__}"), Wildcards(folder)
    for seed in range(50):
        first, second = one(template, wildcards, seed).split(", ")
        assert first != second
    heavy = parse("{2$$99::a|b|c|d}")
    assert sum(one(heavy, NOTHING, seed).startswith("a") for seed in range(200)) > 180


def test_every_text_comes_in_order_and_only_when_asked_for() -> None:
    assert texts("{a|b}{1|2}") == ["a1", "a2", "b1", "b2"]
    endless = parse("{a|b}" * 10_000)
    assert how_many(endless, NOTHING) == 2**10_000
    first, second = islice(every(endless, NOTHING), 2)
    assert first == "a" * 10_000
    assert second == "a" * 9_999 + "b"
    assert len(one(endless, NOTHING, 1)) == 10_000


def test_how_many_needs_no_list() -> None:
    many = "|".join(str(number) for number in range(5000))
    assert how_many(parse(f"{{3$${many}}}"), NOTHING) == 5000 * 4999 * 4998
    mixed = parse("{0-3$${a|b}|c|{d|e|f}|}")
    assert how_many(mixed, NOTHING) == len(list(every(mixed, NOTHING)))


@pytest.mark.parametrize("start", ["x", "", "{x|y}"])
def test_a_template_that_doubles_and_doubles_is_refused(start: str) -> None:
    template = parse(
        f"${{v0={start}}}"
        + "".join(f"${{v{n}=${{v{n - 1}}}${{v{n - 1}}}}}" for n in range(1, 49))
        + "${v48}"
    )
    for expand in (lambda: one(template, NOTHING, 1), lambda: next(every(template, NOTHING))):
        with pytest.raises(RequestError) as caught:
            expand()
        assert caught.value.code == "endless-template"


@pytest.mark.parametrize(
    "template",
    [
        "{" + " " * 60_000 + "a|b}",
        "{1" + " " * 60_000 + "$$a|b}",
        "{" + "1" * 60_000 + "|b}",
        "{1$$" + r"\a" * 30_000 + "|b}",
        "{" + "1|" * 30_000 + "}",
        "\\" * 60_000 + "{a|b}",
    ],
    ids=lambda text: text[:10],
)
def test_a_long_template_is_read_in_one_pass(template: str) -> None:
    assert how_many(parse(template), NOTHING) in (1, 2)


def test_settings_stay_or_give_way(folder: Path) -> None:
    (folder / "walk.txt").write_text("${who?=!{fox|owl}}${who} and ${who}\n")
    wildcards = Wildcards(folder)
    assert texts("__walk__", wildcards) == ["fox and fox", "owl and owl"]
    assert texts("${who=bear}__walk__", wildcards) == ["bear and bear"]
    assert texts("__walk(who=cat)__", wildcards) == ["cat and cat"]


def test_values_keep_their_order_and_come_once(folder: Path) -> None:
    (folder / "more.txt").write_text("zebra\nant\nzebra\n2::ant\n")
    wildcards = Wildcards(folder)
    assert texts("__more__", wildcards) == ["zebra", "ant"]
    (folder / "more.txt").write_text("changed\n")
    assert texts("__more__", wildcards) == ["zebra", "ant"]
    assert texts("__more__", Wildcards(folder)) == ["changed"]


def test_text_files_have_weights_too(folder: Path) -> None:
    (folder / "more.txt").write_text("9::fox\nowl\n0::bear\n")
    values = Wildcards(folder).values("more")
    assert [option.weight for option in values.items] == [9, 1]
    drawn = Counter(one(parse("__more__"), Wildcards(folder), seed) for seed in range(300))
    assert drawn["fox"] > 240


def test_yaml_may_explain_itself_and_end_in_yml(folder: Path) -> None:
    (folder / "deep").mkdir()
    (folder / "deep" / "any.yml").write_text(
        "look:\n  old:\n    - |\n      # how it is used\n      an ${age:old} map\n"
        "    - 1980\n    -\n"
        "    - {text: a print, weight: 3}\n"
    )
    found = texts("__deep/look/old__", Wildcards(folder))
    assert [text.strip() for text in found] == ["an old map", "1980", "a print"]


def test_an_unknown_wildcard_is_told_with_its_neighbours(folder: Path) -> None:
    for name in ("animal", "places/anmals", "../animals"):
        with pytest.raises(RequestError) as caught:
            Wildcards(folder).values(name)
        assert caught.value.code == "unknown-wildcard"
        assert "__animals__" in caught.value.hint
        assert str(folder) in caught.value.hint


@pytest.mark.parametrize(
    ("files", "code", "problem"),
    [
        ({"a.txt": "x\n{y|__b__}\n", "b.txt": "__a__\n"}, "circular-wildcard", "a → b → a"),
        ({"a.txt": "x\n__*__\n"}, "circular-wildcard", "* → *"),
        ({"a.txt": "x\n{y|z\n"}, "bad-template", "a.txt, line 2: '{' at character 1"),
        ({"a.txt": "x\n{y|__z__}\n"}, "unknown-wildcard", "a.txt, line 2: there is no"),
        ({"a.txt": "x\n{y|${z}}\n"}, "unknown-variable", "'z' at character 4 of a.txt, line 2"),
        ({"a.txt": "# x\n\n"}, "empty-wildcard", "'a'"),
        ({"a.yaml": "a: [{b|c}]\n"}, "bad-wildcards", "a.yaml, a, value 1"),
        ({"a.yaml": "a: [yes]\n"}, "bad-wildcards", "True"),
        ({"a.yaml": "a: [b\n"}, "bad-wildcards", "a.yaml"),
        ({"a.json": "{"}, "bad-wildcards", "a.json"),
        (
            {f"{n}.txt": f"__{n + 1}__" for n in range(200)} | {"a.txt": "__0__"},
            "bad-template",
            "deeper than 50",
        ),
    ],
)
def test_a_bad_file_is_refused_with_its_place(
    files: dict[str, str], code: str, problem: str, tmp_path: Path
) -> None:
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    with pytest.raises(ImagegenError) as caught:
        check(parse("{b|__a__}"), Wildcards(tmp_path))
    assert caught.value.code == code
    assert problem in caught.value.message


def test_mappings_that_hold_themselves_and_huge_numbers_end(tmp_path: Path) -> None:
    (tmp_path / "self.yaml").write_text("a: &x\n  b: *x\n  c: [red]\n")
    with pytest.raises(FileError, match="mappings in each other"):
        Wildcards(tmp_path).values("c")
    (tmp_path / "self.yaml").write_text("n: [" + "9" * 400 + "]\n")
    assert Wildcards(tmp_path).values("n")
    assert Wildcards(tmp_path / ("x" * 300)) is not None


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="no folder"):
        Wildcards(tmp_path / "none").values("a")
    (tmp_path / "a.txt").write_bytes(b"\xff\xfe")
    with pytest.raises(FileError, match="UTF-8"):
        Wildcards(tmp_path).values("a")
