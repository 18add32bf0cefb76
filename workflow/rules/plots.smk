# From tables to pictures. Which ones there are follows from the configuration alone.


rule importance:
    input:
        results=LAYOUT.results(),
        study=ancient(LAYOUT.study),
    output:
        importances=LAYOUT.file("importances.csv"),
        interactions=LAYOUT.file("interactions.csv"),
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
        results=LAYOUT.results("{search}"),
        study=ancient(LAYOUT.study),
    output:
        importances=LAYOUT.file("importances.csv", "{search}"),
        interactions=LAYOUT.file("interactions.csv", "{search}"),
    log:
        f"{LOGS}/{{search}}/importance.log",
    conda:
        no_environment
    params:
        stage=stage("importance.py"),
        reading=STUDY.reading,
    shell:
        "{params.stage:q} {input.study:q} {wildcards.search} 2> >(tee {log:q} >&2)"


if names_of(STUDY):

    rule plots:
        input:
            results=LAYOUT.results(),
            importances=LAYOUT.file("importances.csv"),
            models=models_of(STUDY, LAYOUT),
            study=ancient(LAYOUT.study),
        output:
            plots_in_report(),
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
    if names_of(STUDY, owner):

        rule:
            name:
                f"plots_{owner}"
            input:
                results=LAYOUT.results(owner),
                importances=LAYOUT.file("importances.csv", owner),
                models=models_of(STUDY, LAYOUT, owner),
                study=ancient(LAYOUT.study),
            output:
                plots_in_report(owner),
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
