# What the files hold that trials depend on and that other rules make (objective.inputs). A checkpoint: whatever follows
# from it is known only then.

if STUDY.inputs:

    checkpoint inputs:
        input:
            lambda wildcards: list(STUDY.inputs),
        output:
            LAYOUT.inputs,
        log:
            f"{LOGS}/inputs.log",
        conda:
            no_environment
        params:
            stage=stage("inputs.py"),
        shell:
            "{params.stage:q} {output:q} {input:q} 2> >(tee {log:q} >&2)"
