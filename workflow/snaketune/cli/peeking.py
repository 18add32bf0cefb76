"""Has the stage `peek` of the workflow make what there is to see of a study."""

import subprocess
import sys

from snaketune.installed import home
from snaketune.layout import Layout
from snaketune.session.again import again

__all__ = ["peek"]


def peek(layout: Layout) -> int:
    """Makes tables, plots and the page in the study's folder `peek`, and says so; the exit status."""
    script = home() / "scripts" / "peek.py"
    return subprocess.run([sys.executable, str(script), str(layout.study), *again(layout)], check=False).returncode
