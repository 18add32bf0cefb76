"""What a round proposes: a pure function of the study and of the results of the rounds that it may see."""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

from snaketune.config.study import Round, Search, Study
from snaketune.layout import Layout
from snaketune.proposing.in_parts import next_part
from snaketune.proposing.observed import in_units, observation_of, observations_of, sampler_of, seen_so_far
from snaketune.proposing.rungs import propose_in_rungs
from snaketune.proposing.stopping import reason_in_proposals, reason_in_results
from snaketune.proposing.warm_start import warm_observations
from snaketune.results.in_parts import each_as_far_as_done
from snaketune.results.ranking import ranked
from snaketune.results.rounds import read_proposed, read_trials
from snaketune.results.searched import read_search
from snaketune.results.trials import Proposed, Trial, imported_trial
from snaketune.samplers import Observation, Proposal
from snaketune.space import Space
from snaketune.space.shrink import shrunk
from snaketune.values import trial_id

__all__ = [
    "RoundProposals",
    "first_number",
    "first_proposals",
    "from_elsewhere",
    "own_proposals",
    "propose",
    "space_of",
]


@dataclass(frozen=True)
class RoundProposals:
    """A round's proposals, why the search ends here if it does before its time, and what the user should know."""

    proposals: list[Proposal]
    ending: str | None = None
    notes: tuple[str, ...] = ()


def propose(study: Study, name: str, number: int, layout: Layout) -> RoundProposals:
    """The proposals of round `number` of the search `name`.

    Raises:
        StudyError: the space has too few parameter sets that its constraints allow, or the sampler's options are wrong.
    """
    search = study.searches[name]
    this = search.round(number)
    if search.in_rungs:
        return RoundProposals(*propose_in_rungs(study, search, this, layout))
    if this.step.below:
        return RoundProposals(next_part(study, search, this, layout))
    if (search.learns or search.parts) and _has_ended(search, this, layout):
        return RoundProposals(_known_proposals(search, this) if search.told else [])
    if not search.learns:
        return _as_asked(this, _without_results(study, search, this))
    return _as_asked(this, _from_results(study, search, this, layout))


def first_number(search: Search, this: Round, layout: Layout) -> int:
    """The number of the first trial of a round: behind one with fewer trials than it might have, there is no gap."""
    if not this.step.known:
        return this.start
    before = (each for each in map(search.round, range(this.number)) if not each.step.below)
    return sum(len(read_proposed(layout.proposed(search.name, each.number))) for each in before)


def _known_proposals(search: Search, this: Round, earlier: Collection[str] = ()) -> list[Proposal]:
    """The first trials of a round: its own ones with results from elsewhere, less those that an `earlier` round has."""
    known = [search.imported[trial] for trial in this.step.known if trial not in earlier]
    return [Proposal(dict(each.params), each.origin) for each in known]


def _has_ended(search: Search, this: Round, layout: Layout) -> bool:
    """Whether a round before this one had fewer new trials than it might have had."""
    new = (round_ for round_ in map(search.round, range(this.number)) if not round_.step.below)
    return any(len(read_proposed(layout.proposed(search.name, k.number))) < k.size for k in new)


def _from_results(study: Study, search: Search, this: Round, layout: Layout) -> RoundProposals:
    """The proposals of a search that learns, unless its results or its expectations end it."""
    seen = [trial for k in this.step.needs for trial in read_trials(layout.gathered(search.name, k))]
    trials = each_as_far_as_done(seen)
    pending = [row for k in this.step.follows for row in read_proposed(layout.proposed(search.name, k))]
    counted = _known_proposals(search, this, {row.trial for row in (*trials, *pending)})
    trials += [_known(proposal, this.start + i, search) for i, proposal in enumerate(counted)]
    stop = search.stop
    ending = reason_in_results(stop, trials, study)
    if ending:
        return RoundProposals(counted, ending)
    history = observations_of(trials, study)
    history += [seen_so_far(row, study, search) for row in pending]
    space = space_of(study, search, layout)
    if search.told and search.refine:  # what was told may be of another part of the space
        history = [each for each in history if space.contains(each.params)]
    earlier, notes = from_elsewhere(study, search, space, layout)
    proposed = _asked(study, search, space, [*earlier, *history], this, counted)
    ending = reason_in_proposals(stop, proposed.proposals)
    return RoundProposals([], ending) if ending else replace(proposed, notes=tuple(notes) if this.number == 0 else ())


def _as_asked(this: Round, chosen: RoundProposals) -> RoundProposals:
    """The proposals, of which each is trained, and does a part of its runs, as the round says."""
    asked = [replace(each, rung=this.step.rung, part=this.step.part) for each in chosen.proposals]
    return replace(chosen, proposals=asked)


def _without_results(study: Study, search: Search, this: Round) -> RoundProposals:
    """The proposals of a search that does not learn: its sampler only needs to know how many trials there were."""
    if not search.known:
        return _asked(study, search, search.space, range(this.start), this)
    first = _known_proposals(search, this)
    before = this.start - this.step.known_before
    own = before + this.size - len(first)
    return _ended(search, this, [*first, *own_proposals(search, own)[before:]])


def first_proposals(search: Search, n: int) -> list[Proposal]:
    """The first `n` trials of a search that does not learn, those whose results are from elsewhere included."""
    if not search.known:
        return own_proposals(search, n)
    known = {number: _known_proposals(search, search.round(number)) for number in search.known}
    found: list[Proposal] = []
    begun, last = 0, max(known)
    own = own_proposals(search, n - len(known.get(0, ())))
    for number, round_ in enumerate(search.batches()):
        first = known.get(number, [])
        size = round_.size - len(first)
        found += [*first, *own[begun : begun + size]]
        begun += size
        if len(found) >= n or (number >= last and begun >= len(own)):
            break
    return found[:n]


def own_proposals(search: Search, n: int) -> list[Proposal]:
    """The first `n` proposals of the sampler of a search that does not learn, without what is from elsewhere."""
    known = {trial for trials in search.known.values() for trial in trials}
    # Of what the sampler proposes, as many may be among the known trials as there are of these.
    proposals = sampler_of(search, search.space).ask([], n + len(known)) if n > 0 else []
    return [proposal for proposal in proposals if not known or trial_id(proposal.params) not in known][: max(0, n)]


def _known(proposal: Proposal, number: int, search: Search) -> Trial:
    """A trial with its result from elsewhere."""
    trial = trial_id(proposal.params)
    return imported_trial(Proposed(trial, number, 0, proposal.origin, proposal.params), search.imported[trial])


def space_of(study: Study, search: Search, layout: Layout) -> Space:
    """The space that the search runs over: its own, or what is left of it around the best of the search it refines."""
    if search.refine is None:
        return search.space
    best = ranked(read_search(layout, study, search.refine["search"]).trials, study)
    wanted = search.refine["top"]
    count = wanted if isinstance(wanted, int) else math.ceil(len(best) * float(wanted.rstrip("%")) / 100)
    around = [trial.params for trial in best[: max(1, count)]]
    return shrunk(search.space, around, search.refine["margin"])


def from_elsewhere(study: Study, search: Search, space: Space, layout: Layout) -> tuple[list[Observation], list[str]]:
    """Results that the search starts from: those of `warm_start` tables and of the search that it refines."""
    observations, notes = warm_observations(study, search, layout.root.parent)
    if search.refines is not None:
        trials = read_search(layout, study, search.refines).trials
        observations += [observation_of(trial, study) for trial in trials if space.contains(trial.params)]
    return observations, notes


def _asked(
    study: Study, search: Search, space: Space, history: Sequence[Any], this: Round, first: Sequence[Proposal] = ()
) -> RoundProposals:
    """What the sampler proposes for a round that begins with the proposals `first`."""
    size = this.size - len(first)
    proposals = sampler_of(search, space).ask(history, size) if size else []
    return _ended(search, this, [*first, *(in_units(proposal, study) for proposal in proposals)])


def _ended(search: Search, this: Round, proposals: list[Proposal]) -> RoundProposals:
    """The round with these proposals, and why the search ends with it if they are fewer than wanted."""
    if len(proposals) < this.size and search.n_trials is not None:
        total = this.start + len(proposals)
        return RoundProposals(proposals, f"its space has no more than {total} parameter sets")
    return RoundProposals(proposals)  # one without a number of trials ends with its space, as it should
