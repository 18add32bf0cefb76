"""SnakeTune: hyperparameter search. `report` and `checkpoint` are for training scripts, `load` for reading results.

`Study` is a study in Python, `run` runs one as a workflow; `snakefile` gives the path of the workflow, for workflows
that use it.
"""

# Any Python >= 3.8 may import this (the runner is a part of the package), and pays for what it uses alone.
__all__ = ["Pruned", "Study", "checkpoint", "load", "report", "run", "snakefile"]


def __getattr__(name):  # type: ignore[no-untyped-def]
    if name in ("Pruned", "report"):
        from snaketune import reporting

        return getattr(reporting, name)
    # (A module can't be called as its function is: importing it sets the package's attribute of that name.)
    if name == "checkpoint":
        from snaketune.checkpointing import checkpoint

        return checkpoint
    if name == "load":
        from snaketune.loading import load

        return load
    if name == "Study":
        from snaketune.asking.study import Study

        return Study
    if name == "run":
        from snaketune.asking.workflow import run

        return run
    if name == "snakefile":
        from snaketune.installed import snakefile

        return snakefile
    raise AttributeError(f"module 'snaketune' has no attribute {name!r}")
