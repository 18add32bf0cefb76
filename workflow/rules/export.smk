# From results to files for other tools, which are replaced as a whole: none of them is written into while it is open.

from snaketune.session import exported_of


# Behind each round that is gathered while the study goes on; an export that fails is no reason to stop that.
rule export_round:
    input:
        results=LAYOUT.gathered("{search}", "{round}"),
        study=ancient(LAYOUT.study),
    output:
        LAYOUT.exported("{search}", "{round}"),
    log:
        f"{LOGS}/{{search}}/rounds/{{round}}/export.log",
    conda:
        no_environment
    params:
        stage=stage("export.py"),
    shell:
        "{params.stage:q} {input.study:q} {output:q} 2> >(tee {log:q} >&2)"


if STUDY.exports.wanted:

    rule export:
        input:
            results=LAYOUT.results(),
            runs=LAYOUT.file("runs.csv"),
            study=ancient(LAYOUT.study),
        output:
            # `update`: not deleted beforehand. What has not changed stays as it is.
            update(exported_of(STUDY, LAYOUT)),
        log:
            f"{LOGS}/export.log",
        # Before the verdict, which may be an error.
        priority: 1
        conda:
            no_environment
        params:
            stage=stage("export.py"),
            options=[STUDY.exports.fingerprint, STUDY.reading],
        shell:
            "{params.stage:q} {input.study:q} 2> >(tee {log:q} >&2)"
