"""The tables and texts of a study on disk."""

from snaketune.files import csv_columns, csv_text, write_text
from snaketune.results.study import read_results
from snaketune.results.writing import write_summary


def test_the_cpu_time_is_that_of_the_runs_whether_or_not_tables_have_it(made):
    study = made(objective={"replicates": 2})
    study.finish(lambda params, run: {"status": "complete", "metrics": {"loss": params["x"]}, "cpu_seconds": 0.75})
    write_summary(read_results(study.layout, study.study), study.layout.root)
    text = study.layout.file("summary.md").read_text()
    assert "9 trials (4 shared between searches) of 2 runs each" in text
    assert "13.5 seconds of CPU time." in text
    table = study.layout.gathered("grid", 0)
    columns = csv_columns(table)
    del columns["cpu_seconds"]  # as tables were before
    write_text(table, csv_text(list(columns), zip(*columns.values(), strict=True)))
    before = read_results(study.layout, study.study)
    assert {trial.cpu_seconds for trial in before.trials_of["grid"]} == {None}
    write_summary(before, study.layout.root)
    assert study.layout.file("summary.md").read_text() == text
