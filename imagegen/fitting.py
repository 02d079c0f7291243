"""Load a model on the fastest rung of the ladder that fits, and on the next where it did not."""

from collections.abc import Sequence

from imagegen import forecast, freememory, ladder, machine, modelsize, pipeline, steering
from imagegen.adapters import Lora
from imagegen.adapting import Wardrobe
from imagegen.embedding import Encoder
from imagegen.errors import Notice, OutOfMemoryError
from imagegen.events import Loading, Ready, Watcher
from imagegen.ip_adapters import Seen
from imagegen.ladder import Choice, Free, Rung, Size, Where
from imagegen.machine import Machine
from imagegen.modelsize import Bulk
from imagegen.pipeline import Loaded
from imagegen.plan import Plan, weights_of
from imagegen.request import FULL
from imagegen.seeing import Eyes, Sight

HINT = "--quantize int8, a smaller --size, or a smaller model"


class Fit:
    """A model that is loaded for a plan and its like, and the rungs that are left below its own.

    `notices` are for every picture that is drawn with it. Raises OutOfMemoryError where it cannot
    be loaded on any rung.
    """

    loaded: Loaded
    encoder: Encoder
    _wardrobe: Wardrobe
    _eyes: Eyes

    def __init__(self, plan: Plan, here: Machine, on_event: Watcher) -> None:
        self._plan, self._here, self._on_event = plan, here, on_event
        on_event(Loading(plan.model))
        self._bulk = _bulk(plan, here, on_event)
        self._where = Where(here.device, here.precision)
        self._free = freememory.free(here.device)
        allowed = ladder.rungs(self._where, here.memory, here.quantize)
        largest = plan if plan.hires is None else plan.hires
        size = Size(largest.width, largest.height, guided=plan.guided)
        choice = ladder.choose(allowed, self._bulk, self._free, size, self._where)
        self.notices = () if choice.fits else (_short(plan, choice, self._free),)
        self._below = [*allowed[allowed.index(choice.rung) :]]
        self._load_on(self._below.pop(0))

    def most(self, size: Size) -> int:
        """How many of `size.pictures` memory has room for at once, by the estimate."""
        return ladder.most(self.loaded.rung, self._bulk, self._free, size, self._where)

    def wear(self, loras: Sequence[Lora]) -> None:
        """Draw with these LoRAs from now on, and with no others."""
        self._wardrobe.wear(loras)
        self.encoder.worn = self._wardrobe.text

    def see(self, adapters: Sequence[Seen]) -> list[Sight]:
        """Draw with these IP-Adapters from now on, and with no others; what they see."""
        return self._eyes.see(adapters)

    def step_down(self) -> bool:
        """Load it on the next rung, for good; False if there is none."""
        if not self._below:
            return False
        self._on_event(Loading(self._plan.model))
        # What lies in memory goes before the same comes again.
        self.loaded = self.encoder = self._wardrobe = self._eyes = None  # type: ignore[assignment]
        machine.free_memory(self._here)
        self._step_to(self._below.pop(0))
        return True

    def _step_to(self, rung: Rung) -> None:
        self.notices = (_lower(self._plan, rung),)
        self._load_on(rung)

    def _load_on(self, rung: Rung) -> None:
        plan, here = self._plan, self._here
        try:
            self.loaded = pipeline.load(weights_of(plan), plan.model, here, self._on_event, rung)
        except OutOfMemoryError:
            if not self._below:
                raise
        else:
            self.encoder = Encoder(self.loaded.pipe)
            self._wardrobe = Wardrobe(self.loaded.pipe)
            self._eyes = Eyes(self.loaded.pipe)
            seconds = self.loaded.seconds
            self._on_event(Ready(plan.model, here.device, here.precision, seconds, rung.memory))
            return
        machine.free_memory(here)  # out of reach of what failed, whose frames hold its tensors
        self._step_to(self._below.pop(0))


def _bulk(plan: Plan, here: Machine, on_event: Watcher) -> Bulk:
    weights = weights_of(plan)
    folder = pipeline.folder(weights, on_event)
    if plan.single is not None:
        model = modelsize.of_file(plan.source, plan.single, here.precision, here.quantize)
    else:
        model = modelsize.of_folder(folder, plan.variant, here.precision, here.quantize)
    return steering.bulk(model, weights.controls, here.precision)


def _short(plan: Plan, choice: Choice, free: Free) -> Notice:
    need, size = choice.need, forecast.size
    where = f"{size(need.device)} of the device's memory, where {size(free.device)} are free"
    if need.device <= free.device or free.device == free.ram:
        where = f"{size(need.ram)} of memory, where {size(free.ram)} are free"
    return Notice("memory-short", f"'{plan.model}' is estimated to take {where}", hint=HINT)


def _lower(plan: Plan, rung: Rung) -> Notice:
    how = (
        f"decoded in parts (memory '{rung.memory}')" if rung.memory == FULL else f"'{rung.memory}'"
    )
    return Notice(
        "less-memory",
        f"memory was too short for '{plan.model}'; it goes on with {how}",
        hint=HINT if rung.memory == FULL else f"--memory {rung.memory} from the start",
    )
