"""Starts one of the runner's programs:  python start.py run|block|call ARGUMENTS

`run` does one run (main.py), `block` several (block.py), `call` calls a Python function as the program of a run
(call_function.py). The first two need no installed packages: `python -S` saves the time to look for them.
"""

import os
import sys

if __name__ == "__main__":
    # The package's folder is on the path for this import only, and this one not at all: what lies in them must not
    # hide modules of this Python or of the user.
    here = os.path.dirname(os.path.abspath(__file__))
    sys.path[:] = [os.path.dirname(os.path.dirname(here)), *(place for place in sys.path if place != here)]
    program = sys.argv.pop(1) if len(sys.argv) > 1 else ""
    if program == "block":
        from snaketune.runner.block import main
    elif program == "call":
        from snaketune.runner.call_function import main
    elif program == "run":
        from snaketune.runner.main import main
    else:
        sys.exit(__doc__)
    del sys.path[0]
    sys.exit(main(sys.argv[1:]))
