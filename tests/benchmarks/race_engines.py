"""The engines that race, each in a process of its own, so that it may have an environment of its own, or be older.

A process (`python race_engines.py NAME`) is asked by a line of JSON and answers by one. It keeps nothing between two
questions: as a workflow does, each round makes its engine anew from the history.
"""

import contextlib
import importlib
import io
import json
import logging
import os
import subprocess
import sys
import tarfile
import time
import traceback
import warnings
import zlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from collection.spaces import Space

__all__ = ["ENGINES", "Answer", "Engine", "EngineError", "Seen", "kind_of", "seed_after"]

ROOT = Path(__file__).parents[2]
Params = dict[str, Any]
# By name: the function `(space, history, n, seed) -> parameter sets`.
ENGINES: Mapping[str, str] = {
    "ours": "race_ours:proposed",
    "random": "race_random:proposed",
    "ours-grid": "race_strategies:grid",
    "ours-sobol": "race_strategies:sobol",
    "ours-lhs": "race_strategies:lhs",
    "ours-tpe": "race_strategies:tpe",
    "ours-cmaes": "race_strategies:cmaes",
    "ours-skopt": "race_strategies:skopt",
    "optuna-gp": "race_optuna:gp",
    "optuna-tpe": "race_optuna:tpe",
    "skopt-tuned": "race_skopt:proposed",
    "hebo": "race_hebo:proposed",
    "smac": "race_smac:proposed",
}
# Those that say which of the history they believe best: `(space, history, seed) -> index`.
RECOMMENDING: Mapping[str, str] = {"ours": "race_ours:recommended"}
# Of libraries that count cores; ours, too, is measured with one.
_ONE_THREAD = {
    f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL", "NUMEXPR", "LOKY_MAX_CPU", "VECLIB_MAXIMUM")
}


class Seen(NamedTuple):
    """An evaluated parameter set; the value is None where the evaluation failed."""

    params: Params
    value: float | None


class Answer(NamedTuple):
    """What an engine proposes, and the CPU seconds that it took to, whatever else the machine did."""

    params: list[Params]
    seconds: float


class EngineError(Exception):
    """An engine broke down: its traceback."""


class Engine:
    """An engine's process, which ends with the context.

    Args:
        name: one of `ENGINES`; behind an `@`, the commit of which `ours` is; behind a `:`, a label that tells states
            of the working tree apart in tables.
        folder: where the package of an older commit is laid out.
        python: the interpreter that has the engine's libraries.
    """

    def __init__(self, name: str, folder: Path, python: str = sys.executable):
        self._name = name
        self._command = [python, __file__, kind_of(name)]
        self._environment = {**os.environ, **_ONE_THREAD}
        _, _, commit = name.partition(":")[0].partition("@")
        if commit:
            self._environment["PYTHONPATH"] = str(_package_at(commit, folder))
        self._process = self._started()

    def __enter__(self) -> "Engine":
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()

    def ask(self, space: Space, history: Sequence[Seen], n: int, seed: int) -> Answer:
        """The next `n` parameter sets, or fewer if there are no more.

        Raises:
            EngineError: it failed.
        """
        return Answer(*self._answer({"ask": n, "space": space, "history": history, "seed": seed}))

    def recommend(self, space: Space, history: Sequence[Seen], seed: int) -> int | None:
        """The index of what the engine believes to be the best of the history, None if it does not say.

        Raises:
            EngineError: it failed.
        """
        if kind_of(self._name) not in RECOMMENDING:
            return None
        place: int | None = self._answer({"ask": None, "space": space, "history": history, "seed": seed})
        return place

    def _started(self) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=self._environment, text=True
        )

    def _answer(self, question: Mapping[str, Any]) -> Any:
        if self._process.poll() is not None:  # it died of the question before
            self._process = self._started()
        assert self._process.stdin
        assert self._process.stdout
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.write(json.dumps(question) + "\n")
            self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise EngineError(f"{self._name} died with status {self._process.wait()}")
        answer = json.loads(line)
        if "error" in answer:
            raise EngineError(f"{self._name}: {answer['error']}")
        return answer["found"]


def kind_of(name: str) -> str:
    """Which of `ENGINES` an engine is, without commit and label."""
    return name.partition(":")[0].partition("@")[0]


def _package_at(commit: str, folder: Path) -> Path:
    """The folder with the package as it was at a commit."""
    path = folder / commit
    if not path.exists():
        archive = ["git", "-C", str(ROOT), "archive", commit, "workflow/snaketune"]
        packed = subprocess.run(archive, check=True, capture_output=True).stdout
        with tarfile.open(fileobj=io.BytesIO(packed)) as tar:
            tar.extractall(path, filter="data")
    return path / "workflow"


def seed_after(seed: int, history: Sequence[Seen]) -> int:
    """A seed for an engine that is made anew in every round, where it would begin with the same random numbers."""
    return zlib.crc32(f"{seed} {len(history)}".encode()) % 2**31


def _function(place: str) -> Callable[..., Any]:
    module, _, name = place.partition(":")
    function: Callable[..., Any] = getattr(importlib.import_module(module), name)
    return function


def _found(kind: str, question: Mapping[str, Any]) -> Any:
    space, seed = question["space"], question["seed"]
    history = [Seen(*each) for each in question["history"]]
    if question["ask"] is None:
        return _function(RECOMMENDING[kind])(space, history, seed)
    propose = _function(ENGINES[kind])
    begun = time.process_time()
    params = propose(space, history, question["ask"], seed)
    return params, time.process_time() - begun


def _serve(kind: str) -> None:
    """Answers questions until there are no more; what libraries print and warn of goes nowhere."""
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)
    with os.fdopen(os.dup(1), "w") as out, Path(os.devnull).open("w") as nowhere:
        os.dup2(nowhere.fileno(), 1)
        for line in sys.stdin:
            try:
                answer = {"found": _found(kind, json.loads(line))}
            except Exception:
                answer = {"error": traceback.format_exc()}
            out.write(json.dumps(answer) + "\n")
            out.flush()


if __name__ == "__main__":
    _serve(sys.argv[1])
