# Targets that run nothing: `snakemake plan` says what would be run, `snakemake status` how far it is, and
# `snakemake peek` makes tables and pictures of what there is so far.


rule plan:
    input:
        study=LAYOUT.study,
    log:
        f"{LOGS}/plan.log",
    conda:
        no_environment
    params:
        stage=stage("plan.py"),
        place="here" if HERE else "cluster",
        # What is computed for each trial has no such value; the study's own resources are of that kind.
        given=lambda wildcards: [
            f"{name}={resource.raw}"
            for name, resource in workflow.get_rule(
                NAMES["trial" if STUDY.trials_per_job in ("auto", 1) else "block"]
            ).resources.items()
            if resource.raw is not None
        ],
    shell:
        "{params.stage:q} {input.study:q} {params.place} {params.given:q} 2> >(tee {log:q} >&2)"


rule status:
    log:
        f"{LOGS}/status.log",
    conda:
        no_environment
    params:
        stage=stage("status.py"),
        study=str(LAYOUT.study),
        owner=lambda wildcards: NOW.session.lock.owner or "",
    shell:
        "{params.stage:q} {params.study:q} {params.owner:q} 2> >(tee {log:q} >&2)"


rule peek:
    log:
        f"{LOGS}/peek.log",
    conda:
        no_environment
    params:
        stage=stage("peek.py"),
        study=str(LAYOUT.study),
        command=command_to_go_on,
    shell:
        "{params.stage:q} {params.study:q} {params.command:q} 2> >(tee {log:q} >&2)"
