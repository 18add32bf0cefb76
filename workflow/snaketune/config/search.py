"""A search as a value: one strategy over the study's space, and the rounds that it comes in."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from snaketune.config.parts import Parts
from snaketune.config.pruner import Pruner
from snaketune.runner.run_id import RunId
from snaketune.samplers.base import Part, Rung
from snaketune.samplers.brackets import Budget
from snaketune.samplers.in_parts import InParts
from snaketune.samplers.registry import strategy_named
from snaketune.samplers.schedule import Batches, Schedule, Step
from snaketune.space import Space
from snaketune.values import digest

__all__ = ["IMPORTED", "TOLD", "Asked", "Imported", "Labels", "Pruner", "Round", "Search"]

IMPORTED = "imported"  # the origin of a trial whose result the user already had
TOLD = "told"  # the origin of one whose result was told by hand, in a notebook for instance

# A trial, and what it is asked to do: with which budget, and which part of its runs; None where there are no such.
Asked = tuple[str, float | None, Part | None]


@dataclass(frozen=True)
class Labels:
    """Templates for what people call a trial."""

    name: str
    tags: tuple[str, ...]
    description: str


@dataclass(frozen=True)
class Imported:
    """A result from elsewhere, so that the trial is not run; `source` names the file and the line.

    `origin` says whether the user already had it or has told it (`asking`), which may have a `reason`.
    """

    params: Mapping[str, Any]
    status: str
    metrics: Mapping[str, float]
    source: str
    origin: str = IMPORTED
    reason: str | None = None

    @property
    def said(self) -> str | None:
        """What the tables give as the reason."""
        return f"imported from {self.source}" if self.origin == IMPORTED else self.reason


@dataclass(frozen=True)
class Round:
    """A batch of trials that a search proposes together, from the results of earlier rounds.

    `start` is the number of its first trial that is new, `size` how many trials it has unless there are no more;
    `step` says what it waits for, and how far its trials are trained.
    """

    search: str
    number: int
    step: Step

    @property
    def start(self) -> int:
        return self.step.start

    @property
    def size(self) -> int:
        return self.step.size


@dataclass(frozen=True)
class Search:
    """One strategy over the study's space.

    A round does not wait for the `overlap` latest rounds before it, and is proposed without seeing them. `runs` are
    those of each trial, without what `budget` they get, if there is one; `options` are the strategy's own keys of the
    configuration. `imported` are results from elsewhere by trial; those of them that are `counted` are the search's
    first trials or, of one in rungs, what its model knows beforehand. `left_out` says of rows that were to be imported
    why they are of no use here. Runs are stopped early by its `pruner`, if it has one; where that looks at trials
    between their runs, these come in `parts`.

    Trials that were told `by_hand` for this search are among the imported ones. Those that it had not proposed by then
    are `told`: at the beginning of a batch of trials, by its number. `found` are those that a round had proposed.
    """

    name: str
    strategy: str
    space: Space
    seed: int
    batch_size: int
    overlap: int
    n_trials: int | None
    labels: Labels
    runs: tuple[RunId, ...]
    fingerprint: str
    budget: Budget | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    imported: Mapping[str, Imported] = field(default_factory=dict)
    counted: tuple[str, ...] = ()
    left_out: Mapping[str, str] = field(default_factory=dict)
    pruner: Pruner | None = None
    parts: Parts | None = None
    by_hand: tuple[str, ...] = ()
    told: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    found: Mapping[int, tuple[str, ...]] = field(default_factory=dict)

    @property
    def learns(self) -> bool:
        """Whether the proposals depend on results."""
        return strategy_named(self.strategy).learns

    @property
    def explains(self) -> bool:
        """Whether there is a model of its results that can say what it believes."""
        return strategy_named(self.strategy).explains(self.options)

    @property
    def waits(self) -> bool:
        """Whether a round is made from the results of earlier ones: of what it proposes, or when it stops runs."""
        return self.learns or self.compares

    @property
    def compares(self) -> bool:
        """Whether runs, or trials between their runs, are judged by the results of earlier rounds."""
        return self.pruner is not None and self.pruner.compares

    @property
    def prunes_runs(self) -> bool:
        """Whether runs are stopped while they train."""
        return self.pruner is not None and self.parts is None

    @property
    def first_round(self) -> int:
        """The size of the first round, which begins with all imported trials that count.

        That of a search without earlier results may hold all its initial trials.
        """
        size = self.batch_size
        if not self.warm_start and self.refine is None:
            size = strategy_named(self.strategy).first_round(size, self.options)
        counted = len(self.counted)
        return size if size > counted else counted + self.batch_size

    @property
    def in_rungs(self) -> bool:
        """Whether a trial may be in several rounds, trained further in each."""
        return strategy_named(self.strategy).schedule is not None

    @property
    def ends_by_results(self) -> bool:
        """Whether it follows from results how many rounds there are."""
        return bool(self.stop) or (self.in_rungs and self.schedule.count is None)

    @property
    def most(self) -> int:
        """At most how many trials there are, whatever the space's constraints leave."""
        if (planned := self.schedule.trials) is not None:
            return planned if self.space.size is None else min(self.space.size, planned)
        return self._with_known(strategy_named(self.strategy).most(self.space, self.n_trials, self.options))

    @property
    def planned(self) -> int:
        """How many trials there are unless the search ends early."""
        if self.schedule.trials is not None:
            return self.most
        return self._with_known(strategy_named(self.strategy).planned(self.space, self.n_trials, self.options))

    def _with_known(self, trials: int) -> int:
        """How many of so many trials there are at least, with those whose results are known from elsewhere."""
        total = trials + len(self.counted) if self.n_trials is None else max(trials, len(self.counted))
        return replace(self._batches, total=total).all if self.known else trials

    @property
    def known(self) -> Mapping[int, tuple[str, ...]]:
        """The search's own trials whose results are known from elsewhere, by the batch that begins with them.

        What was told when a search had ended is one batch behind it.
        """
        return self._batches.known

    @property
    def drawn(self) -> int | None:
        """How many trials its sampler is to propose; None if there is no number."""
        imported = [trial for trial in self.counted if self.imported[trial].origin == IMPORTED]
        return None if self.n_trials is None else self.n_trials - len(imported)

    @property
    def trainings(self) -> int:
        """How often a trial is trained, each rung counted; at most so often, but for `asha`, where more may go on."""
        return sum(sum(bracket.sizes) for bracket in self.schedule.brackets) or self.most

    def runs_of(self, trial: str, budget: float | None = None, part: Part | None = None) -> tuple[RunId, ...]:
        """The runs of a trial, with a budget where it has one, or a part of them; one that was imported has none."""
        if trial in self.imported:
            return ()
        runs = self.runs if self.parts is None or part is None else self.parts.runs_of(part, self.runs)
        return runs if budget is None else tuple(run._replace(budget=budget) for run in runs)

    def runs_in(self, trials: Iterable[Asked]) -> list[tuple[str, RunId]]:
        """The runs of trials, given with their budgets and parts."""
        return [(trial, run) for trial, budget, part in trials for run in self.runs_of(trial, budget, part)]

    @property
    def unused_priors(self) -> tuple[str, ...]:
        """The parameters of which the user believes something that has no effect here."""
        if strategy_named(self.strategy).uses_priors(self.options):
            return ()
        return tuple(axis.name for axis in self.space.axes if axis.parameter.belief is not None)

    @property
    def stop(self) -> Mapping[str, float]:
        """What ends the search early."""
        stop: Mapping[str, float] = self.options.get("stop", {})
        return stop

    @property
    def warm_start(self) -> Sequence[str | Mapping[str, str]]:
        """The earlier results that the search starts from."""
        sources: Sequence[str | Mapping[str, str]] = self.options.get("warm_start", ())
        return sources

    @property
    def refine(self) -> Mapping[str, Any] | None:
        """How the space is shrunk around the best trials of another search, if it is."""
        return self.options.get("refine")

    @property
    def refines(self) -> str | None:
        """The search whose results this one starts from, if any."""
        return None if self.refine is None else self.refine["search"]

    @cached_property
    def schedule(self) -> Schedule:
        """In which rounds it comes."""
        strategy = strategy_named(self.strategy)
        if strategy.schedule and self.budget:
            return strategy.schedule(self.budget, self.n_trials, self.batch_size, self.overlap, self.options)
        return InParts(self._batches, self.parts.ends) if self.parts else self._batches

    @cached_property
    def _batches(self) -> Batches:
        limit = None if self.n_trials is None else max(self.n_trials, len(self.counted))
        budget = self.budget.max if self.budget else None
        rung = None if budget is None else Rung(0, 0, budget, None, budget)
        batches = Batches(self.first_round, self.batch_size, limit, self.overlap, self.waits, rung)
        return batches.beginning_with(self.counted, self.told) if self.counted or self.told else batches

    def round(self, number: int) -> Round:
        """A round by its number; past the end of the search it is empty."""
        return Round(self.name, number, self.schedule.step(number))

    def asked_of(self, number: int) -> object:
        """What a round's proposals follow from beside its search's fingerprint: its size, in rungs and parts its place.

        By it Snakemake tells whether they are to be made anew; rounds need not be of the same kind when the search has
        become longer.
        """
        step = self.schedule.step(number)
        asked = self._asked_of(step)
        told = self._told_of(number, step)
        return [asked, digest(told)] if told else asked

    def results_told(self, number: int) -> list[Any]:
        """What was told of trials that are in a round's table."""
        ids = [*self.schedule.step(number).known, *self.found.get(number, ())]
        return [[trial, *self._result_told(trial)] for trial in ids if self.imported[trial].origin == TOLD]

    def _result_told(self, trial: str) -> list[Any]:
        known = self.imported[trial]
        return [known.status, dict(known.metrics), known.reason]

    def _told_of(self, number: int, step: Step) -> list[Any]:
        """What a round's proposals follow from in what was told: not all of it, so that earlier rounds stay."""
        if not self.told and not self.found:
            return []
        steps = [step, *map(self.schedule.step, step.follows)]
        ids = [trial for each in steps for trial in each.known if self.imported[trial].origin == TOLD]
        results = [[trial, *self._result_told(trial)] if self.waits else trial for trial in ids]
        found = self.found.get(number, ())
        before = max(0, step.known_before - sum(self.imported[trial].origin == IMPORTED for trial in self.counted))
        return [results, before, list(found)] if results or found or before else []

    def _asked_of(self, step: Step) -> object:
        if step.part:
            return [step.size, step.start, step.part.start, step.part.stop, step.part.total]
        if not self.in_rungs:
            return step.size
        return [step.size, step.start, step.rung.bracket, step.rung.rung] if step.rung else [step.size, self.n_trials]

    def rounds(self) -> Iterator[Round]:
        """All rounds in their order; without end if it depends on what they propose when the search ends."""
        number = 0
        while (found := self.round(number)).size:
            yield found
            number += 1

    def batches(self) -> Iterator[Round]:
        """The rounds of new trials."""
        return (round_ for round_ in self.rounds() if not round_.step.below)

    def budget_text(self, budget: float | None) -> str:
        """A budget in words, as in `27 epochs`."""
        return self.budget.text(budget) if self.budget and budget is not None else ""
