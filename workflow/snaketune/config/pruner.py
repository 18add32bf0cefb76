"""Reads which runs are stopped early: the key `pruner`, a type with its options."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from snaketune.errors import ConfigError

__all__ = ["ROUND", "Pruner", "pruner_from"]

# Trials in a round of a search with a pruner that does not say it.
ROUND = 8
NONE = "none"
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
_NUMBERS = ("percentile", "lower", "upper", "min_delta", "p_threshold")


@dataclass(frozen=True)
class Pruner:
    """The rule by which a search's runs are stopped early.

    `rule` has its `type`, all options of that which are not None, and the `signal` by which a program is asked to end.
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


def pruner_from(given: str | Mapping[str, Any] | None) -> Pruner | None:
    """The pruner that a configuration gives: a type alone, a mapping, or "none".

    Raises:
        ConfigError: an option does not go with the type, or one that it needs is missing.
    """
    if given is None or given == NONE:
        return None
    raw = {"type": given} if isinstance(given, str) else given
    kind = raw["type"]
    options = _OPTIONS[kind]
    for name in raw:
        if name not in options and name not in ("type", "signal"):
            those = [other for other, its in _OPTIONS.items() if name in its]
            raise ConfigError(
                f"pruner.{name}",
                f"does not go with type: {kind}, which takes {', '.join(options)}; it goes with {' and '.join(those)}",
            )
    rule = {"type": kind, **options, "signal": "SIGTERM", **raw}
    rule |= {name: float(rule[name]) for name in _NUMBERS if rule.get(name) is not None}
    if kind == "median":
        rule["percentile"] = 50.0
    if kind == "patient" and rule["patience"] is None:
        raise ConfigError("pruner", "type: patient needs 'patience', the steps that a run may go on without improving")
    if "min_delta" in raw and rule["patience"] is None:
        raise ConfigError("pruner.min_delta", "is for 'patience', which is missing; give both, or neither")
    _check_limits(kind, rule)
    if rule["patience"] is None:
        del rule["min_delta"]
    return Pruner({name: value for name, value in rule.items() if value is not None})


def _check_limits(kind: str, rule: Mapping[str, Any]) -> None:
    if kind != "threshold":
        return
    lower, upper = rule["lower"], rule["upper"]
    if lower is None and upper is None:
        raise ConfigError("pruner", "type: threshold needs 'lower' or 'upper', or both")
    if lower is not None and upper is not None and lower > upper:
        raise ConfigError("pruner.lower", f"must be at most upper, {upper:g}; found {lower:g}")
