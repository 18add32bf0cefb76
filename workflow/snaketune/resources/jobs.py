"""What the jobs that do a study's runs ask of a cluster."""

import json
from collections.abc import Sequence

from snaketune.errors import StudyError
from snaketune.layout import Layout
from snaketune.resources.demands import Resource, for_job, run_values
from snaketune.resources.usage import Usage
from snaketune.runner.run_id import RunId

__all__ = ["asked_by_job"]


def asked_by_job(
    resource: Resource, runs: Sequence[str], layout: Layout, usage: Usage, *, attempt: int, threads: int
) -> int | str:
    """What a job asks of a resource that does `runs` (as <trial>/<run>): one, or several with a thread for each.

    Raises:
        StudyError: the resource can't be computed for a trial.
    """
    asked = [_asked(resource, run, layout, usage, attempt, threads) for run in runs]
    return for_job(resource, asked, threads)


def _asked(resource: Resource, run: str, layout: Layout, usage: Usage, attempt: int, threads: int) -> float | str:
    trial, name = run.split("/")
    params = json.loads(layout.params(trial).read_text(encoding="utf-8"))
    try:
        return resource(run_values(params, RunId.parse(name), attempt=attempt, threads=threads), usage)
    except ValueError as error:
        raise StudyError(f"objective.resources.{resource.name}: {error} (trial {trial})") from None
