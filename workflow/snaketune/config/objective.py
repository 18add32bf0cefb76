"""Reads the objective: what the runner needs to know of it, checked before anything runs."""

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from snaketune.config import command
from snaketune.config.budget import check_told_of_budget
from snaketune.config.code import code_files
from snaketune.config.contract import contents_of, contract_of
from snaketune.config.digests import contract_terms, training_terms
from snaketune.config.study import Metric, Search
from snaketune.config.units import bytes_from, seconds_from
from snaketune.errors import ConfigError, Mistakes, did_you_mean
from snaketune.files import is_there
from snaketune.runner.spec import RunSpec
from snaketune.values import alias_problem, problem_with, shortened_text, text, yaml_number

__all__ = ["objective_from"]

DIGEST_CACHE = Path(".snakemake", "snaketune-digests.json")
_NUMBER = r"[-+]?(?:\d+\.?\d*(?:[eE][-+]?\d+)?|\.\d+(?:[eE][-+]?\d+)?|nan|inf(?:inity)?)"


def objective_from(
    config: Mapping[str, Any], metrics: tuple[Metric, ...], searches: Mapping[str, Search], root: Path
) -> RunSpec:
    """What the runner has to know of the objective.

    Raises:
        ConfigError: with every mistake found.
    """
    raw = config["objective"]
    mistakes = Mistakes()
    attempt = mistakes.attempt
    workdir = attempt(_workdir, raw, root)
    argv = attempt(_argv, raw, searches, config.get("final", {}).get("overrides", {}))
    function = attempt(_function, raw, root)
    base_config, config_file = attempt(_base_config, raw, searches, root) or (None, None)
    patterns = attempt(_patterns, raw.get("metrics", {}))
    code = attempt(code_files, raw, argv or [], root / (workdir or ""), root)
    timeout = attempt(_quantity, seconds_from, raw, "timeout")
    memory = attempt(_quantity, bytes_from, raw, "memory")
    output_limit = attempt(_quantity, bytes_from, raw, "output_limit")
    env = {name: text(value) for name, value in raw["env"].items()}
    if code is not None and (argv or function) and any(search.budget for search in searches.values()):
        attempt(check_told_of_budget, argv, function, [root / path for path in code])
    mistakes.end()

    terms = contract_terms(
        config,
        argv=argv,
        function=raw.get("function"),
        base_config=base_config,
        env=env,
        workdir=workdir,
        seed_flag=raw.get("seed_flag"),
        patterns=patterns,
        n_folds=raw.get("folds"),
        environment=[raw.get("conda"), raw.get("container"), raw.get("envmodules")],
    )
    try:
        contents = contents_of(code, root, root / DIGEST_CACHE)
    except OSError as error:
        raise ConfigError("objective.code", f"{error.filename} can't be read: {error.strerror}") from None
    parameters = {name for search in searches.values() for name in search.space.parameters}
    return RunSpec(
        argv=argv,
        function=function,
        flags=argv is not None and command.wants_flags(argv, parameters),
        base_config=base_config,
        config_file=config_file,
        patterns=patterns,
        metrics_wanted=[metric.name for metric in metrics],
        takes={m.name: f"best:{m.direction}" if m.take == "best" else m.take for m in metrics if m.take},
        timeout=timeout,
        grace=raw["grace"],
        memory=memory,
        retries=raw["retries"],
        env=env,
        workdir=workdir,
        isolation=raw["isolated"],
        isolated=any(key in raw for key in ("conda", "container", "envmodules")),
        seed=config["seed"],
        seed_flag=raw.get("seed_flag"),
        n_folds=raw.get("folds"),
        output_limit=output_limit,
        contract=contract_of(terms, contents),
        training=contract_of(training_terms(terms), contents),
        resume=raw["resume"],
        devices=[str(device) for device in raw["devices"]] if "devices" in raw else None,
        max_failures=_max_failures(config, searches),
        on_failure=config.get("on_failure"),
    )


def _argv(raw: Mapping[str, Any], searches: Mapping[str, Search], overrides: Mapping[str, Any]) -> list[str] | None:
    if ("command" in raw) == ("function" in raw):
        both = "command" in raw
        raise ConfigError(
            "objective", "give either 'command' or 'function', not both" if both else "lacks 'command' (or 'function')"
        )
    if "function" in raw:
        return None
    argv = command.argv_from(raw["command"])
    for search in searches.values():
        space = search.space
        conditional = {name for axis in space.axes if axis.condition for name in axis.names}
        no_folds = {} if "folds" in raw else dict.fromkeys(("fold", "n_folds"), "its runs have no folds")
        command.check_places(argv, set(space.parameters), conditional, no_folds | _without_budget(search))
        lost = set(overrides) - set(space.parameters)
        if lost and not command.passes_on(argv, space.parameters, lost):
            names = ", ".join(sorted(lost))
            raise ConfigError("final.overrides", f"the command does not pass on {names}; add {{args}}")
    return argv


def _without_budget(search: Search) -> dict[str, str]:
    if search.budget:
        return {}
    why = f"the search '{search.name}' has no budget; one at the top of the file is that of all searches"
    return dict.fromkeys(command.OF_BUDGETS, why)


def _function(raw: Mapping[str, Any], root: Path) -> str | None:
    if "function" not in raw:
        return None
    file, _, name = raw["function"].rpartition(":")
    if file.endswith(".py"):
        path = root / file
        if not is_there(path):
            near = [str(Path(file).with_name(other.name)) for other in path.parent.glob("*.py")]
            raise ConfigError("objective.function", f"there is no file {file}.{did_you_mean(file, near)}")
        try:
            source = path.read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError("objective.function", f"{file} can't be read: {error}") from None
        if not re.search(rf"^(async )?def {name}\b|^{name}\s*=|^(from|import) .*\b{name}\b", source, re.M):
            defined = re.findall(r"^def (\w+)", source, re.M)
            raise ConfigError("objective.function", f"{file} defines no '{name}'.{did_you_mean(name, defined)}")
    return str(raw["function"])


def _workdir(raw: Mapping[str, Any], root: Path) -> str | None:
    workdir: str | None = raw.get("workdir")
    if workdir is not None and not is_there(root / workdir, Path.is_dir):
        raise ConfigError("objective.workdir", f"there is no folder {workdir}")
    return workdir


def _quantity(read: Callable[[object], float], raw: Mapping[str, Any], key: str) -> float | None:
    try:
        return read(raw[key]) if key in raw else None
    except ValueError as error:
        raise ConfigError(f"objective.{key}", str(error)) from None


def _patterns(raw: list[Any] | Mapping[str, Any]) -> dict[str, str]:
    if isinstance(raw, list):
        return {name: rf"(?<![\w.]){re.escape(name)}\s*[:=]\s*({_NUMBER})" for name in raw}
    for name, pattern in raw.items():
        try:
            groups = re.compile(pattern).groups
        except (re.error, OverflowError, RecursionError) as error:
            raise ConfigError(f"objective.metrics.{name}", f"is no regular expression: {error}") from None
        if groups != 1:
            raise ConfigError(
                f"objective.metrics.{name}",
                f"needs one pair of parentheses around the number, as in 'loss: ([0-9.]+)'; found {groups}",
            )
    return dict(raw)


def _base_config(
    raw: Mapping[str, Any], searches: Mapping[str, Search], root: Path
) -> tuple[dict[str, Any] | None, str]:
    base: Any = raw.get("base_config")
    name = "config.json" if isinstance(base, str) and base.endswith(".json") else "config.yaml"
    if isinstance(base, str):
        base = _read_mapping(base, root)
    why = alias_problem(base) or problem_with(base)
    if not why and name == "config.yaml":
        base = yaml_number(base)
        why = problem_with(base)
    if why:
        raise ConfigError("objective.base_config", why)
    names = {name for search in searches.values() for name in search.space.parameters}
    for parameter in sorted(names):
        parts = parameter.split(".")
        for depth in range(1, len(parts)):
            above = ".".join(parts[:depth])
            value: object = base or {}
            for part in parts[:depth]:
                value = value.get(part, {}) if isinstance(value, dict) else value
            if above in names or not isinstance(value, dict):
                other = "a parameter" if above in names else f"{shortened_text(value)} in base_config"
                raise ConfigError(f"space.{parameter}", f"needs '{above}' to be a mapping, but it is {other}")
    return base, name


def _read_mapping(path: str, root: Path) -> dict[str, Any]:
    import yaml

    try:
        text = (root / path).read_text(encoding="utf-8")
        content = json.loads(text) if path.endswith(".json") else yaml.safe_load(text)
    except OSError as error:
        raise ConfigError("objective.base_config", f"{path} can't be read: {error.strerror}") from None
    # PyYAML lets errors of all kinds through from the values that it builds.
    except (ValueError, LookupError, AttributeError, TypeError, yaml.YAMLError, RecursionError) as error:
        first = str(error).replace("\n", " ")
        raise ConfigError("objective.base_config", f"{path} is not valid: {first}") from None
    if not isinstance(content, dict):
        raise ConfigError("objective.base_config", f"{path} must hold a mapping at its top")
    return content


def _max_failures(config: Mapping[str, Any], searches: Mapping[str, Search]) -> int | None:
    limit = config.get("max_failures")
    if not isinstance(limit, str):
        return limit
    # A percentage counts from the runs that are planned, so that the limit does not depend on their order.
    per_trial = config["objective"]["replicates"] * config["objective"].get("folds", 1)
    planned = sum(search.trainings for search in searches.values())
    return max(1, int(planned * per_trial * float(limit.rstrip("%")) / 100))
