"""The rules by which a run is stopped early: the first step at which what it has reported so far is not good enough.

A round's pruner.json holds the rule, and what is known of the runs of earlier rounds that it compares with:

    type, and its options       as the configuration has them, all defaults in place
    objectives                  [name, direction] of each metric, the study's first objective first
    groups                      by fold ("" without folds): `trials`, how many have runs to compare with, and `steps`:
                                [step, trials, value] for one objective; [step, trials, [values, …]] for several, the
                                values of each run; [step, value] of the `best` run for wilcoxon

The rules are Optuna's (MedianPruner, PercentilePruner, ThresholdPruner, PatientPruner, WilcoxonPruner). All of them
look at the rows of a history in their order, so that it does not matter when somebody looks. By the same rules trials
are judged between their folds or replicates (`over`), by rows that `proposing.in_parts` makes of these.

With several objectives a run is worse than a percentile of others if the percentile of what these are behind it, each
in the objective in which it is most behind, is below zero: more of them than the percentile says are better in every
objective. With one objective that is the same as to compare it with the percentile of their values.
"""

from __future__ import annotations

import collections
import math

from snaketune.runner.history import numbered_rows
from snaketune.runner.history_steps import StepReader
from snaketune.runner.pruning_rules import RULES, covers, least, said

TYPE_CHECKING = False  # to import `typing` takes time
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

__all__ = ["Cut", "Judge", "cut_of", "until"]

# Where a run is cut: `step`, the `reason` in one line, the number of the `line` that it is cut behind.
Cut = collections.namedtuple("Cut", "step reason line")


def cut_of(rule: Mapping[str, Any], fold: int | None, history: bytes, after: float = -math.inf) -> Cut | None:
    """Where a run with this history is cut; None if it is not. Steps up to `after` are known and not judged."""
    return Judge(rule, fold, after).through(history)


def until(history: bytes, cut: Cut) -> bytes:
    """The history as far as it counts of a run that is cut."""
    lines = history.splitlines(keepends=True)[: cut.line + 1]
    return b"".join(lines).rstrip(b"\r\n") + b"\n"


class Judge:
    """Judges one run by a rule, row by row; its `fold` says with which runs it is compared."""

    def __init__(self, rule: Mapping[str, Any], fold: int | None, after: float = -math.inf):
        self.rule, self.after = rule, after
        self.objectives: Sequence[Sequence[str]] = rule.get("objectives", ())
        self.reader = StepReader([name for name, _ in self.objectives])
        self.group: Mapping[str, Any] = rule.get("groups", {}).get("" if fold is None else str(fold), {})
        self.known = {entry[0]: entry[1:] for entry in self.group.get("steps", ())}
        self.steps: list[float] = []
        self.values: list[tuple[float, ...]] = []
        self._rule = RULES.get(str(rule.get("type")))
        # The best values so far, as they are to be minimised: no other are as good in all objectives. None, if all NaN.
        self.best: list[tuple[float, ...]] = []
        self.before_patience = math.inf

    def see(self, row: Mapping[str, Any], line: int) -> Cut | None:
        """The cut, if the run is cut behind this row of its history, the next one, in that line."""
        found = self.verdict(row)
        return None if found is None else Cut(found[0], f"pruned at step {said(found[0])}: {found[1]}", line)

    def verdict(self, row: Mapping[str, Any]) -> tuple[float, str] | None:
        """The step of this row, the next one, and why it is not good enough; None if it is."""
        before = self.reader.last
        found = self.reader.read(row) if self._rule else None
        if found is None:
            return None
        step, values = found
        self.steps.append(step)
        self.values.append(values)
        self._note_best(values)
        impatient = self._impatient()
        if step <= self.after or not impatient:
            return None
        assert self._rule
        why = self._rule(self, step, before)
        return (step, why) if why else None

    def through(self, history: bytes) -> Cut | None:
        """The cut of a run with this history, all of it."""
        return next((cut for line, row in numbered_rows(history) if (cut := self.see(row, line))), None)

    def due(self, step: float, before: float) -> bool:
        """Whether the rule looks at this step, the one before it being `before`."""
        warmup, interval = self.rule["n_warmup_steps"], self.rule["interval_steps"]
        return bool(step >= warmup and before < (step - warmup) // interval * interval + warmup)

    def less_is_better(self, values: Sequence[float]) -> tuple[float, ...]:
        """Values as they are to be minimised."""
        signs = [-1 if direction == "maximize" else 1 for _, direction in self.objectives]
        return tuple([sign * value for sign, value in zip(signs, values)])  # noqa: B905

    def said(self, value: float) -> str:
        """The first objective's value, given as it is to be minimised, in words."""
        return said(self.less_is_better((value,))[0])

    def _note_best(self, values: Sequence[float]) -> None:
        new = self.less_is_better(values)
        if any(value != value for value in new) or any(covers(old, new) for old in self.best):
            return
        self.best = [old for old in self.best if not covers(new, old)] + [new]

    def _impatient(self) -> bool:
        """Whether the run has not improved for as many steps as the rule has patience for; always, without any."""
        patience = self.rule.get("patience")
        if patience is None:
            return True
        first = [self.less_is_better(values)[0] for values in self.values[-patience - 2 :]]
        if len(self.values) <= patience + 1:
            return False
        self.before_patience = least([self.before_patience, first[0]])
        after = [value for value in first[1:] if value == value]
        return bool(after) and self.before_patience + self.rule["min_delta"] < min(after)
