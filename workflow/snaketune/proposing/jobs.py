"""The jobs that do the runs of a plan: one each, or several runs to a job as they are packed."""

from collections.abc import Iterable, Iterator, Sequence

from snaketune.config.study import Search, Study
from snaketune.proposing.packing import block, block_count
from snaketune.results.store import Store
from snaketune.runner.run_id import RunId
from snaketune.samplers import Proposal
from snaketune.values import trial_id

__all__ = ["jobs_to_come"]

Run = tuple[Proposal, RunId]


def jobs_to_come(
    planned: Iterable[tuple[Search, Sequence[Proposal]]], study: Study, store: Store
) -> Iterator[list[Run]]:
    """The runs of each job that is to be submitted for the searches' proposals.

    A run that is done needs no job, nor does one that another search has too; but a job with one that is missing asks
    for what all of its runs need.
    """
    known: set[str] = set()
    for search, proposals in planned:
        for runs in _rounds(search, proposals):
            for index in range(block_count(len(runs), study.block_size)):
                job = block(runs, index, study.block_size)
                names = {f"{trial_id(proposal.params)}/{run}" for proposal, run in job}
                if any(not store.done(*name.split("/")) for name in names - known):
                    yield job
                known |= names


def _rounds(search: Search, proposals: Sequence[Proposal]) -> Iterator[list[Run]]:
    """The runs of each round, in the order in which they are packed."""
    for round_ in search.rounds():
        part = proposals[round_.start : round_.start + round_.size]
        if not part:
            return
        own = [proposal for proposal in part if trial_id(proposal.params) not in search.imported]
        yield [(proposal, run) for proposal in own for run in round_.runs]
