"""What the jobs that do a study's runs ask of a cluster or of this machine, and the words that tell runners of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from snaketune.errors import StudyError
from snaketune.layout import Layout
from snaketune.resources.demands import WORDS, Resource, for_job, run_values
from snaketune.resources.gpus import PERCENT, Gpus, gpu_resource
from snaketune.resources.usage import Usage
from snaketune.runner.run_id import RunId

__all__ = ["Jobs"]


@dataclass(frozen=True)
class Jobs:
    """A study's jobs, each of which does runs (as <trial>/<run>), one or several.

    `at_once` is how many of its runs a job does at a time, None: as many as it has `threads`; `params_of` gives a
    trial's parameters by its id, `table_of` the table that tells more of a run, None where none does; `start` are the
    words that start the runner's programs; `attempts` is how often a job is tried at most; `gpus` are those of this
    machine, None where nobody looks for any: the study asks for none, or a cluster is to give them.
    """

    resources: Mapping[str, Resource]
    layout: Layout
    params_of: Callable[[str], Mapping[str, object]]
    table_of: Callable[[str, str], Path | None]
    usage: Usage
    start: Sequence[str]
    threads: int
    attempts: int
    gpus: Gpus | None = None
    at_once: int | None = None

    @property
    def shared_here(self) -> dict[str, int]:
        """How much there is on this machine of what its jobs share, for Snakemake to start no more than that."""
        return {PERCENT: self.gpus.percent} if self.gpus and self.gpus.ids else {}

    @property
    def names(self) -> list[str]:
        """What jobs ask for."""
        return [*self.resources, *self.shared_here]

    def asked(self, name: str, runs: Sequence[str], attempt: int) -> int | str:
        """What a job asks of a resource.

        Raises:
            StudyError: the resource can't be computed for a trial, or there is not as much of it here.
        """
        if name != PERCENT or self.gpus is None:
            resource = self.resources[name]
            return for_job(
                resource, [self._asked(resource, run, attempt) for run in runs], self.at_once or self.threads
            )
        resource, asked = self._gpus_asked(runs, attempt)
        try:
            return self.gpus.asked(asked, self.at_once or self.threads)
        except ValueError as error:
            trial = max(zip(asked, runs, strict=True))[1].split("/")[0]
            raise StudyError(
                f"objective.resources.{resource.name}: {error} (trial {trial}). Ask for fewer, or name more of them by "
                "objective.devices"
            ) from None

    def runner_of_trial(self, trial: str, run: str) -> list[str]:
        """The words that start the runner for one run.

        Raises:
            StudyError: how many GPUs it asks for can't be computed.
        """
        folder, logs = self.layout.run(trial, run), self.layout.run_logs(trial, run)
        table = self.table_of(trial, run)
        of_round = ["--table", str(table)] if table else []
        words = [*self.start, "run", "--run", str(folder), "--log", str(logs), *of_round]
        return [*words, *self._gpu_words([f"{trial}/{run}"])]

    def runner_of_block(self, runs: Sequence[str], blocks: int, minutes: object = None) -> list[str]:
        """The words that start the runner for several runs, one of so many blocks of its round.

        Its job may take so many `minutes`, if that is a number.

        Raises:
            StudyError: how many GPUs one of them asks for can't be computed.
        """
        seconds = f"{minutes * 60:g}" if isinstance(minutes, int) else "inf"
        pull = ["--pull", seconds, "--blocks", str(blocks)] if blocks > 1 and self._alike(runs) else []
        slots = ["--slots", str(self.at_once)] if self.at_once else []
        return [*self.start, "block", "--logs", str(self.layout.logs), *slots, *pull, *self._gpu_words(runs)]

    def _alike(self, runs: Sequence[str]) -> bool:
        """Whether other runs of the same round ask for the same: what is asked for does not depend on parameters."""
        names = {
            name
            for resource in self.resources.values()
            if resource.expression is not None
            for name in resource.expression.names
        }
        # A parameter may be called as one of our words is.
        return names <= set(WORDS) and all(names.isdisjoint(self.params_of(run.split("/")[0])) for run in runs if names)

    def _gpu_words(self, runs: Sequence[str]) -> list[str]:
        """How many GPUs each of the runs asks for, by attempt if that counts, and which there are here."""
        resource = gpu_resource(self.resources)
        if resource is None:
            return []
        varies = resource.expression is not None and "attempt" in resource.expression.names
        by_attempt = [self._gpus_asked(runs, attempt)[1] for attempt in range(1, self.attempts + 1 if varies else 2)]
        asked = [",".join(f"{number:g}" for number in of_run) for of_run in zip(*by_attempt, strict=True)]
        among = ["--among", ",".join(self.gpus.ids) or "none"] if self.gpus and self.gpus.looked_up else []
        return ["--devices", ";".join(asked), *among]

    def _gpus_asked(self, runs: Sequence[str], attempt: int) -> tuple[Resource, list[float]]:
        resource = gpu_resource(self.resources)
        assert resource is not None, "it is asked for where there is one"
        return resource, [float(self._asked(resource, run, attempt)) for run in runs]

    def _asked(self, resource: Resource, run: str, attempt: int) -> float | str:
        if resource.fixed is not None:
            return resource.fixed
        trial, name = run.split("/")
        params = self.params_of(trial)
        try:
            return resource(run_values(params, RunId.parse(name), attempt=attempt, threads=self.threads), self.usage)
        except ValueError as error:
            raise StudyError(f"objective.resources.{resource.name}: {error} (trial {trial})") from None
