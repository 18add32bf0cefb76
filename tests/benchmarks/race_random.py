"""Random search in a race: the same for any size of rounds."""

import zlib
from collections.abc import Sequence
from typing import Any

import numpy as np
from collection.spaces import Space, draw
from race_engines import Seen


def proposed(space: Space, history: Sequence[Seen], n: int, seed: int) -> list[dict[str, Any]]:
    """Parameter sets drawn evenly from the space."""
    places = range(len(history), len(history) + n)
    return [draw(space, np.random.default_rng([zlib.crc32(b"random"), seed, place])) for place in places]
