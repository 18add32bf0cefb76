"""What runs ask of a cluster: read, checked, computed, learned, added up."""

import json
from types import SimpleNamespace

import pytest
from made_up import record
from snaketune.config.resources import read_resources
from snaketune.errors import ConfigError, StudyError
from snaketune.layout import Layout
from snaketune.resources import Given, Jobs, Resource, Usage, for_job, read_given, run_values, totals_of
from snaketune.results.parameters import Parameters
from snaketune.results.store import Store
from snaketune.runner.run_id import RunId
from snaketune.runner.spec import RunSpec
from snaketune.space import space_from_config

SPACE = {
    "hidden": [8, 64],
    "epochs": {"type": "int", "low": 1, "high": 30},
    "model": ["big", "small"],
    "depth": {"choices": [1, 2], "when": {"model": "big"}},
}
NOTHING = Usage(None)


def read(given, *, timeout=None, memory=None):
    search = SimpleNamespace(space=space_from_config(SPACE, seed=0))
    raw = {"resources": given, "threads": 2, "grace": 10}
    return read_resources(raw, [search], RunSpec(timeout=timeout, memory=memory))


def asked(given, params, *, attempt=1, run="r0", usage=NOTHING, **limits):
    values = run_values(params, RunId.parse(run), attempt=attempt, threads=2)
    return {name: for_job(r, [r(values, usage)]) for name, r in read(given, **limits).items()}


PARAMS = {"hidden": 64, "epochs": 3, "model": "big", "depth": 2}


@pytest.mark.parametrize(
    ("name", "given", "expected"),
    [
        ("mem_mb", 500, 500),
        ("mem_mb", "500 + 40 * hidden", 3060),
        ("mem_mb", "4GB", 4000),
        ("mem_mb", "1000 / 3", 334),
        ("runtime", "10 + epochs", 13),
        ("runtime", "2h", 120),
        ("runtime", "90s", 2),
        ("runtime", "90", 90),
        ("gpu", "1 if model == 'big' else 0", 1),
        ("gpu", "model == 'small'", 0),
        ("gpu", 0.5, 1),
        ("gpus", "1.5", 2),
        ("mem_mb", "1000 * 2 ** (attempt - 1) * threads", 4000),
        ("slurm_partition", "gpu-long", "gpu-long"),
        ("slurm_partition", "model", "model"),
        ("slurm_partition", "'gpu' if model == 'big' else 'cpu'", "gpu"),
        ("slurm_extra", "--exclude=n[1-3]", "--exclude=n[1-3]"),
        ("constraint", "a100&nvlink", "a100&nvlink"),
        ("licenses", "1 + (hidden > 10)", 2),
        ("mem_mb", "100 * (depth if model == 'big' else 1)", 200),
    ],
)
def test_values(name, given, expected):
    assert asked({name: given}, PARAMS, attempt=2 if "attempt" in str(given) else 1) == {name: expected}


@pytest.mark.parametrize(
    ("name", "given", "words"),
    [
        ("mem_mb", "500 + 40 * hiden", ["hiden", "Did you mean 'hidden'?", "attempt"]),
        ("slurm_partition", "'gpu' if modle == 'big' else 'cpu'", ["modle", "Did you mean 'model'?"]),
        ("mem_mb", "100 * depth", ["depth", "not every trial has"]),
        ("mem_mb", "model", ["gives", "not a number"]),
        ("mem_mb", "0 - hidden", ["gives", "-"]),
        ("runtime", "1 / (hidden - 8)", ["can't be computed"]),
        ("runtime", "2 parsecs", ["parsecs"]),
        ("gpu", -1, ["must be 0 or more", "-1"]),
        ("gpu", "auto", ["runtime and mem_mb"]),
        ("threads", 4, ["objective.threads"]),
        ("attempt", 4, ["attempt"]),
        ("runtime", "__import__('os').system('true')", ["can't be used"]),
    ],
)
def test_mistakes(name, given, words):
    with pytest.raises(ConfigError) as error:
        read({name: given})
    assert str(error.value).startswith(f"objective.resources.{name}: ")
    assert all(word in str(error.value) for word in words), str(error.value)


def test_the_jobs_limits_are_above_the_runs_own():
    assert asked({}, PARAMS, timeout=3600, memory=2_000_000_000) == {"runtime": 66, "mem_mb": 2200}
    assert asked({"runtime": 5}, PARAMS, timeout=3600) == {"runtime": 5}
    assert asked({}, PARAMS) == {}


def result(root, trial, run, seconds, megabytes, budget=None):
    folder = root / "trials" / trial / run
    folder.mkdir(parents=True)
    used = {"status": "complete", "seconds": seconds, "max_rss_mb": megabytes, "budget": budget}
    (folder / "result.json").write_text(json.dumps(record(trial, run, used)))


def usage_in(root):
    return Usage(Store(Layout(root), None))


def test_learned_from_the_largest_run(tmp_path):
    given = {"runtime": "auto", "mem_mb": "auto"}
    assert asked(given, PARAMS, usage=usage_in(tmp_path)) == {"runtime": 65, "mem_mb": 2200}
    result(tmp_path, "t1", "r0", 600, 1000)
    result(tmp_path, "t2", "r0", 120, 3000)
    (tmp_path / "trials" / "t3" / "r0").mkdir(parents=True)  # under way
    assert asked(given, PARAMS, usage=usage_in(tmp_path)) == {"runtime": 20, "mem_mb": 4700}
    assert asked(given, PARAMS, usage=usage_in(tmp_path), attempt=2) == {"runtime": 35, "mem_mb": 9200}
    limited = asked(given, PARAMS, usage=usage_in(tmp_path), attempt=9, timeout=1790, memory=5_000_000_000)
    assert limited == {"runtime": 35, "mem_mb": 5200}


def test_learned_in_proportion_to_the_budget(tmp_path):
    result(tmp_path, "t1", "r0b1", 60, 1000, budget=1)
    result(tmp_path, "t2", "r0b3", 240, 1000, budget=3)
    usage = usage_in(tmp_path)
    assert usage.largest("runtime", 9) == pytest.approx(12)
    assert usage.largest("runtime", 1) == pytest.approx(4)
    assert usage.largest("mem_mb", 9) == 1000


def test_a_look_is_not_repeated_at_once(tmp_path):
    usage = usage_in(tmp_path)
    assert usage.largest("runtime", None) is None
    result(tmp_path, "t1", "r0", 60, 1000)
    assert usage.largest("runtime", None) is None


def test_jobs_with_several_runs():
    minutes, memory = Resource("runtime", fixed=1), Resource("mem_mb", fixed=1)
    assert for_job(minutes, [10, 20, 30]) == 60
    assert for_job(minutes, [10, 20, 30], at_once=2) == 60
    assert for_job(minutes, [10, 20, 30], at_once=3) == 30
    assert for_job(memory, [100, 300, 200]) == 300
    assert for_job(memory, [100, 300, 200], at_once=2) == 500
    assert for_job(Resource("slurm_partition", fixed="a"), ["a", "b"], at_once=2) == "a"
    assert for_job(Resource("runtime", fallback=1.0), [0.5, 0.5, 0.5]) == 2 + 5
    assert for_job(Resource("nodes", fixed=1), [1, 1], at_once=2) == 1


def test_totals():
    resources = read({"mem_mb": "10 * hidden", "runtime": "20 * epochs", "gres": "gpu:a100:2"})
    runs = [run_values({**PARAMS, "epochs": epochs}, RunId(0), attempt=1, threads=2) for epochs in (3, 6)]
    totals = totals_of(resources, [[run] for run in runs], 2, 1, NOTHING, Given())
    assert (totals.jobs, totals.minutes, totals.megabytes) == (2, 120, 640)
    assert totals.core_hours == pytest.approx(6)
    assert totals.gb_hours == pytest.approx(3 * 0.64)
    assert totals.gpu_hours == pytest.approx(6)
    assert "6.0 core hours" in totals.words() and "6.0 GPU hours" in totals.words()
    assert totals_of({}, [runs], 2, 1, NOTHING, Given()).words() is None


def test_totals_of_packed_runs_and_of_what_a_profile_gives():
    resources = read({"mem_mb": "10 * hidden", "runtime": "20 * epochs"})
    runs = [run_values({**PARAMS, "epochs": epochs}, RunId(0), attempt=1, threads=2) for epochs in (3, 6)]
    packed = totals_of(resources, [runs], 2, 2, NOTHING, Given())
    assert (packed.jobs, packed.minutes, packed.megabytes) == (1, 120, 1280), "two at a time"
    assert packed.core_hours == pytest.approx(2 * 2)
    given = totals_of({}, [runs, runs], 4, 4, NOTHING, Given({"runtime": 60, "mem_mb": 2000, "gpu": 1}))
    assert given.words() == (
        "8.0 core hours (a job has 60 min at most), 4.0 GB hours of memory, 2,000 MB for the largest job, 2.0 GPU hours"
    )


def test_what_snakemake_gives_is_read_where_it_can_be():
    given = read_given(
        ["_cores=3", "mem_mb=2000", "runtime=60 * attempt", "nodes=threads - 2", "slurm_partition=long=x",
         "gpu=input.size_mb", "disk=max(2*input.size_mb, 1000) if input else 50000"],
        cluster=True,
    )  # fmt: skip
    expected = {"mem_mb": 2000, "runtime": 60, "nodes": 1, "slurm_partition": "long=x"}
    assert given == Given(expected, threads=3, cluster=True)
    assert read_given([], cluster=False) == Given()


def jobs(study, *, threads=1, gpus=None):
    layout, start = study.layout, ("python", "start.py")
    return Jobs(
        study.study.resources,
        layout,
        Parameters(layout).of,
        lambda *_: None,
        Usage(None),
        start,
        threads,
        attempts=3,
        gpus=gpus,
    )


def test_a_job_asks_for_what_its_runs_need(made):
    study = made(objective={"resources": {"mem_mb": "100 * x", "queue": "gpu-long"}, "threads": 2})
    ids = {row.params["x"]: row.trial for row in study.propose("grid")}
    asked = jobs(study, threads=2).asked
    assert asked("mem_mb", [f"{ids[3]}/r0"], 1) == 300
    assert asked("mem_mb", [f"{ids[x]}/r0" for x in (1, 2, 3)], 1) == 500  # two at a time
    assert asked("queue", [f"{ids[1]}/r0"], 1) == "gpu-long"


@pytest.mark.parametrize(
    ("resources", "minutes", "words"),
    [
        ({}, None, ["--pull", "inf", "--blocks", "4"]),
        ({"mem_mb": "100 * attempt", "queue": "long"}, 30, ["--pull", "1800", "--blocks", "4"]),
        ({"mem_mb": "100 * x"}, 30, []),
        ({"mem_mb": "100 * threads"}, "<TBD>", ["--pull", "inf", "--blocks", "4"]),
    ],
)
def test_jobs_that_ask_for_the_same_help_each_other(made, resources, minutes, words):
    study = made(objective={"resources": resources})
    runs = [f"{row.trial}/r0" for row in study.propose("grid")]
    told = jobs(study).runner_of_block(runs, 4, minutes)
    assert told[told.index("--logs") + 2 :] == words
    assert "--pull" not in jobs(study).runner_of_block(runs, 1, minutes)


def test_a_parameter_called_as_a_word_of_ours_makes_jobs_differ(made):
    study = made(space={"budget": [1, 2]}, objective={"resources": {"mem_mb": "100 * budget"}})
    runs = [f"{row.trial}/r0" for row in study.propose("grid")]
    assert "--pull" not in jobs(study).runner_of_block(runs, 4)


def test_a_resource_that_has_no_value_names_the_trial(made):
    study = made(objective={"resources": {"mem_mb": "100 * x"}})
    trial = study.propose("grid")[0].trial
    study.layout.params(trial).write_text('{"x": "wide"}')
    with pytest.raises(StudyError, match=rf"objective.resources.mem_mb: .*\(trial {trial}\)"):
        jobs(study).asked("mem_mb", [f"{trial}/r0"], 1)
