"""best.yaml: the full configuration with the best trial's values in it, ready to train with."""

from collections.abc import Sequence

from snaketune.config.study import Study
from snaketune.results.budgets import in_part, with_budget
from snaketune.results.markdown import one_line
from snaketune.results.ranking import ranked
from snaketune.results.trials import Trial
from snaketune.runner.configuration import merge
from snaketune.values import text

__all__ = ["best_yaml"]


def best_yaml(
    trials: Sequence[Trial],
    study: Study,
    search: str,
    recommended: Trial | None = None,
    *,
    incomplete: str | None = None,
) -> str:
    """The text of best.yaml; where no trial is complete, a comment that says so and an empty mapping.

    `trials` come search by search. `recommended` is the trial that the model believes best; if it is another one, its
    configuration follows as a comment. `incomplete` says how much of the study there is, if it is not all.
    """
    best = ranked(trials, study)
    note = f"# {incomplete}\n" if incomplete else ""
    if not best:
        return f"{note}# {study.name}, {search}: no trial is complete\n{{}}\n"
    trial = best[0]
    count = len({each.trial for each in trials})
    head = f"{note}# {study.name}, {search}: best of {count} trials\n# {_said(trial, study)}"
    if doubt := in_part(best, study):
        head += f"\n# {doubt}"
    found = f"{head}\n{_config(trial, study)}"
    if recommended is None or recommended.trial == trial.trial:
        return found
    other = f"The model believes another one best, given the noise:\n{_said(recommended, study)}\n"
    return found + "\n" + "".join(f"# {line}\n" for line in (other + _config(recommended, study)).splitlines())


def _said(trial: Trial, study: Study) -> str:
    metric = study.metric
    value = text(trial.metrics[metric.name])
    if metric.name in trial.se:
        value += f" ± {trial.se[metric.name]:.3g} (standard error over {trial.runs} runs)"
    budget = with_budget(trial, study.budget)
    return f"trial {trial.trial}: {one_line(metric.name)} = {value} ({metric.direction}){budget}"


def _config(trial: Trial, study: Study) -> str:
    import yaml

    config = merge(study.run_spec.base_config or {}, trial.params)
    return yaml.safe_dump(config, sort_keys=False, allow_unicode=True)
