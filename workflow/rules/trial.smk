# One run of one trial. The rule's command and the names of its inputs and parameters are part of what Snakemake
# compares to decide whether a finished run is still good: changing any of them would train everything again, so they
# are kept as they are (tests/unit/test_trial_rule.py).


rule trial:
    input:
        study=ancient(f"{RESULTS}/study.json"),
        params=ancient(f"{RESULTS}/trials/{{trial}}/params.json"),
    output:
        # `update`: not deleted beforehand. The runner itself decides whether a result that is there is still good.
        update(f"{RESULTS}/trials/{{trial}}/{{run}}/result.json"),
    log:
        # Snakemake deletes a job's log when it starts it again, so that this is not where the program's output goes.
        f"{LOGS}/trials/{{trial}}/{{run}}/runner.log",
    # Lost jobs (the runner killed, the node gone) are tried again beyond what failed runs are given.
    retries: OBJECTIVE["retries"] + 2
    conda:
        lambda wildcards: OBJECTIVE.get("conda")
    container:
        OBJECTIVE.get("container")
    envmodules:
        *OBJECTIVE.get("envmodules", []),
    threads: OBJECTIVE["threads"]
    resources:
        **asked_by_jobs(),
        attempt=lambda wildcards, attempt: attempt,
    params:
        contract=STUDY.objective["contract"],
        runner=runner_of_trial,
    shell:
        "{params.runner:q} --study {input.study:q} --attempt {resources.attempt}"
