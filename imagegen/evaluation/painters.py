"""Processes that draw scenes and hand them over through shared memory.

Each painter has a pipe to the parent and two places in memory of its own; nothing is locked, so
nothing can wait forever. A painter whose parent is gone ends by itself.
"""

import mmap
import multiprocessing
import os
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from typing import Self, cast

import numpy as np

from imagegen.drawing.scene import scene
from imagegen.evaluation.curriculum import lesson
from imagegen.evaluation.truth import ROW, Pixels, Row, pictured

LARGEST = 32 * 256 * 256 * 3  # bytes of the pictures of one order
PLACES = 2  # in memory, a painter: one is drawn while the other is read


@dataclass(frozen=True, slots=True)
class Order:
    """Scenes to draw: `number` of the series from `first` on, `size` pixels a side.

    Lessons are scenes with what is rare shown more often.
    """

    series: int
    first: int
    number: int
    size: int = 256
    lessons: bool = False


@dataclass(frozen=True, slots=True)
class Painted:
    """An order carried out; the pictures are only lent until the next one is taken."""

    order: Order
    pictures: Pixels
    truths: Row


def paint(order: Order) -> Painted:
    """Carry out an order here and now."""
    pictures = np.empty((order.number, order.size, order.size, 3), np.uint8)
    return Painted(order, pictures, _paint_into(pictures, order))


def _paint_into(pictures: Pixels, order: Order) -> Row:
    truths = np.empty((order.number, ROW), np.float32)
    made = lesson if order.lessons else scene
    for i in range(order.number):
        pictures[i], truths[i] = pictured(made(order.first + i, order.series), order.size)
    return truths


class Painters:
    """Processes to be started before CUDA is: they are forked, and share what is loaded."""

    def __init__(self, number: int) -> None:
        context = multiprocessing.get_context("fork")
        self.memory: dict[Connection, list[mmap.mmap]] = {}
        self.processes = []
        for _ in range(number):
            ours, theirs = context.Pipe()
            places = [mmap.mmap(-1, LARGEST) for _ in range(PLACES)]
            process = context.Process(target=_work, args=(theirs, places, os.getpid()), daemon=True)
            process.start()
            theirs.close()
            self.memory[ours] = places
            self.processes.append(process)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for process in self.processes:
            process.kill()
        for process in self.processes:
            process.join(10)

    def carry_out(self, orders: Iterator[Order]) -> Iterator[Painted]:
        """What is ordered, in the order in which it gets ready; without processes, drawn here."""
        if not self.memory:
            yield from map(paint, orders)
            return
        under_way = 0
        for pipe, places in self.memory.items():
            under_way += sum(_send(pipe, place, orders) for place in range(len(places)))
        while under_way:
            for pipe in cast(list[Connection], wait(list(self.memory))):
                try:
                    order, place, truths = pipe.recv()
                except (EOFError, ConnectionResetError):
                    raise RuntimeError("a painter died; its message is above") from None
                pictures = np.frombuffer(
                    self.memory[pipe][place], np.uint8, order.number * order.size**2 * 3
                )
                yield Painted(order, pictures.reshape(-1, order.size, order.size, 3), truths)
                under_way += _send(pipe, place, orders) - 1


def _send(pipe: Connection, place: int, orders: Iterator[Order]) -> int:
    order = next(orders, None)
    if order is None:
        return 0
    pipe.send((order, place))
    return 1


def _work(pipe: Connection, places: list[mmap.mmap], parent: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent is told, and ends us
    while True:
        while not pipe.poll(1.0):
            if os.getppid() != parent:
                return
        try:
            order, place = pipe.recv()
        except EOFError:
            return
        pictures = np.frombuffer(places[place], np.uint8, order.number * order.size**2 * 3)
        pictures = pictures.reshape(-1, order.size, order.size, 3)
        truths = _paint_into(pictures, order)
        try:
            pipe.send((order, place, truths))
        except BrokenPipeError:
            return
