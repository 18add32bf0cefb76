# Targets that run nothing: `snakemake plan` says what would be run, `snakemake status` how far it is.


rule plan:
    input:
        study=f"{RESULTS}/study.json",
    log:
        f"{LOGS}/plan.log",
    params:
        stage=stage("plan.py"),
    conda:
        no_environment
    shell:
        "{params.stage:q} {input.study:q} 2> >(tee {log:q} >&2)"


rule status:
    log:
        f"{LOGS}/status.log",
    params:
        stage=stage("status.py"),
        study=f"{RESULTS}/study.json",
    conda:
        no_environment
    shell:
        "{params.stage:q} {params.study} 2> >(tee {log:q} >&2)"
