"""The options of a picture as the command line takes them: one table for every command."""

import functools
import inspect
from collections.abc import Callable, Sequence
from typing import Annotated, Any

import typer

from imagegen.errors import ExitCode
from imagegen.options import FLAGS, OPTIONS, REPEATED

WHAT, WHERE, HOW, TALK = "What to draw", "Where to write", "How to work", "What to tell"
FROM = "From a picture"
PANELS = {
    WHAT: (
        *("model", "revision", "variant", "model-config", "tokenizer", "negative", "seed", "count"),
        *("size", "width", "height", "steps", "scheduler", "guidance", "zip", "expand"),
        *("prompt-syntax", "wildcards", "lora", "lora-dir", "no-safety-checker", "lenient"),
        *("embedding", "clip-skip"),
    ),
    FROM: ("image", "mask", "strength", "hires", "hires-strength", "control", "ip-adapter"),
    WHERE: (
        *("out", "name", "overwrite", "format", "quality"),
        *("metadata", "hide-prompt", "prompt-writer"),
    ),
    HOW: (
        *("device", "precision", "batch-size", "memory", "quantize"),
        *("deterministic", "offline"),
    ),
}
# What an option is for; what may be said of it stands behind, from its row in OPTIONS.
ABOUT = {
    "model": "What draws",
    "revision": "Which edition of it",
    "variant": "Which of its weights",
    "negative": "What to keep out",
    "seed": "Which noise to begin with",
    "size": "Pixels",
    "steps": "Steps of denoising",
    "scheduler": "How noise is taken away",
    "guidance": "How closely to follow the words",
    "expand": "What becomes of a template",
    "prompt-syntax": "How weights of words are written",
    "image": "What to start from, in its own shape, or cut in the middle to --size",
    "mask": "Where to draw; the rest is kept to the pixel",
    "strength": "The share of the steps that is drawn, 0.6 if not said, within a mask 1",
    "hires": "Draw again, enlarged",
    "hires-strength": "The share of the steps of that, 0.4 if not said",
    "control": "A picture of edges, depth or a pose to keep to, also several",
    "ip-adapter": "A picture to look at through an IP-Adapter, also several",
    "lora": "What to draw it with besides, also several times",
    "embedding": "A word that was learnt (textual inversion), also several times",
    "clip-skip": "Where to stop reading with CLIP",
    "out": "Where to",
    "name": "What files are called",
    "format": "In which format",
    "quality": "How much it may lose",
    "metadata": "What the picture says of itself",
    "prompt-writer": "Who wrote the prompt",
    "device": "Where to work",
    "precision": "In which numbers",
    "memory": "How to fit into memory",
    "quantize": "Hold weights in fewer bits",
}
FLAG_HELP = {
    "zip": "Draw the first of each list with the first of the others.",
    "no-safety-checker": "Draw without the checker that blanks pictures.",
    "lenient": "Warn where a request would be refused.",
    "overwrite": "Replace files of that name.",
    "hide-prompt": "Leave the prompt out of the picture.",
    "deterministic": "Give the same bits each time on one machine.",
    "offline": "Use what is on this machine, and ask no hub.",
}
SHORT = {"model": "-m", "negative": "-n", "out": "-o"}
Command = Callable[..., ExitCode]

DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Say what would be drawn.", rich_help_panel=TALK)
]
Json = Annotated[bool, typer.Option("--json", help="One JSON object a line.", rich_help_panel=TALK)]
Quiet = Annotated[
    bool, typer.Option("-q", "--quiet", help="Only paths and errors.", rich_help_panel=TALK)
]
LogFile = Annotated[
    str | None,
    typer.Option("--log", metavar="FILE", help="Add all events to a file.", rich_help_panel=TALK),
]
Retries = Annotated[
    int,
    typer.Option(min=0, max=100, help="Try a failed picture again.", rich_help_panel=HOW),
]
FailFast = Annotated[
    bool, typer.Option("--fail-fast", help="Stop at the first failure.", rich_help_panel=HOW)
]


def takes_options(command: Command) -> Command:
    """Give a command every option of a picture; what was said comes as the mapping `said`."""
    return takes(*(name for names in PANELS.values() for name in names))(command)


def takes(*names: str) -> Callable[[Command], Command]:
    """As `takes_options`, of these options."""
    return functools.partial(_with_options, names=names)


def _with_options(command: Command, names: Sequence[str]) -> Command:
    own = inspect.signature(command)
    options = {name: _parameter(name) for name in names}

    @functools.wraps(command)
    def with_options(**words: Any) -> ExitCode:
        said = {name: words.pop(one.name) for name, one in options.items()}
        # A flag that was not given is not said, rather than no.
        return command(said={n: v for n, v in said.items() if v not in (None, False, [])}, **words)

    others = [one for name, one in own.parameters.items() if name != "said"]
    first = [one for one in others if one.kind is inspect.Parameter.POSITIONAL_OR_KEYWORD]
    rest = [one for one in others if one.kind is inspect.Parameter.KEYWORD_ONLY]
    parameters = [*first, *options.values(), *rest]
    with_options.__signature__ = own.replace(parameters=parameters)  # type: ignore[attr-defined]
    with_options.__annotations__ = {one.name: one.annotation for one in parameters}
    return with_options


def _help(name: str) -> str:
    said = OPTIONS[name].help
    return f"{ABOUT[name]}: {said}." if name in ABOUT else f"{said[:1].upper()}{said[1:]}."


def _parameter(name: str) -> inspect.Parameter:
    panel = next(panel for panel, names in PANELS.items() if name in names)
    option = typer.Option(
        *([SHORT[name]] if name in SHORT else []),
        f"--{name}",
        help=FLAG_HELP[name] if name in FLAGS else _help(name),
        rich_help_panel=panel,
    )
    flag = name in FLAGS
    kind: Any = bool if flag else list[str] | None if name in REPEATED else str | None
    return inspect.Parameter(
        name.replace("-", "_"),
        inspect.Parameter.KEYWORD_ONLY,
        default=False if flag else None,
        annotation=Annotated[kind, option],
    )
