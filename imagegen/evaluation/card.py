"""Put the scores into the model card: python -m imagegen.evaluation.card FOLDER"""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

BEGIN, END = "<!-- scores -->", "<!-- end of scores -->"


def written(card: str, scores: Mapping[str, Any]) -> str:
    """The card with the part between its two marks replaced; ValueError if it has no marks."""
    before, mark, rest = card.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not mark or not end:
        raise ValueError(f"the model card has no {BEGIN} ... {END}")
    return f"{before}{BEGIN}\n{_table(scores)}{END}{after}"


def _table(scores: Mapping[str, Any]) -> str:
    used = scores["settings"]
    rows = [
        f"Drawn wholly right, of {used['prompts']} prompts whose combinations were held out of",
        f"training ({used['steps']} steps of {used['scheduler']}, guidance {used['guidance']:g}):",
        "",
        "| kind of prompt | wholly right |",
        "|---|---|",
        *(_row(kind, share) for kind, share in scores["kinds"].items()),
        _row("overall", scores["overall"]),
        "",
        "| ability | shown where asked for |",
        "|---|---|",
        *(_row(ability, share) for ability, share in scores["abilities"].items()),
        "",
        "| question | answered right |",
        "|---|---|",
        *(_row(question, share) for question, share in scores["questions"].items()),
        "",
        f"The VAE gives back {used['reconstructions']} scenes it was not trained on at",
        f"{scores['vae_psnr_db']:.1f} dB PSNR. The judge agrees, for every question, with at least",
        f"{100 * scores['judge_accuracy']['min']:.1f} % of {used['judged']} drawn scenes.",
        "Prompts, seeds and what was seen in each picture: `scores.json`.",
    ]
    return "\n".join(rows) + "\n"


def _row(kind: str, share: float) -> str:
    return f"| {kind} | {100 * share:.1f} % |"


def main() -> None:
    folder = Path(sys.argv[1])
    card = folder / "README.md"
    scores = json.loads((folder / "scores.json").read_text())
    card.write_text(written(card.read_text(), scores))


if __name__ == "__main__":
    main()
