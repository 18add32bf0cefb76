"""What to change when all runs end for the same reason, by what the reason says."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from snaketune.errors import did_you_mean
from snaketune.runner.spec import RunSpec
from snaketune.runner.status import INVALID, OOM, TIMEOUT

__all__ = ["Remedy", "remedy_for"]

# (what to change, whether the runs have to be asked for again: nothing that a result depends on changes by it)
Remedy = tuple[str, bool]
# The package to install, where it is not called as the module is.
_PACKAGES = {
    "sklearn": "scikit-learn", "skopt": "scikit-optimize", "yaml": "pyyaml", "cv2": "opencv-python", "PIL": "pillow",
    "bs4": "beautifulsoup4", "dateutil": "python-dateutil",
}  # fmt: skip


def remedy_for(record: Mapping[str, Any], spec: RunSpec) -> Remedy:
    """What to change, from the record of one of the runs (result.json with its status and reason as of now)."""
    reason = str(record.get("reason") or "")
    if record["status"] == INVALID:
        return _for_metric(reason, record, spec), False
    if record["status"] in _LIMITS:
        return _LIMITS[record["status"]], False
    for pattern, remedy in _REASONS:
        if found := re.search(pattern, reason):
            return remedy(found)
    run = Path(record.get("path", "RUN/result.json")).parent
    return (
        "mend what the log says, in the program or in the configuration (to try one run alone: "
        f"python -P -m snaketune.runner.alone {run})"
    ), False


_LIMITS = {
    TIMEOUT: "raise objective.timeout (and on a cluster resources.runtime), or make the program faster",
    OOM: "raise objective.memory (and on a cluster resources.mem_mb), or have the program use less",
}


def _for_metric(reason: str, record: Mapping[str, Any], spec: RunSpec) -> str:
    metrics = record.get("metrics") or {}
    missing = [name for name in spec.metrics_wanted if name not in metrics]
    if missing and metrics:
        return f"mend objective.metric: the program gives no '{missing[0]}'.{did_you_mean(missing[0], metrics)}"
    if missing and "gave no metrics" in reason:
        return (
            'let the program print its metrics as a JSON object at the end, such as {"'
            + missing[0]
            + '": 0.5}, or write them to the file {metrics}; for lines such as "'
            + missing[0]
            + ': 0.5" name them in objective.metrics'
        )
    return "mend what the program gives as its metric"


def _module(found: re.Match[str]) -> Remedy:
    name = found[1].split(".")[0]
    package = _PACKAGES.get(name, name)
    return (
        f"install it (pip install {package}, in the Python that the command starts), mend the import, or let the "
        "program find it (objective.workdir, or objective.env: {PYTHONPATH: …})",
        True,
    )


def _unknown_options(found: re.Match[str]) -> Remedy:
    names = ", ".join(dict.fromkeys(re.findall(r"--?[A-Za-z][\w.-]*", found[1]))) or found[1].strip()
    return (
        f"the program does not know {names}: name the parameters as its options are called, or place them in "
        "objective.command ({name}, {overrides}, {config})",
        False,
    )


def _required(found: re.Match[str]) -> Remedy:
    return f"give {found[1].strip()} in objective.command, or as a parameter or constant of the space", False


def _program(found: re.Match[str]) -> Remedy:
    return f"mend objective.command: there is no program {found[1]} (on PATH, or from objective.workdir)", True


def _file(found: re.Match[str]) -> Remedy:
    return f"mend the path {found[1]}: relative ones begin at objective.workdir, by default where snakemake runs", True


def _permission(found: re.Match[str]) -> Remedy:
    return "give the permission that is missing (a script that is started by its name needs: chmod +x)", True


_REASONS: tuple[tuple[str, Callable[[re.Match[str]], Remedy]], ...] = (
    (r"No module named ['\"]?([\w.]+)", _module),
    (r"unrecognized arguments?:(.*)", _unknown_options),
    (r"[Nn]o such option:? (.*)", _unknown_options),
    (r"(?:unknown|unrecognized|invalid) option[:= ]+(.*)", _unknown_options),
    (r"following arguments are required: (.*)", _required),
    (r"Missing (?:option|parameter|argument):? (.*)", _required),
    (r"cannot start ('[^']*'): program not found", _program),
    (r"can't open file ('[^']*'|\S+?):? ", _file),
    (r"No such file or directory: ('[^']*')", _file),
    (r"[Pp]ermission denied|PermissionError", _permission),
)
