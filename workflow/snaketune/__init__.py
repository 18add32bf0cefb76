"""SnakeTune: hyperparameter search as a workflow. `report` is for training scripts, `load` for reading
results.
"""

from snaketune.reporting import report

__all__ = ["load", "report"]


def __getattr__(name: str):
    # A training script that imports `report` does not pay for what `load` needs. (Its module can't be called
    # load: importing a module sets the package's attribute of that name.)
    if name == "load":
        from snaketune.loading import load

        return load
    raise AttributeError(f"module 'snaketune' has no attribute {name!r}")
