import pytest
from studies import folder


@pytest.fixture
def root(tmp_path):
    return folder(tmp_path)
