# What plots.smk and page.smk ask about the study: which pictures there are, and where they stand in a report.
from snaketune.plots.catalog import PLOTS, files_of


def plots_of_study(wildcards):
    """The pictures of the study and of its searches."""
    of_searches = [path for search in STUDY.searches for path in files_of(STUDY, RESULTS, search)]
    return files_of(STUDY, RESULTS) + of_searches


def for_report(search=None):
    """The pictures of a search, or of the study, with their places in Snakemake's report."""
    return [in_report(path, search) for path in files_of(STUDY, RESULTS, search)]


def in_report(path, search):
    """A picture with its place in Snakemake's report."""
    name, form = Path(path).stem, Path(path).suffix[1:]
    place = {"category": "Plots", "subcategory": f"Search {search}" if search else "The study"}
    labels = {"plot": PLOTS[name].title, "format": form}
    return report(path, caption=f"../report/{name}.rst", labels=labels, **place)


def rerun_command():
    """The words of the command that starts this study again."""
    files = [word for file in workflow.overwrite_configfiles for word in ("--configfile", str(file))]
    return ["snakemake", "--cores", "1", *files]
