"""Sheets of the exam's pictures with prompts and verdicts, for people who check the judge."""

from collections.abc import Sequence
from pathlib import Path
from textwrap import wrap

from PIL import Image, ImageDraw

from imagegen.evaluation.exam import Answer

COLUMNS, LINES = 6, 5
PICTURE = 256
FRAME = 5
WORDS = 46  # pixels under a picture
GREEN, RED = "#2f9e44", "#e03131"


def save_sheets(answers: Sequence[Answer], folder: Path) -> list[Path]:
    """Write sheets of thirty pictures; green is wholly right, red is not, and says in what."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for number, start in enumerate(range(0, len(answers), COLUMNS * LINES), start=1):
        path = folder / f"exam-{number:02d}.png"
        _sheet(answers[start : start + COLUMNS * LINES]).save(path)
        paths.append(path)
    return paths


def _sheet(answers: Sequence[Answer]) -> Image.Image:
    wide, high = PICTURE + 2 * FRAME, PICTURE + 2 * FRAME + WORDS
    sheet = Image.new("RGB", (COLUMNS * wide, LINES * high), "white")
    for place, answer in enumerate(answers):
        sheet.paste(_tile(answer, wide, high), (place % COLUMNS * wide, place // COLUMNS * high))
    return sheet


def _tile(answer: Answer, wide: int, high: int) -> Image.Image:
    wrong = [question for question, correct in answer.right.items() if not correct]
    tile = Image.new("RGB", (wide, high), "white")
    tile.paste(RED if wrong else GREEN, (0, 0, wide, wide))
    picture = Image.fromarray(answer.picture)
    tile.paste(picture.resize((PICTURE, PICTURE), Image.Resampling.BOX), (FRAME, FRAME))
    words = ImageDraw.Draw(tile)
    for line, text in enumerate(wrap(answer.task.text, 42)[:2]):
        words.text((FRAME, wide + 2 + line * 13), text, fill="black")
    words.text((FRAME, wide + 29), ", ".join(wrong), fill=RED)
    return tile
