"""From SVG text to pixels, by ThorVG."""

from functools import cache

import numpy as np
import numpy.typing as npt
import thorvg_python as thorvg


def pixels(svg: str, size: int) -> npt.NDArray[np.uint8]:
    """SVG as (size, size, 3) RGB bytes, transparent parts black; a ValueError if it is none."""
    canvas = thorvg.SwCanvas(_engine())
    try:
        canvas.set_target(size, size)
        picture = thorvg.Picture(_engine())
        result = picture.load_data(svg.encode(), "svg", None, True)
        if result != thorvg.Result.SUCCESS:
            raise ValueError(f"the drawing is not valid SVG: {result.name}")
        picture.set_size(size, size)
        canvas.add(picture)
        canvas.update()
        canvas.draw(True)
        canvas.sync()
        rgba = np.frombuffer(canvas.buffer_arr, np.uint8).reshape(size, size, 4)
        return rgba[..., :3].copy()
    finally:
        canvas.destroy()


@cache
def _engine() -> thorvg.Engine:
    return thorvg.Engine(threads=0)  # one thread: callers draw in processes, a picture each
