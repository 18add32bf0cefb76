"""What a study with several objectives is about: its Pareto set, and how the set grew."""

from collections.abc import Mapping, Sequence

from snaketune.config.study import Study
from snaketune.results.markdown import number, table
from snaketune.results.ranking import comparable, pareto
from snaketune.results.spelling import spelled
from snaketune.results.trials import Trial, each_once
from snaketune.samplers.dominance import bounding_box, hypervolumes

__all__ = ["front_md", "front_size"]

_STEPS = 10


def front_md(trials_of: Mapping[str, Sequence[Trial]], study: Study) -> list[str]:
    """The paragraphs of summary.md about the Pareto set over all searches and how each one's hypervolume grew."""
    distinct = list(each_once(trials_of).values())
    front = sorted(pareto(distinct, study), key=lambda t: study.metric.sign * t.metrics[study.metric.name])
    parameters = [name for name in study.parameters if any(name in trial.params for trial in front)]
    header = ["id", *(metric.name for metric in study.metrics), *parameters]
    rows = [
        [
            t.trial,
            *(t.metrics[m.name] for m in study.metrics),
            *(spelled(t.params, name, study.cells) for name in parameters),
        ]
        for t in front
    ]
    parts = [f"## Pareto set ({len(front)} trials)", table(header, rows)]
    heading = "Dominated hypervolume after so many trials (fraction of the box of all searches' values):"
    usable = {trial.trial: trial.share for trial in comparable(distinct, study)}
    points_of = {
        name: [_point(trial, study) if trial.share == usable.get(trial.trial) else None for trial in listed]
        for name, listed in trials_of.items()
    }
    return [*parts, heading, _growth_md(points_of)]


def front_size(trials: Sequence[Trial], study: Study) -> tuple[int, float]:
    """How many of `trials` (each once) are in the Pareto set, and the hypervolume that it dominates.

    The volume is a fraction of the box of all values, as in the summary.
    """
    box = bounding_box([_point(trial, study) for trial in comparable(trials, study)])
    front = pareto(trials, study)
    volumes = hypervolumes([_point(trial, study) for trial in front], box)
    return len(front), volumes[-1] if volumes else 0.0


def _growth_md(points_of: Mapping[str, list[tuple[float, ...] | None]]) -> str:
    """A table with a column for each search, as long as the longest of them."""
    box = bounding_box([point for points in points_of.values() for point in points])
    volumes_of = {name: hypervolumes(points, box) for name, points in points_of.items()}
    longest = max(map(len, volumes_of.values()))
    places = sorted({max(1, round(longest * step / _STEPS)) for step in range(1, _STEPS + 1)}) if longest else []
    rows = [
        [place, *(number(volumes[place - 1], 4) if place <= len(volumes) else None for volumes in volumes_of.values())]
        for place in places
    ]
    return table(["trials", *volumes_of], rows, left=0)


def _point(trial: Trial, study: Study) -> tuple[float, ...]:
    return tuple(metric.sign * trial.metrics[metric.name] for metric in study.metrics)
