"""The GPUs that runs share: which there are, how many a run asks for, and by which variables its program sees them.

Devices have the ids that the vendors' variables know: numbers, or texts such as GPU-1a2b… and MIG-3c4d….
"""

from __future__ import annotations

import math
import re
import subprocess

from snaketune.runner.cluster import cluster_job
from snaketune.runner.files import say

TYPE_CHECKING = False  # to import `typing` takes time
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

__all__ = ["NAMED", "TOOLS", "Devices", "demand_of", "found_by_tools", "program_variables", "visible"]

NAMED = "objective.devices"
# The first that is set says which devices there are. The last two are read below those before them, whose numbers then
# count among what these leave, so that a program may be told by one kind alone.
_VARIABLES = ("CUDA_VISIBLE_DEVICES", "HIP_VISIBLE_DEVICES", "ROCR_VISIBLE_DEVICES", "ZE_AFFINITY_MASK")
_BELOW = _VARIABLES[2:]
_OF_SLURM = ("SLURM_STEP_GPUS", "SLURM_JOB_GPUS")  # where it sets no other: AutoDetect is off
_NOTHING = ("", "nodevfiles", "none", "void")
# How each tool is asked, one way after the other, and how an id or (`uuid`) an instance stands in what it says.
TOOLS = {
    "nvidia-smi": (
        (["-L"], ["--query-gpu=index", "--format=csv,noheader"]),
        r"MIG .*\(UUID: (?P<uuid>MIG-[^)]+)\)|^[ \t]*(GPU )?(?P<id>\d+)\b",
    ),
    "rocm-smi": ((["--showid"],), r"(GPU\[|card|^[ \t]*)(?P<id>\d+)\b"),
    "amd-smi": ((["list"],), r"^[ \t]*(GPU: )?(?P<id>\d+)\b"),
}
_PATIENCE = 30  # seconds; a driver that hangs must not hold up a search


class Devices:
    """Devices by their ids, in order, and what named them: a variable, a tool or the configuration."""

    def __init__(self, ids: Iterable[str], source: str):
        self.ids, self.source = list(dict.fromkeys(ids)), source


def visible(environment: Mapping[str, str], named: Sequence[str] | None) -> Devices | None:
    """The devices that the environment or the configuration (`named`) leaves; None where neither says anything.

    The configuration goes before, but not before what a cluster has given the job.
    """
    given = next((_given(environment, name) for name in (*_VARIABLES, *_OF_SLURM) if name in environment), None)
    if named is not None and not (given and cluster_job()):
        return Devices(named, NAMED)
    return given


def _given(environment: Mapping[str, str], variable: str) -> Devices:
    ids = []
    for text in map(str.strip, environment[variable].split(",")):
        if text.lower() in _NOTHING or text.startswith("-"):  # it hides what comes after it
            break
        ids.append(text)
    return Devices(ids, variable)


def found_by_tools() -> Devices | None:
    """The devices that a vendor's tool lists (instances, of a GPU that is cut into some), None if there are none."""
    for tool, (questions, pattern) in TOOLS.items():
        for options in questions:
            ids = _listed(_answer([tool, *options]), pattern)
            if ids:
                return Devices(ids, tool)
    return None


def _answer(command: list[str]) -> str:
    """What a tool says; nothing if it is not there, fails or hangs."""
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=_PATIENCE,
            check=True,
        )  # fmt: skip
        return done.stdout.decode(errors="replace")
    except subprocess.TimeoutExpired:
        say(f"{command[0]} gave no answer in {_PATIENCE} s; its GPUs are not used")
    except (OSError, subprocess.CalledProcessError):
        pass
    return ""


def _listed(text: str, pattern: str) -> list[str]:
    """The ids in a tool's list; a GPU's instances stand below it, and in its place."""
    groups: dict[str, list[str]] = {}
    last = None
    for match in re.finditer(pattern, text, re.MULTILINE):
        if match["id"]:
            last = groups.setdefault(match["id"], [])
        elif last is not None:
            last.append(match["uuid"])
    return [device for gpu, instances in groups.items() for device in (instances or [gpu])]


def demand_of(asked: float) -> tuple[int, float]:
    """How many devices a run gets that asks for so many, and which share of each: below 1 a part of one device."""
    if asked <= 0:
        return 0, 0.0
    return (1, asked) if asked < 1 else (math.ceil(asked - 1e-9), 1.0)


def program_variables(source: str | None, chosen: Sequence[str]) -> dict[str, str]:
    """The environment variables by which a program sees the `chosen` ones of the devices that `source` named.

    Without a variable as source, devices are numbered as tools number them.
    """
    listed = ",".join(chosen)
    if source in _BELOW:
        return {source: listed or "-1"}
    # HIP takes an empty list as none given.
    variables = {"CUDA_VISIBLE_DEVICES": listed, "HIP_VISIBLE_DEVICES": listed or "-1"}
    if source not in (*_VARIABLES, *_OF_SLURM):
        variables["CUDA_DEVICE_ORDER"] = "PCI_BUS_ID"
    if source == NAMED and listed.replace(",", "").isdigit():
        variables["ZE_AFFINITY_MASK"] = listed
    return variables
