# From finished runs to tables.


rule gather:
    input:
        done_of_round,
        study=ancient(f"{RESULTS}/study.json"),
        trials=f"{RESULTS}/{{search}}/rounds/{{round}}/trials.csv",
    output:
        f"{RESULTS}/{{search}}/rounds/{{round}}/results.csv",
    log:
        f"{LOGS}/{{search}}/rounds/{{round}}/gather.log",
    conda:
        no_environment
    params:
        stage=stage("gather.py"),
        measure=STUDY.measure,
    shell:
        "{params.stage:q} {input.study:q} {wildcards.search} {wildcards.round} 2> >(tee {log:q} >&2)"


rule aggregate:
    input:
        rounds=proposed_rounds,
        proposal=next_round,
        study=ancient(f"{RESULTS}/study.json"),
    output:
        **pareto_table(f"{RESULTS}/{{search}}"),
        **main_tables(f"{RESULTS}/{{search}}", "Search {search}"),
        best=f"{RESULTS}/{{search}}/best.yaml",
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
        searches=expand(f"{RESULTS}/{{search}}/results.csv", search=STUDY.searches),
        study=ancient(f"{RESULTS}/study.json"),
    output:
        **pareto_table(RESULTS),
        results=table_in_report(f"{RESULTS}/results.csv", "Tables", "The study"),
        top=table_in_report(f"{RESULTS}/top.csv", "Tables", "The study"),
        runs=f"{RESULTS}/runs.csv",
        best=f"{RESULTS}/best.yaml",
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
        study=ancient(f"{RESULTS}/study.json"),
        results=f"{RESULTS}/results.csv",
        importances=importances_drawn(),
    output:
        table_in_report(f"{RESULTS}/summary.md", "Tables", "The study"),
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
        results=f"{RESULTS}/results.csv",
        study=ancient(f"{RESULTS}/study.json"),
    output:
        f"{RESULTS}/outcome.json",
    log:
        f"{LOGS}/check.log",
    conda:
        no_environment
    params:
        stage=stage("check.py"),
    shell:
        "{params.stage:q} {input.study:q} {output:q} 2> >(tee {log:q} >&2)"
