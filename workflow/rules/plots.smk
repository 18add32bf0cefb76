# From tables to pictures.


def plots_of_study(wildcards):
    """The pictures of the study."""
    return []
