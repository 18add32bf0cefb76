"""What a study with several objectives is about: its Pareto set, and how the set grew."""

from collections.abc import Sequence

from snaketune.config.study import Study
from snaketune.results.hypervolume import hypervolumes
from snaketune.results.markdown import number, table
from snaketune.results.ranking import feasible, pareto
from snaketune.results.trials import Trial

__all__ = ["front_md", "growth"]

_STEPS = 10


def growth(trials: Sequence[Trial], study: Study) -> list[float]:
    """The dominated hypervolume after each trial, as a fraction of the box of all values; see `hypervolumes`."""
    return hypervolumes([_point(trial, study) for trial in trials])


def front_md(trials_of: dict[str, Sequence[Trial]], study: Study) -> list[str]:
    """The paragraphs of summary.md about the Pareto set over all searches and each one's hypervolume over trials."""
    distinct = {trial.trial: trial for listed in trials_of.values() for trial in listed}
    front = sorted(
        pareto(list(distinct.values()), study), key=lambda t: study.metric.sign * t.metrics[study.metric.name]
    )
    parameters = [name for name in study.parameters if any(name in trial.params for trial in front)]
    header = ["id", *(metric.name for metric in study.metrics), *parameters]
    rows = [
        [t.trial, *(t.metrics[m.name] for m in study.metrics), *(t.params.get(name) for name in parameters)]
        for t in front
    ]
    parts = [f"## Pareto set ({len(front)} trials)", table(header, rows)]
    for name, trials in trials_of.items():
        volumes = growth(trials, study)
        places = sorted({max(1, round(len(trials) * step / _STEPS)) for step in range(1, _STEPS + 1)}) if trials else []
        cells = [[place, number(volumes[place - 1], 4)] for place in places]
        parts.append(f"Hypervolume over trials, {name} (fraction of the box of its values):")
        parts.append(table(["trials", "hypervolume"], cells, left=0))
    return parts


def _point(trial: Trial, study: Study) -> tuple[float, ...] | None:
    if not trial.complete or not feasible(trial, study):
        return None
    return tuple(metric.sign * trial.metrics[metric.name] for metric in study.metrics)
