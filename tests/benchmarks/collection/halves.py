"""All problems by name, and which half each belongs to: one is for choosing between ideas, the other for confirming.

The confirming half is looked at once per decision. Each half has half of each family and of the trainings. Any further
problem of a family can be drawn by its name, `mixed-17` say; it has no best value until it is measured.
"""

from collections.abc import Callable, Mapping
from functools import cache

from collection.family_mixed import mixed
from collection.family_multimodal import multimodal
from collection.family_noisy import noisy
from collection.family_smooth import smooth
from collection.family_valleys import valleys
from collection.family_wide import wide
from collection.problem import Problem
from collection.trainings import TRAININGS, training

__all__ = ["CHOOSE", "CONFIRM", "HALVES", "NAMES", "half_of", "problem"]

_FAMILIES: Mapping[str, Callable[[int], Problem]] = {
    family.__name__: family for family in (smooth, multimodal, valleys, mixed, wide, noisy)
}

CHOOSE = (
    "smooth-0", "smooth-3",
    "multimodal-0", "multimodal-3", "multimodal-4",
    "valleys-0", "valleys-1",
    "mixed-0", "mixed-3", "mixed-4",
    "wide-0", "wide-2",
    "noisy-0", "noisy-2", "noisy-5",
    "cancer_boosting", "digits_pipeline", "digits_sgd", "diabetes_models",
)  # fmt: skip
CONFIRM = (
    "smooth-1", "smooth-2",
    "multimodal-1", "multimodal-2", "multimodal-5",
    "valleys-2", "valleys-3",
    "mixed-1", "mixed-2", "mixed-5",
    "wide-1", "wide-3",
    "noisy-1", "noisy-3", "noisy-4",
    "wine_forest", "diabetes_svr", "digits_mlp", "digits_svc",
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
    if name in TRAININGS:
        return training(name)
    raise LookupError(f"no problem is called '{name}'; there are {', '.join(NAMES)}")
