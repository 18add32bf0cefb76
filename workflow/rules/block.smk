# Several short runs in one job (objective.trials_per_job): the same runs as the rule `trial` would do, one after the
# other or, if the job has several cores, as many at a time. A marker tells that all of them are done.


rule block:
    input:
        study=ancient(LAYOUT.study),
        trials=ancient(LAYOUT.proposed("{search}", "{round}")),
    output:
        LAYOUT.block("{search}", "{round}", "{block}"),
    log:
        f"{LOGS}/{{search}}/rounds/{{round}}/blocks/{{block}}.log",
    retries: OBJECTIVE["retries"] + 2
    conda:
        lambda wildcards: OBJECTIVE.get("conda")
    container:
        OBJECTIVE.get("container")
    envmodules:
        *OBJECTIVE.get("envmodules", []),
    threads: OBJECTIVE["threads"]
    resources:
        **asked_by_jobs(runs_of_block),
        attempt=lambda wildcards, attempt: attempt,
    params:
        contract=STUDY.objective["contract"],
        runs=runs_of_block,
        runner=runner_of_block,
    shell:
        "{params.runner:q} --study {input.study:q} --marker {output:q} --log {log:q} --at-once {threads}"
        " --attempt {resources.attempt} -- {params.runs}"
