"""Reads a configuration into a `Study`; whatever is wrong with it is found here, before any job runs."""

import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from itertools import chain
from pathlib import Path
from typing import Any

from snaketune.config import objective, schema
from snaketune.config.checkpoints import read_checkpoints
from snaketune.config.exports import exports_from
from snaketune.config.imported import with_rows
from snaketune.config.names import with_normal_names
from snaketune.config.plots import plot_options
from snaketune.config.resources import read_resources
from snaketune.config.retry import read_retry
from snaketune.config.searches import run_ids, searches_from
from snaketune.config.study import Filter, Final, Metric, OutcomeConstraint, Search, Study
from snaketune.errors import ConfigError, Mistakes, did_you_mean
from snaketune.files import write_text
from snaketune.runner.spec import RunSpec
from snaketune.space import Space, space_from_config
from snaketune.space.expressions import Expression
from snaketune.sums import DamagedFile, read_whole
from snaketune.values import problem_with, yaml_number

__all__ = ["load_study", "read_saved", "read_study", "save_study"]

VERSION = 1
OLD_NAME = "constraint"  # of outcome_constraints
# Keys that say something else than what the study is; `search` becomes one of `searches`.
_MOST_ROWS_NAMED = 5
_NOT_OF_THE_STUDY = ("search", "retry", "studies")
# Keys that may be the study's and each search's.
_OF_EACH = ("name", "tags", "description", "budget", "pruner", "zip")


def read_study(config: Any, root: Path) -> Study:
    """The study that a configuration describes; relative paths in it start at `root`.

    Raises:
        ConfigError: with every mistake that could be found.
    """
    rules = schema.load_schema()
    schema.check(config, rules)
    if "retry" in config:
        read_retry(config["retry"])
    return _study(schema.with_defaults(_searches_named(with_normal_names(config)), rules), root)


def save_study(study: Study, path: Path) -> None:
    """Writes study.json: all that the stages and the runner need, with no file of the user's left to read.

    One that says the same already is only touched (its time is that of the workflow's start), if that can be: a
    finished study can be looked at where nothing can be written.
    """
    objective_config = study.config["objective"]
    if "base_config" in objective_config:
        objective_config = {**objective_config, "base_config": study.run_spec.base_config}
    searches = {name: _with_points(raw, study.searches[name]) for name, raw in study.config["searches"].items()}
    config = {**study.config, "objective": objective_config, "searches": searches}
    text = json.dumps({"version": VERSION, "config": config, "objective": study.objective}, indent=1)
    if path.exists() and path.read_bytes() == f"{text}\n".encode():
        with suppress(OSError):
            os.utime(path)
    else:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_text(path, text + "\n")


def _with_points(raw: Mapping[str, Any], search: Search) -> Mapping[str, Any]:
    """The search's configuration with what was read from a file of points in place."""
    if "file" not in raw:
        return raw
    return {key: value for key, value in raw.items() if key != "file"} | {"points": search.options["points"]}


def load_study(path: Path) -> Study:
    """The study that `save_study` wrote; raises what `read_saved` raises."""
    saved = read_saved(path)
    return _study(saved["config"], Path.cwd(), lambda *_: RunSpec.from_json(saved["objective"]))


def read_saved(path: Path) -> dict[str, Any]:
    """What a study.json holds: `config`, with all its defaults, and `objective`, as the runner reads it.

    Raises:
        FileNotFoundError: there is none.
        DamagedFile: it is not what was written.
    """
    try:
        saved = json.loads(read_whole(path))
        return {"config": dict(saved["config"]), "objective": dict(saved["objective"])}
    except (LookupError, TypeError, ValueError, RecursionError):
        raise DamagedFile(path, "it holds no study") from None


def _searches_named(config: Mapping[str, Any]) -> dict[str, Any]:
    """The configuration with `search` said as one of `searches`, and the searches' labels taken from the study."""
    if ("search" in config) == ("searches" in config):
        both = "search" in config
        raise ConfigError(
            "searches" if both else "",
            "give either 'search' or 'searches', not both" if both else "the key 'search' (or 'searches') is missing",
        )
    named = {key: value for key, value in config.items() if key not in _NOT_OF_THE_STUDY}
    searches = config.get("searches") or {config["search"]["strategy"]: config["search"]}
    inherited = {key: config[key] for key in _OF_EACH if key in config}
    named["searches"] = {name: inherited | search for name, search in searches.items()}
    return named


def _study(
    config: Mapping[str, Any], root: Path, objective_of: Callable[..., RunSpec] = objective.objective_from
) -> Study:
    mistakes = Mistakes()
    attempt = mistakes.attempt
    metrics = attempt(_metrics, config)
    limits = attempt(_outcome_constraints, config)
    space = attempt(_space, config)
    if "imported" in config and metrics and limits is not None:
        columns = [metric.name for metric in metrics], [limit.metric for limit in limits]
        config = attempt(with_rows, config, *columns, root) or config
    # What needs something that has failed can't be attempted.
    searches: Any = attempt(searches_from, config, space, root) if space else None
    run_spec: Any = attempt(objective_of, config, metrics, searches, root) if metrics and searches else None
    resources: Any = attempt(read_resources, config["objective"], searches.values(), run_spec) if run_spec else None
    names = set(space.parameters) if space else set()
    for search in (searches or {}).values():
        names |= set(search.space.parameters)
    chosen = attempt(_filter, config["filter"])
    summary_by: Any = attempt(_summary_by, config, names) if searches else None
    plots: Any = attempt(plot_options, config, names) if searches else None
    min_runs = attempt(_min_runs, config)
    final = attempt(_final, config, searches or {}) if "final" in config else None
    checkpoints = attempt(read_checkpoints, config["objective"].get("checkpoints", {}))
    mistakes.end()
    return Study(
        name=config["study"],
        seed=config["seed"],
        metrics=metrics,
        outcome_constraints=limits,
        space=space,
        searches=searches,
        aggregate=config["objective"]["aggregate"],
        min_runs=min_runs,
        top=config["top"],
        summary_by=summary_by,
        filter=chosen,
        final=final,
        plots=plots,
        exports=exports_from(config),
        resources=resources,
        run_spec=run_spec,
        checkpoints=checkpoints,
        notices=notices(config, searches),
        config=config,
    )


def notices(config: Mapping[str, Any], searches: Mapping[str, Search]) -> tuple[str, ...]:
    """What the user should know of a good configuration, a line each."""
    old = f"the key '{OLD_NAME}' is now called 'outcome_constraints'; the old name still works"
    found = [old] if OLD_NAME in config else []
    unused = {name: search.unused_priors for name, search in searches.items()}
    idle = ", ".join(name for name, parameters in unused.items() if parameters)
    if idle:
        believed = ", ".join(dict.fromkeys(chain.from_iterable(unused.values())))
        found.append(f"the prior of {believed} has no effect on {idle}: bayes with engine gp or skopt makes use of it")
    return (*found, *_left_out(searches.values()))


def _left_out(searches: Iterable[Search]) -> Iterator[str]:
    """What is said of rows that were to be imported and are of no use to any search."""
    first, *others = (search.left_out for search in searches)
    useless = [(row, why) for row, why in first.items() if all(row in other for other in others)]
    yield from (f"imported: {row}, is left out: {why}" for row, why in useless[:_MOST_ROWS_NAMED])
    if len(useless) > _MOST_ROWS_NAMED:
        yield f"imported: {len(useless) - _MOST_ROWS_NAMED} more rows are left out"


def _final(config: Mapping[str, Any], searches: Mapping[str, Search]) -> Final:
    """The final training, with the largest budget of all searches."""
    raw, searched = config["final"], config["objective"]["replicates"]
    overrides = {name: yaml_number(value) for name, value in raw["overrides"].items()}
    for name, value in overrides.items():
        if why := problem_with(value):
            raise ConfigError(f"final.overrides.{name}", why)
    runs = run_ids(config["objective"], range(searched, searched + raw["replicates"]))
    most = max((search.budget.max for search in searches.values() if search.budget), default=None)
    return Final(raw["top"], tuple(run._replace(budget=most) for run in runs), overrides)


def _metrics(config: Mapping[str, Any]) -> tuple[Metric, ...]:
    raw = config["objective"]
    if ("metric" in raw) == ("objectives" in config):
        both = "metric" in raw
        raise ConfigError(
            "objective.metric",
            "excludes 'objectives'; give one of the two" if both else "is missing: the metric to optimise",
        )
    listed = config.get("objectives") or [raw]
    metrics = []
    for item in listed:
        metric = item["metric"] if isinstance(item["metric"], dict) else {"name": item["metric"]}
        metrics.append(Metric(metric["name"], item["direction"], metric.get("take"), _optimum(item)))
    names = [metric.name for metric in metrics]
    if len(set(names)) < len(names):
        raise ConfigError("objectives", "the same metric is named twice")
    return tuple(metrics)


def _optimum(raw: Mapping[str, Any]) -> float | None:
    return float(raw["optimum"]) if "optimum" in raw else None


def _outcome_constraints(config: Mapping[str, Any]) -> tuple[OutcomeConstraint, ...]:
    given = [name for name in ("outcome_constraints", OLD_NAME) if name in config]
    if len(given) > 1:
        raise ConfigError(OLD_NAME, "is the old name of 'outcome_constraints'; give one of the two")
    found = []
    for name in given:
        raw = config[name]
        for limit in raw if isinstance(raw, list) else [raw]:
            least, most = (None if limit.get(end) is None else float(limit[end]) for end in ("min", "max"))
            if least is not None and most is not None and least > most:
                raise ConfigError(name, f"{limit['metric']}: min {least} is above max {most}")
            found.append(OutcomeConstraint(limit["metric"], least, most))
    return tuple(found)


def _space(config: Mapping[str, Any]) -> Space:
    return space_from_config(
        config["space"], seed=config["seed"], constraints=config["constraints"], pairs=config["zip"]
    )


def _min_runs(config: Mapping[str, Any]) -> int:
    runs = run_ids(config["objective"])
    wanted: int = config["objective"].get("min_runs", len(runs))
    if wanted > len(runs):
        raise ConfigError("objective.min_runs", f"must be at most the number of runs, {len(runs)}; found {wanted}")
    return wanted


def _summary_by(config: Mapping[str, Any], names: set[str]) -> tuple[str, ...]:
    for i, name in enumerate(config["summary_by"]):
        if name not in names | {"search", "status"}:
            raise ConfigError(f"summary_by[{i}]", f"'{name}' is not a parameter.{did_you_mean(name, names)}")
    return tuple(config["summary_by"])


def _filter(raw: Mapping[str, Any]) -> Filter:
    try:
        return Filter(tuple(raw["status"]), tuple(raw["tags"]), Expression(raw["where"]))
    except ValueError as error:
        raise ConfigError("filter.where", str(error)) from None
