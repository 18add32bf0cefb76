"""Which trials are best."""

from collections.abc import Iterable, Mapping, Sequence

from snaketune.config.study import Filter, Study
from snaketune.errors import ConfigError, did_you_mean
from snaketune.results.trials import Trial
from snaketune.space.expressions import Missing, UncomputableError

__all__ = ["feasible", "matches", "pareto", "ranked"]


def ranked(trials: Iterable[Trial], study: Study) -> list[Trial]:
    """The complete trials, best first: those within the outcome constraints before all others; ties by number."""
    return sorted(
        (trial for trial in trials if trial.complete),
        key=lambda t: (not feasible(t, study), study.metric.sign * t.metrics[study.metric.name], t.number),
    )


def feasible(trial: Trial, study: Study) -> bool:
    """Whether the trial keeps all outcome constraints; one whose metric is missing or no number is broken."""
    for limit in study.outcome_constraints:
        value = trial.metrics.get(limit.metric)
        if not isinstance(value, (int, float)) or isinstance(value, bool) or not limit.violation(value) <= 0:
            return False
    return True


def pareto(trials: Sequence[Trial], study: Study) -> list[Trial]:
    """The complete, feasible trials that no other one beats in one objective without losing in another."""
    candidates = [trial for trial in trials if trial.complete and feasible(trial, study)]
    points = [tuple(m.sign * trial.metrics[m.name] for m in study.metrics) for trial in candidates]
    return [
        trial
        for trial, point in zip(candidates, points, strict=True)
        if not any(
            other != point and all(a <= b for a, b in zip(other, point, strict=True)) for other in points
        )
    ]  # fmt: skip


def matches(chosen: Filter, row: Mapping[str, object]) -> bool:
    """Whether a row of the table (values by column) passes the study's filter.

    Raises:
        ConfigError: the expression names no column or can't be computed.
    """
    if row["status"] not in chosen.status or not set(chosen.tags) <= set(str(row["tags"]).split(";")):
        return False
    unknown = sorted(chosen.where.names - set(row))
    if unknown and row["status"] == "complete":  # as long as no trial is, the metrics' names are not known
        raise ConfigError("filter.where", f"'{unknown[0]}' is no column.{did_you_mean(unknown[0], row)}")
    present = {name: value for name, value in row.items() if value is not None}
    try:
        return bool(chosen.where(present))
    except Missing:  # an inactive parameter or a metric that this trial lacks
        return False
    except UncomputableError as error:
        raise ConfigError("filter.where", str(error)) from None
