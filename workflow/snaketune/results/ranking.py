"""Which trials are best."""

import math
from collections.abc import Iterable, Mapping, Sequence

from snaketune.config.study import Filter, Study
from snaketune.errors import ConfigError, did_you_mean
from snaketune.results.spelling import plain
from snaketune.results.trials import Trial
from snaketune.samplers.dominance import nondominated
from snaketune.samplers.promotion import Contender, best
from snaketune.space.expressions import Missing, UncomputableError
from snaketune.values import is_number

__all__ = ["best_of_rung", "comparable", "feasible", "matches", "pareto", "ranked", "violations"]


def ranked(trials: Iterable[Trial], study: Study) -> list[Trial]:
    """The complete trials, best first, each once: those within the outcome constraints before all others, by value.

    Values of different budgets are not compared: a trial that is trained further is the better one. Of equal ones that
    with the lower number in its search is first, then that whose search is; a trial of several searches counts as far
    as any of them has trained it, with the lowest of its numbers. `trials` come search by search, as the configuration
    has them: so the order is the same whichever has ended first.
    """
    name, sign = study.metric.name, study.metric.sign
    complete = [trial for trial in _as_far_as_trained(list(trials)) if trial.complete]
    order: dict[str, Trial] = {}
    for trial in sorted(complete, key=lambda t: (not feasible(t, study), -t.share, sign * t.metrics[name], t.number)):
        order.setdefault(trial.trial, trial)
    return list(order.values())


def _as_far_as_trained(trials: Sequence[Trial]) -> Sequence[Trial]:
    """The trials without those that another search has trained further."""
    if not any(trial.rung for trial in trials):
        return trials
    most: dict[str, float] = {}
    for trial in trials:
        most[trial.trial] = max(trial.share, most.get(trial.trial, 0.0))
    return [trial for trial in trials if trial.share == most[trial.trial]]


def best_of_rung(trials: Sequence[Trial], study: Study, n: int) -> list[Trial]:
    """The best `n` of the complete trials of a rung, best first: those that go on, if so many do.

    One whose result was imported is trained in full already, and is none of them.
    """
    by_number = {trial.number: trial for trial in trials if trial.rung and trial.complete}
    contenders = [
        Contender(number, tuple(m.sign * trial.metrics[m.name] for m in study.metrics), violations(trial, study))
        for number, trial in by_number.items()
    ]
    return [by_number[number] for number in best(contenders, n)]


def violations(trial: Trial, study: Study) -> tuple[float, ...]:
    """By how much the trial breaks each outcome constraint, as `OutcomeConstraint.violation`; NaN without a number."""
    values = [(limit, trial.metrics.get(limit.metric)) for limit in study.outcome_constraints]
    return tuple(limit.violation(value) if is_number(value) else math.nan for limit, value in values)


def feasible(trial: Trial, study: Study) -> bool:
    """Whether the trial keeps all outcome constraints; one whose metric is missing or no number is broken."""
    return all(violation <= 0 for violation in violations(trial, study))


def comparable(trials: Iterable[Trial], study: Study) -> list[Trial]:
    """The complete, feasible trials; where there are budgets, those of them that are trained furthest."""
    candidates = [trial for trial in trials if trial.complete and feasible(trial, study)]
    furthest = max((trial.share for trial in candidates), default=1.0)
    return [trial for trial in candidates if trial.share == furthest]


def pareto(trials: Sequence[Trial], study: Study) -> list[Trial]:
    """The comparable trials that no other one beats in one objective without losing in another."""
    candidates = comparable(trials, study)
    points = [tuple(m.sign * trial.metrics[m.name] for m in study.metrics) for trial in candidates]
    return [trial for trial, kept in zip(candidates, nondominated(points), strict=True) if kept]


def matches(chosen: Filter, row: Mapping[str, object]) -> bool:
    """Whether a row of the table (values by column) passes the study's filter.

    Raises:
        ConfigError: the expression names no column or can't be computed.
    """
    if row["status"] not in chosen.status:
        return False
    if chosen.tags and not set(chosen.tags) <= set(str(row["tags"]).split(";")):
        return False
    names = chosen.where.names
    unknown = sorted(names - row.keys())
    if unknown and row["status"] == "complete":  # as long as no trial is, the metrics' names are not known
        raise ConfigError("filter.where", f"'{unknown[0]}' is no column.{did_you_mean(unknown[0], row)}")
    present = {name: plain(row[name]) for name in names if row.get(name) is not None}
    try:
        return bool(chosen.where(present))
    except Missing:  # an inactive parameter or a metric that this trial lacks
        return False
    except UncomputableError as error:
        raise ConfigError("filter.where", str(error)) from None
