"""Budgets, and the brackets of successive halving and Hyperband (Li et al., JMLR 18 (2018), arXiv 1603.06560)."""

import math
from dataclasses import dataclass

__all__ = ["Bracket", "Budget", "as_written", "halving", "hyperband", "ladder"]

_EXACT = 1e-9  # relative: what logarithms and divisions are off by


@dataclass(frozen=True)
class Budget:
    """How much training runs get: from `min` to `max`, both positive, of what `name` says (epochs, trees, …).

    Both are as `as_written` gives them: a budget is known by how it is written.
    """

    name: str
    min: float
    max: float

    def text(self, amount: float, of: float | None = None) -> str:
        """So much of it (`of` so much) in words, as in `27 epochs`; without a name of its own `budget 27`.

        The name is the user's word, of which no singular is known: `a budget of 1 (epochs)`.
        """
        said = f"{amount:,}" if of is None else f"{amount:,} of {of:,}"
        if self.name == "budget":
            return f"budget {said}"
        return f"{said} {self.name}" if (amount if of is None else of) > 1 else f"a budget of {said} ({self.name})"


@dataclass(frozen=True)
class Bracket:
    """The rungs of a bracket: the budget of each, ascending, and how many trials it has unless too many fail."""

    budgets: tuple[float, ...]
    sizes: tuple[int, ...]

    def amounts(self, *, resumes: bool) -> list[float]:
        """What the trials of each rung train; if they resume from the rung below, what it adds to that one's budget."""
        before = (0, *self.budgets[:-1]) if resumes else (0,) * len(self.budgets)
        return [n * (to - since) for n, to, since in zip(self.sizes, self.budgets, before, strict=True)]


def ladder(budget: Budget, eta: float) -> tuple[float, ...]:
    """The budgets of all rungs: from the least one on, each `eta` (> 1) times the one before; the last is the largest.

    The last step is between the square root of eta and eta times that. Where both ends are whole numbers, so are all
    budgets; else they have six significant digits. Counted from the least one, so that a larger `max` adds rungs.
    """
    steps = math.log(budget.max / budget.min) / math.log(eta)
    whole = isinstance(budget.min, int) and isinstance(budget.max, int)
    lower = [budget.min * eta**i for i in range(max(1, math.ceil(steps - 0.5 - _EXACT)))]
    budgets = [round(b) if whole else as_written(b) for b in lower]
    return (*dict.fromkeys(b for b in budgets if b < budget.max), budget.max)


def as_written(budget: float) -> float:
    """A budget as ids of runs spell it: with six significant digits, and of type int where it is a whole number."""
    rounded = budget if budget == int(budget) else float(f"{budget:.6g}")
    return int(rounded) if rounded == int(rounded) else rounded


def halving(budgets: tuple[float, ...], n_trials: int, eta: float) -> Bracket:
    """One bracket that begins with so many trials, of which each rung keeps the best 1/eta, at least one."""
    return Bracket(budgets, tuple(max(1, _part(n_trials, eta**i)) for i in range(len(budgets))))


def hyperband(budgets: tuple[float, ...], eta: float) -> list[Bracket]:
    """All brackets, that with the lowest first rung first; table 1 of the paper, by its n = ⌊(s_max+1)/(s+1)⌋ η^s."""
    highest = len(budgets) - 1
    brackets = []
    for s in range(highest, -1, -1):
        n = math.ceil((highest + 1) // (s + 1) * eta**s - _EXACT)
        brackets.append(halving(budgets[highest - s :], n, eta))
    return brackets


def _part(n: int, of: float) -> int:
    return int(n / of + _EXACT)
