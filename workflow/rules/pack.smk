# How the runs of a round are packed into jobs, where that was not known when it was proposed: it follows from how long
# the first ones take (objective.trials_per_job: auto).


checkpoint pack:
    input:
        before_wave,
        study=ancient(LAYOUT.study),
        trials=ancient(LAYOUT.proposed("{search}", "{round}")),
    output:
        # `update`: not deleted beforehand. What holds of it stays.
        update(LAYOUT.wave("{search}", "{round}", "{wave}")),
    log:
        f"{LOGS}/{{search}}/rounds/{{round}}/waves/{{wave}}.log",
    conda:
        no_environment
    # It needs no core of its own: the first time it merely looks on while the first runs go on.
    threads: 0
    params:
        stage=stage("pack.py"),
    shell:
        "{params.stage:q} {input.study:q} {wildcards.search} {wildcards.round} {wildcards.wave} 2> >(tee {log:q} >&2)"
