import shlex

from snaketune.command import command_with, lasting, to_go_on, to_look, with_place
from snaketune.session import command_again


def test_a_snakefile_that_is_found_by_itself_is_not_named(tmp_path):
    (tmp_path / "Snakefile").touch()
    assert command_again(tmp_path, tmp_path / "Snakefile") == ["snakemake", "--cores", "1"]


def test_what_results_depend_on_is_given_again_and_what_is_done_once_is_not(tmp_path):
    elsewhere = tmp_path / "of others" / "Snakefile"
    values = ["n_trials=20", "search={strategy: grid}", "name=a b", "retry=failed", "studies=[a, b]"]
    words = command_again(tmp_path / "mine", elsewhere, [tmp_path / "mine" / "my study.yaml"], values, ["conda"])
    assert shlex.split(shlex.join(words)) == [
        *("snakemake", "--cores", "1", "--snakefile", str(elsewhere), "--configfile", "my study.yaml"),
        *("--config", "n_trials=20", "search={strategy: grid}", "name=a b"),
        *("--software-deployment-method", "conda"),
    ]  # fmt: skip


def test_both_forms_of_a_command_take_one_more_setting():
    typed = ["snaketune", "run", "mine.yaml"]
    assert command_with(typed, "retry=failed") == [*typed, "--", "--config", "retry=failed"]
    assert command_with([*typed, "--", "--config", "seed=1"], "retry=failed")[-3:] == [
        "--config",
        "retry=failed",
        "seed=1",
    ]


def test_settings_of_a_part_of_another_workflow_stand_below_its_key(tmp_path):
    typed = ["snakemake", "--cores", "1", "--config", "sleep=0"]
    retry = command_with(typed, "retry=failed,oom", below="tune")
    assert retry == [*typed[:4], "tune={retry: [failed,oom]}", "sleep=0"]
    assert command_with(retry, "retry=timeout", below="tune")[4:] == ["tune={retry: [timeout]}", "sleep=0"]
    assert lasting(retry) == typed
    assert lasting([*typed, "tune={ retry : failed }"]) == typed
    for both in ("tune={retry: failed, n_trials: 3}", "tune={n_trials: 3}"):
        assert lasting([*typed, both]) == [*typed, both]


def test_what_is_done_once_is_left_out():
    typed = ["snaketune", "run", "mine.yaml", "--", "--profile", "slurm", "--config"]
    assert lasting([*typed, "retry=failed", "seed=1"]) == [*typed, "seed=1"]
    assert lasting([*typed, "retry=failed"]) == typed[:-1]
    assert lasting(["snaketune", "run", "mine.yaml", "--", "--config", "retry=failed"]) == typed[:3]


def test_what_to_type_follows_how_the_study_was_started():
    assert (to_go_on([]), to_look([], "peek")) == ("snakemake --cores all", "snakemake --cores 1 peek")
    words = ["snakemake", "--cores", "1", "--configfile", "a b.yaml"]
    assert to_go_on(words) == "snakemake --cores all --configfile 'a b.yaml'"
    assert to_look(words, "peek") == "snakemake --cores 1 peek --configfile 'a b.yaml'"
    on_cluster = with_place(words, ["/bin/snakemake", "--profile", "slurm", "-n", "--executor=x", "-j", "5"])
    assert on_cluster == [*words, "--profile", "slurm", "--executor=x", "-j", "5"]
    assert to_go_on(on_cluster[:7]) == "snakemake --configfile 'a b.yaml' --profile slurm"
    words = ["snaketune", "run", "mine.yaml", "--cores", "2"]
    assert (to_go_on(words), to_look(words, "status")) == ("snaketune run mine.yaml --cores 2", "snaketune status")
