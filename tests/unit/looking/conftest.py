import pytest
from snaketune.config import save_study


@pytest.fixture
def begun(made):
    """Makes a study up that has begun."""

    def begin(**changes):
        study = made(**changes)
        save_study(study.study, study.layout.study)
        return study

    return begin
