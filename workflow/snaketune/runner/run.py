"""One run: what the files say about it, and what its program is told."""

from __future__ import annotations

import contextlib
import json
import os
import sys
import time

from snaketune.runner import states
from snaketune.runner.command import fill, run_seed, text
from snaketune.runner.configuration import dump_yaml_safe_json, merge
from snaketune.runner.files import Refused, read_bytes, read_json, replace_file, stamp
from snaketune.runner.folder import begin, open_folder
from snaketune.runner.metrics import extract_metrics
from snaketune.runner.run_id import RunId
from snaketune.runner.seal import digest_of
from snaketune.runner.spec import RunSpec

TYPE_CHECKING = False  # to import `typing` takes time
if TYPE_CHECKING:
    from typing import Any

    from snaketune.runner.metrics import Extracted

__all__ = ["Run"]

_ID = 1 + 16  # the length of a trial's id: t and the digits


class Run:
    """One run of one trial, by the paths of study.json (`study`), of its folder (`run`) and of its logs (`log`).

    `devices` is how many GPUs it asks for, with a comma between attempts that ask for different numbers; `among` are
    the ids of those that were found on this machine, or "none". Without, it asks for none, or looks by itself.

    Raises:
        Refused: a file can't be read; the folder's name is no id of a run.
    """

    def __init__(
        self, study: str, run: str, log: str, attempt: str = "1", devices: str | None = None, among: str | None = None
    ):
        self.study, self.folder, self.log = os.path.abspath(os.path.dirname(study)), os.path.abspath(run), log
        self.trial, self.name = os.path.basename(os.path.dirname(self.folder)), os.path.basename(self.folder)
        self.params_file = os.path.join(os.path.dirname(self.folder), "params.json")
        self.result_file = self.path(states.RESULT)
        self.attempt, self.root = int(attempt), os.getcwd()
        self.notes: list[str] = []
        by_attempt = list(map(float, devices.split(","))) if devices else []
        self.asked = by_attempt[: self.attempt][-1] if by_attempt else None
        self.found = None if among is None else [] if among == "none" else among.split(",")
        self.devices: list[str] | None = None  # the GPUs that the program sees; None: it was given none of its own
        self.told: dict[str, str] = {}  # the variables that tell it of them
        # When this workflow began, in ns since the epoch, None if unknown; no other has begun at the same time.
        self.workflow: int | None = None
        with contextlib.suppress(OSError):
            self.workflow = os.stat(study).st_mtime_ns
        self.spec = RunSpec.from_json(read_json(study)["objective"])
        self.params: dict[str, Any] = read_json(self.params_file)
        self.given = read_bytes(self.params_file) or b"{}"
        self._check_params()
        try:
            self.id = RunId.parse(self.name)
        except ValueError as error:
            raise Refused(2, str(error)) from error
        self.seed = run_seed(self.spec.seed, self.trial, self.id.replicate)
        self.config_file = self._config_file()
        self.token = os.urandom(16).hex()

    def path(self, *names: str) -> str:
        """A path in the run's folder."""
        return os.path.join(self.folder, *names)

    def _check_params(self) -> None:
        """Raises Refused if the parameters are not those that the trial is named after (`values.trial_id`)."""
        canonical = json.dumps(self.params, sort_keys=True, separators=(",", ":"))
        # Whoever starts the runner by hand may call a trial as they like.
        if len(self.trial) == _ID and not digest_of(canonical.encode()).startswith(self.trial[1:]):
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
            "n_folds": self.spec.n_folds, "budget": self.id.budget,
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

    def environment(self) -> dict[str, str]:
        """The program's environment variables."""
        env = {name: value for name, value in os.environ.items() if not name.startswith("SNAKETUNE_")}
        if not self.spec.isolated:
            env["PATH"] = os.path.dirname(sys.executable) + os.pathsep + env.get("PATH", os.defpath)
        env.update({name: text(value) for name, value in self.spec.env.items()})
        env.update(self.told)
        words = {**self.words(), "attempt": self.attempt, "root": self.root, "token": self.token}
        words["metric"] = next(iter(self.spec.metrics_wanted), None)
        env.update({f"SNAKETUNE_{name.upper()}": text(value) for name, value in words.items() if value is not None})
        return env

    def restore(self) -> None:
        """Put the trial's parameters back if the program has deleted them; Snakemake would end with all runs."""
        with contextlib.suppress(OSError):
            if not os.path.exists(self.params_file):
                open_folder(self.folder)
                replace_file(self.params_file, self.given)

    def note(self, message: object) -> None:
        """A line in runner.log; that it cannot be written must not harm the run."""
        with contextlib.suppress(OSError), open(os.path.join(self.log, "runner.log"), "ab") as file:
            file.write(f"{stamp(time.time())} {message}\n".encode(errors="replace"))

    def adopted(self) -> bool:
        """Whether a good result is there already (see `states.adopt`)."""
        return states.adopt(self.folder, self.spec.contract, self.workflow)

    def extracted(self, printed: str, left_out: int = 0) -> Extracted:
        """Its metrics, from the files in its folder and what it printed, of which so many bytes were not kept."""
        metrics, history = (read_bytes(self.path(name)) for name in ("metrics.json", "history.jsonl"))
        spec = self.spec
        return extract_metrics(metrics, printed, history, spec.patterns, spec.takes, spec.metrics_wanted, left_out)

    def prepare(self) -> None:
        """Make its folder what the program is to find there, set earlier logs aside, write the configuration."""
        number = 1
        while os.path.exists(self.path("attempts", str(number))) or os.path.exists(
            os.path.join(self.log, f"stdout.attempt{number}.log")
        ):
            number += 1
        begin(self.folder, number, self.spec)
        os.makedirs(self.log, exist_ok=True)
        for stream in ("stdout", "stderr"):
            with contextlib.suppress(FileNotFoundError):
                old = os.path.join(self.log, stream)
                os.replace(f"{old}.log", f"{old}.attempt{number}.log")
        if self.config_file:
            os.makedirs(os.path.dirname(self.config_file), exist_ok=True)
            merged = merge(self.spec.base_config, self.params)
            yaml = not self.config_file.endswith(".json")
            replace_file(self.config_file, dump_yaml_safe_json(merged, yaml) + "\n")
