"""What searches with budgets would train: trials, rung by rung, and what that takes against training all in full."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from snaketune.config.study import Search, Study
from snaketune.layout import Layout
from snaketune.proposing.observed import sampler_of
from snaketune.proposing.propose import propose
from snaketune.results.markdown import one_line, table
from snaketune.results.trained import amount_text
from snaketune.samplers import Proposal, Rung
from snaketune.samplers.brackets import Bracket
from snaketune.samplers.rungs import learns

__all__ = ["budgets_behind", "first_trials", "is_open", "rungs_text"]


def first_trials(study: Study, search: Search, layout: Layout) -> list[Proposal]:
    """The trials of a search in rungs that are known before any result, each with the rung that it begins in.

    All of them, or those of the first round where a model proposes the others.
    """
    if learns(search.options):
        return propose(study, search.name, 0, layout).proposals
    rungs = list(_beginnings(search))
    proposals = sampler_of(search, search.space).ask([], len(rungs))
    return [replace(proposal, rung=rung) for proposal, rung in zip(proposals, rungs, strict=False)]


def _beginnings(search: Search) -> Iterator[Rung]:
    """The rung that each trial begins in, in the order of their numbers."""
    schedule = search.schedule
    if schedule.count is None:
        (bracket,) = schedule.brackets
        yield from [Rung(0, 0, bracket.budgets[0], None, bracket.budgets[-1])] * bracket.sizes[0]
        return
    for step in map(schedule.step, range(schedule.count)):
        if step.rung and not step.below:
            yield from [step.rung] * step.size


def budgets_behind(search: Search, rung: Rung | None) -> Sequence[float]:
    """The larger budgets that a trial gets if it goes on and on from the rung in which it begins."""
    if rung is None or not search.schedule.brackets:
        return ()
    return search.schedule.brackets[rung.bracket].budgets[1:]


def rungs_text(searches: Sequence[Search], study: Study) -> list[str]:
    """The table of brackets, and a line for each search with a budget; nothing where there is none."""
    planned = {search.name: (search, _brackets(search)) for search in searches if search.budget}
    if not planned or study.budget is None:
        return []
    resumes = bool(study.config["objective"].get("resume", True))
    header = ["search", "bracket", "rung", study.budget.name, "trials", "runs", f"{study.budget.name} to train"]
    rows = [
        row
        for search, brackets in planned.values()
        for number, bracket in enumerate(brackets)
        for row in _rows(search, number, bracket, resumes=resumes)
    ]
    return [table(header, rows), *(_line(*each, resumes=resumes) for each in planned.values())]


def _brackets(search: Search) -> Sequence[Bracket]:
    """The brackets of a search; one of one rung where each trial is trained once."""
    if search.schedule.brackets or search.budget is None:
        return search.schedule.brackets
    return [Bracket((search.budget.max,), (search.planned - sum(map(len, search.known.values())),))]


def _rows(search: Search, number: int, bracket: Bracket, *, resumes: bool) -> Iterator[list[object]]:
    """A row per rung."""
    least = "≥ " if is_open(search) else ""
    amounts = bracket.amounts(resumes=resumes)
    for rung, (size, budget, amount) in enumerate(zip(bracket.sizes, bracket.budgets, amounts, strict=True)):
        runs = len(search.runs)
        shown = (f"{least if rung else ''}{amount_text(value)}" for value in (size, size * runs, amount * runs))
        yield [search.name, number, rung, f"{budget:,}", *shown]


def _line(search: Search, brackets: Sequence[Bracket], *, resumes: bool) -> str:
    """How many trials, rungs, runs and epochs a search has, and what training all trials in full would take."""
    each = len(search.runs)
    trials = sum(bracket.sizes[0] for bracket in brackets)
    rungs = max(len(bracket.budgets) for bracket in brackets)
    runs = each * sum(sum(bracket.sizes) for bracket in brackets)
    amount, anew = (each * sum(sum(b.amounts(resumes=by)) for b in brackets) for by in (resumes, False))
    full = amount_text(each * trials * brackets[0].budgets[-1])
    name = one_line(search.budget.name if search.budget else "")
    counted = f"{_many(len(brackets), 'bracket')}, {_many(rungs, 'rung')}"
    if is_open(search):
        most = full if resumes else amount_text(each * trials * sum(brackets[0].budgets))
        trained = f"{runs:,} to {each * trials * rungs:,} runs; {name} to train: {amount_text(amount)} to {most}"
    else:
        without = "" if amount == anew else f" ({amount_text(anew)} without continuing)"
        trained = f"{_many(runs, 'run')}; {name} to train: {amount_text(amount)}{without}"
    return f"{search.name}: {_many(trials, 'trial')}, {counted}, {trained}, all in full: {full}"


def is_open(search: Search) -> bool:
    """Whether more trials may go on than the brackets say."""
    return bool(search.schedule.brackets) and search.schedule.count is None


def _many(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"
