"""Every sampler with what is checked of it; what a contract does not hold for it says, and why, as data."""

from snaketune.samplers.gp import GPSampler
from snaketune.samplers.listed import ListSampler
from snaketune.samplers.optuna import OptunaSampler
from snaketune.samplers.random import RandomSampler
from snaketune.samplers.registry import STRATEGIES
from snaketune.samplers.skopt import SkoptSampler
from snaketune.samplers.testing import FINITE, SPACES, Contract


def listed(space, *, seed, n_trials):
    """As many different points as the checks ask for."""
    return ListSampler([proposal.params for proposal in RandomSampler(space, seed=0).ask([], 40)])


def engine(cls, /, several=True, spaces=SPACES, exempt=(), **options) -> Contract:
    return Contract(
        lambda space, *, seed, n_trials: cls(space, seed=seed, **options),
        learns=True,
        several=several,
        spaces=spaces,
        exempt=dict(exempt),
    )


ORDER = "the order of the history does not matter"
SEED = "the seed matters"
RESULTS = "the results matter"
BUDGETS = "the order of budgets does not matter"
REPLAYED = {ORDER: "it keeps a state beside the trials, for which the history is replayed in its order"}
REPLAYED |= {BUDGETS: REPLAYED[ORDER]}
NO_CHANCE = {SEED: "nothing in it is left to chance"}
SEQUENCE = "a sequence is the same for all results"
# Forests are slow, and see spaces as the Gaussian process of the same adapter does.
PLAIN = {"plain": SPACES["plain"]}

STATIC = {
    "grid": Contract.of(STRATEGIES["grid"], {}, spaces=FINITE, exempt=NO_CHANCE),
    **{
        name: Contract.of(STRATEGIES[name], {}, spaces=SPACES | FINITE) for name in ("random", "sobol", "halton", "lhs")
    },
    "list": Contract(listed, spaces=SPACES | FINITE, exempt=NO_CHANCE),
}
LEARNING = {
    "gp": engine(GPSampler, n_initial_points=6),
    "gp lcb": engine(GPSampler, n_initial_points=6, acquisition="lcb", initial="lhs"),
    "skopt gp": engine(SkoptSampler, several=False, n_initial_points=6),
    "skopt rf": engine(SkoptSampler, several=False, spaces=PLAIN, n_initial_points=6, surrogate="rf", batch="cl_min"),
    "optuna tpe": engine(OptunaSampler, sampler={"type": "TPESampler", "n_startup_trials": 6, "multivariate": True}),
    "optuna cmaes": engine(OptunaSampler, several=False, exempt=REPLAYED, sampler={"type": "CmaEsSampler"}),
    "optuna nsga2": engine(OptunaSampler, exempt=REPLAYED, sampler={"type": "NSGAIISampler", "population_size": 8}),
    "optuna qmc": engine(OptunaSampler, exempt=REPLAYED | {RESULTS: SEQUENCE}, sampler={"type": "QMCSampler"}),
    "optuna random": engine(OptunaSampler, sampler={"type": "RandomSampler"}),
}
CONTRACTS = STATIC | LEARNING
