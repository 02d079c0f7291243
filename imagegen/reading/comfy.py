"""Pictures of ComfyUI: the graph that made them, followed from what was saved to its sampler."""

from collections import Counter
from typing import Any, NamedTuple

from msgspec import structs

from imagegen.reading import comfy_graph as graphs
from imagegen.reading import comfy_parts as parts
from imagegen.reading.bounded import object_from
from imagegen.reading.carrier import SIDECAR
from imagegen.reading.comfy_graph import Graph, Node
from imagegen.reading.comfy_workflow import to_api
from imagegen.reading.found import Carried, Fields, Found, Unknown, whole

TOOL = "ComfyUI"
MOST_PASSES = 8
WAYS = {  # texts of EXIF as ComfyUI writes them into WebP: `prompt:{...}`
    "prompt": ("prompt", "exif:Model", SIDECAR),
    "workflow": ("workflow", "exif:Make", SIDECAR),
}
SEEDS = ("seed", "noise_seed")
LATENTS = ("latent_image", "latent")
ADVANCED = ("add_noise", "start_at_step", "end_at_step", "return_with_leftover_noise")


class Pass(NamedTuple):
    """What one sampler does: its node, and its settings by our names."""

    node: Node
    seed: Any
    steps: Any
    guidance: Any
    sampler: Any
    schedule: Any
    denoise: Any


def read(carried: Carried) -> Found | None:
    """What the graph says; from the editor's graph where there is no other."""
    source, values = _json(carried, "prompt")
    graph = graphs.graph_from(values or {})
    if not graph:
        source, values = _json(carried, "workflow")
        graph = graphs.graph_from(to_api(values or {}))
    return _found(graph, source) if graph else None


def _json(carried: Carried, what: str) -> tuple[str, dict[str, Any] | None]:
    for source in WAYS[what]:
        text = carried.texts.get(source, "").removeprefix(f"{what}:")
        values = object_from(text)
        if values is not None:
            return source, values
    return what, None


def _found(graph: Graph, source: str) -> Found:
    outputs = [number for number, node in graph.items() if _saves(node)]
    start = next((one for one in outputs if "save" in graph[one].kind.lower()), None)
    start = start or next(iter(outputs), None)
    passes = _passes(graph, start)
    if not passes:
        counted = Counter(node.kind for node in graph.values())
        reason = "the graph has no node that is known as one"
        nodes = dict(counted.most_common(parts.MOST_LISTED))
        nothing = (Unknown("sampler", reason),)
        return Found(tool=TOOL, source=source, other={"nodes": nodes}, unknown=nothing)
    found = _with_words(_of_pass(graph, passes[0], source), graph, passes[0])
    other = {**found.other, **parts.names(graph, start, found)}
    if len(passes) > 1:
        other["passes"] = [_as_values(one) for one in passes[1:]]
    unknown = found.unknown
    if len(outputs) > 1:
        reason = f"{len(outputs)} nodes save pictures, and the first of them is taken for this one"
        unknown = (*unknown, Unknown("output", reason))
    skip = whole(other.pop("CLIPSetLastLayer.stop_at_clip_layer", None))
    return structs.replace(
        found,
        vae=other.pop("VAELoader.vae_name", None),
        clip_skip=None if skip is None else abs(skip),
        other=other,
        unknown=unknown,
    )


def _saves(node: Node) -> bool:
    kind = node.kind.lower()
    return ("save" in kind or "preview" in kind) and any(
        name in node.inputs for name in ("images", "image", "samples")
    )


def _samples(node: Node) -> bool:
    given = node.inputs.keys()
    return bool({*LATENTS} & given and {*SEEDS, "noise"} & given) and bool(
        {"sampler_name", "sampler", "steps"} & given
    )


def _passes(graph: Graph, output: str | None) -> list[Pass]:
    """The samplers one behind the other, the first that drew first."""
    candidates = graph if output is None else graphs.upstream(graph, output)
    number = next((one for one in candidates if _samples(graph[one])), None)
    found: list[Pass] = []
    seen: set[str] = set()
    while number is not None and len(found) < MOST_PASSES:
        seen.add(number)
        node = graph[number]
        found.append(_pass(graph, node))
        given = graphs.link(_latent(node))
        before = () if given is None else graphs.upstream(graph, given.node)
        number = next((one for one in before if one not in seen and _samples(graph[one])), None)
    return found[::-1]


def _latent(node: Node) -> Any:
    return next((node.inputs[name] for name in LATENTS if name in node.inputs), None)


def _pass(graph: Graph, node: Node) -> Pass:
    """The settings of a sampler, where it keeps them itself and where other nodes do."""
    noise, guider, sampler, sigmas = (
        parts.node_of(graph, node.inputs.get(name))
        for name in ("noise", "guider", "sampler", "sigmas")
    )
    named = graphs.value(graph, node, "sampler_name")
    return Pass(
        node=node,
        seed=graphs.value(graph, noise or node, *SEEDS),
        steps=graphs.value(graph, sigmas or node, "steps"),
        guidance=graphs.value(graph, guider or node, "cfg", "cfg_conds"),
        sampler=named or (sampler and _sampler_name(graph, sampler)),
        schedule=_schedule(graph, sigmas) if sigmas else graphs.value(graph, node, "scheduler"),
        denoise=graphs.value(graph, sigmas or node, "denoise"),
    )


def _sampler_name(graph: Graph, node: Node) -> Any:
    """Of a node that chooses the sampler; else its class says it (`SamplerEulerAncestral`)."""
    return graphs.value(graph, node, "sampler_name") or node.kind.removeprefix("Sampler")


def _schedule(graph: Graph, node: Node) -> Any:
    return graphs.value(graph, node, "scheduler") or node.kind.removesuffix("Scheduler").lower()


def _of_pass(graph: Graph, one: Pass, source: str) -> Found:
    fields = Fields(one._asdict())
    guider = parts.node_of(graph, one.node.inputs.get("guider")) or one.node
    model, loras = parts.model(graph, guider.inputs.get("model", one.node.inputs.get("model")))
    denoise = fields.real("denoise")
    start = parts.start(graph, _latent(one.node))
    size = Fields({"width": start.width, "height": start.height})
    other = {} if start.picture is None else {"init_image": start.picture}
    other |= {name: one.node.inputs[name] for name in ADVANCED if name in one.node.inputs}
    several = start.batch is not None and start.batch > 1
    reason = f"of {start.batch} drawn at once from one seed, the graph does not tell which it is"
    found = Found(
        tool=TOOL,
        source=source,
        seed=fields.whole("seed"),
        steps=fields.whole("steps"),
        sampler=fields.text("sampler"),
        schedule=fields.text("schedule"),
        guidance=fields.real("guidance"),
        width=size.whole("width"),
        height=size.whole("height"),
        model=model,
        strength=denoise if start.picture is not None or denoise not in (None, 1) else None,
        noise="cpu",
        prompt_syntax="comfy",
        loras=loras,
        other=other,
    )
    strange = (*fields.strange, *size.strange)
    batch = (Unknown("picture", reason),) if several else ()
    return structs.replace(found, unknown=(*strange, *batch))


def _with_words(found: Found, graph: Graph, one: Pass) -> Found:
    """The same with both prompts, and with the guidance that a model was taught, beside them."""
    guider = parts.node_of(graph, one.node.inputs.get("guider")) or one.node
    positive = parts.words(graph, guider, "positive")
    negative = parts.words(graph, guider, "negative")
    other, guidance = dict(found.other), found.guidance
    if positive.guidance is not None:
        if guidance in (None, 1):  # FLUX: the scale that the model was taught
            other |= {} if guidance is None else {"cfg": guidance}
            guidance = positive.guidance
        else:
            other["guidance"] = positive.guidance
    combined = [
        Unknown(field, f"{len(said.texts)} texts are combined, a line each here")
        for field, said in (("prompt", positive), ("negative_prompt", negative))
        if len(said.texts) > 1
    ]
    return structs.replace(
        found,
        prompt="\n".join(positive.texts) or None,
        negative_prompt="\n".join(negative.texts) if negative.there else None,
        guidance=guidance,
        other=other,
        unknown=(*found.unknown, *combined),
    )


def _as_values(one: Pass) -> dict[str, Any]:
    values = {"node": one.node.kind, **{k: v for k, v in one._asdict().items() if k != "node"}}
    return {name: value for name, value in values.items() if value is not None}
