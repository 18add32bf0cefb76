"""SnakeTune: hyperparameter search as a workflow. `report` is for training scripts, `load` for reading results."""

from snaketune.history import report

__all__ = ["report"]
