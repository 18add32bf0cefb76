"""Reads which runs are stopped early: the key `pruner`, a type with its options."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from snaketune.errors import ConfigError

__all__ = ["ROUND", "Pruner", "pruner_from"]

# Trials in a round of a search with a pruner that does not say it.
ROUND = 8
NONE = "none"
STEPS = "steps"  # what runs are looked at over where nothing is said
SIGNAL = "SIGTERM"
_TIMING = {"n_warmup_steps": 5, "interval_steps": 1}
_AMONG = {"n_startup_trials": 5, "n_min_trials": 1}
_HELD_BACK = {"patience": None, "min_delta": 0.0}
# The options of each type with their defaults; None where there is none.
_OPTIONS: Mapping[str, Mapping[str, Any]] = {
    "median": {**_AMONG, **_TIMING, **_HELD_BACK},
    "percentile": {"percentile": 25.0, **_AMONG, **_TIMING, **_HELD_BACK},
    "threshold": {"lower": None, "upper": None, **_TIMING, **_HELD_BACK},
    "patient": _HELD_BACK,
    "wilcoxon": {"p_threshold": 0.1, "n_startup_steps": 2, **_HELD_BACK},
}
# Over folds or replicates, of which there are few; whether a trial improves from one to the next says nothing.
_OF_PARTS: Mapping[str, Mapping[str, Any]] = {
    kind: {name: 1 if name == "n_warmup_steps" else value for name, value in its.items() if name not in _HELD_BACK}
    for kind, its in _OPTIONS.items()
    if kind != "patient"
}
_NUMBERS = ("percentile", "lower", "upper", "min_delta", "p_threshold")


@dataclass(frozen=True)
class Pruner:
    """The rule by which a search's runs are stopped early.

    `rule` has its `type`, all options of that which are not None, and the `signal` by which a program is asked to end;
    or in place of that `over`, where it looks at trials between their folds or replicates.
    """

    rule: Mapping[str, Any]

    @property
    def type(self) -> str:
        kind: str = self.rule["type"]
        return kind

    @property
    def compares(self) -> bool:
        """Whether a run is compared with others, so that the results of earlier rounds have to be known."""
        return self.type not in ("threshold", "patient")

    @property
    def over(self) -> str | None:
        """What trials are looked at between, folds or replicates; None if runs are, while they train."""
        return self.rule.get("over")

    def looks(self, total: int, each: int) -> list[int]:
        """After how many of a trial's `total` folds (replicates) it looks at it, with `each` so many runs.

        Raises:
            ConfigError: it never does, before the last one.
        """
        name = "n_startup_steps" if self.type == "wilcoxon" else "n_warmup_steps"
        first: int = self.rule[name]
        if not 1 <= first < total:
            raise ConfigError(
                f"pruner.{name}",
                f"must be from 1 to {total - 1}: a trial is looked at before the last of its {total} {self.over}; "
                f"found {first}",
            )
        if self.type == "wilcoxon":
            first = max(first, -(-_fewest_pairs(self.rule["p_threshold"]) // each))
            if first >= total:
                raise ConfigError(
                    "pruner.p_threshold",
                    f"is never reached: {(total - 1) * each} runs, all of which are worse, have a probability of "
                    f"{0.5 ** ((total - 1) * each):g} at least, found {self.rule['p_threshold']:g}; raise it, or "
                    f"have more {self.over}",
                )
        return list(range(first, total, self.rule.get("interval_steps", 1)))


def pruner_from(given: str | Mapping[str, Any] | None) -> Pruner | None:
    """The pruner that a configuration gives: a type alone, a mapping, or "none".

    Raises:
        ConfigError: an option does not go with the type, or one that it needs is missing.
    """
    if given is None or given == NONE:
        return None
    raw = {"type": given} if isinstance(given, str) else given
    kind, over = raw["type"], raw.get("over", STEPS)
    if over != STEPS:
        return _between_runs(kind, over, raw)
    _check_options(kind, raw, _OPTIONS, ("type", "over", "signal"))
    rule = {"type": kind, **_OPTIONS[kind], "signal": SIGNAL, **raw}
    rule.pop("over", None)
    rule |= _numbers(kind, rule)
    if kind == "patient" and rule["patience"] is None:
        raise ConfigError("pruner", "type: patient needs 'patience', the steps that a run may go on without improving")
    if "min_delta" in raw and rule["patience"] is None:
        raise ConfigError("pruner.min_delta", "is for 'patience', which is missing; give both, or neither")
    _check_limits(kind, rule)
    if rule["patience"] is None:
        del rule["min_delta"]
    return Pruner({name: value for name, value in rule.items() if value is not None})


def _between_runs(kind: str, over: str, raw: Mapping[str, Any]) -> Pruner:
    """The pruner that looks at trials between their folds or replicates."""
    if kind not in _OF_PARTS:
        raise ConfigError("pruner.over", f"does not go with type: {kind}, as {over} are no course of a training")
    # The schema fills in the signal, which is of use where runs are stopped while they train.
    given = {name: value for name, value in raw.items() if (name, value) != ("signal", SIGNAL)}
    _check_options(kind, given, _OF_PARTS, ("type", "over"), f" with over: {over}")
    rule = {"type": kind, **_OF_PARTS[kind], **given}
    rule |= _numbers(kind, rule)
    _check_limits(kind, rule)
    return Pruner({name: value for name, value in rule.items() if value is not None})


def _check_options(
    kind: str, given: Iterable[str], types: Mapping[str, Mapping[str, Any]], others: Sequence[str], where: str = ""
) -> None:
    for name in given:
        if name not in types[kind] and name not in others:
            those = [other for other, its in types.items() if name in its]
            elsewhere = f"; it goes with {' and '.join(those)}" if those else "; it is for over: steps"
            takes = f"type: {kind}{where}, which takes {', '.join(types[kind])}"
            raise ConfigError(f"pruner.{name}", f"does not go with {takes}{elsewhere}")


def _numbers(kind: str, rule: Mapping[str, Any]) -> dict[str, float]:
    """The options that are numbers of any kind."""
    found = {name: float(rule[name]) for name in _NUMBERS if rule.get(name) is not None}
    return found | ({"percentile": 50.0} if kind == "median" else {})


def _fewest_pairs(p_threshold: float) -> int:
    """How many pairs the signed-rank test needs to find a probability below that: it is 0.5^n if all are worse."""
    return max(2, math.floor(-math.log2(max(p_threshold, 1e-300))) + 1)


def _check_limits(kind: str, rule: Mapping[str, Any]) -> None:
    if kind != "threshold":
        return
    lower, upper = rule["lower"], rule["upper"]
    if lower is None and upper is None:
        raise ConfigError("pruner", "type: threshold needs 'lower' or 'upper', or both")
    if lower is not None and upper is not None and lower > upper:
        raise ConfigError("pruner.lower", f"must be at most upper, {upper:g}; found {lower:g}")
