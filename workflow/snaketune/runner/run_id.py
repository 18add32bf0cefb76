"""The id of a run: which replicate of its trial, which fold of a cross-validation, which budget (rung)."""

from __future__ import annotations

import collections
import re

__all__ = ["PATTERN", "RunId"]

PATTERN = r"r(\d+)(?:f(\d+))?(?:b([\d.]+))?"
_DIGITS = 6  # of a budget


class RunId(collections.namedtuple("RunId", "replicate fold budget", defaults=(None, None))):
    """`replicate` counts from 0; `fold` and `budget` are None for a run without. `str` gives r0, r1f2, r0f1b27.

    A budget that is no whole number is spelled with six significant digits, never with an exponent: r0b0.111111. Ids
    sort by replicate, fold and budget, as long as all of them have a fold, or none, and so on.
    """

    __slots__ = ()
    replicate: int
    fold: int | None
    budget: float | None

    @classmethod
    def parse(cls, text: str) -> RunId:
        """The id that `text` spells.

        Raises:
            ValueError: it spells none.
        """
        match = re.fullmatch(PATTERN, text)
        if not match:
            raise ValueError(f"{text!r} is not the id of a run: r<replicate>[f<fold>][b<budget>]")
        budget = match[3] and (float(match[3]) if "." in match[3] else int(match[3]))
        return cls(int(match[1]), match[2] and int(match[2]), budget)

    def __str__(self) -> str:
        fold = "" if self.fold is None else f"f{self.fold}"
        return f"r{self.replicate}{fold}" + ("" if self.budget is None else f"b{_spelled(self.budget)}")


def _spelled(budget: float) -> str:
    rounded = budget if budget == int(budget) else float(f"{budget:.{_DIGITS - 1}e}")
    if rounded == int(rounded):
        return str(int(rounded))
    exponent = int(f"{rounded:e}".partition("e")[2])
    return f"{rounded:.{_DIGITS - 1 - exponent}f}".rstrip("0")
