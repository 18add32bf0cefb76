"""An interpreter ends without waiting for timers that nobody needs."""

import subprocess
import sys


def test_nobody_waits_for_timers():
    words = (
        "import threading\nfrom snaketune.session import drop_timers\n"
        "threading.Timer(100, print).start()\ndrop_timers()\n"
    )
    subprocess.run([sys.executable, "-c", words], check=True, timeout=50)
