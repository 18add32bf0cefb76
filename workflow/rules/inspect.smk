# Targets that run nothing: `snakemake plan` says what would be run, `snakemake status` how far it is.


rule plan:
    input:
        study=f"{RESULTS}/study.json",
    log:
        f"{LOGS}/plan.log",
    shell:
        "{PYTHON:q} {SCRIPTS:q}/plan.py {input.study:q} 2> >(tee {log:q} >&2)"


rule status:
    log:
        f"{LOGS}/status.log",
    shell:
        "{PYTHON:q} {SCRIPTS:q}/status.py {RESULTS}/study.json 2> >(tee {log:q} >&2)"
