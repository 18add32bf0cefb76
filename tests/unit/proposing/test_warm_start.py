"""What a search starts from: the rows of earlier tables, as observations."""

from snaketune.proposing.warm_start import warm_observations

BAYES = {"strategy": "bayes", "n_trials": 4, "warm_start": ["old.csv"]}


def test_rows_of_a_table_with_budgets_are_observations_of_parts_of_the_training(made, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "old.csv").write_text(
        "bracket,rung,budget,x,o,loss\n0,0,3,1,a,0.5\n0,0,3,2,a,0.75\n0,1,9,2,a,0.25\n0,0,3,2,a,0.75\n"
    )
    study = made(searches={"b": BAYES}).study
    found, notes = warm_observations(study, study.searches["b"], tmp_path)
    assert [(each.params["x"], each.values, each.budget) for each in found] == [(1, (0.5,), 1 / 3), (2, (0.25,), 1.0)]
    assert notes == []
