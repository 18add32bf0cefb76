# A target of its own: `snakemake compare --config 'studies=[one, other]'` puts finished studies side by side.


rule compare:
    input:
        results=expand(
            "{results}/{study}/{table}.csv", results=RESULTS_OF_ALL, study=COMPARED, table=["results", "runs"]
        ),
        studies=ancient(expand("{results}/{study}/study.json", results=RESULTS_OF_ALL, study=COMPARED)),
        study=ancient(LAYOUT.study),
    output:
        compared_in_report(),
    log:
        LAYOUT.logs.with_name(f"{COMPARISON}.log"),
    conda:
        no_environment
    params:
        stage=stage("compare.py"),
        options=STUDY.plots.fingerprint,
        folder=str(RESULTS_OF_ALL / COMPARISON),
        studies=COMPARED,
    shell:
        "{params.stage:q} {input.study:q} {params.folder:q} {params.studies:q} 2> >(tee {log:q} >&2)"
