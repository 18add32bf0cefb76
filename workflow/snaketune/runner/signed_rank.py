"""Wilcoxon's signed-rank test: whether paired differences tend to be above zero, by the standard library alone."""

from __future__ import annotations

import math

TYPE_CHECKING = False  # to import `typing` takes time
if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["p_above", "ranks_of"]

_EXACT = 50  # differences; for more of them the normal distribution is near enough
_BITS = 64  # of a count: there are 2^50 choices of signs at most


def p_above(differences: Sequence[float]) -> float:
    """How likely ranks as high of those above zero are if signs are by chance, in [0, 1]; small: they are above zero.

    Half the rank of each zero counts for either side (as SciPy's `zero_method="zsplit"`, `alternative="greater"`).
    Without ties and zeros, and of up to 50 differences, it is exact, else by the normal distribution with a correction
    for ties. The differences are finite; at least one of them.
    """
    ranks, ties = ranks_of([abs(value) for value in differences])
    zeros = sum(1 for value in differences if value == 0)
    above = sum(rank for rank, value in zip(ranks, differences) if value > 0)  # noqa: B905  Python 3.8 has no `strict`
    above += sum(ranks[i] for i, value in enumerate(differences) if value == 0) / 2
    n = len(differences)
    if n <= _EXACT and not zeros and not ties:
        return _share_from(n, int(above))
    mean, variance = n * (n + 1) / 4, (n * (n + 1) * (2 * n + 1) - ties / 2) / 24
    if variance <= 0:
        return 1.0
    return 0.5 * math.erfc((above - mean) / math.sqrt(2 * variance))


def ranks_of(sizes: Sequence[float]) -> tuple[list[float], int]:
    """The ranks from 1, equal sizes share theirs; and the sum of t³ - t over the t of each group of equal ones."""
    order = sorted(range(len(sizes)), key=sizes.__getitem__)
    ranks, ties, begin = [0.0] * len(sizes), 0, 0
    while begin < len(order):
        end = begin
        while end < len(order) and sizes[order[end]] == sizes[order[begin]]:
            end += 1
        for place in order[begin:end]:
            ranks[place] = (begin + 1 + end) / 2
        ties += (end - begin) ** 3 - (end - begin)
        begin = end
    return ranks, ties


def _share_from(n: int, least: int) -> float:
    """The share of all choices of signs of the ranks 1 … n for which those above zero add up to `least` or more."""
    # How often there is each sum, as the digits of one large number.
    counts = 1
    for rank in range(1, n + 1):
        counts += counts << (rank * _BITS)
    content = (counts >> (least * _BITS)).to_bytes(((n * (n + 1) // 2 + 1) * _BITS) // 8, "little")
    wide = _BITS // 8
    total = sum(int.from_bytes(content[i : i + wide], "little") for i in range(0, len(content), wide))
    return float(total / 2**n)
