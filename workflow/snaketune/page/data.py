"""From results to the page's payload: a pure function and what it bounds."""

import re
import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from snaketune.command import ALONE, command_with
from snaketune.config.study import Study
from snaketune.page.choice import whole
from snaketune.page.columns import columns_of
from snaketune.page.curves import Curve, thinned
from snaketune.results.front import front_size
from snaketune.results.ranking import ranked
from snaketune.results.runs import RunResult
from snaketune.results.trained import Trained
from snaketune.results.trials import Trial, each_once
from snaketune.runner.run_id import RunId

__all__ = ["CURVE_TRIALS", "page_payload", "with_curves"]

# The trials whose learning curves are embedded: the best ones, then the others in their order.
CURVE_TRIALS = 1000
TAIL_LINES = {True: 5, False: 20}  # by whether the run is complete
# Characters in all log tails together; each run has an equal share of them.
ALL_TAILS = 2_000_000
MOST_TAIL = 4000
FEWEST_TAIL = 200
LONGEST_COMMAND = 4000
_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def page_payload(
    study: Study,
    trials_of: Mapping[str, Sequence[Trial]],
    endings: Mapping[str, str | None],
    runs: Mapping[str, Sequence[RunResult]],
    curves: Mapping[tuple[str, RunId], Curve],
    tails: Mapping[tuple[str, RunId], Sequence[str]],
    snakemake: Sequence[str] = ("snakemake", "--cores", "1"),
    *,
    config_key: str | None = "",
    incomplete: str | None = None,
    shown: Mapping[str, Sequence[Trial]] | None = None,
    trained: Trained | None = None,
    folder: Path | None = None,
    models: Sequence[str] = (),
) -> dict[str, Any]:
    """All that the page shows, as a JSON value.

    `trials_of` and `endings` (why a search ended early) are by search, `runs` by trial, `curves` (see
    `curve_from`) and `tails` (the last lines of a run's log) by trial and run; `snakemake` is the command
    that reruns the study, below whose `config_key` --config has settings of it (None: nowhere), `folder` where it is
    (results/<study> by default). The rules by which curves and tails were bounded are in `rules`. `incomplete` says how
    much of the study there is, if it is not all. `shown` are the trials that are in the table (see `chosen`), whose
    `runs` are needed; by default all. `trained` says how much of the budget was spent, where there are budgets.
    `models` are sentences of how far those of searches are to be believed.
    """
    shown = trials_of if shown is None else shown
    folder = folder or Path("results", study.name)
    distinct = each_once(shown)
    place = {trial: i for i, trial in enumerate(distinct)}
    share = max(FEWEST_TAIL, min(MOST_TAIL, ALL_TAILS // max(1, sum(map(len, runs.values())))))
    kept, points = thinned(curves)
    return {
        "study": study.name,
        "objectives": [
            {"name": m.name, "direction": m.direction} | ({} if m.optimum is None else {"optimum": m.optimum})
            for m in study.metrics
        ],
        "limits": [{"metric": limit.metric, "min": limit.min, "max": limit.max} for limit in study.outcome_constraints],
        **_front(list(each_once(trials_of).values()), study),
        **whole(trials_of, shown),
        **_budget(trained),
        **({"models": list(models)} if models else {}),
        "aggregate": study.aggregate,
        "searches": [
            {"name": name, "strategy": search.strategy, "ending": endings.get(name)}
            for name, search in study.searches.items()
            if name in trials_of
        ],
        "columns": columns_of(shown, study, trials_of),
        "trial_of_row": [place[trial.trial] for listed in shown.values() for trial in listed],
        "trials": [
            {
                "id": trial,
                "runs": [_run(run, study, tails.get((trial, run.run), ()), share) for run in runs[trial]],
                "curves": {str(run.run): kept[trial, run.run] for run in runs[trial] if (trial, run.run) in kept},
            }
            for trial in distinct
        ],
        # With a trial's id in the place of TRIAL: all of its runs are done again.
        # None if that can't be asked for on a command line.
        "command": None if config_key is None else shlex.join(command_with(snakemake, "retry=TRIAL", below=config_key)),
        # `alone`, followed by a trial and a run, does one training as the search does it; what an environment of its
        # own (conda, a container) needs, only Snakemake knows.
        "alone": None if study.run_spec.isolated else shlex.join([*ALONE, f"{folder}/trials"]),
        "rules": {
            "curve_trials": CURVE_TRIALS,
            "curve_points": points,
            "tail_complete": TAIL_LINES[True],
            "tail_other": TAIL_LINES[False],
            "tail_characters": share,
        },
    } | ({"incomplete": incomplete} if incomplete else {})


def with_curves(trials_of: Mapping[str, Sequence[Trial]], study: Study) -> list[str]:
    """The ids of the trials whose curves are embedded: the best first, then those without a value."""
    everything = [trial for listed in trials_of.values() for trial in listed]
    order = dict.fromkeys(trial.trial for trial in [*ranked(everything, study), *everything])
    return list(order)[:CURVE_TRIALS]


def _front(trials: Sequence[Trial], study: Study) -> dict[str, Any]:
    """The Pareto set in two numbers, where there are several objectives."""
    if len(study.metrics) < 2:
        return {}
    size, hypervolume = front_size(trials, study)
    return {"front": {"size": size, "hypervolume": hypervolume}}


def _budget(trained: Trained | None) -> dict[str, Any]:
    """What the budget is called, the full one, and how much was trained, where there are budgets."""
    if trained is None:
        return {}
    spent = {"trained": trained.trained, "in_full": trained.in_full, "said": str(trained)}
    return {"budget": {"name": trained.budget.name, "full": trained.budget.max, **spent}}


def _run(run: RunResult, study: Study, tail: Sequence[str], share: int) -> dict[str, Any]:
    record = run.record
    return {
        "run": str(run.run),
        "status": run.status,
        "reason": run.reason,
        "values": [run.metrics.get(metric.name) if run.complete else None for metric in study.metrics],
        "seed": record.seed,
        "attempt": record.attempt,
        "seconds": record.seconds,
        "max_rss_mb": record.max_rss_mb,
        "exit_code": record.exit_code,
        "signal": record.signal,
        "host": record.host,
        "log": record.log,
        "command": _command(record.command),
        "tail": _tail(tail, TAIL_LINES[run.complete], share),
    }


def _command(words: Sequence[str] | None) -> str | None:
    """The command line; None where there is none, or it is too long to be of use."""
    line = shlex.join(words or ())
    return line if 0 < len(line) <= LONGEST_COMMAND else None


def _tail(lines: Sequence[str], most: int, share: int) -> str:
    """The last lines as a terminal shows them: no colours, and of a progress bar its last state."""
    shown = [_ESCAPES.sub("", line).rstrip().rpartition("\r")[2] for line in lines]
    text = "\n".join(line for line in shown if line)
    text = "\n".join(text.splitlines()[-most:])
    return text if len(text) <= share else "…" + text[1 - share :]
