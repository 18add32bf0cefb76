"""How this workflow's jobs are started, and what they share on this machine."""

import sys
from pathlib import Path

from snaketune import runner
from snaketune.config.study import Study
from snaketune.layout import Layout
from snaketune.proposing.origins import Origins
from snaketune.resources import Jobs, Usage, gpus_here
from snaketune.results.parameters import Parameters
from snaketune.results.store import Store

__all__ = ["jobs_of"]


def jobs_of(study: Study, layout: Layout, *, main: bool, here: bool) -> Jobs:
    """The jobs of a study.

    `main`: it is for us to say what they ask for; a job that reads the Snakefile itself has been given that, and looks
    nothing up. `here`: trials run on this machine, in this workflow; its GPUs are looked for if they ask for some.
    """
    objective = study.config["objective"]
    # A container has its own Python, which is all the runner needs; to look for installed packages (-S) takes time.
    python = "python3" if "container" in objective else sys.executable
    gpus = gpus_here(study.resources, study.run_spec) if here else None
    if gpus and not gpus.ids:
        print(f"[snaketune] {gpus.words([])}", file=sys.stderr)
    return Jobs(
        resources=study.resources,
        layout=layout,
        params_of=Parameters(layout).of,
        table_of=Origins(study, layout).table_of,
        usage=Usage(Store(layout, study.run_spec.contract) if main else None),
        start=(python, "-S", str(Path(runner.__file__).with_name("start.py"))),
        threads=objective["threads"],
        at_once=study.at_once,
        attempts=objective["retries"] + 3,
        gpus=gpus,
    )
