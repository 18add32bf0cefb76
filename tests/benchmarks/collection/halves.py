"""All problems by name, and which half each belongs to: one is for choosing between ideas, the other for confirming.

The confirming half is looked at once per decision. Each half has half of each family and of the trainings. Any further
problem of a family can be drawn by its name, `mixed-17` say; it has no best value until it is measured.
"""

from collections.abc import Callable, Mapping
from functools import cache

from collection.family_smooth import smooth
from collection.family_valleys import valleys
from collection.problem import Problem

__all__ = ["CHOOSE", "CONFIRM", "HALVES", "NAMES", "half_of", "problem"]

_FAMILIES: Mapping[str, Callable[[int], Problem]] = {"smooth": smooth, "valleys": valleys}

CHOOSE = (
    "smooth-0", "smooth-2",
    "valleys-0", "valleys-2",
)  # fmt: skip
CONFIRM = (
    "smooth-1", "smooth-3",
    "valleys-1", "valleys-3",
)  # fmt: skip
HALVES: Mapping[str, tuple[str, ...]] = {"choose": CHOOSE, "confirm": CONFIRM}
NAMES = CHOOSE + CONFIRM


def half_of(name: str) -> str:
    """`choose` or `confirm`.

    Raises:
        LookupError: the problem belongs to neither.
    """
    for half, names in HALVES.items():
        if name in names:
            return half
    raise LookupError(f"'{name}' is in no half; there are {', '.join(NAMES)}")


@cache
def problem(name: str) -> Problem:
    """The problem of that name.

    Raises:
        LookupError: there is no such family or training.
    """
    family, _, seed = name.partition("-")
    if family in _FAMILIES and seed.isdigit():
        return _FAMILIES[family](int(seed))
    raise LookupError(f"no problem is called '{name}'; there are {', '.join(NAMES)}")
