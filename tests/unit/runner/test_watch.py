"""Programs that are watched one after the other by one process, as long as it lives."""

import json
import subprocess
import sys

# What a process does that watches several programs; it prints what it found of each.
WATCHER = """\
import json, os, sys
sys.path.insert(0, sys.argv[1])
from snaketune.runner.output import Output
from snaketune.runner.program import start_program
from snaketune.runner.signals import Signals
from snaketune.runner.spec import RunSpec
from snaketune.runner.tree import Tree, adopt_orphans, children
from snaketune.runner.watch import Watch

tree = Tree("a token of its own", os.getpid())
adopting, signals = adopt_orphans(), Signals()
signals.catch()
wake = signals.wake

def watch(*command, on_exit=lambda: None, **limits):
    outputs = [Output(f"{name}.log", 1000, lambda: None) for name in ("stdout", "stderr")]
    environment = {**os.environ, "SNAKETUNE_TOKEN": tree.token}
    watch = Watch(start_program(command, ".", environment), tree, outputs, wake, RunSpec(grace=0.2, **limits), adopting)
    watch.run(on_exit, lambda: None, lambda: None)
    for output in outputs:
        output.finish()
    return watch, outputs[0].text()

def link_of(descriptor):
    path = f"/proc/self/fd/{descriptor}"
    return os.readlink(path) if os.path.exists(path) else ""

def tell(**found):
    print(json.dumps(found), flush=True)
"""


def watched(folder, script):
    """What a process that watches programs tells of them."""
    import snaketune

    command = [sys.executable, "-c", WATCHER + script, snaketune.__path__[0] + "/.."]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_each_program_has_what_it_used_itself(tmp_path):
    busy = "import sys, time; data = b'x' * 120_000_000\nwhile time.process_time() < 0.4: pass"
    script = f"""
for command in ([sys.executable, "-c", {busy!r}], ["echo", "quick"], ["sh", "-c", "exit 3"]):
    found, printed = watch(*command)
    pipes = sum("pipe" in link for link in map(link_of, os.listdir("/proc/self/fd")))
    tell(status=found.status, cpu=found.cpu_seconds, rss=found.max_rss, printed=printed, pipes=pipes)
"""
    large, quick, failed = watched(tmp_path, script)
    assert large["cpu"] >= 0.4 and large["rss"] > 120e6
    assert quick["cpu"] < 0.2 and quick["rss"] < 120e6 and quick["printed"] == "quick\n"
    assert failed["status"] == 3 << 8
    assert quick["pipes"] == failed["pipes"] == large["pipes"], "descriptors are given back"


def test_what_an_orphan_used_counts(tmp_path):
    busy = "import time\nwhile time.process_time() < 0.3: pass"
    script = f"""
found, _ = watch("sh", "-c", "(setsid \\"$0\\" -c \\"$1\\" >/dev/null 2>&1 &) ; sleep 0.1", sys.executable, {busy!r})
tell(cpu=found.cpu_seconds, notes=found.notes, left=len(children(os.getpid())))
"""
    (found,) = watched(tmp_path, script)
    assert found["cpu"] > 0.1 and found["left"] == 0


def test_who_is_spared_is_left_to_whoever_waits_for_it(tmp_path):
    script = """
import time
import subprocess
spared = [subprocess.Popen(["sh", "-c", "exit 7"]), subprocess.Popen(["sleep", "60"])]
tree.spared.update(process.pid for process in spared)
time.sleep(0.2)
found, printed = watch("sh", "-c", "(setsid sleep 0.1 &) ; sleep 0.3; echo well")
tell(status=found.status, printed=printed, first=spared[0].wait(), second=spared[1].poll())
spared[1].kill()
tell(second=spared[1].wait())
"""
    first, last = watched(tmp_path, script)
    assert first == {"status": 0, "printed": "well\n", "first": 7, "second": None}
    assert last == {"second": -9}


def test_a_stop_between_two_programs_stops_the_next(tmp_path):
    script = """
import signal
watch("true")
os.kill(os.getpid(), signal.SIGTERM)
found, _ = watch("sleep", "60")
tell(stop=found.stop, verdict=found.verdict)
"""
    assert watched(tmp_path, script) == [{"stop": 15, "verdict": "stopped"}]


def test_one_that_cannot_be_killed_is_not_the_next_programs(tmp_path):
    script = """
from snaketune.runner import watch as module
module.KILL_PATIENCE = 0.3
spare = tree.signal
tree.signal = lambda number: 1  # nobody is killed
first, _ = watch("sh", "-c", "(setsid sleep 60 >/dev/null 2>&1 &) ; echo started")
tree.signal = spare
second, _ = watch("true")
tell(first=first.notes, second=second.notes, seconds=second.seconds)
import signal
for pid in tree.spared:
    os.kill(pid, signal.SIGKILL)
"""
    (found,) = watched(tmp_path, script)
    assert any("could not be killed" in note for note in found["first"])
    assert found["second"] == []
