"""The jobs that do the runs of a plan: one each, or several runs to a job as they are packed."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from snaketune.config.study import Round, Search, Study
from snaketune.proposing.durations import mean_budget, mean_seconds
from snaketune.proposing.packed import PackedRounds
from snaketune.proposing.packing import AUTO
from snaketune.proposing.waves import Planner, places_of
from snaketune.results.store import Store
from snaketune.results.waves import Wave
from snaketune.runner.run_id import RunId
from snaketune.samplers import Proposal
from snaketune.values import trial_id

__all__ = ["JobsToCome", "jobs_to_come"]

Run = tuple[Proposal, RunId]


@dataclass(frozen=True)
class JobsToCome:
    """The runs of each job; `open`: there may be fewer jobs, since it is not known yet how long runs take."""

    jobs: list[list[Run]]
    open: bool


def jobs_to_come(
    planned: Iterable[tuple[Search, Sequence[Proposal], Collection[str]]], study: Study, store: Store
) -> JobsToCome:
    """The jobs that are to be submitted for the searches' proposals, of which some trials are given up.

    A run that is done needs no job, nor does one that another search has too; but a job with one that is missing asks
    for what all of its runs need.
    """
    auto = study.trials_per_job == AUTO

    @cache
    def seconds(budget: float | None) -> float | None:
        return mean_seconds(store, study.run_spec.contract, store.runs(), budget) if auto else None

    planner = Planner(study, store, places_of(study, store.layout.root))
    packed = PackedRounds(study, store.layout)
    known: set[tuple[str, str]] = set()
    jobs = []
    for search, proposals, given_up in planned:
        for round_, runs in _rounds(search, proposals, given_up):
            names = [(trial_id(proposal.params), str(run)) for proposal, run in runs]
            known_seconds = seconds(mean_budget(runs))
            for start, stop in _cut(_waves(round_, runs, packed, planner, known_seconds), len(runs)):
                if any(not store.done(*name) for name in names[start:stop] if name not in known):
                    jobs.append(runs[start:stop])
                known.update(names[start:stop])
    return JobsToCome(jobs, auto and seconds(None) is None and len(jobs) > 1)


def _rounds(
    search: Search, proposals: Sequence[Proposal], given_up: Collection[str]
) -> Iterator[tuple[Round, list[Run]]]:
    """The runs of each round of new trials and of the further parts of these, in the order in which they are packed."""
    if search.parts:
        yield from _in_parts(search, proposals, given_up)
        return
    begin = 0
    for round_ in search.rounds():
        if round_.step.below:
            continue
        part = proposals[begin : begin + round_.size]
        if not part:
            return
        begin += len(part)
        own = [proposal for proposal in part if trial_id(proposal.params) not in search.imported]
        budgets = [proposal.rung.budget if proposal.rung else None for proposal in own]
        yield (
            round_,
            [(each, run) for each, budget in zip(own, budgets, strict=True) for run in search.runs_of("", budget)],
        )


def _in_parts(
    search: Search, proposals: Sequence[Proposal], given_up: Collection[str]
) -> Iterator[tuple[Round, list[Run]]]:
    """The runs of each round in which trials do a part of them; of one that is given up those that are done."""
    sizes: list[int] = []
    while not sizes or not search.schedule.is_over(sizes):
        round_ = search.round(len(sizes))
        batch = proposals[round_.start : round_.start + round_.size]
        sizes.append(len(batch))
        trials = [(each, trial_id(each.params)) for each in batch]
        own = [(each, trial) for each, trial in trials if not (round_.step.below and trial in given_up)]
        yield round_, [(each, run) for each, trial in own for run in search.runs_of(trial, part=round_.step.part)]


def _waves(
    round_: Round, runs: Sequence[Run], packed: PackedRounds, planner: Planner, seconds: float | None
) -> list[Wave]:
    """The waves of a round: those that it has, and further ones where it is known how long a run takes."""
    try:
        waves = list(packed.of(round_.search, round_.number).waves)
    except FileNotFoundError:  # it is not proposed yet
        waves = []
    known = seconds is not None or planner.study.trials_per_job != AUTO
    named = [(trial_id(proposal.params), run) for proposal, run in runs]
    while known and (start := waves[-1].stop if waves else 0) < len(runs):
        waves += planner.behind(named, start, seconds, rough=False).waves
    return waves


def _cut(waves: Sequence[Wave], count: int) -> Iterator[tuple[int, int]]:
    """Where each job of a round's `count` runs begins and before what it ends; runs in no wave have a job each."""
    planned = waves[-1].stop if waves else 0
    for wave in (*waves, Wave(planned, count, None)):
        size = wave.per_job or 1
        stop = min(wave.stop, count)
        yield from ((start, min(start + size, stop)) for start in range(wave.start, stop, size))
