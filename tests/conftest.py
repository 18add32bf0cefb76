import fcntl
import os
import shutil

import pytest
from hypothesis import settings

# One thread per process: the tests run several processes on few cores.
os.environ.setdefault("OMP_NUM_THREADS", "1")

# How long an example takes says little on a machine that does other work too.
settings.register_profile("snaketune", deadline=None)
settings.load_profile("snaketune")


@pytest.fixture(scope="session")
def built_once(tmp_path_factory):
    """Gives a copy of the folder that `build` fills, which is done once for all processes of the tests."""
    own = tmp_path_factory.getbasetemp()
    shared = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own

    def give(name, build):
        made, begun = shared / f"{name}.built", shared / f"{name}.begun"
        with (shared / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not made.exists():
                shutil.rmtree(begun, ignore_errors=True)
                begun.mkdir()
                build(begun)
                begun.rename(made)
        return shutil.copytree(made, tmp_path_factory.mktemp(name) / name, symlinks=True)

    return give
