"""What a round of a search in rungs proposes: trials that go on with a larger budget, and new ones.

An imported trial has no rung: its result is that of the whole trial, which does not go on.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from snaketune.config.study import Round, Search, Study
from snaketune.layout import Layout
from snaketune.proposing.observed import (
    in_units,
    observation_of_imported,
    observations_of,
    sampler_of,
    seen_so_far,
)
from snaketune.results.budgets import none_complete
from snaketune.results.ranking import best_of_rung
from snaketune.results.rounds import read_proposed, read_trials
from snaketune.results.trials import Proposed, Trial
from snaketune.samplers import Observation, Proposal, Rung
from snaketune.samplers.brackets import ladder
from snaketune.samplers.rungs import learns

__all__ = ["PROMOTED", "propose_in_rungs"]

PROMOTED = "promoted"  # the origin of a trial that goes on with a larger budget


def propose_in_rungs(study: Study, search: Search, this: Round, layout: Layout) -> tuple[list[Proposal], str | None]:
    """The proposals of a round, and why the search ends before its time if it does so here."""
    known = _Known.read(search, this, layout)
    rung = this.step.rung
    if rung is None:
        return _asynchronous(study, search, this, known)
    if not this.step.below:
        new = [replace(each, rung=rung) for each in _new(study, search, this.start, this.size, rung, known)]
        return new, _no_more(this.start + len(new)) if len(new) < this.size else None
    below = [trial for trial in known.results if trial.rung and trial.round in this.step.below]
    chosen = [_promoted(trial, rung) for trial in best_of_rung(below, study, this.size)]
    if chosen or not below:  # where the rung below is empty too, it has been said why
        return chosen, None
    return [], none_complete(below, search, rung.from_budget or 0)


def _no_more(count: int) -> str:
    return f"its space has no more than {count} parameter sets"


@dataclass(frozen=True)
class _Known:
    """What a round may know: the results of some rounds, and what others have proposed."""

    results: list[Trial]
    pending: list[Proposed]

    @classmethod
    def read(cls, search: Search, this: Round, layout: Layout) -> "_Known":
        """What a round may know."""
        results = [trial for k in this.step.needs for trial in read_trials(layout.gathered(search.name, k))]
        pending = [row for k in this.step.follows for row in read_proposed(layout.proposed(search.name, k))]
        return cls(results, pending)


def _new(study: Study, search: Search, start: int, size: int, rung: Rung, known: _Known) -> list[Proposal]:
    """The next `size` new trials of the search's sampler, which has proposed `start` already; they begin in a rung."""
    if not size:
        return []
    sampler = sampler_of(search, search.space, rung.share)
    if not learns(search.options):
        return sampler.ask([Observation({}, "running")] * start, size)
    history = [observation_of_imported(search.imported[trial], study) for trial in search.counted]
    history += observations_of(known.results, study)
    history += [seen_so_far(row, study, search) for row in known.pending]
    return [in_units(proposal, study) for proposal in sampler.ask(history, size)]


def _asynchronous(study: Study, search: Search, this: Round, known: _Known) -> tuple[list[Proposal], str | None]:
    """As many trials as go on by what is known, those with the largest budgets first, and new ones.

    In the end, when there are no new ones and all results are known, the best trial of the highest rung goes on, so
    that one at least gets the full budget.
    """
    assert search.budget is not None, "it is a search in rungs"
    assert search.n_trials is not None, "the schema asks for it"
    budgets = ladder(search.budget, search.options["eta"])
    rows: list[Proposed] = [*known.results, *known.pending]
    begun = {(row.trial, row.rung.rung) for row in rows if row.rung}
    going_on = _promotable(study, known.results, budgets, search.options["eta"])
    promoted = [_promoted(trial, rung) for trial, rung in going_on if (trial.trial, rung.rung) not in begun]
    promoted = promoted[: this.size]
    start = len({row.trial for row in rows})
    size = min(this.size - len(promoted), search.n_trials - start)
    first = Rung(0, 0, budgets[0], None, budgets[-1])
    new = [
        replace(each, rung=first, number=start + i)
        for i, each in enumerate(_new(study, search, start, size, first, known))
    ]
    ending = _no_more(start + len(new)) if len(new) < size else None
    if promoted or new or known.pending:
        return [*promoted, *new], ending
    last, why = _last(study, search, known.results, budgets, begun)
    return last, ending or why


def _promotable(
    study: Study, results: Sequence[Trial], budgets: Sequence[float], eta: float
) -> Iterator[tuple[Trial, Rung]]:
    """The best 1/eta of each rung, with the rung in which they go on; of the highest rung first."""
    for i in range(len(budgets) - 2, -1, -1):
        there = [trial for trial in results if trial.rung and trial.rung.rung == i]
        rung = Rung(0, i + 1, budgets[i + 1], budgets[i], budgets[-1])
        yield from ((trial, rung) for trial in best_of_rung(there, study, int(len(there) / eta)))


def _last(
    study: Study,
    search: Search,
    results: Sequence[Trial],
    budgets: Sequence[float],
    begun: Collection[tuple[str, int]],
) -> tuple[list[Proposal], str | None]:
    """The best trial of the highest rung that has a complete one, in the next rung; else why none is trained in full.

    Nothing, if one is, or if the best has failed in the next rung.
    """
    trained = [(trial.rung.rung, trial) for trial in results if trial.rung]
    complete = [(rung, trial) for rung, trial in trained if trial.complete]
    if not complete:
        return [], none_complete([trial for _, trial in trained], search, budgets[0]) if trained else None
    highest = max(rung for rung, _ in complete)
    if highest + 1 == len(budgets):
        return [], None
    (best_there,) = best_of_rung([trial for rung, trial in complete if rung == highest], study, 1)
    rung = Rung(0, highest + 1, budgets[highest + 1], budgets[highest], budgets[-1])
    if (best_there.trial, rung.rung) in begun:
        failed = [trial for at, trial in trained if at == rung.rung]
        return [], none_complete(failed, search, rung.budget)
    return [_promoted(best_there, rung)], None


def _promoted(trial: Trial, rung: Rung) -> Proposal:
    return Proposal(dict(trial.params), PROMOTED, rung=rung, number=trial.number)
