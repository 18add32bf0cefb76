"""What the runner knows of a study's objective, as study.json holds it."""

from __future__ import annotations

TYPE_CHECKING = False  # to import `typing` takes time
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

__all__ = ["RunSpec"]


class RunSpec:
    """How a study's runs are done. The defaults below are the only ones; absent keys of study.json have them.

    `argv` (with placeholders) or `function` ("FILE.py:NAME") is what is run; `flags`: parameters that no placeholder
    names are appended as options. `base_config` (nested) goes into `config_file`. `patterns` are regular expressions
    by metric, `takes` how metrics follow from the history (`metrics.take`), `metrics_wanted` those that a complete run
    has to have. `timeout` and `grace` are in seconds, `memory` and `output_limit` (of each stream's head and tail) in
    bytes. `isolation`: what a call of a function has for itself, a "fork" of a process that has imported it or a
    "process". `isolated`: the program has an environment of its own. `contract` is the digest of all that results
    depend on, `training` of that without how metrics are read from what was printed; `max_failures` and `on_failure`
    end a search (`stopping`; None for `on_failure`: if it is hopeless). `resume`: a run with a larger budget is told of
    the one that it can go on from.
    `devices` are the ids of the GPUs that runs share, None for all that there are.
    """

    argv: list[str] | None = None
    function: str | None = None
    flags: bool = True
    base_config: dict[str, Any] | None = None
    config_file: str = "config.yaml"
    patterns: Mapping[str, str] = {}
    metrics_wanted: Sequence[str] = ()
    takes: Mapping[str, str] = {}
    timeout: float | None = None
    grace: float = 10
    memory: int | None = None
    retries: int = 0
    env: Mapping[str, str] = {}
    workdir: str | None = None
    isolation: str = "fork"
    isolated: bool = False
    seed: int = 0
    seed_flag: str | None = None
    n_folds: int | None = None
    output_limit: int = 1_000_000
    devices: Sequence[str] | None = None
    contract: str | None = None
    training: str | None = None
    max_failures: int | None = None
    on_failure: str | None = None
    resume: bool = True

    def __init__(self, **given: Any):
        unknown = set(given) - set(self.__annotations__)
        if unknown:
            raise TypeError(f"a RunSpec has no {', '.join(sorted(unknown))}")
        self.__dict__.update(given)

    @classmethod
    def from_json(cls, objective: Mapping[str, Any]) -> RunSpec:
        """The specification in study.json's `objective`; keys of a later version are passed over."""
        return cls(**{name: value for name, value in objective.items() if name in cls.__annotations__})

    def to_json(self) -> dict[str, Any]:
        """What study.json says."""
        return {name: getattr(self, name) for name in self.__annotations__}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RunSpec) and self.to_json() == other.to_json()

    __hash__ = None  # type: ignore[assignment]  # it holds lists and mappings
