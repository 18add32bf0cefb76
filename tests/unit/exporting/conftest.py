import pytest
from made_up import MadeUp
from snaketune.config import save_study
from snaketune.exporting.reading import read_described


class Exported(MadeUp):
    """A study of `made_up`, with what its trials have reported, and what an export sees of it."""

    def report(self, trial: str, run: str, *lines: str) -> None:
        """Leaves the history of a run that has a folder."""
        self.layout.history(trial, run).write_text("".join(f"{line}\n" for line in lines))

    def described(self, search: str | None = None):
        """What there is now."""
        save_study(self.study, self.layout.study)
        return read_described(self.layout, search)


@pytest.fixture
def exported(tmp_path):
    """Makes a study up; its arguments change the configuration."""
    return lambda **changes: Exported(tmp_path, **changes)
