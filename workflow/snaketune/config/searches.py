"""Reads the searches of a configuration."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from snaketune.config.budget import budget_from
from snaketune.config.digests import proposal_terms, reruns_of
from snaketune.config.imported import imported_into
from snaketune.config.learning import check_options, check_refinements
from snaketune.config.parts import parts_from
from snaketune.config.pruner import ROUND, pruner_from
from snaketune.config.study import Labels, Search
from snaketune.config.told import with_told
from snaketune.errors import ConfigError, did_you_mean
from snaketune.runner.run_id import RunId
from snaketune.samplers.grid import LARGEST_GRID
from snaketune.samplers.registry import strategy_named
from snaketune.samplers.strategy import Given
from snaketune.space import Space, space_from_config
from snaketune.space.conditions import ExpressionHolds, OneOf
from snaketune.space.expressions import UncomputableError
from snaketune.values import digest, same, shortened_text, text

__all__ = ["FORMER_ROUND", "RESERVED", "run_ids", "searches_from"]

# Folders of results/<study>/ that are not searches.
RESERVED = ("trials", "plots", "final", "peek", "by-name")
# How many trials made a round where the configuration does not say it, in studies from before it was all of them; in
# digests it is as ever.
FORMER_ROUND = 250
LABEL_WORDS = ("trial", "number", "search", "study")
_LABEL_PLACE = re.compile(r"\{([^{}]*)\}")
_SHARED = {
    "strategy", "space", "constraints", "zip", "name", "tags", "description", "pruner", "batch_size", "overlap",
    "n_trials", "seed", "budget",
}  # fmt: skip


def searches_from(config: Mapping[str, Any], space: Space, root: Path) -> dict[str, Search]:
    """The searches by name, in the order of the configuration.

    Raises:
        ConfigError: with every mistake found in them.
    """
    searches: dict[str, Search] = {}
    problems: list[tuple[str, str]] = []
    pruner_from(config.get("pruner"))  # a mistake in what searches inherit is the study's, once
    for name, raw in config["searches"].items():
        path = f"searches.{name}"
        try:
            if name in RESERVED:
                raise ConfigError("", f"'{name}' is a folder of every study's results; choose another name")
            searches[name] = with_told(_search(name, raw, config, root), config.get("told", ()))
        except ConfigError as error:
            problems += error.under(path).problems
    if problems:
        raise ConfigError.of(problems)
    _check_conditions([space, *(search.space for search in searches.values())])
    check_refinements(searches)
    return searches


def _search(name: str, raw: Mapping[str, Any], config: Mapping[str, Any], root: Path) -> Search:
    strategy = strategy_named(raw["strategy"])
    raw_space = {**config["space"], **raw.get("space", {})}
    constraints = [*config["constraints"], *raw["constraints"]]
    space = space_from_config(raw_space, seed=config["seed"], constraints=constraints, pairs=raw["zip"])
    strategy.check(space)
    _check_expressions(space)
    given = {key: value for key, value in raw.items() if key not in _SHARED}
    seed = raw.get("seed", config["seed"])
    several = "objectives" in config
    options = strategy.read(Given(given, space, several, root))
    check_options(options, root, several=several)
    pruner = pruner_from(raw.get("pruner"))
    budget = budget_from(raw, space)
    parts = parts_from(pruner, config["objective"], budget=budget is not None)
    # Whatever the proposals depend on, except how many there are: a longer search keeps what it has.
    asked = {key: value for key, value in options.items() if reruns_of("search", key) in ("proposals", None)}
    terms = [raw["strategy"], seed, config["seed"], raw_space, constraints, raw["zip"]]
    pruned_alone = pruner is not None and pruner.compares and not strategy.learns
    terms += [raw.get("batch_size", ROUND if pruned_alone else FORMER_ROUND), asked]
    if budget is not None:
        asked["budget"] = [budget.min, budget.max]
    if strategy.whole:
        terms.append(raw["n_trials"])
    made_from_results = strategy.learns or pruned_alone or parts is not None
    if made_from_results:
        terms += [
            raw["overlap"],
            config["objective"].get("metric"),
            config["objective"]["direction"],
            config.get("objectives"),
        ]
    if pruner is not None:
        terms.append({"pruner": dict(pruner.rule)})
    rows = imported_into(config.get("imported", ()), name, space)
    return Search(
        name=name,
        strategy=raw["strategy"],
        space=space,
        seed=seed,
        batch_size=raw.get("batch_size", ROUND if pruned_alone else strategy.batch_size(options)),
        overlap=raw["overlap"],
        n_trials=raw.get("n_trials"),
        labels=_labels(raw, space),
        runs=run_ids(config["objective"]),
        fingerprint=digest(proposal_terms(config, terms, learns=made_from_results)),
        budget=budget,
        options=options,
        imported=rows.results,
        # A search without a number of trials has its own ones, among which it finds those that are imported (one in
        # rungs learns from them); the space of one that refines another is not known yet.
        counted=tuple(rows.counted) if ("n_trials" in raw or strategy.schedule) and "refine" not in raw else (),
        left_out=rows.left_out,
        pruner=pruner,
        parts=parts,
    )


def run_ids(objective: Mapping[str, Any], replicates: Iterable[int] | None = None) -> tuple[RunId, ...]:
    """The runs of some replicates, by default of all that a trial has: r0, r1, … or, with folds, r0f0, r0f1, …"""
    numbers = range(objective["replicates"]) if replicates is None else replicates
    if "folds" not in objective:
        return tuple(map(RunId, numbers))
    return tuple(RunId(number, fold) for number in numbers for fold in range(objective["folds"]))


def _check_expressions(space: Space) -> None:
    """Draws parameter sets to see that all expressions can be computed and that some set satisfies the constraints."""
    if not space.constraints and not any(isinstance(axis.condition, ExpressionHolds) for axis in space.axes):
        return
    allowed = False
    for i in range(2000):
        path = "space"
        try:
            params = space.drawn(i)
            path = "constraints"
            allowed = space.allows(params) or allowed
        except UncomputableError as error:
            raise ConfigError(path, str(error)) from None
        if allowed and i >= 200:
            return
    listable = space.size is not None and space.size <= LARGEST_GRID
    if not allowed and not (listable and next(space.grid(), None)):
        raise ConfigError("constraints", "no parameter set satisfies all constraints (2000 draws tried)")


def _check_conditions(spaces: Iterable[Space]) -> None:
    """Checks that each value that a condition asks for is one that its parameter has, in one of the spaces at least."""
    problems = []
    for axis in (axis for space in spaces for axis in space.axes):
        for name, values in axis.condition.allowed.items() if isinstance(axis.condition, OneOf) else ():
            forms = [space.parameters[name] for space in spaces if name in space.parameters]
            listed = [value for form in forms if form.finite and form.count <= 1000 for value in form.values()]
            for value in values:
                if not any(same(value, other) for other in listed) and not any(form.contains(value) for form in forms):
                    hint = did_you_mean(text(value), map(text, listed))
                    problems.append((f"space.{axis.name}.when", f"'{name}' is never {shortened_text(value)}.{hint}"))
    if problems:
        raise ConfigError.of(dict.fromkeys(problems))


def _labels(raw: Mapping[str, Any], space: Space) -> Labels:
    templates = [("name", raw["name"]), ("description", raw["description"])]
    templates += [(f"tags[{i}]", tag) for i, tag in enumerate(raw["tags"])]
    for path, template in templates:
        for word in _LABEL_PLACE.findall(template):
            if word not in space.parameters and word not in LABEL_WORDS:
                hint = did_you_mean(word, [*space.parameters, *LABEL_WORDS])
                raise ConfigError(path, f"{{{word}}} is neither a parameter nor a known word.{hint}")
    return Labels(raw["name"], tuple(raw["tags"]), raw["description"])
