import os

from hypothesis import settings

# One thread per process: the tests run several processes on few cores.
os.environ.setdefault("OMP_NUM_THREADS", "1")

# How long an example takes says little on a machine that does other work too.
settings.register_profile("snaketune", deadline=None)
settings.load_profile("snaketune")
