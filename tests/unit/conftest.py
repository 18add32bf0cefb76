import pytest
from made_up import MadeUp


@pytest.fixture
def made(tmp_path):
    """Makes a study up; its arguments change the configuration."""
    return lambda **changes: MadeUp(tmp_path, **changes)
