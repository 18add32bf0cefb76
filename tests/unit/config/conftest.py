import pytest
from good_configs import folder


@pytest.fixture
def root(tmp_path):
    return folder(tmp_path)
