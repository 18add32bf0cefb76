"""best.yaml: the full configuration with the best trial's values in it, ready to train with."""

from snaketune import runner
from snaketune.config.study import Study
from snaketune.results.ranking import ranked
from snaketune.results.trials import Trial
from snaketune.values import text

__all__ = ["best_yaml"]


def best_yaml(trials: list[Trial], study: Study, search: str) -> str:
    """The text of best.yaml; where no trial is complete, a comment that says so and an empty mapping."""
    import yaml

    best = ranked(trials, study)
    if not best:
        return f"# {study.name}, {search}: no trial is complete\n{{}}\n"
    trial = best[0]
    metric = study.metric
    spread = f" ± {trial.se[metric.name]:.3g} (standard error over {trial.runs} runs)" if metric.name in trial.se else ""
    comment = (
        f"# {study.name}, {search}: best of {len(trials)} trials\n"
        f"# trial {trial.trial}: {metric.name} = {text(trial.metrics[metric.name])}{spread} ({metric.direction})\n"
    )
    config = runner.merge(study.objective["base_config"] or {}, trial.params)
    return comment + yaml.safe_dump(config, sort_keys=False, allow_unicode=True)
