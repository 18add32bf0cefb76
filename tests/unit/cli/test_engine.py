import pytest
from snaketune.cli.engine import SnakemakeOptions, all_cores, snakemake_words
from snaketune.installed import profiles, snakefile


def test_snakemake_gets_the_workflow_the_configuration_and_all_cores():
    words = snakemake_words("mine.yaml", None, ["--config", "n_trials=3"])
    assert words[1:] == [
        *("-m", "snakemake", "--snakefile", snakefile(), "--configfile", "mine.yaml"),
        *("--cores", str(all_cores()), "--config", "n_trials=3"),
    ]
    assert all_cores() >= 1
    assert snakemake_words("mine.yaml", 3)[-2:] == ["--cores", "3"]


def own_profiles(words):
    return SnakemakeOptions(words).with_own_profiles


@pytest.mark.parametrize("options", [
    ["--cores", "2"], ["--cores=2"], ["-c2"], ["-c", "2"], ["-j", "5"], ["-j5"], ["--jobs=5"], ["--profile", "mine"],
])  # fmt: skip
def test_who_says_how_many_jobs_there_may_be_decides(options):
    assert snakemake_words("mine.yaml", None, options)[-len(options) - 1 :] == ["mine.yaml", *options]


def test_our_profiles_are_found_by_their_short_names(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    slurm = str(profiles()["slurm"])
    assert own_profiles(["--profile", "slurm", "--profile=slurm", "slurm"]) == [
        *("--profile", slurm, f"--profile={slurm}", "slurm"),
    ]  # fmt: skip
    assert own_profiles(["--profile", "other"]) == ["--profile", "other"]
    (tmp_path / "config" / "snakemake" / "slurm").mkdir(parents=True)
    (tmp_path / "pbs").mkdir()
    for own in (["--profile", "slurm"], ["--profile", "pbs"]):
        assert own_profiles(own) == own


def test_what_options_for_snakemake_are_about():
    options = SnakemakeOptions(["--config", "a=1", "--keep-going", "--config", "n_trials=3", "seed=1", "-n", "x"])
    assert options.configuration == ["n_trials=3", "seed=1"]
    assert SnakemakeOptions(["--config=a=1", "b=2"]).configuration == ["a=1"]
    assert options.speak
    assert not SnakemakeOptions(["--config", "n=1"]).speak
    assert SnakemakeOptions(["--profile=slurm"]).cluster
    assert not options.cluster
    assert SnakemakeOptions(["--configfile=x"]).are_ours == ["--configfile=x"]
