# From results to the one page.


def rerun_command():
    """The words of the command that starts this study again."""
    files = [word for file in workflow.overwrite_configfiles for word in ("--configfile", str(file))]
    return ["snakemake", "--cores", "1", *files]


rule page:
    input:
        results=f"{RESULTS}/results.csv",
        runs=f"{RESULTS}/runs.csv",
        study=ancient(f"{RESULTS}/study.json"),
    output:
        f"{RESULTS}/report.html",
    log:
        f"{LOGS}/page.log",
    params:
        reading=STUDY.reading,
        command=rerun_command(),
    shell:
        "{PYTHON:q} {SCRIPTS:q}/page.py {input.study:q} {output:q} {params.command:q} 2> >(tee {log:q} >&2)"
