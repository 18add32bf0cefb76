"""A study as values: what is run, over which space, by which searches, and how results are read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from snaketune.resources import Resource
from snaketune.samplers.registry import strategy_named
from snaketune.space import Space
from snaketune.space.expressions import Expression
from snaketune.values import digest

__all__ = ["Filter", "Final", "Labels", "Limit", "Metric", "PlotOptions", "Search", "Study"]


@dataclass(frozen=True)
class Metric:
    """A metric to optimise; `take` says how it follows from a training's history, None that it is a final metric."""

    name: str
    direction: str
    take: str | None = None

    @property
    def sign(self) -> int:
        """What the metric is multiplied by so that less is better."""
        return -1 if self.direction == "maximize" else 1


@dataclass(frozen=True)
class Limit:
    """An outcome constraint: the metric has to be within [min, max] for the trial to be a good one."""

    metric: str
    min: float | None = None
    max: float | None = None

    def violation(self, value: float) -> float:
        """By how much `value` is outside; at or below 0 where it is inside, NaN where it is NaN."""
        if value != value:
            return value
        above = value - self.max if self.max is not None else float("-inf")
        below = self.min - value if self.min is not None else float("-inf")
        return max(above, below)


@dataclass(frozen=True)
class Labels:
    """Templates for what people call a trial."""

    name: str
    tags: tuple[str, ...]
    description: str


@dataclass(frozen=True)
class Filter:
    """Which trials the short tables are made of."""

    status: tuple[str, ...]
    tags: tuple[str, ...]
    where: Expression


@dataclass(frozen=True)
class PlotOptions:
    """How plots are drawn.

    `choose` are the plots in their order, None for all that have something to say; `parameters` are those that plots
    of parameters show, () for the most important ones. Sizes are in centimetres, a height of None is the plot's own;
    `sizes` holds those of single plots.
    """

    choose: tuple[str, ...] | None
    parameters: tuple[str, ...]
    formats: tuple[str, ...]
    width: float
    height: float | None
    sizes: Mapping[str, tuple[float, float | None]]
    style: str
    dpi: int

    @property
    def fingerprint(self) -> str:
        """A digest of what the pictures' content depends on."""
        return digest([self.parameters, self.width, self.height, self.sizes, self.style, self.dpi])


@dataclass(frozen=True)
class Final:
    """The final training: the `top` best trials with `overrides`, each in `runs`, whose seeds no search has used."""

    top: int
    runs: tuple[str, ...]
    overrides: Mapping[str, object]


@dataclass(frozen=True)
class Search:
    """One strategy over the study's space.

    A round does not wait for the `overlap` latest rounds before it, and is proposed without seeing them. `options` are
    the strategy's own keys of the configuration.
    """

    name: str
    strategy: str
    space: Space
    seed: int
    batch_size: int
    overlap: int
    n_trials: int | None
    labels: Labels
    fingerprint: str
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def learns(self) -> bool:
        """Whether the proposals depend on results."""
        return strategy_named(self.strategy).learns

    @property
    def first_round(self) -> int:
        """The size of the first round: that of a search without earlier results may hold all its initial trials."""
        if self.warm_start or self.refine is not None:
            return self.batch_size
        return strategy_named(self.strategy).first_round(self.batch_size, self.options)

    @property
    def most(self) -> int:
        """At most how many trials there are, whatever the space's constraints leave."""
        return strategy_named(self.strategy).most(self.space, self.n_trials, self.options)

    @property
    def planned(self) -> int:
        """How many trials there are unless the search ends early."""
        return strategy_named(self.strategy).planned(self.space, self.n_trials, self.options)

    @property
    def stop(self) -> Mapping[str, float]:
        """What ends the search early."""
        return self.options.get("stop", {})

    @property
    def warm_start(self) -> Sequence[str | Mapping[str, str]]:
        """The earlier results that the search starts from."""
        return self.options.get("warm_start", ())

    @property
    def refine(self) -> Mapping[str, Any] | None:
        """How the space is shrunk around the best trials of another search, if it is."""
        return self.options.get("refine")

    @property
    def refines(self) -> str | None:
        """The search whose results this one starts from, if any."""
        return None if self.refine is None else self.refine["search"]

    def round_start(self, number: int) -> int:
        """The number of the first trial of a round."""
        return 0 if number == 0 else self.first_round + (number - 1) * self.batch_size

    def round_size(self, number: int) -> int:
        """How many trials a round has, unless the space has no more; 0 for a round past the end."""
        size = self.round_start(number + 1) - self.round_start(number)
        if self.n_trials is None:
            return size
        return max(0, min(size, self.n_trials - self.round_start(number)))


@dataclass(frozen=True)
class Study:
    """A checked configuration.

    `metrics` are the objectives (one, or several for a multi-objective study), `runs` the ids of the runs that
    each trial has, `resources` what a run asks of a cluster, `objective` what the runner needs to know, `config` the
    configuration with its defaults.
    """

    name: str
    seed: int
    metrics: tuple[Metric, ...]
    limits: tuple[Limit, ...]
    space: Space
    searches: Mapping[str, Search]
    runs: tuple[str, ...]
    aggregate: str
    min_runs: int
    top: int
    summary_by: tuple[str, ...]
    filter: Filter
    final: Final | None
    plots: PlotOptions
    resources: Mapping[str, Resource]
    objective: Mapping[str, object]
    config: Mapping[str, object]

    @property
    def block_size(self) -> int:
        """How many runs a job does."""
        return self.config["objective"]["trials_per_job"]

    @property
    def metric(self) -> Metric:
        """The metric that tables sort by."""
        return self.metrics[0]

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names of all parameters of the study and its searches, in the order of the configuration."""
        names = dict.fromkeys(self.space.parameters)
        for search in self.searches.values():
            names |= dict.fromkeys(search.space.parameters)
        return tuple(names)

    @property
    def measure(self) -> str:
        """A digest of how a trial's value follows from its runs; tables depend on it, trainings do not."""
        metrics = [[m.name, m.direction, m.take] for m in self.metrics]
        limits = [[c.metric, c.min, c.max] for c in self.limits]
        return digest([metrics, limits, self.runs, self.aggregate, self.min_runs])

    @property
    def reading(self) -> str:
        """A digest of all else that the tables show: names, tags, what is listed and how it is grouped."""
        labels = [[s.labels.name, s.labels.tags, s.labels.description] for s in self.searches.values()]
        chosen = [self.filter.status, self.filter.tags, self.filter.where.text]
        return digest([self.measure, list(self.searches), labels, chosen, self.top, self.summary_by, self.parameters])
