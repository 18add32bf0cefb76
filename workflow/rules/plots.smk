# From tables to pictures. Which ones there are follows from the configuration alone.


rule importance:
    input:
        results=f"{RESULTS}/results.csv",
        study=ancient(f"{RESULTS}/study.json"),
    output:
        importances=f"{RESULTS}/importances.csv",
        interactions=f"{RESULTS}/interactions.csv",
    log:
        f"{LOGS}/importance.log",
    conda:
        no_environment
    params:
        stage=stage("importance.py"),
        reading=STUDY.reading,
    shell:
        "{params.stage:q} {input.study:q} 2> >(tee {log:q} >&2)"


rule importance_of_search:
    input:
        results=f"{RESULTS}/{{search}}/results.csv",
        study=ancient(f"{RESULTS}/study.json"),
    output:
        importances=f"{RESULTS}/{{search}}/importances.csv",
        interactions=f"{RESULTS}/{{search}}/interactions.csv",
    log:
        f"{LOGS}/{{search}}/importance.log",
    conda:
        no_environment
    params:
        stage=stage("importance.py"),
        reading=STUDY.reading,
    shell:
        "{params.stage:q} {input.study:q} {wildcards.search} 2> >(tee {log:q} >&2)"


if files_of(STUDY, RESULTS):

    rule plots:
        input:
            results=f"{RESULTS}/results.csv",
            importances=f"{RESULTS}/importances.csv",
            study=ancient(f"{RESULTS}/study.json"),
        output:
            for_report(),
        log:
            f"{LOGS}/plots.log",
        conda:
            no_environment
        params:
            stage=stage("plots.py"),
            options=[STUDY.plots.fingerprint, STUDY.reading],
        shell:
            "{params.stage:q} {input.study:q} '' {output:q} 2> >(tee {log:q} >&2)"


# Searches differ in what there is to show, so each has a rule with outputs of its own.
for owner in STUDY.searches:
    if files_of(STUDY, RESULTS, owner):

        rule:
            name:
                f"plots_{owner}"
            input:
                results=f"{RESULTS}/{owner}/results.csv",
                importances=f"{RESULTS}/{owner}/importances.csv",
                study=ancient(f"{RESULTS}/study.json"),
            output:
                for_report(owner),
            log:
                f"{LOGS}/{owner}/plots.log",
            conda:
                no_environment
            params:
                stage=stage("plots.py"),
                options=[STUDY.plots.fingerprint, STUDY.reading],
                search=owner,
            shell:
                "{params.stage:q} {input.study:q} {params.search} {output:q} 2> >(tee {log:q} >&2)"
