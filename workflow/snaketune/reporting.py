"""Report metrics while training runs: each call appends one JSON line to the run's history.jsonl.

Where the search has a pruner, the call that reports the step at which the run is stopped raises `Pruned`.

Only the standard library is imported, and only when needed, so that a training script may import this at no
cost.
"""

TYPE_CHECKING = False  # to import `typing` takes time
if TYPE_CHECKING:
    from typing import Any

__all__ = ["Pruned", "report"]

_reported: "dict[str, Any]" = {}  # what is known of the history, by its path


class Pruned(SystemExit):
    """The run is stopped early: uncaught it ends the program, with code 0 and without a traceback."""

    def __init__(self, reason: str):
        super().__init__(reason)
        self.code = 0


def report(**metrics: object) -> None:
    """Append `metrics` to the run's history: numbers, strings, bools, None; NumPy and tensor scalars too.

    Adds "time" (seconds since the epoch) unless it is given. Non-finite numbers are stored as "NaN",
    "Infinity" and "-Infinity". Does nothing when $SNAKETUNE_HISTORY is not set, so that a script also runs by
    hand. The line is written by a single call: processes of one run may report at the same time.

    Raises:
        Pruned: the run is stopped early, by the search's pruner.
        TypeError: a value is none of the above (an array, a list, an object).
    """
    import os

    path = os.environ.get("SNAKETUNE_HISTORY")
    if not path:
        return
    import time

    row = {name: _scalar(name, value) for name, value in metrics.items()}
    row.setdefault("time", time.time())
    _append(path, row)
    pruner = os.environ.get("SNAKETUNE_PRUNER")
    if pruner:
        _end_if_pruned(path, pruner)


def _append(path: str, row: "dict[str, Any]") -> None:
    import json
    import os

    line = (json.dumps(row, allow_nan=False) + "\n").encode()
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o666)
    try:
        os.write(file, line)
    finally:
        os.close(file)


def _end_if_pruned(path: str, pruner: str) -> None:
    """Raises Pruned if what has been reported so far, by whichever process, is not good enough to go on."""
    from snaketune.runner.reported import TOLD, reported_here

    if path not in _reported:
        _reported[path] = reported_here(path, pruner)
    reported = _reported[path]
    cut = reported.look()
    if cut:
        if not reported.told:
            _append(path, TOLD)
        raise Pruned(cut.reason)


def _scalar(name: str, value: "Any") -> object:
    if not isinstance(value, (int, float, str, bool, type(None))):
        try:
            value = value.item()  # of NumPy, PyTorch, JAX, …: refuses if there is more than one
        except (AttributeError, TypeError, ValueError, RuntimeError):
            kind = type(value).__name__
            raise TypeError(f"report({name}=…) takes a number, a string, a bool or None, not {kind}") from None
    if isinstance(value, float):
        value = float(value)  # NumPy's float64 is a float with a repr of its own
        if value != value:
            return "NaN"
        if value in (float("inf"), float("-inf")):
            return "Infinity" if value > 0 else "-Infinity"
    return value
