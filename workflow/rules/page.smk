# From results to the one page.


rule page:
    input:
        results=f"{RESULTS}/results.csv",
        runs=f"{RESULTS}/runs.csv",
        study=ancient(f"{RESULTS}/study.json"),
    output:
        report(
            f"{RESULTS}/report.html",
            caption="../report/page.rst",
            category="Page",
            labels={"page": "All trials to look around in", "format": "html"},
        ),
    log:
        f"{LOGS}/page.log",
    conda:
        no_environment
    params:
        stage=stage("page.py"),
        reading=STUDY.reading,
        command=rerun_command(),
    shell:
        "{params.stage:q} {input.study:q} {output:q} {params.command:q} 2> >(tee {log:q} >&2)"
