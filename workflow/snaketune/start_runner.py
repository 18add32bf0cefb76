"""Start the runner:  python start_runner.py ARGUMENTS   (those of runner.py, which can be started by itself as well)

Python compiles a script at every start, but keeps the compiled form of a module, where it may write one. That is about
a third of the time that the runner takes to start.

Standard library only, for any Python >= 3.8, to be found beside runner.py.
"""

import importlib.util
import os
import sys

if __name__ == "__main__":
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "runner.py")
    spec = importlib.util.spec_from_file_location("_snaketune_runner", path)
    runner = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(runner)
    sys.exit(runner.main(sys.argv[1:]))
