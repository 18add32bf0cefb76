"""Runs that are packed into blocks, several to a job.

A round's runs are cut into blocks by their place in the round, whatever is done already, so that the blocks stay the
same while the study grows.
"""

from collections.abc import Sequence
from typing import TypeVar

__all__ = ["block", "block_count"]

T = TypeVar("T")


def block_count(runs: int, size: int) -> int:
    """How many blocks of `size` that many runs make; the last may be smaller."""
    return -(-runs // size)


def block(runs: Sequence[T], index: int, size: int) -> list[T]:
    """The runs of one block."""
    return list(runs[index * size : (index + 1) * size])
