"""Draw scenes in worker processes, ahead of who needs them.

Nothing is stored: a scene is a function of its number, and drawing it takes no longer than reading
a compressed picture. Workers write into memory they share with the reader, since sending 786 kB
a picture through a pipe costs more than drawing it.
"""

import mmap
import multiprocessing
import os
import queue
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from types import TracebackType
from typing import Any

import numpy as np
import numpy.typing as npt

from imagegen.drawing import layout, raster
from imagegen.drawing import scene as world
from imagegen.drawing.scene import Scene, held_out
from imagegen.recipe import practice

BLOCK = 32  # pictures a worker draws before it hands them over
BLOCKS_AHEAD = 3  # per worker: one being read, one waiting, one in work


@dataclass(frozen=True, slots=True)
class Series:
    """An endless row of scenes, each with a number; without those held out for the exam."""

    seed: int
    scene: Callable[[int, int], Scene] = world.scene

    def numbered(self, index: int) -> Scene:
        """The scene of that number."""
        return self.scene(index, self.seed)

    def scenes(self, first: int, step: int) -> Iterator[tuple[int, Scene]]:
        """Every step-th scene from the first on."""
        index = first
        while True:
            one = self.numbered(index)
            if not held_out(one):
                yield index, one
            index += step


TRAINING = Series(seed=11, scene=practice.scene)  # and the seeds after it
VALIDATION = Series(seed=2)


def stack(series: Series, count: int, size: int) -> npt.NDArray[np.uint8]:
    """The first pictures of a series: (count, size, size, 3)."""
    numbered = series.scenes(0, 1)
    return np.stack([_picture(next(numbered)[1], size) for _ in range(count)])


def _picture(one: Scene, size: int) -> npt.NDArray[np.uint8]:
    sketch, _ = layout.compose(one)
    return raster.pixels(sketch.document(size), size)


class Studio:
    """Workers that draw a series; iterate for blocks of (numbers, pictures) in any order.

    The pictures of a block, (BLOCK, size, size, 3), are only there until the next one is asked for.
    """

    def __init__(self, series: Series, workers: int, size: int, first: int = 0) -> None:
        context = multiprocessing.get_context("fork")  # shares the memory map; before CUDA starts
        self._size = size
        self._memory = mmap.mmap(-1, workers * BLOCKS_AHEAD * BLOCK * size * size * 3)
        self._free: Any = context.Queue()
        self._ready: Any = context.Queue()
        for block in range(workers * BLOCKS_AHEAD):
            self._free.put(block)
        self._workers: list[BaseProcess] = [
            context.Process(target=self._work, args=(series, first + i, workers), daemon=True)
            for i in range(workers)
        ]
        for worker in self._workers:
            worker.start()

    def __enter__(self) -> "Studio":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for worker in self._workers:
            worker.terminate()
        self._free.cancel_join_thread()

    def __iter__(self) -> Iterator[tuple[list[int], npt.NDArray[np.uint8]]]:
        while True:
            try:
                block, numbers = self._ready.get(timeout=5)
            except queue.Empty:
                if not all(worker.is_alive() for worker in self._workers):
                    raise RuntimeError("a drawing process died; its message is above") from None
                continue
            yield numbers, self._view(block)
            self._free.put(block)

    def waiting(self) -> bool:
        """Whether a block is ready to be read at once."""
        return not self._ready.empty()

    def _view(self, block: int) -> npt.NDArray[np.uint8]:
        shape = (BLOCK, self._size, self._size, 3)
        count = BLOCK * self._size * self._size * 3
        return np.frombuffer(self._memory, np.uint8, count, block * count).reshape(shape)

    def _work(self, series: Series, first: int, step: int) -> None:
        parent, numbered = os.getppid(), series.scenes(first, step)
        while os.getppid() == parent:  # an orphan stops
            block = self._free.get()
            view, numbers = self._view(block), []
            for place in view:
                number, one = next(numbered)
                place[:] = _picture(one, self._size)
                numbers.append(number)
            self._ready.put((block, numbers))
