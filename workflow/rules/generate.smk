# From the configuration to rounds of trials.


checkpoint generate:
    input:
        study=ancient(f"{RESULTS}/study.json"),
        earlier=earlier_rounds,
    output:
        trials=f"{RESULTS}/{{search}}/rounds/{{round}}/trials.csv",
        round=f"{RESULTS}/{{search}}/rounds/{{round}}/round.json",
    log:
        f"{LOGS}/{{search}}/rounds/{{round}}/generate.log",
    conda:
        no_environment
    params:
        stage=stage("generate.py"),
        search=lambda wildcards: STUDY.searches[wildcards.search].fingerprint,
        size=lambda wildcards: STUDY.searches[wildcards.search].round_size(int(wildcards.round)),
    shell:
        "{params.stage:q} {input.study:q} {wildcards.search} {wildcards.round} 2> >(tee {log:q} >&2)"
