"""trials_per_job: auto, the default: short runs are packed, long ones have a job each, and no promise suffers."""

import json
import time

import pytest

SCRIPT = """\
echo "$SNAKETUNE_TRIAL/$SNAKETUNE_RUN" >> calls.log
sleep "${DELAY:-0}"
case "$2" in ${BAD:-none}*) exit 1;; esac
echo "loss is $2"
"""


@pytest.fixture
def auto(project):
    """A study of cheap runs: 40 of a random search."""
    project.write("train.sh", SCRIPT)
    project.config["objective"] = {
        "command": "sh train.sh", "metric": "loss", "metrics": {"loss": "loss is (.*)"}, "code": ["train.sh"],
    }  # fmt: skip
    project.config["searches"] = {"random": {"strategy": "random", "n_trials": 40}}
    return project


def ran(project) -> int:
    """How many runs were really done since the last time this was asked; none of them twice."""
    calls = project.calls()
    assert set(calls.values()) <= {1}
    project.forget_calls()
    return len(calls)


def test_short_runs_are_packed_and_nothing_is_run_again(auto):
    outcome = auto.good_run()
    assert outcome.jobs["trial"] == 2 and outcome.jobs["pack"] == 1, "each core has one, to see how long it takes"
    assert 1 <= outcome.jobs["block"] <= 2
    assert ran(auto) == 40
    assert {row["round"] for row in auto.table("random/results.csv")} == {"0"}
    before = auto.timeless()
    assert auto.good_run().idle

    # More trials: they alone, in one job, since it is known how long they take; what is packed stays so.
    markers = {path: path.stat().st_mtime_ns for path in auto.result("random/rounds/0/blocks").iterdir()}
    auto.config["searches"]["random"]["n_trials"] = 50
    outcome = auto.good_run()
    assert (outcome.jobs["trial"], outcome.jobs["pack"], outcome.jobs["block"]) == (0, 0, 1)
    assert ran(auto) == 10
    assert {path: path.stat().st_mtime_ns for path in markers} == markers
    assert {row["trial"] for row in before} < {row["trial"] for row in auto.table()}
    assert auto.good_run().idle

    # Fewer; another search that shares them; how runs are packed; how metrics are read: nothing is trained.
    auto.config["searches"]["random"]["n_trials"] = 45
    auto.config["searches"]["again"] = {"strategy": "random", "n_trials": 30}
    auto.good_run()
    table = auto.timeless()
    for size in (1, 7, "auto"):
        auto.config["objective"]["trials_per_job"] = size
        outcome = auto.good_run()
        assert auto.timeless() == table
        assert auto.good_run().idle
    auto.config["objective"]["metrics"] = {"loss": "loss is ([0-9.]+)"}
    auto.good_run()
    assert ran(auto) == 0
    assert auto.good_run().idle

    # Other code: all again, as if nothing were known of it.
    auto.write("train.sh", SCRIPT + "# other\n")
    outcome = auto.good_run()
    assert outcome.jobs["trial"] >= 2 and outcome.jobs["block"] >= 1
    assert ran(auto) == 45
    assert auto.good_run().idle


def test_failed_runs_are_tried_again_alone(auto):
    auto.config["objective"]["env"] = {"BAD": "3"}
    auto.good_run()
    failed = sum(row["status"] == "failed" for row in auto.table())
    assert ran(auto) == 40 and failed > 1
    auto.good_run("--config", "retry=failed")
    assert ran(auto) == failed
    assert auto.good_run().idle


def test_killed_and_started_again(auto):
    auto.config["objective"]["env"] = {"DELAY": "0.2"}
    assert auto.killed_run(240, once=lambda: len(auto.calls()) >= 12)
    time.sleep(1)
    auto.good_run()
    calls = auto.calls()
    assert len(calls) == 40
    assert sum(calls.values()) <= 40 + 2, "what was under way, on two cores"
    assert len(auto.table()) == 40
    assert auto.good_run().idle


def test_long_runs_have_a_job_each_and_do_not_wait_for_the_slowest(auto):
    """The first run ends only when all others have begun (or after 90 s); they need not wait for its end."""
    all_begun = "timeout 90 sh -c 'until [ $(wc -l < calls.log) = 5 ]; do sleep 0.2; done'"
    auto.write("train.sh", SCRIPT.replace('sleep "${DELAY:-0}"', f"mkdir first 2>/dev/null && {all_begun} || sleep 6"))
    auto.config["searches"]["random"]["n_trials"] = 5
    outcome = auto.good_run(cores=3)
    assert (outcome.jobs["trial"], outcome.jobs["pack"], outcome.jobs["block"]) == (5, 1, 0)
    runs = auto.table("runs.csv")
    slowest = max(runs, key=lambda row: float(row["seconds"]))
    assert all(row["started"] < slowest["finished"] for row in runs)


def test_later_rounds_need_no_look_at_how_long_runs_take(auto):
    auto.config["searches"] = {"bayes": {"strategy": "bayes", "n_trials": 17, "n_initial_points": 9, "batch_size": 4}}
    outcome = auto.good_run()
    assert (outcome.jobs["trial"], outcome.jobs["pack"], outcome.jobs["block"]) == (2, 1, 3)
    assert ran(auto) == 17
    assert auto.good_run().idle

    # Other code: rounds are proposed anew from the results that it gives, while all of them are packed anew.
    auto.write("train.sh", SCRIPT + "# other\n")
    auto.good_run()
    assert ran(auto) == 17
    assert auto.good_run().idle


def test_rounds_of_a_study_from_before_stay(auto):
    """It was begun when a search that does not say its size of rounds had rounds of 250, and runs a job each."""
    auto.config["searches"]["random"]["batch_size"] = 250
    auto.config["searches"]["random"]["n_trials"] = 260
    auto.config["objective"]["trials_per_job"] = 50
    auto.good_run()
    for note in auto.result("random/rounds").glob("*/round.json"):
        content = json.loads(note.read_text())
        note.write_text(json.dumps({key: content[key] for key in ("ending", "fingerprint")}) + "\n")
        note.with_name(".sums").unlink()
    assert ran(auto) == 260
    del auto.config["searches"]["random"]["batch_size"], auto.config["objective"]["trials_per_job"]
    auto.good_run()
    auto.config["searches"]["random"]["n_trials"] = 270
    auto.good_run()
    assert ran(auto) == 10
    rounds = [row["round"] for row in auto.table("random/results.csv")]
    assert sorted(rounds) == ["0"] * 250 + ["1"] * 20
    assert auto.good_run().idle
