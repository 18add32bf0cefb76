"""Where a page's results come from: code, configuration, command, machines, versions."""

import platform
import shlex
from collections import Counter
from collections.abc import Mapping, Sequence
from importlib import metadata
from typing import Any

from snaketune.config.study import Study
from snaketune.results.trials import Trial

__all__ = ["provenance", "versions"]

# What results can depend on; those that are installed are named.
_PACKAGES = (
    "snaketune", "snakemake", "numpy", "scipy", "pandas", "matplotlib", "plotly", "PyYAML", "scikit-optimize",
    "scikit-learn", "optuna", "cmaes", "torch", "snakemake-executor-plugin-slurm",
    "snakemake-executor-plugin-cluster-generic",
)  # fmt: skip
_MOST_HOSTS = 12


def versions() -> dict[str, str]:
    """The Python, the platform and the packages that make the page, which are those that proposed the trials."""
    found = {"Python": platform.python_version(), "platform": platform.platform()}
    for name in _PACKAGES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


def provenance(
    study: Study, trials: Sequence[Trial], snakemake: Sequence[str], made_with: Mapping[str, str]
) -> dict[str, Any]:
    """What the page tells of it: `facts` (pairs of a name and a text), `command`, and `configuration` as YAML.

    `trials` are all of the study. Values of environment variables may be secrets, and stay out.
    """
    import yaml

    objective = study.config["objective"]
    ran = [trial for trial in trials if trial.started]  # those that were imported did not
    hosts = Counter(host for trial in ran for host in trial.host.split())
    named = [f"{host} ({count:,} trial{'s' * (count != 1)})" for host, count in hosts.most_common(_MOST_HOSTS)]
    packages = [f"{name} {version}" for name, version in made_with.items() if name not in ("Python", "platform")]
    facts = {
        "contract": study.run_spec.contract,
        "code": _listed(objective.get("code")),
        "data": _listed(objective.get("data")),
        "environment": next(
            (f"{key}: {_listed(objective[key])}" for key in ("conda", "container", "envmodules") if key in objective),
            None,
        ),
        "seed": str(study.seed),
        "first run began": min((trial.started for trial in ran), default=None),
        "last run ended": max((trial.finished for trial in ran), default=None),
        "ran on": ", ".join(named) + (", …" if len(hosts) > _MOST_HOSTS else ""),
        "Python": made_with.get("Python"),
        "platform": made_with.get("platform"),
        "packages": ", ".join(packages),
    }
    configuration = yaml.safe_dump(_without_secrets(study.config), sort_keys=False, allow_unicode=True)
    return {
        "facts": [[name, fact] for name, fact in facts.items() if fact],
        "command": shlex.join(snakemake),
        "configuration": configuration,
    }


def _without_secrets(config: Mapping[str, Any]) -> dict[str, Any]:
    objective = dict(config["objective"])
    if objective.get("env"):
        objective["env"] = dict.fromkeys(objective["env"], "(not shown)")
    return {**config, "objective": objective}


def _listed(names: object) -> str:
    return ", ".join(map(str, names)) if isinstance(names, (list, tuple)) else str(names or "")
