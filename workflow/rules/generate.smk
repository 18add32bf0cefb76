# From the configuration to rounds of trials.


checkpoint generate:
    input:
        study=ancient(LAYOUT.study),
        earlier=before_round,
    output:
        trials=LAYOUT.proposed("{search}", "{round}"),
        # `update`: not deleted beforehand. How the runs that were there are packed into jobs stays as it is.
        round=update(LAYOUT.ending("{search}", "{round}")),
    log:
        f"{LOGS}/{{search}}/rounds/{{round}}/generate.log",
    conda:
        no_environment
    params:
        stage=stage("generate.py"),
        search=lambda wildcards: STUDY.searches[wildcards.search].fingerprint,
        size=lambda wildcards: STUDY.searches[wildcards.search].asked_of(int(wildcards.round)),
    shell:
        "{params.stage:q} {input.study:q} {wildcards.search} {wildcards.round} 2> >(tee {log:q} >&2)"
