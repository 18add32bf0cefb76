"""What a study would run, before anything is run."""

from collections.abc import Sequence
from dataclasses import dataclass

from snaketune.config.study import Search, Study
from snaketune.errors import StudyError
from snaketune.layout import Layout
from snaketune.proposing.propose import propose, sampler_of
from snaketune.resources import Gpus, Usage, gpu_resource, run_values, totals_of
from snaketune.results.markdown import table
from snaketune.results.spelling import spelled
from snaketune.results.tables import write_table
from snaketune.samplers import Proposal
from snaketune.space.cells import cells_by_parameter
from snaketune.values import trial_id

__all__ = ["Plan", "plan_of", "plan_text", "write_plan"]

_UNLIMITED = 1_000_000


@dataclass(frozen=True)
class Plan:
    """The trials that a search is certain to run; `later` more follow from their results."""

    search: Search
    proposals: list[Proposal]
    later: int
    runs_done: int


def plan_of(study: Study, search: Search, layout: Layout) -> Plan:
    """The plan of one search: all trials of one that does not learn, the first round of one that does.

    Raises:
        StudyError: the space has too few parameter sets that its constraints allow.
    """
    if search.learns:
        # What refines another search, or starts from results, is not known beforehand.
        known = search.refines is None
        proposals = propose(study, search.name, 0, layout).proposals if known else []
    else:
        proposals = sampler_of(search, search.space).ask([], search.n_trials or _UNLIMITED)
    later = (search.n_trials or 0) - len(proposals) if search.learns else 0
    ids = {trial_id(proposal.params): proposal for proposal in proposals}
    done = sum(_done(layout, trial, search) for trial in ids)
    return Plan(search, proposals, max(0, later), done)


def _done(layout: Layout, trial: str, search: Search) -> int:
    """How many of a trial's runs are done."""
    return sum(layout.result(trial, run).exists() for run in search.runs)


def write_plan(plan: Plan, layout: Layout) -> None:
    """Writes the search's plan.csv: a row per trial with its parameters and how many of its runs are done."""
    rows = []
    cells = cells_by_parameter([plan.search.space], plan.search.options.get("points", ()))
    for number, proposal in enumerate(plan.proposals):
        trial = trial_id(proposal.params)
        runs, done = len(plan.search.runs), _done(layout, trial, plan.search)
        row = {"trial": trial, "number": number, "origin": proposal.origin, "runs": runs, "done": done}
        names = plan.search.space.parameters
        rows.append(row | {f"param.{n}" if n in row else n: spelled(proposal.params, n, cells) for n in names})
    path = layout.file("plan.csv", plan.search.name)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_table(path, rows, ("trial", "number", "origin", "runs", "done"))


def plan_text(plans: Sequence[Plan], study: Study, layout: Layout, gpus: Gpus | None = None) -> str:
    """The plan in words; `gpus` are those that runs would share on this machine."""
    rows = []
    seen: dict[str, None] = {}
    done = 0
    for plan in plans:
        trials = [trial_id(proposal.params) for proposal in plan.proposals]
        new = [trial for trial in trials if trial not in seen]
        seen |= dict.fromkeys(trials)
        done += sum(_done(layout, trial, plan.search) for trial in new)
        shared = len(trials) - len(new)
        rows.append([plan.search.name, plan.search.strategy, len(trials), plan.later, shared, plan.runs_done])
    header = ["search", "strategy", "trials", "later", "shared", "runs done"]
    runs = len(seen) * len(study.runs)
    later = sum(plan.later for plan in plans) * len(study.runs)
    words = f"{runs} runs in all ({len(seen)} trials × {len(study.runs)}), {done} done, {runs - done} to run"
    if later:
        words += f", and up to {later} more that follow from results"
    tables = ", ".join(f"{layout.root}/{plan.search.name}/plan.csv" for plan in plans)
    words += _asked_for(plans, study, layout, gpus)
    return f"Plan of {study.name}\n{table(header, rows, left=2)}\n{words}.\nTrials: {tables}"


def _asked_for(plans: Sequence[Plan], study: Study, layout: Layout, gpus: Gpus | None) -> str:
    """What the runs that are still to be done ask for, of a cluster or of this machine, as the end of a sentence."""
    params = {trial_id(proposal.params): proposal.params for plan in plans for proposal in plan.proposals}
    threads = study.config["objective"]["threads"]
    missing = [
        run_values(values, run, attempt=1, threads=threads)
        for trial, values in params.items()
        for run in study.runs
        if not layout.result(trial, run).exists()
    ]
    usage, gpu = Usage(layout.root), gpu_resource(study.resources)
    try:
        asked = totals_of(study.resources, missing, threads, usage).words()
        words = gpus.words([float(gpu(values, usage)) for values in missing]) if gpus and gpu else ""
    except ValueError as error:
        raise StudyError(f"objective.resources: {error}") from None
    sentences = [f"They ask for at most {asked}" if asked else "", words]
    return "".join(f".\n{sentence}" for sentence in sentences if sentence and missing)
