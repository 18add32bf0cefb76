"""Pictures of a study and of its searches: each plot is first data (a pure function, tested), then a figure.

`catalog` names the plots and says which ones a study gets; it imports nothing heavy. One module per plot
holds its data and its figure, `draw` puts them together and writes the files.
"""
