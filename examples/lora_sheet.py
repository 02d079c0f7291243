"""A LoRA at 0, 0.5 and 1: python examples/lora_sheet.py [LORA [SHEET.jpg [MODEL]]]"""

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
PROMPTS = ("an owl on a blue table", "a cat holding a purple umbrella", "a red car in the city")
WEIGHTS, SIDE = (0, 0.5, 1), 256

defaults = (str(HERE / "blueprint.safetensors"), "lora.jpg", "storybook")
lora, sheet, model = (*sys.argv[1:], *defaults[len(sys.argv) - 1 :])
page = Image.new("RGB", (len(WEIGHTS) * SIDE, len(PROMPTS) * SIDE))
with TemporaryDirectory() as folder:
    for column, weight in enumerate(WEIGHTS):
        words = (f"{lora}:{weight}",)
        asked = Request(prompts=PROMPTS, seeds=(2,), steps=20, out=folder, model=model, lora=words)
        for row, one in enumerate(run(make_plans(asked), choose(MachineRequest()))):
            if isinstance(one, Failed):
                raise one.error
            with Image.open(one.path) as picture:
                small = picture.resize((SIDE, SIDE), Image.Resampling.LANCZOS)
            page.paste(small, (column * SIDE, row * SIDE))
page.save(sheet, quality=90)
print(sheet)
