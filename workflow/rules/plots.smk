# From tables to pictures. Which ones there are follows from the configuration alone.
from snaketune.plots.catalog import PLOTS, files_of, names_of


def plots_of_study(wildcards):
    """The pictures of the study and of its searches."""
    of_searches = [path for search in STUDY.searches for path in files_of(STUDY, RESULTS, search)]
    return files_of(STUDY, RESULTS) + of_searches
