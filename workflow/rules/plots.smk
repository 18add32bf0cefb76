# From tables to pictures. Which ones there are follows from the configuration alone.
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


rule importance:
    input:
        results=f"{RESULTS}/results.csv",
        study=ancient(f"{RESULTS}/study.json"),
    output:
        importances=f"{RESULTS}/importances.csv",
        interactions=f"{RESULTS}/interactions.csv",
    log:
        f"{LOGS}/importance.log",
    params:
        reading=STUDY.reading,
    shell:
        "{PYTHON:q} {SCRIPTS:q}/importance.py {input.study:q} 2> >(tee {log:q} >&2)"


rule importance_of_search:
    input:
        results=f"{RESULTS}/{{search}}/results.csv",
        study=ancient(f"{RESULTS}/study.json"),
    output:
        importances=f"{RESULTS}/{{search}}/importances.csv",
        interactions=f"{RESULTS}/{{search}}/interactions.csv",
    log:
        f"{LOGS}/{{search}}/importance.log",
    params:
        reading=STUDY.reading,
    shell:
        "{PYTHON:q} {SCRIPTS:q}/importance.py {input.study:q} {wildcards.search} 2> >(tee {log:q} >&2)"


if files_of(STUDY, RESULTS):

    rule plots:
        input:
            results=f"{RESULTS}/results.csv",
            importances=f"{RESULTS}/importances.csv",
            study=ancient(f"{RESULTS}/study.json"),
        output:
            for_report(),
        log:
            f"{LOGS}/plots.log",
        params:
            options=[STUDY.plots.fingerprint, STUDY.reading],
        shell:
            "{PYTHON:q} {SCRIPTS:q}/plots.py {input.study:q} '' {output:q} 2> >(tee {log:q} >&2)"


# Searches differ in what there is to show, so each has a rule with outputs of its own.
for owner in STUDY.searches:
    if files_of(STUDY, RESULTS, owner):

        rule:
            name:
                f"plots_{owner}"
            input:
                results=f"{RESULTS}/{owner}/results.csv",
                importances=f"{RESULTS}/{owner}/importances.csv",
                study=ancient(f"{RESULTS}/study.json"),
            output:
                for_report(owner),
            log:
                f"{LOGS}/{owner}/plots.log",
            params:
                options=[STUDY.plots.fingerprint, STUDY.reading],
                search=owner,
            shell:
                "{PYTHON:q} {SCRIPTS:q}/plots.py {input.study:q} {params.search} {output:q} 2> >(tee {log:q} >&2)"
