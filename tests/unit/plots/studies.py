"""Made-up studies of any size and kind, with results computed from their parameters."""

import copy
import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path

import numpy as np
import pandas as pd
from snaketune.config import read_study
from snaketune.config.study import Study
from snaketune.importance.study import importances_of
from snaketune.importance.tables import IMPORTANCES, INTERACTIONS, importance_rows, interaction_rows
from snaketune.layout import Layout
from snaketune.plots.support.rungs import frame_of_rungs
from snaketune.plots.support.source import Source
from snaketune.proposing.explained import explained_of
from snaketune.results.explained import read_models, write_explained
from snaketune.results.frames import read_frame, types_of
from snaketune.results.level import with_one_budget
from snaketune.results.searched import SearchResults
from snaketune.results.store import Store
from snaketune.results.study import StudyResults
from snaketune.results.tables import trial_rows, write_table
from snaketune.results.trials import Trial
from snaketune.samplers import Rung, sampler_for
from snaketune.samplers.explained import Explained
from snaketune.samplers.rungs import build
from snaketune.values import trial_id

BEGIN = datetime(2030, 1, 1, tzinfo=UTC)
CONFIG = {
    "study": "made-up",
    "objective": {"command": "true", "metric": "loss"},
    "space": {
        "lr": {"type": "loguniform", "low": 1e-5, "high": 1e-1},
        "optimizer": ["adam", "sgd", "rmsprop"],
        "momentum": {"type": "uniform", "low": 0.0, "high": 0.99, "when": {"optimizer": ["sgd", "rmsprop"]}},
        "layers": {"type": "int", "low": 1, "high": 6},
    },
    "searches": {"random": {"strategy": "random", "n_trials": 40}},
}


def loss(params: dict) -> float:
    """A smooth function of whatever parameters there are; lr matters most."""
    total = 0.0
    for i, (name, value) in enumerate(sorted(params.items())):
        place = math.log10(value) + 3 if name.startswith("lr") and value > 0 else value
        if isinstance(place, (int, float)) and not isinstance(place, bool):
            total += (float(place) / (1 + i)) ** 2
        else:
            total += sum(map(ord, str(place))) % 7 / 10
    return total


def study_of(config: dict | None = None, **changes: object) -> Study:
    """A study; `changes` replace whole keys of the default configuration."""
    return read_study(copy.deepcopy(config or CONFIG) | changes, Path.cwd())


def trials_of(
    study: Study,
    value: Callable[[dict], float] = loss,
    status: Callable[[int], str] = lambda number: "complete",
    spread: float = 0.0,
) -> dict[str, list[Trial]]:
    """Each search's trials as its sampler proposes them, two at a time; a trial takes 10 + number % 7 seconds."""
    rng = np.random.default_rng(1)
    searches = {}
    for name, search in study.searches.items():
        new = build if search.in_rungs else partial(sampler_for, search.strategy)
        sampler = new(search.space, seed=search.seed, n_trials=search.n_trials, options=search.options)
        trials, workers = [], [BEGIN, BEGIN + timedelta(seconds=1)]
        for number, proposal in enumerate(sampler.ask([], search.schedule.trials or search.n_trials or 10_000)):
            state = status(number)
            seconds = 10.0 + number % 7
            start = min(workers)
            workers[workers.index(start)] = start + timedelta(seconds=seconds)
            complete = state == "complete"
            metrics = {m.name: value(proposal.params) + i * rng.normal() for i, m in enumerate(study.metrics)}
            several = complete and len(study.runs) > 1
            sd = {m.name: spread for m in study.metrics} if several else {}
            trials.append(
                Trial(
                    trial=trial_id(proposal.params),
                    number=number,
                    round=number // 5,
                    origin=proposal.origin,
                    params=proposal.params,
                    status=state,
                    reason=None if complete else f"was {state}",
                    runs=len(study.runs) if complete else 0,
                    metrics=metrics if complete else {},
                    sd=sd,
                    se={metric: found / math.sqrt(len(study.runs)) for metric, found in sd.items()},
                    seconds=seconds,
                    started=start.isoformat(),
                    finished=(start + timedelta(seconds=seconds)).isoformat(),
                    host="node1",
                )
            )
        searches[name] = trials
    return searches


def in_rungs(study: Study, trials: dict[str, list[Trial]]) -> dict[str, list[Trial]]:
    """The trials rung by rung, where a search has a budget: what is missing of it makes the values worse."""
    return {
        name: [*_rungs(study, name, listed)] if study.searches[name].budget else listed
        for name, listed in trials.items()
    }


def _rungs(study: Study, name: str, new: list[Trial]) -> Iterator[Trial]:
    search, sign = study.searches[name], study.metric.sign
    if not search.in_rungs:
        full = search.budget.max
        yield from (replace(trial, rung=Rung(0, 0, full, None, full)) for trial in new)
        return
    begin, number = 0, count()
    for b, bracket in enumerate(search.schedule.brackets):
        rung = new[begin : begin + bracket.sizes[0]]
        begin += len(rung)
        for i, budget in enumerate(bracket.budgets):
            how_far = Rung(b, i, budget, bracket.budgets[i - 1] if i else None, bracket.budgets[-1])
            this = next(number)
            done = [replace(trial, rung=how_far, round=this) for trial in rung]
            for trial in done:
                worse = {metric: value + sign * (1 - how_far.share) * 3 for metric, value in trial.metrics.items()}
                yield replace(trial, metrics=worse)
            survivors = sorted((t for t in rung if t.complete), key=lambda t: sign * t.metrics[study.metric.name])
            rung = survivors[: bracket.sizes[i + 1]] if i + 1 < len(bracket.sizes) else []


def runs_of(study: Study, trials: dict[str, list[Trial]], spread: float = 0.0) -> pd.DataFrame:
    """A row per run; a replicate's value is `spread` times its number above the trial's."""
    rows = []
    for trial in {(t.trial, t.budget): t for listed in trials.values() for t in listed}.values():
        for i, run in enumerate(study.runs):
            row = {"trial": trial.trial, "run": str(run), "replicate": i, "fold": None, "status": trial.status}
            row |= {"budget": trial.budget, "trained": trial.rung and trial.budget - (trial.rung.from_budget or 0)}
            middle = (len(study.runs) - 1) / 2
            row |= {name: found + spread * (i - middle) for name, found in trial.metrics.items()}
            row |= {
                "seconds": trial.seconds,
                "started": trial.started,
                "finished": trial.finished,
                "host": trial.host,
            }
            rows.append(row)
    return pd.DataFrame(rows)


def history_of(trials: dict[str, list[Trial]], steps: int = 12) -> pd.DataFrame:
    """Learning curves that fall towards each trial's loss; a failed trial's end half-way."""
    rows = []
    for trial in {t.trial: t for listed in trials.values() for t in listed}.values():
        last = trial.metrics.get("loss", 5.0)
        for step in range(1, (steps if trial.complete else steps // 2) + 1):
            rows.append({"trial": trial.trial, "run": "r0", "line": step - 1, "step": step, "loss": last + 3 / step})
    return pd.DataFrame(rows, columns=["trial", "run", "line", "step", "loss"])


def source_of(
    folder: Path,
    study: Study,
    trials: dict[str, list[Trial]] | None = None,
    *,
    search: str | None = None,
    spread: float = 0.0,
    history: bool = True,
) -> Source:
    """What plots of the study, or of one search, are made from; tables go through files in `folder`."""
    rungs = in_rungs(study, trials_of(study, spread=spread) if trials is None else trials)
    chosen = {name: SearchResults.of(rungs[name], study).trials for name in ([search] if search else rungs)}
    write_table(folder / "results.csv", trial_rows(chosen, study))
    listed = [trial for name in chosen for trial in SearchResults.of(rungs[name], study).rungs]
    found = importances_of(with_one_budget(listed), [study.searches[name] for name in chosen], study.metric.name)
    return Source(
        study=study,
        searches=tuple(chosen),
        trials=read_frame(folder / "results.csv", types_of(study)),
        runs=runs_of(study, {name: rungs[name] for name in chosen}, spread),
        rungs=frame_of_rungs({name: SearchResults.of(rungs[name], study).rungs for name in chosen}, study),
        history=history_of(chosen) if history else history_of({}),
        importances=pd.DataFrame(importance_rows(found), columns=IMPORTANCES),
        interactions=pd.DataFrame(interaction_rows(found), columns=INTERACTIONS),
        models=models_of(folder, study, {name: rungs[name] for name in chosen}),
    )


def models_of(folder: Path, study: Study, rungs: dict[str, list[Trial]]) -> dict[str, Explained]:
    """What the models of the searches believe, through the files that stages write."""
    found = {name: SearchResults.of(listed, study) for name, listed in rungs.items()}
    layout = Layout(folder)
    for name, explained in explained_of(StudyResults(study, Store(layout, ""), found)).items():
        (folder / name).mkdir(exist_ok=True)
        write_explained(layout.file("model.json", name), explained)
    return read_models(layout, study, rungs)
