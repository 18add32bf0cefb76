"""What a shell completes."""

from click.shell_completion import ShellComplete
from snaketune.cli.group import group


def completed(*words: str, incomplete: str) -> list[str]:
    found = ShellComplete(group, {}, "snaketune", "_SNAKETUNE_COMPLETE").get_completions(list(words), incomplete)
    return [item.value for item in found]


def test_commands_their_options_and_studies(begun, tmp_path, monkeypatch):
    begun(study="mine")
    monkeypatch.chdir(tmp_path)
    assert completed(incomplete="sta") == ["status"]
    assert completed(incomplete="--v") == ["--version"]
    assert "--study" in completed("status", incomplete="--")
    assert completed("status", incomplete="m") == ["mine"]
    assert completed("status", "--study", incomplete="") == ["mine"]
