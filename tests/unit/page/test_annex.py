import json

import pages
from snaketune.page.annex import annex_payload, final_part, timeline
from snaketune.page.provenance import provenance, versions


def runs_of(n, configuration=None):
    study, _, _, runs, *_ = pages.sample(n, configuration)
    return study, [run for listed in runs.values() for run in listed]


def test_only_parts_that_there_are():
    _, runs = runs_of(3)
    assert list(annex_payload(runs)) == ["timeline"]
    assert annex_payload([]) == {}
    rows = [{"parameter": "lr", "fanova": "0.5", "fanova_sd": "", "note": ""}]
    found = annex_payload(runs, rows, [], {"facts": []})
    assert found["importances"] == [{"parameter": "lr", "fanova": 0.5, "fanova_sd": None, "note": ""}]
    assert found["final"]["rows"] == []


def test_the_timeline_counts_from_the_first_start_and_knows_hosts():
    _, runs = runs_of(3)
    found = timeline(runs)
    begun = [int(run.record.started[11:13]) * 3600 + int(run.record.started[14:16]) * 60 for run in runs]
    assert found["start"] == [second - begun[0] for second in begun] and found["seconds"] == [50.0, 50.0, 50.0]
    assert (found["begin"], found["hosts"], found["host"]) == ("2026-01-01T00:00:00.000Z", ["node7"], [0, 0, 0])
    assert "devices" not in found


def test_a_final_training_without_a_value_has_no_winner():
    row = {"searched_as": "t1", "status": "failed", "reason": "exit code 1"}
    row |= {"search_value": "1", "search_se": "", "final_value": "", "final_se": ""}
    assert final_part([row])["says"] == "No final training is complete."
    assert final_part([row | {"final_value": "2"}])["rows"][0]["final_value"] == 2


def test_provenance_names_code_and_machines_and_keeps_secrets():
    configuration = pages.config()
    configuration["objective"]["threads"] = 4
    study, trials_of, *_ = pages.sample(3, configuration)
    trials = [trial for listed in trials_of.values() for trial in listed]
    found = provenance(
        study, trials, ["snakemake", "--configfile", "my study.yaml"], {"Python": "3.12.1", "numpy": "2.0"}
    )
    facts = dict(found["facts"])
    assert facts["ran on"] == "node7 (3 trials)" and facts["packages"] == "numpy 2.0" and facts["Python"] == "3.12.1"
    assert facts["first run began"] == "2026-01-01T00:00:00.000Z"
    assert found["command"] == "snakemake --configfile 'my study.yaml'"
    assert "threads: 4" in found["configuration"] and "TOKEN: (not shown)" in found["configuration"]
    assert "secret" not in json.dumps(found)


def test_versions_are_those_of_what_is_installed():
    assert {"Python", "platform", "snaketune", "snakemake", "numpy"} <= set(versions())
