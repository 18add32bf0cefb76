import shlex

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
