# The best trials trained again with fresh seeds; only where the configuration has a section `final`.


checkpoint finalists:
    input:
        results=LAYOUT.results(),
        study=ancient(LAYOUT.study),
    output:
        LAYOUT.finalists,
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
        lambda wildcards: all_asked(NOW.graph.results_of_final()),
        study=ancient(LAYOUT.study),
        trials=LAYOUT.finalists,
    output:
        results=LAYOUT.results("final"),
        best=LAYOUT.file("best.yaml", "final"),
        summary=LAYOUT.file("summary.md", "final"),
    log:
        f"{LOGS}/final/final.log",
    conda:
        no_environment
    params:
        stage=stage("final.py"),
        measure=STUDY.measure,
        runs=tuple(map(str, STUDY.final.runs)) if STUDY.final else None,
    shell:
        "{params.stage:q} {input.study:q} 2> >(tee {log:q} >&2)"
