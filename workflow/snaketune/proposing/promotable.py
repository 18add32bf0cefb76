"""Which trials may go on from where they are, and so need their checkpoints: it follows from the tables of rounds."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from snaketune.config.study import Search, Study
from snaketune.layout import Layout
from snaketune.results.ranking import best_of_rung, ranked
from snaketune.results.rounds import read_proposed, read_round, read_trials, rounds_there
from snaketune.results.trials import Proposed, Trial, each_as_far_as_trained
from snaketune.samplers.base import Rung

__all__ = ["Level", "Use", "going_on", "use_of_checkpoints"]

Level = tuple[str, float]  # a trial, and the budget to which it has been trained


@dataclass(frozen=True)
class Use:
    """What the checkpoints of a search's trials are good for.

    `needed` are those of trials that are under way, or may go on, and the one of the best trial that is neither; `last`
    those of the last rung, best first; `done` all others: their trials are eliminated, or have gone on. `after` says to
    which budgets a trial has gone on from a level: its checkpoint there is needed until that is done.
    """

    needed: set[Level] = field(default_factory=set)
    last: list[Level] = field(default_factory=list)
    done: set[Level] = field(default_factory=set)
    after: dict[Level, set[float]] = field(default_factory=dict)


def use_of_checkpoints(study: Study, layout: Layout) -> list[Use] | None:
    """What checkpoints are good for, in each search with a budget; None as long as one of them has not begun.

    Raises:
        DamagedFile: a table is not what was written.
    """
    searches = [search for search in study.searches.values() if search.budget]
    rounds = {search.name: _rounds(search, layout) for search in searches}
    if any(not rounds[search.name] and search.refines is None for search in searches):
        return None
    return [_use(study, search, rounds[search.name]) for search in searches]


def going_on(study: Study, search: Search, layout: Layout) -> Iterator[tuple[str, Rung]]:
    """The trials that go on, by what is known, with the rung in which they do: proposed, or to be proposed next."""
    rounds = _rounds(search, layout)
    for number in range(search.schedule.count or 0):
        rung, chosen = search.round(number).step.rung, _chosen(study, search, number, rounds)
        yield from ((trial, rung) for trial in chosen or () if rung)
    for round_ in rounds.values() if search.schedule.count is None else ():
        yield from ((row.trial, row.rung) for row in round_.rows if row.rung and row.rung.from_budget is not None)


@dataclass(frozen=True)
class _Round:
    """A round that has been proposed; `results` are there once it is gathered.

    `current` says that it still holds, `short` that there is a reason why it has no more trials.
    """

    rows: list[Proposed]
    results: list[Trial] | None
    current: bool
    short: bool


def _rounds(search: Search, layout: Layout) -> dict[int, _Round]:
    """The rounds of a search that have been proposed, by number."""
    found = {}
    for this in rounds_there(layout, search):
        rows = read_proposed(layout.proposed(search.name, this.number))
        path, note = layout.gathered(search.name, this.number), layout.ending(search.name, this.number)
        results = read_trials(path) if path.exists() else None
        if results is not None and not _are_of(results, rows):
            results = None  # of what was proposed before
        said = read_round(note) if note.exists() else None
        current = said is not None and said.fingerprint == search.fingerprint
        found[this.number] = _Round(rows, results, current, said is not None and said.ending is not None)
    return found


def _are_of(results: Sequence[Trial], rows: Sequence[Proposed]) -> bool:
    """Whether these are results of what was proposed; those that were imported have no rung."""
    alike = (t.trial == row.trial and t.rung in (None, row.rung) for t, row in zip(results, rows, strict=False))
    return len(results) == len(rows) and all(alike)


def _use(study: Study, search: Search, rounds: Mapping[int, _Round]) -> Use:
    use = Use()
    promotable = set(_promotable(study, search, rounds))
    results, under_way = list[Trial](), set[str]()
    for round_ in rounds.values():
        for row in round_.rows:
            if row.rung and row.rung.from_budget is not None:
                use.after.setdefault((row.trial, row.rung.from_budget), set()).add(row.rung.budget)
        if round_.results is None or not round_.current:
            under_way |= {row.trial for row in round_.rows}
            use.needed.update(_before(round_.rows))
        else:
            results += round_.results
    for trial in results:
        if trial.rung and trial.rung.budget != trial.rung.max_budget:
            (use.needed if _level(trial) in promotable else use.done).add(_level(trial))
    last = [trial for trial in results if trial.rung and trial.rung.budget == trial.rung.max_budget]
    order = dict.fromkeys(map(_level, best_of_rung(last, study, len(last))))
    use.last.extend(order | dict.fromkeys(map(_level, last)))
    # If all that is under way fails, it is the best of the others that the tables end with.
    others = [trial for trial in each_as_far_as_trained(results) if trial.trial not in under_way and trial.rung]
    use.needed.update(map(_level, ranked(others, study)[:1]))
    return use


def _level(trial: Proposed) -> Level:
    assert trial.rung is not None, "it is a search with a budget"
    return trial.trial, trial.rung.budget


def _before(rows: Iterable[Proposed]) -> Iterator[Level]:
    """What runs that are under way need: what they have saved themselves, and where they go on from."""
    for row in rows:
        if row.rung:
            yield row.trial, row.rung.budget
            if row.rung.from_budget is not None:
                yield row.trial, row.rung.from_budget


def _promotable(study: Study, search: Search, rounds: Mapping[int, _Round]) -> Iterator[Level]:
    """The levels below the last rung from which it is not yet known whether the trial goes on."""
    if not search.in_rungs:
        return
    if search.schedule.count is None:
        yield from _asynchronous(study, search, rounds)
        return
    promotes = {k: number for number in range(search.schedule.count) for k in search.round(number).step.below}
    decided = {number for number in promotes.values() if _is_decided(study, search, number, rounds)}
    for number, round_ in rounds.items():
        if promotes.get(number) not in decided:
            yield from map(_level, round_.rows)


def _is_decided(study: Study, search: Search, number: int, rounds: Mapping[int, _Round]) -> bool:
    """Whether a round has been proposed from the results that there are now."""
    there = rounds.get(number)
    chosen = _chosen(study, search, number, rounds)
    return there is not None and there.current and chosen == [row.trial for row in there.rows]


def _chosen(study: Study, search: Search, number: int, rounds: Mapping[int, _Round]) -> list[str] | None:
    """The trials that a round promotes; None if it promotes none, or it is not known yet which."""
    this = search.round(number)
    below = [rounds.get(k) for k in this.step.below]
    results = [each.results if each else None for each in below]
    known = [trial for listed in results for trial in listed or () if trial.rung]
    budget = this.step.rung.from_budget if this.step.rung else None
    if not below or None in results or any(trial.budget != budget for trial in known):
        return None
    return [trial.trial for trial in best_of_rung(known, study, this.size)]


def _asynchronous(study: Study, search: Search, rounds: Mapping[int, _Round]) -> Iterator[Level]:
    """As `_promotable`: as long as the search is not over, those that have not gone on and are not beaten for good.

    At most so many go on from a rung, however many trials come to it; those with more better ones than that never do.
    Of several objectives an order may change with every further trial.
    """
    there: dict[int, list[Trial]] = {}
    for round_ in rounds.values():
        for trial in round_.results or ():
            if trial.rung:
                there.setdefault(trial.rung.rung, []).append(trial)
    if _is_over(search, list(rounds.values())):
        return
    begun = {(row.trial, row.rung.rung) for round_ in rounds.values() for row in round_.rows if row.rung}
    most = max(1, int(search.planned / search.options["eta"]))
    for rung, trials in there.items():
        staying = trials if len(study.metrics) > 1 else best_of_rung(trials, study, most)
        yield from (_level(trial) for trial in staying if (trial.trial, rung + 1) not in begun)


def _is_over(search: Search, rounds: Sequence[_Round]) -> bool:
    """Whether all trials have been proposed and no round is under way or to come."""
    known = all(round_.current and round_.results is not None for round_ in rounds)
    trials = {row.trial for round_ in rounds for row in round_.rows}
    all_of_them = len(trials) >= search.planned or any(round_.short for round_ in rounds)
    return known and all_of_them and search.schedule.is_over([len(round_.rows) for round_ in rounds])
