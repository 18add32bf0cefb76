"""What Snakemake adds to what a study asks for: default-resources, set-resources, set-threads, typed or of a profile.

They are about jobs, whatever runs these do, and go before what the study asks for of the same name.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from snaketune.resources.demands import NUMBERS, run_values
from snaketune.runner.run_id import RunId
from snaketune.space.expressions import Expression, Missing

__all__ = ["Given", "read_given"]

_CORES = "_cores"
_ALIASES = {"mem": "mem_mb", "disk": "disk_mb"}


@dataclass(frozen=True)
class Given:
    """The resources that each job is given, and its cores if they are others than the study's.

    `cluster`: whether runs are submitted as jobs.
    """

    resources: Mapping[str, int | str] = field(default_factory=dict)
    threads: int | None = None
    cluster: bool = False


def read_given(words: Iterable[str], *, cluster: bool) -> Given:
    """Reads name=value as Snakemake has it; a value may be an expression, of which `attempt` and `threads` are known.

    One that depends on anything else, such as the size of inputs, is left open.
    """
    texts = {_ALIASES.get(name, name): text for name, text in (word.split("=", 1) for word in words)}
    cores = _number(texts.pop(_CORES, ""), threads=1)
    numbers = {name: _number(text, threads=cores or 1) for name, text in texts.items() if name in NUMBERS}
    given: dict[str, int | str] = {name: text for name, text in texts.items() if name not in NUMBERS}
    given.update({name: number for name, number in numbers.items() if number is not None})
    return Given(given, cores, cluster)


def _number(text: str, *, threads: int) -> int | None:
    try:
        value = Expression(text)(run_values({}, RunId(0), attempt=1, threads=threads))
    except (ValueError, Missing):
        return None
    return round(value) if isinstance(value, (int, float)) else None
