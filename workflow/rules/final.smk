# The best trials trained again with fresh seeds; only where the configuration has a section `final`.


checkpoint finalists:
    input:
        results=f"{RESULTS}/results.csv",
        study=ancient(f"{RESULTS}/study.json"),
    output:
        f"{RESULTS}/final/trials.csv",
    log:
        f"{LOGS}/final/finalists.log",
    conda:
        no_environment
    params:
        stage=stage("finalists.py"),
        final=[STUDY.final.top, STUDY.final.overrides] if STUDY.final else None,
    shell:
        "{params.stage:q} {input.study:q} 2> >(tee {log:q} >&2)"


rule final:
    input:
        runs_of_final,
        study=ancient(f"{RESULTS}/study.json"),
        trials=f"{RESULTS}/final/trials.csv",
    output:
        results=f"{RESULTS}/final/results.csv",
        best=f"{RESULTS}/final/best.yaml",
        summary=f"{RESULTS}/final/summary.md",
    log:
        f"{LOGS}/final/final.log",
    conda:
        no_environment
    params:
        stage=stage("final.py"),
        measure=STUDY.measure,
        runs=STUDY.final.runs if STUDY.final else None,
    shell:
        "{params.stage:q} {input.study:q} 2> >(tee {log:q} >&2)"
