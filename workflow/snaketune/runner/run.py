"""One run: what the files say about it, and what its program is told."""

from __future__ import annotations

import contextlib
import json
import os
import sys

from snaketune.runner import states
from snaketune.runner.command import fill, run_seed, text
from snaketune.runner.configuration import dump_yaml_safe_json, merge
from snaketune.runner.files import Refused, put_file, read_bytes, read_json, replace_file
from snaketune.runner.folder import begin, open_folder
from snaketune.runner.left import METRICS
from snaketune.runner.logs import STREAMS, Logs
from snaketune.runner.metrics import extract_metrics
from snaketune.runner.origin import Origin
from snaketune.runner.place import PARAMS
from snaketune.runner.run_id import RunId
from snaketune.runner.seal import digest_of

TYPE_CHECKING = False  # to import `typing` takes time
if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from typing import Any

    from snaketune.runner.metrics import Extracted
    from snaketune.runner.proposed import Rung
    from snaketune.runner.pruner_file import PrunerFile
    from snaketune.runner.pruning import Cut
    from snaketune.runner.reported import Reported
    from snaketune.runner.study_file import StudyFile

__all__ = ["Run", "canonical"]

_ID = 1 + 16  # the length of a trial's id: t and the digits


class Run:
    """One run of one trial of a study, by the paths of its folder and of its logs.

    `asked` is how many GPUs it asks for (None: nothing is said of them), `found` the ids of those that were found on
    this machine (None: it looks by itself). The trial's parameters are `params`, which the program then finds in the
    run's own folder, or by default those in the trial's params.json. Its round may have a `pruner`; `rung` is that of a
    run with a budget, as far as it is known.

    Raises:
        Refused: a file can't be read; the folder's name is no id of a run.
    """

    def __init__(
        self,
        study: StudyFile,
        folder: str,
        log: str,
        attempt: int = 1,
        asked: float | None = None,
        found: Sequence[str] | None = None,
        params: Mapping[str, Any] | None = None,
        pruner: PrunerFile | None = None,
        rung: Rung | None = None,
    ):
        self.study, self.spec, self.root, self.log = study.folder, study.spec, study.root, log
        self.workflow, self.surroundings = study.workflow, study.environment
        self.folder = os.path.abspath(folder)
        self.trial, self.name = os.path.basename(os.path.dirname(self.folder)), os.path.basename(self.folder)
        self.trial_params = self.params_file = os.path.join(os.path.dirname(self.folder), PARAMS)
        self.result_file = self.path(states.RESULT)
        self.attempt, self.asked, self.found, self.pruner = attempt, asked, found, pruner
        self.last_step: float | None = None  # that it has reported, as far as it counts for the pruner
        self.logs = Logs(log)
        self.notes: list[str] = []
        self.gave: bytes | None = None  # what its function has returned, where that is no file
        self.devices: list[str] | None = None  # the GPUs that the program sees; None: it was given none of its own
        self.told: dict[str, str] = {}  # the variables that tell it of them
        self.packed = params is not None
        if params is None:
            self.params: dict[str, Any] = read_json(self.params_file)
            self.given = read_bytes(self.params_file) or b"{}"
        else:
            self.params, self.params_file = dict(sorted(params.items())), self.path(PARAMS)  # as such a file has them
            self.given = (canonical(params) + "\n").encode()
        self._check_params()
        try:
            self.id = RunId.parse(self.name)
        except ValueError as error:
            raise Refused(2, str(error)) from error
        self.origin = Origin(self.id, self.folder, rung)
        self.seed = run_seed(self.spec.seed, self.trial, self.id.replicate)
        self.config_file = self._config_file()

    def files(self) -> Collection[str]:
        """The names of the files in its folder of which all that counts is in its record."""
        config = os.path.relpath(self.config_file, self.folder) if self.config_file else states.HISTORY
        return {METRICS, states.HISTORY, config}

    def path(self, *names: str) -> str:
        """A path in the run's folder."""
        return os.path.join(self.folder, *names)

    def _check_params(self) -> None:
        """Raises Refused if the parameters are not those that the trial is named after (`values.trial_id`)."""
        # Whoever starts the runner by hand may call a trial as they like.
        if len(self.trial) == _ID and not digest_of(canonical(self.params).encode()).startswith(self.trial[1:]):
            raise Refused(2, f"{self.params_file} is damaged: it does not hold the parameters of {self.trial}")

    def _config_file(self) -> str | None:
        argv = self.spec.argv or []
        needed = any("." in name for name in self.params) or any("{config}" in token for token in argv)
        if not needed and self.spec.base_config is None:
            return None
        return self.path("config.json" if self.spec.function else self.spec.config_file)

    def words(self) -> dict[str, Any]:
        """What placeholders and SNAKETUNE_* variables say of the run; None where it has no such thing."""
        return {
            "study": os.path.basename(self.study), "trial": self.trial, "run": self.name, "dir": self.folder,
            "params": self.params_file, "config": self.config_file, "metrics": self.path("metrics.json"),
            "history": self.path("history.jsonl"), "seed": self.seed, "fold": self.id.fold,
            "n_folds": self.spec.n_folds, "budget": None, **self.origin.words(),
        }  # fmt: skip

    def command(self) -> list[str]:
        """The program and its arguments.

        Raises:
            Refused: a placeholder has no value in this run.
        """
        spec = self.spec
        if spec.function:
            file, _, name = spec.function.rpartition(":")
            file = os.path.join(self.root, file) if file.endswith(".py") else file
            start = os.path.join(os.path.dirname(os.path.abspath(__file__)), "start.py")
            return ["python" if spec.isolated else sys.executable, start, "call", f"{file}:{name}"]
        try:
            argv = fill(spec.argv or [], self.params, self.words(), spec.flags)
        except ValueError as error:
            raise Refused(2, str(error)) from error
        flag = spec.seed_flag
        return argv + ([] if not flag else [f"{flag}{self.seed}"] if flag.endswith("=") else [flag, str(self.seed)])

    def environment(self, token: str) -> dict[str, str]:
        """The program's environment variables, in which the `token` marks it and what it starts."""
        env = {**self.surroundings, **self.told}
        words = {**self.words(), "attempt": self.attempt, "root": self.root, "token": token}
        words["metric"] = next(iter(self.spec.metrics_wanted), None)
        if self.pruner:
            words.update(pruner=self.pruner.path, pruned_after=self.origin.judged(self.pruner.rule))
        env.update({f"SNAKETUNE_{name.upper()}": text(value) for name, value in words.items() if value is not None})
        return env

    def note(self, message: object) -> None:
        """A line in runner.log."""
        self.logs.note(message)

    def adopted(self) -> bool:
        """Whether a good result is there already (see `states.adopt`)."""
        return states.adopt(self.folder, self.spec.contract, self.workflow)

    def extracted(self, printed: str, left_out: int = 0) -> Extracted:
        """Its metrics, from the files in its folder and what it printed, of which so many bytes were not kept."""
        history, spec = read_bytes(self.path(states.HISTORY)), self.spec
        metrics = read_bytes(self.path(METRICS)) if self.gave is None else self.gave
        return extract_metrics(metrics, printed, history, spec.patterns, spec.takes, spec.metrics_wanted, left_out)

    def reported(self) -> Reported | None:
        """What it reports, judged while it does; None without a pruner."""
        if self.pruner is None:
            return None
        from snaketune.runner.reported import Reported  # most searches have none

        before, after = read_bytes(self.path(states.BEFORE)) or b"", self.origin.judged(self.pruner.rule)
        return Reported(self.pruner.rule, self.id.fold, self.path(states.HISTORY), before, after)

    def cut_history(self, reported: Reported | None) -> Cut | None:
        """Cut its history where the pruner does, whether or not its program was stopped; returns where that is.

        Raises:
            OSError: it can't be written.
        """
        if reported is None:
            return None
        cut = reported.settle()
        self.last_step = reported.last_step
        if reported.unjudged:
            self.notes.append(reported.unjudged)
        return cut

    def prepare(self) -> None:
        """Make its folder what the program is to find there, and set earlier logs aside.

        Raises:
            OSError: it can't be written.
        """
        number = 1
        while os.path.exists(self.path("attempts", str(number))) or os.path.exists(
            self.logs.path(f"{STREAMS[0]}.attempt{number}.log")
        ):
            number += 1
        self.origin.from_budget = begin(self.folder, number, self.spec, self.origin.promoted_from)
        os.makedirs(self.log, exist_ok=True)
        self.logs.set_aside(number)

    def write_inputs(self) -> None:
        """Write the configuration, and the parameters if they have no file; what it goes on from, if there is any.

        Raises:
            OSError: they can't be written.
        """
        lacking = self.origin.begin()
        if lacking:
            self.note(lacking)
            self.notes.append(lacking)
        if self.packed:
            put_file(self.params_file, self.given)
        if self.config_file:
            os.makedirs(os.path.dirname(self.config_file), exist_ok=True)
            merged = merge(self.spec.base_config, self.params)
            yaml = not self.config_file.endswith(".json")
            put_file(self.config_file, dump_yaml_safe_json(merged, yaml) + "\n")

    def write_metrics(self) -> None:
        """Write what its function has returned, if that is nowhere in its folder yet.

        Raises:
            OSError: it can't be written.
        """
        if self.gave is not None:
            states.make_place(self.path(METRICS))
            replace_file(self.path(METRICS), self.gave)

    def restore(self) -> None:
        """Put the trial's parameters where they belong if they are not there: Snakemake would end with all runs."""
        with contextlib.suppress(OSError):
            if not os.path.exists(self.trial_params):
                open_folder(self.folder)
                replace_file(self.trial_params, self.given)
            if self.packed:
                os.unlink(self.params_file)


def canonical(params: Mapping[str, Any]) -> str:
    """The text of a trial's parameters, from which its id is made."""
    return json.dumps(params, sort_keys=True, separators=(",", ":"))
