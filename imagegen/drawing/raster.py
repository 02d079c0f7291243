"""From SVG text to pixels, by ThorVG."""

import numpy as np
import numpy.typing as npt
import thorvg_python as thorvg

_ENGINE = thorvg.Engine(threads=0)  # one thread: callers draw in processes, a picture each


def pixels(svg: str, size: int) -> npt.NDArray[np.uint8]:
    """The picture as (size, size, 3) RGB bytes; transparent parts are black."""
    canvas = thorvg.SwCanvas(_ENGINE)
    try:
        canvas.set_target(size, size)
        picture = thorvg.Picture(_ENGINE)
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
