"""How the runs of a round come to be packed, and what becomes of what was made of the round before."""

import subprocess
import sys
from pathlib import Path

import pytest
from snaketune.config.read import save_study
from snaketune.proposing.packed import PackedRounds
from snaketune.session.hopeless import note_session
from snaketune.session.packing import pack, pack_proposed

SCRIPTS = Path(__file__).parents[3] / "scripts"


@pytest.fixture
def study(made):
    return made(
        objective={"trials_per_job": 2},
        space={"x": {"type": "uniform", "low": 0, "high": 1}},
        searches={"s": {"strategy": "random", "n_trials": 6, "batch_size": 3}},
    )


def generate(study, number):
    save_study(study.study, study.layout.study)
    script = [sys.executable, str(SCRIPTS / "generate.py"), str(study.layout.study), "s", str(number)]
    subprocess.run(script, check=True, cwd=study.layout.root.parents[1])


def test_a_wave_that_is_no_longer_needed_is_an_empty_plan(study):
    """Its job may come when the round has been proposed anew, and packed as a whole by what is known meanwhile."""
    rows = study.propose("s")
    for row in rows:
        study.run(row.trial, "r0", {"loss": 1.0})
    generate(study, 0)
    packed = PackedRounds(study.study, study.layout)
    assert packed.of("s", 0).whole
    assert pack(study.study, study.layout, "s", 0, 1) is None
    assert packed.of("s", 0).whole
    assert packed.of("s", 0).waves == PackedRounds(study.study, study.layout).of("s", 0, 0).waves
    assert pack_proposed(study.study, study.layout, "s", 0, [row.asked for row in rows]).waves == tuple(
        packed.of("s", 0).waves
    )


def test_a_round_that_is_proposed_anew_has_no_results_before_they_are_gathered(study):
    """Else what is made from them might come first: a table that is there is good enough for Snakemake at times."""
    for row in study.propose("s"):
        study.run(row.trial, "r0", {"loss": 1.0})
    study.gather("s")
    generate(study, 0)
    assert not study.layout.gathered("s", 0).exists()


@pytest.mark.parametrize(("n_trials", "seconds", "said"), [(4, 2.6, None), (42, 0.5, "40 packed into 2 jobs")])
def test_that_runs_are_packed_is_said_where_a_job_has_several(made, n_trials, seconds, said):
    searches = {"s": {"strategy": "random", "n_trials": n_trials}}
    study = made(objective={"trials_per_job": "auto"}, space={"x": "uniform(0, 1)"}, searches=searches)
    rows = study.propose("s")
    note_session(study.layout, study.study, 2, here=True)
    generate(study, 0)
    contract = study.study.run_spec.contract
    for row in rows[:2]:  # the first ones have a job each
        done = {"status": "complete", "metrics": {"loss": 1.0}, "seconds": seconds, "contract": contract}
        study.run(row.trial, "r0", done)
    found = pack(study.study, study.layout, "s", 0, 1)
    assert found is None if said is None else found.endswith(said)
