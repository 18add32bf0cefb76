# Several short runs in one job (objective.trials_per_job): the same runs as the rule `trial` would do, one after the
# other or, if the job has several cores, as many at a time. A marker tells that all of them are done.
from snaketune.results.blocks import block, block_count

BLOCK_SIZE = OBJECTIVE["trials_per_job"]
BLOCK_SCRIPT = RUNNER.with_name("block.py")


def done_of_round(wildcards):
    """What tells that all runs of a round are done: their results or, where runs are packed, their blocks' markers."""
    results = runs_of_round(wildcards)
    if BLOCK_SIZE == 1:
        return results
    count = block_count(len(results), BLOCK_SIZE)
    return [str(LAYOUT.block(wildcards["search"], wildcards["round"], index)) for index in range(count)]


def runs_of_block(wildcards):
    """The runs of a block, as <trial>/<run>."""
    trials = proposed_ids(LAYOUT.proposed(wildcards.search, wildcards.round))
    return block([f"{trial}/{run}" for trial in trials for run in STUDY.runs], int(wildcards.block), BLOCK_SIZE)


rule block:
    input:
        study=ancient(f"{RESULTS}/study.json"),
        trials=ancient(f"{RESULTS}/{{search}}/rounds/{{round}}/trials.csv"),
    output:
        f"{RESULTS}/{{search}}/rounds/{{round}}/blocks/{{block}}.done",
    log:
        f"{LOGS}/{{search}}/rounds/{{round}}/blocks/{{block}}.log",
    params:
        contract=STUDY.objective["contract"],
        runs=runs_of_block,
    retries: OBJECTIVE["retries"] + 2
    threads: OBJECTIVE["threads"]
    resources:
        **{name: asked_by_block(resource) for name, resource in STUDY.resources.items()},
        attempt=lambda wildcards, attempt: attempt,
    conda:
        lambda wildcards: OBJECTIVE.get("conda")
    container:
        OBJECTIVE.get("container")
    envmodules:
        *OBJECTIVE.get("envmodules", []),
    shell:
        "{RUNNER_PYTHON:q} {BLOCK_SCRIPT:q} --study {input.study:q} --logs {LOGS} --marker {output:q} --log {log:q}"
        " --at-once {threads} --attempt {resources.attempt} -- {params.runs}"
