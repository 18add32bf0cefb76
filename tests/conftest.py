import os

# One thread per process: the tests run several processes on few cores.
os.environ.setdefault("OMP_NUM_THREADS", "1")
