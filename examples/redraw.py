"""Draw from a picture and within a mask: python examples/redraw.py [SHEET.jpg [MODEL]]"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image, ImageDraw

from imagegen import Request, make_plans
from imagegen.machine import choose
from imagegen.request import MachineRequest
from imagegen.run import run

HERE = Path(__file__).parent
BEFORE, MASK = HERE / "bicycle.jpg", HERE / "below.png"  # what the README's commands start from
BELOW = ((20, 150), (235, 150), (235, 255), (480, 255), (480, 480), (20, 480))
SIDE, GAP = 256, 8
sheet, model = (*sys.argv[1:], *("redrawn.jpg", "storybook")[len(sys.argv) - 1 :])


def drawn(prompt: str, seed: int, **more: object) -> Image.Image:
    with TemporaryDirectory() as out:
        asked = Request(prompts=(prompt,), seeds=(seed,), out=out, model=model, **more)
        (made,) = run(make_plans(asked), choose(MachineRequest()))
        return Image.open(made.path).convert("RGB")


# To be looked at, and other seeds taken, when storybook has other weights.
drawn("astronaut riding bicycle", 3).save(BEFORE, quality=90)
before, mask = Image.open(BEFORE), Image.new("1", (512, 512))
ImageDraw.Draw(mask).polygon(BELOW, fill=1)
mask.save(MASK)
again = drawn("a robot riding a bicycle at night", 3, image=str(BEFORE), strength=0.5)
filled = drawn("astronaut riding a brown horse", 2, image=str(BEFORE), mask=str(MASK))
faded = Image.blend(before, Image.new("RGB", before.size, "white"), 0.7)
page = Image.new("RGB", (4 * (SIDE + GAP) - GAP, SIDE), "white")
for number, tile in enumerate((before, again, Image.composite(faded, before, mask), filled)):
    page.paste(tile.resize((SIDE, SIDE), Image.Resampling.LANCZOS), (number * (SIDE + GAP), 0))
page.save(sheet, quality=88)
