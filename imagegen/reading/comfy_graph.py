"""A ComfyUI graph: nodes by number, and the ways along its links. Loops in it end.

Format: the API graph, `id -> {class_type, inputs}`, where an input is a value or `[id, slot]`.
"""

from collections import deque
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

MOST_NODES = 5000  # that one walk looks at
MOST_LINKS = 50_000
LONGEST_WORDS = 1000  # of a text that links lead to, in kilobytes
DEEPEST = 100  # links from one value to where it is said
# Where nodes that only hand something on keep a value or a text.
VALUES = (
    *("value", "int", "float", "number", "seed", "noise_seed", "int_value", "float_value"),
    *("string", "text", "Value", "Number", "a"),
)
TEXTS = (
    *("text", "string", "value", "prompt", "populated_text", "wildcard_text", "text_0"),
    *("Text", "positive", "negative", "string_field", "text_positive", "text_negative"),
)
JOINED = (
    *("string_a", "string_b", "text_a", "text_b", "text_c", "text_d"),
    *("text1", "text2", "text3", "text4", "string1", "string2", "prefix", "suffix"),
    *("text_1", "text_2", "text_3", "text_4"),
)
DELIMITERS = ("delimiter", "separator")


class Node(NamedTuple):
    """One node: its class and its inputs."""

    kind: str
    inputs: Mapping[str, Any]


class Link(NamedTuple):
    """Where an input comes from: the node, and which of its outputs."""

    node: str
    slot: int


Graph = Mapping[str, Node]


def graph_from(prompt: Mapping[str, Any]) -> dict[str, Node]:
    """The nodes of an API graph; what is not shaped as one is left out."""
    return {
        str(number): Node(one["class_type"], one["inputs"])
        for number, one in prompt.items()
        if isinstance(one, dict)
        and isinstance(one.get("class_type"), str)
        and isinstance(one.get("inputs"), dict)
    }


def link(value: Any) -> Link | None:
    """The link that an input is, if it is one."""
    if isinstance(value, list) and len(value) == 2 and isinstance(value[1], int):
        return Link(str(value[0]), value[1])
    return None


def links(node: Node) -> Iterator[Link]:
    """Where the inputs of a node come from."""
    for value in node.inputs.values():
        found = link(value)
        if found is not None:
            yield found


def upstream(graph: Graph, start: str) -> Iterator[str]:
    """The node and all that it depends on, the nearest first, each once."""
    seen, waiting, left = {start}, deque([start]), MOST_LINKS
    while waiting and len(seen) <= MOST_NODES:
        number = waiting.popleft()
        node = graph.get(number)
        if node is None:
            continue
        yield number
        for found in links(node):
            left -= 1
            if left > 0 and found.node not in seen:
                seen.add(found.node)
                waiting.append(found.node)


def value(graph: Graph, node: Node, *names: str) -> Any:
    """The value of the first of these inputs that is there, also where a link leads to it."""
    given = next((node.inputs[name] for name in names if name in node.inputs), None)
    for _ in range(DEEPEST):
        found = link(given)
        if found is None:
            return None if isinstance(given, (list, dict)) else given
        source = graph.get(found.node)
        if source is None:
            return None
        inputs = source.inputs
        places = [name for name in (*names, *VALUES) if name in inputs]
        given = inputs[places[0]] if places else _only(source)
    return None


def passed(graph: Graph, given: Any) -> Link | None:
    """The link behind nodes that only hand on (reroutes): those with one input, a link."""
    found = link(given)
    for _ in range(DEEPEST):
        node = None if found is None else graph.get(found.node)
        if node is None or "reroute" not in node.kind.lower():
            return found if node is not None else None
        found = link(_only(node))
    return None


def text(graph: Graph, given: Any) -> str | None:
    """The text that an input is or that links lead to; pieces are joined as their node joins."""
    return _text(graph, given, DEEPEST, [LONGEST_WORDS])


def _text(graph: Graph, given: Any, deep: int, left: list[int]) -> str | None:
    left[0] -= 1 + (len(given) // 1024 if isinstance(given, str) else 0)
    if isinstance(given, str):
        return given if left[0] >= 0 or deep == DEEPEST else None
    found = link(given)
    node = None if found is None else graph.get(found.node)
    if node is None or deep == 0 or left[0] < 0:
        return None
    pieces = [node.inputs[name] for name in JOINED if name in node.inputs]
    if pieces:
        told = [_text(graph, piece, deep - 1, left) for piece in pieces]
        between = next((node.inputs[name] for name in DELIMITERS if name in node.inputs), ", ")
        joined = (between if isinstance(between, str) else ", ").join(filter(None, told))
        return joined or None
    for name in TEXTS:
        if name in node.inputs:
            words = _text(graph, node.inputs[name], deep - 1, left)
            if words is not None:
                return words
    return _text(graph, _only(node), deep - 1, left) if link(_only(node)) else None


def _only(node: Node) -> Any:
    """The one input of a node that has no more."""
    return next(iter(node.inputs.values())) if len(node.inputs) == 1 else None
