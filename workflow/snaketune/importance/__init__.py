"""How much each parameter matters for the objective: fANOVA and permutation importance over one random
forest.
"""

from snaketune.importance.evaluate import Importance, Importances, Interaction, importances
from snaketune.importance.scales import Categories, Numeric, Scale, categories_of, scale_of

__all__ = [
    "Categories",
    "Importance",
    "Importances",
    "Interaction",
    "Numeric",
    "Scale",
    "categories_of",
    "importances",
    "scale_of",
]
