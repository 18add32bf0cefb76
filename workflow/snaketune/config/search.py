"""A search as a value: one strategy over the study's space, and the rounds that it comes in."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from snaketune.config.pruner import Pruner
from snaketune.runner.run_id import RunId
from snaketune.samplers.registry import strategy_named
from snaketune.space import Space

__all__ = ["Imported", "Labels", "Pruner", "Round", "Search"]


@dataclass(frozen=True)
class Labels:
    """Templates for what people call a trial."""

    name: str
    tags: tuple[str, ...]
    description: str


@dataclass(frozen=True)
class Imported:
    """A result that the user already had, so that the trial is not run; `source` names the file and the line."""

    params: Mapping[str, Any]
    status: str
    metrics: Mapping[str, float]
    source: str


@dataclass(frozen=True)
class Round:
    """A batch of trials that a search proposes together, from the results of earlier rounds.

    `start` is the number of its first trial in the search, `size` how many it has unless the space has no more; `runs`
    are the runs (replicate, fold, budget) that each of them has in this round.
    """

    search: str
    number: int
    start: int
    size: int
    runs: tuple[RunId, ...]


@dataclass(frozen=True)
class Search:
    """One strategy over the study's space.

    A round does not wait for the `overlap` latest rounds before it, and is proposed without seeing them. `runs` are
    those of each trial, `options` the strategy's own keys of the configuration. `imported` are results from elsewhere
    by trial; those of them that are `counted` are the search's first trials. `left_out` says of rows that were to be
    imported why they are of no use here.
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
    options: Mapping[str, Any] = field(default_factory=dict)
    imported: Mapping[str, Imported] = field(default_factory=dict)
    counted: tuple[str, ...] = ()
    left_out: Mapping[str, str] = field(default_factory=dict)
    pruner: Pruner | None = None

    @property
    def learns(self) -> bool:
        """Whether the proposals depend on results."""
        return strategy_named(self.strategy).learns

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
    def most(self) -> int:
        """At most how many trials there are, whatever the space's constraints leave."""
        return max(len(self.counted), strategy_named(self.strategy).most(self.space, self.n_trials, self.options))

    @property
    def planned(self) -> int:
        """How many trials there are unless the search ends early."""
        return max(len(self.counted), strategy_named(self.strategy).planned(self.space, self.n_trials, self.options))

    def runs_in(self, number: int, trials: Iterable[str]) -> list[tuple[str, RunId]]:
        """The runs that trials have in a round; imported ones have none."""
        runs = self.round(number).runs
        return [(trial, run) for trial in trials if trial not in self.imported for run in runs]

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

    def round(self, number: int) -> Round:
        """A round by its number; past the end of the search it is empty."""
        start, behind = self._start_of(number), self._start_of(number + 1)
        if self.n_trials is not None:
            behind = min(behind, max(self.n_trials, len(self.counted)))
        return Round(self.name, number, start, max(0, behind - start), self.runs)

    def rounds(self) -> Iterator[Round]:
        """All rounds in their order; without end if the search ends with its space alone."""
        number = 0
        while (found := self.round(number)).size:
            yield found
            number += 1

    def _start_of(self, number: int) -> int:
        return 0 if number == 0 else self.first_round + (number - 1) * self.batch_size
