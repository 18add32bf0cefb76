"""Searches driven in this process: their proposals are those of the workflow, which reads the same tables."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from snaketune.config import read_study
from snaketune.config.study import Study
from snaketune.layout import Layout
from snaketune.proposing.propose import propose
from snaketune.proposing.thresholds import Earlier, rule_for
from snaketune.results.rounds import read_proposed, write_proposed, write_trials
from snaketune.results.trials import Proposed, Trial
from snaketune.runner.run_id import RunId
from snaketune.runner.status import FINISHED_WELL

__all__ = ["METRIC", "Driven", "Outcome", "driven", "study_of"]

METRIC = "loss"


@dataclass(frozen=True)
class Outcome:
    """What came of a run: its status, the loss if it is complete, and what it has reported at its steps."""

    status: str
    loss: float | None = None
    steps: Mapping[int, float] = field(default_factory=dict)


# How a trial is trained, by which rule it is pruned (None: by none).
Train = Callable[[Proposed, Mapping[str, Any] | None], Outcome]


@dataclass(frozen=True)
class Driven:
    """A round that has been done, made from the results of the rounds `needs` and the proposals of `follows`."""

    number: int
    needs: tuple[int, ...]
    follows: tuple[int, ...]
    trials: list[Trial]


def study_of(config: Mapping[str, Any], folder: Path = Path()) -> Study:
    """The study of a space and a search whose trials no program is to train."""
    command = "true {budget}" if "budget" in config["search"] else "true"
    return read_study({"study": "s", "objective": {"command": command, "metric": METRIC, "code": []}, **config}, folder)


def driven(folder: Path, config: Mapping[str, Any], train: Train) -> Iterator[Driven]:
    """The rounds of a study's only search in their order, each of its trials trained by `train`."""
    study = study_of(config, folder)
    (search,) = study.searches.values()
    layout = Layout(folder / "results" / study.name)
    sizes: list[int] = []
    earlier: list[list[Earlier]] = []
    for number in count():
        if sizes and search.schedule.is_over(sizes):
            return
        this = search.round(number)
        proposals = propose(study, search.name, number, layout).proposals
        path = layout.proposed(search.name, number)
        path.parent.mkdir(parents=True)
        write_proposed(path, proposals, start=this.start, number=number)
        seen = [run for k in this.step.needs for run in earlier[k]]
        rule = rule_for(search.pruner, study.metrics, seen) if search.pruner else None
        rows = read_proposed(path)
        outcomes = [train(row, rule) for row in rows]
        earlier.append([_seen(*each) for each in zip(rows, outcomes, strict=True) if each[1].status in FINISHED_WELL])
        trials = [_ended(*each) for each in zip(rows, outcomes, strict=True)]
        write_trials(layout.gathered(search.name, number), trials)
        sizes.append(len(trials))
        yield Driven(number, tuple(this.step.needs), tuple(this.step.follows), trials)


def _seen(row: Proposed, outcome: Outcome) -> Earlier:
    steps = {float(step): (loss,) for step, loss in outcome.steps.items()}
    return Earlier(row.trial, RunId(0), outcome.loss, steps)


def _ended(row: Proposed, outcome: Outcome) -> Trial:
    last = max(outcome.steps, default=None)
    loss = outcome.loss if last is None else outcome.steps[last]
    metrics = {} if loss is None else {METRIC: loss}
    return Trial(
        **vars(row), status=outcome.status, reason=None, runs=1, metrics=metrics, sd={}, se={}, seconds=0.0, started="",
        finished="", host="", last_step=last,
    )  # fmt: skip
