"""Where the workflow lies: beside the package where it was installed, around it in the repository."""

from pathlib import Path

__all__ = ["home", "profiles", "snakefile"]

_PACKAGE = Path(__file__).resolve().parent


def home() -> Path:
    """The folder that has Snakefile, workflow/, scripts/ and config/."""
    carried = _PACKAGE / "share"
    return carried if carried.is_dir() else _PACKAGE.parents[1]


def snakefile() -> str:
    """The path of the Snakefile, for Snakemake's `--snakefile`, `include:` and `module`."""
    return str(home() / "Snakefile")


def profiles() -> dict[str, Path]:
    """The folders of the profiles for clusters, by their short names."""
    return {path.name: path for path in sorted((home() / "workflow" / "profiles").iterdir()) if path.is_dir()}
