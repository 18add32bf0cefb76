"""The stages of a workflow: the words that start them, and the servers that they are served by while it lives."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

__all__ = ["Stages"]

_CLIENT = Path(__file__).with_name("client.py")
# Snakemake gives these to the shell of each job; the value is a job's threads, which are 1 for all stages.
_THREADS = (
    "OMP_NUM_THREADS", "GOTO_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS",
    "NUMEXPR_NUM_THREADS",
)  # fmt: skip
_PATIENCE = 5.0  # seconds for a killed process to be gone


class Stages:
    """The scripts in a folder; `state` is where the servers' sockets are (Snakemake's folder).

    `number` tells the sockets of one study from those of another in the same process.
    """

    def __init__(self, scripts: Path, state: Path, number: int = 1):
        self._scripts, self._state = scripts, state
        self._name = "snaketune" if number == 1 else f"snaketune{number}"
        self._process: subprocess.Popen[bytes] | None = None
        self._address_of: dict[str, str] = {}

    def serve(self, groups: Sequence[Mapping[str, Sequence[str]]]) -> None:
        """Starts servers, one for each group of scripts, which says by script what it needs beside its own imports.

        Where none can be started, stages start as they are.
        """
        served = []
        for number, group in enumerate(groups):
            address = str(self._state / f"{self._name}.{number}.socket")
            served.append((address, [name for script, needs in group.items() for name in (*needs, script)]))
            self._address_of |= dict.fromkeys(group, address)
        with suppress(OSError):
            self._process = subprocess.Popen(
                [sys.executable, str(self._scripts / "serve.py"), json.dumps(served)],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env={**os.environ, **dict.fromkeys(_THREADS, "1")},
                start_new_session=True,  # a Ctrl-C is for the stages alone
            )

    def words(self, script: str) -> list[str]:
        """The words that start a stage's script."""
        path = str(self._scripts / script)
        address = self._address_of.get(script)
        if address is None or not Path(address).exists():
            return [sys.executable, path]
        return [sys.executable, "-S", "-E", str(_CLIENT), address, path]

    def end(self) -> None:
        """Ends the servers; nothing is left of them."""
        if self._process is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)  # no stage is at work any more
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_PATIENCE)
        for address in set(self._address_of.values()):
            Path(address).unlink(missing_ok=True)
        self._process, self._address_of = None, {}
