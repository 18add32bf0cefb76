"""Report metrics while training runs: each call appends one JSON line to the run's history.jsonl.

Only the standard library is imported, and only when needed, so that a training script may import this at no
cost.
"""

TYPE_CHECKING = False  # to import `typing` takes time
if TYPE_CHECKING:
    from typing import Any

__all__ = ["report"]


def report(**metrics: object) -> None:
    """Append `metrics` to the run's history: numbers, strings, bools, None; NumPy and tensor scalars too.

    Adds "time" (seconds since the epoch) unless it is given. Non-finite numbers are stored as "NaN",
    "Infinity" and "-Infinity". Does nothing when $SNAKETUNE_HISTORY is not set, so that a script also runs by
    hand. The line is written by a single call: processes of one run may report at the same time.

    Raises:
        TypeError: a value is none of the above (an array, a list, an object).
    """
    import os

    path = os.environ.get("SNAKETUNE_HISTORY")
    if not path:
        return
    import json
    import time

    row = {name: _scalar(name, value) for name, value in metrics.items()}
    row.setdefault("time", time.time())
    line = (json.dumps(row, allow_nan=False) + "\n").encode()
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o666)
    try:
        os.write(file, line)
    finally:
        os.close(file)


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
