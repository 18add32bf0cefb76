"""SnakeTune: hyperparameter search as a workflow. `report` is for training scripts, `load` for reading results."""

# Any Python >= 3.8 may import this (the runner is a part of the package), and pays for what it uses alone.
__all__ = ["Pruned", "load", "report"]


def __getattr__(name):  # type: ignore[no-untyped-def]
    if name in ("Pruned", "report"):
        from snaketune import reporting

        return getattr(reporting, name)
    # (Its module can't be called load: importing a module sets the package's attribute of that name.)
    if name == "load":
        from snaketune.loading import load

        return load
    raise AttributeError(f"module 'snaketune' has no attribute {name!r}")
