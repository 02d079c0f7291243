"""One prompt and seed with several schedulers, side by side in one picture.

python examples/compare_schedulers.py PROMPT [MODEL]
"""

import sys

from PIL import Image

from imagegen import Request, make_plans
from imagegen.events import Failed
from imagegen.machine import choose
from imagegen.request import MachineRequest
from imagegen.run import run

SCHEDULERS = ("ddim", "euler-ancestral", "dpm++-2m")

prompt, model = (*sys.argv[1:], "storybook")[:2]
name = "{slug}-{scheduler}.png"
plans = [
    plan
    for scheduler in SCHEDULERS
    for plan in make_plans(
        Request(prompts=(prompt,), seeds=(7,), steps=8, scheduler=scheduler, name=name, model=model)
    )
]
pictures = []
for one in run(plans, choose(MachineRequest())):
    if isinstance(one, Failed):
        raise one.error
    pictures.append(Image.open(one.path))
sheet = Image.new("RGB", (sum(p.width for p in pictures), pictures[0].height))
for number, picture in enumerate(pictures):
    sheet.paste(picture, (number * picture.width, 0))
sheet.save("schedulers.png")
print("schedulers.png")
