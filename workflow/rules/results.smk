# From finished runs to tables.


def pareto_table(folder):
    """The output that only a study with several objectives has."""
    return {"pareto": f"{folder}/pareto.csv"} if len(STUDY.metrics) > 1 else {}


rule gather:
    input:
        done_of_round,
        study=ancient(f"{RESULTS}/study.json"),
        trials=f"{RESULTS}/{{search}}/rounds/{{round}}/trials.csv",
    output:
        f"{RESULTS}/{{search}}/rounds/{{round}}/results.csv",
    log:
        f"{LOGS}/{{search}}/rounds/{{round}}/gather.log",
    params:
        measure=STUDY.measure,
    shell:
        "{PYTHON:q} {SCRIPTS:q}/gather.py {input.study:q} {wildcards.search} {wildcards.round} 2> >(tee {log:q} >&2)"


rule aggregate:
    input:
        rounds=rounds_of_search,
        study=ancient(f"{RESULTS}/study.json"),
    output:
        results=f"{RESULTS}/{{search}}/results.csv",
        best=f"{RESULTS}/{{search}}/best.yaml",
        top=f"{RESULTS}/{{search}}/top.csv",
        summary=f"{RESULTS}/{{search}}/summary.md",
        **pareto_table(f"{RESULTS}/{{search}}"),
    log:
        f"{LOGS}/{{search}}/aggregate.log",
    params:
        reading=STUDY.reading,
    shell:
        "{PYTHON:q} {SCRIPTS:q}/tables.py {input.study:q} {wildcards.search} 2> >(tee {log:q} >&2)"


rule combine:
    input:
        searches=expand(f"{RESULTS}/{{search}}/results.csv", search=STUDY.searches),
        study=ancient(f"{RESULTS}/study.json"),
    output:
        results=f"{RESULTS}/results.csv",
        runs=f"{RESULTS}/runs.csv",
        best=f"{RESULTS}/best.yaml",
        top=f"{RESULTS}/top.csv",
        summary=f"{RESULTS}/summary.md",
        **pareto_table(RESULTS),
    log:
        f"{LOGS}/combine.log",
    params:
        reading=STUDY.reading,
    shell:
        "{PYTHON:q} {SCRIPTS:q}/tables.py {input.study:q} 2> >(tee {log:q} >&2)"


rule check:
    input:
        results=f"{RESULTS}/results.csv",
        study=ancient(f"{RESULTS}/study.json"),
    output:
        f"{RESULTS}/outcome.json",
    log:
        f"{LOGS}/check.log",
    shell:
        "{PYTHON:q} {SCRIPTS:q}/check.py {input.study:q} {output:q} 2> >(tee {log:q} >&2)"
