"""Space-filling rows of the unit cube for the first trials of a search."""

from collections.abc import Iterator

import numpy as np

__all__ = ["DESIGNS", "design"]

DESIGNS = ("sobol", "lhs", "halton", "random")
_BLOCK = 64


def design(kind: str, n: int, width: int, seed: int) -> Iterator[np.ndarray]:
    """Rows (width,) of the unit cube without end, from `seed` alone; the first `n` of them make the design.

    `sobol` and `halton` are scrambled sequences, `lhs` one Latin hypercube of `n` rows after the other. A
    Sobol sequence ends after 2^20 rows.

    Raises:
        ValueError: an unknown kind.
    """
    if kind not in DESIGNS:
        raise ValueError(f"initial must be one of {', '.join(DESIGNS)}; found {kind!r}")
    rng = np.random.default_rng([seed, DESIGNS.index(kind)])
    if kind == "random":
        while True:
            yield from rng.random((_BLOCK, width))
    from scipy.stats import qmc  # slow to import, and only the first rounds need it

    if kind == "lhs":
        while True:
            yield from qmc.LatinHypercube(width, rng=rng).random(max(n, 1))
    if kind == "halton":
        halton = qmc.Halton(width, scramble=True, rng=rng)
        while True:
            yield from halton.random(_BLOCK)
    sobol = qmc.Sobol(width, scramble=True, bits=20, rng=rng)
    for _ in range(2**20 // _BLOCK):
        yield from sobol.random(_BLOCK)
