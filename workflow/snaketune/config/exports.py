"""Which exports the workflow writes (the key `exports`), and what each of them is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from snaketune.config.digests import exports_digest
from snaketune.samplers.libraries import Library

__all__ = ["FORMATS", "Export", "Exports", "Format", "exports_from"]


@dataclass(frozen=True)
class Format:
    """A form that other tools open; `libraries` are what writes it.

    `place` is its file, or folder, below that of the exports, with some values of the option `storage` another one; of
    a folder `files` are always there.
    """

    place: str
    files: Sequence[str] = ()
    libraries: Sequence[Library] = ()
    by_storage: Mapping[str, str] = field(default_factory=dict)


FORMATS: Mapping[str, Format] = {
    "optuna": Format(
        "optuna.db",
        libraries=[Library("optuna", "snaketune[optuna]")],
        by_storage={"journal": "optuna.journal"},
    ),
    "tensorboard": Format(
        "tensorboard",
        ["exported.json"],
        [Library("tensorboardX", "snaketune[tensorboard]")],
    ),
    "mlflow": Format(
        "mlflow",
        ["mlflow.db"],
        [Library("mlflow", "snaketune[mlflow]")],
    ),
    "parquet": Format(
        "parquet",
        ["trials.parquet", "runs.parquet", "history.parquet", "rungs.parquet"],
        [Library("pyarrow", "snaketune[parquet]")],
    ),
    "json": Format("trials.json"),
}


@dataclass(frozen=True)
class Export:
    """One that is wanted, by its format's name, with its options."""

    form: str
    options: Mapping[str, Any]

    @property
    def place(self) -> str:
        """Its file or folder, below that of the exports."""
        return FORMATS[self.form].by_storage.get(self.options.get("storage", ""), FORMATS[self.form].place)

    @property
    def files(self) -> list[str]:
        """The files by which it is known to be there."""
        return [f"{self.place}/{name}" for name in FORMATS[self.form].files] or [self.place]


@dataclass(frozen=True)
class Exports:
    """All that the workflow is to write; another `fingerprint` has them written anew."""

    wanted: tuple[Export, ...]
    fingerprint: str


def exports_from(config: Mapping[str, Any]) -> Exports:
    """What a configuration wants: a format, a list of them, or options by format."""
    raw = config.get("exports", [])
    names = [raw] if isinstance(raw, str) else raw
    options = raw if isinstance(raw, Mapping) else {}
    wanted = tuple(Export(name, options.get(name) or {}) for name in names)
    return Exports(wanted, exports_digest(config, [[each.form, dict(each.options)] for each in wanted]))
