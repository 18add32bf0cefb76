"""How much each parameter matters for the objective: fANOVA and permutation importance over one random forest.

`evaluate` judges columns of values, `study` the trials of a study; `scales` turns parameters into axes, for plots too,
and so must not import the forest.
"""
