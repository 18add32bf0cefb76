# From results to the one page.


rule page:
    input:
        results=LAYOUT.results(),
        runs=LAYOUT.file("runs.csv"),
        study=ancient(LAYOUT.study),
        # Shown on cards of their own, where there are such things.
        importances=[LAYOUT.file("importances.csv")] if "importances" in names_of(STUDY) else [],
        models=models_of(STUDY, LAYOUT),
        final=[LAYOUT.results("final")] if STUDY.final else [],
    output:
        report(
            LAYOUT.file("report.html"),
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
        optima=[metric.optimum for metric in STUDY.metrics],
        command=command_to_go_on,
    shell:
        "{params.stage:q} {input.study:q} {output:q} {params.command:q} 2> >(tee {log:q} >&2)"
