"""Problems to develop and to judge samplers on; needs numpy alone, so that other packages can be compared anywhere.

A space (`spaces`) is plain data. A problem (`problem`) is a space and what its points are worth. Six families of
functions (`family_*`) are drawn from a seed, with the tools of `draws` and `shapes`; `trainings` are tables and
surrogates of real training, made by `train_tables`. `halves` names all problems and says which are for choosing and
which for confirming; `measure` finds their best values and what random search reaches.
"""
