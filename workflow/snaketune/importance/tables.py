"""The columns and rows of importances.csv and interactions.csv."""

from typing import TYPE_CHECKING

from snaketune.results.tables import Row

if TYPE_CHECKING:
    from snaketune.importance.evaluate import Importances

__all__ = ["IMPORTANCES", "INTERACTIONS", "importance_rows", "interaction_rows"]

IMPORTANCES = ("parameter", "fanova", "fanova_sd", "permutation", "permutation_sd", "note")
INTERACTIONS = ("first", "second", "fanova", "fanova_sd")


def importance_rows(found: "Importances") -> list[Row]:
    """The rows of importances.csv, most important first."""
    return [{name: getattr(row, name) for name in IMPORTANCES} for row in found.parameters]


def interaction_rows(found: "Importances") -> list[Row]:
    """The rows of interactions.csv, strongest first."""
    return [{name: getattr(row, name) for name in INTERACTIONS} for row in found.interactions]
