"""Optuna's samplers as an engine: at every call a study is built in memory from the history and asked.

Most samplers need no more than the trials. Three keep a state beside them (`CmaEsSampler` its distribution,
`NSGAIISampler` the generations, `QMCSampler` its place in the sequence); for these the history is replayed:
for each trial, in the order given, the sampler is asked, the parameters that were really run are put in
place, and the result is told. The state then depends on the history alone; trials that the sampler did not
propose take part as if it had.
"""

import inspect
import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from snaketune.errors import did_you_mean
from snaketune.samplers.base import Observation, Proposal
from snaketune.samplers.support.encoding import Encoding
from snaketune.samplers.support.evaluated import Evaluated
from snaketune.samplers.support.fidelity import furthest, is_measured
from snaketune.samplers.support.initial_design import checked_points
from snaketune.samplers.support.optuna_space import OptunaSpace
from snaketune.samplers.support.optuna_trials import constraints, quiet, running, state, told_constraints
from snaketune.samplers.support.order import generator, order
from snaketune.samplers.support.threads import one_thread
from snaketune.samplers.support.warp import clipped
from snaketune.space import Space

__all__ = ["SAMPLERS", "OptunaSampler", "build"]

SAMPLERS = (
    "TPESampler",
    "GPSampler",
    "CmaEsSampler",
    "RandomSampler",
    "GridSampler",
    "NSGAIISampler",
    "QMCSampler",
)
# The option that says how many complete trials a sampler draws at random before it makes use of them.
_WARM_UP = {
    "TPESampler": "n_startup_trials",
    "GPSampler": "n_startup_trials",
    "CmaEsSampler": "n_startup_trials",
    "NSGAIISampler": "population_size",
}
# What the proposals of those samplers are called that make no use of results.
_WITHOUT_RESULTS = {"RandomSampler": "random", "GridSampler": "grid", "QMCSampler": "quasirandom"}
_REPLAYED = ("CmaEsSampler", "NSGAIISampler", "QMCSampler")
_ONE_OBJECTIVE = ("CmaEsSampler",)
# Options that are objects or functions of Python, or ours to set.
_NOT_OPTIONS = {
    "self", "seed", "constraints_func", "independent_sampler", "source_trials", "gamma", "weights",
    "mutation", "crossover", "elite_population_selection_strategy", "child_generation_strategy",
    "after_trial_strategy",
}  # fmt: skip
# How often a sampler is asked again when it repeats itself or ignores a constraint.
_TRIES = 20


class OptunaSampler:
    """Given points first, then what one of Optuna's samplers proposes.

    Args:
        space: what to search. Conditional parameters are suggested where they are active.
        seed: all randomness comes from it and from the history.
        sampler: `{"type": name, **options}` with the options of that sampler in Optuna.
        points: parameter sets to run first.

    Running trials and those earlier in a batch are told as running, failed ones as failed; values beyond all
    reason are clipped. Optuna's samplers know no budgets: they are told the result of parameters at their highest one,
    of a pruned trial its last value. Outcome constraints are told to the samplers that take them. What a sampler
    repeats or what a constraint forbids is asked again, at last replaced by a random parameter set (origin `fallback`).
    The origin is `model` where results had a say: as long as the sampler draws at random it is `initial`, and
    `random`, `grid` or `quasirandom` of a sampler that learns nothing.
    For `CmaEsSampler`, `NSGAIISampler` and `QMCSampler` the order of the history matters: it should be the
    order of the proposals.

    Raises:
        ValueError: an unknown sampler or option, or one that can't be honoured.
        ImportError: Optuna, or what the sampler needs beside it, is not installed.
    """

    def __init__(
        self,
        space: Space,
        *,
        seed: int,
        sampler: Mapping[str, Any],
        points: Iterable[Mapping[str, object]] = (),
    ):
        self._encoding = Encoding(space)
        self._space = OptunaSpace(space)
        self._seed = seed
        self._points = tuple(map(dict, points))
        checked_points(self._encoding, self._points)
        options = dict(sampler)
        self._type = options.pop("type", None)
        if self._type not in SAMPLERS:
            raise ValueError(f"sampler type {self._type!r} is unknown.{did_you_mean(self._type, SAMPLERS)}")
        self._options = self._checked(options)
        with quiet():
            self._built(0, constrained=False)  # Optuna's own complaints come now rather than in a later round

    def ask(self, history: Sequence[Observation], n: int) -> list[Proposal]:
        """The next `n` proposals; fewer, or none, when a finite space has no more to give.

        Raises:
            ValueError: two or more objectives for a sampler that takes one.
        """
        evaluated = Evaluated(self._encoding, [o.params for o in history])
        history = furthest(history if self._type in _REPLAYED else sorted(history, key=order))
        new = [params for params in self._points if evaluated.add(params)]
        proposals = [Proposal(params, "given") for params in new[:n]]
        if len(proposals) == n:
            return proposals
        origin = self._origin(sum(map(is_measured, history)))
        with quiet(), one_thread():
            study = self._study(history, new)
            while len(proposals) < n:
                proposal = self._proposed(study, origin, evaluated, generator(self._seed, history, len(proposals)))
                if proposal is None:
                    break
                proposals.append(proposal)
        return proposals

    def _origin(self, complete: int) -> str:
        """Where proposals come from when so many trials are complete."""
        import optuna

        if self._type in _WITHOUT_RESULTS:
            return _WITHOUT_RESULTS[self._type]
        option = _WARM_UP[self._type]
        default = inspect.signature(getattr(optuna.samplers, self._type)).parameters[option].default
        return "model" if complete >= max(1, self._options.get(option, default)) else "initial"

    def _proposed(self, study: Any, origin: str, evaluated: Evaluated, rng: np.random.Generator) -> Proposal | None:
        left = evaluated.left()
        if left is not None and not len(left):
            return None
        for _ in range(_TRIES):
            trial = study.ask()
            params = self._space.suggested(trial)
            if self._space.allows(params) and evaluated.add(params):
                return Proposal(params, origin)
            # The trial stays as running, which keeps the model from it.
        grid = self._type == "GridSampler"
        rest = next(self._unvisited(evaluated), None) if grid else evaluated.random(rng)
        if rest is None:
            return None
        evaluated.add(rest)
        study.add_trial(running(self._space, rest))
        return Proposal(rest, origin if grid else "fallback")

    def _unvisited(self, evaluated: Evaluated) -> Iterator[dict[str, Any]]:
        grid = self._options["search_space"]
        for values in itertools.product(*grid.values()):
            params = self._space.from_native(dict(zip(grid, values, strict=True)))
            if self._space.allows(params) and params not in evaluated:
                yield params

    def _study(self, history: Sequence[Observation], pending: Sequence[Mapping[str, object]]) -> Any:
        """The study as it was before the first new proposal."""
        import optuna

        complete = [o for o in history if is_measured(o)]
        count = len(complete[0].measured) if complete else 1
        if count > 1 and self._type in _ONE_OBJECTIVE:
            raise ValueError(
                f"{self._type} takes one objective; found {count}. Use NSGAIISampler, TPESampler or GPSampler"
            )
        columns = np.array([o.values for o in complete], float).reshape(len(complete), count)
        values = iter(np.column_stack([clipped(column) for column in columns.T]).tolist() if complete else [])
        # The scrambling of a sequence must stay the same; all else is drawn anew in every round.
        fixed = self._type in ("QMCSampler", "GridSampler")
        seed = self._seed if fixed else int(generator(self._seed, history, 0).integers(2**32 - 1))
        sampler = self._built(seed % 2**32, constrained=any(o.violations for o in complete))
        study = optuna.create_study(directions=["minimize"] * count, sampler=sampler)
        tell = self._replay if self._type in _REPLAYED else self._add
        for observation in history:
            tell(study, observation, next(values) if is_measured(observation) else None)
        for params in pending:
            study.add_trial(running(self._space, params))
        return study

    def _add(self, study: Any, observation: Observation, values: list[float] | None) -> None:
        import optuna

        if observation.status == "running":
            study.add_trial(running(self._space, observation.params))
            return
        params, distributions = self._space.native(observation.params)
        study.add_trial(
            optuna.trial.create_trial(
                state=state("fail" if values is None else "complete"),
                values=values,
                params=params,
                distributions=distributions,
                system_attrs={"constraints": constraints(observation)} if values and observation.violations else {},
            )
        )

    def _replay(self, study: Any, observation: Observation, values: list[float] | None) -> None:
        params, _ = self._space.native(observation.params)
        study.enqueue_trial(params)
        trial = study.ask()
        _ = trial.relative_params  # has the sampler propose, which moves its state on
        self._space.suggested(trial)
        if observation.violations:
            trial.set_user_attr("violations", constraints(observation))
        if values is not None:
            study.tell(trial, values)
        elif observation.status != "running":
            study.tell(trial, state=state("fail"))

    def _built(self, seed: int, *, constrained: bool) -> Any:
        import optuna

        cls = getattr(optuna.samplers, self._type)
        options = dict(self._options)
        if constrained and "constraints_func" in inspect.signature(cls).parameters:
            options["constraints_func"] = told_constraints
        try:
            return cls(**options, seed=seed)
        except (TypeError, ValueError) as error:
            raise ValueError(f"{self._type}: {error}") from None

    def _checked(self, options: dict[str, Any]) -> dict[str, Any]:
        import optuna

        allowed = set(inspect.signature(getattr(optuna.samplers, self._type)).parameters) - _NOT_OPTIONS
        if self._type == "CmaEsSampler":
            allowed -= {"with_margin", "consider_pruned_trials"}  # need more of the history than is kept
        for name in options:
            if name not in allowed:
                raise ValueError(
                    f"{self._type} has no option '{name}' that can be set here.{did_you_mean(name, allowed)}"
                )
        if self._type == "GridSampler":
            options["search_space"] = self._space.grid(options.get("search_space"))
        return options


def build(space: Space, *, seed: int, options: Mapping[str, Any]) -> OptunaSampler:
    """The sampler of engine `optuna`."""
    return OptunaSampler(space, seed=seed, sampler=options["sampler"], points=options["points"])
