# What plots.smk, page.smk and compare.smk ask: which pictures there are, and where they stand in a report.
from snaketune.results.comparison import check_finished
from snaketune.plots.catalog import PLOTS, compared_files, files_of


def plots_of_study(wildcards):
    """The pictures of the study and of its searches."""
    of_searches = [path for search in STUDY.searches for path in files_of(STUDY, RESULTS, search)]
    return files_of(STUDY, RESULTS) + of_searches


def for_report(search=None):
    """The pictures of a search, or of the study, with their places in Snakemake's report."""
    part = f"Search {search}" if search else "The study"
    return [in_report(path, "Plots", part) for path in files_of(STUDY, RESULTS, search)]


def importances_drawn():
    """The table of the parameters' importances, if there is a plot of it: the summary then shows them too."""
    drawn = {Path(path).stem for path in files_of(STUDY, RESULTS)}
    return [f"{RESULTS}/importances.csv"] if "importances" in drawn else []


def in_report(path, category, part):
    """A picture with its place in Snakemake's report."""
    name, form = Path(path).stem, Path(path).suffix[1:]
    labels = {"plot": PLOTS[name].title, "format": form}
    return report(path, caption=f"../report/{name}.rst", labels=labels, category=category, subcategory=part)


def compared_studies():
    """The studies of --config 'studies=[…]'; a missing one ends the workflow with a message, before any job."""
    names = config.get("studies", [])
    try:
        check_finished(names, Path("results"))
    except StudyError as error:
        raise WorkflowError(str(error)) from None
    return names


COMPARED = compared_studies()
COMPARISON = "+".join(COMPARED) or "compare"  # no study can be called so; without studies nothing is written


def compared_in_report():
    """What a comparison writes, with its places in Snakemake's report; nothing if no studies are named."""
    folder = f"results/{COMPARISON}"
    part = ", ".join(COMPARED)
    tables = [table_in_report(f"{folder}/{name}", "Comparison", part) for name in ("results.csv", "summary.md")]
    plots = [in_report(path, "Comparison", part) for path in compared_files(STUDY, folder)]
    return tables + plots if COMPARED else []


def rerun_command():
    """The words of the command that starts this study again."""
    # Relative where that can be: the page is for showing around.
    root = Path.cwd().resolve()
    files = [Path(file).resolve() for file in workflow.overwrite_configfiles]
    shown = [str(file.relative_to(root) if file.is_relative_to(root) else file) for file in files]
    return ["snakemake", "--cores", "1", *(word for file in shown for word in ("--configfile", file))]
