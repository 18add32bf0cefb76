# From finished runs to tables.


rule gather:
    input:
        lambda wildcards: all_asked(NOW.graph.done_of_round(wildcards.search, int(wildcards.round))),
        # Nothing, but not before all of the round's runs are packed into jobs.
        lambda wildcards: NOW.graph.next_wave(wildcards.search, int(wildcards.round)),
        study=ancient(LAYOUT.study),
        trials=LAYOUT.proposed("{search}", "{round}"),
    output:
        LAYOUT.gathered("{search}", "{round}"),
    log:
        f"{LOGS}/{{search}}/rounds/{{round}}/gather.log",
    conda:
        no_environment
    params:
        stage=stage("gather.py"),
        measure=lambda wildcards: STUDY.measure_of(wildcards.search, int(wildcards.round)),
    shell:
        "{params.stage:q} {input.study:q} {wildcards.search} {wildcards.round} 2> >(tee {log:q} >&2)"


rule aggregate:
    input:
        rounds=lambda wildcards: all_asked(NOW.graph.gathered(wildcards.search)),
        proposal=lambda wildcards: NOW.graph.next_round(wildcards.search),
        study=ancient(LAYOUT.study),
        # Not to be deleted (temp) while there are trials.
        inputs=ancient(STUDY.inputs),
    output:
        **tables_of_some(STUDY, LAYOUT, "{search}"),
        results=table_in_report("results.csv", "{search}"),
        top=table_in_report("top.csv", "{search}"),
        summary=table_in_report("summary.md", "{search}"),
        best=LAYOUT.file("best.yaml", "{search}"),
    log:
        f"{LOGS}/{{search}}/aggregate.log",
    conda:
        no_environment
    params:
        stage=stage("tables.py"),
        reading=STUDY.reading,
    shell:
        "{params.stage:q} {input.study:q} {wildcards.search} 2> >(tee {log:q} >&2)"


rule combine:
    input:
        searches=[LAYOUT.results(search) for search in STUDY.searches],
        study=ancient(LAYOUT.study),
    output:
        **tables_of_some(STUDY, LAYOUT),
        results=table_in_report("results.csv"),
        top=table_in_report("top.csv"),
        runs=LAYOUT.file("runs.csv"),
        best=LAYOUT.file("best.yaml"),
    log:
        f"{LOGS}/combine.log",
    conda:
        no_environment
    params:
        stage=stage("tables.py"),
        reading=STUDY.reading,
    shell:
        "{params.stage:q} {input.study:q} 2> >(tee {log:q} >&2)"


rule summary:
    input:
        study=ancient(LAYOUT.study),
        results=LAYOUT.results(),
        # Shown in the summary if there is a plot of them.
        importances=[LAYOUT.file("importances.csv")] if "importances" in names_of(STUDY) else [],
        models=models_of(STUDY, LAYOUT),
    output:
        table_in_report("summary.md"),
    log:
        f"{LOGS}/summary.log",
    conda:
        no_environment
    params:
        stage=stage("summary.py"),
        reading=STUDY.reading,
    shell:
        "{params.stage:q} {input.study:q} {input.importances:q} 2> >(tee {log:q} >&2)"


rule check:
    input:
        results=LAYOUT.results(),
        study=ancient(LAYOUT.study),
        # Whatever its verdict, it comes last. Not ancient: Snakemake overlooks the changed inputs of a job that has others
        # still to be made if these are all ancient.
        shown=shown_of(STUDY, LAYOUT),
    output:
        LAYOUT.file("outcome.json"),
    log:
        f"{LOGS}/check.log",
    conda:
        no_environment
    params:
        stage=stage("check.py"),
    shell:
        "{params.stage:q} {input.study:q} {output:q} 2> >(tee {log:q} >&2)"
