"""A sheet of pictures, four a row: python examples/sheet.py [PROMPTS.txt [SHEET.jpg [MODEL]]]"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image

from imagegen import Request, make_plans
from imagegen.events import Failed
from imagegen.machine import choose
from imagegen.request import MachineRequest
from imagegen.run import run

HERE = Path(__file__).parent
COLUMNS, SIDE = 4, 256

defaults = (HERE / "sheet.txt", "sheet.jpg", "storybook")
prompts, sheet, model = (*sys.argv[1:], *defaults[len(sys.argv) - 1 :])
lines = tuple(Path(prompts).read_text().splitlines())
page = Image.new("RGB", (COLUMNS * SIDE, -(-len(lines) // COLUMNS) * SIDE))
with TemporaryDirectory() as folder:
    plans = make_plans(Request(prompts=lines, seeds=(1,), out=folder, model=model))
    for number, one in enumerate(run(plans, choose(MachineRequest()))):
        if isinstance(one, Failed):
            raise one.error
        with Image.open(one.path) as picture:
            small = picture.resize((SIDE, SIDE), Image.Resampling.LANCZOS)
        page.paste(small, (number % COLUMNS * SIDE, number // COLUMNS * SIDE))
page.save(sheet, quality=90)
print(sheet)
