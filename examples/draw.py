"""Draw one picture from Python: python examples/draw.py [PROMPT [FOLDER [MODEL]]]"""

import sys

from imagegen import Request, make_plans
from imagegen.events import Made
from imagegen.machine import choose
from imagegen.request import MachineRequest
from imagegen.run import run

defaults = ("astronaut riding bicycle", ".", "storybook")
prompt, folder, model = (*sys.argv[1:], *defaults[len(sys.argv) - 1 :])
plans = make_plans(Request(prompts=(prompt,), seeds=(7,), steps=8, out=folder, model=model))
for outcome in run(plans, choose(MachineRequest())):
    print(outcome.path if isinstance(outcome, Made) else outcome.error)
