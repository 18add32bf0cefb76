"""What a study would run, before anything is run."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from snaketune.config.study import Search, Study
from snaketune.errors import StudyError
from snaketune.layout import Layout
from snaketune.proposing.in_parts import given_up
from snaketune.proposing.jobs import jobs_to_come
from snaketune.proposing.packing import LONG
from snaketune.proposing.planned_rungs import budgets_behind, first_trials, is_open, rungs_text
from snaketune.proposing.propose import first_proposals, propose
from snaketune.resources import Given, Gpus, Totals, Usage, gpu_resource, run_values, totals_of
from snaketune.results.markdown import table
from snaketune.results.rounds import read_proposed, read_round, rounds_there
from snaketune.results.spelling import spelled
from snaketune.results.store import Store
from snaketune.results.tables import RUNGS, write_table
from snaketune.samplers import Proposal
from snaketune.space.cells import cells_by_parameter
from snaketune.sums import DamagedFile
from snaketune.values import trial_id

__all__ = ["Plan", "plan_of", "plan_text", "write_plan"]

_UNLIMITED = 1_000_000


@dataclass(frozen=True)
class Plan:
    """The trials that a search is certain to run; `later` more runs follow from results.

    `done` says how many runs of each trial are done, by its id, as far as it is certain to be trained, and `done_later`
    how many of these trials' runs with larger budgets. `given_up` are trials that don't do the rest of their runs.
    """

    search: Search
    proposals: list[Proposal]
    later: int
    done: Mapping[str, int]
    done_later: int = 0
    given_up: Collection[str] = ()

    def spared(self, trial: str) -> int:
        """How many runs a trial has that are not done, and won't be."""
        return len(self.search.runs) - self.done[trial] if trial in self.given_up else 0


def plan_of(study: Study, search: Search, store: Store) -> Plan:
    """The plan of one search: all trials of one that does not learn, of another the rounds that are known.

    Raises:
        StudyError: the space has too few parameter sets that its constraints allow.
    """
    # What refines another search, or starts from results, is not known beforehand.
    known = search.refines is None
    if search.in_rungs:
        proposals = first_trials(study, search, store.layout)
    elif search.learns:
        first = propose(study, search.name, 0, store.layout).proposals if known else []
        proposals = [*first, *_proposed_since(search, store.layout, 1 if known else 0)]
    else:
        proposals = first_proposals(search, search.planned if search.known else search.n_trials or _UNLIMITED)
    in_all = sum(sum(bracket.sizes) for bracket in search.schedule.brackets) or (search.n_trials or 0)
    later = in_all - len(proposals) if search.learns else 0
    ids = (trial_id(proposal.params) for proposal in proposals)
    of_trial = zip(ids, proposals, strict=True)
    done = {
        trial: sum(store.done(trial, run) for run in search.runs_of(trial, proposal.budget))
        for trial, proposal in of_trial
    }
    further = {
        (trial_id(proposal.params), budget)
        for proposal in proposals
        for budget in budgets_behind(search, proposal.rung)
    }
    done_later = sum(store.done(*run) for run in search.runs_in((trial, budget, None) for trial, budget in further))
    return Plan(search, proposals, max(0, later), done, done_later, given_up(store, search))


def _proposed_since(search: Search, layout: Layout, first: int) -> list[Proposal]:
    """What the rounds there are of a learning search have proposed, from the `first` on, for the present search."""
    found: list[Proposal] = []
    if search.parts:  # whose rounds have the same trials
        return found
    with suppress(DamagedFile):  # the next start makes it anew
        for number in (round_.number for round_ in rounds_there(layout, search) if round_.number >= first):
            path = layout.proposed(search.name, number)
            if read_round(path.with_name("round.json")).fingerprint != search.fingerprint:
                break
            found += [Proposal(dict(row.params), row.origin) for row in read_proposed(path)]
    return found


def write_plan(plan: Plan, layout: Layout) -> None:
    """Writes the search's plan.csv: a row per trial with its parameters and how many of its runs are done."""
    rows = []
    cells = cells_by_parameter([plan.search.space], plan.search.options.get("points", ()))
    header = ("trial", "number", "origin", *(RUNGS if plan.search.budget else ()), "runs", "done")
    for number, proposal in enumerate(plan.proposals):
        trial = trial_id(proposal.params)
        runs = len(plan.search.runs_of(trial))
        row = {"trial": trial, "number": number, "origin": proposal.origin, "runs": runs, "done": plan.done[trial]}
        row |= {name: getattr(proposal.rung, name) for name in RUNGS if proposal.rung}
        row = {name: row.get(name) for name in header}
        names = plan.search.space.parameters
        rows.append(row | {f"param.{n}" if n in row else n: spelled(proposal.params, n, cells) for n in names})
    path = layout.file("plan.csv", plan.search.name)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_table(path, rows, header)


def plan_text(plans: Sequence[Plan], study: Study, store: Store, given: Given, gpus: Gpus | None = None) -> str:
    """The plan in words.

    `given` is what a profile adds to what the study asks for, `gpus` are those that runs would share on this machine.
    """
    rows = []
    seen: dict[tuple[str, float | None], None] = {}
    done = imported = 0
    for plan in plans:
        trials = [(trial_id(proposal.params), proposal.budget) for proposal in plan.proposals]
        new = [trial for trial in trials if trial not in seen]
        seen |= dict.fromkeys(trials)
        imported += sum(trial in plan.search.imported for trial, _ in new)
        done += sum(plan.done[trial] for trial, _ in new)
        shared = len(trials) - len(new)
        known = sum(plan.done.values()) + plan.done_later
        rows.append([plan.search.name, plan.search.strategy, len(trials), plan.later, shared, known])
    header = ["search", "strategy", "trials", "later", "shared", "runs done"]
    runs = (len(seen) - imported) * len(study.runs)
    later = sum(max(0, plan.later * len(study.runs) - plan.done_later) for plan in plans)
    spared = sum(min(plan.spared(trial) for plan in plans if trial in plan.done) for trial, _ in seen)
    in_parts = any(plan.search.parts for plan in plans)
    not_run = f", {spared} of pruned trials are not run" if spared else ""
    words = f"{runs} runs in all ({len(seen) - imported} trials × {len(study.runs)}), {done} done{not_run}"
    words += f", {'at most ' if in_parts else ''}{runs - done - spared} to run"
    if study.in_rungs:
        words = f"{runs} runs are certain, {done} of them done, {runs - done} to run"
    if imported:
        words += f", {imported} more trials are imported"
    if later:
        bound = "some" if any(is_open(plan.search) for plan in plans) else "up to"
        words += f", and {bound} {later} more that follow from results"
    tables = ", ".join(f"{store.layout.root}/{plan.search.name}/plan.csv" for plan in plans)
    sentences = [words, *_asked_for(plans, study, store, given, gpus)]
    words = ".\n".join(sentence for sentence in sentences if sentence)
    parts = [table(header, rows, left=2), *rungs_text([plan.search for plan in plans], study)]
    return "\n".join([f"Plan of {study.name}", *parts, f"{words}.", f"Trials: {tables}"])


def _asked_for(plans: Sequence[Plan], study: Study, store: Store, given: Given, gpus: Gpus | None) -> tuple[str, str]:
    """What the runs still to be done ask for, each a sentence or "": their jobs of a cluster, they of this machine."""
    threads = given.threads or study.config["objective"]["threads"]
    to_come = jobs_to_come(((plan.search, plan.proposals, plan.given_up) for plan in plans), study, store)
    jobs = [
        [run_values(proposal.params, run, attempt=1, threads=threads) for proposal, run in job] for job in to_come.jobs
    ]
    usage, gpu = Usage(store), gpu_resource(study.resources)
    try:
        totals = totals_of(study.resources, jobs, threads, study.at_once or threads, usage, given)
        here = gpus.words([float(gpu(run, usage)) for job in jobs for run in job]) if gpus and gpu and jobs else ""
    except ValueError as error:
        raise StudyError(f"objective.resources: {error}") from None
    said = bool(jobs) and (bool(totals.words()) or study.trials_per_job != 1 or given.cluster)
    fewer = any(plan.search.parts for plan in plans)
    return _jobs(totals, threads, open_=to_come.open, fewer=fewer) if said else "", here


def _jobs(totals: Totals, threads: int, *, open_: bool, fewer: bool) -> str:
    """How many jobs there are, and what they ask for; `open_`: how many depends on how long the first runs take.

    `fewer`: trials may be given up.
    """
    one = totals.jobs == 1
    cores = f" of {threads} cores" if threads > 1 else ""
    asked = f", which {'asks' if one else 'ask'} for at most {totals.words()}" if totals.words() else ""
    most = "at most " if open_ or fewer else ""
    packed = (
        f". When the first ones take less than {LONG:g} s, further ones are packed, several to a job" if open_ else ""
    )
    return f"That is {most}{totals.jobs:,} {'job' if one else 'jobs'}{cores}{asked}{packed}"
