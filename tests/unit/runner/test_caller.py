"""Runs of a function whose module is imported once: each is what it is in an interpreter of its own."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import snaketune
from snaketune.runner.records import Records

# What a worker's slot does: it runs a function several times in one way, and prints what it found of each run. The
# line that starts it holds the ways to limit the runs, and what it is to do with them.
SLOT = """\
import json, os, sys
sys.path.insert(0, sys.argv[1])
import snaketune.runner
from snaketune.runner.caller import Caller
from snaketune.runner.guardian import Guardian, Memory
from snaketune.runner.program import start_program
from snaketune.runner.signals import Signals
from snaketune.runner.spec import RunSpec
from snaketune.runner.tree import Tree, adopt_orphans
from snaketune.runner.watch import Watch

way, runs, limits, guarded = sys.argv[2], json.loads(sys.argv[3]), json.loads(sys.argv[4]), sys.argv[5:]
tree, notes = Tree(os.urandom(16).hex(), os.getpid()), []
adopting, signals = adopt_orphans(), Signals()
signals.catch()
wake = signals.wake
caller = Caller(tree, notes.append)
start = caller.start if way == "forked" else start_program
command = [sys.executable, snaketune.runner.__path__[0] + "/start.py", "call", "program.py:f"]
if guarded:
    guardian = Guardian(Memory(), lambda words: None)
    tree.spared.add(guardian.watch([], 0, {"token": tree.token}))

class Printed:
    def __init__(self):
        self.content = b""
    def write(self, data):
        self.content += data

for number, params in enumerate(runs):
    folder = os.path.abspath(f"run{number}")
    os.mkdir(folder)
    with open(f"{folder}/params.json", "w") as file:
        json.dump(params, file)
    told = {"PARAMS": f"{folder}/params.json", "METRICS": f"{folder}/metrics.json", "SEED": str(number), "DIR": folder,
            "ROOT": os.getcwd(), "TOKEN": tree.token}
    outputs = Printed(), Printed()
    environment = {**os.environ, **{f"SNAKETUNE_{name}": value for name, value in told.items()}}
    environment.update(params.get("more", {}))
    watch = Watch(start(command, os.getcwd(), environment), tree, outputs, wake, RunSpec(**limits), adopting)
    watch.run(lambda: None, lambda: None, lambda: None)
    metrics = None
    if watch.program.gave is not None:
        metrics = json.loads(watch.program.gave)
    elif os.path.exists(f"{folder}/metrics.json"):
        with open(f"{folder}/metrics.json") as file:
            metrics = json.load(file)
    print(json.dumps({
        "status": watch.status, "verdict": watch.verdict, "stop": watch.stop, "metrics": metrics, "notes": watch.notes,
        "stdout": outputs[0].content.decode("latin-1"), "stderr": outputs[1].content.decode("latin-1"),
        "cpu": watch.cpu_seconds, "rss": watch.max_rss, "why": caller.why, "served": caller.pid,
    }), flush=True)
caller.close()
print(json.dumps(notes))
"""
WAYS = ("forked", "alone")
PYTHON = os.environ.get("SNAKETUNE_TEST_PYTHON", sys.executable)  # the runner's, to test it with old versions


class Slot:
    """Runs a function in a folder."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.started: list[subprocess.Popen] = []

    def start(self, way, source, runs, *guarded, **limits) -> subprocess.Popen:
        """Start a slot that calls the function `f` of the source once for each of the runs' parameters."""
        place = self.folder / f"{way}{len(self.started)}"
        place.mkdir()
        (place / "program.py").write_text(source)
        (place / "slot.py").write_text(SLOT)
        words = [f"{snaketune.__path__[0]}/..", way, json.dumps(runs), json.dumps({"grace": 0.3, **limits}), *guarded]
        command = [PYTHON, "slot.py", *words]
        process = subprocess.Popen(command, cwd=place, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.started.append(process)
        process.place = place
        return process

    def run(self, way, source, runs, **limits) -> list[dict]:
        """What a slot found of each run; at the end, what it noted."""
        process = self.start(way, source, runs, **limits)
        out, err = process.communicate(timeout=60)
        assert process.returncode == 0, err
        self.place = process.place
        return [json.loads(line) for line in out.splitlines()]


@pytest.fixture
def slot(tmp_path):
    slot = Slot(tmp_path)
    yield slot
    for process in slot.started:
        process.kill()
        process.communicate()


def both(slot, source, runs, **limits):
    """What was found of the runs, which is to be the same by both ways but for folders and what was used."""
    found = []
    for way in WAYS:
        *records, notes = slot.run(way, source, runs, **limits)
        assert notes == []
        seen = ("status", "verdict", "metrics", "notes", "stdout", "stderr")
        texts = json.dumps([{name: record[name] for name in seen} for record in records])
        found.append(json.loads(re.sub(f"{slot.place}|0x[0-9a-f]+", "PLACE", texts)))
    assert found[0] == found[1]
    return found[0]


def test_more_than_fits_into_shared_memory_is_a_file(slot):
    source = "def f(n): return {'loss': n, 'text': 'x' * n}"
    found = both(slot, source, [{"n": 10}, {"n": 100_000}, {"n": 20}])
    assert [(record["metrics"]["loss"], len(record["metrics"]["text"])) for record in found] == [
        (10, 10),
        (100_000, 100_000),
        (20, 20),
    ]


def test_runs_do_not_see_each_other(slot):
    source = """
import os, random, sys
STATE = {"calls": 0}
print("imported", file=sys.stderr)
print("imported")
os.environ["BY_IMPORT"] = "1"
def f(what):
    before = [STATE["calls"], os.getcwd() == os.environ["SNAKETUNE_ROOT"], "CHANGED" in os.environ,
              os.environ["BY_IMPORT"], os.environ["SNAKETUNE_SEED"], sys.argv[1:], __name__,
              os.getsid(0) == os.getpid(), sorted(os.listdir("/proc/self/fd"))[:3], random.getstate()[1][-1]]
    STATE["calls"] += 1
    os.chdir("/")
    os.environ["CHANGED"] = os.environ["BY_IMPORT"] = "2"
    random.seed(1)
    print("called")
    return {"loss": 1, "before": before, "what": what}
"""
    found = both(slot, source, [{"what": 1}, {"what": 2}, {"what": 3}])
    assert [record["metrics"]["what"] for record in found] == [1, 2, 3]
    assert found[0]["stdout"] == "imported\ncalled\n"


ENDS = """
import atexit, ctypes, os, sys, threading, time, shutil, subprocess, multiprocessing, signal
def square(n): return n * n
class Last:
    def __del__(self): os.write(1, b"deleted\\n")
def f(how):
    atexit.register(lambda: print("at exit"))
    print("begun", how)
    if how == "value": return 5
    if how == "nothing": return None
    if how == "error": raise ValueError("no good")
    if how == "wrong": return b"no number"
    if how == "exit": sys.exit(3)
    if how == "exit well": sys.exit()
    if how == "exit words": sys.exit("some words")
    if how == "hard exit": os._exit(4)
    if how == "segfault": ctypes.string_at(0)
    if how == "abort": os.abort()
    if how == "kill": os.kill(os.getpid(), signal.SIGKILL)
    if how == "terminate": os.kill(os.getpid(), signal.SIGTERM)
    if how == "interrupt": os.kill(os.getpid(), signal.SIGINT); time.sleep(5)
    if how == "bytes":
        for byte in b"a word": os.write(1, bytes([byte]))
        return 1
    if how == "much": print("x" * 10_000_000); return 1
    if how == "invalid": os.write(1, b"\\xff\\xfe\\n"); os.write(2, b"\\xc3("); return 1
    if how == "closed": sys.stdout.close(); return 1
    if how == "closed below": os.close(1); return 1
    if how == "folder": shutil.rmtree(os.environ["SNAKETUNE_DIR"]); return 1
    if how == "thread": threading.Thread(target=lambda: (time.sleep(0.1), print("late"))).start(); return 1
    if how == "file":
        global left
        left = open("left.txt", "w"); left.write("all"); return 1
    if how == "last": global last; last = Last(); return 1
    if how == "cycle": a = Last(); a.me = a; return 1
    if how == "pool":
        with multiprocessing.Pool(2) as pool: return sum(pool.map(square, [1, 2, 3]))
    if how == "subprocess": return int(subprocess.check_output(["sh", "-c", "echo $SNAKETUNE_SEED"])) * 0
    if how == "fork":
        if os.fork() == 0: print("child"); sys.exit(0)
        os.wait(); return 1
"""


def test_all_ends_are_those_of_an_interpreter(slot):
    hows = [line.split('"')[1] for line in ENDS.splitlines() if line.startswith("    if how")]
    assert len(hows) > 25
    found = both(slot, ENDS, [{"how": how} for how in hows])
    by = dict(zip(hows, found, strict=True))
    assert by["value"]["metrics"] == 5 and by["value"]["stdout"] == "begun value\nat exit\n"
    assert by["error"]["status"] == 1 << 8 and "in f\n" in by["error"]["stderr"]
    assert by["exit"]["status"] == 3 << 8 and by["hard exit"]["status"] == 4 << 8
    assert by["segfault"]["status"] & 127 == signal.SIGSEGV and by["kill"]["status"] == signal.SIGKILL
    assert len(by["much"]["stdout"]) > 10_000_000
    assert by["last"]["stdout"].endswith("deleted\n") and by["cycle"]["stdout"].endswith("deleted\n")
    assert by["thread"]["stdout"] == "begun thread\nlate\nat exit\n"
    assert by["pool"]["metrics"] == 14
    assert (slot.place / "left.txt").read_text() == "all"


def test_limits_and_what_was_used(slot):
    source = """
import time
def f(how):
    if how == "much": data = b"x" * 200_000_000; time.sleep(0.5 if how == "much" else 0)
    while how == "busy" and time.process_time() < 0.3: pass
    if how == "long": time.sleep(60)
    return 1
"""
    runs = [{"how": how} for how in ("well", "much", "busy", "long", "well")]
    well, much, busy, long, again, notes = slot.run("forked", source, runs, timeout=3)
    assert (well["status"], busy["status"], again["status"]) == (0, 0, 0) and notes == []
    assert busy["cpu"] >= 0.3 > again["cpu"]
    assert much["rss"] > 200e6 > again["rss"] > 4e6
    assert long["verdict"] == "timeout" and long["status"] == signal.SIGTERM
    assert well["served"] == again["served"] > 0
    *found, _ = slot.run("forked", source, [{"how": "well"}, {"how": "much"}, {"how": "well"}], memory=150_000_000)
    assert [record["verdict"] for record in found] == [None, "oom", None]


DAEMONS = """
import os, time
def daemon(name):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            null = os.open("/dev/null", os.O_RDWR)
            for number in (0, 1, 2): os.dup2(null, number)
            with open(name, "w") as file: file.write(str(os.getpid()))
            time.sleep(60)
        os._exit(0)
    os.wait()
def f(n, wait=0):
    daemon(f"daemon{n}")
    while not os.path.exists(f"daemon{n}") or not open(f"daemon{n}").read(): time.sleep(0.01)
    if wait: open("pid", "w").write(str(os.getpid()))
    time.sleep(wait)
    return n
"""


def test_daemons_end_with_their_run(slot, processes):
    found = both(slot, DAEMONS, [{"n": 0}, {"n": 1}])
    assert [record["metrics"] for record in found] == [0, 1]
    assert "still running" in found[0]["notes"][0]
    pids = [int(file.read_text()) for file in slot.folder.rglob("daemon?")]
    assert len(pids) == 4 and not any(map(processes[1], pids))


@pytest.mark.parametrize("also", [False, True], ids=["the slot", "the slot and its caller"])
def test_kill_9_of_a_slot_ends_all(slot, processes, also):
    wait_for, alive = processes
    process = slot.start("forked", DAEMONS, [{"n": 0}, {"n": 1, "wait": 60}], "guarded")
    served = json.loads(process.stdout.readline())["served"]
    wait_for(lambda: (process.place / "pid").exists() and (process.place / "pid").read_text())
    pids = [int((process.place / name).read_text()) for name in ("pid", "daemon1")]
    assert all(map(alive, [*pids, served]))
    if also:
        os.kill(served, signal.SIGSTOP)  # so that it does not end by itself
        process.kill()
        os.kill(served, signal.SIGKILL)
    process.kill()
    wait_for(lambda: not any(map(alive, [*pids, served])), 5)


def test_a_stop_signal_for_the_slot(slot, processes):
    source = """
import os, signal, time
def f(wait):
    def handler(number, frame):
        print("saved", flush=True)
        raise SystemExit(0)
    signal.signal(signal.SIGTERM, handler)
    if wait: open("pid", "w").write("1")
    time.sleep(wait)
    return 1
"""
    process = slot.start("forked", source, [{"wait": 0}, {"wait": 60}], grace=10)
    served = json.loads(process.stdout.readline())["served"]
    processes[0](lambda: (process.place / "pid").exists())
    for pid in (served, process.pid):  # as a cluster signals all processes of a job
        os.kill(pid, signal.SIGTERM)
    out, err = process.communicate(timeout=10)
    found = json.loads(out.splitlines()[0])
    assert (found["verdict"], found["stop"], found["stdout"]) == ("stopped", signal.SIGTERM, "saved\n"), err
    assert not processes[1](served)


def test_a_run_outlives_the_process_that_it_was_forked_from(slot, processes):
    source = """
import os, time
def f(wait):
    if wait: open("pid", "w").write("1")
    time.sleep(wait)
    print("done")
    return wait
"""
    process = slot.start("forked", source, [{"wait": 0}, {"wait": 1}, {"wait": 0}])
    served = json.loads(process.stdout.readline())["served"]
    processes[0](lambda: (process.place / "pid").exists())
    time.sleep(0.3)
    os.kill(served, signal.SIGKILL)
    out, err = process.communicate(timeout=10)
    second, third, notes = map(json.loads, out.splitlines())
    assert (second["status"], second["metrics"], second["stdout"]) == (0, 1, "done\n"), err
    assert third["status"] == 0 and len(notes) == 1 and "has died" in notes[0]


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("import threading, time\nthreading.Thread(target=time.sleep, args=[9], daemon=True).start()", "threads"),
        ("import os\nSEED = int(os.environ['SNAKETUNE_SEED'])", "asks for SNAKETUNE_SEED"),
        ("from os import environ\nSEED = environ.get('SNAKETUNE_SEED', '?')", "asks for SNAKETUNE_SEED"),
        ("import os\nSEED = dict(os.environ)['SNAKETUNE_SEED']", "asks|takes all environment variables"),
        ("print('said')\n1 / 0", "the import failed"),
        ("import sys\nprint('said')\nsys.exit(5)", "the import failed"),
        ("import os\nos._exit(6)", "the import failed"),
        ("import ctypes\nctypes.string_at(0)", "the import failed"),
        ("import subprocess\nsubprocess.Popen(['sleep', '0.5'])", "leaves processes running"),
        ("FILE = open('log.txt', 'w')", "keeps open .*log.txt"),
        ("import mmap\nSHARED = mmap.mmap(-1, 4096)", "shares memory"),
        ("import tempfile\nPLACE = tempfile.TemporaryDirectory()", "leaves something to clean up"),
        ("import random\nNUMBER = random.random()", "draws random numbers"),
        ("import random\nRANDOM = random.Random()", "makes a generator"),
        ("import numpy as np\nnp.random.rand()", "draws random numbers"),
        ("import numpy as np\nRANDOM = np.random.default_rng()", "without a seed"),
    ],
)
def test_what_cannot_be_shared_has_interpreters_of_its_own(slot, source, why):
    source += "\nSEED = globals().get('SEED')\ndef f(n): return {'loss': n, 'seed': SEED}"
    found = []
    for way in WAYS:
        *records, notes = slot.run(way, source, [{"n": 0}, {"n": 1}])
        assert len(notes) == (way == "forked"), notes
        if notes:
            assert re.search(why, notes[0]), notes
        seen = ("status", "verdict", "metrics", "stdout", "stderr")
        texts = json.dumps([{name: record[name] for name in seen} for record in records])
        found.append(texts.replace(str(slot.place), "PLACE"))
    assert found[0] == found[1]


def test_random_numbers(slot):
    source = """
import random
import numpy as np
KNOWN = np.random.default_rng(5)
def f(n):
    return {"numpy": np.random.rand(), "python": random.random(), "known": KNOWN.random()}
"""
    *found, notes = slot.run("forked", source, [{"n": n} for n in range(4)])
    assert notes == []
    for name, different in (("numpy", 4), ("python", 4), ("known", 1)):
        assert len({record["metrics"][name] for record in found}) == different
    seeded = source.replace("KNOWN =", "random.seed(1)\nnp.random.seed(2)\nKNOWN =")
    metrics = [record["metrics"] for record in both(slot, seeded, [{"n": n} for n in range(2)])]
    assert metrics[0] == metrics[1]


def test_files_that_are_read_are_as_the_import_left_them(slot):
    source = "FILE = open(__file__)\nFIRST = FILE.readline()\ndef f(n): return {'loss': 1, 'next': FILE.readline()}"
    first, second = both(slot, source + "\n#" * 100_000, [{"n": 0}, {"n": 1}])
    assert first["metrics"] == second["metrics"]


def test_signals_that_the_module_handles(slot):
    source = """
import os, signal, subprocess
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
signal.signal(signal.SIGTERM, lambda *_: print("handled", flush=True))
def f(n):
    os.kill(os.getpid(), signal.SIGTERM)
    return {"loss": 1, "ignored": signal.getsignal(signal.SIGCHLD) == signal.SIG_IGN,
            "mask": len(signal.pthread_sigmask(signal.SIG_BLOCK, []))}
"""
    assert both(slot, source, [{"n": 0}, {"n": 1}])[1]["metrics"] == {"loss": 1, "ignored": True, "mask": 0}


def test_another_environment_has_an_interpreter_of_its_own(slot):
    source = "import os\nSEEN = os.environ.get('MORE')\ndef f(n, more): return {'loss': n, 'more': SEEN}"
    runs = [{"n": 0, "more": {}}, {"n": 1, "more": {"MORE": "x"}}, {"n": 2, "more": {}}]
    found = both(slot, source, runs)
    assert [record["metrics"]["more"] for record in found] == [None, "x", None]


def test_the_limits_hold_for_the_import(slot):
    source = "import time\ntime.sleep(60)\ndef f(n): return n"
    *found, _ = slot.run("forked", source, [{"n": 0}, {"n": 1}], timeout=0.5)
    assert [record["verdict"] for record in found] == ["timeout", "timeout"]


def test_a_job_calls_its_function_so_unless_asked_for_interpreters(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    source = "import os\nIMPORTED = os.getpid()\nopen('imports', 'a').write('x')\n"
    source += "def f(n): return {'loss': n, 'other': IMPORTED != os.getpid()}"
    Path("program.py").write_text(source)
    for isolation, trials, imports in (("fork", "abc", 1), ("process", "def", 4)):
        objective = {"function": "program.py:f", "metrics_wanted": ["loss"], "contract": "c", "isolation": isolation}
        study = Path("results/s/study.json")
        for name in trials:
            (study.parent / "trials" / name).mkdir(parents=True)
            (study.parent / "trials" / name / "params.json").write_text('{"n": 3}')
        study.write_text(json.dumps({"objective": objective}))
        command = [
            *(sys.executable, "-S", f"{snaketune.__path__[0]}/runner/start.py", "block", "--study", str(study)),
            *("--logs", "logs/s", "--marker", f"results/s/x/{isolation}.done", "--log", f"logs/s/{isolation}.log"),
            *("--at-once", "1", "--attempt", "1", "--", *(f"{name}/r0" for name in trials)),
        ]
        subprocess.run(command, check=True)
        for name in trials:
            record = Records("results/s").find(name, "r0")
            assert record["metrics"] == {"loss": 3, "other": isolation == "fork"}
        assert len(Path("imports").read_text()) == imports
