"""A study as values: what is run, over which space, by which searches, and how results are read."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from snaketune.config.checkpoints import Checkpoints
from snaketune.config.digests import table_digest
from snaketune.config.exports import Exports
from snaketune.config.search import Imported, Labels, Round, Search
from snaketune.resources import Resource
from snaketune.runner.run_id import RunId
from snaketune.runner.spec import RunSpec
from snaketune.samplers.brackets import Budget
from snaketune.space import Space
from snaketune.space.cells import Cells, cells_by_parameter
from snaketune.space.expressions import Expression
from snaketune.values import digest

__all__ = [
    "Filter",
    "Final",
    "Imported",
    "Labels",
    "Metric",
    "OutcomeConstraint",
    "PlotOptions",
    "Round",
    "Search",
    "Study",
]


@dataclass(frozen=True)
class Metric:
    """A metric to optimise; `take` says how it follows from a training's history, None that it is a final metric.

    `optimum` is the best value that there can be, where it is known.
    """

    name: str
    direction: str
    take: str | None = None
    optimum: float | None = None

    @property
    def sign(self) -> int:
        """What the metric is multiplied by so that less is better."""
        return -1 if self.direction == "maximize" else 1


@dataclass(frozen=True)
class OutcomeConstraint:
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
    `sizes` holds those of single plots. `scale` is that of the axes of objective values: auto, log or linear.
    `fingerprint` is a digest of what the pictures' content depends on.
    """

    choose: tuple[str, ...] | None
    parameters: tuple[str, ...]
    formats: tuple[str, ...]
    width: float
    height: float | None
    sizes: Mapping[str, tuple[float, float | None]]
    style: str
    dpi: int
    scale: str
    fingerprint: str


@dataclass(frozen=True)
class Final:
    """The final training: the `top` best trials with `overrides`, each in `runs`, whose seeds no search has used."""

    top: int
    runs: tuple[RunId, ...]
    overrides: Mapping[str, object]


@dataclass(frozen=True)
class Study:
    """A checked configuration.

    `metrics` are the objectives (one, or several for a multi-objective study), `resources` what a run asks of a
    cluster, `run_spec` what the runner has to know, `checkpoints` which of them stay on the disk, `config` the
    configuration with its defaults, `notices` what the user should know of it.
    """

    name: str
    seed: int
    metrics: tuple[Metric, ...]
    outcome_constraints: tuple[OutcomeConstraint, ...]
    space: Space
    searches: Mapping[str, Search]
    aggregate: str
    min_runs: int
    top: int
    summary_by: tuple[str, ...]
    filter: Filter
    final: Final | None
    plots: PlotOptions
    exports: Exports
    resources: Mapping[str, Resource]
    run_spec: RunSpec
    checkpoints: Checkpoints
    config: Mapping[str, Any]
    notices: tuple[str, ...] = ()

    @property
    def trials_per_job(self) -> int | str:
        """How many runs a job does; "auto" if that follows from how long they take."""
        size: int | str = self.config["objective"]["trials_per_job"]
        return size

    @property
    def inputs(self) -> tuple[str, ...]:
        """The files that rules make before the search begins, and that its runs depend on."""
        return tuple(self.config["objective"].get("inputs", ()))

    @property
    def at_once(self) -> int | None:
        """How many runs a job does at a time, each with all its threads; None: as many as it has threads."""
        return 1 if self.trials_per_job in ("auto", 1) else None

    @property
    def spreadsheet(self) -> bool:
        """Whether there is a table for spreadsheet programs too."""
        wanted: bool = self.config["spreadsheet"]
        return wanted

    @property
    def runs(self) -> tuple[RunId, ...]:
        """All runs that a trial may have; which of them one has follows from its rounds."""
        return tuple(dict.fromkeys(run for search in self.searches.values() for run in search.runs))

    @property
    def budget(self) -> Budget | None:
        """That of the search with the largest one, by a name of its own if one has it; None if none has a budget."""
        budgets = [search.budget for search in self.searches.values() if search.budget]
        return max(budgets, key=lambda budget: (budget.max, budget.name != "budget"), default=None)

    @property
    def in_rungs(self) -> bool:
        """Whether any search trains its trials in rungs."""
        return any(search.in_rungs for search in self.searches.values())

    @property
    def explaining(self) -> list[str]:
        """The searches with a model that can say what it believes: of one objective."""
        return [name for name, search in self.searches.items() if search.explains and len(self.metrics) == 1]

    @property
    def full_budget(self) -> float | None:
        """The largest budget of all searches, of which that of a trial is a share."""
        return self.budget.max if self.budget else None

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

    @cached_property
    def cells(self) -> dict[str, Cells]:
        """How tables write the values of each parameter, so that all values in the study are told apart."""
        given = [point for search in self.searches.values() for point in search.options.get("points", ())]
        spaces = [self.space, *(search.space for search in self.searches.values())]
        return cells_by_parameter(spaces, [*given, *([self.final.overrides] if self.final else [])])

    @property
    def objective(self) -> dict[str, Any]:
        """The specification of runs as study.json has it (`rules/trial.smk`, which must not change, asks for it)."""
        return self.run_spec.to_json()

    @property
    def measure(self) -> str:
        """A digest of how a trial's value follows from its runs; tables depend on it, trainings do not."""
        metrics = [[m.name, m.direction, m.take] for m in self.metrics]
        limits = [[c.metric, c.min, c.max] for c in self.outcome_constraints]
        terms = [metrics, limits, list(map(str, self.runs)), self.aggregate, self.min_runs]
        if "imported" in self.config:
            terms.append(self.config["imported"])
        return table_digest(self.config, "objective", terms)

    def measure_of(self, search: str, number: int) -> str:
        """That of the trials of a round, with what was told of them by hand."""
        told = self.searches[search].results_told(number)
        return digest([self.measure, told]) if told else self.measure

    @property
    def reading(self) -> str:
        """A digest of all else that the tables show: names, tags, what is listed and how it is grouped."""
        labels = [[s.labels.name, s.labels.tags, s.labels.description] for s in self.searches.values()]
        chosen = [self.filter.status, self.filter.tags, self.filter.where.text]
        terms = [self.measure, list(self.searches), labels, chosen, self.top, self.summary_by, self.parameters]
        budgets = [[search.budget.name, search.budget.max] for search in self.searches.values() if search.budget]
        terms += [budgets] if budgets else []
        return table_digest(self.config, "", terms)
