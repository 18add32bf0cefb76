import json
import shlex

import pages
from snaketune.page import data as page_data
from snaketune.page import page_payload


def payload(n=20, configuration=None, **options):
    return page_payload(*pages.sample(n, configuration, **options))


def test_it_is_strict_json_and_the_same_each_time():
    texts = {json.dumps(payload(failing=0.3), allow_nan=False) for _ in range(2)}
    assert len(texts) == 1


def test_rows_point_at_distinct_trials():
    shared = pages.config({"x": [1, 2]}, tags=(), searches=("one", "two"))
    found = payload(8, shared, failing=0)
    assert len(found["trial_of_row"]) == 8
    assert len(found["trials"]) == 2
    ids = next(column for column in found["columns"] if column["name"] == "trial")
    assert [found["trials"][i]["id"] for i in found["trial_of_row"]] == [ids["levels"][code] for code in ids["codes"]]


def test_each_run_has_its_value_and_its_command():
    found = payload(5, pages.config(replicates=3), failing=0)
    for trial in found["trials"]:
        assert [run["run"] for run in trial["runs"]] == ["r0", "r1", "r2"]
        assert len({run["values"][0] for run in trial["runs"]}) == 3
        assert all(shlex.split(run["command"])[:2] == ["python", "train.py"] for run in trial["runs"])


def test_the_environments_values_stay_out():
    assert "secret" not in json.dumps(payload())


def test_a_training_alone_is_offered_where_its_environment_is_snakemakes_own():
    assert shlex.split(payload()["alone"])[:4] == ["python", "-P", "-m", "snaketune.runner.alone"]
    configuration = pages.config()
    configuration["objective"]["envmodules"] = ["python/3.11"]
    assert payload(1, configuration)["alone"] is None


def test_words_of_the_command_are_quoted():
    arguments = pages.sample(1)
    found = page_payload(*arguments, ["snakemake", "--configfile", "my study.yaml"])
    assert shlex.split(found["command"]) == ["snakemake", "--configfile", "my study.yaml", "--config", "retry=TRIAL"]
    hosted = page_payload(*arguments, ["snakemake"], config_key="tune")
    assert shlex.split(hosted["command"]) == ["snakemake", "--config", "tune={retry: [TRIAL]}"]
    assert page_payload(*arguments, ["snakemake"], config_key=None)["command"] is None


def test_tails_are_bounded_and_as_a_terminal_shows_them():
    lines = [f"line {i}" for i in range(50)] + ["\x1b[31mred\x1b[0m", " 10%\r 50%\r100%\r", ""]
    found = payload(30, tail=lines, failing=0.5)
    tails = {run["status"]: run["tail"] for trial in found["trials"] for run in trial["runs"]}
    assert tails["complete"].splitlines() == ["line 47", "line 48", "line 49", "red", "100%"]
    assert len(tails["failed"].splitlines()) == 20


def test_many_long_tails_share_a_budget(monkeypatch):
    monkeypatch.setattr(page_data, "ALL_TAILS", 30_000)
    found = payload(30, tail=["x" * 4000], failing=1)
    tails = [run["tail"] for trial in found["trials"] for run in trial["runs"]]
    assert {len(tail) for tail in tails} == {1000} == {found["rules"]["tail_characters"]}


def test_curves_go_to_the_best_trials_first(monkeypatch):
    monkeypatch.setattr(page_data, "CURVE_TRIALS", 3)
    study, trials_of, *_ = pages.sample(20, failing=0.3)
    best = sorted((t for t in trials_of["random"] if t.complete), key=lambda t: -t.metrics["val_accuracy"])[:3]
    assert page_data.with_curves(trials_of, study) == [trial.trial for trial in best]


def test_a_very_long_command_is_left_out():
    study, trials_of, endings, runs, curves, tails = pages.sample(1)
    (run,) = next(iter(runs.values()))
    run.record.command.append("x" * 100_000)
    assert page_payload(study, trials_of, endings, runs, curves, tails)["trials"][0]["runs"][0]["command"] is None
