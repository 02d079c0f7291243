"""What hangs on a sampler of a ComfyUI graph: its words, its model, what it begins with."""

from collections import deque
from collections.abc import Iterator
from typing import Any, NamedTuple

from imagegen.reading import comfy_graph as graphs
from imagegen.reading.comfy_graph import Graph, Link, Node
from imagegen.reading.found import Found, Lora, real

MOST_LISTED = 200
MOST_TEXTS = 50
MOST_INPUTS = 64
MOST_MODELS = 1000  # nodes between a sampler and its checkpoint
ENCODED = (
    *("text", "text_g", "text_l", "clip_l", "clip_g", "t5xxl", "llama", "bert", "mt5xl"),
    *("prompt", "positive_prompt", "negative_prompt"),
)
SIDES = {"positive": ("positive", "conditioning", "cond1"), "negative": ("negative",)}
ZERO = "ConditioningZeroOut"
MODEL_NAMES = (
    *("ckpt_name", "unet_name", "base_ckpt_name", "model_name", "diffusion_model_name"),
    *("model_path", "nunchaku_model"),
)
MODEL_WAYS = ("model", "unet", "model1", "base_model", "MODEL", "lora_stack", "optional_lora_stack")
WEIGHTS = ("strength_model", "strength", "lora_wt", "model_weight", "model_str")


class Words(NamedTuple):
    """The texts of one prompt, whether it was given at all, and a guidance on their way."""

    texts: list[str]
    there: bool
    guidance: float | None


class Start(NamedTuple):
    """What a sampler begins with: noise of a size, so many at once, or a picture."""

    width: Any = None
    height: Any = None
    batch: int | None = None
    picture: str | None = None


def node_of(graph: Graph, given: Any) -> Node | None:
    """The node that an input comes from."""
    found = graphs.passed(graph, given)
    return None if found is None else graph.get(found.node)


def words(graph: Graph, sampler: Node, side: str) -> Words:
    """What the sampler's positive or negative conditioning says."""
    given = next((sampler.inputs[one] for one in SIDES[side] if one in sampler.inputs), None)
    texts: list[str] = []
    guidance = None
    for node in _conditions(graph, given, side):
        if len(texts) < MOST_TEXTS:
            texts += _encoded(graph, node, side)
        if guidance is None:
            guidance = real(graphs.value(graph, node, "guidance"))
    if isinstance(given, str):
        texts.append(given)
    return Words(list(dict.fromkeys(texts)), given is not None, guidance)


def _conditions(graph: Graph, given: Any, side: str) -> Iterator[Node]:
    """The nodes that a conditioning is made of, through those that combine and change it."""
    waiting: deque[Link | None] = deque([graphs.passed(graph, given)])
    seen: set[Link] = set()
    while waiting and len(seen) < graphs.MOST_NODES:
        found = waiting.popleft()
        node = None if found is None else graph.get(found.node)
        if found is None or node is None or found in seen:
            continue
        seen.add(found)
        yield node
        if node.kind == ZERO or _encodes(node):
            continue
        both = {"positive", "negative"} <= node.inputs.keys()
        if both:  # of those that change both, the first output is the positive one
            names = [("positive", "negative")[found.slot] if found.slot in (0, 1) else side]
        else:
            names = [name for name in node.inputs if "cond" in name.lower()]
            names = names or [name for name in node.inputs if graphs.link(node.inputs[name])]
        waiting += [graphs.passed(graph, node.inputs[name]) for name in names[:MOST_INPUTS]]


def _encodes(node: Node) -> bool:
    return "clip" in node.inputs and any(name in node.inputs for name in ENCODED)


def _encoded(graph: Graph, node: Node, side: str) -> list[str]:
    """The texts that a node encodes; those of the two encoders of SDXL are often the same."""
    if _encodes(node):
        texts = [graphs.text(graph, node.inputs[name]) for name in ENCODED if name in node.inputs]
        return list(filter(None, texts))
    said = node.inputs.get(side)  # of loaders that take the prompts themselves
    return [said] if isinstance(said, str) and said else []


def model(graph: Graph, given: Any) -> tuple[str | None, tuple[Lora, ...]]:
    """The name of the model, and the adapters on the way to it, the first applied first."""
    loras: list[list[Lora]] = []
    name = None
    found, seen = graphs.passed(graph, given), set[str]()
    while found is not None and found.node not in seen and len(seen) < MOST_MODELS:
        seen.add(found.node)
        node = graph[found.node]
        loras.append(_loras(graph, node))
        names = (graphs.text(graph, node.inputs[one]) for one in MODEL_NAMES if one in node.inputs)
        name = next(filter(None, names), None)
        ways = [node.inputs[one] for one in MODEL_WAYS if graphs.link(node.inputs.get(one))]
        found = graphs.passed(graph, ways[0]) if ways and name is None else None
    return name, tuple(one for some in reversed(loras) for one in some)


def _loras(graph: Graph, node: Node) -> list[Lora]:
    """Of one node: a single adapter, or those of a stack, as three families of nodes write them."""
    found = []
    for name, given in list(node.inputs.items())[:MOST_LISTED]:
        if isinstance(given, dict) and isinstance(given.get("lora"), str):
            if given.get("on", True):
                found.append(Lora(name=given["lora"], weight=real(given.get("strength"))))
        elif name.startswith("lora") and isinstance(given, str) and given not in ("", "None"):
            number = name.removeprefix("lora").removeprefix("_name")
            if not number.strip("_0123456789"):
                weights = [f"{one}{number}" for one in WEIGHTS]
                found.append(Lora(name=given, weight=real(graphs.value(graph, node, *weights))))
    return found


def start(graph: Graph, given: Any) -> Start:
    """What the sampler begins with; upscaled latents are looked through."""
    found = graphs.passed(graph, given)
    picture = None
    for number in () if found is None else graphs.upstream(graph, found.node):
        node = graph[number]
        if "LoadImage" in node.kind and isinstance(node.inputs.get("image"), str):
            picture = node.inputs["image"]
        if {"width", "height"} <= node.inputs.keys() and "samples" not in node.inputs:
            width, height = (graphs.value(graph, node, side) for side in ("width", "height"))
            batch = graphs.value(graph, node, "batch_size")
            return Start(width, height, batch if isinstance(batch, int) else None, picture)
    return Start(picture=picture)


def names(graph: Graph, output: str | None, found: Found) -> dict[str, Any]:
    """What else was loaded on the way, under the names of its nodes."""
    known = {found.model, found.sampler, *(one.name for one in found.loras)}
    told: dict[str, Any] = {}
    for number in graph if output is None else graphs.upstream(graph, output):
        node = graph[number]
        for name, given in list(node.inputs.items())[:MOST_LISTED]:
            is_said = name.endswith("_name") or name == "stop_at_clip_layer"
            if is_said and isinstance(given, (str, int)) and given not in known:
                told.setdefault(f"{node.kind}.{name}", given)
        if len(told) >= MOST_LISTED:
            break
    return told
