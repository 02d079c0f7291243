"""Draw a scene: the one function that makes pictures of the storybook world."""

import numpy as np
import numpy.typing as npt

from imagegen.drawing import layout, raster
from imagegen.drawing.scene import Scene


def draw(scene: Scene, size: int = 512) -> npt.NDArray[np.uint8]:
    """The scene as a picture: (size, size, 3) RGB, 0 to 255. The same scene, the same pixels."""
    sketch, _ = layout.compose(scene)
    return raster.pixels(sketch.document(size), size)
