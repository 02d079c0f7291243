"""Examine a model: `python -m imagegen.evaluation --out scores.json --sheet sheets`."""

import argparse
import json
import sys
from pathlib import Path

from imagegen.errors import ImagegenError
from imagegen.evaluation.exam import Settings, examine
from imagegen.evaluation.eye import WEIGHTS
from imagegen.evaluation.sheet import save_sheets


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m imagegen.evaluation", description="Examine a model of the storybook world."
    )
    parser.add_argument("--model", help="a folder; the built-in model if not said")
    parser.add_argument("--prompts", type=int, default=300)
    parser.add_argument("--judged", type=int, default=1_000, help="drawn scenes for the judge")
    parser.add_argument("--reconstructions", type=int, default=500, help="drawn scenes for the VAE")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--steps", type=int)
    parser.add_argument("--scheduler")
    parser.add_argument("--guidance", type=float)
    parser.add_argument("--device", default="auto")
    parser.add_argument("--precision", default="auto")
    parser.add_argument("--batch-size", type=int)
    parser.add_argument("--eye", type=Path, default=WEIGHTS, help="the judge's weights")
    parser.add_argument("--out", type=Path, default=Path("scores.json"))
    parser.add_argument("--sheet", type=Path, help="a folder for sheets of the pictures")
    return parser.parse_args()


def main() -> int:
    """Examine, write the scores, and print them without the prompts as one line of JSON."""
    asked = vars(arguments())
    out, sheet = asked.pop("out"), asked.pop("sheet")
    try:
        scores, answers = examine(Settings(**asked))
    except ImagegenError as error:
        print(f"error[{error.code}]: {error}\ntry: {error.hint}", file=sys.stderr)
        return int(error.exit_code)
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(scores, indent=1) + "\n")
    if sheet is not None:
        for path in save_sheets(answers, sheet):
            print(path, file=sys.stderr)
    print(json.dumps({key: value for key, value in scores.items() if key != "prompts"}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
