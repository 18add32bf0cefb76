"""What there is here instead of what people know from elsewhere, for error messages."""

__all__ = ["instead_of"]


def _optuna(sampler: str) -> str:
    return f"strategy: bayes, engine: optuna, sampler: {{type: {sampler}}}"


_GP = "strategy: bayes (engine: gp, a Gaussian process, is its default)"
_RUNGS = "strategy: halving, hyperband or asha, with budget: {name: epochs, min: 1, max: 27}"
# Strategies, samplers and their names elsewhere, by letters and digits alone.
_STRATEGIES = {
    **dict.fromkeys(("tpe", "tpesampler", "hyperopt", "parzen"), _optuna("TPESampler")),
    **dict.fromkeys(("cmaes", "cma", "cmaessampler", "evolution", "es"), _optuna("CmaEsSampler")),
    **dict.fromkeys(("nsga", "nsga2", "nsgaii", "nsgaiisampler", "genetic", "ga"), _optuna("NSGAIISampler")),
    "optuna": f"{_optuna('TPESampler')} (or another of Optuna's samplers)",
    **dict.fromkeys(("skopt", "scikitoptimize"), "strategy: bayes, engine: skopt"),
    **dict.fromkeys(("rf", "forest", "randomforest", "smac"), "strategy: bayes, engine: skopt, surrogate: rf"),
    **dict.fromkeys(
        ("bayesian", "bayesopt", "bayesianoptimization", "bo", "gp", "gaussianprocess", "botorch", "ax"), _GP
    ),
    **dict.fromkeys(("gridsearch", "product", "gridsampler", "exhaustive"), "strategy: grid"),
    **dict.fromkeys(("randomsearch", "uniform", "randomsampler", "montecarlo"), "strategy: random"),
    **dict.fromkeys(("latin", "latinhypercube"), "strategy: lhs"),
    **dict.fromkeys(("qmc", "quasirandom", "qmcsampler", "lowdiscrepancy"), "strategy: sobol (or halton)"),
    **dict.fromkeys(("points", "csv", "file", "manual", "enqueue"), "strategy: list"),
    **dict.fromkeys(("hyperband", "successivehalving", "halving", "sha", "asha", "bohb", "dehb", "pbt"), _RUNGS),
    **dict.fromkeys(("median", "medianpruner"), "strategy: random (or any other), pruner: median"),
}
_KEYS = {
    **dict.fromkeys(("pruners", "pruning", "earlystopping"), "pruner: {type: median} (or percentile, patient, …)"),
    **dict.fromkeys(("scheduler", "hyperband", "halving", "rungs", "fidelity", "fidelities"), _RUNGS),
    **dict.fromkeys(("minresource", "maxresource", "maxt", "graceperiod", "resource"), "budget, with its min and max"),
    **dict.fromkeys(("method", "algorithm", "algo"), "strategy: random (grid, sobol, bayes, …)"),
    **dict.fromkeys(("trials", "ntrials", "numsamples", "maxevals", "niter", "runcap"), "n_trials of a search"),
    **dict.fromkeys(
        ("njobs", "parallel", "workers"), "snakemake --cores 8, and batch_size for trials proposed together"
    ),
    **dict.fromkeys(("parameters", "params", "searchspace", "hyperparameters"), "space"),
    **dict.fromkeys(("program", "script"), "objective.command"),
    **dict.fromkeys(("goal", "mode"), "objective.direction: minimize or maximize"),
}


def instead_of(word: object, *, key: bool = False) -> str:
    """A sentence about what there is instead of a strategy (or of a `key`), "" if nothing is known of it."""
    letters = "".join(letter for letter in str(word)[:40].lower() if letter.isalnum())
    found = (_KEYS if key else _STRATEGIES).get(letters)
    return f" Instead there is: {found}." if found else ""
