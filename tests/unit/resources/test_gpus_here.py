"""The GPUs of this machine: what jobs take of them, and what runners and people are told."""

import pytest
from snaketune.errors import ConfigError, StudyError
from snaketune.resources import Gpus, Jobs, Usage, gpus_here
from snaketune.results.parameters import Parameters

TWO = Gpus(("0", "1"), "nvidia-smi")


@pytest.fixture(autouse=True)
def nothing_given(monkeypatch):
    for name in ("CUDA_VISIBLE_DEVICES", "HIP_VISIBLE_DEVICES", "ROCR_VISIBLE_DEVICES", "SLURM_JOB_ID"):
        monkeypatch.delenv(name, raising=False)


def jobs(study, gpus=None, threads=1):
    return Jobs(
        study.study.resources,
        study.layout,
        Parameters(study.layout).of,
        lambda *_: None,
        Usage(None),
        ("python",),
        threads,
        3,
        gpus,
    )


@pytest.mark.parametrize(
    ("asked", "at_once", "percent"),
    [([1], 1, 100), ([0.5], 1, 50), ([1 / 3], 1, 33), ([0], 1, 0), ([1.5], 1, 200), ([0.5, 1, 0.25], 2, 150)],
)
def test_what_a_job_takes(asked, at_once, percent):
    assert TWO.asked(asked, at_once) == percent


def test_how_many_fit():
    assert [TWO.at_a_time(run) for run in (0.5, 1 / 3, 0.3, 0.7, 1, 1.5, 2)] == [4, 6, 6, 2, 2, 1, 1]


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ([1, 1], "GPUs here: 0, 1 (nvidia-smi); at most 2 runs at a time"),
        ([0.5, 2, 0], "; at most 1 or, of those that ask for less, 4 runs at a time; 1 runs use none"),
        ([0], "GPUs here: 0, 1 (nvidia-smi); no run asks for one"),
        ([3], "GPUs here: 0, 1 (nvidia-smi), fewer than the 3 that a run asks for"),
    ],
)
def test_words(asked, words):
    assert TWO.words(asked).endswith(words)


def test_scheduler_and_runner_are_told(made):
    study = made(objective={"resources": {"gpu": "0.5 * x", "mem_mb": 100}})
    ids = {row.params["x"]: f"{row.trial}/r0" for row in study.propose("grid")}
    here = jobs(study, TWO)
    assert here.names == ["mem_mb", "gpu", "gpu_percent"] or here.names == ["gpu", "mem_mb", "gpu_percent"]
    assert here.shared_here == {"gpu_percent": 200}
    assert [here.asked("gpu_percent", [ids[x]], 1) for x in (1, 2, 3)] == [50, 100, 200]
    assert here.asked("gpu", [ids[1]], 1) == 1
    assert here.runner_of_block([ids[1], ids[3]], 2)[-4:] == ["--devices", "0.5;1.5", "--among", "0,1"]
    assert here.runner_of_trial(*ids[2].split("/"))[-4:] == ["--devices", "1", "--among", "0,1"]
    with pytest.raises(
        StudyError,
        match=r"1.5 GPUs .* here: 7 .*trial t.*Ask for fewer",
    ):
        jobs(study, Gpus(("7",), "nvidia-smi")).asked("gpu_percent", [ids[3]], 1)


def test_a_cluster_is_told_whole_numbers_and_each_attempt(made):
    study = made(objective={"resources": {"gpus": "attempt / 2"}})
    run = f"{study.propose('grid')[0].trial}/r0"
    assert (jobs(study).names, jobs(study).shared_here) == (["gpus"], {})
    assert [jobs(study).asked("gpus", [run], attempt) for attempt in (1, 2, 3)] == [1, 1, 2]
    assert jobs(study).runner_of_trial(*run.split("/"))[-2:] == ["--devices", "0.5,1,1.5"]


def test_who_finds_them(made, monkeypatch):
    monkeypatch.setenv("PATH", "")
    plain, asking = made(), made(objective={"resources": {"gpu": 1}})
    named = made(objective={"resources": {"gpu": 1}, "devices": [3, "GPU-a"]})

    def here(study):
        return gpus_here(study.study.resources, study.study.run_spec)

    none = here(asking)
    assert none.ids == () and none.looked_up
    assert jobs(asking, none).runner_of_trial("t", "r0")[-4:] == ["--devices", "1", "--among", "none"]
    assert jobs(asking, none).shared_here == {}
    assert "No GPU was found here" in none.words([1])
    assert here(named) == Gpus(("3", "GPU-a"), "objective.devices")
    assert not here(named).looked_up
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "5")
    assert here(asking) == Gpus(("5",), "CUDA_VISIBLE_DEVICES")
    assert here(plain) is None


@pytest.mark.parametrize("devices", [[], [0, 0], ["0,1"], ["a b"], [-1], "0", [1.5]])
def test_devices_that_can_not_be(made, devices):
    with pytest.raises(ConfigError, match=r"objective\.devices"):
        made(objective={"resources": {"gpu": 1}, "devices": devices})
