"""How much each parameter matters for the objective: fANOVA and permutation importance over one random forest."""

from snaketune.importance.evaluate import Importance, Interaction, Importances, importances
from snaketune.importance.scales import Categories, Numeric, Scale, scale_of

__all__ = ["Categories", "Importance", "Importances", "Interaction", "Numeric", "Scale", "importances", "scale_of"]
