"""Asking: a study in Python. Trials of its searches are asked for and told of by hand, on the files of the workflow."""
