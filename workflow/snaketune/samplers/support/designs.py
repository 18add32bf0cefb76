"""Rows of the unit cube that fill it evenly: sequences and Latin hypercubes, for all who need them.

Whoever asks for rows brings the seed or generator: seeds decide which trials a study has, and stay as they are.
"""

import warnings
from collections.abc import Iterable, Iterator
from itertools import islice, repeat
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["DESIGNS", "Row", "design", "halton_rows", "hypercube_rows", "latin_hypercube", "sobol_rows"]

Row = NDArray[np.float64]
Seed = int | np.random.Generator

DESIGNS = ("sobol", "lhs", "halton", "random")
_BLOCK = 256


def sobol_rows(width: int, seed: Seed, *, bits: int = 30) -> Iterator[Row]:
    """The rows (width,) of a scrambled Sobol sequence, which ends after 2^`bits` of them."""
    from scipy.stats import qmc  # slow to import, and only the first rounds need it

    return islice(_rows_of(qmc.Sobol(width, scramble=True, bits=bits, rng=seed)), 2**bits)


def halton_rows(width: int, seed: Seed) -> Iterator[Row]:
    """The rows (width,) of a scrambled Halton sequence, without end."""
    from scipy.stats import qmc

    return _rows_of(qmc.Halton(width, scramble=True, rng=seed))


def hypercube_rows(width: int, n: int, seeds: Iterable[Seed]) -> Iterator[Row]:
    """The rows (width,) of a Latin hypercube of `n` rows for each seed, one after the other."""
    from scipy.stats import qmc

    for seed in seeds:
        yield from qmc.LatinHypercube(width, rng=seed).random(n)


def random_rows(width: int, rng: np.random.Generator) -> Iterator[Row]:
    """Independent rows (width,), without end."""
    while True:
        yield from rng.random((_BLOCK, width))


def latin_hypercube(n: int, width: int, rng: np.random.Generator) -> Row:
    """A Latin hypercube (n, width) of NumPy alone, for where many are drawn; its draws are not those of SciPy's."""
    cells = rng.permuted(np.tile(np.arange(n), (width, 1)), axis=1).T
    return np.asarray((cells + rng.random((n, width))) / n)


def design(kind: str, n: int, width: int, seed: int) -> Iterator[Row]:
    """Rows (width,) for the first trials of a search, from `seed` alone; the first `n` of them make the design.

    `sobol` and `halton` are scrambled sequences, `lhs` one Latin hypercube of `n` rows after the other. A Sobol
    sequence ends after 2^20 rows, the others never.

    Raises:
        ValueError: an unknown kind.
    """
    if kind not in DESIGNS:
        raise ValueError(f"initial must be one of {', '.join(DESIGNS)}; found {kind!r}")
    rng = np.random.default_rng([seed, DESIGNS.index(kind)])
    rows = {
        "sobol": lambda: sobol_rows(width, rng, bits=20),
        "lhs": lambda: hypercube_rows(width, max(n, 1), repeat(rng)),
        "halton": lambda: halton_rows(width, rng),
        "random": lambda: random_rows(width, rng),
    }
    return rows[kind]()


def _rows_of(sequence: Any) -> Iterator[Row]:
    """The rows of one of SciPy's sequences."""
    while True:
        with warnings.catch_warnings():
            # Blocks are powers of 2, but SciPy warns once a sequence has gone past its balance properties.
            warnings.simplefilter("ignore", UserWarning)
            block = sequence.random(_BLOCK)
        yield from block
